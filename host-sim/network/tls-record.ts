/** RFC 8446 5.1. */
export const CONTENT = { alert: 21, handshake: 22, data: 23 } as const;
export const MAXIMUM_RECORD_BYTES = 16_384;
const HEADER_BYTES = 5;

/**
 * One record with its content unencrypted. What encryption adds stands before the content, so that a receiver whose window is smaller than a
 * record can take it as it comes. `overheadBytes` holds the header.
 */
export function dataRecord(content: Uint8Array, overheadBytes: number): Uint8Array {
	const bytes = filler(CONTENT.data, overheadBytes + content.length);
	bytes.set(content, overheadBytes);
	return bytes;
}
/** A record of so many bytes with nothing in it. */
export function filler(type: number, count: number): Uint8Array {
	const bytes = new Uint8Array(count);
	const length = count - HEADER_BYTES;
	bytes.set([type, 3, 3, length >> 8, length & 0xff]);
	return bytes;
}

export interface RecordEvents {
	content(bytes: Uint8Array): void;
	/** So many more bytes of handshake messages or alerts have come. */
	signalling(count: number): void;
}

/** Takes records apart as their bytes come, in pieces of any size. */
export class RecordReader {
	readonly #events: RecordEvents;
	readonly #header = new Uint8Array(HEADER_BYTES);
	#headerLength = 0;
	/** Of the record under way. */
	#left = 0;
	#overheadLeft = 0;
	/** Set once the keys are known. */
	overheadBytes = HEADER_BYTES;

	constructor(events: RecordEvents) {
		this.#events = events;
	}

	/** Returns how many of the bytes were no content. */
	read(wire: Uint8Array): number {
		let rest = 0;
		let at = 0;
		while (at < wire.length) {
			if (this.#headerLength < HEADER_BYTES) {
				this.#header[this.#headerLength++] = wire[at++]!;
				rest++;
				if (this.#headerLength === HEADER_BYTES) this.#begin();
				continue;
			}
			const part = wire.subarray(at, at + Math.min(wire.length - at, this.#overheadLeft > 0 ? this.#overheadLeft : this.#left));
			at += part.length;
			rest += this.#take(part);
			if (this.#left === 0) this.#headerLength = 0;
		}
		return rest;
	}

	#begin(): void {
		this.#left = this.#header[3]! * 256 + this.#header[4]!;
		const data = this.#header[0] === CONTENT.data;
		this.#overheadLeft = data ? Math.min(this.#left, this.overheadBytes - HEADER_BYTES) : 0;
		if (!data) this.#events.signalling(HEADER_BYTES);
		if (this.#left === 0) this.#headerLength = 0;
	}
	#take(part: Uint8Array): number {
		this.#left -= part.length;
		if (this.#overheadLeft > 0) {
			this.#overheadLeft -= part.length;
			return part.length;
		}
		if (this.#header[0] === CONTENT.data) {
			this.#events.content(part);
			return 0;
		}
		this.#events.signalling(part.length);
		return part.length;
	}
}
