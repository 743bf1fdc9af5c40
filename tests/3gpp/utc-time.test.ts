import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { daysFromCivil, type NetworkTime, readClock, readClockLine, readZoneReport, readZoneText } from "../../sdk/3gpp/utc-time.js";
import { lineOf } from "./line.js";

const fresh = (): NetworkTime => ({ utcMs: -1, quarterHours: -1 });

describe("+CCLK of real modules", () => {
	test("the BC660K manual's example has no quotes: date and time are two fields", () => {
		const time = fresh();
		expect(readClockLine(lineOf("+CCLK: 20/11/03,06:25:06+32"), time)).toBe(true);
		expect(time).toEqual({ utcMs: Date.UTC(2020, 10, 2, 22, 25, 6), quarterHours: 32 });
	});
	test("BC260Y: quotes and a four-digit year", () => {
		const time = fresh();
		expect(readClockLine(lineOf('+CCLK: "2023/12/14,09:01:13+32"'), time)).toBe(true);
		expect(time).toEqual({ utcMs: Date.UTC(2023, 11, 14, 1, 1, 13), quarterHours: 32 });
	});
	test("west of Greenwich, across midnight and the year's end", () => {
		const time = fresh();
		expect(readClock("25/12/31,21:30:00-14", time)).toBe(true);
		expect(time).toEqual({ utcMs: Date.UTC(2026, 0, 1, 1, 0, 0), quarterHours: -14 });
	});
	test("no zone is UTC; text that is UTC keeps its zone for information", () => {
		const time = fresh();
		expect(readClock("26/11/20,21:39:00", time)).toBe(true);
		expect(time).toEqual({ utcMs: Date.UTC(2026, 10, 20, 21, 39, 0), quarterHours: 0 });
		expect(readClock("26/11/20,21:39:00+32", time, false)).toBe(true);
		expect(time).toEqual({ utcMs: Date.UTC(2026, 10, 20, 21, 39, 0), quarterHours: 32 });
	});
	test("the leap day is there in leap years only, and a leap second is the last of its minute", () => {
		expect(readClock("24/02/29,12:00:00+00", fresh())).toBe(true);
		expect(readClock("23/02/29,12:00:00+00", fresh())).toBe(false);
		const time = fresh();
		expect(readClock("30/06/30,23:59:60+00", time)).toBe(true);
		expect(time.utcMs).toBe(Date.UTC(2030, 5, 30, 23, 59, 59));
	});
});

describe("no time yet", () => {
	test.each([
		"80/01/06,00:00:00+00",
		"1980/01/06,00:00:12+32",
		"70/01/01,00:00:10+00",
		"1970/01/01,00:00:10",
		"2070/01/01,00:00:00+00",
		"04/01/01,00:00:00+00",
		"00/01/01,00:00:00+00",
		"2019/12/31,23:59:59+00",
	])("%s", text => {
		const time = fresh();
		expect(readClock(text, time)).toBe(false);
		expect(time).toEqual({ utcMs: -1, quarterHours: -1 });
	});
});

test.each([
	"",
	"26/11/20",
	"26/11/20,",
	"26/11/20,21:39",
	"26/11/20 21:39:00",
	"26-11/20,21:39:00",
	"26/13/20,21:39:00",
	"26/00/20,21:39:00",
	"26/11/31,21:39:00",
	"26/11/20,24:00:00",
	"26/11/20,21:60:00",
	"26/11/20,21:39:61",
	"26/11/20,21:39:00+57",
	"26/11/20,21:39:00+",
	"26/11/20,21:39:00+32x",
	"/11/20,21:39:00",
])("%j is no date", text => {
	const time = fresh();
	expect(readClock(text, time)).toBe(false);
	expect(time).toEqual({ utcMs: -1, quarterHours: -1 });
});

describe("NITZ reports", () => {
	test("+CTZE carries local time", () => {
		const time = fresh();
		expect(readZoneReport(lineOf('+CTZE: "+32",0,"2023/12/14,09:01:13"'), true, time)).toBe(true);
		expect(time).toEqual({ utcMs: Date.UTC(2023, 11, 14, 1, 1, 13), quarterHours: 32 });
	});
	test("+CTZEU carries universal time", () => {
		const time = fresh();
		expect(readZoneReport(lineOf('+CTZEU: +32,0,"2023/12/14,01:01:13"'), false, time)).toBe(true);
		expect(time).toEqual({ utcMs: Date.UTC(2023, 11, 14, 1, 1, 13), quarterHours: 32 });
	});
	test("without quotes, and without any time", () => {
		const time = fresh();
		expect(readZoneReport(lineOf("+CTZE: -14,1,2023/12/14,09:01:13"), true, time)).toBe(true);
		expect(time.utcMs).toBe(Date.UTC(2023, 11, 14, 12, 31, 13));
		expect(readZoneReport(lineOf("+CTZE: +32,0"), true, time)).toBe(false);
		expect(time.quarterHours).toBe(-14);
	});
	test.each([
		["+32", 32],
		["32", 32],
		["-14", -14],
		["+00", 0],
		["", undefined],
		["x", undefined],
		["+99", undefined],
		["+3x", undefined],
	])("a zone of %j is %o", (text, quarters) => expect(readZoneText(text)).toBe(quarters));
});

test("days agree with the platform's calendar", () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 1600, max: 2400 }),
			fc.integer({ min: 1, max: 12 }),
			fc.integer({ min: 1, max: 28 }),
			(year, month, day) => {
				expect(daysFromCivil(year, month, day)).toBe(Date.UTC(year, month - 1, day) / 86_400_000);
			},
		),
	);
});

test("every moment that can be printed is read back", () => {
	const first = Date.UTC(2020, 0, 1) / 1000 + 14 * 3600;
	const last = Date.UTC(2069, 11, 31) / 1000 - 14 * 3600;
	fc.assert(
		fc.property(fc.integer({ min: first, max: last }), fc.integer({ min: -48, max: 56 }), fc.boolean(), (seconds, zone, fourDigits) => {
			const local = new Date(seconds * 1000 + zone * 900_000).toISOString();
			const text = `${local
				.slice(fourDigits ? 0 : 2, 19)
				.replaceAll("-", "/")
				.replace("T", ",")}${zone < 0 ? "-" : "+"}${String(Math.abs(zone)).padStart(2, "0")}`;
			const time = fresh();
			expect(readClock(text, time)).toBe(true);
			expect(time).toEqual({ utcMs: seconds * 1000, quarterHours: zone });
		}),
	);
});
