/**
 * Addresses as modules print them. TS 27.007 10.1.1 and 10.1.14 allow IPv6 as 16 dotted decimals or, after `+CGPIAF`, as colon text;
 * `+CGCONTRDP` (10.1.23) appends the mask, which doubles the count of dotted groups. All of it becomes bytes and the one text of RFC 5952.
 */
export type AddressFamily = "ipv4" | "ipv6";
export interface IpAddress {
	readonly family: AddressFamily;
	/** 4 or 16 bytes in network order. */
	readonly bytes: Uint8Array;
	/** Length of the prefix, where the text carried a mask or `/n`. */
	readonly prefixLength: number | undefined;
}
export type AddressKind = "unspecified" | "loopback" | "linkLocal" | "uniqueLocal" | "multicast" | "global";

const DOT = 46;
const COLON = 58;
const MOST_DOTTED_GROUPS = 32;

/**
 * @param text without quotes: 4, 8, 16 or 32 dotted decimals, or colon text in any case, compressed or not, with a dotted tail, with `/n`
 * @returns `undefined` for the empty text and for whatever is no address; the zero address is an address (see {@link addressKind})
 */
export function parseAddress(text: string): IpAddress | undefined {
	const slash = text.indexOf("/");
	const body = slash < 0 ? text : text.slice(0, slash);
	const address = body.indexOf(":") < 0 ? parseDotted(body) : parseColons(body);
	if (address === undefined || slash < 0) return address;
	const prefixLength = parseDecimal(text, slash + 1, text.length, address.bytes.length * 8);
	if (prefixLength === undefined || address.prefixLength !== undefined) return undefined;
	return { family: address.family, bytes: address.bytes, prefixLength };
}

function parseDotted(text: string): IpAddress | undefined {
	const groups = new Uint8Array(MOST_DOTTED_GROUPS);
	const count = readDottedGroups(text, 0, groups);
	if (count !== 4 && count !== 8 && count !== 16 && count !== 32) return undefined;
	const length = count <= 8 ? 4 : 16;
	const bytes = groups.slice(0, length);
	const family = length === 4 ? "ipv4" : "ipv6";
	if (count === length) return { family, bytes, prefixLength: undefined };
	const prefixLength = maskLength(groups, length);
	return prefixLength === undefined ? undefined : { family, bytes, prefixLength };
}

/** Reads decimals of at most 255 from `start` to the end; how many there were, or −1. */
function readDottedGroups(text: string, start: number, into: Uint8Array): number {
	let count = 0;
	let at = start;
	while (at <= text.length) {
		let end = at;
		while (end < text.length && text.charCodeAt(end) !== DOT) end++;
		const group = parseDecimal(text, at, end, 255);
		if (group === undefined || count === into.length) return -1;
		into[count++] = group;
		at = end + 1;
	}
	return count;
}

function parseDecimal(text: string, start: number, end: number, largest: number): number | undefined {
	if (start >= end || end - start > 3) return undefined;
	let value = 0;
	for (let i = start; i < end; i++) {
		const digit = text.charCodeAt(i) - 48;
		if (digit < 0 || digit > 9) return undefined;
		value = value * 10 + digit;
	}
	return value <= largest ? value : undefined;
}

/** Ones at the front of the mask that follows the address; `undefined` when a one comes after a zero. */
function maskLength(groups: Uint8Array, length: number): number | undefined {
	let ones = 0;
	for (let bit = 0; bit < length * 8; bit++) {
		if (((groups[length + (bit >> 3)]! >> (7 - (bit & 7))) & 1) === 0) continue;
		if (ones !== bit) return undefined;
		ones++;
	}
	return ones;
}

