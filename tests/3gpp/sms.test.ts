import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isNumber, putAddress, readAddress } from "../../sdk/3gpp/sms-address.js";
import { textOfSeptets, textOfUtf16 } from "../../sdk/3gpp/sms-alphabet.js";
import { TextParts } from "../../sdk/3gpp/sms-text.js";
import { decodeIncoming, encodeSubmit, encodeValidity, SUBMIT_OCTETS } from "../../sdk/3gpp/sms-tpdu.js";

const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex").toUpperCase();
function submits(text: string, options: { to?: string; report?: boolean; validityMinutes?: number; reference?: number } = {}): string[] {
	const parts = new TextParts(text);
	const all: string[] = [];
	for (let i = 0; i < parts.count; i++) {
		const into = new Uint8Array(SUBMIT_OCTETS).fill(0xff);
		const { to = "10086", report = false, validityMinutes, reference = 42 } = options;
		all.push(hex(into.subarray(0, encodeSubmit(parts, { to, deliveryReport: report, validityMinutes, reference }, into))));
	}
	return all;
}
const incoming = (text: string) => decodeIncoming(octets(text), text.length / 2);

// A second reading of TS 23.038 and 23.040, written from their tables for these tests: bits in strings, characters in text. -----------------

const BASIC =
	"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION: Record<number, string> = { 10: "\f", 20: "^", 40: "{", 41: "}", 47: "\\", 60: "[", 61: "~", 62: "]", 64: "|", 101: "€" };
function septets(data: Uint8Array, skipBits: number, count: number): number[] {
	const bits = [...data].map(byte => [...byte.toString(2).padStart(8, "0")].reverse().join("")).join("");
	return Array.from({ length: count }, (_, i) =>
		Number.parseInt([...bits.slice(skipBits + 7 * i, skipBits + 7 * i + 7)].reverse().join(""), 2),
	);
}
function textOf(values: number[]): string {
	let text = "";
	for (let i = 0; i < values.length; i++) text += values[i] === 27 ? EXTENSION[values[++i]!] : BASIC[values[i]!];
	return text;
}
interface Read {
	readonly first: number;
	readonly to: string;
	readonly coding: number;
	readonly validity: number | undefined;
	readonly header: number[];
	readonly text: string;
}
function readSubmit(text: string): Read {
	const bytes = octets(text);
	const digits = bytes[2]!;
	const address = text.slice(8, 8 + 2 * Math.ceil(digits / 2));
	let to = bytes[3] === 0x91 ? "+" : "";
	for (let i = 0; i < digits; i++) to += address[i ^ 1];
	let at = 4 + Math.ceil(digits / 2) + 1;
	const coding = bytes[at++]!;
	const validity = (bytes[0]! & 0x18) === 0x10 ? bytes[at++] : undefined;
	const length = bytes[at++]!;
	const data = bytes.subarray(at);
	const headerLength = (bytes[0]! & 0x40) === 0 ? 0 : data[0]! + 1;
	const header = [...data.subarray(0, headerLength)];
	expect(data.length).toBe(coding === 0 ? Math.ceil((length * 7) / 8) : length);
	const fill = Math.ceil((headerLength * 8) / 7);
	const body =
		coding === 0 ? textOf(septets(data, fill * 7, length - fill)) : new TextDecoder("utf-16be").decode(data.subarray(headerLength));
	return { first: bytes[0]!, to, coding, validity, header, text: body };
}

