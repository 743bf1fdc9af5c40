import { type FlowsOwner, latencyMs, sourceAddress, unlucky } from "./flow-path.js";
import { addressFamily } from "./ip-text.js";
import type { Flow, FlowListener } from "./ue.js";

/** IPv6's longer header; the measured air times hold an IPv4 header (RFC 8200 3, RFC 791 3.1). */
const IPV6_EXTRA_BYTES = 20;
/** Uplink packets of one flow that wait for the radio; more are refused as a module's buffer would. */
const MAXIMUM_PENDING = 16;

export class UdpFlow implements Flow {
	readonly cid: number;
	readonly localPort: number;
	readonly #o: FlowsOwner;
	readonly #port: number;
	readonly #listener: FlowListener;
	readonly #gone: () => void;
	#peer: string | undefined;
	#closed = false;
	#pending = 0;
	/** When the NAT or the IPv6 firewall last saw an uplink packet (RFC 4787 REQ-6 asks for no more), and from which of the UE's addresses. */
	#seenMs = Number.NEGATIVE_INFINITY;
	#from: string | undefined;

	constructor(
		owner: FlowsOwner,
		endpoint: { readonly cid: number; readonly port: number; readonly localPort: number },
		listener: FlowListener,
		gone: () => void,
	) {
		this.#o = owner;
		this.cid = endpoint.cid;
		this.#port = endpoint.port;
		this.localPort = endpoint.localPort;
		this.#listener = listener;
		this.#gone = gone;
	}

	resolved(address: string | undefined): void {
		if (this.#closed) return;
		if (address === undefined) {
			this.close();
			this.#listener.failed("unreachable");
			return;
		}
		this.#peer = address;
		this.#listener.opened();
	}

	send(bytes: Uint8Array, options?: { readonly rai?: 0 | 1 | 2 }): void {
		const { clock, network, nas } = this.#o;
		const peer = this.#peer;
		const refuse = (): void => void clock.after(0, () => this.#sent(bytes.length, false));
		if (this.#closed || peer === undefined || this.#pending >= MAXIMUM_PENDING) {
			refuse();
			return;
		}
		if (this.#source() === undefined || bytes.length > network.operator.mtuBytes - 48) {
			refuse();
			return;
		}
		const copy = bytes.slice();
		this.#pending++;
		const done = (ok: boolean): void => {
			this.#pending--;
			this.#sent(copy.length, ok);
			if (ok) this.#forward(copy, peer);
			else this.#lost("uplink", "radio", copy.length);
		};
		const extra = addressFamily(peer) === 6 ? IPV6_EXTRA_BYTES : 0;
		nas.transact({ uplinkBytes: copy.length + extra, rai: options?.rai ?? 0, done });
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#gone();
		if (this.#peer !== undefined && this.#from !== undefined) {
			this.#o.internet.forget({ address: this.#from, port: this.localPort }, { address: this.#peer, port: this.#port });
		}
	}
	/** Datagrams that the module's buffer has no room for are its own loss. */
	consumed(): void {}
	/** Power loss: nobody is left to be told. */
	drop(): void {
		this.close();
	}
	lose(): void {
		if (this.#closed) return;
		this.close();
		this.#o.clock.after(0, () => this.#listener.closed());
	}

	#source(): string | undefined {
		return this.#peer === undefined ? undefined : sourceAddress(this.#o, this.cid, this.#peer);
	}
	#sent(bytes: number, ok: boolean): void {
		if (!this.#closed) this.#listener.sent(bytes, ok);
	}
	#lost(direction: "uplink" | "downlink", why: string, bytes: number): void {
		this.#o.emit("datagram-lost", { direction, why, bytes });
	}

	#forward(bytes: Uint8Array, peer: string): void {
		const { clock, emit, internet } = this.#o;
		const address = this.#source();
		if (!this.#o.network.admits(peer)) {
			this.#lost("uplink", "destination", bytes.length);
			return;
		}
		if (address === undefined || unlucky(this.#o)) {
			this.#lost("uplink", "network", bytes.length);
			return;
		}
		this.#from = address;
		this.#seenMs = clock.now();
		const from = { address, port: this.localPort };
		emit("datagram-up", { to: peer, port: this.#port, bytes: bytes.length });
		this.#o.traffic({ kind: "datagram", direction: "up", device: from, host: { address: peer, port: this.#port }, bytes });
		clock.after(latencyMs(this.#o), () => {
			internet.send(from, { address: peer, port: this.#port }, bytes, reply => {
				const copy = reply.slice();
				clock.after(latencyMs(this.#o), () => this.#arrive(copy, address, peer));
			});
		});
	}
	#arrive(bytes: Uint8Array, address: string, peer: string): void {
		const { clock, emit, nas, network } = this.#o;
		const aged = clock.now() - this.#seenMs > network.operator.flowLifetimeSeconds * 1000;
		if (aged || this.#closed || this.#source() !== address) {
			this.#lost("downlink", aged ? "flow-expired" : "closed", bytes.length);
			return;
		}
		if (unlucky(this.#o)) {
			this.#lost("downlink", "network", bytes.length);
			return;
		}
		const delivered = (ok: boolean): void => {
			if (!ok || this.#closed) {
				this.#lost("downlink", ok ? "closed" : "radio", bytes.length);
				return;
			}
			emit("datagram-down", { from: peer, port: this.#port, bytes: bytes.length });
			const device = { address, port: this.localPort };
			this.#o.traffic({ kind: "datagram", direction: "down", device, host: { address: peer, port: this.#port }, bytes });
			this.#listener.received(bytes, peer, this.#port);
		};
		if (!nas.downlink(bytes.length, delivered)) this.#lost("downlink", "asleep", bytes.length);
	}
}
