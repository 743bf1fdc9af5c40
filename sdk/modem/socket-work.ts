import type { AtError } from "../at/errors.js";
import type { CredentialTask, Family, Release, SecureSettings, SocketDialect, SocketKind, SocketTask } from "./driver.js";
import { isInterrupted, isSilence, ModemError, modemError } from "./errors.js";
import { datagramFetched, datagramSent, opened, streamFetched, streamSent } from "./socket-outcomes.js";
import { noSockets, place, slotFor, socketId } from "./socket-places.js";
import { type Datagram, free, isSecure, type Slot, type SocketUser } from "./socket-slot.js";
import type { Sockets } from "./sockets.js";
import type { StreamEndpoint } from "./stream-endpoint.js";
import type { Streams } from "./streams.js";
import { WrittenResults } from "./task-results.js";
import { Timer } from "./timers.js";

/** `send` and `receive` are of datagrams, `write` and `read` of streams. */
const Operation = Object.freeze({ none: 0, open: 1, send: 2, close: 3, receive: 4, resolve: 5, credential: 6, write: 7, read: 8 });
/** What is begun next when more than one kind of work waits: the one whose turn is the longest ago. */
const TURNS = 5;
const DEFAULT_RECEIVE_BYTES = 1024;
/** TS 27.007 has no UDP; a module that says nothing at all about an outcome has lost it. */
const NO_OUTCOME: AtError = Object.freeze({ code: "error", text: "no outcome was reported", command: "", afterMs: 0 });
/**
 * Every command of a dialect has a bound, and so has every outcome. Longer than all of them together: a task that has not ended by then
 * never will (a dialect that forgot it).
 */
const TASK_WITHIN_MS = 900_000;

