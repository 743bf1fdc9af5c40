import type { Millis } from "../at/line.js";
import type { TimeModule, TimerModule } from "./ecma419.js";

/** What a pump drives: bytes and time in, bytes and a deadline out. */
export interface SansIo {
	receive(bytes: Uint8Array, now: Millis): void;
	transmit(limit: number, now: Millis): Uint8Array | undefined;
	readonly deadline: Millis | undefined;
	expire(now: Millis): void;
}
/** Where the bytes go. */
export interface Outlet {
	readonly room: number;
	write(bytes: Uint8Array): boolean;
}

/** 12.4 days: what any 32-bit timer can carry, and short enough that ticks of 32 bits are never read twice in a wrap. */
const LONGEST_DELAY_MS = 2 ** 30;
/** Turns taken at once before the platform gets its own turn. */
const TURNS = 8;

/**
 * Drives a sans-IO core from the platform's timer and ticks, with a single timer. Ticks are 32 bits that wrap after 49.7 days and start
 * again after the microcontroller's deep sleep; the core sees milliseconds that only grow.
 */
export class Pump {
	#core: SansIo;
	#outlet: Outlet;
	#timer: TimerModule;
	#time: TimeModule;
	#id: unknown = undefined;
	#armedFor: Millis = 0;
	#lastTicks: number;
	#now: Millis = 0;
	#running = false;
	#closed = false;
	readonly #fire: () => void;
	constructor(core: SansIo, outlet: Outlet, timer: TimerModule, time: TimeModule) {
		this.#core = core;
		this.#outlet = outlet;
		this.#timer = timer;
		this.#time = time;
		this.#lastTicks = time.ticks;
		this.#fire = firing(this);
	}
	/** The timer. @internal */
	fired(): void {
		this.#id = undefined;
		this.run(true);
	}
	get now(): Millis {
		const ticks = this.#time.ticks;
		const passed = (ticks - this.#lastTicks) | 0;
		this.#lastTicks = ticks;
		// Backwards: the counter started again. How long that took nobody knows; waiting goes on from here.
		if (passed > 0) this.#now += passed;
		return this.#now;
	}
	/** The platform's ticks at a time of the core's. */
	ticksAt(at: Millis): number {
		const now = this.now;
		return (this.#lastTicks - (now - at)) | 0;
	}
	received(bytes: Uint8Array): void {
		if (this.#closed) return;
		this.#core.receive(bytes, this.now);
		this.run(true);
	}
	/** The port takes bytes again. */
	writable(): void {
		this.run(false);
	}
	/** The application called the core: what follows from it comes on a turn of its own. */
	kick(): void {
		if (!this.#running) this.arm(0);
	}
	private run(mayExpire: boolean): void {
		if (this.#running || this.#closed) return;
		this.#running = true;
		try {
			let turns = mayExpire ? TURNS : 1;
			do {
				this.transmitNow();
				if (mayExpire && this.isDue()) this.#core.expire(this.now);
				turns--;
			} while (turns > 0 && !this.#closed && this.isDue());
			this.transmitNow();
		} finally {
			this.#running = false;
			this.arm(undefined);
		}
	}
	private isDue(): boolean {
		const deadline = this.#core.deadline;
		return deadline !== undefined && deadline <= this.now;
	}
	private transmitNow(): void {
		while (this.#outlet.room > 0 && !this.#closed) {
			const bytes = this.#core.transmit(this.#outlet.room, this.now);
			if (bytes === undefined || !this.#outlet.write(bytes)) return;
		}
	}
	/** A timer that fires too early does no harm and costs less than setting another. */
	private arm(delayMs: Millis | undefined): void {
		if (this.#closed) return;
		const now = this.now;
		// With nothing to wait for the ticks are still read in time, or a wrap would be lost.
		const deadline = delayMs === undefined ? (this.#core.deadline ?? now + LONGEST_DELAY_MS) : now + delayMs;
		const at = Math.max(deadline, now);
		if (this.#id !== undefined) {
			if (this.#armedFor <= at) return;
			this.#timer.clear(this.#id);
		}
		const wait = Math.min(at - now, LONGEST_DELAY_MS);
		this.#armedFor = now + wait;
		this.#id = this.#timer.set(this.#fire, Math.ceil(wait));
	}
	close(): void {
		this.#closed = true;
		if (this.#id !== undefined) this.#timer.clear(this.#id);
		this.#id = undefined;
	}
}

/** Declared here it holds on to the pump alone: on XS an arrow function of the constructor would cost half as much again. */
function firing(pump: Pump): () => void {
	return () => pump.fired();
}
