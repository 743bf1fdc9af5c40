import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { quectelRg255c } from "../../drivers/redcap/quectel-rg255c.js";
import { replay } from "../../host-sim/apps/replay-transcript.js";
import type { Driver, Signal } from "../../sdk/modem/driver.js";
import { acceptsModel } from "../../sdk/modem/lifecycle.js";
import { lineOf } from "../3gpp/line.js";
import { type Answer, info, ok } from "../modem/world.js";
import { redcapWorld } from "./redcap.js";
import { read, written } from "./steps.js";

const RG255C: Readonly<Record<string, Answer>> = {
	"AT+CGMI": info("Quectel"),
	"AT+CGMM": info("RG255C-GL"),
	"AT+QCCID": info("+QCCID: 89860000000000000001"),
	"AT+QSCLK=0": ok,
	'AT+QURCCFG="urcport"': info('+QURCCFG: "urcport","uart1"'),
	"AT+QISDE=0": ok,
	'AT+QICFG="dataformat"': info('+QICFG: "dataformat",0,0'),
	'AT+QICFG="viewmode"': info('+QICFG: "viewmode",0'),
	"AT+QICSGP=1": info('+QICSGP: 3,"iot.test","","",0'),
	"AT+QIACT?": info('+QIACT: 1,1,3,"10.0.0.7","2001:DB8::7"'),
};
const start = (script: Readonly<Record<string, Answer>> = {}, chunk = 0) => redcapWorld(quectelRg255c, RG255C, script, chunk);

describe("the driver in the modem", () => {
	test.each([0, 1])("on NR, with the stack's context as it is (bytes in pieces of %i)", chunk => {
		const world = start({}, chunk).connected();
		expect(world.core.lifecycle.identity).toMatchObject({ model: "RG255C-GL", iccid: "89860000000000000001" });
		expect(world.core.network.report).toMatchObject({ stat: 1, act: 11, ci: "939204254" });
		expect([world.errors, world.core.channel.unknownLines]).toEqual([[], 0]);
	});
	test("a slice goes into the session and into the stored list, with the radio off", () => {
		const world = start({
			"AT+CGDCONT?": info('+CGDCONT: 1,"IPV4V6","iot.test","0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",0,0,0,0,,,,,,,,,,"",,,,0'),
			'AT+CGDCONT=1,"IPV4V6","iot.test",,,,,,,,,,,,,,,"01.000001"': ok,
			"AT+C5GNSSAI?": info('+C5GNSSAI: 4,"01.000002"'),
			'AT+C5GNSSAI=4,"01.000001"': ok,
			"AT+C5GREG?": info('+C5GREG: 3,1,"60AA00","939204254",11,4,"01.000001"'),
		}).connected({ apn: "iot.test", slice: { sst: 1, sd: 1 } });
		const written = world.commands.filter(command => /^AT\+(CGDCONT|C5GNSSAI|CFUN)=/.test(command));
		expect(written).toEqual([
			"AT+CFUN=0",
			'AT+CGDCONT=1,"IPV4V6","iot.test",,,,,,,,,,,,,,,"01.000001"',
			'AT+C5GNSSAI=4,"01.000001"',
			"AT+CFUN=1",
		]);
		expect(world.event("staleSlices")).toEqual({ stored: "01.000002", wanted: "01.000001" });
		expect(world.core.fiveGs?.slices).toEqual({ requested: { sst: 1, sd: 1 }, allowed: [{ sst: 1, sd: 1 }], rejected: undefined });
		expect(world.errors).toEqual([]);
	});
	test("what is so already is not written", () => {
		const world = start({
			"AT+CGDCONT?": info('+CGDCONT: 1,"IPV4V6","iot.test","0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",0,0,0,0,,,,,,,,,,"01.0000ab",,,,0'),
			"AT+C5GNSSAI?": info('+C5GNSSAI: 4,"01.0000ab"'),
		}).connected({ apn: "iot.test", slice: { sst: 1, sd: 0xab } });
		expect(world.commands.filter(command => /^AT\+(CGDCONT|C5GNSSAI|CFUN)=/.test(command))).toEqual([]);
	});
	test.each(["RDY"])("%s that nobody asked for is a reboot", banner => {
		const world = start().connected();
		world.forget();
		world.say(`\r\n${banner}\r\n\r\n+CPIN: READY\r\n\r\n+QUSIM: 1\r\n\r\n+QIND: SMS DONE\r\n\r\n+QIND: PB DONE\r\n`);
		world.run(60_000);
		expect([world.event("rebooted"), world.core.connection]).toEqual([{}, 500]);
	});
});

