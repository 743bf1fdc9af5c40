import type { Millis } from "./line.js";

/** Why a command did not succeed. */
export type AtErrorCode =
	/** The module said no: `ERROR`, `+CME ERROR` (TS 27.007 9.2), `+CMS ERROR` (TS 27.005 3.2.5), or a vendor's final result. */
	| "error"
	| "cme"
	| "cms"
	/** V.250 6.2.7: the result codes of a call. */
	| "noCarrier"
	| "busy"
	| "noAnswer"
	| "noDialtone"
	/** The module said nothing in time: find out whether it still answers `AT`. */
	| "timeout"
	/** The caller gave the command up, or closed the channel. */
	| "aborted"
	| "closed"
	/** A line or payload was longer than the channel's buffer: raise `lineCapacity` or `transmitCapacity`. */
	| "overflow"
	/** A parameter that must not be sent, or an answer that does not fit the command's declaration. */
	| "malformed"
	/** The module restarted while the command ran: set it up again. */
	| "unexpected"
	/** More commands waiting than `queueCapacity`: wait for a result before submitting more. */
	| "queueFull";

/** Never holds a parameter of the command, so never a PIN or a password. */
export interface AtError {
	readonly code: AtErrorCode;
	/** The number of a `+CME ERROR` or `+CMS ERROR`. */
	readonly number?: number;
	/** Verbose text of the error, or the information line that came before `ERROR`, or what is wrong with a parameter. */
	readonly text?: string;
	/** Name and form only: "+COPS=", "+CEREG?". */
	readonly command: string;
	/** Since the command's first byte was given to the port; 0 when it was never sent. */
	readonly afterMs: Millis;
}
