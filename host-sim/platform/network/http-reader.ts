import { elements, wholeNumber } from "./http-head.js";
import type { Stream } from "./stream.js";

/** Any of these may close the stream. */
export interface ResponseSink {
	head(status: number, headers: Map<string, string>, statusText: string): void;
	/** So many bytes of the body are there to be taken. */
	body(count: number): void;
	done(): void;
	/** What the server sent is no HTTP. */
	malformed(what: string): void;
}

/** An assumption, as common servers have it for requests. */
const LONGEST_HEAD_BYTES = 16_384;

type Step = "idle" | "status" | "header" | "body" | "chunkSize" | "chunk" | "chunkEnd" | "trailer";

/** Statuses whose responses have no body, whatever their head says (RFC 9112 6.3). */
const hasNoBody = (method: string, status: number): boolean => method === "HEAD" || status === 204 || status === 304;

/** Takes responses from the stream, and of a body no byte before the application asks for it. */
export class ResponseReader {
	/** Bytes of body that the application was told of and has not read. */
	unread = 0;
	/** Whether the server goes on after this response. */
	keepsAlive = true;
	readonly #stream: Stream;
	readonly #sink: ResponseSink;
	readonly #byte = new Uint8Array(1);
	#step: Step = "idle";
	#method = "";
	#line = "";
	#headBytes = 0;
	#status = 0;
	#statusText = "";
	#headers = new Map<string, string>();
	#lastName = "";
	/** Of the body or of the chunk; Infinity: until the connection ends. */
	#remaining = 0;
	#running = false;

	constructor(stream: Stream, sink: ResponseSink) {
		this.#stream = stream;
		this.#sink = sink;
	}

	get running(): boolean {
		return this.#running;
	}

	get idle(): boolean {
		return this.#step === "idle";
	}

	/** Whether the end of the connection is the end of the response (RFC 9112 6.3, 8). */
	get endsWithConnection(): boolean {
		return this.#step === "body" && this.#remaining === Number.POSITIVE_INFINITY;
	}

	/** The next response answers a request of this method. */
	begin(method: string): void {
		this.#method = method;
		this.startHead();
	}

	/** As far as the bytes and the application go. May be called at any time. */
	run(): void {
		if (this.#running) return;
		this.#running = true;
		try {
			while (this.#stream.open && this.step()) {}
		} finally {
			this.#running = false;
		}
	}

	/** Counts what the application reads. */
	took(count: number): void {
		this.unread -= count;
		this.#remaining -= count;
	}

	private step(): boolean {
		if (this.#step === "idle") return false;
		if (this.#step === "body" || this.#step === "chunk") return this.tellBody();
		if (!this.collectLine()) return false;
		const line = this.#line.endsWith("\r") ? this.#line.slice(0, -1) : this.#line;
		this.#line = "";
		if (this.#step === "status") this.status(line);
		else if (this.#step === "header") this.header(line);
		else if (this.#step === "chunkSize") this.chunkSize(line);
		else if (this.#step === "chunkEnd") this.chunkEnd(line);
		else if (line === "") this.finish();
		return true;
	}

	/** Byte by byte, as the body behind the line stays where it is. Characters are ISO 8859-1 (RFC 9110 5.5). */
	private collectLine(): boolean {
		while (this.#stream.readable > 0) {
			this.#stream.fill(this.#byte);
			const byte = this.#byte[0]!;
			if (++this.#headBytes > LONGEST_HEAD_BYTES) return this.malformed(`more than ${LONGEST_HEAD_BYTES} bytes before the body`);
			if (byte === 10) return true;
			this.#line += String.fromCharCode(byte);
		}
		return false;
	}

	private malformed(what: string): false {
		this.#step = "idle";
		this.#sink.malformed(what);
		return false;
	}

	private startHead(): void {
		this.#step = "status";
		this.#line = "";
		this.#headBytes = 0;
		this.#headers = new Map();
		this.#lastName = "";
		this.unread = 0;
	}

	/** `HTTP/1.1 200 OK` (RFC 9112 4) */
	private status(line: string): void {
		const status = wholeNumber(line.slice(9, 12), 10);
		const isHttp1 = line.startsWith("HTTP/1.") && line[8] === " " && (line.length === 12 || line[12] === " ");
		if (!isHttp1 || status === undefined || status < 100) {
			this.malformed("a response without a status line");
			return;
		}
		this.#status = status;
		this.#statusText = line.slice(13);
		this.keepsAlive = line[7] !== "0";
		this.#step = "header";
	}

	private header(line: string): void {
		if (line === "") {
			this.headEnd();
		} else if (line.startsWith(" ") || line.startsWith("\t")) {
			// RFC 9112 5.2: the value goes on.
			if (this.#lastName !== "") this.#headers.set(this.#lastName, `${this.#headers.get(this.#lastName)} ${line.trim()}`);
		} else {
			const colon = line.indexOf(":");
			const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
			if (name === "" || name.includes(" ")) {
				this.malformed("a header without a name");
				return;
			}
			const before = this.#headers.get(name);
			const value = line.slice(colon + 1).trim();
			this.#headers.set(name, before === undefined ? value : `${before}, ${value}`);
			this.#lastName = name;
		}
	}

	private headEnd(): void {
		// RFC 9110 15.2: a final response follows.
		if (this.#status < 200) {
			this.startHead();
			return;
		}
		const framing = this.framing();
		if (framing === undefined) return;
		const headers = this.#headers;
		this.#sink.head(this.#status, headers, this.#statusText);
		if (this.#stream.open && framing === 0) this.finish();
	}

	/** How the body ends (RFC 9112 6.3). */
	private framing(): number | "chunked" | undefined {
		const connection = elements(this.#headers.get("connection"));
		if (connection.includes("close")) this.keepsAlive = false;
		else if (connection.includes("keep-alive")) this.keepsAlive = true;
		this.#remaining = 0;
		this.#step = "body";
		if (hasNoBody(this.#method, this.#status)) return 0;
		const encodings = elements(this.#headers.get("transfer-encoding"));
		if (encodings.at(-1) === "chunked") {
			this.#step = "chunkSize";
			return "chunked";
		}
		const lengths = elements(this.#headers.get("content-length"));
		if (encodings.length > 0 || lengths.length === 0) {
			this.keepsAlive = false;
			this.#remaining = Number.POSITIVE_INFINITY;
			return this.#remaining;
		}
		const length = wholeNumber(lengths[0]!, 10);
		if (length === undefined || lengths.some(other => other !== lengths[0])) {
			this.malformed("a content-length that is no number");
			return undefined;
		}
		this.#remaining = length;
		return length;
	}

	private tellBody(): boolean {
		if (this.#remaining === 0) {
			if (this.#step === "body") this.finish();
			else this.#step = "chunkEnd";
			return true;
		}
		const count = Math.min(this.#remaining, this.#stream.readable);
		if (count === this.unread) return false;
		this.unread = count;
		this.#sink.body(count);
		return true;
	}

	/** Extensions after a semicolon mean nothing (RFC 9112 7.1.1). */
	private chunkSize(line: string): void {
		const size = wholeNumber(line.split(";")[0]!.trim(), 16);
		if (size === undefined) {
			this.malformed("a chunk without a size");
			return;
		}
		this.#headBytes = 0;
		this.#remaining = size;
		this.#step = size === 0 ? "trailer" : "chunk";
	}

	private chunkEnd(line: string): void {
		this.#step = "chunkSize";
		if (line !== "") this.malformed("a chunk that is longer than its size");
	}

	private finish(): void {
		this.#step = "idle";
		this.#sink.done();
	}
}
