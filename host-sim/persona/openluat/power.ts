import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { SleepKind, SleepRules } from "../../modem/sleep.js";
import { cmeError } from "./errors.js";

/** Seconds of quiet before the module sleeps, `+WAKETIM` (public manual digest). */
const defaultWaitSeconds = 1;
/** Assumption: what arrives meanwhile is lost; the vendor wants 9600 bit/s so that waking works. */
const wakeMs = 100;
/** Assumptions. */
const restartMs = 500;
const powerOffMs = 1000;

/** `+CSCLK`, `+WAKETIM`, `+POWERMODE`, `+RESET`, `+CPOWD`. */
export class OpenluatPower implements SleepRules {
	readonly pinKeepsLightSleepLock = false;
	readonly #core: ModuleCore;
	readonly #awake: () => boolean;
	/** 0 none; 1 while DTR is high, which is not watched here and taken for 2; 2 and 3 by itself. */
	#mode = 0;
	#waitSeconds = defaultWaitSeconds;
	#powerMode = "CLOSE";

	/** @param awake something is going on that keeps the module awake */
	constructor(core: ModuleCore, awake: () => boolean) {
		this.#core = core;
		this.#awake = awake;
	}

	allowed(): SleepKind | "none" {
		const sleeps = this.#mode !== 0 || this.#powerMode === "STD";
		return sleeps && !this.#core.ue.connected && !this.#awake() ? "light" : "none";
	}

	lockMs(): number {
		return this.#waitSeconds * 1000;
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
		const number = (name: string, maximum: number, get: () => number, set: (value: number) => void): CommandRow => ({
			name,
			read: () => `\r\n${name}: ${get()}\r\n`,
			set: call => {
				const value = call.parameters.within(0, 0, maximum);
				if (value === undefined) return cmeError.parameter;
				set(value);
				return "";
			},
			test: `\r\n${name}: (0-${maximum})\r\n`,
		});
		return [
			number(
				"+CSCLK",
				3,
				() => this.#mode,
				value => (this.#mode = value),
			),
			number(
				"+WAKETIM",
				65,
				() => this.#waitSeconds,
				value => (this.#waitSeconds = value),
			),
			{ name: "+POWERMODE", read: () => `\r\n+POWERMODE: "${this.#powerMode}"\r\n`, set: call => this.#select(call), test: "" },
			{
				name: "+RESET",
				execute: call => {
					call.ok();
					core.after(restartMs, () => {
						core.hardware.retained.clear();
						core.hardware.restart("command");
					});
				},
			},
			{
				name: "+CPOWD",
				set: call => {
					if (call.parameters.number(0) !== 1) return cmeError.parameter;
					call.final("NORMAL POWER DOWN", 0);
					core.after(powerOffMs, () => core.hardware.shutDown());
				},
				test: "\r\n+CPOWD: (1)\r\n",
			},
		];
	}

	/** `"PSM+"` leaves the network until the module starts again; the module has it, this simulator has not. */
	#select(call: Call): Answer {
		const mode = call.parameters.text(0).toUpperCase();
		if (mode === "PSM+") return cmeError.notSupported;
		if (mode !== "PRO" && mode !== "STD" && mode !== "CLOSE") return cmeError.parameter;
		this.#powerMode = mode;
		return "";
	}
}
