import type { CallCause } from "../../modem/driver.js";
import type { ModemError } from "../../modem/errors.js";
import type { Call, CallState } from "./types.js";

/** States told late: more than these in one turn are a storm, and the oldest go. */
const MOST_TOLD = 16;
const IDLE: Call = Object.freeze({ state: "idle", number: undefined, direction: undefined, cause: undefined, error: undefined });

/** The call that there is, or was last, and the changes that are to be told. */
export class CurrentCall {
	/** The record that the application sees. */
	call: Call = IDLE;
	/** `<idx>` of `+CLCC`; undefined until it is known. */
	index: number | undefined = undefined;
	readonly #changes: Call[] = [];

	get isAlive(): boolean {
		return this.call.state !== "idle" && this.call.state !== "ended";
	}
	/** Neither answered nor ended. */
	get isPending(): boolean {
		const { state } = this.call;
		return state === "dialing" || state === "alerting" || state === "incoming";
	}
	begin(direction: "outgoing" | "incoming", number: string | undefined): void {
		this.index = undefined;
		this.set(direction === "outgoing" ? "dialing" : "incoming", number, direction, undefined, undefined);
	}
	/** What is undefined stays. */
	update(state: CallState | undefined, number: string | undefined): void {
		const { call } = this;
		// A call that was answered here and is still shown as ringing, or one that ended, is not taken back.
		const next = state === undefined || (state === "incoming" && call.state === "active") ? call.state : state;
		this.set(next, number === undefined || number === "" ? call.number : number, call.direction, undefined, undefined);
	}
	end(cause: CallCause, error?: ModemError): void {
		if (!this.isAlive) return;
		const { number, direction } = this.call;
		this.set("ended", number, direction, cause, error);
	}
	takeChange(): Call | undefined {
		return this.#changes.shift();
	}
	private set(
		state: CallState,
		number: string | undefined,
		direction: Call["direction"],
		cause: CallCause | undefined,
		error: ModemError | undefined,
	): void {
		const { call } = this;
		const isSame = call.state === state && call.number === number && call.direction === direction;
		if (isSame) return;
		this.call = Object.freeze({ state, number, direction, cause, error });
		const last = this.#changes[this.#changes.length - 1];
		// `RING`, and the number with `+CLIP` right behind it, are one change.
		if (last !== undefined && last.state === state && last.direction === direction) this.#changes.pop();
		else if (this.#changes.length === MOST_TOLD) this.#changes.shift();
		this.#changes.push(this.call);
	}
}
