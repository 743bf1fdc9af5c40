import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { cmeError } from "./errors.js";

/**
 * `+NPIN=<command>,<pin>[,<new pin>]`, as there is no `+CPIN`: 0 verify, 1 change, 2 enable, 3 disable, 4 unblock. OK first, then how
 * it went; the words are those of other firmware with the command, the retries after a wrong PIN are inferred.
 */
export function simCommands(core: ModuleCore): CommandRow[] {
	const identifier = () => `\r\n+NCCID:${core.sim.iccid}\r\n`;
	return [
		{ name: "+NPIN", set: call => enter(core, call), test: "\r\n+NPIN:(0,1,2,3,4)\r\n" },
		{ name: "+NCCID", execute: identifier, read: identifier, needsSim: true },
	];
}

function enter(core: ModuleCore, call: Call): Answer {
	const { sim } = core;
	const { parameters } = call;
	const command = parameters.within(0, 0, 4);
	const pins = [parameters.text(1), parameters.text(2)].filter((_, index) => parameters.has(index + 1));
	const wanted = command === 1 || command === 4 ? 2 : 1;
	if (command === undefined || pins.length !== wanted || pins.some(pin => !/^\d{4,8}$/.test(pin))) return cmeError.parameter;
	if (sim.state === "absent") return cmeError.notSupported;
	call.ok();
	core.urc(`\r\n+NPIN:${outcome(core, command, pins[0]!, pins[1] ?? "")}\r\n`);
	if (sim.state === "READY") core.simUnlocked();
	return undefined;
}

function outcome(core: ModuleCore, command: number, first: string, second: string): string {
	const { sim } = core;
	if (sim.state === "blocked" || (sim.state === "SIM PUK" && command !== 4)) return "ERROR PIN blocked";
	if (command < 2 && !sim.pinLocked) return "ERROR PIN disabled";
	const done = [
		() => sim.verify(first),
		() => sim.changePin(first, second),
		() => sim.lock(true, first),
		() => sim.lock(false, first),
		() => sim.unblock(first, second),
	][command]!();
	return done ? "OK" : `ERROR wrong PIN ${command === 4 ? sim.pukTriesLeft : sim.pinTriesLeft}`;
}
