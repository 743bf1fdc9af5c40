import type { CallCause } from "../../modem/driver.js";
import type { ModemError } from "../../modem/errors.js";

export type { CallCause };

/** The states of TS 27.007 7.18 (`+CLCC`), before the first call and after the last. */
export type CallState = "idle" | "dialing" | "alerting" | "incoming" | "active" | "held" | "ended";

/** One call as it is at a moment. */
export interface Call {
	readonly state: CallState;
	/** Undefined while an incoming call's is not known, or withheld. */
	readonly number: string | undefined;
	readonly direction: "outgoing" | "incoming" | undefined;
	/** Why it ended. "remote": the other side hung up; "noCarrier": the network gave it up before it was answered. */
	readonly cause: CallCause | undefined;
	/** With the cause "failed": what module or network said. */
	readonly error: ModemError | undefined;
}
