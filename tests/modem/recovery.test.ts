import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { command } from "../../sdk/at/command.js";
import { hex, info, ok, PSM, socketScript, World } from "./world.js";

const NONE = { resync: 0, functionality: 0, reset: 0, powerCycle: 0 };
const UNASKED = command("+UNKNOWN", { spec: "tests", execute: {} });

describe("reboot", () => {
	test("a banner in the middle of a command: initialised and attached again, and the datagram still goes out", () => {
		const world = new World();
		socketScript(world);
		world.connected();
		const udp = world.udp();
		const line = `AT+USEND=0,1,"${hex("a")}"`;
		world.script[line] = ["\r\nRDY\r\n", `${ok}\r\nSEND OK\r\n`];
		udp.send("a");
		world.run(30_000);
		expect(world.event("rebooted")).toEqual({});
		expect(world.core.connection).toBe(500);
		expect(world.commands.filter(c => c === "ATE0")).toHaveLength(2);
		expect(world.commands.filter(c => c === line)).toHaveLength(2);
		expect(world.commands.filter(c => c.startsWith("AT+UOPEN="))).toHaveLength(2);
		expect(udp.errors).toEqual([]);
		expect(world.core.recovery.counters).toEqual(NONE);
		const connections = world.changes.filter(c => c.startsWith("connection"));
		expect(connections).toEqual([
			"connection 300",
			"connection 400",
			"connection 500",
			"connection 300",
			"connection 400",
			"connection 500",
		]);
	});
	test("a banner at every command of the start", () => {
		const reference = new World().connected().commands.length;
		for (let at = 1; at <= reference; at++) {
			const world = new World();
			let count = 0;
			world.onCommand = () => {
				if (++count === at) world.say("\r\nRDY\r\n", 1);
			};
			world.core.connect({ apn: "iot.test" });
			world.run(120_000);
			expect(world.core.connection, `banner at command ${at}\n${world.log.join("\n")}`).toBe(500);
			expect(world.errors, `banner at command ${at}`).toEqual([]);
		}
	});
	test("in PSM: awake again and attached again", () => {
		const world = new World().connected({ psm: PSM });
		world.say('\r\n+USLEEP: "PSM"\r\n', 15_000);
		world.run(20_000);
		world.say("\r\nRDY\r\n");
		world.run(10_000);
		expect(world.core.connection).toBe(500);
		expect(world.core.power.psmEntered).toBe(1);
		expect(world.core.power.isAsleep).toBe(false);
	});
	test("a command of the application's own fails, once", () => {
		const world = new World().connected();
		const told: (string | undefined)[] = [];
		world.script["AT+UNKNOWN"] = "\r\nRDY\r\n";
		world.core.requests.add(UNASKED.execute, undefined, undefined, failure => told.push(failure?.code));
		world.run(30_000);
		expect(told).toEqual(["unexpected"]);
		expect(world.core.connection).toBe(500);
	});
	test("a signal reading that it interrupts is read again", () => {
		const world = new World({ script: { "AT+CESQ": [undefined, info("+CESQ: 99,99,255,255,20,80")] } }).connected();
		const read: unknown[] = [];
		world.core.requests.add(undefined, undefined, undefined, (failure, signal) => read.push(failure, signal.rsrpDbm));
		world.say("\r\nRDY\r\n", 10);
		world.run(30_000);
		expect(read).toEqual([undefined, -61]);
	});
});

