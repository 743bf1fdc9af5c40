import { describe, expect, test } from "vitest";
import { simcomSim8230 } from "../../drivers/redcap/simcom-sim8230.js";
import type { Driver, Signal } from "../../sdk/modem/driver.js";
import { acceptsModel } from "../../sdk/modem/lifecycle.js";
import { lineOf } from "../3gpp/line.js";
import { type Answer, info, ok } from "../modem/world.js";
import { redcapWorld } from "./redcap.js";
import { read, written } from "./steps.js";

const SIM8230: Readonly<Record<string, Answer>> = {
	"AT+CGMI": info("SIMCOM INCORPORATED"),
	"AT+CGMM": info("SIM8230G"),
	"AT+CICCID": info("+ICCID: 89860000000000000001"),
	"AT+CIPRXGET?": info("+CIPRXGET: 1"),
	"AT+NETOPEN?": [info("+NETOPEN: 0"), info("+NETOPEN: 1")],
	"AT+NETOPEN": `${ok}\r\n+NETOPEN: 0\r\n`,
};
const start = (script: Readonly<Record<string, Answer>> = {}, chunk = 0) => redcapWorld(simcomSim8230, SIM8230, script, chunk);

describe("the driver in the modem", () => {
	test.each([0, 1])("on NR the network service is opened (bytes in pieces of %i)", chunk => {
		const world = start({}, chunk).connected();
		expect(world.commands.filter(command => /REG|NETOPEN/.test(command))).toEqual([
			"AT+C5GREG=2",
			"AT+C5GREG=3",
			"AT+CEREG=2",
			"AT+CEREG=3",
			"AT+C5GREG?",
			"AT+NETOPEN?",
			"AT+NETOPEN",
		]);
		expect(world.core.network.report).toMatchObject({ stat: 1, tac: 0x60aa00, ci: "939204254", act: 11, allowedNssai: "01" });
		expect([world.errors, world.core.channel.unknownLines, world.event("rat")]).toEqual([[], 0, undefined]);
	});
	test("a module that knows no +C5GREG is registered by +CEREG", () => {
		const refused = "\r\nERROR\r\n";
		const world = start({
			"AT+C5GREG=2": refused,
			"AT+C5GREG=3": refused,
			"AT+C5GREG?": refused,
			"AT+CEREG?": info('+CEREG: 3,1,"0064","00500001",11'),
		}).connected();
		expect(world.core.network.report).toMatchObject({ stat: 1, act: 11 });
		expect([world.errors, world.event("rat")]).toEqual([[], undefined]);
	});
	test("the reset of the guide: the service closes, the port is gone for 20 s, and everything is set up again", () => {
		const world = start().connected();
		world.run(30_000);
		world.forget();
		world.say("\r\n+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY\r\n");
		world.isOn = false;
		world.script["AT+C5GREG?"] = [info("+C5GREG: 0,1"), info('+C5GREG: 3,1,"60AA00","939204254",11,1,"01"')];
		world.script["AT+NETOPEN?"] = info("+NETOPEN: 0");
		world.run(20_000);
		world.isOn = true;
		world.say("\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n\r\nPB DONE\r\n");
		world.run(300_000);
		expect(world.core.connection).toBe(500);
		expect(world.commands).toContain("AT+C5GREG=3");
		expect(world.commands).toContain("AT+NETOPEN");
	});
	test("a restart by command waits until the port is back", () => {
		const world = start({ "AT+CRESET": ok, "AT+CUSBCFG?": info("+CUSBCFG: USBID: 0x1e0e,0x907b") }).connected();
		expect(simcomSim8230.boot).toEqual({ banners: [], withinMs: 60_000 });
		expect(world.errors).toEqual([]);
	});
});

describe("preferences", () => {
	const { rats, networkInterface } = simcomSim8230.procedures;
	test.each([
		[["NR"], "AT+CNMP=71", 71],
		[["LTE"], "AT+CNMP=38", 38],
		[["NR", "LTE"], "AT+CNMP=2", 2],
	] as const)("%j", (wanted, command, mode) => {
		expect(written(simcomSim8230, rats[0], { rats: wanted })).toBe(command);
		expect(read(simcomSim8230, rats[0], info(`+CNMP: ${mode}`), { rats: wanted })).toEqual({ sent: "AT+CNMP?", same: true });
		expect(read(simcomSim8230, rats[0], info("+CNMP: 13"), { rats: wanted }).same).toBe(false);
	});
	test("the interface on USB, by its product", () => {
		expect(written(simcomSim8230, networkInterface[1], { networkInterface: "ecm" })).toBe("AT+CUSBCFG=USBID,1e0e,9078");
		const answer = info("+CUSBCFG: USBID: 0x1e0e,0x907B");
		expect(read(simcomSim8230, networkInterface[1], answer, { networkInterface: "rndis" }).same).toBe(true);
		expect(read(simcomSim8230, networkInterface[1], answer, { networkInterface: "ecm" }).same).toBe(false);
	});
	test("an interface that cannot be read is not written: each write restarts the module", () => {
		const world = start();
		world.core.connect({ networkInterface: "ecm" });
		world.run(60_000);
		expect(world.commands.filter(command => command.includes("CUSBCFG"))).toEqual(["AT+CUSBCFG?", "AT+CUSBCFG?"]);
		expect(world.errors.map(error => error.command)).toEqual(["+CUSBCFG?", "+CUSBCFG?"]);
	});
});

describe("signal", () => {
	function decoded(line: string): Partial<Signal> {
		const into = {} as Signal;
		(simcomSim8230 as Driver).signal!.decode(lineOf(line), into);
		return into;
	}
	test("NR: the line of the callbox, in tenths; its last value has no sure unit", () => {
		expect(decoded("+CPSI: NR5G_SA,Online,001-01,0x64,1048577,500,NR5G_BAND71,128190,-520,-110,40")).toEqual({
			pci: 500,
			band: 71,
			earfcn: 128_190,
			rsrpDbm: -52,
			rsrqDb: -11,
		});
	});
	test("LTE behind it, and no service", () => {
		expect(decoded("+CPSI: LTE,Online,208-10,0x46C2,43674,79,EUTRAN-BAND28,9435,3,3,-94,-850,-545,15")).toMatchObject({
			band: 28,
			rsrqDb: -9.4,
			rsrpDbm: -85,
			rssiDbm: -54.5,
		});
		expect(decoded("+CPSI: NO SERVICE,Online")).toEqual({});
		expect(decoded("+CPSI: NR5G_SA,Offline,001-01,0x64,1,500,NR5G_BAND71,128190,-520,-110,40")).toEqual({});
	});
});

test("models", () => {
	expect(["SIM8230G", "SIMCOM_SIM8230G-M2", "sim8230"].filter(model => !acceptsModel(simcomSim8230.models, model))).toEqual([]);
	expect(["SIM8200EA-M2", "A7670E", "SIM82300"].filter(model => acceptsModel(simcomSim8230.models, model))).toEqual([]);
});
