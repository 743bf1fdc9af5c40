import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import { EnergyMeter } from "../../host-sim/energy/meter.js";
import { type EnergyProfile, profileAssumptions, transmitMicroamps } from "../../host-sim/energy/profile.js";
import { CAT1, energyProfile, FIRST_GENERATION_CAT1, QUECTEL_BC660K } from "../../host-sim/energy/profiles.js";
import { RadioBench, RSRP_DBM } from "../../host-sim/validate/radio-bench.js";

test("a module without figures of its own is reckoned as its tier", () => {
	expect(energyProfile("quectel-ec800m", "cat1")).toEqual({ profile: CAT1, borrowed: true });
	expect(energyProfile("vendor-module", "nbiot")).toEqual({ profile: QUECTEL_BC660K, borrowed: true });
	expect(energyProfile("quectel-bc660k", "nbiot").borrowed).toBe(false);
});

test("500 mA at full power, and no figure without its source or its assumption", () => {
	expect(transmitMicroamps(CAT1, 23) / 1000).toBeCloseTo(500, 0);
	const lines = profileAssumptions(CAT1);
	expect(lines).toHaveLength(12);
	expect(lines.find(line => line.startsWith("energy.connected"))).toContain("334 mC between an ordinary and a fast release");
});

test("an hour online without a heartbeat is 454 µAh, ten seconds of a connection that waits for its end 97 µAh", () => {
	const clock = new VirtualClock();
	const meter = new EnergyMeter(clock, CAT1);
	const paging = { drxCycleMs: 1280, edrxCycleMs: 0, ptwMs: 0 };
	meter.core("sleep");
	meter.radio("idle", paging);
	clock.run(3_600_000);
	expect(meter.byState.idle).toBeCloseTo(580.5 / 1.28, 6);
	meter.radio("connected", paging);
	clock.run(3_610_000);
	expect(meter.byState.connected).toBeCloseTo(350_000 / 3600, 6);
});

describe("a heartbeat of 100 bytes each minute", () => {
	const averages = (profile: EnergyProfile, inactivitySeconds = 10): [ordinary: number, fast: number] => {
		const average = (rai: 0 | 2): number =>
			new RadioBench({
				profile,
				tier: "cat1",
				rsrpDbm: RSRP_DBM.ecl0,
				operator: { t3412Seconds: 864_000, inactivitySeconds },
			}).heartbeatMicroamps(100, rai, 60_000) / 1000;
		return [average(0), average(2)];
	};

	/** luatdoc.papapoi.com/2081: mA asleep, with an ordinary and with a fast release; the difference of the two, at 35 mA, is the tail. */
	test.each([
		["China Mobile B40", 1.96, 10.17, 3.95],
		["China Unicom B1", 1.72, 9.32, 3.76],
		["China Telecom B1", 2.71, 8.29, 4.41],
	])("early Cat.1, %s: one charge per connection does for all three networks", (_, asleep, ordinary, fast) => {
		const paging = { ...FIRST_GENERATION_CAT1.pagingMicrocoulombs, value: asleep * 1000 * 1.28 };
		const tailSeconds = ((ordinary - fast) * 60) / (35 - asleep);
		const model = averages({ ...FIRST_GENERATION_CAT1, pagingMicrocoulombs: paging }, tailSeconds);
		expect(Math.abs(model[0] / ordinary - 1)).toBeLessThan(0.03);
		expect(Math.abs(model[1] / fast - 1)).toBeLessThan(0.05);
	});
	test("without that charge a connection is 14 mC where 102 to 122 were measured", () => {
		const { connectMicrocoulombs: _, ...bare } = FIRST_GENERATION_CAT1;
		const [ordinary, fast] = averages(bare);
		expect((fast - 1.72) * 60).toBeCloseTo(13.7, 1);
		// 456 mC were measured, 334 of them the tail.
		expect((ordinary - 1.72) * 60).toBeCloseTo(346.5, 0);
	});
	test("of today's modules no such measurement is at hand: what the model gives", () => {
		const [ordinary, fast] = averages(CAT1);
		expect([ordinary, fast].map(each => Number(each.toFixed(2)))).toEqual([6.44, 0.69]);
	});
});
