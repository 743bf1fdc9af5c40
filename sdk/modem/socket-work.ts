import type { AtError } from "../at/errors.js";
import type { Family, Release, SocketDialect, SocketTask } from "./driver.js";
import { isInterrupted, isSilence, ModemError, modemError } from "./errors.js";
import { type Datagram, free, type Slot } from "./socket-slot.js";
import type { Sockets } from "./sockets.js";
import { Timer } from "./timers.js";

const Operation = Object.freeze({ none: 0, open: 1, send: 2, close: 3, receive: 4, resolve: 5 });
const DEFAULT_RECEIVE_BYTES = 1024;
/** TS 27.007 has no UDP; a module that says nothing at all about an outcome has lost it. */
const NO_OUTCOME: AtError = Object.freeze({ code: "error", text: "no outcome was reported", command: "", afterMs: 0 });

/** The one piece of work that the dialect has in hand. */
export class SocketWork implements SocketTask {
	#sockets: Sockets;
	#operation: number = Operation.none;
	#slot: Slot | undefined = undefined;
	#awaited = 0;
	#into: Uint8Array | undefined = undefined;
	socket = -1;
	localPort = 0;
	received = 0;
	remaining: number | undefined = undefined;
	fromAddress: string | undefined = undefined;
	fromPort = 0;
	taken: number | undefined = undefined;
	constructor(sockets: Sockets) {
		this.#sockets = sockets;
	}
	get kind(): "udp" {
		return "udp";
	}
	get secure(): undefined {
		return undefined;
	}
	get address(): string {
		return this.#operation === Operation.resolve ? this.#sockets.resolutions.host : (this.#slot?.address ?? "");
	}
	get port(): number {
		return this.#slot?.port ?? 0;
	}
	get cid(): number {
		return this.#sockets.core.settings.cid;
	}
	get family(): Family {
		return this.#sockets.resolutions.family;
	}
	/** What is sent is the oldest datagram. */
	get data(): Uint8Array {
		return this.#sockets.first?.data ?? new Uint8Array(0);
	}
	get release(): Release {
		return this.#sockets.first?.release ?? "none";
	}
	/** Made with the first datagram that is to be fetched. */
	get into(): Uint8Array {
		const { value } = this.#sockets.core.driver.capabilities.receiveBytes;
		this.#into ??= new Uint8Array(typeof value === "number" ? value : DEFAULT_RECEIVE_BYTES);
		return this.#into;
	}
	get isSending(): boolean {
		return this.#operation === Operation.send;
	}
	/** Begins the most urgent piece of work; false when there is none after all. */
	start(): boolean {
		const { core, slots } = this.#sockets;
		const dialect = core.driver.sockets;
		if (dialect === undefined) return this.unsupported();
		for (let i = 0; i < slots.length; i++) if (slots[i]!.state === "closing") return this.close(dialect, slots[i]!);
		for (let i = 0; i < slots.length; i++) if (slots[i]!.readable && dialect.receive !== undefined) return this.receive(dialect, slots[i]!);
		if (!core.isConnected) return false;
		if (this.#sockets.begunResolutions?.waiting) return this.resolve(dialect);
		const datagram = this.#sockets.head;
		if (datagram === undefined) return false;
		const slot = this.#sockets.slotFor(datagram);
		// Where an error would not say whether the datagram went out, a socket that may be gone is not tried.
		if (slot?.state === "stale" && !dialect.errorMeansNotSent) slot.state = "closing";
		if (slot === undefined || slot.state === "closing") return this.start();
		return slot.state === "free" ? this.open(dialect, slot, datagram) : this.send(dialect, slot);
	}
	private begin(operation: number, slot: Slot): void {
		this.#operation = operation;
		this.#slot = slot;
		this.socket = slot.id;
	}
	private unsupported(): boolean {
		const error = new ModemError("notSupported", "this driver has no sockets");
		while (this.#sockets.head !== undefined) this.#sockets.drop(error);
		this.#sockets.begunResolutions?.failAll();
		return false;
	}
	private open(dialect: SocketDialect, slot: Slot, datagram: Datagram): true {
		const endpoint = datagram.endpoint!;
		slot.address = datagram.address;
		slot.port = datagram.port;
		// Only one of an endpoint's sockets can have its port.
		this.localPort = this.#sockets.slots.some(other => other.endpoint === endpoint && other !== slot) ? 0 : endpoint.localPort;
		slot.endpoint = endpoint;
		slot.id = dialect.firstSocket + slot.index;
		this.begin(Operation.open, slot);
		dialect.open(this.#sockets.core.channel, this);
		return true;
	}
	private send(dialect: SocketDialect, slot: Slot): true {
		this.begin(Operation.send, slot);
		dialect.send(this.#sockets.core.channel, this);
		return true;
	}
	private close(dialect: SocketDialect, slot: Slot): true {
		this.begin(Operation.close, slot);
		dialect.close(this.#sockets.core.channel, this);
		return true;
	}
	private receive(dialect: SocketDialect, slot: Slot): true {
		this.begin(Operation.receive, slot);
		slot.readable = false;
		this.received = 0;
		dialect.receive!(this.#sockets.core.channel, this);
		return true;
	}
	private resolve(dialect: SocketDialect): boolean {
		const { resolutions, core } = this.#sockets;
		if (dialect.resolve === undefined) {
			resolutions.failAll();
			return false;
		}
		this.#operation = Operation.resolve;
		this.#slot = undefined;
		this.#awaited = 0;
		resolutions.begin(core.addresses.preferred ?? "ipv4");
		dialect.resolve(core.channel, this);
		return true;
	}

	// SocketTask: how the dialect ends it ------------------------------------------------------------------------
	finish(error: AtError | undefined): void {
		if (this.#operation === Operation.none) return;
		this.end(error, error === undefined ? undefined : modemError(error));
	}
	fail(causeNumber: number, name?: string): void {
		if (this.#operation === Operation.none) return;
		const known = name ?? this.#sockets.core.driver.sockets?.causes?.[causeNumber];
		const what = this.#operation === Operation.resolve ? "resolve" : "socket";
		const message = `the module refused (cause ${causeNumber}${known === undefined ? "" : `, ${known}`})`;
		this.end(undefined, new ModemError(what, message, { causeNumber }));
	}
	busy(): void {
		this.fail(0, "the module has no room for it");
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
		this.#operation = Operation.none;
		this.#sockets.core.timers.clear(Timer.outcome);
	}
	private end(at: AtError | undefined, error: ModemError | undefined): void {
		const { core } = this.#sockets;
		const operation = this.#operation;
		const slot = this.#slot;
		this.#operation = Operation.none;
		this.#slot = undefined;
		core.timers.clear(Timer.outcome);
		const isLost = at !== undefined && (isSilence(at) || isInterrupted(at));
		if (operation === Operation.resolve) this.#sockets.resolutions.end(error);
		else if (slot !== undefined) {
			if (operation === Operation.close) free(slot);
			else if (operation === Operation.open) this.openEnded(slot, error, at);
			else if (operation === Operation.send) this.sent(slot, error, at);
			else if (operation === Operation.receive && error === undefined) this.fetched(slot);
		}
		core.ended(isLost ? at : undefined);
	}
	private openEnded(slot: Slot, error: ModemError | undefined, at: AtError | undefined): void {
		const datagram = this.#sockets.head;
		slot.id = this.socket;
		if (error === undefined) {
			if (datagram !== undefined) datagram.refusedOpens = 0;
			slot.state = slot.endpoint === undefined || slot.endpoint.closed ? "closing" : "open";
			this.#sockets.used(slot);
			return;
		}
		if (at !== undefined && isInterrupted(at)) {
			free(slot);
			return;
		}
		// The number may still be in use in the module, from before its sleep or ours.
		slot.state = "closing";
		if (datagram === undefined || (at !== undefined && isSilence(at))) return;
		if (datagram.refusedOpens++ > 0) {
			if (datagram.address.includes(":")) this.#sockets.core.addresses.refuseIpv6(`the module refused an IPv6 socket (${error.message})`);
			this.#sockets.drop(error);
		}
	}
	private sent(slot: Slot, error: ModemError | undefined, at: AtError | undefined): void {
		const sockets = this.#sockets;
		if (error === undefined) {
			if (slot.state === "stale") slot.state = "open";
			sockets.drop(undefined);
			sockets.used(slot);
			return;
		}
		// The module restarted: sent or not, the datagram goes out again when there is a connection; receivers know duplicates.
		if (at !== undefined && isInterrupted(at)) return;
		if (slot.state !== "free") slot.state = "closing";
		const datagram = sockets.head;
		const mayResend = at !== undefined && !isSilence(at) && sockets.core.driver.sockets?.errorMeansNotSent === true;
		if (datagram === undefined) return;
		if (mayResend && !datagram.isSecondTry) datagram.isSecondTry = true;
		else sockets.drop(error);
	}
	private fetched(slot: Slot): void {
		const room = this.received === 0 ? undefined : slot.endpoint?.reserve(this.received, slot.address, slot.port);
		if (room === undefined) return;
		room.set(this.into.subarray(0, this.received));
		slot.endpoint!.commit();
	}
}
