/** The GSM 7 bit default alphabet with its extension table (TS 23.038 6.2.1), and how septets lie in octets (6.1.2.1). */

/** Unicode of each septet; 0x1B leads to the extension table. */
const DEFAULT: readonly number[] = Object.freeze([
	0x40, 0xa3, 0x24, 0xa5, 0xe8, 0xe9, 0xf9, 0xec, 0xf2, 0xc7, 0x0a, 0xd8, 0xf8, 0x0d, 0xc5, 0xe5, 0x394, 0x5f, 0x3a6, 0x393, 0x39b, 0x3a9,
	0x3a0, 0x3a8, 0x3a3, 0x398, 0x39e, 0x1b, 0xc6, 0xe6, 0xdf, 0xc9, 0x20, 0x21, 0x22, 0x23, 0xa4, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x2b,
	0x2c, 0x2d, 0x2e, 0x2f, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0xa1, 0x41, 0x42,
	0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f, 0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59,
	0x5a, 0xc4, 0xd6, 0xd1, 0xdc, 0xa7, 0xbf, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70,
	0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0xe4, 0xf6, 0xf1, 0xfc, 0xe0,
]);
/** Septet behind the escape, and its Unicode. */
const EXTENSION: readonly (readonly [septet: number, code: number])[] = Object.freeze([
	Object.freeze([0x0a, 0x0c] as const),
	Object.freeze([0x14, 0x5e] as const),
	Object.freeze([0x28, 0x7b] as const),
	Object.freeze([0x29, 0x7d] as const),
	Object.freeze([0x2f, 0x5c] as const),
	Object.freeze([0x3c, 0x5b] as const),
	Object.freeze([0x3d, 0x7e] as const),
	Object.freeze([0x3e, 0x5d] as const),
	Object.freeze([0x40, 0x7c] as const),
	Object.freeze([0x65, 0x20ac] as const),
]);
const ESCAPE = 0x1b;
const BLANK = 0x20;
/** Added to a septet of the extension table by `septetOf`. */
export const EXTENDED = 0x80;

/** The septet of a character, with `EXTENDED` added where it needs the escape before it; -1 when the alphabet has none. */
export function septetOf(code: number): number {
	if (code === ESCAPE) return -1;
	if (code < 0x80 && DEFAULT[code] === code) return code;
	for (let septet = 0; septet < DEFAULT.length; septet++) if (DEFAULT[septet] === code) return septet;
	for (const [septet, extended] of EXTENSION) if (extended === code) return septet + EXTENDED;
	return -1;
}

/** Writes the septet numbered `index` (from the first bit of `into` at `start` on); the octets must have been zero. */
export function putSeptet(into: Uint8Array, start: number, index: number, septet: number): void {
	const bit = index * 7;
	const at = start + (bit >> 3);
	const shift = bit & 7;
	into[at] = into[at]! | ((septet << shift) & 0xff);
	if (shift > 1) into[at + 1] = into[at + 1]! | (septet >> (8 - shift));
}

/** The septet numbered `index`. */
export function septetAt(octets: Uint8Array, start: number, index: number): number {
	const bit = index * 7;
	const at = start + (bit >> 3);
	return (((octets[at] ?? 0) | ((octets[at + 1] ?? 0) << 8)) >> (bit & 7)) & 0x7f;
}

function extendedCode(septet: number): number {
	for (const [escaped, code] of EXTENSION) if (escaped === septet) return code;
	// An escape behind an escape is a blank, and what is not in the table is what the default table has (6.2.1.1).
	return septet === ESCAPE ? BLANK : DEFAULT[septet]!;
}

/** Text of septets `from` to `to` (not included). An escape at the end stands for nothing. */
export function textOfSeptets(octets: Uint8Array, start: number, from: number, to: number): string {
	let text = "";
	for (let index = from; index < to; index++) {
		const septet = septetAt(octets, start, index);
		if (septet !== ESCAPE) text += String.fromCharCode(DEFAULT[septet]!);
		else if (++index < to) text += String.fromCharCode(extendedCode(septetAt(octets, start, index)));
	}
	return text;
}

/** Text of UTF-16 in big-endian order, which is what UCS-2 has become; a half of a pair alone becomes U+FFFD. */
export function textOfUtf16(octets: Uint8Array, start: number, end: number): string {
	let text = "";
	for (let at = start; at + 1 < end; at += 2) {
		let code = (octets[at]! << 8) | octets[at + 1]!;
		if (code >= 0xd800 && code <= 0xdfff) {
			const low = at + 3 < end ? (octets[at + 2]! << 8) | octets[at + 3]! : 0;
			if (code < 0xdc00 && low >= 0xdc00 && low <= 0xdfff) {
				code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
				at += 2;
			} else code = 0xfffd;
		}
		text += String.fromCodePoint(code);
	}
	return text;
}
