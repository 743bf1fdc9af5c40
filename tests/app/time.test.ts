import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAddress } from "../../sdk/app/address.js";
import { Clock, Monotonic, type ResolvedTime, type Stamp } from "../../sdk/app/clock.js";
import { Random, seedFrom } from "../../sdk/app/random.js";
import { Schedule } from "../../sdk/app/schedule.js";
import { hex } from "./server.js";

const time = { ticks: 0 };
const stamp = (): Stamp => ({ absolute: false, seconds: 0, session: 0 });
const resolved = (): ResolvedTime => ({ source: "unknown", utcSeconds: 0, ageSeconds: 0 });

describe("the clock", () => {
	test("counts on when the ticks wrap, signed or unsigned", () => {
		for (const start of [2 ** 31 - 10, 2 ** 32 - 10]) {
			for (const wrap of [(ticks: number) => ticks | 0, (ticks: number) => ticks >>> 0]) {
				time.ticks = wrap(start);
				const monotonic = new Monotonic(time);
				time.ticks = wrap(start + 20);
				expect(monotonic.nowMs).toBe(20);
				expect(monotonic.at(wrap(start + 5))).toBe(5);
				time.ticks = wrap(start + 4_000_000_000);
				expect(monotonic.nowMs).toBe(4_000_000_000);
			}
		}
	});
	test("relative until the network's time comes, corrected after it, network from then on", () => {
		time.ticks = 1000;
		const clock = new Clock({ time, session: 7 });
		time.ticks = 61_000;
		const early = clock.stamp(stamp());
		expect(early).toEqual({ absolute: false, seconds: 60, session: 7 });
		time.ticks = 91_000;
		expect(clock.utcMs).toBeUndefined();
		expect(clock.resolve(early, resolved())).toEqual({ source: "relative", utcSeconds: 0, ageSeconds: 30 });
		// It held one second ago.
		clock.setNetworkTime(1_700_000_000_000, 90_000);
		expect(clock.utcMs).toBe(1_700_000_001_000);
		expect(clock.resolve(early, resolved())).toEqual({ source: "corrected", utcSeconds: 1_699_999_971, ageSeconds: 30 });
		const late = clock.stamp(stamp());
		expect(late).toEqual({ absolute: true, seconds: 1_700_000_001, session: 7 });
		time.ticks = 95_000;
		expect(clock.resolve(late, resolved())).toEqual({ source: "network", utcSeconds: 1_700_000_001, ageSeconds: 4 });
	});
	test("after a restart: UTC stays, a relative stamp is at least as old as the session", () => {
		time.ticks = 0;
		const clock = new Clock({ time, session: 8 });
		time.ticks = 5000;
		expect(clock.resolve({ absolute: false, seconds: 60, session: 7 }, resolved())).toEqual({
			source: "unknown",
			utcSeconds: 0,
			ageSeconds: 5,
		});
		clock.setNetworkTime(1_700_000_100_000, 5000);
		expect(clock.resolve({ absolute: false, seconds: 60, session: 7 }, resolved()).source).toBe("unknown");
		expect(clock.resolve({ absolute: true, seconds: 1_700_000_000, session: 7 }, resolved())).toEqual({
			source: "network",
			utcSeconds: 1_700_000_000,
			ageSeconds: 100,
		});
	});
});

describe("random", () => {
	test("xorshift32 from seed 1: Marsaglia's 13, 17, 5", () => {
		const random = new Random(1);
		expect([random.next(), random.next(), random.next()]).toEqual([270369, 67634689, 2647435461]);
		expect(new Random(0).next()).toBeGreaterThan(0);
	});
	test("fractions are below 1 and integers below their limit", () => {
		fc.assert(
			fc.property(fc.integer(), fc.integer({ min: 1, max: 1000 }), (seed, limit) => {
				const random = new Random(seed);
				for (let count = 0; count < 50; count++) {
					const fraction = random.fraction();
					expect(fraction >= 0 && fraction < 1).toBe(true);
					const integer = random.below(limit);
					expect(Number.isInteger(integer) && integer >= 0 && integer < limit).toBe(true);
				}
			}),
		);
	});
	test("devices with neighbouring identifiers are spread evenly; sessions differ", () => {
		const buckets = new Array(10).fill(0);
		for (let device = 0; device < 10_000; device++) buckets[Math.floor(new Random(seedFrom(`8612345600${device}`)).fraction() * 10)]++;
		for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(150);
		expect(seedFrom("a", 1)).not.toBe(seedFrom("a", 2));
		expect(seedFrom("a")).toBe(seedFrom("a"));
	});
});