describe("SMS-SUBMIT", () => {
	test("7 bit: ten characters", () => {
		// 68 65 6C 6C 6F 68 65 6C 6C 6F as septets are E8329BFD4697D9EC37.
		expect(submits("hellohello")).toEqual(["010005810180F600000AE8329BFD4697D9EC37"]);
	});
	test("€ takes an escape and a septet, @ is septet 0", () => {
		// 1B 65 00: 0011011 1100101 0000000 -> 9B 32 00 (bits from the right).
		expect(submits("€@", { to: "+1" })).toEqual(["01000191F10000039B3200"]);
	});
	test("Chinese goes as UCS-2, an emoji as a pair of surrogates", () => {
		expect(submits("你好")).toEqual(["010005810180F60008044F60597D"]);
		expect(submits("😀")).toEqual(["010005810180F6000804D83DDE00"]);
	});
	test("a report, a validity of 24 hours", () => {
		expect(submits("a", { report: true, validityMinutes: 1440 })).toEqual(["310005810180F60000A70161"]);
	});
	test("an empty text is a message of no septets", () => {
		expect(submits("")).toEqual(["010005810180F6000000"]);
	});
	test.each([
		["160 septets are one message", "a".repeat(160), 1],
		["161 are two", "a".repeat(161), 2],
		["306 are two of 153", "a".repeat(306), 2],
		["307 are three", "a".repeat(307), 3],
		["80 € are one of 160", "€".repeat(80), 1],
		["152 letters and a € do not fit in 153: the € goes into the second part", `${"a".repeat(152)}€${"a".repeat(10)}`, 2],
		["70 UCS-2 characters are one", "水".repeat(70), 1],
		["71 are two", "水".repeat(71), 2],
		["134 are two of 67", "水".repeat(134), 2],
		["35 emoji are one of 70 units", "😀".repeat(35), 1],
		["66 characters and an emoji: the pair is not cut", `${"水".repeat(66)}😀${"水".repeat(10)}`, 2],
	])("%s", (_, text, count) => {
		const parts = submits(text);
		expect(parts).toHaveLength(count);
		const read = parts.map(readSubmit);
		expect(read.map(part => part.text).join("")).toBe(text);
		for (const [i, { header }] of read.entries()) expect(header).toEqual(count === 1 ? [] : [5, 0, 3, 42, count, i + 1]);
		for (const part of parts) expect(part.length / 2).toBeLessThanOrEqual(164);
	});
	test("too long for 255 parts is counted no further", () => {
		expect(new TextParts("a".repeat(153 * 255)).count).toBe(255);
		expect(new TextParts("a".repeat(153 * 255 + 1)).count).toBe(256);
	});
	test("any text, any number: a second reading of the specification finds what was written", () => {
		const gsm = fc.string({ unit: fc.constantFrom(...BASIC.replace("\x1b", ""), ...Object.values(EXTENSION)), maxLength: 400 });
		const any = fc.string({ unit: "grapheme", maxLength: 200 });
		fc.assert(
			fc.property(
				fc.oneof(gsm, any),
				fc.stringMatching(/^\+?[0-9]{1,20}$/),
				fc.boolean(),
				fc.integer({ min: 0, max: 255 }),
				(text, to, report, reference) => {
					const read = submits(text, { to, report, reference }).map(readSubmit);
					expect(read.map(part => part.text).join("")).toBe(text);
					for (const part of read) {
						expect(part.to).toBe(to);
						expect(part.first & 0x20).toBe(report ? 0x20 : 0);
						expect(part.validity).toBeUndefined();
						expect(part.header[3] ?? reference).toBe(reference);
					}
				},
			),
			{ verbose: 1 },
		);
	});
	test("a lone surrogate goes out as it stands", () => {
		expect(readSubmit(submits("\ud800")[0]!).text).toBe("\ufffd");
	});
});

describe("validity (TS 23.040 9.2.3.12.1)", () => {
	test.each([
		[5, 0],
		[6, 1],
		[720, 143],
		[721, 144],
		[1440, 167],
		[1441, 168],
		[2 * 1440, 168],
		[30 * 1440, 196],
		[30 * 1440 + 1, 197],
		[35 * 1440, 197],
		[63 * 7 * 1440, 255],
		[99 * 7 * 1440, 255],
	])("%i minutes are %i", (minutes, octet) => {
		expect(encodeValidity(minutes)).toBe(octet);
	});
});

describe("addresses (9.1.2.5)", () => {
	test.each([
		["+8613800138000", "0D91683108108300F0"],
		["10086", "05810180F6"],
		["*#0c", "0481BAE0"],
	])("%s", (number, expected) => {
		const into = new Uint8Array(16);
		const end = putAddress(number, into, 0);
		expect(hex(into.subarray(0, end))).toBe(expected);
		expect(readAddress(into, 0)).toBe(number);
	});
	test("a name: 7 septets in 13 semi-octets", () => {
		const data = octets("D4F29C3E7EB601");
		expect(textOf(septets(data, 0, 7))).toBe(readAddress(octets("0DD0D4F29C3E7EB601"), 0));
	});
	test.each(["", "+", "1".repeat(21), "12 3", "12;3", "+12+3"])("%j is no number", number => {
		expect(isNumber(number)).toBe(false);
	});
});

