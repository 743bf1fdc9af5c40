import type { Clock } from "../clock/clock.js";
import type { PublicNetwork, PublicStream, PublicStreamEvents, TlsVerdict } from "./public-network.js";
import type { TlsRequest } from "./ue.js";

export type ServerState = "on" | "off" | { readonly delayMs: number };

/** Stands before the hosts of the internet, so that a scenario can switch them off, make them slow or let them drop connections, whatever they are. */
export class ServerGate implements PublicNetwork {
	readonly #inner: PublicNetwork;
	readonly #clock: Clock;
	readonly #streams = new Set<GatedStream>();
	state: ServerState = "on";
	/** What the hosts show in a handshake from now on, for who looks at its dates. */
	certificate: "valid" | "expired" = "valid";

	constructor(clock: Clock, inner: PublicNetwork) {
		this.#clock = clock;
		this.#inner = inner;
	}
	resolve: PublicNetwork["resolve"] = (host, done) => this.#inner.resolve(host, done);
	send: PublicNetwork["send"] = (from, to, bytes, reply) => {
		const { state } = this;
		if (state === "off") return;
		if (state === "on") return this.#inner.send(from, to, bytes, reply);
		this.#inner.send(from, to, bytes, answer => {
			const copy = answer.slice();
			this.#clock.after(state.delayMs, () => reply(copy));
		});
	};
	forget: PublicNetwork["forget"] = (from, to) => this.#inner.forget(from, to);
	connect: PublicNetwork["connect"] = (from, to, events) => {
		const stream = new GatedStream(this, events, () => this.#streams.delete(stream));
		this.#streams.add(stream);
		stream.attach(this.#inner.connect(from, to, stream.fromHost));
		return stream;
	};
	/** In a turn of its own, as everything that a network calls back. */
	soon(action: () => void): void {
		this.#clock.after(0, action);
	}
	/** Ends every connection from the hosts' side: in order, or by a reset. */
	endStreams(how: "close" | "reset"): void {
		for (const stream of [...this.#streams]) this.soon(() => stream.endByHost(how));
	}
	delayMs: PublicNetwork["delayMs"] = to => {
		const { state } = this;
		const inner = this.#inner.delayMs(to);
		if (state === "off" || inner === undefined) return undefined;
		return state === "on" ? inner : inner + state.delayMs;
	};
	answersEcho: PublicNetwork["answersEcho"] = address => this.state !== "off" && this.#inner.answersEcho(address);
	close(): void {
		this.#streams.clear();
		this.#inner.close();
	}
}

/** One connection through the gate. */
class GatedStream implements PublicStream {
	/** What the host says, until the connection is over. */
	readonly fromHost: PublicStreamEvents;
	readonly #gate: ServerGate;
	readonly #events: PublicStreamEvents;
	readonly #gone: () => void;
	#inner: PublicStream | undefined;
	#over = false;

	constructor(gate: ServerGate, events: PublicStreamEvents, gone: () => void) {
		this.#gate = gate;
		this.#events = events;
		this.#gone = gone;
		this.fromHost = {
			accepted: () => this.#unlessOver(events.accepted),
			refused: () => this.#last(events.refused),
			received: bytes => {
				if (!this.#over) events.received(bytes);
			},
			ended: () => this.#unlessOver(events.ended),
			reset: () => this.#last(events.reset),
		};
	}
	attach(inner: PublicStream): void {
		this.#inner = inner;
	}
	endByHost(how: "close" | "reset"): void {
		if (this.#over) return;
		this.#last(how === "close" ? this.#events.ended : this.#events.reset);
		// Its application is told as if the device had gone.
		this.#inner?.reset();
	}

	send(bytes: Uint8Array, taken: () => void): void {
		if (this.#over) this.#gate.soon(taken);
		else this.#inner?.send(bytes, taken);
	}
	end(): void {
		this.#last(() => this.#inner?.end());
	}
	reset(): void {
		this.#last(() => this.#inner?.reset());
	}
	pace(mayRead: boolean): void {
		if (!this.#over) this.#inner?.pace(mayRead);
	}
	secure(request: TlsRequest, utcMs: number, done: (verdict: TlsVerdict) => void): void {
		this.#inner?.secure(request, utcMs, verdict => done(this.#dated(request, verdict)));
	}

	#dated(request: TlsRequest, verdict: TlsVerdict): TlsVerdict {
		const looked = request.verify && request.ignoreTime !== true && verdict.ok && verdict.keys === "certificate";
		return looked && this.#gate.certificate === "expired" ? { ok: false, why: "tls-expired" } : verdict;
	}
	#unlessOver(action: () => void): void {
		if (!this.#over) action();
	}
	#last(action: () => void): void {
		if (this.#over) return;
		this.#over = true;
		this.#gone();
		action();
	}
}
