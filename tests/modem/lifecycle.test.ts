import { describe, expect, test } from "vitest";
import { error, info, ok, World } from "./world.js";

const BOOT_AND_ATTACH = [
	"AT",
	"ATE0",
	"AT+CMEE=1",
	"AT+CGMI",
	"AT+CGMM",
	"AT+CGMR",
	"AT+CGSN=1",
	"AT+UCFG?",
	"AT+USLP=0",
	"AT+CEREG=4",
	"AT+CGEREP=1",
	"AT+CPIN?",
	"AT+CCID",
	"AT+CFUN?",
	"AT+CGDCONT?",
	"AT+COPS?",
	"AT+CEREG?",
	"AT+CGPADDR=1",
];

describe("a module that is on", () => {
	test.each([0, 1, 2, 3, 7])("is found, set up and attached; its bytes in pieces of %i", chunk => {
		const world = new World({ chunk }).connected();
		expect(world.commands).toEqual(BOOT_AND_ATTACH);
		expect(world.core.addresses.address).toBe("2001:db8::7");
		expect(world.core.addresses.all).toEqual({ ipv6: "2001:db8::7", ipv4: "10.0.0.7", pending: false });
		expect(world.core.lifecycle.identity).toEqual({
			manufacturer: "Test Ltd",
			model: "UNO-1",
			revision: "1.02",
			imei: "004999010640000",
			iccid: "8949000000000000001",
		});
		world.run(1000);
		expect(world.errors).toEqual([]);
	});
	test("connection goes 300, 400, 500 and each change is said once", () => {
		const world = new World().connected();
		world.run(100);
		expect(world.changes.filter(change => change.startsWith("connection"))).toEqual(["connection 300", "connection 400", "connection 500"]);
		expect(world.changes.filter(change => change === "address")).toHaveLength(1);
	});
	test("nothing is sent before connect()", () => {
		const world = new World();
		world.run(60_000);
		expect(world.commands).toEqual([]);
		expect(world.core.connection).toBe(100);
	});
	test("echo on: command and one or two CR before the answer", () => {
		const world = new World();
		let echo = true;
		world.onCommand = command => {
			const answer = world.script[command];
			if (command === "ATE0") echo = false;
			if ((echo || command === "ATE0") && typeof answer === "string" && !answer.startsWith("AT"))
				world.script[command] = `${command}\r${answer}`;
		};
		world.connected();
		expect(world.commands).toEqual(BOOT_AND_ATTACH);
	});
	test("half a line and noise before the first answer", () => {
		const world = new World();
		world.say("\xff\x00\xfe+CSQ: 1");
		world.connected();
		expect(world.commands).toEqual(BOOT_AND_ATTACH);
	});
	test.each([
		["asks again after each line", "\r\n> "],
		["takes what comes without a word", undefined],
	])("it waits at a prompt that an earlier host left, and %s: ESC brings it back", (_, atPrompt) => {
		let isAtPrompt = true;
		const leave = (): string => {
			isAtPrompt = false;
			return ok;
		};
		const world = new World({ script: { AT: () => (isAtPrompt ? atPrompt : ok), "AT\x1b": leave } });
		world.connected();
		expect(world.commands.slice(0, 6)).toEqual(["AT", "AT", "AT", "AT\x1b", "ATE0", "AT+CMEE=1"]);
		expect(world.errors).toEqual([]);
	});
	test("the first command is answered ERROR because half a command was there before", () => {
		const world = new World({ script: { AT: [error, ok] } });
		world.connected();
		expect(world.commands.slice(0, 3)).toEqual(["AT", "AT", "ATE0"]);
	});
	test("a module that slept loses the first AT", () => {
		const world = new World({ script: { AT: ["\r\n", ok] } });
		world.connected();
		expect(world.commands.slice(0, 3)).toEqual(["AT", "AT", "ATE0"]);
		expect(world.core.recovery.counters).toEqual({ resync: 0, functionality: 0, reset: 0, powerCycle: 0 });
	});
	test("a setting that differs is written, one that is the same is not", () => {
		const world = new World({ script: { "AT+UCFG?": info("+UCFG: 3"), "AT+UCFG=7": ok } }).connected();
		expect(world.commands).toContain("AT+UCFG=7");
		expect(new World().connected().commands).not.toContain("AT+UCFG=7");
	});
});

