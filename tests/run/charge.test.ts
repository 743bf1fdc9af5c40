import { describe, expect, test } from "vitest";
import { type EnergyMatchers, energyMatchers } from "../../host-sim/testing.js";
import { scenarioText } from "./scenario-text.js";
import { DAY_MS, runMeter } from "./world.js";

declare module "vitest" {
	interface Matchers<T> extends EnergyMatchers<T> {}
}

expect.extend(energyMatchers);

const forMs = 10 * DAY_MS;

// Bounds a few percent above what the meter takes
// at ECL 0 with one report of a day's readings: each of the ways to waste charge breaks its own.
describe("a day of the smart meter", () => {
	test("takes less than 100 µAh per report, and between reports next to nothing", async () => {
		const { document } = await runMeter({ forMs });
		expect(document).toUseLessThan("100 µAh per report");
		expect(document).toUseLessThan("120 µAh per day for data");
		expect(document).toUseLessThan("0.5 µAh per day for paging");
		expect(document).toUseLessThan("20 µAh per day for sleep");
		expect(document).toUseLessThan("0.001 µAh per day for tau");
	});

	test("without power saving mode it is paged and updates its tracking area all day", async () => {
		const { document } = await runMeter({
			forMs,
			scenario: scenarioText({ title: "no PSM", steps: [{ at: "PT0S", do: { psm: "refuse" } }], expect: [] }),
		});
		expect(document).not.toUseLessThan("2000 µAh per day for paging");
		expect(document).not.toUseLessThan("1000 µAh per day for tau");
	});

	test("without release assistance a report waits for the network's inactivity timer and costs half as much again", async () => {
		const { document } = await runMeter({
			forMs,
			scenario: scenarioText({ title: "no RAI", steps: [{ at: "PT0S", do: { releaseAssistance: false } }], expect: [] }),
		});
		expect(document).not.toUseLessThan("150 µAh per report");
	});
});
