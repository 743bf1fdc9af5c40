import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { bodyBytes, type HttpHandler, type HttpRecord, type HttpRequest, type HttpResponse } from "./http.js";
import { type Listener, type ListenOptions, listen } from "./listen.js";

export interface HttpServerOptions extends ListenOptions {
	readonly handle: HttpHandler;
	/** Of the records; default milliseconds since the server began. */
	readonly now?: () => number;
}
export interface HttpServer extends Listener {
	/** What was asked, oldest first. */
	readonly requests: readonly HttpRecord[];
}

async function collect(message: IncomingMessage): Promise<HttpRequest> {
	const parts: Buffer[] = [];
	for await (const part of message) parts.push(part as Buffer);
	const headers = new Map(
		Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
	);
	return { method: message.method ?? "", path: message.url ?? "", headers, body: Uint8Array.from(Buffer.concat(parts)) };
}

function answer(response: HttpResponse, to: ServerResponse): void {
	for (const [name, value] of Object.entries(response.headers ?? {})) to.setHeader(name, value);
	if (response.close) to.setHeader("connection", "close");
	to.statusCode = response.status;
	const body = bodyBytes(response);
	const { chunkBytes } = response;
	if (chunkBytes === undefined) {
		to.end(body);
		return;
	}
	for (let at = 0; at < body.length; at += chunkBytes) to.write(body.subarray(at, at + chunkBytes));
	to.end();
}

/** A real HTTP/1.1 server (`node:http`) on this machine, for the real clock. */
export async function listenHttp(options: HttpServerOptions): Promise<HttpServer> {
	const startMs = performance.now();
	const now = options.now ?? (() => performance.now() - startMs);
	const requests: HttpRecord[] = [];
	const timers = new Set<NodeJS.Timeout>();
	const http = createServer((message, to) => {
		const respond = (request: HttpRequest): void => {
			const response = options.handle(request);
			requests.push({ ...request, atMs: now(), status: response.status });
			const timer = setTimeout(() => {
				timers.delete(timer);
				answer(response, to);
			}, response.delayMs ?? 0);
			timers.add(timer);
		};
		// Where it fails the client went away within its request, or the handler did not expect it.
		collect(message)
			.then(respond)
			.catch(() => to.destroy());
	});
	const listener = await listen(options, socket => void http.emit("connection", socket));
	return {
		address: listener.address,
		port: listener.port,
		requests,
		close: async () => {
			for (const timer of timers) clearTimeout(timer);
			await listener.close();
		},
	};
}
