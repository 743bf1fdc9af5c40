import { describe, expect, test } from "vitest";
import type { Command } from "../../sdk/at/command.js";
import { command } from "../../sdk/at/command.js";
import { CommandLine } from "../../sdk/at/encode.js";
import { bare, bits, choice, hex, int, optional, payloadHex, text, uint, uintList, word } from "../../sdk/at/fields.js";
import * as sample from "./commands.js";
import { bytes, latin1, Pair } from "./pair.js";

function encoded<P>(form: Command<P, any>, params: P, capacity = 128): string {
	const line = new CommandLine(capacity);
	const refusal = line.encode(form, params as any);
	return refusal === undefined ? latin1(line.bytes.subarray(0, line.length)) : `${refusal}: ${line.problem}`;
}

const ALL = command("+ALL", {
	spec: "sample",
	set: {
		params: {
			u: uint(0, 65535),
			i: optional(int(-200, 200)),
			h: optional(hex(4)),
			q: optional(hex(8, { quoted: true })),
			t: optional(text(8)),
			b: optional(bare(16)),
			w: optional(word("IP", "IPV4V6")),
			c: optional(choice({ minimum: 0, full: 1 })),
			s: optional(bits(8)),
			p: optional(payloadHex(4)),
		},
	},
});

describe("parameters", () => {
	test("every kind is written as its declaration says", () => {
		expect(
			encoded(ALL.set, {
				u: 65535,
				i: -12,
				h: 0xbeef,
				q: 0xabcd,
				t: "a b,;'",
				b: "1.2.3.4",
				w: "IPV4V6",
				c: "full",
				s: "00100011",
				p: Uint8Array.of(0, 0x9f),
			}),
		).toBe('AT+ALL=65535,-12,BEEF,"ABCD","a b,;\'",1.2.3.4,"IPV4V6",1,"00100011","009F"\r');
		expect(encoded(ALL.set, { u: 0, p: new Uint8Array(0) })).toBe('AT+ALL=0,,,,,,,,,""\r');
	});

	test("commas of parameters left out in the middle stay, those at the end go", () => {
		expect(encoded(ALL.set, { u: 1 })).toBe("AT+ALL=1\r");
		expect(encoded(ALL.set, { u: 1, h: 2 })).toBe("AT+ALL=1,,2\r");
		expect(encoded(ALL.set, { u: 1, i: undefined, s: "11111111" })).toBe('AT+ALL=1,,,,,,,,"11111111"\r');
	});

	test("a value outside its declaration is refused, and the refusal does not repeat it", () => {
		const cases: [Partial<Parameters<typeof encoded>[1]> & object, string][] = [
			[{ u: 65536 }, "u is out of range"],
			[{ u: -1 }, "u is out of range"],
			[{ u: 1.5 }, "u is not a whole number"],
			[{ u: Number.NaN }, "u is not a whole number"],
			[{ u: "1" }, "u is not a whole number"],
			[{}, "u is missing"],
			[{ u: 1, i: -201 }, "i is out of range"],
			[{ u: 1, h: 0x10000 }, "h is out of range"],
			[{ u: 1, t: "123456789" }, "t is too long or too short"],
			[{ u: 1, t: 'a"b' }, "t has a character that would end it"],
			[{ u: 1, t: "a\rb" }, "t has a character that would end it"],
			[{ u: 1, t: "a\nb" }, "t has a character that would end it"],
			[{ u: 1, t: "a\x1ab" }, "t has a character that would end it"],
			[{ u: 1, t: "a\x7fb" }, "t has a character that would end it"],
			[{ u: 1, t: "ab\u00e9" }, "t has a character that would end it"],
			[{ u: 1, b: "a,b" }, "b has a character that would end it"],
			[{ u: 1, b: "a;b" }, "b has a character that would end it"],
			[{ u: 1, b: "a b" }, "b has a character that would end it"],
			[{ u: 1, w: "IPV6" }, "w is none of the words allowed"],
			[{ u: 1, c: "toString" }, "c is none of the names allowed"],
			[{ u: 1, s: "0010001" }, "s has the wrong number of bits"],
			[{ u: 1, s: "0010001x" }, "s has a digit other than 0 and 1"],
			[{ u: 1, p: new Uint8Array(5) }, "p is too long"],
			[{ u: 1, p: "00" }, "p is not a Uint8Array"],
		];
		for (const [params, problem] of cases) expect(encoded(ALL.set as Command<any, any>, params)).toBe(`malformed: ${problem}`);
		expect(encoded(ALL.set as Command<any, any>, undefined)).toBe("malformed: parameters are missing");
	});

	test("a line that does not fit is refused at every length, never cut", () => {
		const params = { u: 12345, i: -1, h: 1, q: 2, t: "abc", b: "d", w: "IP", c: "full", s: "11111111", p: Uint8Array.of(1) } as const;
		const whole = encoded(ALL.set, params);
		for (let capacity = 4; capacity < whole.length; capacity++) {
			expect(encoded(ALL.set, params, capacity)).toBe("overflow: command line is longer than transmitCapacity");
		}
		expect(encoded(ALL.set, params, whole.length)).toBe(whole);
	});

	test("numbers are written digit for digit", () => {
		const n = command("+N", { spec: "sample", set: { params: { n: uint() } } });
		for (const value of [0, 9, 10, 99, 100, 4294967295, 4294967296, Number.MAX_SAFE_INTEGER]) {
			expect(encoded(n.set, { n: value })).toBe(`AT+N=${value}\r`);
		}
	});
});

