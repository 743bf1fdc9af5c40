/** TS 23.038 6.2.1: the GSM 7 bit default alphabet; the escape to the extension table stands at 27. */
const basic =
	"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const escapeCode = 0x1b;

/** TS 23.038 6.2.1.1. */
const extension: readonly (readonly [code: number, character: string])[] = [
	[0x0a, "\f"],
	[0x14, "^"],
	[0x28, "{"],
	[0x29, "}"],
	[0x2f, "\\"],
	[0x3c, "["],
	[0x3d, "~"],
	[0x3e, "]"],
	[0x40, "|"],
	[0x65, "€"],
];

/** Septets of a text; undefined when a character is not in the alphabet. */
export function septetsOf(text: string): number[] | undefined {
	const septets: number[] = [];
	for (const character of text) {
		const extended = extension.find(([, other]) => other === character);
		const code = character === "\x1b" ? -1 : basic.indexOf(character);
		if (extended) septets.push(escapeCode, extended[0]);
		else if (code < 0) return undefined;
		else septets.push(code);
	}
	return septets;
}

/** An escape without a known character after it is a blank (TS 23.038 6.2.1). */
export function textOfSeptets(septets: readonly number[]): string {
	let text = "";
	for (let at = 0; at < septets.length; at++) {
		const code = septets[at]! & 0x7f;
		if (code !== escapeCode) text += basic[code]!;
		else if (at + 1 < septets.length)
			text += extension.find(([other]) => other === septets[at + 1])?.[1] ?? basic[septets[at + 1]! & 0x7f]!;
		if (code === escapeCode) at++;
	}
	return text;
}

/** TS 23.038 6.1.2.1.1; `fillBits` stand before the first septet when a header precedes it (TS 23.040 9.2.3.24). */
export function packSeptets(septets: readonly number[], fillBits = 0): Uint8Array {
	const bytes = new Uint8Array(Math.ceil((septets.length * 7 + fillBits) / 8));
	septets.forEach((septet, index) => {
		const bit = index * 7 + fillBits;
		const at = bit >> 3;
		const shifted = (septet & 0x7f) << (bit & 7);
		bytes[at] = bytes[at]! | (shifted & 0xff);
		if (shifted > 0xff) bytes[at + 1] = bytes[at + 1]! | (shifted >> 8);
	});
	return bytes;
}

export function unpackSeptets(bytes: Uint8Array, count: number, fillBits = 0): number[] {
	return Array.from({ length: count }, (_, index) => {
		const bit = index * 7 + fillBits;
		const at = bit >> 3;
		return ((((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0)) >> (bit & 7)) & 0x7f;
	});
}
