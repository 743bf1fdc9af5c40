import type { AtLine } from "../at/line.js";
import type { ModemCore } from "./core.js";
import type { Release, SocketEvents } from "./driver.js";
import { ModemError } from "./errors.js";
import { JobId } from "./job-id.js";
import { Resolutions } from "./resolutions.js";
import { type Datagram, free, type Slot } from "./socket-slot.js";
import { SocketWork } from "./socket-work.js";
import { Timer } from "./timers.js";
import type { UdpEndpoint } from "./udp-endpoint.js";

/** Datagrams that may wait for the module or for a connection; and for how long (assumptions: a CoAP client has at most one or two). */
const SEND_CAPACITY = 4;
const SEND_WITHIN_MS = 120_000;
/** When the driver does not know. */
const DEFAULT_SEND_BYTES = 512;
const DEFAULT_SOCKETS = 1;

export class Sockets implements SocketEvents {
	readonly core: ModemCore;
	readonly slots: Slot[] = [];
	/** Undefined until a host is to be resolved. */
	begunResolutions: Resolutions | undefined = undefined;
	readonly work: SocketWork;
	#endpoints: UdpEndpoint[] = [];
	#queue: Datagram[] = [];
	#first = 0;
	#count = 0;
	#uses = 0;
	/** The socket whose pushed bytes follow. */
	#receiving = -1;
	/** Pushed data that no open socket or endpoint wanted, or that were malformed. */
	dropped = 0;
	constructor(core: ModemCore) {
		this.core = core;
		this.work = new SocketWork(this);
	}
	private get limit(): number {
		const { value } = this.core.driver.capabilities.udpSockets;
		return typeof value === "number" ? value : DEFAULT_SOCKETS;
	}
	get sendBytes(): number {
		const { value } = this.core.driver.capabilities.sendBytes;
		return typeof value === "number" ? value : DEFAULT_SEND_BYTES;
	}
	get resolutions(): Resolutions {
		this.begunResolutions ??= new Resolutions(this.core);
		return this.begunResolutions;
	}
	add(endpoint: UdpEndpoint): void {
		this.#endpoints.push(endpoint);
	}
	remove(endpoint: UdpEndpoint): void {
		const at = this.#endpoints.indexOf(endpoint);
		if (at >= 0) this.#endpoints.splice(at, 1);
		for (const slot of this.slots)
			if (slot.endpoint === endpoint) {
				slot.endpoint = undefined;
				if (slot.state !== "free") slot.state = "closing";
			}
		for (let i = 0; i < this.#count; i++) {
			const datagram = this.at(i);
			if (datagram.endpoint === endpoint) datagram.endpoint = undefined;
		}
		this.core.want(JobId.socket);
	}
	private at(index: number): Datagram {
		return this.#queue[(this.#first + index) % SEND_CAPACITY]!;
	}
	/** The next record of the queue; made when it is first needed, and used again. */
	private take(): Datagram {
		const at = (this.#first + this.#count++) % SEND_CAPACITY;
		let datagram = this.#queue[at];
		if (datagram === undefined) {
			datagram = {
				endpoint: undefined,
				data: undefined,
				address: "",
				port: 0,
				release: "none",
				since: 0,
				refusedOpens: 0,
				isSecondTry: false,
			};
			this.#queue[at] = datagram;
		}
		return datagram;
	}
	send(endpoint: UdpEndpoint, data: Uint8Array, address: string, port: number, release: Release): void {
		if (data.byteLength > this.sendBytes)
			throw new ModemError("usage", `${data.byteLength} bytes: this module sends at most ${this.sendBytes} in a datagram`);
		if (this.#count === SEND_CAPACITY) throw new ModemError("queueFull", `${SEND_CAPACITY} datagrams wait already: send again later`);
		const datagram = this.take();
		datagram.endpoint = endpoint;
		datagram.data = data.slice();
		datagram.address = address;
		datagram.port = port;
		datagram.release = release;
		datagram.since = this.core.now;
		datagram.refusedOpens = 0;
		datagram.isSecondTry = false;
		if (this.#count === 1) this.boundHead();
		this.core.want(JobId.socket);
	}
	private boundHead(): void {
		if (this.#count === 0) this.core.timers.clear(Timer.datagram);
		else this.core.timers.set(Timer.datagram, this.at(0).since + SEND_WITHIN_MS);
	}
	/** The datagram at the head is done with. A queue that is empty begins at its first record again. */
	drop(error: ModemError | undefined): void {
		const datagram = this.at(0);
		if (error !== undefined) datagram.endpoint?.fail(error);
		datagram.endpoint = undefined;
		datagram.data = undefined;
		this.#count--;
		this.#first = this.#count === 0 ? 0 : (this.#first + 1) % SEND_CAPACITY;
		this.boundHead();
	}
	/** The `datagram` timer. What the module has in hand is its own business. */
	expired(): void {
		if (this.#count === 0) return;
		if (this.work.isSending) this.core.timers.set(Timer.datagram, this.core.now + 1000);
		else this.drop(new ModemError("notConnected", `a datagram waited ${SEND_WITHIN_MS / 1000} s for a connection and was dropped`));
		this.core.want(JobId.socket);
	}
	/** The oldest datagram, also when nobody waits for its outcome any more. */
	get first(): Datagram | undefined {
		return this.#count === 0 ? undefined : this.at(0);
	}
	/** The oldest that is to be sent. */
	get head(): Datagram | undefined {
		while (this.#count > 0 && this.at(0).endpoint === undefined) this.drop(undefined);
		return this.#count === 0 ? undefined : this.at(0);
	}
	/** Something to do for the socket job now? */
	get ready(): boolean {
		for (let i = 0; i < this.slots.length; i++) if (this.slots[i]!.state === "closing" || this.slots[i]!.readable) return true;
		if (!this.core.isConnected) return false;
		return this.begunResolutions?.waiting === true || this.head !== undefined;
	}
	/** The socket for a peer, or one that can become it; `undefined` when one must be closed first, which is then marked. */
	slotFor(datagram: Datagram): Slot | undefined {
		let free: Slot | undefined;
		let oldest: Slot | undefined;
		for (let i = 0; i < this.slots.length; i++) {
			const slot = this.slots[i]!;
			const isPeer = slot.endpoint === datagram.endpoint && slot.port === datagram.port && slot.address === datagram.address;
			if (isPeer && (slot.state === "open" || slot.state === "stale")) return slot;
			if (slot.state === "free") free ??= slot;
			else if (slot.state !== "closing" && (oldest === undefined || slot.lastUse < oldest.lastUse)) oldest = slot;
		}
		if (free !== undefined) return free;
		if (this.slots.length < this.limit) {
			const index = this.slots.length;
			const slot: Slot = { index, id: -1, state: "free", endpoint: undefined, address: "", port: 0, lastUse: 0, readable: false };
			this.slots.push(slot);
			return slot;
		}
		if (oldest !== undefined) oldest.state = "closing";
		return undefined;
	}
	used(slot: Slot): void {
		slot.lastUse = ++this.#uses;
	}
	/** The module slept; what it kept is only known where the driver says so. */
	slept(): void {
		if (this.core.driver.sleep?.keepsSockets === true) return;
		for (const slot of this.slots) if (slot.state === "open") slot.state = "stale";
	}
	/** The context is gone or has another address: no socket is of use any more, and the module may still count them as in use. */
	closeAll(): void {
		for (const slot of this.slots) if (slot.state !== "free") slot.state = "closing";
		this.core.want(JobId.socket);
	}
	/** The module restarted: it has no socket any more. */
	moduleClosedAll(): void {
		for (const slot of this.slots) free(slot);
	}
	announce(): void {
		for (let i = 0; i < this.#endpoints.length; i++) {
			const endpoint = this.#endpoints[i]!;
			if (endpoint.hasNews) this.core.guard(endpoint, announceEndpoint);
		}
	}
	get hasNews(): boolean {
		for (let i = 0; i < this.#endpoints.length; i++) if (this.#endpoints[i]!.hasNews) return true;
		return false;
	}
	private slotOf(id: number): Slot | undefined {
		for (let i = 0; i < this.slots.length; i++) if (this.slots[i]!.id === id && this.slots[i]!.state !== "free") return this.slots[i];
		return undefined;
	}

	// SocketEvents: from URC rows ---------------------------------------------------------------------------------
	opened(socket: number, cause: number): void {
		this.work.opened(socket, cause);
	}
	receivedHex(socket: number, line: AtLine, index: number, byteCount: number): void {
		const slot = this.slotOf(socket);
		// A count that the line cannot hold is nonsense, and nothing is allocated for it.
		const isPossible = byteCount >= 0 && 2 * byteCount <= this.core.lineBytes;
		if (!isPossible || slot?.endpoint === undefined || !slot.endpoint.receiveHex(line, index, byteCount, slot.address, slot.port))
			this.dropped++;
		else this.touched(slot);
	}
	receiving(socket: number): void {
		this.#receiving = socket;
	}
	receivedBytes(bytes: Uint8Array): void {
		const slot = this.slotOf(this.#receiving);
		const room = slot?.endpoint?.reserve(bytes.byteLength, slot.address, slot.port);
		if (slot === undefined || room === undefined) {
			this.dropped++;
			return;
		}
		room.set(bytes);
		slot.endpoint!.commit();
		this.touched(slot);
	}
	private touched(slot: Slot): void {
		this.used(slot);
		this.core.touch();
	}
	readable(socket: number): void {
		const slot = this.slotOf(socket);
		if (slot === undefined) return;
		slot.readable = true;
		this.core.want(JobId.socket);
	}
	closed(socket: number): void {
		const slot = this.slotOf(socket);
		// What the peer or the network closed the module still counts as in use: closing it frees the number.
		if (slot !== undefined) slot.state = "closing";
		this.core.want(JobId.socket);
	}
	allClosed(): void {
		this.closeAll();
	}
	resolving(count: number, cause: number): void {
		this.work.resolving(count, cause);
	}
	resolved(address: string): void {
		this.work.resolved(address);
	}
}

function announceEndpoint(this: UdpEndpoint): void {
	this.announce();
}
