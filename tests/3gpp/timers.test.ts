import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	activeTimeOfHex,
	decodeActiveTime,
	decodeGprsTimer,
	decodePeriodicTau,
	encodeActiveTime,
	encodePeriodicTau,
	LONGEST_ACTIVE_SECONDS,
	LONGEST_PERIODIC_TAU_SECONDS,
	periodicTauOfHex,
} from "../../sdk/3gpp/timers.js";

const octet = fc.integer({ min: 0, max: 255 }).map(value => value.toString(2).padStart(8, "0"));

describe("what a capture of a BC660K-GL shows", () => {
	test("asked: 10 h in one unit of 10 h, 3 min", () => {
		expect(decodePeriodicTau("01000001")).toBe(36_000);
		expect(decodeActiveTime("00100011")).toBe(180);
	});
	test("granted: the same 10 h in ten units of 1 h", () => {
		expect(decodePeriodicTau("00101010")).toBe(36_000);
	});
	test("10 h is written in the coarsest unit, as the host of that capture wrote it", () => {
		expect(encodePeriodicTau(36_000)).toEqual({ bits: "01000001", seconds: 36_000 });
		expect(encodeActiveTime(180)).toEqual({ bits: "00100011", seconds: 180 });
	});
});

describe("units of TS 24.008 10.5.7.4a and 10.5.7.4", () => {
	test.each([
		["00000001", 600],
		["00100001", 3600],
		["01000001", 36_000],
		["01100001", 2],
		["10000001", 30],
		["10100001", 60],
		["11000001", 1_152_000],
		["11011111", 35_712_000],
		["00000000", 0],
		["11100000", Number.POSITIVE_INFINITY],
		["11111111", Number.POSITIVE_INFINITY],
	])("T3412 extended %s is %d s", (bits, seconds) => expect(decodePeriodicTau(bits)).toBe(seconds));
	test.each([
		["00000001", 2],
		["00100001", 60],
		["01000001", 360],
		["01011111", 11_160],
		["11100000", Number.POSITIVE_INFINITY],
		// A reserved unit is read as minutes.
		["01100010", 120],
	])("T3324 %s is %d s", (bits, seconds) => {
		expect(decodeActiveTime(bits)).toBe(seconds);
		expect(decodeGprsTimer(bits)).toBe(seconds);
	});
	test.each(["", "0010001", "001000110", "0010001x", "00100012", "undefined"])("%j is no timer", bits => {
		expect(decodePeriodicTau(bits)).toBeUndefined();
		expect(decodeActiveTime(bits)).toBeUndefined();
	});
});

describe("rounding", () => {
	test.each([
		[0, "01100000", 0],
		[1, "01100001", 2],
		[2, "01100001", 2],
		[61, "01111111", 62],
		[63, "10000011", 90],
		[3240, "00100001", 3600],
		[86_400, "00111000", 86_400],
		[35_712_001, "11011111", 35_712_000],
	])("a periodic TAU of %d s is asked for as %s", (asked, bits, seconds) => expect(encodePeriodicTau(asked)).toEqual({ bits, seconds }));
	test.each([
		[0, "00000000", 0],
		[2, "00000001", 2],
		[3, "00000010", 4],
		[10, "00000101", 10],
		[63, "00100010", 120],
		[20_000, "01011111", 11_160],
	])("an active time of %d s is asked for as %s", (asked, bits, seconds) => expect(encodeActiveTime(asked)).toEqual({ bits, seconds }));
	test("Infinity deactivates", () => {
		expect(encodePeriodicTau(Number.POSITIVE_INFINITY)).toEqual({ bits: "11100000", seconds: Number.POSITIVE_INFINITY });
		expect(encodeActiveTime(Number.POSITIVE_INFINITY).bits).toBe("11100000");
	});
	test.each([-1, Number.NaN])("%d s is refused", seconds => {
		expect(() => encodePeriodicTau(seconds)).toThrow(RangeError);
		expect(() => encodeActiveTime(seconds)).toThrow(RangeError);
	});
});

describe("properties", () => {
	test("what is decoded and encoded again lasts as long, and what is encoded says what it decodes to", () => {
		fc.assert(
			fc.property(octet, bits => {
				const tau = decodePeriodicTau(bits)!;
				const active = decodeActiveTime(bits)!;
				expect(encodePeriodicTau(tau).seconds).toBe(tau);
				expect(decodePeriodicTau(encodePeriodicTau(tau).bits)).toBe(tau);
				expect(encodeActiveTime(active).seconds).toBe(active);
				expect(decodeActiveTime(encodeActiveTime(active).bits)).toBe(active);
			}),
		);
	});
	test("never shorter than asked within the range, and no encoding in between", () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: LONGEST_PERIODIC_TAU_SECONDS }), octet, (asked, other) => {
				const { bits, seconds } = encodePeriodicTau(asked);
				expect(seconds).toBeGreaterThanOrEqual(asked);
				expect(decodePeriodicTau(bits)).toBe(seconds);
				const between = decodePeriodicTau(other)!;
				expect(between >= asked && between < seconds).toBe(false);
			}),
			{ numRuns: 1000 },
		);
		fc.assert(
			fc.property(fc.integer({ min: 0, max: LONGEST_ACTIVE_SECONDS }), fc.integer({ min: 0, max: 95 }), (asked, other) => {
				const { bits, seconds } = encodeActiveTime(asked);
				expect(seconds).toBeGreaterThanOrEqual(asked);
				expect(decodeActiveTime(bits)).toBe(seconds);
				const between = decodeActiveTime(other.toString(2).padStart(8, "0"))!;
				expect(between >= asked && between < seconds).toBe(false);
			}),
			{ numRuns: 1000 },
		);
	});
	test("from a hexadecimal reading of the field it is the same", () => {
		fc.assert(
			fc.property(octet, bits => {
				expect(periodicTauOfHex(Number.parseInt(bits, 16))).toBe(decodePeriodicTau(bits));
				expect(activeTimeOfHex(Number.parseInt(bits, 16))).toBe(decodeActiveTime(bits));
			}),
		);
	});
	test("a number that is not eight binary digits is no timer", () => {
		expect(activeTimeOfHex(undefined)).toBeUndefined();
		expect(activeTimeOfHex(0x2)).toBeUndefined();
		expect(periodicTauOfHex(0x1_0000_0000)).toBeUndefined();
	});
});
