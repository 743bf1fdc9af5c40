import { parseIpv4, parseIpv6 } from "../network/ip-text.js";
import type { TrafficEndpoint } from "./traffic.js";

export const Protocol = Object.freeze({ tcp: 6, udp: 17 });
/** TCP's control bits (RFC 9293 3.1). */
export const TcpFlag = Object.freeze({ fin: 1, syn: 2, push: 8, ack: 16 });
/** What hosts of today begin with. */
const HOP_LIMIT = 64;

/** RFC 768. */
export function udpSegment(from: TrafficEndpoint, to: TrafficEndpoint, payload: Uint8Array): Uint8Array {
	const segment = new Uint8Array(8 + payload.length);
	const view = new DataView(segment.buffer);
	view.setUint16(0, from.port);
	view.setUint16(2, to.port);
	view.setUint16(4, segment.length);
	segment.set(payload, 8);
	// A sum of zero is sent as its complement: zero means that there is none.
	view.setUint16(6, transportChecksum(from, to, Protocol.udp, segment) || 0xffff);
	return segment;
}

export interface TcpNumbers {
	readonly sequence: number;
	readonly acknowledgement: number;
	readonly flags: number;
	readonly window: number;
}
/** RFC 9293 3.1, without options. */
export function tcpSegment(from: TrafficEndpoint, to: TrafficEndpoint, numbers: TcpNumbers, payload: Uint8Array): Uint8Array {
	const segment = new Uint8Array(20 + payload.length);
	const view = new DataView(segment.buffer);
	view.setUint16(0, from.port);
	view.setUint16(2, to.port);
	view.setUint32(4, numbers.sequence);
	view.setUint32(8, numbers.acknowledgement);
	view.setUint8(12, 5 << 4);
	view.setUint8(13, numbers.flags);
	view.setUint16(14, numbers.window);
	segment.set(payload, 20);
	view.setUint16(16, transportChecksum(from, to, Protocol.tcp, segment));
	return segment;
}

/** The segment in IPv6 (RFC 8200 3) or IPv4 (RFC 791 3.1), as the addresses are. */
export function ipPacket(from: TrafficEndpoint, to: TrafficEndpoint, protocol: number, segment: Uint8Array): Uint8Array {
	return from.address.includes(":") ? ipv6(from, to, protocol, segment) : ipv4(from, to, protocol, segment);
}
function ipv6(from: TrafficEndpoint, to: TrafficEndpoint, protocol: number, segment: Uint8Array): Uint8Array {
	const packet = new Uint8Array(40 + segment.length);
	const view = new DataView(packet.buffer);
	view.setUint8(0, 6 << 4);
	view.setUint16(4, segment.length);
	view.setUint8(6, protocol);
	view.setUint8(7, HOP_LIMIT);
	packet.set(addressBytes(from.address), 8);
	packet.set(addressBytes(to.address), 24);
	packet.set(segment, 40);
	return packet;
}
function ipv4(from: TrafficEndpoint, to: TrafficEndpoint, protocol: number, segment: Uint8Array): Uint8Array {
	const packet = new Uint8Array(20 + segment.length);
	const view = new DataView(packet.buffer);
	view.setUint8(0, (4 << 4) | 5);
	view.setUint16(2, packet.length);
	view.setUint8(8, HOP_LIMIT);
	view.setUint8(9, protocol);
	packet.set(addressBytes(from.address), 12);
	packet.set(addressBytes(to.address), 16);
	view.setUint16(10, internetChecksum(packet.subarray(0, 20)));
	packet.set(segment, 20);
	return packet;
}

function addressBytes(address: string): Uint8Array {
	const groups = parseIpv6(address);
	if (groups !== undefined) return Uint8Array.from(groups.flatMap(group => [group >> 8, group & 0xff]));
	const bytes = parseIpv4(address);
	if (bytes === undefined) throw new TypeError(`"${address}" is no IP address`);
	return Uint8Array.from(bytes);
}

/** RFC 1071. */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
	let sum = 0;
	for (const part of parts) {
		for (let i = 0; i < part.length; i += 2) sum += ((part[i] as number) << 8) | (part[i + 1] ?? 0);
		while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
	}
	return ~sum & 0xffff;
}
/** With the pseudo-header of RFC 8200 8.1 or RFC 9293 3.1. */
function transportChecksum(from: TrafficEndpoint, to: TrafficEndpoint, protocol: number, segment: Uint8Array): number {
	const trailer = new Uint8Array(8);
	const view = new DataView(trailer.buffer);
	view.setUint32(0, segment.length);
	view.setUint32(4, protocol);
	return internetChecksum(addressBytes(from.address), addressBytes(to.address), trailer, segment);
}
