import { packSeptets, septetsOf, textOfSeptets, unpackSeptets } from "./alphabet.js";

export type Alphabet = "gsm7" | "8bit" | "ucs2";

/** TP-UD with what is needed to read it. */
export interface UserData {
	/** TP-DCS (TS 23.038 4). */
	readonly coding: number;
	/** The user data header without its length octet; undefined: none. */
	readonly header: Uint8Array | undefined;
	/** 8-bit data has one character for each octet. */
	readonly text: string;
}

/** Octets of TP-UD (TS 23.040 9.2.3.24). */
export const longestUserData = 140;

/** TS 23.038 4; groups that are reserved count as the default alphabet. */
export function alphabetOf(coding: number): Alphabet {
	const group = coding >> 4;
	if (group < 8) return (["gsm7", "8bit", "ucs2", "gsm7"] as const)[(coding >> 2) & 3]!;
	if (group === 0xe) return "ucs2";
	return group === 0xf && (coding & 4) !== 0 ? "8bit" : "gsm7";
}

/** Septets that a header takes, and the bits that fill its last one. */
function headerSeptets(header: Uint8Array | undefined): { readonly septets: number; readonly fillBits: number } {
	if (!header) return { septets: 0, fillBits: 0 };
	const bits = (header.length + 1) * 8;
	const septets = Math.ceil(bits / 7);
	return { septets, fillBits: septets * 7 - bits };
}

/** TP-UDL and the octets; undefined when the text does not fit its alphabet or one message. */
export function encodeUserData(data: UserData): { readonly length: number; readonly bytes: Uint8Array } | undefined {
	const { header, text } = data;
	const alphabet = alphabetOf(data.coding);
	const head = header ? [header.length, ...header] : [];
	const whole = (length: number, bytes: Uint8Array) =>
		head.length + bytes.length > longestUserData ? undefined : { length, bytes: Uint8Array.from([...head, ...bytes]) };
	if (alphabet === "gsm7") {
		const septets = septetsOf(text);
		const { septets: before, fillBits } = headerSeptets(header);
		return septets && whole(before + septets.length, packSeptets(septets, fillBits));
	}
	const bytes = alphabet === "ucs2" ? ucs2Bytes(text) : Uint8Array.from(Buffer.from(text, "latin1"));
	return whole(head.length + bytes.length, bytes);
}

/** @param length TP-UDL: septets in the default alphabet, octets otherwise. undefined when the octets are fewer. */
export function decodeUserData(coding: number, hasHeader: boolean, length: number, octets: Uint8Array): UserData | undefined {
	const alphabet = alphabetOf(coding);
	const needed = alphabet === "gsm7" ? Math.ceil((length * 7) / 8) : length;
	if (octets.length < needed || needed > longestUserData) return undefined;
	const headLength = hasHeader ? (octets[0] ?? 0) + 1 : 0;
	if (headLength > needed) return undefined;
	const header = hasHeader ? octets.slice(1, headLength) : undefined;
	const body = octets.slice(headLength, needed);
	if (alphabet === "gsm7") {
		const { septets, fillBits } = headerSeptets(header);
		return { coding, header, text: textOfSeptets(unpackSeptets(body, Math.max(0, length - septets), fillBits)) };
	}
	return { coding, header, text: alphabet === "ucs2" ? ucs2Text(body) : Buffer.from(body).toString("latin1") };
}

/** UTF-16 in network order, as every implementation of TS 23.038's UCS2 has it. */
export function ucs2Bytes(text: string): Uint8Array {
	return Uint8Array.from(Buffer.from(text, "utf16le").swap16());
}

export function ucs2Text(bytes: Uint8Array): string {
	return Buffer.from(bytes.subarray(0, bytes.length & ~1))
		.swap16()
		.toString("utf16le");
}
