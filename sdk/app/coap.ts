import { parseAddress } from "./address.js";
import { Monotonic } from "./clock.js";
import { ClientCore } from "./coap/client-core.js";
import { CoapError } from "./coap/errors.js";
import type { DerivedTimers } from "./coap/timers.js";
import type { CoapClientOptions, CoapCounters, CoapObserveRequest, CoapRequest, Ticket } from "./coap/types.js";
import type { Datagram, TimerModule, UdpSocket } from "./platform.js";

export { CoapError, type CoapErrorCode } from "./coap/errors.js";
export { type CoapTimers, type DerivedTimers, deriveTimers } from "./coap/timers.js";
export type {
	CoapClientOptions,
	CoapCounters,
	CoapMethod,
	CoapObserveRequest,
	CoapRequest,
	CoapResponse,
	Ticket,
} from "./coap/types.js";

/** RFC 7252 6.1. */
const defaultPort = 5683;
/** Longer waits are cut: a timer's range differs between platforms, and the 32-bit ticks must be read now and then. */
const longestDelayMs = 86_400_000;

/**
 * A CoAP client (RFC 7252, with blocks by RFC 7959 and observation by RFC 7641) towards one server, over any ECMA-419 UDP class. No DTLS and no OSCORE:
 * what it sends can be read and forged on the way.
 *
 * Requests go one after the other. Each ends by exactly one call of its `onResponse` or `onError`, within a time that the timers bound
 * (`timers.maxTransmitWaitMs + timers.responseTimeoutMs` for each block), unless it is cancelled or the client closed.
 */
export class CoapClient {
	#options: CoapClientOptions;
	#core: ClientCore;
	#socket: UdpSocket | undefined;
	#monotonic: Monotonic;
	#timer: TimerModule;
	#timerId: unknown;
	#address: Uint8Array = new Uint8Array(16);
	#sender: Uint8Array = new Uint8Array(16);
	#port: number;
	#refused = 0;
	#alien = 0;

	/** @throws CoapError `usage` for an address that is not numeric or a wrong block size; RangeError for impossible timers; what the UDP class throws. */
	constructor(options: CoapClientOptions) {
		if (!parseAddress(options.address, this.#address))
			throw new CoapError("usage", "address must be a numeric IPv6 or IPv4 address; resolve names first");
		this.#options = options;
		this.#port = options.port ?? defaultPort;
		this.#timer = options.timer;
		this.#monotonic = new Monotonic(options.time);
		this.#core = new ClientCore({
			random: options.random,
			timers: options.timers,
			blockBytes: options.blockBytes,
			responseCapacity: options.responseCapacity,
			queueCapacity: options.queueCapacity,
			owner: this,
			onFault: error => this.#report(error),
		});
		const { io, ...rest } = options.socket;
		this.#socket = new io({ ...rest, onReadable: () => this.#readable(), onError: () => this.#socketFailed() });
	}

	/** @throws CoapError `usage`, `queueFull` or `closed`. */
	request<T = CoapClient>(request: CoapRequest<T>): Ticket {
		const ticket = this.#core.request(request, this.#monotonic.nowMs);
		this.#pump();
		return ticket;
	}
	/** @throws CoapError `usage`, `queueFull` or `closed`. */
	observe<T = CoapClient>(request: CoapObserveRequest<T>): Ticket {
		const ticket = this.#core.observe(request, this.#monotonic.nowMs);
		this.#pump();
		return ticket;
	}
	/** No callback comes for this request or observation any more. */
	cancel(ticket: Ticket): void {
		this.#core.cancel(ticket, this.#monotonic.nowMs);
		this.#pump();
	}
	/** No callback comes any more. Twice does no harm. */
	close(): void {
		this.#core.close();
		this.#setTimer(undefined);
		this.#socket?.close();
		this.#socket = undefined;
	}

	/** Nothing is under way, waiting or observed. */
	get idle(): boolean {
		return this.#core.idle;
	}
	get timers(): DerivedTimers {
		return this.#core.timers;
	}
	get counters(): CoapCounters {
		const { sent, retransmitted, duplicates, rejected } = this.#core.counters;
		return { sent, retransmitted, duplicates, rejected: rejected + this.#alien, refused: this.#refused, faults: this.#core.faults };
	}

	/** Reads until there is nothing: some classes announce several packets at once. */
	#readable(): void {
		try {
			for (let datagram = this.#socket?.read(); datagram !== undefined; datagram = this.#socket?.read()) {
				if (this.#isFromServer(datagram)) this.#core.receive(new Uint8Array(datagram), this.#monotonic.nowMs);
				else this.#alien++;
			}
		} catch {
			this.#report(new CoapError("socket"));
		}
		this.#pump();
	}
	/** RFC 7252 5.3.2: a response comes from where the request went. A class that does not know the sender serves one peer only. */
	#isFromServer(datagram: Datagram): boolean {
		if (datagram.address === undefined) return true;
		if (datagram.port !== undefined && datagram.port !== this.#port) return false;
		if (!parseAddress(datagram.address, this.#sender)) return false;
		for (let index = 0; index < this.#address.length; index++) if (this.#address[index] !== this.#sender[index]) return false;
		return true;
	}
	#pump(): void {
		const now = this.#monotonic.nowMs;
		for (let datagram = this.#core.transmit(now); datagram !== undefined; datagram = this.#core.transmit(now)) this.#write(datagram);
		this.#setTimer(this.#core.deadline);
	}
	/** A datagram that the socket does not take is lost like any other: its timer sends it again. */
	#write(datagram: Uint8Array): void {
		const release = this.#core.release;
		try {
			if (release === "none") this.#socket?.write(datagram, this.#options.address, this.#port);
			else this.#socket?.write(datagram, this.#options.address, this.#port, { release });
		} catch {
			this.#socketFailed();
		}
	}
	#socketFailed(): void {
		this.#refused++;
		this.#report(new CoapError("socket"));
	}
	#setTimer(deadline: number | undefined): void {
		if (this.#timerId !== undefined) this.#timer.clear(this.#timerId);
		this.#timerId = undefined;
		if (deadline === undefined) return;
		const delayMs = Math.min(longestDelayMs, Math.max(0, Math.ceil(deadline - this.#monotonic.nowMs)));
		this.#timerId = this.#timer.set(() => {
			this.#timerId = undefined;
			this.#core.expire(this.#monotonic.nowMs);
			this.#pump();
		}, delayMs);
	}
	#report(error: CoapError): void {
		try {
			this.#options.onError?.(error);
		} catch {
			// Nothing may leave a callback of the platform; there is nobody left to tell.
		}
	}
}