/** The one piece of work that the dialect has in hand. */
export class SocketWork extends WrittenResults implements SocketTask {
	#sockets: Sockets;
	#operation: number = Operation.none;
	#slot: Slot | undefined = undefined;
	/** Of the slot, or of what was begun last: it may be closed meanwhile. */
	#user: SocketUser | undefined = undefined;
	#awaited = 0;
	#into: Uint8Array | undefined = undefined;
	#turn = 0;
	socket = -1;
	localPort = 0;
	constructor(sockets: Sockets) {
		super();
		this.#sockets = sockets;
	}
	get kind(): SocketKind {
		return this.#slot?.kind ?? "udp";
	}
	get secure(): SecureSettings | undefined {
		return this.#user?.secure;
	}
	get address(): string {
		if (this.#operation === Operation.resolve) return this.#sockets.resolutions.host;
		return this.datagram?.address ?? this.#slot?.address ?? "";
	}
	get port(): number {
		return this.datagram?.port ?? this.#slot?.port ?? 0;
	}
	get cid(): number {
		return this.#sockets.core.settings.cid;
	}
	get family(): Family {
		return this.#sockets.resolutions.family;
	}
	/** The oldest, while it is being sent. */
	private get datagram(): Datagram | undefined {
		return this.#operation === Operation.send ? this.#sockets.first : undefined;
	}
	get data(): Uint8Array {
		const data = this.#operation === Operation.write ? this.stream.chunk : this.#sockets.first?.data;
		return data ?? new Uint8Array(0);
	}
	/** While it is written to or read. */
	private get stream(): StreamEndpoint {
		return this.#user as StreamEndpoint;
	}
	get release(): Release {
		return this.datagram?.release ?? "none";
	}
	/** Of a datagram; made with the first that is to be fetched. A stream's is in its own buffer. */
	get into(): Uint8Array {
		if (this.#operation === Operation.read) return this.stream.into;
		this.#into ??= new Uint8Array(this.receiveBytes);
		return this.#into;
	}
	private get receiveBytes(): number {
		const { value } = this.#sockets.core.driver.capabilities.receiveBytes;
		return typeof value === "number" ? value : DEFAULT_RECEIVE_BYTES;
	}
	get isSending(): boolean {
		return this.#operation === Operation.send;
	}

	// What is begun ---------------------------------------------------------------------------------------------------
	/** Begins the most urgent piece of work; false when there is none after all. */
	start(): boolean {
		const { core, slots } = this.#sockets;
		const dialect = core.driver.sockets;
		if (dialect === undefined) return this.unsupported();
		for (let i = 0; i < slots.length; i++) if (slots[i]!.state === "closing") return this.close(dialect, slots[i]!);
		let turn = this.#turn;
		do {
			turn = turn === TURNS - 1 ? 0 : turn + 1;
			if (!this.take(turn, dialect)) continue;
			this.#turn = turn;
			return true;
		} while (turn !== this.#turn);
		return false;
	}
	private take(turn: number, dialect: SocketDialect): boolean {
		const sockets = this.#sockets;
		switch (turn) {
			case 0:
				return this.receive(dialect);
			case 1:
				return sockets.begunCredentials !== undefined && this.credential(dialect);
			case 2:
				return sockets.begunResolutions?.waiting === true && sockets.core.isConnected && this.resolve(dialect);
			case 3:
				return sockets.begunStreams !== undefined && sockets.core.isConnected && this.streamNext(sockets.begunStreams, dialect);
			default:
				return sockets.core.isConnected && this.datagramNext(dialect);
		}
	}
	private datagramNext(dialect: SocketDialect): boolean {
		const sockets = this.#sockets;
		for (let datagram = sockets.head; datagram !== undefined; datagram = sockets.head) {
			const slot = slotFor(sockets.core.driver, sockets.slots, datagram);
			// Where an error would not say whether the datagram went out, a socket that may be gone is not tried.
			if (slot?.state === "stale" && !dialect.errorMeansNotSent) slot.state = "closing";
			if (slot?.state === "free") return this.openFor(datagram, slot, dialect);
			if (slot !== undefined && slot.state !== "closing") return this.send(Operation.send, dialect, slot);
			if (sockets.isClosing) return this.closeNext(dialect);
			sockets.drop(new ModemError("queueFull", "connections hold all sockets of the module: close one first"));
		}
		return false;
	}
	private streamNext(streams: Streams, dialect: SocketDialect): boolean {
		const stream = streams.toOpen;
		if (stream !== undefined) {
			const slot = place(this.#sockets.core.driver, this.#sockets.slots, stream.kind);
			if (slot !== undefined) return this.connect(stream, slot, dialect);
			if (this.closeNext(dialect)) return true;
		}
		const sender = streams.toSend;
		if (sender === undefined) return false;
		sender.beginSend();
		return this.send(Operation.write, dialect, sender.slot!);
	}
	/** A place for what waits was marked to be closed. */
	private closeNext(dialect: SocketDialect): boolean {
		const slot = this.#sockets.slots.find(isClosing);
		return slot !== undefined && this.close(dialect, slot);
	}
	private begin(operation: number, slot: Slot | undefined): void {
		this.#operation = operation;
		this.#slot = slot;
		this.#user = slot?.endpoint;
		this.#sockets.core.timers.set(Timer.outcome, this.#sockets.core.now + TASK_WITHIN_MS);
		this.forgetResults();
		this.socket = slot?.id ?? -1;
	}
	private unsupported(): boolean {
		const error = new ModemError("notSupported", noSockets(this.#sockets.core.driver));
		while (this.#sockets.head !== undefined) this.#sockets.drop(error);
		this.#sockets.begunResolutions?.failAll();
		return false;
	}
	private openFor(datagram: Datagram, slot: Slot, dialect: SocketDialect): true {
		const endpoint = datagram.endpoint!;
		slot.address = datagram.address;
		slot.port = datagram.port;
		// Only one of an endpoint's sockets can have its port.
		this.localPort = this.#sockets.slots.some(other => other.endpoint === endpoint && other !== slot) ? 0 : endpoint.localPort;
		slot.endpoint = endpoint;
		return this.open(slot, endpoint.kind, dialect);
	}
	private connect(stream: StreamEndpoint, slot: Slot, dialect: SocketDialect): true {
		slot.address = stream.options.address;
		slot.port = stream.options.port;
		slot.endpoint = stream;
		stream.slot = slot;
		stream.state = "opening";
		this.localPort = 0;
		return this.open(slot, stream.kind, dialect);
	}
	private open(slot: Slot, kind: SocketKind, dialect: SocketDialect): true {
		slot.kind = kind;
		slot.id = socketId(this.#sockets.core.driver, slot);
		this.begin(Operation.open, slot);
		const { channel, driver } = this.#sockets.core;
		if (kind !== "udp") channel.reserveLine(driver.uart.streamLineBytes ?? 0);
		dialect.open(channel, this);
		return true;
	}
	private send(operation: number, dialect: SocketDialect, slot: Slot): true {
		this.begin(operation, slot);
		dialect.send(this.#sockets.core.channel, this);
		return true;
	}
	private close(dialect: SocketDialect, slot: Slot): true {
		this.begin(Operation.close, slot);
		dialect.close(this.#sockets.core.channel, this);
		return true;
	}
	private receive(dialect: SocketDialect): boolean {
		const slot = this.#sockets.toFetch;
		if (slot === undefined) return false;
		slot.readable = false;
		if (slot.endpoint?.isStream) {
			this.begin(Operation.read, slot);
			slot.endpoint.lend(this.receiveBytes);
		} else this.begin(Operation.receive, slot);
		dialect.receive!(this.#sockets.core.channel, this);
		return true;
	}
	private credential(dialect: SocketDialect): boolean {
		const task = this.#sockets.credentials.first;
		if (task === undefined) return false;
		this.begin(Operation.credential, undefined);
		dialect.credential!(this.#sockets.core.channel, task);
		return true;
	}
	private resolve(dialect: SocketDialect): boolean {
		const { resolutions, core } = this.#sockets;
		if (dialect.resolve === undefined) {
			resolutions.failAll();
			return false;
		}
		this.begin(Operation.resolve, undefined);
		this.#awaited = 0;
		resolutions.begin(core.addresses.preferred ?? "ipv4");
		dialect.resolve(core.channel, this);
		return true;
	}

	// SocketTask: how the dialect ends it ------------------------------------------------------------------------
	finish(error: AtError | undefined): void {
		if (this.#operation === Operation.none) return;
		if (error === undefined) this.end(undefined, undefined);
		else if (this.isHandshake && !isSilence(error) && !isInterrupted(error))
			this.end(error, this.tlsError(modemError(error).message, error.number));
		else this.end(error, modemError(error));
	}
	private get isHandshake(): boolean {
		return this.#operation === Operation.open && isSecure(this.kind);
	}
	private tlsError(why: string, causeNumber: number | undefined): ModemError {
		const { serverName } = this.secure!;
		return new ModemError("tls", `no secure connection with ${serverName === "" ? this.address : serverName}: ${why}`, { causeNumber });
	}
	fail(causeNumber: number, name?: string): void {
		if (this.#operation === Operation.none) return;
		const known = name ?? this.#sockets.core.driver.sockets?.causes?.[causeNumber];
		const cause = `cause ${causeNumber}${known === undefined ? "" : `, ${known}`}`;
		if (this.isHandshake) {
			this.end(undefined, this.tlsError(cause, causeNumber));
			return;
		}
		const what = this.#operation === Operation.resolve ? "resolve" : "socket";
		this.end(undefined, new ModemError(what, `the module refused (${cause})`, { causeNumber }));
	}
	busy(): void {
		if (this.#operation === Operation.write) this.stream.busy();
		else if (this.#operation === Operation.send) this.#sockets.hold();
		else {
			this.fail(0, "the module has no room for it");
			return;
		}
		this.idle();
		this.#sockets.core.ended(undefined);
	}
	/** The credential in hand is stored, or was refused. @internal */
	credentialEnded(task: CredentialTask, at: AtError | undefined, error: ModemError | undefined): void {
		if (this.#operation !== Operation.credential || this.#sockets.begunCredentials?.first !== task) return;
		this.end(at, error);
	}
	accepted(error: AtError | undefined): void {
		if (error !== undefined) {
			this.finish(error);
			return;
		}
		if (this.#operation === Operation.none) return;
		const { core } = this.#sockets;
		const dialect = core.driver.sockets!;
		core.timers.set(Timer.outcome, core.now + (this.#operation === Operation.resolve ? dialect.resolveWithinMs : dialect.openWithinMs));
	}
	/** The `outcome` timer. */
	outcomeMissed(): void {
		if (this.#operation === Operation.resolve && this.#sockets.resolutions.hasAnswer) {
			this.end(undefined, undefined);
			return;
		}
		if (this.#operation !== Operation.none) this.finish(NO_OUTCOME);
	}
	opened(socket: number, cause: number): void {
		if (this.#operation !== Operation.open || socket !== this.socket) return;
		if (cause === 0) this.end(undefined, undefined);
		else this.fail(cause);
	}
	resolving(count: number, cause: number): void {
		if (this.#operation !== Operation.resolve) return;
		if (cause !== 0 || count === 0) {
			this.fail(cause);
			return;
		}
		this.#awaited = count;
	}
	resolved(address: string): void {
		if (this.#operation !== Operation.resolve) return;
		this.#sockets.resolutions.note(address);
		if (--this.#awaited <= 0) this.end(undefined, undefined);
	}
	/** The module restarted or is being restarted while the outcome was awaited. */
	abandon(): void {
		this.idle();
	}
	private idle(): void {
		this.#operation = Operation.none;
		this.#slot = undefined;
		this.#user = undefined;
		this.#sockets.core.timers.clear(Timer.outcome);
	}
	private end(at: AtError | undefined, error: ModemError | undefined): void {
		const sockets = this.#sockets;
		const operation = this.#operation;
		const slot = this.#slot;
		const user = this.#user;
		this.idle();
		const isLost = at !== undefined && (isSilence(at) || isInterrupted(at));
		if (operation === Operation.resolve) sockets.resolutions.end(error);
		else if (operation === Operation.credential) sockets.credentials.ended(error);
		else if (slot !== undefined) this.slotEnded(operation, slot, user, at, error);
		sockets.core.ended(isLost ? at : undefined);
	}
	private slotEnded(
		operation: number,
		slot: Slot,
		user: SocketUser | undefined,
		at: AtError | undefined,
		error: ModemError | undefined,
	): void {
		const sockets = this.#sockets;
		switch (operation) {
			case Operation.close:
				free(slot);
				return;
			case Operation.open:
				slot.id = this.socket;
				opened(sockets, slot, error, at, sockets.core.now - sockets.core.lastUseMs);
				return;
			case Operation.send:
				datagramSent(sockets, slot, error, at);
				return;
			case Operation.receive:
				if (error === undefined) datagramFetched(sockets, slot, this.into, this.results);
				return;
			case Operation.write:
				streamSent(sockets, slot, user as StreamEndpoint, this.results, error);
				return;
			case Operation.read:
				streamFetched(sockets, slot, user as StreamEndpoint, this.results, error);
		}
	}
}

function isClosing(slot: Slot): boolean {
	return slot.state === "closing";
}
