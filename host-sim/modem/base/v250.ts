import type { Call, CommandRow, Handler } from "../command.js";
import type { ModuleCore } from "../core.js";
import { Settings } from "../core.js";

const rates = [0, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600];

/** V.250 6: echo, result codes, S registers, profiles, port; and `+CMEE` (TS 27.007 9.1). */
export function v250Commands(core: ModuleCore): CommandRow[] {
	const { settings } = core;
	return [
		{ name: "E", execute: flag(value => (settings.echo = value)) },
		{ name: "V", execute: flag(value => (settings.verbose = value)) },
		{ name: "Q", execute: flag(value => (settings.quiet = value)) },
		{ name: "X", execute: upTo(4) },
		{ name: "L", execute: upTo(3) },
		{ name: "M", execute: upTo(2) },
		{ name: "&C", execute: upTo(2) },
		{ name: "&D", execute: upTo(2) },
		{ name: "&W", execute: upTo(1) },
		{ name: "&F", execute: call => profile(core, call) },
		{ name: "Z", execute: call => profile(core, call) },
		{ name: "S", execute: call => register(core, call), read: call => register(core, call) },
		{ name: "H", execute: upTo(0) },
		{ name: "D", execute: dial, answerMs: 500 },
		{ name: "A", execute: call => call.final("NO CARRIER", 3) },
		{ name: "O", execute: call => call.final("NO CARRIER", 3) },
		{
			name: "+CMEE",
			read: () => `\r\n+CMEE: ${settings.cmee}\r\n`,
			set: call => {
				const value = call.parameters.within(0, 0, 2);
				if (value === undefined) return 50;
				settings.cmee = value as 0 | 1 | 2;
				return "";
			},
			test: "\r\n+CMEE: (0,1,2)\r\n",
		},
		{ name: "+GCAP", execute: () => "\r\n+GCAP: +CGSM\r\n" },
		{
			name: "+IPR",
			read: () => `\r\n+IPR: ${core.nvram.number("IPR", core.persona.baud)}\r\n`,
			set: call => portRate(core, call),
			test: `\r\n+IPR: (0),(${rates.slice(1).join(",")})\r\n`,
		},
		{
			name: "+IFC",
			read: () => "\r\n+IFC: 0,0\r\n",
			set: call => (call.parameters.raw === "0,0" ? "" : 50),
			test: "\r\n+IFC: (0),(0)\r\n",
		},
		{
			name: "+ICF",
			read: () => "\r\n+ICF: 3,3\r\n",
			set: call => (call.parameters.number(0) === 3 ? "" : 50),
			test: "\r\n+ICF: (3),(3)\r\n",
		},
	];
}

function flag(set: (value: boolean) => void): Handler {
	return call => {
		const value = call.request.argument === "" ? "0" : call.request.argument;
		if (value !== "0" && value !== "1") return void call.error();
		set(value === "1");
		return "";
	};
}

function upTo(maximum: number): Handler {
	return call => {
		if (Number(call.request.argument || "0") > maximum) call.error();
		else return "";
	};
}

function profile(core: ModuleCore, call: Call): string | undefined {
	if (Number(call.request.argument || "0") > 0) return void call.error();
	const fresh = new Settings(core.persona, core.nvram.number("CMEE", core.persona.cmee));
	const { settings } = core;
	settings.echo = fresh.echo;
	settings.verbose = fresh.verbose;
	settings.quiet = fresh.quiet;
	settings.cmee = fresh.cmee;
	for (const [number, value] of fresh.registers) settings.registers.set(number, value);
	return "";
}

function register(core: ModuleCore, call: Call): string | undefined {
	const { registers } = core.settings;
	const match = /^(\d+)(?:(\?)|=(\d*))?$/.exec(call.request.argument);
	const number = Number(match?.[1] ?? -1);
	const value = registers.get(number);
	if (!match || value === undefined) return void call.error();
	if (match[2]) return `\r\n${String(value).padStart(3, "0")}\r\n`;
	const wanted = Number(match[3] || "0");
	if (match[3] === undefined || wanted > 255) return void call.error();
	registers.set(number, wanted);
	return "";
}

/** A data call needs a PPP peer behind the module, which a simulated one has not: the call fails as one does without a carrier. */
function dial(call: Call): void {
	call.onAbort = () => call.final("NO CARRIER", 3);
	call.after(1000, () => call.final("NO CARRIER", 3));
}

function portRate(core: ModuleCore, call: Call): string | number | undefined {
	const rate = call.parameters.number(0);
	if (rate === undefined || !rates.includes(rate)) return 50;
	core.nvram.set("IPR", rate);
	// The answer still leaves at the old rate (V.250 6.2.10).
	core.after(0, () => {
		core.line.baud = rate;
	});
	return "";
}
