import { type FlowsOwner, latencyMs, unlucky } from "./flow-path.js";
import { addressFamily } from "./ip-text.js";
import type { Endpoint } from "./public-network.js";
import type { Segment } from "./tcp-segment.js";

/** The measured air times hold the 28 bytes of a UDP/IPv4 header (RFC 768, RFC 791 3.1); TCP's own is 12 longer (RFC 9293 3.1), IPv6's 20 (RFC 8200 3). */
const TCP_EXTRA_BYTES = 12;
const IPV6_EXTRA_BYTES = 20;
/** Maximum segment size, window scale and their padding on SYN (RFC 9293 3.2, RFC 7323). */
const SYN_OPTION_BYTES = 8;
const TCP_HEADER_BYTES = 20;

/** The payload that fits one segment on the operator's link. */
export function maximumSegmentBytes(mtuBytes: number, peer: string): number {
	return mtuBytes - TCP_HEADER_BYTES - (addressFamily(peer) === 6 ? 40 : 20);
}

export interface TcpPathOwner {
	readonly flows: FlowsOwner;
	readonly from: Endpoint;
	readonly to: Endpoint;
	/** The UE still has the address that it began with. */
	readonly stands: () => boolean;
}

/** Carries the segments of one connection between the module and the host: air time, latency, loss, the NAT's memory. First in, first out. */
export class TcpPath {
	readonly #o: TcpPathOwner;
	readonly #headerBytes: number;
	/** When the NAT or the IPv6 firewall last saw a packet of the connection (RFC 5382 REQ-5). */
	#seenMs = Number.NEGATIVE_INFINITY;
	#upBusyMs = 0;
	#downBusyMs = 0;
	readonly #down: { readonly bytes: number; readonly deliver: () => void; readonly left: () => void }[] = [];
	#paging = false;
	#rai: 0 | 1 | 2 = 0;

	constructor(owner: TcpPathOwner) {
		this.#o = owner;
		this.#headerBytes = TCP_EXTRA_BYTES + (addressFamily(owner.to.address) === 6 ? IPV6_EXTRA_BYTES : 0);
	}

	/** Release assistance that goes with the next segment with payload. */
	set rai(rai: 0 | 1 | 2) {
		this.#rai = rai;
	}

	up(segment: Segment, left: () => void, deliver: () => void): void {
		const { nas } = this.#o.flows;
		const bytes = segment.bytes.length;
		const rai = bytes > 0 ? this.#rai : 0;
		const done = (ok: boolean): void => {
			left();
			if (ok) this.#forward(bytes, deliver);
			else this.#lost("uplink", "radio", bytes);
		};
		nas.transact({ uplinkBytes: this.#sizeOf(segment), rai, done });
	}
	down(segment: Segment, left: () => void, deliver: () => void): void {
		const { flows } = this.#o;
		const bytes = segment.bytes.length;
		const delay = flows.internet.delayMs(this.#o.to);
		if (delay === undefined) {
			flows.clock.after(0, left);
			return;
		}
		this.#downBusyMs = Math.max(this.#downBusyMs, flows.clock.now() + delay + latencyMs(flows));
		flows.clock.at(this.#downBusyMs, () => {
			const why = this.#obstacle();
			if (why === undefined) {
				this.#seenMs = flows.clock.now();
				this.#down.push({ bytes: this.#sizeOf(segment), deliver, left });
				this.#nextDown();
				return;
			}
			left();
			this.#lost("downlink", why, bytes);
		});
	}

	#sizeOf(segment: Segment): number {
		return segment.bytes.length + this.#headerBytes + (segment.syn === true ? SYN_OPTION_BYTES : 0);
	}
	#forward(bytes: number, deliver: () => void): void {
		const { flows, to } = this.#o;
		const { clock, network, internet } = flows;
		if (!network.admits(to.address)) return void this.#lost("uplink", "destination", bytes);
		// The first packet makes the mapping, any other one needs it.
		if (this.#seenMs === Number.NEGATIVE_INFINITY) this.#seenMs = clock.now();
		const why = this.#obstacle();
		if (why !== undefined) return void this.#lost("uplink", why, bytes);
		this.#seenMs = clock.now();
		this.#upBusyMs = Math.max(this.#upBusyMs, clock.now() + latencyMs(flows));
		clock.at(this.#upBusyMs, () => {
			if (internet.delayMs(to) === undefined) this.#lost("uplink", "server", bytes);
			else deliver();
		});
	}
	#obstacle(): string | undefined {
		const { flows, stands } = this.#o;
		const lifetimeMs = flows.network.operator.streamLifetimeSeconds * 1000;
		if (flows.clock.now() - this.#seenMs > lifetimeMs) return "flow-expired";
		if (!stands()) return "closed";
		return unlucky(flows) ? "network" : undefined;
	}
	/** One after another: what waits for a paging occasion must not be overtaken by what comes behind it. */
	#nextDown(): void {
		if (this.#paging) return;
		const packet = this.#down.shift();
		if (packet === undefined) return;
		this.#paging = true;
		const delivered = (ok: boolean): void => {
			this.#paging = false;
			packet.left();
			if (ok) packet.deliver();
			else this.#lost("downlink", "radio", packet.bytes);
			this.#nextDown();
		};
		if (this.#o.flows.nas.downlink(packet.bytes, delivered)) return;
		this.#paging = false;
		packet.left();
		this.#lost("downlink", "asleep", packet.bytes);
		this.#nextDown();
	}
	#lost(direction: "uplink" | "downlink", why: string, bytes: number): void {
		this.#o.flows.emit("segment-lost", { direction, why, bytes });
	}
}
