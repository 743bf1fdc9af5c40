import type { Millis } from "../platform.js";
import { code, codeClass, MessageReader, type } from "./message.js";
import type { DerivedTimers } from "./timers.js";

/** What the request layer says of a response: `last` as `accepted`, and nothing of ours follows the acknowledgement. */
export type Verdict = "accepted" | "last" | "rejected" | "ignored";

export interface MessageListener {
	/** The outstanding message was acknowledged without a response. */
	acknowledged(now: Millis): void;
	/** `message` is valid inside the call. */
	responded(message: MessageReader, piggybacked: boolean, now: Millis): Verdict;
	failed(why: "timeout" | "reset", now: Millis): void;
}

export interface MessageCounters {
	sent: number;
	retransmitted: number;
	duplicates: number;
	rejected: number;
}

/** Replies that wait to be sent; each is acknowledged or reset in four bytes. The peer repeats what finds no room. */
const replyCapacity = 8;
/** Message ids of the peer that are remembered: a constrained server has one or two exchanges open with us (NSTART), each may be repeated. */
const rememberedCapacity = 16;
const replyBytes = 4;
const reply = Object.freeze({ none: 0, acknowledge: 1, reset: 2 });

/**
 * RFC 7252 4 towards one peer, one message outstanding (NSTART 1): retransmission, de-duplication, acknowledgements and resets.
 * Bytes and time in, bytes and a deadline out.
 */
export class MessageLayer {
	readonly counters: MessageCounters = { sent: 0, retransmitted: 0, duplicates: 0, rejected: 0 };
	#timers: DerivedTimers;
	#random: () => number;
	#listener: MessageListener;
	#reader = new MessageReader();
	#messageId: number;

	#outgoing: Uint8Array | undefined;
	#outgoingId = 0;
	#confirmable = false;
	#acknowledged = false;
	#due = false;
	#transmissions = 0;
	#timeoutMs = 0;
	#retransmitAt: Millis | undefined;

	#replies = new Uint8Array(replyCapacity * replyBytes);
	#datagram = new Uint8Array(replyBytes);
	#replyCount = 0;
	#lastReplyEnds = false;
	#rememberedId = new Uint16Array(rememberedCapacity);
	#rememberedReply = new Uint8Array(rememberedCapacity);
	#rememberedUntil = new Float64Array(rememberedCapacity);
	#nextRemembered = 0;
	#transmittedLast = false;
	#transmittedReply = false;

	constructor(timers: DerivedTimers, random: () => number, listener: MessageListener) {
		this.#timers = timers;
		this.#random = random;
		this.#listener = listener;
		// RFC 7252 4.4: the first one at random, or a restarted device would repeat ids that its server still remembers.
		this.#messageId = Math.floor(random() * 0x10000);
	}

	takeMessageId(): number {
		this.#messageId = (this.#messageId + 1) & 0xffff;
		return this.#messageId;
	}
	/** `bytes` stay as they are until the message has ended (response, failure or {@link stop}). */
	send(bytes: Uint8Array, confirmable: boolean, messageId: number): void {
		this.#outgoing = bytes;
		this.#outgoingId = messageId;
		this.#confirmable = confirmable;
		this.#acknowledged = false;
		this.#due = true;
		this.#transmissions = 0;
		// RFC 7252 4.2.
		this.#timeoutMs = this.#timers.ackTimeoutMs * (1 + this.#random() * (this.#timers.ackRandomFactor - 1));
		this.#retransmitAt = undefined;
		this.counters.sent++;
	}
	/** The outstanding message needs no more transmissions. */
	stop(): void {
		this.#outgoing = undefined;
		this.#due = false;
		this.#retransmitAt = undefined;
	}

