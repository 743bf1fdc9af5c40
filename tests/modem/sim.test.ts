import { describe, expect, test } from "vitest";
import { defineDriver } from "../../sdk/modem/driver.js";
import { driver } from "./driver.js";
import { error, info, ok, World, type WorldOptions } from "./world.js";

const WANTS_PIN = [info("+CPIN: SIM PIN"), info("+CPIN: READY")];

function attempt(script: NonNullable<WorldOptions["script"]>, options: Parameters<World["core"]["connect"]>[0] = { pin: "1234" }): World {
	const world = new World({ script });
	world.core.connect(options);
	world.run(120_000);
	return world;
}
const given = (world: World): string[] => world.commands.filter(command => command.startsWith('AT+CPIN="'));

describe("PIN", () => {
	test("is given once, after the tries that are left were read", () => {
		const world = attempt({ "AT+CPIN?": WANTS_PIN, "AT+CPINR": info("+CPINR: SIM PIN,3,3"), 'AT+CPIN="1234"': ok });
		expect(given(world)).toEqual(['AT+CPIN="1234"']);
		expect(world.commands.indexOf("AT+CPINR")).toBeLessThan(world.commands.indexOf('AT+CPIN="1234"'));
		expect(world.core.connection).toBe(500);
		expect(world.errors).toEqual([]);
	});
	test.each([
		["+CPINR: SIM PIN,2,3", 1],
		["+CPINR: SIM PIN,1,3", 0],
		["+CPINR: SIM PIN,0,3", 0],
		['+CPINR: "SIM PIN",1,3', 0],
	])("with %s it is given %i times: never the last try", (line, times) => {
		const world = attempt({ "AT+CPIN?": WANTS_PIN, "AT+CPINR": info(line), 'AT+CPIN="1234"': ok });
		expect(given(world)).toHaveLength(times);
		expect(world.errors.map(e => e.code)).toEqual(times === 0 ? ["pinLastTry"] : []);
	});
	test("where nobody knows how many tries are left it is not given", () => {
		const world = attempt({ "AT+CPIN?": WANTS_PIN, "AT+CPINR": error });
		expect(given(world)).toEqual([]);
		expect(world.errors.map(e => e.code)).toEqual(["pinLastTry"]);
	});
	test("where nobody knows and it is allowed, it is given once and never again", () => {
		const world = attempt(
			{ "AT+CPIN?": info("+CPIN: SIM PIN"), "AT+CPINR": error, 'AT+CPIN="1234"': "\r\n+CME ERROR: 16\r\n" },
			{ pin: "1234", pinTryUncounted: true },
		);
		expect(given(world)).toHaveLength(1);
		expect(world.errors.map(e => e.code)).toEqual(["pinRefused"]);
		world.core.connect({ pin: "1234", pinTryUncounted: true });
		world.run(120_000);
		world.say("\r\nRDY\r\n");
		world.run(120_000);
		expect(given(world)).toHaveLength(1);
		expect(new Set(world.errors.map(e => e.code))).toEqual(new Set(["pinRefused"]));
	});
	test("another PIN is tried after one was refused", () => {
		const world = attempt({
			"AT+CPIN?": info("+CPIN: SIM PIN"),
			"AT+CPINR": [info("+CPINR: SIM PIN,3,3"), info("+CPINR: SIM PIN,2,3")],
			'AT+CPIN="1234"': "\r\n+CME ERROR: 16\r\n",
			'AT+CPIN="4321"': ok,
		});
		world.script["AT+CPIN?"] = [info("+CPIN: SIM PIN"), info("+CPIN: READY")];
		world.core.connect({ pin: "4321" });
		world.run(60_000);
		expect(given(world)).toEqual(['AT+CPIN="1234"', 'AT+CPIN="4321"']);
	});
	test("is asked for when none was given, and +CME ERROR: 11 asks as well", () => {
		for (const answer of [info("+CPIN: SIM PIN"), "\r\n+CME ERROR: 11\r\n"]) {
			const world = attempt({ "AT+CPIN?": answer, "AT+CPINR": info("+CPINR: SIM PIN,3,3") }, {});
			expect(world.errors.map(e => e.code)).toEqual(["pinRequired"]);
			expect(given(world)).toEqual([]);
		}
	});
	test("stands in no error and in no message", () => {
		const world = attempt({ "AT+CPIN?": info("+CPIN: SIM PIN"), "AT+CPINR": info("+CPINR: SIM PIN,3,3"), 'AT+CPIN="1234"': error });
		expect(world.errors.map(e => e.code)).toEqual(["pinRefused"]);
		expect(JSON.stringify(world.errors.map(e => ({ ...e, message: e.message })))).not.toContain("1234");
	});
});

describe("SIM", () => {
	test("one that starts slowly is waited for", () => {
		const busy = "\r\n+CME ERROR: 14\r\n";
		const world = attempt({ "AT+CPIN?": [busy, busy, busy, info("+CPIN: READY")] }, {});
		expect(world.core.connection).toBe(500);
	});
	test.each([
		["\r\n+CME ERROR: 10\r\n", "noSim"],
		["\r\n+CME ERROR: 13\r\n", "noSim"],
		[error, "noSim"],
		[info("+CPIN: SIM PUK"), "pukRequired"],
		["\r\n+CME ERROR: 12\r\n", "pukRequired"],
	])("%j is %s, said once, and nothing is reset for it", (answer, code) => {
		const world = attempt({ "AT+CPIN?": answer }, {});
		expect(world.errors.map(e => e.code)).toEqual([code]);
		expect(world.core.recovery.counters).toEqual({ resync: 0, functionality: 0, reset: 0, powerCycle: 0 });
		expect(world.core.connection).toBe(300);
	});
	test("a module that was left at minimum functionality is made whole once, before its SIM is given up", () => {
		let isWhole = false;
		const world = attempt(
			{
				"AT+CPIN?": () => (isWhole ? info("+CPIN: READY") : "\r\n+CME ERROR: 13\r\n"),
				"AT+CFUN=1": () => {
					isWhole = true;
					return ok;
				},
			} as never,
			{},
		);
		expect(world.errors.map(({ code }) => code)).toEqual([]);
		expect(world.core.sim.state).toBe("ready");
	});
	test("one that is put in later is noticed", () => {
		const world = attempt({ "AT+CPIN?": ["\r\n+CME ERROR: 10\r\n", info("+CPIN: READY")] }, {});
		expect(world.core.connection).toBe(300);
		world.say("\r\n+CPIN: READY\r\n");
		world.run(60_000);
		expect(world.core.connection).toBe(500);
	});
});

describe("a module without +CPIN", () => {
	const byImsi = defineDriver({ ...driver, sim: "imsi" });
	test.each([
		[info("001010000000001"), 500, []],
		[[error, "\r\n+CME ERROR: 4\r\n", info("001010000000001")], 500, []],
		[error, 300, ["noSim"]],
	] as const)("its SIM is ready when it tells its IMSI (%j)", (answer, connection, codes) => {
		const world = new World({ driver: byImsi, script: { "AT+CPIN?": error, "AT+CIMI": answer } });
		world.core.connect({ pin: "1234" });
		world.run(120_000);
		expect(world.core.connection).toBe(connection);
		expect(world.errors.map(e => e.code)).toEqual(codes);
		expect(world.commands.filter(command => command.includes("CPIN"))).toEqual([]);
		expect(world.commands.includes("AT+CCID")).toBe(connection === 500);
		expect(world.core.recovery.counters).toEqual({ resync: 0, functionality: 0, reset: 0, powerCycle: 0 });
	});
});
