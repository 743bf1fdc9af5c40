import { describe, expect, test } from "vitest";
import { driverEntry } from "../../host-sim/cli/registry.js";
import { xsEngine } from "../../host-sim/engine/xs.js";
import { personas } from "../../host-sim/persona/index.js";
import { hasXs } from "../xs/engine-here.js";
import { collected, comparable, DAY_MS, runMeter } from "./world.js";

const DAYS = 30;
/** One month on the engine is minutes of a loaded machine. */
const MONTH_MS = 300_000;

/** The application as it is, on modules of another socket grammar: which one is the driver's business. */
describe.each(["quectel-bc26", "quectel-bc95"])("the smart meter over %s", id => {
	const module = {
		driver: driverEntry(id),
		driverId: id,
		persona: personas.find(persona => persona.id === id)!,
		forMs: DAYS * DAY_MS,
		seed: 11,
	};

	test(
		"thirty days, nothing lost, nothing twice",
		async () => {
			const { document, failure } = await runMeter(module);
			expect(failure).toBeUndefined();
			expect(document).toMatchObject({ driver: id, persona: id, network: { rat: "NB-IoT", family: "ipv6" }, problems: [] });
			const { taken, acknowledged, pending, lost, duplicated } = document.readings;
			expect({ taken, lost, duplicated }).toEqual({ taken: DAYS * 24, lost: 0, duplicated: 0 });
			expect(acknowledged + pending).toBe(taken);
			expect(document.recoveries).toEqual({ resync: 0, functionality: 0, reset: 0, powerCycle: 0 });
			expect(document.power.psm.entered).toBeGreaterThanOrEqual(DAYS - 1);
		},
		MONTH_MS,
	);

	test.skipIf(!hasXs)(
		"the same on XS",
		async () => {
			const [node, xs] = [await runMeter(module), await runMeter({ ...module, engine: xsEngine })];
			expect(xs.failure).toBeUndefined();
			expect(xs.document.readings).toMatchObject({ taken: DAYS * 24, lost: 0, duplicated: 0 });
			expect(comparable(xs)).toEqual(comparable(node));
			expect(collected(xs)).toEqual(collected(node));
		},
		MONTH_MS,
	);
});
