import type { ModuleCore } from "../../modem/core.js";
import type { Flow } from "../../network/ue.js";
import { ReceiveBuffer, type Received } from "../socket/receive-buffer.js";

/** What a socket holds until the host reads it, and a stream's window: assumption. */
const bufferBytes = 4096;
/** In which a dead context swallows a packet. */
const swallowMs = 100;

export interface Sending {
	readonly data: Uint8Array;
	/** Release assistance: 0 none, 1 no answer expected, 2 one answer. */
	readonly rai: 0 | 1 | 2;
	/** 1 to 255: confirmed with `+NSOSTR`; 0: not. */
	readonly sequence: number;
}

export interface SocketOptions {
	readonly id: number;
	readonly service: "udp" | "tcp";
	readonly family: 4 | 6;
	/** 0: the first packet takes a free one. */
	readonly localPort: number;
	/** Whether anything that arrives is taken. */
	readonly receives: boolean;
	confirmed(sequence: number, ok: boolean): void;
	received(bytes: Uint8Array, address: string, port: number): void;
	/** The network closed it. */
	lost(): void;
}

interface UnderWay {
	readonly sending: Sending;
	/** Bytes that the radio or, of a stream, the peer has not taken. */
	left: number;
}

interface Peer {
	readonly flow: Flow;
	open: boolean;
	/** Waits for the flow to open. */
	waiting: Sending[];
	/** Handed over, in order. */
	readonly underWay: UnderWay[];
	onOpen: ((ok: boolean) => void) | undefined;
}

/** One socket: flows to its peers, what waits for them, what came from them. */
export class HiSiliconSocket {
	readonly id: number;
	readonly service: "udp" | "tcp";
	readonly family: 4 | 6;
	readonly #core: ModuleCore;
	readonly #options: SocketOptions;
	readonly #peers = new Map<string, Peer>();
	readonly #buffer: ReceiveBuffer;
	#localPort: number;
	#closed = false;
	/** Closed by the far end: only what had come is left. */
	#over = false;

	constructor(core: ModuleCore, options: SocketOptions) {
		this.#core = core;
		this.#options = options;
		this.id = options.id;
		this.service = options.service;
		this.family = options.family;
		this.#localPort = options.localPort;
		this.#buffer = new ReceiveBuffer(this.service === "tcp");
	}

	get localPort(): number {
		return this.#localPort;
	}

	get peerCount(): number {
		return this.#peers.size;
	}

	get over(): boolean {
		return this.#over;
	}

