import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { driverEntry, findExample } from "../../host-sim/cli/registry.js";
import { nodeEngine } from "../../host-sim/engine/node.js";
import quectelBc660k from "../../host-sim/persona/quectel-bc660k.js";
import { type RunResult, run } from "../../host-sim/run/run.js";
import { durationMs } from "../../host-sim/scenario/duration.js";
import { findScenario, listScenarios } from "../../host-sim/scenario/ready.js";
import { resultLines } from "../../host-sim/scenario/runner.js";

/** The smart meter through a whole scenario, in virtual time. */
function play(id: string, seed: number): Promise<RunResult> {
	const scenario = findScenario(id);
	return run({
		example: findExample("smart-meter", path => JSON.parse(readFileSync(path, "utf8"))),
		driver: driverEntry("quectel-bc660k"),
		driverId: "quectel-bc660k",
		persona: quectelBc660k,
		port: undefined,
		engine: nodeEngine,
		clock: "virtual",
		forMs: durationMs(scenario.for ?? "P3D"),
		scenario,
		seed,
		apn: undefined,
		pin: undefined,
		server: undefined,
		meter: undefined,
		simulatedMeter: "cjt188",
		traced: false,
	});
}

test.each(listScenarios().map(scenario => scenario.id))("the smart meter survives %s with every reading", async id => {
	const { document, failure, scenario } = await play(id, 11);
	expect(failure).toBeUndefined();
	expect(resultLines(scenario!).filter(line => !line.startsWith("ok"))).toEqual([]);
	expect(document.readings).toMatchObject({ lost: 0, duplicated: 0 });
	expect(document.readings.acknowledged).toBeGreaterThan(40);
});

test("the same seed lives through the same faults, byte for byte", async () => {
	const [first, second] = [await play("garbage", 12), await play("garbage", 12)].map(({ document }) =>
		JSON.stringify({ ...document, wallSeconds: 0 }),
	);
	expect(second).toBe(first);
});
