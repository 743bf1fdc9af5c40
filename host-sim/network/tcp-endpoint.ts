import type { Clock } from "../clock/clock.js";
import { Alarms } from "./alarms.js";
import type { Assumption } from "./assumptions.js";
import { bareSegment, ReceiveBuffer, type Segment, SendBuffer } from "./tcp-segment.js";

/** The side of a connection that an endpoint stands on. */
export interface TcpOwner {
	/** Puts a segment on its way. `left` once it has left this side's own link, whatever becomes of it: the timer starts there. */
	transmit(segment: Segment, left: () => void): void;
	established(): void;
	/** In order, once; the owner's to keep. */
	deliver(bytes: Uint8Array): void;
	/** The peer's FIN, after the last byte. */
	ended(): void;
	/** So many payload bytes in all are in the peer's hands. */
	acknowledged(total: number): void;
	/** Over without an orderly end, once. */
	lost(why: "refused" | "reset" | "timeout"): void;
	/** Both sides have closed and know it. */
	finished(): void;
}
export interface TcpSettings {
	readonly mssBytes: number;
	/** How much the receiver holds before `consumed`; nothing has to be consumed when absent. */
	readonly windowBytes?: number | undefined;
	/** Without progress for so long the connection is lost (RFC 9293 3.8.3, R2). */
	readonly giveUpMs: number;
	readonly delayedAckMs: number;
}

/** RFC 9293 3.8.3 asks for at least 100 s of a data segment. */
export const DEVICE_GIVE_UP_MS = 120_000;
/** Linux, ip-sysctl tcp_retries2: the default of 15 retransmissions is a hypothetical timeout of 924.6 s. */
export const HOST_GIVE_UP_MS = 924_600;
/** BSD's limit for a connection that is not answered (TCP/IP Illustrated 2, 25.6). */
const CONNECT_GIVE_UP_MS = 75_000;
/** RFC 9293 3.8.6.3 allows 500 ms. */
export const DEVICE_DELAYED_ACK_MS = 200;
export const HOST_DELAYED_ACK_MS = 40;
/** RFC 6298 2.1 and 2.4 begin with 1 s; 3 s is what its 5.7 takes after a lost SYN and RFC 2988 took always. */
const INITIAL_TIMEOUT_MS = 3_000;
const LEAST_TIMEOUT_MS = 1_000;
/** RFC 6298 2.5. */
const MOST_TIMEOUT_MS = 60_000;
/** RFC 6928. */
const INITIAL_WINDOW_SEGMENTS = 10;
/** Without window scaling (RFC 9293 3.1). */
export const FULL_WINDOW_BYTES = 65_535;

export const TCP_ASSUMPTIONS: readonly Assumption[] = [
	{
		id: "tcp.give-up",
		value: DEVICE_GIVE_UP_MS / 1000,
		unit: "s",
		why: "without progress the module drops the connection; at least 100 s by RFC 9293",
	},
	{ id: "tcp.connect-timeout", value: CONNECT_GIVE_UP_MS / 1000, unit: "s", why: "BSD's; a module's own stack may wait longer or shorter" },
	{ id: "tcp.initial-timeout", value: INITIAL_TIMEOUT_MS / 1000, unit: "s", why: "RFC 2988's for slow links; RFC 6298 begins with 1 s" },
	{
		id: "tcp.delayed-ack",
		value: `${DEVICE_DELAYED_ACK_MS}/${HOST_DELAYED_ACK_MS}`,
		unit: "ms",
		why: "module / host; RFC 9293 allows up to 500 ms",
	},
];

type State = "new" | "syn-sent" | "syn-received" | "open" | "over";

