import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { SleepKind, SleepRules } from "../../modem/sleep.js";
import { wrong } from "./errors.js";

/** Quiet on the UART before the module sleeps: assumption. */
const quietMs = 5000;
/** Assumption: what arrives meanwhile is lost. */
const wakeMs = 100;
/** Assumptions. */
const restartMs = 1000;
const powerOffMs = 2000;

/** `+CSCLK`, `+CPOF` and `+CRESET`. */
export class SimcomPower implements SleepRules {
	readonly pinKeepsLightSleepLock = false;
	readonly #core: ModuleCore;
	readonly #awake: () => boolean;
	/** 0 none; 1 while DTR is high, which is not watched here and taken for 2; 2 by itself. */
	#mode = 0;

	/** @param awake something is going on that keeps the module awake */
	constructor(core: ModuleCore, awake: () => boolean) {
		this.#core = core;
		this.#awake = awake;
	}

	allowed(): SleepKind | "none" {
		const { ue } = this.#core;
		return this.#mode === 0 || ue.connected || this.#awake() ? "none" : "light";
	}

	lockMs(): number {
		return quietMs;
	}

	wakeMs(_from: SleepKind, by: "uart" | "pin" | "self"): number {
		return by === "self" ? 0 : wakeMs;
	}

	entered(): void {}

	left(): void {
		this.#core.flushHeld();
	}

	get commands(): readonly CommandRow[] {
		const core = this.#core;
		const ending = (name: string, delayMs: number, action: () => void): CommandRow => ({
			name,
			execute: call => {
				call.ok();
				core.after(delayMs, action);
			},
			test: "",
		});
		return [
			{
				name: "+CSCLK",
				read: () => `\r\n+CSCLK: ${this.#mode}\r\n`,
				set: (call: Call): Answer => {
					const mode = call.parameters.within(0, 0, 2);
					if (mode === undefined) return wrong(call);
					this.#mode = mode;
					return "";
				},
				test: "\r\n+CSCLK: (0-2)\r\n",
			},
			ending("+CPOF", powerOffMs, () => core.hardware.shutDown()),
			ending("+CRESET", restartMs, () => {
				core.hardware.retained.clear();
				core.hardware.restart("command");
			}),
		];
	}
}
