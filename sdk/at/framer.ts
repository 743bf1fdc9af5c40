import type { FrameSink } from "./frame-sink.js";
import type { Millis } from "./line.js";
import { LineBuffer, MAX_PARAMETERS } from "./line-buffer.js";
import { PromptState, promptAt } from "./prompt.js";

const CR = 0x0d;
const LF = 0x0a;
const BLANK = 0x20;
const QUOTE = 0x22;
const PERCENT = 0x25;
const PLUS = 0x2b;
const COMMA = 0x2c;
const COLON = 0x3a;

/** Bytes behind the line buffer that keep the start of an information line, in case `ERROR` follows it (F8). */
export const REASON_CAPACITY = 64;

/** Silence inside counted data after which they are given up: 1,500 bytes take 1.6 s at 9,600 baud (an assumption: three times that). */
const DATA_SILENCE_MS = 5_000;

function isMark(byte: number): boolean {
	return byte === COLON || byte === COMMA || byte === QUOTE;
}

/** How the next bytes are read. */
const Mode = Object.freeze({ line: 0, prompt: 1, echo: 2, data: 3, overlong: 4 } as const);
type Mode = (typeof Mode)[keyof typeof Mode];

/**
 * Cuts a byte stream into lines, prompts and counted data. A line ends with CR or LF; other control characters are dropped, blanks and
 * bytes above 0x7E before its text are noise (F11). What is received is copied into the line buffer at one stroke and read where it lies, each byte once;
 * nothing is allocated and nothing of the caller's is kept.
 */
export class Framer {
	readonly line: LineBuffer;
	#mode: Mode = Mode.line;
	/** data[#begin, #used) is received and not read to its end: the line that has begun, or a line and its data. */
	#used = 0;
	#begin = 0;
	#commas = 0;
	#isQuoted = false;
	/** The first `+` of the line behind its start, 0 for none. */
	#plus = 0;
	#now: Millis = 0;
	/** Where letters begin: the comma, or the colon when lines of some URCs end at a mark byte (`+IPD,5:`). */
	readonly #plain: number;
	readonly #sink: FrameSink;
	/** When counted data are given up, undefined when none are awaited. */
	deadline: Millis | undefined = undefined;
	/** Bytes of data still to come. */
	#data = 0;
	#skipLf = false;
	/** The quote that closes data which began at an opening one is no line. */
	#skipQuote = false;
	#echo: Uint8Array | undefined = undefined;
	#prompt: readonly number[] | undefined;

	constructor(capacity: number, sink: FrameSink, hasMarks: boolean) {
		this.line = new LineBuffer(capacity, REASON_CAPACITY);
		this.#sink = sink;
		this.#plain = hasMarks ? COLON : COMMA;
	}

	receive(bytes: Uint8Array, now: Millis): void {
		const length = bytes.length;
		this.#now = now;
		if (this.#begin === this.#used) {
			this.#begin = 0;
			this.#used = 0;
		}
		if (this.#mode !== Mode.overlong && this.#used + length <= this.line.capacity) {
			const from = this.#used;
			this.line.data.set(bytes, from);
			this.#used = from + length;
			const at = this.#mode === 0 ? this.readLines(from, false) : from;
			if (at < from + length) this.read(at);
		} else this.receivePieces(bytes, length);
	}

