import type { BodyLength, RequestHead } from "./http-head.js";
import { type Bytes, bytesIn, type Stream } from "./stream.js";
import { encodeUtf8 } from "./utf8.js";

/** A chunk's size of up to eight digits and two line ends (RFC 9112 7.1). */
const CHUNK_OVERHEAD_BYTES = 12;

/** One request on its way out. */
export class RequestSender {
	readonly #stream: Stream;
	/** Of the head or of the last chunk: what did not fit yet. */
	#pending: Uint8Array | undefined;
	#body: BodyLength;

	constructor(stream: Stream, head: RequestHead) {
		this.#stream = stream;
		this.#pending = head.bytes;
		this.#body = head.body;
	}

	get sent(): boolean {
		return this.#pending === undefined && this.#body === 0;
	}

	/** How many bytes of body may be written now. */
	get room(): number {
		if (this.#pending !== undefined || this.#body === 0) return 0;
		if (this.#body === "chunked") return Math.max(this.#stream.writable - CHUNK_OVERHEAD_BYTES, 0);
		return Math.min(this.#stream.writable, this.#body);
	}

	/** As much of what waits as there is room for. */
	flush(): void {
		const pending = this.#pending;
		if (pending === undefined) return;
		const count = Math.min(pending.length, this.#stream.writable);
		if (count > 0) this.#stream.write(count === pending.length ? pending : pending.slice(0, count));
		this.#pending = count === pending.length ? undefined : pending.subarray(count);
	}

	/** @throws Error where there is no room, no body or too much of it */
	write(data: Bytes | undefined | null): number {
		if (this.#body === 0) throw new Error("the request has no body, or all of it was written");
		if (this.#pending !== undefined) throw new Error("the request's head is not written yet: wait for onWritable");
		if (data === undefined || data === null) this.endChunks();
		else if (bytesIn(data) > 0) this.writeBody(data);
		return this.room;
	}

	private endChunks(): void {
		if (this.#body !== "chunked") throw new Error("data is required: only a chunked body ends without");
		this.#body = 0;
		this.#pending = encodeUtf8("0\r\n\r\n");
		this.flush();
	}

	private writeBody(data: Bytes): void {
		const byteCount = bytesIn(data);
		const overhead = this.#body === "chunked" ? CHUNK_OVERHEAD_BYTES : 0;
		if (byteCount + overhead > this.#stream.writable) throw new Error(`no room for ${byteCount} bytes now: wait for onWritable`);
		if (this.#body === "chunked") {
			const size = encodeUtf8(`${byteCount.toString(16)}\r\n`);
			this.#stream.write(size, { more: true, byteLength: size.length + byteCount + 2 });
			this.#stream.write(data, { more: true });
			this.#stream.write(encodeUtf8("\r\n"));
			return;
		}
		if (byteCount > this.#body) throw new RangeError(`data: ${byteCount} bytes, content-length leaves ${this.#body}`);
		this.#stream.write(data);
		this.#body -= byteCount;
	}
}
