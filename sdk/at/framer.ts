import type { Millis } from "./line.js";
import { LineBuffer } from "./line-buffer.js";

const CR = 0x0d;
const LF = 0x0a;
const BLANK = 0x20;
const PLUS = 0x2b;
const QUOTE = 0x22;
const PROMPT = 0x3e;
const AT_SIGN = 0x40;
const PERCENT = 0x25;
const COLON = 0x3a;
const COMMA = 0x2c;

/** Bytes at the end of the line buffer that keep the start of an information line, in case `ERROR` follows it (F8). */
export const REASON_CAPACITY = 64;

/** Silence inside counted data after which they are given up: 1,500 bytes take 1.6 s at 9,600 baud (an assumption: three times that). */
const DATA_SILENCE_MS = 5_000;

/** What the framer found; the channel implements it. */
export interface FrameSink {
	/** A complete line is in the buffer. Returns the number of bytes of data that follow it. */
	onFrameLine(): number;
	/** The data announced by `onFrameLine` or `onMark` are complete, or given up. */
	onFrameData(isComplete: boolean): void;
	/** The prompt that was armed. */
	onFramePrompt(): void;
	/** Whether a line that starts here, with a colon after its prefix, would be known: the line end before it was lost. */
	knowsPrefixAt(position: number): boolean;
	/** A byte that may end a line's text and begin its data: how many bytes of data follow, -1 when it is no such line. */
	onMark(byte: number): number;
}

/**
 * Cuts a byte stream into lines, prompts and counted data. A line ends with CR or LF; control characters are dropped, bytes above 0x7E
 * before the text are noise (F11). It keeps no bytes of the caller's and allocates nothing per line.
 */
export class Framer {
	readonly line: LineBuffer;
	readonly #sink: FrameSink;
	/** Lines of some URCs end at a mark byte: `+IPD,5:`. */
	readonly #hasMarks: boolean;
	#length = 0;
	#plus = 0;
	#isTruncated = false;
	#data = 0;
	#skipLf = false;
	#skipQuote = false;
	#dataDue = 0;
	#isPromptArmed = false;
	#echo: Uint8Array | undefined;
	#echoed = 0;
	#now: Millis = 0;

	constructor(capacity: number, sink: FrameSink, hasMarks: boolean) {
		this.line = new LineBuffer(capacity, REASON_CAPACITY);
		this.#sink = sink;
		this.#hasMarks = hasMarks;
	}

	armPrompt(isArmed: boolean): void {
		this.#isPromptArmed = isArmed;
	}

	/** The module echoes: when exactly this payload comes back it is not an answer. */
	expectEcho(payload: Uint8Array | undefined): void {
		this.#echo = payload;
		this.#echoed = 0;
	}

	/** Forgets the line that has begun. */
	reset(): void {
		this.#length = 0;
		this.#plus = 0;
		this.#isTruncated = false;
		this.#data = 0;
		this.#skipLf = false;
		this.#skipQuote = false;
		this.#isPromptArmed = false;
		this.#echo = undefined;
	}

	/** When counted data are given up, undefined when none are awaited. */
	get deadline(): Millis | undefined {
		return this.#data > 0 ? this.#dataDue : undefined;
	}

	shift(byMs: Millis): void {
		this.#dataDue += byMs;
	}