/** One end of a TCP connection (RFC 9293): window, retransmission with RFC 6298's timer, delayed ACK. No fast retransmission, no Nagle. */
export class TcpEndpoint {
	readonly #owner: TcpOwner;
	readonly #settings: TcpSettings;
	readonly #clock: Clock;
	readonly #alarms: Alarms<"retransmit" | "give-up" | "ack">;
	readonly #out = new SendBuffer();
	readonly #in = new ReceiveBuffer();
	#state: State = "new";
	/** Lowest byte that is not acknowledged, the next one to go out, and one beyond what ever went out. */
	#acked = 0;
	#next = 0;
	#sentEnd = 0;
	#finWanted = false;
	#finSent = false;
	#finAcked = false;
	/** What the peer has room for, as a sequence number. */
	#peerEdge = 0;
	#congestionBytes: number;
	#onLink = 0;
	#timeoutMs = INITIAL_TIMEOUT_MS;
	#smoothedMs: number | undefined;
	#variationMs = 0;
	#timed: { readonly seq: number; readonly sinceMs: number } | undefined;
	#unconsumed = 0;
	#advertisedEdge = 0;
	#unanswered = 0;

	constructor(clock: Clock, settings: TcpSettings, owner: TcpOwner) {
		this.#clock = clock;
		this.#settings = settings;
		this.#owner = owner;
		this.#alarms = new Alarms(clock);
		this.#congestionBytes = INITIAL_WINDOW_SEGMENTS * settings.mssBytes;
	}

	get state(): State {
		return this.#state;
	}
	/** Taken by `send` and not yet acknowledged. */
	get unsentBytes(): number {
		return this.#out.length;
	}
	get receivedAll(): boolean {
		return this.#in.finished;
	}