describe("traces", () => {
	const traced = (): [Pair, string[]] => {
		const shown: string[] = [];
		const pair = new Pair({ onTrace: (direction, data, _, redacted) => shown.push(`${direction}${redacted ? "*" : ""} ${latin1(data)}`) });
		return [pair, shown];
	};

	test("shows what is written and read", () => {
		const [pair, shown] = traced();
		pair.submit(sample.CSQ.execute, undefined);
		pair.receive("\r\n+CSQ: 1");
		pair.receive(",2\r\n");
		expect(shown).toEqual(["tx AT+CSQ\r", "rx \r\n+CSQ: 1", "rx ,2\r\n"]);
	});

	test("hides a secret as it is written and as it comes back, however it is cut", () => {
		for (const limit of [100, 3, 1]) {
			const [pair, shown] = traced();
			pair.limit = limit;
			pair.submit(sample.CPIN.set, { pin: "9071", newPin: "5382" });
			for (const byte of 'AAT+CPIN="9071","5382"\r\r\n') pair.receive(byte);
			const text = shown.map(entry => entry.slice(entry.indexOf(" ") + 1)).join("");
			expect(text).toBe('AT+CPIN="****","****"\rAAT+CPIN="****","****"\r\r\n');
			expect(shown.every(entry => entry[2] === "*")).toBe(true);
			expect(pair.written).toBe('AT+CPIN="9071","5382"\r');
		}
	});

	test("hides a payload that is a secret", () => {
		const key = command("+KEY", { spec: "sample", set: { params: { length: uint() }, prompt: true, redactPayload: true } });
		const [pair, shown] = traced();
		pair.submit(key.set, { length: 3 }, bytes("abc"));
		pair.receive(">");
		expect(shown).toEqual(["tx AT+KEY=3\r", "rx >", "tx* ***"]);
		expect(pair.take()).toBe("AT+KEY=3\rabc");
	});

	test("a secret is in no error", () => {
		const [pair] = traced();
		pair.submit(sample.CPIN.set, { pin: "9071" });
		pair.receive("\r\n+CPIN: wrong\r\n+CME ERROR: 16\r\n");
		expect(pair.last?.error).toEqual({ code: "cme", number: 16, command: "+CPIN=", afterMs: 0 });
	});
});

describe("a list of numbers at the end", () => {
	const LIST = command("+LIST", { spec: "sample", set: { params: { count: uint(0, 19), numbers: uintList(1, 85) } } });
	test("with commas between them", () => {
		expect(encoded(LIST.set, { count: 1, numbers: [8] })).toBe("AT+LIST=1,8\r");
		expect(encoded(LIST.set, { count: 3, numbers: [1, 85, 5] })).toBe("AT+LIST=3,1,85,5\r");
	});
	test.each([
		["nothing in it", [], "malformed: numbers is not a list with something in it"],
		["no list", 5, "malformed: numbers is not a list with something in it"],
		["one out of range", [1, 86], "malformed: numbers is out of range"],
		["one that is no number", [1, "5;+CFUN=0"], "malformed: numbers is not a whole number"],
	])("%s is refused", (_, numbers, why) => expect(encoded(LIST.set, { count: 1, numbers: numbers as number[] })).toBe(why));
	test("the line is bounded", () => {
		expect(encoded(LIST.set, { count: 2, numbers: [10, 20] }, 14)).toBe("overflow: command line is longer than transmitCapacity");
	});
});