function parseColons(text: string): IpAddress | undefined {
	const bytes = new Uint8Array(16);
	let length = 0;
	let gap = -1;
	let at = 0;
	if (text.charCodeAt(0) === COLON) {
		if (text.charCodeAt(1) !== COLON) return undefined;
		at = 1;
	}
	while (at < text.length) {
		if (text.charCodeAt(at) === COLON) {
			if (gap >= 0) return undefined;
			gap = length;
			at++;
			if (at === text.length) break;
		}
		let end = at;
		while (end < text.length && text.charCodeAt(end) !== COLON) end++;
		if (end === text.length && text.indexOf(".", at) >= 0) {
			const tail = new Uint8Array(4);
			if (length > 12 || readDottedGroups(text, at, tail) !== 4) return undefined;
			bytes.set(tail, length);
			length += 4;
			at = end;
			break;
		}
		const group = parseHex(text, at, end);
		if (group === undefined || length === 16) return undefined;
		bytes[length++] = group >> 8;
		bytes[length++] = group & 255;
		at = end + 1;
		// A single colon at the very end announces a group that is not there.
		if (end < text.length && at === text.length) return undefined;
	}
	if (gap < 0 ? length !== 16 : length > 14) return undefined;
	if (gap >= 0) {
		bytes.copyWithin(16 - (length - gap), gap, length);
		bytes.fill(0, gap, 16 - (length - gap));
	}
	return { family: "ipv6", bytes, prefixLength: undefined };
}

function parseHex(text: string, start: number, end: number): number | undefined {
	if (start >= end || end - start > 4) return undefined;
	let value = 0;
	for (let i = start; i < end; i++) {
		const code = text.charCodeAt(i);
		const letter = code | 32;
		const digit = code >= 48 && code <= 57 ? code - 48 : letter >= 97 && letter <= 102 ? letter - 87 : -1;
		if (digit < 0) return undefined;
		value = value * 16 + digit;
	}
	return value;
}

/** Canonical text: dotted decimals for 4 bytes; for 16 that of RFC 5952 (lower case, the longest run of zero groups as `::`). */
export function formatAddress(bytes: Uint8Array): string {
	if (bytes.length === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
	let runStart = -1;
	let runLength = 1;
	for (let start = 0; start < 8; start++) {
		let end = start;
		while (end < 8 && groupAt(bytes, end) === 0) end++;
		if (end - start > runLength) {
			runStart = start;
			runLength = end - start;
		}
	}
	let text = "";
	for (let group = 0; group < 8; group++) {
		if (group === runStart) {
			text += "::";
			group += runLength - 1;
			continue;
		}
		if (group > 0 && (runStart < 0 || group !== runStart + runLength)) text += ":";
		text += groupAt(bytes, group).toString(16);
	}
	return text;
}

function groupAt(bytes: Uint8Array, group: number): number {
	return bytes[group * 2]! * 256 + bytes[group * 2 + 1]!;
}

/** The canonical text of any address text, `undefined` when it is none. */
export function canonicalAddress(text: string): string | undefined {
	const address = parseAddress(text);
	return address === undefined ? undefined : formatAddress(address.bytes);
}

/** What an address is good for: only "global" and "uniqueLocal" ones (and any private IPv4) reach beyond the link. */
export function addressKind(bytes: Uint8Array): AddressKind {
	return bytes.length === 4 ? kindOfIpv4(bytes) : kindOfIpv6(bytes);
}

function kindOfIpv4(bytes: Uint8Array): AddressKind {
	const first = bytes[0]!;
	if ((first | bytes[1]! | bytes[2]! | bytes[3]!) === 0) return "unspecified";
	if (first === 127) return "loopback";
	if (first === 169 && bytes[1] === 254) return "linkLocal";
	return first >= 224 && first <= 239 ? "multicast" : "global";
}

/** RFC 4291 2.4 and RFC 4193 3.1. */
function kindOfIpv6(bytes: Uint8Array): AddressKind {
	let leadingZeros = 0;
	while (leadingZeros < 16 && bytes[leadingZeros] === 0) leadingZeros++;
	if (leadingZeros === 16) return "unspecified";
	if (leadingZeros === 15 && bytes[15] === 1) return "loopback";
	const first = bytes[0]!;
	if (first === 0xff) return "multicast";
	if (first === 0xfe && (bytes[1]! & 0xc0) === 0x80) return "linkLocal";
	// RFC 4193: fc00::/7.
	return (first & 0xfe) === 0xfc ? "uniqueLocal" : "global";
}

/** An address that datagrams can be sent from. A link-local IPv6 address alone means that the router advertisement is still to come. */
export function isUsableAddress(bytes: Uint8Array): boolean {
	const kind = addressKind(bytes);
	return kind === "global" || kind === "uniqueLocal";
}
