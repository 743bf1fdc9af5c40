import { FLOW_STOPPED, Message, Replies } from "./control.js";
import { FrameDecoder, type FrameSink } from "./decoder.js";
import { COMMAND, Control, POLL } from "./frame.js";
import { Outgoing, TEST_VALUE } from "./outgoing.js";

type Millis = number;

/**
 * Why a session is over. "left": as was asked. "unanswered": it never began. "refused": the module would not open the first connection.
 * "closed": the module ended it. "silent": the module no longer speaks frames.
 */
export type SessionEnd = "left" | "unanswered" | "refused" | "closed" | "silent";

/** Whose bytes go through the connections; called from the session's own calls, and must not throw. */
export interface SessionOwner {
	/** A view, valid inside the call. */
	received(dlci: number, bytes: Uint8Array): void;
	/** Up to `limit` bytes for a connection, a view that is valid until the next call; undefined when there are none. */
	supply(dlci: number, limit: number): Uint8Array | undefined;
	/** The first connection is open and the others have been tried. */
	opened(): void;
	/** A connection other than the first is not to be had, or no longer. */
	withdrawn(dlci: number): void;
	/** The line carries plain text from here on. */
	ended(why: SessionEnd): void;
	/** A line of text outside of frames. */
	text(line: Uint8Array): void;
}

/** TS 27.010 5.7: 100 ms for T1 and 300 ms for T2 are its defaults. A module that has just answered `+CMUX` is given more: an assumption. */
const T1_MS = 500;
const T2_MS = 300;
/** Times that a command is sent again (N2). */
const RETRANSMISSIONS = 3;
/** Data without a frame in return, before the module is asked whether it still multiplexes (an assumption: an `AT` is answered sooner). */
const QUIET_MS = 3000;

const State = Object.freeze({ closed: 0, opening: 1, open: 2, leaving: 3 } as const);
type State = (typeof State)[keyof typeof State];
/** The one command of ours that is under way. */
const Request = Object.freeze({ none: 0, sabm: 1, test: 2, closeDown: 3 } as const);
type Request = (typeof Request)[keyof typeof Request];
const NEVER = Number.POSITIVE_INFINITY;

/**
 * One session of TS 27.010, basic option, as the station that opens it. Bytes and time go in; bytes and a deadline come out. The connections
 * are opened one after the other, DLCI 0 first; each wait has a bound. Framing recovers by itself; data do not: what is lost in the
 * information of a frame is lost, and what is garbled there cannot be seen.
 */
export class MultiplexSession implements FrameSink {
	readonly #owner: SessionOwner;
	readonly #frameBytes: number;
	/** DLCI 0 and those of the owner. */
	readonly #dlcis: readonly number[];
	readonly #decoder: FrameDecoder;
	readonly #replies = new Replies();
	readonly #out: Outgoing;
	#state: State = State.closed;
	/** Of the connection that is being opened. */
	#index = 0;
	/** Bits by index in `#dlcis`. */
	#openMask = 0;
	#stoppedMask = 0;
	#statusDueMask = 0;
	/** A DISC of the module's that UA or DM is to answer: the whole address, and 0 when there is none. */
	#answerAddress = 0;
	#answerControl = 0;
	#isAllStopped = false;
	#request: Request = Request.none;
	/** The request is still to be written. */
	#isRequestDue = false;
	#tries = 0;
	#requestDueMs: Millis = NEVER;
	/** Since when data have gone out without a frame in return. */
	#unansweredMs: Millis = NEVER;
	#now: Millis = 0;

