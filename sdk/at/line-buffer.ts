import { decodeField, type Row } from "./decode.js";
import { type Field, FieldKind } from "./fields.js";
import type { AtLine } from "./line.js";
import type { FieldTable } from "./plan.js";

const COMMA = 0x2c;
const QUOTE = 0x22;
const BLANK = 0x20;
const COLON = 0x3a;

/** Parameters indexed per line; the longest seen (`+CGDCONT` of a 5G module) has 25. */
export const MAX_PARAMETERS = 48;

const UINT = FieldKind.uint;
const HEX = FieldKind.hex;

/** Longest span a value may have: 13 hex digits are below 2^53. */
const MAX_HEX_DIGITS = 13;

/**
 * The one line of a channel, and the buffer that it lives in. Where its commas are is known from framing, so reading a parameter looks at
 * its own bytes only. Nothing here allocates but `text`, `toText`, `bytes` and `payload`.
 */
export class LineBuffer implements AtLine {
	/** What was received; the framer writes it. */
	data: Uint8Array;
	/** The line is data[begin, end), its commas outside quotes are commas[0, commaCount). */
	begin = 0;
	end = 0;
	/** Where the parameters begin; the commas before them, of a prefix or of the echo in front of it, are skipped. */
	parameters = 0;
	skipped = 0;
	commaCount = 0;
	readonly commas = new Uint16Array(MAX_PARAMETERS);
	isTruncated = false;
	/** The data that followed; none when the end is 0. */
	payloadEnd = 0;
	payloadBegin = 0;
	capacity: number;
	/** Where the parameter last looked up ends. */
	#end = 0;

	constructor(capacity: number, reserve: number) {
		// One byte behind the line ends every scan.
		this.data = new Uint8Array(capacity + reserve + 1);
		this.capacity = capacity;
	}

	/** Room for longer lines; what is there stays where it is. */
	grow(capacity: number): void {
		const { data } = this;
		const grown = new Uint8Array(data.length + capacity - this.capacity);
		grown.set(data.subarray(0, this.capacity + 1));
		grown.set(data.subarray(this.capacity + 1), capacity + 1);
		this.data = grown;
		this.capacity = capacity;
	}

	/** Makes data[begin, end) the line and finds its commas. */
	set(begin: number, end: number): void {
		const data = this.data;
		let count = 0;
		let isQuoted = false;
		for (let at = begin; at < end; at++) {
			const byte = data[at]!;
			if (byte === QUOTE) isQuoted = !isQuoted;
			else if (byte === COMMA && !isQuoted && count < MAX_PARAMETERS) this.commas[count++] = at;
		}
		this.open(begin, end, count);
	}

	/** Makes data[begin, end) the line; its commas have been found. */
	open(begin: number, end: number, commaCount: number): void {
		this.begin = begin;
		this.end = end;
		this.commaCount = commaCount;
		this.parameters = begin;
		this.skipped = 0;
		this.payloadEnd = 0;
	}

	/** Parameters begin here. */
	parametersAt(position: number): void {
		const commas = this.commas;
		const count = this.commaCount;
		let skipped = 0;
		while (skipped < count && commas[skipped]! < position) skipped++;
		this.parameters = position;
		this.skipped = skipped;
	}

	/** Parameters begin after this position, a colon and the blanks that follow. */
	parametersAfter(position: number): void {
		const data = this.data;
		const end = this.end;
		let at = position;
		while (at < end && data[at] === BLANK) at++;
		if (at < end && data[at] === COLON) at++;
		while (at < end && data[at] === BLANK) at++;
		this.parametersAt(at);
	}

	get count(): number {
		if (this.parameters >= this.end) return 0;
		return Math.min(this.commaCount - this.skipped + 1, MAX_PARAMETERS);
	}

	/** Where the parameter begins, past its blanks; -1 when there is none. Its end is `#end`. */
	private start(index: number): number {
		const commas = this.commas;
		const count = this.commaCount;
		const next = index + this.skipped;
		if (next < count) this.#end = commas[next]!;
		else if (next === count && index < MAX_PARAMETERS && this.parameters < this.end) this.#end = this.end;
		else return -1;
		let at = 0;
		if (index > 0) at = commas[next - 1]! + 1;
		else if (index === 0) at = this.parameters;
		else return -1;
		const data = this.data;
		while (data[at] === BLANK) at++;
		return at;
	}

