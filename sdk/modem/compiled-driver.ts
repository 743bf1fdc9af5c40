import { AT } from "../3gpp/v250-commands.js";
import { compileUrcs, type UrcTable } from "../at/channel.js";
import { type Command, declare, withTimeout } from "../at/command.js";
import { deepFreeze } from "../at/freeze.js";
import type { Millis } from "../at/line.js";
import type { Driver, ModemContext } from "./driver.js";
import { urcTable } from "./urc-table.js";

/** Tables that follow from a driver's record and from 27.007, whatever the modem does. */
export interface CompiledDriver {
	/** Every row of the module. */
	readonly urcs: UrcTable<ModemContext>;
	/** `AT` with this module's bound. */
	readonly probe: Command<void, void>;
	/** The same, and ESC. */
	readonly leavePrompt: Command<void, void>;
}

/** How long an `AT` may stay unanswered where the driver does not say. */
const DEFAULT_PROBE_MS = 1000;
/**
 * A host that went away in the middle of a command may have left the module at a prompt, where it takes all that comes for data. ESC ends
 * that (TS 27.005 3.5.1); at the end of a line so that there is one answer at most. A module that has no prompt open may answer `ERROR`,
 * which is an answer.
 */
const LEAVE_PROMPT = declare("", "execute", "TS 27.005 3.5.1", "\x1b", AT.execute.rule);

export function probeAnswerMs(driver: Driver): Millis {
	return driver.sleep?.probe.answerMs ?? DEFAULT_PROBE_MS;
}

export function compileDriver(driver: Driver): CompiledDriver {
	const answerMs = probeAnswerMs(driver);
	return deepFreeze({
		urcs: compileUrcs(urcTable(driver)),
		probe: withTimeout(AT.execute, answerMs),
		leavePrompt: withTimeout(LEAVE_PROMPT, answerMs),
	});
}
