import { EXTENDED, putSeptet, septetOf } from "./sms-alphabet.js";

/** How a text is cut into messages: alphabet, parts, and the user data of each (TS 23.040 9.2.3.16, 9.2.3.24). */

/** Octets of user data in one message (9.2.3.24: 140 octets, 160 septets). */
export const USER_DATA_OCTETS = 140;
const SINGLE_SEPTETS = 160;
/** A header of 6 octets: its length, and concatenation with an 8-bit reference (9.2.3.24.1). In septets it fills 7. */
const HEADER_OCTETS = 6;
const HEADER_SEPTETS = 7;
const PART_SEPTETS = SINGLE_SEPTETS - HEADER_SEPTETS;
const PART_UNITS = (USER_DATA_OCTETS - HEADER_OCTETS) / 2;
/** The number of parts is one octet. */
export const MOST_PARTS = 255;
const ESCAPE = 0x1b;

/** Text may be indexed by UTF-16 units (as the language says) or by code points (as XS does). */
export function nextIndex(text: string, index: number, code: number): number {
	if (code < 0x10000 || index + 1 >= text.length) return index + 1;
	const next = text.charCodeAt(index + 1);
	return next >= 0xdc00 && next <= 0xdfff ? index + 2 : index + 1;
}

/** Septets, or octets of UTF-16, that a character takes. */
function unitsOf(code: number, isGsm: boolean): number {
	if (!isGsm) return code < 0x10000 ? 1 : 2;
	return septetOf(code) >= EXTENDED ? 2 : 1;
}

function isGsmText(text: string): boolean {
	for (let index = 0; index < text.length; ) {
		const code = text.codePointAt(index)!;
		if (septetOf(code) < 0) return false;
		index = nextIndex(text, index, code);
	}
	return true;
}

/**
 * A text, a part at a time. Neither an escape sequence nor a pair of surrogates is ever cut in two (9.2.3.24.1). `next` gives the user data of
 * the parts in order.
 */
export class TextParts {
	readonly isGsm: boolean;
	/** 1 to `MOST_PARTS`; more means that the text is too long. */
	readonly count: number;
	/** Of the part that `next` wrote: the octets that it takes, and what `TP-UDL` says (septets, or octets). */
	octets = 0;
	length = 0;
	/** How many have been given. */
	given = 0;
	readonly #text: string;
	readonly #room: number;
	#at = 0;

	constructor(text: string) {
		this.#text = text;
		this.isGsm = isGsmText(text);
		const single = this.isGsm ? SINGLE_SEPTETS : USER_DATA_OCTETS / 2;
		const isSingle = this.endOf(0, single) >= text.length;
		this.#room = isSingle ? single : this.isGsm ? PART_SEPTETS : PART_UNITS;
		this.count = this.countParts();
	}
	get isConcatenated(): boolean {
		return this.count > 1;
	}
	/** Where a part that begins at `from` ends. */
	private endOf(from: number, room: number): number {
		let used = 0;
		for (let index = from; index < this.#text.length; ) {
			const code = this.#text.codePointAt(index)!;
			used += unitsOf(code, this.isGsm);
			if (used > room) return index;
			index = nextIndex(this.#text, index, code);
		}
		return this.#text.length;
	}
	private countParts(): number {
		let count = 1;
		for (let at = this.endOf(0, this.#room); at < this.#text.length && count <= MOST_PARTS; count++) at = this.endOf(at, this.#room);
		return count;
	}
	/** Writes the user data of the next part at `at`: header (when there are several) and text. The octets there must be zero. */
	next(into: Uint8Array, at: number, reference: number): void {
		this.given++;
		if (this.isConcatenated) {
			into[at] = HEADER_OCTETS - 1;
			into[at + 1] = 0;
			into[at + 2] = 3;
			into[at + 3] = reference & 0xff;
			into[at + 4] = this.count;
			into[at + 5] = this.given;
		}
		const end = this.endOf(this.#at, this.#room);
		if (this.isGsm) this.putSeptets(into, at, end);
		else this.putUtf16(into, at, end);
		this.#at = end;
	}
	private putSeptets(into: Uint8Array, at: number, end: number): void {
		let place = this.isConcatenated ? HEADER_SEPTETS : 0;
		for (let index = this.#at; index < end; ) {
			const code = this.#text.codePointAt(index)!;
			const septet = septetOf(code);
			if (septet >= EXTENDED) putSeptet(into, at, place++, ESCAPE);
			putSeptet(into, at, place++, septet & 0x7f);
			index = nextIndex(this.#text, index, code);
		}
		this.length = place;
		this.octets = (place * 7 + 7) >> 3;
	}
	private putUtf16(into: Uint8Array, at: number, end: number): void {
		let place = at + (this.isConcatenated ? HEADER_OCTETS : 0);
		for (let index = this.#at; index < end; ) {
			const code = this.#text.codePointAt(index)!;
			const rest = code - 0x10000;
			if (rest >= 0) {
				place = putUnit(into, place, 0xd800 + (rest >> 10));
				place = putUnit(into, place, 0xdc00 + (rest & 0x3ff));
			} else place = putUnit(into, place, code);
			index = nextIndex(this.#text, index, code);
		}
		this.octets = this.length = place - at;
	}
}

function putUnit(into: Uint8Array, at: number, unit: number): number {
	into[at] = unit >> 8;
	into[at + 1] = unit & 0xff;
	return at + 2;
}
