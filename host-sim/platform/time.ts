import type TimeModule from "time";
import type { Clock } from "../clock/clock.js";

/** Moddable's `time` module: a counter of milliseconds that is a 32-bit integer with sign, as on a microcontroller. */
export function createTime(clock: Clock, firstTick: number): typeof TimeModule {
	const startMs = clock.now();
	const now = (): number => Math.floor(firstTick + clock.now() - startMs) | 0;
	return Object.freeze({
		/** Wraps after 2^32 ms, 49.7 days: compare two only by `delta`. */
		get ticks(): number {
			return now();
		},
		delta: (start: number, end = now()): number => (end - start) | 0,
	});
}
