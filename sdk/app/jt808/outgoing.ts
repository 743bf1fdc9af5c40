import { type FrameWriter, PACKET_BYTES } from "./frame.js";
import { MessageId } from "./messages.js";

/** Where bytes go: as many at a time as it says there is room for. */
export interface Sink {
	/** All or nothing; returns how many bytes fit now. */
	write(bytes: Uint8Array): number;
}

/** The message that waits for its answer. */
class Request {
	readonly messageId: number;
	readonly body: Uint8Array;
	/** Of its first packet. */
	readonly serial: number;
	readonly packets: number;
	/** By packet: whether it is to go (again), and whether it was answered. */
	readonly isDue: boolean[] = [];
	readonly isAnswered: boolean[] = [];

	constructor(messageId: number, body: Uint8Array, serial: number) {
		this.messageId = messageId;
		this.body = body;
		this.serial = serial;
		this.packets = Math.max(1, Math.ceil(body.length / PACKET_BYTES));
		for (let packet = 0; packet < this.packets; packet++) {
			this.isDue.push(true);
			this.isAnswered.push(false);
		}
	}
	get nextDue(): number {
		return this.isDue.indexOf(true);
	}
}

interface Answer {
	readonly messageId: number;
	readonly body: Uint8Array;
	readonly serial: number;
}

const NO_SERIAL = -1;
/** Answers to the platform that may wait for room; what comes beyond is left out, and the platform asks again. */
const MOST_ANSWERS = 4;

/** What goes to the platform, frame after frame: answers to it first, then the packets of the one message that waits for an answer of its own. */
export class Outgoing {
	readonly #writer: FrameWriter;
	readonly #answers: Answer[] = [];
	#sink: Sink | undefined;
	#room = 0;
	#serial = 0;
	#request: Request | undefined;
	readonly #empty = new Uint8Array(0);
	/** Of the heartbeat that goes after the packets. */
	#probe = NO_SERIAL;
	/** The rest of the frame that is being written. */
	#rest: Uint8Array | undefined;

	constructor(writer: FrameWriter) {
		this.#writer = writer;
	}
	/** So many bytes fit. */
	writable(sink: Sink, room: number): void {
		this.#sink = sink;
		this.#room = room;
		this.pump();
	}
	/** A message that is answered. `body` must not change until the next one. */
	request(messageId: number, body: Uint8Array): void {
		const request = new Request(messageId, body, this.#serial);
		this.#serial = (this.#serial + request.packets) & 0xffff;
		this.#request = request;
		this.pump();
	}
	/** A message that needs no answer. */
	answer(messageId: number, body: Uint8Array): void {
		if (this.#answers.length >= MOST_ANSWERS) return;
		// The frame is made when its turn comes: the writer has one buffer, and a part of another frame may still wait in it.
		this.#answers.push({ messageId, body: body.slice(), serial: this.#serial });
		this.#serial = (this.#serial + 1) & 0xffff;
		this.pump();
	}
	/** Number of the first packet of the message that waits, and how many there are; undefined: none waits. */
	get waiting(): { readonly messageId: number; readonly serial: number } | undefined {
		return this.#request;
	}
	/** Sends again what was not answered; returns how many packets. */
	repeat(): number {
		const request = this.#request;
		if (request === undefined) return 0;
		let count = 0;
		for (let packet = 0; packet < request.packets; packet++) {
			if (request.isAnswered[packet] || request.isDue[packet]) continue;
			request.isDue[packet] = true;
			count++;
		}
		this.pump();
		return count;
	}
	/** The platform lacks these packets (from 1); returns how many go again. */
	resend(serial: number, packets: readonly number[]): number {
		const request = this.#request;
		if (request === undefined || request.serial !== serial) return 0;
		let count = 0;
		for (const packet of packets) {
			if (packet < 1 || packet > request.packets) continue;
			request.isDue[packet - 1] = true;
			request.isAnswered[packet - 1] = false;
			count++;
		}
		this.pump();
		return count;
	}
	/**
	 * An answer to the packet with this serial. True: the message is answered. A platform may answer each packet or all of them at once, and then
	 * nothing says by which serial (7.12): once all were sent and one is answered, a heartbeat goes after them. On a connection they came before it, so
	 * that its answer settles those that nobody answers.
	 */
	answered(serial: number, messageId: number, isTaken: boolean): boolean {
		const request = this.#request;
		if (request === undefined) return false;
		if (serial === this.#probe && messageId === MessageId.heartbeat) return this.settled();
		const packet = (serial - request.serial) & 0xffff;
		if (request.messageId !== messageId || packet >= request.packets || request.isDue[packet]) return false;
		if (!isTaken) return this.settled();
		request.isAnswered[packet] = true;
		if (request.nextDue >= 0) return false;
		if (packet === request.packets - 1 || !request.isAnswered.includes(false)) return this.settled();
		this.askAfter();
		return false;
	}
	private settled(): true {
		this.#request = undefined;
		this.#probe = NO_SERIAL;
		return true;
	}
	private askAfter(): void {
		if (this.#probe !== NO_SERIAL) return;
		this.#probe = this.#serial;
		this.answer(MessageId.heartbeat, this.#empty);
	}

	private pump(): void {
		const sink = this.#sink;
		if (sink === undefined) return;
		while (this.#room > 0) {
			const frame = this.#rest ?? this.nextFrame();
			if (frame === undefined) return;
			const count = Math.min(frame.length, this.#room);
			// Before the write: it may be told of more room.
			this.#rest = count < frame.length ? frame.subarray(count) : undefined;
			this.#room = sink.write(frame.subarray(0, count));
		}
	}
	private nextFrame(): Uint8Array | undefined {
		const answer = this.#answers.shift();
		if (answer !== undefined) return this.#writer.make(answer.messageId, answer.body, answer.serial);
		const request = this.#request;
		const packet = request === undefined ? -1 : request.nextDue;
		if (request === undefined || packet < 0) return undefined;
		request.isDue[packet] = false;
		const part = request.body.subarray(packet * PACKET_BYTES, (packet + 1) * PACKET_BYTES);
		return this.#writer.make(request.messageId, part, (request.serial + packet) & 0xffff, request.packets, packet + 1);
	}
}
