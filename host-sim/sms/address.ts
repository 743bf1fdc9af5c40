import { packSeptets, septetsOf, textOfSeptets, unpackSeptets } from "./alphabet.js";

/** Types of address that AT commands show (TS 23.040 9.1.2.5): international, alphanumeric, unknown. */
export const typeOfAddress = { international: 0x91, alphanumeric: 0xd0, unknown: 0x81 } as const;

const digits = "0123456789*#abc";

export function addressType(address: string): number {
	if (/^\+\d+$/.test(address)) return typeOfAddress.international;
	return /^[\d*#]+$/.test(address) ? typeOfAddress.unknown : typeOfAddress.alphanumeric;
}

/** Two digits in an octet, the first in the lower half (TS 23.040 9.1.2.3). */
export function semiOctets(text: string): Uint8Array {
	return Uint8Array.from({ length: Math.ceil(text.length / 2) }, (_, index) => {
		const half = (at: number) => (at < text.length ? Math.max(0, digits.indexOf(text[at]!)) : 0xf);
		return half(2 * index) | (half(2 * index + 1) << 4);
	});
}

export function textOfSemiOctets(bytes: Uint8Array, count: number): string {
	return Array.from({ length: count }, (_, index) => digits[(bytes[index >> 1]! >> (index % 2 === 0 ? 0 : 4)) & 0xf] ?? "").join("");
}

/** TS 23.040 9.1.2.5: length in semi-octets, type, value. `+49…`, `10086`, or letters. */
export function encodeAddress(address: string): Uint8Array {
	const type = addressType(address);
	if (type === typeOfAddress.alphanumeric) {
		const packed = packSeptets((septetsOf(address) ?? []).slice(0, 11));
		const used = Math.ceil((Math.min(11, address.length) * 7) / 4);
		return Uint8Array.from([used, type, ...packed]);
	}
	const number = address.replace("+", "");
	return Uint8Array.from([number.length, type, ...semiOctets(number)]);
}

/** The address at `at` and where it ends; undefined when it is cut off or longer than 20 digits. */
export function decodeAddress(bytes: Uint8Array, at: number): { readonly address: string; readonly end: number } | undefined {
	const length = bytes[at];
	const type = bytes[at + 1];
	if (length === undefined || type === undefined || length > 20) return undefined;
	const end = at + 2 + Math.ceil(length / 2);
	if (end > bytes.length) return undefined;
	const value = bytes.subarray(at + 2, end);
	if ((type & 0x70) === 0x50) {
		return { address: textOfSeptets(unpackSeptets(value, Math.floor((length * 4) / 7))), end };
	}
	return { address: `${(type & 0x70) === 0x10 ? "+" : ""}${textOfSemiOctets(value, length)}`, end };
}

/** The service centre before a TPDU in PDU mode (TS 27.005 3.1): length in octets, type, value; "" is the stored one. */
export function encodeCentre(centre: string): Uint8Array {
	if (centre === "") return Uint8Array.of(0);
	const number = semiOctets(centre.replace("+", ""));
	return Uint8Array.from([number.length + 1, centre.startsWith("+") ? typeOfAddress.international : typeOfAddress.unknown, ...number]);
}

/** Octets that the service centre takes at the begin of a PDU; undefined when it is cut off. */
export function centreLength(bytes: Uint8Array): number | undefined {
	const length = (bytes[0] ?? 255) + 1;
	return length <= Math.min(13, bytes.length) ? length : undefined;
}
