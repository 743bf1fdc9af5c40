import { CMEE, CMUX } from "../3gpp/device-commands.js";
import { ATE } from "../3gpp/v250-commands.js";
import type { AtError } from "../at/errors.js";
import type { ModemCore } from "./core.js";
import { type CoreProcedure, exchange, inner, passOver, probe, type Verdict } from "./procedure.js";

/** Of `+CMUX`; the basic option and UIH frames alone. */
export interface MultiplexParameters {
	readonly mode: 0;
	readonly subset: 0;
	/** The line's speed by its number in 27.007 5.7; undefined, and then left to the module, where it has none. */
	readonly speed: number | undefined;
	/** N1. */
	readonly frameBytes: number;
}
/** What stands between this core and its port when the application wants the line multiplexed: all that the core knows of it. */
export interface Multiplexer {
	/** Undefined: not to be asked for, since the line is multiplexed, or will not be. */
	readonly parameters: MultiplexParameters | undefined;
	/** The module has taken `+CMUX`. Nothing of the core's goes out until the connections are open, or cannot be opened. */
	begin(): void;
	/** What the core sends next goes out as plain text. */
	leave(): void;
	/** The module is off or starts anew: the line is plain without a word. */
	abandon(): void;
	/** The port is about to be closed: the last bytes, which make the module leave. */
	farewell(): Uint8Array | undefined;
}

/** "refused": the module does not take `+CMUX`; the others as a session ended. */
export type MultiplexLoss = "refused" | "unanswered" | "closed" | "silent" | "rebooted";

function entered(core: ModemCore): void {
	core.multiplexer?.begin();
}
function refused(core: ModemCore, error: AtError): Verdict {
	core.event("multiplexLost", { why: "refused", causeNumber: error.number });
	return "next";
}
const PROBES = 5;

/** Each connection has an echo and an error style of its own (27.010 4), so both are set again. */
const ENTER: CoreProcedure = Object.freeze([
	exchange(CMUX.set, (_settings, core) => core.multiplexer?.parameters, { result: entered, refused }),
	probe(() => PROBES),
	exchange(ATE.set, { value: 0 }, { refused: passOver }),
	exchange(CMEE.set, { n: 1 }, { refused: passOver }),
]);
/** After identification, before all settings. */
export const enterMultiplex = inner(core => (core.multiplexer?.parameters === undefined ? undefined : ENTER));

/** The line is plain again and nobody here wanted it. A module that is on is found and set up anew, which multiplexes again. */
export function multiplexLost(core: ModemCore, why: MultiplexLoss): void {
	const { lifecycle } = core;
	if (lifecycle.phase === "off" || lifecycle.phase === "stopping" || lifecycle.bootExpected) return;
	core.event("multiplexLost", { why });
	// The boot banner says the rest; a start goes on by itself, with its probes or with the next.
	if (why === "rebooted" || lifecycle.phase !== "on") return;
	core.forgetSession();
	core.channel.rebooted();
	lifecycle.begin("find");
}