describe("what comes (9.2.2.1, 9.2.2.3)", () => {
	const head = (first: string, coding: string) => `00${first}0D91683108108300F000${coding}62110221000023`;
	const base = { kind: "deliver", from: "+8613800138000", data: undefined, sentUtcMs: Date.UTC(2026, 10, 20, 4), quarterHours: 32 };
	test("7 bit", () => {
		expect(incoming(`${head("04", "00")}05E8329BFD06`)).toEqual({ ...base, text: "hello", reference: 0, total: 1, sequence: 1 });
	});
	test("UCS-2 with a header of 16-bit reference, after another element", () => {
		const data = "0C0504000100020804123403024F60";
		expect(incoming(`${head("44", "08")}0F${data}`)).toEqual({ ...base, text: "你", reference: 0x11234, total: 3, sequence: 2 });
	});
	test("7 bit behind a header begins at a septet's border", () => {
		// Header of 6 octets, one bit of fill, then "hi": 68 69 at septets 7 and 8.
		const sent = submits(`${"h".repeat(160)}i`)[1]!;
		const userData = sent.slice(-(2 * (6 + 8)));
		expect(userData.startsWith("0500032A0202")).toBe(true);
		expect(incoming(`${head("44", "00")}0F${userData}`)).toMatchObject({ text: "hhhhhhhi", total: 2, sequence: 2, reference: 42 });
	});
	test.each([
		["8-bit data", "F5"],
		["8-bit data of the general group", "04"],
		["compressed", "20"],
	])("%s is no text", (_, coding) => {
		expect(incoming(`${head("04", coding)}03010203`)).toMatchObject({ text: "", data: Uint8Array.of(1, 2, 3) });
	});
	test.each([
		["flash", "10", "hello"],
		["message waiting", "C8", "hello"],
		["class 1", "F1", "hello"],
	])("%s is 7 bit", (_, coding, text) => {
		expect(incoming(`${head("04", coding)}05E8329BFD06`)).toMatchObject({ text });
	});
	test("a zone west of Greenwich: the sign is the tens' highest bit", () => {
		// −20 quarters: tens 2 and the sign in the low half, units 0 in the high half.
		expect(incoming(`${head("04", "00").replace(/23$/, "0A")}00`)).toMatchObject({
			quarterHours: -20,
			sentUtcMs: Date.UTC(2026, 10, 20, 17),
		});
	});
	test("a stamp of no date is none", () => {
		expect(incoming(`${head("04", "00").replace("62110221000023", "00000000000000")}00`)).toMatchObject({ sentUtcMs: undefined });
	});
	test.each([
		["an element that says more than there is", "0400030201"],
		["part 3 of 2", "0500032A0203"],
		["part 0", "0500032A0200"],
		["of 0", "0500032A0000"],
	])("a header with %s joins nothing", (_, header) => {
		expect(incoming(`${head("44", "08")}08${header.padEnd(12, "0")}4F60`)).toMatchObject({ total: 1, sequence: 1 });
	});
	test("STATUS-REPORT", () => {
		expect(incoming(`0006${"2A"}0D91683108108300F0${"62110221000023"}${"62110221500023"}00`)).toEqual({
			kind: "statusReport",
			reference: 42,
			to: "+8613800138000",
			status: 0,
		});
	});
	test("cut short at any place it is none, and no bytes whatever throw", () => {
		const whole = `${head("44", "00")}0F0500032A0202D0E87439CE7F`;
		for (let length = 0; length < whole.length; length += 2)
			expect(decodeIncoming(octets(whole.slice(0, length)), length / 2)).toBeUndefined();
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 176 }), bytes => void decodeIncoming(bytes, bytes.length)),
			{ verbose: 1 },
		);
	});
	test("an escape at the end, one of no character and a doubled one", () => {
		// 41 1B; 1B 41; 1B 1B 41
		expect(textOfSeptets(octets("C10D"), 0, 0, 2)).toBe("A");
		expect(textOfSeptets(octets("9B20"), 0, 0, 2)).toBe("A");
		expect(textOfSeptets(octets("9B4D10"), 0, 0, 3)).toBe(" A");
	});
	test("half a pair of surrogates is U+FFFD", () => {
		expect(textOfUtf16(octets("D83D0041DE00D83DDE00"), 0, 10)).toBe("\ufffdA\ufffd😀");
	});
});
