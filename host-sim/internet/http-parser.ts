import type { HttpRequest } from "./http.js";

/** An assumption, as common servers have it. */
const LONGEST_HEAD_BYTES = 16_384;
/** Of a body: what a simulated server takes. An assumption. */
const LONGEST_BODY_BYTES = 16 * 1024 * 1024;

/** A request that cannot be answered but by its status. */
export class BadRequest extends Error {
	readonly status: 400 | 413 | 431 | 501;

	constructor(status: 400 | 413 | 431 | 501, message: string) {
		super(message);
		this.status = status;
	}
}

interface Head {
	readonly method: string;
	readonly path: string;
	readonly headers: Map<string, string>;
	readonly keepsAlive: boolean;
}

function parseHead(text: string): Head {
	const [first = "", ...lines] = text.split("\r\n");
	const match = /^([!#$%&'*+.^_`|~\w-]+) (\S+) HTTP\/1\.([01])$/.exec(first);
	if (match === null) throw new BadRequest(400, "no request line");
	const headers = new Map<string, string>();
	for (const line of lines) {
		const field = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line);
		if (field === null) throw new BadRequest(400, "no header");
		const name = field[1]!.toLowerCase();
		headers.set(name, headers.has(name) ? `${headers.get(name)}, ${field[2]}` : field[2]!);
	}
	// RFC 9112 3.2.
	if (match[3] === "1" && !headers.has("host")) throw new BadRequest(400, "no host");
	const connection = headers.get("connection")?.toLowerCase() ?? "";
	return {
		method: match[1]!,
		path: match[2]!,
		headers,
		keepsAlive: match[3] === "1" ? connection !== "close" : connection === "keep-alive",
	};
}

/** Bytes up to the next `\r\n`; undefined while it is missing. */
function takeLine(bytes: Buffer, from: number): { readonly line: string; readonly next: number } | undefined {
	const end = bytes.indexOf("\r\n", from, "latin1");
	return end < 0 ? undefined : { line: bytes.toString("latin1", from, end), next: end + 2 };
}

/** RFC 9112 7.1: the body, and where it ends; undefined while some is missing. */
function takeChunks(bytes: Buffer, from: number): { readonly body: Uint8Array; readonly next: number } | undefined {
	const chunks: Buffer[] = [];
	let total = 0;
	for (let at = from; ; ) {
		const size = takeLine(bytes, at);
		if (size === undefined) return undefined;
		if (!/^[0-9a-f]{1,8}(;.*)?$/i.test(size.line)) throw new BadRequest(400, "no chunk size");
		const length = Number.parseInt(size.line, 16);
		if ((total += length) > LONGEST_BODY_BYTES) throw new BadRequest(413, "too long");
		if (length === 0) {
			for (let line = takeLine(bytes, size.next); line !== undefined; line = takeLine(bytes, line.next))
				if (line.line === "") return { body: Buffer.concat(chunks), next: line.next };
			return undefined;
		}
		const end = size.next + length;
		if (bytes.length < end + 2) return undefined;
		if (bytes.toString("latin1", end, end + 2) !== "\r\n") throw new BadRequest(400, "a chunk longer than its size");
		chunks.push(bytes.subarray(size.next, end));
		at = end + 2;
	}
}

/** Collects requests of HTTP/1.1 from the bytes of one connection (RFC 9112). */
export class HttpParser {
	#bytes = Buffer.alloc(0);

	push(bytes: Uint8Array): void {
		this.#bytes = Buffer.concat([this.#bytes, bytes]);
	}

	/** The next complete request; undefined while some of it is missing. @throws BadRequest, after which the connection means nothing */
	next(): (HttpRequest & { readonly keepsAlive: boolean }) | undefined {
		const end = this.#bytes.indexOf("\r\n\r\n", 0, "latin1");
		if (end > LONGEST_HEAD_BYTES || (end < 0 && this.#bytes.length > LONGEST_HEAD_BYTES))
			throw new BadRequest(431, "a head that is too long");
		if (end < 0) return undefined;
		const head = parseHead(this.#bytes.toString("latin1", 0, end));
		const body = this.body(head, end + 4);
		if (body === undefined) return undefined;
		this.#bytes = this.#bytes.subarray(body.next);
		return { ...head, body: Uint8Array.from(body.body) };
	}

	private body({ headers }: Head, from: number): { readonly body: Uint8Array; readonly next: number } | undefined {
		const encoding = headers.get("transfer-encoding");
		if (encoding !== undefined) {
			if (encoding.toLowerCase() !== "chunked") throw new BadRequest(501, "an encoding that is not known");
			return takeChunks(this.#bytes, from);
		}
		const length = headers.get("content-length") ?? "0";
		if (!/^\d{1,9}$/.test(length)) throw new BadRequest(400, "no content-length");
		const next = from + Number(length);
		if (Number(length) > LONGEST_BODY_BYTES) throw new BadRequest(413, "too long");
		return this.#bytes.length < next ? undefined : { body: this.#bytes.subarray(from, next), next };
	}
}
