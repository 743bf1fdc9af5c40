/** Numeric addresses compared by what they say: modules and libraries write the same IPv6 address in many forms (RFC 4291 2.2, RFC 5952). */

const ipv6Bytes = 16;

function hexDigit(code: number): number {
	if (code >= 0x30 && code <= 0x39) return code - 0x30;
	const letter = code | 0x20;
	return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** Dotted decimal from `from` to the end of `text`, as 4 bytes at `at`. */
function parseIpv4(text: string, from: number, into: Uint8Array, at: number): boolean {
	let part = 0;
	let value = 0;
	let digits = 0;
	for (let index = from; index <= text.length; index++) {
		const code = index < text.length ? text.charCodeAt(index) : 0x2e;
		if (code === 0x2e) {
			if (digits === 0 || part > 3) return false;
			into[at + part++] = value;
			value = 0;
			digits = 0;
		} else {
			if (code < 0x30 || code > 0x39 || ++digits > 3) return false;
			value = value * 10 + code - 0x30;
			if (value > 255) return false;
		}
	}
	return part === 4;
}

function parseIpv6(text: string, into: Uint8Array): boolean {
	let length = 0;
	let gap = -1;
	let index = 0;
	if (text.startsWith("::")) {
		gap = 0;
		index = 2;
	}
	while (index < text.length) {
		let value = 0;
		let digits = 0;
		const start = index;
		for (; index < text.length; index++) {
			const digit = hexDigit(text.charCodeAt(index));
			if (digit < 0) break;
			value = value * 16 + digit;
			if (++digits > 4) return false;
		}
		if (digits === 0) return false;
		if (index < text.length && text.charCodeAt(index) === 0x2e) {
			if (length > ipv6Bytes - 4 || !parseIpv4(text, start, into, length)) return false;
			length += 4;
			break;
		}
		if (length + 2 > ipv6Bytes) return false;
		into[length++] = value >> 8;
		into[length++] = value & 255;
		if (index === text.length) break;
		if (text.charCodeAt(index++) !== 0x3a) return false;
		if (index === text.length) return false;
		if (text.charCodeAt(index) === 0x3a) {
			if (gap >= 0) return false;
			gap = length;
			index++;
		}
	}
	if (gap < 0) return length === ipv6Bytes;
	if (length >= ipv6Bytes) return false;
	into.copyWithin(ipv6Bytes - (length - gap), gap, length);
	into.fill(0, gap, ipv6Bytes - (length - gap));
	return true;
}

/** The address as 16 bytes, an IPv4 one mapped (RFC 4291 2.5.5.2). False when it is no numeric address. */
export function parseAddress(text: string, into: Uint8Array): boolean {
	let end = text.indexOf("%");
	if (end < 0) end = text.length;
	const address = end === text.length ? text : text.slice(0, end);
	if (address.indexOf(":") >= 0) return parseIpv6(address, into);
	into.fill(0, 0, 10);
	into.fill(255, 10, 12);
	return parseIpv4(address, 0, into, 12);
}
