import { describe, expect, test } from "vitest";
import { splitCommandLine } from "../../host-sim/modem/command-line.js";
import { Parameters } from "../../host-sim/modem/parameters.js";
import generic from "../../host-sim/persona/generic.js";
import bc660k from "../../host-sim/persona/quectel-bc660k.js";
import { Bench } from "./bench.js";

const shapes = (body: string) =>
	splitCommandLine(body)?.map(request => `${request.name} ${request.form} ${request.parameters.raw || request.argument}`);

describe("splitting a command line", () => {
	test.each([
		["", []],
		["E0", ["E execute 0"]],
		["E0V1Q0", ["E execute 0", "V execute 1", "Q execute 0"]],
		["&F", ["&F execute "]],
		["S3?", ["S read 3?"]],
		["S0=1E1", ["S execute 0=1", "E execute 1"]],
		["+CSQ", ["+CSQ execute "]],
		["+csq=?", ["+CSQ test "]],
		["+CEREG?", ["+CEREG read "]],
		["+CMEE=1;+CREG=2", ["+CMEE set 1", "+CREG set 2"]],
		["E0+CMEE=1;+CREG?", ["E execute 0", "+CMEE set 1", "+CREG read "]],
		['+CPBW=1,"+1;2",145,"a;b";+CSQ', ['+CPBW set 1,"+1;2",145,"a;b"', "+CSQ execute "]],
		['+QCFG="dsevent",1', ['+QCFG set "dsevent",1']],
		["D*99#", ["D execute *99#"]],
		["D112;+CSQ", ["D execute 112", "+CSQ execute "]],
		["*MCGDEFCONT=1", ["*MCGDEFCONT set 1"]],
	])("%s", (body, expected) => expect(shapes(body)).toEqual(expected));

	test.each(["=1", "+", "?", "1"])("%s is none", body => expect(shapes(body)).toBe(undefined));
});

describe("subparameters", () => {
	test("quoted, bare, omitted", () => {
		const parameters = new Parameters('1,,"a,b",, "c" ,-7');
		expect([0, 1, 2, 3, 4, 5].map(index => parameters.text(index))).toEqual(["1", "", "a,b", "", "c", "-7"]);
		expect([0, 1, 2].map(index => parameters.has(index))).toEqual([true, false, true]);
		expect(parameters.count).toBe(6);
		expect(parameters.number(5)).toBe(-7);
		expect(parameters.number(1, 9)).toBe(9);
		expect(parameters.number(2)).toBe(undefined);
		expect(parameters.within(0, 2, 3)).toBe(undefined);
	});
	test.each(['"a', '"a"b', 'a"b"', "\x93SM\x94"])("%s is malformed", raw => expect(new Parameters(raw).malformed).toBe(true));
});

describe("reading command lines from bytes", () => {
	const bench = () => new Bench(generic).start();

	test("echo is the command with its CR, then the answer", () => {
		expect(bench().ask("AT+CPAS\r")).toBe("AT+CPAS\r\r\n+CPAS: 0\r\n\r\nOK\r\n");
	});
	test("a LF of the host is no part of it", () => {
		expect(bench().ask("AT\r\nAT\r\n", 0)).toBe("AT\r");
		expect(bench().ask("AT\r\n")).toBe("AT\r\r\nOK\r\n");
	});
	test("lower case, blanks, no echo", () => {
		const b = bench();
		expect(b.ask("ate0\r")).toBe("ate0\r\r\nOK\r\n");
		expect(b.ask("at +cpas ; +cpas\r")).toBe("\r\n+CPAS: 0\r\n\r\n+CPAS: 0\r\n\r\nOK\r\n");
	});
	test.each(["\x1b\x04\r\r\r", "A", "AA", "\xff\x00aA", "XYZ\n"])("junk %j before AT is skipped", junk => {
		expect(bench().ask(`${junk}ATE0\r`)).toBe("ATE0\r\r\nOK\r\n");
	});
	test("byte by byte, and split at each place", () => {
		const line = "ATE0;+CPAS\r";
		const whole = "ATE0;+CPAS\r\r\n+CPAS: 0\r\n\r\nOK\r\n";
		const b = bench();
		for (const byte of line) b.send(byte);
		expect(b.run(500)).toBe(whole);
		for (let at = 1; at < line.length; at++) {
			const other = bench();
			other.send(line.slice(0, at));
			other.send(line.slice(at));
			expect(other.run(500)).toBe(whole);
		}
	});
	test("backspace", () => {
		expect(bench().ask("AT+CX\x08PAS\r")).toBe("AT+CX\x08 \x08PAS\r\r\n+CPAS: 0\r\n\r\nOK\r\n");
	});
	test("A/ repeats the last line without CR", () => {
		const b = bench();
		b.ask("ATE0+CPAS\r");
		expect(b.ask("A/")).toBe("\r\n+CPAS: 0\r\n\r\nOK\r\n");
	});
	test("a line longer than the module takes is an error, and the next one is fine", () => {
		const b = bench();
		b.ask("ATE0\r");
		expect(b.ask(`AT+CMGD=${"1".repeat(2100)}\r`)).toBe("\r\nERROR\r\n");
		expect(b.ask("AT\r")).toBe("\r\nOK\r\n");
	});
	test("an unterminated quote is ERROR whatever +CMEE says", () => {
		const b = bench();
		b.ask("ATE0+CMEE=1\r");
		expect(b.ask('AT+CGDCONT=1,"IP\r')).toBe("\r\nERROR\r\n");
		expect(b.ask("AT+CGDCONT=x\r")).toBe("\r\n+CME ERROR: 50\r\n");
	});
	test("the first failing command of a line ends it", () => {
		const b = bench();
		b.ask("ATE0\r");
		expect(b.ask("AT+CPAS;+NONE;+CPAS\r")).toBe("\r\n+CPAS: 0\r\n\r\nERROR\r\n");
	});
	test("a command that comes while one runs is lost", () => {
		const b = bench();
		b.ask("ATE0\r");
		expect(b.ask("AT+CPAS\rAT+CFUN?\r")).toBe("\r\n+CPAS: 0\r\n\r\nOK\r\n");
	});
	test("any character aborts an operator search", () => {
		const b = bench();
		b.ask("ATE0\r");
		expect(b.ask("AT+COPS=?\r\n", 5000)).toBe("");
		expect(b.ask("A")).toBe("\r\nOK\r\n");
		expect(b.ask("AT\r")).toBe("\r\nOK\r\n");
	});
});

