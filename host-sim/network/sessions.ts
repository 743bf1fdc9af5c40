import type { Bearers } from "./bearers.js";
import { nasExchange, PDN_EXCHANGE } from "./nas-timing.js";
import type { Exchange } from "./rrc.js";
import type { UeListener } from "./ue.js";

export interface SessionsOwner {
	readonly bearers: Bearers;
	readonly attached: () => boolean;
	transact(exchange: Exchange): void;
	notify(action: (listener: UeListener) => void): void;
}

/** PDN connections and PDU sessions asked for by themselves, after the attach (TS 24.301 6.5.1, TS 24.501 6.4.1). */
export class Sessions {
	readonly #o: SessionsOwner;

	constructor(owner: SessionsOwner) {
		this.#o = owner;
	}

	/** Refused, the listener hears of its end. */
	establish(cid: number): void {
		this.exchange(ok => {
			if (ok && this.#o.attached() && this.#o.bearers.activate(cid).ok) return;
			this.#o.notify(listener => listener.contextChanged(cid, "deactivated", "network"));
		});
	}
	/** A request about one, and the network's answer. */
	exchange(done: (ok: boolean) => void): void {
		this.#o.transact(nasExchange(PDN_EXCHANGE, done));
	}
}
