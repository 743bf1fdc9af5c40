/** How the outbox lies in storage: numbers big-endian, a CRC at the end, so that a write cut short is seen. */

const slotMark = 0xa1;
const positionMark = 0xb1;
/** Mark, count, sequence of the first reading. */
export const slotHeaderBytes = 8;
export const checksumBytes = 2;
export const positionBytes = 26;

/** The table of CRC-16/X-25 for four bits at a time (ITU-T V.42 8.1.1.6.1 generator, reflected). */
const crcTable = Object.freeze([
	0x0000, 0x1081, 0x2102, 0x3183, 0x4204, 0x5285, 0x6306, 0x7387, 0x8408, 0x9489, 0xa50a, 0xb58b, 0xc60c, 0xd68d, 0xe70e, 0xf78f,
]);

function checksum(bytes: Uint8Array, length: number): number {
	let crc = 0xffff;
	for (let index = 0; index < length; index++) {
		const byte = bytes[index]!;
		crc = (crc >> 4) ^ crcTable[(crc ^ byte) & 15]!;
		crc = (crc >> 4) ^ crcTable[(crc ^ (byte >> 4)) & 15]!;
	}
	return crc ^ 0xffff;
}

function putNumber(bytes: Uint8Array, at: number, width: number, value: number): number {
	let rest = value;
	for (let index = at + width - 1; index >= at; index--) {
		bytes[index] = rest % 256;
		rest = Math.floor(rest / 256);
	}
	return at + width;
}

function getNumber(bytes: Uint8Array, at: number, width: number): number {
	let value = 0;
	for (let index = at; index < at + width; index++) value = value * 256 + bytes[index]!;
	return value;
}

/** Seals `length` bytes of a slot whose readings are in place. Returns the sealed length. */
export function sealSlot(bytes: Uint8Array, length: number, count: number, first: number): number {
	bytes[0] = slotMark;
	bytes[1] = count;
	putNumber(bytes, 2, 6, first);
	return putNumber(bytes, length, checksumBytes, checksum(bytes, length));
}

export interface SlotHeader {
	count: number;
	first: number;
}

/** False when the bytes are no whole slot. */
export function readSlot(bytes: Uint8Array, into: SlotHeader): boolean {
	const end = bytes.length - checksumBytes;
	if (end < slotHeaderBytes || bytes[0] !== slotMark || getNumber(bytes, end, checksumBytes) !== checksum(bytes, end)) return false;
	into.count = bytes[1]!;
	into.first = getNumber(bytes, 2, 6);
	let at = slotHeaderBytes;
	for (let index = 0; index < into.count; index++) {
		if (at >= end) return false;
		at += 1 + bytes[at]!;
	}
	return at === end && into.count > 0;
}

/** What the outbox knows beside its readings. */
export interface Position {
	generation: number;
	session: number;
	/** No lower sequence was ever used before this session. */
	next: number;
	acknowledged: number;
	slots: number;
	batch: number;
}

export function writePosition(position: Readonly<Position>): Uint8Array {
	const bytes = new Uint8Array(positionBytes);
	bytes[0] = positionMark;
	let at = putNumber(bytes, 1, 4, position.generation);
	at = putNumber(bytes, at, 4, position.session);
	at = putNumber(bytes, at, 6, position.next);
	at = putNumber(bytes, at, 6, position.acknowledged);
	at = putNumber(bytes, at, 2, position.slots);
	at = putNumber(bytes, at, 1, position.batch);
	putNumber(bytes, at, checksumBytes, checksum(bytes, at));
	return bytes;
}

export function readPosition(bytes: Uint8Array): Position | undefined {
	const end = positionBytes - checksumBytes;
	if (bytes.length !== positionBytes || bytes[0] !== positionMark) return undefined;
	if (getNumber(bytes, end, checksumBytes) !== checksum(bytes, end)) return undefined;
	return {
		generation: getNumber(bytes, 1, 4),
		session: getNumber(bytes, 5, 4),
		next: getNumber(bytes, 9, 6),
		acknowledged: getNumber(bytes, 15, 6),
		slots: getNumber(bytes, 21, 2),
		batch: getNumber(bytes, 23, 1),
	};
}
