import { contextOf, isPdpType } from "../../modem/base/packet.js";
import { applyPowerSaving } from "../../modem/base/power-saving.js";
import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { cmeError } from "./errors.js";

/** Names and order of a BC95's `+NCONFIG?` in public programs that compare the whole answer; the defaults are theirs. */
const configuration: Readonly<Record<string, boolean>> = {
	AUTOCONNECT: true,
	CR_0354_0338_SCRAMBLING: true,
	CR_0859_SI_AVOID: true,
	COMBINE_ATTACH: false,
	CELL_RESELECTION: false,
	ENABLE_BIP: false,
};
/** Transcript 04, in this order. */
const bands = "5,8,3,28,20,1";
/** Assumption: the manual of no module was read for it. */
const largestCid = 10;

/** Whether a `+NCONFIG` function is on; changes take effect at the next start. */
export function configured(core: ModuleCore, name: string): boolean {
	return core.nvram.number(`NCONFIG.${name}`, configuration[name] ? 1 : 0) === 1;
}

/** That a list counts from the next search on is an assumption; one that was never set leaves out nothing. */
export function applyBands(core: ModuleCore): void {
	core.ue.bands = core.nvram.get("NBAND")?.split(",").map(Number);
}

export function settingCommands(core: ModuleCore): CommandRow[] {
	return [
		{
			name: "+NCONFIG",
			read: () => {
				const lines = Object.keys(configuration).map(name => `+NCONFIG:${name},${configured(core, name) ? "TRUE" : "FALSE"}`);
				return `\r\n${lines.join("\r\n")}\r\n`;
			},
			set: call => configure(core, call),
			test: () => {
				const lines = Object.keys(configuration).map(name => `(${name},(FALSE,TRUE))`);
				return `\r\n+NCONFIG:${lines.join(",")}\r\n`;
			},
		},
		{
			name: "+NBAND",
			read: () => `\r\n+NBAND:${core.nvram.text("NBAND", bands)}\r\n`,
			set: call => {
				const wanted = call.parameters.raw.split(",").map(band => band.trim());
				const known = bands.split(",");
				if (wanted.some((band, at) => !known.includes(band) || wanted.indexOf(band) !== at)) return cmeError.parameter;
				core.nvram.set("NBAND", wanted.join(","));
				applyBands(core);
				return "";
			},
			test: `\r\n+NBAND:(${bands})\r\n`,
		},
		{
			name: "+NEARFCN",
			// No capture has it; the fields are those of the set form: assumption.
			read: () => `\r\n+NEARFCN:${core.nvram.text("NEARFCN", "0")}\r\n`,
			set: call => {
				const { parameters } = call;
				const mode = parameters.within(0, 0, 1);
				const carrier = parameters.within(1, 0, 262_143, 0);
				const cell = parameters.text(2);
				if (mode === undefined || carrier === undefined || (mode === 1) !== parameters.has(1) || !/^[0-9A-Fa-f]{0,3}$/.test(cell))
					return cmeError.parameter;
				core.nvram.set("NEARFCN", parameters.raw);
				return "";
			},
			test: "\r\n+NEARFCN:(0,1),(0-262143),(0-1F7)\r\n",
		},
		{
			name: "+CMEE",
			set: call => {
				const value = call.parameters.within(0, 0, 1);
				if (value === undefined) return cmeError.parameter;
				core.settings.cmee = value as 0 | 1;
				return "";
			},
			test: "\r\n+CMEE:(0,1)\r\n",
		},
		...contextCommands(core),
		{ name: "+CPSMS", read: () => readPsm(core), set: call => requestPsm(core, call) },
	];
}

function configure(core: ModuleCore, call: Call): Answer {
	const { parameters } = call;
	const name = parameters.text(0).toUpperCase();
	const value = parameters.text(1).toUpperCase();
	if (!(name in configuration) || (value !== "TRUE" && value !== "FALSE") || parameters.count > 2) return cmeError.parameter;
	core.nvram.set(`NCONFIG.${name}`, value === "TRUE" ? 1 : 0);
	return "";
}

function contextCommands(core: ModuleCore): CommandRow[] {
	const address = (cid: number) => {
		const context = contextOf(core, cid);
		const given = context?.active && !core.faults.has("empty-cgpaddr") ? [context.ipv4, context.ipv6] : [];
		return `\r\n+CGPADDR:${[cid, ...given.filter(text => text !== undefined)].join(",")}\r\n`;
	};
	return [
		{
			name: "+CGDCONT",
			// Seen in public BC95 programs, with the fields after the sixth empty and a last 0.
			read: () => core.ue.contexts.map(({ cid, type, apn }) => `\r\n+CGDCONT:${cid},"${type}","${apn}",,0,0,,,,,0\r\n`).join(""),
			set: call => {
				const { parameters } = call;
				const cid = parameters.within(0, 0, largestCid);
				const type = parameters.text(1);
				if (cid === undefined || !isPdpType(type)) return cmeError.parameter;
				core.nvram.set(`CGDCONT.${cid}`, `${type},${parameters.text(2)}`);
				core.ue.defineContext(cid, type, parameters.text(2));
				return "";
			},
			test: `\r\n+CGDCONT:(0-${largestCid}),("IP","IPV6","IPV4V6"),,,(0),(0),,,,,(0,1)\r\n`,
		},
		{
			name: "+CGPADDR",
			execute: () => core.ue.contexts.map(({ cid }) => address(cid)).join(""),
			set: call => {
				const cid = call.parameters.within(0, 0, largestCid);
				return cid === undefined ? cmeError.parameter : address(cid);
			},
			test: () => `\r\n+CGPADDR:(${core.ue.contexts.map(({ cid }) => cid).join(",")})\r\n`,
		},
	];
}

/** The bit strings come without quotes, as transcript 05's host writes them. */
function readPsm(core: ModuleCore): string {
	const { nvram } = core;
	const tau = nvram.get("CPSMS.tau");
	const active = nvram.get("CPSMS.active");
	const timers = tau === undefined && active === undefined ? "" : `,,,${tau ?? ""},${active ?? ""}`;
	return `\r\n+CPSMS:${nvram.number("CPSMS", 0)}${timers}\r\n`;
}

/** Like TS 27.007 7.38, and the quotes may be missing. TAU first, active time second. */
function requestPsm(core: ModuleCore, call: Call): Answer {
	const { parameters } = call;
	const mode = parameters.within(0, 0, 2);
	const bits = [3, 4].every(index => !parameters.has(index) || /^[01]{8}$/.test(parameters.text(index)));
	if (mode === undefined || parameters.has(1) || parameters.has(2) || parameters.count > 5 || !bits) return cmeError.parameter;
	core.nvram.update({
		CPSMS: mode === 1 ? 1 : 0,
		...(parameters.has(3) || mode === 2 ? { "CPSMS.tau": mode === 2 ? undefined : parameters.text(3) } : {}),
		...(parameters.has(4) || mode === 2 ? { "CPSMS.active": mode === 2 ? undefined : parameters.text(4) } : {}),
	});
	applyPowerSaving(core);
	return "";
}
