import type { Scheduled } from "./clock.js";

interface Entry extends Scheduled {
	readonly sequence: number;
	readonly action: () => void;
	/** Place in the heap, so that cancelling costs no search; -1 once it has left. */
	index: number;
}

function isBefore(a: Entry, b: Entry): boolean {
	return a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.sequence < b.sequence);
}

/** Actions ordered by (time, order of scheduling): a binary heap. */
export class Schedule {
	readonly #heap: Entry[] = [];
	#sequence = 0;

	get size(): number {
		return this.#heap.length;
	}

	get nextMs(): number | undefined {
		return this.#heap[0]?.timeMs;
	}

	add(timeMs: number, action: () => void): Scheduled {
		if (!Number.isFinite(timeMs)) throw new RangeError(`an action needs a finite time, not ${timeMs}`);
		const entry: Entry = { timeMs, sequence: this.#sequence++, action, index: this.#heap.length };
		this.#heap.push(entry);
		this.#up(entry);
		return entry;
	}

	/** Takes the first action out; the caller runs it. */
	take(): (() => void) | undefined {
		const first = this.#heap[0];
		if (first === undefined) return undefined;
		this.#remove(first);
		return first.action;
	}

	cancel(scheduled: Scheduled | undefined): void {
		if (scheduled === undefined) return;
		const entry = scheduled as Entry;
		if (this.#heap[entry.index] === entry) this.#remove(entry);
	}

	clear(): void {
		for (const entry of this.#heap) entry.index = -1;
		this.#heap.length = 0;
	}

	#remove(entry: Entry): void {
		const last = this.#heap.pop() as Entry;
		if (last !== entry) {
			this.#place(last, entry.index);
			this.#up(last);
			this.#down(last);
		}
		entry.index = -1;
	}

	#place(entry: Entry, index: number): void {
		this.#heap[index] = entry;
		entry.index = index;
	}

	#up(entry: Entry): void {
		while (entry.index > 0) {
			const at = entry.index;
			const parent = this.#heap[(at - 1) >> 1] as Entry;
			if (!isBefore(entry, parent)) return;
			this.#place(entry, parent.index);
			this.#place(parent, at);
		}
	}

	#down(entry: Entry): void {
		for (;;) {
			const at = entry.index;
			let child = this.#heap[2 * at + 1];
			const right = this.#heap[2 * at + 2];
			if (child === undefined) return;
			if (right !== undefined && isBefore(right, child)) child = right;
			if (!isBefore(child, entry)) return;
			this.#place(entry, child.index);
			this.#place(child, at);
		}
	}
}
