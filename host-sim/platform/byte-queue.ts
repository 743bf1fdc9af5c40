/** Received bytes that wait to be read; holds a bounded number. */
export class ByteQueue {
	readonly #bytes: Uint8Array;
	#start = 0;
	#length = 0;

	constructor(capacity: number) {
		this.#bytes = new Uint8Array(capacity);
	}

	get length(): number {
		return this.#length;
	}

	/** How many bytes found room. */
	push(bytes: Uint8Array): number {
		const count = Math.min(bytes.length, this.#bytes.length - this.#length);
		if (this.#start + this.#length + count > this.#bytes.length) {
			this.#bytes.copyWithin(0, this.#start, this.#start + this.#length);
			this.#start = 0;
		}
		this.#bytes.set(bytes.subarray(0, count), this.#start + this.#length);
		this.#length += count;
		return count;
	}

	/** Fills `into`; the caller knows that so many bytes are there. */
	take(into: Uint8Array): void {
		into.set(this.#bytes.subarray(this.#start, this.#start + into.length));
		this.#length -= into.length;
		this.#start = this.#length === 0 ? 0 : this.#start + into.length;
	}
}
