import type TimerModule from "timer";
import type { Timer } from "timer";
import { ClientError, type ClientErrorCode } from "./client-error.js";

export type Bytes = ArrayBuffer | ArrayBufferView;
export type Timers = Pick<typeof TimerModule, "set" | "repeat" | "clear">;

/** Of ECMA-419's TCP and Resolver, what the clients use. */
export interface SocketOptions {
	readonly io: new (options: any) => any;
	readonly [option: string]: unknown;
}
export interface StreamOptions {
	readonly socket: SocketOptions;
	readonly dns: SocketOptions;
	readonly host: string;
	readonly port: number;
}
/** Never called from inside a call to the stream. */
export interface StreamOwner {
	/** The first time: it is connected. */
	onWritable(): void;
	onReadable(): void;
	/** Once, and nothing after it. */
	onEnd(error: ClientError): void;
}

/** Of a byte buffer of ECMA-419. @throws TypeError for anything else, views of wider elements too */
export function bytesIn(data: unknown): number {
	const { byteLength, BYTES_PER_ELEMENT } = (data ?? {}) as { byteLength?: number; BYTES_PER_ELEMENT?: number };
	if (typeof byteLength !== "number" || (BYTES_PER_ELEMENT ?? 1) > 1)
		throw new TypeError("data: an ArrayBuffer or a view of bytes is required");
	return byteLength;
}

/** An assumption: names are asked for over a network that may have to be joined first. */
const RESOLVE_WITHIN_MS = 30_000;
/** What Moddable's MQTT client waits for a connection. */
const CONNECT_WITHIN_MS = 30_000;

function checkIo(options: unknown, name: string): void {
	const io = (options as SocketOptions | undefined)?.io;
	if (typeof io !== "function") throw new TypeError(`${name}: { io: a class } is required`);
}

/** One TCP connection to a host by name (ECMA-419 Annex A, TCP Client Class Pattern), which counts what may be read and written. */
export class Stream {
	/** Bytes that have arrived and were not read. */
	readable = 0;
	/** Bytes that may be written. */
	writable = 0;
	readonly #owner: StreamOwner;
	readonly #timers: Timers;
	#resolver: any;
	#socket: any;
	#bound: Timer | undefined;
	#connected = false;
	#open = true;

	/** @throws TypeError where `socket`, `dns` or `host` is missing; whatever the resolver's class throws. */
	constructor(options: StreamOptions, timers: Timers, owner: StreamOwner) {
		checkIo(options.socket, "socket");
		checkIo(options.dns, "dns");
		if (typeof options.host !== "string" || options.host === "") throw new TypeError("host is required");
		this.#owner = owner;
		this.#timers = timers;
		this.within(RESOLVE_WITHIN_MS, "resolve", `no answer for the name ${options.host}`);
		const resolver = new options.dns.io(options.dns);
		this.#resolver = resolver;
		resolver.resolve({
			host: options.host,
			onResolved: (host: string, address: string) => this.connect(options, host, address),
			onError: () => this.end("resolve", `the name ${options.host} has no address`),
		});
	}

	get open(): boolean {
		return this.#open;
	}

	/**
	 * What a `read` of the application is: so many bytes, or a buffer to fill, and in both cases no more than `most`; undefined for none.
	 * @throws RangeError, TypeError
	 */
	take(into: number | Bytes, most: number): ArrayBuffer | number | undefined {
		const asked = typeof into === "number" ? into : bytesIn(into);
		if (!(asked >= 0) || asked % 1 !== 0) throw new RangeError("count: a whole number of bytes");
		const count = Math.min(asked, most);
		if (count === 0) return undefined;
		if (typeof into === "number") {
			this.readable -= count;
			return this.#socket.read(count);
		}
		const isView = ArrayBuffer.isView(into);
		this.fill(new Uint8Array(isView ? into.buffer : into, isView ? into.byteOffset : 0, count));
		return count;
	}

	/** Fills the view; the caller knows that so many bytes are there. */
	fill(view: ArrayBufferView): void {
		this.readable -= view.byteLength;
		this.#socket.read(view);
	}

	/** The caller knows that there is room. `more` follow in the same turn, of `byteLength` together with these. */
	write(bytes: Bytes, options?: { readonly more: true; readonly byteLength?: number }): void {
		const free = this.#socket.write(bytes, options);
		this.writable = typeof free === "number" ? free : this.writable - bytes.byteLength;
	}

	close(): void {
		this.#open = false;
		this.#timers.clear(this.#bound);
		this.#bound = undefined;
		this.closeResolver();
		this.#socket?.close();
		this.#socket = undefined;
		this.readable = 0;
		this.writable = 0;
	}

	/** Closes it and tells the owner, from wherever it is found out. */
	end(code: ClientErrorCode, message: string): void {
		if (!this.#open) return;
		this.close();
		this.#owner.onEnd(new ClientError(code, message));
	}

	private connect(options: StreamOptions, host: string, address: string): void {
		if (!this.#open) return;
		this.closeResolver();
		this.within(CONNECT_WITHIN_MS, "connect", `no connection to ${host} port ${options.port}`);
		try {
			this.#socket = new options.socket.io({
				...options.socket,
				address,
				host,
				port: options.port,
				onReadable: (count: number) => this.arrived(count),
				onWritable: (count: number) => this.freed(count),
				onError: () => this.lost(host, options.port),
			});
		} catch (error) {
			this.end("connect", `no connection to ${host} port ${options.port}: ${error instanceof Error ? error.message : error}`);
		}
	}

	private arrived(count: number): void {
		if (!this.#open) return;
		this.readable = count;
		this.#owner.onReadable();
	}

	private freed(count: number): void {
		if (!this.#open) return;
		this.#connected = true;
		this.#timers.clear(this.#bound);
		this.#bound = undefined;
		this.writable = count;
		this.#owner.onWritable();
	}

	private lost(host: string, port: number): void {
		if (this.#connected) this.end("closed", `the connection to ${host} was closed by the other side or the network`);
		else this.end("connect", `no connection to ${host} port ${port}`);
	}

	private closeResolver(): void {
		this.#resolver?.close?.();
		this.#resolver = undefined;
	}

	private within(boundMs: number, code: ClientErrorCode, message: string): void {
		this.#timers.clear(this.#bound);
		this.#bound = this.#timers.set(() => this.end(code, `${message} within ${boundMs / 1000} s`), boundMs);
	}
}
