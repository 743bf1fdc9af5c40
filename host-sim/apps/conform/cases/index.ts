import type { Case } from "../case.js";
import { attachDiscipline } from "./attach-discipline.js";
import { boot } from "./boot.js";
import { datagrams } from "./datagrams.js";
import { dualStack } from "./dual-stack.js";
import { faults } from "./faults.js";
import { identity } from "./identity.js";
import { messages } from "./messages.js";
import { positions } from "./positions.js";
import { power } from "./power.js";
import { recovery } from "./recovery.js";
import { registration } from "./registration.js";
import { sim } from "./sim.js";
import { streams } from "./streams.js";
import { tls } from "./tls.js";
import { voice } from "./voice.js";

/** In the order in which a module is brought up. */
export const cases: readonly Case[] = [
	...boot,
	...identity,
	...sim,
	...registration,
	...attachDiscipline,
	...dualStack,
	...datagrams,
	...streams,
	...tls,
	...power,
	...messages,
	...voice,
	...positions,
	...faults,
	...recovery,
];
