import type { AtError, AtErrorCode } from "../at/errors.js";

export type ModemErrorCode =
	| AtErrorCode
	/** The module is not one that the driver accepts: give the driver for it. */
	| "wrongModel"
	| "noSim"
	/** Give `pin` in `connect()`. */
	| "pinRequired"
	/** The SIM refused this PIN; it is not tried again. */
	| "pinRefused"
	/** One try is left (or nobody knows how many): entering the PIN is left to a person. */
	| "pinLastTry"
	| "pukRequired"
	/** The network refused registration, `causeNumber` is its EMM or 5GMM cause. The module goes on by its own timers. */
	| "registrationDenied"
	| "roamingNotAllowed"
	/** Registered, but the network gave no address of any family that was tried. */
	| "noAddress"
	/** The module answers nothing, and every step of recovery was tried; it is tried again later. */
	| "silent"
	/** There was no connection for as long as a datagram may wait. */
	| "notConnected"
	| "notSupported"
	/** The module or the network refused a socket or a datagram; `causeNumber` is the module's own. */
	| "socket"
	| "resolve"
	/** The handshake of TLS failed; the message says which check, `causeNumber` is the module's own. */
	| "tls"
	/** The serial port failed; what it said is in the message. */
	| "port"
	/** A handler of the application threw; the message is its own. */
	| "exception"
	| "usage";

/** Who is at fault: module or network refused, we gave up waiting, the module spoke nonsense, the caller misused us. */
export type Fault = "refused" | "timeout" | "protocol" | "usage";

export interface ModemErrorDetails {
	readonly causeNumber?: number | undefined;
	readonly command?: string | undefined;
}

/** What every callback and every throw of this package carries. Never holds a PIN, a password or a key. */
export class ModemError extends Error {
	readonly code: ModemErrorCode;
	readonly fault: Fault;
	/** 3GPP cause, CME or CMS error, or the module's own number; which one follows from `code`. */
	readonly causeNumber: number | undefined;
	/** Name and form of the command: `+COPS=`. */
	readonly command: string | undefined;
	constructor(code: ModemErrorCode, message: string, details?: ModemErrorDetails) {
		super(message);
		this.code = code;
		this.fault = faultOf(code);
		this.causeNumber = details?.causeNumber;
		this.command = details?.command;
	}
	override get name(): string {
		return "ModemError";
	}
}

export function faultOf(code: ModemErrorCode): Fault {
	switch (code) {
		case "timeout":
		case "silent":
		case "notConnected":
		case "aborted":
		case "closed":
			return "timeout";
		case "malformed":
		case "overflow":
		case "unexpected":
			return "protocol";
		case "usage":
		case "queueFull":
		case "exception":
		case "notSupported":
			return "usage";
		default:
			return "refused";
	}
}

/** An `AtError` in words: what was asked, what came, and the number. */
export function modemError(error: AtError): ModemError {
	// What is about no single command (a URC that was awaited) is said by its text alone.
	const message = error.command === "" && error.text !== undefined ? error.text : `AT${error.command}: ${describe(error)}`;
	return new ModemError(error.code, message, { causeNumber: error.number, command: error.command });
}

function describe(error: AtError): string {
	switch (error.code) {
		case "timeout":
			return `no answer within ${error.afterMs} ms`;
		case "unexpected":
			return "the module restarted";
		case "cme":
		case "cms":
			return `refused, ${error.code.toUpperCase()} error ${error.number ?? ""}${error.text === undefined ? "" : ` ${error.text}`}`;
		case "error":
			return error.text === undefined ? "refused" : `refused (${error.text})`;
		default:
			return error.text === undefined ? error.code : `${error.code} (${error.text})`;
	}
}

/** Silence is what recovery is for; an answer, whatever it says, is not. */
export function isSilence(error: AtError): boolean {
	return error.code === "timeout";
}
/** The module was restarted or the channel closed under the command: neither an answer nor silence. */
export function isInterrupted(error: AtError): boolean {
	return error.code === "unexpected" || error.code === "closed" || error.code === "aborted";
}
