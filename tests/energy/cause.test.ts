import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import { EnergyMeter } from "../../host-sim/energy/meter.js";
import { QUECTEL_BC660K } from "../../host-sim/energy/profiles.js";
import { energyReport } from "../../host-sim/energy/report.js";

const PAGING = { drxCycleMs: 2560, edrxCycleMs: 0, ptwMs: 0 };

function life() {
	const clock = new VirtualClock();
	const meter = new EnergyMeter(clock, QUECTEL_BC660K);
	return { meter, clock, pass: (ms: number) => void clock.run(clock.now() + ms) };
}

const microampHours = (microamps: number, ms: number) => (microamps * ms) / 3_600_000;

describe("charge by what it was spent for, worked out by hand", () => {
	test("boot, search and registration, data, paging, sleep", () => {
		const { meter, pass } = life();
		meter.core("boot");
		pass(3000);
		meter.core("active");
		meter.radio("search", PAGING);
		pass(2000);
		meter.event("attach");
		meter.radio("connected", PAGING);
		pass(1000);
		meter.air(200, 23, 300);
		meter.event("datagram-up");
		pass(20_000);
		meter.core("deep-sleep");
		meter.radio("idle", PAGING);
		pass(10_000);
		meter.radio("psm", PAGING);
		pass(100_000);
		const sent = (236 + 10 ** 2.3 / 0.37) / 3.6;
		const { byCause } = meter;
		expect(Object.keys(byCause).sort()).toEqual(["attach", "boot", "data", "paging", "sleep"]);
		expect(byCause.boot).toBeCloseTo(microampHours(15_000, 3000), 9);
		expect(byCause.attach).toBeCloseTo(
			microampHours(62_500, 2000) + microampHours(15_600, 500) + microampHours(sent * 1000, 200) + microampHours(62_500, 300),
			9,
		);
		expect(byCause.data).toBeCloseTo(microampHours(15_600, 20_000), 9);
		expect(byCause.paging).toBeCloseTo(microampHours(110 - 0.8, 10_000), 9);
		expect(byCause.sleep).toBeCloseTo(microampHours(0.8, 110_000), 9);
	});

	test("T3412 runs out in PSM: an update; the host's next message is data again, its processor included", () => {
		const { meter, pass } = life();
		meter.core("deep-sleep");
		meter.radio("psm", PAGING);
		meter.radio("idle", PAGING);
		meter.event("tau");
		meter.radio("connected", PAGING);
		pass(2000);
		meter.radio("idle", PAGING);
		meter.radio("psm", PAGING);
		expect(meter.byCause).toEqual({ tau: expect.closeTo(microampHours(15_600, 2000), 9) });
		meter.core("active");
		pass(1000);
		meter.radio("idle", PAGING);
		meter.radio("connected", PAGING);
		pass(2000);
		expect(meter.byCause.tau).toBeCloseTo(microampHours(15_600, 2000), 9);
		expect(meter.byCause.data).toBeCloseTo(microampHours(5600, 1000) + microampHours(15_600, 2000), 9);
	});

	test("an event that says nothing of the cause changes nothing", () => {
		const { meter, pass } = life();
		meter.core("active");
		meter.event("tau");
		meter.event("registration");
		meter.radio("connected", PAGING);
		pass(1000);
		expect(Object.keys(meter.byCause)).toEqual(["tau"]);
	});
});

test("whatever happens, causes sum to the charge, in the report to its last digit", () => {
	const radios = ["off", "search", "no-service", "idle", "edrx", "connected", "psm"] as const;
	const cores = ["off", "boot", "active", "sleep", "deep-sleep"] as const;
	const steps = fc.array(
		fc.record({
			radio: fc.constantFrom(...radios),
			core: fc.constantFrom(...cores),
			event: fc.constantFrom("attach", "tau", "datagram-up", "released"),
			ms: fc.integer({ min: 0, max: 10_000_000 }),
		}),
		{ minLength: 1, maxLength: 30 },
	);
	fc.assert(
		fc.property(steps, lived => {
			const { meter, pass } = life();
			for (const { radio, core, event, ms } of lived) {
				meter.radio(radio, { drxCycleMs: 1280, edrxCycleMs: 40_960, ptwMs: 2560 });
				meter.core(core);
				meter.event(event);
				pass(ms);
			}
			const { byCause, chargeMicroampHours } = energyReport(meter);
			const thousandths = Object.values(byCause).reduce((sum, part) => sum + Math.round(part * 1000), 0);
			expect(thousandths).toBe(Math.round(chargeMicroampHours * 1000));
		}),
		{ numRuns: 300 },
	);
});
