/** So many positions may have arrived before older ones; then the older ones have their turn. */
const MOST_AHEAD = 32;

/**
 * In which order positions leave: the newest first and alone, so that the server sees where the vehicle is, and then what was kept before it, oldest
 * first. The outbox counts what has arrived up to a number, so that what arrived ahead of older ones is remembered here until those have followed. A
 * restart forgets it: then a position may go out again, and the server knows it by its number.
 */
export class SendOrder {
	/** Ascending. */
	readonly #ahead: number[] = [];
	#newest = 0;

	/** Taken in this session and not yet arrived; 0: there is none. */
	get newest(): number {
		return this.#newest;
	}
	taken(sequence: number): void {
		this.#newest = sequence;
	}
	/** What goes next. `pending`: positions that the outbox keeps. */
	next(pending: number): "live" | "history" | undefined {
		if (pending <= this.#ahead.length) return undefined;
		return this.#newest !== 0 && this.#ahead.length < MOST_AHEAD ? "live" : "history";
	}
	isAhead(sequence: number): boolean {
		return this.#ahead.includes(sequence);
	}
	/**
	 * The newest has arrived. `pending` and `nextSequence` are the outbox's. Returns the number up to which all has arrived now; undefined while older
	 * ones are missing.
	 */
	liveArrived(sequence: number, pending: number, nextSequence: number): number | undefined {
		if (this.#newest === sequence) this.#newest = 0;
		const newer = nextSequence - 1 - sequence;
		if (pending - newer - this.#ahead.length > 1) {
			this.#ahead.push(sequence);
			return undefined;
		}
		this.#ahead.length = 0;
		return sequence;
	}
	/** All up to `sequence` that were not ahead have arrived. Returns the number up to which all has arrived now. */
	historyArrived(sequence: number): number {
		let arrived = sequence;
		if (this.#newest !== 0 && this.#newest <= arrived) this.#newest = 0;
		while (this.#ahead.length > 0 && this.#ahead[0] <= arrived + 1) arrived = Math.max(arrived, this.#ahead.shift()!);
		return arrived;
	}
	/** The outbox lost some, and nobody knows which: those that arrived ahead may go out again. */
	lost(): void {
		this.#ahead.length = 0;
	}
}