	get connected(): boolean {
		return [...this.#peers.values()].some(peer => peer.open);
	}

	get bufferedBytes(): number {
		return this.#buffer.bytes;
	}

	get busy(): boolean {
		return [...this.#peers.values()].some(peer => peer.waiting.length + peer.underWay.length > 0 || peer.onOpen !== undefined);
	}

	/** Sequence numbers without their confirmation. */
	get pending(): number[] {
		return [...this.#peers.values()]
			.flatMap(peer => [...peer.underWay.map(({ sending }) => sending), ...peer.waiting])
			.map(({ sequence }) => sequence)
			.filter(sequence => sequence > 0);
	}

	isPending(sequence: number): boolean {
		return sequence > 0 && this.pending.includes(sequence);
	}

	send(host: string, port: number, sending: Sending): void {
		const key = `${host} ${port}`;
		const peer = this.#peers.get(key) ?? this.#open(key, host, port);
		if (peer.open) this.#transmit(peer, sending);
		else peer.waiting.push(sending);
	}

	sendConnected(sending: Sending): void {
		const peer = [...this.#peers.values()].find(({ open }) => open);
		if (peer) this.#transmit(peer, sending);
	}

	connect(host: string, port: number, done: (ok: boolean) => void): void {
		this.#open(`${host} ${port}`, host, port).onOpen = done;
	}

	/** An attempt is given up; the socket can be connected again. */
	abandon(): void {
		for (const peer of this.#peers.values()) peer.flow.close();
		this.#peers.clear();
	}

	/** False when it does not fit; a stream's window sees to it that it does. */
	keep(bytes: Uint8Array, address: string, port: number): boolean {
		if (this.service === "udp" && this.bufferedBytes + bytes.length > bufferBytes) return false;
		this.#buffer.push({ bytes, address, port });
		return true;
	}

	/** At most `length` bytes of the stream, or of the oldest packet. */
	read(length: number): Received | undefined {
		const packet = this.#buffer.take(length);
		if (packet) this.consumed(packet.bytes.length);
		return packet;
	}

	/** The host has so many bytes: a stream's peer may send as many. */
	consumed(bytes: number): void {
		if (this.service === "tcp") for (const { flow } of this.#peers.values()) flow.consumed(bytes);
	}

	close(): void {
		this.#closed = true;
		this.abandon();
	}

	#open(key: string, host: string, port: number): Peer {
		const core = this.#core;
		const current = () => !this.#closed && this.#peers.get(key) === peer;
		const flow = core.ue.openFlow(
			this.service,
			core.persona.firstCid,
			host,
			port,
			this.#localPort,
			{
				opened: () => current() && this.#opened(peer),
				failed: () => current() && this.#failed(key, peer),
				sent: (bytes, ok) => this.#sent(peer, bytes, ok),
				received: (bytes, address, from) => {
					if (current() && !core.faults.has("stale-context")) this.#received(bytes, address, from);
				},
				closed: () => {
					if (!current()) return;
					this.#failed(key, peer);
					this.#over = true;
					this.#options.lost();
				},
			},
			this.service === "tcp" ? { windowBytes: bufferBytes } : {},
		);
		const peer: Peer = { flow, open: false, waiting: [], underWay: [], onOpen: undefined };
		this.#localPort ||= flow.localPort;
		this.#peers.set(key, peer);
		return peer;
	}

	#received(bytes: Uint8Array, address: string, port: number): void {
		if (this.#options.receives) this.#options.received(bytes, address, port);
		else this.consumed(bytes.length);
	}

	#opened(peer: Peer): void {
		peer.open = true;
		const { waiting, onOpen } = peer;
		peer.waiting = [];
		peer.onOpen = undefined;
		onOpen?.(true);
		for (const sending of waiting) this.#transmit(peer, sending);
	}

	#failed(key: string, peer: Peer): void {
		this.#peers.delete(key);
		const lost = [...peer.underWay.map(({ sending }) => sending), ...peer.waiting];
		peer.underWay.length = 0;
		peer.waiting = [];
		peer.onOpen?.(false);
		peer.onOpen = undefined;
		for (const sending of lost) this.#confirm(sending, false);
	}

	#transmit(peer: Peer, sending: Sending): void {
		const underWay = { sending, left: sending.data.length };
		peer.underWay.push(underWay);
		if (!this.#core.faults.has("stale-context")) peer.flow.send(sending.data, { rai: sending.rai });
		else if (this.service === "udp") this.#core.after(swallowMs, () => this.#swallowed(peer, underWay));
	}

	#swallowed(peer: Peer, underWay: UnderWay): void {
		const at = peer.underWay.indexOf(underWay);
		if (at < 0) return;
		peer.underWay.splice(at, 1);
		this.#confirm(underWay.sending, true);
	}

	/** Packets leave one by one, of a stream any number of bytes is acknowledged at a time. */
	#sent(peer: Peer, bytes: number, ok: boolean): void {
		const stream = this.service === "tcp";
		let left = bytes;
		for (let head = peer.underWay[0]; head; head = peer.underWay[0]) {
			const part = stream && ok ? Math.min(head.left, left) : head.left;
			head.left -= part;
			left -= part;
			if (head.left > 0) break;
			peer.underWay.shift();
			this.#confirm(head.sending, ok);
			if (!stream || !ok || left <= 0) break;
		}
		this.#core.sleep.activity();
	}

	#confirm({ sequence }: Sending, ok: boolean): void {
		const { faults } = this.#core;
		if (this.#closed || sequence === 0 || faults.has("lost-send-ok")) return;
		const say = () => this.#options.confirmed(sequence, ok);
		if (faults.has("late-send-ok")) this.#core.after(faults.number("late-send-ok", "delayMs"), say);
		else say();
	}
}
