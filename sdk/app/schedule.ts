import type { Millis } from "./platform.js";

export interface ScheduleOptions {
	readonly everySeconds: number;
	/** 0 ≤ phase < 1: the device's own place in the interval, the same after every restart: `new Random(seedFrom(deviceId)).fraction()`. */
	readonly phase: number;
	/** Spread of a single report after its place, as a part of the interval, 0 … 0.5; default 0.1. */
	readonly jitter?: number;
	/** 0 ≤ result < 1, for the jitter. */
	readonly random: () => number;
	/** What {@link Schedule.configure} accepts; defaults 1 second and 31 days. */
	readonly minimumSeconds?: number;
	readonly maximumSeconds?: number;
}

/**
 * When to report, so that a million devices do not do it on the hour: device k of the fleet has its own phase, and each report
 * a jitter on top. Works on any time scale in milliseconds; on UTC the places survive restarts.
 */
export class Schedule {
	#everyMs = 0;
	#phase: number;
	#jitter: number;
	#random: () => number;
	#minimumSeconds: number;
	#maximumSeconds: number;
	/** @throws RangeError when the interval is outside the bounds, or phase or jitter outside theirs. */
	constructor(options: ScheduleOptions) {
		this.#phase = options.phase;
		this.#jitter = options.jitter ?? 0.1;
		this.#random = options.random;
		this.#minimumSeconds = options.minimumSeconds ?? 1;
		this.#maximumSeconds = options.maximumSeconds ?? 31 * 86400;
		if (!(this.#phase >= 0 && this.#phase < 1)) throw new RangeError("schedule: phase must be 0 or more and less than 1");
		if (!(this.#jitter >= 0 && this.#jitter <= 0.5)) throw new RangeError("schedule: jitter must be 0 to 0.5 of the interval");
		if (!this.configure(options.everySeconds)) throw new RangeError("schedule: everySeconds is outside its bounds");
	}
	get everySeconds(): number {
		return this.#everyMs / 1000;
	}
	/** A new interval, from the next call of {@link next} on. False, and nothing changed, when it is no number within the bounds. */
	configure(everySeconds: number): boolean {
		if (!(everySeconds >= this.#minimumSeconds && everySeconds <= this.#maximumSeconds)) return false;
		this.#everyMs = Math.floor(everySeconds * 1000);
		return true;
	}
	/**
	 * When to do it next, strictly after `nowMs`. Two successive times are an interval apart, give or take the jitter; asking
	 * twice before the place has come gives the same place with another jitter.
	 */
	next(nowMs: Millis): Millis {
		const every = this.#everyMs;
		const offset = Math.floor(this.#phase * every);
		const place = (Math.floor((nowMs - offset) / every) + 1) * every + offset;
		return place + Math.floor(this.#random() * this.#jitter * every);
	}
}
