import { Control, FLAG, frameCheck, isKnownControl, POLL } from "./frame.js";

type Millis = number;

/** Who is given what the line brings; called from `receive` and `expire`. */
export interface FrameSink {
	/** One frame whose FCS is right; `bytes` from `begin` to `end` is its information, valid inside the call. */
	frame(address: number, control: number, bytes: Uint8Array, begin: number, end: number): void;
	/** A line of printable text that stood outside of frames, from the beginning of `bytes`. */
	text(bytes: Uint8Array, length: number): void;
}

/** The longest line of text that is kept: boot banners are shorter. */
const TEXT_BYTES = 32;
/**
 * A frame that has begun and does not go on was none, or its end is lost. Bytes of a frame follow one another; half a second between them is
 * an assumption, which leaves a busy port its time.
 */
const STALL_MS = 500;
/** Address, control, two octets of length, FCS and flag. */
const AROUND_BYTES = 6;
const NO_FRAME = -1;
const UNFINISHED = 0;

/**
 * Finds frames in what the line brings. Nothing is delivered before the closing flag; when what began as a frame turns out to be none, its bytes
 * are looked through for the next flag, so that a frame whose length was garbled hides no other for longer than its own bytes, or 500 ms.
 */
export class FrameDecoder {
	#sink: FrameSink;
	/** What came behind the opening flag. */
	#bytes: Uint8Array;
	#length = 0;
	/** Of the whole frame with its closing flag, once its header is there. */
	#whole = 0;
	/** A flag was seen, and nothing since that would contradict it. */
	#isInside = false;
	#dueMs: Millis = 0;
	#text = new Uint8Array(TEXT_BYTES);
	#textLength = 0;
	#longest: number;
	/** Frames given up: garbled, cut off, or too long. */
	garbled = 0;

	/** @param informationBytes the longest information that is taken, N1 */
	constructor(informationBytes: number, sink: FrameSink) {
		this.#longest = informationBytes;
		this.#bytes = new Uint8Array(informationBytes + AROUND_BYTES);
		this.#sink = sink;
	}
	/** When to call `expire`; undefined between frames. */
	get deadline(): Millis | undefined {
		return this.#length > 0 ? this.#dueMs : undefined;
	}
	reset(): void {
		this.#isInside = false;
		this.#length = 0;
		this.#whole = 0;
		this.#textLength = 0;
	}
	receive(bytes: Uint8Array, now: Millis): void {
		for (let i = 0; i < bytes.length; i++) {
			const byte = bytes[i]!;
			if (this.#isInside) this.take(byte);
			else if (byte === FLAG) this.open();
			else this.outside(byte);
		}
		this.#dueMs = now + STALL_MS;
	}
	expire(now: Millis): void {
		if (this.#length === 0 || now < this.#dueMs) return;
		this.garbled++;
		this.dropToFlag();
		this.judgeAll();
		// What is left may begin a frame, which then has its own time.
		this.#dueMs = now + STALL_MS;
	}
	private open(): void {
		this.#isInside = true;
		this.#length = 0;
		this.#whole = 0;
	}
	private take(byte: number): void {
		const length = this.#length;
		if (length === 0 && byte === FLAG) return;
		this.#bytes[length] = byte;
		this.#length = length + 1;
		// Information is only counted.
		if (length < 4 || length + 1 >= this.#whole) this.judgeAll();
	}
	/** Delivers what is whole and drops what is no frame, until more must come. */
	private judgeAll(): void {
		for (let verdict = this.judge(); verdict !== UNFINISHED; verdict = this.judge()) {
			if (verdict === NO_FRAME) {
				this.garbled++;
				this.dropToFlag();
			} else {
				this.deliver(verdict);
				// It ended the session.
				if (this.#length === 0) return;
				// The closing flag may be the next one's opening flag.
				this.drop(verdict);
			}
		}
	}
	/** The length of the frame at the beginning with its closing flag, or `UNFINISHED` or `NO_FRAME`. */
	private judge(): number {
		const bytes = this.#bytes;
		const length = this.#length;
		this.#whole = 0;
		if (length === 0) return UNFINISHED;
		if ((bytes[0]! & 1) === 0) return NO_FRAME;
		if (length === 1) return UNFINISHED;
		if (!isKnownControl(bytes[1]!)) return NO_FRAME;
		if (length === 2 || (length === 3 && (bytes[2]! & 1) === 0)) return UNFINISHED;
		const information = informationLength(bytes);
		if (information > this.#longest) return NO_FRAME;
		const check = headerLength(bytes) + information;
		const whole = check + 2;
		this.#whole = whole;
		if (length <= check) return UNFINISHED;
		const covered = (bytes[1]! & ~POLL) === Control.ui ? check : headerLength(bytes);
		if (frameCheck(bytes, 0, covered) !== bytes[check]) return NO_FRAME;
		if (length < whole) return UNFINISHED;
		return bytes[check + 1] === FLAG ? whole : NO_FRAME;
	}
	private deliver(whole: number): void {
		const bytes = this.#bytes;
		this.#textLength = 0;
		this.#sink.frame(bytes[0]!, bytes[1]!, bytes, headerLength(bytes), whole - 2);
	}
	/** Forgets what stands before the next flag, and that; without one the search begins anew. */
	private dropToFlag(): void {
		const bytes = this.#bytes;
		const length = this.#length;
		let i = 0;
		while (i < length && bytes[i] !== FLAG) {
			this.outside(bytes[i]!);
			i++;
		}
		if (i === length) this.#isInside = false;
		this.drop(i);
	}
	/** Forgets so many bytes, and the flags behind them. */
	private drop(count: number): void {
		const bytes = this.#bytes;
		const length = this.#length;
		let from = count;
		while (from < length && bytes[from] === FLAG) from++;
		bytes.copyWithin(0, from, length);
		this.#length = length - from;
		this.#whole = 0;
	}
	/** Text outside of frames is what a module says that no longer multiplexes. */
	private outside(byte: number): void {
		const length = this.#textLength;
		if (byte >= 0x20 && byte < 0x7f) {
			if (length < TEXT_BYTES) {
				this.#text[length] = byte;
				this.#textLength = length + 1;
			}
			return;
		}
		this.#textLength = 0;
		if (length > 0 && (byte === 0x0d || byte === 0x0a)) this.#sink.text(this.#text, length);
	}
}

function headerLength(bytes: Uint8Array): number {
	return (bytes[2]! & 1) === 1 ? 3 : 4;
}
/** TS 27.010 5.2.1.5: the low bit says whether one octet is all. */
function informationLength(bytes: Uint8Array): number {
	const first = bytes[2]!;
	return (first & 1) === 1 ? first >> 1 : (first >> 1) | (bytes[3]! << 7);
}
