import { STATUS_CODES } from "node:http";
import type { Clock, Scheduled } from "../clock/clock.js";
import type { HostConnection, HostStream, StreamHost, TlsIdentity } from "./host.js";
import { bodyBytes, type HttpHandler, type HttpRecord, type HttpResponse } from "./http.js";
import { BadRequest, HttpParser } from "./http-parser.js";

export interface HttpHostOptions {
	readonly clock: Clock;
	/** RFC 5952 text of IPv6, dotted decimal of IPv4. */
	readonly addresses: readonly string[];
	/** Without TLS; default 80. */
	readonly port?: number;
	/** Default: no TLS. Its port is 443 where none is given. */
	readonly tls?: { readonly port?: number; readonly identity: TlsIdentity };
	readonly handle: HttpHandler;
}

/** An assumption: how long common servers keep a connection on which nothing comes. */
const IDLE_WITHIN_MS = 60_000;

function responseBytes(response: HttpResponse, method: string): Uint8Array {
	const body = bodyBytes(response);
	const lines = [`HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ""}`];
	for (const [name, value] of Object.entries(response.headers ?? {})) lines.push(`${name}: ${value}`);
	if (response.close) lines.push("connection: close");
	const hasNoBody = method === "HEAD" || response.status === 204 || response.status === 304;
	const isChunked = response.chunkBytes !== undefined && response.chunkBytes > 0;
	if (response.status !== 204) lines.push(isChunked ? "transfer-encoding: chunked" : `content-length: ${body.length}`);
	const parts: Uint8Array[] = [Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1")];
	if (!hasNoBody) parts.push(...(isChunked ? chunksOf(body, response.chunkBytes!) : [body]));
	return Buffer.concat(parts);
}

function* chunksOf(body: Uint8Array, chunkBytes: number): Generator<Uint8Array> {
	for (let at = 0; at < body.length; at += chunkBytes) {
		const chunk = body.subarray(at, at + chunkBytes);
		yield Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n")]);
	}
	yield Buffer.from("0\r\n\r\n");
}

/** One connection: requests are answered one after another, in their order. */
class HttpConnection implements HostStream {
	readonly #connection: HostConnection;
	readonly #clock: Clock;
	readonly #handle: HttpHandler;
	readonly #requests: HttpRecord[];
	readonly #parser = new HttpParser();
	#answering: Scheduled | undefined;
	#idle: Scheduled | undefined;
	#open = true;

	constructor(connection: HostConnection, clock: Clock, handle: HttpHandler, requests: HttpRecord[]) {
		this.#connection = connection;
		this.#clock = clock;
		this.#handle = handle;
		this.#requests = requests;
		this.watch();
	}

	received(bytes: Uint8Array): void {
		if (!this.#open) return;
		this.#parser.push(bytes);
		this.watch();
		if (this.#answering === undefined) this.answerNext();
	}

	closed(): void {
		this.#open = false;
		this.#clock.cancel(this.#answering);
		this.#clock.cancel(this.#idle);
	}

	private watch(): void {
		this.#clock.cancel(this.#idle);
		this.#idle = this.#clock.after(IDLE_WITHIN_MS, () => {
			if (this.#answering === undefined) this.end();
			else this.watch();
		});
	}

	private end(): void {
		if (this.#open) this.#connection.close();
		this.closed();
	}

	private answerNext(): void {
		try {
			const request = this.#parser.next();
			if (request === undefined) return;
			const { keepsAlive, ...rest } = request;
			const response = this.#handle(rest);
			this.#requests.push({ ...rest, atMs: this.#clock.now(), status: response.status });
			this.answer(keepsAlive ? response : { ...response, close: true }, request.method);
		} catch (error) {
			if (!(error instanceof BadRequest)) throw error;
			this.answer({ status: error.status, body: `${error.message}\n`, close: true }, "GET");
		}
	}

	private answer(response: HttpResponse, method: string): void {
		this.#answering = this.#clock.after(response.delayMs ?? 0, () => {
			this.#answering = undefined;
			this.watch();
			this.#connection.send(responseBytes(response, method));
			if (response.close) this.end();
			else this.answerNext();
		});
	}
}

/** An HTTP/1.1 server as a host of the simulated internet, in virtual time. */
export class HttpHost implements StreamHost {
	readonly addresses: readonly string[];
	/** What was asked, oldest first. */
	readonly requests: HttpRecord[] = [];
	readonly #options: HttpHostOptions;

	constructor(options: HttpHostOptions) {
		this.addresses = options.addresses;
		this.#options = options;
	}

	accept(port: number, connection: HostConnection): HostStream | undefined {
		const { clock, handle, tls } = this.#options;
		if (port !== (this.#options.port ?? 80) && !(tls !== undefined && port === (tls.port ?? 443))) return undefined;
		return new HttpConnection(connection, clock, handle, this.requests);
	}

	tls(port: number): TlsIdentity | undefined {
		const { tls } = this.#options;
		return tls !== undefined && port === (tls.port ?? 443) ? tls.identity : undefined;
	}
}
