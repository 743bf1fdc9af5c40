/** UTF-8 (RFC 3629) without TextEncoder. Text may be indexed by UTF-16 units (as the language says) or by code points (as XS does). */

function codePointLength(code: number): number {
	return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/** The index of the character after the one at `index`. A lone low surrogate after a supplementary character is its second half. */
function after(text: string, index: number, code: number): number {
	if (code < 0x10000 || index + 1 >= text.length) return index + 1;
	const next = text.charCodeAt(index + 1);
	return next >= 0xdc00 && next <= 0xdfff ? index + 2 : index + 1;
}

/** Lone surrogates, which UTF-8 has no form for, become U+FFFD. */
function codeAt(text: string, index: number): number {
	const code = text.codePointAt(index)!;
	return code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
}

export function utf8Length(text: string, from = 0, to = text.length): number {
	let length = 0;
	for (let index = from; index < to; ) {
		const code = codeAt(text, index);
		length += codePointLength(code);
		index = after(text, index, code);
	}
	return length;
}

/** Writes `text` at `at`; there must be room. Returns the place after it. */
export function writeUtf8(text: string, into: Uint8Array, at: number, from = 0, to = text.length): number {
	let place = at;
	for (let index = from; index < to; ) {
		const code = codeAt(text, index);
		const length = codePointLength(code);
		if (length === 1) into[place] = code;
		else {
			into[place] = (length === 2 ? 0xc0 : length === 3 ? 0xe0 : 0xf0) | (code >> (6 * (length - 1)));
			for (let rest = 1; rest < length; rest++) into[place + rest] = 0x80 | ((code >> (6 * (length - 1 - rest))) & 0x3f);
		}
		place += length;
		index = after(text, index, code);
	}
	return place;
}

/** The text of `bytes` from `at` to `end`; undefined when they are not well-formed UTF-8 (overlong forms and surrogates included). */
export function readUtf8(bytes: Uint8Array, at: number, end: number): string | undefined {
	let text = "";
	for (let place = at; place < end; ) {
		const lead = bytes[place]!;
		const length =
			lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
		if (length === 0 || place + length > end) return undefined;
		let code = length === 1 ? lead : lead & (0x7f >> length);
		for (let rest = 1; rest < length; rest++) {
			const byte = bytes[place + rest]!;
			if ((byte & 0xc0) !== 0x80) return undefined;
			code = (code << 6) | (byte & 0x3f);
		}
		if (codePointLength(code) !== length || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
		text += String.fromCodePoint(code);
		place += length;
	}
	return text;
}
