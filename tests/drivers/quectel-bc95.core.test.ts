import { describe, expect, test } from "vitest";
import { quectelBc95 } from "../../drivers/nbiot/quectel-bc95.js";
import { type Answer, error, ok, World } from "../modem/world.js";

/** An answer in the module's form: no blank after the colon. */
const info = (...lines: string[]): string => `\r\n${lines.join("\r\n")}\r\n${ok}`;
const BOOT =
	"\r\nREBOOTING\r\nH?\r\nBoot: Unsigned\r\nSecurity B.. Verified\r\nProtocol A.. Verified\r\nApps A...... Verified\r\n\r\nREBOOT_CAUSE_APPLICATION_AT\r\nNeul \r\nOK\r\n";
const TIMERS = "9,,,00100011,00101010";

const NEW_MODULE: Readonly<Record<string, Answer>> = {
	AT: ok,
	ATE0: ok,
	"AT+CMEE=1": ok,
	"AT+CGMI": info("Quectel"),
	"AT+CGMM": info("BC95-G"),
	"AT+CGMR": info("SECURITY_A,V150R100C20B300SP2", "PROTOCOL_A,V150R100C20B300SP2", "RADIO,Hi2115_RF1"),
	"AT+CGSN=1": info("+CGSN:867726031000000"),
	"AT+NCONFIG?": info("+NCONFIG:AUTOCONNECT,TRUE", "+NCONFIG:CR_0354_0338_SCRAMBLING,TRUE"),
	"AT+NCONFIG=AUTOCONNECT,FALSE": ok,
	"AT+QREGSWT?": info("+QREGSWT:1"),
	"AT+QREGSWT=2": ok,
	"AT+NPSMR?": info("+NPSMR:0"),
	"AT+NPSMR=1": ok,
	"AT+NSONMI?": info("+NSONMI:1"),
	"AT+NSONMI=2": ok,
	"AT+CEREG=4": ok,
	"AT+CIMI": info("460111175000000"),
	"AT+NCCID?": info("+NCCID:89860000000000000001"),
	"AT+CFUN?": [info("+CFUN:1"), info("+CFUN:0")],
	// F6: reports of the connection before the answer, of the registration after it.
	"AT+CFUN=0": `\r\n+CSCON:1\r\n\r\n+CSCON:0\r\n${ok}\r\n+CEREG:0\r\n`,
	"AT+CFUN=1": ok,
	"AT+CGDCONT?": info('+CGDCONT:0,"IP","old.apn"'),
	'AT+CGDCONT=0,"IPV4V6","iot.example"': ok,
	"AT+CPSMS?": info("+CPSMS:0"),
	"AT+CPSMS=1,,,01000001,00100011": ok,
	"AT+COPS?": info("+COPS:0"),
	"AT+CGATT?": info("+CGATT:0"),
	"AT+CGATT=1": world => {
		world.say(`\r\n+CEREG:1,2C0F,077A7C82,${TIMERS}\r\n`, 3000);
		return ok;
	},
	"AT+CEREG?": info("+CEREG:4,2"),
	"AT+CGPADDR=0": info("+CGPADDR:0,10.0.0.7,2001:DB8::17"),
	"AT+CCLK?": info("+CCLK:26/11/20,21:39:00+32"),
};
/** As it is after the first start. */
const SET_UP: Readonly<Record<string, Answer>> = {
	...NEW_MODULE,
	"AT+NCONFIG?": info("+NCONFIG:AUTOCONNECT,FALSE"),
	"AT+QREGSWT?": info("+QREGSWT:2"),
	"AT+NPSMR?": info("+NPSMR:1,0"),
	"AT+NSONMI?": info("+NSONMI:2"),
	"AT+CFUN?": info("+CFUN:1"),
	"AT+CGDCONT?": info('+CGDCONT:0,"IPV4V6","iot.example"'),
	"AT+CPSMS?": info("+CPSMS:1,,,01000001,00100011"),
	"AT+CGATT?": info("+CGATT:1"),
	"AT+CEREG?": info(`+CEREG:4,1,2C0F,077A7C82,${TIMERS}`),
};
const ASKED = { apn: "iot.example", psm: { periodicTauSeconds: 36_000, activeSeconds: 180 } };

