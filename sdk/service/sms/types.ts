import type { ModemError } from "../../modem/errors.js";

export interface SmsMessage {
	/** Digits, `+` before an international number. */
	readonly to: string;
	/** Any text; what the GSM alphabet lacks is sent as UCS-2, and what is long in parts (up to 255). */
	readonly text: string;
	/** Asks the network for a report of each part: see `onReport`. */
	readonly deliveryReport?: boolean;
	/** How long the network keeps trying: 5 minutes to 63 weeks, rounded up to what can be said (TS 23.040 9.2.3.12.1). Its own choice when absent. */
	readonly validityMinutes?: number;
}
/** A message reference of the module for each part that was sent, in order; with an error, of those that went out before it. */
export interface SmsSent {
	readonly references: readonly number[];
}
export type SmsDone<T> = (this: T, error: ModemError | undefined, sent: SmsSent) => void;

export interface IncomingSms {
	/** A number, or the name of an alphanumeric sender. */
	readonly from: string;
	readonly text: string;
	/** Set instead of a text for a message of 8-bit data. */
	readonly data: Uint8Array | undefined;
	/** The service centre's time stamp, milliseconds since 1970 UTC. */
	readonly sentUtcMs: number | undefined;
	/** Local time there minus UTC. */
	readonly quarterHours: number;
	/** Of how many parts it is made. */
	readonly parts: number;
	/** Parts that had not come when it was given up waiting; the text is then what there is. */
	readonly missing: number;
}

export interface SmsReport {
	/** As in `SmsSent.references`. */
	readonly reference: number;
	readonly to: string;
	readonly delivered: boolean;
	/** The network goes on trying, so that another report follows. */
	readonly pending: boolean;
	/** TP-ST, TS 23.040 9.2.3.15. */
	readonly status: number;
}
