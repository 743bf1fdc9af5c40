import type { Clock } from "../clock/clock.js";
import type { Random } from "../clock/random.js";
import type { Bearers } from "./bearers.js";
import { addressFamily, canonicalHost } from "./ip-text.js";
import type { Nas } from "./nas.js";
import type { PublicNetwork } from "./public-network.js";
import type { RadioNetwork } from "./radio-network.js";
import type { Flow, FlowListener } from "./ue.js";

export interface FlowsOwner {
	readonly clock: Clock;
	readonly network: RadioNetwork;
	readonly random: Random;
	readonly nas: Nas;
	readonly bearers: Bearers;
	readonly internet: PublicNetwork;
	emit(name: string, data: Record<string, unknown>): void;
}

const EPHEMERAL_FIRST = 49_152;
const DNS_BYTES: readonly [number, number] = [46, 90];
const DNS_TIMEOUT_MS = 15_000;
/** IPv6's longer header; the measured air times hold an IPv4 header (RFC 8200 3, RFC 791 3.1). */
const IPV6_EXTRA_BYTES = 20;
/** Open flows of one UE; opening more fails. */
const MAXIMUM_FLOWS = 64;
/** Uplink packets of one flow that wait for the radio; more are refused as a module's buffer would. */
const MAXIMUM_PENDING = 16;
const ECHO_TTL = 52;

export class Flows {
	readonly #o: FlowsOwner;
	readonly #open = new Set<UdpFlow>();
	#nextPort: number;

	constructor(owner: FlowsOwner) {
		this.#o = owner;
		this.#nextPort = EPHEMERAL_FIRST + owner.random.integer(0, 8191);
	}

