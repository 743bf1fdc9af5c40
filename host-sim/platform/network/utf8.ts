const replacement = 0xfffd;

/** Of a lone surrogate, the replacement character's: UTF-8 has no other place for it. */
function encodedLength(codePoint: number): number {
	if (codePoint < 0x80) return 1;
	if (codePoint < 0x800) return 2;
	return codePoint < 0x1_0000 ? 3 : 4;
}

function codePointsOf(text: string): number[] {
	const codePoints: number[] = [];
	for (const character of text) {
		const codePoint = character.codePointAt(0)!;
		codePoints.push(codePoint >= 0xd800 && codePoint < 0xe000 ? replacement : codePoint);
	}
	return codePoints;
}

/** UTF-8 (RFC 3629) of a text, without `TextEncoder`: XS has none. */
export function encodeUtf8(text: string): Uint8Array {
	const codePoints = codePointsOf(text);
	let length = 0;
	for (const codePoint of codePoints) length += encodedLength(codePoint);
	const bytes = new Uint8Array(length);
	let at = 0;
	for (const codePoint of codePoints) {
		const count = encodedLength(codePoint);
		for (let rest = count - 1, value = codePoint; rest > 0; rest--, value >>= 6) bytes[at + rest] = 0x80 | (value & 0x3f);
		bytes[at] = count === 1 ? codePoint : ((0xf00 >> count) & 0xff) | (codePoint >> (6 * (count - 1)));
		at += count;
	}
	return bytes;
}

/** How many bytes follow, by the first one; undefined where none may begin so. */
function followers(first: number): number | undefined {
	if (first < 0x80) return 0;
	if (first >= 0xc2 && first < 0xe0) return 1;
	if (first >= 0xe0 && first < 0xf0) return 2;
	return first >= 0xf0 && first < 0xf5 ? 3 : undefined;
}

/** Undefined where the bytes are not UTF-8: cut off, overlong, a surrogate or beyond U+10FFFF. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
	let text = "";
	for (let at = 0; at < bytes.length; ) {
		const first = bytes[at++]!;
		const count = followers(first);
		if (count === undefined || at + count > bytes.length) return undefined;
		let codePoint = count === 0 ? first : first & (0x3f >> count);
		for (let rest = count; rest > 0; rest--) {
			const next = bytes[at++]!;
			if ((next & 0xc0) !== 0x80) return undefined;
			codePoint = (codePoint << 6) | (next & 0x3f);
		}
		if (count > 0 && encodedLength(codePoint) !== count + 1) return undefined;
		if (codePoint > 0x10_ffff || (codePoint >= 0xd800 && codePoint < 0xe000)) return undefined;
		text += String.fromCodePoint(codePoint);
	}
	return text;
}
