import type { Form, FormSpec } from "./command.js";
import type { Field, Fields } from "./fields.js";
import { deepFreeze } from "./freeze.js";

/**
 * What the channel would otherwise work out of a declaration each time. It is computed once, where the declaration is (for a board that
 * is at build time, and lies in flash): on XS every method call on a string, `length` included, makes an object.
 */
export interface CommandPlan {
	/** `OK` alone is its success: no prompt, no result line, no finals of its own. */
	readonly isPlain: boolean;
	/** The characters of the head, of the information line's prefix and of the result line's prefix. */
	readonly head: readonly number[];
	readonly prefix: readonly number[];
	readonly resultPrefix: readonly number[];
	readonly params: FieldTable;
	readonly response: FieldTable;
	readonly hasParams: boolean;
	/** An information line may give the reason of an `ERROR` that follows it (F8): not when something is only read. */
	readonly keepsReason: boolean;
	readonly hasFinals: boolean;
	readonly hasResult: boolean;
	readonly needsPrompt: boolean;
	/** The characters of its prompt; none where that is `>` or `@`. */
	readonly prompt: readonly number[];
	/** It has a prompt and no terminator of its own. */
	readonly needsPayload: boolean;
	readonly hasResponse: boolean;
	/** An answer without its information line is an answer all the same. */
	readonly isResponseOptional: boolean;
	/** Information lines are awaited before the final result. */
	readonly wantsLines: boolean;
	/** It makes or ends a call, so `NO CARRIER` and `CONNECT` are its results. */
	readonly isCall: boolean;
	readonly finals: readonly FinalPlan[];
	/** `*` alone is among the finals. */
	readonly endsWithAnyLine: boolean;
	readonly timeoutMs: number;
	readonly resultTimeoutMs: number;
}

/** Names and fields in order: enumerating a record would allocate. */
export interface FieldTable {
	readonly names: readonly string[];
	readonly fields: readonly Field<unknown>[];
}

export interface FinalPlan {
	readonly codes: readonly number[];
	readonly isSuffix: boolean;
	readonly ok: boolean;
}

/** TS 27.007 and V.250 give no limit; the manuals read so far give 300 ms to 5 s for a command that has none of its own. */
const DEFAULT_TIMEOUT_MS = 5_000;

const ASTERISK = 0x2a;
const COLON = 0x3a;
const BLANK = 0x20;

export function planOf(name: string, form: Form, head: string, rule: FormSpec): CommandPlan {
	const timeoutMs = rule.timeoutMs ?? DEFAULT_TIMEOUT_MS;
	return deepFreeze({
		isPlain: !rule.finals && !rule.result && !rule.prompt,
		timeoutMs,
		hasResponse: rule.response !== undefined,
		wantsLines: rule.lines === true || (rule.response !== undefined && rule.result === undefined) || rule.binary !== undefined,
		hasParams: rule.params !== undefined,
		keepsReason: form === "set" || form === "execute",
		needsPrompt: rule.prompt !== undefined,
		prompt: codesOf(typeof rule.prompt === "string" ? rule.prompt : ""),
		needsPayload: rule.prompt !== undefined && rule.terminator === undefined,
		head: codesOf(head),
		prefix: prefixCodes(rule.prefix ?? name),
		resultPrefix: prefixCodes(rule.result?.prefix ?? ""),
		params: fieldTable(rule.params ?? {}),
		response: fieldTable(rule.response ?? {}),
		hasFinals: rule.finals !== undefined,
		hasResult: rule.result !== undefined,
		isResponseOptional: Object.values(rule.response ?? {}).every(field => field.isOptional),
		isCall: rule.isRaw === true || makesCall(name),
		finals: finalPlans(rule.finals?.error ?? [], false).concat(finalPlans(rule.finals?.ok ?? [], true)),
		endsWithAnyLine: rule.finals?.ok.includes("*") === true,
		resultTimeoutMs: rule.result?.timeoutMs ?? timeoutMs,
	});
}

export function fieldTable(fields: Fields): FieldTable {
	return Object.freeze({ names: Object.freeze(Object.keys(fields)), fields: Object.freeze(Object.values(fields)) });
}

/** Dial, answer, hook, return to data mode (V.250 6.3). */
function makesCall(name: string): boolean {
	return name === "D" || name === "A" || name === "H" || name === "O";
}

/** Error results come first: `CONNECT FAIL` is no `CONNECT`. */
export function finalPlans(entries: readonly string[], ok: boolean): FinalPlan[] {
	return entries.filter(entry => entry !== "*").map(entry => finalPlan(entry, ok));
}

export function finalPlan(entry: string, ok: boolean): FinalPlan {
	const isSuffix = entry.charCodeAt(0) === ASTERISK;
	return Object.freeze({ codes: codesOf(isSuffix ? entry.slice(1) : entry), isSuffix, ok });
}

export function codesOf(text: string): readonly number[] {
	const codes: number[] = [];
	for (let i = 0; i < text.length; i++) codes.push(text.charCodeAt(i));
	return Object.freeze(codes);
}

/** Prefixes are compared without the blank after a colon, because modules leave it out at times (F12): `+QIURC:"recv"`. */
export function prefixCodes(prefix: string): readonly number[] {
	return Object.freeze(codesOf(prefix).filter((code, i, all) => !(code === BLANK && all[i - 1] === COLON)));
}