	open(kind: "udp" | "tcp", cid: number, host: string, port: number, localPort: number, listener: FlowListener): Flow {
		const flow = new UdpFlow(this.#o, cid, port, localPort === 0 ? this.#ephemeral() : localPort, listener, () => this.#open.delete(flow));
		const fail = (why: "unreachable" | "no-context"): Flow => {
			flow.close();
			this.#o.clock.after(0, () => listener.failed(why));
			return flow;
		};
		// TCP has its place here and no implementation yet.
		if (kind === "tcp" || this.#open.size >= MAXIMUM_FLOWS) return fail("unreachable");
		if (!this.#o.bearers.isActive(cid)) return fail("no-context");
		this.#open.add(flow);
		this.resolve(cid, host, addresses => flow.resolved(addresses?.[0]));
		return flow;
	}

	/** Literals at once; names over the air, AAAA before A, only the families the context has. */
	resolve(cid: number, host: string, done: (addresses: readonly string[] | undefined) => void): void {
		const { clock, nas, network, internet, bearers } = this.#o;
		const usable = (addresses: readonly string[]): readonly string[] =>
			[6 as const, 4 as const].flatMap(family =>
				bearers.address(cid, family) === undefined ? [] : addresses.filter(address => addressFamily(address) === family),
			);
		if (addressFamily(host) !== undefined) {
			const literal = canonicalHost(host);
			return void clock.after(0, () => done(usable([literal]).length === 0 ? undefined : [literal]));
		}
		const once = onlyOnce(done);
		if (!bearers.isActive(cid)) return void clock.after(0, () => once(undefined));
		const timeout = clock.after(DNS_TIMEOUT_MS, () => once(undefined));
		const answer = (addresses: readonly string[] | undefined): void => {
			clock.cancel(timeout);
			const found = addresses === undefined ? [] : usable(addresses);
			once(found.length === 0 ? undefined : found);
		};
		const asked = (ok: boolean): void => {
			if (!ok) {
				answer(undefined);
				return;
			}
			if (!network.linked) return;
			internet.resolve(host, addresses =>
				clock.after(2 * this.#latencyMs(), () => {
					nas.downlink(DNS_BYTES[1], delivered => {
						if (delivered) answer(addresses);
					});
				}),
			);
		};
		nas.transact({ uplinkBytes: DNS_BYTES[0], done: asked });
	}

	ping(cid: number, host: string, bytes: number, timeoutMs: number, done: (rttMs: number | undefined, ttl: number) => void): void {
		const { clock, nas, network, internet } = this.#o;
		const once = onlyOnce((rttMs: number | undefined) => done(rttMs, ECHO_TTL));
		const start = clock.now();
		const timeout = clock.after(timeoutMs, () => once(undefined));
		const back = (delivered: boolean): void => {
			if (!delivered) return;
			clock.cancel(timeout);
			once(Math.round(clock.now() - start));
		};
		this.resolve(cid, host, addresses => {
			const address = addresses?.[0];
			if (address === undefined) return;
			const sent = (ok: boolean): void => {
				if (!ok || !network.linked || !internet.answersEcho(address)) return;
				clock.after(2 * this.#latencyMs(), () => nas.downlink(bytes, back));
			};
			nas.transact({ uplinkBytes: bytes, done: sent });
		});
	}

	/** The contexts are gone: their flows are closed, and their listeners told. */
	closeAll(): void {
		for (const flow of [...this.#open]) flow.lose();
	}
	closeOn(cid: number): void {
		for (const flow of [...this.#open]) if (flow.cid === cid) flow.lose();
	}
	/** Power loss: nobody is left to be told. */
	drop(): void {
		for (const flow of [...this.#open]) flow.close();
	}

	#latencyMs(): number {
		return latencyMs(this.#o);
	}
	#ephemeral(): number {
		const port = this.#nextPort++;
		if (this.#nextPort > 65_535) this.#nextPort = EPHEMERAL_FIRST;
		return port;
	}
}

function onlyOnce<T>(done: (value: T) => void): (value: T) => void {
	let called = false;
	return value => {
		if (called) return;
		called = true;
		done(value);
	};
}

function latencyMs({ network, random }: FlowsOwner): number {
	return Math.round(network.operator.coreLatencyMs * (0.8 + 0.4 * random.next())) + network.extraLatencyMs;
}

class UdpFlow implements Flow {
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

	constructor(owner: FlowsOwner, cid: number, port: number, localPort: number, listener: FlowListener, gone: () => void) {
		this.#o = owner;
		this.cid = cid;
		this.#port = port;
		this.localPort = localPort;
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
	consumed(): void {}
	lose(): void {
		if (this.#closed) return;
		this.close();
		this.#o.clock.after(0, () => this.#listener.closed());
	}

	#source(): string | undefined {
		return this.#peer === undefined ? undefined : this.#o.bearers.address(this.cid, addressFamily(this.#peer) === 6 ? 6 : 4);
	}
	#sent(bytes: number, ok: boolean): void {
		if (!this.#closed) this.#listener.sent(bytes, ok);
	}
	#lost(direction: "uplink" | "downlink", why: string, bytes: number): void {
		this.#o.emit("datagram-lost", { direction, why, bytes });
	}
	#unlucky(): boolean {
		const { network, nas, random } = this.#o;
		return !network.linked || random.next() < network.loss[nas.ecl as 0 | 1 | 2];
	}

	#forward(bytes: Uint8Array, peer: string): void {
		const { clock, emit, internet } = this.#o;
		const address = this.#source();
		if (address === undefined || this.#unlucky()) {
			this.#lost("uplink", "network", bytes.length);
			return;
		}
		this.#from = address;
		this.#seenMs = clock.now();
		const from = { address, port: this.localPort };
		emit("datagram-up", { to: peer, port: this.#port, bytes: bytes.length });
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
		if (this.#unlucky()) {
			this.#lost("downlink", "network", bytes.length);
			return;
		}
		const delivered = (ok: boolean): void => {
			if (!ok || this.#closed) {
				this.#lost("downlink", ok ? "closed" : "radio", bytes.length);
				return;
			}
			emit("datagram-down", { from: peer, port: this.#port, bytes: bytes.length });
			this.#listener.received(bytes, peer, this.#port);
		};
		if (!nas.downlink(bytes.length, delivered)) this.#lost("downlink", "asleep", bytes.length);
	}
}
