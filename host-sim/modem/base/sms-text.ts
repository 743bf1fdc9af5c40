import { septetsOf, textOfSeptets } from "../../sms/alphabet.js";
import type { ZonedTime } from "../../sms/timestamp.js";
import { alphabetOf, type UserData, ucs2Bytes, ucs2Text } from "../../sms/user-data.js";
import { bytesOfHex, hexOf, textOf } from "../text.js";
import { clockText, zoneText } from "./clock.js";

/** `+CSCS`: how text of the network looks on the line. */
export type CharacterSet = "GSM" | "IRA" | "UCS2";
export const characterSets: readonly CharacterSet[] = ["GSM", "IRA", "UCS2"];

/** Text as the host reads it: codes of the GSM alphabet, IRA (what it lacks is `?`), or hexadecimal UCS2. */
export function toLine(set: CharacterSet, text: string): string {
	if (set === "UCS2") return hexOf(ucs2Bytes(text));
	if (set === "IRA") return text.replace(/[^\x00-\x7f]/g, "?");
	return [...text].map(character => String.fromCharCode(...(septetsOf(character) ?? [0x3f]))).join("");
}

/** What the host wrote; undefined when it is no such text. */
export function fromLine(set: CharacterSet, line: string): string | undefined {
	if (set === "IRA") return line;
	if (set === "GSM") return textOfSeptets([...line].map(character => character.charCodeAt(0)));
	const bytes = bytesOfHex(line);
	return bytes && bytes.length % 2 === 0 ? ucs2Text(bytes) : undefined;
}

/** `<data>` of TS 27.005 3.1: text, or octets in hexadecimal when they are no text or a header stands among them. */
export function dataToLine(set: CharacterSet, data: UserData, octets: Uint8Array): string {
	return data.header || alphabetOf(data.coding) !== "gsm7" ? hexOf(octets) : toLine(set, data.text);
}

/** The text of TP-UD that the host typed; undefined when it does not fit the coding. */
export function dataFromLine(set: CharacterSet, coding: number, typed: Uint8Array): string | undefined {
	const alphabet = alphabetOf(coding);
	if (alphabet === "gsm7") return fromLine(set, textOf(typed));
	const bytes = bytesOfHex(textOf(typed));
	return bytes && (alphabet === "ucs2" ? ucs2Text(bytes) : textOf(bytes));
}

export function timeToLine({ utcMs, quarterHours }: ZonedTime): string {
	return `"${clockText(utcMs, quarterHours)}${zoneText(quarterHours)}"`;
}
