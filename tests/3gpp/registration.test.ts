import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	decodeRegistration,
	isRegistered,
	isRegistrationReadForm,
	isRoaming,
	type RegistrationDomain,
	RegistrationReport,
	ratOf,
} from "../../sdk/3gpp/registration.js";
import { lineOf } from "./line.js";

function decode(text: string, domain: RegistrationDomain, form: "read" | "urc"): RegistrationReport {
	const report = new RegistrationReport();
	expect(decodeRegistration(lineOf(text), domain, form, report)).toBe(true);
	return report;
}
const nothing = { ...new RegistrationReport() };

describe("lines of real modules", () => {
	test("BC660K-GL, mode 4: empty causes keep their commas, active time before periodic TAU", () => {
		expect(decode('+CEREG: 4,5,"0001","0000ABCD",9,,,"00100011","00101010"', "EPS", "read")).toEqual({
			...nothing,
			n: 4,
			stat: 5,
			tac: 1,
			ci: "0000ABCD",
			act: 9,
			activeSeconds: 180,
			periodicTauSeconds: 36_000,
		});
	});
	test("the same as a report lacks <n>", () => {
		expect(decode('+CEREG: 5,"0001","0000ABCD",9,,,"00100011","00101010"', "EPS", "urc")).toEqual({
			...nothing,
			stat: 5,
			tac: 1,
			ci: "0000ABCD",
			act: 9,
			activeSeconds: 180,
			periodicTauSeconds: 36_000,
		});
	});
	test("BC260Y, mode 0, and BC95 without a blank", () => {
		expect(decode("+CEREG: 0,1", "EPS", "read")).toEqual({ ...nothing, n: 0, stat: 1 });
		expect(decode("+CEREG:0", "EPS", "urc")).toEqual({ ...nothing, stat: 0 });
	});
	test("ML307R", () => {
		expect(decode('+CEREG: 2,1,"5141","0521870C",7', "EPS", "read")).toEqual({
			...nothing,
			n: 2,
			stat: 1,
			tac: 0x5141,
			ci: "0521870C",
			act: 7,
		});
	});
	test("a routing area between area code and cell, unquoted and with blanks", () => {
		expect(decode("+CEREG: 2,10, 2CA8, 20 ,B5583D ,7", "EPS", "read")).toEqual({
			...nothing,
			n: 2,
			stat: 10,
			tac: 0x2ca8,
			ci: "B5583D",
			act: 7,
		});
		expect(decode('+CEREG: 10,"2CA8","20","00B5583D",7', "EPS", "urc")).toMatchObject({ tac: 0x2ca8, ci: "00B5583D", act: 7 });
	});
	test("+CGREG has its routing area after the technology", () => {
		expect(decode('+CGREG: 5,1,"0001","01BC7511",7,"05",0,16,"00100001","01000011"', "PS", "read")).toEqual({
			...nothing,
			n: 5,
			stat: 1,
			tac: 1,
			ci: "01BC7511",
			act: 7,
			causeType: 0,
			cause: 16,
			activeSeconds: 60,
			periodicTauSeconds: 108_000,
		});
		expect(decode("+CGREG: 0,5", "PS", "read")).toEqual({ ...nothing, n: 0, stat: 5 });
		expect(decode('+CGREG: 2,1,"0000","050C6180",11', "PS", "read")).toMatchObject({ stat: 1, tac: 0, ci: "050C6180", act: 11 });
	});
	test("+CREG with short area code, EN-DC, stat 8", () => {
		expect(decode('+CREG: 2,1,"5D4","01BC7511",13', "CS", "read")).toMatchObject({ stat: 1, tac: 0x5d4, ci: "01BC7511", act: 13 });
		expect(decode('%+CREG: 2,8,"0000","050C6180",11', "CS", "read")).toMatchObject({ stat: 8, act: 11 });
		expect(decode("+CREG: 1,1", "CS", "read")).toEqual({ ...nothing, n: 1, stat: 1 });
	});
	test("a reject with its cause, mode 3 and 5", () => {
		expect(decode('+CEREG: 3,"0001","0000ABCD",9,0,15', "EPS", "urc")).toMatchObject({ stat: 3, causeType: 0, cause: 15 });
		expect(decode("+CEREG: 3,,,,0,11", "EPS", "urc")).toEqual({ ...nothing, stat: 3, causeType: 0, cause: 11 });
		expect(decode("+CEREG: 5,3,,,,0,7", "EPS", "read")).toEqual({ ...nothing, n: 5, stat: 3, causeType: 0, cause: 7 });
	});
	test("5GS: three bytes of area code, a cell of 9 or 16 digits, allowed slices quoted or not", () => {
		expect(decode('+C5GREG: 2,1,"60AA00","939204254",11,1,"01"', "5GS", "read")).toEqual({
			...nothing,
			n: 2,
			stat: 1,
			tac: 0x60aa00,
			ci: "939204254",
			act: 11,
			allowedNssai: "01",
		});
		expect(decode('+C5GREG: 2,1,"835500","8350C6180",11,9,01', "5GS", "read")).toMatchObject({ ci: "8350C6180", allowedNssai: "01" });
		expect(decode('+C5GREG: 2,1,"14225C","0000000C027F5065",11,1,"01"', "5GS", "read")).toMatchObject({
			tac: 0x14225c,
			ci: "0000000C027F5065",
			act: 11,
		});
		expect(decode('+C5GREG: 1,"60AA00","939204254",11,4,"01.010101"', "5GS", "urc").allowedNssai).toBe("01.010101");
	});
	test("5GS with twelve fields: the cause comes after the slices, and there are no timers", () => {
		expect(decode('+C5GREG: 3,3,"60AA00","939204254",11,4,"01.010101:02",0,62,"x","y",1', "5GS", "read")).toEqual({
			...nothing,
			n: 3,
			stat: 3,
			tac: 0x60aa00,
			ci: "939204254",
			act: 11,
			allowedNssai: "01.010101:02",
			causeType: 0,
			cause: 62,
		});
	});
});

