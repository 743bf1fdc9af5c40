import type { VirtualClock } from "../../../host-sim/clock/virtual-clock.js";
import { createTimer } from "../../../host-sim/platform/timer.js";

/** The platform's timers on a clock; what a callback throws is the test's failure. */
export function timersOf(clock: VirtualClock) {
	return createTimer(clock, {
		alive: true,
		call: (callback, receiver, ...args) => callback?.apply(receiver, [...args]),
		fail: error => {
			throw error;
		},
		onEnd: () => () => {},
		realm: { ArrayBuffer, Error, TypeError, RangeError, SyntaxError },
	});
}
