import type { ControlMessage, MessageOptions } from "embedded:network/mqtt/client";
import { CONNACK, flagsAreRight, lengthRange, PINGREQ, PINGRESP, PUBLISH, SUBACK } from "./mqtt-packets.js";
import type { Stream } from "./stream.js";
import { decodeUtf8 } from "./utf8.js";

/** What comes in. Any of these may close the stream. */
export interface PacketSink {
	/** `count` bytes are there to be taken with `read`; nothing more is told before they were. */
	message(count: number, options: MessageOptions): void;
	/** The last byte of a message was read. */
	messageEnd(QoS: 0 | 1 | 2, id: number): void;
	control(message: ControlMessage): void;
	/** No further packet can be taken now; `run` is called when it can. */
	isFull(): boolean;
	/** What the broker sent is no MQTT. */
	malformed(what: string): void;
}

/** 2.2.3: the most bytes that tell a length. */
const LENGTH_BYTES = 4;

type Step = "type" | "length" | "body" | "topicLength" | "topic" | "payload";

/** Takes packets from the stream, and of a message no byte before the application asks for it. */
export class PacketReader {
	/** Bytes of the fragment that the application was told of and has not read. */
	unread = 0;
	readonly #stream: Stream;
	readonly #sink: PacketSink;
	#step: Step = "type";
	/** What the current step collects: bytes of fixed number. */
	#collected = new Uint8Array(1);
	#have = 0;
	#operation = 0;
	#flags = 0;
	#length = 0;
	#lengthBytes = 0;
	/** Of the message: bytes that were not yet told, and what its first fragment tells. */
	#remaining = 0;
	#first: MessageOptions | undefined;
	#id = 0;
	#running = false;

	constructor(stream: Stream, sink: PacketSink) {
		this.#stream = stream;
		this.#sink = sink;
	}

	/** As far as the bytes and the application go. May be called at any time. */
	run(): void {
		if (this.#running) return;
		this.#running = true;
		try {
			while (this.#stream.open && this.unread === 0 && !this.#sink.isFull() && this.step()) {}
		} finally {
			this.#running = false;
		}
	}

	get running(): boolean {
		return this.#running;
	}

	/** Counts what the application reads; true when the message is complete with it. */
	took(count: number): void {
		this.unread -= count;
		if (this.unread === 0 && this.#remaining === 0) this.endMessage();
	}

	/** One step; false where bytes are missing. */
	private step(): boolean {
		if (this.#step === "payload") return this.tellFragment();
		if (!this.collect()) return false;
		const bytes = this.#collected;
		if (this.#step === "type") this.type(bytes[0]!);
		else if (this.#step === "length") this.length(bytes[0]!);
		else if (this.#step === "body") this.body(bytes);
		else if (this.#step === "topicLength") this.topicLength((bytes[0]! << 8) | bytes[1]!);
		else this.topic(bytes);
		return true;
	}

	private collect(): boolean {
		const count = Math.min(this.#collected.length - this.#have, this.#stream.readable);
		if (count > 0) this.#stream.fill(this.#collected.subarray(this.#have, this.#have + count));
		this.#have += count;
		return this.#have === this.#collected.length;
	}

	private next(step: Step, byteCount: number): void {
		this.#step = step;
		this.#have = 0;
		if (this.#collected.length !== byteCount) this.#collected = new Uint8Array(byteCount);
	}

	private malformed(what: string): void {
		this.next("type", 1);
		this.#sink.malformed(what);
	}

	private type(byte: number): void {
		this.#operation = byte >> 4;
		this.#flags = byte & 15;
		this.#length = 0;
		this.#lengthBytes = 0;
		const isRight =
			this.#operation === PUBLISH
				? (this.#flags & 6) !== 6
				: lengthRange(this.#operation) !== undefined && flagsAreRight(this.#operation, this.#flags);
		if (isRight) this.next("length", 1);
		else this.malformed(`a packet that begins with the byte ${byte}`);
	}

	private length(byte: number): void {
		this.#length |= (byte & 0x7f) << (7 * this.#lengthBytes++);
		if (byte & 0x80) {
			if (this.#lengthBytes === LENGTH_BYTES) this.malformed("a length of more than four bytes");
			else this.next("length", 1);
		} else if (this.#operation === PUBLISH) {
			this.next("topicLength", 2);
		} else {
			const [least, most] = lengthRange(this.#operation)!;
			if (this.#length >= least && this.#length <= most) this.next("body", this.#length);
			else this.malformed(`a packet of type ${this.#operation} with ${this.#length} bytes`);
		}
	}

	private body(bytes: Uint8Array): void {
		const operation = this.#operation;
		this.next("type", 1);
		if (operation === PINGREQ || operation === PINGRESP) this.#sink.control({ operation });
		else if (operation === CONNACK) this.#sink.control({ operation, returnCode: bytes[1]! });
		else {
			const message: ControlMessage = { operation, id: (bytes[0]! << 8) | bytes[1]! };
			if (operation === SUBACK) message.payload = [...bytes.subarray(2)];
			this.#sink.control(message);
		}
	}

	private topicLength(length: number): void {
		const idBytes = this.#flags & 6 ? 2 : 0;
		if (length === 0 || 2 + length + idBytes > this.#length) this.malformed("a message whose topic is empty or longer than the message");
		else this.next("topic", length + idBytes);
	}

	private topic(bytes: Uint8Array): void {
		const QoS = ((this.#flags >> 1) & 3) as 0 | 1 | 2;
		const topicEnd = bytes.length - (QoS > 0 ? 2 : 0);
		const topic = decodeUtf8(bytes.subarray(0, topicEnd));
		this.#id = QoS > 0 ? (bytes[topicEnd]! << 8) | bytes[topicEnd + 1]! : 0;
		if (topic === undefined) {
			this.malformed("a topic that is no UTF-8");
		} else if (QoS > 0 && this.#id === 0) {
			this.malformed("a message with the identifier 0");
		} else {
			this.#remaining = this.#length - 2 - bytes.length;
			this.#first = { more: false, topic, QoS, byteLength: this.#remaining };
			this.next("payload", 1);
		}
	}

	private tellFragment(): boolean {
		const count = Math.min(this.#remaining, this.#stream.readable);
		if (count === 0 && this.#remaining > 0) return false;
		this.unread = count;
		this.#remaining -= count;
		const options = this.#first ?? { more: false };
		this.#first = undefined;
		options.more = this.#remaining > 0;
		this.#sink.message(count, options);
		if (count === 0 && this.#stream.open) this.endMessage();
		return true;
	}

	private endMessage(): void {
		const QoS = ((this.#flags >> 1) & 3) as 0 | 1 | 2;
		this.next("type", 1);
		this.#sink.messageEnd(QoS, this.#id);
	}
}
