import type { Scheduled } from "../../clock/clock.js";
import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { cmeError } from "./errors.js";

const rates = [4800, 9600, 57_600, 115_200];
/** Assumption: seconds that the host has by default to be heard at the new rate. */
const defaultTimeoutSeconds = 3;

/** `+NATSPEED=<baud>,<timeout>,<store>,<sync>,<stop bits>,<parity>`: a rate at which no command arrives in time is given up again. */
export class PortSpeed {
	readonly #core: ModuleCore;
	#returning: Scheduled | undefined;

	constructor(core: ModuleCore) {
		this.#core = core;
	}

	get commands(): readonly CommandRow[] {
		const core = this.#core;
		return [
			{
				name: "+NATSPEED",
				read: () => `\r\n+NATSPEED:${core.line.baud},${defaultTimeoutSeconds},${core.nvram.get("IPR") === undefined ? 0 : 1},2,1,0\r\n`,
				set: call => this.#set(call),
				test: `\r\n+NATSPEED:(${rates.join(",")}),(0-30),(0,1),(0-3),(1,2),(0-2)\r\n`,
			},
		];
	}

	#set(call: Call): Answer {
		const core = this.#core;
		const { parameters } = call;
		const rate = parameters.number(0);
		const timeoutSeconds = parameters.within(1, 0, 30, defaultTimeoutSeconds);
		const store = parameters.within(2, 0, 1, 0);
		const rest = [
			[3, 0, 3],
			[4, 1, 2],
			[5, 0, 2],
		].every(([index, minimum, maximum]) => parameters.within(index!, minimum!, maximum!, minimum!) !== undefined);
		if (rate === undefined || !rates.includes(rate) || timeoutSeconds === undefined || store === undefined || !rest)
			return cmeError.parameter;
		const before = core.line.baud;
		// The answer still leaves at the old rate.
		core.after(0, () => {
			core.line.baud = rate;
			if (rate !== before) this.#expectCommand(before, rate, timeoutSeconds, store === 1);
		});
		return "";
	}

	#expectCommand(before: number, rate: number, timeoutSeconds: number, store: boolean): void {
		const core = this.#core;
		core.cancel(this.#returning);
		const heard = core.hardware.counters.commands;
		this.#returning = core.after(timeoutSeconds * 1000, () => {
			if (core.hardware.counters.commands === heard) core.line.baud = before;
			else if (store) core.nvram.set("IPR", rate);
		});
	}
}
