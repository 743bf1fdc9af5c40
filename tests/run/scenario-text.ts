import { parseScenario } from "../../host-sim/scenario/load.js";
import type { Scenario } from "../../host-sim/scenario/scenario.js";

/** A scenario that is checked as a file would be. */
export function scenarioText(scenario: object): Scenario {
	return parseScenario(JSON.stringify(scenario), "scenario of a test");
}
