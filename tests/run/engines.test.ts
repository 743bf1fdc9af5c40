import { describe, expect, test } from "vitest";
import { xsEngine } from "../../host-sim/engine/xs.js";
import { durationMs } from "../../host-sim/scenario/duration.js";
import { findScenario, listScenarios } from "../../host-sim/scenario/ready.js";
import { hasXs } from "../xs/engine-here.js";
import { collected, comparable, DAY_MS, runMeter } from "./world.js";

// What XS gives is judged by what Node gives; that Node's own run is right is tests/scenario/ready.test.ts.
describe.skipIf(!hasXs)("the application on XS does as on Node", () => {
	test.each(listScenarios().map(({ id }) => id))("in the scenario %s", async id => {
		const scenario = findScenario(id);
		const options = { scenario, seed: 3, forMs: durationMs(scenario.for ?? "P3D") };
		const [node, xs] = [await runMeter(options), await runMeter({ ...options, engine: xsEngine })];
		expect(xs.failure).toBeUndefined();
		expect(comparable(xs)).toEqual(comparable(node));
		expect(collected(xs)).toEqual(collected(node));
		expect(xs.document.xs?.computrons).toBeGreaterThan(100_000);
	});

	test.each(["cjt188-gas", "dlt645"] as const)("with the %s meter", async simulatedMeter => {
		const [node, xs] = [await runMeter({ simulatedMeter }), await runMeter({ simulatedMeter, engine: xsEngine })];
		expect(comparable(xs)).toEqual(comparable(node));
		expect(collected(xs)).toEqual(collected(node));
	});

	test.each([2 ** 31 - 5_000, 2 ** 32 - 5_000])("with ticks that start at %i", async firstTick => {
		const [node, xs] = [await runMeter(), await runMeter({ firstTick, engine: xsEngine })];
		expect(comparable(xs)).toEqual(comparable(node));
		expect(collected(xs)).toEqual(collected(node));
	});

	test("when it is started anew", async () => {
		const restartsMs = [11_000, DAY_MS];
		const [node, xs] = [await runMeter({ restartsMs }), await runMeter({ restartsMs, engine: xsEngine })];
		expect(comparable(xs)).toEqual(comparable(node));
		expect(collected(xs)).toEqual(collected(node));
		expect(xs.document.readings).toMatchObject({ lost: 0, duplicated: 0 });
	});

	test("and its figures are the same twice", async () => {
		const [first, second] = [await runMeter({ engine: xsEngine }), await runMeter({ engine: xsEngine })];
		expect(second.document.xs).toEqual(first.document.xs);
	});
});
