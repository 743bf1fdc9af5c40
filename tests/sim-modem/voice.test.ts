import { describe, expect, test } from "vitest";
import generic from "../../host-sim/persona/generic.js";
import quectelBc660k from "../../host-sim/persona/quectel-bc660k.js";
import { Bench } from "./bench.js";

function started(persona = generic): Bench {
	const bench = new Bench(persona).start();
	bench.ue.register({ stat: 1, act: 7 });
	bench.run(10);
	bench.ask("ATE0+CMEE=1\r");
	return bench;
}
const outgoing = { direction: "outgoing", number: "+4917000" } as const;
const incoming = { direction: "incoming", number: "13800138000" } as const;

describe("a call of the host's", () => {
	test("OK at once, states by +CLCC, and the end by the other party", () => {
		const bench = started();
		expect(bench.ask("ATD+4917000;\r")).toBe("\r\nOK\r\n");
		expect(bench.ue.calls.log).toEqual(["dial +4917000"]);
		expect(bench.ask("AT+CLCC\r")).toBe("\r\nOK\r\n");
		for (const [state, number] of [
			["dialing", 2],
			["alerting", 3],
			["active", 0],
		] as const) {
			bench.ue.changeCall({ ...outgoing, state });
			expect(bench.run(10)).toBe("");
			expect(bench.ask("AT+CLCC\r")).toBe(`\r\n+CLCC: 1,0,${number},0,0,"+4917000",145\r\n\r\nOK\r\n`);
		}
		expect(bench.ask("AT+CPAS\r")).toBe("\r\n+CPAS: 4\r\n\r\nOK\r\n");
		bench.ue.changeCall({ ...outgoing, state: "ended", why: "remote" });
		expect(bench.run(10)).toBe("\r\nNO CARRIER\r\n");
		expect(bench.ask("AT+CLCC\r")).toBe("\r\nOK\r\n");
	});
	test.each([
		["busy", "BUSY"],
		["no-answer", "NO ANSWER"],
		["no-carrier", "NO CARRIER"],
	] as const)("it ends with %s", (why, result) => {
		const bench = started();
		bench.ask("ATD10086;\r");
		bench.ue.changeCall({ ...outgoing, state: "dialing" });
		bench.ue.changeCall({ ...outgoing, state: "ended", why });
		expect(bench.run(10)).toBe(`\r\n${result}\r\n`);
	});
	test("hung up by the host: no result code follows", () => {
		for (const command of ["ATH", "AT+CHUP", "AT+CHLD=1"]) {
			const bench = started();
			bench.ask("ATD10086;\r");
			bench.ue.changeCall({ ...outgoing, state: "active" });
			bench.run(10);
			expect(bench.ask(`${command}\r`)).toBe("\r\nOK\r\n");
			bench.ue.changeCall({ ...outgoing, state: "ended", why: "local" });
			expect(bench.run(10)).toBe("");
		}
	});
	test("tones while it is up", () => {
		const bench = started();
		bench.ue.changeCall({ ...outgoing, state: "active" });
		bench.run(10);
		expect(bench.ask('AT+VTS="1*#D"\r')).toBe("\r\nOK\r\n");
		expect(bench.ask("AT+VTS=5\r")).toBe("\r\nOK\r\n");
		expect(bench.ask("AT+VTS=x\r")).toBe("\r\n+CME ERROR: 50\r\n");
		expect(bench.ue.calls.log).toEqual(["dtmf 1*#D", "dtmf 5"]);
		bench.ue.calls.accepts = false;
		expect(bench.ask("AT+VTS=5\r")).toBe("\r\n+CME ERROR: 3\r\n");
	});
	test("no service: NO CARRIER", () => {
		const bench = started();
		bench.ue.calls.imsRegistered = false;
		expect(bench.ask("ATD10086;\r", 400)).toBe("");
		expect(bench.run(200)).toBe("\r\nNO CARRIER\r\n");
		expect(bench.ue.calls.log).toEqual([]);
	});
});

describe("a call for the host", () => {
	test("RING every five seconds, with the number when it is wanted; answered", () => {
		const bench = started();
		bench.ask("AT+CLIP=1\r");
		bench.ue.changeCall({ ...incoming, state: "incoming" });
		const ring = '\r\nRING\r\n\r\n+CLIP: "13800138000",129,,,,0\r\n';
		expect(bench.run(4000)).toBe(ring);
		expect(bench.run(5000)).toBe(ring);
		expect(bench.ask("AT+CLCC\r")).toBe('\r\n+CLCC: 1,1,4,0,0,"13800138000",129\r\n\r\nOK\r\n');
		expect(bench.ask("ATA\r", 100)).toBe("");
		bench.ue.changeCall({ ...incoming, state: "active" });
		expect(bench.run(10)).toBe("\r\nOK\r\n");
		expect(bench.run(20_000)).toBe("");
	});
	test("it rings out, or is refused", () => {
		const bench = started();
		bench.ask("AT+CRC=1\r");
		bench.ue.changeCall({ ...incoming, state: "incoming" });
		expect(bench.run(10)).toBe("\r\n+CRING: VOICE\r\n");
		bench.ue.changeCall({ ...incoming, state: "ended", why: "no-answer" });
		expect(bench.run(20_000)).toBe("\r\nNO CARRIER\r\n");
		bench.ue.changeCall({ ...incoming, state: "incoming" });
		bench.run(10);
		expect(bench.ask("AT+CHUP\r")).toBe("\r\nOK\r\n");
		expect(bench.ue.calls.log).toEqual(["hang up"]);
	});
	test("S0: the module answers after so many rings", () => {
		const bench = started();
		bench.ask("ATS0=2\r");
		bench.ue.changeCall({ ...incoming, state: "incoming" });
		bench.run(4000);
		expect(bench.ue.calls.log).toEqual([]);
		bench.run(2000);
		expect(bench.ue.calls.log).toEqual(["answer"]);
	});
	test("nobody calls: ATA says so, ATH succeeds", () => {
		const bench = started();
		expect(bench.ask("ATA\r")).toBe("\r\nNO CARRIER\r\n");
		expect(bench.ask("ATH\r")).toBe("\r\nOK\r\n");
	});
});

test("whether the network offers it", () => {
	const bench = started();
	expect(bench.ask("AT+CIREG?\r")).toBe("\r\n+CIREG: 0,1\r\n\r\nOK\r\n");
	bench.ask("AT+CIREG=1\r");
	bench.ue.calls.imsRegistered = false;
	bench.ue.deny(15);
	expect(bench.run(10)).toBe("\r\n+CIREGU: 0\r\n");
});

test("a module of the NB tier has no voice", () => {
	const bench = started(quectelBc660k);
	bench.ask("ATE0\r");
	expect(bench.ask("AT+CLCC\r")).toBe("\r\nERROR\r\n");
	expect(bench.ask("ATD10086;\r", 2000)).toBe("\r\nNO CARRIER\r\n");
});
