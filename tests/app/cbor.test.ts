import { decode, type Tag } from "cbor2";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CborError, CborReader, CborWriter } from "../../sdk/app/cbor.js";
import { hex, unhex } from "./server.js";

function write(build: (writer: CborWriter) => void): string {
	const writer = new CborWriter(new Uint8Array(600));
	build(writer);
	expect(writer.overflowed).toBe(false);
	return hex(writer.bytes());
}
function failure(action: () => unknown): { code: string; offset: number } {
	try {
		action();
	} catch (error) {
		if (error instanceof CborError) return { code: error.code, offset: error.offset };
		throw error;
	}
	throw new Error("nothing was thrown");
}

describe("RFC 8949 appendix A", () => {
	test.each([
		[0, "00"],
		[1, "01"],
		[10, "0a"],
		[23, "17"],
		[24, "1818"],
		[25, "1819"],
		[100, "1864"],
		[1000, "1903e8"],
		[1_000_000, "1a000f4240"],
		[1_000_000_000_000, "1b000000e8d4a51000"],
		[-1, "20"],
		[-10, "29"],
		[-100, "3863"],
		[-1000, "3903e7"],
		[2 ** 53 - 1, "1b001fffffffffffff"],
		[-(2 ** 53) + 1, "3b001ffffffffffffe"],
	])("integer %d", (value, bytes) => {
		expect(write(writer => writer.int(value))).toBe(bytes);
		expect(new CborReader(unhex(bytes)).int()).toBe(value);
		expect(new CborReader(unhex(bytes)).number()).toBe(value);
	});
	test.each([
		["f90000", 0],
		["f93c00", 1],
		["f93e00", 1.5],
		["f97bff", 65504],
		["fa47c35000", 100_000],
		["fa7f7fffff", 3.4028234663852886e38],
		["fb7e37e43c8800759c", 1e300],
		["f90001", 2 ** -24],
		["f90400", 0.00006103515625],
		["f9c400", -4],
		["fbc010666666666666", -4.1],
		["f97c00", Infinity],
		["f9fc00", -Infinity],
		["f97e00", NaN],
		["fa7f800000", Infinity],
		["c48221196ab3", 273.15],
		["c482022b", -1200],
	])("number %s", (bytes, value) => {
		const padded = new Uint8Array([...unhex("ffff"), ...unhex(bytes)]).subarray(2);
		const reader = new CborReader(padded);
		expect(reader.number()).toBe(value);
		expect(reader.atEnd).toBe(true);
	});
	test.each([
		["", "60"],
		["a", "6161"],
		["IETF", "6449455446"],
		['"\\', "62225c"],
		["ü", "62c3bc"],
		["水", "63e6b0b4"],
		["\u{10151}", "64f0908591"],
	])("text %s", (text, bytes) => {
		expect(write(writer => writer.text(text))).toBe(bytes);
		expect(new CborReader(unhex(bytes)).text()).toBe(text);
	});
	test("byte strings, arrays, maps, booleans", () => {
		expect(write(writer => writer.byteString(Uint8Array.of(1, 2, 3, 4)))).toBe("4401020304");
		expect(
			write(writer => {
				writer.array(3);
				writer.int(1);
				writer.array(1);
				writer.boolean(true);
				writer.boolean(false);
			}),
		).toBe("830181f5f4");
		expect(
			write(writer => {
				writer.map(2);
				writer.int(1);
				writer.int(2);
				writer.int(3);
				writer.int(4);
			}),
		).toBe("a201020304");
		expect(hex(new CborReader(unhex("4401020304")).byteString())).toBe("01020304");
		expect(new CborReader(unhex("f5")).boolean()).toBe(true);
	});
	test("a decimal fraction, 3.4.4: 273.15", () => {
		expect(write(writer => writer.decimal(27315, -2))).toBe("c48221196ab3");
	});
});

describe("maps", () => {
	/** Takes keys 1 and 2, leaves the rest. */
	function configuration(bytes: string): Record<string, unknown> {
		const found: Record<string, unknown> = {};
		new CborReader(unhex(bytes)).mapOf(found, function (key, reader) {
			if (key === 1 || key === "a") this[key] = reader.int();
		});
		return found;
	}
	test("what the visitor leaves is skipped, however deep", () => {
		expect(configuration("a5020118638281a10203f61877c11a000000006162f93c000118fe")).toEqual({ 1: 254 });
		expect(configuration("a261610705820102")).toEqual({ a: 7 });
		expect(configuration("a0")).toEqual({});
	});
	test("a visitor that reads in part is caught", () => {
		expect(failure(() => new CborReader(unhex("a101820304")).mapOf(undefined, (_key, reader) => void reader.array()))).toEqual({
			code: "malformed",
			offset: 2,
		});
	});
});

