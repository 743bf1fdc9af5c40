import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import { batteryYears, chargeYears, LITHIUM_C_CELL } from "../../host-sim/energy/battery.js";
import { EnergyMeter } from "../../host-sim/energy/meter.js";
import { edrxMicroamps, idleMicroamps, transmitMicroamps } from "../../host-sim/energy/profile.js";
import { FIRST_GENERATION, QUECTEL_BC660K } from "../../host-sim/energy/profiles.js";
import { energyReport } from "../../host-sim/energy/report.js";

const PAGING = { drxCycleMs: 2560, edrxCycleMs: 0, ptwMs: 0 };

function meter(profile = QUECTEL_BC660K) {
	const clock = new VirtualClock();
	return { clock, meter: new EnergyMeter(clock, profile) };
}

describe("charge by state, integrals worked out by hand", () => {
	test("an hour of PSM is 0.8 µAh", () => {
		const m = meter();
		m.meter.core("deep-sleep");
		m.meter.radio("psm", PAGING);
		m.clock.run(3_600_000);
		expect(m.meter.byState).toEqual({ psm: expect.closeTo(0.8, 9) });
		expect(m.meter.chargeMicroampHours).toBeCloseTo(0.8, 9);
	});

	test("a day of idle DRX at 2.56 s: 33,750 occasions of 281.6 µC are 2,640 µAh", () => {
		const m = meter();
		m.meter.core("deep-sleep");
		m.meter.radio("idle", PAGING);
		m.clock.run(86_400_000);
		expect(m.meter.byState.idle).toBeCloseTo((33_750 * 281.6) / 3600, 6);
		expect(m.meter.byState.idle).toBeCloseTo(2640, 6);
	});

	test("boot 3 s at 15 mA, connected 2 s at 15.6 mA of which 0.2 s sent at 23 dBm and 1 s received", () => {
		const m = meter();
		m.meter.core("boot");
		m.clock.run(3000);
		m.meter.core("active");
		m.meter.radio("connected", PAGING);
		m.clock.run(5000);
		m.meter.air(200, 23, 1000);
		const transmit = (236 + 10 ** 2.3 / 0.37) / 3.6 / 1000;
		expect(m.meter.byState.boot).toBeCloseTo((3 * 15_000) / 3600, 9);
		expect(m.meter.byState.connected).toBeCloseTo((0.8 * 15_600) / 3600, 9);
		expect(m.meter.byState.receive).toBeCloseTo((1 * 62_500) / 3600, 9);
		expect(m.meter.byState.transmit).toBeCloseTo((0.2 * transmit * 1e6) / 3600, 9);
		expect(transmit * 1000).toBeCloseTo(215.4, 0);
		expect(m.meter.millisecondsByState).toEqual({ boot: 3000, connected: 800, receive: 1000, transmit: 200 });
	});

	test("an awake processor costs beside the resting radio, and nothing extra while connected", () => {
		const m = meter();
		m.meter.core("active");
		m.meter.radio("idle", PAGING);
		m.clock.run(10_000);
		expect(m.meter.byState.active).toBeCloseTo((10 * 5600) / 3600, 9);
		expect(m.meter.byState.idle).toBeCloseTo((10 * 110) / 3600, 9);
		expect(m.meter.elapsedMs).toBe(10_000);
	});

	test("off is off, whatever the radio was doing", () => {
		const m = meter();
		m.meter.core("active");
		m.meter.radio("idle", PAGING);
		m.meter.core("off");
		m.clock.run(1_000_000);
		expect(m.meter.chargeMicroampHours).toBe(0);
	});

	test("byState sums to the charge after rounding", () => {
		const m = meter();
		m.meter.core("active");
		m.meter.radio("search", PAGING);
		m.clock.run(1234);
		m.meter.radio("connected", PAGING);
		m.clock.run(4321);
		m.meter.air(333, 3, 777);
		m.meter.radio("idle", PAGING);
		m.clock.run(98_765);
		const report = energyReport(m.meter);
		const sum = Object.values(report.byState).reduce((total, part) => total + part, 0);
		expect(sum).toBeCloseTo(report.chargeMicroampHours, 6);
		expect(report.chargeMicroampHours).toBeCloseTo(m.meter.chargeMicroampHours, 2);
		expect(Object.keys(report.byState)).toEqual(["active", "connected", "idle", "receive", "search", "transmit"]);
	});
});

