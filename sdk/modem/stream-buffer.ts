/** Bytes of a stream that wait to be read. One piece of memory, made once: what is read leaves at its front, what comes is put behind. */
export class StreamBuffer {
	#bytes: Uint8Array;
	#begin = 0;
	#end = 0;
	/** The place behind the last byte is being filled: nothing may move. */
	#isLent = false;
	constructor(capacity: number) {
		this.#bytes = new Uint8Array(capacity);
	}
	get length(): number {
		return this.#end - this.#begin;
	}
	get free(): number {
		return this.#bytes.length - this.length;
	}
	/** Room for at most so many bytes, in one piece; `filled` says how many came. */
	lend(most: number): Uint8Array {
		this.compact();
		this.#isLent = true;
		return this.#bytes.subarray(this.#end, this.#end + Math.min(most, this.free));
	}
	filled(byteCount: number): void {
		this.#isLent = false;
		this.#end += Math.min(byteCount, this.#bytes.length - this.#end);
	}
	/** Room for exactly so many bytes, kept at once; undefined when there is none. */
	reserve(byteCount: number): Uint8Array | undefined {
		if (this.#isLent || byteCount > this.free) return undefined;
		this.compact();
		const from = this.#end;
		this.#end += byteCount;
		return this.#bytes.subarray(from, this.#end);
	}
	/** The last so many bytes were not filled after all. */
	unreserve(byteCount: number): void {
		this.#end -= byteCount;
	}
	/** A copy of the first so many bytes, which are then gone. */
	take(byteCount: number): ArrayBuffer {
		const taken = this.#bytes.buffer.slice(this.#begin, this.#begin + byteCount) as ArrayBuffer;
		this.skip(byteCount);
		return taken;
	}
	takeInto(into: Uint8Array): void {
		into.set(this.#bytes.subarray(this.#begin, this.#begin + into.length));
		this.skip(into.length);
	}
	takeByte(): number {
		const byte = this.#bytes[this.#begin]!;
		this.skip(1);
		return byte;
	}
	private skip(byteCount: number): void {
		this.#begin += byteCount;
		if (this.#begin === this.#end && !this.#isLent) this.#begin = this.#end = 0;
	}
	private compact(): void {
		if (this.#begin === 0) return;
		this.#bytes.copyWithin(0, this.#begin, this.#end);
		this.#end -= this.#begin;
		this.#begin = 0;
	}
}
