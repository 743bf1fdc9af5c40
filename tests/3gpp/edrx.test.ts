import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeEdrxCycle, decodePagingWindow, EdrxAct, encodeEdrxCycle, encodePagingWindow } from "../../sdk/3gpp/edrx.js";

const acts = fc.constantFrom(EdrxAct.wbS1, EdrxAct.nbS1, EdrxAct.ngRan);
const nibble = fc.integer({ min: 0, max: 15 }).map(value => value.toString(2).padStart(4, "0"));

describe("cycles", () => {
	test.each([
		["0010", 20.48],
		["0011", 40.96],
		["0101", 81.92],
		["1001", 163.84],
		["1101", 2621.44],
		["1110", 5242.88],
		["1111", 10_485.76],
	])("NB-S1 %s is %d s", (bits, seconds) => {
		expect(decodeEdrxCycle(EdrxAct.nbS1, bits)).toBe(seconds);
		expect(encodeEdrxCycle(EdrxAct.nbS1, seconds)).toEqual({ bits, seconds });
	});
	test.each(["0000", "0001", "0100", "0110", "0111", "1000"])("NB-S1 has no %s", bits =>
		expect(decodeEdrxCycle(EdrxAct.nbS1, bits)).toBeUndefined(),
	);
	test.each([
		["0000", 5.12],
		["0001", 10.24],
		["0100", 61.44],
		["0110", 102.4],
		["0111", 122.88],
		["1000", 143.36],
		["1101", 2621.44],
	])("WB-S1 %s is %d s", (bits, seconds) => expect(decodeEdrxCycle(EdrxAct.wbS1, bits)).toBe(seconds));
	test.each(["1110", "1111"])("WB-S1 has no %s", bits => expect(decodeEdrxCycle(EdrxAct.wbS1, bits)).toBeUndefined());
	test("NG-RAN goes on to 10,485.76 s", () => expect(decodeEdrxCycle(EdrxAct.ngRan, "1111")).toBe(10_485.76));
	test.each(["", "011", "00110", "0x11"])("%j is no cycle", bits => expect(decodeEdrxCycle(EdrxAct.nbS1, bits)).toBeUndefined());
	test("a request is rounded up to what there is, the longest at most", () => {
		expect(encodeEdrxCycle(EdrxAct.nbS1, 1)).toEqual({ bits: "0010", seconds: 20.48 });
		expect(encodeEdrxCycle(EdrxAct.nbS1, 41)).toEqual({ bits: "0101", seconds: 81.92 });
		expect(encodeEdrxCycle(EdrxAct.nbS1, 1e6)).toEqual({ bits: "1111", seconds: 10_485.76 });
		expect(encodeEdrxCycle(EdrxAct.wbS1, 1e6)).toEqual({ bits: "1101", seconds: 2621.44 });
		expect(() => encodeEdrxCycle(EdrxAct.nbS1, 0)).toThrow(RangeError);
		expect(() => encodeEdrxCycle(EdrxAct.nbS1, Number.NaN)).toThrow(RangeError);
	});
	test("both ways, for every technology and code", () => {
		fc.assert(
			fc.property(acts, nibble, (act, bits) => {
				const seconds = decodeEdrxCycle(act, bits);
				if (seconds !== undefined) expect(encodeEdrxCycle(act, seconds)).toEqual({ bits, seconds });
			}),
		);
	});
	test("never shorter than asked, and no cycle in between", () => {
		fc.assert(
			fc.property(acts, nibble, fc.double({ min: 0.01, max: 2621, noNaN: true }), (act, other, asked) => {
				const { bits, seconds } = encodeEdrxCycle(act, asked);
				expect(seconds).toBeGreaterThanOrEqual(asked);
				expect(decodeEdrxCycle(act, bits)).toBe(seconds);
				const between = decodeEdrxCycle(act, other) ?? 0;
				expect(between >= asked && between < seconds).toBe(false);
			}),
		);
	});
});

describe("paging time windows", () => {
	test("steps of 2.56 s on NB-S1 and 1.28 s elsewhere", () => {
		expect(decodePagingWindow(EdrxAct.nbS1, "0000")).toBe(2.56);
		expect(decodePagingWindow(EdrxAct.nbS1, "0011")).toBe(10.24);
		expect(decodePagingWindow(EdrxAct.nbS1, "1111")).toBe(40.96);
		expect(decodePagingWindow(EdrxAct.wbS1, "0000")).toBe(1.28);
		expect(decodePagingWindow(EdrxAct.wbS1, "1111")).toBe(20.48);
		expect(decodePagingWindow(EdrxAct.nbS1, "11")).toBeUndefined();
	});
	test("both ways", () => {
		fc.assert(
			fc.property(acts, nibble, (act, bits) => {
				const seconds = decodePagingWindow(act, bits)!;
				expect(encodePagingWindow(act, seconds)).toEqual({ bits, seconds });
			}),
		);
	});
	test("rounded up, 16 steps at most", () => {
		expect(encodePagingWindow(EdrxAct.nbS1, 0)).toEqual({ bits: "0000", seconds: 2.56 });
		expect(encodePagingWindow(EdrxAct.nbS1, 3)).toEqual({ bits: "0001", seconds: 5.12 });
		expect(encodePagingWindow(EdrxAct.nbS1, 100)).toEqual({ bits: "1111", seconds: 40.96 });
		expect(() => encodePagingWindow(EdrxAct.nbS1, -1)).toThrow(RangeError);
	});
});