/** Sockets: the lowest free number is given, the outcome of a datagram comes `outcomeAfterMs` later, a closed socket is reported. */
function withSockets(world: World, outcomeAfterMs = 800): World {
	const open = new Set<number>();
	world.onCommand = command => {
		if (command.startsWith("AT+NSOCR=DGRAM,17,0,1")) {
			let socket = 0;
			while (open.has(socket)) socket++;
			open.add(socket);
			world.script[command] = info(String(socket));
		}
		const send = /^AT\+NSOSTF?=(\d),.*,(\d+),[0-9A-F]+,(\d+)$/.exec(command);
		if (send && open.has(Number(send[1]))) {
			world.script[command] = info(`${send[1]},${send[2]}`);
			world.say(`\r\n+NSOSTR:${send[1]},${send[3]},1\r\n`, outcomeAfterMs);
		} else if (send) world.script[command] = error;
		const close = /^AT\+NSOCL=(\d)$/.exec(command);
		if (close) world.script[command] = open.delete(Number(close[1])) ? `${ok}\r\n+NSOCLI:${close[1]}\r\n` : error;
		if (command === "AT+NRB") open.clear();
	};
	return world;
}
const start = (script: Readonly<Record<string, Answer>>, options: { pins?: readonly "reset"[]; chunk?: number } = {}): World =>
	withSockets(new World({ driver: quectelBc95, script: { ...script }, ...options }));
const changes = (world: World): string[] =>
	world.commands
		.filter(command => /^AT\+(NCONFIG|QREGSWT|NPSMR|NSONMI|CFUN|CGDCONT|CPSMS|COPS|CGATT|NBAND|NRB)/.test(command))
		.filter(command => !command.endsWith("?"));