	/**
	 * The one loop that runs for every byte: letters, digits and colons are above the comma, whatever means something is not, and the byte
	 * behind the last one is 0.
	 */
	private readLines(from: number, onlyOne: boolean): number {
		const line = this.line;
		const data = line.data;
		const commas = line.commas;
		const plain = this.#plain;
		let end = this.#used;
		let begin = this.#begin;
		let count = this.#commas;
		let isQuoted = this.#isQuoted;
		let at = from - 1;
		let byte = 0;
		data[end] = 0;
		for (;;) {
			do byte = data[++at]!;
			while (byte > plain);
			if (byte === COMMA) {
				if (!isQuoted && count < MAX_PARAMETERS) commas[count++] = at;
			} else if (byte === QUOTE) isQuoted = !isQuoted;
			else if (byte === LF || byte === CR) {
				if (at > begin) {
					this.endLine(begin, at, count, byte);
					count = 0;
					isQuoted = false;
					if (onlyOne || this.#mode !== 0) {
						this.startLine();
						return at + 1;
					}
				}
				if (data[at + 1] === LF) at++;
				begin = at + 1;
				continue;
			} else if (at >= end) break;
			else if (byte < BLANK) {
				data.copyWithin(at, at + 1, end + 1);
				at--;
				end--;
				this.#used = end;
			} else if (byte === PLUS && this.#plus === 0 && at > begin) this.#plus = at;
			if (plain === COLON && isMark(byte) && this.endAtMark(begin, byte, at + 1, count)) return at + 1;
		}
		this.#begin = begin;
		this.#commas = count;
		this.#isQuoted = isQuoted;
		return at;
	}

	/** data[from, position) is a line; the next one begins behind it. */
	private endLine(from: number, position: number, commas: number, terminator: number): void {
		const line = this.line;
		const data = line.data;
		const plus = this.#plus;
		let begin = from;
		let end = position;
		this.#begin = position + 1;
		this.#plus = 0;
		const first = data[begin]!;
		if (first <= BLANK || first > 0x7e || data[end - 1]! <= BLANK) {
			while (begin < end && (data[begin]! <= BLANK || data[begin]! > 0x7e)) begin++;
			while (end > begin && data[end - 1]! <= BLANK) end--;
			if (begin === end) return;
		}
		if (this.#skipQuote) {
			this.#skipQuote = false;
			if (end === begin + 1 && first === QUOTE) return;
		}
		line.begin = begin;
		line.end = end;
		line.parameters = begin;
		line.skipped = 0;
		line.commaCount = commas;
		line.payloadEnd = 0;
		if (plus > 0) this.splitGlued(plus);
		const count = this.#sink.onFrameLine();
		line.isTruncated = false;
		if (count > 0) this.beginData(count, position + 1, terminator === CR);
	}

	/** The characters of the prompt that is awaited, none where it is `>` or `@`; undefined: none is. */
	armPrompt(codes: readonly number[] | undefined): void {
		this.#prompt = codes;
		if (this.#mode <= Mode.prompt) this.#mode = this.modeBetweenData();
	}

	/** Data, or a line that is too long, may come while a prompt or an echo is awaited, and then it still is. */
	private modeBetweenData(): Mode {
		if (this.#echo !== undefined) return Mode.echo;
		return this.#prompt === undefined ? Mode.line : Mode.prompt;
	}

	/** The module echoes: when exactly this payload comes back it is not an answer. */
	expectEcho(payload: Uint8Array | undefined): void {
		if (payload === undefined) {
			this.#echo = undefined;
			if (this.#mode === Mode.echo) this.#mode = this.modeBetweenData();
		} else if (payload.length > 0) {
			this.#echo = payload;
			if (this.#mode <= Mode.prompt) this.#mode = Mode.echo;
		}
	}

	/** Forgets the line that has begun. */
	reset(): void {
		this.#echo = undefined;
		this.#prompt = undefined;
		this.#mode = Mode.line;
		this.#begin = this.#used;
		this.startLine();
		this.line.isTruncated = false;
		this.#data = 0;
		this.#skipQuote = false;
		this.deadline = undefined;
	}

	get isBetweenLines(): boolean {
		return this.#begin === this.#used && this.#mode === 0;
	}

	shift(byMs: Millis): void {
		if (this.deadline !== undefined) this.deadline += byMs;
	}

	expire(now: Millis): void {
		if (this.deadline !== undefined && now >= this.deadline) this.endData(false, this.#used);
	}

	/** More than there is room for: make room, and take as much as fits until nothing is left. */
	private receivePieces(bytes: Uint8Array, length: number): void {
		let at = 0;
		while (at < length) {
			if (this.#mode === Mode.overlong) at = this.skipOverlong(bytes, at, length);
			else if (this.#data > 0 && this.line.isTruncated) at = this.skipData(at, length);
			else {
				this.compact();
				const take = Math.min(this.line.capacity - this.#used, length - at);
				if (take === 0) this.overflow();
				else {
					this.line.data.set(bytes.subarray(at, at + take), this.#used);
					at += take;
					this.#used += take;
					this.read(this.#used - take);
				}
			}
		}
	}

	/** Moves what has not been read to its end to the start of the buffer. */
	private compact(): void {
		const by = this.#begin;
		if (by === 0) return;
		const line = this.line;
		line.data.copyWithin(0, by, this.#used);
		const commas = this.#data > 0 ? line.commaCount : this.#commas;
		for (let i = 0; i < commas; i++) line.commas[i]! -= by;
		if (this.#plus > 0) this.#plus -= by;
		line.begin -= by;
		line.end -= by;
		line.parameters -= by;
		line.payloadBegin -= by;
		this.#begin = 0;
		this.#used -= by;
	}

	/** The buffer is full of one line, or of a line and some of its data. The rest is counted and dropped. */
	private overflow(): void {
		this.line.isTruncated = true;
		if (this.#data === 0) this.#mode = Mode.overlong;
	}

	private skipOverlong(bytes: Uint8Array, from: number, end: number): number {
		let at = from;
		while (at < end && bytes[at] !== CR && bytes[at] !== LF) at++;
		if (at === end) return at;
		this.#mode = this.modeBetweenData();
		this.endLine(this.#begin, this.#used, this.#commas, bytes[at]!);
		this.startLine();
		this.#begin = this.#used;
		return at + 1;
	}

	private skipData(from: number, end: number): number {
		const take = Math.min(this.#data, end - from);
		this.#data -= take;
		this.deadline = this.#now + DATA_SILENCE_MS;
		if (this.#data === 0) this.endData(true, this.#used);
		return from + take;
	}

	/** Reads what has come from this position on. */
	private read(from: number): void {
		let at = from;
		while (at < this.#used) {
			const mode = this.#mode;
			if (mode === Mode.line) at = this.readLines(at, false);
			else if (mode === Mode.data) at = this.readData(at);
			else if (mode === Mode.prompt) at = this.readPrompt(at);
			else at = this.readEcho(at);
		}
	}

	private readPrompt(from: number): number {
		const { data } = this.line;
		const begin = this.#begin;
		const state = promptAt(data, begin, from, this.#prompt!);
		if (state === PromptState.begun) return from + 1;
		if (state === PromptState.broken) return this.readLines(begin, true);
		if (state === PromptState.none && (from > begin || (data[from]! > BLANK && data[from]! <= 0x7e))) return this.readLines(from, true);
		this.#begin = from + 1;
		if (state === PromptState.whole) {
			this.armPrompt(undefined);
			this.#sink.onFramePrompt();
		}
		return from + 1;
	}

	/** Data that come back byte for byte are dropped; at the first difference they were an answer after all. */
	private readEcho(from: number): number {
		const echo = this.#echo!;
		const byte = this.line.data[from];
		const echoed = from - this.#begin;
		if (byte === echo[echoed]) {
			if (echoed + 1 === echo.length) {
				this.#begin = from + 1;
				this.expectEcho(undefined);
			}
			return from + 1;
		}
		if (echoed === 0 && byte === BLANK) {
			this.#begin = from + 1;
			return from + 1;
		}
		this.expectEcho(undefined);
		return this.#begin;
	}

	private readData(from: number): number {
		const line = this.line;
		let at = from;
		this.deadline = this.#now + DATA_SILENCE_MS;
		if (this.#skipLf) {
			this.#skipLf = false;
			if (line.data[at] === LF) at++;
			line.payloadBegin = at;
		}
		const take = Math.min(this.#data, this.#used - at);
		this.#data -= take;
		at += take;
		if (this.#data === 0) this.endData(true, at);
		return at;
	}

	/** Lines begin again here. */
	private endData(isComplete: boolean, at: number): void {
		this.#data = 0;
		this.deadline = undefined;
		this.#mode = this.modeBetweenData();
		this.#begin = at;
		this.startLine();
		this.line.payloadEnd = at;
		this.#sink.onFrameData(isComplete);
		this.line.isTruncated = false;
	}

	private startLine(): void {
		this.#commas = 0;
		this.#plus = 0;
		this.#isQuoted = false;
	}

	/** Hands out the lines before each known prefix that has no line end before it (F12), and leaves the last one in `line`. */
	private splitGlued(plus: number): void {
		const line = this.line;
		const { data, end } = line;
		for (let at = plus; at < end; at++) {
			const begin = line.begin;
			if (data[at] !== PLUS || at === begin || this.isInQuotes(begin, at) || !this.#sink.knowsPrefixAt(at)) continue;
			if (!(at === begin + 1 && data[begin] === PERCENT)) {
				line.set(begin, at);
				this.#sink.onFrameLine();
			}
			line.set(at, end);
		}
	}

	private isInQuotes(begin: number, position: number): boolean {
		const data = this.line.data;
		let isInside = false;
		for (let at = begin; at < position; at++) if (data[at] === QUOTE) isInside = !isInside;
		return isInside;
	}

	/** `end` is behind the mark byte. */
	private endAtMark(from: number, byte: number, end: number, commas: number): boolean {
		const line = this.line;
		let begin = from;
		while (begin < end && (line.data[begin]! <= BLANK || line.data[begin]! > 0x7e)) begin++;
		line.open(begin, end, commas);
		const count = this.#sink.onMark(byte);
		if (count < 0) return false;
		this.#skipQuote = true;
		this.startLine();
		if (count > 0) this.beginData(count, end, false);
		else {
			line.payloadBegin = end;
			this.endData(true, end);
		}
		return true;
	}

	private beginData(count: number, position: number, skipLf: boolean): void {
		this.#mode = Mode.data;
		this.#begin = this.line.begin;
		this.#data = count;
		this.#skipLf = skipLf;
		this.line.payloadBegin = position;
		this.deadline = this.#now + DATA_SILENCE_MS;
	}
}
