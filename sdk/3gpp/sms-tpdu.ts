import { addressOctets, putAddress, readAddress } from "./sms-address.js";
import { textOfSeptets, textOfUtf16 } from "./sms-alphabet.js";
import { type TextParts, USER_DATA_OCTETS } from "./sms-text.js";
import { daysFromCivil } from "./utc-time.js";

/** Transfer protocol data units of short messages (TS 23.040 9.2.2), as PDU mode carries them behind the service centre's address. */

/** First octet, reference, address, protocol, coding, validity, length, user data. */
export const SUBMIT_OCTETS = 1 + 1 + 12 + 1 + 1 + 1 + 1 + USER_DATA_OCTETS;
const SUBMIT = 0x01;
const RELATIVE_VALIDITY = 0x10;
const STATUS_REPORT_REQUEST = 0x20;
const HEADER_INDICATOR = 0x40;
const TYPE_MASK = 0x03;
const TYPE_DELIVER = 0x00;
const TYPE_STATUS_REPORT = 0x02;
const CODING_GSM = 0x00;
const CODING_UCS2 = 0x08;
/** Information elements (9.2.3.24): concatenation with a reference of 8 and of 16 bits. */
const CONCATENATION_8 = 0x00;
const CONCATENATION_16 = 0x08;
const DAY_MS = 86_400_000;
const QUARTER_HOUR_MS = 900_000;

const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;
const WEEK_MINUTES = 7 * DAY_MINUTES;

/** The shortest relative validity period that is not less than `minutes`, and 63 weeks at most (9.2.3.12.1). */
export function encodeValidity(minutes: number): number {
	if (minutes <= 12 * HOUR_MINUTES) return Math.max(0, Math.ceil(minutes / 5) - 1);
	if (minutes <= DAY_MINUTES) return 143 + Math.ceil((minutes - 12 * HOUR_MINUTES) / 30);
	if (minutes <= 30 * DAY_MINUTES) return 166 + Math.ceil(minutes / DAY_MINUTES);
	return Math.min(255, 192 + Math.ceil(minutes / WEEK_MINUTES));
}

export interface SubmitOptions {
	readonly to: string;
	readonly deliveryReport: boolean;
	readonly validityMinutes: number | undefined;
	/** Of all parts of one text, 0 to 255. */
	readonly reference: number;
}

/** Writes the SMS-SUBMIT of the next part; `into` has `SUBMIT_OCTETS` and is overwritten. Returns its length. */
export function encodeSubmit(parts: TextParts, options: SubmitOptions, into: Uint8Array): number {
	into.fill(0);
	into[0] =
		SUBMIT |
		(options.validityMinutes === undefined ? 0 : RELATIVE_VALIDITY) |
		(options.deliveryReport ? STATUS_REPORT_REQUEST : 0) |
		(parts.isConcatenated ? HEADER_INDICATOR : 0);
	// into[1], the message reference, is the module's to fill.
	let at = putAddress(options.to, into, 2);
	into[at + 1] = parts.isGsm ? CODING_GSM : CODING_UCS2;
	at += 2;
	if (options.validityMinutes !== undefined) into[at++] = encodeValidity(options.validityMinutes);
	parts.next(into, at + 1, options.reference);
	into[at] = parts.length;
	return at + 1 + parts.octets;
}

/** A message that came, or one part of it. */
export interface Delivered {
	readonly kind: "deliver";
	readonly from: string;
	/** "" for data of 8 bits. */
	readonly text: string;
	/** What is no text: data of 8 bits, or a coding that is not read here (compressed). */
	readonly data: Uint8Array | undefined;
	/** Milliseconds since 1970 UTC, when the service centre received it; undefined where the stamp is none. */
	readonly sentUtcMs: number | undefined;
	/** Local time there minus UTC. */
	readonly quarterHours: number;
	/** Which of how many; the reference is the same for all. 1 of 1 when it is not concatenated. */
	readonly reference: number;
	readonly total: number;
	readonly sequence: number;
}
export interface StatusReport {
	readonly kind: "statusReport";
	/** What `+CMGS` gave. */
	readonly reference: number;
	readonly to: string;
	/** TP-ST (9.2.3.15): 0 delivered, 0x20–0x3F still being tried, above that given up. */
	readonly status: number;
}

/**
 * Reads what PDU mode gives: the service centre's address and a TPDU of the network.
 * @returns undefined when it is none, or cut short
 */
export function decodeIncoming(octets: Uint8Array, length: number): Delivered | StatusReport | undefined {
	const start = 1 + (octets[0] ?? 0);
	const first = octets[start];
	if (first === undefined || start >= length) return undefined;
	const type = first & TYPE_MASK;
	if (type === TYPE_DELIVER) return decodeDeliver(octets, start, length);
	return type === TYPE_STATUS_REPORT ? decodeStatusReport(octets, start, length) : undefined;
}

