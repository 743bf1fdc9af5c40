import type { ModuleCore } from "../../modem/core.js";
import { hexOf, textOf } from "../../modem/text.js";
import type { Flow, FlowListener, FlowOptions } from "../../network/ue.js";
import { lteError } from "./lte-errors.js";

export type Service = "TCP" | "UDP" | "TLS";
/** 0: the module keeps what arrives until it is read; 1: it is pushed. */
export type Access = 0 | 1;

/** What the TCP/IP and the TLS commands say differently. */
export interface SocketWords {
	readonly urc: "+QIURC" | "+QSSLURC";
	readonly opened: "+QIOPEN" | "+QSSLOPEN";
	readonly read: "+QIRD" | "+QSSLRECV";
	/** A send of nothing asks for the counters; undefined: it is refused. */
	readonly counters: "+QISEND" | undefined;
}

/** How pushed data looks. */
export interface PushFormat {
	readonly hexadecimal: boolean;
	/** Data behind the header in one line; otherwise in the next. */
	readonly oneLine: boolean;
}

export interface SocketTarget {
	readonly id: number;
	readonly service: Service;
	readonly context: number;
	readonly host: string;
	readonly port: number;
	readonly localPort: number;
	readonly access: Access;
	/** For TLS: the SSL context that it was opened with. */
	readonly sslContext?: number;
}

/** Receive buffer of one socket; Quectel's documents give none for these modules: assumption. */
const receiveBytes = 10_240;
/** What the module takes over from the host before the peer confirmed it; assumption. */
const sendBytes = 10_240;
/** Of one datagram or one pushed piece (both drivers in the reference send no more). */
export const longestData = 1460;
/** Transcript 10: the result follows OK by 125 ms, of which the network takes the most. */
const openedMs = 20;
const openMs = 150_000;
const sendOkMs = 20;

/** One connection of the module's stack, whatever commands it was opened with. */
export class LteSocket {
	readonly target: SocketTarget;
	/** As `+QISTATE` numbers it: 1 opening, 2 connected, 4 closing or closed by the other side. */
	state: 1 | 2 | 4 = 1;
	sentBytes = 0;
	ackedBytes = 0;
	receivedBytes = 0;
	readBytes = 0;
	readonly #core: ModuleCore;
	readonly #words: SocketWords;
	readonly #format: () => PushFormat;
	/** Datagrams apart, a stream in pieces. */
	#waiting: Uint8Array[] = [];
	#announced = false;
	#flow: Flow | undefined;
	#abandoned = false;

	constructor(core: ModuleCore, words: SocketWords, format: () => PushFormat, target: SocketTarget) {
		this.#core = core;
		this.#words = words;
		this.#format = format;
		this.target = target;
	}

	get localPort(): number {
		return this.#flow?.localPort ?? 0;
	}

