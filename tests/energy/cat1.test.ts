import { expect, test } from "vitest";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import { EnergyMeter } from "../../host-sim/energy/meter.js";
import { profileAssumptions, transmitMicroamps } from "../../host-sim/energy/profile.js";
import { CAT1, energyProfile, QUECTEL_BC660K } from "../../host-sim/energy/profiles.js";

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

test("an hour online is 500 µAh, ten seconds of a connection that waits for its end 97 µAh", () => {
	const clock = new VirtualClock();
	const meter = new EnergyMeter(clock, CAT1);
	const paging = { drxCycleMs: 1280, edrxCycleMs: 0, ptwMs: 0 };
	meter.core("sleep");
	meter.radio("idle", paging);
	clock.run(3_600_000);
	expect(meter.byState.idle).toBeCloseTo(500, 6);
	meter.radio("connected", paging);
	clock.run(3_610_000);
	expect(meter.byState.connected).toBeCloseTo(350_000 / 3600, 6);
});
