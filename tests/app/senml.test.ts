import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readSenml } from "../../host-sim/internet/senml.js";
import type { ResolvedTime } from "../../sdk/app/clock.js";
import { SenmlPack } from "../../sdk/app/senml.js";
import { hex } from "./server.js";

const device = "urn:dev:os:32473-1:";
const utc = (utcSeconds: number): ResolvedTime => ({ source: "network", utcSeconds, ageSeconds: 0 });
const aged = (source: ResolvedTime["source"], ageSeconds: number): ResolvedTime => ({ source, utcSeconds: 0, ageSeconds });

describe("a SenML pack", () => {
	test("byte by byte: RFC 8428 6, labels −2 bn, −3 bt, 0 n, 1 u, 2 v", () => {
		const pack = new SenmlPack(new Uint8Array(200), device);
		pack.begin();
		pack.beginReading(17, utc(1_700_000_000));
		pack.addDecimal("volume", "m3", 12345, -3);
		expect(pack.endReading()).toBe(true);
		expect(hex(pack.bytes())).toBe(
			"82" + // two records
				"a4" +
				"0063736571" +
				"0211" +
				`2173${hex(new TextEncoder().encode(device))}` +
				"221a6553f100" +
				"a3" +
				"0066766f6c756d65" +
				"01626d33" +
				"02c48222193039",
		);
	});
	test("read by the collector's own reader", () => {
		const pack = new SenmlPack(new Uint8Array(400), device);
		pack.begin();
		pack.beginReading(1, utc(1_700_000_000));
		pack.addDecimal("volume", "m3", 1, -3);
		pack.addText("status", "ok");
		pack.endReading();
		pack.beginReading(2, aged("relative", 90));
		pack.addDecimal("temperature", "Cel", -5, -1);
		pack.addBoolean("valve", true);
		pack.endReading();
		pack.beginReading(3, { source: "corrected", utcSeconds: 1_700_000_060, ageSeconds: 0 });
		pack.addDecimal("count", "", 7, 0);
		pack.endReading();
		expect(readSenml(pack.bytes()).map(({ ownName, value, text, unit, time }) => [ownName, value ?? text, unit, time])).toEqual([
			["seq", "1", undefined, 1_700_000_000],
			["volume", "0.001", "m3", 1_700_000_000],
			["status", "ok", undefined, 1_700_000_000],
			["seq", "2", undefined, -90],
			["clock", "relative", undefined, -90],
			["temperature", "-0.5", "Cel", -90],
			["valve", true, undefined, -90],
			["seq", "3", undefined, 1_700_000_060],
			["clock", "corrected", undefined, 1_700_000_060],
			["count", "7", undefined, 1_700_000_060],
		]);
		expect(pack.readings).toBe(3);
	});
	test.each([
		["kWh", 123456, -2, "J", "4444416000"],
		["Wh", 1, 0, "J", "3600"],
		["kvarh", 5, -3, "vars", "18000"],
		["kW", 1234, -3, "W", "1234"],
		["m3", 99999999, -2, "m3", "999999.99"],
	])("%s: %d × 10^%d is %s, exactly", (unit, mantissa, exponent, written, value) => {
		const pack = new SenmlPack(new Uint8Array(200), device);
		pack.begin();
		pack.beginReading(1, utc(1_700_000_000));
		pack.addDecimal("energy", unit, mantissa, exponent);
		pack.endReading();
		expect(readSenml(pack.bytes())[1]).toMatchObject({ unit: written, value });
	});
	test("relative times stay below 2^28: an age that does not fit is cut, not taken for UTC", () => {
		const pack = new SenmlPack(new Uint8Array(200), device);
		pack.begin();
		pack.beginReading(1, aged("unknown", 2 ** 30));
		pack.endReading();
		expect(readSenml(pack.bytes())[0]!.time).toBe(-(2 ** 28) + 1);
		pack.begin();
		// A network that says it is 1970: not UTC.
		pack.beginReading(1, { source: "network", utcSeconds: 5000, ageSeconds: 3 });
		pack.endReading();
		expect(readSenml(pack.bytes())[0]!.time).toBe(-3);
	});
	test("what does not fit is left out whole, at any capacity; the array's head grows at 24 and 256 records", () => {
		fc.assert(
			fc.property(fc.integer({ min: 60, max: 6000 }), fc.integer({ min: 1, max: 200 }), (capacity, wanted) => {
				const pack = new SenmlPack(new Uint8Array(capacity), device);
				pack.begin();
				let taken = 0;
				for (; taken < wanted; taken++) {
					pack.beginReading(taken, utc(1_700_000_000 + taken));
					pack.addDecimal("volume", "m3", taken * 1001, -3);
					if (!pack.endReading()) break;
				}
				expect(pack.readings).toBe(taken);
				if (taken === 0) return;
				expect(pack.bytes().length).toBeLessThanOrEqual(capacity);
				const records = readSenml(pack.bytes());
				expect(records.filter(({ ownName }) => ownName === "seq").map(({ value }) => value)).toEqual(
					Array.from({ length: taken }, (_, index) => String(index)),
				);
				expect(records).toHaveLength(taken * 2);
			}),
		);
	});
});
