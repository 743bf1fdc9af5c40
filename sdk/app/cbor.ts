import { readUtf8, utf8Length, writeUtf8 } from "./utf8.js";

/**
 * The part of CBOR (RFC 8949) that small messages need: definite lengths, integers of 53 bits, decimal fractions; written deterministically
 * (RFC 8949 4.2.1: shortest forms; keys stay in the caller's order). Read are all floating-point widths and longer than shortest forms.
 */
export type CborErrorCode = "truncated" | "malformed" | "unsupported" | "tooDeep" | "wrongType" | "range";

/** `offset` is the byte at which the item that is wrong begins. */
export class CborError extends Error {
	readonly code: CborErrorCode;
	readonly offset: number;
	constructor(code: CborErrorCode, offset: number) {
		super(`cbor: ${code} at byte ${offset}`);
		this.code = code;
		this.offset = offset;
	}
	override get name(): string {
		return "CborError";
	}
}

const two32 = 0x100000000;
/** Deepest nesting that is read. */
const depthLimit = 8;

const major = Object.freeze({ unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 });
const decimalFractionTag = 4;

/**
 * Writes into a buffer of the caller's. What does not fit is not written and sets `overflowed`, once and for all until
 * {@link rewind}: check it at the end.
 */
export class CborWriter {
	#buffer: Uint8Array;
	#length: number;
	#start: number;
	#overflowed = false;
	/** `start`: bytes to leave free before. */
	constructor(buffer: Uint8Array, start = 0) {
		this.#buffer = buffer;
		this.#start = start;
		this.#length = start;
	}
	/** The place after what has been written, counted from the buffer's start. */
	get length(): number {
		return this.#length;
	}
	get overflowed(): boolean {
		return this.#overflowed;
	}
	/** Forgets everything from `length` on. */
	rewind(length = this.#start): void {
		this.#length = length;
		this.#overflowed = false;
	}
	/** What has been written; valid until the buffer is written again. */
	bytes(): Uint8Array {
		return this.#buffer.subarray(this.#start, this.#length);
	}
	/** @throws CborError `range` for what is no integer within ±(2^53 − 1). */
	int(value: number): void {
		if (!Number.isSafeInteger(value)) throw new CborError("range", this.#length);
		if (value < 0) this.#head(major.negative, -1 - value);
		else this.#head(major.unsigned, value);
	}
	byteString(value: Uint8Array): void {
		this.#head(major.bytes, value.length);
		if (!this.#fits(value.length)) return;
		this.#buffer.set(value, this.#length);
		this.#length += value.length;
	}
	text(value: string): void {
		const length = utf8Length(value);
		this.#head(major.text, length);
		if (this.#fits(length)) this.#length = writeUtf8(value, this.#buffer, this.#length);
	}
	/** `count` items follow. */
	array(count: number): void {
		this.#head(major.array, count);
	}
	/** `count` pairs of key and value follow. */
	map(count: number): void {
		this.#head(major.map, count);
	}
	/** RFC 8949 3.4.4: mantissa × 10^exponent, exactly. */
	decimal(mantissa: number, exponent: number): void {
		this.#head(major.tag, decimalFractionTag);
		this.array(2);
		this.int(exponent);
		this.int(mantissa);
	}
	boolean(value: boolean): void {
		this.#head(major.simple, value ? 21 : 20);
	}
	/** The shortest head of a major type with its argument. */
	#head(type: number, argument: number): void {
		const width = argument < 24 ? 0 : argument < 0x100 ? 1 : argument < 0x10000 ? 2 : argument < two32 ? 4 : 8;
		if (!this.#fits(1 + width)) return;
		const information = width === 0 ? argument : width === 1 ? 24 : width === 2 ? 25 : width === 4 ? 26 : 27;
		this.#buffer[this.#length] = (type << 5) | information;
		let rest = argument;
		for (let place = this.#length + width; place > this.#length; place--) {
			this.#buffer[place] = rest % 256;
			rest = Math.floor(rest / 256);
		}
		this.#length += 1 + width;
	}
	#fits(count: number): boolean {
		if (this.#overflowed || this.#length + count > this.#buffer.length) this.#overflowed = true;
		return !this.#overflowed;
	}
}

export type CborType = "int" | "bytes" | "text" | "array" | "map" | "tag" | "float" | "boolean" | "null" | "undefined" | "simple";

/** Reads one item after the other. Every method throws {@link CborError} when the next item is not what it asks for; nothing is consumed then. */
export class CborReader {
	#bytes: Uint8Array;
	#at = 0;
	#argument = 0;
	#depth = 0;
	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}
	get offset(): number {
		return this.#at;
	}
	get atEnd(): boolean {
		return this.#at >= this.#bytes.length;
	}
	/** The type of the next item; undefined at the end. */
	get type(): CborType | undefined {
		if (this.atEnd) return undefined;
		const head = this.#bytes[this.#at]!;
		switch (head >> 5) {
			case major.unsigned:
			case major.negative:
				return "int";
			case major.bytes:
				return "bytes";
			case major.text:
				return "text";
			case major.array:
				return "array";
			case major.map:
				return "map";
			case major.tag:
				return "tag";
			default:
				return simpleType(head & 31);
		}
	}
	int(): number {
		const start = this.#at;
		const type = this.#head();
		if (type !== major.unsigned && type !== major.negative) this.#fail("wrongType", start);
		return this.#signed(type, start);
	}
	/** An integer, a floating-point number of any width, or a decimal fraction. */
	number(): number {
		const start = this.#at;
		const type = this.#head();
		if (type === major.unsigned || type === major.negative) return this.#signed(type, start);
		if (type === major.simple) {
			const information = this.#bytes[start]! & 31;
			if (information === 25) return halfFloat(this.#argument);
			if (information === 26 || information === 27)
				return new DataView(this.#bytes.buffer, this.#bytes.byteOffset)[information === 26 ? "getFloat32" : "getFloat64"](start + 1);
		}
		if (type !== major.tag || this.#argument !== decimalFractionTag) this.#fail("wrongType", start);
		if (this.#nested(major.array) !== 2) this.#fail("malformed", start);
		const exponent = this.#part(start);
		const mantissa = this.#part(start);
		return exponent < 0 ? mantissa / 10 ** -exponent : mantissa * 10 ** exponent;
	}
	/** A view of the message, valid as long as it is. */
	byteString(): Uint8Array {
		const end = this.#stringEnd(major.bytes);
		const start = end - this.#argument;
		this.#at = end;
		return this.#bytes.subarray(start, end);
	}
	text(): string {
		const head = this.#at;
		const end = this.#stringEnd(major.text);
		const text = readUtf8(this.#bytes, end - this.#argument, end);
		if (text === undefined) this.#fail("malformed", head);
		this.#at = end;
		return text;
	}
	boolean(): boolean {
		const start = this.#at;
		const type = this.#head();
		if (type !== major.simple || (this.#argument !== 20 && this.#argument !== 21)) this.#fail("wrongType", start);
		return this.#argument === 21;
	}
	/** How many items follow. */
	array(): number {
		return this.#nested(major.array);
	}
	/** The tag's number; the tagged item follows. */
	tag(): number {
		const start = this.#at;
		if (this.#head() !== major.tag) this.#fail("wrongType", start);
		return this.#argument;
	}
	/**
	 * Calls `visitor` for each pair of a map whose keys are integers or texts. It may read the value, the whole value, or leave it: then it is
	 * skipped. `target` is `this` inside.
	 * @throws CborError `malformed` when a value was read in part or beyond.
	 */
	mapOf<T>(target: T, visitor: (this: T, key: number | string, reader: CborReader) => void): void {
		const start = this.#at;
		const pairs = this.#nested(major.map);
		if (++this.#depth > depthLimit) this.#fail("tooDeep", start);
		for (let pair = 0; pair < pairs; pair++) {
			const key = this.type === "text" ? this.text() : this.int();
			const value = this.#at;
			this.skip();
			const end = this.#at;
			this.#at = value;
			visitor.call(target, key, this);
			if (this.#at === value) this.#at = end;
			else if (this.#at !== end) this.#fail("malformed", value);
		}
		this.#depth--;
	}
	/** Leaves out the next item with all that is in it. */
	skip(): void {
		this.#skip(this.#depth);
	}

	#skip(depth: number): void {
		const start = this.#at;
		if (depth > depthLimit) this.#fail("tooDeep", start);
		const type = this.#head();
		let items = 0;
		if (type === major.bytes || type === major.text) {
			if (this.#argument > this.#bytes.length - this.#at) this.#fail("truncated", start);
			this.#at += this.#argument;
		} else if (type === major.array) items = this.#argument;
		else if (type === major.map) items = this.#argument * 2;
		else if (type === major.tag) items = 1;
		for (let item = 0; item < items; item++) this.#skip(depth + 1);
	}
	/** A part of a decimal fraction: small integers, tagged ones (bignums) are not supported. */
	#part(start: number): number {
		if (this.type !== "int") this.#fail(this.atEnd ? "truncated" : "unsupported", start);
		return this.int();
	}
	/** A count of items can not be larger than the bytes that are left: a forged count ends here, not after four thousand million steps. */
	#nested(type: number): number {
		const start = this.#at;
		if (this.#head() !== type) this.#fail("wrongType", start);
		if (this.#argument * (type === major.map ? 2 : 1) > this.#bytes.length - this.#at) this.#fail("truncated", start);
		return this.#argument;
	}
	#stringEnd(type: number): number {
		const start = this.#at;
		if (this.#head() !== type) this.#fail("wrongType", start);
		if (this.#argument > this.#bytes.length - this.#at) this.#fail("truncated", start);
		return this.#at + this.#argument;
	}
	#signed(type: number, start: number): number {
		const value = type === major.negative ? -1 - this.#argument : this.#argument;
		if (!Number.isSafeInteger(value)) this.#fail("range", start);
		return value;
	}
	/** Consumes a head: the major type, with its argument in #argument. */
	#head(): number {
		const start = this.#at;
		if (start >= this.#bytes.length) this.#fail("truncated", start);
		const head = this.#bytes[start]!;
		const information = head & 31;
		if (information === 31) this.#fail("unsupported", start);
		if (information > 27) this.#fail("malformed", start);
		const width = information < 24 ? 0 : 1 << (information - 24);
		if (start + 1 + width > this.#bytes.length) this.#fail("truncated", start);
		let argument = width === 0 ? information : 0;
		for (let place = start + 1; place <= start + width; place++) argument = argument * 256 + this.#bytes[place]!;
		// RFC 8949 3.3: simple values below 32 have one form only.
		if (head >> 5 === major.simple && information === 24 && argument < 32) this.#fail("malformed", start);
		this.#argument = argument;
		this.#at = start + 1 + width;
		return head >> 5;
	}
	#fail(code: CborErrorCode, offset: number): never {
		this.#at = offset;
		throw new CborError(code, offset);
	}
}

function simpleType(information: number): CborType {
	if (information === 20 || information === 21) return "boolean";
	if (information === 22) return "null";
	if (information === 23) return "undefined";
	return information >= 25 && information <= 27 ? "float" : "simple";
}

/** RFC 8949 appendix D. */
function halfFloat(bits: number): number {
	const exponent = (bits >> 10) & 31;
	const fraction = bits & 0x3ff;
	const magnitude =
		exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? (fraction === 0 ? Infinity : NaN) : (fraction + 1024) * 2 ** (exponent - 25);
	return bits & 0x8000 ? -magnitude : magnitude;
}
