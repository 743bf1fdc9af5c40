import { COMMAND } from "./frame.js";

/** Types of messages on DLCI 0 without the command bit, TS 27.010 5.4.6.3. Each is `type, length, values`. */
export const Message = Object.freeze({
	/** Parameters of a connection that is to come. */
	parameters: 0x81,
	powerSaving: 0x41,
	closeDown: 0xc1,
	test: 0x21,
	flowOn: 0xa1,
	flowOff: 0x61,
	modemStatus: 0xe1,
	/** "I do not know this command": its value is the command's type. */
	notSupported: 0x11,
	remoteLineStatus: 0x51,
} as const);

/** Flow control in the second octet of a modem status. */
export const FLOW_STOPPED = 0x02;
/** Ready to communicate, ready to receive, data valid: what a line says that is open (5.4.6.3.7). */
export const LINE_READY = 0x8d;

/** Longer answers are not given: only a test may be longer, and it may ask again with less. */
const LONGEST_REPLY = 24;
const CAPACITY = 64;

/** Answers to the module's own commands, until there is room on the line. What does not fit is asked for again after T2. */
export class Replies {
	#bytes = new Uint8Array(CAPACITY);
	#length = 0;
	get isEmpty(): boolean {
		return this.#length === 0;
	}
	clear(): void {
		this.#length = 0;
	}
	/** The same message back as a response. */
	echo(bytes: Uint8Array, begin: number, end: number): void {
		const length = end - begin;
		if (length > LONGEST_REPLY || !this.hasRoom(length)) return;
		this.push(length);
		this.push(bytes[begin]! & ~COMMAND);
		for (let i = begin + 1; i < end; i++) this.push(bytes[i]!);
	}
	notSupported(type: number): void {
		if (!this.hasRoom(3)) return;
		this.push(3);
		this.push(Message.notSupported);
		this.push(0x03);
		this.push(type);
	}
	/** Moves the oldest into `into` at `start`; returns its length. */
	take(into: Uint8Array, start: number): number {
		const bytes = this.#bytes;
		const length = bytes[0]!;
		for (let i = 0; i < length; i++) into[start + i] = bytes[i + 1]!;
		bytes.copyWithin(0, length + 1, this.#length);
		this.#length -= length + 1;
		return length;
	}
	private hasRoom(length: number): boolean {
		return this.#length + length < CAPACITY;
	}
	private push(byte: number): void {
		this.#bytes[this.#length] = byte;
		this.#length++;
	}
}
