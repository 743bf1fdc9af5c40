import type { Command } from "./command.js";
import { type Field, FieldKind } from "./fields.js";
import type { AtLine } from "./line.js";
import type { FieldTable } from "./plan.js";

export type { FieldTable } from "./plan.js";
export { fieldTable } from "./plan.js";

export type Row = { [name: string]: unknown };

/** What is not worth a fast path: see `AtLine.decode`. */
export function decodeField(line: AtLine, index: number, field: Field<unknown>): unknown {
	switch (field.kind) {
		case FieldKind.uint:
			return inRange(line.uint(index), field);
		case FieldKind.hex:
			return inRange(line.hex(index), field);
		case FieldKind.int:
			return inRange(line.int(index), field);
		case FieldKind.word:
			return wordAt(line, index, field.words!);
		case FieldKind.choice:
			return nameOf(line.uint(index), field.choices!);
		case FieldKind.payloadHex:
			return bytesAt(line, index);
		case FieldKind.uintList:
			return undefined;
		default:
			return textAt(line, index, field);
	}
}

function inRange(value: number | undefined, field: Field<unknown>): number | undefined {
	return value !== undefined && value >= field.minimum && value <= field.maximum ? value : undefined;
}

/** An empty optional text is absent; an empty text that must be there is "". */
function textAt(line: AtLine, index: number, field: Field<unknown>): string | undefined {
	if (line.isEmpty(index)) return field.isOptional && !line.isQuoted(index) ? undefined : "";
	return line.text(index);
}

function wordAt(line: AtLine, index: number, words: readonly string[]): string | undefined {
	for (let i = 0; i < words.length; i++) if (line.equals(index, words[i]!)) return words[i];
	return undefined;
}

function nameOf(value: number | undefined, choices: { readonly [name: string]: number }): string | undefined {
	for (const name in choices) if (choices[name] === value) return name;
	return undefined;
}

function bytesAt(line: AtLine, index: number): Uint8Array | undefined {
	const digits = line.text(index);
	if (digits === undefined || (digits === "" && !line.isQuoted(index))) return undefined;
	const bytes = new Uint8Array(digits.length >> 1);
	return line.hexBytes(index, bytes) < 0 ? undefined : bytes;
}

/** Records kept for commands that are used again and again, some 100 bytes each; a command that is not among them gets a new one. */
const KEPT_RECORDS = 3;

/** The result records of a channel: a polled command gets the same one each time, so reading it allocates nothing. */
export class Records {
	readonly #commands: Command<any, any>[] = [];
	readonly #records: Row[] = [];
	#next = 0;

	/** The command's record, its fields still as the last answer left them. */
	of(command: Command<any, any>): Row {
		const commands = this.#commands;
		const count = commands.length;
		for (let i = 0; i < count; i++) if (commands[i] === command) return this.#records[i]!;
		const slot = this.#next;
		this.#next = (slot + 1) % KEPT_RECORDS;
		const record: Row = {};
		clear(record, command.plan.response);
		commands[slot] = command;
		this.#records[slot] = record;
		return record;
	}

	cleared(command: Command<any, any>): Row {
		const record = this.of(command);
		clear(record, command.plan.response);
		return record;
	}
}

function clear(record: Row, table: FieldTable): void {
	for (let i = 0; i < table.names.length; i++) record[table.names[i]!] = undefined;
}
