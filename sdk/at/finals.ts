import type { AtErrorCode } from "./errors.js";
import type { LineBuffer } from "./line-buffer.js";
import type { FinalPlan } from "./plan.js";

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
const LETTER_C = 0x43;
const LETTER_E = 0x45;
const LETTER_K = 0x4b;
const LETTER_M = 0x4d;
const LETTER_O = 0x4f;
const PLUS = 0x2b;

/** The final results that any command may have: V.250 5.7.1, TS 27.007 9.2, TS 27.005 3.2.5. */
export function commonFinal(line: LineBuffer): Final {
	const data = line.data;
	const begin = line.begin;
	const first = data[begin];
	if (first === LETTER_O) return line.end - begin === 2 && data[begin + 1] === LETTER_K ? 1 : 0;
	if (first === PLUS) return data[begin + 1] === LETTER_C && data[begin + 2] === LETTER_M ? extendedError(line) : 0;
	if (first === LETTER_E) return line.startsWith("ERROR") && endsOrGoesOn(line, begin + 5) ? 2 : 0;
	return 0;
}

function extendedError(line: LineBuffer): Final {
	if (line.startsWith("+CME ERROR")) return Final.cme;
	return line.startsWith("+CMS ERROR") ? Final.cms : Final.none;
}

/** Whether `+CM? E…:` stands at this position, which may be glued to what was before it. */
export function isExtendedErrorAt(line: LineBuffer, position: number): boolean {
	const { data, end } = line;
	if (end - position < 11 || data[position + 1] !== 0x43 || data[position + 2] !== 0x4d || data[position + 4] !== 0x20) return false;
	return data[position + 10] === COLON && data[position + 5] === 0x45;
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

/** The final results that a command, or a channel, declares. An error named like a result code of a call has that one's code. */
export function declaredFinal(line: LineBuffer, finals: readonly FinalPlan[]): Final {
	for (let i = 0; i < finals.length; i++) {
		const plan = finals[i]!;
		if (!matchesFinal(line, plan)) continue;
		if (plan.ok) return Final.ok;
		const final = callFinal(line);
		return final > Final.ok ? final : Final.error;
	}
	return Final.none;
}

function matchesFinal(line: LineBuffer, plan: FinalPlan): boolean {
	const codes = plan.codes;
	const length = codes.length;
	if (line.end - line.begin < length) return false;
	const start = plan.isSuffix ? line.end - length : line.begin;
	const data = line.data;
	for (let i = 0; i < length; i++) if (data[start + i] !== codes[i]) return false;
	return true;
}

/** `CONNECT`, alone or with a rate behind it (V.250 5.7.1), where a command waits for it with its payload. */
export function isPromptLine(line: LineBuffer, codes: readonly number[]): boolean {
	const { data, begin, end } = line;
	const length = codes.length;
	if (length === 0 || end - begin < length) return false;
	for (let i = 0; i < length; i++) if (data[begin + i] !== codes[i]) return false;
	return end - begin === length || data[begin + length] === BLANK;
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
