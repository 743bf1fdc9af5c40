import { BodyWriter, wordAt } from "./body.js";

/** JT/T 808-2019 4.4.1: a frame begins and ends with the flag; within it, flag and escape are two bytes each. */
const FLAG = 0x7e;
const ESCAPE = 0x7d;
const ESCAPED_FLAG = 0x02;
const ESCAPED_ESCAPE = 0x01;

/** Most bytes of body in one packet: the length has ten bits (4.4.3). */
export const PACKET_BYTES = 1023;
/** Message id 2, properties 2, version 1, terminal 10, serial 2, packets 2, number of this one 2. */
const HEADER_BYTES = 21;
const TERMINAL_BYTES = 10;
/** 4.4.3, properties: bit 13 says that the message has several packets, bit 14 that the version stands in the header; bits 10 to 12 are its cipher. */
const IS_PART = 0x2000;
const HAS_VERSION = 0x4000;
const CIPHER = 0x1c00;
const LENGTH = 0x03ff;
/** Of the 2019 edition (4.4.3). */
const VERSION = 1;

/** Makes frames of one terminal, each in the same buffer. */
export class FrameWriter {
	readonly #terminal: string;
	readonly #plain = new Uint8Array(HEADER_BYTES + PACKET_BYTES + 1);
	readonly #frame = new Uint8Array(2 * (HEADER_BYTES + PACKET_BYTES + 1) + 2);

	/** `terminal`: digits, 20 at most. */
	constructor(terminal: string) {
		this.#terminal = terminal;
	}
	/** One packet; `packets` and `packet` (from 1) are those of its message. Valid until the next one. */
	make(messageId: number, body: Uint8Array, serial: number, packets = 1, packet = 1): Uint8Array {
		const writer = new BodyWriter(this.#plain);
		writer.word(messageId);
		writer.word(body.length | HAS_VERSION | (packets > 1 ? IS_PART : 0));
		writer.byte(VERSION);
		writer.digits(this.#terminal, TERMINAL_BYTES);
		writer.word(serial);
		if (packets > 1) {
			writer.word(packets);
			writer.word(packet);
		}
		writer.octets(body);
		writer.byte(checkOf(writer.bytes, writer.length));
		return this.escape(writer.bytes);
	}
	private escape(plain: Uint8Array): Uint8Array {
		const frame = this.#frame;
		let length = 0;
		frame[length++] = FLAG;
		for (let index = 0; index < plain.length; index++) {
			const byte = plain[index]!;
			const isSpecial = byte === FLAG || byte === ESCAPE;
			frame[length++] = isSpecial ? ESCAPE : byte;
			if (isSpecial) frame[length++] = byte === FLAG ? ESCAPED_FLAG : ESCAPED_ESCAPE;
		}
		frame[length++] = FLAG;
		return frame.subarray(0, length);
	}
}

/** A message of the platform, or a packet of one; `body` is valid only while it is told. */
export interface Message {
	id: number;
	serial: number;
	/** 1 where the message has no packets. */
	packets: number;
	packet: number;
	body: Uint8Array;
}

export interface MessageSink {
	message(message: Readonly<Message>): void;
}

/** Finds frames in what comes, however it is cut; anything between them, and whatever is damaged, is left out. */
export class FrameReader {
	/** Frames that were too long, too short, wrongly escaped, of another length than they say, or whose check failed. */
	damaged = 0;
	readonly #sink: MessageSink;
	readonly #plain = new Uint8Array(HEADER_BYTES + PACKET_BYTES + 1);
	readonly #message: Message = { id: 0, serial: 0, packets: 1, packet: 1, body: this.#plain };
	#length = 0;
	#isInside = false;
	#isEscaped = false;
	#isDamaged = false;

	constructor(sink: MessageSink) {
		this.#sink = sink;
	}
	push(bytes: Uint8Array): void {
		for (let index = 0; index < bytes.length; index++) this.take(bytes[index]!);
	}
	private take(byte: number): void {
		if (byte === FLAG) {
			// One flag may end a frame and begin the next.
			if (this.#isInside && (this.#length > 0 || this.#isDamaged || this.#isEscaped)) this.end();
			this.#isInside = true;
			this.#isEscaped = this.#isDamaged = false;
			this.#length = 0;
		} else if (this.#isInside) this.inside(byte);
	}
	private inside(byte: number): void {
		let plain = byte;
		if (this.#isEscaped) {
			if (byte !== ESCAPED_FLAG && byte !== ESCAPED_ESCAPE) this.#isDamaged = true;
			plain = byte === ESCAPED_FLAG ? FLAG : ESCAPE;
			this.#isEscaped = false;
		} else if (byte === ESCAPE) {
			this.#isEscaped = true;
			return;
		}
		if (this.#length < this.#plain.length) this.#plain[this.#length++] = plain;
		else this.#isDamaged = true;
	}
	private end(): void {
		const isRead = !this.#isDamaged && !this.#isEscaped && this.read();
		if (isRead) this.#sink.message(this.#message);
		else this.damaged++;
	}
	private read(): boolean {
		const end = this.#length - 1;
		const plain = this.#plain;
		if (end < 4 || checkOf(plain, end) !== plain[end]) return false;
		const properties = wordAt(plain, 2);
		// The edition of 2013 has neither version nor more than six bytes of terminal.
		let at = (properties & HAS_VERSION) !== 0 ? 5 + TERMINAL_BYTES : 4 + 6;
		const isPart = (properties & IS_PART) !== 0;
		const bodyAt = at + (isPart ? 6 : 2);
		if ((properties & CIPHER) !== 0 || bodyAt + (properties & LENGTH) !== end) return false;
		const message = this.#message;
		message.id = wordAt(plain, 0);
		message.serial = wordAt(plain, at);
		at += 2;
		message.packets = isPart ? wordAt(plain, at) : 1;
		message.packet = isPart ? wordAt(plain, at + 2) : 1;
		message.body = plain.subarray(bodyAt, end);
		return true;
	}
}

/** 4.4.4: exclusive or of header and body. */
function checkOf(bytes: Uint8Array, length: number): number {
	let check = 0;
	for (let index = 0; index < length; index++) check ^= bytes[index]!;
	return check;
}
