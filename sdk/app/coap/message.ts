import { utf8Length, writeUtf8 } from "../utf8.js";

/** The message format of RFC 7252 3, over UDP. */
export const type = Object.freeze({ confirmable: 0, nonConfirmable: 1, acknowledgement: 2, reset: 3 });
export const code = Object.freeze({
	empty: 0,
	get: 1,
	post: 2,
	put: 3,
	delete: 4,
	changed: 0x44,
	content: 0x45,
	continue: 0x5f,
	requestEntityIncomplete: 0x88,
	requestEntityTooLarge: 0x8d,
});

/** "2.04" of 0x44. */
export function codeText(value: number): string {
	const detail = value & 31;
	return `${value >> 5}.${detail < 10 ? "0" : ""}${detail}`;
}
export function codeClass(value: number): number {
	return value >> 5;
}

const headerBytes = 4;
const longestToken = 8;
const payloadMarker = 0xff;

/** Writes a message into a buffer of its own. Options in the order of their numbers. What does not fit sets `overflowed`. */
export class MessageWriter {
	#buffer: Uint8Array;
	#length = 0;
	#lastOption = 0;
	#overflowed = false;
	constructor(capacity: number) {
		this.#buffer = new Uint8Array(capacity);
	}
	get overflowed(): boolean {
		return this.#overflowed;
	}
	begin(messageType: number, messageCode: number, messageId: number, token: Uint8Array, tokenLength = token.length): void {
		this.#overflowed = false;
		this.#lastOption = 0;
		this.#buffer[0] = 0x40 | (messageType << 4) | tokenLength;
		this.#buffer[1] = messageCode;
		this.#buffer[2] = messageId >> 8;
		this.#buffer[3] = messageId & 255;
		for (let index = 0; index < tokenLength; index++) this.#buffer[headerBytes + index] = token[index]!;
		this.#length = headerBytes + tokenLength;
	}
	/** RFC 7252 3.2: no leading zeros; zero is empty. */
	uintOption(number: number, value: number): void {
		const width = value === 0 ? 0 : value < 0x100 ? 1 : value < 0x10000 ? 2 : value < 0x1000000 ? 3 : 4;
		if (!this.#optionHead(number, width)) return;
		for (let shift = width - 1; shift >= 0; shift--) this.#buffer[this.#length++] = (value >>> (8 * shift)) & 255;
	}
	opaqueOption(number: number, value: Uint8Array, length = value.length): void {
		if (!this.#optionHead(number, length)) return;
		for (let index = 0; index < length; index++) this.#buffer[this.#length++] = value[index]!;
	}
	/** One option per part of `text` between `separator`s, from `from` on. An empty text has no part. */
	textOptions(number: number, text: string, separator: string, from = 0): void {
		let start = from;
		while (start < text.length) {
			let end = text.indexOf(separator, start);
			if (end < 0) end = text.length;
			if (!this.#optionHead(number, utf8Length(text, start, end))) return;
			this.#length = writeUtf8(text, this.#buffer, this.#length, start, end);
			start = end + 1;
			// "/a/" is the parts "a" and "" (RFC 7252 6.4).
			if (end === text.length - 1) {
				this.#optionHead(number, 0);
				return;
			}
		}
	}
	payload(bytes: Uint8Array, from = 0, to = bytes.length): void {
		if (to <= from) return;
		if (!this.#fits(1 + to - from)) return;
		this.#buffer[this.#length++] = payloadMarker;
		for (let index = from; index < to; index++) this.#buffer[this.#length++] = bytes[index]!;
	}
	/** Valid until the next {@link begin}. */
	bytes(): Uint8Array {
		return this.#buffer.subarray(0, this.#length);
	}
	#optionHead(number: number, length: number): boolean {
		const delta = number - this.#lastOption;
		const deltaWidth = extensionWidth(delta);
		const lengthWidth = extensionWidth(length);
		if (!this.#fits(1 + deltaWidth + lengthWidth + length)) return false;
		this.#lastOption = number;
		this.#buffer[this.#length++] = (nibble(delta) << 4) | nibble(length);
		this.#extension(delta, deltaWidth);
		this.#extension(length, lengthWidth);
		return true;
	}
	#extension(value: number, width: number): void {
		if (width === 1) this.#buffer[this.#length++] = value - 13;
		else if (width === 2) {
			this.#buffer[this.#length++] = (value - 269) >> 8;
			this.#buffer[this.#length++] = (value - 269) & 255;
		}
	}
	#fits(count: number): boolean {
		if (this.#overflowed || this.#length + count > this.#buffer.length) this.#overflowed = true;
		return !this.#overflowed;
	}
}

/** RFC 7252 3.1. */
function extensionWidth(value: number): number {
	return value < 13 ? 0 : value < 269 ? 1 : 2;
}
function nibble(value: number): number {
	return value < 13 ? value : value < 269 ? 13 : 14;
}

/** What {@link MessageReader.read} found. `alien`: not CoAP version 1, to be ignored whatever it is. */
export type ReadResult = "ok" | "malformed" | "alien";

/**
 * Reads a message, strictly. Where the header could be read but the rest is malformed, `type` and `messageId` are right all the
 * same: a malformed confirmable message is answered by a reset (RFC 7252 4.2).
 */
export class MessageReader {
	type = 0;
	code = 0;
	messageId = 0;
	tokenLength = 0;
	optionCount = 0;
	payloadStart = 0;
	payloadEnd = 0;
	#bytes: Uint8Array;
	/** Number, start and end of each option. */
	#options: Uint16Array;
	constructor(optionCapacity = 24) {
		this.#options = new Uint16Array(optionCapacity * 3);
		this.#bytes = new Uint8Array(0);
	}
	read(bytes: Uint8Array): ReadResult {
		this.#bytes = bytes;
		this.optionCount = 0;
		this.payloadStart = this.payloadEnd = bytes.length;
		if (bytes.length < headerBytes || bytes.length > 0xffff || bytes[0]! >> 6 !== 1) return "alien";
		this.type = (bytes[0]! >> 4) & 3;
		this.tokenLength = bytes[0]! & 15;
		this.code = bytes[1]!;
		this.messageId = (bytes[2]! << 8) | bytes[3]!;
		// RFC 7252 4.1: an empty message is four bytes and no more; a reset is empty, an acknowledgement may be.
		if (this.code === code.empty) return bytes.length === headerBytes && this.type !== type.nonConfirmable ? "ok" : "malformed";
		if (this.type === type.reset || this.tokenLength > longestToken || bytes.length < headerBytes + this.tokenLength) return "malformed";
		// RFC 7252 4.2: classes 1, 6 and 7 are reserved; an acknowledgement carries a response.
		const kind = codeClass(this.code);
		if (kind === 1 || kind > 5 || (kind === 0 && this.type === type.acknowledgement)) return "malformed";
		return this.#readOptions(headerBytes + this.tokenLength) ? "ok" : "malformed";
	}
	get bytes(): Uint8Array {
		return this.#bytes;
	}
	tokenIs(token: Uint8Array): boolean {
		if (token.length !== this.tokenLength) return false;
		for (let index = 0; index < token.length; index++) if (token[index] !== this.#bytes[headerBytes + index]) return false;
		return true;
	}
	optionNumber(index: number): number {
		return this.#options[index * 3]!;
	}
	optionStart(index: number): number {
		return this.#options[index * 3 + 1]!;
	}
	optionEnd(index: number): number {
		return this.#options[index * 3 + 2]!;
	}
	/** RFC 7252 3.2: leading zeros are allowed when reading. */
	optionUint(index: number): number {
		let value = 0;
		for (let place = this.optionStart(index); place < this.optionEnd(index); place++) value = value * 256 + this.#bytes[place]!;
		return value;
	}
	/** A view of the message. */
	payload(): Uint8Array {
		return this.#bytes.subarray(this.payloadStart, this.payloadEnd);
	}
	#readOptions(from: number): boolean {
		const bytes = this.#bytes;
		let at = from;
		let number = 0;
		while (at < bytes.length) {
			const head = bytes[at++]!;
			if (head === payloadMarker) {
				this.payloadStart = at;
				return at < bytes.length;
			}
			const deltaWidth = widthOf(head >> 4);
			const lengthWidth = widthOf(head & 15);
			if (deltaWidth < 0 || lengthWidth < 0 || at + deltaWidth + lengthWidth > bytes.length) return false;
			number += this.#extended(head >> 4, at);
			const length = this.#extended(head & 15, at + deltaWidth);
			at += deltaWidth + lengthWidth;
			if (number > 0xffff || length > bytes.length - at || this.optionCount * 3 >= this.#options.length) return false;
			this.#options[this.optionCount * 3] = number;
			this.#options[this.optionCount * 3 + 1] = at;
			this.#options[this.optionCount * 3 + 2] = at + length;
			this.optionCount++;
			at += length;
		}
		return true;
	}
	#extended(value: number, at: number): number {
		if (value < 13) return value;
		return value === 13 ? this.#bytes[at]! + 13 : ((this.#bytes[at]! << 8) | this.#bytes[at + 1]!) + 269;
	}
}

/** Bytes of extension for a nibble; −1 for 15, which is reserved. */
function widthOf(value: number): number {
	return value < 13 ? 0 : value === 13 ? 1 : value === 14 ? 2 : -1;
}
