import { describe, expect, test } from "vitest";
import { openluatAir780e } from "../../drivers/cat1/openluat-air780e.js";
import { type Answer, error, info, ok, World } from "../modem/world.js";

const AIR780E: Readonly<Record<string, Answer>> = {
	"AT+CGMI": error,
	"AT+CGMM": info('+CGMM: "Air780E"'),
	"AT+CGMR": info('+CGMR: "AirM2M_780E_V1171_LTE_AT"'),
	"AT+CGSN=1": error,
	"AT+CGSN": info("867726031000000"),
	"AT+CEREG=3": ok,
	"AT+CGEREP=1": error,
	"AT+CEREG?": info('+CEREG: 3,1,"46C2","0000AA9A",7'),
	"AT+ICCID": info("+ICCID:89860000000000000001"),
	"AT+CIPSHUT": "\r\nSHUT OK\r\n",
	"AT+CIPMUX=1": ok,
	"AT+CIPQSEND=1": ok,
	"AT+CIPRXGET?": info("+CIPRXGET: 0"),
	"AT+CIPRXGET=1": ok,
	'AT+CSTT="iot.test"': ok,
	"AT+CSTT": ok,
	"AT+CIICR": ok,
	"AT+CIFSR": "\r\n10.0.0.7\r\n",
};
const start = (script: Readonly<Record<string, Answer>> = {}, chunk = 0): World =>
	new World({ driver: openluatAir780e, script: { ...AIR780E, ...script }, chunk });
const stack = (world: World): string[] => world.commands.filter(command => /^AT\+(CIP|CSTT|CII|CIF)/.test(command));
const UP = ["AT+CIPSHUT", "AT+CIPMUX=1", "AT+CIPQSEND=1", "AT+CIPRXGET?", "AT+CIPRXGET=1", 'AT+CSTT="iot.test"', "AT+CIICR", "AT+CIFSR"];

describe("the driver in the modem", () => {
	test.each([0, 1])("settings while the network is down, then it is brought up in steps (bytes in pieces of %i)", chunk => {
		const world = start({}, chunk).connected();
		expect(stack(world)).toEqual(UP);
		expect(world.core.lifecycle.identity).toMatchObject({ model: "Air780E", imei: "867726031000000", iccid: "89860000000000000001" });
		expect([world.errors, world.core.channel.unknownLines]).toEqual([[], 0]);
	});
	test("without an APN the module asks for the subscribed one; with a user and a password", () => {
		const world = start({ "AT+CGDCONT?": info('+CGDCONT: 1,"IPV4V6",""') }).connected({});
		expect(stack(world)).toContain("AT+CSTT");
		const other = start({ 'AT+CGAUTH=1,2,"me","secret"': ok, 'AT+CSTT="iot.test","me","secret"': ok });
		other.connected({ apn: "iot.test", user: "me", password: "secret", auth: "chap" });
		expect(stack(other)).toContain('AT+CSTT="iot.test","me","secret"');
	});
	test("a SIM that is busy is asked again", () => {
		const world = start({ "AT+CPIN?": ["\r\n+CME ERROR: 14\r\n", "\r\n+CME ERROR: 14\r\n", info("+CPIN: READY")] }).connected();
		expect(world.commands.filter(command => command === "AT+CPIN?").length).toBe(3);
		expect(world.errors).toEqual([]);
	});
	test("the network does not come up: said, and tried again from the start", () => {
		const world = start({ "AT+CIICR": ["\r\n+CME ERROR: 148\r\n", ok] }).connected();
		expect(world.errors.map(failure => failure.command)).toEqual(["+CIICR"]);
		expect(stack(world)).toEqual([...UP.slice(0, -1), ...UP]);
	});
	test("a datagram and its answer", () => {
		const world = start({
			'AT+CIPSTART=0,"UDP","2001:db8::1",5683': `${ok}\r\n0, CONNECT OK\r\n`,
			"AT+CIPSEND=0,6": "\r\n> ",
			// The payload ends with a CR, so that the world hears it as a line.
			Hello: "\r\nDATA ACCEPT:0,6\r\n",
			"AT+CIPRXGET=2,0,1460": "\r\n+CIPRXGET: 2,0,4,0\r\nOK\r\n\r\nOK\r\n",
		}).connected();
		const udp = world.udp();
		udp.send("Hello\r");
		world.run(2000);
		world.say("\r\n+CIPRXGET: 1,0\r\n");
		world.run(2000);
		expect(udp.read()).toBe("OK\r\n from 2001:db8::1 5683");
		expect([udp.errors, world.errors, world.core.channel.unknownLines]).toEqual([[], [], 0]);
	});
	test.each(["+PDP: DEACT", "+PDP DEACT"])("%s: everything is brought up again", report => {
		const world = start().connected();
		world.run(5000);
		world.forget();
		world.say(`\r\n${report}\r\n`);
		world.run(60_000);
		expect(stack(world)).toEqual(UP);
		expect(world.core.connection).toBe(500);
	});
	test("RDY that nobody asked for is a reboot", () => {
		const world = start().connected();
		world.forget();
		world.say("\r\nRDY\r\n\r\n+CPIN: READY\r\n");
		world.run(60_000);
		expect(world.event("rebooted")).toBeDefined();
		expect(stack(world)).toEqual(UP);
	});
});
