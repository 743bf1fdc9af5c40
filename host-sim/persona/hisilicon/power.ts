import type { CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { SleepKind, SleepRules } from "../../modem/sleep.js";
import { cmeError } from "./errors.js";

/** Quiet on the UART before the processor sleeps: assumption. */
const quietMs = 1000;

/** Sleep needs no permission and ends with the host's first byte, which is not lost. `+NPSMR` tells of PSM. */
export class HiSiliconPower implements SleepRules {
	readonly pinKeepsLightSleepLock = false;
	readonly #core: ModuleCore;
	readonly #busy: () => boolean;
	#reports = 0;

	constructor(core: ModuleCore, busy: () => boolean) {
		this.#core = core;
		this.#busy = busy;
	}

	allowed(): SleepKind | "none" {
		const { ue, functionality } = this.#core;
		if (ue.connected || this.#busy()) return "none";
		return ue.psm || functionality === 0 ? "deep" : "light";
	}

	lockMs(): number {
		return quietMs;
	}

	wakeMs(): number {
		return 0;
	}

	entered(): void {}

	left(): void {
		this.#core.flushHeld();
	}

	psmChanged(state: "entered" | "left"): void {
		if (this.#reports === 1) this.#core.urc(`\r\n+NPSMR:${state === "entered" ? 1 : 0}\r\n`);
	}

	get commands(): readonly CommandRow[] {
		return [
			{
				name: "+NPSMR",
				read: () => `\r\n+NPSMR:${this.#reports}${this.#reports === 1 ? `,${this.#core.ue.psm ? 1 : 0}` : ""}\r\n`,
				set: call => {
					const value = call.parameters.within(0, 0, 1);
					if (value === undefined) return cmeError.parameter;
					this.#reports = value;
					return "";
				},
				test: "\r\n+NPSMR:(0,1)\r\n",
			},
		];
	}
}
