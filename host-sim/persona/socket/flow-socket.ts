import type { Scheduled } from "../../clock/clock.js";
import type { ModuleCore } from "../../modem/core.js";
import type { Flow, FlowListener, TlsRequest } from "../../network/ue.js";
import { ReceiveBuffer, type Received } from "./receive-buffer.js";

export type OpenFailure = Parameters<FlowListener["failed"]>[0];

export interface FlowSocketOptions {
	readonly kind: "udp" | "tcp" | "tls";
	readonly cid: number;
	readonly host: string;
	readonly port: number;
	/** 0: any. */
	readonly localPort: number;
	readonly openWithinMs: number;
	readonly tls?: TlsRequest | undefined;
	/** What the module holds of what arrives: a stream's window, and where datagrams are dropped. */
	readonly receiveBytes: number;
	/** Bytes of a stream that the module takes before the peer has acknowledged any. */
	readonly sendBytes: number;
	opened(): void;
	failed(why: OpenFailure): void;
	/** So many bytes came in; `take` hands them out. */
	received(bytes: number): void;
	/** So many bytes of a datagram found no room. */
	dropped?(bytes: number): void;
	/** The peer or the network ended it; what had arrived can still be taken. */
	closed(): void;
}

interface Sending {
	left: number;
	readonly done: ((ok: boolean) => void) | undefined;
}

interface Waiter {
	readonly bytes: number;
	readonly action: (room: boolean) => void;
}

/** In which a dead context swallows a datagram. */
const swallowMs = 100;

/** One connection or one peer of a module's IP stack, below any vendor's grammar: it buffers both ways and knows what is acknowledged. */
export class FlowSocket {
	readonly kind: FlowSocketOptions["kind"];
	readonly host: string;
	readonly port: number;
	readonly #core: ModuleCore;
	readonly #options: FlowSocketOptions;
	readonly #buffer: ReceiveBuffer;
	readonly #sending: Sending[] = [];
	#waiters: Waiter[] = [];
	#flow: Flow | undefined;
	#state: "opening" | "open" | "ended" = "opening";
	#timer: Scheduled | undefined;
	#sentBytes = 0;
	#unacknowledgedBytes = 0;
	#receivedBytes = 0;

	constructor(core: ModuleCore, options: FlowSocketOptions) {
		this.#core = core;
		this.#options = options;
		this.kind = options.kind;
		this.host = options.host;
		this.port = options.port;
		this.#buffer = new ReceiveBuffer(this.stream);
		this.#timer = core.after(options.openWithinMs, () => this.#failed("timeout"));
		if (!core.faults.has("stale-context") || !this.stream) this.#flow = this.#openFlow();
	}

	get stream(): boolean {
		return this.kind !== "udp";
	}

	get state(): "opening" | "open" | "ended" {
		return this.#state;
	}

	/** Something is under way that keeps the module awake. */
	get busy(): boolean {
		return this.#state === "opening" || this.#sending.length > 0;
	}

	get localPort(): number {
		return this.#flow?.localPort ?? this.#options.localPort;
	}

	/** What waits for the host. */
	get unreadBytes(): number {
		return this.#buffer.bytes;
	}

	get unreadCount(): number {
		return this.#buffer.count;
	}

	get sentBytes(): number {
		return this.#sentBytes;
	}

	get unacknowledgedBytes(): number {
		return this.#unacknowledgedBytes;
	}

	get receivedBytes(): number {
		return this.#receivedBytes;
	}