describe("deactivated timers", () => {
	test("PSM that the network did not grant is an endless active time", () => {
		const report = decode('+CEREG: 4,1,"0001","0000ABCD",9,,,"11100000","11100000"', "EPS", "read");
		expect(report.activeSeconds).toBe(Number.POSITIVE_INFINITY);
		expect(report.periodicTauSeconds).toBe(Number.POSITIVE_INFINITY);
	});
});

describe("which form it is", () => {
	test.each([
		['+CEREG: 4,5,"0001","0000ABCD",9,,,"00100011","00101010"', true],
		['+CEREG: 5,"0001","0000ABCD",9,,,"00100011","00101010"', false],
		["+CEREG: 0,1", true],
		["+CEREG: 2,11", true],
		["+CEREG: 5", false],
		["+CEREG:0", false],
		["+CEREG:1,0", true],
		["+CEREG: 2,10, 2CA8, 20 ,B5583D ,7", true],
		["+CEREG: 1,2CA8,00B5583D,7", false],
		// Unquoted area codes that look like a number.
		["+CEREG: 1,0001,00B5583D,7", false],
		["+CEREG: 1,0005,00B5583D,7", false],
		["+CEREG: 1,12,00B5583D,7", false],
		["+CEREG: 3,,,,0,11", false],
		["+CEREG: 5,3,,,,0,7", true],
		["+CEREG:", false],
		['+C5GREG: 1,"60AA00","939204254",11,4,"01.010101"', false],
		["+C5GREG: 2,1", true],
	])("%s answers a read: %j", (text, isRead) => expect(isRegistrationReadForm(lineOf(text))).toBe(isRead));
});

describe("what is no report leaves the record alone", () => {
	test.each(["+CEREG:", "+CEREG: ", "+CEREG: x", '+CEREG: "5"'])("%s", text => {
		const report = new RegistrationReport();
		report.stat = 1;
		expect(decodeRegistration(lineOf(text), "EPS", "urc", report)).toBe(false);
		expect(report).toEqual({ ...nothing, stat: 1 });
	});
});

describe("the record is used again", () => {
	test("fields that a later line lacks are cleared", () => {
		const report = new RegistrationReport();
		decodeRegistration(lineOf('+C5GREG: 2,3,"60AA00","939204254",11,1,"01",0,62'), "5GS", "read", report);
		decodeRegistration(lineOf("+CEREG: 2"), "EPS", "urc", report);
		expect(report).toEqual({ ...nothing, stat: 2 });
	});
	test("its cell is that of the last line, however it is written", () => {
		const report = new RegistrationReport();
		const cells = ["0051C301", "0051C302", "", "0051C302", "000000012345678F", "0000000123456790", "51C302", "0051C302", "zz", "AB"];
		const read = cells.map(cell => {
			decodeRegistration(lineOf(`+CEREG: 2,1,"5DFB","${cell}",9`), "EPS", "read", report);
			return report.ci;
		});
		const seen = ["0051C301", "0051C302", undefined, "0051C302", "000000012345678F", "0000000123456790", "51C302", "51C302", "zz", "AB"];
		expect(read).toEqual(seen);
	});
});

describe("words for the numbers", () => {
	test("registered and roaming", () => {
		const stats = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
		expect(stats.filter(isRegistered)).toEqual([1, 5, 9, 10]);
		expect(stats.filter(isRoaming)).toEqual([5, 7, 10]);
	});
	test("radio access", () => {
		expect([0, 2, 3, 7, 8, 9, 10, 11, 12, 13, undefined].map(ratOf)).toEqual([
			undefined,
			undefined,
			undefined,
			"LTE",
			undefined,
			"NB-IoT",
			"LTE",
			"NR",
			"NR",
			"LTE",
			undefined,
		]);
	});
});

test("whatever the fields are, the read form is the URC form with <n> before it", () => {
	const field = fc.constantFrom("", "0", "1", "5", "11", '"0001"', "0001", '"0000ABCD"', "9", '"00100011"', '"01"', "zz");
	fc.assert(
		fc.property(
			fc.constantFrom<RegistrationDomain>("CS", "PS", "EPS", "5GS"),
			fc.integer({ min: 0, max: 11 }),
			fc.array(field, { maxLength: 12 }),
			(domain, stat, fields) => {
				const urc = new RegistrationReport();
				const read = new RegistrationReport();
				const tail = [stat, ...fields].join(",");
				decodeRegistration(lineOf(`+CEREG: ${tail}`), domain, "urc", urc);
				decodeRegistration(lineOf(`+CEREG: 2,${tail}`), domain, "read", read);
				expect(read).toEqual({ ...urc, n: 2 });
			},
		),
	);
});