describe("the schedule", () => {
	const every = (everySeconds: number, phase: number, jitter: number, random: () => number) =>
		new Schedule({ everySeconds, phase, jitter, random });
	test("places are at the device's phase, jitter comes on top", () => {
		const schedule = every(3600, 0.25, 0.1, () => 0.5);
		expect(schedule.next(0)).toBe(900_000 + 180_000);
		expect(schedule.next(899_999)).toBe(1_080_000);
		expect(schedule.next(900_000)).toBe(3_600_000 + 1_080_000);
		expect(schedule.next(1_080_000)).toBe(3_600_000 + 1_080_000);
	});
	test("always later than now; once an interval, give or take the jitter", () => {
		const options = fc.record({
			everySeconds: fc.integer({ min: 10, max: 90_000 }),
			phase: fc.double({ min: 0, max: 0.999, noNaN: true }),
			jitter: fc.double({ min: 0, max: 0.5, noNaN: true }),
			start: fc.integer({ min: 0, max: 2 ** 41 }),
			seed: fc.integer(),
		});
		fc.assert(
			fc.property(options, ({ everySeconds, phase, jitter, start, seed }) => {
				const random = new Random(seed);
				const schedule = every(everySeconds, phase, jitter, () => random.fraction());
				const everyMs = everySeconds * 1000;
				let now = schedule.next(start);
				expect(now > start && now - start <= everyMs * (1 + jitter)).toBe(true);
				for (let count = 0; count < 20; count++) {
					const next = schedule.next(now);
					expect(next > now).toBe(true);
					expect(Math.abs(next - now - everyMs) <= everyMs * jitter + 1).toBe(true);
					now = next;
				}
			}),
		);
	});
	test("takes another interval within its bounds, and no nonsense", () => {
		const schedule = new Schedule({ everySeconds: 3600, phase: 0, random: () => 0, minimumSeconds: 60, maximumSeconds: 86_400 });
		for (const wrong of [59, 86_401, NaN, Infinity, -3600, "x" as unknown as number]) expect(schedule.configure(wrong)).toBe(false);
		expect(schedule.everySeconds).toBe(3600);
		expect(schedule.configure(60)).toBe(true);
		expect(schedule.next(1)).toBe(60_000);
		expect(() => every(0.5, 0, 0, () => 0)).toThrow(RangeError);
		expect(() => every(60, 1, 0, () => 0)).toThrow(RangeError);
		expect(() => every(60, 0, 0.6, () => 0)).toThrow(RangeError);
	});
});

describe("addresses", () => {
	const bytes = new Uint8Array(16);
	test.each([
		["2001:db8::1", "20010db8000000000000000000000001"],
		["2001:0DB8:0:0:0:0:0:1", "20010db8000000000000000000000001"],
		["::", "00000000000000000000000000000000"],
		["::1", "00000000000000000000000000000001"],
		["1::", "00010000000000000000000000000000"],
		["fe80::1%eth0", "fe800000000000000000000000000001"],
		["64:ff9b::192.0.2.33", "0064ff9b0000000000000000c0000221"],
		["1:2:3:4:5:6:7:8", "00010002000300040005000600070008"],
		["1:2:3:4:5:6:192.0.2.1", "000100020003000400050006c0000201"],
		["192.0.2.1", "00000000000000000000ffffc0000201"],
		["::ffff:192.0.2.1", "00000000000000000000ffffc0000201"],
	])("%s", (text, expected) => {
		expect(parseAddress(text, bytes)).toBe(true);
		expect(hex(bytes)).toBe(expected);
	});
	test.each([
		"",
		":",
		":::",
		"1:2",
		"1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:8:9",
		"1::2::3",
		"12345::",
		"g::",
		"1:2:3:4:5:6:7:",
		":1::",
		"1.2.3",
		"1.2.3.4.5",
		"256.1.1.1",
		"1..2.3",
		"1.2.3.4 ",
		"host",
		"::1.2.3",
		"1:2:3:4:5:6:7:1.2.3.4",
	])("%s is none", text => {
		expect(parseAddress(text, bytes)).toBe(false);
	});
});
