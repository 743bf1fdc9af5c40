import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import { Alarms } from "../../host-sim/network/alarms.js";
import {
	edrxCycleSeconds,
	pagingWindowSeconds,
	t3324Bits,
	t3324Seconds,
	t3412Bits,
	t3412Seconds,
} from "../../host-sim/network/gprs-timers.js";
import { addressFamily, formatIpv6, parseIpv6 } from "../../host-sim/network/ip-text.js";

describe("timer codes of TS 24.008", () => {
	test("the values of a captured grant", () => {
		expect(t3412Seconds("01000001")).toBe(36_000);
		expect(t3412Bits(36_000)).toBe("00101010");
		expect(t3324Seconds("00100011")).toBe(180);
		expect(t3324Bits(180)).toBe("00100011");
	});
	test("each unit of T3412 extended", () => {
		expect(["00000001", "00100001", "01000001", "01100001", "10000001", "10100001", "11000001"].map(t3412Seconds)).toEqual([
			600, 3600, 36_000, 2, 30, 60, 1_152_000,
		]);
		expect(t3412Seconds("11100000")).toBeUndefined();
	});
	test("each unit of T3324, a reserved one counts minutes", () => {
		expect(["00000001", "00100001", "01000001", "01100001", "11111111"].map(t3324Seconds)).toEqual([2, 60, 360, 60, undefined]);
	});
	test("not 8 bits is nothing", () => {
		for (const bits of ["", "0010001", "001000111", "0010001x"]) expect(t3412Seconds(bits)).toBeUndefined();
	});
	test("what is granted is never less than the value", () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 11_160 }), seconds => {
				expect(t3324Seconds(t3324Bits(seconds))).toBeGreaterThanOrEqual(seconds);
			}),
		);
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 35_712_000 }), seconds => {
				expect(t3412Seconds(t3412Bits(seconds))).toBeGreaterThanOrEqual(seconds);
			}),
		);
	});
	test("eDRX on NB-S1", () => {
		expect([edrxCycleSeconds("0010"), edrxCycleSeconds("1111"), edrxCycleSeconds("0000"), edrxCycleSeconds("2")]).toEqual([
			20.48,
			10_485.76,
			20.48,
			undefined,
		]);
		expect([pagingWindowSeconds("0000"), pagingWindowSeconds("1111")]).toEqual([2.56, 40.96]);
	});
});

test("a named timer that has run is no longer set, and setting one replaces it", () => {
	const clock = new VirtualClock();
	const alarms = new Alarms<"a">(clock);
	const ran: number[] = [];
	alarms.set("a", 5, () => ran.push(5));
	alarms.set("a", 10, () => ran.push(10));
	clock.run(20);
	expect([ran, alarms.isSet("a")]).toEqual([[10], false]);
});

describe("address text", () => {
	test("RFC 5952: the longest run of zeros, the first of equals, never a single group", () => {
		expect(formatIpv6([0x2001, 0xdb8, 0, 0, 1, 0, 0, 1])).toBe("2001:db8::1:0:0:1");
		expect(formatIpv6([0x2001, 0xdb8, 0, 1, 1, 1, 1, 1])).toBe("2001:db8:0:1:1:1:1:1");
		expect(formatIpv6([0, 0, 0, 0, 0, 0, 0, 0])).toBe("::");
		expect(formatIpv6([0xfe80, 0, 0, 0, 0, 0, 0, 0])).toBe("fe80::");
	});
	test("reads what it writes", () => {
		fc.assert(
			fc.property(fc.array(fc.constantFrom(0, 0, 1, 0xffff, 0xdb8), { minLength: 8, maxLength: 8 }), groups => {
				expect(parseIpv6(formatIpv6(groups))).toEqual(groups);
			}),
		);
	});
	test("families", () => {
		expect(
			["::1", "192.0.2.1", "::ffff:192.0.2.1", "name.test", "1.2.3", "256.1.1.1", "1::2::3", ":::", "12345::"].map(addressFamily),
		).toEqual([6, 4, 6, undefined, undefined, undefined, undefined, undefined, undefined]);
	});
});
