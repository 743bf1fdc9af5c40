/** RFC 7252 5.10, RFC 7641 2, RFC 7959 2.1 and 4. */
export const option = Object.freeze({
	ifMatch: 1,
	uriHost: 3,
	etag: 4,
	observe: 6,
	uriPort: 7,
	locationPath: 8,
	uriPath: 11,
	contentFormat: 12,
	maxAge: 14,
	uriQuery: 15,
	accept: 17,
	locationQuery: 20,
	block2: 23,
	block1: 27,
	size2: 28,
	size1: 60,
});

/** RFC 7252 5.4.6: odd numbers are critical. */
export function isCritical(number: number): boolean {
	return (number & 1) === 1;
}

/** RFC 7959 2.2: NUM, M and SZX in one number. */
export function block(number: number, more: boolean, sizeExponent: number): number {
	return number * 16 + (more ? 8 : 0) + sizeExponent;
}
export function blockNumber(value: number): number {
	return Math.floor(value / 16);
}
export function blockMore(value: number): boolean {
	return (value & 8) !== 0;
}
/** 0 … 6: 16 … 1024 bytes; 7 is reserved. */
export function blockExponent(value: number): number {
	return value & 7;
}
export function blockBytes(sizeExponent: number): number {
	return 16 << sizeExponent;
}
/** RFC 7959 2.2: NUM has 20 bits. */
export const largestBlockNumber = 0xfffff;

/** The exponent of 16 … 1024; undefined for any other size. */
export function exponentOf(bytes: number): number | undefined {
	for (let exponent = 0; exponent <= 6; exponent++) if (16 << exponent === bytes) return exponent;
	return undefined;
}
