import { describe, expect, test } from "vitest";
import generic from "../../host-sim/persona/generic.js";
import quectelBc660k from "../../host-sim/persona/quectel-bc660k.js";
import quectelEc800m from "../../host-sim/persona/quectel-ec800m.js";
import { Bench } from "./bench.js";

function started(persona = generic): Bench {
	const bench = new Bench(persona).start();
	bench.ue.register({ stat: 1 });
	bench.run(10);
	bench.ask("ATE0+CMEE=1\r");
	return bench;
}

describe("files of the card", () => {
	test("networks that refused the subscriber: size, content, cleared", () => {
		const bench = started();
		expect(bench.ask("AT+CRSM=192,28539\r")).toBe('\r\n+CRSM: 144,0,"620C8202412183026F7B8002000C"\r\n\r\nOK\r\n');
		expect(bench.ask("AT+CRSM=176,28539,0,0,12\r")).toBe('\r\n+CRSM: 144,0,"FFFFFFFFFFFFFFFFFFFFFFFF"\r\n\r\nOK\r\n');
		bench.ue.forbiddenPlmns!.add("46000");
		bench.ue.forbiddenPlmns!.add("310410");
		expect(bench.ask("AT+CRSM=176,28539,0,0,6\r")).toBe('\r\n+CRSM: 144,0,"64F000130014"\r\n\r\nOK\r\n');
		expect(bench.ask('AT+CRSM=214,28539,0,0,3,"FFFFFF"\r')).toBe("\r\n+CRSM: 144,0\r\n\r\nOK\r\n");
		expect(bench.ue.forbiddenPlmns!.has("46000")).toBe(false);
		expect(bench.ue.forbiddenPlmns!.has("310410")).toBe(true);
		for (const plmn of ["00101", "00102", "00103", "00104"]) bench.ue.forbiddenPlmns!.add(plmn);
		expect(bench.ue.forbiddenPlmns!.has("310410")).toBe(false);
	});
	test("identifiers, what is not there, what may not be written", () => {
		const bench = started();
		expect(bench.ask("AT+CRSM=176,12258,0,0,10\r")).toBe('\r\n+CRSM: 144,0,"98000000000000000010"\r\n\r\nOK\r\n');
		expect(bench.ask("AT+CRSM=176,28423,0,0,9\r")).toBe('\r\n+CRSM: 144,0,"080910100000000010"\r\n\r\nOK\r\n');
		expect(bench.ask("AT+CRSM=176,1,0,0,1\r")).toBe("\r\n+CRSM: 106,130\r\n\r\nOK\r\n");
		expect(bench.ask("AT+CRSM=176,28539,0,0,13\r")).toBe("\r\n+CRSM: 103,0\r\n\r\nOK\r\n");
		expect(bench.ask('AT+CRSM=214,28423,0,0,1,"08"\r')).toBe("\r\n+CRSM: 105,130\r\n\r\nOK\r\n");
		expect(bench.ask('AT+CRSM=214,28539,0,0,2,"FF"\r')).toBe("\r\n+CME ERROR: 50\r\n");
		expect(bench.ask("AT+CRSM=178,28539,1,4,10\r")).toBe("\r\n+CRSM: 109,0\r\n\r\nOK\r\n");
	});
	test("they outlive the power", () => {
		const bench = started();
		bench.ue.forbiddenPlmns!.add("46000");
		bench.module.powerOff();
		bench.ue.forbiddenPlmns = undefined;
		bench.start();
		expect(bench.ue.forbiddenPlmns!.has("46000")).toBe(true);
	});
});

describe("what the module asks of the network", () => {
	test("voice or data first: stored, and applied at the next start", () => {
		const bench = started();
		expect(bench.ask("AT+CEMODE?\r")).toBe("\r\n+CEMODE: 2\r\n\r\nOK\r\n");
		expect(bench.ask("AT+CEMODE=1\r")).toBe("\r\nOK\r\n");
		expect(bench.ue.operationMode).toBe("cs-ps-1");
		expect(bench.ask("AT+CEMODE=4\r")).toBe("\r\n+CME ERROR: 50\r\n");
		bench.module.powerOff();
		bench.ue.operationMode = "ps-2";
		bench.start();
		expect(bench.ue.operationMode).toBe("cs-ps-1");
	});
	test("data alone: +CREG says so, +CEREG does not", () => {
		const bench = started();
		expect(bench.ask("AT+CREG?;+CEREG?\r")).toBe("\r\n+CREG: 0,1\r\n\r\n+CEREG: 0,1\r\n\r\nOK\r\n");
		bench.ue.combinedAttach = false;
		expect(bench.ask("AT+CREG?;+CEREG?\r")).toBe("\r\n+CREG: 0,0\r\n\r\n+CEREG: 0,1\r\n\r\nOK\r\n");
	});
	test("bands", () => {
		const nb = started(quectelBc660k);
		expect(nb.ue.bands).toBeUndefined();
		nb.ask("AT+QBAND=2,5,8\r");
		expect(nb.ue.bands).toEqual([5, 8]);
		const cat1 = started(quectelEc800m);
		cat1.ask('AT+QCFG="band",0,0x1000000094,0\r');
		expect(cat1.ue.bands).toEqual([3, 5, 8, 37]);
	});
});