function decodeStatusReport(octets: Uint8Array, start: number, length: number): StatusReport | undefined {
	const at = start + 2;
	const after = at + addressOctets(octets, at) + 7 + 7;
	if (after >= length) return undefined;
	return { kind: "statusReport", reference: octets[start + 1]!, to: readAddress(octets, at), status: octets[after]! };
}

function decodeDeliver(octets: Uint8Array, start: number, length: number): Delivered | undefined {
	const address = start + 1;
	const at = address + addressOctets(octets, address);
	const data = at + 10;
	if (data > length) return undefined;
	const coding = codingOf(octets[at + 1]!);
	const units = octets[at + 9]!;
	const end = data + (coding === "gsm" ? (units * 7 + 7) >> 3 : units);
	if (end > length) return undefined;
	const hasHeader = (octets[start]! & HEADER_INDICATOR) !== 0 && end > data;
	const headerOctets = hasHeader ? 1 + octets[data]! : 0;
	if (data + headerOctets > end) return undefined;
	const header = readHeader(octets, data, headerOctets);
	const from = coding === "gsm" ? Math.ceil((headerOctets * 8) / 7) : data + headerOctets;
	return {
		kind: "deliver",
		from: readAddress(octets, address),
		text: coding === "gsm" ? textOfSeptets(octets, data, from, units) : coding === "ucs2" ? textOfUtf16(octets, from, end) : "",
		data: coding === "data" ? octets.slice(from, end) : undefined,
		sentUtcMs: readStamp(octets, at + 2),
		quarterHours: readZone(octets[at + 8]!),
		reference: header?.reference ?? 0,
		total: header?.total ?? 1,
		sequence: header?.sequence ?? 1,
	};
}

/** TP-DCS, TS 23.038 4. National language tables are not read: their texts show the default alphabet's characters. */
function codingOf(coding: number): "gsm" | "ucs2" | "data" {
	const group = coding >> 4;
	if (group < 8) {
		if ((coding & 0x20) !== 0) return "data";
		const alphabet = (coding >> 2) & 3;
		return alphabet === 0 ? "gsm" : alphabet === 2 ? "ucs2" : "data";
	}
	if (group === 15) return (coding & 0x04) === 0 ? "gsm" : "data";
	// Message waiting (12 to 14), and reserved groups, which are to be taken for the default alphabet.
	return group === 14 ? "ucs2" : "gsm";
}

/** The concatenation that the user data header tells of; one that makes no sense is none (9.2.3.24.1). */
function readHeader(octets: Uint8Array, at: number, headerOctets: number) {
	const end = at + headerOctets;
	for (let element = at + 1; element + 1 < end; element += 2 + octets[element + 1]!) {
		const name = octets[element]!;
		const count = octets[element + 1]!;
		const isShort = name === CONCATENATION_8 && count === 3;
		if ((!isShort && !(name === CONCATENATION_16 && count === 4)) || element + 2 + count > end) continue;
		const value = element + 2;
		const total = octets[value + count - 2]!;
		const sequence = octets[value + count - 1]!;
		if (total === 0 || sequence === 0 || sequence > total) return undefined;
		// A reference of 16 bits is another than one of 8 bits with the same number.
		return { reference: isShort ? octets[value]! : 0x10000 | (octets[value]! << 8) | octets[value + 1]!, total, sequence };
	}
	return undefined;
}

/** Two decimal digits, the lower one in the higher half (9.1.2.3). */
function swapped(octet: number): number {
	return (octet & 0xf) * 10 + (octet >> 4);
}

/** Quarters of an hour, the sign in the bit that is the tens' highest (9.2.3.11). */
function readZone(octet: number): number {
	const quarters = swapped(octet & 0xf7);
	return (octet & 0x08) === 0 ? quarters : -quarters;
}

/** TP-SCTS: local time of the service centre (9.2.3.11). */
function readStamp(octets: Uint8Array, at: number): number | undefined {
	const month = swapped(octets[at + 1]!);
	const day = swapped(octets[at + 2]!);
	const hours = swapped(octets[at + 3]!);
	const minutes = swapped(octets[at + 4]!);
	const seconds = swapped(octets[at + 5]!);
	if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && hours <= 23 && minutes <= 59 && seconds <= 60)) return undefined;
	const days = daysFromCivil(2000 + swapped(octets[at]!), month, day);
	return days * DAY_MS + ((hours * 60 + minutes) * 60 + seconds) * 1000 - readZone(octets[at + 6]!) * QUARTER_HOUR_MS;
}
