import type { FormSpec } from "./command.js";
import { decodeLine, isAllOptional, type Records, type Row } from "./decode.js";
import type { AtErrorCode } from "./errors.js";
import { makesCall } from "./finals.js";
import { REASON_CAPACITY } from "./framer.js";
import type { Millis } from "./line.js";
import type { LineBuffer } from "./line-buffer.js";
import { textOf } from "./line-buffer.js";
import { matchAt } from "./prefixes.js";
import { Entry } from "./queue.js";

/** How far the command in flight is. `ended`: its result only waits to be told. */
export const Phase = Object.freeze({ none: 0, ended: 1, line: 2, prompt: 3, payload: 4, final: 5, result: 6 } as const);
export type Phase = (typeof Phase)[keyof typeof Phase];

const ESC = 0x1b;

/** Longest prefix compared; the longest in use has 24 bytes. */
const PREFIX_CAPACITY = 40;

/** The command in flight: what it waits for and what it has got. One per channel, used again for every command. */
export class Exchange {
	readonly entry = new Entry();
	phase: Phase = Phase.none;
	/** When the command line's first byte was written. */
	startedMs: Millis = 0;
	dueMs: Millis = 0;
	isOkSeen = false;
	isResultSeen = false;
	isCall = false;
	/** Aborted: its result is of no interest any more, but the line is the module's until it comes. */
	isDetached = false;
	wantsLines = false;
	/** Set when the module's answer cannot be used; told when the final result has come. */
	fault: AtErrorCode | undefined = undefined;
	record: Row | undefined = undefined;
	readonly prefix = new Uint8Array(PREFIX_CAPACITY);
	prefixLength = 0;
	readonly resultPrefix = new Uint8Array(PREFIX_CAPACITY);
	resultPrefixLength = 0;
	#reasonLength = 0;

	get rule(): FormSpec {
		return this.entry.command!.rule;
	}

	/** True while lines of the module may belong to the command: its line has been written. */
	get isListening(): boolean {
		return this.phase >= Phase.prompt;
	}

	begin(now: Millis, timeoutMs: Millis): void {
		const command = this.entry.command!;
		const rule = command.rule;
		this.phase = Phase.line;
		this.startedMs = now;
		this.dueMs = now + timeoutMs;
		this.isOkSeen = false;
		this.isResultSeen = false;
		this.isDetached = false;
		this.isCall = makesCall(command);
		this.wantsLines = rule.lines === true || (rule.response !== undefined && rule.result === undefined) || rule.binary !== undefined;
		this.fault = undefined;
		this.record = undefined;
		this.#reasonLength = 0;
		this.prefixLength = compile(rule.prefix ?? command.name, this.prefix);
		this.resultPrefixLength = rule.result ? compile(rule.result.prefix, this.resultPrefix) : 0;
	}

	/** The position behind the command's prefix, -1 when the line has another. */
	matchPrefix(line: LineBuffer, at: number): number {
		return this.prefixLength === 0 ? -1 : matchAt(line, at, this.prefix, 0, this.prefixLength);
	}

	/** Whether a line without a known prefix is this command's: `+CIMI`, `I`. A line with a foreign prefix is not a single bare value. */
	takesBareLine(line: LineBuffer): boolean {
		const rule = this.rule;
		if (rule.prefix !== null || !this.wantsLines) return false;
		return rule.lines === true || rule.response === undefined || !looksPrefixed(line);
	}

	/** Reads the first information line into the record; false for the further ones. */
	decode(line: LineBuffer, records: Records): boolean {
		const command = this.entry.command!;
		const fields = command.rule.response;
		if (!fields || this.record !== undefined) return false;
		this.record = records.of(command);
		if (!decodeLine(line, fields, command.responseNames, this.record)) this.fault ??= "malformed";
		return true;
	}

	/** What `done` gets; an answer without its information line is malformed unless all its fields are optional. */
	result(records: Records): Row | undefined {
		const command = this.entry.command!;
		const fields = command.rule.response;
		if (!fields || this.record !== undefined) return this.record;
		if (isAllOptional(fields, command.responseNames)) return records.cleared(command);
		this.fault ??= "malformed";
		return undefined;
	}

	/** Keeps the start of an information line, in case `ERROR` comes next (F8). */
	keepReason(line: LineBuffer): void {
		const length = Math.min(line.end - line.begin, REASON_CAPACITY);
		line.data.copyWithin(line.capacity, line.begin, line.begin + length);
		this.#reasonLength = length;
	}

	reason(line: LineBuffer): string | undefined {
		return this.#reasonLength === 0 ? undefined : textOf(line.data, line.capacity, line.capacity + this.#reasonLength);
	}
}

/** A payload needs a prompt, and must not hold the byte that would end it or ESC when it ends with one (TS 27.005 3.5.1). */
export function isPayloadSendable(rule: FormSpec, payload: Uint8Array | undefined): boolean {
	if (!rule.prompt) return payload === undefined;
	if (rule.terminator === undefined) return payload !== undefined;
	return payload === undefined || !(payload.includes(rule.terminator) || payload.includes(ESC));
}

function compile(prefix: string, into: Uint8Array): number {
	let length = 0;
	for (let i = 0; i < prefix.length && length < into.length; i++) {
		const code = prefix.charCodeAt(i);
		if (!(code === 0x20 && length > 0 && into[length - 1] === 0x3a)) into[length++] = code;
	}
	return length;
}

/** `+NAME:`: a prefix of somebody else's. */
function looksPrefixed(line: LineBuffer): boolean {
	const data = line.data;
	const first = data[line.begin]!;
	if (first !== 0x2b && first !== 0x25 && first !== 0x5e && first !== 0x2a) return false;
	for (let at = line.begin + 1; at < line.end; at++) {
		const byte = data[at]!;
		if (byte === 0x3a) return at > line.begin + 1;
		if (byte < 0x30 || (byte > 0x39 && byte < 0x41) || byte > 0x7a) return false;
	}
	return false;
}
