import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { simcomA7670 } from "../../drivers/cat1/simcom-a7670.js";
import { replay } from "../../host-sim/apps/replay-transcript.js";
import type { Driver, Signal } from "../../sdk/modem/driver.js";
import { acceptsModel } from "../../sdk/modem/lifecycle.js";
import { lineOf } from "../3gpp/line.js";
import { type Answer, info, ok, World } from "../modem/world.js";

const A7670: Readonly<Record<string, Answer>> = {
	"AT+CGMI": info("SIMCOM INCORPORATED"),
	"AT+CGMM": info("A7670E-FASE"),
	"AT+CGMR": info("+CGMR: A110B07A7670M7"),
	"AT+CEREG=2": ok,
	"AT+CEREG?": info('+CEREG: 2,1,"46C2","0000AA9A",7'),
	"AT+CICCID": info("+ICCID: 89860000000000000001"),
	"AT+CIPRXGET?": [info("+CIPRXGET: 0"), info("+CIPRXGET: 1")],
	"AT+CIPRXGET=1": ok,
	"AT+NETOPEN?": [info("+NETOPEN: 0"), info("+NETOPEN: 1")],
	"AT+NETOPEN": `${ok}\r\n+NETOPEN: 0\r\n`,
};
const start = (script: Readonly<Record<string, Answer>> = {}, chunk = 0): World =>
	new World({ driver: simcomA7670, script: { ...A7670, ...script }, chunk });
const service = (world: World): string[] => world.commands.filter(command => /^AT\+(CIPRXGET|NETOPEN)/.test(command));

describe("the driver in the modem", () => {
	test.each([0, 1])("data are held, then the network service is opened (bytes in pieces of %i)", chunk => {
		const world = start({}, chunk).connected();
		expect(service(world)).toEqual(["AT+CIPRXGET?", "AT+CIPRXGET=1", "AT+NETOPEN?", "AT+NETOPEN"]);
		expect(world.core.lifecycle.identity).toMatchObject({ model: "A7670E-FASE", iccid: "89860000000000000001" });
		expect([world.errors, world.core.channel.unknownLines]).toEqual([[], 0]);
	});
	test("what is so already is left alone", () => {
		const world = start({ "AT+CIPRXGET?": info("+CIPRXGET: 1"), "AT+NETOPEN?": info("+NETOPEN: 1, 0") }).connected();
		expect(service(world)).toEqual(["AT+CIPRXGET?", "AT+NETOPEN?"]);
	});
	test("the network service does not open: said, and tried again", () => {
		const world = start({ "AT+NETOPEN?": info("+NETOPEN: 0"), "AT+NETOPEN": [`${ok}\r\n+NETOPEN: 1\r\n`, `${ok}\r\n+NETOPEN: 0\r\n`] });
		world.connected();
		expect(world.errors.map(error => error.command)).toEqual(["+NETOPEN"]);
		expect(service(world).filter(command => command === "AT+NETOPEN").length).toBe(2);
	});
	test("a datagram and its answer", () => {
		const world = start({
			'AT+CIPOPEN=0,"UDP",,,49152': `${ok}\r\n+CIPOPEN: 0,0\r\n`,
			'AT+CIPSEND=0,6,"2001:db8::1",5683': "\r\n>",
			// The payload ends with a CR, so that the world hears it as a line.
			Hello: `\r\n+CIPSEND: 0,6,6\r\n${ok}`,
			"AT+CIPRXGET=2,0,1500": `\r\n+CIPRXGET: 2,0,4,0\r\nOK\r\n\r\nOK\r\n`,
		}).connected();
		const udp = world.udp();
		udp.send("Hello\r");
		world.run(2000);
		world.say("\r\n+CIPRXGET: 1,0\r\n");
		world.run(2000);
		expect(udp.read()).toBe("OK\r\n from 2001:db8::1 5683");
		expect([udp.errors, world.errors, world.core.channel.unknownLines]).toEqual([[], [], 0]);
	});
	test.each(["+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY", "+CGEV: NW PDN DEACT 1"])("%s: the service is opened again", report => {
		const world = start().connected();
		world.run(5000);
		world.forget();
		world.script["AT+NETOPEN?"] = info("+NETOPEN: 0");
		world.say(`\r\n${report}\r\n`);
		world.run(60_000);
		expect(service(world)).toEqual(["AT+CIPRXGET?", "AT+NETOPEN?", "AT+NETOPEN"]);
		expect(world.core.connection).toBe(500);
	});
	test("a banner that nobody asked for is a reboot, of either generation", () => {
		for (const banner of ["*ATREADY: 1", "RDY"]) {
			const world = start().connected();
			world.forget();
			world.say(`\r\n${banner}\r\n\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n\r\nPB DONE\r\n`);
			world.run(60_000);
			expect(world.event("rebooted")).toBeDefined();
			expect(world.core.connection).toBe(500);
			expect(service(world)).toContain("AT+NETOPEN?");
		}
	});
	test("no SIM, as this vendor says it", () => {
		const world = start({ "AT+CPIN?": info("+CPIN: SIM not inserted") });
		world.core.connect({ apn: "iot.test" });
		world.run(60_000);
		expect(world.errors.map(error => error.code)).toEqual(["noSim"]);
	});
});

