import type { AtLine, Millis } from "../at/line.js";
import type { SecureSettings } from "./driver.js";
import { ModemError } from "./errors.js";
import { JobId } from "./job-id.js";
import type { Slot } from "./socket-slot.js";
import type { Sockets } from "./sockets.js";
import { StreamBuffer } from "./stream-buffer.js";

/** Who is told about a stream; called at the end of a turn, never from within a call, and nothing after `failed`. */
export interface StreamOwner {
	/** So many bytes wait to be read in all. */
	readable(byteCount: number): void;
	/** So many bytes may be written; the first time it says that the stream is connected. */
	writable(byteCount: number): void;
	/** It is over; `StreamEndpoint.error` says why. */
	failed(): void;
}
export interface StreamOptions {
	readonly kind: "tcp" | "tls";
	/** Text of an address, or a name that the module resolves. */
	readonly address: string;
	readonly port: number;
	readonly secure: SecureSettings | undefined;
	/** Bytes that may wait to be read; by the module's `receiveBytes` when undefined. */
	readonly receiveBytes: number | undefined;
}

/**
 * How often the application is told about bytes that keep coming. Moddable's HTTP client gave up with a call every millisecond and did not
 * with one every 20 (a measurement with that client); between them is an assumption.
 */
const READABLE_EVERY_MS = 20;
/** A connection waits this long for the network, and for the module to take its bytes (assumptions, the first as for datagrams). */
const CONNECT_WITHIN_MS = 120_000;
const PROGRESS_WITHIN_MS = 120_000;
/** After the module had no room (an assumption). */
const BUSY_MS = 250;
/** `more: true` holds bytes back this long at most, as TCP_CORK does (tcp(7)). */
const CORKED_MS = 200;
/** What was written before `close` may still go out for so long (an assumption). */
const DRAIN_WITHIN_MS = 10_000;
/** Clients write their whole first packet at the first `onWritable` and trust that it fits. */
const LEAST_WRITABLE = 1024;
const DEFAULT_RECEIVE_BYTES = 1024;
/** Twice what comes at once, so that one part is read while the next is on its way; and not so little that a module that pushes overruns it. */
const LEAST_RECEIVE_BYTES = 1024;
const NEVER = Number.POSITIVE_INFINITY;

/** "opening" lasts until the module has said what became of it; "ended": there is an error, and bytes may still wait to be read. */
type State = "waiting" | "opening" | "open" | "ended";

/** One connection of the application over TCP, with TLS or without, between the application's calls and the module's sockets. */
export class StreamEndpoint {
	#sockets: Sockets;
	readonly options: StreamOptions;
	owner: StreamOwner;
	slot: Slot | undefined = undefined;
	state: State = "waiting";
	/** Why it ended. */
	error: ModemError | undefined = undefined;
	closed = false;
	/** The first refusal may be about the number: the module may still hold it from before our start. */
	wasRefused = false;
	#received: StreamBuffer;
	#into: Uint8Array | undefined = undefined;
	#unsent: Uint8Array;
	#unsentBytes = 0;
	#chunk: Uint8Array | undefined = undefined;
	/** Since when it waits for the network or for the module to take bytes; when it drains, since the close. */
	#sinceMs: Millis;
	#busyUntilMs = 0;
	#corkedUntilMs = 0;
	#toldReadableMs = -READABLE_EVERY_MS;
	#hasNewBytes = false;
	#hasNewRoom = false;
	#isConnectTold = false;
	#isFailureTold = false;
	/** Bytes were lost: what comes after them is not wanted. */
	#hasGap = false;

	/** @throws ModemError "queueFull" when the module has no socket of this kind left */
	constructor(sockets: Sockets, options: StreamOptions, owner: StreamOwner) {
		sockets.streams.check(options.kind);
		const { capabilities, uart } = sockets.core.driver;
		const { value } = capabilities.receiveBytes;
		this.#sockets = sockets;
		this.options = options;
		this.owner = owner;
		const atOnce = typeof value === "number" ? value : DEFAULT_RECEIVE_BYTES;
		// Twice what stands on one line in digits is as long as the line.
		const pushed = sockets.pulls(options.kind) ? 0 : (uart.streamLineBytes ?? 0);
		this.#received = new StreamBuffer(options.receiveBytes ?? Math.max(LEAST_RECEIVE_BYTES, 2 * atOnce, pushed));
		this.#unsent = new Uint8Array(Math.max(LEAST_WRITABLE, 2 * sockets.sendBytes));
		this.#sinceMs = sockets.core.now;
		sockets.streams.add(this);
		sockets.core.want(JobId.socket);
	}
	get isStream(): true {
		return true;
	}
	get kind(): "tcp" | "tls" {
		return this.options.kind;
	}
	get secure(): SecureSettings | undefined {
		return this.options.secure;
	}

