import { type Command, command, declare } from "../at/command.js";
import { bare, optional, uint } from "../at/fields.js";
import type { Millis } from "../at/line.js";

/** Voice calls: V.250 6.3, TS 27.007 clauses 6 and 7. */

/** Answering and hanging up wait for the other side of the air: an assumption. */
const SIGNALLING_MS = 30_000;

/**
 * `ATD<number>;`, a voice call (V.250 6.3.1, 27.007 6.2). The number is checked by the caller (`isDialString`): a dial command has no
 * parameters that could be quoted.
 */
export function dial(number: string, timeoutMs: Millis): Command<void, void> {
	return declare("D", "execute", "TS 27.007 6.2", `D${number};`, { timeoutMs });
}
/** 1 to 40 of the digits, `*`, `#`, and `+` at the start. Letters would be modifiers of V.250, `;` and `,` too. */
export function isDialString(number: string): boolean {
	if (!(number.length >= 1 && number.length <= 40)) return false;
	for (let i = 0; i < number.length; i++) {
		const code = number.charCodeAt(i);
		const isDigit = code >= 0x30 && code <= 0x39;
		const isPlus = code === 0x2b && i === 0 && number.length > 1;
		if (!isDigit && !isPlus && code !== 0x2a && code !== 0x23) return false;
	}
	return true;
}
export const ATA = command("A", { spec: "V.250 6.3.5", execute: { timeoutMs: SIGNALLING_MS } });
export const ATH = command("H", { spec: "V.250 6.3.6", execute: { timeoutMs: SIGNALLING_MS } });
/** Ends all calls. */
export const CHUP = command("+CHUP", { spec: "TS 27.007 6.5", execute: { timeoutMs: SIGNALLING_MS } });
/** `<idx>,<dir>,<stat>,<mode>,<mpty>[,<number>,<type>…]` for each call. */
export const CLCC = command("+CLCC", { spec: "TS 27.007 7.18", execute: { lines: true } });
/** Shows the caller's number (`+CLIP`) behind `RING`. */
export const CLIP = command("+CLIP", { spec: "TS 27.007 7.6", set: { params: { n: uint(0, 1) }, timeoutMs: 15_000 } });
/** One tone: 0–9, `*`, `#`, A–D. */
export const VTS = command("+VTS", { spec: "TS 27.007 C.2.11", set: { params: { tone: bare(1) } } });
/** Voice over IMS: `<reg_info>` 1 is registered; `+CIREGU` reports. */
export const CIREG = command("+CIREG", {
	spec: "TS 27.007 8.71",
	set: { params: { n: uint(0, 2) } },
	read: { response: { n: uint(), registered: optional(uint()), services: optional(uint()) } },
});
