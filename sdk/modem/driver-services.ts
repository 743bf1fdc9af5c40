import type { Command } from "../at/command.js";
import type { AtLine, Millis } from "../at/line.js";

/**
 * What a driver says of short messages, voice calls and positions. All three are optional in its record; what 3GPP has (TS 27.005, TS 27.007
 * clause 6 and 7.18) is done by sdk/service, and a record says only where the module differs. The same rules as for `Driver`: frozen, no state,
 * functions at module scope.
 */

/** One command of a service's start or stop, in order. */
export interface ServiceStep {
	readonly command: Command<any, any>;
	/** Absent for commands that take none. */
	readonly params?: unknown;
	/** "fail" when absent; "ignore" passes over an answer of the module. */
	readonly onError?: "fail" | "ignore";
}

// Short messages ---------------------------------------------------------------------------------------------------

/**
 * Short messages by TS 27.005. A record with `sms` gets the rows `+CMTI`, `+CMT`, `+CDSI`, `+CDS` made by the core. `uart.lineBytes` must be at
 * least `SMS_LINE_BYTES`, since a message is one line of hex digits. A row of the driver that tells that the storage is full calls
 * `service("sms", line)`.
 */
export interface SmsDialect {
	/** PDU mode (27.005 4) wherever the module has it; text mode (27.005 3) has no concatenation and no status reports. */
	readonly mode: "pdu" | "text";
	/** Where messages are kept, given to `+CPMS` for reading, writing and receiving. Absent: the module's own choice is left alone. */
	readonly storage?: "SM" | "ME" | "MT";
	/**
	 * `+CNMI=<mode>,<mt>,<bm>,<ds>,<bfr>` (27.005 3.4.1); `[2, 1, 0, 1, 0]` when absent: `+CMTI` for messages, which stay stored until the
	 * application has got them, and `+CDS` for reports. With `mt` 2 they are pushed and kept nowhere else. `false`: the module has no `+CNMI`.
	 */
	readonly indications?: readonly [mode: number, mt: number, bm: number, ds: number, bfr: number] | false;
	/** Text mode only: the character set chosen by `+CSCS` (27.007 5.5). "UCS2" when absent: text is hex digits both ways, so that any text passes. */
	readonly characterSet?: "UCS2" | "IRA" | "GSM";
	/** Before `+CMGF`, after each start of the module. */
	readonly start?: readonly ServiceStep[];
}

/** 12 octets of service centre address and a TPDU of 164 octets (TS 23.040 9.2.3), as hex digits, and a little. */
export const SMS_LINE_BYTES = 360;

// Voice ------------------------------------------------------------------------------------------------------------

/** One call as a driver's own report tells it; what is undefined is left as it was. */
export interface CallReport {
	/** `<idx>` of `+CLCC`. */
	index: number | undefined;
	state: "dialing" | "alerting" | "incoming" | "waiting" | "active" | "held" | "ended" | undefined;
	direction: "outgoing" | "incoming" | undefined;
	number: string | undefined;
	/** Only with "ended"; the service finds one where it is undefined. */
	cause: CallCause | undefined;
}
export type CallCause = "busy" | "noAnswer" | "noCarrier" | "rejected" | "remote" | "local" | "failed";

/**
 * Voice calls by V.250 and TS 27.007. A record with `voice` gets the rows `RING`, `+CRING`, `+CLIP`, `NO CARRIER`, `BUSY`, `NO ANSWER`,
 * `NO DIALTONE`, `+CIREGU` made by the core; a row of the driver that calls `service("call", line)` goes to `decode`.
 */
export interface VoiceDialect {
	/** `+CHUP` (27.007 6.5) when absent; `ATH` where the module has only that. */
	readonly hangUp?: Command<void, any>;
	/** Whether `+CIREG` (27.007 8.71) tells if voice over IMS is registered. */
	readonly ims: boolean;
	/** How long the final result of `ATD…;` may take; 30,000 when absent (an assumption: most modules answer `OK` at once). */
	readonly dialWithinMs?: Millis;
	/** After each start of the module: the VoLTE switch, audio. */
	readonly start?: readonly ServiceStep[];
	/** Reads a report of the vendor's into `report`; false for a line that is none. */
	readonly decode?: (line: AtLine, report: CallReport) => boolean;
}

// Positions --------------------------------------------------------------------------------------------------------

export type GnssSystem = "gps" | "beidou" | "glonass" | "galileo";

/** A position; what the receiver does not tell is undefined. */
export interface GnssReport {
	/** Degrees in WGS 84, north and east positive. */
	latitude: number | undefined;
	longitude: number | undefined;
	/** Above mean sea level. */
	altitudeMetres: number | undefined;
	speedMetresPerSecond: number | undefined;
	/** From true north, clockwise, 0 to 360. */
	courseDegrees: number | undefined;
	hdop: number | undefined;
	/** Used for the fix. */
	satellites: number | undefined;
	/** Time of the fix, milliseconds since 1970 UTC. */
	utcMs: number | undefined;
	/** Systems whose satellites took part. */
	systems: readonly GnssSystem[] | undefined;
}

/** One set of systems that the module can be set to. */
export interface GnssChoice {
	readonly systems: readonly GnssSystem[];
	/** The module's own number or word for it. */
	readonly value: number | string;
}

export interface GnssStep {
	readonly command: Command<any, any>;
	/** As they are, or made from the choice; a function that returns undefined skips the step. */
	readonly params?: unknown | ((choice: GnssChoice) => unknown);
	/** "fail" when absent; "ignore" passes over an answer of the module. */
	readonly onError?: "fail" | "ignore";
}

/** A receiver inside the module. */
export interface GnssDialect {
	/** The first choice that has all the systems that are asked for is taken, so the smaller ones stand first; the first of all without a wish. */
	readonly choices: readonly GnssChoice[];
	readonly start: readonly GnssStep[];
	readonly stop: readonly GnssStep[];
	/**
	 * Reads the last position: each line of the answer goes to `decode`, which fills what it knows and says whether it was a position. Without
	 * `decode` the lines hold sentences of NMEA 0183.
	 */
	readonly read?: {
		readonly command: Command<any, any>;
		readonly params?: unknown;
		readonly decode?: (line: AtLine, into: GnssReport) => boolean;
	};
	/** Numbers of `+CME ERROR` that are no failure: no position yet, switched on already, switched off (again). */
	readonly causes?: {
		readonly noFix?: readonly number[];
		readonly alreadyOn?: readonly number[];
		readonly off?: readonly number[];
	};
	// Without `read` the module pushes sentences: a row of the driver calls `service("gnss", line)` with a line that has a `$` in it.
}
