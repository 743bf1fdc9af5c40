import { describe, expect, test } from "vitest";
import { error, hex, info, ok, socketScript, World } from "./world.js";

const SEARCHING = info("+CEREG: 4,2");
const HOME = '\r\n+CEREG: 1,"0001","0000ABCD",9,,,"00000101","00100001"\r\n';

describe("registration", () => {
	test("is taken from the URC, and asking ends with it", () => {
		const world = new World({ script: { "AT+CEREG?": SEARCHING } });
		world.core.connect({});
		world.run(5_000);
		expect(world.core.connection).toBe(300);
		world.say(HOME);
		world.run(1_000);
		expect(world.core.connection).toBe(500);
		expect(world.core.network.report).toMatchObject({ stat: 1, tac: 1, ci: "0000ABCD", act: 9 });
		world.forget();
		world.run(3_600_000);
		expect(world.commands).toEqual([]);
	});
	test("is asked for when the URC was lost, ever more seldom", () => {
		const world = new World({ script: { "AT+CEREG?": SEARCHING } });
		world.core.connect({});
		world.run(7_200_000);
		const asked = world.log.filter(line => line.endsWith("AT+CEREG?")).map(line => Math.round(Number.parseInt(line, 10) / 1000));
		expect(asked.slice(0, 7)).toEqual([1, 16, 46, 106, 226, 466, 946].map(at => expect.closeTo(at, -0.5)));
		expect(asked.length).toBeLessThan(20);
		world.script["AT+CEREG?"] = info('+CEREG: 4,5,"0001","0000ABCD",9');
		world.run(3_600_000);
		expect(world.core.connection).toBe(500);
	});
	test("denied with a cause: said once, by name and number, and no reset follows", () => {
		const denied = '\r\n+CEREG: 3,"0001","0000ABCD",9,0,15\r\n';
		const world = new World({ script: { "AT+CEREG?": info('+CEREG: 4,3,"0001","0000ABCD",9,0,15') } });
		world.core.connect({});
		world.say(denied, 5_000);
		world.say(denied, 65_000);
		world.run(7_200_000);
		expect(world.errors.map(e => [e.code, e.causeNumber, e.fault])).toEqual([["registrationDenied", 15, "refused"]]);
		expect(world.errors[0]!.message.toLowerCase()).toContain("#15, no suitable cells");
		expect(world.commands.filter(c => c.startsWith("AT+CFUN="))).toEqual([]);
		expect(world.core.recovery.counters).toEqual({ resync: 0, functionality: 0, reset: 0, powerCycle: 0 });
		expect(world.core.connection).toBe(300);
		world.say(HOME);
		world.run(1_000);
		expect(world.core.connection).toBe(500);
	});
	test("asked for again while it is under way, nothing is begun anew; asked for otherwise, it is", () => {
		const world = new World({ script: { "AT+CEREG?": SEARCHING } });
		world.core.connect({});
		world.run(5_000);
		world.forget();
		world.core.connect({});
		world.run(5_000);
		expect(world.commands.filter(command => command !== "AT+CEREG?")).toEqual([]);
		world.core.connect({ roaming: true });
		world.run(5_000);
		expect(world.commands).toContain("AT+CGDCONT?");
	});
	test("a second cause is said as well, and after a registration the first again", () => {
		const world = new World({ script: { "AT+CEREG?": SEARCHING } });
		world.core.connect({});
		world.run(5_000);
		for (const cause of [15, 11]) world.say(`\r\n+CEREG: 3,,,,0,${cause}\r\n`);
		world.say(HOME, 10);
		world.say("\r\n+CEREG: 3,,,,0,15\r\n", 5_000);
		world.run(60_000);
		expect(world.errors.map(e => e.causeNumber)).toEqual([15, 11, 15]);
	});
	test("roaming: false", () => {
		const world = new World({ script: { "AT+CEREG?": info('+CEREG: 4,5,"0001","0000ABCD",9'), "AT+CGATT=0": ok } });
		world.core.connect({ roaming: false });
		world.run(600_000);
		expect(world.errors.map(e => e.code)).toEqual(["roamingNotAllowed"]);
		expect(world.core.connection).toBe(300);
		expect(world.commands.filter(c => c === "AT+CGATT=0")).toHaveLength(1);
	});
	test("lost and found again: addresses are read again, and the same address is no change", () => {
		const world = new World().connected();
		world.run(1_000);
		world.forget();
		world.say("\r\n+CEREG: 2\r\n");
		world.run(100);
		expect(world.core.connection).toBe(300);
		world.say(HOME);
		world.run(1_000);
		expect(world.core.connection).toBe(500);
		expect(world.commands.filter(c => c === "AT+CGPADDR=1")).toHaveLength(1);
		expect(world.changes).not.toContain("address");
	});
	test("a context that the network takes away is asked for again", () => {
		const world = new World();
		socketScript(world);
		world.connected();
		const udp = world.udp();
		udp.send("a");
		world.run(1_000);
		world.forget();
		world.script["AT+CEREG?"] = SEARCHING;
		world.say("\r\n+CGEV: NW PDN DEACT 1\r\n");
		world.run(100);
		expect(world.core.connection).toBe(300);
		world.say(HOME);
		world.run(1_000);
		expect(world.core.connection).toBe(500);
		// The module still counts its socket as in use: it is closed before another is opened.
		udp.send("b");
		world.run(1_000);
		expect(world.commands.filter(c => c.startsWith("AT+U"))).toEqual([
			"AT+UCLOSE=0",
			'AT+UOPEN=0,"2001:db8::1",5683,0',
			`AT+USEND=0,1,"${hex("b")}"`,
		]);
	});
	test("the operator, the time and where it came from", () => {
		const world = new World().connected();
		world.run(1_000);
		expect(world.core.network.operator).toEqual({ name: "00101", act: 9 });
		// 12:00:00+04 is one hour east of Greenwich.
		expect(world.core.network.time?.utcMs).toBe(Date.UTC(2026, 10, 20, 11, 0, 0));
	});
	test("no time yet: asked three times, not for ever", () => {
		const world = new World({ script: { "AT+CCLK?": info('+CCLK: "80/01/06,00:00:12+00"') } }).connected();
		world.run(3_600_000);
		expect(world.commands.filter(c => c === "AT+CCLK?")).toHaveLength(3);
		expect(world.core.network.time).toBe(undefined);
	});
	test("disconnect detaches, connect attaches again", () => {
		const world = new World({ script: { "AT+CGATT=0": ok, "AT+CGATT=1": ok } }).connected();
		world.core.disconnect();
		world.run(1_000);
		expect(world.core.connection).toBe(200);
		world.forget();
		world.connected();
		expect(world.commands).toContain("AT+CGATT=1");
	});
	test("a refused step of attaching is told and tried later", () => {
		const world = new World({ script: { "AT+CFUN?": info("+CFUN: 0"), "AT+CFUN=1": ["\r\n+CME ERROR: 3\r\n", ok] } });
		world.core.connect({});
		world.run(20_000);
		expect(world.errors.map(e => [e.code, e.causeNumber, e.command])).toEqual([["cme", 3, "+CFUN="]]);
		world.run(60_000);
		expect(world.core.connection).toBe(500);
	});
});

