import { describe, expect, test } from "vitest";
import { command } from "../../sdk/at/command.js";
import { text, uint } from "../../sdk/at/fields.js";
import type { Driver, GnssDialect } from "../../sdk/modem/driver.js";
import type { Fix } from "../../sdk/service/gnss/gnss.js";
import { type Answer, info, ok } from "../modem/world.js";
import { bench, withServices } from "./service-world.js";

/** A receiver that exists only here: switched on by +UGNSS, asked by +UPOS, or writing sentences behind +UNMEA. */
const SPEC = "tests";
const UGNSS = command("+UGNSS", { spec: SPEC, set: { params: { on: uint(0, 1) } } });
const USYS = command("+USYS", { spec: SPEC, set: { params: { systems: uint() } } });
const UPOS = command("+UPOS", { spec: SPEC, set: { params: { mode: uint() }, lines: true } });
const UNMEA = command("+UNMEA", { spec: SPEC, set: { params: { type: text() }, lines: true } });
const DIALECT: GnssDialect = {
	choices: [
		{ systems: ["gps"], value: 0 },
		{ systems: ["gps", "beidou"], value: 3 },
		{ systems: ["gps", "glonass", "galileo", "beidou"], value: 5 },
	],
	start: [
		{ command: USYS.set, params: (choice: { value: number | string }) => ({ systems: choice.value }) },
		{ command: UGNSS.set, params: { on: 1 } },
	],
	stop: [{ command: UGNSS.set, params: { on: 0 } }],
	read: {
		command: UPOS.set,
		params: { mode: 2 },
		decode(line, into) {
			if (line.isEmpty(1)) return false;
			into.utcMs = (line.uint(0) ?? 0) * 1000;
			into.latitude = Number(line.text(1));
			into.longitude = Number(line.text(2));
			into.hdop = 1.5;
			return true;
		},
	},
	causes: { noFix: [516], alreadyOn: [504], off: [505] },
};
const READY: Record<string, Answer> = { "AT+USYS=0": ok, "AT+USYS=3": ok, "AT+USYS=5": ok, "AT+UGNSS=1": ok, "AT+UGNSS=0": ok };
const cme = (number: number): string => `\r\n+CME ERROR: ${number}\r\n`;

function receiver(script: Record<string, Answer> = {}, dialect: GnssDialect = DIALECT, urcs: Driver["urcs"] = []) {
	const { world, services } = bench(withServices({ gnss: dialect, urcs }), { ...READY, ...script });
	const { gnss } = services;
	const fixes: Fix[] = [];
	gnss.onFix = fix => void fixes.push(fix);
	world.connected();
	world.run(5_000);
	world.forget();
	const done: unknown[] = [];
	const told = (failure: { code: string; message: string } | undefined): void => void done.push(failure?.code ?? "done");
	return { world, gnss, fixes, done, told };
}

test("switched on with the systems that are asked for, asked every second, and off", () => {
	const { world, gnss, fixes, done, told } = receiver({
		"AT+UPOS=2": [cme(516), cme(516), info("+UPOS: 100,22.5,114.25"), info("+UPOS: 100,22.5,114.25"), info("+UPOS: 102,22.6,114.25")],
	});
	gnss.start({ constellations: ["beidou"] }, undefined, told);
	world.run(5_500);
	expect(done).toEqual(["done"]);
	expect(gnss.isOn).toBe(true);
	expect(fixes).toEqual([
		{
			latitude: 22.5,
			longitude: 114.25,
			altitudeMetres: undefined,
			speedMetresPerSecond: undefined,
			courseDegrees: undefined,
			hdop: 1.5,
			satellites: undefined,
			utcMs: 100_000,
			systems: [],
		},
		expect.objectContaining({ utcMs: 102_000, latitude: 22.6 }),
	]);
	expect(gnss.fix).toBe(fixes[1]);
	gnss.stop(undefined, told);
	world.run(5_000);
	expect(done).toEqual(["done", "done"]);
	expect(gnss.fix).toBeUndefined();
	expect(world.commands).toEqual([
		"AT+USYS=3",
		"AT+UGNSS=1",
		"AT+UPOS=2",
		"AT+UPOS=2",
		"AT+UPOS=2",
		"AT+UPOS=2",
		"AT+UPOS=2",
		"AT+UGNSS=0",
	]);
	expect(world.errors).toEqual([]);
});

test.each([
	[undefined, "AT+USYS=0"],
	[["gps"], "AT+USYS=0"],
	[["gps", "beidou"], "AT+USYS=3"],
	[["glonass"], "AT+USYS=5"],
] as const)("%j is %s", (constellations, expected) => {
	const { world, gnss } = receiver();
	gnss.start(constellations === undefined ? {} : { constellations });
	world.run(500);
	expect(world.commands[0]).toBe(expected);
});

test("what the module does not have is a usage error that says what it has", () => {
	const { gnss } = receiver({}, { ...DIALECT, choices: DIALECT.choices.slice(0, 2) });
	expect(() => gnss.start({ constellations: ["gps", "galileo"] })).toThrow("this module has gps, gps+beidou");
	expect(() => gnss.start({ constellations: ["navic" as "gps"] })).toThrow("gps, beidou, glonass, galileo");
	expect(() => gnss.start({ everySeconds: 0 })).toThrow("everySeconds: 1");
});

