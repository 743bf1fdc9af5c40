import type { HTTPOptions, HTTPRequest, RequestOptions } from "embedded:network/http/client";
import type { Timer } from "timer";
import type { ClientError } from "./client-error.js";
import { requestHead } from "./http-head.js";
import { ResponseReader } from "./http-reader.js";
import { RequestSender } from "./http-sender.js";
import { type Bytes, Stream, type Timers } from "./stream.js";

/** An assumption: the longest that a server or the network may stay silent while a request is under way, in steps and their number. */
const SILENCE_STEP_MS = 10_000;
const MOST_SILENT_STEPS = 12;

function checkCallbacks(options: RequestOptions): void {
	for (const name of ["onHeaders", "onReadable", "onWritable", "onDone"] as const)
		if (options[name] !== undefined && typeof options[name] !== "function") throw new TypeError(`${name}: a function is required`);
}

/** What the client does for the request that is under way. */
interface Exchange {
	readBody(into: number | Bytes | undefined): ArrayBuffer | number | undefined;
	writeBody(data: Bytes | undefined | null): number;
}

/** `HTTPRequest`: what the application holds. */
class Request {
	#exchange: (request: Request) => Exchange | undefined;

	constructor(exchange: (request: Request) => Exchange | undefined) {
		this.#exchange = exchange;
	}

	read(into?: number | Bytes): ArrayBuffer | number | undefined {
		return this.#exchange(this)?.readBody(into);
	}

	write(data?: Bytes): number {
		const exchange = this.#exchange(this);
		if (exchange === undefined) throw new Error("the request is not under way: write in onWritable");
		return exchange.writeBody(data);
	}
}

interface Waiting {
	readonly options: RequestOptions;
	readonly sender: RequestSender;
	readonly request: Request;
}

/** `embedded:network/http/client`. What a method needs and what it throws stands in the module's declaration (types/platform.d.ts). */
export class HttpClient {
	readonly #host: string;
	readonly #port: number;
	readonly #onError: HTTPOptions["onError"];
	readonly #timers: Timers;
	readonly #stream: Stream;
	readonly #reader: ResponseReader;
	readonly #waiting: Waiting[] = [];
	#current: Waiting | undefined;
	#connected = false;
	#continue: Timer | undefined;
	#silence: Timer | undefined;
	#silentSteps = 0;

	constructor(options: HTTPOptions, timers: Timers) {
		if (options.onError !== undefined && typeof options.onError !== "function") throw new TypeError("onError: a function is required");
		this.#host = options.host;
		this.#port = options.port ?? 80;
		this.#onError = options.onError;
		this.#timers = timers;
		this.#stream = new Stream({ socket: options.socket, dns: options.dns, host: options.host, port: this.#port }, timers, {
			onWritable: () => this.writable(),
			onReadable: () => this.readable(),
			onEnd: error => this.ended(error),
		});
		this.#reader = new ResponseReader(this.#stream, {
			head: (status, headers, text) => this.head(status, headers, text),
			body: count => this.body(count),
			done: () => this.done(),
			malformed: what => this.#stream.end("protocol", `the server sent what is no HTTP: ${what}`),
		});
	}

	request(options: RequestOptions): HTTPRequest {
		if (!this.#stream.open) throw new Error("the client is closed: make another one");
		checkCallbacks(options);
		const sender = new RequestSender(this.#stream, requestHead(options, this.#host, this.#port));
		const request = new Request(asking => this.exchangeOf(asking));
		this.#waiting.push({ options: { ...options }, sender, request });
		if (this.#connected && this.#current === undefined) this.goOn();
		return request as unknown as HTTPRequest;
	}

	close(): void {
		this.#waiting.length = 0;
		this.#current = undefined;
		this.stopTimers();
		this.#stream.close();
	}

	private exchangeOf(request: Request): Exchange | undefined {
		const current = this.#current;
		if (current?.request !== request) return undefined;
		return {
			readBody: (into = this.#reader.unread) => this.readBody(into),
			writeBody: data => current.sender.write(data),
		};
	}

	private readBody(into: number | Bytes): ArrayBuffer | number | undefined {
		const before = this.#stream.readable;
		const result = this.#stream.take(into, this.#reader.unread);
		if (result === undefined) return undefined;
		this.#reader.took(before - this.#stream.readable);
		// The reader goes on by itself after the callback that told of these bytes; there is none around this call.
		if (!this.#reader.running && this.#reader.unread === 0) this.goOn();
		return result;
	}

	/** Later, as nothing is called from inside a call of the application. */
	private goOn(): void {
		this.#continue ??= this.#timers.set(() => {
			this.#continue = undefined;
			this.#reader.run();
			this.next();
		}, 0);
	}

	private next(): void {
		if (!this.#connected || this.#current !== undefined) return;
		if (this.#stream.readable > 0) {
			this.#stream.end("protocol", "the server sent an answer to no request");
			return;
		}
		const current = this.#waiting.shift();
		this.#current = current;
		if (current === undefined) return;
		this.#reader.begin(current.options.method ?? "GET");
		this.#silentSteps = 0;
		this.#silence ??= this.#timers.repeat(() => this.silent(), SILENCE_STEP_MS);
		this.send(current);
	}

	private send(current: Waiting): void {
		current.sender.flush();
		const { room } = current.sender;
		if (room > 0) current.options.onWritable?.call(current.request as never, room);
	}

	private writable(): void {
		this.#connected = true;
		this.#silentSteps = 0;
		if (this.#current === undefined) this.next();
		else this.send(this.#current);
	}

	private readable(): void {
		this.#silentSteps = 0;
		if (this.#current === undefined) this.#stream.end("protocol", "the server sent an answer to no request");
		else this.#reader.run();
	}

	private head(status: number, headers: Map<string, string>, text: string): void {
		const { options, request } = this.#current!;
		const mask = options.headersMask;
		if (mask !== undefined) for (const name of [...headers.keys()]) if (!mask.includes(name)) headers.delete(name);
		options.onHeaders?.call(request as never, status, headers, text);
	}

	private body(count: number): void {
		const { options, request } = this.#current!;
		if (options.onReadable !== undefined) options.onReadable.call(request as never, count);
		else this.readBody(count);
	}

	private done(): void {
		const { options, request, sender } = this.#current!;
		// RFC 9112 9.3: after a request that was answered before its end, the connection means nothing.
		const goesOn = sender.sent && this.#reader.keepsAlive;
		this.#current = undefined;
		this.#timers.clear(this.#silence);
		this.#silence = undefined;
		options.onDone?.call(request as never, null);
		if (goesOn) this.next();
		else this.#stream.end("closed", "the server ends the connection after this response");
	}

	private silent(): void {
		const isHeldUp = this.#reader.unread > 0 || (this.#current?.sender.room ?? 0) > 0;
		if (!isHeldUp && ++this.#silentSteps > MOST_SILENT_STEPS)
			this.#stream.end("timeout", `nothing came from the server for ${(SILENCE_STEP_MS * MOST_SILENT_STEPS) / 1000} s`);
	}

	private ended(error: ClientError): void {
		const current = this.#current;
		const isComplete = error.code === "closed" && this.#reader.endsWithConnection && current?.sender.sent;
		const waiting = this.#waiting.splice(0);
		this.close();
		current?.options.onDone?.call(current.request as never, isComplete ? null : error);
		for (const { options, request } of waiting) options.onDone?.call(request as never, error);
		this.#onError?.(error);
	}

	private stopTimers(): void {
		this.#timers.clear(this.#continue);
		this.#timers.clear(this.#silence);
		this.#continue = undefined;
		this.#silence = undefined;
	}
}
