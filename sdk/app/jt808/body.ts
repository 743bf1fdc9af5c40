/** The body of a message: numbers big-endian (JT/T 808-2019 4.2). What does not fit sets `overflowed`, until {@link rewind}. */
export class BodyWriter {
	readonly #buffer: Uint8Array;
	#length = 0;
	#overflowed = false;

	constructor(buffer: Uint8Array) {
		this.#buffer = buffer;
	}
	get length(): number {
		return this.#length;
	}
	get overflowed(): boolean {
		return this.#overflowed;
	}
	rewind(length = 0): void {
		this.#length = length;
		this.#overflowed = false;
	}
	/** Valid until the buffer is written again. */
	get bytes(): Uint8Array {
		return this.#buffer.subarray(0, this.#length);
	}
	byte(value: number): void {
		this.number(value, 1);
	}
	word(value: number): void {
		this.number(value, 2);
	}
	doubleWord(value: number): void {
		this.number(value, 4);
	}
	octets(bytes: Uint8Array): void {
		if (!this.fits(bytes.length)) return;
		this.#buffer.set(bytes, this.#length);
		this.#length += bytes.length;
	}
	/** ASCII, cut or filled up with 0 to `width` bytes. */
	text(text: string, width: number): void {
		if (!this.fits(width)) return;
		for (let index = 0; index < width; index++) this.#buffer[this.#length++] = index < text.length ? text.charCodeAt(index) & 0x7f : 0;
	}
	/** Decimal digits, two in a byte, with zeros before them up to `width` bytes. */
	digits(digits: string, width: number): void {
		if (!this.fits(width)) return;
		for (let index = 0; index < width; index++) {
			const from = digits.length - 2 * (width - index);
			this.#buffer[this.#length++] = (digitAt(digits, from) << 4) | digitAt(digits, from + 1);
		}
	}
	/** Overwrites a word. */
	patchWord(at: number, value: number): void {
		this.#buffer[at] = (value >> 8) & 255;
		this.#buffer[at + 1] = value & 255;
	}
	private number(value: number, width: number): void {
		if (!this.fits(width)) return;
		for (let shift = 8 * (width - 1); shift >= 0; shift -= 8) this.#buffer[this.#length++] = (value >>> shift) & 255;
	}
	private fits(count: number): boolean {
		if (this.#length + count > this.#buffer.length) this.#overflowed = true;
		return !this.#overflowed;
	}
}

function digitAt(digits: string, index: number): number {
	return index < 0 ? 0 : digits.charCodeAt(index) - 0x30;
}

export function wordAt(bytes: Uint8Array, at: number): number {
	return bytes[at]! * 256 + bytes[at + 1]!;
}
export function doubleWordAt(bytes: Uint8Array, at: number): number {
	return wordAt(bytes, at) * 65_536 + wordAt(bytes, at + 2);
}