describe("the driver in the modem", () => {
	test("a new module: set up, defined with the radio off, attached, addressed", () => {
		const world = start(NEW_MODULE).connected(ASKED);
		expect(world.errors).toEqual([]);
		expect(changes(world)).toEqual([
			"AT+NCONFIG=AUTOCONNECT,FALSE",
			"AT+QREGSWT=2",
			"AT+NPSMR=1",
			"AT+NSONMI=2",
			"AT+CFUN=0",
			'AT+CGDCONT=0,"IPV4V6","iot.example"',
			"AT+CPSMS=1,,,01000001,00100011",
			"AT+CFUN=1",
			"AT+CGATT=1",
		]);
		expect(world.core.lifecycle.identity).toEqual({
			manufacturer: "Quectel",
			model: "BC95-G",
			revision: "SECURITY_A,V150R100C20B300SP2",
			imei: "867726031000000",
			iccid: "89860000000000000001",
		});
		expect(world.core.addresses.address).toBe("2001:db8::17");
		expect(world.core.power.psmGranted).toEqual({ periodicTauSeconds: 36_000, activeSeconds: 180 });
		expect(world.core.channel.unknownLines).toBe(0);
	});

	test("one that is set up and attached is written nothing", () => {
		const world = start(SET_UP).connected(ASKED);
		expect(world.errors).toEqual([]);
		expect(changes(world)).toEqual([]);
	});

	test.each([0, 1])("a report, its answer, PSM, and the next report (bytes in pieces of %i)", chunk => {
		const world = start(SET_UP, { chunk }).connected(ASKED);
		world.run(5000);
		world.forget();
		const udp = world.udp();
		udp.send("Hello", "2001:db8::1", 5683, "after-response");
		world.run(500);
		expect(world.commands.slice(-2)).toEqual(["AT+NSOCR=DGRAM,17,0,1,AF_INET6", "AT+NSOSTF=0,2001:db8::1,5683,0x400,5,48656C6C6F,222"]);
		world.say("\r\n+NSONMI:0,2001:db8::1,5683,2,6F6B\r\n", 1500);
		world.run(3000);
		expect(udp.read()).toBe("ok from 2001:db8::1 5683");
		world.say("\r\n+CSCON:0\r\n", 10_000);
		world.say("\r\n+NPSMR:1\r\n", 190_000);
		world.run(1_000_000);
		expect(world.core.power.psmEntered).toBe(1);
		expect(world.event("psmNotEntered")).toBeUndefined();
		expect(world.errors).toEqual([]);

		world.forget();
		udp.send("again", "2001:db8::1", 5683, "after-uplink");
		world.say("\r\n+NPSMR:0\r\n", 300);
		world.run(10_000);
		expect(world.commands).toEqual(["AT", "AT+NSOSTF=0,2001:db8::1,5683,0x200,5,616761696E,208"]);
		expect([world.errors, udp.errors]).toEqual([[], []]);
		expect(world.core.channel.unknownLines).toBe(0);
	});

	test("a module that lost its sockets in its sleep is given a new one, and the datagram goes out", () => {
		const world = start(SET_UP).connected(ASKED);
		const udp = world.udp();
		udp.send("Hello");
		world.run(5000);
		world.say("\r\n+NPSMR:1\r\n", 200_000);
		world.run(300_000);
		world.forget();
		withSockets(world);
		udp.send("Hello");
		world.run(5000);
		const send = "AT+NSOST=0,2001:db8::1,5683,5,48656C6C6F,222";
		expect(world.commands).toEqual(["AT", send, "AT+NSOCL=0", "AT+NSOCR=DGRAM,17,0,1,AF_INET6", send]);
		expect(udp.errors).toEqual([]);
	});

	test("two peers have a socket each, and the one that is closed gives back its own number", () => {
		const world = start(SET_UP).connected(ASKED);
		world.forget();
		const first = world.udp();
		const second = world.udp();
		first.send("a", "2001:db8::1");
		second.send("b", "192.0.2.33");
		world.run(5000);
		first.endpoint.close();
		world.run(1000);
		world.say("\r\n+NSONMI:1,192.0.2.33,5683,2,6F6B\r\n");
		world.run(1000);
		expect(world.commands.filter(command => command.includes("NSO"))).toEqual([
			"AT+NSOCR=DGRAM,17,0,1,AF_INET6",
			"AT+NSOST=0,2001:db8::1,5683,1,61,2",
			"AT+NSOCR=DGRAM,17,0,1",
			"AT+NSOST=1,192.0.2.33,5683,1,62,2",
			"AT+NSOCL=0",
		]);
		expect(second.read()).toBe("ok from 192.0.2.33 5683");
		expect(world.errors).toEqual([]);
	});

	test("a report of a closed socket that follows its OK is not the next socket's, although that has its number", () => {
		const world = start(SET_UP).connected(ASKED);
		world.run(10_000);
		const first = world.udp();
		const second = world.udp();
		first.send("a");
		world.run(5000);
		const onCommand = world.onCommand!;
		world.onCommand = command => {
			onCommand(command);
			if (command !== "AT+NSOCL=0") return;
			world.script[command] = ok;
			world.say("\r\n+NSOCLI:0\r\n", 60);
		};
		world.forget();
		first.endpoint.close();
		second.send("b");
		world.run(5000);
		expect(world.commands).toEqual(["AT", "AT+NSOCL=0", "AT+NSOCR=DGRAM,17,0,1,AF_INET6", "AT+NSOST=0,2001:db8::1,5683,1,62,2"]);
	});

	test("firmware that only hints: the datagram is fetched", () => {
		const world = start({ ...SET_UP, "AT+NSONMI?": error, "AT+NSONMI=2": error, "AT+NSORF=0,512": info("0,2001:db8::1,5683,2,6F6B,0") });
		world.connected(ASKED);
		const udp = world.udp();
		udp.send("Hello");
		world.run(3000);
		world.say("\r\n+NSONMI:0,2\r\n");
		world.run(1000);
		expect(world.commands.at(-1)).toBe("AT+NSORF=0,512");
		expect(udp.read()).toBe("ok from 2001:db8::1 5683");
		expect(world.errors).toEqual([]);
	});

	test("IPv6 sockets refused: said, and IPv4 is preferred", () => {
		const world = start(SET_UP);
		world.connected(ASKED);
		world.onCommand = undefined;
		world.script["AT+NSOCR=DGRAM,17,0,1,AF_INET6"] = "\r\n+CME ERROR: 4\r\n";
		const udp = world.udp();
		udp.send("Hello");
		world.run(30_000);
		expect(udp.errors.map(failure => failure.causeNumber)).toEqual([4]);
		expect(world.event("family")).toMatchObject({ got: "ipv4" });
		expect(world.commands.filter(command => command.startsWith("AT+NSOCL"))).toEqual([]);
	});

	test("what was not transmitted is told", () => {
		const world = start(SET_UP).connected(ASKED);
		world.onCommand = undefined;
		world.script["AT+NSOCR=DGRAM,17,0,1,AF_INET6"] = info("5");
		world.script["AT+NSOST=5,2001:db8::1,5683,5,48656C6C6F,222"] = `${info("5,5")}\r\n+NSOSTR:5,222,0\r\n`;
		world.script["AT+NSOCL=5"] = ok;
		const udp = world.udp();
		udp.send("Hello");
		world.run(10_000);
		expect(udp.errors.map(failure => failure.message)).toEqual(["the module refused (cause 0, not transmitted)"]);
		expect(world.commands.filter(command => command.startsWith("AT+NSOCL"))).toEqual(["AT+NSOCL=5"]);
	});

	test("names: an address, and none", () => {
		const world = start(SET_UP).connected(ASKED);
		const told: string[] = [];
		const owner = {
			resolved: (host: string, address: string) => told.push(`${host} ${address}`),
			unresolved: (host: string, failure: Error) => told.push(`${host} ${failure.message}`),
		};
		world.script["AT+QDNS=0,a.example"] = `${ok}\r\n+QDNS:2001:DB8::33\r\n`;
		world.script["AT+QDNS=0,b.example"] = `${ok}\r\n+QDNS:QUERY_DNS_FAILED\r\n`;
		world.core.sockets.resolutions.resolve("a.example", owner);
		world.core.sockets.resolutions.resolve("b.example", owner);
		world.run(5000);
		expect(told).toEqual(["a.example 2001:db8::33", "b.example the module refused (cause 0, host not found)"]);
	});
});