	// What the application does -----------------------------------------------------------------------------------
	get unread(): number {
		return this.#received.length;
	}
	get writable(): number {
		return this.state === "open" ? this.#unsent.length - this.#unsentBytes : 0;
	}
	/** Copies, to be sent at the end of the turn. @returns bytes still free */
	write(bytes: Uint8Array, more: boolean): number {
		if (this.state === "ended") return 0;
		if (this.state !== "open") throw new ModemError("notConnected", "not connected yet: write from the first onWritable on");
		const free = this.writable;
		if (bytes.length > free)
			throw new ModemError("queueFull", `${bytes.length} bytes: ${free} may be written now; write more after the next onWritable`);
		const { core } = this.#sockets;
		if (this.#unsentBytes === 0) this.#sinceMs = core.now;
		this.#unsent.set(bytes, this.#unsentBytes);
		this.#unsentBytes += bytes.length;
		if (!more) this.#corkedUntilMs = 0;
		else if (this.#corkedUntilMs <= core.now) this.#corkedUntilMs = core.now + CORKED_MS;
		core.want(JobId.socket);
		return free - bytes.length;
	}
	/** The first so many bytes, which must be there. */
	read(byteCount: number): ArrayBuffer {
		const bytes = this.#received.take(byteCount);
		this.wasRead();
		return bytes;
	}
	readInto(into: Uint8Array): void {
		this.#received.takeInto(into);
		this.wasRead();
	}
	readByte(): number {
		const byte = this.#received.takeByte();
		this.wasRead();
		return byte;
	}
	/** There is room for more, and an end that waited for this can be told. */
	private wasRead(): void {
		const { core } = this.#sockets;
		if (this.slot?.readable) core.want(JobId.socket);
		else if (this.error !== undefined) core.turn();
	}
	/** Another owner goes on with it, and is told what the state is. */
	takeOver(owner: StreamOwner): void {
		this.owner = owner;
		this.#hasNewBytes = this.unread > 0;
		this.#hasNewRoom = this.state === "open";
		this.#isConnectTold = this.#isFailureTold = false;
		this.#sockets.core.turn();
	}
	/** Nobody is told anything any more. What was written goes out first. */
	close(): void {
		if (this.closed) return;
		const { core } = this.#sockets;
		this.closed = true;
		this.#corkedUntilMs = 0;
		this.#sinceMs = core.now;
		if (this.state !== "open" || this.#unsentBytes === 0) this.release();
		core.want(JobId.socket);
	}
	/** Its socket is the module's to close, and it is forgotten. */
	private release(): void {
		this.closed = true;
		this.state = "ended";
		this.#sockets.removeStream(this);
	}

	// What the module says ----------------------------------------------------------------------------------------
	opened(): void {
		if (this.state !== "opening") return;
		this.state = "open";
		this.#hasNewRoom = true;
		this.#sockets.core.turn();
	}
	/** The module restarted: nothing of it is in the module any more. */
	moduleRestarted(): void {
		this.slot = undefined;
		if (this.#into !== undefined) this.fetched(0);
		this.end(new ModemError("unexpected", "the module restarted"));
	}
	/** It is over, for whatever reason; the first one counts. */
	end(error: ModemError): void {
		this.#chunk = undefined;
		if (this.state === "ended") return;
		this.state = "ended";
		this.error = error;
		this.#unsentBytes = 0;
		if (this.closed) this.release();
		this.#sockets.core.turn();
	}
	/** Bytes from the module did not come whole: what follows would not be what was sent. */
	lost(why: string): void {
		this.#hasGap = true;
		this.end(new ModemError("overflow", why));
		if (this.slot !== undefined) this.slot.state = "closing";
	}
	reserve(byteCount: number): Uint8Array | undefined {
		if (this.closed || this.#hasGap) return undefined;
		const room = this.#received.reserve(byteCount);
		if (room === undefined)
			this.lost(`${byteCount} bytes came and ${this.#received.free} had room: read faster, or give the socket a larger receiveBytes`);
		return room;
	}
	commit(): void {
		this.#hasNewBytes = true;
	}
	receiveHex(line: AtLine, index: number, byteCount: number): boolean {
		const room = this.reserve(byteCount);
		if (room === undefined) return this.closed;
		if (line.hexBytes(index, room) === byteCount) {
			this.commit();
			return true;
		}
		this.#received.unreserve(byteCount);
		this.lost("the module's data were malformed");
		return false;
	}

	// What the core does with it ----------------------------------------------------------------------------------
	get room(): number {
		return this.#received.free;
	}
	/** Where the bytes that are fetched go; `fetched` follows. */
	lend(most: number): void {
		this.#into = this.#received.lend(most);
	}
	get into(): Uint8Array {
		return this.#into!;
	}
	fetched(byteCount: number): void {
		this.#into = undefined;
		this.#received.filled(byteCount);
		if (byteCount > 0) this.#hasNewBytes = true;
	}
	/** Something is to be sent now. */
	isSendDue(now: Millis): boolean {
		if (this.state !== "open" || this.#unsentBytes === 0 || now < this.#busyUntilMs) return false;
		return now >= this.#corkedUntilMs || this.#unsentBytes >= this.#sockets.sendBytes;
	}
	/** What is sent next; it does not change until `taken`. */
	beginSend(): void {
		this.#chunk = this.#unsent.subarray(0, Math.min(this.#unsentBytes, this.#sockets.sendBytes));
	}
	get chunk(): Uint8Array {
		return this.#chunk!;
	}
	/** The module took so many bytes of the chunk; the whole of it when undefined. */
	taken(byteCount: number | undefined): void {
		const taken = Math.min(byteCount ?? NEVER, this.#chunk?.length ?? 0);
		this.#chunk = undefined;
		if (this.state !== "open") return;
		if (taken === 0) {
			this.busy();
			return;
		}
		this.#unsent.copyWithin(0, taken, this.#unsentBytes);
		this.#unsentBytes -= taken;
		this.#sinceMs = this.#sockets.core.now;
		this.#hasNewRoom = true;
		if (this.closed && this.#unsentBytes === 0) this.release();
	}
	/** The module has no room now. */
	busy(): void {
		this.#chunk = undefined;
		this.#busyUntilMs = this.#sockets.core.now + BUSY_MS;
	}
	/** When something is to be done without anything having come: tried again, told, or given up. */
	dueMs(now: Millis): Millis {
		if (this.state === "waiting") return this.#sinceMs + CONNECT_WITHIN_MS;
		let due = NEVER;
		// A command in flight has a bound of its own.
		if (this.state === "open" && this.#unsentBytes > 0 && this.#chunk === undefined) {
			due = this.#sinceMs + (this.closed ? DRAIN_WITHIN_MS : PROGRESS_WITHIN_MS);
			const nextTry = Math.max(this.#busyUntilMs, this.#corkedUntilMs);
			if (nextTry > now) due = Math.min(due, nextTry);
		}
		return this.#hasNewBytes && !this.closed ? Math.min(due, this.#toldReadableMs + READABLE_EVERY_MS) : due;
	}
	due(now: Millis): void {
		if (this.state === "waiting" && now >= this.#sinceMs + CONNECT_WITHIN_MS)
			this.end(new ModemError("notConnected", `no connection to the network within ${CONNECT_WITHIN_MS / 1000} s`));
		else if (this.state === "open" && this.#unsentBytes > 0 && this.#chunk === undefined) {
			if (this.closed && now >= this.#sinceMs + DRAIN_WITHIN_MS) this.release();
			else if (now >= this.#sinceMs + PROGRESS_WITHIN_MS) {
				this.end(new ModemError("timeout", `the module took nothing for ${PROGRESS_WITHIN_MS / 1000} s`));
				if (this.slot !== undefined) this.slot.state = "closing";
			} else this.#sockets.core.want(JobId.socket);
		}
	}
	/** Called at the end of a turn. */
	announce(now: Millis): void {
		const { core } = this.#sockets;
		if (!this.#isConnectTold && this.#hasNewRoom) {
			this.#isConnectTold = true;
			core.guard(this, tellWritable);
		}
		if (this.#hasNewBytes && !this.closed && now >= this.#toldReadableMs + READABLE_EVERY_MS) {
			this.#hasNewBytes = false;
			this.#toldReadableMs = now;
			if (this.unread > 0) core.guard(this, tellReadable);
		}
		if (this.#hasNewRoom && !this.closed) core.guard(this, tellWritable);
		// Bytes that the module still keeps come before the end.
		if (this.error === undefined || this.#isFailureTold || this.closed || this.unread > 0 || this.isFetchable) return;
		this.#isFailureTold = true;
		core.guard(this, tellFailed);
	}
	private get isFetchable(): boolean {
		return this.slot !== undefined && this.slot.state === "open" && (this.slot.readable || this.#into !== undefined);
	}
	/** @internal */
	tellWritable(): void {
		this.#hasNewRoom = false;
		if (this.state === "open") this.owner.writable(this.writable);
	}
}

function tellWritable(this: StreamEndpoint): void {
	this.tellWritable();
}
function tellReadable(this: StreamEndpoint): void {
	this.owner.readable(this.unread);
}
function tellFailed(this: StreamEndpoint): void {
	this.owner.failed();
}