	/** @param ended with 0 or the error of `+QIOPEN`; at most once. */
	open(options: FlowOptions, ended: (error: number) => void): void {
		const core = this.#core;
		const { service, context, host, port, localPort, access } = this.target;
		let over = false;
		const end = (error: number): void => {
			if (over || this.#abandoned) return;
			over = true;
			core.cancel(timer);
			if (error === lteError.none) this.state = 2;
			else this.abandon();
			ended(error);
		};
		const timer = core.after(openMs, () => end(lteError.timeout));
		const window = service === "UDP" || access === 1 ? {} : { windowBytes: receiveBytes };
		const kind = service === "TLS" ? "tls" : service === "TCP" ? "tcp" : "udp";
		const listener: FlowListener = {
			opened: () => core.after(openedMs, () => end(lteError.none)),
			failed: why => end(openError(why, host)),
			sent: (bytes, ok) => {
				if (ok) this.ackedBytes += bytes;
			},
			received: bytes => this.#received(bytes),
			closed: () => {
				if (!over) end(lteError.connectFailed);
				else this.#closedByPeer();
			},
		};
		this.#flow = core.ue.openFlow(kind, context, host, port, localPort, listener, { ...options, ...window });
	}

	/** "fail": no room, the same data may be tried again later. */
	send(data: Uint8Array, done: (result: "ok" | "fail") => void): void {
		const core = this.#core;
		const room = this.target.service === "UDP" || this.sentBytes - this.ackedBytes + data.length <= sendBytes;
		const late = core.faults.number("late-send-ok", "delayMs");
		if (room) {
			this.sentBytes += data.length;
			if (!core.faults.has("stale-context")) this.#flow?.send(data);
		}
		if (!core.faults.has("lost-send-ok")) core.after(sendOkMs + late, () => done(room ? "ok" : "fail"));
	}

	/** Up to so many bytes, of one datagram at most. */
	read(limit: number): Uint8Array {
		const taken = this.target.service === "UDP" ? this.#takeDatagram(limit) : this.#takeStream(limit);
		this.readBytes += taken.length;
		if (this.#waiting.length === 0) this.#announced = false;
		if (taken.length > 0 && this.target.service !== "UDP") this.#flow?.consumed(taken.length);
		return taken;
	}

	get unreadBytes(): number {
		return this.#waiting.reduce((sum, piece) => sum + piece.length, 0);
	}

	/** By the host, by the network, or because it never opened: nothing is said. */
	abandon(): void {
		if (this.#abandoned) return;
		this.#abandoned = true;
		this.state = 4;
		this.#flow?.close();
	}

	/** The far end is gone, for the fault of that name. */
	drop(): void {
		this.#flow?.close();
		this.#closedByPeer();
	}

	#closedByPeer(): void {
		if (this.#abandoned || this.state !== 2) return;
		this.state = 4;
		this.#core.urc(`\r\n${this.#words.urc}: "closed",${this.target.id}\r\n`);
	}

	#received(bytes: Uint8Array): void {
		const core = this.#core;
		if (this.state !== 2 || core.faults.has("stale-context") || bytes.length === 0) return;
		this.receivedBytes += bytes.length;
		if (this.target.access === 1) {
			for (let at = 0; at < bytes.length; at += longestData) this.#push(bytes.subarray(at, at + longestData));
			if (this.target.service !== "UDP") this.#flow?.consumed(bytes.length);
		} else {
			// A datagram that finds no room is lost, as with any socket; a stream never sends more than the window.
			if (this.target.service === "UDP" && this.unreadBytes + bytes.length > receiveBytes) return;
			this.#waiting.push(bytes.slice());
			if (!this.#announced) core.urc(`\r\n${this.#words.urc}: "recv",${this.target.id}\r\n`);
			// Not again before the host has read everything (the vendor's TCP/IP note for its LPWA modules).
			this.#announced = true;
		}
		core.sleep.activity();
	}

	#push(bytes: Uint8Array): void {
		const { hexadecimal, oneLine } = this.#format();
		const header = `\r\n${this.#words.urc}: "recv",${this.target.id},${bytes.length}`;
		this.#core.urc(`${header}${oneLine ? "," : "\r\n"}${hexadecimal ? hexOf(bytes) : textOf(bytes)}\r\n`);
	}

	/** What does not fit the host's wish stays for the next command: assumption, a real module may drop it. */
	#takeDatagram(limit: number): Uint8Array {
		const first = this.#waiting.shift();
		if (!first) return new Uint8Array(0);
		if (first.length > limit) this.#waiting.unshift(first.slice(limit));
		return first.slice(0, limit);
	}

	#takeStream(limit: number): Uint8Array {
		const taken: number[] = [];
		while (taken.length < limit && this.#waiting.length > 0) {
			const piece = this.#waiting[0]!;
			const count = Math.min(piece.length, limit - taken.length);
			for (const byte of piece.subarray(0, count)) taken.push(byte);
			if (count === piece.length) this.#waiting.shift();
			else this.#waiting[0] = piece.subarray(count);
		}
		return Uint8Array.from(taken);
	}
}

/** A handshake that failed has no number of its own in any list at hand: connect failed (inferred). */
function openError(why: Parameters<FlowListener["failed"]>[0], host: string): number {
	if (why === "timeout") return lteError.timeout;
	if (why === "no-context") return lteError.contextOpen;
	return why === "unreachable" && !/^[\d.]+$|:/.test(host) ? lteError.dnsFailed : lteError.connectFailed;
}
