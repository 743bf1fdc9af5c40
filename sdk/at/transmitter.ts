import { CommandLine } from "./encode.js";

/** Views of the command line kept for reuse, 64 bytes each: a device in its steady state sends a few different lengths. */
const KEPT_VIEWS = 3;

/**
 * What is to be written: a command line and, after its prompt, the payload and its terminator. It hands out views, never copies; the
 * view of a whole line is kept by its length, so a repeated command allocates none.
 */
export class Transmitter {
	readonly line: CommandLine;
	/** Nothing is left to hand out. */
	isDone = true;
	/** Bytes of the command line handed out so far. */
	sent = 0;
	#length = 0;
	#payload: Uint8Array | undefined = undefined;
	#payloadSent = 0;
	/** The byte that ends a payload, or makes the module give up; 0 for none. */
	#last = 0;
	/** The last view handed out and its length, and the others. */
	#view: Uint8Array | undefined = undefined;
	#viewLength = 0;
	readonly #views: Uint8Array[] = [];
	#nextView = 0;

	constructor(capacity: number) {
		this.line = new CommandLine(capacity);
	}

	/** Sends the line that was encoded. */
	start(): void {
		this.sent = 0;
		this.#length = this.line.length;
		this.isDone = false;
	}

	startPayload(payload: Uint8Array | undefined, terminator: number | undefined): void {
		this.#payload = payload && payload.length > 0 ? payload : undefined;
		this.#payloadSent = 0;
		this.#last = terminator ?? 0;
		this.isDone = this.#payload === undefined && this.#last === 0;
	}

	/** One character that makes the module give up (V.250 5.6.1), or ESC at a prompt. */
	sendAbort(byte: number): void {
		this.stop();
		this.#last = byte;
		this.isDone = false;
	}

	/** Forgets what was not sent yet. */
	stop(): void {
		this.#length = this.sent;
		this.#payload = undefined;
		this.#last = 0;
		this.isDone = true;
	}

	/** At most `limit` bytes of what is left. */
	next(limit: number): Uint8Array | undefined {
		const sent = this.sent;
		const length = this.#length;
		if (limit <= 0 || this.isDone) return undefined;
		if (sent === length) return this.nextOfPayload(limit);
		if (sent === 0 && length <= limit) {
			this.sent = length;
			this.isDone = true;
			return this.#viewLength === length ? this.#view : this.view(length);
		}
		const end = Math.min(length, sent + limit);
		this.sent = end;
		this.isDone = end === length;
		return this.line.bytes.subarray(sent, end);
	}

	private nextOfPayload(limit: number): Uint8Array {
		const payload = this.#payload;
		if (payload === undefined) {
			const byte = this.#last;
			this.stop();
			return new Uint8Array([byte]);
		}
		const start = this.#payloadSent;
		const end = Math.min(payload.length, start + limit);
		this.#payloadSent = end;
		if (end === payload.length) this.#payload = undefined;
		this.isDone = end === payload.length && this.#last === 0;
		return start === 0 && end === payload.length ? payload : payload.subarray(start, end);
	}

	private view(length: number): Uint8Array {
		const views = this.#views;
		let i = 0;
		while (i < views.length && views[i]!.length !== length) i++;
		if (i === views.length) {
			if (i === KEPT_VIEWS) i = this.#nextView;
			views[i] = this.line.bytes.subarray(0, length);
			this.#nextView = (i + 1) % KEPT_VIEWS;
		}
		const view = views[i]!;
		this.#view = view;
		this.#viewLength = length;
		return view;
	}
}
