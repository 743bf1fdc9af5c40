import { expect, test } from "vitest";
import persona from "../../host-sim/persona/fibocom-fg132.js";
import { Bench } from "../sim-modem/bench.js";
import { fallBack, ok, onNr, redcapWorld } from "./redcap-bench.js";

const started = () => onNr(persona);

test("start, restart and power-off", () => {
	const bench = new Bench(persona);
	bench.module.powerOn();
	expect(bench.run(12_000)).toBe("\r\n+CPIN: READY\r\n");
	bench.ask("ATE0\r");
	expect(bench.ask("AT+CFUN=15\r", 900)).toBe(ok);
	expect(bench.run(12_000)).toBe("\r\n+CPIN: READY\r\n");
	expect(bench.module.counters.boots).toBe(2);
	expect(bench.ask("ATE0\r")).toBe(`ATE0\r${ok}`);
	expect(bench.ask("AT+CPWROFF\r", 3000)).toBe(ok);
	expect(bench.module.state).toBe("off");
});

test("the cell, of NR and of LTE", () => {
	const bench = started();
	expect(bench.ask("AT+GTCCINFO?\r")).toBe(`\r\n+GTCCINFO:\r\n1,9,310,260,60AA00,939204254,126490,24,5071,20,69,53,53,61\r\n${ok}`);
	expect(bench.ask("AT+GTCAINFO?\r")).toBe(`\r\n+GTCAINFO:\r\nPCC:5071,24,126490\r\n${ok}`);
	fallBack(bench);
	expect(bench.ask("AT+GTCCINFO?\r")).toBe(`\r\n+GTCCINFO:\r\n1,4,310,260,5141,0521870C,1300,17,103,100,69,37,37,14\r\n${ok}`);
	bench.ue.cell = undefined;
	expect(bench.ask("AT+GTCCINFO?\r")).toBe(`\r\n+GTCCINFO:\r\n${ok}`);
});

test("technologies", () => {
	const bench = started();
	expect(bench.ask("AT+GTACT?\r")).toBe(`\r\n+GTACT: 20\r\n${ok}`);
	expect(bench.ask("AT+GTACT=14;+GTACT?\r")).toBe(`\r\n+GTACT: 14\r\n${ok}`);
	expect(bench.ue.rats).toEqual(["NR"]);
	expect(bench.ask("AT+GTACT=99\r")).toBe("\r\n+CME ERROR: Incorrect parameters\r\n");
});

test("an unknown command is the word of transcript 27; there are no sockets", () => {
	const bench = started();
	expect(bench.ask("AT+GTGPSSWITCH?\r")).toBe("\r\n+CME ERROR: unknown\r\n");
	for (const command of ["AT+MIPOPEN=1", "AT+QIOPEN=1", "AT+CIPOPEN=0"])
		expect(bench.ask(`${command}\r`)).toBe("\r\n+CME ERROR: unknown\r\n");
});

test("addresses: the second text is there without an address too", () => {
	const bench = started();
	expect(bench.ask("AT+CGPADDR=1\r")).toBe(`\r\n+CGPADDR: 1,"10.5.116.238","2409:8d21:de2:e858::1"\r\n${ok}`);
	bench.ue.activate(1, "10.5.147.243", undefined);
	expect(bench.ask("AT+CGPADDR=1\r")).toBe(`\r\n+CGPADDR: 1,"10.5.147.243",""\r\n${ok}`);
});

test("in its network: dials, says its addresses, and has lost the dial when the context goes", () => {
	const world = redcapWorld(persona);
	world.module.powerOn();
	world.run(30_000);
	world.ask("ATE0\r");
	expect(world.ask("AT+GTRNDIS?\r")).toBe(`\r\n+GTRNDIS: 0\r\n${ok}`);
	expect(world.ask("AT+GTRNDIS=1,1\r")).toBe(ok);
	const { ipv4, ipv6, dns } = world.ue.contexts[0]!;
	expect(world.ask("AT+GTRNDIS?\r")).toBe(`\r\n+GTRNDIS: 1,1,"${ipv4}","${ipv6}","${dns[0]}","${dns[1]}"\r\n${ok}`);
	world.ask("AT+CFUN=4\r", 5000);
	expect(world.ask("AT+GTRNDIS?\r")).toBe(`\r\n+GTRNDIS: 0\r\n${ok}`);
	expect(world.ask("AT+GTRNDIS=1,1\r")).toBe("\r\n+CME ERROR: no network service\r\n");
});
