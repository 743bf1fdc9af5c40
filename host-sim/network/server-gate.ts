import type { Clock } from "../clock/clock.js";
import type { PublicNetwork } from "./public-network.js";

export type ServerState = "on" | "off" | { readonly delayMs: number };

/** Stands before the hosts of the internet, so that a scenario can switch them off or make them slow, whatever they are. */
export class ServerGate implements PublicNetwork {
	readonly #inner: PublicNetwork;
	readonly #clock: Clock;
	state: ServerState = "on";

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
	connect: PublicNetwork["connect"] = (from, to, events) => this.#inner.connect(from, to, events);
	delayMs: PublicNetwork["delayMs"] = to => {
		const { state } = this;
		const inner = this.#inner.delayMs(to);
		if (state === "off" || inner === undefined) return undefined;
		return state === "on" ? inner : inner + state.delayMs;
	};
	answersEcho: PublicNetwork["answersEcho"] = address => this.state !== "off" && this.#inner.answersEcho(address);
	close(): void {
		this.#inner.close();
	}
}