	connect(): void {
		this.#state = "syn-sent";
		this.#alarms.set("give-up", CONNECT_GIVE_UP_MS, () => this.#lose("timeout"));
		this.#synchronise();
	}
	/** Answers the peer's SYN. */
	accept(): void {
		if (this.#state !== "new") return;
		this.#state = "syn-received";
		this.#alarms.set("give-up", CONNECT_GIVE_UP_MS, () => this.#lose("timeout"));
		this.#synchronise();
	}
	/** The bytes are the endpoint's to keep. */
	send(bytes: Uint8Array): void {
		if (this.#state === "over" || this.#finWanted) return;
		this.#out.append(bytes);
		this.#pump();
	}
	/** FIN after everything that was taken. */
	close(): void {
		this.#finWanted = true;
		this.#pump();
	}
	/** RST, and nothing more. */
	abort(): void {
		if (this.#state === "over") return;
		this.#transmit({ ...bareSegment(this.#sequence, this.#in.next, 0), rst: true });
		this.kill();
	}
	/** Gone without a word. */
	kill(): void {
		this.#state = "over";
		this.#alarms.clearAll();
	}
	/** So many of the delivered bytes were taken away: there is room again. */
	consumed(count: number): void {
		this.#unconsumed = Math.max(0, this.#unconsumed - count);
		const { windowBytes, mssBytes } = this.#settings;
		if (windowBytes === undefined || this.#state !== "open" || this.#in.finished) return;
		// Silly window avoidance (RFC 9293 3.8.6.2.2).
		if (this.#edge() - this.#advertisedEdge >= Math.min(mssBytes, windowBytes / 2)) this.#acknowledge();
	}

	receive(segment: Segment): void {
		if (this.#state === "over") {
			// The last ACK was lost: say it again, as TIME-WAIT does.
			if (segment.fin === true && this.#in.finished) this.#acknowledge();
			return;
		}
		if (segment.rst === true) {
			this.#lose(this.#state === "syn-sent" ? "refused" : "reset");
			return;
		}
		if (segment.syn === true) this.#synchronised(segment);
		else if (this.#state === "syn-received") this.#open();
		if (this.#state !== "open") return;
		this.#acknowledgedBy(segment);
		if (segment.bytes.length > 0 || segment.fin === true) this.#take(segment);
		this.#settle();
		this.#pump();
	}

	#synchronise(): void {
		const segment = { ...bareSegment(0, 0, this.#window()), syn: true as const };
		if (this.#state === "syn-sent") this.#transmit({ seq: 0, ack: 0, windowBytes: segment.windowBytes, bytes: segment.bytes, syn: true });
		else this.#transmit(segment);
		this.#timed ??= { seq: 0, sinceMs: this.#clock.now() };
	}
	#synchronised(segment: Segment): void {
		this.#peerEdge = Math.max(this.#peerEdge, segment.windowBytes);
		if (this.#state === "syn-sent" && segment.acknowledges === true) {
			this.#open();
			this.#acknowledge();
		} else if (this.#state === "syn-received") this.#synchronise();
		// Our ACK of the handshake was lost.
		else if (this.#state === "open" && segment.acknowledges === true) this.#acknowledge();
	}
	#open(): void {
		this.#state = "open";
		this.#alarms.clearAll();
		this.#measure(0);
		this.#timeoutMs = this.#estimateMs();
		this.#owner.established();
	}

	#acknowledgedBy(segment: Segment): void {
		const { ack } = segment;
		this.#peerEdge = Math.max(this.#peerEdge, ack + segment.windowBytes);
		// Whoever answers is there, even with a window of nothing (RFC 9293 3.8.6.1).
		this.#alarms.clear("give-up");
		if (ack <= this.#acked || ack > this.#sequence) return;
		const bytes = Math.min(ack, this.#out.end);
		if (bytes > this.#acked) this.#congestionBytes = Math.min(FULL_WINDOW_BYTES, this.#congestionBytes + bytes - this.#acked);
		this.#measure(ack);
		this.#acked = bytes;
		this.#next = Math.max(this.#next, bytes);
		this.#out.drop(bytes);
		if (ack > this.#out.end && this.#finSent) this.#finAcked = true;
		this.#alarms.clear("retransmit");
		this.#timeoutMs = this.#estimateMs();
		this.#owner.acknowledged(bytes);
	}
	#take(segment: Segment): void {
		const before = this.#in.next;
		const ended = this.#in.finished;
		const bytes = this.#in.take(segment.seq, segment.bytes, segment.fin === true, this.#edge());
		const late = this.#in.next === before || ++this.#unanswered >= 2 || this.#in.finished;
		if (bytes !== undefined) {
			if (this.#settings.windowBytes !== undefined) this.#unconsumed += bytes.length;
			this.#owner.deliver(bytes);
		}
		if (this.#state !== "open") return;
		// Out of order, a repetition, every second one or the end: at once; otherwise it may go with what is sent next.
		if (late) this.#acknowledge();
		else if (!this.#alarms.isSet("ack")) this.#alarms.set("ack", this.#settings.delayedAckMs, () => this.#acknowledge());
		if (this.#in.finished && !ended) this.#owner.ended();
	}
	#settle(): void {
		if (this.#state !== "open" || !this.#finAcked || !this.#in.finished) return;
		this.kill();
		this.#owner.finished();
	}

	#window(): number {
		const { windowBytes } = this.#settings;
		return windowBytes === undefined ? FULL_WINDOW_BYTES : Math.min(FULL_WINDOW_BYTES, Math.max(0, windowBytes - this.#unconsumed));
	}
	#edge(): number {
		return Math.max(this.#advertisedEdge, this.#in.next + this.#window());
	}
	#acknowledge(): void {
		this.#transmit(bareSegment(this.#sequence, this.#in.next, this.#window()));
	}
	/** The next number that was never used. */
	get #sequence(): number {
		return this.#sentEnd + (this.#finSent ? 1 : 0);
	}

	#pump(): void {
		if (this.#state !== "open") return;
		const { mssBytes } = this.#settings;
		const edge = Math.min(this.#peerEdge, this.#acked + this.#congestionBytes);
		while (this.#next < Math.min(this.#out.end, edge)) {
			const count = Math.min(mssBytes, edge - this.#next, this.#out.end - this.#next);
			this.#sendData(this.#next, count);
			this.#next += count;
		}
		if (this.#finWanted && !this.#finSent && this.#next === this.#out.end) this.#sendFin();
		this.#arm();
	}
	#sendData(seq: number, count: number): void {
		const bytes = this.#out.read(seq, count);
		const end = seq + bytes.length;
		if (end > this.#sentEnd) {
			this.#timed ??= { seq: end, sinceMs: this.#clock.now() };
			this.#sentEnd = end;
		}
		this.#transmit({ ...bareSegment(seq, this.#in.next, this.#window()), bytes });
	}
	#sendFin(): void {
		this.#finSent = true;
		this.#transmit({ ...bareSegment(this.#out.end, this.#in.next, this.#window()), fin: true });
	}
	#transmit(segment: Segment): void {
		this.#alarms.clear("ack");
		this.#unanswered = 0;
		this.#advertisedEdge = Math.max(this.#advertisedEdge, segment.ack + segment.windowBytes);
		this.#onLink++;
		let left = false;
		this.#owner.transmit(segment, () => {
			if (left) return;
			left = true;
			this.#onLink--;
			this.#arm();
		});
	}

	/** Something is to be acknowledged, or the peer's window is shut and somebody has to ask. */
	get #waiting(): boolean {
		if (this.#state === "syn-sent" || this.#state === "syn-received") return true;
		return this.#state === "open" && (this.#acked < this.#out.end || (this.#finSent && !this.#finAcked));
	}
	#arm(): void {
		if (!this.#waiting) {
			this.#alarms.clear("retransmit");
			this.#alarms.clear("give-up");
			return;
		}
		if (!this.#alarms.isSet("give-up")) this.#alarms.set("give-up", this.#settings.giveUpMs, () => this.#lose("timeout"));
		if (this.#onLink > 0 || this.#alarms.isSet("retransmit")) return;
		this.#alarms.set("retransmit", this.#timeoutMs, () => this.#repeat());
	}
	#repeat(): void {
		this.#timeoutMs = Math.min(MOST_TIMEOUT_MS, 2 * this.#timeoutMs);
		if (this.#state !== "open") this.#synchronise();
		else if (this.#acked === this.#out.end) this.#sendFin();
		// Into a shut window goes one byte, to be told when it opens (RFC 9293 3.8.6.1).
		else if (this.#peerEdge <= this.#acked) this.#sendData(this.#acked, 1);
		else {
			// Everything since the last acknowledgement may be lost: again from there, slowly at first (RFC 5681 3.1).
			this.#congestionBytes = this.#settings.mssBytes;
			this.#next = this.#acked;
			this.#pump();
		}
		// Karn: what went out twice is not measured (RFC 6298 3).
		this.#timed = undefined;
		this.#arm();
	}
	/** RFC 6298 2.2 to 2.4, on the first answer that covers what was timed. */
	#measure(ack: number): void {
		const timed = this.#timed;
		if (timed === undefined || ack < timed.seq) return;
		this.#timed = undefined;
		const tookMs = this.#clock.now() - timed.sinceMs;
		if (this.#smoothedMs === undefined) {
			this.#smoothedMs = tookMs;
			this.#variationMs = tookMs / 2;
		} else {
			this.#variationMs = 0.75 * this.#variationMs + 0.25 * Math.abs(this.#smoothedMs - tookMs);
			this.#smoothedMs = 0.875 * this.#smoothedMs + 0.125 * tookMs;
		}
	}
	#estimateMs(): number {
		if (this.#smoothedMs === undefined) return INITIAL_TIMEOUT_MS;
		return Math.min(MOST_TIMEOUT_MS, Math.max(LEAST_TIMEOUT_MS, this.#smoothedMs + 4 * this.#variationMs));
	}
	#lose(why: "refused" | "reset" | "timeout"): void {
		this.kill();
		this.#owner.lost(why);
	}
}
