import { airTimeChecks } from "./air-times.js";
import type { Check } from "./check.js";
import { lifetimeChecks } from "./lifetimes.js";
import { releaseChecks } from "./releasing.js";
import { sleepChecks } from "./sleeping.js";

/** Every published figure that the energy model is held against, computed by the model as it is now. */
export function energyChecks(): readonly Check[] {
	return [...lifetimeChecks(), ...sleepChecks(), ...releaseChecks(), ...airTimeChecks()];
}
