import { describe, expect, test } from "vitest";
import { command } from "../../sdk/at/command.js";
import { text, uint } from "../../sdk/at/fields.js";
import { bytes, everyWay, Pair } from "./pair.js";

const UPLOAD = command("+QFUPL", {
	spec: "a module that answers CONNECT",
	set: {
		params: { file: text(32), bytes: uint(1) },
		prompt: "CONNECT",
		response: { bytes: uint(), checksum: text() },
		redactPayload: true,
	},
});

describe("a payload that waits for CONNECT", () => {
	const payload = bytes("-----BEGIN\r\n>OK\r\nERROR\r\nCONNECT\r\n");
	const upload = (pair: Pair): void => {
		pair.submit(UPLOAD.set, { file: "a.pem", bytes: payload.length }, payload);
	};
	const line = `AT+QFUPL="a.pem",${payload.length}\r`;

	test("goes out behind that line, with or without a rate, however it arrives", () => {
		for (const prompt of ["\r\nCONNECT\r\n", "CONNECT 115200\r\n"])
			everyWay(upload, [prompt, "\r\n+QFUPL: 37,3A5B\r\n\r\nOK\r\n"], pair => {
				expect(pair.written).toBe(`${line}-----BEGIN\r\n>OK\r\nERROR\r\nCONNECT\r\n`);
				expect(pair.outcomes).toEqual([{ command: "+QFUPL=", result: { bytes: 37, checksum: "3A5B" } }]);
			});
	});

	test("does not go out for `>`, nor for a word that only begins so", () => {
		everyWay(upload, "\r\n> \r\nCONNECTED\r\n", pair => {
			expect(pair.written).toBe(line);
			expect(pair.outcomes).toEqual([]);
		});
	});

	test("is not sent when the module refuses", () => {
		everyWay(upload, "\r\n+CME ERROR: 407\r\n", pair => {
			expect(pair.written).toBe(line);
			expect(pair.last?.error).toMatchObject({ code: "cme", number: 407 });
		});
	});

	test("to every other command CONNECT is a line that nobody knows", () => {
		const pair = new Pair();
		const plain = command("+QFDEL", { spec: "no prompt", set: { params: { file: text(32) } } });
		pair.submit(plain.set, { file: "a.pem" });
		pair.receive("\r\nCONNECT\r\n\r\nOK\r\n");
		expect(pair.unknown).toEqual(["CONNECT"]);
		expect(pair.outcomes).toEqual([{ command: "+QFDEL=", result: undefined }]);
	});
});
