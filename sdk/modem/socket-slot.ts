import type { Millis } from "../at/line.js";
import type { Release, SocketKind } from "./driver.js";
import type { StreamEndpoint } from "./stream-endpoint.js";
import type { UdpEndpoint } from "./udp-endpoint.js";

/** Whose bytes a socket of the module carries. */
export type SocketUser = UdpEndpoint | StreamEndpoint;

/** A socket of the module. Most modules bind those of UDP to one peer as well, because they tell no source address. */
export interface Slot {
	/** Among the module's sockets, or among its TLS sockets where those are numbered apart. */
	readonly index: number;
	/** The module's own number of it. */
	id: number;
	/** "stale": the module may have lost it in its sleep; "closing": it is to be closed. */
	state: "free" | "open" | "stale" | "closing";
	/** Of its last use when it is free. */
	kind: SocketKind;
	endpoint: SocketUser | undefined;
	address: string;
	port: number;
	/** Counts up with each use; 0 when it was not used since the module started. */
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

export function isSecure(kind: SocketKind): boolean {
	return kind === "tls" || kind === "dtls";
}
export function isStreamKind(kind: SocketKind): boolean {
	return kind === "tcp" || kind === "tls";
}

export function free(slot: Slot): void {
	if (slot.endpoint?.isStream) slot.endpoint.slot = undefined;
	slot.state = "free";
	slot.endpoint = undefined;
	slot.id = -1;
	slot.readable = false;
}
