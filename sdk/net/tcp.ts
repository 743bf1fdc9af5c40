import type { Binding } from "../modem/binding.js";
import type { SecureSettings } from "../modem/driver.js";
import type { ModemError } from "../modem/errors.js";
import { StreamEndpoint, type StreamOptions, type StreamOwner } from "../modem/stream-endpoint.js";
import { type Bytes, bytesOf, checkCallback, checkPort, closed } from "./checks.js";

export type StreamFormat = "buffer" | "number";

export interface TCPOptions {
	/** Text of an address of either family, without brackets, or a name: the module resolves it. */
	readonly address?: string;
	/** Taken where there is no `address`. */
	readonly host?: string;
	/** 1 to 65,535. */
	readonly port?: number;
	/** `this` is the socket in all callbacks. So many bytes wait to be read in all; told again only when more have come. */
	readonly onReadable?: (this: any, byteCount: number) => void;
	/** So many bytes may be written now. The first call says that the socket is connected, and then it is at least 512. */
	readonly onWritable?: (this: any, byteCount: number) => void;
	/** It could not be connected, or the connection is over; called once, when all that came has been read. `error` of the socket says why. */
	readonly onError?: (this: any) => void;
	/** What `read` gives and `write` takes: ArrayBuffers, or one byte at a time. "buffer" when absent. */
	readonly format?: StreamFormat;
	/** Another TCP socket, whose connection this one goes on with; that one is then closed. Needs no address and port. */
	readonly from?: TCP;
	/** Accepted; a module sends what it is given at once. */
	readonly nodelay?: boolean;
	readonly target?: unknown;
	/**
	 * Bytes that may wait here to be read, 128 to 65,536; twice the module's own part when absent (an assumption). A module that keeps
	 * bytes until there is room is asked for no more; one that pushes them ends the connection with an error when they do not fit.
	 */
	readonly receiveBytes?: number;
	readonly [option: string]: unknown;
}
export interface StreamWriteOptions {
	/** More follows at once: what is written now waits for it (200 ms at most). */
	readonly more?: boolean;
	/** Of the buffer only so many bytes, from its start; all when absent. With `more` it may be the length of all that follows together. */
	readonly byteLength?: number;
}

const LEAST_RECEIVE_BYTES = 128;
const MOST_RECEIVE_BYTES = 65_536;

/** The application's, with the socket as their `this`. */
class Callbacks implements StreamOwner {
	readonly socket: TCP;
	readonly onReadable: TCPOptions["onReadable"];
	readonly onWritable: TCPOptions["onWritable"];
	readonly onError: TCPOptions["onError"];
	constructor(socket: TCP, options: TCPOptions) {
		this.socket = socket;
		this.onReadable = checkCallback(options.onReadable, "onReadable");
		this.onWritable = checkCallback(options.onWritable, "onWritable");
		this.onError = checkCallback(options.onError, "onError");
	}
	readable(byteCount: number): void {
		this.onReadable?.call(this.socket, byteCount);
	}
	writable(byteCount: number): void {
		this.onWritable?.call(this.socket, byteCount);
	}
	failed(): void {
		this.onError?.call(this.socket);
	}
}

