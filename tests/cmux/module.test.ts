import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quectelEc800m as driver } from "../../drivers/cat1/quectel-ec800m.js";
import ec800m from "../../host-sim/persona/quectel-ec800m.js";
import { defineDriver } from "../../sdk/modem/driver.js";
import { CmuxBench, SENTENCE } from "./bench.js";

const SABM_0 = "\xf9\x03\x3f\x01\x1c\xf9";
const SABM_1 = "\xf9\x07\x3f\x01\xde\xf9";
const SABM_3 = "\xf9\x0f\x3f\x01\x9b\xf9";
const CLOSE_DOWN = "\xf9\x03\xef\x05\xc3\x01\xf2\xf9";
const NOTHING: (bytes: Uint8Array) => Uint8Array = () => new Uint8Array(0);

function connected(...[options, parts]: ConstructorParameters<typeof CmuxBench>): CmuxBench {
	const bench = new CmuxBench(options, parts).connect();
	expect(bench.modem.connection, bench.trace).toBe(500);
	return bench;
}

describe("entering", () => {
	test("after identification +CMUX, then the connections, and everything after that in frames", () => {
		const bench = new CmuxBench();
		bench.run(15_000);
		bench.connect();
		const [plain, framed] = bench.sent.split("AT+CMUX=0,0,5,127\r");
		expect(plain).not.toContain("\xf9");
		expect(framed.startsWith(`${SABM_0}${SABM_1}${SABM_3}`)).toBe(true);
		expect(framed).toContain("\xf9\x07\xef\x0bATE0\r");
		expect(framed).not.toContain("\nAT");
		expect(bench.named("multiplexed")).toEqual([{ nmea: true }]);
		expect(bench.exchange("hello")).toBe("hello");
		expect([bench.errors, bench.thrown]).toEqual([[], []]);
	});
	test.each([
		[9600, "AT+CMUX=0,0,1,127"],
		[230_400, "AT+CMUX=0,0,6,127"],
		[250_000, "AT+CMUX=0,0,,127"],
	])("the speed is the line's: %i; one without a number is left out", (baud, command) => {
		const bench = new CmuxBench(
			{ multiplex: true },
			{ persona: { ...ec800m, baud }, driver: { ...driver, uart: { ...driver.uart, baud } } },
		);
		bench.connect();
		expect(/AT\+CMUX=[^\r]*/.exec(bench.sent)?.[0]).toBe(command);
		expect(bench.named("multiplexed")).toEqual([{ nmea: false }]);
	});
	test("what an application without it sends is as ever", () => {
		const bench = connected({ multiplex: false });
		expect(bench.sent).not.toContain("CMUX");
		expect(bench.sent).not.toContain("\xf9");
	});
	test("a module that refuses it is used plainly, and that is said", () => {
		const { cmux: _none, ...persona } = ec800m;
		const bench = connected({}, { persona });
		expect(bench.named("multiplexLost")).toEqual([{ why: "refused", causeNumber: undefined }]);
		expect(bench.exchange("plain")).toBe("plain");
	});
	test("a module that takes it and then speaks no frames is used plainly, and that is said", () => {
		const bench = new CmuxBench();
		bench.toModule = bytes => (bytes[0] === 0xf9 && bytes[1] !== 0x03 ? NOTHING(bytes) : bytes);
		bench.connect();
		expect(bench.named("multiplexLost")).toEqual([{ why: "unanswered" }]);
		expect(bench.sent.split(SABM_1).at(-1)?.startsWith(`${SABM_0}${CLOSE_DOWN}AT\r`)).toBe(true);
		expect(bench.modem.connection).toBe(500);
		expect(bench.exchange("plain")).toBe("plain");
	});
	test("a driver that knows no +CMUX says so", () => {
		const { cmux, ...rest } = driver;
		const none = defineDriver(rest);
		expect(() => new CmuxBench({ multiplex: true }, { driver: none })).toThrow("driver quectel-ec800m has no +CMUX");
		const { nmea: _nmea, ...few } = cmux;
		const withoutNmea = defineDriver({ ...rest, cmux: few });
		expect(() => new CmuxBench({}, { driver: withoutNmea })).toThrow("multiplex.nmea");
		expect(() => new CmuxBench({ multiplex: true }, { driver: withoutNmea })).not.toThrow();
	});
});

describe("at once", () => {
	test("sentences of the receiver and datagrams on one line, each whole", () => {
		const bench = connected();
		bench.modem.gnss.start({});
		bench.run(10_000);
		for (let i = 0; i < 20; i++) expect(bench.exchange(`report ${i} ${"x".repeat(300)}`)).toBe(`report ${i} ${"x".repeat(300)}`);
		expect(bench.nmea.length).toBeGreaterThan(10 * SENTENCE.length);
		expect(bench.nmea.split(SENTENCE).filter(rest => rest !== "")).toEqual([]);
		expect(bench.modem.counters).toMatchObject({ unknownLines: 0, resync: 0 });
	});
	test("a handler that throws is reported and harms nothing", () => {
		const bench = connected({
			multiplex: {
				nmea() {
					throw new TypeError("oops");
				},
			},
		});
		bench.modem.gnss.start({});
		bench.run(10_000);
		expect(bench.errors).toContain("exception TypeError: oops");
		expect(bench.thrown).toEqual([]);
		expect(bench.exchange("still")).toBe("still");
	});
});

