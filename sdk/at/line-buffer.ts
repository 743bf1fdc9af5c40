import type { AtLine } from "./line.js";

const COMMA = 0x2c;
const QUOTE = 0x22;
const BLANK = 0x20;
const COLON = 0x3a;

/** Parameters indexed per line; the longest seen (`+CGDCONT` of a 5G module) has 25. */
const MAX_PARAMETERS = 48;

/** Longest span a value may have: 13 hex digits are below 2^53. */
const MAX_HEX_DIGITS = 13;

export function hexDigit(byte: number): number {
	if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
	const upper = byte & 0xdf;
	return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1;
}

/**
 * The one line of a channel, and the buffer that it lives in. Parameters are found when the first one is asked for, so that a result
 * code costs nothing. Nothing here allocates but `text`, `toText`, `bytes` and `payload`.
 */
export class LineBuffer implements AtLine {
	/** The line's bytes; its binary data follow them. The framer writes it. */
	readonly data: Uint8Array;
	readonly capacity: number;
	/** The line is data[begin, end). */
	begin = 0;
	end = 0;
	payloadEnd = 0;
	isTruncated = false;
	#parameters = 0;
	#count = -1;
	readonly #spans = new Uint16Array(2 * MAX_PARAMETERS);

	constructor(capacity: number, reserve: number) {
		this.capacity = capacity;
		this.data = new Uint8Array(capacity + reserve);
	}

	set(begin: number, end: number): void {
		this.begin = begin;
		this.end = end;
		this.payloadEnd = end;
		this.#parameters = begin;
		this.#count = -1;
	}

	/** Parameters begin here. */
	parametersAt(position: number): void {
		this.#parameters = position;
		this.#count = -1;
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
		return this.#count < 0 ? this.#index() : this.#count;
	}

	#index(): number {
		const data = this.data;
		const end = this.end;
		const spans = this.#spans;
		let at = this.#parameters;
		let count = 0;
		while (at < end && data[at] === BLANK) at++;
		let more = at < end;
		while (more && count < MAX_PARAMETERS) {
			while (at < end && data[at] === BLANK) at++;
			let stop: number;
			if (data[at] === QUOTE && at < end) {
				spans[2 * count] = ++at;
				while (at < end && data[at] !== QUOTE) at++;
				stop = at;
				while (at < end && data[at] !== COMMA) at++;
			} else {
				spans[2 * count] = at;
				at = this.#unquotedEnd(at, end);
				stop = at;
				while (stop > spans[2 * count]! && data[stop - 1] === BLANK) stop--;
			}
			spans[2 * count + 1] = stop;
			count++;
			more = at < end;
			at++;
		}
		this.#count = count;
		return count;
	}

	#unquotedEnd(from: number, end: number): number {
		const data = this.data;
		let at = from;
		while (at < end) {
			const byte = data[at];
			if (byte === COMMA) return at;
			at++;
			if (byte === QUOTE) {
				while (at < end && data[at] !== QUOTE) at++;
				at++;
			}
		}
		return end;
	}

	isQuoted(index: number): boolean {
		if (index >= this.count) return false;
		const start = this.#spans[2 * index]!;
		return start > this.#parameters && this.data[start - 1] === QUOTE;
	}

	uint(index: number): number | undefined {
		if (index >= this.count) return undefined;
		const start = this.#spans[2 * index]!;
		return this.data[start - 1] === QUOTE && start > this.#parameters ? undefined : this.#decimal(start, this.#spans[2 * index + 1]!);
	}

	int(index: number): number | undefined {
		if (index >= this.count || this.isQuoted(index)) return undefined;
		const start = this.#spans[2 * index]!;
		const end = this.#spans[2 * index + 1]!;
		const sign = start < end ? this.data[start] : 0;
		if (sign !== 0x2d && sign !== 0x2b) return this.#decimal(start, end);
		const value = this.#decimal(start + 1, end);
		return sign === 0x2d && value ? -value : value;
	}

	#decimal(start: number, end: number): number | undefined {
		if (start === end) return undefined;
		const data = this.data;
		let value = 0;
		for (let at = start; at < end; at++) {
			const digit = data[at]! - 0x30;
			if (digit < 0 || digit > 9) return undefined;
			value = value * 10 + digit;
		}
		return value <= Number.MAX_SAFE_INTEGER ? value : undefined;
	}

	hex(index: number): number | undefined {
		if (index >= this.count) return undefined;
		const end = this.#spans[2 * index + 1]!;
		const start = this.#spans[2 * index]!;
		if (start === end || end - start > MAX_HEX_DIGITS) return undefined;
		const data = this.data;
		let value = 0;
		for (let at = start; at < end; at++) {
			const digit = hexDigit(data[at]!);
			if (digit < 0) return undefined;
			value = value * 16 + digit;
		}
		return value;
	}

	text(index: number): string | undefined {
		if (index >= this.count) return undefined;
		return this.#string(this.#spans[2 * index]!, this.#spans[2 * index + 1]!);
	}

	equals(index: number, ascii: string): boolean {
		if (index >= this.count) return false;
		const start = this.#spans[2 * index]!;
		return this.#spans[2 * index + 1]! - start === ascii.length && this.#matches(start, ascii);
	}

	startsWith(ascii: string): boolean {
		return this.end - this.begin >= ascii.length && this.#matches(this.begin, ascii);
	}

	/** Whether the line ends so; the finals of a command ask. */
	endsWith(ascii: string): boolean {
		return this.end - this.begin >= ascii.length && this.#matches(this.end - ascii.length, ascii);
	}

	#matches(start: number, ascii: string): boolean {
		const data = this.data;
		for (let i = 0; i < ascii.length; i++) if (data[start + i] !== ascii.charCodeAt(i)) return false;
		return true;
	}

	hexBytes(index: number, into: Uint8Array, offset = 0): number {
		if (index >= this.count) return -1;
		const data = this.data;
		const start = this.#spans[2 * index]!;
		const end = this.#spans[2 * index + 1]!;
		const length = (end - start) / 2;
		if ((end - start) % 2 !== 0 || offset + length > into.length) return -1;
		let out = offset;
		for (let at = start; at < end; at += 2) {
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
		return this.payloadEnd > this.end ? this.data.subarray(this.end, this.payloadEnd) : undefined;
	}

	toText(): string {
		return this.#string(this.begin, this.end);
	}

	/** UTF-8, as operators' names are printed; a byte that is none is U+FFFD. */
	#string(start: number, end: number): string {
		return textOf(this.data, start, end);
	}
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
