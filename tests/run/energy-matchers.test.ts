import { describe, expect, test } from "vitest";
import { type EnergyMatchers, energyMatchers, expectRun, usesLessThan } from "../../host-sim/testing.js";
import { documentWith } from "./documents.js";

declare module "vitest" {
	interface Matchers<T> extends EnergyMatchers<T> {}
}

expect.extend(energyMatchers);

// 100 µAh in 10 h, of which 80 for data; 20 µAh per report, 10 readings.
const run = documentWith();

describe("toUseLessThan", () => {
	test.each([
		["20.1 µAh per report", "20 µAh per report"],
		["241 µAh per day", "240 µAh per day"],
		["10.1 µAh per reading", "10 µAh per reading"],
		["10.1 µA", "10 µA"],
		["0.0101 mA", "0.010 mA"],
		["0.101 mAh in all", "0.1 mAh"],
		["8.1 uA for data", "8 uA for data"],
		["24.1 µAh per day for sleep", "24 µAh per day for sleep"],
		["87.67 mAh per year", "87.66 mAh per year"],
		["1 μAh for tau", "0 μAh for tau"],
	])("%s, and not %s", (enough, tooLittle) => {
		expect(run).toUseLessThan(enough);
		expect(run).not.toUseLessThan(tooLittle);
	});

	test("says what it took and on what", () => {
		expect(() => expect(run).toUseLessThan("18 µAh per report")).toThrow(
			"smart-meter on quectel-bc660k took 20 µAh, expected less than 18 µAh per report; spent on data 80 %, sleep 10 %, attach 10 %",
		);
		expect(() => expect(run).not.toUseLessThan("18 µA")).toThrow("took 10 µA, expected not less than 18 µA");
		expect(() => expectRun(run).toUseLessThan("18 µAh per report")).toThrow("expected less than 18 µAh per report");
		expect(expectRun(run).toUseLessThan("21 µAh per report")).toBeUndefined();
	});

	test("what is not known is not less", () => {
		const unknown = documentWith({ power: { chargeMicroampHours: null, chargePerReportMicroampHours: null, byState: {}, byCause: {} } });
		for (const limit of ["1 mAh", "1 mA", "1 mAh per report", "1 mAh per day for data"]) {
			const { pass, message } = usesLessThan(unknown, limit);
			expect(pass).toBe(false);
			expect(message()).toMatch(/cannot be held against 1 mA/);
		}
		expect(usesLessThan(documentWith({ readings: { ...run.readings, acknowledged: 0 } }), "1 mAh per reading").message()).toContain(
			"no reading was acknowledged",
		);
	});

	test.each(["", "18", "18 J", "-1 µAh", "18 µAh per week", "18 µA per day", "18 µAh per report for data", "18 µAh for fun", "1e3 µAh"])(
		"%j is no limit",
		limit => {
			expect(() => usesLessThan(run, limit)).toThrow(RangeError);
		},
	);

	test("what is no run is told from a run that took too much", () => {
		expect(() => usesLessThan({}, "18 µA")).toThrow(/what was expected to use less is no document of a run/);
	});
});