describe("silence", () => {
	test("one command without an answer: resynchronised, and gone on", () => {
		const world = new World({ script: { "AT+CGPADDR=1": [undefined, info('+CGPADDR: 1,"2001:db8::7"')] } });
		world.core.connect({});
		world.run(60_000);
		expect(world.core.recovery.counters).toEqual({ ...NONE, resync: 1 });
		expect(world.core.connection).toBe(500);
		expect(world.errors).toEqual([]);
	});
	test("one command of the start without an answer: the start is begun again, and nothing is reset", () => {
		const world = new World({ pins: ["reset", "power"], script: { "AT+CMEE=1": [undefined, ok] } });
		world.core.connect({});
		world.run(60_000);
		expect(world.core.recovery.counters).toEqual({ ...NONE, resync: 1 });
		expect(world.core.connection).toBe(500);
		expect(world.pinLog).toEqual([]);
		const stubborn = new World({ pins: ["reset", "power"], script: { "AT+CMEE=1": [undefined, undefined, ok] } });
		stubborn.core.connect({});
		stubborn.run(60_000);
		expect(stubborn.core.recovery.counters).toEqual({ ...NONE, resync: 1, reset: 1 });
		expect(stubborn.core.connection).toBe(500);
	});
	test("the same command again: CFUN 0 and 1, and gone on", () => {
		const world = new World({
			script: { "AT+CGPADDR=1": [undefined, undefined, info('+CGPADDR: 1,"2001:db8::7"')], "AT+CFUN=0": ok, "AT+CFUN=1": ok },
		});
		world.core.connect({});
		world.run(120_000);
		expect(world.core.recovery.counters).toEqual({ ...NONE, resync: 1, functionality: 1 });
		expect(world.core.connection).toBe(500);
	});
	test("mute: the reset pin, then the power pin, then a wait; each counted, the banner makes it go on", () => {
		const world = new World({ pins: ["reset", "power", "wake"] }).connected();
		world.forget();
		world.isOn = false;
		const told: (string | undefined)[] = [];
		world.core.requests.add(UNASKED.execute, undefined, undefined, failure => told.push(failure?.code));
		world.run(60_000);
		expect(told).toEqual(["timeout"]);
		expect(world.core.recovery.counters).toEqual({ resync: 1, functionality: 0, reset: 1, powerCycle: 1 });
		expect(world.events.filter(e => e.name === "recovery").map(e => e.data.step)).toEqual(["resync", "reset", "powerCycle"]);
		expect(world.errors.map(e => e.code)).toEqual(["silent"]);
		expect(world.core.connection).toBe(100);
		// The key is pressed long for off, then short for on.
		const power = world.pinLog.filter(line => line.startsWith("power")).map(line => Number(line.split(" ")[2]));
		expect([power[1]! - power[0]!, power[3]! - power[2]!]).toEqual([1500, 500]);
		world.isOn = true;
		world.say("\r\nRDY\r\n");
		world.run(10_000);
		expect(world.core.connection).toBe(500);
	});
	test("mute for a day: ever longer waits, never a hang, never a storm", () => {
		const world = new World({ pins: ["reset", "power"], isOn: false });
		world.core.connect({});
		world.run(86_400_000);
		const { reset, powerCycle } = world.core.recovery.counters;
		expect(reset).toBeGreaterThan(8);
		expect(reset).toBeLessThan(16);
		expect(powerCycle).toBe(reset);
		expect(world.errors.length).toBe(reset);
		world.isOn = true;
		world.run(21_700_000);
		expect(world.core.connection).toBe(500);
	});
	test("mute without pins: the restart command once, then waits", () => {
		const world = new World().connected();
		world.forget();
		world.isOn = false;
		world.core.requests.add(UNASKED.execute, undefined, undefined, () => {});
		world.run(60_000);
		expect(world.commands.filter(c => c === "AT+CFUN=1,1")).toHaveLength(1);
		expect(world.core.recovery.counters).toEqual({ resync: 1, functionality: 0, reset: 1, powerCycle: 0 });
		expect(world.errors.map(e => e.code)).toEqual(["silent"]);
		world.isOn = true;
		world.run(200_000);
		expect(world.core.connection).toBe(500);
	});
	test("an application's command that is never answered restarts nothing", () => {
		const world = new World({ pins: ["reset", "power"], script: { "AT+UNKNOWN": undefined } }).connected();
		const told: (string | undefined)[] = [];
		for (let i = 0; i < 5; i++) {
			world.core.requests.add(UNASKED.execute, undefined, undefined, failure => told.push(failure?.code));
			world.run(30_000);
		}
		expect(told).toEqual(["timeout", "timeout", "timeout", "timeout", "timeout"]);
		expect(world.core.recovery.counters).toEqual({ ...NONE, resync: 5 });
		expect(world.core.connection).toBe(500);
	});
	test("a module that cannot be woken is recovered, and the datagram goes out afterwards", () => {
		const world = new World({ pins: ["reset"] });
		socketScript(world);
		world.connected({ psm: PSM });
		world.say('\r\n+USLEEP: "PSM"\r\n', 15_000);
		world.run(20_000);
		world.isOn = false;
		world.onPin = (pin, asserted) => {
			if (pin !== "reset" || asserted) return;
			world.isOn = true;
			world.say("\r\nRDY\r\n", 1_000);
		};
		const udp = world.udp();
		udp.send("x");
		world.run(60_000);
		expect(world.core.recovery.counters.reset).toBe(1);
		expect(world.commands).toContain(`AT+USEND=0,1,"${hex("x")}"`);
		expect(udp.errors).toEqual([]);
	});
	test("after all went well again the ladder begins at the bottom", () => {
		const world = new World().connected();
		for (let i = 0; i < 4; i++) {
			world.script["AT+CGPADDR=1"] = undefined;
			world.say("\r\n+CGEV: IPV6 1\r\n");
			world.run(5_030);
			world.script["AT+CGPADDR=1"] = info('+CGPADDR: 1,"2001:db8::7"');
			world.run(30_000);
		}
		expect(world.core.recovery.counters).toEqual({ ...NONE, resync: 4 });
	});
});

describe("anything at all", () => {
	test("garbage never throws, never hangs, and the module is found after it", () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.uint8Array({ maxLength: 40 })), { maxLength: 30 }), noise => {
				const world = new World();
				world.core.connect({ psm: PSM });
				for (const [at, bytes] of noise) world.say(String.fromCharCode(...bytes), at);
				world.run(3_600_000);
				expect(world.core.connection).toBe(500);
			}),
			{ numRuns: 60 },
		);
	});
	test("answers at random (OK, ERROR, nothing, CME, a banner) never hang it, and it comes back when they are right again", () => {
		const answer = fc.constantFrom(
			ok,
			"\r\nERROR\r\n",
			undefined,
			"\r\n+CME ERROR: 100\r\n",
			"\r\nRDY\r\n",
			"\r\n+CEREG: 3,,,,0,15\r\n\r\nOK\r\n",
		);
		fc.assert(
			fc.property(fc.array(answer, { minLength: 1, maxLength: 60 }), fc.boolean(), (answers, hasPins) => {
				const world = new World({ pins: hasPins ? ["reset", "power", "wake"] : [] });
				const right = world.script;
				let count = 0;
				world.script = new Proxy(right, {
					has: () => true,
					get: (target, name) => (count < answers.length ? answers[count++] : (target[name as string] ?? "\r\nERROR\r\n")),
				}) as typeof right;
				world.core.connect({ psm: PSM });
				world.run(6 * 3_600_000, () => count >= answers.length && world.core.connection === 500);
				expect([200, 500], world.log.slice(-30).join("\n")).toContain(world.core.connection);
				if (world.core.connection === 200) expect(world.errors.at(-1)?.code).toBe("wrongModel");
			}),
			{ numRuns: 150 },
		);
	});
});