	/**
	 * @param dlcis the owner's connections, 1 to 61; without the first there is no session
	 * @param frameBytes N1, the same both ways
	 */
	constructor(owner: SessionOwner, dlcis: readonly number[], frameBytes: number) {
		this.#owner = owner;
		this.#frameBytes = frameBytes;
		this.#dlcis = [0, ...dlcis];
		this.#decoder = new FrameDecoder(frameBytes, this);
		this.#out = new Outgoing(frameBytes);
	}
	get isClosed(): boolean {
		return this.#state === State.closed;
	}
	/** Data pass: the owner is asked for them. */
	get isOpen(): boolean {
		return this.#state === State.open;
	}
	isConnected(dlci: number): boolean {
		const index = this.#dlcis.indexOf(dlci);
		return index >= 0 && (this.#openMask & (1 << index)) !== 0;
	}
	/** Frames given up so far. */
	get garbled(): number {
		return this.#decoder.garbled;
	}

	/** The module has taken `+CMUX`. */
	begin(now: Millis): void {
		this.forget();
		this.#now = now;
		this.#state = State.opening;
		this.#index = 0;
		this.ask(Request.sabm, T1_MS);
	}
	/** Closes the multiplexer down; `ended` follows within a bounded time. */
	leave(now: Millis): void {
		if (this.#state === State.closed || this.#state === State.leaving) return;
		this.#now = now;
		this.#state = State.leaving;
		this.ask(Request.closeDown, T2_MS);
	}
	/** Something makes one doubt that the module still multiplexes: it is asked. */
	suspect(now: Millis): void {
		if (this.#state !== State.open || this.#request !== Request.none) return;
		this.#now = now;
		this.ask(Request.test, T2_MS);
	}
	/** Without a word: the module is known to be off. */
	forget(): void {
		this.#state = State.closed;
		this.#decoder.reset();
		this.#replies.clear();
		this.#out.clear();
		this.#openMask = 0;
		this.#stoppedMask = 0;
		this.#statusDueMask = 0;
		this.#answerAddress = 0;
		this.#isAllStopped = false;
		this.settled();
	}
	receive(bytes: Uint8Array, now: Millis): void {
		this.#now = now;
		if (this.#state !== State.closed) this.#decoder.receive(bytes, now);
	}
	/** What to write next, at most `limit` bytes; a view, valid until the next call. */
	transmit(limit: number, now: Millis): Uint8Array | undefined {
		this.#now = now;
		if (limit <= 0 || this.#state === State.closed) return undefined;
		if (this.#out.isEmpty) this.next();
		return this.#out.isEmpty ? undefined : this.#out.take(limit);
	}
	get deadline(): Millis | undefined {
		if (this.#state === State.closed) return undefined;
		const frame = this.#decoder.deadline ?? NEVER;
		const at = Math.min(frame, this.#requestDueMs, this.quietDueMs);
		return at === NEVER ? undefined : at;
	}
	expire(now: Millis): void {
		this.#now = now;
		if (this.#state === State.closed) return;
		this.#decoder.expire(now);
		if (now >= this.#requestDueMs) this.unanswered();
		else if (now >= this.quietDueMs) this.suspect(now);
	}
	private get quietDueMs(): Millis {
		return this.#state === State.open && this.#request === Request.none ? this.#unansweredMs + QUIET_MS : NEVER;
	}

	// What goes out -------------------------------------------------------------------------------------------------
	/** Writes the next frame, if there is one. */
	private next(): void {
		const out = this.#out;
		if (this.#answerAddress !== 0) {
			out.answer(this.#answerAddress, this.#answerControl);
			this.#answerAddress = 0;
		} else if (this.#isRequestDue) this.writeRequest();
		else if (!this.#replies.isEmpty) out.reply(this.#replies);
		else if (this.#statusDueMask !== 0) this.writeStatus();
		else if (this.#state === State.open && !this.#isAllStopped) this.writeData();
	}
	private writeRequest(): void {
		this.#isRequestDue = false;
		if (this.#request === Request.sabm) this.#out.sabm(this.#dlcis[this.#index]!);
		else if (this.#request === Request.closeDown) this.#out.closeDown();
		else this.#out.test();
	}
	private writeStatus(): void {
		let index = 0;
		while ((this.#statusDueMask & (1 << index)) === 0) index++;
		this.#statusDueMask &= ~(1 << index);
		this.#out.status(this.#dlcis[index]!);
	}
	private writeData(): void {
		const dlcis = this.#dlcis;
		for (let index = 1; index < dlcis.length; index++) {
			if ((this.#openMask & ~this.#stoppedMask & (1 << index)) === 0) continue;
			const dlci = dlcis[index]!;
			const bytes = this.#owner.supply(dlci, this.#frameBytes);
			if (bytes === undefined || bytes.length === 0) continue;
			if (this.#unansweredMs === NEVER) this.#unansweredMs = this.#now;
			this.#out.data(dlci, bytes);
			return;
		}
	}

	// Requests ------------------------------------------------------------------------------------------------------
	private ask(request: Request, withinMs: Millis): void {
		this.#request = request;
		this.#isRequestDue = true;
		this.#tries = 0;
		this.#requestDueMs = this.#now + withinMs;
	}
	private settled(): void {
		this.#request = Request.none;
		this.#isRequestDue = false;
		this.#requestDueMs = NEVER;
		this.#unansweredMs = NEVER;
	}
	private unanswered(): void {
		if (this.#tries < RETRANSMISSIONS) {
			this.#tries++;
			this.#isRequestDue = true;
			this.#requestDueMs = this.#now + (this.#request === Request.sabm ? T1_MS : T2_MS);
			return;
		}
		if (this.#state === State.leaving) this.end("left");
		else if (this.#state === State.open) this.end("silent");
		else if (this.#index <= 1) this.end("unanswered");
		else this.openNext(false);
	}
	/** The connection that was being opened is open, or is not to be had. */
	private openNext(isOpen: boolean): void {
		const index = this.#index;
		this.settled();
		if (isOpen) {
			this.#openMask |= 1 << index;
			if (index > 0) this.#statusDueMask |= 1 << index;
		} else if (index <= 1) {
			this.end("refused");
			return;
		} else this.#owner.withdrawn(this.#dlcis[index]!);
		this.#index = index + 1;
		if (index + 1 < this.#dlcis.length) {
			this.ask(Request.sabm, T1_MS);
			return;
		}
		this.#state = State.open;
		this.#owner.opened();
	}
	private end(why: SessionEnd): void {
		this.forget();
		this.#owner.ended(why);
	}

	// What comes in -------------------------------------------------------------------------------------------------
	/** The decoder. @internal */
	frame(address: number, control: number, bytes: Uint8Array, begin: number, end: number): void {
		if (this.#state === State.closed) return;
		const dlci = address >> 2;
		const index = this.#dlcis.indexOf(dlci);
		switch (control & ~POLL) {
			case Control.ua:
			case Control.dm:
				this.response(index, (control & ~POLL) === Control.ua);
				return;
			case Control.disc:
				this.disconnected(address, index);
				return;
			case Control.sabm:
				// Ours that came back, from a module that echoes what it does not understand; or a connection that nobody here wants.
				if (index < 0) this.answer(address, Control.dm);
				return;
			default:
				this.information(address, index, bytes, begin, end);
		}
	}
	/** The decoder. @internal */
	text(bytes: Uint8Array, length: number): void {
		if (this.#state === State.open) this.#owner.text(bytes.subarray(0, length));
	}
	/** UA or DM. */
	private response(index: number, isYes: boolean): void {
		if (index < 0) return;
		if (this.#request === Request.sabm) {
			if (index === this.#index) this.openNext(isYes);
			return;
		}
		this.alive();
		if (!isYes) this.lost(index);
	}
	private disconnected(address: number, index: number): void {
		const isOpen = index >= 0 && (this.#openMask & (1 << index)) !== 0;
		this.answer(address, isOpen ? Control.ua : Control.dm);
		if (isOpen) this.lost(index);
	}
	/** A connection that was open is no longer. */
	private lost(index: number): void {
		const bit = 1 << index;
		if ((this.#openMask & bit) === 0) return;
		if (index <= 1) {
			this.end(this.#state === State.leaving ? "left" : "closed");
			return;
		}
		this.#openMask &= ~bit;
		this.#owner.withdrawn(this.#dlcis[index]!);
	}
	/** With the address as it came: a response has the command's C/R. */
	private answer(address: number, control: number): void {
		this.#answerAddress = address;
		this.#answerControl = control;
	}
	private information(address: number, index: number, bytes: Uint8Array, begin: number, end: number): void {
		// What has the bit of our own commands may be our own, sent back by a module in plain mode that echoes.
		if ((address & COMMAND) === 0) this.alive();
		if (index === 0) this.control(bytes, begin, end);
		else if (index > 0 && (this.#openMask & (1 << index)) !== 0) this.#owner.received(this.#dlcis[index]!, bytes.subarray(begin, end));
	}
	/** It still speaks frames. */
	private alive(): void {
		if (this.#request === Request.test || this.#request === Request.none) this.settled();
	}
	/** One or several messages of DLCI 0. */
	private control(bytes: Uint8Array, begin: number, end: number): void {
		let at = begin;
		while (at + 2 <= end && this.#state !== State.closed) {
			const next = at + 2 + (bytes[at + 1]! >> 1);
			if ((bytes[at + 1]! & 1) === 0 || next > end) return;
			if ((bytes[at]! & COMMAND) === 0) this.controlResponse(bytes, at, next);
			else this.controlCommand(bytes, at, next);
			at = next;
		}
	}
	private controlResponse(bytes: Uint8Array, at: number, next: number): void {
		const type = bytes[at]!;
		this.alive();
		if (this.#state !== State.leaving) return;
		const isRefusal = type === Message.notSupported && next > at + 2 && (bytes[at + 2]! & ~COMMAND) === Message.closeDown;
		if (type === Message.closeDown || isRefusal) this.end("left");
	}
	private controlCommand(bytes: Uint8Array, at: number, next: number): void {
		const type = bytes[at]! & ~COMMAND;
		switch (type) {
			case Message.test:
				// Our own, come back.
				if (this.#request === Request.test && bytes[at + 2] === TEST_VALUE) return;
				break;
			case Message.modemStatus:
				if (next > at + 3) this.flow(bytes[at + 2]! >> 2, (bytes[at + 3]! & FLOW_STOPPED) !== 0);
				break;
			case Message.flowOff:
			case Message.flowOn:
				this.#isAllStopped = type === Message.flowOff;
				break;
			case Message.closeDown:
				if (this.#request === Request.closeDown) return;
				this.end("closed");
				return;
			case Message.parameters:
			case Message.powerSaving:
			case Message.remoteLineStatus:
				break;
			default:
				this.#replies.notSupported(bytes[at]!);
				return;
		}
		this.#replies.echo(bytes, at, next);
	}
	private flow(dlci: number, isStopped: boolean): void {
		const index = this.#dlcis.indexOf(dlci);
		if (index < 0) return;
		if (isStopped) this.#stoppedMask |= 1 << index;
		else this.#stoppedMask &= ~(1 << index);
	}
}
