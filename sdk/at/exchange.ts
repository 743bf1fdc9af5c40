import type { Command, FormSpec } from "./command.js";
import type { Records, Row } from "./decode.js";
import type { AtErrorCode } from "./errors.js";
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

/** The command in flight: what it waits for and what it has got. One per channel, used again for every command. */
export class Exchange {
	phase: Phase = Phase.none;
	/** A line `OK` is its success, and nothing else has to be thought of. */
	isPlain = false;
	/** The running command; swapped with an entry of the queue, so nothing is copied. */
	entry = new Entry();
	command: Command<any, any> | undefined = undefined;
	record: Row | undefined = undefined;
	/** Set when the module's answer cannot be used; told when the final result has come. */
	fault: AtErrorCode | undefined = undefined;
	/** Aborted: its result is of no interest any more, but the line is the module's until it comes. */
	isDetached = false;
	/** When the command line's first byte was written. */
	startedMs: Millis = 0;
	dueMs: Millis = 0;
	isOkSeen = false;
	isResultSeen = false;
	#reasonLength = 0;

	get rule(): FormSpec {
		return this.command!.rule;
	}

	/** True while lines of the module may belong to the command: its line has been written. */
	get isListening(): boolean {
		return this.phase >= Phase.prompt;
	}

	begin(command: Command<any, any>, now: Millis): void {
		this.command = command;
		this.phase = Phase.line;
		this.startedMs = now;
		this.dueMs = now + command.plan.timeoutMs;
		this.isOkSeen = false;
		this.isResultSeen = false;
		this.isDetached = false;
		this.fault = undefined;
		this.record = undefined;
		this.#reasonLength = 0;
	}

	/** The position behind the command's prefix, -1 when the line has another. */
	matchPrefix(line: LineBuffer, at: number): number {
		const prefix = this.command!.plan.prefix;
		return prefix.length === 0 ? -1 : matchAt(line, at, prefix, prefix.length);
	}

	/** Whether a line without a known prefix is this command's: `+CIMI`, `I`. A line with a foreign prefix is not a single bare value. */
	takesBareLine(line: LineBuffer): boolean {
		const { rule, plan } = this.command!;
		if (rule.prefix !== null || !plan.wantsLines) return false;
		return rule.lines === true || rule.response === undefined || !looksPrefixed(line);
	}

	/** Reads the first information line into the record; false for the further ones. */
	decode(line: LineBuffer, records: Records): boolean {
		const command = this.command!;
		if (!command.plan.hasResponse || this.record !== undefined) return false;
		const record = records.of(command);
		this.record = record;
		if (!line.decode(command.plan.response, record, 0)) this.fault ??= "malformed";
		return true;
	}

	/** What `done` gets; an answer without its information line is malformed unless all its fields are optional. */
	result(records: Records): Row | undefined {
		const plan = this.command!.plan;
		if (!plan.hasResponse || this.record !== undefined) return this.record;
		if (plan.isResponseOptional) return records.cleared(this.command!);
		this.fault ??= "malformed";
		return undefined;
	}

	/** Keeps the start of an information line, in case `ERROR` comes next (F8). */
	keepReason(line: LineBuffer): void {
		const length = Math.min(line.end - line.begin, REASON_CAPACITY);
		line.data.copyWithin(line.capacity + 1, line.begin, line.begin + length);
		this.#reasonLength = length;
	}

	reason(line: LineBuffer): string | undefined {
		return this.#reasonLength === 0 ? undefined : textOf(line.data, line.capacity + 1, line.capacity + 1 + this.#reasonLength);
	}
}

/** A payload needs a prompt, and must not hold the byte that would end it or ESC when it ends with one (TS 27.005 3.5.1). */
export function isPayloadSendable(rule: FormSpec, payload: Uint8Array): boolean {
	if (!rule.prompt) return false;
	return rule.terminator === undefined || !(payload.includes(rule.terminator) || payload.includes(ESC));
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
