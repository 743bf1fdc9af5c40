import { describe, expect, test } from "vitest";
import { distanceMetres, Geofence } from "../../sdk/app/geofence.js";

// A degree of latitude is 111,195 m on a sphere of 6,371,009 m.
const METRE = 1 / 111_195;
const depot = { name: "depot", latitude: 40, longitude: 116, radiusMetres: 500 };

describe("a geofence", () => {
	test("the first position says only where the device is", () => {
		expect(new Geofence(depot).isInside).toBe(undefined);
		for (const [metres, isInside] of [
			[499, true],
			[501, false],
		] as const) {
			const fence = new Geofence(depot);
			expect(fence.update(40 + metres * METRE, 116)).toBe(undefined);
			expect(fence.isInside).toBe(isInside);
		}
	});

	test("is left a tenth of its radius behind its border, and entered at it", () => {
		const fence = new Geofence(depot);
		const at = (metres: number) => fence.update(40 - metres * METRE, 116);
		expect(at(0)).toBe(undefined);
		expect(at(549)).toBe(undefined);
		expect(at(551)).toBe("left");
		expect(at(501)).toBe(undefined);
		expect(at(499)).toBe("entered");
		expect(at(520)).toBe(undefined);
	});

	test("a small one has a margin of 20 metres", () => {
		const fence = new Geofence({ ...depot, radiusMetres: 30 });
		fence.update(40, 116);
		expect(fence.update(40 + 49 * METRE, 116)).toBe(undefined);
		expect(fence.update(40 + 51 * METRE, 116)).toBe("left");
	});

	test("what is no place or no circle", () => {
		for (const wrong of [
			{ latitude: 91 },
			{ longitude: -181 },
			{ latitude: Number.NaN },
			{ radiusMetres: 0 },
			{ radiusMetres: Number.NaN },
		])
			expect(() => new Geofence({ ...depot, ...wrong })).toThrow(RangeError);
	});
});

test("distances: a degree of latitude, of longitude at 60 degrees, across the date line, half around the Earth", () => {
	const between = (a: number, b: number, c: number, d: number) =>
		Math.round(distanceMetres({ latitude: a, longitude: b }, { latitude: c, longitude: d }));
	expect(between(0, 0, 1, 0)).toBe(111_195);
	expect(between(60, 10, 60, 11)).toBe(55_597);
	expect(between(0, 179.5, 0, -179.5)).toBe(111_195);
	expect(between(0, 0, 0, 180)).toBe(20_015_115);
});
