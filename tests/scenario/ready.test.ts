import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { driverEntry, findExample } from "../../host-sim/cli/registry.js";
import { nodeEngine } from "../../host-sim/engine/node.js";
import { personas } from "../../host-sim/persona/index.js";
import { isFarEndKind } from "../../host-sim/run/far-end/far-end.js";
import { type RunResult, run } from "../../host-sim/run/run.js";
import { durationMs } from "../../host-sim/scenario/duration.js";
import { findScenario, listScenarios } from "../../host-sim/scenario/ready.js";
import { resultLines } from "../../host-sim/scenario/runner.js";

/** An example through a whole scenario, in virtual time, both as the scenario was written for, or else the smart meter on the example's module. */
function play(id: string, seed: number): Promise<RunResult> {
	const scenario = findScenario(id);
	const example = findExample(scenario.example ?? "smart-meter", path => JSON.parse(readFileSync(path, "utf8")));
	const { farEnd = "coap", route } = example.defaults;
	const persona = scenario.persona ?? example.defaults.persona;
	expect(isFarEndKind(farEnd)).toBe(true);
	return run({
		example,
		driver: driverEntry(persona),
		driverId: persona,
		persona: personas.find(one => one.id === persona),
		port: undefined,
		engine: nodeEngine,
		clock: "virtual",
		forMs: durationMs(scenario.for ?? "P3D"),
		scenario,
		seed,
		apn: undefined,
		pin: undefined,
		server: undefined,
		...(isFarEndKind(farEnd) ? { farEnd } : {}),
		route,
		meter: undefined,
		simulatedMeter: route === undefined ? "cjt188" : undefined,
		traced: false,
	});
}

test.each(listScenarios().map(({ id, example }) => [example ?? "smart-meter", id]))(
	"the %s survives %s with every reading",
	async (_example, id) => {
		const { document, failure, scenario } = await play(id, 11);
		expect(failure).toBeUndefined();
		expect(resultLines(scenario!).filter(line => !line.startsWith("ok"))).toEqual([]);
		expect(document.readings).toMatchObject({ lost: 0, duplicated: 0 });
		expect(document.readings.acknowledged).toBeGreaterThan(40);
	},
	60_000,
);

test("the same seed lives through the same faults, byte for byte", async () => {
	const [first, second] = [await play("garbage", 12), await play("garbage", 12)].map(({ document }) =>
		JSON.stringify({ ...document, wallSeconds: 0 }),
	);
	expect(second).toBe(first);
});
