import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { fibocomFg132 } from "../../drivers/redcap/fibocom-fg132.js";
import { replay } from "../../host-sim/apps/replay-transcript.js";
import type { Driver, Signal } from "../../sdk/modem/driver.js";
import { lineOf } from "../3gpp/line.js";
import { type Answer, info, ok } from "../modem/world.js";
import { redcapWorld } from "./redcap.js";
import { read, written } from "./steps.js";

const FG132: Readonly<Record<string, Answer>> = {
	"AT+CGMI": info("Fibocom Wireless Inc."),
	"AT+CGMM": info("FG132-NA"),
	"AT+GTRNDIS?": info("+GTRNDIS: 0"),
	"AT+GTRNDIS=1,1": ok,
};
const start = (script: Readonly<Record<string, Answer>> = {}, chunk = 0) => redcapWorld(fibocomFg132, FG132, script, chunk);
const REASON =
	"driver fibocom-fg132 knows no sockets of this module (nobody publishes it for this module): use the host's own over the module's network interface";

describe("the driver in the modem", () => {
	test.each([0, 1])("the network interface is dialled (bytes in pieces of %i)", chunk => {
		const world = start({}, chunk).connected();
		expect(world.commands.filter(command => command.includes("GTRNDIS"))).toEqual(["AT+GTRNDIS?", "AT+GTRNDIS=1,1"]);
		expect([world.core.addresses.address, world.errors, world.core.channel.unknownLines]).toEqual(["2001:db8::7", [], 0]);
	});
	test("what is up is not dialled again", () => {
		const world = start({ "AT+GTRNDIS?": info('+GTRNDIS: 1,1,"10.0.0.7","10.0.0.1"') }).connected();
		expect(world.commands.filter(command => command.includes("GTRNDIS"))).toEqual(["AT+GTRNDIS?"]);
	});
	test("a datagram and a stream are refused, and told what to use", () => {
		const world = start().connected();
		const udp = world.udp();
		udp.send("x");
		world.run(1000);
		expect(udp.errors.map(error => [error.code, error.message])).toEqual([["notSupported", REASON]]);
		expect(() => world.core.sockets.streams.check("tcp")).toThrow(REASON.replace("UDP", "TCP"));
	});
});

test("preferences, restart, off", () => {
	const { rats, restart, powerOff, activate } = fibocomFg132.procedures;
	expect(written(fibocomFg132, rats[0], { rats: ["NR"] })).toBe("AT+GTACT=14");
	expect(written(fibocomFg132, rats[0], { rats: ["LTE"] })).toBe("AT+GTACT=2");
	expect(written(fibocomFg132, rats[0], { rats: ["NR", "LTE"] })).toBe("AT+GTACT=17");
	expect(read(fibocomFg132, rats[0], info("+GTACT: 17,6,3"), { rats: ["NR", "LTE"] })).toEqual({ sent: "AT+GTACT?", same: true });
	expect([written(fibocomFg132, restart[0]), written(fibocomFg132, powerOff.commands[0])]).toEqual(["AT+CFUN=15", "AT+CPWROFF"]);
	expect(written(fibocomFg132, activate[0])).toBe("AT+GTRNDIS=1,1");
});

describe("signal", () => {
	function decoded(line: string): Partial<Signal> {
		const into = {} as Signal;
		(fibocomFg132 as Driver).signal!.decode(lineOf(line), into);
		return into;
	}
	test("the serving cell of NR in codes, and in dB where they are below zero", () => {
		expect(decoded("1,9,310,260,60AA00,939204254,126490,24,505,15,76,70,86,70")).toEqual({
			band: 5,
			rsrpDbm: -71,
			rsrqDb: -8.5,
			sinrDb: 14.5,
		});
		expect(decoded("1,9,310,260,60AA00,939204254,126490,24,571,15,11,70,-104,-13")).toMatchObject({ band: 71, rsrpDbm: -104, rsrqDb: -13 });
	});
	test("of LTE; neighbours, titles and other technologies say nothing", () => {
		expect(decoded("1,4,460,00,5141,0521870C,1650,79,103,20,20,50,55,20")).toEqual({ band: 3, rsrpDbm: -86, rsrqDb: -10 });
		for (const line of [
			"2,9,,,60AA00,,126490,25,,,10,60,76,60",
			"NR service cell:",
			"+GTCCINFO:",
			"1,2,460,00,5141,0521870C,1,2,3,4,5,6,7,8",
		])
			expect(decoded(line)).toEqual({});
	});
	test("in the modem, with a title before the lines", () => {
		const world = start({
			"AT+GTCCINFO?": "\r\n+GTCCINFO: \r\nNR service cell:\r\n1,9,310,260,60AA00,939204254,126490,24,505,15,76,70,86,70\r\n\r\nOK\r\n",
		});
		world.connected();
		let rsrpDbm: number | undefined;
		world.core.requests.add(undefined, undefined, undefined, (_error, signal) => {
			rsrpDbm = (signal as Signal).rsrpDbm;
		});
		world.run(2000);
		expect(rsrpDbm).toBe(-71);
	});
});

test("a capture of its kin", () => {
	const text = readFileSync(fileURLToPath(new URL("../transcripts/fibocom-fm150.cops-act13.at", import.meta.url)), "utf8");
	expect(replay(text, { driver: fibocomFg132 })).toMatchObject({ unknownLines: [], errors: [], ok: true });
});