	expire(now: Millis): void {
		if (this.#data === 0 || now < this.#dataDue) return;
		this.#data = 0;
		this.#length = 0;
		this.#sink.onFrameData(false);
	}

	receive(bytes: Uint8Array, now: Millis): void {
		const end = bytes.length;
		this.#now = now;
		let at = 0;
		while (at < end) {
			if (this.#data > 0) at = this.#readData(bytes, at, end);
			else if (this.#echo !== undefined) at = this.#readEcho(this.#echo, bytes, at);
			else if (this.#isPromptArmed) at = this.#readPrompt(bytes, at);
			else at = this.#readLine(bytes, at, end);
		}
	}

	/** The one loop that runs for every byte: locals only. */
	#readLine(bytes: Uint8Array, from: number, end: number): number {
		const data = this.line.data;
		const capacity = this.line.capacity;
		const hasMarks = this.#hasMarks;
		let length = this.#length;
		let at = from;
		while (at < end) {
			const byte = bytes[at++]!;
			if (byte >= BLANK) {
				if (length < capacity) data[length++] = byte;
				else this.#isTruncated = true;
				if (byte === PLUS && length > 1 && this.#plus === 0) this.#plus = length - 1;
				if (hasMarks && (byte === COLON || byte === COMMA || byte === QUOTE)) {
					this.#length = length;
					if (this.#endAtMark(byte)) return at;
				}
			} else if ((byte === CR || byte === LF) && length > 0) {
				this.#length = length;
				this.#endLine(byte);
				return at;
			}
		}
		this.#length = length;
		return at;
	}

	#readPrompt(bytes: Uint8Array, at: number): number {
		const byte = bytes[at]!;
		if (this.#length === 0 && (byte === PROMPT || byte === AT_SIGN)) {
			this.#isPromptArmed = false;
			this.#sink.onFramePrompt();
			return at + 1;
		}
		if (this.#length === 0 && byte === BLANK) return at + 1;
		return this.#readLine(bytes, at, at + 1);
	}

	/** Data that come back byte for byte are dropped; at the first difference they were an answer after all. */
	#readEcho(echo: Uint8Array, bytes: Uint8Array, at: number): number {
		if (bytes[at] === echo[this.#echoed]) {
			this.#echoed++;
			if (this.#echoed === echo.length) this.#echo = undefined;
			return at + 1;
		}
		if (this.#echoed === 0 && bytes[at] === BLANK) return at + 1;
		const matched = this.#echoed;
		this.#echo = undefined;
		let again = 0;
		while (again < matched) again = this.#readLine(echo, again, matched);
		return at;
	}

	#readData(bytes: Uint8Array, from: number, end: number): number {
		this.#dataDue = this.#now + DATA_SILENCE_MS;
		let at = from;
		if (this.#skipLf) {
			this.#skipLf = false;
			if (bytes[at] === LF) at++;
			if (at === end) return at;
		}
		const take = Math.min(this.#data, end - at);
		this.#store(at === 0 && take === end ? bytes : bytes.subarray(at, at + take));
		this.#data -= take;
		if (this.#data === 0) {
			this.#length = 0;
			this.#sink.onFrameData(true);
		}
		return at + take;
	}

	#store(bytes: Uint8Array): void {
		const line = this.line;
		if (line.payloadEnd + bytes.length > line.capacity) {
			line.isTruncated = true;
			return;
		}
		line.data.set(bytes, line.payloadEnd);
		line.payloadEnd += bytes.length;
	}

	#endLine(terminator: number): void {
		const data = this.line.data;
		const plus = this.#plus;
		let begin = this.#textBegin();
		let end = this.#length;
		this.line.isTruncated = this.#isTruncated;
		this.#length = 0;
		this.#plus = 0;
		this.#isTruncated = false;
		const isQuoteLeft = this.#skipQuote && end === 1 && data[0] === QUOTE;
		this.#skipQuote = false;
		if (isQuoteLeft) return;
		while (end > begin && data[end - 1] === BLANK) end--;
		if (plus > 0) begin = this.#splitGlued(begin, end, plus);
		if (begin === end) return;
		const count = this.#emit(begin, end);
		if (count > 0) this.#beginData(count, terminator === CR);
	}

	/** Past the blanks and the noise at the start of the line. */
	#textBegin(): number {
		const data = this.line.data;
		const end = this.#length;
		let begin = 0;
		while (begin < end && (data[begin] === BLANK || data[begin]! > 0x7e)) begin++;
		return begin;
	}

	/** Emits the lines before each known prefix that has no line end before it (F12); returns where the last one begins. */
	#splitGlued(from: number, end: number, plus: number): number {
		const data = this.line.data;
		let begin = from;
		this.line.set(begin, end);
		for (let at = plus; at < end; at++) {
			if (data[at] !== PLUS || at <= begin || this.#isInQuotes(begin, at) || !this.#sink.knowsPrefixAt(at)) continue;
			if (!(at === begin + 1 && data[begin] === PERCENT)) this.#emit(begin, at);
			begin = at;
			this.line.set(begin, end);
		}
		return begin;
	}

	#isInQuotes(begin: number, position: number): boolean {
		const data = this.line.data;
		let isInside = false;
		for (let at = begin; at < position; at++) if (data[at] === QUOTE) isInside = !isInside;
		return isInside;
	}

	#emit(begin: number, end: number): number {
		this.line.set(begin, end);
		return this.#sink.onFrameLine();
	}

	#endAtMark(byte: number): boolean {
		this.line.set(this.#textBegin(), this.#length);
		const count = this.#sink.onMark(byte);
		if (count < 0) return false;
		this.#plus = 0;
		this.#length = 0;
		if (count === 0) this.#sink.onFrameData(true);
		else this.#beginData(count, false);
		this.#skipQuote = true;
		return true;
	}

	#beginData(count: number, skipLf: boolean): void {
		this.#data = count;
		this.#skipLf = skipLf;
		this.#dataDue = this.#now + DATA_SILENCE_MS;
	}
}
