/** The blocks of a pcapng file (draft-ietf-opsawg-pcapng): a section, one interface, packets with comments. */

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Raw IP: each packet begins with its IPv4 or IPv6 header. */
const LINKTYPE_RAW = 101;
const OPTION_END = 0;
const OPTION_COMMENT = 1;
const OPTION_INTERFACE_NAME = 2;
const OPTION_APPLICATION = 4;

export interface CapturedPacket {
	/** Since 1970, UTC. */
	readonly utcMs: number;
	/** From its IP header on. */
	readonly bytes: Uint8Array;
	readonly comment?: string;
}

/** Times are in microseconds, the form's own resolution. */
export function pcapng(packets: readonly CapturedPacket[], interfaceName: string): Uint8Array {
	return concat([
		block(SECTION_HEADER, sectionHeader(), [[OPTION_APPLICATION, "xs-cellular"]]),
		block(INTERFACE_DESCRIPTION, interfaceDescription(), [[OPTION_INTERFACE_NAME, interfaceName]]),
		...packets.map(packet =>
			block(ENHANCED_PACKET, packetBody(packet), packet.comment === undefined ? [] : [[OPTION_COMMENT, packet.comment]]),
		),
	]);
}

function sectionHeader(): Uint8Array {
	const body = new Uint8Array(16);
	const view = new DataView(body.buffer);
	view.setUint32(0, BYTE_ORDER_MAGIC, true);
	view.setUint16(4, 1, true);
	// The section's length is not said.
	view.setBigInt64(8, -1n, true);
	return body;
}
function interfaceDescription(): Uint8Array {
	const body = new Uint8Array(8);
	new DataView(body.buffer).setUint16(0, LINKTYPE_RAW, true);
	return body;
}
function packetBody({ utcMs, bytes }: CapturedPacket): Uint8Array {
	const body = new Uint8Array(20 + padded(bytes.length));
	const view = new DataView(body.buffer);
	const microseconds = BigInt(Math.round(utcMs * 1000));
	view.setUint32(4, Number(microseconds >> 32n), true);
	view.setUint32(8, Number(microseconds & 0xffff_ffffn), true);
	view.setUint32(12, bytes.length, true);
	view.setUint32(16, bytes.length, true);
	body.set(bytes, 20);
	return body;
}

/** Type, length, body, options, length again; everything to a multiple of four bytes. */
function block(type: number, body: Uint8Array, options: readonly (readonly [number, string])[]): Uint8Array {
	const encoded = options.map(([code, text]) => option(code, new TextEncoder().encode(text)));
	if (encoded.length > 0) encoded.push(option(OPTION_END, new Uint8Array(0)));
	const inner = concat([body, ...encoded]);
	const whole = new Uint8Array(12 + inner.length);
	const view = new DataView(whole.buffer);
	view.setUint32(0, type, true);
	view.setUint32(4, whole.length, true);
	whole.set(inner, 8);
	view.setUint32(8 + inner.length, whole.length, true);
	return whole;
}
function option(code: number, value: Uint8Array): Uint8Array {
	const kept = value.subarray(0, 0xffff);
	const whole = new Uint8Array(4 + padded(kept.length));
	const view = new DataView(whole.buffer);
	view.setUint16(0, code, true);
	view.setUint16(2, kept.length, true);
	whole.set(kept, 4);
	return whole;
}
function padded(length: number): number {
	return (length + 3) & ~3;
}
function concat(parts: readonly Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
