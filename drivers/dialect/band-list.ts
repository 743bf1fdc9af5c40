import type { AtLine } from "../../sdk/at/line.js";

/** Lists of bands, which vendors write as numbers one after another or as a mask in which bit n - 1 is band n. */

/** Whether a line has exactly these bands, in any order. */
export function isSameList(line: AtLine, bands: readonly number[]): boolean {
	if (line.count !== bands.length) return false;
	for (let i = 0; i < line.count; i++) if (!bands.includes(line.uint(i) ?? 0)) return false;
	return bands.every(band => isOnLine(line, band));
}
function isOnLine(line: AtLine, band: number): boolean {
	for (let i = 0; i < line.count; i++) if (line.uint(i) === band) return true;
	return false;
}

const DIGIT_BITS = 4;
const DIGITS = "0123456789abcdef";

/** `0x1000000094`; as many digits as the highest band needs, which no number would hold. */
export function maskOf(bands: readonly number[]): string {
	let highest = 0;
	for (const band of bands) if (band > highest) highest = band;
	let mask = "0x";
	for (let low = DIGIT_BITS * Math.floor((highest - 1) / DIGIT_BITS); low >= 0; low -= DIGIT_BITS) mask += digitOf(bands, low);
	return mask;
}
function digitOf(bands: readonly number[], low: number): string {
	let digit = 0;
	for (const band of bands) if (band > low && band <= low + DIGIT_BITS) digit |= 1 << (band - low - 1);
	return DIGITS.charAt(digit);
}

/** Whether a mask as modules write it, with or without `0x`, in either case and with zeros before it, is the same. */
export function isSameMask(text: string | undefined, bands: readonly number[]): boolean {
	return text !== undefined && significant(text.toLowerCase()) === significant(maskOf(bands));
}
function significant(mask: string): string {
	let from = mask.startsWith("0x") ? 2 : 0;
	while (mask.charAt(from) === "0") from++;
	return mask.slice(from);
}
