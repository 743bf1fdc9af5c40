import type { ModuleCore } from "../../modem/core.js";
import { FlowSocket, type FlowSocketOptions, type OpenFailure } from "../socket/flow-socket.js";
import { ReceiveBuffer, type Received } from "../socket/receive-buffer.js";

/** What the module holds of what arrives, and of what the peer has not acknowledged: assumptions. */
const receiveBytes = 16_384;
const sendBytes = 16_384;
/** Peers that a datagram socket remembers: assumption; the least recently used is forgotten. */
const peerCount = 8;
/** How long a datagram waits for its peer's name. */
const peerWithinMs = 30_000;

export interface LinkEvents {
	opened(): void;
	failed(why: OpenFailure): void;
	/** Something waits. */
	received(bytes: number): void;
	closed(): void;
}

/** One `<link_num>`: a stream to one peer, or a datagram socket that belongs to none. */
export interface Link {
	readonly id: number;
	readonly service: "TCP" | "UDP";
	readonly host: string;
	readonly port: number;
	readonly ready: boolean;
	/** Closed by the far end; what had come can still be read. */
	readonly over: boolean;
	readonly busy: boolean;
	readonly unreadBytes: number;
	/** Sent, acknowledged, received. */
	readonly counters: readonly [number, number, number];
	take(length: number): Received | undefined;
	/** How much of it the stack took; undefined when the connection is gone. */
	send(
		data: Uint8Array,
		peer: { readonly host: string; readonly port: number } | undefined,
		taken: (bytes: number | undefined) => void,
	): void;
	/** By the host. */
	close(): void;
	/** By anything else: what is under way fails. */
	lose(): void;
}

export type StreamOptions = Pick<FlowSocketOptions, "host" | "port" | "localPort" | "openWithinMs" | "tls"> & {
	readonly kind: "tcp" | "tls";
};

/** A connection to one peer, with TLS or without. */
export class StreamLink implements Link {
	readonly id: number;
	readonly service = "TCP";
	readonly host: string;
	readonly port: number;
	readonly #socket: FlowSocket;

	constructor(core: ModuleCore, id: number, options: StreamOptions, events: LinkEvents) {
		this.id = id;
		this.host = options.host;
		this.port = options.port;
		this.#socket = new FlowSocket(core, { ...options, ...events, cid: core.persona.firstCid, receiveBytes, sendBytes });
	}

	get ready(): boolean {
		return this.#socket.state === "open";
	}
	get over(): boolean {
		return this.#socket.state === "ended";
	}
	get busy(): boolean {
		return this.#socket.busy;
	}
	get unreadBytes(): number {
		return this.#socket.unreadBytes;
	}
	get counters(): readonly [number, number, number] {
		const { sentBytes, unacknowledgedBytes, receivedBytes } = this.#socket;
		return [sentBytes, sentBytes - unacknowledgedBytes, receivedBytes];
	}
	take(length: number): Received | undefined {
		return this.#socket.take(length);
	}
	send(data: Uint8Array, _peer: unknown, taken: (bytes: number | undefined) => void): void {
		if (!this.ready) {
			taken(undefined);
			return;
		}
		const part = data.subarray(0, Math.min(data.length, this.#socket.roomBytes));
		if (part.length > 0) this.#socket.send(part);
		taken(part.length);
	}
	/** All of it as soon as there is room; `done` when the peer has acknowledged it. */
	sendWhole(data: Uint8Array, accepted: (room: boolean) => void, done: (ok: boolean) => void): void {
		this.#socket.whenRoom(data.length, room => {
			accepted(room);
			if (room) this.#socket.send(data, done);
		});
	}
	close(): void {
		this.#socket.close();
	}
	lose(): void {
		this.#socket.lose();
	}
}

/** A datagram socket on one local port with any number of peers. */
export class DatagramLink implements Link {
	readonly id: number;
	readonly service = "UDP";
	readonly host = "";
	readonly port = 0;
	readonly over = false;
	readonly ready = true;
	readonly #core: ModuleCore;
	readonly #events: Pick<LinkEvents, "received" | "closed">;
	readonly #buffer = new ReceiveBuffer(false);
	readonly #peers = new Map<string, FlowSocket>();
	#localPort: number;
	#sent = 0;
	#received = 0;

	constructor(core: ModuleCore, id: number, localPort: number, events: Pick<LinkEvents, "received" | "closed">) {
		this.id = id;
		this.#core = core;
		this.#localPort = localPort;
		this.#events = events;
	}

	get busy(): boolean {
		for (const peer of this.#peers.values()) if (peer.busy) return true;
		return false;
	}
	get unreadBytes(): number {
		return this.#buffer.bytes;
	}
	get counters(): readonly [number, number, number] {
		return [this.#sent, 0, this.#received];
	}
	get localPort(): number {
		return this.#localPort;
	}
	take(length: number): Received | undefined {
		return this.#buffer.take(length);
	}
	send(data: Uint8Array, peer: { host: string; port: number } | undefined, taken: (bytes: number | undefined) => void): void {
		if (!peer) {
			taken(undefined);
			return;
		}
		const socket = this.#peer(peer.host, peer.port);
		socket.whenRoom(data.length, room => {
			if (room) {
				socket.send(data);
				this.#sent += data.length;
			}
			taken(room ? data.length : undefined);
		});
	}
	close(): void {
		for (const peer of this.#peers.values()) peer.close();
		this.#peers.clear();
	}
	lose(): void {
		for (const peer of this.#peers.values()) peer.lose();
		this.#peers.clear();
	}

	#peer(host: string, port: number): FlowSocket {
		const key = `${host} ${port}`;
		const known = this.#peers.get(key);
		const socket = known && known.state !== "ended" ? known : this.#open(key, host, port);
		this.#peers.delete(key);
		this.#peers.set(key, socket);
		if (this.#peers.size > peerCount) this.#forgetOldest();
		return socket;
	}

	#forgetOldest(): void {
		const [key, peer] = this.#peers.entries().next().value!;
		peer.close();
		this.#peers.delete(key);
	}

	#open(key: string, host: string, port: number): FlowSocket {
		const forget = () => {
			if (this.#peers.get(key) === socket) this.#peers.delete(key);
		};
		const socket: FlowSocket = new FlowSocket(this.#core, {
			kind: "udp",
			cid: this.#core.persona.firstCid,
			host,
			port,
			localPort: this.#localPort,
			openWithinMs: peerWithinMs,
			receiveBytes,
			sendBytes,
			opened: () => {},
			failed: forget,
			received: () => this.#arrived(socket),
			closed: forget,
		});
		this.#localPort ||= socket.localPort;
		return socket;
	}

	#arrived(socket: FlowSocket): void {
		const packet = socket.take(Number.POSITIVE_INFINITY);
		if (!packet || this.#buffer.bytes + packet.bytes.length > receiveBytes) return;
		this.#buffer.push(packet);
		this.#received += packet.bytes.length;
		this.#events.received(packet.bytes.length);
	}
}
