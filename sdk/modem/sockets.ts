import type { AtLine } from "../at/line.js";
import type { ModemCore } from "./core.js";
import { Credentials } from "./credentials.js";
import type { Release, SocketEvents, SocketKind } from "./driver.js";
import { ModemError } from "./errors.js";
import { JobId } from "./job-id.js";
import { Resolutions } from "./resolutions.js";
import { type Datagram, free, type Slot, type SocketUser } from "./socket-slot.js";
import { SocketWork } from "./socket-work.js";
import type { StreamEndpoint } from "./stream-endpoint.js";
import { Streams } from "./streams.js";
import { Timer } from "./timers.js";
import type { UdpEndpoint } from "./udp-endpoint.js";

/** Datagrams that may wait for the module or for a connection; and for how long (assumptions: a CoAP client has at most one or two). */
const SEND_CAPACITY = 4;
const SEND_WITHIN_MS = 120_000;
/** When the driver does not know. */
const DEFAULT_SEND_BYTES = 512;
/** After the module had no room for a datagram (an assumption). */
const BUSY_MS = 250;

interface Incoming {
	socket: number;
	fromAddress: string | undefined;
	fromPort: number;
}

export class Sockets implements SocketEvents {
	readonly core: ModemCore;
	readonly slots: Slot[] = [];
	/** Undefined until a host is to be resolved. */
	begunResolutions: Resolutions | undefined = undefined;
	/** Undefined until a connection is asked for. */
	begunStreams: Streams | undefined = undefined;
	/** Undefined until a credential is to be stored or erased. */
	begunCredentials: Credentials | undefined = undefined;
	readonly work: SocketWork;
	#endpoints: UdpEndpoint[] = [];
	#queue: Datagram[] = [];
	#first = 0;
	#count = 0;
	#uses = 0;
	#isHeld = false;
	/** Whose pushed bytes follow; made when a dialect first announces some. */
	#incoming: Incoming | undefined = undefined;
	/** Pushed data that no open socket or endpoint wanted, or that were malformed. */
	dropped = 0;
	constructor(core: ModemCore) {
		this.core = core;
		this.work = new SocketWork(this);
	}
	get sendBytes(): number {
		const { value } = this.core.driver.capabilities.sendBytes;
		return typeof value === "number" ? value : DEFAULT_SEND_BYTES;
	}
	get resolutions(): Resolutions {
		this.begunResolutions ??= new Resolutions(this.core);
		return this.begunResolutions;
	}
	get streams(): Streams {
		this.begunStreams ??= new Streams(this.core);
		return this.begunStreams;
	}
	get credentials(): Credentials {
		this.begunCredentials ??= new Credentials(this.core);
		return this.begunCredentials;
	}
	add(endpoint: UdpEndpoint): void {
		this.#endpoints.push(endpoint);
	}
	remove(endpoint: UdpEndpoint): void {
		const at = this.#endpoints.indexOf(endpoint);
		if (at >= 0) this.#endpoints.splice(at, 1);
		this.abandonSlots(endpoint);
		for (let i = 0; i < this.#count; i++) {
			const datagram = this.at(i);
			if (datagram.endpoint === endpoint) datagram.endpoint = undefined;
		}
		this.core.want(JobId.socket);
	}
	removeStream(stream: StreamEndpoint): void {
		this.begunStreams?.remove(stream);
		this.abandonSlots(stream);
		this.core.want(JobId.socket);
	}
	private abandonSlots(user: SocketUser): void {
		for (const slot of this.slots)
			if (slot.endpoint === user) {
				slot.endpoint = undefined;
				if (slot.state !== "free") slot.state = "closing";
			}
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
		this.#isHeld = false;
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
	/** The module has no room for the oldest datagram now. */
	hold(): void {
		this.#isHeld = true;
		this.core.timers.set(Timer.datagram, this.core.now + BUSY_MS);
	}
	/** The `datagram` timer. What the module has in hand is its own business. */
	expired(): void {
		const wasHeld = this.#isHeld;
		this.#isHeld = false;
		if (this.#count === 0) return;
		if (wasHeld && this.core.now < this.at(0).since + SEND_WITHIN_MS) {
			this.boundHead();
			this.core.want(JobId.socket);
			return;
		}
		if (this.work.isSending) this.core.timers.set(Timer.datagram, this.core.now + 1000);
		else this.drop(this.waitedInVain());
		this.core.want(JobId.socket);
	}
	private waitedInVain(): ModemError {
		const within = `${SEND_WITHIN_MS / 1000} s`;
		if (this.core.isConnected) return new ModemError("timeout", `the module took a datagram neither at once nor within ${within}`);
		return new ModemError("notConnected", `a datagram waited ${within} for a connection and was dropped`);
	}
	/** The oldest datagram, also when nobody waits for its outcome any more. */
	get first(): Datagram | undefined {
		return this.#count === 0 ? undefined : this.at(0);
	}
	/** The oldest that is to be sent. */
	get head(): Datagram | undefined {
		if (this.#isHeld) return undefined;
		while (this.#count > 0 && this.at(0).endpoint === undefined) this.drop(undefined);
		return this.#count === 0 ? undefined : this.at(0);
	}
	/** Something to do for the socket job now? */
	get ready(): boolean {
		if (this.begunCredentials?.waiting === true) return true;
		for (let i = 0; i < this.slots.length; i++) {
			const slot = this.slots[i]!;
			if (slot.state === "closing" || (slot.readable && this.isFetchable(slot))) return true;
		}
		if (!this.core.isConnected) return false;
		if (this.begunResolutions?.waiting === true || this.head !== undefined) return true;
		const streams = this.begunStreams;
		return streams !== undefined && (streams.toOpen !== undefined || streams.toSend !== undefined);
	}
	/** There is room here for the data that wait in the module. */
	isFetchable(slot: Slot): boolean {
		if (slot.state === "closing" || slot.endpoint === undefined || this.core.driver.sockets?.receive === undefined) return false;
		return slot.endpoint.isStream ? slot.endpoint.room > 0 : slot.endpoint.hasRoom;
	}
	/** Of those with data that can be fetched the one that was used the longest ago. */
	get toFetch(): Slot | undefined {
		let next: Slot | undefined;
		for (let i = 0; i < this.slots.length; i++) {
			const slot = this.slots[i]!;
			if (slot.readable && this.isFetchable(slot) && (next === undefined || slot.lastUse < next.lastUse)) next = slot;
		}
		return next;
	}
	/** What could not be fetched for want of room can be now. */
	roomAgain(): void {
		if (this.toFetch !== undefined) this.core.want(JobId.socket);
		else for (const slot of this.slots) if (slot.readable) this.core.want(JobId.socket);
	}
	/** A place is being given back, so that waiting for one is not in vain. */
	get isClosing(): boolean {
		for (const slot of this.slots) if (slot.state === "closing" || slot.endpoint?.closed) return true;
		return false;
	}
	used(slot: Slot): void {
		slot.lastUse = ++this.#uses;
	}
	/** The module slept; what it kept is only known where the driver says so. */
	slept(): void {
		if (this.core.driver.sleep?.keepsSockets === true) return;
		for (const slot of this.slots) {
			if (slot.state !== "open") continue;
			if (slot.endpoint?.isStream) {
				slot.endpoint.end(new ModemError("closed", "the module slept, and keeps no connection over its sleep"));
				slot.state = "closing";
			} else slot.state = "stale";
		}
	}
	/** The context is gone or has another address: no socket is of use any more, and the module may still count them as in use. */
	closeAll(): void {
		for (const slot of this.slots) {
			if (slot.state === "free") continue;
			if (slot.endpoint?.isStream) slot.endpoint.end(new ModemError("closed", "the connection to the network was lost"));
			slot.state = "closing";
		}
		this.core.want(JobId.socket);
	}
	/** The application wants no connection any more. */
	disconnected(): void {
		this.begunStreams?.endAll(new ModemError("closed", "disconnect() ended it"));
		for (const slot of this.slots) if (slot.endpoint?.isStream && slot.state !== "free") slot.state = "closing";
		this.core.want(JobId.socket);
	}
	switchedOff(): void {
		const error = new ModemError("closed", "the module was switched off");
		this.begunStreams?.endAll(error);
		this.begunCredentials?.failAll(error);
	}
	/** The module restarted: it has no socket any more. */
	moduleClosedAll(): void {
		for (const slot of this.slots) {
			if (slot.endpoint?.isStream) slot.endpoint.moduleRestarted();
			free(slot);
			slot.lastUse = 0;
		}
	}
	announce(): void {
		for (let i = 0; i < this.#endpoints.length; i++) {
			const endpoint = this.#endpoints[i]!;
			if (endpoint.hasNews) this.core.guard(endpoint, announceEndpoint);
		}
		this.begunStreams?.announce();
	}
	get hasNews(): boolean {
		if (this.begunStreams !== undefined) return true;
		for (let i = 0; i < this.#endpoints.length; i++) if (this.#endpoints[i]!.hasNews) return true;
		return false;
	}
	/** It has nothing to send any more; what the module still keeps of it is fetched first. */
	streamEnded(slot: Slot): void {
		if (slot.state === "free") return;
		if (this.pulls(slot.kind) && slot.endpoint !== undefined) slot.readable = true;
		else slot.state = "closing";
	}
	private slotOf(id: number): Slot | undefined {
		for (let i = 0; i < this.slots.length; i++) if (this.slots[i]!.id === id && this.slots[i]!.state !== "free") return this.slots[i];
		return undefined;
	}

	// SocketEvents: from URC rows ---------------------------------------------------------------------------------
	opened(socket: number, cause: number): void {
		this.work.opened(socket, cause);
	}
	receivedHex(socket: number, line: AtLine, index: number, byteCount: number, fromAddress?: string, fromPort?: number): void {
		const slot = this.slotOf(socket);
		const user = slot?.endpoint;
		// A count that the line cannot hold is nonsense, and nothing is allocated for it.
		const isPossible = byteCount >= 0 && 2 * byteCount <= this.core.channel.lineCapacity;
		if (!isPossible) user?.lost("the module's data were malformed");
		if (!isPossible || !user?.receiveHex(line, index, byteCount, fromAddress ?? slot!.address, fromPort ?? slot!.port)) this.dropped++;
		else this.touched(slot!);
	}
	receiving(socket: number, fromAddress?: string, fromPort = 0): void {
		this.#incoming ??= { socket, fromAddress, fromPort };
		this.#incoming.socket = socket;
		this.#incoming.fromAddress = fromAddress;
		this.#incoming.fromPort = fromPort;
	}
	receivedBytes(bytes: Uint8Array): void {
		const incoming = this.#incoming;
		const slot = incoming && this.slotOf(incoming.socket);
		if (slot === undefined || !this.handOn(slot, bytes, incoming!.fromAddress, incoming!.fromPort)) this.dropped++;
		else this.touched(slot);
	}
	/** False when nobody has room for it. */
	handOn(slot: Slot, bytes: Uint8Array, fromAddress: string | undefined, fromPort: number): boolean {
		const isFromOther = fromAddress !== undefined;
		const room = slot.endpoint?.reserve(bytes.byteLength, fromAddress ?? slot.address, isFromOther ? fromPort : slot.port);
		if (room === undefined) return false;
		room.set(bytes);
		slot.endpoint!.commit();
		return true;
	}
	lost(socket: number): void {
		this.dropped++;
		this.slotOf(socket)?.endpoint?.lost("the module's data did not come whole");
		this.core.want(JobId.socket);
	}
	private touched(slot: Slot): void {
		this.used(slot);
		this.core.touch();
	}
	/** Data of this kind wait in the module until they are asked for. */
	pulls(kind: SocketKind): boolean {
		const dialect = this.core.driver.sockets;
		return dialect?.receive !== undefined && (dialect.pulls === undefined || dialect.pulls.includes(kind));
	}
	readable(socket: number): void {
		const slot = this.slotOf(socket);
		if (slot === undefined) return;
		slot.readable = true;
		this.core.want(JobId.socket);
	}
	closed(socket: number): void {
		const slot = this.slotOf(socket);
		if (slot === undefined) return;
		// What the peer or the network closed the module still counts as in use: closing it frees the number.
		if (slot.endpoint?.isStream) {
			if (slot.endpoint.state === "ended") return;
			slot.endpoint.end(new ModemError("closed", "the peer closed the connection"));
			this.streamEnded(slot);
		} else slot.state = "closing";
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