	/**
	 * Reads the parameters from `first` on by a table of fields into a record. The same as asking for each one, but the commas are gone
	 * through once.
	 */
	decode(table: FieldTable, into: Row, first: number): boolean {
		const names = table.names;
		const fields = table.fields;
		const length = names.length;
		const data = this.data;
		const commas = this.commas;
		const commaCount = this.commaCount;
		const lineEnd = this.end;
		let comma = this.skipped + first;
		let at = this.parameters;
		if (at >= lineEnd || comma > commaCount) at = lineEnd + 1;
		else if (first > 0) at = commas[comma - 1]! + 1;
		let end = 0;
		let kind = 0;
		let value: unknown;
		let field: Field<unknown>;
		for (let i = 0; i < length; i++) {
			field = fields[i]!;
			value = undefined;
			// Behind the last parameter `at` is behind the line's end.
			if (at <= lineEnd) {
				end = comma < commaCount ? commas[comma]! : lineEnd;
				comma++;
				while (data[at] === BLANK) at++;
				kind = field.kind;
				if (at >= end && field.isOptional) {
					into[names[i]!] = undefined;
					at = end + 1;
					continue;
				}
				if (kind === UINT) value = this.decimal(at, end);
				else if (kind === HEX) value = this.hexadecimal(at, end);
				else value = decodeField(this, i + first, field);
				at = end + 1;
			}
			if (value === undefined) {
				if (!field.isOptional || (at <= lineEnd + 1 && !this.isEmpty(i + first))) return false;
			} else if (kind <= HEX && ((value as number) > field.maximum || (value as number) < field.minimum)) return false;
			into[names[i]!] = value;
		}
		return true;
	}

	/** The end of the contents that begin here: the closing quote, or what is left of the blanks at the end. */
	private contentEnd(start: number, isQuoted: boolean): number {
		const data = this.data;
		let end = this.#end;
		if (isQuoted) {
			let close = start;
			while (close < end && data[close] !== QUOTE) close++;
			return close;
		}
		while (end > start && data[end - 1] === BLANK) end--;
		return end;
	}

	isQuoted(index: number): boolean {
		const start = this.start(index);
		return start >= 0 && start < this.#end && this.data[start] === QUOTE;
	}

	/** As `decimal`, without the call: most parameters are read here. */
	uint(index: number): number | undefined {
		const start = this.start(index);
		if (start < 0) return undefined;
		const data = this.data;
		const end = this.#end;
		let at = start;
		let value = 0;
		let digit = data[at]! - 0x30;
		while (digit >= 0 && digit <= 9) {
			value = value * 10 + digit;
			digit = data[++at]! - 0x30;
		}
		if (at === start) return undefined;
		return at === end && value <= 9007199254740991 ? value : this.decimal(start, end);
	}

	int(index: number): number | undefined {
		const start = this.start(index);
		if (start < 0) return undefined;
		const end = this.#end;
		const sign = start < end ? this.data[start] : 0;
		if (sign !== 0x2d && sign !== 0x2b) return this.decimal(start, end);
		const value = this.decimal(start + 1, end);
		return sign === 0x2d && value ? -value : value;
	}

	/** Whatever follows a line or a parameter is no digit, so the digits end themselves. */
	private decimal(start: number, end: number): number | undefined {
		const data = this.data;
		let at = start;
		let value = 0;
		let digit = data[at]! - 0x30;
		while (digit >= 0 && digit <= 9) {
			value = value * 10 + digit;
			digit = data[++at]! - 0x30;
		}
		if (at === start || at > end) return undefined;
		while (at < end && data[at] === BLANK) at++;
		return at === end && value <= 9007199254740991 ? value : undefined;
	}

