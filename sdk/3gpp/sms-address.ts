import { textOfSeptets } from "./sms-alphabet.js";

/** Addresses of short messages (TS 23.040 9.1.2.5). */

/** Type of number in bits 6 to 4 and numbering plan in bits 3 to 0, with bit 7 set. */
const INTERNATIONAL = 0x91;
const UNKNOWN_NUMBER = 0x81;
const TYPE_MASK = 0x70;
const TYPE_INTERNATIONAL = 0x10;
const TYPE_ALPHANUMERIC = 0x50;
/** 12 octets in all: 10 of digits (9.1.2.5). */
const MOST_DIGITS = 20;
const PLUS = 0x2b;

/** Values 10 to 14 of a semi-octet (9.1.2.3). */
const SYMBOLS = "*#abc";

function semiOctetOf(code: number): number {
	if (code >= 0x30 && code <= 0x39) return code - 0x30;
	for (let i = 0; i < SYMBOLS.length; i++) if (SYMBOLS.charCodeAt(i) === code) return 10 + i;
	return -1;
}

/** Whether `number` can be dialled or written to: 1 to 20 digits (or `*`, `#`, `a` to `c`), `+` before an international one. */
export function isNumber(number: string): boolean {
	const from = number.charCodeAt(0) === PLUS ? 1 : 0;
	const digits = number.length - from;
	if (!(digits >= 1 && digits <= MOST_DIGITS)) return false;
	for (let i = from; i < number.length; i++) if (semiOctetOf(number.charCodeAt(i)) < 0) return false;
	return true;
}

/** Writes the address of a number that `isNumber`; returns the place behind it. */
export function putAddress(number: string, into: Uint8Array, at: number): number {
	const isInternational = number.charCodeAt(0) === PLUS;
	const from = isInternational ? 1 : 0;
	const digits = number.length - from;
	into[at] = digits;
	into[at + 1] = isInternational ? INTERNATIONAL : UNKNOWN_NUMBER;
	for (let i = 0; i < digits; i += 2) {
		const low = semiOctetOf(number.charCodeAt(from + i));
		const high = i + 1 < digits ? semiOctetOf(number.charCodeAt(from + i + 1)) : 0xf;
		into[at + 2 + (i >> 1)] = (high << 4) | low;
	}
	return at + 2 + ((digits + 1) >> 1);
}

/** Octets of the address at `at`, its length octet and type included. */
export function addressOctets(octets: Uint8Array, at: number): number {
	return 2 + (((octets[at] ?? 0) + 1) >> 1);
}

/** `+8613800138000`, `10086`, or the name of an alphanumeric sender. */
export function readAddress(octets: Uint8Array, at: number): string {
	const semiOctets = octets[at] ?? 0;
	const type = (octets[at + 1] ?? 0) & TYPE_MASK;
	// The length counts semi-octets, 4 bits each, of which a name of septets leaves up to 6 bits unused.
	if (type === TYPE_ALPHANUMERIC) return textOfSeptets(octets, at + 2, 0, Math.floor((semiOctets * 4) / 7));
	let number = type === TYPE_INTERNATIONAL ? "+" : "";
	for (let i = 0; i < semiOctets; i++) {
		const octet = octets[at + 2 + (i >> 1)] ?? 0xff;
		const digit = (i & 1) === 0 ? octet & 0xf : octet >> 4;
		if (digit === 0xf) break;
		number += digit < 10 ? String.fromCharCode(0x30 + digit) : (SYMBOLS[digit - 10] ?? "");
	}
	return number;
}
