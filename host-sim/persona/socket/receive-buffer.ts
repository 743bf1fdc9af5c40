/** What came at once: a piece of a stream, or one datagram. */
export interface Received {
	readonly bytes: Uint8Array;
	readonly address: string;
	readonly port: number;
}

/** What a module holds until its host takes it. A stream's bytes run together, datagrams keep their bounds. */
export class ReceiveBuffer {
	readonly #stream: boolean;
	readonly #packets: Received[] = [];
	#bytes = 0;

	constructor(stream: boolean) {
		this.#stream = stream;
	}

	get bytes(): number {
		return this.#bytes;
	}

	/** Datagrams, or pieces of a stream. */
	get count(): number {
		return this.#packets.length;
	}

	push(packet: Received): void {
		this.#packets.push({ ...packet, bytes: packet.bytes.slice() });
		this.#bytes += packet.bytes.length;
	}

	/** At most `length` bytes: of a stream as many as there are, of datagrams what is left of the oldest. undefined: nothing there. */
	take(length: number): Received | undefined {
		const first = this.#take(length);
		if (!first || !this.#stream) return first;
		const pieces = [first.bytes];
		for (let left = length - first.bytes.length; left > 0; ) {
			const next = this.#take(left);
			if (!next) break;
			pieces.push(next.bytes);
			left -= next.bytes.length;
		}
		return { ...first, bytes: Uint8Array.from(Buffer.concat(pieces)) };
	}

	#take(length: number): Received | undefined {
		const packet = this.#packets[0];
		if (!packet || length <= 0) return undefined;
		const bytes = packet.bytes.subarray(0, length);
		if (bytes.length === packet.bytes.length) this.#packets.shift();
		else this.#packets[0] = { ...packet, bytes: packet.bytes.subarray(length) };
		this.#bytes -= bytes.length;
		return { ...packet, bytes };
	}
}
