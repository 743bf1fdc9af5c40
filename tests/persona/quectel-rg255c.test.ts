import { describe, expect, test } from "vitest";
import persona from "../../host-sim/persona/quectel-rg255c.js";
import { Bench } from "../sim-modem/bench.js";
import { fallBack, ok, onNr, redcapWorld } from "./redcap-bench.js";

const started = (options?: ConstructorParameters<typeof Bench>[1]) => onNr(persona, options);

test("the banner", () => {
	const bench = new Bench(persona);
	bench.module.powerOn();
	expect(bench.run(20_000)).toBe(
		"\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\n+QUSIM: 1\r\n\r\n+QIND: SMS DONE\r\n\r\n+QIND: PB DONE\r\n",
	);
});

describe("5GS registration", () => {
	test("as transcript 23 shows it, and nothing of EPS meanwhile", () => {
		const bench = started();
		expect(bench.ask("at+c5greg=2;+c5greg?\r")).toBe(`\r\n+C5GREG: 2,1,"60AA00","939204254",11,1,"01"\r\n${ok}`);
		expect(bench.ask("AT+CEREG=2;+CEREG?;+CGREG?\r")).toBe(`\r\n+CEREG: 2,0\r\n\r\n+CGREG: 0,0\r\n${ok}`);
	});
	test("a slice with its differentiator has four octets, two slices have five", () => {
		const bench = started();
		bench.ask("AT+C5GREG=2\r");
		bench.ue.register({ stat: 1, tac: "60AA00", ci: "939204254", act: 11, allowedNssai: ["01.010101"] });
		expect(bench.run(50)).toBe('\r\n+C5GREG: 1,"60AA00","939204254",11,4,"01.010101"\r\n');
		bench.ue.register({ stat: 5, tac: "60AA00", ci: "939204254", act: 11, allowedNssai: ["01", "01.000001"] });
		expect(bench.run(50)).toBe('\r\n+C5GREG: 5,"60AA00","939204254",11,5,"01:01.000001"\r\n');
	});
	test("every mode, denied with its cause, and LTE", () => {
		const bench = started();
		expect(bench.ask("AT+C5GREG?\r")).toBe(`\r\n+C5GREG: 0,1\r\n${ok}`);
		expect(bench.ask("AT+C5GREG=1;+C5GREG?\r")).toBe(`\r\n+C5GREG: 1,1\r\n${ok}`);
		expect(bench.ask("AT+C5GREG=3;+C5GREG?\r")).toBe(`\r\n+C5GREG: 3,1,"60AA00","939204254",11,1,"01"\r\n${ok}`);
		bench.ue.deny(62);
		expect(bench.run(50)).toBe("\r\n+C5GREG: 3,,,,,,0,62\r\n");
		bench.ask("AT+CEREG=2\r");
		expect(fallBack(bench)).toBe('\r\n+CEREG: 1,"5141","0521870C",7\r\n\r\n+C5GREG: 0\r\n');
		expect(bench.ask("AT+C5GREG=4\r")).toBe("\r\n+CME ERROR: 50\r\n");
		expect(bench.ask("AT+C5GREG=?\r")).toBe(`\r\n+C5GREG: (0-3)\r\n${ok}`);
	});
	test("signal in nine fields, of NR and of LTE", () => {
		const bench = started();
		bench.ue.signal = { ...bench.ue.signal, rsrpDbm: -71, rsrqDb: -8.5, sinrDb: 14.5 };
		// The fixture of a public repository: 70, 86, 76.
		expect(bench.ask("AT+CESQ\r")).toBe(`\r\n+CESQ: 99,99,255,255,255,255,70,86,76\r\n${ok}`);
		fallBack(bench);
		expect(bench.ask("AT+CESQ\r")).toBe(`\r\n+CESQ: 99,99,255,255,23,70,255,255,255\r\n${ok}`);
	});
});

