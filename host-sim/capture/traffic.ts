export interface TrafficEndpoint {
	/** RFC 5952 text of IPv6, dotted decimal of IPv4. */
	readonly address: string;
	readonly port: number;
}

/** What passed between a device and the simulated internet, as its IP stack saw it. */
export interface Traffic {
	/** Milliseconds of the simulation. */
	readonly timeMs: number;
	readonly kind: "datagram" | "open" | "data" | "close";
	readonly direction: "up" | "down";
	readonly device: TrafficEndpoint;
	readonly host: TrafficEndpoint;
	/** Payload; empty for "open" and "close". */
	readonly bytes: Uint8Array;
}

/** Keeps the traffic of a run; of a very long one the beginning. */
export class TrafficLog {
	readonly entries: Traffic[] = [];
	dropped = 0;
	#keptBytes = 0;
	readonly #limitBytes: number;
	constructor(limitBytes = 64 * 1024 * 1024) {
		this.#limitBytes = limitBytes;
	}
	/** The bytes are copied. */
	add(entry: Traffic): void {
		this.#keptBytes += entry.bytes.length + 64;
		if (this.#keptBytes > this.#limitBytes) this.dropped++;
		else this.entries.push({ ...entry, bytes: Uint8Array.from(entry.bytes) });
	}
}