/** ECMA-419 TCP (clause 12) over the module's own stack, with the behaviour of Moddable's class; no callback comes within a call. */
export class TCP {
	#binding: Binding;
	#stream: StreamEndpoint | undefined;
	#isNumber: boolean;
	target: unknown;
	/** @throws TypeError, RangeError for the options; ModemError "queueFull" when all sockets of the module are in use */
	constructor(binding: Binding, options: TCPOptions, secure?: SecureSettings) {
		if (typeof options !== "object" || options === null) throw new TypeError("options are required");
		this.#isNumber = isNumber(options.format ?? "buffer");
		const callbacks = new Callbacks(this, options);
		const { from, receiveBytes } = options;
		if (receiveBytes !== undefined && !(receiveBytes >= LEAST_RECEIVE_BYTES && receiveBytes <= MOST_RECEIVE_BYTES))
			throw new RangeError(`receiveBytes: ${LEAST_RECEIVE_BYTES} to ${MOST_RECEIVE_BYTES}`);
		if (options.target !== undefined) this.target = options.target;
		this.#binding = binding;
		const core = binding.enter();
		if (from !== undefined) this.#stream = from.release(callbacks);
		else this.#stream = new StreamEndpoint(core.sockets, streamOptions(options, secure), callbacks);
		binding.kick();
	}
	private release(owner: StreamOwner): StreamEndpoint {
		const stream = this.#stream;
		if (stream === undefined) throw closed();
		this.#stream = undefined;
		stream.takeOver(owner);
		return stream;
	}
	private get stream(): StreamEndpoint {
		if (this.#stream === undefined) throw closed();
		return this.#stream;
	}
	/** @throws RangeError for any other format, ModemError "closed" */
	get format(): StreamFormat {
		if (this.#stream === undefined) throw closed();
		return this.#isNumber ? "number" : "buffer";
	}
	set format(format: StreamFormat) {
		if (this.#stream === undefined) throw closed();
		this.#isNumber = isNumber(format);
	}
	/** The address or name it was given. */
	get remoteAddress(): string {
		return this.stream.options.address;
	}
	get remotePort(): number {
		return this.stream.options.port;
	}
	/** Why the connection is over: from the time of `onError`. Code "tls" says that the handshake failed, "closed" that the peer ended it. */
	get error(): ModemError | undefined {
		const stream = this.stream;
		return stream.unread > 0 ? undefined : stream.error;
	}
	/**
	 * Bytes that came: all of them, the first so many, or as many as fill the buffer or view, which is then their number. In "number"
	 * format one byte. Undefined when there are none.
	 * @throws RangeError when so many have not come, ModemError "closed"
	 */
	read(count?: number | Bytes): ArrayBuffer | number | undefined {
		const stream = this.stream;
		const { unread } = stream;
		if (unread === 0) return undefined;
		this.#binding.enter();
		const bytes = this.#isNumber ? stream.readByte() : readBytes(stream, count, unread);
		this.#binding.kick();
		return bytes;
	}
	/**
	 * Queues bytes, copied; those of one turn go out together at its end. In "number" format one byte. Ignored after an error.
	 * @returns how many may be written after them
	 * @throws TypeError for the arguments; ModemError "notConnected" before the first `onWritable`, "queueFull" for more than may be
	 * written (then nothing of it is), "closed"
	 */
	write(data: Bytes | number, options?: StreamWriteOptions): number {
		const stream = this.stream;
		const bytes = this.#isNumber ? byteOf(data) : bytesOf(data as Bytes);
		const isMore = options?.more === true;
		const told = options?.byteLength ?? bytes.length;
		const length = isMore ? Math.min(told, bytes.length) : told;
		if (!(length >= 0 && length <= bytes.length)) throw new RangeError(`byteLength: 0 to ${bytes.length}`);
		this.#binding.enter();
		const free = stream.write(length === bytes.length ? bytes : bytes.subarray(0, length), isMore);
		this.#binding.kick();
		return free;
	}
	/** Nothing is called afterwards; what was written still goes out. Again is no error. */
	close(): void {
		const stream = this.#stream;
		if (stream === undefined) return;
		this.#stream = undefined;
		this.#binding.enter();
		stream.close();
		this.#binding.kick();
	}
}

function streamOptions(options: TCPOptions, secure: SecureSettings | undefined): StreamOptions {
	const { port, receiveBytes } = options;
	checkPort(port, 1);
	return { kind: secure === undefined ? "tcp" : "tls", address: peerOf(options), port: port!, secure, receiveBytes };
}
/** @throws TypeError */
export function peerOf({ address, host }: TCPOptions): string {
	const peer = address ?? host;
	if (typeof peer !== "string" || peer === "") throw new TypeError("address or host: text of an address, or a name");
	return peer;
}
function isNumber(format: unknown): boolean {
	if (format !== "buffer" && format !== "number") throw new RangeError('format: "buffer" or "number"');
	return format === "number";
}
function byteOf(data: unknown): Uint8Array {
	if (typeof data !== "number") throw new TypeError('data: a number, as the format is "number"');
	return Uint8Array.of(data);
}
function readBytes(stream: StreamEndpoint, count: number | Bytes | undefined, unread: number): ArrayBuffer | number {
	if (count === undefined) return stream.read(unread);
	if (typeof count === "number") {
		if (!(Number.isInteger(count) && count > 0 && count <= unread)) throw new RangeError(`count: 1 to ${unread} now`);
		return stream.read(count);
	}
	const into = bytesOf(count);
	if (into.length === 0 || into.length > unread) throw new RangeError(`buffer: 1 to ${unread} bytes now`);
	stream.readInto(into);
	return into.length;
}

export type BoundTCP = new (options: TCPOptions) => TCP;
/** The class of one modem. */
export function bindTCP(binding: Binding): BoundTCP {
	return class extends TCP {
		constructor(options: TCPOptions) {
			super(binding, options);
		}
	};
}