describe("malformed", () => {
	test.each([
		["", "truncated", 0],
		["18", "truncated", 0],
		["1903", "truncated", 0],
		["1c", "malformed", 0],
		["1f", "unsupported", 0],
		["60", "wrongType", 0],
		["1b0020000000000000", "range", 0],
		["3b001fffffffffffff", "range", 0],
	])("int of %s", (bytes, errorCode, offset) => {
		expect(failure(() => new CborReader(unhex(bytes)).int())).toEqual({ code: errorCode, offset });
	});
	test.each([
		["62c3", "truncated"],
		["61c3", "malformed"],
		["62c380", undefined],
		["62c080", "malformed"],
		["63e08080", "malformed"],
		["63eda080", "malformed"],
		["64f4908080", "malformed"],
		["6180", "malformed"],
		["7f6161ff", "unsupported"],
		["01", "wrongType"],
	])("text of %s", (bytes, errorCode) => {
		if (errorCode === undefined) expect(new CborReader(unhex(bytes)).text()).toBe("À");
		else expect(failure(() => new CborReader(unhex(bytes)).text())).toEqual({ code: errorCode, offset: 0 });
	});
	test("a forged count, a nesting without end", () => {
		expect(failure(() => new CborReader(unhex("9affffffff")).array())).toEqual({ code: "truncated", offset: 0 });
		expect(failure(() => new CborReader(unhex("baffffffff00")).mapOf(undefined, () => {}))).toEqual({ code: "truncated", offset: 0 });
		expect(failure(() => new CborReader(unhex("9bffffffffffffffff")).skip()).code).toBe("truncated");
		expect(failure(() => new CborReader(unhex("81".repeat(100))).skip()).code).toBe("tooDeep");
		expect(failure(() => new CborReader(unhex("f810")).skip()).code).toBe("malformed");
	});
	test("a failed read consumes nothing", () => {
		const reader = new CborReader(unhex("6161"));
		expect(failure(() => reader.int()).code).toBe("wrongType");
		expect(reader.type).toBe("text");
		expect(reader.text()).toBe("a");
		expect(reader.type).toBeUndefined();
	});
	test("no bytes make it throw anything else, or run on", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
				for (const read of ["skip", "number", "text", "byteString", "array", "tag", "boolean"] as const) {
					const reader = new CborReader(bytes);
					try {
						reader[read]();
						expect(reader.offset).toBeLessThanOrEqual(bytes.length);
					} catch (error) {
						expect(error).toBeInstanceOf(CborError);
					}
				}
			}),
			{ numRuns: 1000 },
		);
	});
});

test("what does not fit is told, and taken back", () => {
	const writer = new CborWriter(new Uint8Array(4));
	writer.int(1);
	const mark = writer.length;
	writer.text("long");
	expect(writer.overflowed).toBe(true);
	writer.int(2);
	writer.rewind(mark);
	expect(writer.overflowed).toBe(false);
	writer.int(3);
	expect(hex(writer.bytes())).toBe("0103");
	expect(failure(() => writer.int(0.5)).code).toBe("range");
});

test("cbor2 reads what is written", () => {
	fc.assert(
		fc.property(
			fc.array(
				fc.oneof(fc.maxSafeInteger(), fc.string({ unit: "grapheme", maxLength: 20 }), fc.uint8Array({ maxLength: 20 }), fc.boolean()),
				{ maxLength: 20 },
			),
			items => {
				const bytes = unhex(
					write(writer => {
						writer.array(items.length);
						for (const item of items) {
							if (typeof item === "number") writer.int(item);
							else if (typeof item === "string") writer.text(item);
							else if (typeof item === "boolean") writer.boolean(item);
							else writer.byteString(item);
						}
					}),
				);
				const read = (decode(bytes) as unknown[]).map(item => (typeof item === "bigint" ? Number(item) : item));
				expect(read).toEqual(items.map(item => (item === 0 ? 0 : item)));
			},
		),
	);
	const fraction = decode(unhex(write(writer => writer.decimal(-1234567, -3)))) as Tag;
	expect([fraction.tag, fraction.contents]).toEqual([4, [-3, -1234567]]);
});
