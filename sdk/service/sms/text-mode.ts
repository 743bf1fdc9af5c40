import { textOfUtf16 } from "../../3gpp/sms-alphabet.js";
import { nextIndex } from "../../3gpp/sms-text.js";
import type { Delivered } from "../../3gpp/sms-tpdu.js";
import { readClock } from "../../3gpp/utc-time.js";
import type { AtLine } from "../../at/line.js";

/** Messages of text mode (TS 27.005 3): fields of a header line and a text, which is hex digits in the character set "UCS2". */

const QUOTE = 0x22;
const COMMA = 0x2c;

function hexDigit(code: number): number {
	if (code >= 0x30 && code <= 0x39) return code - 0x30;
	const upper = code & 0xdf;
	return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1;
}

/** Text of hex digits, four for each unit; as it is when it has another form. */
export function fromUcs2(text: string): string {
	if (text.length === 0 || text.length % 4 !== 0) return text;
	const octets = new Uint8Array(text.length / 2);
	for (let i = 0; i < octets.length; i++) {
		const high = hexDigit(text.charCodeAt(2 * i));
		const low = hexDigit(text.charCodeAt(2 * i + 1));
		if (high < 0 || low < 0) return text;
		octets[i] = (high << 4) | low;
	}
	return textOfUtf16(octets, 0, octets.length);
}

/** Four hex digits for each UTF-16 unit. */
export function toUcs2(text: string): string {
	let hex = "";
	for (let index = 0; index < text.length; ) {
		const code = text.codePointAt(index)!;
		const rest = code - 0x10000;
		hex += rest < 0 ? unit(code) : unit(0xd800 + (rest >> 10)) + unit(0xdc00 + (rest & 0x3ff));
		index = nextIndex(text, index, code);
	}
	return hex;
}
function unit(code: number): string {
	const hex = code.toString(16).toUpperCase();
	return "0000".slice(hex.length) + hex;
}

/** What a header line tells; the text comes from the lines below it. */
export interface Header {
	from: string;
	sentUtcMs: number | undefined;
	quarterHours: number;
}

/** `<oa>,[<alpha>],<scts>…` from parameter `first` on: 0 in `+CMT`, 1 behind the status in `+CMGR`. */
export function readHeader(line: AtLine, first: number, isUcs2: boolean): Header {
	const from = line.text(first) ?? "";
	const time = { utcMs: 0, quarterHours: 0 };
	// The number stands in digits on some modules whatever the character set: `+` or an odd length show it.
	const sender = isUcs2 && from.startsWith("00") ? fromUcs2(from) : from;
	const stamp = stampOf(line.text(first + 2) ?? "");
	return readClock(stamp, time)
		? { from: sender, sentUtcMs: time.utcMs, quarterHours: time.quarterHours }
		: { from: sender, sentUtcMs: undefined, quarterHours: 0 };
}
/** A message right behind the quote is not of the stamp. */
function stampOf(text: string): string {
	const from = text.charCodeAt(0) === QUOTE ? 1 : 0;
	const quote = text.indexOf('"', from);
	return quote < 0 ? text : text.slice(from, quote);
}

/** The message behind the header's last quote, where a module leaves the line end away; undefined where the header ends there. */
export function bodyInHeader(line: AtLine): string | undefined {
	const whole = line.toText();
	const quote = whole.lastIndexOf('"');
	if (quote < 0 || quote === whole.length - 1 || whole.charCodeAt(quote + 1) === COMMA) return undefined;
	return whole.slice(quote + 1);
}

export function delivered(header: Header, text: string): Delivered {
	return { kind: "deliver", ...header, text, data: undefined, reference: 0, total: 1, sequence: 1 };
}