	/** The next datagram, valid until the next call; undefined when there is none. Call it until then after everything else. */
	transmit(now: Millis): Uint8Array | undefined {
		if (this.#replyCount > 0) {
			for (let index = 0; index < replyBytes; index++) this.#datagram[index] = this.#replies[index]!;
			this.#replies.copyWithin(0, replyBytes, this.#replyCount * replyBytes);
			this.#replyCount--;
			this.#transmittedReply = true;
			this.#transmittedLast = this.#lastReplyEnds && this.#replyCount === 0;
			return this.#datagram;
		}
		this.#transmittedReply = false;
		this.#transmittedLast = false;
		if (!this.#due) return undefined;
		this.#due = false;
		if (this.#transmissions++ > 0) this.counters.retransmitted++;
		if (this.#confirmable) {
			this.#retransmitAt = now + this.#timeoutMs;
			this.#timeoutMs *= 2;
		}
		return this.#outgoing;
	}
	/** What {@link transmit} gave last was an acknowledgement or a reset. */
	get transmittedReply(): boolean {
		return this.#transmittedReply;
	}
	/** … and nothing of ours follows it. */
	get transmittedLast(): boolean {
		return this.#transmittedLast;
	}

	get deadline(): Millis | undefined {
		return this.#due || this.#replyCount > 0 ? -Infinity : this.#retransmitAt;
	}
	expire(now: Millis): void {
		if (this.#retransmitAt === undefined || now < this.#retransmitAt) return;
		this.#retransmitAt = undefined;
		if (this.#transmissions <= this.#timers.maxRetransmit) this.#due = true;
		else {
			this.stop();
			this.#listener.failed("timeout", now);
		}
	}

	receive(bytes: Uint8Array, now: Millis): void {
		const message = this.#reader;
		const result = message.read(bytes);
		if (result !== "ok") {
			this.counters.rejected++;
			if (result === "malformed" && message.type === type.confirmable) this.#reply(reply.reset, message.messageId, false);
			return;
		}
		if (message.type === type.confirmable || message.type === type.nonConfirmable) this.#receiveMessage(message, now);
		else this.#receiveReply(message, now);
	}

	/** An acknowledgement or a reset. */
	#receiveReply(message: MessageReader, now: Millis): void {
		if (this.#outgoing === undefined || message.messageId !== this.#outgoingId) {
			// Late or repeated: RFC 7252 4.2 has it ignored.
			this.counters.duplicates++;
			return;
		}
		if (message.type === type.reset) {
			this.stop();
			this.#listener.failed("reset", now);
		} else if (message.code === code.empty) {
			// The id stays known: a reset may still come.
			if (this.#acknowledged || !this.#confirmable) return;
			this.#acknowledged = true;
			this.#due = false;
			this.#retransmitAt = undefined;
			this.#listener.acknowledged(now);
		} else if (this.#listener.responded(message, true, now) === "ignored") this.counters.rejected++;
	}

	#receiveMessage(message: MessageReader, now: Millis): void {
		const { messageId } = message;
		const confirmable = message.type === type.confirmable;
		const known = this.#find(messageId, now);
		if (known >= 0) {
			this.counters.duplicates++;
			this.#reply(this.#rememberedReply[known]!, messageId, false);
			return;
		}
		let answer: number = reply.reset;
		let last = false;
		// An empty confirmable message is a "CoAP ping" (RFC 7252 4.3), a request finds no server here: both get a reset.
		if (message.code !== code.empty && codeClass(message.code) >= 2) {
			const verdict = this.#listener.responded(message, false, now);
			if (verdict === "accepted" || verdict === "last") answer = confirmable ? reply.acknowledge : reply.none;
			last = verdict === "last";
		}
		if (answer === reply.reset && message.code !== code.empty) this.counters.rejected++;
		this.#remember(messageId, answer, now + (confirmable ? this.#timers.exchangeLifetimeMs : this.#timers.nonLifetimeMs));
		this.#reply(answer, messageId, last);
	}

	#find(messageId: number, now: Millis): number {
		for (let place = 0; place < rememberedCapacity; place++)
			if (this.#rememberedId[place] === messageId && this.#rememberedUntil[place]! > now) return place;
		return -1;
	}
	#remember(messageId: number, answer: number, until: Millis): void {
		this.#rememberedId[this.#nextRemembered] = messageId;
		this.#rememberedReply[this.#nextRemembered] = answer;
		this.#rememberedUntil[this.#nextRemembered] = until;
		this.#nextRemembered = (this.#nextRemembered + 1) % rememberedCapacity;
	}
	#reply(answer: number, messageId: number, last: boolean): void {
		if (answer === reply.none || this.#replyCount === replyCapacity) return;
		const at = this.#replyCount++ * replyBytes;
		this.#replies[at] = 0x40 | ((answer === reply.acknowledge ? type.acknowledgement : type.reset) << 4);
		this.#replies[at + 1] = code.empty;
		this.#replies[at + 2] = messageId >> 8;
		this.#replies[at + 3] = messageId & 255;
		this.#lastReplyEnds = last;
	}
}
