import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { causeName } from "../../sdk/3gpp/cause-names.js";
import { decodeQos, fiveQiName } from "../../sdk/3gpp/qos.js";
import { decodeNssai, hasSlice, isSlice, parseSlices, sliceOctets, sliceText } from "../../sdk/3gpp/slices.js";
import { lineOf } from "./line.js";

describe("the text of a slice", () => {
	test.each([
		[{ sst: 1 }, "01", 1],
		[{ sst: 1, sd: 1 }, "01.000001", 4],
		[{ sst: 255, sd: 0xfffffe }, "FF.FFFFFE", 4],
		[{ sst: 0, sd: 0 }, "00.000000", 4],
	])("%j is %s", (slice, text, octets) => {
		expect([sliceText(slice), sliceOctets(text), parseSlices(text)]).toEqual([text, octets, [slice]]);
	});
	test("lists, mapped slices, no differentiator, and what is no slice", () => {
		expect(parseSlices("01.010101:02")).toEqual([{ sst: 1, sd: 0x10101 }, { sst: 2 }]);
		expect(parseSlices("01;02:03.0000ff;01.000001")).toEqual([{ sst: 1 }, { sst: 3, sd: 0xff }]);
		expect(parseSlices("01.FFFFFF")).toEqual([{ sst: 1 }]);
		for (const text of ["", "1", "0g", "01.", "01.0000", "01-000001", "01.0000001", ":"]) expect(parseSlices(text)).toEqual([]);
	});
	test("what an application may give", () => {
		expect([{ sst: 0 }, { sst: 255, sd: 0xfffffe }].filter(slice => !isSlice(slice))).toEqual([]);
		const wrong = [
			undefined,
			null,
			1,
			{},
			{ sst: -1 },
			{ sst: 256 },
			{ sst: 1.5 },
			{ sst: 1, sd: -1 },
			{ sst: 1, sd: 0xffffff },
			{ sst: "1" },
		];
		expect(wrong.filter(isSlice)).toEqual([]);
	});
	test("every slice is read as it is written", () => {
		const slice = fc.record({ sst: fc.nat(255), sd: fc.option(fc.nat(0xfffffe), { nil: undefined }) });
		fc.assert(
			fc.property(fc.array(slice, { minLength: 1, maxLength: 8 }), slices => {
				expect(parseSlices(slices.map(sliceText).join(":"))).toEqual(
					slices.map(({ sst, sd }) => (sd === undefined ? { sst } : { sst, sd })),
				);
			}),
		);
	});
	test("in the context of a line", () => {
		const line = lineOf('+CGDCONT: 1,"IP","","0.0.0.0",0,0,0,0,,,,,,,,,,"",,,,0');
		expect([undefined, false, "01"].map(wanted => hasSlice(line, 17, wanted as string | false | undefined))).toEqual([true, true, false]);
		expect(hasSlice(lineOf('+CGDCONT: 1,"IP"'), 17, false)).toBe(true);
		expect(hasSlice(lineOf('+CGDCONT: 1,"IP","a","",0,0,0,0,,,,,,,,,,"01.0000ab"'), 17, "01.0000AB")).toBe(true);
	});
});

test("+C5GNSSAIRDP: a line of the device's own, and one for each network", () => {
	const report = { stored: undefined, configured: undefined, allowed: undefined, rejected: undefined };
	decodeNssai(lineOf('+C5GNSSAIRDP: 4,"01.000001",4,"02.000001"'), report);
	expect(report).toEqual({ stored: "01.000001", configured: undefined, allowed: undefined, rejected: "02.000001" });
	decodeNssai(lineOf('+C5GNSSAIRDP: "26201",1,"01",4,"01.000001"'), report);
	decodeNssai(lineOf("+C5GNSSAIRDP: 0"), report);
	expect(report).toEqual({ stored: "01.000001", configured: "01", allowed: "01.000001", rejected: "02.000001" });
	decodeNssai(lineOf('+C5GNSSAIRDP: 99999,4,"01.000002"'), report);
	expect(report.configured).toBe("01.000002");
});

test("quality of service", () => {
	expect(decodeQos(lineOf("+C5GQOSRDP: 1,82,64,32,128,96,1000,500,2000"))).toEqual({
		cid: 1,
		fiveQi: 82,
		guaranteedDownKbps: 64,
		guaranteedUpKbps: 32,
		highestDownKbps: 128,
		highestUpKbps: 96,
		sessionDownKbps: 1000,
		sessionUpKbps: 500,
		averagingWindowMs: 2000,
	});
	expect([decodeQos(lineOf("+C5GQOSRDP:")), decodeQos(lineOf("+C5GQOSRDP: 1"))]).toEqual([undefined, undefined]);
	expect([fiveQiName(1), fiveQiName(9), fiveQiName(85), fiveQiName(0), fiveQiName(128)]).toEqual([
		"conversational voice",
		"buffered video and TCP, default",
		"high-voltage distribution, remote driving",
		undefined,
		undefined,
	]);
});

test("causes of 5GS: no slices in registration; families of a session, of which 52 is none", () => {
	expect(causeName("5GMM", 62)).toBe("no network slices available");
	expect([50, 51, 52, 57, 58, 61].map(cause => causeName("5GSM", cause))).toEqual([
		"PDU session type IPv4 only allowed",
		"PDU session type IPv6 only allowed",
		undefined,
		"PDU session type IPv4v6 only allowed",
		"PDU session type unstructured only allowed",
		"PDU session type Ethernet only allowed",
	]);
});
