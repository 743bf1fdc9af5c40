import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { SleepKind, SleepRules } from "../../modem/sleep.js";
import { cmeError } from "./errors.js";

/** Quiet before the module sleeps, `"delaysleep"`; the factory's value is an assumption. */
const defaultDelaySeconds = 10;
/** Assumption: what arrives meanwhile is lost. No document gives it. */
const wakeMs = 50;
/** Assumptions. */
const restartMs = 500;
const powerOffMs = 500;

const reports: Readonly<Record<SleepKind, number>> = { light: 1, deep: 2 };

/** `+MLPMCFG`, `+MREBOOT` and `+MPOF`. */
export class CmccPower implements SleepRules {
	readonly pinKeepsLightSleepLock = false;
	readonly #core: ModuleCore;
	readonly #awake: () => boolean;
	/** 0 none, 1 light, 2 light and deep. */
	#mode: number;
	#delaySeconds = defaultDelaySeconds;
	/** 0 no reports, 1 and 2 of which sleep. */
	#reports = 0;

	/** @param awake something is going on that keeps the module awake */
	constructor(core: ModuleCore, awake: () => boolean) {
		this.#core = core;
		this.#awake = awake;
		this.#mode = core.nvram.number("MLPMCFG.sleepmode", 0);
	}

	allowed(): SleepKind | "none" {
		const { ue, functionality } = this.#core;
		if (this.#mode === 0 || ue.connected || this.#awake()) return "none";
		return this.#mode === 2 && (ue.psm || functionality === 0) ? "deep" : "light";
	}

	lockMs(): number {
		return this.#delaySeconds * 1000;
	}

	wakeMs(_from: SleepKind, by: "uart" | "pin" | "self"): number {
		return by === "self" ? 0 : wakeMs;
	}

	entered(kind: SleepKind): void {
		if (this.#reports >= reports[kind]) this.#core.urc(`\r\n+MLPMENTER: ${reports[kind]}\r\n`);
	}

	left(from: SleepKind): void {
		if (this.#reports >= reports[from]) this.#core.urc(`\r\n+MLPMEXIT: ${reports[from]}\r\n`);
		this.#core.flushHeld();
	}

	get commands(): readonly CommandRow[] {
		const core = this.#core;
		return [
			{
				name: "+MLPMCFG",
				set: call => this.#configure(call),
				test: '\r\n+MLPMCFG: "sleepmode",(0-2),(0,1)\r\n\r\n+MLPMCFG: "delaysleep",(0-65535)\r\n\r\n+MLPMCFG: "sleepind",(0-2)\r\n',
			},
			this.#ending("+MREBOOT", "REBOOTING", restartMs, () => {
				core.hardware.retained.clear();
				core.hardware.restart("command");
			}),
			this.#ending("+MPOF", "POWER OFF", powerOffMs, () => core.hardware.shutDown()),
		];
	}

	/** Transcript 33: without a value the option is shown. */
	#configure(call: Call): Answer {
		const { parameters } = call;
		const key = parameters.text(0).toLowerCase();
		const shown = { sleepmode: this.#mode, delaysleep: this.#delaySeconds, sleepind: this.#reports }[key];
		if (shown === undefined) return cmeError.parameter;
		if (parameters.count === 1) return `\r\n+MLPMCFG: "${key}",${shown}\r\n`;
		const value = parameters.within(1, 0, key === "delaysleep" ? 65_535 : 2);
		const save = parameters.within(2, 0, 1, 0);
		if (value === undefined || save === undefined) return cmeError.parameter;
		if (key === "delaysleep") this.#delaySeconds = value;
		else if (key === "sleepind") this.#reports = value;
		else {
			this.#mode = value;
			if (save === 1) this.#core.nvram.set("MLPMCFG.sleepmode", value);
		}
		return "";
	}

	/** OK, the word, then it happens. Only mode 0 exists on this module. */
	#ending(name: string, word: string, delayMs: number, action: () => void): CommandRow {
		const core = this.#core;
		const run = (call: Call): Answer => {
			if (call.parameters.within(0, 0, 0, 0) === undefined) return cmeError.parameter;
			call.ok();
			core.urc(`\r\n${word}\r\n`);
			core.after(delayMs, action);
			return undefined;
		};
		return { name, execute: run, set: run, test: `\r\n${name}: (0)\r\n` };
	}
}