test("on already, and off already, are no failures", () => {
	const { world, gnss, done, told } = receiver({ "AT+UGNSS=1": cme(504), "AT+UGNSS=0": cme(505), "AT+UPOS=2": cme(516) });
	gnss.start({}, undefined, told);
	world.run(2_500);
	gnss.stop(undefined, told);
	world.run(1_000);
	expect(done).toEqual(["done", "done"]);
	expect(world.errors).toEqual([]);
});

test("what the module refuses is told, and nothing is asked", () => {
	const { world, gnss, done, told } = receiver({ "AT+UGNSS=1": cme(4) });
	gnss.start({}, undefined, told);
	world.run(10_000);
	expect(done).toEqual(["cme"]);
	expect(gnss.isOn).toBe(false);
	expect(world.commands).toEqual(["AT+USYS=0", "AT+UGNSS=1"]);
});

test("a receiver that went off is switched on again; another refusal of the read command is said once", () => {
	const { world, gnss, fixes } = receiver({ "AT+UPOS=2": [cme(505), cme(3), cme(3), info("+UPOS: 100,1,2")] });
	gnss.start({ everySeconds: 10 });
	world.run(45_000);
	expect(world.commands.filter(line => line === "AT+UGNSS=1")).toHaveLength(2);
	expect(world.errors.map(({ causeNumber }) => causeNumber)).toEqual([3]);
	expect(fixes).toHaveLength(1);
});

test("the module restarts: the receiver is switched on again with the same systems", () => {
	const { world, gnss, fixes } = receiver({ "AT+UPOS=2": info("+UPOS: 100,1,2") });
	gnss.start({ constellations: ["galileo"], everySeconds: 2 });
	world.run(5_000);
	world.forget();
	world.say("\r\nRDY\r\n");
	world.run(20_000);
	expect(world.commands.filter(line => line.startsWith("AT+U") && !line.startsWith("AT+UCFG") && !line.startsWith("AT+USLP"))[0]).toBe(
		"AT+USYS=5",
	);
	expect(world.commands).toContain("AT+UPOS=2");
	expect(fixes).toHaveLength(1);
	expect(gnss.isOn).toBe(true);
});

test("refused after a restart: said, and tried again half a minute later", () => {
	const { world, gnss } = receiver({ "AT+UPOS=2": cme(516), "AT+UGNSS=1": [ok, cme(14), ok] });
	gnss.start({});
	world.run(3_000);
	world.forget();
	world.say("\r\nRDY\r\n");
	world.run(29_000);
	expect(world.errors.map(({ causeNumber }) => causeNumber)).toEqual([14]);
	expect(gnss.isOn).toBe(false);
	world.run(20_000);
	expect(gnss.isOn).toBe(true);
});

test("a module that is off is switched on for it, and one that was switched off stays off", () => {
	const { world, services } = bench(withServices({ gnss: DIALECT }), { ...READY, "AT+UPOS=2": cme(516) });
	services.gnss.start();
	world.run(30_000);
	expect(services.gnss.isOn).toBe(true);
	world.core.powerOff();
	world.run(5_000);
	world.forget();
	world.run(600_000);
	expect(world.commands).toEqual([]);
});

test("a wish that another follows is told so", () => {
	const { world, gnss, done, told } = receiver({ "AT+UPOS=2": cme(516) });
	gnss.start({ constellations: ["gps"] }, undefined, told);
	gnss.start({ constellations: ["galileo"] }, undefined, told);
	world.run(5_000);
	expect(done).toEqual(["aborted", "done"]);
	expect(world.commands.slice(0, 3)).toEqual(["AT+USYS=0", "AT+USYS=5", "AT+UGNSS=1"]);
});

describe("sentences", () => {
	const GGA = "$GPGGA,092750.000,5321.6802,N,00630.3372,W,1,8,1.03,61.7,M,55.2,M,,*76";
	const NEXT = "$GPGGA,092751.000,5321.6802,N,00630.3371,W,1,8,1.03,61.7,M,55.3,M,,*75";

	test("read by command", () => {
		const read = { command: UNMEA.set, params: { type: "GGA" } };
		const { world, gnss, fixes } = receiver({ 'AT+UNMEA="GGA"': [info(`+UNMEA: ${GGA}`), info(`+UNMEA: ${NEXT}`)] }, { ...DIALECT, read });
		gnss.start();
		world.run(3_500);
		expect(fixes.map(({ longitude }) => longitude)).toEqual([-(6 + 30.3372 / 60), -(6 + 30.3371 / 60)]);
	});

	test("pushed by the module; before start and after stop they mean nothing", () => {
		const { read: _, ...pushing } = DIALECT;
		const { world, gnss, fixes } = receiver({}, pushing, [
			{ prefix: "+UNMEA", spec: SPEC, handle: (context, line) => context.service("gnss", line) },
		]);
		world.say(`\r\n+UNMEA: ${GGA}\r\n`);
		world.run(500);
		gnss.start();
		world.run(500);
		world.say(`\r\n+UNMEA: ${GGA}\r\n`);
		world.say(`\r\n+UNMEA: ${NEXT}\r\n`, 1_000);
		world.run(2_000);
		expect(fixes.map(({ satellites }) => satellites)).toEqual([8]);
		gnss.stop();
		world.run(500);
		world.say(`\r\n+UNMEA: ${GGA}\r\n`);
		world.run(2_000);
		expect(fixes).toHaveLength(1);
	});
});

test("a module without a receiver says so", () => {
	const { services } = bench(withServices({}));
	expect(() => services.gnss).toThrow("xs-cellular/nmea");
});
