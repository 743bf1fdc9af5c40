import { describe, expect, test } from "vitest";
import { command } from "../../sdk/at/command.js";
import { text } from "../../sdk/at/fields.js";
import { type Driver, readCompareWrite, type Settings } from "../../sdk/modem/driver.js";
import { ForbiddenNetworks } from "../../sdk/service/forbidden-networks.js";
import { driver as testDriver } from "../modem/driver.js";
import { error, info, ok, World } from "../modem/world.js";

const HOME = info('+CEREG: 4,1,"0001","0000ABCD",9');
const GUEST = info('+CEREG: 4,5,"0001","0000ABCD",9');

describe("data-only SIMs: +CEMODE (TS 27.007 10.1.28)", () => {
	test.each([
		["data", 1, "AT+CEMODE=2"],
		["data", 3, "AT+CEMODE=2"],
		["data", 0, undefined],
		["data", 2, undefined],
		["voice", 2, "AT+CEMODE=1"],
		["voice", 1, undefined],
	] as const)("%s where the module has %i: %s", (usage, mode, written) => {
		const world = new World({
			script: { "AT+CEMODE?": info(`+CEMODE: ${mode}`), "AT+CEMODE=1": ok, "AT+CEMODE=2": ok, "AT+CFUN=0": ok, "AT+CFUN=1": ok },
		});
		world.connected({ usage });
		const set = world.commands.filter(line => line.startsWith("AT+CEMODE="));
		expect(set).toEqual(written === undefined ? [] : [written]);
		// It counts at attach, so the radio is off meanwhile.
		expect(world.commands.includes("AT+CFUN=0")).toBe(written !== undefined);
	});
	test("without the option nothing is asked", () => {
		expect(new World().connected().commands.join()).not.toContain("CEMODE");
	});
	test("a module without it is told of", () => {
		const world = new World({ script: { "AT+CEMODE?": error, "AT+CEMODE=2": error, "AT+CFUN=0": ok } });
		world.core.connect({ usage: "data" });
		world.run(5_000);
		expect(world.errors.map(failure => failure.command)).toEqual(["+CEMODE="]);
	});
	test("another word is a usage error", () => {
		expect(() => new World().core.connect({ usage: "sms" as "data" })).toThrow('usage: "data"');
	});
});

describe("bands", () => {
	const UBAND = command("+UBAND", { spec: "tests", set: { params: { list: text() } }, read: { response: { list: text() } } });
	const listOf = (settings: Settings): string => (settings.bands ?? []).join(":");
	const driver: Driver = {
		...testDriver,
		procedures: {
			...testDriver.procedures,
			bands: [
				readCompareWrite(UBAND.read, UBAND.set, {
					same: (result, settings) => result.list === listOf(settings),
					params: settings => ({ list: listOf(settings) }),
				}),
			],
		},
	};
	test("read, compared, written with the radio off", () => {
		const world = new World({
			driver,
			script: { "AT+UBAND?": info('+UBAND: "3:8"'), 'AT+UBAND="5:8"': ok, "AT+CFUN=0": ok, "AT+CFUN=1": ok },
		});
		world.connected({ bands: [5, 8] });
		const { commands } = world;
		expect(commands.indexOf("AT+UBAND?")).toBeGreaterThan(0);
		expect(commands.indexOf("AT+CFUN=0")).toBeLessThan(commands.indexOf('AT+UBAND="5:8"'));
		expect(commands.indexOf('AT+UBAND="5:8"')).toBeLessThan(commands.indexOf("AT+CFUN=1"));
	});
	test("the same list is not written again", () => {
		const world = new World({ driver, script: { "AT+UBAND?": info('+UBAND: "3:8"') } });
		world.connected({ bands: [3, 8] });
		expect(world.commands.filter(line => line.startsWith("AT+UBAND"))).toEqual(["AT+UBAND?"]);
	});
	test("a driver without a command for them, and what is no list, are refused before anything is sent", () => {
		expect(() => new World().core.connect({ bands: [3] })).toThrow("test-module has no command");
		for (const bands of [[], [0], [3.5], [300]]) expect(() => new World({ driver }).core.connect({ bands })).toThrow("bands: a list");
	});
});

