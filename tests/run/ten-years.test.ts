import { describe, expect, test } from "vitest";
import { driverEntry } from "../../host-sim/cli/registry.js";
import quectelBc95 from "../../host-sim/persona/quectel-bc95.js";
import quectelBc660k from "../../host-sim/persona/quectel-bc660k.js";
import { type EnergyMatchers, energyMatchers } from "../../host-sim/testing.js";
import { DAY_MS, runMeter } from "./world.js";

declare module "vitest" {
	interface Matchers<T> extends EnergyMatchers<T> {}
}

expect.extend(energyMatchers);

/** 31,557,600 s: the command line's "10y". The 32-bit tick counter wraps 73 times meanwhile. */
const TEN_YEARS_MS = 3652.5 * DAY_MS;
/** Of the processor, whoever else is using it; the target is a minute on the clock of a machine that does nothing else. */
const SECONDS_OF_PROCESSOR = 60;

describe.each([
	[quectelBc660k, "100 µAh per report"],
	[quectelBc95, "105 µAh per report"],
] as const)("ten years of the smart meter on $id", (persona, limit) => {
	test("lose no reading, register once, need no recovery and keep to their charge", { timeout: 300_000 }, async () => {
		const before = process.cpuUsage();
		const { document, failure } = await runMeter({ persona, driver: driverEntry(persona.id), driverId: persona.id, forMs: TEN_YEARS_MS });
		const { user, system } = process.cpuUsage(before);
		expect(failure).toBeUndefined();
		const { taken, acknowledged, pending, lost, duplicated } = document.readings;
		expect({ taken, lost, duplicated, kept: acknowledged + pending }).toEqual({ taken: 87_660, lost: 0, duplicated: 0, kept: 87_660 });
		expect(document).toMatchObject({ network: { registrations: 1 }, recoveries: { resync: 0, reset: 0, powerCycle: 0 }, problems: [] });
		expect(document).toUseLessThan(limit);
		expect((user + system) / 1e6).toBeLessThan(SECONDS_OF_PROCESSOR);
	});
});
