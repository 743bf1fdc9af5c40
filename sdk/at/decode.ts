import type { Command } from "./command.js";
import { type Field, FieldKind, type Fields } from "./fields.js";
import type { AtLine } from "./line.js";

export type Row = { [name: string]: unknown };

/**
 * Reads a line's parameters by a table of fields into `into`, from parameter `first` on; a field that is optional and empty becomes
 * undefined. False when a parameter that must be there is missing or one does not fit: `into` is then only partly written. For the
 * handlers of URCs and of `lines`.
 */
export function decodeLine(line: AtLine, fields: Fields, names: readonly string[], into: Row, first = 0): boolean {
	const count = line.count;
	for (let i = 0; i < names.length; i++) {
		const name = names[i]!;
		const field = fields[name]!;
		const value = i + first < count ? decodeField(line, i + first, field) : undefined;
		into[name] = value;
		if (value === undefined && !(field.isOptional && isEmpty(line, i + first))) return false;
	}
	return true;
}

/** True when a response without any information line is still an answer (`AT+CGPADDR=1` of a context without an address). */
export function isAllOptional(fields: Fields, names: readonly string[]): boolean {
	for (let i = 0; i < names.length; i++) if (!fields[names[i]!]!.isOptional) return false;
	return true;
}

function isEmpty(line: AtLine, index: number): boolean {
	return index >= line.count || line.equals(index, "");
}

function decodeField(line: AtLine, index: number, field: Field<unknown>): unknown {
	switch (field.kind) {
		case FieldKind.uint:
			return inRange(line.uint(index), field);
		case FieldKind.int:
			return inRange(line.int(index), field);
		case FieldKind.hex:
			return inRange(line.hex(index), field);
		case FieldKind.word:
			return wordAt(line, index, field.words!);
		case FieldKind.choice:
			return nameOf(line.uint(index), field.choices!);
		case FieldKind.payloadHex:
			return bytesAt(line, index);
		default:
			return textAt(line, index, field);
	}
}

function inRange(value: number | undefined, field: Field<unknown>): number | undefined {
	return value !== undefined && value >= field.minimum && value <= field.maximum ? value : undefined;
}

/** An empty optional text is absent; an empty text that must be there is "". */
function textAt(line: AtLine, index: number, field: Field<unknown>): string | undefined {
	if (line.equals(index, "")) return field.isOptional && !line.isQuoted(index) ? undefined : "";
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

/** Records kept for commands that are used again and again; a command that is not among them gets a new one. */
const KEPT_RECORDS = 6;

/** The result records of a channel: a polled command gets the same one each time, so reading it allocates nothing. */
export class Records {
	readonly #commands: (Command<any, any> | undefined)[] = new Array(KEPT_RECORDS).fill(undefined);
	readonly #records: Row[] = new Array(KEPT_RECORDS).fill(undefined);
	#next = 0;

	/** The command's record, its fields still as the last answer left them. */
	of(command: Command<any, any>): Row {
		const commands = this.#commands;
		for (let i = 0; i < KEPT_RECORDS; i++) if (commands[i] === command) return this.#records[i]!;
		const slot = this.#next;
		this.#next = (slot + 1) % KEPT_RECORDS;
		const record: Row = {};
		for (let i = 0; i < command.responseNames.length; i++) record[command.responseNames[i]!] = undefined;
		commands[slot] = command;
		this.#records[slot] = record;
		return record;
	}

	cleared(command: Command<any, any>): Row {
		const record = this.of(command);
		for (let i = 0; i < command.responseNames.length; i++) record[command.responseNames[i]!] = undefined;
		return record;
	}
}