describe("slices", () => {
	test("the two modules of transcript 30", () => {
		const bench = started();
		expect(bench.ask("AT+C5GNSSAI?\r")).toBe(`\r\n+C5GNSSAI: 0,""\r\n${ok}`);
		expect(bench.ask('AT+C5GNSSAI=4,"01.000001"\r')).toBe(ok);
		expect(bench.ask("AT+C5GNSSAI?\r")).toBe(`\r\n+C5GNSSAI: 4,"01.000001"\r\n${ok}`);
		expect(bench.ue.log.at(-1)).toBe("slices 01.000001");
		const stale = started({ nvram: new Map([["NSSAI", "01.000002"]]) });
		expect(stale.ue.log).toContain("slices 01.000002");
		expect(stale.ask("AT+C5GNSSAI?\r")).toBe(`\r\n+C5GNSSAI: 0,""\r\n${ok}`);
		expect(stale.ask("AT+C5GNSSAIRDP=3\r")).toBe(`\r\n+C5GNSSAIRDP: 0,"",0,""\r\n+C5GNSSAIRDP: "310260",4,"01.000002"\r\n${ok}`);
		stale.ask('AT+C5GNSSAI=0,""\r');
		expect(stale.ue.log.at(-1)).toBe("slices ");
		expect(stale.ask("AT+C5GNSSAIRDP=4\r")).toBe(`\r\n+C5GNSSAIRDP: 0,"",0,""\r\n+C5GNSSAIRDP: "310260",0,"",1,"01"\r\n${ok}`);
	});
	test("what was rejected, with its cause behind it", () => {
		const bench = started();
		bench.ue.slices = { requested: ["01", "02.0000FF"], rejected: [{ snssai: "02.0000FF", cause: 1 }] };
		expect(bench.ask("AT+C5GNSSAIRDP=2\r")).toBe(`\r\n+C5GNSSAIRDP: 0,"",4,"02.0000FF#1"\r\n${ok}`);
		expect(bench.ask("AT+C5GNSSAIRDP\r")).toBe(`\r\n+C5GNSSAIRDP: 0,""\r\n${ok}`);
	});
	test.each(['=1,"01.000001"', '=4,"01.1"', '=1,"1"', "RDP=0", "RDP=5"])("AT+C5GNSSAI%s is refused", value => {
		expect(started().ask(`AT+C5GNSSAI${value}\r`)).toBe("\r\n+CME ERROR: 50\r\n");
	});
	test("quality of service of a context on NR", () => {
		const bench = started();
		expect(bench.ask("AT+C5GQOSRDP=1\r")).toBe(`\r\n+C5GQOSRDP: 1,9,,,,,40000,20000\r\n${ok}`);
		expect(bench.ask("AT+C5GQOSRDP=5\r")).toBe("\r\n+CME ERROR: 50\r\n");
		fallBack(bench);
		expect(bench.ask("AT+C5GQOSRDP=1\r")).toBe("\r\n+CME ERROR: 50\r\n");
	});
});

