import { CommandLine } from "./encode.js";

const CR = 0x0d;
const ESC = 0x1b;

/** Views of the command line kept for reuse: a device in its steady state sends a handful of different lengths. */
const KEPT_VIEWS = 8;

/**
 * What is to be written: a command line and, after its prompt, the payload and its terminator. It hands out views, never copies; the
 * view of a whole line is kept by its length, so a repeated command allocates none.
 */
export class Transmitter {
	readonly line: CommandLine;
	#sent = 0;
	#length = 0;
	#payload: Uint8Array | undefined;
	#payloadSent = 0;
	#terminator: number | undefined;
	#abort = 0;
	readonly #views: (Uint8Array | undefined)[] = new Array(KEPT_VIEWS).fill(undefined);
	#nextView = 0;

	constructor(capacity: number) {
		this.line = new CommandLine(capacity);
	}

	/** Sends the line that was encoded. */
	start(): void {
		this.#sent = 0;
		this.#length = this.line.length;
		this.#abort = 0;
		this.#payload = undefined;
		this.#terminator = undefined;
	}

	/** `AT` to see whether anybody answers; a lead of CR or ESC first ends a line or a prompt that was left half-way. */
	startProbe(lead: 0 | typeof CR | typeof ESC): void {
		const bytes = this.line.bytes;
		let length = 0;
		if (lead !== 0) bytes[length++] = lead;
		this.line.begin = length;
		bytes[length++] = 0x41;
		bytes[length++] = 0x54;
		bytes[length++] = CR;
		this.line.length = length;
		this.line.secretCount = 0;
		this.start();
	}

	startPayload(payload: Uint8Array | undefined, terminator: number | undefined): void {
		this.#payload = payload && payload.length > 0 ? payload : undefined;
		this.#payloadSent = 0;
		this.#terminator = terminator;
	}

	/** One character that makes the module give up (V.250 5.6.1), or ESC at a prompt. */
	sendAbort(byte: number): void {
		this.stop();
		this.#abort = byte;
	}

	/** Forgets what was not sent yet. */
	stop(): void {
		this.#length = this.#sent;
		this.#payload = undefined;
		this.#terminator = undefined;
		this.#abort = 0;
	}

	get isDone(): boolean {
		return this.#sent === this.#length && this.#payload === undefined && this.#terminator === undefined && this.#abort === 0;
	}

	get hasBegun(): boolean {
		return this.#sent > 0;
	}

	/** Bytes of the command line handed out so far. */
	get sent(): number {
		return this.#sent;
	}

	next(limit: number): Uint8Array | undefined {
		if (limit <= 0) return undefined;
		if (this.#sent < this.#length) return this.#nextOfLine(limit);
		if (this.#payload) return this.#nextOfPayload(this.#payload, limit);
		const byte = this.#terminator ?? this.#abort;
		if (byte === 0) return undefined;
		this.#terminator = undefined;
		this.#abort = 0;
		return new Uint8Array([byte]);
	}

	#nextOfLine(limit: number): Uint8Array {
		const start = this.#sent;
		const end = Math.min(this.#length, start + limit);
		this.#sent = end;
		return start === 0 ? this.#view(end) : this.line.bytes.subarray(start, end);
	}

	#nextOfPayload(payload: Uint8Array, limit: number): Uint8Array {
		const start = this.#payloadSent;
		const end = Math.min(payload.length, start + limit);
		this.#payloadSent = end;
		if (end === payload.length) this.#payload = undefined;
		return start === 0 && end === payload.length ? payload : payload.subarray(start, end);
	}

	#view(length: number): Uint8Array {
		const views = this.#views;
		for (let i = 0; i < KEPT_VIEWS; i++) if (views[i] !== undefined && views[i]!.length === length) return views[i]!;
		const view = this.line.bytes.subarray(0, length);
		views[this.#nextView] = view;
		this.#nextView = (this.#nextView + 1) % KEPT_VIEWS;
		return view;
	}
}
