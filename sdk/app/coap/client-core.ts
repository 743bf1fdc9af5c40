import type { Millis } from "../platform.js";
import { CoapError, type CoapErrorCode } from "./errors.js";
import { type MessageReader, MessageWriter } from "./message.js";
import { type MessageCounters, MessageLayer, type MessageListener, type Verdict } from "./message-layer.js";
import { exponentOf } from "./options.js";
import { Relation, tokenBytes } from "./relation.js";
import { absent, ResponseRecord } from "./response.js";
import { type CoapTimers, type DerivedTimers, deriveTimers } from "./timers.js";
import { Transfer } from "./transfer.js";
import type { CoapObserveRequest, CoapRequest, Ticket } from "./types.js";

export interface ClientCoreOptions {
	readonly random: () => number;
	readonly timers?: Partial<CoapTimers>;
	readonly blockBytes?: number;
	readonly responseCapacity?: number;
	readonly queueCapacity?: number;
	/** `this` in callbacks of requests without a target. */
	readonly owner?: unknown;
	/** An exception came out of a callback. */
	readonly onFault: (error: CoapError) => void;
}

/** An observation is a GET. */
type AnyRequest = CoapRequest<any> | CoapObserveRequest<any>;
const methodsKnown: readonly string[] = Object.freeze(["GET", "POST", "PUT", "DELETE"]);
/** Observations at a time. */
const relationCapacity = 4;
/** Header, token, options and marker beside a block of payload. */
const overheadBytes = 256;
/** After a server once needed a separate response, so many piggybacked ones in a row are wanted before release assistance is used again. */
const distrust = 3;

/**
 * The client half of RFC 7252 towards one server, without socket and clock: `receive`, `transmit`, `deadline`, `expire`. One request at a time (NSTART 1),
 * the others queue. Callbacks run inside `receive` and `expire`; they may ask for more.
 */
export class ClientCore implements MessageListener {
	readonly timers: DerivedTimers;
	#random: () => number;
	#owner: unknown;
	#onFault: (error: CoapError) => void;
	#layer: MessageLayer;
	#writer: MessageWriter;
	#transfer: Transfer;
	#response = new ResponseRecord();
	#faults = 0;

	/** A ring of what waits its turn. */
	#waiting: (CoapRequest<any> | undefined)[];
	#tickets: Float64Array;
	#firstWaiting = 0;
	#waitingCount = 0;
	#lastTicket = 0;

	/** What is under way: a request of its own, or a relation's registration or fetch. */
	#current: AnyRequest | undefined;
	#currentTicket: Ticket = 0;
	#currentRelation: Relation | undefined;
	#registering = false;
	#token = new Uint8Array(tokenBytes);
	#tokenCount: number;
	#responseBy: Millis | undefined;
	#relations: Relation[];
	#trust = 0;
	#inside = false;
	#closed = false;

	/** @throws CoapError `usage` for a block size that RFC 7959 does not have; RangeError for impossible timers. */
	constructor(options: ClientCoreOptions) {
		const blockSize = options.blockBytes ?? 512;
		if (exponentOf(blockSize) === undefined) throw new CoapError("usage", "blockBytes must be 16, 32, 64, 128, 256, 512 or 1024");
		this.timers = deriveTimers(options.timers);
		this.#random = options.random;
		this.#owner = options.owner;
		this.#onFault = options.onFault;
		this.#layer = new MessageLayer(this.timers, options.random, this);
		this.#writer = new MessageWriter(blockSize + overheadBytes);
		this.#transfer = new Transfer(blockSize, options.responseCapacity ?? 2048);
		this.#waiting = new Array(options.queueCapacity ?? 4).fill(undefined);
		this.#tickets = new Float64Array(this.#waiting.length);
		this.#tokenCount = Math.floor(options.random() * 0x10000);
		this.#relations = [];
		for (let place = 0; place < relationCapacity; place++) this.#relations.push(new Relation());
	}

	get counters(): Readonly<MessageCounters> {
		return this.#layer.counters;
	}
	get faults(): number {
		return this.#faults;
	}
	/** Nothing is under way, waiting or observed. */
	get idle(): boolean {
		return this.#current === undefined && this.#waitingCount === 0 && this.#observed === 0;
	}

