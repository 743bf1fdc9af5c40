/** Length of the frame at the start of `bytes`, `"more"` while that cannot be told, `"none"` when no frame starts there. */
export type Measure = (bytes: Uint8Array) => number | "more" | "none";

/** More than any frame of either protocol: two length bytes cannot make it so long. */
const capacityBytes = 512;

/** DL/T 645-2007 clause 5 (data link layer), Tb: the bytes of one frame follow within 500 ms. Assumed for CJ/T 188 as well. */
const longestGapMs = 500;

/** Finds frames in what arrives: skips the FE preamble and noise, and gives up a frame that stops half way. */
export class FrameScanner {
	readonly #measure: Measure;
	#bytes = new Uint8Array(0);
	#lastMs = 0;

	constructor(measure: Measure) {
		this.#measure = measure;
	}

	/** The frames that are complete now. */
	push(bytes: Uint8Array, nowMs: number): readonly Uint8Array[] {
		const kept = nowMs - this.#lastMs > longestGapMs ? new Uint8Array(0) : this.#bytes;
		this.#lastMs = nowMs;
		const all = new Uint8Array(kept.length + bytes.length);
		all.set(kept);
		all.set(bytes, kept.length);
		return this.#cut(all);
	}

	#cut(all: Uint8Array): readonly Uint8Array[] {
		const frames: Uint8Array[] = [];
		let at = 0;
		while (at < all.length) {
			const rest = all.subarray(at);
			const length = this.#measure(rest);
			if (length === "more" || (typeof length === "number" && length > rest.length)) break;
			if (length === "none") at++;
			else {
				frames.push(rest.slice(0, length));
				at += length;
			}
		}
		this.#bytes = all.slice(at).subarray(-capacityBytes);
		return frames;
	}
}

/** Arithmetic sum of the bytes, modulo 256: the check code of both protocols. */
export function checksum(bytes: Iterable<number>): number {
	let sum = 0;
	for (const byte of bytes) sum += byte;
	return sum & 0xff;
}

/** Packed BCD, the low digits first, as both protocols send numbers. */
export function bcdLowFirst(value: number, byteCount: number): number[] {
	const bytes: number[] = [];
	let rest = value;
	for (let i = 0; i < byteCount; i++) {
		bytes.push(((Math.floor(rest / 10) % 10) << 4) | (rest % 10));
		rest = Math.floor(rest / 100);
	}
	return bytes;
}

/** An address as people write it, the high digits first, to the bytes on the wire. */
export function addressBytes(address: string, byteCount: number): Uint8Array {
	if (!/^\d*$/.test(address) || address.length > 2 * byteCount)
		throw new RangeError(`a meter's address has up to ${2 * byteCount} decimal digits, not "${address}"`);
	const digits = address.padStart(2 * byteCount, "0");
	return Uint8Array.from({ length: byteCount }, (_, i) => Number.parseInt(digits.slice(2 * (byteCount - 1 - i), 2 * (byteCount - i)), 16));
}