	hex(index: number): number | undefined {
		const start = this.start(index);
		return start < 0 ? undefined : this.hexadecimal(start, this.#end);
	}

	private hexadecimal(start: number, end: number): number | undefined {
		const data = this.data;
		const isQuoted = data[start] === QUOTE;
		const first = isQuoted ? start + 1 : start;
		let at = first;
		let value = 0;
		let digit = data[at]! - 0x30;
		while (digit >= 0) {
			if (digit > 9) {
				digit = ((digit + 0x30) & 0xdf) - 0x37;
				if (digit < 10 || digit > 15) break;
			}
			value = value * 16 + digit;
			digit = data[++at]! - 0x30;
		}
		if (at === first || at - first > MAX_HEX_DIGITS || at > end) return undefined;
		if (isQuoted) return data[at] === QUOTE && at < end ? value : undefined;
		while (at < end && data[at] === BLANK) at++;
		return at === end ? value : undefined;
	}

	text(index: number): string | undefined {
		const start = this.start(index);
		if (start < 0) return undefined;
		const isQuoted = start < this.#end && this.data[start] === QUOTE;
		const from = isQuoted ? start + 1 : start;
		return textOf(this.data, from, this.contentEnd(from, isQuoted));
	}

	lengthOf(index: number): number {
		const start = this.start(index);
		if (start < 0) return 0;
		const isQuoted = start < this.#end && this.data[start] === QUOTE;
		const from = isQuoted ? start + 1 : start;
		return this.contentEnd(from, isQuoted) - from;
	}

	equals(index: number, ascii: string): boolean {
		const start = this.start(index);
		if (start < 0) return false;
		const isQuoted = start < this.#end && this.data[start] === QUOTE;
		const from = isQuoted ? start + 1 : start;
		return this.contentEnd(from, isQuoted) - from === ascii.length && this.matches(from, ascii);
	}

	isEmpty(index: number): boolean {
		const start = this.start(index);
		if (start < 0) return true;
		const isQuoted = start < this.#end && this.data[start] === QUOTE;
		return this.#end === start || (isQuoted && this.contentEnd(start + 1, true) === start + 1);
	}

	startsWith(ascii: string): boolean {
		return this.end - this.begin >= ascii.length && this.matches(this.begin, ascii);
	}

	private matches(start: number, ascii: string): boolean {
		const data = this.data;
		for (let i = 0; i < ascii.length; i++) if (data[start + i] !== ascii.charCodeAt(i)) return false;
		return true;
	}

	hexBytes(index: number, into: Uint8Array, offset = 0): number {
		const start = this.start(index);
		if (start < 0) return -1;
		const data = this.data;
		const isQuoted = start < this.#end && data[start] === QUOTE;
		let at = isQuoted ? start + 1 : start;
		const end = this.contentEnd(at, isQuoted);
		const length = (end - at) / 2;
		if ((end - at) % 2 !== 0 || offset + length > into.length) return -1;
		for (let out = offset; at < end; at += 2) {
			const high = hexDigit(data[at]!);
			const low = hexDigit(data[at + 1]!);
			if (high < 0 || low < 0) return -1;
			into[out++] = high * 16 + low;
		}
		return length;
	}

	bytes(): Uint8Array {
		return this.data.subarray(this.begin, this.end);
	}

	payload(): Uint8Array | undefined {
		return this.payloadEnd > 0 && this.payloadEnd > this.payloadBegin ? this.data.subarray(this.payloadBegin, this.payloadEnd) : undefined;
	}

	/** UTF-8, as operators' names are printed; a byte that is none is U+FFFD. */
	toText(): string {
		return textOf(this.data, this.begin, this.end);
	}
}

export function hexDigit(byte: number): number {
	if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
	const upper = byte & 0xdf;
	return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1;
}

/** Eight bytes at a time: neither XS nor the portable floor promises a TextDecoder, and each `+=` allocates. */
export function textOf(data: Uint8Array, start: number, end: number): string {
	let out = "";
	let at = start;
	while (at + 8 <= end && isAscii(data, at, at + 8)) {
		out += String.fromCharCode(
			data[at]!,
			data[at + 1]!,
			data[at + 2]!,
			data[at + 3]!,
			data[at + 4]!,
			data[at + 5]!,
			data[at + 6]!,
			data[at + 7]!,
		);
		at += 8;
	}
	while (at < end) {
		const length = sequenceLength(data, at, end);
		out += String.fromCodePoint(codePoint(data, at, length));
		at += length === 0 ? 1 : length;
	}
	return out;
}

function isAscii(data: Uint8Array, start: number, end: number): boolean {
	for (let at = start; at < end; at++) if (data[at]! >= 0x80) return false;
	return true;
}

/** Bytes of the UTF-8 sequence at this position, 0 when there is none. */
function sequenceLength(data: Uint8Array, at: number, end: number): number {
	const lead = data[at]!;
	if (lead < 0x80) return 1;
	const length = lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
	if (length === 0 || at + length > end) return 0;
	for (let i = 1; i < length; i++) if ((data[at + i]! & 0xc0) !== 0x80) return 0;
	return length;
}

function codePoint(data: Uint8Array, at: number, length: number): number {
	if (length === 0) return 0xfffd;
	if (length === 1) return data[at]!;
	let value = data[at]! & (0x7f >> length);
	for (let i = 1; i < length; i++) value = value * 64 + (data[at + i]! & 0x3f);
	return value > 0x10ffff ? 0xfffd : value;
}