	/** @throws CoapError `usage`, `queueFull` or `closed`; later errors go to the request's `onError`. */
	request(request: CoapRequest<any>, now: Millis): Ticket {
		this.#check(request);
		if (methodsKnown.indexOf(request.method) < 0) throw new CoapError("usage", "method must be GET, POST, PUT or DELETE");
		if (this.#waitingCount === this.#waiting.length) throw new CoapError("queueFull");
		const place = (this.#firstWaiting + this.#waitingCount++) % this.#waiting.length;
		this.#waiting[place] = request;
		this.#tickets[place] = ++this.#lastTicket;
		this.#proceed(now);
		return this.#tickets[place]!;
	}
	/** @throws as {@link request}. */
	observe(request: CoapObserveRequest<any>, now: Millis): Ticket {
		this.#check(request);
		const relation = this.#relations.find(candidate => candidate.request === undefined);
		if (relation === undefined) throw new CoapError("queueFull");
		const ticket = ++this.#lastTicket;
		relation.begin(ticket, request);
		this.#makeToken(relation.token);
		this.#proceed(now);
		return ticket;
	}
	/** Nothing comes for this ticket any more. The server of an observation learns it by the reset of its next notification (RFC 7641 3.6). */
	cancel(ticket: Ticket, now: Millis): void {
		for (let age = 0; age < this.#waitingCount; age++) {
			const place = (this.#firstWaiting + age) % this.#waiting.length;
			if (this.#tickets[place] === ticket) this.#waiting[place] = undefined;
		}
		for (const relation of this.#relations) if (relation.request !== undefined && relation.ticket === ticket) relation.end();
		if (this.#current !== undefined && this.#currentTicket === ticket) this.#finish();
		this.#proceed(now);
	}
	close(): void {
		this.#closed = true;
		this.#waiting.fill(undefined);
		this.#waitingCount = 0;
		for (const relation of this.#relations) relation.end();
		this.#finish();
	}

	receive(datagram: Uint8Array, now: Millis): void {
		if (this.#closed) return;
		this.#inside = true;
		try {
			this.#layer.receive(datagram, now);
		} finally {
			this.#inside = false;
		}
		this.#proceed(now);
	}
	transmit(now: Millis): Uint8Array | undefined {
		return this.#closed ? undefined : this.#layer.transmit(now);
	}
	/** What may go with the datagram that {@link transmit} gave last. */
	get release(): "none" | "after-uplink" | "after-response" {
		if (this.#layer.transmittedReply) return this.#layer.transmittedLast ? "after-uplink" : "none";
		return this.#trust > 0 && this.#releasable ? "after-response" : "none";
	}
	/** Call {@link expire} then; −Infinity: {@link transmit} has something. */
	get deadline(): Millis | undefined {
		if (this.#closed) return undefined;
		let earliest = this.#layer.deadline ?? Infinity;
		if (this.#responseBy !== undefined) earliest = Math.min(earliest, this.#responseBy);
		for (const relation of this.#relations) if (relation.registerAt !== undefined) earliest = Math.min(earliest, relation.registerAt);
		return earliest === Infinity ? undefined : earliest;
	}
	expire(now: Millis): void {
		if (this.#closed) return;
		this.#inside = true;
		this.#layer.expire(now);
		if (this.#responseBy !== undefined && now >= this.#responseBy) this.failed("timeout");
		for (const relation of this.#relations) if (relation.registerAt !== undefined && now >= relation.registerAt) relation.renew();
		this.#inside = false;
		this.#proceed(now);
	}

	acknowledged(now: Millis): void {
		this.#trust = -distrust;
		this.#responseBy = now + this.timers.responseTimeoutMs;
	}
	failed(why: CoapErrorCode): void {
		const request = this.#current;
		if (request === undefined) return;
		this.#currentRelation?.end();
		this.#finish();
		this.#tell(request, undefined, new CoapError(why));
	}
	responded(message: MessageReader, piggybacked: boolean, now: Millis): Verdict {
		if (this.#current !== undefined && message.tokenIs(this.#currentToken)) return this.#takeResponse(message, piggybacked, now);
		if (piggybacked) return "ignored";
		const relation = this.#relations.find(candidate => candidate.established && message.tokenIs(candidate.token));
		return relation === undefined ? "rejected" : this.#takeNotification(relation, message, now);
	}

	#takeResponse(message: MessageReader, piggybacked: boolean, now: Millis): Verdict {
		const response = this.#response;
		if (!response.read(message, piggybacked)) {
			this.failed("badOption");
			return "rejected";
		}
		if (this.#transfer.confirmable) this.#trust = piggybacked ? this.#trust + 1 : -distrust;
		if (this.#registering && !this.#transfer.downloading) this.#takeRegistration(this.#currentRelation!, now);
		const releasable = this.#releasable;
		this.#layer.stop();
		this.#responseBy = undefined;
		const step = this.#transfer.accept(response);
		if (step === "next") this.#send(now);
		else if (step === "final") this.#complete();
		else this.failed(step);
		return releasable && this.idle ? "last" : "accepted";
	}
	/** The first block says whether the server observes; later ones do not repeat it (RFC 7959 3.4). */
	#takeRegistration(relation: Relation, now: Millis): void {
		const response = this.#response;
		relation.established = response.ok && response.observe !== absent;
		if (relation.established) relation.isNewer(response.observe, response.maxAgeSeconds, this.#random(), now);
	}
	#complete(): void {
		const request = this.#current!;
		const relation = this.#currentRelation;
		const response = this.#response;
		if (relation !== undefined) {
			if (!response.ok) relation.established = false;
			if (!relation.established) relation.end();
			response.more = relation.established;
		}
		this.#finish();
		this.#tell(request, response, undefined);
	}
	#takeNotification(relation: Relation, message: MessageReader, now: Millis): Verdict {
		const response = this.#response;
		const request = relation.request!;
		if (!response.read(message, false)) {
			relation.end();
			if (this.#currentRelation === relation) this.#finish();
			this.#tell(request, undefined, new CoapError("badOption"));
			return "rejected";
		}
		response.more = response.ok && response.observe !== absent;
		if (response.more) {
			if (!relation.isNewer(response.observe, response.maxAgeSeconds, this.#random(), now)) return "accepted";
			// A state in blocks: RFC 7641 leaves it to GETs without Observe to fetch it.
			relation.fetch = response.block2 !== absent && (response.block2 & 8) !== 0;
			if (relation.fetch) return "accepted";
		} else {
			relation.end();
			if (this.#currentRelation === relation) this.#finish();
		}
		this.#tell(request, response, undefined);
		return "accepted";
	}

	/** Starts the next exchange when none is under way. Not inside a dispatch: what the callbacks ask for comes after it. */
	#proceed(now: Millis): void {
		while (!this.#inside && !this.#closed && this.#current === undefined) {
			if (!this.#takeWaiting() && !this.#takeRelation()) return;
			this.#inside = true;
			this.#send(now);
			this.#inside = false;
		}
	}
	#takeWaiting(): boolean {
		while (this.#waitingCount > 0) {
			const place = this.#firstWaiting;
			const request = this.#waiting[place];
			this.#waiting[place] = undefined;
			this.#firstWaiting = (place + 1) % this.#waiting.length;
			this.#waitingCount--;
			if (request === undefined) continue;
			this.#begin(request, this.#tickets[place]!, undefined, false);
			return true;
		}
		return false;
	}
	#takeRelation(): boolean {
		for (const relation of this.#relations) {
			if (relation.request === undefined || !(relation.register || relation.fetch)) continue;
			const registering = relation.register;
			relation.register = relation.fetch = false;
			this.#begin(relation.request, relation.ticket, relation, registering);
			return true;
		}
		return false;
	}
	#begin(request: AnyRequest, ticket: Ticket, relation: Relation | undefined, registering: boolean): void {
		this.#current = request;
		this.#currentTicket = ticket;
		this.#currentRelation = relation;
		this.#registering = registering;
		// One token for all blocks of a transfer: some servers know a transfer by it. A registration's belongs to its notifications (RFC 7641 3.3.1),
		// so the blocks after its first use the other one (RFC 7959 3.4).
		this.#makeToken(this.#token);
		this.#transfer.begin(request, registering ? 0 : absent);
	}
	#send(now: Millis): void {
		const messageId = this.#layer.takeMessageId();
		if (!this.#transfer.write(this.#writer, messageId, this.#currentToken)) {
			this.failed("tooLarge");
			return;
		}
		const confirmable = this.#transfer.confirmable;
		this.#layer.send(this.#writer.bytes(), confirmable, messageId);
		this.#responseBy = confirmable ? undefined : now + this.timers.responseTimeoutMs;
	}
	/** Forgets what is under way. */
	#finish(): void {
		this.#layer.stop();
		this.#transfer.end();
		this.#current = undefined;
		this.#currentRelation = undefined;
		this.#responseBy = undefined;
	}
	#tell(request: CoapObserveRequest<any>, response: ResponseRecord | undefined, error: CoapError | undefined): void {
		if (this.#closed) return;
		try {
			if (error !== undefined) request.onError.call(request.target ?? this.#owner, error);
			else request.onResponse.call(request.target ?? this.#owner, response!);
		} catch {
			this.#faults++;
			this.#onFault(new CoapError("callback"));
		}
	}

	get #currentToken(): Uint8Array {
		return this.#registering && !this.#transfer.downloading ? this.#currentRelation!.token : this.#token;
	}
	get #observed(): number {
		let count = 0;
		for (const relation of this.#relations) if (relation.request !== undefined) count++;
		return count;
	}
	get #releasable(): boolean {
		const request = this.#current;
		return (
			request !== undefined &&
			"release" in request &&
			request.release === "after-response" &&
			!this.#transfer.inBlocks &&
			this.#waitingCount === 0 &&
			this.#observed === 0
		);
	}
	/** Half a count, so that no two exchanges of a client share a token, half random, so that nobody else can tell it (RFC 7252 5.3.1). */
	#makeToken(into: Uint8Array): void {
		this.#tokenCount = (this.#tokenCount + 1) & 0xffff;
		into[0] = this.#tokenCount >> 8;
		into[1] = this.#tokenCount & 255;
		const random = Math.floor(this.#random() * 0x10000);
		into[2] = random >> 8;
		into[3] = random & 255;
	}
	#check(request: CoapObserveRequest<any>): void {
		if (this.#closed) throw new CoapError("closed");
		if (request.responseBlockBytes !== undefined && exponentOf(request.responseBlockBytes) === undefined)
			throw new CoapError("usage", "responseBlockBytes must be 16, 32, 64, 128, 256, 512 or 1024");
	}
}
