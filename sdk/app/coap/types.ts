import type { InjectedClass, Millis, TimeModule, TimerModule, UdpSocket } from "../platform.js";
import type { CoapError } from "./errors.js";
import type { CoapTimers } from "./timers.js";

export type CoapMethod = "GET" | "POST" | "PUT" | "DELETE";

/** A record that the client reuses: valid only inside the callback, `payload` included. */
export interface CoapResponse {
	/** Class and detail in one byte, RFC 7252 3: 0x44 is 2.04. */
	readonly code: number;
	/** "2.04" */
	readonly codeText: string;
	/** Class 2. A response of class 4 or 5 is a response too: the server spoke, and says why not. */
	readonly ok: boolean;
	/** RFC 7252 12.3; undefined when the server did not say. */
	readonly contentFormat: number | undefined;
	/** The whole body, of however many blocks. */
	readonly payload: Uint8Array;
	/** 60 when the server did not say (RFC 7252 5.10.5). */
	readonly maxAgeSeconds: number;
	/** It came in the acknowledgement of the request. */
	readonly piggybacked: boolean;
	/** Observe: false when this was the last notification. */
	readonly more: boolean;
}

export interface CoapRequest<T = unknown> {
	readonly method: CoapMethod;
	/** "/a/b": split at "/", each part a Uri-Path option; no percent-encoding. */
	readonly path: string;
	/** "a=1&b=2": split at "&", each part a Uri-Query option. */
	readonly query?: string;
	/** Kept by reference until the request has ended: do not write to it before. */
	readonly payload?: Uint8Array;
	readonly contentFormat?: number;
	readonly accept?: number;
	/** Default true. A request that needs blocks is always confirmable. */
	readonly confirmable?: boolean;
	/**
	 * `after-response`: the radio may be released after the response. Passed on only when this server is known to answer in the
	 * acknowledgement, when nothing else is queued or observed, and never for a transfer in blocks; otherwise a release after an empty
	 * acknowledgement would cost the response. Default `none`.
	 */
	readonly release?: "none" | "after-response";
	/** Ask for a response in blocks of at most this many bytes (16 … 1024, a power of two), RFC 7959 2.4. Servers without Block2 reject it. */
	readonly responseBlockBytes?: number;
	/** `this` in the callbacks; default the client. */
	readonly target?: T;
	onResponse(this: T, response: CoapResponse): void;
	/** Exactly one of `onResponse` (with `more` false) and `onError` ends a request; after it nothing comes. */
	onError(this: T, error: CoapError): void;
}

/** RFC 7641. `onResponse` with the first state and with every newer one; the client registers again when the last state's age has run out. */
export type CoapObserveRequest<T = unknown> = Omit<CoapRequest<T>, "method" | "payload" | "contentFormat" | "release">;

export interface CoapClientOptions {
	/** An ECMA-419 UDP class and its own options. */
	readonly socket: InjectedClass<UdpSocket>;
	/** Numeric, IPv6 or IPv4, in any text form. */
	readonly address: string;
	/** Default 5683. */
	readonly port?: number;
	readonly timer: TimerModule;
	readonly time: TimeModule;
	/** 0 ≤ result < 1. Seed it with something that differs after a restart (`seedFrom(id, session)`): message ids and tokens come from it. */
	readonly random: () => number;
	/** See {@link deriveTimers}; what is left out is fit for NB-IoT. */
	readonly timers?: Partial<CoapTimers>;
	/** Largest block of a request's body, 16 … 1024, a power of two; default 512. */
	readonly blockBytes?: number;
	/** Largest body of a response; default 2048. */
	readonly responseCapacity?: number;
	/** Requests that may wait for their turn (RFC 7252 4.7: one at a time); default 4. */
	readonly queueCapacity?: number;
	/** What has no request to be told to: a datagram that the socket refused, a fault in a callback. */
	onError?(error: CoapError): void;
}

export interface CoapCounters {
	/** Messages with a new message id, acknowledgements not counted. */
	readonly sent: number;
	readonly retransmitted: number;
	/** Messages that came again and were acknowledged again, not delivered again. */
	readonly duplicates: number;
	/** Malformed or unexpected messages. */
	readonly rejected: number;
	/** Datagrams that the socket refused: they count as lost and are sent again. */
	readonly refused: number;
	/** Exceptions that came out of callbacks. */
	readonly faults: number;
}

export type Ticket = number;
export type Now = Millis;
