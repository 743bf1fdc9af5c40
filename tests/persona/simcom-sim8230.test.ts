import { describe, expect, test } from "vitest";
import persona from "../../host-sim/persona/simcom-sim8230.js";
import { Bench } from "../sim-modem/bench.js";
import { fallBack, ok, onNr, redcapWorld } from "./redcap-bench.js";

const started = (options?: ConstructorParameters<typeof Bench>[1]) => onNr(persona, options);

describe("start", () => {
	test("what it says in which order", () => {
		const bench = new Bench(persona);
		bench.module.powerOn();
		expect(bench.run(10_000)).toBe("\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n\r\nPB DONE\r\n");
		expect(bench.ask("ATE0;+CMEE?\r")).toBe(`ATE0;+CMEE?\r\r\n+CMEE: 2\r\n${ok}`);
	});
	test("without a SIM, and with one that wants its PIN", () => {
		const none = new Bench(persona, { sim: { inserted: false } });
		none.module.powerOn();
		expect(none.run(10_000)).toBe("\r\n+CPIN: SIM REMOVED\r\n");
		const locked = new Bench(persona, { sim: { pin: "1234" } });
		locked.module.powerOn();
		expect(locked.run(10_000)).toBe("\r\n+CPIN: SIM PIN\r\n");
	});
	test("+CRESET: 20 s of everything as before, the last line, 20 s of nothing (transcript 20)", () => {
		const bench = started();
		expect(bench.ask("AT+CRESET\r", 10)).toBe(ok);
		expect(bench.run(19_900)).toBe("");
		expect(bench.ask("AT\r", 50)).toBe(ok);
		expect(bench.run(200)).toBe("\r\n+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY\r\n");
		expect(bench.ask("AT\r", 19_700)).toBe("");
		expect(bench.run(500)).toBe("\r\n+CPIN: READY\r\n");
		expect(bench.module.counters.boots).toBe(2);
	});
});

describe("contexts", () => {
	test("the lines of transcript 20 before there is an address", () => {
		const bench = new Bench(persona).start();
		bench.run(10_000);
		bench.ask("ATE0\r");
		expect(bench.ask('AT+CGDCONT=4,"IPV4V6","sl2sfr"\r')).toBe(ok);
		expect(bench.ask("AT+CGDCONT?\r")).toBe(
			'\r\n+CGDCONT: 1,"IP","","0.0.0.0",0,0,0,0,,,,,,,,,,"",,,,0' +
				'\r\n+CGDCONT: 2,"IPV4V6","ims","0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",0,0,0,0,,,,,,,,,,"",,,,0' +
				'\r\n+CGDCONT: 3,"IPV4V6","sos","0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",0,0,0,1,,,,,,,,,,"",,,,0' +
				'\r\n+CGDCONT: 4,"IPV4V6","sl2sfr","0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",0,0,0,0,,,,,,,,,,"",,,,0\r\n' +
				ok,
		);
	});
	test("the slice of a context stands where the quoted text is, and outlives a restart", () => {
		const bench = started();
		expect(bench.ask('AT+CGDCONT=5,"IP","grid",,,,,,,,,,,,,,,"01.000001"\r')).toBe(ok);
		expect(bench.ue.log.at(-1)).toBe("define 5 IP grid 01.000001");
		expect(bench.ask("AT+CGDCONT?\r")).toContain('\r\n+CGDCONT: 5,"IP","grid","0.0.0.0",0,0,0,0,,,,,,,,,,"01.000001",,,,0\r\n');
		bench.ask("AT+CFUN=1,1\r", 20_000);
		expect(bench.ue.log.at(-1)).toBe("fun 1");
		expect(bench.ue.log).toContain("define 5 IP grid 01.000001");
	});
	test.each([2, 3])("context %i is the module's own", cid => {
		expect(started().ask(`AT+CGDCONT=${cid},"IP","x"\r`)).toBe("\r\n+CME ERROR: Incorrect parameters\r\n");
	});
	test("context 1 takes another APN (transcript 21)", () => {
		expect(started().ask('AT+CGDCONT=1,"IPV4V6","internet"\r')).toBe(ok);
	});
});

describe("status", () => {
	test("NR stand-alone, the tracking area without zeros (transcript 21); LTE as the A7600 series has it", () => {
		const bench = started();
		bench.ue.registration = { ...bench.ue.registration, tac: "000064", ci: "00066C001" };
		bench.ue.cell = { rat: "NR", plmn: "00101", operator: "Test", earfcn: 128190, pci: 500, band: 71 };
		bench.ue.signal = { ...bench.ue.signal, rsrpDbm: -52, rsrqDb: -11, sinrDb: 40 };
		expect(bench.ask("AT+CPSI?\r")).toBe(`\r\n+CPSI: NR5G_SA,Online,001-01,0x64,6733825,500,NR5G_BAND71,128190,-520,-110,40\r\n${ok}`);
		fallBack(bench);
		expect(bench.ask("AT+CPSI?\r")).toBe(
			`\r\n+CPSI: LTE,Online,310-260,0x5141,86083340,17,EUTRAN-BAND3,1300,5,5,-110,-520,-930,40\r\n${ok}`,
		);
		bench.ue.cell = undefined;
		expect(bench.ask("AT+CPSI?\r")).toBe(`\r\n+CPSI: NO SERVICE,Online\r\n${ok}`);
	});
	test("+CNMP is remembered", () => {
		const bench = started();
		expect(bench.ask("AT+CNMP?\r")).toBe(`\r\n+CNMP: 2\r\n${ok}`);
		expect(bench.ask("AT+CNMP=38\r")).toBe(ok);
		expect(bench.ue.rats).toEqual(["LTE"]);
		expect(bench.ask("AT+CNMP=71;+CNMP?\r")).toBe(`\r\n+CNMP: 71\r\n${ok}`);
		expect(bench.ue.rats).toEqual(["NR"]);
		expect(bench.ask("AT+CNMP=2\r")).toBe(ok);
		expect(bench.ue.rats).toBe(undefined);
		expect(bench.ask("AT+CNMP=1\r")).toBe("\r\n+CME ERROR: Incorrect parameters\r\n");
	});
	test("what nobody has shown of it is not there", () => {
		for (const name of ["CEDRXS", "CPSMS", "CCHSTART", "CMICO"]) expect(started().ask(`AT+${name}?\r`)).toBe("\r\nERROR\r\n");
	});
});

test("in its network: 5GS within a few seconds, a socket over IPv6, and everything anew after the reset", () => {
	const world = redcapWorld(persona);
	world.module.powerOn();
	expect(world.run(20_000)).toBe("\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n\r\nPB DONE\r\n\r\n+CGEV: EPS PDN ACT 1\r\n");
	world.ask("ATE0\r");
	expect(world.ask("AT+C5GREG=2;+C5GREG?;+CEREG?\r")).toBe(`\r\n+C5GREG: 2,1,"0000C8","000C0A001",11,1,"01"\r\n\r\n+CEREG: 0,0\r\n${ok}`);
	expect(world.ask("AT+NETOPEN\r")).toBe(`${ok}\r\n+NETOPEN: 0\r\n`);
	expect(world.ask("AT+CRESET\r", 20_100)).toBe(`${ok}\r\n+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY\r\n`);
	expect(world.ask("AT\r", 19_000)).toBe("");
	world.run(20_000);
	expect(world.ask("ATE0;+NETOPEN?;+C5GREG?\r")).toContain("\r\n+NETOPEN: 0\r\n\r\n+C5GREG: 0,1\r\n");
});
