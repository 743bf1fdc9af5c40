import { septetsOf } from "./alphabet.js";
import type { UserData } from "./user-data.js";

const gsm7 = 0x00;
const ucs2 = 0x08;
const longest = { gsm7: 160, ucs2: 70 } as const;
/** What a header of six octets leaves (TS 23.040 9.2.3.24.1). */
const longestPart = { gsm7: 153, ucs2: 67 } as const;

/** A text as one message or as concatenated ones with an 8-bit reference; in the default alphabet when it allows. */
export function partsOf(text: string, reference: number): UserData[] {
	const kind = septetsOf(text) === undefined ? "ucs2" : "gsm7";
	const coding = kind === "gsm7" ? gsm7 : ucs2;
	const size = (character: string): number => (kind === "gsm7" ? septetsOf(character)!.length : character.length);
	const total = [...text].reduce((sum, character) => sum + size(character), 0);
	if (total <= longest[kind]) return [{ coding, header: undefined, text }];
	const parts: string[] = [];
	let used = 0;
	let part = "";
	for (const character of text) {
		// Neither an escape nor a surrogate pair may be torn apart.
		if (used + size(character) > longestPart[kind]) {
			parts.push(part);
			part = "";
			used = 0;
		}
		part += character;
		used += size(character);
	}
	parts.push(part);
	return parts.map((each, index) => ({ coding, header: Uint8Array.of(0, 3, reference, parts.length, index + 1), text: each }));
}

/** TS 23.040 9.2.3.24.1 and .8: which part of how many; undefined: a message of its own. */
export function concatenationOf(
	header: Uint8Array | undefined,
): { readonly reference: number; readonly total: number; readonly sequence: number } | undefined {
	for (let at = 0; header && at + 1 < header.length; at += 2 + header[at + 1]!) {
		const [kind, length] = [header[at], header[at + 1]];
		const field = header.subarray(at + 2, at + 2 + length!);
		if (kind === 0 && field.length === 3) return { reference: field[0]!, total: field[1]!, sequence: field[2]! };
		if (kind === 8 && field.length === 4) return { reference: (field[0]! << 8) | field[1]!, total: field[2]!, sequence: field[3]! };
	}
	return undefined;
}
