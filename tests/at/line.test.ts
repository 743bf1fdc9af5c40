import { describe, expect, test } from "vitest";
import { fieldTable } from "../../sdk/at/decode.js";
import { bits, choice, hex, int, optional, payloadHex, text, uint, word } from "../../sdk/at/fields.js";
import { LineBuffer } from "../../sdk/at/line-buffer.js";
import { bytes } from "./pair.js";

function line(content: string): LineBuffer {
	const buffer = new LineBuffer(256, 0);
	buffer.data.set(bytes(content));
	buffer.set(0, content.length);
	buffer.parametersAfter(content.startsWith("+") ? content.search(/[: ]|$/) : 0);
	return buffer;
}

function texts(content: string): (string | undefined)[] {
	const buffer = line(content);
	return Array.from({ length: buffer.count }, (_, index) => buffer.text(index));
}

describe("parameters of a line", () => {
	test("are separated by commas outside quotes, blanks around them do not count", () => {
		expect(texts("+X: 1, 2 ,3")).toEqual(["1", "2", "3"]);
		expect(texts('+X: "a,b", "c" ,d')).toEqual(["a,b", "c", "d"]);
		expect(texts("+X:1")).toEqual(["1"]);
		expect(texts("+X:")).toEqual([]);
		expect(texts("+X: ")).toEqual([]);
		expect(texts("+X")).toEqual([]);
		expect(texts('+X: ""')).toEqual([""]);
		expect(texts("+X: ,")).toEqual(["", ""]);
		expect(texts('+X: 4,5,,,,"01"')).toEqual(["4", "5", "", "", "", "01"]);
		expect(texts('+X: "open, 1')).toEqual(["open, 1"]);
		expect(texts("+IPCLOSE 0,1")).toEqual(["0", "1"]);
		expect(texts("Quectel, Ltd")).toEqual(["Quectel", "Ltd"]);
		expect(texts('+COPS: (2,"a, b","b",7),(3,"c")')).toEqual(["(2", "a, b", "b", "7)", "(3", "c"]);
	});

	test("their length counts neither quotes nor blanks", () => {
		const buffer = line('+X: 12 ,"a,b",,"", "c" ,d');
		expect([0, 1, 2, 3, 4, 5, 6, -1].map(index => buffer.lengthOf(index))).toEqual([2, 3, 0, 0, 1, 1, 0, 0]);
	});

	test("at most 48 are indexed", () => {
		expect(line(`+X: ${"1,".repeat(60)}1`).count).toBe(48);
	});

	test("decimal numbers", () => {
		const buffer = line('+X: 0,42,-7,+7,"9",x,,9007199254740991,9007199254740993,1.5,-');
		const read = (index: number) => [buffer.uint(index), buffer.int(index)];
		expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map(read)).toEqual([
			[0, 0],
			[42, 42],
			[undefined, -7],
			[undefined, 7],
			[undefined, undefined],
			[undefined, undefined],
			[undefined, undefined],
			[9007199254740991, 9007199254740991],
			[undefined, undefined],
			[undefined, undefined],
			[undefined, undefined],
			[undefined, undefined],
		]);
	});

	test("hexadecimal numbers, quoted or not; 16 digits stay text", () => {
		const buffer = line('+X: 1A2b,"0000ABCD",g,,"1FFFFFFFFFFFFF","0000000C027F5065"');
		expect([0, 1, 2, 3, 4, 5, 6].map(index => buffer.hex(index))).toEqual([
			0x1a2b,
			0xabcd,
			undefined,
			undefined,
			undefined,
			undefined,
			undefined,
		]);
		expect(line("+X: FFFFFFFFFFFFF").hex(0)).toBe(0xfffffffffffff);
		expect(buffer.text(5)).toBe("0000000C027F5065");
	});

	test("quotes, comparison and bytes", () => {
		const buffer = line('+X: "recv",0,"00fF1","00fF"');
		expect([0, 1, 2, 9].map(index => buffer.isQuoted(index))).toEqual([true, false, true, false]);
		expect([
			buffer.equals(0, "recv"),
			buffer.equals(0, "rec"),
			buffer.equals(0, "recv2"),
			buffer.equals(1, "0"),
			buffer.equals(9, ""),
		]).toEqual([true, false, false, true, false]);
		const into = new Uint8Array(4);
		expect([buffer.hexBytes(2, into), buffer.hexBytes(0, into), buffer.hexBytes(9, into)]).toEqual([-1, -1, -1]);
		expect(buffer.hexBytes(3, into, 2)).toBe(2);
		expect(into).toEqual(Uint8Array.of(0, 0, 0, 255));
		expect(buffer.hexBytes(3, into, 3)).toBe(-1);
		expect([buffer.startsWith("+X: "), buffer.startsWith("+Y"), buffer.toText()]).toEqual([true, false, '+X: "recv",0,"00fF1","00fF"']);
		expect(buffer.payload()).toBeUndefined();
	});

	test("text is UTF-8, and a byte that is none is U+FFFD", () => {
		expect(line("\xe4\xb8\xad\xf0\x9f\x93\xb6ab\xff\xc0\xaf\xe4\xb8").toText()).toBe("中📶ab\ufffd\ufffd\ufffd\ufffd\ufffd");
		expect(line("abcdefghijklmnopqrstuvwxyz").toText()).toBe("abcdefghijklmnopqrstuvwxyz");
	});
});

describe("records", () => {
	const fields = {
		u: uint(0, 10),
		i: optional(int()),
		h: optional(hex()),
		t: optional(text()),
		w: optional(word("IP", "IPV6")),
		c: optional(choice({ off: 0, on: 1 })),
		s: optional(bits(8)),
		p: optional(payloadHex()),
	};
	const table = fieldTable(fields);
	const decode = (content: string) => {
		const into: { [name: string]: unknown } = {};
		return line(content).decode(table, into, 0) ? into : undefined;
	};

	test("every kind is read as its declaration says", () => {
		expect(decode('+X: 1,-2,"1F","a,b","IPV6",1,"00100011","00FF"')).toEqual({
			u: 1,
			i: -2,
			h: 31,
			t: "a,b",
			w: "IPV6",
			c: "on",
			s: "00100011",
			p: Uint8Array.of(0, 255),
		});
		expect(decode("+X: 1")).toEqual({ u: 1 });
		expect(decode('+X: 1,,"",""')).toEqual({ u: 1, t: "" });
		expect(decode("+X: 1,2,3,4,IP,0,1,,more,fields")).toEqual({ u: 1, i: 2, h: 3, t: "4", w: "IP", c: "off", s: "1" });
	});

	test("what does not fit makes the record malformed", () => {
		for (const bad of [
			"+X:",
			"+X: 11",
			"+X: x",
			"+X: 1,y",
			"+X: 1,1,zz",
			"+X: 1,1,1,a,IPX",
			"+X: 1,1,1,a,IP,2",
			'+X: 1,1,1,a,IP,1,1,"0"',
		]) {
			expect(decode(bad)).toBeUndefined();
		}
	});
});
