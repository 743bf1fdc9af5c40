import type { Registration } from "../../network/ue.js";
import type { Answer, Call, CommandRow } from "../command.js";
import type { ModuleCore } from "../core.js";
import { contextOf } from "./packet.js";
import { registrationRow } from "./registration.js";

/** `SST` or `SST.SD`, several with colons between (TS 27.007 10.1.1). */
const nssaiText = /^[0-9A-F]{2}(\.[0-9A-F]{6})?(:[0-9A-F]{2}(\.[0-9A-F]{6})?)*$/i;
/** Non-GBR of the default QoS flow (TS 23.501 table 5.7.4-1). */
const defaultQosIdentifier = 9;
/** Session AMBR down and up in kbit/s: assumption, what the simulated cell gives one device. */
const sessionAmbr = [40_000, 20_000] as const;

/** Octets of an NSSAI in text: 1 for an SST, 4 with its differentiator (transcripts 23 and 30). */
export function nssaiLength(nssai: string): number {
	if (nssai === "") return 0;
	return nssai.split(":").reduce((sum, snssai) => sum + (snssai.includes(".") ? 4 : 1), 0);
}
function withLength(nssai: string): string {
	return `${nssaiLength(nssai)},"${nssai}"`;
}

/** TS 27.007 10.1.47: what follows `<n>`; also the result code's fields. */
export function fiveGFields(n: number, registration: Registration): string {
	const { stat, tac, ci, act, allowedNssai } = registration;
	if (n < 2) return String(stat);
	const placed = tac !== undefined && ci !== undefined && (stat === 1 || stat === 5);
	if (placed) return `${stat},"${tac}","${ci}",${act},${withLength((allowedNssai ?? []).join(":"))}`;
	return n === 3 && registration.rejectCause !== undefined
		? `${stat},,,,,,${registration.causeType ?? 0},${registration.rejectCause}`
		: String(stat);
}

/**
 * What a module asks for as its slices: the NSSAI configured for the network, which an earlier registration may have left, or else the default
 * configured one of `+C5GNSSAI`. Both outlive the module's power (transcript 30).
 */
export function applySlices(core: ModuleCore): void {
	const { nvram, faults } = core;
	if (faults.has("stale-nssai")) {
		nvram.set("NSSAI", faults.text("stale-nssai", "nssai"));
		faults.clear("stale-nssai");
	}
	const requested = nvram.text("NSSAI", nvram.text("C5GNSSAI", ""));
	core.ue.requestSlices(requested === "" ? [] : requested.split(":"));
}

/** TS 27.007 10.1.47, 10.1.53 to 10.1.55: 5GS registration, slices, quality of service. */
export function fiveGCommands(core: ModuleCore): CommandRow[] {
	return [
		registrationRow(core, "+C5GREG", 3, fiveGFields),
		{
			name: "+C5GNSSAI",
			read: () => `\r\n+C5GNSSAI: ${withLength(core.nvram.text("C5GNSSAI", ""))}\r\n`,
			set: call => configure(core, call),
			test: "",
		},
		{
			name: "+C5GNSSAIRDP",
			execute: () => slices(core, 1),
			set: call => slices(core, call.parameters.within(0, 1, 4, 1)),
			test: "\r\n+C5GNSSAIRDP: (1-4)\r\n",
		},
		{
			name: "+C5GQOSRDP",
			execute: () => core.ue.contexts.map(context => quality(core, context.cid)).join(""),
			set: call => quality(core, call.parameters.number(0) ?? -1) || 50,
			test: () => `\r\n+C5GQOSRDP: (${core.ue.contexts.map(context => context.cid).join(",")})\r\n`,
		},
	];
}

/** Whoever sets it means what is asked from now on: what a network left before goes with it (inferred from what transcript 30 tries). */
function configure(core: ModuleCore, call: Call): Answer {
	const { parameters } = call;
	const length = parameters.number(0, 0);
	const nssai = parameters.text(1).toUpperCase();
	if (nssai !== "" && !nssaiText.test(nssai)) return 50;
	if (length !== nssaiLength(nssai)) return 50;
	core.nvram.update({ C5GNSSAI: nssai === "" ? undefined : nssai, NSSAI: undefined });
	applySlices(core);
	return "";
}

/**
 * 1 default configured; 2 and what was rejected, as `S-NSSAI#cause`; 3 and what is configured for the network; 4 and what that allows. Numbers
 * and form of a public Quectel 5G command manual; that 3 shows what is stored for a network agrees with transcript 30.
 */
function slices(core: ModuleCore, kind: number | undefined): Answer {
	if (kind === undefined) return 50;
	const { ue, nvram } = core;
	const rejected = ue.slices.rejected.map(({ snssai, cause }) => `${snssai}#${cause}`).join(":");
	const rejectedLength = nssaiLength(ue.slices.rejected.map(({ snssai }) => snssai).join(":"));
	let text = `\r\n+C5GNSSAIRDP: ${withLength(nvram.text("C5GNSSAI", ""))}`;
	if (kind >= 2) text += `,${rejectedLength},"${rejected}"`;
	if (kind >= 3 && ue.cell !== undefined) {
		text += `\r\n+C5GNSSAIRDP: "${ue.cell.plmn}",${withLength(nvram.text("NSSAI", ""))}`;
		if (kind === 4) text += `,${withLength((ue.registration.allowedNssai ?? []).join(":"))}`;
	}
	return `${text}\r\n`;
}

function quality(core: ModuleCore, cid: number): string {
	if (core.ue.registration.act !== 11 || !contextOf(core, cid)?.active) return "";
	return `\r\n+C5GQOSRDP: ${cid},${defaultQosIdentifier},,,,,${sessionAmbr.join(",")}\r\n`;
}
