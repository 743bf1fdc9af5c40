import { parse } from "coap-packet";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { code, codeText, MessageReader, MessageWriter, type } from "../../sdk/app/coap/message.js";
import { option } from "../../sdk/app/coap/options.js";
import { hex, unhex } from "./server.js";

function write(build: (writer: MessageWriter) => void, capacity = 1280): string {
	const writer = new MessageWriter(capacity);
	build(writer);
	expect(writer.overflowed).toBe(false);
	return hex(writer.bytes());
}
function read(text: string) {
	const reader = new MessageReader();
	const result = reader.read(unhex(text));
	const options: [number, string][] = [];
	for (let index = 0; index < reader.optionCount; index++)
		options.push([reader.optionNumber(index), hex(reader.bytes.subarray(reader.optionStart(index), reader.optionEnd(index)))]);
	return {
		result,
		type: reader.type,
		code: codeText(reader.code),
		messageId: reader.messageId,
		options,
		payload: new TextDecoder().decode(reader.payload()),
	};
}
const none = new Uint8Array(0);

describe("the examples of RFC 7252 appendix A", () => {
	test("figure 16: a confirmable GET, its piggybacked response", () => {
		const request = write(writer => {
			writer.begin(type.confirmable, code.get, 0x7d34, none);
			writer.textOptions(option.uriPath, "temperature", "/");
		});
		expect(request).toBe("40017d34bb74656d7065726174757265");
		expect(read("60457d34ff32322e332043")).toEqual({
			result: "ok",
			type: type.acknowledgement,
			code: "2.05",
			messageId: 0x7d34,
			options: [],
			payload: "22.3 C",
		});
	});
	test("figure 17: the same with a token of one byte", () => {
		const request = write(writer => {
			writer.begin(type.confirmable, code.get, 0x7d35, Uint8Array.of(0x20));
			writer.textOptions(option.uriPath, "/temperature", "/", 1);
		});
		expect(request).toBe("41017d3520bb74656d7065726174757265");
		const reader = new MessageReader();
		expect(reader.read(unhex("61457d3520ff32322e332043"))).toBe("ok");
		expect(reader.tokenIs(Uint8Array.of(0x20))).toBe(true);
		expect(reader.tokenIs(Uint8Array.of(0x21))).toBe(false);
		expect(reader.tokenIs(Uint8Array.of(0x20, 0))).toBe(false);
	});
	test("figure 20: an empty acknowledgement, a separate response", () => {
		expect(read("60007d38")).toMatchObject({ result: "ok", type: type.acknowledgement, code: "0.00", messageId: 0x7d38 });
		expect(read("4145ad7b53ff32322e332043")).toMatchObject({ result: "ok", type: type.confirmable, code: "2.05", messageId: 0xad7b });
	});
	test("a reset", () => {
		expect(read("70007d37")).toMatchObject({ result: "ok", type: type.reset, messageId: 0x7d37 });
	});
});

describe("options", () => {
	test("a report's request, byte by byte", () => {
		const request = write(writer => {
			writer.begin(type.confirmable, code.post, 0x0102, unhex("a1a2a3a4"));
			writer.textOptions(option.uriPath, "/readings", "/", 1);
			writer.uintOption(option.contentFormat, 112);
			writer.uintOption(option.accept, 60);
			writer.payload(Uint8Array.of(0x80));
		});
		expect(request).toBe("44020102a1a2a3a4" + "b872656164696e6773" + "1170" + "513c" + "ff80");
	});
	test("zero is empty, numbers have no leading zeros", () => {
		const message = (value: number) =>
			write(writer => {
				writer.begin(type.confirmable, code.get, 0, none);
				writer.uintOption(option.observe, value);
			}).slice(8);
		expect(message(0)).toBe("60");
		expect(message(1)).toBe("6101");
		expect(message(256)).toBe("620100");
		expect(message(0x10000)).toBe("63010000");
		expect(message(0x1000000)).toBe("6401000000");
	});
	test.each([
		["/", ""],
		["/a", "b161"],
		["/a/b", "b1610162"],
		["/a//b", "b161000162"],
		["/a/", "b16100"],
		["/ä", "b2c3a4"],
	])("the path %s", (path, expected) => {
		const message = write(writer => {
			writer.begin(type.confirmable, code.get, 0, none);
			writer.textOptions(option.uriPath, path, "/", 1);
		});
		expect(message.slice(8)).toBe(expected);
	});
	test("extended deltas and lengths: 13, 268, 269", () => {
		const message = (number: number, length: number) =>
			write(writer => {
				writer.begin(type.confirmable, code.get, 0, none);
				writer.opaqueOption(number, new Uint8Array(length));
			}).slice(8, 18);
		expect(message(12, 12)).toBe("cc00000000");
		expect(message(13, 13)).toBe("dd00000000");
		expect(message(268, 268)).toBe("ddffff0000");
		expect(message(269, 269)).toBe("ee00000000");
		expect(message(2049, 0)).toBe("e006f4");
	});
	test("what does not fit is told", () => {
		const writer = new MessageWriter(10);
		writer.begin(type.confirmable, code.get, 0, none);
		writer.textOptions(option.uriPath, "long-path", "/");
		expect(writer.overflowed).toBe(true);
		writer.begin(type.confirmable, code.get, 0, none);
		expect(writer.overflowed).toBe(false);
	});
});

