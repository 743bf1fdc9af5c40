import * as base from "../../sdk/3gpp/commands.js";
import type { Command } from "../../sdk/at/command.js";
import type { Row } from "../../sdk/at/decode.js";
import { CommandLine } from "../../sdk/at/encode.js";
import { LineBuffer } from "../../sdk/at/line-buffer.js";
import { rawCommand } from "../../sdk/at/raw.js";
import type { Driver } from "../../sdk/modem/driver.js";

/** What to submit for a command line of a transcript. */
export interface Request {
	readonly text: string;
	readonly command: Command<any, any>;
	readonly params: Row | undefined;
	readonly payload: Uint8Array | undefined;
	readonly isRaw: boolean;
}

const CAPACITY = 4096;
/** A command with a prompt must have a payload. */
const NEVER_SENT = new Uint8Array(1);

/** The declarations of 27.007 and of a driver, found by what they write. */
export class CommandTable {
	readonly #declared: readonly Command<any, any>[];
	readonly #rawTimeoutMs: number;

	constructor(driver: Driver | undefined, rawTimeoutMs: number) {
		const found = new Set<Command<any, any>>();
		collect(driver, found, 0);
		collect({ ...base }, found, 0);
		this.#declared = [...found];
		this.#rawTimeoutMs = rawTimeoutMs;
	}

	/** Whether what the module said ends with a prompt: `>` or `@`, or one that a declared command waits for. */
	endsWithPrompt(said: string): boolean {
		if (/(^|[\r\n])\s*[>@] ?$/.test(said)) return true;
		const line = /[^\r\n]*[\r\n]*$/.exec(said)?.[0].trim() ?? "";
		return line !== "" && this.#declared.some(({ rule }) => rule.prompt === line);
	}

	/** The declared command that writes exactly this line, or the line as it stands. One that was refused before its prompt has no payload. */
	find(text: string, payload: Uint8Array | undefined): Request {
		const fitting = this.#declared.filter(({ rule }) => !rule.terminator && (payload === undefined || rule.prompt !== undefined));
		const promptless = fitting.filter(({ rule }) => rule.prompt === undefined);
		for (const command of [...promptless, ...fitting]) {
			const params = paramsOf(command, text);
			if (params === false) continue;
			return { text, command, params, payload: command.rule.prompt === undefined ? undefined : (payload ?? NEVER_SENT), isRaw: false };
		}
		const options = { timeoutMs: this.#rawTimeoutMs, ...(payload ? { prompt: true as const } : {}) };
		return { text, command: rawCommand(text, options), params: undefined, payload, isRaw: true };
	}
}

/** Walks a driver's tables; the commands that its functions keep to themselves go out as they stand. */
function collect(value: unknown, found: Set<Command<any, any>>, depth: number): void {
	if (typeof value !== "object" || value === null || depth > 6 || value instanceof Uint8Array) return;
	if ("head" in value && "rule" in value && "plan" in value) found.add(value as Command<any, any>);
	else for (const member of Object.values(value)) collect(member, found, depth + 1);
}

/** The parameters with which the command writes this line; false when there are none. */
function paramsOf(command: Command<any, any>, text: string): Row | undefined | false {
	const head = `AT${command.head}`;
	if (!text.startsWith(head)) return false;
	if (!command.rule.params) return text === head ? undefined : false;
	const params: Row = {};
	if (!lineOf(text.slice(head.length)).decode(command.plan.params, params, 0)) return false;
	const line = new CommandLine(CAPACITY);
	if (line.encode(command, params) || latin1(line.bytes.subarray(0, line.length - 1)) !== text) return false;
	return params;
}

function lineOf(parameters: string): LineBuffer {
	const line = new LineBuffer(CAPACITY, 0);
	for (let i = 0; i < parameters.length; i++) line.data[i] = parameters.charCodeAt(i);
	line.set(0, parameters.length);
	return line;
}

function latin1(bytes: Uint8Array): string {
	let text = "";
	for (const byte of bytes) text += String.fromCharCode(byte);
	return text;
}
