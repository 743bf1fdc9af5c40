import { describe, expect, test } from "vitest";
import { command } from "../../sdk/at/command.js";
import { uint } from "../../sdk/at/fields.js";
import { bytes, everyWay, Pair } from "./pair.js";

function send(prompt: string) {
	return command("^XSSEND", {
		spec: "an invented module",
		set: {
			params: { socket: uint(), bytes: uint() },
			prompt,
			finals: { ok: ["SEND OK"], error: ["SEND FAIL"] },
		},
	}).set;
}
const payload = bytes("$\r\nSEND OK\r\n$ ");
const line = `AT^XSSEND=1,${payload.length}\r`;
const begin = (prompt: string) => (pair: Pair) => {
	pair.submit(send(prompt), { socket: 1, bytes: payload.length }, payload);
};

describe("a prompt with a name", () => {
	test.each([
		["$", "\r\n$ "],
		["$", "$"],
		["$", "\r\n$\r\n"],
		["SEND>", "\r\nSEND>"],
		["<<<", "\r\n<<< "],
		["READY", "\r\nREADY\r\n"],
		["=>", "\r\n=> "],
	])("%j is there when %j has come, however it arrives", (prompt, said) => {
		everyWay(begin(prompt), [said, "\r\nSEND OK\r\n"], pair => {
			expect(pair.written).toBe(`${line}$\r\nSEND OK\r\n$ `);
			expect(pair.outcomes).toEqual([{ command: "^XSSEND=", result: undefined }]);
			expect(pair.unknown).toEqual([]);
		});
	});

	test.each([
		["$", "\r\n> "],
		["$", "\r\nABC$\r\n"],
		["SEND>", "\r\nSEND\r\n"],
		["SEND>", "\r\nSENT>\r\n"],
		["<<<", "\r\n<<\r\n"],
		["READY", "\r\nREADYING\r\n"],
	])("%j is not there when %j has come", (prompt, said) => {
		everyWay(begin(prompt), said, pair => {
			expect(pair.written).toBe(line);
			expect(pair.outcomes).toEqual([]);
		});
	});

	test("a refusal that begins as the prompt does is a refusal", () => {
		everyWay(begin("SEND>"), "\r\nSEND FAIL\r\n", pair => {
			expect(pair.written).toBe(line);
			expect(pair.last?.error).toMatchObject({ code: "error" });
		});
	});

	test("a report that comes before it is heard", () => {
		const pair = new Pair();
		begin("SEND>")(pair);
		pair.receive("\r\nS\r\n\r\nSE: 1\r\n\r\nSEN");
		expect(pair.unknown).toEqual(["S", "SE: 1"]);
		pair.receive("D>");
		expect(pair.written).toBe(`${line}$\r\nSEND OK\r\n$ `);
	});

	test("a line that begins as the prompt does is read whole, its first parameters too", () => {
		const prompting = command("+X", {
			spec: "an invented module",
			set: { params: { n: uint() }, prompt: "+X: 1,>", response: { first: uint(), second: uint(), third: uint() } },
		});
		everyWay(
			pair => void pair.submit(prompting.set, { n: 1 }, payload),
			["\r\n+X: 1,2,3\r\n\r\n+X: 1,>", "\r\nOK\r\n"],
			pair => {
				expect(pair.written).toBe("AT+X=1\r$\r\nSEND OK\r\n$ ");
				expect(pair.outcomes).toEqual([{ command: "+X=", result: { first: 1, second: 2, third: 3 } }]);
			},
		);
	});

	test("to every other command it is a line that nobody knows", () => {
		const pair = new Pair();
		pair.submit(command("+QFDEL", { spec: "no prompt", set: { params: { file: uint() } } }).set, { file: 1 });
		pair.receive("\r\n$\r\n\r\nOK\r\n");
		expect(pair.unknown).toEqual(["$"]);
	});
});
