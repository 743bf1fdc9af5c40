import type { ModuleCore } from "../../modem/core.js";
import type { Flow } from "../../network/ue.js";

/** What a socket holds until the host reads it: assumption. */
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

interface Peer {
	readonly flow: Flow;
	open: boolean;
	/** Waits for the flow to open. */
	waiting: Sending[];
	/** Handed to the radio, in order. */
	readonly underWay: Sending[];
	onOpen: ((ok: boolean) => void) | undefined;
}

interface Packet {
	readonly address: string;
	readonly port: number;
	bytes: Uint8Array;
}

/** One socket: flows to its peers, what waits for them, what came from them. */
export class HiSiliconSocket {
	readonly id: number;
	readonly service: "udp" | "tcp";
	readonly family: 4 | 6;
	readonly #core: ModuleCore;
	readonly #options: SocketOptions;
	readonly #peers = new Map<string, Peer>();
	readonly #packets: Packet[] = [];
	#localPort: number;
	#bufferedBytes = 0;
	#closed = false;

	constructor(core: ModuleCore, options: SocketOptions) {
		this.#core = core;
		this.#options = options;
		this.id = options.id;
		this.service = options.service;
		this.family = options.family;
		this.#localPort = options.localPort;
	}

	get localPort(): number {
		return this.#localPort;
	}

	get peerCount(): number {
		return this.#peers.size;
	}

	get connected(): boolean {
		return [...this.#peers.values()].some(peer => peer.open);
	}

	get bufferedBytes(): number {
		return this.#bufferedBytes;
	}

	get busy(): boolean {
		return [...this.#peers.values()].some(peer => peer.waiting.length + peer.underWay.length > 0);
	}

	/** Sequence numbers without their confirmation. */
	get pending(): number[] {
		return [...this.#peers.values()]
			.flatMap(peer => [...peer.underWay, ...peer.waiting])
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

	/** False when it does not fit. */
	keep(bytes: Uint8Array, address: string, port: number): boolean {
		if (this.#bufferedBytes + bytes.length > bufferBytes) return false;
		this.#packets.push({ address, port, bytes: bytes.slice() });
		this.#bufferedBytes += bytes.length;
		return true;
	}

	/** At most `length` bytes of the oldest packet. */
	read(length: number): Packet | undefined {
		const packet = this.#packets[0];
		if (!packet) return undefined;
		const bytes = packet.bytes.subarray(0, length);
		if (bytes.length === packet.bytes.length) this.#packets.shift();
		else packet.bytes = packet.bytes.subarray(length);
		this.#bufferedBytes -= bytes.length;
		return { address: packet.address, port: packet.port, bytes };
	}

	close(): void {
		this.#closed = true;
		for (const peer of this.#peers.values()) peer.flow.close();
		this.#peers.clear();
	}

	#open(key: string, host: string, port: number): Peer {
		const core = this.#core;
		const flow = core.ue.openFlow(this.service, core.persona.firstCid, host, port, this.#localPort, {
			opened: () => this.#opened(peer),
			failed: () => this.#failed(key, peer),
			sent: (_bytes, ok) => this.#sent(peer, ok),
			received: (bytes, address, from) => {
				if (!this.#closed && this.#options.receives && !core.faults.has("stale-context")) this.#options.received(bytes, address, from);
			},
			closed: () => {
				if (this.#closed) return;
				this.#failed(key, peer);
				this.#options.lost();
			},
		});
		const peer: Peer = { flow, open: false, waiting: [], underWay: [], onOpen: undefined };
		this.#localPort ||= flow.localPort;
		this.#peers.set(key, peer);
		return peer;
	}

	#opened(peer: Peer): void {
		peer.open = true;
		const { waiting } = peer;
		peer.waiting = [];
		peer.onOpen?.(true);
		for (const sending of waiting) this.#transmit(peer, sending);
	}

	#failed(key: string, peer: Peer): void {
		this.#peers.delete(key);
		const lost = [...peer.underWay, ...peer.waiting];
		peer.underWay.length = 0;
		peer.waiting = [];
		peer.onOpen?.(false);
		for (const sending of lost) this.#confirm(sending, false);
	}

	#transmit(peer: Peer, sending: Sending): void {
		peer.underWay.push(sending);
		if (this.#core.faults.has("stale-context")) this.#core.after(swallowMs, () => this.#sent(peer, true, sending));
		else peer.flow.send(sending.data, { rai: sending.rai });
	}

	/** The radio takes packets in order. */
	#sent(peer: Peer, ok: boolean, sending = peer.underWay[0]): void {
		const at = sending ? peer.underWay.indexOf(sending) : -1;
		if (sending && at >= 0) {
			peer.underWay.splice(at, 1);
			this.#confirm(sending, ok);
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