describe("captures", () => {
	const capture = (name: string) =>
		replay(readFileSync(fileURLToPath(new URL(`../transcripts/${name}.at`, import.meta.url)), "utf8"), { driver: simcomA7670 });
	test.each(["simcom-a7670e.gsm-cme-verbose", "simcom-sim7600.boot", "simcom-sim7600.smart-quotes", "simcom-sim7600e.udp-open-error"])(
		"%s",
		name => {
			expect(capture(name)).toMatchObject({ unknownLines: [], errors: [], ok: true });
		},
	);
});

describe("signal", () => {
	function decoded(line: string): Partial<Signal> {
		const into = {} as Signal;
		(simcomA7670 as Driver).signal!.decode(lineOf(line), into);
		return into;
	}
	test("tenths of LTE; other technologies have other fields", () => {
		expect(decoded("+CPSI: LTE,Online,460-00,0x46C2,43674,79,EUTRAN-BAND3,1650,5,5,-94,-850,-545,15")).toEqual({
			pci: 79,
			band: 3,
			earfcn: 1650,
			rsrqDb: -9.4,
			rsrpDbm: -85,
			rssiDbm: -54.5,
		});
		expect(decoded("+CPSI: GSM,Online,222-01,0x46C2,43674,1021 PGSM 900,25,0,15-15")).toEqual({});
		expect(decoded("+CPSI: NO SERVICE,Online")).toEqual({});
		expect(decoded("+CPSI: LTE,Online,460-00,0x46C2,43674,,,,,,,,,")).toEqual({
			pci: undefined,
			band: undefined,
			earfcn: undefined,
			rsrqDb: undefined,
			rsrpDbm: undefined,
			rssiDbm: undefined,
		});
	});
});

test("models and pins", () => {
	const accepted = ["A7670E", "a7670e-fase", "SIMCOM_SIM7600E-H", "A7672SA-LASE"];
	expect(accepted.filter(model => !acceptsModel(simcomA7670.models, model))).toEqual([]);
	expect(["A7670", "A76700", "SIM7020E", "SIM8230G"].filter(model => acceptsModel(simcomA7670.models, model))).toEqual([]);
	const pulses = [simcomA7670.procedures.powerOn[0], simcomA7670.procedures.reset[0], simcomA7670.procedures.powerOff.pins[0]];
	expect(pulses.map(step => (step.kind === "pulse" ? [step.pin, step.ms] : step.kind))).toEqual([
		["power", 100],
		["reset", 2600],
		["power", 3000],
	]);
});
