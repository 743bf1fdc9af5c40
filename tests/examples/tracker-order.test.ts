import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Backoff } from "../../examples/tracker/backoff.js";
import { SendOrder } from "../../examples/tracker/send-order.js";

/** The outbox as the order sees it: numbers up to `acknowledged` are settled, and those that were dropped are gone. */
class Kept {
	acknowledged = 0;
	nextSequence = 1;
	readonly order = new SendOrder();
	/** Numbers in the order in which they arrived. */
	readonly arrived: number[] = [];
	get pending(): number {
		return this.nextSequence - 1 - this.acknowledged;
	}
	take(): void {
		this.order.taken(this.nextSequence++);
	}
	/** Sends once, a history of so many at most; what is taken meanwhile comes behind it. False: there is nothing to send. */
	send(most: number, takenMeanwhile = 0): "live" | "history" | undefined {
		const kind = this.order.next(this.pending);
		if (kind === undefined) return undefined;
		const sent = kind === "live" ? [this.order.newest] : this.oldest(most);
		for (let count = 0; count < takenMeanwhile; count++) this.take();
		this.arrived.push(...sent);
		const last = sent[sent.length - 1];
		const settled = kind === "live" ? this.order.liveArrived(last, this.pending, this.nextSequence) : this.order.historyArrived(last);
		if (settled !== undefined) this.acknowledged = settled;
		return kind;
	}
	private oldest(most: number): number[] {
		const numbers: number[] = [];
		for (let number = this.acknowledged + 1; number < this.nextSequence && numbers.length < most; number++)
			if (!this.order.isAhead(number)) numbers.push(number);
		return numbers;
	}
}

describe("which position goes first", () => {
	test("one at a time each is the newest", () => {
		const kept = new Kept();
		for (let number = 1; number <= 3; number++) {
			kept.take();
			expect(kept.send(8)).toBe("live");
			expect(kept.acknowledged).toBe(number);
		}
		expect(kept.send(8)).toBe(undefined);
	});

	test("after an outage the newest and alone, then the others, oldest first, without it", () => {
		const kept = new Kept();
		for (let count = 0; count < 6; count++) kept.take();
		expect(kept.send(3)).toBe("live");
		expect(kept.acknowledged).toBe(0);
		expect(kept.send(3)).toBe("history");
		expect(kept.acknowledged).toBe(3);
		expect(kept.send(3)).toBe("history");
		expect(kept.arrived).toEqual([6, 1, 2, 3, 4, 5]);
		expect(kept.acknowledged).toBe(6);
		expect(kept.send(3)).toBe(undefined);
	});

	test("one that is taken meanwhile goes before the rest of the history", () => {
		const kept = new Kept();
		for (let count = 0; count < 4; count++) kept.take();
		kept.send(2);
		kept.send(2, 1);
		expect(kept.send(2)).toBe("live");
		kept.send(2);
		expect(kept.arrived).toEqual([4, 1, 2, 5, 3]);
		expect(kept.acknowledged).toBe(5);
	});

	test("what an earlier session left has no newest", () => {
		const kept = new Kept();
		kept.nextSequence = 4;
		expect(kept.send(8)).toBe("history");
		expect(kept.arrived).toEqual([1, 2, 3]);
		expect(kept.acknowledged).toBe(3);
	});

	test("history has its turn where new positions come as fast as they go", () => {
		const kept = new Kept();
		for (let count = 0; count < 100; count++) kept.take();
		let history = 0;
		for (let count = 0; count < 200; count++) if (kept.send(8, 1) === "history") history++;
		expect(history).toBeGreaterThan(12);
		expect(kept.pending).toBeLessThan(70);
	});

	test("positions that were dropped, those that had arrived among them, hold nothing up", () => {
		const order = new SendOrder();
		order.taken(10);
		expect(order.liveArrived(10, 8, 11)).toBe(undefined);
		order.lost();
		expect(order.isAhead(10)).toBe(false);
		expect(order.next(3)).toBe("history");
		expect(order.historyArrived(10)).toBe(10);
		expect(order.next(0)).toBe(undefined);
	});

	test("whatever happens, each arrives once, the history in order, and the end is reached", () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.nat(4), fc.nat(3), fc.integer({ min: 1, max: 9 })), { maxLength: 60 }), steps => {
				const kept = new Kept();
				for (const [taken, sends, most] of steps) {
					for (let count = 0; count < taken; count++) kept.take();
					for (let count = 0; count < sends; count++) kept.send(most, taken % 2);
				}
				while (kept.send(5) !== undefined);
				const all = Array.from({ length: kept.nextSequence - 1 }, (_, index) => index + 1);
				expect([...kept.arrived].sort((a, b) => a - b)).toEqual(all);
				expect(kept.acknowledged).toBe(kept.nextSequence - 1);
			}),
			{ seed: 31, numRuns: 300 },
		);
	});
});

test("waits grow from 5 seconds to the longest, spread by half, and begin anew after a success", () => {
	const fractions = [0.5, 0, 0.999, 0.5, 0.5, 0.5, 0.5];
	const backoff = new Backoff(() => fractions.shift()!);
	expect([900, 900, 900, 900, 30, 30].map(longest => backoff.failedMs(longest))).toEqual([5_000, 5_000, 29_980, 40_000, 30_000, 30_000]);
	backoff.succeeded();
	expect(backoff.failedMs(900)).toBe(5_000);
});