describe("a module that is off", () => {
	test("its key is pressed and the banner awaited", () => {
		const world = new World({ pins: ["power"], isOn: false });
		world.onPin = (pin, asserted) => {
			if (pin !== "power" || asserted) return;
			world.say("\r\nRDY\r\n", 1500);
			world.isOn = true;
		};
		world.connected();
		// Four probes of 500 ms find nobody; 500 ms of key; the banner 1.5 s later; 100 ms to settle.
		expect(world.pinLog).toEqual(["power asserted 2000", "power released 2500"]);
		expect(world.log[4]).toBe("4100 AT");
		expect(world.core.recovery.counters.powerCycle).toBe(0);
	});
	test("the status pin tells that it is off, and nothing is asked first", () => {
		const world = new World({ pins: ["power", "status"], isOn: false });
		world.onPin = (pin, asserted) => {
			if (pin !== "power" || asserted) return;
			world.say("\r\nRDY\r\n", 1500);
			world.isOn = true;
		};
		world.connected();
		expect(world.pinLog).toEqual(["power asserted 0", "power released 500"]);
		expect(world.log[0]).toBe("2100 AT");
	});
	test("a module without a banner is asked until it answers", () => {
		const world = new World({ pins: ["power"], isOn: false });
		world.onPin = (_pin, asserted) => {
			if (!asserted) world.isOn = true;
		};
		world.connected();
		expect(world.log[4]).toBe("7500 AT");
	});
	test("without pins it is asked for as long as it may boot, and found when it comes up", () => {
		const world = new World({ isOn: false });
		world.core.connect({});
		world.run(4_000);
		world.isOn = true;
		world.say("\r\nRDY\r\n");
		world.run(60_000, () => world.core.connection === 500);
		expect(world.core.connection).toBe(500);
		expect(world.core.recovery.counters).toEqual({ resync: 0, functionality: 0, reset: 0, powerCycle: 0 });
	});
	test("powerOff: command, key, and then the time it takes", () => {
		const world = new World({ pins: ["power"] }).connected();
		world.forget();
		let off = 0;
		world.core.notices.whenOff(() => {
			off = world.now;
		});
		const from = world.now;
		world.core.powerOff();
		world.run(10_000);
		expect(world.commands).toEqual(["AT+UOFF"]);
		expect(off - from).toBe(20 + 1500 + 2000);
		expect(world.core.connection).toBe(100);
	});
});

describe("identification", () => {
	test("another model is refused by name, and nothing more is sent to it", () => {
		const world = new World({ script: { "AT+CGMM": info("SARA-R5"), ATI: info("SARA-R5") } });
		world.core.connect({});
		world.run(600_000);
		expect(world.errors.map(e => [e.code, e.message])).toEqual([
			["wrongModel", 'the module says "SARA-R5"; driver test-module is for UNO-1: give the driver for this module'],
		]);
		expect(world.commands.at(-1)).toBe("ATI");
		expect(world.core.connection).toBe(200);
	});
	test.each(["Test_UNO-1", "TEST UNO-1", "uno-1"])("%s is the model", answer => {
		expect(new World({ script: { "AT+CGMM": info(answer) } }).connected().core.connection).toBe(500);
	});
	test("XUNO-1 is not", () => {
		const world = new World({ script: { "AT+CGMM": info("XUNO-1") } });
		world.core.connect({});
		world.run(10_000);
		expect(world.errors[0]?.code).toBe("wrongModel");
	});
	test("ATI serves where +CGMM is refused; +CGSN without a parameter where =1 is", () => {
		const world = new World({
			script: { "AT+CGMM": error, ATI: info("Test Ltd\r\nUNO-1\r\nRevision: 9"), "AT+CGSN=1": error, "AT+CGSN": info("004999010640000") },
		}).connected();
		expect(world.core.lifecycle.identity).toMatchObject({ model: "UNO-1", imei: "004999010640000" });
	});
});
