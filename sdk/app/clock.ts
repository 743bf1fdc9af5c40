import type { Millis, TimeModule } from "./platform.js";

/**
 * Where a time comes from. `network`: the network's time was known when the stamp was made. `corrected`: it became known later
 * in the same session. `relative`: only the age is known. `unknown`: stamped without network time before a restart, so that
 * `ageSeconds` is the least it can be.
 */
export type TimeSource = "network" | "corrected" | "relative" | "unknown";

/** What is kept with a reading. `seconds` is UTC since 1970 when `absolute`, else since the start of `session`. */
export interface Stamp {
	absolute: boolean;
	seconds: number;
	session: number;
}

/** What is known of a stamp now. `utcSeconds` is 0 for `relative` and `unknown`; `ageSeconds` is never negative. */
export interface ResolvedTime {
	source: TimeSource;
	utcSeconds: number;
	ageSeconds: number;
}

/** Ticks of 32 bits made into milliseconds that only grow. Read it at least once in 49 days. */
export class Monotonic {
	#time: TimeModule;
	#lastTicks: number;
	#elapsedMs = 0;
	constructor(time: TimeModule) {
		this.#time = time;
		this.#lastTicks = time.ticks;
	}
	get nowMs(): Millis {
		return this.at(this.#time.ticks);
	}
	/** The same scale for a tick at most 24.8 days away. */
	at(ticks: number): Millis {
		const now = this.#time.ticks;
		this.#elapsedMs += (now - this.#lastTicks) >>> 0;
		this.#lastTicks = now;
		return this.#elapsedMs + ((ticks - now) | 0);
	}
}

/** The best time an application has: the network's when it came, else what passed since it started. */
export class Clock {
	#monotonic: Monotonic;
	#session: number;
	#utcAtStartMs: number | undefined;
	/** `session` tells this run from earlier ones (`Outbox.session`): times since start mean nothing across them. */
	constructor(options: { readonly time: TimeModule; readonly session: number }) {
		this.#monotonic = new Monotonic(options.time);
		this.#session = options.session;
	}
	/** Milliseconds since this clock was made. */
	get elapsedMs(): Millis {
		return this.#monotonic.nowMs;
	}
	get session(): number {
		return this.#session;
	}
	/** UTC milliseconds since 1970; undefined until the network's time came. */
	get utcMs(): number | undefined {
		return this.#utcAtStartMs === undefined ? undefined : this.#utcAtStartMs + this.elapsedMs;
	}
	/** `atTicks` is the platform's tick at which `utcMs` held (`modem.networkTime` has both). The newest wins. */
	setNetworkTime(utcMs: number, atTicks: number): void {
		this.#utcAtStartMs = utcMs - this.#monotonic.at(atTicks);
	}
	/** Stamps what happens now into a record of the caller's. */
	stamp(into: Stamp): Stamp {
		const utcMs = this.utcMs;
		into.absolute = utcMs !== undefined;
		into.seconds = Math.floor((utcMs ?? this.elapsedMs) / 1000);
		into.session = this.#session;
		return into;
	}
	/** Reads a stamp with what is known now, into a record of the caller's. */
	resolve(stamp: Readonly<Stamp>, into: ResolvedTime): ResolvedTime {
		const utcMs = this.utcMs;
		const elapsedSeconds = Math.floor(this.elapsedMs / 1000);
		const here = stamp.session === this.#session;
		into.utcSeconds = 0;
		if (stamp.absolute) {
			into.source = "network";
			into.utcSeconds = stamp.seconds;
			into.ageSeconds = utcMs === undefined ? 0 : Math.floor(utcMs / 1000) - stamp.seconds;
		} else if (!here) {
			into.source = "unknown";
			into.ageSeconds = elapsedSeconds;
		} else {
			into.source = this.#utcAtStartMs === undefined ? "relative" : "corrected";
			if (this.#utcAtStartMs !== undefined) into.utcSeconds = Math.floor(this.#utcAtStartMs / 1000 + stamp.seconds);
			into.ageSeconds = elapsedSeconds - stamp.seconds;
		}
		if (into.ageSeconds < 0) into.ageSeconds = 0;
		return into;
	}
}
