import { AT } from "../3gpp/v250-commands.js";
import { type Command, declare, withTimeout } from "../at/command.js";
import type { Millis } from "../at/line.js";

/**
 * A host that went away in the middle of a command may have left the module at a prompt, where it takes all that comes for data. ESC ends
 * that (TS 27.005 3.5.1); at the end of a line so that there is one answer at most. A module that has no prompt open may answer `ERROR`,
 * which is an answer.
 */
const LEAVE_PROMPT = declare("", "execute", "TS 27.005 3.5.1", "\x1b", AT.execute.rule);
/** A module that wakes up loses up to two commands; a prompt is rarer than sleep. */
const PROBES_BEFORE_ESC = 3;

/** What is asked when `attempt` probes got no answer. Made for each, since an answer's bound is the module's: a few in each wake-up. */
export function probeCommand(attempt: number, answerMs: Millis): Command<void, void> {
	const isForPrompt = attempt % (PROBES_BEFORE_ESC + 1) === PROBES_BEFORE_ESC;
	return withTimeout(isForPrompt ? LEAVE_PROMPT : AT.execute, answerMs);
}
