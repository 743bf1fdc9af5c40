/** Frames of the basic option, TS 27.010 5.2: `F9 address control length [length] information FCS F9`. */

export const FLAG = 0xf9;
/** The final or poll bit of a control octet. */
export const POLL = 0x10;
/** Control octets without the poll bit, TS 27.010 5.2.1.3. */
export const Control = Object.freeze({ sabm: 0x2f, ua: 0x63, dm: 0x0f, disc: 0x43, uih: 0xef, ui: 0x03 } as const);
/** The bit of an address, and of a control message's type, that is set in a command of the station that opened the multiplexer. */
export const COMMAND = 0x02;
/** A header of 4 or 5 octets with its flag, FCS and the closing flag. */
export const OVERHEAD_BYTES = 7;
/** Longest information that one octet of length can tell. */
const SHORT = 127;

/** CRC-8 of the reversed polynomial E0 (TS 27.010 annex B), four bits at a time. */
const NIBBLES: readonly number[] = Object.freeze([
	0x00, 0x1c, 0x38, 0x24, 0x70, 0x6c, 0x48, 0x54, 0xe0, 0xfc, 0xd8, 0xc4, 0x90, 0x8c, 0xa8, 0xb4,
]);

/** The octet that follows, for UIH over address, control and length alone: what is wrong in the information nobody can see. */
export function frameCheck(bytes: Uint8Array, begin: number, end: number): number {
	let crc = 0xff;
	for (let i = begin; i < end; i++) {
		crc ^= bytes[i]!;
		crc = (crc >> 4) ^ NIBBLES[crc & 0x0f]!;
		crc = (crc >> 4) ^ NIBBLES[crc & 0x0f]!;
	}
	return 0xff - crc;
}

export function isKnownControl(control: number): boolean {
	switch (control & ~POLL) {
		case Control.sabm:
		case Control.ua:
		case Control.dm:
		case Control.disc:
		case Control.uih:
		case Control.ui:
			return true;
		default:
			return false;
	}
}

/** `C/R` is as its sender has it: see `COMMAND`. */
export function addressOf(dlci: number, commandBit: number): number {
	return (dlci << 2) | commandBit | 1;
}

/** Where the information of a frame with so much of it begins. */
export function informationStart(length: number): number {
	return length <= SHORT ? 4 : 5;
}

/** Puts flags, header and FCS around `length` bytes that stand at `informationStart(length)` already; returns the length of all. */
export function closeFrame(into: Uint8Array, address: number, control: number, length: number): number {
	const start = informationStart(length);
	into[0] = FLAG;
	into[1] = address;
	into[2] = control;
	if (length <= SHORT) into[3] = (length << 1) | 1;
	else {
		into[3] = (length << 1) & 0xfe;
		into[4] = length >> 7;
	}
	let end = start + length;
	into[end] = frameCheck(into, 1, (control & ~POLL) === Control.ui ? end : start);
	end++;
	into[end] = FLAG;
	return end + 1;
}
