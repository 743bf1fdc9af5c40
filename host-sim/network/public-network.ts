import type { TlsFailure, TlsRequest } from "./ue.js";

export interface Endpoint {
	readonly address: string;
	readonly port: number;
}

/** What the far end of a stream does. Never called from inside a call. */
export interface PublicStreamEvents {
	/** The host listens: it answers SYN by SYN and ACK. */
	accepted(): void;
	/** Nobody listens on that port: it answers by RST. Instead of `accepted`. */
	refused(): void;
	/** The receiver's to keep. */
	received(bytes: Uint8Array): void;
	/** The host has nothing more to say and wants nothing more: FIN. */
	ended(): void;
	/** The host dropped the connection: RST. */
	reset(): void;
}

/** How a handshake ended, as its client sees it. */
export type TlsVerdict =
	| { readonly ok: true; readonly version: "1.2" | "1.3"; readonly keys: "certificate" | "psk"; readonly clientCertificate: boolean }
	| { readonly ok: false; readonly why: TlsFailure };

/** The far end of one TCP connection, without its segments: those are the business of the UE's side, for they cost air time. */
export interface PublicStream {
	/** `taken` when the host has read them; until then they fill its receive window. */
	send(bytes: Uint8Array, taken: () => void): void;
	/** The device has nothing more to say. */
	end(): void;
	/** The device dropped the connection, or is gone for good. */
	reset(): void;
	/** false: what goes to the device is full, the host has to wait. */
	pace(mayRead: boolean): void;
	/** TLS from here on; what is sent and received afterwards is the plain text. `utcMs`: what the client takes for the time. */
	secure(request: TlsRequest, utcMs: number, done: (verdict: TlsVerdict) => void): void;
}

/** Where nobody answers. */
export const SILENT_STREAM: PublicStream = { send() {}, end() {}, reset() {}, pace() {}, secure() {} };

/**
 * What lies behind the operator's core network, seen by one UE. Never calls back from inside a call. Silence is the only answer
 * of what is not there: a cellular network passes no ICMP errors on.
 */
export interface PublicNetwork {
	/** Addresses in no order; undefined = the name does not exist. */
	resolve(host: string, done: (addresses: readonly string[] | undefined) => void): void;
	/** A datagram, and whatever comes back for the same pair of endpoints, at any later time. */
	send(from: Endpoint, to: Endpoint, bytes: Uint8Array, reply: (bytes: Uint8Array) => void): void;
	/** The pair of endpoints is no longer used: sockets held for it may go. */
	forget(from: Endpoint, to: Endpoint): void;
	/** A SYN arrived: the host accepts or refuses; where there is no host it does neither. */
	connect(from: Endpoint, to: Endpoint, events: PublicStreamEvents): PublicStream;
	/** What the host's own network adds to the way back of each packet; undefined: it swallows them all. */
	delayMs(to: Endpoint): number | undefined;
	/** Whether the address answers an echo request. */
	answersEcho(address: string): boolean;
	close(): void;
}
