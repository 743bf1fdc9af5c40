import { LINE_READY, Message, type Replies } from "./control.js";
import { addressOf, COMMAND, Control, closeFrame, informationStart, OVERHEAD_BYTES, POLL } from "./frame.js";

/** What is sent as a test. */
export const TEST_VALUE = 0x5a;
/** Where the information of a frame of DLCI 0 begins: none of ours is long. */
const START = informationStart(0);

/** One frame at a time on its way out, handed over in pieces as the port takes them. Frames are those of the station that opened the session. */
export class Outgoing {
	#bytes: Uint8Array;
	#start = 0;
	#end = 0;
	constructor(frameBytes: number) {
		this.#bytes = new Uint8Array(frameBytes + OVERHEAD_BYTES);
	}
	get isEmpty(): boolean {
		return this.#start === this.#end;
	}
	clear(): void {
		this.#end = 0;
		this.#start = 0;
	}
	/** A view, valid until the next frame. */
	take(limit: number): Uint8Array {
		const start = this.#start;
		this.#start = Math.min(this.#end, start + limit);
		return this.#bytes.subarray(start, this.#start);
	}
	sabm(dlci: number): void {
		this.close(addressOf(dlci, COMMAND), Control.sabm | POLL, 0);
	}
	/** UA or DM. */
	answer(address: number, control: number): void {
		this.close(address, control | POLL, 0);
	}
	closeDown(): void {
		this.message(Message.closeDown, 0);
	}
	test(): void {
		this.#bytes[START + 2] = TEST_VALUE;
		this.message(Message.test, 1);
	}
	/** Says that a connection is ready: some modules send nothing before. */
	status(dlci: number): void {
		this.#bytes[START + 2] = addressOf(dlci, COMMAND);
		this.#bytes[START + 3] = LINE_READY;
		this.message(Message.modemStatus, 2);
	}
	reply(replies: Replies): void {
		this.close(addressOf(0, COMMAND), Control.uih, replies.take(this.#bytes, START));
	}
	/** At most N1 of them. */
	data(dlci: number, bytes: Uint8Array): void {
		this.#bytes.set(bytes, informationStart(bytes.length));
		this.close(addressOf(dlci, COMMAND), Control.uih, bytes.length);
	}
	/** Its values are there already. */
	private message(type: number, valueLength: number): void {
		this.#bytes[START] = type | COMMAND;
		this.#bytes[START + 1] = (valueLength << 1) | 1;
		this.close(addressOf(0, COMMAND), Control.uih, valueLength + 2);
	}
	private close(address: number, control: number, length: number): void {
		this.#start = 0;
		this.#end = closeFrame(this.#bytes, address, control, length);
	}
}
