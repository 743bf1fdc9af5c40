import { describe, expect, test } from "vitest";

const { compare, missedTargets, toBaseline } = await import(new URL("../../scripts/budget/compare.mjs", import.meta.url).href);

const figures = { name: "at", ratio: 3, instructions: 55_000, computrons: 900, collections: 0, slots: 0, chunkBytes: 0 };
const baseline = toBaseline([figures]);

function worse(change: object): string[] {
	return compare([{ ...figures, ...change }], baseline)
		.filter(({ isWorse }: { isWorse: boolean }) => isWorse)
		.map(({ name, what }: { name: string; what: string }) => `${name} ${what}`);
}

describe("the budget's gate", () => {
	test.each([
		["the same", {}, []],
		["1.9 % more instructions per reference", { ratio: 3.057 }, []],
		["more than that", { ratio: 3.07 }, ["at ratio"]],
		["fewer", { ratio: 1 }, []],
		["one collection where there was none", { collections: 1 }, ["at collections"]],
		["one slot where there was none", { slots: 0.01 }, ["at slots"]],
		["more computrons only", { computrons: 2000 }, []],
		["more instructions on another processor", { instructions: 90_000 }, []],
	])("%s", (_title, change, expected) => {
		expect(worse(change)).toEqual(expected);
	});

	test("a figure that is not stored yet does not fail", () => {
		expect(compare([figures], {}).some(({ isWorse }: { isWorse: boolean }) => isWorse)).toBe(false);
		expect(baseline).toEqual({ at: { ratio: 3, computrons: 900, collections: 0, slots: 0, chunkBytes: 0 } });
	});

	test("a missed promise is named", () => {
		expect(missedTargets([figures])).toEqual([]);
		expect(missedTargets([{ ...figures, instructions: 60_001 }])).toEqual([
			{ name: "at", what: "instructions", now: 60_001, target: 60_000 },
		]);
	});
});