describe("result codes and registers", () => {
	const quiet = () => {
		const b = new Bench(generic).start();
		b.ask("ATE0\r");
		return b;
	};
	test("numeric, and none at all", () => {
		const b = quiet();
		expect(b.ask("ATV0\r")).toBe("0\r");
		expect(b.ask("AT+CPAS\r")).toBe("+CPAS: 0\r\n0\r");
		expect(b.ask("AT+NONE\r")).toBe("4\r");
		expect(b.ask("ATQ1\r")).toBe("");
		expect(b.ask("AT+CPAS\r")).toBe("+CPAS: 0\r\n");
		expect(b.ask("ATV1Q0\r")).toBe("\r\nOK\r\n");
	});
	test("+CMEE: off, number, words", () => {
		const b = quiet();
		expect(b.ask("AT+CMEE?\r")).toBe("\r\n+CMEE: 0\r\n\r\nOK\r\n");
		expect(b.ask("AT+CMEE=3\r")).toBe("\r\nERROR\r\n");
		expect(b.ask("AT+CMEE=1;+CPBR=500\r")).toBe("\r\n+CME ERROR: 21\r\n");
		expect(b.ask("AT+CMEE=2;+CPBR=500\r")).toBe("\r\n+CME ERROR: invalid index\r\n");
	});
	test("S3 and S4 are the characters of the answers", () => {
		const b = quiet();
		expect(b.ask("ATS3?\r")).toBe("\r\n013\r\n\r\nOK\r\n");
		expect(b.ask("ATS3=30\r")).toBe("\x1e\nOK\x1e\n");
		expect(b.ask("AT\x1e")).toBe("\x1e\nOK\x1e\n");
		expect(b.ask("ATZ\x1e", 20)).toBe("\r\nOK\r\n");
	});
	test("ATS of a register that is not there", () => expect(quiet().ask("ATS99?\r")).toBe("\r\nERROR\r\n"));
	test("ATZ brings the echo back", () => {
		const b = quiet();
		b.ask("ATZ\r");
		expect(b.ask("AT\r")).toBe("AT\r\r\nOK\r\n");
	});
	test("a data call finds no carrier", () => {
		const b = quiet();
		expect(b.ask("ATD*99#\r", 3000)).toBe("\r\nNO CARRIER\r\n");
	});
	test("+IPR: the answer leaves at the old rate, and the rate stays after a restart", () => {
		const b = quiet();
		b.port.clientBaud = 115_200;
		expect(b.ask("AT+IPR?\r")).toBe("\r\n+IPR: 0\r\n\r\nOK\r\n");
		expect(b.ask("AT+IPR=9600\r")).toBe("\r\nOK\r\n");
		expect(b.ask("AT\r")).not.toContain("OK");
		b.port.clientBaud = 9600;
		expect(b.ask("AT\r")).toContain("\r\nOK\r\n");
		b.ask("AT+CFUN=1,1\r", 3000);
		expect(b.ask("ATE0\r")).toBe("ATE0\r\r\nOK\r\n");
		expect(b.module.counters.nvramWrites).toBe(1);
	});
	test("a module that follows its host answers at any rate", () => {
		const b = quiet();
		b.port.clientBaud = 9600;
		expect(b.ask("AT\r")).toBe("\r\nOK\r\n");
	});
	test("at another rate the host reads other bytes and the module hears nothing", () => {
		const b = new Bench(bc660k).start();
		b.run(1000);
		b.port.clientBaud = 9600;
		expect(b.ask("AT\r")).toBe("");
		b.module.faults.set("urc", { text: "\r\nRDY\r\n" });
		expect(b.run(10)).not.toContain("RDY");
	});
});