describe("a module that restarts inside", () => {
	test("with its banner: a reboot, plain text again, and then frames", () => {
		const bench = connected();
		bench.simulation.module.faults.set("reboot");
		bench.run(180_000, () => bench.named("multiplexed").length === 2 && bench.modem.connection === 500);
		expect(bench.events.map(({ name }) => name).filter(name => name !== "psm")).toEqual([
			"multiplexed",
			"multiplexLost",
			"rebooted",
			"multiplexed",
		]);
		expect(bench.named("multiplexLost")).toEqual([{ why: "rebooted" }]);
		expect(bench.modem.connection).toBe(500);
		expect(bench.exchange("again")).toBe("again");
		expect(bench.modem.counters).toMatchObject({ reset: 0, powerCycle: 0 });
	});
	test("without a word that reaches us: found out when something is sent", () => {
		const bench = connected();
		bench.toHost = NOTHING;
		bench.simulation.module.faults.set("reboot");
		bench.run(20_000);
		bench.toHost = bytes => bytes;
		expect(bench.named("multiplexLost")).toEqual([]);
		expect(bench.exchange("again", 300_000)).toBe("again");
		expect(bench.named("multiplexLost")).toEqual([{ why: "silent" }]);
		expect(bench.named("multiplexed")).toHaveLength(2);
	});
	test("the restart that we ask for is no loss", () => {
		const bench = connected();
		bench.modem.powerOff();
		bench.run(60_000, () => bench.modem.power.state === "off");
		bench.simulation.module.powerOn();
		bench.connect();
		expect(bench.modem.connection).toBe(500);
		expect(bench.named("multiplexLost")).toEqual([]);
		expect(bench.named("multiplexed")).toHaveLength(2);
	});
});

describe("leaving", () => {
	test("powerOff closes the multiplexer down and switches off by a plain command", () => {
		const bench = connected();
		bench.sent = "";
		let isOff = false;
		bench.modem.powerOff(() => {
			isOff = true;
		});
		bench.run(60_000, () => isOff);
		expect(isOff).toBe(true);
		expect(bench.sent).toBe(`${CLOSE_DOWN}AT+QPOWD=0\r`);
	});
	test("close leaves a module that answers plain text", () => {
		const bench = connected();
		bench.sent = "";
		bench.modem.close();
		expect(bench.sent).toBe(`${SABM_0}${CLOSE_DOWN}`);
	});
	test("a module that somebody else has left behind multiplexing is found all the same", () => {
		const bench = new CmuxBench();
		bench.run(15_000);
		bench.raw("ATE0\r");
		bench.run(500);
		bench.raw("AT+CMUX=0,0,5,127\r");
		bench.run(500);
		bench.raw(`${SABM_0}${SABM_1}`);
		bench.run(500);
		bench.connect();
		expect(bench.modem.connection).toBe(500);
		expect(bench.sent).toContain(`${SABM_0}${CLOSE_DOWN}AT\r`);
		expect(bench.exchange("found")).toBe("found");
		expect(bench.modem.counters).toMatchObject({ reset: 0, powerCycle: 0 });
	});
});

describe("loss", () => {
	test("bytes that are lost for a while: frames come again, and datagrams with them", () => {
		const bench = connected();
		let count = 0;
		bench.toHost = bytes => bytes.filter(() => ++count % 23 !== 0);
		bench.exchange("lost?", 30_000);
		bench.toHost = bytes => bytes;
		bench.run(120_000);
		expect(bench.exchange("whole", 120_000)).toBe("whole");
		expect(bench.thrown).toEqual([]);
	});
	test("commands that are lost while frames pass: the start that follows asks for no second session", () => {
		const bench = connected();
		bench.sent = "";
		bench.toModule = bytes => (bytes[0] === 0xf9 && bytes[1] === 0x07 ? NOTHING(bytes) : bytes);
		bench.exchange("lost", 60_000);
		bench.run(60_000);
		expect(bench.named("recovery").map(({ step }) => step)).toContain("reset");
		bench.toModule = bytes => bytes;
		bench.run(300_000, () => bench.modem.connection === 500);
		expect(bench.exchange("on")).toBe("on");
		expect(bench.sent).not.toContain("CMUX");
		expect(bench.named("multiplexLost")).toEqual([]);
	});
	test("any loss of bytes, both ways: commands are answered again, within a bound", () => {
		fc.assert(
			fc.property(fc.integer(), fc.integer({ min: 20, max: 2000 }), fc.boolean(), (seed, one, both) => {
				const bench = connected({}, { seed: seed & 0xffff });
				let state = seed | 1;
				const next = () => {
					state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
					return (state ^ (state >>> 13)) >>> 0;
				};
				const spoil = (bytes: Uint8Array) => bytes.filter(() => next() % one !== 0);
				bench.toHost = spoil;
				if (both) bench.toModule = spoil;
				bench.exchange("one", 60_000);
				bench.run(30_000);
				bench.toHost = bytes => bytes;
				bench.toModule = bytes => bytes;
				let answered = 0;
				for (let tries = 0; tries < 10 && answered === 0; tries++) {
					bench.modem.signal(undefined, error => {
						if (error === undefined) answered++;
					});
					bench.run(120_000, () => answered > 0);
				}
				expect(answered).toBeGreaterThan(0);
				expect(bench.thrown).toEqual([]);
			}),
			{ numRuns: 25 },
		);
	}, 120_000);
});