describe("cell", () => {
	test("NR as transcript 23 shows it", () => {
		const bench = started();
		expect(bench.ask('at+qnwinfo;+qcainfo;+qeng="servingcell";+qspn\r')).toBe(
			'\r\n+QNWINFO: "FDD NR5G","310260","NR5G BAND 71",126490\r\n' +
				'\r\n+QCAINFO: "PCC",126490,3,"NR5G BAND 71",24\r\n' +
				'\r\n+QENG: "servingcell","NOCONN","NR5G-SA","FDD",310,260,939204254,24,60AA00,126490,71,3,-104,-13,11,0,-\r\n' +
				'\r\n+QSPN: "T-Mobile","T-Mobile","",0,"310260"\r\n' +
				ok,
		);
		expect(bench.ask("AT+QCSQ\r")).toBe(`\r\n+QCSQ: "NR5G",-104,11,-13\r\n${ok}`);
	});
	test("LTE, and none", () => {
		const bench = started();
		fallBack(bench);
		expect(bench.ask('AT+QNWINFO;+QENG="servingcell"\r')).toBe(
			'\r\n+QNWINFO: "FDD LTE","310260","LTE BAND 3",1300\r\n' +
				'\r\n+QENG: "servingcell","NOCONN","LTE","FDD",310,260,521870C,17,1300,3,5,5,5141,-104,-13,-93,11,-\r\n' +
				ok,
		);
		bench.ue.cell = undefined;
		expect(bench.ask('AT+QNWINFO;+QENG="servingcell"\r')).toBe(`\r\n+QNWINFO: No Service\r\n\r\n+QENG: "servingcell","SEARCH"\r\n${ok}`);
	});
	test("the scan of transcript 22 has no list of modes behind it", () => {
		const bench = started();
		const operator = (name: string, plmn: string) => ({ name, plmn, act: 7, stat: 3 as const });
		bench.ue.operators = [operator("NOS", "26803"), operator("MEO", "26806")];
		expect(bench.ask("AT+COPS=?\r", 39_000)).toBe("");
		expect(bench.run(1500)).toBe(`\r\n+COPS: (3,"NOS","NOS","26803",7),(3,"MEO","MEO","26806",7)\r\n${ok}`);
	});
	test("preferences", () => {
		const bench = started();
		expect(bench.ask('AT+QNWPREFCFG="mode_pref"\r')).toBe(`\r\n+QNWPREFCFG: "mode_pref",AUTO\r\n${ok}`);
		expect(bench.ask('AT+QNWPREFCFG="mode_pref",NR5G\r')).toBe(ok);
		expect(bench.ue.rats).toEqual(["NR"]);
		expect(bench.ask('AT+QNWPREFCFG="mode_pref",LTE:NR5G;+QNWPREFCFG="mode_pref"\r')).toBe(
			`\r\n+QNWPREFCFG: "mode_pref",LTE:NR5G\r\n${ok}`,
		);
		expect(bench.ue.rats).toEqual(["LTE", "NR"]);
		expect(bench.ask('AT+QNWPREFCFG="nr5g_band",71:78\r')).toBe(ok);
		expect(bench.ue.nrBands).toEqual([71, 78]);
		expect(bench.ue.bands).toBe(undefined);
		expect(bench.ask('AT+QNWPREFCFG="nsa_nr5g_band"\r')).toBe("\r\n+CME ERROR: 4\r\n");
		expect(bench.ask('AT+QNWPREFCFG="mode_pref",6G\r')).toBe("\r\n+CME ERROR: 50\r\n");
		expect(bench.ask('AT+QNWPREFCFG="nr5g_band",0\r')).toBe("\r\n+CME ERROR: 50\r\n");
	});
	test("the network interface, and eDRX for NR", () => {
		const bench = started();
		expect(bench.ask('AT+QCFG="usbnet"\r')).toBe(`\r\n+QCFG: "usbnet",0\r\n${ok}`);
		expect(bench.ask('AT+QCFG="usbnet",1;+QCFG="usbnet"\r')).toBe(`\r\n+QCFG: "usbnet",1\r\n${ok}`);
		expect(bench.ask('AT+QCFG="band"\r')).toBe("\r\n+CME ERROR: 4\r\n");
		expect(bench.ask("AT+CEDRXS=?\r")).toBe(`\r\n+CEDRXS: (0-3),(4,8),("0000"-"1111")\r\n${ok}`);
		expect(bench.ask('AT+CEDRXS=1,8,"0101";+CEDRXS?\r')).toBe(`\r\n+CEDRXS: 8,"0101"\r\n${ok}`);
		expect(bench.ask('AT+CEDRXS=1,5,"0101"\r')).toBe("\r\n+CME ERROR: 50\r\n");
	});
});

test("in its network: a stale slice is refused with 62, LTE serves, and the mended one brings it back", () => {
	const world = redcapWorld(persona);
	world.module.faults.set("stale-nssai");
	world.module.powerOn();
	world.run(10_500);
	world.ask("ATE0;+C5GREG=3;+CEREG=2\r");
	const said = world.run(30_000);
	expect(said).toContain("\r\n+C5GREG: 3,,,,,,0,62\r\n");
	expect(said).toContain('\r\n+CEREG: 1,"0002","00012A0B",7\r\n');
	expect(world.ask("AT+C5GNSSAIRDP=3\r")).toBe(`\r\n+C5GNSSAIRDP: 0,"",4,"01.000002#0"\r\n+C5GNSSAIRDP: "00101",4,"01.000002"\r\n${ok}`);
	expect(world.ask('AT+C5GNSSAI=4,"01.000001"\r')).toBe(ok);
	expect(world.run(60_000)).toContain('\r\n+C5GREG: 1,"0000C8","000C0A001",11,4,"01.000001"\r\n');
	expect(world.events.recent.filter(({ name }) => name === "rat-changed").map(({ data }) => data)).toEqual([
		{ from: "NR", to: "LTE", why: "slices" },
		{ from: "LTE", to: "NR", why: "preference" },
	]);
});