describe("roaming: false", () => {
	test("a guest is detached, said once, tried every half hour, and home again it connects", () => {
		const world = new World({ script: { "AT+CEREG?": GUEST, "AT+CGATT=0": ok, "AT+CGATT=1": ok } });
		world.core.connect({ apn: "iot.test", roaming: false });
		world.run(3 * 1_800_000);
		const attaches = (): number => world.commands.filter(line => line === "AT+CGATT=1").length;
		expect(attaches()).toBe(2);
		expect(world.commands.filter(line => line === "AT+CGATT=0")).toHaveLength(3);
		expect(world.errors.map(({ code }) => code)).toEqual(["roamingNotAllowed"]);
		world.script["AT+CEREG?"] = HOME;
		world.run(1_800_000);
		expect(world.core.connection).toBe(500);
		expect(attaches()).toBe(3);
	});
});

describe("the SIM's list of forbidden networks", () => {
	const SIZE = "AT+CRSM=192,28539,0,0,0";
	function clear(world: World): unknown[] {
		const told: unknown[] = [];
		const { core } = world;
		const binding = { core, enter: () => core, kick() {} };
		new ForbiddenNetworks(binding, undefined, (failure, cleared) => void told.push(failure?.message, cleared)).clear();
		world.run(10_000);
		return told;
	}

	test("read with the size that the file has, and filled with FF", () => {
		// 62 0C: 82 02 41 21, 83 02 6F 7B, 80 02 00 0F: 15 octets.
		const world = new World({
			script: {
				[SIZE]: info('+CRSM: 144,0,"620C8202412183026F7B8002000F"'),
				"AT+CRSM=176,28539,0,0,15": info('+CRSM: 144,0,"64F01064F011FFFFFFFFFFFFFFFFFF"'),
				'AT+CRSM=214,28539,0,0,15,"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"': info("+CRSM: 144,0"),
			},
		}).connected();
		world.run(5_000);
		world.forget();
		expect(clear(world)).toEqual([undefined, 2]);
		expect(world.commands).toHaveLength(3);
	});
	test("nothing in it: nothing is written", () => {
		const world = new World({
			script: {
				[SIZE]: info('+CRSM: 144,0,"0000000C6F7B04"'),
				"AT+CRSM=176,28539,0,0,12": info('+CRSM: 144,0,"FFFFFFFFFFFFFFFFFFFFFFFF"'),
			},
		}).connected();
		expect(clear(world)).toEqual([undefined, 0]);
	});
	test("without a network the module searches anew", () => {
		const world = new World({
			script: {
				"AT+CEREG?": info("+CEREG: 4,2"),
				[SIZE]: error,
				"AT+CRSM=176,28539,0,0,12": info('+CRSM: 144,0,"64F010FFFFFFFFFFFFFFFFFF"'),
				'AT+CRSM=214,28539,0,0,12,"FFFFFFFFFFFFFFFFFFFFFFFF"': info("+CRSM: 145,12"),
				"AT+CFUN=0": ok,
				"AT+CFUN?": [info("+CFUN: 1"), info("+CFUN: 0")],
				"AT+CFUN=1": ok,
			},
		});
		world.core.connect({});
		world.run(5_000);
		expect(clear(world)).toEqual([undefined, 1]);
		expect(world.commands.slice(world.commands.indexOf("AT+CFUN=0"))).toContain("AT+CFUN=1");
	});
	test.each([
		["a SIM that refuses", info("+CRSM: 105,130"), "status 105,130"],
		["a module without the command", error, "AT+CRSM=: refused"],
	])("%s", (_, answer, why) => {
		const world = new World({ script: { [SIZE]: error, "AT+CRSM=176,28539,0,0,12": answer } }).connected();
		expect(String(clear(world)[0])).toContain(why);
	});
});