describe("charge per report", () => {
	test("from leaving PSM to entering it again; a wake-up that sends nothing is not a report", () => {
		const m = meter();
		m.meter.core("deep-sleep");
		m.meter.radio("psm", PAGING);
		m.clock.run(1000);
		m.meter.radio("idle", PAGING);
		m.clock.run(11_000);
		m.meter.radio("psm", PAGING);
		expect(m.meter.chargePerReportMicroampHours).toBeUndefined();
		m.clock.run(20_000);
		m.meter.radio("connected", PAGING);
		m.meter.datagram();
		m.clock.run(22_000);
		m.meter.radio("idle", PAGING);
		m.clock.run(32_000);
		m.meter.radio("psm", PAGING);
		expect(m.meter.chargePerReportMicroampHours).toBeCloseTo((2 * 15_600 + 10 * 110) / 3600, 9);
		expect([m.meter.wakeCycles, m.meter.reportCycles]).toEqual([2, 1]);
	});

	test("a reboot in between is no cycle", () => {
		const m = meter();
		m.meter.core("deep-sleep");
		m.meter.radio("psm", PAGING);
		m.meter.radio("idle", PAGING);
		m.meter.core("boot");
		m.clock.run(5000);
		m.meter.core("active");
		m.meter.radio("psm", PAGING);
		expect(m.meter.wakeCycles).toBe(0);
	});
});

describe("published figures (acceptance checks of the reference)", () => {
	test("check 1: 15 µW and 5 Wh without traffic are 38.05 years", () => {
		const battery = { ...LITHIUM_C_CELL, capacityMilliampHours: 5000 / 3.6, usableShare: 1, selfDischargePerYear: 0 };
		expect(chargeYears(battery, 15 / 3.6)).toBeCloseTo(38.05, 2);
		expect(batteryYears(battery, 15 / 3.6)).toBe(20);
	});

	test("check 2: first-generation powers instead of 3GPP's shorten the life by 21 to 85 %", () => {
		const battery = { ...LITHIUM_C_CELL, capacityMilliampHours: 5000 / 3.6, usableShare: 1, selfDischargePerYear: 0 };
		const years = (tx: number, rx: number, rest: number, floor: number, perDay: number): number => {
			// One report: 1 s sending, 2 s receiving, 3 s between receptions.
			const microwatts = floor + ((tx + 2 * rx + 3 * rest) * 1000 * perDay) / 86_400;
			return chargeYears(battery, microwatts / 3.6);
		};
		for (const perDay of [1, 12, 96]) {
			const cut = 1 - years(775, 225, 22, 25, perDay) / years(545, 90, 3, 15, perDay);
			expect(cut).toBeGreaterThan(0.21);
			expect(cut).toBeLessThan(0.85);
		}
	});

	test("check 4: one charge per paging gives both idle currents of the BC660K", () => {
		expect(idleMicroamps(QUECTEL_BC660K, 1280)).toBeCloseTo(220, 6);
		expect(idleMicroamps(QUECTEL_BC660K, 2560)).toBeCloseTo(110, 6);
		expect(QUECTEL_BC660K.pagingMicrocoulombs.value / 1000).toBeCloseTo(0.28, 2);
	});

	test("eDRX: 38 µA at 40.96 s, less with a longer cycle, never below the floor", () => {
		expect(edrxMicroamps(QUECTEL_BC660K, 40_960, 2560, 1280)).toBeCloseTo(38, 6);
		const long = edrxMicroamps(QUECTEL_BC660K, 655_360, 2560, 1280);
		expect(long).toBeGreaterThan(0.8);
		expect(long).toBeLessThan(4);
	});

	test("transmit power: 775 mW at 23 dBm, little more than reception at -10 dBm", () => {
		const milliwatts = (dbm: number): number => (transmitMicroamps(FIRST_GENERATION, dbm) * 3.6) / 1000;
		expect(milliwatts(23)).toBeCloseTo(775, 0);
		expect(milliwatts(-10)).toBeLessThan(237);
	});
});

test("the projection names what it rests on", () => {
	const m = meter();
	m.meter.core("deep-sleep");
	m.meter.radio("psm", PAGING);
	m.clock.run(3_600_000);
	const report = energyReport(m.meter, { borrowedFor: "acme-x1" });
	// 8500 mAh × 0.85 over 0.8 µA × 8760 h and 1 % of it a year: 7225 / (7.008 + 72.25).
	expect(report.assumptions).toContain("battery.shelf-life: 20 years at most (typical); the charge alone would last 91.2 years");
	expect(report.batteryYears).toBe(20);
	expect(report.assumptions.some(line => line.startsWith("energy.profile: acme-x1"))).toBe(true);
	expect(report.assumptions.some(line => line.startsWith("battery: one ER26500 Li-SOCl2 cell, 8500 mAh"))).toBe(true);
	expect(report.assumptions.some(line => line.startsWith("energy.psm"))).toBe(false);
});
