import type { CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { SleepKind, SleepRules } from "../../modem/sleep.js";

/** Quiet on the UART before the module sleeps; a firmware's comment says 5 s: assumption for these modules. */
const quietMs = 5000;
/** No document gives it; what arrives meanwhile is lost. */
const wakeMs = 30;
/** From `+QPOWD`'s OK to the farewell, and from there to no power: assumptions. */
const farewellMs = 1500;
const offMs = 200;

/** `+QSCLK` and `+QPOWD` of Quectel's LTE modules: a light sleep that the UART or DTR ends. */
export class LtePower implements SleepRules {
	readonly pinKeepsLightSleepLock = false;
	readonly #core: ModuleCore;
	readonly #awake: () => boolean;
	#mode = 0;

	/** @param awake something is going on that keeps the module awake */
	constructor(core: ModuleCore, awake: () => boolean) {
		this.#core = core;
		this.#awake = awake;
	}

	allowed(): SleepKind | "none" {
		const { ue } = this.#core;
		return this.#mode === 0 || ue.connected || ue.calls.current !== undefined || this.#awake() ? "none" : "light";
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
		return [
			{
				name: "+QSCLK",
				read: () => `\r\n+QSCLK: ${this.#mode}\r\n`,
				set: call => {
					const mode = call.parameters.within(0, 0, 1);
					if (mode === undefined) return 50;
					this.#mode = mode;
					return "";
				},
				test: "\r\n+QSCLK: (0,1)\r\n",
			},
			{
				name: "+QPOWD",
				execute: () => this.#powerDown(1),
				set: call => {
					const how = call.parameters.within(0, 0, 1);
					return how === undefined ? 50 : this.#powerDown(how);
				},
				test: "\r\n+QPOWD: (0,1)\r\n",
			},
			{
				name: "+QRST",
				set: call => {
					if (call.parameters.number(0) !== 1) return 50;
					core.after(100, () => core.hardware.restart("command"));
					return "";
				},
				test: "\r\n+QRST: (1)\r\n",
			},
		];
	}

	/** 0: at once, 1: it leaves the network first. */
	#powerDown(how: number): string {
		const core = this.#core;
		if (how === 1) core.ue.detach();
		core.after(how === 1 ? farewellMs : 100, () => {
			core.say("\r\nPOWERED DOWN\r\n");
			core.after(offMs, () => core.hardware.shutDown());
		});
		return "";
	}
}