describe("definition of the context", () => {
	const OTHER = info('+CGDCONT: 1,"IP","old.apn"');
	test("one that differs is written while the radio is off", () => {
		const world = new World({
			script: { "AT+CGDCONT?": OTHER, "AT+CFUN=0": ok, "AT+CFUN=1": ok, 'AT+CGDCONT=1,"IPV4V6","iot.test"': ok },
		}).connected();
		const at = (command: string): number => world.commands.indexOf(command);
		expect(at("AT+CFUN=0")).toBeGreaterThan(0);
		expect(at("AT+CFUN=0")).toBeLessThan(at('AT+CGDCONT=1,"IPV4V6","iot.test"'));
		expect(at('AT+CGDCONT=1,"IPV4V6","iot.test"')).toBeLessThan(at("AT+CFUN=1"));
	});
	test("user and password go to +CGAUTH, and to nothing that is told", () => {
		const world = new World({ script: { 'AT+CGAUTH=1,1,"meter","s3cret"': error } });
		world.core.connect({ apn: "iot.test", user: "meter", password: "s3cret" });
		world.run(10_000);
		expect(world.commands).toContain('AT+CGAUTH=1,1,"meter","s3cret"');
		expect(world.errors.map(e => e.command)).toEqual(["+CGAUTH="]);
		expect(JSON.stringify([world.errors.map(e => e.message), world.events])).not.toContain("s3cret");
	});
	test("a chosen operator is chosen, and the automatic selection comes back", () => {
		const world = new World({ script: { 'AT+COPS=1,2,"46000"': ok } }).connected({ apn: "iot.test", operator: "46000" });
		expect(world.commands).toContain('AT+COPS=1,2,"46000"');
		const back = new World({ script: { "AT+COPS?": info('+COPS: 1,2,"46000",9'), "AT+COPS=0": ok } }).connected();
		expect(back.commands).toContain("AT+COPS=0");
	});
	test.each([
		[{ pin: "12" }, "pin"],
		[{ operator: "4600x" }, "operator"],
		[{ pdpType: "IPV5" as never }, "pdpType"],
		[{ password: "x" }, "password"],
		[{ psm: { periodicTauSeconds: -1, activeSeconds: 1 } }, "psm"],
	])("connect(%j) is refused before anything is sent", (options, word) => {
		const world = new World();
		expect(() => world.core.connect(options)).toThrow(word);
		world.run(1_000);
		expect(world.commands).toEqual([]);
	});
});