describe("what is malformed", () => {
	test.each([
		["no header", "400100", "alien"],
		["version 0", "00010001", "alien"],
		["version 2", "80010001", "alien"],
		["a token of 9", "49010001000000000000000000", "malformed"],
		["a token cut off", "42010001aa", "malformed"],
		["an empty message with a token", "4100000100", "malformed"],
		["an empty message with a payload", "40000001ff31", "malformed"],
		["an empty non-confirmable message", "50000001", "malformed"],
		["a reset with a code", "70450001", "malformed"],
		["a request in an acknowledgement", "60010001", "malformed"],
		["class 1", "40200001", "malformed"],
		["class 6", "40c00001", "malformed"],
		["class 7", "40e00001", "malformed"],
		["a payload marker and no payload", "40450001ff", "malformed"],
		["delta 15", "40450001f1", "malformed"],
		["length 15", "404500011f", "malformed"],
		["an extended delta cut off", "40450001d0", "malformed"],
		["an extended delta of two bytes cut off", "40450001e000", "malformed"],
		["an extended length cut off", "404500011d", "malformed"],
		["a value cut off", "40450001130102", "malformed"],
		["a number over 65535", "40450001e0ffff", "malformed"],
	])("%s", (_what, bytes, expected) => {
		expect(read(bytes).result).toBe(expected);
	});
	test("more options than there is room for", () => {
		expect(read(`40450001${"10".repeat(24)}`).result).toBe("ok");
		expect(read(`40450001${"10".repeat(25)}`).result).toBe("malformed");
	});
});

test("whatever is written is read by coap-packet, and by the reader, the same", () => {
	const message = fc.record({
		token: fc.uint8Array({ maxLength: 8 }),
		messageId: fc.integer({ min: 0, max: 0xffff }),
		options: fc.array(fc.tuple(fc.integer({ min: 0, max: 600 }), fc.uint8Array({ maxLength: 300 })), { maxLength: 8 }),
		payload: fc.uint8Array({ maxLength: 64 }),
	});
	fc.assert(
		fc.property(message, ({ token, messageId, options, payload }) => {
			let number = 0;
			const placed = options.map(([delta, value]) => [(number += delta), value] as const);
			fc.pre(number <= 0xffff);
			const bytes = unhex(
				write(writer => {
					writer.begin(type.confirmable, code.post, messageId, token);
					for (const [at, value] of placed) writer.opaqueOption(at, value);
					writer.payload(payload);
				}, 4096),
			);
			const other = parse(Buffer.from(bytes));
			expect(hex(other.token)).toBe(hex(token));
			expect(other.messageId).toBe(messageId);
			expect(other.options.map(({ value }) => hex(value))).toEqual(placed.map(([, value]) => hex(value)));
			expect(hex(other.payload)).toBe(hex(payload));
			const reader = new MessageReader();
			expect(reader.read(bytes)).toBe("ok");
			expect(Array.from({ length: reader.optionCount }, (_, index) => reader.optionNumber(index))).toEqual(placed.map(([at]) => at));
			expect(hex(reader.payload())).toBe(hex(payload));
			expect(reader.tokenIs(token)).toBe(true);
		}),
	);
});

test("no bytes make the reader throw or read beyond the end", () => {
	const reader = new MessageReader();
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
			if (bytes.length > 0) bytes[0] = 0x40 | (bytes[0]! & 0x3f);
			const result = reader.read(bytes);
			if (result !== "ok") return;
			for (let index = 0; index < reader.optionCount; index++) expect(reader.optionEnd(index)).toBeLessThanOrEqual(bytes.length);
			expect(reader.payloadStart).toBeLessThanOrEqual(bytes.length);
		}),
		{ numRuns: 2000 },
	);
});
