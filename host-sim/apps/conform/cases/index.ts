import type { Case } from "../case.js";
import { attachDiscipline } from "./attach-discipline.js";
import { boot } from "./boot.js";
import { datagrams } from "./datagrams.js";
import { dualStack } from "./dual-stack.js";
import { faults } from "./faults.js";
import { identity } from "./identity.js";
import { power } from "./power.js";
import { recovery } from "./recovery.js";
import { registration } from "./registration.js";
import { sim } from "./sim.js";

/** In the order in which a module is brought up. */
export const cases: readonly Case[] = [
	...boot,
	...identity,
	...sim,
	...registration,
	...attachDiscipline,
	...dualStack,
	...datagrams,
	...power,
	...faults,
	...recovery,
];
