import type { Command, FormSpec } from "./command.js";
import type { AtErrorCode } from "./errors.js";
import type { LineBuffer } from "./line-buffer.js";

/** What a line ends a command with; `intermediate` is the `OK` of a command that ends with something else. */
export const Final = Object.freeze({
	none: 0,
	ok: 1,
	error: 2,
	cme: 3,
	cms: 4,
	noCarrier: 5,
	busy: 6,
	noAnswer: 7,
	noDialtone: 8,
	intermediate: 9,
} as const);
export type Final = (typeof Final)[keyof typeof Final];

const CODES: readonly AtErrorCode[] = Object.freeze([
	"error",
	"error",
	"error",
	"cme",
	"cms",
	"noCarrier",
	"busy",
	"noAnswer",
	"noDialtone",
	"error",
] as const);

export function codeOf(final: Final): AtErrorCode {
	return CODES[final]!;
}

const COLON = 0x3a;
const BLANK = 0x20;

/** The final results that any command may have: V.250 5.7.1, TS 27.007 9.2, TS 27.005 3.2.5. */
export function commonFinal(line: LineBuffer): Final {
	const data = line.data;
	const begin = line.begin;
	switch (data[begin]) {
		case 0x4f:
			return line.end - begin === 2 && data[begin + 1] === 0x4b ? Final.ok : Final.none;
		case 0x45:
			return line.startsWith("ERROR") && endsOrGoesOn(line, begin + 5) ? Final.error : Final.none;
		case 0x2b:
			return data[begin + 1] === 0x43 && data[begin + 2] === 0x4d && data[begin + 4] === BLANK ? extendedError(line) : Final.none;
		default:
			return Final.none;
	}
}

function extendedError(line: LineBuffer): Final {
	if (line.startsWith("+CME ERROR")) return Final.cme;
	return line.startsWith("+CMS ERROR") ? Final.cms : Final.none;
}

function endsOrGoesOn(line: LineBuffer, at: number): boolean {
	return at === line.end || line.data[at] === COLON || line.data[at] === BLANK;
}

/** Result codes of a call; only commands that make or end one wait for them, to all others they are unsolicited. */
export function callFinal(line: LineBuffer): Final {
	if (line.startsWith("CONNECT")) return endsOrGoesOn(line, line.begin + 7) && !line.startsWith("CONNECT FAIL") ? Final.ok : Final.none;
	if (is(line, "NO CARRIER")) return Final.noCarrier;
	if (is(line, "BUSY")) return Final.busy;
	if (is(line, "NO ANSWER")) return Final.noAnswer;
	return is(line, "NO DIALTONE") ? Final.noDialtone : Final.none;
}

function is(line: LineBuffer, text: string): boolean {
	return line.end - line.begin === text.length && line.startsWith(text);
}

/** Dial, answer, hook, return to data mode (V.250 6.3), and whatever was written by hand. */
export function makesCall(command: Command<any, any>): boolean {
	if (command.rule.isRaw) return true;
	const first = command.name.charCodeAt(0);
	return first === 0x44 || first === 0x41 || first === 0x48 || first === 0x4f;
}

/** The final results that a command declares for itself. An error named like a result code of a call has that one's code. */
export function declaredFinal(line: LineBuffer, finals: NonNullable<FormSpec["finals"]>): Final {
	if (matchesAny(line, finals.error)) return callFinal(line) > Final.ok ? callFinal(line) : Final.error;
	return matchesAny(line, finals.ok) ? Final.ok : Final.none;
}

/** True when the entry is `*`: any line ends the command, so URCs must be looked for first. */
export function acceptsAnyLine(finals: NonNullable<FormSpec["finals"]>): boolean {
	return finals.ok.includes("*");
}

function matchesAny(line: LineBuffer, entries: readonly string[]): boolean {
	for (let i = 0; i < entries.length; i++) if (entries[i] !== "*" && matchesFinal(line, entries[i]!)) return true;
	return false;
}

export function matchesFinal(line: LineBuffer, entry: string): boolean {
	return entry.charCodeAt(0) === 0x2a ? line.endsWith(entry.slice(1)) : line.startsWith(entry);
}

/** The number behind `+CME ERROR:`, with or without a blank (F15); undefined when it is text (F14). */
export function errorNumber(line: LineBuffer): number | undefined {
	line.parametersAfter(line.begin + 10);
	return line.count === 1 ? line.uint(0) : undefined;
}

/** What stands behind `ERROR`, `+CME ERROR`, `+CMS ERROR` when it is not a number; undefined when nothing does. */
export function errorText(line: LineBuffer, final: Final): string | undefined {
	const whole = line.toText();
	let at = final === Final.error ? 5 : 10;
	while (whole[at] === ":" || whole[at] === " ") at++;
	return at < whole.length ? whole.slice(at) : undefined;
}
