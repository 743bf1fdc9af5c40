import { describe, expect, test } from "vitest";
import { command } from "../../sdk/at/command.js";
import { optional, text, uint } from "../../sdk/at/fields.js";
import { awaitUrc, drive, type Procedure, pause, pulse, readCompareWrite, send } from "../../sdk/modem/driver.js";
import { driver } from "./driver.js";
import { error, info, ok, World, type WorldOptions } from "./world.js";

const UX = command("+UX", { spec: "tests", execute: {}, set: { params: { apn: text() } } });
const UY = command("+UY", {
	spec: "tests",
	execute: {},
	set: { params: { value: uint() } },
	read: { lines: true },
});

/** A world whose driver initialises with these steps; the commands sent for them, with the times. */
function initialized(initialize: Procedure, script: NonNullable<WorldOptions["script"]>, options: WorldOptions = {}): World {
	const world = new World({ ...options, driver: { ...driver, procedures: { ...driver.procedures, initialize } }, script });
	world.core.connect({});
	return world;
}
const of = (world: World, name: string): number[] =>
	world.log.filter(line => line.endsWith(` ${name}`)).map(line => Number.parseInt(line, 10));

describe("send", () => {
	test("an answer that says no is tried again so often, so far apart, and then fails", () => {
		const world = initialized([send(UX.execute, undefined, { retry: { times: 2, everyMs: 700 } }), send(UY.execute)], { "AT+UX": error });
		world.run(10_000);
		const at = of(world, "AT+UX");
		expect(at.slice(1).map((time, i) => time - at[i]!)).toEqual([720, 720]);
		expect(of(world, "AT+UY")).toEqual([]);
		expect(world.errors.map(e => [e.code, e.command])).toEqual([["error", "+UX"]]);
		// The module is not given up: it is tried again a minute later.
		world.script["AT+UX"] = ok;
		world.script["AT+UY"] = ok;
		world.run(70_000);
		expect(world.core.connection).toBe(500);
	});
	test('onError "ignore" goes on', () => {
		const world = initialized([send(UX.execute, undefined, { onError: "ignore" }), send(UY.execute)], { "AT+UX": error, "AT+UY": ok });
		world.run(10_000);
		expect(world.core.connection).toBe(500);
	});
	test("parameters made from the settings; undefined skips the step", () => {
		const steps = [send(UX.set, settings => (settings.apn === undefined ? undefined : { apn: settings.apn })), send(UY.execute)];
		const without = initialized(steps, { "AT+UY": ok });
		without.run(10_000);
		expect(without.commands.filter(c => c.startsWith("AT+UX"))).toEqual([]);
		const world = new World({
			driver: { ...driver, procedures: { ...driver.procedures, initialize: steps } },
			script: { 'AT+UX="a.b"': ok, "AT+UY": ok },
		});
		world.core.connect({ apn: "a.b" });
		world.run(1_000);
		expect(world.commands).toContain('AT+UX="a.b"');
	});
});

describe("a setting", () => {
	test("whose read has no parameters to be made of is skipped as a whole", () => {
		const UZ = command("+UZ", { spec: "tests", set: { params: { value: uint(), second: optional(uint()) }, response: { value: uint() } } });
		const step = readCompareWrite(UZ.set, UZ.set, {
			readParams: settings => (settings.apn === undefined ? undefined : { value: 0 }),
			same: () => false,
			params: { value: 1, second: 2 },
		});
		const without = initialized([step, send(UY.execute)], { "AT+UY": ok });
		without.run(10_000);
		expect(without.commands.filter(c => c.startsWith("AT+UZ"))).toEqual([]);
		expect(without.core.connection).toBe(500);
		const world = new World({
			driver: { ...driver, procedures: { ...driver.procedures, initialize: [step] } },
			script: { "AT+UZ=0": info("+UZ: 0"), "AT+UZ=1,2": info("+UZ: 1") },
		});
		world.core.connect({ apn: "a.b" });
		world.run(10_000);
		expect(world.commands.filter(c => c.startsWith("AT+UZ"))).toEqual(["AT+UZ=0", "AT+UZ=1,2"]);
	});
});

