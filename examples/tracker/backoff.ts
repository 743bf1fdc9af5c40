/** First wait after a connection that failed. */
const FIRST_SECONDS = 5;

/** How long to wait before the next try: twice as long after each failure, and never the same for two devices. */
export class Backoff {
	readonly #random: () => number;
	#failures = 0;

	/** `random`: 0 ≤ result < 1. */
	constructor(random: () => number) {
		this.#random = random;
	}
	/** Something got through. */
	succeeded(): void {
		this.#failures = 0;
	}
	/** Milliseconds to wait after one more failure: half to one and a half of the step, which grows up to `longestSeconds`. */
	failedMs(longestSeconds: number): number {
		const step = Math.min(FIRST_SECONDS * 2 ** Math.min(this.#failures++, 16), longestSeconds);
		return Math.round(step * (0.5 + this.#random()) * 1000);
	}
}
