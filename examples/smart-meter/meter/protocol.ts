/**
 * What a meter protocol is to the application: frames out, frames in, no port and no clock. CJ/T 188 and DL/T 645 are here;
 * DLMS/COSEM (IEC 62056) and DL/T 698.45 fit the same seam, with a session opened in {@link MeterProtocol.steps}.
 */
export interface MeterProtocol {
	readonly name: string;
	/** Serial settings that the standard fixes. */
	readonly baud: number;
	readonly parity: "even" | "none";
	readonly dataBits: 8;
	readonly stopBits: 1;
	/** What to ask, in order, for one reading; the address is learnt by the first step where it is not configured. */
	readonly steps: readonly MeterStep[];
	/** Writes the request of `step` to `out`; returns its length in bytes. */
	request(step: MeterStep, address: Uint8Array | undefined, out: Uint8Array): number;
	/** Looks for one whole frame in `bytes[0..length)`. */
	parse(bytes: Uint8Array, length: number): FrameResult;
	/** Takes an answer to `step`. */
	answer(step: MeterStep, frame: Frame): MeterAnswer;
	/** 12 or 14 decimal digits, as printed on the meter, to wire order; undefined when it is no address. */
	encodeAddress(digits: string): Uint8Array | undefined;
	decodeAddress(bytes: Uint8Array): string;
}

export type MeterStep = "discover" | "read";

/** A frame whose start, length, checksum and end are right. Views into the receive buffer: valid until more bytes come. */
export interface Frame {
	readonly address: Uint8Array;
	readonly control: number;
	readonly data: Uint8Array;
}

export type FrameResult =
	/** Not whole yet; the first `skip` bytes are of no use. */
	| { readonly kind: "more"; readonly skip: number }
	| { readonly kind: "frame"; readonly skip: number; readonly frame: Frame }
	| { readonly kind: "bad"; readonly skip: number; readonly why: string };

/** `value × 10^exponent`, exact: a register is decimal digits and stays decimal. */
export interface Register {
	readonly value: number;
	readonly exponent: number;
	/** SenML unit (RFC 8428 12.1, RFC 8798): "m3", "kWh". */
	readonly unit: string;
	/** The meter's own word on itself: "ok", "battery-low", "valve-closed", "valve-fault". */
	readonly status: string;
}

export type MeterAnswer =
	| { readonly kind: "address"; readonly address: Uint8Array }
	| { readonly kind: "register"; readonly register: Register }
	| { readonly kind: "refused"; readonly why: string }
	/** Somebody else's frame, or the echo of our own on a two-wire bus: go on listening. */
	| { readonly kind: "other" };

/** Two BCD digits a byte, least significant byte first, as both standards send numbers; -1 where a nibble is no digit. */
export function bcdLittleEndian(bytes: Uint8Array, offset: number, count: number): number {
	let value = 0;
	for (let i = offset + count - 1; i >= offset; i--) {
		const high = bytes[i] >> 4;
		const low = bytes[i] & 15;
		if (high > 9 || low > 9) return -1;
		value = value * 100 + high * 10 + low;
	}
	return value;
}

/** Sum of bytes modulo 256: the checksum of both standards. */
export function checksum(bytes: Uint8Array, start: number, end: number): number {
	let sum = 0;
	for (let i = start; i < end; i++) sum += bytes[i];
	return sum & 255;
}

/** First and last byte of a frame in both standards; a checksum from the first byte to the last of the data stands before the end. */
export const FRAME_START = 0x68;
export const FRAME_END = 0x16;

/** What is wrong with the checksum and the end of a frame whose data end before `end`; undefined when they are right. */
export function tailFault(bytes: Uint8Array, start: number, end: number): string | undefined {
	const sum = checksum(bytes, start, end);
	if (bytes[end] !== sum) return `checksum ${hexByte(bytes[end])} at byte ${end}, computed ${hexByte(sum)}`;
	if (bytes[end + 1] !== FRAME_END) return `end ${hexByte(bytes[end + 1])} at byte ${end + 1}, not 16H`;
	return undefined;
}

/** "000000001234" to wire order (least significant pair first); undefined unless exactly `bytes` pairs of digits. */
export function digitsToWire(digits: string, bytes: number): Uint8Array | undefined {
	if (digits.length !== bytes * 2) return undefined;
	const wire = new Uint8Array(bytes);
	for (let i = 0; i < bytes; i++) {
		const high = digits.charCodeAt(2 * i) - 48;
		const low = digits.charCodeAt(2 * i + 1) - 48;
		if (!(high >= 0 && high <= 9 && low >= 0 && low <= 9)) return undefined;
		wire[bytes - 1 - i] = (high << 4) | low;
	}
	return wire;
}

export function wireToDigits(wire: Uint8Array): string {
	let digits = "";
	for (let i = wire.length - 1; i >= 0; i--) {
		const byte = wire[i];
		digits += byte < 16 ? `0${byte.toString(16)}` : byte.toString(16);
	}
	return digits.toUpperCase();
}

export function hexByte(byte: number): string {
	return `${byte < 16 ? "0" : ""}${byte.toString(16).toUpperCase()}H`;
}
