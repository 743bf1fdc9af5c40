import { expect, test } from "vitest";
import quectelRg255c from "../../host-sim/persona/quectel-rg255c.js";
import simcomSim8230 from "../../host-sim/persona/simcom-sim8230.js";
import { findScenario } from "../../host-sim/scenario/ready.js";
import { redcapWorld } from "../persona/redcap-bench.js";

const DAYS_MS = 3 * 24 * 3_600_000;

test.each(["nr-slice-refused", "nr-stale-nssai", "nr-cell-barred", "nr-lte-fallback", "port-loss"])(
	"%s: what it expects of the network comes to pass on each module with sockets",
	id => {
		for (const persona of [simcomSim8230, quectelRg255c]) {
			const world = redcapWorld(persona, { scenario: findScenario(id) });
			world.module.powerOn();
			world.run(DAYS_MS);
			const { cases, openSteps } = world.scenario!.finish();
			expect(openSteps).toEqual([]);
			// The last one is about an application's readings: there is none here.
			expect(cases.map(({ name, result }) => [name, result])).toEqual(
				cases.map(({ name }, index) => [name, index === cases.length - 1 ? "skipped" : "passed"]),
			);
			expect(cases.length).toBeGreaterThan(2);
		}
	},
);

test("a wrong slice, barring or technology says where it is", async () => {
	const { parseScenario } = await import("../../host-sim/scenario/load.js");
	const complaint = (action: unknown) => () =>
		parseScenario(
			JSON.stringify({ title: "t", steps: [{ at: "PT0S", do: action }], expect: [{ within: "PT1M", event: "attached" }] }),
			"x",
		);
	expect(complaint({ slices: { subscribed: ["1"], default: [] } })).toThrow(/x: .*slices.*subscribed/);
	expect(complaint({ barring: { cellBarred: true } })).toThrow(/x: .*barring/);
	expect(complaint({ coverage: { rsrpDbm: -100, rat: "5G" } })).toThrow(/x: .*rat/);
});
