/** Messages of JT/T 808-2019 as a platform reads and writes them: flags, escapes, checksum, header, sub-packets. */

const FLAG = 0x7e;
const ESCAPE = 0x7d;
/** Ten bits of the body's attributes. */
const LONGEST_BODY = 1023;
const VERSION_FLAG = 1 << 14;
const SUBPACKET_FLAG = 1 << 13;
const ENCRYPTION_BITS = 0x1c00;
/** A frame that has not ended after so many bytes is none: the largest body, all of it escaped, with its header. */
const LONGEST_FRAME = 2 * (LONGEST_BODY + 32);

export interface Message {
	readonly id: number;
	/** Digits of the terminal's number without leading zeros. */
	readonly terminal: string;
	readonly serial: number;
	/** The whole body; of sub-packets put together. */
	readonly body: Uint8Array;
}
interface Packet extends Message {
	readonly total: number;
	/** 1 … total. */
	readonly index: number;
}

export class FrameError extends Error {}

/** Cuts a stream of bytes into messages; what is no message is counted and skipped. */
export class FrameReader {
	malformed = 0;
	readonly #bytes: number[] = [];
	#open = false;
	readonly #parts = new Map<string, (Packet | undefined)[]>();

	/** Complete messages, in order. */
	push(bytes: Uint8Array): Message[] {
		const messages: Message[] = [];
		for (const byte of bytes) {
			if (byte !== FLAG) {
				if (this.#open) this.#bytes.push(byte);
				if (this.#bytes.length > LONGEST_FRAME) this.#drop();
				continue;
			}
			// The flag that ends a message may be the one that begins the next.
			if (this.#open && this.#bytes.length > 0) {
				const whole = this.#end();
				if (whole) messages.push(whole);
			}
			this.#open = true;
			this.#bytes.length = 0;
		}
		return messages;
	}
	#drop(): void {
		this.malformed++;
		this.#open = false;
		this.#bytes.length = 0;
	}
	#end(): Message | undefined {
		try {
			const packet = parse(unescaped(this.#bytes));
			return packet.total === 1 ? packet : this.#gather(packet);
		} catch (error) {
			if (!(error instanceof FrameError)) throw error;
			this.malformed++;
			return undefined;
		}
	}
	/** Sub-packets have serial numbers one after another, so the first one's names the set. */
	#gather(packet: Packet): Message | undefined {
		const first = (packet.serial - packet.index + 1) & 0xffff;
		const key = `${packet.terminal} ${packet.id} ${first}`;
		const parts = this.#parts.get(key) ?? new Array<Packet | undefined>(packet.total).fill(undefined);
		parts[packet.index - 1] = packet;
		this.#parts.set(key, parts);
		if (parts.some(part => part === undefined)) return undefined;
		this.#parts.delete(key);
		return { ...packet, serial: first, body: concat(parts.map(part => (part as Packet).body)) };
	}
}

function unescaped(bytes: readonly number[]): Uint8Array {
	const plain: number[] = [];
	for (let i = 0; i < bytes.length; i++) {
		if (bytes[i] !== ESCAPE) {
			plain.push(bytes[i] as number);
			continue;
		}
		const next = bytes[++i];
		if (next !== 1 && next !== 2) throw new FrameError("an escape that is none");
		plain.push(next === 1 ? ESCAPE : FLAG);
	}
	return Uint8Array.from(plain);
}

function parse(frame: Uint8Array): Packet {
	if (frame.length < 18) throw new FrameError("shorter than a header");
	if (checksum(frame.subarray(0, -1)) !== frame.at(-1)) throw new FrameError("wrong checksum");
	const view = new DataView(frame.buffer, frame.byteOffset, frame.length - 1);
	const attributes = view.getUint16(2);
	if ((attributes & VERSION_FLAG) === 0) throw new FrameError("a header of before 2019");
	if ((attributes & ENCRYPTION_BITS) !== 0) throw new FrameError("an encrypted body");
	const isPart = (attributes & SUBPACKET_FLAG) !== 0;
	const start = isPart ? 21 : 17;
	const length = attributes & LONGEST_BODY;
	if (frame.length - 1 !== start + length) throw new FrameError("its length is another than it says");
	const total = isPart ? view.getUint16(17) : 1;
	const index = isPart ? view.getUint16(19) : 1;
	if (index < 1 || index > total) throw new FrameError("a part beyond the last");
	return {
		id: view.getUint16(0),
		terminal: readBcd(frame.subarray(5, 15)).replace(/^0+(?=\d)/, ""),
		serial: view.getUint16(15),
		body: frame.slice(start, start + length),
		total,
		index,
	};
}

/** One message of the platform; its answers are short, so it never needs sub-packets. */
export function frameOf({ id, terminal, serial, body }: Message): Uint8Array {
	if (body.length > LONGEST_BODY) throw new RangeError(`a body of ${body.length} bytes needs sub-packets`);
	const plain = new Uint8Array(17 + body.length + 1);
	const view = new DataView(plain.buffer);
	view.setUint16(0, id);
	view.setUint16(2, VERSION_FLAG | body.length);
	view.setUint8(4, 1);
	plain.set(writeBcd(terminal, 10), 5);
	view.setUint16(15, serial);
	plain.set(body, 17);
	plain[plain.length - 1] = checksum(plain.subarray(0, -1));
	const out = [FLAG];
	for (const byte of plain) {
		if (byte === FLAG) out.push(ESCAPE, 2);
		else if (byte === ESCAPE) out.push(ESCAPE, 1);
		else out.push(byte);
	}
	out.push(FLAG);
	return Uint8Array.from(out);
}

function checksum(bytes: Uint8Array): number {
	return bytes.reduce((sum, byte) => sum ^ byte, 0);
}
function concat(parts: readonly Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
export function readBcd(bytes: Uint8Array): string {
	return Array.from(bytes, byte => `${byte >> 4}${byte & 15}`).join("");
}
export function writeBcd(digits: string, byteCount: number): Uint8Array {
	const padded = digits.padStart(2 * byteCount, "0");
	return Uint8Array.from({ length: byteCount }, (_, i) => Number(padded[2 * i]) * 16 + Number(padded[2 * i + 1]));
}
