import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newPosition, type Position, packPosition, unpackPosition } from "../../examples/tracker/position.js";
import { readSettings, Settings } from "../../examples/tracker/settings.js";
import { PositionsPack } from "../../examples/tracker/uplink/positions-pack.js";
import { readSenml } from "../../host-sim/internet/senml.js";
import { hex, unhex } from "../app/server.js";

const position: Position = {
	...newPosition(),
	latitudeMicrodegrees: 39_983_989,
	longitudeMicrodegrees: -116_318_015,
	altitudeMetres: -12,
	speedCentimetresPerSecond: 1208,
	courseDegrees: 271,
	hdopTenths: 9,
	satellites: 12,
	isFixed: true,
	isMoving: true,
	isBeidou: true,
	fence: 1,
	entered: true,
	stamp: { absolute: true, seconds: 1_772_438_405, session: 3 },
};
const STORED = "02621b75f91120c1fff404b8010f090c3b010069a543850003";
const time = { source: "network", utcSeconds: 1_772_438_405, ageSeconds: 0 } as const;

describe("a position in storage", () => {
	test("25 bytes, to the byte, and back", () => {
		expect(hex(packPosition(position, new Uint8Array(25)))).toBe(STORED);
		expect(unpackPosition(unhex(STORED), 3, newPosition())).toEqual(position);
	});

	test("a stamp of another run stays one", () => {
		expect(unpackPosition(unhex(STORED), 4, newPosition()).stamp.session).toBe(3);
		expect(unpackPosition(unhex(STORED), 0x10003, newPosition()).stamp.session).toBe(0x10003);
	});

	test("any position comes back as it was", () => {
		const any = fc.record({
			latitudeMicrodegrees: fc.integer({ min: -90e6, max: 90e6 }),
			longitudeMicrodegrees: fc.integer({ min: -180e6, max: 180e6 }),
			altitudeMetres: fc.integer({ min: -500, max: 9000 }),
			speedCentimetresPerSecond: fc.integer({ min: -1, max: 32_767 }),
			courseDegrees: fc.integer({ min: -1, max: 359 }),
			hdopTenths: fc.integer({ min: -1, max: 127 }),
			satellites: fc.integer({ min: -1, max: 127 }),
			isFixed: fc.boolean(),
			isAlarm: fc.boolean(),
			isMoving: fc.boolean(),
			isBeidou: fc.boolean(),
			fence: fc.integer({ min: -1, max: 127 }),
			entered: fc.boolean(),
			stamp: fc.record({ absolute: fc.boolean(), seconds: fc.nat(2 ** 35), session: fc.nat(0xffff) }),
		});
		fc.assert(
			fc.property(any, given => {
				expect(unpackPosition(packPosition(given, new Uint8Array(25)), given.stamp.session, newPosition())).toEqual(given);
			}),
			{ seed: 25, numRuns: 300 },
		);
	});
});

describe("a report over MQTT", () => {
	const fences = [
		{ name: "depot", latitude: 0, longitude: 0, radiusMetres: 1 },
		{ name: "yard", latitude: 0, longitude: 0, radiusMetres: 1 },
	];
	const values = (payload: Uint8Array) => readSenml(payload).map(({ name, unit, value, text }) => [name, unit, value ?? text]);

	test("records of a position, and beside it what happened there", () => {
		const pack = new PositionsPack("861234567890123", fences);
		pack.begin(true);
		expect(pack.add(7, position, time)).toBe(true);
		expect(values(pack.positions)).toEqual([
			["861234567890123/seq", undefined, "7"],
			["861234567890123/lat", "lat", "39.983989"],
			["861234567890123/lon", "lon", "-116.318015"],
			["861234567890123/alt", "m", "-12"],
			["861234567890123/speed", "m/s", "12.08"],
			["861234567890123/course", undefined, "271"],
			["861234567890123/hdop", undefined, "0.9"],
			["861234567890123/sats", "count", "12"],
			["861234567890123/live", undefined, true],
		]);
		expect(readSenml(pack.positions)[0].time).toBe(1_772_438_405);
		expect(values(pack.events!).slice(4)).toEqual([
			["861234567890123/geofence", undefined, "yard"],
			["861234567890123/inside", undefined, true],
		]);
	});

	test("the first bytes of one, literally", () => {
		const pack = new PositionsPack("8", []);
		pack.begin(false);
		pack.add(7, { ...newPosition(), isAlarm: true }, time);
		expect(hex(pack.positions)).toBe(
			"83" +
				"a4" +
				"0063736571" +
				"0207" +
				"21" +
				"62382f" +
				"22" +
				"1a69a54385" +
				"a2" +
				"00646c697665" +
				"04f4" +
				"a2" +
				"0063736f73" +
				"04f5",
		);
		expect(hex(pack.events!)).toBe(
			"82" + "a4" + "0063736571" + "0207" + "21" + "62382f" + "22" + "1a69a54385" + "a2" + "0063736f73" + "04f5",
		);
	});

	test("without an event there is nothing beside it, and one that does not fit leaves the report as it is", () => {
		const pack = new PositionsPack("861234567890123", fences);
		pack.begin(false);
		let count = 0;
		while (pack.add(count + 1, { ...position, fence: -1 }, time)) count++;
		expect(count).toBe(8);
		expect(pack.events).toBe(undefined);
		expect(readSenml(pack.positions).filter(({ ownName }) => ownName === "seq").length).toBe(8);
		expect(pack.positions.length).toBeLessThanOrEqual(1200);
	});
});

describe("how often", () => {
	const storeOf = (kept = new Map<string, ArrayBuffer>()) => ({
		read: (key: string) => kept.get(key),
		write: (key: string, value: ArrayBuffer) => void kept.set(key, value),
		kept,
	});

	test("what the server said survives a restart; nonsense changes nothing", () => {
		const store = storeOf();
		const settings = new Settings(store, { movingEverySeconds: 10 });
		expect([settings.movingEverySeconds, settings.parkedEverySeconds]).toEqual([10, 3600]);
		expect(settings.take(60, undefined)).toBe(true);
		expect(settings.take(60, 3600)).toBe(false);
		for (const wrong of [4, 604_801, 10.5, Number.NaN, -1]) expect(settings.take(wrong, undefined)).toBe(false);
		expect(hex(new Uint8Array(store.kept.get("settings")!))).toBe("0000003c00000e10");
		const again = new Settings(storeOf(store.kept), { movingEverySeconds: 10 });
		expect([again.movingEverySeconds, again.parkedEverySeconds]).toEqual([60, 3600]);
		const damaged = new Settings(storeOf(new Map([["settings", new ArrayBuffer(3)]])), {});
		expect([damaged.movingEverySeconds, damaged.parkedEverySeconds]).toEqual([30, 3600]);
	});

	test("a map of CBOR, 1: under way, 2: parked", () => {
		expect(readSettings(unhex("a201183c02190e10"))).toEqual({ movingEverySeconds: 60, parkedEverySeconds: 3600 });
		expect(readSettings(unhex("a2617800020a"))).toEqual({ movingEverySeconds: undefined, parkedEverySeconds: 10 });
		for (const wrong of ["", "80", "a101", "a1016161", "ff"]) expect(readSettings(unhex(wrong))).toBe(undefined);
	});
});
