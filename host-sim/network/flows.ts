import { type FlowsOwner, latencyMs } from "./flow-path.js";
import { addressFamily, canonicalHost } from "./ip-text.js";
import { StreamFlow } from "./stream-flow.js";
import { UdpFlow } from "./udp-flow.js";
import type { Flow, FlowListener, FlowOptions } from "./ue.js";

const EPHEMERAL_FIRST = 49_152;
const DNS_BYTES: readonly [number, number] = [46, 90];
const DNS_TIMEOUT_MS = 15_000;
/** Open flows of one UE; opening more fails. */
const MAXIMUM_FLOWS = 64;
const ECHO_TTL = 52;

export type FlowKind = "udp" | "tcp" | "tls";
export interface FlowEndpoint {
	readonly cid: number;
	readonly host: string;
	readonly port: number;
	/** 0: any. */
	readonly localPort: number;
}

export class Flows {
	/** Whether figures of this UE rest on how streams are modelled. */
	streamsUsed = false;
	readonly #o: FlowsOwner;
	readonly #open = new Set<UdpFlow | StreamFlow>();
	/** Streams that still have something to send, closed or not. */
	readonly #lingering = new Set<StreamFlow>();
	#nextPort: number;

	constructor(owner: FlowsOwner) {
		this.#o = owner;
		this.#nextPort = EPHEMERAL_FIRST + owner.random.integer(0, 8191);
	}

	open(kind: FlowKind, endpoint: FlowEndpoint, listener: FlowListener, options: FlowOptions = {}): Flow {
		const local = { ...endpoint, localPort: endpoint.localPort === 0 ? this.#ephemeral() : endpoint.localPort };
		const flow = this.#create(kind, local, listener, options);
		const fail = (why: "unreachable" | "no-context"): Flow => {
			flow.close();
			this.#o.clock.after(0, () => listener.failed(why));
			return flow;
		};
		if (this.#open.size >= MAXIMUM_FLOWS) return fail("unreachable");
		if (!this.#o.bearers.isActive(local.cid)) return fail("no-context");
		this.#open.add(flow);
		this.resolve(local.cid, local.host, addresses => flow.resolved(addresses?.[0]));
		return flow;
	}
	#create(kind: FlowKind, endpoint: FlowEndpoint, listener: FlowListener, options: FlowOptions): UdpFlow | StreamFlow {
		if (kind === "udp") {
			const flow: UdpFlow = new UdpFlow(this.#o, endpoint, listener, () => this.#open.delete(flow));
			return flow;
		}
		this.streamsUsed = true;
		const flow: StreamFlow = new StreamFlow(this.#o, endpoint, listener, options, {
			gone: () => this.#open.delete(flow),
			done: () => this.#lingering.delete(flow),
		});
		this.#lingering.add(flow);
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
				if (!ok || !network.linked || !network.admits(address) || !internet.answersEcho(address)) return;
				clock.after(2 * this.#latencyMs(), () => nas.downlink(bytes, back));
			};
			nas.transact({ uplinkBytes: bytes, done: sent });
		});
	}

	/** The contexts are gone: their flows are closed, and their listeners told. */
	closeAll(): void {
		for (const flow of [...this.#open]) flow.lose();
		this.#stopLingering();
	}
	closeOn(cid: number): void {
		for (const flow of [...this.#open]) if (flow.cid === cid) flow.lose();
		this.#stopLingering(cid);
	}
	/** Power loss: nobody is left to be told. */
	drop(): void {
		for (const flow of [...this.#open]) flow.drop();
		this.#stopLingering();
	}
	#stopLingering(cid?: number): void {
		for (const flow of [...this.#lingering]) if (cid === undefined || flow.cid === cid) flow.drop();
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