	/** Bytes that a send may have now; datagrams are taken as they come. */
	get roomBytes(): number {
		return this.stream ? Math.max(0, this.#options.sendBytes - this.#unacknowledgedBytes) : Number.POSITIVE_INFINITY;
	}

	/** Calls `action(true)` as soon as so many bytes fit, `action(false)` when the connection ended before. */
	whenRoom(bytes: number, action: (room: boolean) => void): void {
		if (this.#state === "open" && this.#waiters.length === 0 && this.#fits(bytes)) action(true);
		else if (this.#state === "ended") action(false);
		else this.#waiters.push({ bytes, action });
	}

	/** `done` when the peer has acknowledged it, a datagram when it has left. */
	send(data: Uint8Array, done?: (ok: boolean) => void, rai: 0 | 1 | 2 = 0): void {
		const sending: Sending = { left: data.length, done };
		this.#sentBytes += data.length;
		this.#unacknowledgedBytes += data.length;
		this.#sending.push(sending);
		if (!this.#core.faults.has("stale-context")) this.#flow?.send(data, { rai });
		else if (!this.stream) this.#core.after(swallowMs, () => this.#sent(data.length, true));
	}

	/** At most `length` bytes of what waits; the peer of a stream may send as many more. */
	take(length: number): Received | undefined {
		const taken = this.#buffer.take(length);
		if (taken && this.stream) this.#flow?.consumed(taken.bytes.length);
		return taken;
	}

	/** By the host: nothing is reported any more, what is under way is of no interest. */
	close(): void {
		this.#sending.length = 0;
		this.lose();
	}

	/** By anything else: what is under way fails. */
	lose(): void {
		this.#end();
		this.#flow?.close();
	}

	#openFlow(): Flow {
		const { kind, cid, host, port, localPort, tls, receiveBytes } = this.#options;
		const listener: FlowListener = {
			opened: () => this.#opened(),
			failed: why => this.#failed(why),
			sent: (bytes, ok) => this.#sent(bytes, ok),
			received: (bytes, address, from) => this.#received({ bytes, address, port: from }),
			closed: () => this.#closed(),
		};
		const options = kind === "udp" ? {} : { windowBytes: receiveBytes, ...(tls ? { tls } : {}) };
		return this.#core.ue.openFlow(kind, cid, host, port, localPort, listener, options);
	}

	#opened(): void {
		if (this.#state !== "opening") return;
		this.#core.cancel(this.#timer);
		this.#state = "open";
		this.#options.opened();
		this.#wakeWaiters();
		this.#core.sleep.activity();
	}

	#failed(why: OpenFailure): void {
		if (this.#state !== "opening") return;
		this.#end();
		this.#flow?.close();
		this.#options.failed(why);
		this.#core.sleep.activity();
	}

	#closed(): void {
		if (this.#state === "opening") this.#failed("unreachable");
		if (this.#state !== "open") return;
		this.#end();
		this.#options.closed();
		this.#core.sleep.activity();
	}

	#end(): void {
		this.#core.cancel(this.#timer);
		this.#state = "ended";
		const lost = this.#sending.splice(0);
		const waiters = this.#waiters;
		this.#waiters = [];
		for (const { done } of lost) done?.(false);
		for (const { action } of waiters) action(false);
	}

	/** Datagrams are confirmed one by one, of a stream any number of bytes at a time. */
	#sent(bytes: number, ok: boolean): void {
		let left = bytes;
		for (let head = this.#sending[0]; head; head = this.#sending[0]) {
			const part = this.stream && ok ? Math.min(head.left, left) : head.left;
			head.left -= part;
			left -= part;
			this.#unacknowledgedBytes -= part;
			if (head.left > 0) break;
			this.#sending.shift();
			head.done?.(ok);
			if (!this.stream || !ok || left <= 0) break;
		}
		this.#wakeWaiters();
		this.#core.sleep.activity();
	}

	#received(packet: Received): void {
		if (this.#state !== "open" || this.#core.faults.has("stale-context")) return;
		const { length } = packet.bytes;
		if (!this.stream && this.#buffer.bytes + length > this.#options.receiveBytes) {
			this.#options.dropped?.(length);
			return;
		}
		this.#buffer.push(packet);
		this.#receivedBytes += length;
		this.#options.received(length);
		this.#core.sleep.activity();
	}

	#fits(bytes: number): boolean {
		return this.roomBytes >= Math.min(bytes, this.#options.sendBytes);
	}

	#wakeWaiters(): void {
		while (this.#state === "open" && this.#waiters.length > 0 && this.#fits(this.#waiters[0]!.bytes)) this.#waiters.shift()!.action(true);
	}
}

/** Announces the end of a send, unless a fault delays or swallows it. */
export function announceSent(core: ModuleCore, say: () => void): void {
	const { faults } = core;
	if (faults.has("lost-send-ok")) return;
	if (faults.has("late-send-ok")) core.after(faults.number("late-send-ok", "delayMs"), say);
	else say();
}
