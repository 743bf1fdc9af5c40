import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { cmccMl307r } from "../../drivers/cat1/cmcc-ml307r.js";
import { replay } from "../../host-sim/apps/replay-transcript.js";
import { type Answer, error, info, ok, World } from "../modem/world.js";

const DIALLED = '+MIPCALL: 1,1,"10.148.158.125","2409:8D21:DE2:E858::1"';
const ML307R: Readonly<Record<string, Answer>> = {
	"AT+CGMI": info("CMCC"),
	"AT+CGMM": info("ML307R"),
	"AT+CGMR": info("ML307R-DL-MBRH0S01"),
	"AT+CGSN=1": info("+CGSN: 864098089000000"),
	'AT+MLPMCFG="sleepmode",0,0': ok,
	'AT+MLPMCFG="sleepmode",1,0': ok,
	'AT+MLPMCFG="sleepind",1': ok,
	"AT+CEREG=2": ok,
	"AT+CEREG?": info('+CEREG: 2,1,"5141","0521870C",7'),
	"AT+ICCID": info("+ICCID: 89860413160000000000"),
	"AT+CGPADDR=1": info('+CGPADDR: 1,"10.148.158.125","2409:8D21:DE2:E858::1"'),
	"AT+MIPCALL?": info(DIALLED),
	"AT+MIPCALL=1,1": `${ok}\r\n${DIALLED}\r\n`,
};
const start = (script: Readonly<Record<string, Answer>> = {}, chunk = 0): World =>
	new World({ driver: cmccMl307r, script: { ...ML307R, ...script }, chunk });
const calls = (world: World): string[] => world.commands.filter(command => command.startsWith("AT+MIPCALL"));

describe("the driver in the modem", () => {
	test.each([0, 1])("dialled at boot: left alone (bytes in pieces of %i)", chunk => {
		const world = start({}, chunk).connected();
		expect(calls(world)).toEqual(["AT+MIPCALL?"]);
		expect(world.core.lifecycle.identity).toEqual({
			manufacturer: "CMCC",
			model: "ML307R",
			revision: "ML307R-DL-MBRH0S01",
			imei: "864098089000000",
			iccid: "89860413160000000000",
		});
		expect(world.core.addresses.address).toBe("2409:8d21:de2:e858::1");
		expect([world.errors, world.core.channel.unknownLines]).toEqual([[], 0]);
	});
	test.each([info("+MIPCALL: 1,0"), ok, error, info('+MIPCALL: 2,1,"10.0.0.9"')])("not dialled (%j): dialled", answer => {
		const world = start({ "AT+MIPCALL?": answer }).connected();
		expect(calls(world)).toEqual(["AT+MIPCALL?", "AT+MIPCALL=1,1"]);
		expect(world.errors).toEqual([]);
	});
	test("dialling refused: said, and tried again", () => {
		const world = start({ "AT+MIPCALL?": ok, "AT+MIPCALL=1,1": ["\r\n+CME ERROR: 571\r\n", `${ok}\r\n${DIALLED}\r\n`] }).connected();
		expect(world.errors.map(failure => [failure.command, failure.causeNumber])).toEqual([["+MIPCALL=", 571]]);
	});
	test("a datagram and its answer", () => {
		const world = start({
			'AT+MIPCFG="encoding",0,0,1': ok,
			'AT+MIPCFG="autofree",0,1': ok,
			'AT+MIPOPEN=0,"UDP","2001:db8::1",5683,,3': `${ok}\r\n+MIPOPEN: 0,0\r\n`,
			"AT+MIPSEND=0,6": "\r\n>",
			// The payload ends with a CR, so that the world hears it as a line.
			Hello: `${ok}\r\n+MIPSEND: 0,6\r\n`,
			"AT+MIPRD=0,1": info("+MIPRD: 0,0,4,4F4B0D0A"),
		}).connected();
		const udp = world.udp();
		udp.send("Hello\r");
		world.run(2000);
		world.say('\r\n+MIPURC: "rudp",0,1\r\n');
		world.run(2000);
		expect(udp.read()).toBe("OK\r\n from 2001:db8::1 5683");
		expect([udp.errors, world.errors, world.core.channel.unknownLines]).toEqual([[], [], 0]);
	});
	test.each(["+MIPCALL:1,0", '+MIPURC: "disconn",0,3', "+CGEV: NW PDN DEACT 1"])("%s: dialled again", report => {
		const world = start().connected();
		world.run(5000);
		world.forget();
		world.script["AT+MIPCALL?"] = info("+MIPCALL: 1,0");
		world.say(`\r\n${report}\r\n`);
		world.run(60_000);
		expect(calls(world)).toEqual(["AT+MIPCALL?", "AT+MIPCALL=1,1"]);
		expect(world.core.connection).toBe(500);
	});
	test("+MATREADY that nobody asked for is a reboot, and the module has 2 s before it is spoken to", () => {
		const world = start().connected();
		world.run(1000);
		world.forget();
		const at = world.now;
		world.say("\r\n+MATREADY\r\n");
		world.run(60_000);
		expect(world.event("rebooted")).toBeDefined();
		expect(Number(world.log[0]?.split(" ")[0]) - at).toBeGreaterThanOrEqual(2000);
		expect(calls(world)).toEqual(["AT+MIPCALL?"]);
		expect(world.core.connection).toBe(500);
	});
	test("light sleep, where it was asked for, and woken for the next command", () => {
		const world = start().connected({ apn: "iot.test", sleep: true });
		world.run(10_000);
		expect(world.commands.at(-1)).toBe('AT+MLPMCFG="sleepmode",1,0');
		world.say("\r\n+MLPMENTER: 1\r\n\r\n+MLPMEXIT: 1\r\n");
		world.run(1000);
		expect(world.core.channel.unknownLines).toBe(0);
	});
});

test("the capture: every line is known but the notes of its author", () => {
	const text = readFileSync(fileURLToPath(new URL("../transcripts/cmcc-ml307r.bringup-tls.at", import.meta.url)), "utf8");
	expect(replay(text, { driver: cmccMl307r })).toMatchObject({ errors: [], ok: true, unknownLines: [] });
});