describe("reboots", () => {
	test("by itself: the report ends the session, and what waited goes out afterwards", () => {
		const world = start(SET_UP).connected(ASKED);
		world.forget();
		const udp = world.udp();
		world.say(BOOT.replace("\r\nREBOOTING\r\nH?", "").replace("APPLICATION_AT", "SECURITY_WATCHDOG"));
		world.run(200);
		udp.send("Hello");
		world.run(60_000);
		expect(world.events.filter(event => event.name === "rebooted").length).toBe(1);
		expect(world.core.connection).toBe(500);
		expect(world.commands).toContain("AT+CEREG=4");
		expect(world.commands).toContain("AT+NSOST=0,2001:db8::1,5683,5,48656C6C6F,222");
		expect([world.errors, udp.errors]).toEqual([[], []]);
		expect(world.core.channel.unknownLines).toBe(0);
	});

	test("the OK that ends the report is not taken for an answer to AT", () => {
		const world = start(SET_UP).connected(ASKED);
		world.run(10_000);
		world.forget();
		world.say("\r\nREBOOT_CAUSE_APPLICATION_RTC\r\n");
		world.say("Neul \r\nOK\r\n", 450);
		const strayBefore = world.core.channel.strayResults;
		world.run(450);
		expect(world.commands).toEqual([]);
		world.run(1000);
		expect(world.commands.slice(0, 2)).toEqual(["AT", "ATE0"]);
		expect(world.core.channel.strayResults).toBe(strayBefore + 1);
	});

	test("by AT+NRB, where no pin is wired and the module is mute but for that", () => {
		const world = start(SET_UP);
		let booted = false;
		const onCommand = world.onCommand!;
		world.onCommand = command => {
			onCommand(command);
			if (command === "AT+NRB") {
				booted = true;
				world.say(BOOT, 20);
			}
			world.isOn = booted && command !== "AT+NRB";
		};
		world.connected(ASKED);
		expect(world.commands.filter(command => command === "AT+NRB").length).toBe(1);
		expect(world.core.recovery.counters).toMatchObject({ reset: 1, powerCycle: 0 });
		expect(world.event("rebooted")).toBeUndefined();
	});

	test("by the pin: low for 300 ms, then the report", () => {
		const world = start(SET_UP, { pins: ["reset"] });
		world.isOn = false;
		world.onPin = (pin, asserted) => {
			if (pin !== "reset" || asserted) return;
			world.isOn = true;
			world.say(BOOT.replace("\r\nREBOOTING\r\nH?", "").replace("APPLICATION_AT", "SECURITY_RESET_PIN"), 2000);
		};
		world.connected(ASKED);
		expect(world.pinLog.length).toBe(2);
		expect(world.commands).not.toContain("AT+NRB");
		expect(world.core.recovery.counters).toMatchObject({ reset: 1, powerCycle: 0 });
	});
});

test("signal: the module's own statistics leave nothing to ask for", () => {
	const world = start(SET_UP).connected(ASKED);
	world.run(10_000);
	world.script["AT+NUESTATS"] = info("Signal power:-819", "Total power:-761", "TX power:230", "ECL:1", "SNR:234", "RSRQ:-108");
	world.forget();
	let rsrpDbm: number | undefined;
	world.core.requests.add(undefined, undefined, undefined, (_failure, signal: { rsrpDbm: number }) => {
		rsrpDbm = signal.rsrpDbm;
	});
	world.run(2000);
	expect(rsrpDbm).toBe(-81.9);
	expect(world.commands).toEqual(["AT", "AT+NUESTATS"]);
});
