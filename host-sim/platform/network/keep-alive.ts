import type { Timer } from "timer";
import type { Timers } from "./stream.js";

export interface KeepAliveOwner {
	/** Send a PINGREQ as soon as there is room. */
	ping(): void;
	/** It is the application that has to go on first: with what arrived, behind which an answer cannot be seen, or with what it writes. */
	isHeldUp(): boolean;
	/** No answer came within so many milliseconds. */
	silent(withinMs: number): void;
}

/** Quarters of the interval without a packet after which one is due, so that the broker sees one within it (MQTT 3.1.1, 3.1.2.10). */
const PING_AFTER = 3;
/** An assumption: quarters within which the broker answers; the standard leaves the "reasonable time" open. */
const ANSWER_WITHIN = 4;

/** Counts quarters of the interval, since a packet was sent and since one had to come. */
export class KeepAlive {
	readonly #intervalMs: number;
	readonly #timers: Timers;
	readonly #owner: KeepAliveOwner;
	#timer: Timer | undefined;
	#sinceSent = 0;
	/** Undefined where no answer is due. */
	#sincePing: number | undefined;

	/** 0: neither asks nor waits. */
	constructor(intervalMs: number, timers: Timers, owner: KeepAliveOwner) {
		this.#intervalMs = intervalMs;
		this.#timers = timers;
		this.#owner = owner;
	}

	start(): void {
		if (this.#intervalMs > 0) this.#timer = this.#timers.repeat(() => this.quarter(), this.#intervalMs / 4);
	}

	stop(): void {
		this.#timers.clear(this.#timer);
		this.#timer = undefined;
	}

	sent(): void {
		this.#sinceSent = 0;
	}

	pinged(): void {
		this.#sincePing ??= 0;
	}

	/** Whatever comes shows that the broker lives. */
	heard(): void {
		this.#sincePing = undefined;
	}

	private quarter(): void {
		this.#sinceSent++;
		if (this.#sincePing !== undefined) {
			if (!this.#owner.isHeldUp() && ++this.#sincePing >= ANSWER_WITHIN) this.#owner.silent(this.#intervalMs);
		} else if (this.#sinceSent >= PING_AFTER) {
			this.pinged();
			this.#owner.ping();
		}
	}
}
