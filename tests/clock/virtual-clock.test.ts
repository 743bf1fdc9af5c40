import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../host-sim/clock/random.js";
import { RealClock } from "../../host-sim/clock/real-clock.js";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";

const dayMs = 86_400_000;

describe("virtual clock", () => {
	test("runs by time, then by the order of scheduling", () => {
		const clock = new VirtualClock();
		const seen: string[] = [];
		clock.at(20, () => seen.push(`c@${clock.now()}`));
		clock.at(10, () => seen.push(`a@${clock.now()}`));
		clock.at(10, () => seen.push(`b@${clock.now()}`));
		expect(clock.nextMs).toBe(10);
		expect(clock.run(15)).toBe(2);
		expect(seen).toEqual(["a@10", "b@10"]);
		expect(clock.now()).toBe(15);
		clock.run(20);
		expect(seen).toEqual(["a@10", "b@10", "c@20"]);
	});

	test("what is scheduled in the past runs now, after what is due", () => {
		const clock = new VirtualClock(100);
		const seen: string[] = [];
		clock.after(0, () => {
			clock.at(5, () => seen.push(`late@${clock.now()}`));
			seen.push("first");
		});
		clock.after(0, () => seen.push("second"));
		clock.run(100);
		expect(seen).toEqual(["first", "second", "late@100"]);
	});

	test("delays beyond 24.8 days keep their length", () => {
		const clock = new VirtualClock();
		let atMs = 0;
		clock.after(413 * dayMs, () => (atMs = clock.now()));
		clock.run(412 * dayMs);
		expect(atMs).toBe(0);
		clock.run(420 * dayMs);
		expect(atMs).toBe(413 * dayMs);
	});

	test("a cancelled action never runs; cancelling twice, late or nothing does no harm", () => {
		const clock = new VirtualClock();
		const seen: number[] = [];
		const one = clock.at(1, () => seen.push(1));
		clock.at(2, () => seen.push(2));
		const three = clock.at(3, () => seen.push(3));
		clock.cancel(three);
		clock.cancel(three);
		clock.cancel(undefined);
		clock.run(10);
		clock.cancel(one);
		expect(seen).toEqual([1, 2]);
		expect(clock.pending).toBe(0);
	});

	test("an exception leaves from run, and the rest still runs afterwards", () => {
		const clock = new VirtualClock();
		const seen: number[] = [];
		clock.at(1, () => {
			throw new Error("broken part");
		});
		clock.at(2, () => seen.push(2));
		expect(() => clock.run(5)).toThrow("broken part");
		expect(clock.now()).toBe(1);
		clock.run(5);
		expect(seen).toEqual([2]);
	});

	test("runWhile tells whether the condition still held at the end", () => {
		const clock = new VirtualClock();
		let done = false;
		clock.at(40, () => (done = true));
		expect(clock.runWhile(() => !done, 30)).toBe(true);
		expect(clock.now()).toBe(30);
		expect(clock.runWhile(() => !done, 100)).toBe(false);
		expect(clock.now()).toBe(40);
	});

	test("runAsync lets promises run between two actions", async () => {
		const clock = new VirtualClock();
		const seen: string[] = [];
		clock.at(1, () => void Promise.resolve().then(() => seen.push("promise of 1")));
		clock.at(2, () => seen.push("2"));
		await clock.runAsync(2);
		expect(seen).toEqual(["promise of 1", "2"]);
	});

	test("runAsync goes on with what a promise schedules after the last action", async () => {
		const clock = new VirtualClock();
		const seen: number[] = [];
		clock.at(1, () => void Promise.resolve().then(() => clock.after(1, () => seen.push(clock.now()))));
		await clock.runAsync(10);
		expect(seen).toEqual([2]);
		expect(clock.now()).toBe(10);
	});

	test("any mix of scheduling and cancelling runs as a sorted list would", () => {
		const step = fc.record({ timeMs: fc.integer({ min: 0, max: 50 }), cancels: fc.option(fc.nat(40), { nil: undefined }) });
		fc.assert(
			fc.property(fc.array(step, { maxLength: 60 }), steps => {
				const clock = new VirtualClock();
				const seen: number[] = [];
				const handles = steps.map(({ timeMs }, i) => clock.at(timeMs, () => seen.push(i)));
				const cancelled = new Set<number>();
				for (const { cancels } of steps) {
					if (cancels === undefined || cancels >= handles.length) continue;
					cancelled.add(cancels);
					clock.cancel(handles[cancels]);
				}
				clock.run(100);
				const expected = steps.map((_, i) => i).filter(i => !cancelled.has(i));
				expected.sort((a, b) => steps[a]!.timeMs - steps[b]!.timeMs || a - b);
				expect(seen).toEqual(expected);
			}),
			{ verbose: 1 },
		);
	});
});

describe("real clock", () => {
	test("one instant keeps its order, and a far action leaves a near one alone", async () => {
		const clock = new RealClock();
		const seen: string[] = [];
		clock.after(400 * dayMs, () => seen.push("far"));
		clock.at(0, () => seen.push("past"));
		const startMs = clock.now();
		clock.at(startMs + 5, () => seen.push("a"));
		clock.at(startMs + 5, () => seen.push("b"));
		await new Promise<void>(resolve => clock.after(20, resolve));
		expect(seen).toEqual(["past", "a", "b"]);
		expect(clock.now()).toBeGreaterThanOrEqual(20);
		clock.close();
	});

	test("a nearer action overtakes the one that is waited for", async () => {
		const clock = new RealClock();
		const started = performance.now();
		clock.after(5_000, () => undefined);
		await new Promise<void>(resolve => clock.after(2, resolve));
		expect(performance.now() - started).toBeLessThan(2_000);
		clock.close();
	});
});

describe("random", () => {
	test("the same seed gives the same numbers, another seed others", () => {
		const draw = (seed: number) => Array.from({ length: 5 }, createRandom(seed).next);
		expect(draw(7)).toEqual(draw(7));
		expect(draw(7)).not.toEqual(draw(8));
	});

	test("the numbers of a seed stay what they are", () => {
		const random = createRandom(1);
		expect(Array.from({ length: 4 }, () => random.integer(0, 999))).toEqual([539, 233, 722, 234]);
	});

	test("a fork does not depend on what was drawn before it", () => {
		const one = createRandom(3);
		const two = createRandom(3);
		two.next();
		expect(two.fork("radio").next()).toBe(one.fork("radio").next());
		expect(one.fork("radio").next()).not.toBe(one.fork("meter").next());
	});

	test("integers stay in range and reach both ends", () => {
		fc.assert(
			fc.property(fc.maxSafeInteger(), seed => {
				const random = createRandom(seed);
				const seen = new Set<number>();
				for (let i = 0; i < 200; i++) seen.add(random.integer(-1, 2));
				expect([...seen].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
			}),
			{ verbose: 1 },
		);
	});
});
