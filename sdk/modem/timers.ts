import type { Millis } from "../at/line.js";

/** What the core waits for besides answers. One slot each, so that nothing is allocated and nothing is left behind. */
export const Timer = Object.freeze({
	/** A pause, a pulse, a retry or an awaited URC of the running procedure. */
	step: 0,
	/** The outcome of a socket task that comes by URC. */
	outcome: 1,
	/** Registration is asked for when its URC does not come. */
	registration: 2,
	/** The address is asked for again. */
	address: 3,
	/** Nothing was sent for long enough that the module may sleep. */
	sleep: 4,
	/** PSM was granted and should have been entered by now. */
	psm: 5,
	/** After recovery was exhausted, or a refused attempt to connect, before the next. */
	retry: 6,
	/** The oldest datagram has waited long enough. */
	datagram: 7,
	/** The network's time is asked for again. */
	time: 8,
	/** A service polls, or gives up (see `ServiceListener.due`). */
	service: 9,
	/** A stream is tried again, told about, or given up. */
	stream: 10,
});
export type Timer = (typeof Timer)[keyof typeof Timer];
const COUNT = 11;
const NEVER = Number.POSITIVE_INFINITY;

export class Timers {
	/** By `Timer`. Every place is made at once: XS 13.3 may fail in a collection over an array that got places out of their order. */
	#at: Millis[] = new Array(COUNT).fill(NEVER);
	#next = NEVER;
	set(timer: Timer, at: Millis): void {
		const before = this.#at[timer]!;
		this.#at[timer] = at;
		if (at <= this.#next) this.#next = at;
		else if (before === this.#next) this.update();
	}
	clear(timer: Timer): void {
		const before = this.#at[timer]!;
		if (before === NEVER) return;
		this.#at[timer] = NEVER;
		if (before === this.#next) this.update();
	}
	isSet(timer: Timer): boolean {
		return this.#at[timer] !== NEVER;
	}
	clearAll(): void {
		this.#at.fill(NEVER);
		this.#next = NEVER;
	}
	get next(): Millis | undefined {
		return this.#next === NEVER ? undefined : this.#next;
	}
	/** One timer that is due, cleared; undefined when none is. */
	take(now: Millis): Timer | undefined {
		if (this.#next > now) return undefined;
		for (let i = 0; i < COUNT; i++)
			if (this.#at[i]! <= now) {
				this.#at[i] = NEVER;
				this.update();
				return i as Timer;
			}
		return undefined;
	}
	private update(): void {
		let next = NEVER;
		for (let i = 0; i < COUNT; i++) {
			const at = this.#at[i]!;
			if (at < next) next = at;
		}
		this.#next = next;
	}
}
