import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeUtf8, encodeUtf8 } from "../../../host-sim/platform/network/utf8.js";

test("text of any kind is coded as the machine's own encoder codes it, and comes back", () => {
	fc.assert(
		fc.property(fc.string({ unit: "binary", maxLength: 40 }), text => {
			const bytes = encodeUtf8(text);
			expect([...bytes]).toEqual([...new TextEncoder().encode(text)]);
			expect(decodeUtf8(bytes)).toBe(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
		}),
		{ numRuns: 300 },
	);
	expect([...encodeUtf8("a\ud800b")]).toEqual([0x61, 0xef, 0xbf, 0xbd, 0x62]);
	expect([...encodeUtf8("\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}")]).toEqual([
		...[0x7f, 0xc2, 0x80, 0xdf, 0xbf, 0xe0, 0xa0, 0x80],
		...[0xef, 0xbf, 0xbf, 0xf0, 0x90, 0x80, 0x80, 0xf4, 0x8f, 0xbf, 0xbf],
	]);
});

test("bytes of any kind are read as the machine's own decoder reads them, or not at all", () => {
	const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
	const expected = (bytes: Uint8Array): string | undefined => {
		try {
			return decoder.decode(bytes);
		} catch {
			return undefined;
		}
	};
	// Mostly lead and continuation bytes: others say little.
	const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0x80, max: 0xbf }), fc.integer({ min: 0xe0, max: 0xf5 }));
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 1 }), fc.array(byte, { maxLength: 8 }), (start, rest) => {
			const bytes = Uint8Array.from([...start, ...rest]);
			expect(decodeUtf8(bytes)).toBe(expected(bytes));
		}),
		{ numRuns: 3000 },
	);
	for (const bytes of [
		[0xc0, 0x80],
		[0xc1, 0xbf],
		[0xe0, 0x80, 0x80],
		[0xed, 0xa0, 0x80],
		[0xf0, 0x80, 0x80, 0x80],
		[0xf4, 0x90, 0x80, 0x80],
		[0xe2, 0x82],
	])
		expect(decodeUtf8(Uint8Array.from(bytes))).toBeUndefined();
});
