import type { CommandRow } from "../command.js";
import type { ModuleCore } from "../core.js";
import { clockCommands } from "./clock.js";
import { cmuxCommands } from "./cmux.js";
import { fiveGCommands } from "./five-g.js";
import { identityCommands } from "./identity.js";
import { packetCommands } from "./packet.js";
import { phonebookCommands } from "./phonebook.js";
import { powerSavingCommands } from "./power-saving.js";
import { registrationCommands } from "./registration.js";
import { simCommands } from "./sim.js";
import { simFileCommands } from "./sim-files.js";
import { smsCommands } from "./sms.js";
import { v250Commands } from "./v250.js";

/** Every command that V.250, TS 27.007 and TS 27.005 describe alike for all modules; a persona takes away what its module lacks. */
export function baseCommands(core: ModuleCore): readonly CommandRow[] {
	return [
		...v250Commands(core),
		...identityCommands(core),
		...simCommands(core),
		...simFileCommands(core),
		...registrationCommands(core),
		...packetCommands(core),
		...(core.persona.tier === "redcap" ? fiveGCommands(core) : []),
		...powerSavingCommands(core),
		...clockCommands(core),
		...smsCommands(core),
		...phonebookCommands(core),
		...cmuxCommands(core),
	];
}
