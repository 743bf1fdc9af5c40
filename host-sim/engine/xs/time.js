import { firstTick, now } from "./native.js";

const startMs = now();

// biome-ignore lint/complexity/noStaticOnlyClass: Moddable's is a class.
export default class Time {
	/** A 32-bit integer with sign, as Moddable's: wraps after 2^32 ms. Compare two only by `delta`. */
	static get ticks() {
		return Math.floor(firstTick + now() - startMs) | 0;
	}

	static delta(start, end = Time.ticks) {
		return (end - start) | 0;
	}
}
