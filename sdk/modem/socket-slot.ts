import type { Millis } from "../at/line.js";
import type { Release } from "./driver.js";
import type { UdpEndpoint } from "./udp-endpoint.js";

/** A socket of the module, bound to one peer, because most modules tell no source address. */
export interface Slot {
	readonly index: number;
	/** The module's own number of it. */
	id: number;
	/** "stale": the module may have lost it in its sleep; "closing": it is to be closed. */
	state: "free" | "open" | "stale" | "closing";
	endpoint: UdpEndpoint | undefined;
	address: string;
	port: number;
	lastUse: number;
	/** Data waits in the module (pull). */
	readable: boolean;
}
export interface Datagram {
	endpoint: UdpEndpoint | undefined;
	data: Uint8Array | undefined;
	address: string;
	port: number;
	release: Release;
	since: Millis;
	/** Opens in a row that were refused. */
	refusedOpens: number;
	/** It was refused once and is to go out on a new socket. */
	isSecondTry: boolean;
}

export function free(slot: Slot): void {
	slot.state = "free";
	slot.endpoint = undefined;
	slot.id = -1;
	slot.readable = false;
}
