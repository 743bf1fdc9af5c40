import type TimerModule from "timer";
import type { Clock, Scheduled } from "../clock/clock.js";
import type { Lifetime } from "./lifetime.js";

/** Delays on a board are 32-bit integers; a longer one would fire at the wrong time there. */
const longestDelayMs = 2 ** 31 - 1;

/** Moddable's `timer` module over the clock of the simulation. */
export function createTimer(clock: Clock, life: Lifetime): typeof TimerModule {
	const toDelayMs = (value: unknown): number => {
		if (typeof value === "bigint" || typeof value === "symbol") throw new life.realm.TypeError("a delay is a number of milliseconds");
		const delayMs = Math.trunc(Number(value ?? 0)) || 0;
		if (delayMs > longestDelayMs) throw new life.realm.RangeError(`a delay of ${delayMs} ms does not fit a board's 32-bit timer: split it`);
		return Math.max(delayMs, 0);
	};

	return class Timer {
		#callback: (timer: Timer) => unknown;
		#repeatMs = 0;
		#scheduled: Scheduled | undefined;
		#forget: (() => void) | undefined;

		private constructor(callback: (timer: Timer) => unknown) {
			this.#callback = callback;
			this.#forget = life.onEnd(() => clock.cancel(this.#scheduled));
		}

		/** Once after `delayMs`, then every `repeatMs` unless that is 0. Never from inside this call. */
		static set(callback: (timer: Timer) => unknown, delayMs?: number, repeatMs?: number): Timer {
			const first = toDelayMs(delayMs);
			const repeat = toDelayMs(repeatMs);
			const timer = new Timer(callback);
			timer.#arm(first, repeat);
			return timer;
		}

		static repeat(callback: (timer: Timer) => unknown, intervalMs: number): Timer {
			return Timer.set(callback, intervalMs, intervalMs);
		}

		/** Without a delay the timer waits until it is scheduled again. */
		static schedule(timer: Timer, delayMs?: number, repeatMs?: number): void {
			if (!(timer instanceof Timer) || timer.#forget === undefined) {
				throw new life.realm.SyntaxError("the timer has been cleared, or fired for the last time");
			}
			clock.cancel(timer.#scheduled);
			timer.#scheduled = undefined;
			// Waiting is not ending: it survives the return of the callback that asked for it.
			if (delayMs === undefined) timer.#repeatMs = Number.POSITIVE_INFINITY;
			else timer.#arm(toDelayMs(delayMs), toDelayMs(repeatMs));
		}

		static clear(timer: Timer | undefined | null): void {
			if (timer instanceof Timer) timer.#end();
		}

		static delay(): never {
			throw new life.realm.Error("Timer.delay stops the whole board: use Timer.set");
		}

		#arm(delayMs: number, repeatMs: number): void {
			this.#repeatMs = repeatMs;
			this.#scheduled = clock.after(delayMs, this.#fire);
		}

		readonly #fire = (): void => {
			const fired = this.#scheduled;
			life.call(this.#callback, undefined, this);
			// The callback may have cleared or scheduled its own timer.
			if (this.#forget === undefined || this.#scheduled !== fired || !life.alive) return;
			if (this.#repeatMs > 0) this.#scheduled = clock.after(this.#repeatMs, this.#fire);
			else this.#end();
		};

		#end(): void {
			clock.cancel(this.#scheduled);
			this.#scheduled = undefined;
			this.#forget?.();
			this.#forget = undefined;
		}
	};
}
