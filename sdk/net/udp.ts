import type { Binding } from "../modem/binding.js";
import type { Release, SecureSettings } from "../modem/driver.js";
import { DtlsEndpoint } from "../modem/dtls-endpoint.js";
import type { ModemError } from "../modem/errors.js";
import { type EndpointOwner, type Packet, UdpEndpoint } from "../modem/udp-endpoint.js";
import { type Bytes, bytesOf, checkCallback, checkPort, closed } from "./checks.js";

export type { Bytes, Packet };

export interface UDPOptions {
	/** Local port; 0 or absent lets the module choose. */
	readonly port?: number;
	/** `this` is the socket; `packets` are waiting to be read. */
	readonly onReadable?: (this: any, packets: number) => void;
	/** A datagram was not sent, or its outcome is not known; nothing is resent by itself. */
	readonly onError?: (this: any, error: ModemError) => void;
	readonly target?: unknown;
	readonly format?: "buffer";
	readonly [option: string]: unknown;
}
export interface WriteOptions {
	/** Lets the radio connection go after this datagram, or after the answer to it. A later datagram then costs a new connection. */
	readonly release?: Release;
}

/** The application's, with the socket as their `this`. */
class Callbacks implements EndpointOwner {
	readonly socket: UDP;
	readonly onReadable: UDPOptions["onReadable"];
	readonly onError: UDPOptions["onError"];
	constructor(socket: UDP, onReadable: UDPOptions["onReadable"], onError: UDPOptions["onError"]) {
		this.socket = socket;
		this.onReadable = onReadable;
		this.onError = onError;
	}
	readable(packets: number): void {
		this.onReadable?.call(this.socket, packets);
	}
	failed(error: ModemError): void {
		this.onError?.call(this.socket, error);
	}
}

/**
 * ECMA-419 UDP (clause 12) over the module's own stack, with the behaviour of Moddable's class. A module binds a socket to one peer and
 * tells no source address, so there is one of its sockets for each peer, opened at the first write to it; where they run
 * out the least recently used is closed. A datagram comes in only from a peer that was written to.
 */
export class UDP {
	#endpoint: UdpEndpoint | undefined;
	#binding: Binding;
	target: unknown;
	constructor(binding: Binding, options: UDPOptions, secure?: SecureSettings) {
		if (typeof options !== "object" || options === null) throw new TypeError("options are required");
		const port = options.port ?? 0;
		checkPort(port, 0);
		if (options.format !== undefined && options.format !== "buffer") throw new RangeError('format: only "buffer"');
		const onReadable = checkCallback(options.onReadable, "onReadable");
		const onError = checkCallback(options.onError, "onError");
		if (options.target !== undefined) this.target = options.target;
		this.#binding = binding;
		const { sockets } = binding.enter();
		const owner = new Callbacks(this, onReadable, onError);
		this.#endpoint = secure === undefined ? new UdpEndpoint(sockets, port, owner) : new DtlsEndpoint(sockets, port, owner, secure);
	}
	get format(): "buffer" {
		if (this.#endpoint === undefined) throw closed();
		return "buffer";
	}
	set format(format: string) {
		if (this.#endpoint === undefined) throw closed();
		if (format !== "buffer") throw new RangeError('format: only "buffer"');
	}
	/** The oldest datagram, with `address` and `port` of its sender; undefined when there is none. */
	read(): Packet | undefined {
		const endpoint = this.#endpoint;
		if (endpoint === undefined) throw closed();
		const hadRoom = endpoint.hasRoom;
		const packet = endpoint.read();
		// Datagrams that the module kept for want of room come now.
		if (!hadRoom) this.#binding.kick();
		return packet;
	}
	/**
	 * Queues a datagram; it is copied. The address is a literal of either family, without brackets.
	 * @throws TypeError, RangeError for the arguments; ModemError "queueFull" when too many wait, "usage" when it is too long for the module
	 */
	write(buffer: Bytes, address: string, port: number, options?: WriteOptions): void {
		const endpoint = this.#endpoint;
		if (endpoint === undefined) throw closed();
		const bytes = bytesOf(buffer);
		if (typeof address !== "string" || address === "") throw new TypeError("address: text of an IPv4 or IPv6 address");
		checkPort(port, 1);
		this.#binding.enter();
		endpoint.send(bytes, address, port, options?.release ?? "none");
		this.#binding.kick();
	}
	/** Nothing is called afterwards. Again is no error. */
	close(): void {
		if (this.#endpoint === undefined) return;
		this.#binding.enter();
		this.#endpoint.close();
		this.#endpoint = undefined;
		this.#binding.kick();
	}
}

export type BoundUDP = new (options: UDPOptions) => UDP;
/** The class of one modem. */
export function bindUDP(binding: Binding): BoundUDP {
	return class extends UDP {
		constructor(options: UDPOptions) {
			super(binding, options);
		}
	};
}
