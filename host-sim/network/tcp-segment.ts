/**
 * What one TCP segment says. Sequence numbers count payload bytes from 0 and never wrap; SYN is a state of its own and FIN takes
 * one number after the last byte.
 */
export interface Segment {
	readonly seq: number;
	/** Everything below has arrived; 0 in the first SYN. */
	readonly ack: number;
	readonly windowBytes: number;
	readonly bytes: Uint8Array;
	readonly syn?: true;
	/** `ack` means something: every segment but the first SYN. */
	readonly acknowledges?: true;
	readonly fin?: true;
	readonly rst?: true;
}

const NOTHING = new Uint8Array(0);

export function bareSegment(seq: number, ack: number, windowBytes: number): Segment {
	return { seq, ack, windowBytes, bytes: NOTHING, acknowledges: true };
}

/** Bytes by their sequence numbers: what waits to be acknowledged or sent. */
export class SendBuffer {
	#chunks: Uint8Array[] = [];
	#start = 0;
	#end = 0;

	/** One beyond the last byte. */
	get end(): number {
		return this.#end;
	}
	get length(): number {
		return this.#end - this.#start;
	}
	/** The bytes are the buffer's to keep. */
	append(bytes: Uint8Array): void {
		if (bytes.length === 0) return;
		this.#chunks.push(bytes);
		this.#end += bytes.length;
	}
	read(seq: number, count: number): Uint8Array {
		const result = new Uint8Array(Math.max(0, Math.min(count, this.#end - seq)));
		let at = this.#start;
		for (const chunk of this.#chunks) {
			const from = Math.max(seq, at);
			const to = Math.min(seq + result.length, at + chunk.length);
			if (from < to) result.set(chunk.subarray(from - at, to - at), from - seq);
			at += chunk.length;
			if (at >= seq + result.length) break;
		}
		return result;
	}
	/** Everything below `seq` has arrived. */
	drop(seq: number): void {
		while (this.#chunks.length > 0 && this.#start + this.#chunks[0]!.length <= seq) this.#start += this.#chunks.shift()!.length;
		if (this.#chunks.length === 0 || seq <= this.#start) return;
		this.#chunks[0] = this.#chunks[0]!.subarray(seq - this.#start);
		this.#start = seq;
	}
}

/** Puts segments that overtook each other back in order. */
export class ReceiveBuffer {
	readonly #waiting = new Map<number, Uint8Array>();
	#next = 0;
	#fin: number | undefined;

	get next(): number {
		return this.#next;
	}
	get finished(): boolean {
		return this.#fin !== undefined && this.#next > this.#fin;
	}
	/** What is in order now, at most up to `limit`; `undefined` when that is nothing. */
	take(seq: number, bytes: Uint8Array, fin: boolean, limit: number): Uint8Array | undefined {
		if (fin) this.#fin = seq + bytes.length;
		const usable = bytes.subarray(0, Math.max(0, limit - seq));
		if (usable.length > 0 && seq + usable.length > this.#next && (this.#waiting.get(seq)?.length ?? 0) < usable.length) {
			this.#waiting.set(seq, usable);
		}
		const parts: Uint8Array[] = [];
		for (let part = this.#pick(); part !== undefined; part = this.#pick()) parts.push(part);
		if (this.#next === this.#fin) this.#next++;
		if (parts.length < 2) return parts[0];
		const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
		let at = 0;
		for (const part of parts) {
			whole.set(part, at);
			at += part.length;
		}
		return whole;
	}

	#pick(): Uint8Array | undefined {
		for (const [seq, bytes] of this.#waiting) {
			if (seq > this.#next) continue;
			this.#waiting.delete(seq);
			const fresh = bytes.subarray(this.#next - seq);
			if (fresh.length === 0) continue;
			this.#next += fresh.length;
			return fresh;
		}
		return undefined;
	}
}
