import { expect, test } from "vitest";
import { edrxMicroamps, profileAssumptions, transmitMicroamps } from "../../host-sim/energy/profile.js";
import { energyProfile, REDCAP } from "../../host-sim/energy/profiles.js";

test("a RedCap module without a profile of its own is reckoned with the published figures of the tier", () => {
	expect(energyProfile("quectel-rg255c", "redcap")).toEqual({ profile: REDCAP, borrowed: true });
	// 366.3, 252.6 and 21.9 mW of Jorke et al. 2025.
	expect((REDCAP.receiveMicroamps.value * 3.8) / 1000).toBeCloseTo(366.3, 1);
	expect((REDCAP.connectedMicroamps.value * 3.8) / 1000).toBeCloseTo(252.6, 1);
	expect((edrxMicroamps(REDCAP, 40_960, 1_280, 1_280) * 3.8) / 1000).toBeCloseTo(21.9, 1);
	// 37 Wh last 70 days in eDRX alone.
	expect(37_000 / ((REDCAP.edrxMicroamps.value * 3.8) / 1000) / 24).toBeCloseTo(70.4, 0);
	// 470 to 520 mA at full power.
	expect(transmitMicroamps(REDCAP, 23) / 1000).toBeCloseTo(495, 0);
});

test("what nobody has published is listed as an assumption", () => {
	const names = profileAssumptions(REDCAP).map(line => line.slice(0, line.indexOf(":")));
	for (const name of ["supply", "psm", "paging", "core-active", "boot", "transmit-base"]) expect(names).toContain(`energy.${name}`);
	expect(names).not.toContain("energy.edrx");
});
