import { command } from "../at/command.js";
import { int, optional, text, uint } from "../at/fields.js";

/** TS 27.007 clauses 5, 8 and 9: identification, functionality, SIM, clock, signal, errors. */

/** Manufacturer, model and revision: one or several bare lines, sometimes quoted. */
export const CGMI = command("+CGMI", { spec: "TS 27.007 5.1", execute: { lines: true, prefix: null } });
export const CGMM = command("+CGMM", { spec: "TS 27.007 5.2", execute: { lines: true, prefix: null } });
export const CGMR = command("+CGMR", { spec: "TS 27.007 5.3", execute: { lines: true, prefix: null } });
/** Execute: the serial number as a bare line. Set with snt 1: the IMEI, 2: IMEISV, 3: SVN, behind the prefix. */
export const CGSN = command("+CGSN", {
	spec: "TS 27.007 5.4",
	execute: { response: { serial: text() }, prefix: null },
	set: { params: { snt: uint(1, 3) }, response: { serial: text() } },
});
/** IMSI, a bare line. */
export const CIMI = command("+CIMI", { spec: "TS 27.007 5.6", execute: { response: { imsi: text() }, prefix: null } });
/** ICCID; not of 27.007, but the name that most vendors agree on. */
export const CCID = command("+CCID", { spec: "vendors", execute: { lines: true }, read: { lines: true } });

/**
 * Functionality: 0 minimum, 1 full, 4 radio off. The longest time that a manual in hand gives is 25 s (BC660K-GL); drivers of slower
 * modules declare their own.
 */
export const CFUN = command("+CFUN", {
	spec: "TS 27.007 8.2",
	set: { params: { fun: uint(0, 127), rst: optional(uint(0, 1)) }, timeoutMs: 25_000 },
	read: { response: { fun: uint() } },
});
/** SIM state; the set form gives PIN, or PUK and a new PIN. */
export const CPIN = command("+CPIN", {
	spec: "TS 27.007 8.3",
	set: { params: { pin: text(8), newPin: optional(text(8)) }, redact: [0, 1] },
	read: { response: { code: text() } },
});
/** Tries that are left, a line for each secret: `+CPINR: SIM PIN,3,3`. */
export const CPINR = command("+CPINR", {
	spec: "TS 27.007 8.65",
	execute: { lines: true },
	set: { params: { code: text() }, lines: true },
});
/** Locks: `{ facility: "SC", mode: 2 }` asks whether the SIM wants a PIN. */
export const CLCK = command("+CLCK", {
	spec: "TS 27.007 7.4",
	set: {
		params: { facility: text(2), mode: uint(0, 2), password: optional(text(8)) },
		response: { status: optional(uint()) },
		redact: [2],
	},
});
/** Battery: `<bcs>,<bcl>`. Some modules give the voltage, alone or as a third field: their drivers say how. */
export const CBC = command("+CBC", { spec: "TS 27.007 8.4", execute: { lines: true } });
/** Codes for `rssiDbm`; modules with nothing to tell leave both away. */
export const CSQ = command("+CSQ", {
	spec: "TS 27.007 8.5",
	execute: { response: { rssi: optional(uint()), ber: optional(uint()) } },
});
/** Six codes, nine with NR: see `readCesq`. */
export const CESQ = command("+CESQ", { spec: "TS 27.007 8.69", execute: { lines: true } });
/** Clock: see `readClockLine`. */
export const CCLK = command("+CCLK", {
	spec: "TS 27.007 8.15",
	set: { params: { time: text(32) } },
	read: { lines: true },
});
/** Automatic time zone update by NITZ. */
export const CTZU = command("+CTZU", {
	spec: "TS 27.007 8.40",
	set: { params: { onoff: uint(0, 3) } },
	read: { response: { onoff: uint() } },
});
/** Time zone reports: 1 `+CTZV`, 2 `+CTZE`, 3 `+CTZEU`. */
export const CTZR = command("+CTZR", {
	spec: "TS 27.007 8.41",
	set: { params: { reporting: uint(0, 3) } },
	read: { response: { reporting: int() } },
});
/** Multiplexing of the line, TS 27.010. Mode 0 is the basic option, subset 0 UIH frames; from the byte behind `OK` on there are frames alone. */
export const CMUX = command("+CMUX", {
	spec: "TS 27.007 5.7",
	set: { params: { mode: uint(0, 1), subset: uint(0, 2), speed: optional(uint(1, 8)), frameBytes: uint(1, 32_768) } },
});
/** Error results: 0 `ERROR`, 1 numeric, 2 verbose. */
export const CMEE = command("+CMEE", {
	spec: "TS 27.007 9.1",
	set: { params: { n: uint(0, 2) } },
	read: { response: { n: uint() } },
});
