import type { Clock } from "../clock/clock.js";
import type { HostConnection, HostStream, Internet, StreamHost } from "../internet/host.js";
import { canonicalHost } from "./ip-text.js";
import type { Endpoint, PublicNetwork, PublicStream, PublicStreamEvents } from "./public-network.js";
import { tlsVerdict } from "./tls-verdict.js";

/** The internet of a simulation in memory: hosts and names from a table, answers on the simulation's clock. */
export function memoryNetwork(clock: Clock, internet: Internet): PublicNetwork {
	return {
		resolve(host, done) {
			clock.after(0, () => done(internet.resolve(host)));
		},
		send(from: Endpoint, to: Endpoint, bytes, reply) {
			const host = internet.host(canonicalHost(to.address));
			if (host !== undefined) clock.after(0, () => host.datagram(to.port, bytes, from, reply));
		},
		forget() {},
		connect: (from, to, events) => new MemoryStream(clock, internet.streamHost(canonicalHost(to.address)), from, to.port, events),
		delayMs: () => 0,
		answersEcho(address) {
			const canonical = canonicalHost(address);
			return internet.host(canonical) !== undefined || internet.streamHost(canonical) !== undefined;
		},
		close() {},
	};
}

/** One connection to a host in memory: what either side says reaches the other one in a turn of its own. */
class MemoryStream implements PublicStream {
	readonly #clock: Clock;
	readonly #host: StreamHost | undefined;
	readonly #port: number;
	readonly #events: PublicStreamEvents;
	#stream: HostStream | undefined;
	#secured = false;
	#hostClosed = false;
	#deviceClosed = false;

	constructor(clock: Clock, host: StreamHost | undefined, from: Endpoint, port: number, events: PublicStreamEvents) {
		this.#clock = clock;
		this.#host = host;
		this.#port = port;
		this.#events = events;
		if (host === undefined) return;
		const connection: HostConnection = { from, send: bytes => this.#fromHost(bytes), close: () => this.#closeHost() };
		this.#later(() => {
			this.#stream = host.accept(port, connection);
			if (this.#stream === undefined) events.refused();
			else events.accepted();
		});
	}

	send(bytes: Uint8Array, taken: () => void): void {
		this.#later(() => {
			taken();
			if (this.#hostClosed) return;
			// A server that speaks TLS there answers anything else by an alert and closes.
			if (!this.#secured && this.#host?.tls?.(this.#port) !== undefined) this.#closeHost();
			else this.#stream?.received(bytes);
		});
	}
	end(): void {
		if (this.#deviceClosed) return;
		this.#deviceClosed = true;
		this.#later(() => {
			if (!this.#hostClosed) this.#stream?.closed();
			this.#hostClosed = true;
		});
	}
	reset(): void {
		this.end();
	}
	pace(): void {}
	secure(...[request, utcMs, done]: Parameters<PublicStream["secure"]>): void {
		this.#secured = true;
		this.#later(() => done(tlsVerdict(request, this.#host?.tls?.(this.#port, request.serverName), utcMs)));
	}

	#fromHost(bytes: Uint8Array): void {
		if (this.#hostClosed) return;
		const copy = bytes.slice();
		this.#later(() => this.#events.received(copy));
	}
	#closeHost(): void {
		if (this.#hostClosed) return;
		this.#hostClosed = true;
		this.#later(() => this.#events.ended());
	}
	#later(action: () => void): void {
		this.#clock.after(0, action);
	}
}
