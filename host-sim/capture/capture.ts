import { ipPacket, Protocol, type TcpNumbers, tcpSegment, udpSegment } from "./ip-packet.js";
import { type CapturedPacket, pcapng } from "./pcapng.js";
import { StreamNumbers } from "./stream-numbers.js";
import type { Traffic } from "./traffic.js";

/** A line of the AT dialogue and when it passed. */
export interface CommentLine {
	readonly timeMs: number;
	readonly text: string;
}

export interface CaptureOptions {
	/** UTC at time 0 of the simulation. */
	readonly startUtcMs: number;
	/** Shown as the interface: the module's name. */
	readonly interfaceName: string;
	/** In the order of their times. Each packet carries what was said since the one before it; secrets are the caller's to mask. */
	readonly comments?: readonly CommentLine[];
}

/** A file for Wireshark: the traffic as raw IP packets, the AT dialogue as their comments. */
export function capture(traffic: readonly Traffic[], options: CaptureOptions): Uint8Array {
	const packets: CapturedPacket[] = [];
	const comments = [...(options.comments ?? [])];
	const streams = new Map<string, StreamNumbers>();
	for (const entry of traffic) {
		const spoken: string[] = [];
		while (comments[0] !== undefined && comments[0].timeMs <= entry.timeMs) spoken.push((comments.shift() as CommentLine).text);
		const comment = spoken.length > 0 ? { comment: spoken.join("\n") } : {};
		packetsOf(entry, streams).forEach((bytes, index) => {
			packets.push({ utcMs: options.startUtcMs + entry.timeMs, bytes, ...(index === 0 ? comment : {}) });
		});
	}
	return pcapng(packets, options.interfaceName);
}

function packetsOf(entry: Traffic, streams: Map<string, StreamNumbers>): Uint8Array[] {
	const { device, host, kind, direction, bytes } = entry;
	const [from, to] = direction === "up" ? [device, host] : [host, device];
	if (kind === "datagram") return [ipPacket(from, to, Protocol.udp, udpSegment(from, to, bytes))];
	const key = `${device.address} ${device.port} ${host.address} ${host.port}`;
	const tcp = (way: "up" | "down", numbers: TcpNumbers, payload: Uint8Array): Uint8Array => {
		const [source, target] = way === "up" ? [device, host] : [host, device];
		return ipPacket(source, target, Protocol.tcp, tcpSegment(source, target, numbers, payload));
	};
	if (kind === "open") {
		const numbers = new StreamNumbers();
		streams.set(key, numbers);
		return numbers.open().map(([way, handshake]) => tcp(way, handshake, new Uint8Array(0)));
	}
	const numbers = streams.get(key);
	if (numbers === undefined) return [];
	if (kind === "close") {
		streams.delete(key);
		return [tcp(direction, numbers.close(direction), new Uint8Array(0))];
	}
	return [tcp(direction, numbers.data(direction, bytes.length), bytes)];
}