describe("awaitUrc", () => {
	const steps = [send(UX.execute), awaitUrc("+UZ", 3_000), send(UY.execute)];
	test.each([
		["after OK", `${ok}\r\n+UZ: 1\r\n`],
		["before OK", `\r\n+UZ: 1\r\n${ok}`],
	])("a URC that comes %s", (_when, answer) => {
		const world = initialized(steps, { "AT+UX": answer, "AT+UY": ok });
		world.run(10_000);
		expect(of(world, "AT+UY")[0]! - of(world, "AT+UX")[0]!).toBe(20);
	});
	test("one that comes later, and one that came before the command does not count", () => {
		const world = initialized(steps, { "AT+UX": ok, "AT+UY": ok });
		world.onCommand = name => {
			if (name === "ATE0") world.say("\r\n+UZ: 0\r\n", 5);
			if (name === "AT+UX") world.say("\r\n+UZ: 1\r\n", 1_500);
		};
		world.run(10_000);
		expect(of(world, "AT+UY")[0]! - of(world, "AT+UX")[0]!).toBe(1_500);
	});
	test("a URC of a 3GPP row is awaited and handled as well", () => {
		const world = initialized([send(UX.execute), awaitUrc("+CFUN", 3_000), send(UY.execute)], {
			"AT+UX": `${ok}\r\n+CFUN: 4\r\n`,
			"AT+UY": ok,
		});
		world.run(1_000, () => of(world, "AT+UY").length > 0);
		expect(world.core.functionality).toBe(4);
	});
	test("one that never comes fails in time, and that is an answer, not silence", () => {
		const world = initialized(steps, { "AT+UX": ok, "AT+UY": ok });
		world.run(10_000);
		expect(world.errors.map(e => [e.code, e.message])).toEqual([["error", "no +UZ within 3000 ms"]]);
		expect(of(world, "AT+UY")).toEqual([]);
		expect(world.core.recovery.counters).toEqual({ resync: 0, functionality: 0, reset: 0, powerCycle: 0 });
	});
	test('onTimeout "ignore" goes on then', () => {
		const world = initialized([send(UX.execute), awaitUrc("+UZ", 3_000, "ignore"), send(UY.execute)], { "AT+UX": ok, "AT+UY": ok });
		world.run(10_000);
		expect(of(world, "AT+UY")[0]! - of(world, "AT+UX")[0]!).toBe(3_020);
		expect(world.core.connection).toBe(500);
	});
});

describe("readCompareWrite", () => {
	const setting = readCompareWrite(UY.read, UY.set, { sameLine: line => line.uint(0) === 7, params: { value: 7 } });
	test.each([
		["the same, on the second line", "\r\n+UY: 3\r\n+UY: 7\r\n\r\nOK\r\n", 0],
		["another", info("+UY: 3"), 1],
		["none", ok, 1],
		["no read form", error, 1],
	])("%s: written %s times", (_what, answer, times) => {
		const world = initialized([setting], { "AT+UY?": answer, "AT+UY=7": ok });
		world.run(10_000);
		expect(of(world, "AT+UY=7")).toHaveLength(times);
		expect(world.core.connection).toBe(500);
	});
	test("a write that is refused fails, or is passed over", () => {
		const strict = initialized([setting], { "AT+UY?": info("+UY: 3"), "AT+UY=7": error });
		strict.run(10_000);
		expect(strict.errors.map(e => e.command)).toEqual(["+UY="]);
		const lax = initialized([{ ...setting, onError: "ignore" }], { "AT+UY?": info("+UY: 3"), "AT+UY=7": error });
		lax.run(10_000);
		expect(lax.core.connection).toBe(500);
	});
});

describe("pins and pauses", () => {
	const steps = [drive("reset", "asserted"), pulse("wake", 30, "x"), pause(200, "y"), drive("reset", "released"), send(UX.execute)];
	test("in order and for as long as they say", () => {
		const world = initialized(steps, { "AT+UX": ok }, { pins: ["reset", "wake"] });
		world.run(10_000);
		const from = Number(world.pinLog.at(-4)!.split(" ")[2]);
		expect(world.pinLog.slice(-4)).toEqual([
			`reset asserted ${from}`,
			`wake asserted ${from}`,
			`wake released ${from + 30}`,
			`reset released ${from + 230}`,
		]);
	});
	test("a pin that is not wired costs nothing, not even time", () => {
		const world = initialized(steps, { "AT+UX": ok });
		world.run(10_000);
		expect(world.core.connection).toBe(500);
		expect(of(world, "AT+UX")[0]! - of(world, "AT+CGSN=1")[0]!).toBe(20 + 200);
	});
	test("a pulse that is interrupted is released", () => {
		const world = initialized([pulse("reset", 5_000, "long"), send(UX.execute)], { "AT+UX": ok }, { pins: ["reset"] });
		world.run(3_000);
		expect(world.pinLog.at(-1)).toMatch(/^reset asserted/);
		world.core.close();
		expect(world.pinLog.at(-1)).toBe("reset released 3000");
	});
});