describe("preferences", () => {
	const { rats, networkInterface } = quectelRg255c.procedures;
	test.each([
		[["NR"], "NR5G"],
		[["LTE"], "LTE"],
		[["LTE", "NR"], "AUTO"],
	] as const)("%j", (wanted, mode) => {
		expect(written(quectelRg255c, rats[0], { rats: wanted })).toBe(`AT+QNWPREFCFG="mode_pref",${mode}`);
		const answer = info(`+QNWPREFCFG: "mode_pref",${mode}`);
		expect(read(quectelRg255c, rats[0], answer, { rats: wanted })).toEqual({ sent: 'AT+QNWPREFCFG="mode_pref"', same: true });
	});
	test("the interface on USB: RM500U-CNV's answer is another one", () => {
		expect(written(quectelRg255c, networkInterface[0], { networkInterface: "mbim" })).toBe('AT+QCFG="usbnet",2');
		const wanted = { networkInterface: "ecm" } as const;
		expect(read(quectelRg255c, networkInterface[0], info('+QCFG: "usbnet",5'), wanted)).toEqual({ sent: 'AT+QCFG="usbnet"', same: false });
		expect(read(quectelRg255c, networkInterface[0], info('+QCFG: "usbnet",1'), wanted).same).toBe(true);
	});
	test("eDRX: NG-RAN and E-UTRAN, each where the module offers it", () => {
		const offer = (answer: string) => {
			const world = start({ "AT+CEDRXS=?": answer, 'AT+CEDRXS=2,8,"0101"': ok, 'AT+CEDRXS=2,4,"0101"': ok });
			world.connected({ apn: "iot.test", edrx: { cycleSeconds: 81.92 } });
			return world.commands.filter(command => command.startsWith("AT+CEDRXS=2"));
		};
		expect(offer(info('+CEDRXS: (0-3),(4,8),("0000"-"1111")'))).toEqual(['AT+CEDRXS=2,8,"0101"', 'AT+CEDRXS=2,4,"0101"']);
		expect(offer(info('+CEDRXS: (0,1,2,3),(1-5),("0000"-"1111")'))).toEqual(['AT+CEDRXS=2,4,"0101"']);
		expect(offer(info('+CEDRXS: (0-3),(2-9),("0000"-"1111")'))).toEqual(['AT+CEDRXS=2,8,"0101"', 'AT+CEDRXS=2,4,"0101"']);
		expect(offer(info('+CEDRXS: (0-3),(5),("0000"-"1111")'))).toEqual([]);
	});
});

describe("signal, in lines of its kin", () => {
	function decoded(line: string): Partial<Signal> {
		const into = {} as Signal;
		(quectelRg255c as Driver).signal!.decode(lineOf(line), into);
		return into;
	}
	test("NR", () => {
		expect(decoded('+QENG: "servingcell","NOCONN","NR5G-SA","FDD",310,260,939204254,24,60AA00,126490,71,1,-104,-13,11,0,-')).toEqual({
			pci: 24,
			earfcn: 126_490,
			band: 71,
			rsrpDbm: -104,
			rsrqDb: -13,
			sinrDb: 11,
		});
		expect(
			decoded('+QENG: "servingcell","CONNECT","NR5G-SA","TDD",460,11,760BF0114,702,76010F,633984,78,100,-89,-8,15,18,34,1'),
		).toMatchObject({ pci: 702, band: 78, rsrpDbm: -89, sinrDb: 15 });
	});
	test("LTE, and searching", () => {
		expect(decoded('+QENG: "servingcell","NOCONN","LTE","FDD",268,06,AB1234,79,6300,20,3,3,1F,-95,-11,-64,12,7,-,30')).toEqual({
			pci: 79,
			earfcn: 6300,
			band: 20,
			rsrpDbm: -95,
			rsrqDb: -11,
			rssiDbm: -64,
		});
		expect(decoded('+QENG: "servingcell","SEARCH"')).toEqual({});
	});
});

describe("captures of its kin", () => {
	const capture = (name: string) =>
		replay(readFileSync(fileURLToPath(new URL(`../transcripts/${name}.at`, import.meta.url)), "utf8"), { driver: quectelRg255c });
	test.each(["quectel-rm5xx.nr-sa", "quectel-rm551e.missing-line-end", "quectel-rm500u.queries"])("%s", name => {
		expect(capture(name)).toMatchObject({ driver: "quectel-rg255c", errors: [], ok: true });
	});
});

test("models", () => {
	expect(["RG255C-GL", "Quectel_RM255C-GL", "rg255c"].filter(model => !acceptsModel(quectelRg255c.models, model))).toEqual([]);
	expect(["RG255AA", "RM500U-CNV", "EC800M"].filter(model => acceptsModel(quectelRg255c.models, model))).toEqual([]);
});
