import { command } from "../at/command.js";
import { optional, text, uint, word } from "../at/fields.js";

/** TS 27.005: short messages. What PDUs hold is in sms-tpdu.ts. */

/** Sending waits for the network: 120 s is the longest figure in hand, from a vendor of Cat.1 modules. */
const SEND_MS = 120_000;
/** All that is stored, at 9,600 bit/s: 50 messages of 350 characters take 18 s; SIMs are slow. */
const LIST_MS = 60_000;
const STORE_MS = 20_000;
/** Ctrl-Z (27.005 3.5.1). */
const END_OF_MESSAGE = 0x1a;

/** 0 PDU mode, 1 text mode. */
export const CMGF = command("+CMGF", { spec: "TS 27.005 3.2.3", set: { params: { mode: uint(0, 1) } } });
/** Which storage is read from, written to and received into; the answer counts what is used and what there is in each. */
export const CPMS = command("+CPMS", {
	spec: "TS 27.005 3.2.2",
	set: {
		params: { memory1: text(2), memory2: optional(text(2)), memory3: optional(text(2)) },
		response: { used1: optional(uint()), total1: optional(uint()) },
		timeoutMs: STORE_MS,
	},
	read: { response: { memory1: optional(text()), used1: optional(uint()), total1: optional(uint()) }, timeoutMs: STORE_MS },
});
/** How new messages are announced: `<mode>,<mt>,<bm>,<ds>,<bfr>`. */
export const CNMI = command("+CNMI", {
	spec: "TS 27.005 3.4.1",
	set: { params: { mode: uint(0, 3), mt: uint(0, 3), bm: uint(0, 3), ds: uint(0, 2), bfr: uint(0, 1) } },
});
/** Character set of text mode. */
export const CSCS = command("+CSCS", { spec: "TS 27.007 5.5", set: { params: { characterSet: word("UCS2", "IRA", "GSM") } } });
/** Text mode: first octet, validity (relative), protocol and data coding of what is sent. */
export const CSMP = command("+CSMP", {
	spec: "TS 27.005 3.1.2",
	set: { params: { firstOctet: uint(0, 255), validity: optional(uint(0, 255)), protocol: uint(0, 255), coding: uint(0, 255) } },
});
/** PDU mode: `length` counts the octets of the TPDU; the payload is the service centre's address and the TPDU in hex digits. */
export const CMGS = command("+CMGS", {
	spec: "TS 27.005 4.3",
	set: {
		params: { length: uint(1, 164) },
		response: { reference: uint(0, 255) },
		prompt: true,
		terminator: END_OF_MESSAGE,
		timeoutMs: SEND_MS,
	},
});
/** Text mode: the payload is the text, in the character set chosen. */
export const CMGS_TEXT = command("+CMGS", {
	spec: "TS 27.005 3.5.1",
	set: {
		params: { to: text(96), type: optional(uint(0, 255)) },
		response: { reference: uint(0, 255) },
		prompt: true,
		terminator: END_OF_MESSAGE,
		timeoutMs: SEND_MS,
	},
});
/** A header line behind the prefix, then the message: a line without one. */
export const CMGR = command("+CMGR", {
	spec: "TS 27.005 3.4.3",
	set: { params: { index: uint() }, lines: true, prefix: null, timeoutMs: STORE_MS },
});
/** PDU mode; status 4 is all. For each message a header line and a line without prefix. */
export const CMGL = command("+CMGL", {
	spec: "TS 27.005 4.1",
	set: { params: { status: uint(0, 4) }, lines: true, prefix: null, timeoutMs: LIST_MS },
});
/** The same in text mode. */
export const CMGL_TEXT = command("+CMGL", {
	spec: "TS 27.005 3.4.2",
	set: { params: { status: word("ALL") }, lines: true, prefix: null, timeoutMs: LIST_MS },
});
export const CMGD = command("+CMGD", { spec: "TS 27.005 3.5.4", set: { params: { index: uint() }, timeoutMs: STORE_MS } });
