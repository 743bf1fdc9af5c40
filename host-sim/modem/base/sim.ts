import type { Answer, Call, CommandRow } from "../command.js";
import type { ModuleCore } from "../core.js";

/** TS 27.007 8.3, 7.4, 7.5, 8.65, 5.6: the card, its PIN and PUK with their counters. */
export function simCommands(core: ModuleCore): CommandRow[] {
	const { sim } = core;
	return [
		{ name: "+CPIN", read: () => state(core), set: call => enter(core, call), test: "" },
		{
			name: "+CPINR",
			execute: () => (sim.state === "absent" ? 10 : remaining(core, "SIM PIN") + remaining(core, "SIM PUK")),
			set: call => (sim.state === "absent" ? 10 : remaining(core, call.parameters.text(0)) || 50),
			test: "",
		},
		{ name: "+CLCK", set: call => facility(core, call), test: '\r\n+CLCK: ("SC")\r\n' },
		{ name: "+CPWD", set: call => password(core, call), test: '\r\n+CPWD: ("SC",8)\r\n' },
		{ name: "+CIMI", execute: () => `\r\n${sim.imsi}\r\n`, test: "", needsSim: true },
		{ name: "+CNUM", execute: () => (sim.msisdn === "" ? "" : `\r\n+CNUM: "","${sim.msisdn}",145\r\n`), test: "", needsSim: true },
		{ name: "+CCID", execute: () => `\r\n+CCID: ${sim.iccid}\r\n`, test: "", needsSim: true },
	];
}

function state(core: ModuleCore): Answer {
	if (core.faults.strikes("sim-busy")) return 14;
	const { sim } = core;
	if (sim.state === "absent") return 10;
	return sim.state === "blocked" ? 13 : `\r\n+CPIN: ${sim.state}\r\n`;
}

function enter(core: ModuleCore, call: Call): Answer {
	const { sim } = core;
	const first = call.parameters.text(0);
	const second = call.parameters.text(1);
	if (core.faults.strikes("sim-busy")) return 14;
	if (sim.state === "absent") return 10;
	if (sim.state === "blocked") return 13;
	if (sim.state === "READY") return 3;
	if (!/^\d{4,8}$/.test(first) || (second !== "" && !/^\d{4,8}$/.test(second))) return 50;
	if (sim.state === "SIM PUK") {
		if (second === "") return 12;
		if (!sim.unblock(first, second)) return 16;
	} else if (!sim.verify(first)) return 16;
	call.ok();
	core.urc("\r\n+CPIN: READY\r\n");
	core.simUnlocked();
	return undefined;
}

function remaining(core: ModuleCore, which: string): string {
	const { sim } = core;
	if (which === "SIM PIN") return `\r\n+CPINR: "SIM PIN",${sim.pinTriesLeft},3\r\n`;
	if (which === "SIM PUK") return `\r\n+CPINR: "SIM PUK",${sim.pukTriesLeft},10\r\n`;
	return "";
}

function facility(core: ModuleCore, call: Call): Answer {
	const { sim } = core;
	const mode = call.parameters.within(1, 0, 2);
	if (call.parameters.text(0).toUpperCase() !== "SC") return 4;
	if (mode === undefined) return 50;
	if (sim.state === "absent") return 10;
	if (mode === 2) return `\r\n+CLCK: ${sim.pinLocked ? 1 : 0}\r\n`;
	if (sim.state === "SIM PUK") return 12;
	return sim.lock(mode === 1, call.parameters.text(2)) ? "" : 16;
}

function password(core: ModuleCore, call: Call): Answer {
	const { sim } = core;
	if (call.parameters.text(0).toUpperCase() !== "SC") return 4;
	if (sim.state === "absent") return 10;
	if (sim.state === "SIM PUK") return 12;
	if (!/^\d{4,8}$/.test(call.parameters.text(2))) return 50;
	return sim.changePin(call.parameters.text(1), call.parameters.text(2)) ? "" : 16;
}
