import { createSocket, type Socket } from "node:dgram";
import { createServer, type IncomingMessage, type OutgoingMessage, updateTiming } from "coap";
import type { Collector } from "./collector.js";

export interface CollectorServerOptions {
	readonly collector: Collector;
	/** Default "::1". Nothing beyond this machine unless an address says so. */
	readonly address?: string;
	/** Default 0: a free one. */
	readonly port?: number;
	/** 0 ≤ x < 1, for losses; default Math.random. */
	readonly random?: () => number;
	/** Of the clients; default 10,000. One value per process: the library keeps its timers there. */
	readonly ackTimeoutMs?: number;
}
export interface CollectorServer {
	readonly address: string;
	readonly port: number;
	close(): Promise<void>;
}

/** Time to answer in the acknowledgement of a report; a slower answer goes in a message of its own (RFC 7252 5.2.2). */
const PIGGYBACK_MS = 500;

function numberOf(value: unknown): number | undefined {
	if (typeof value === "number") return value;
	if (Buffer.isBuffer(value)) return value.length === 0 ? 0 : value.readUIntBE(0, value.length);
	const known: Readonly<Record<string, number>> = { "application/senml+cbor": 112, "application/cbor": 60 };
	return known[String(value)];
}

/** Off and lossy are the socket's: the CoAP library above it knows nothing of it. */
function lossySocket(collector: Collector, random: () => number, type: "udp4" | "udp6"): Socket {
	const socket = createSocket({ type, reuseAddr: false });
	const lost = (): boolean =>
		!collector.behaviour.available || (collector.behaviour.lossRate > 0 && random() < collector.behaviour.lossRate);
	const { emit, send } = socket;
	socket.emit = function (this: Socket, event: string, ...values: unknown[]) {
		if (event === "message" && lost()) return true;
		return (emit as (...all: unknown[]) => boolean).call(this, event, ...values);
	} as typeof socket.emit;
	socket.send = function (this: Socket, ...values: unknown[]) {
		if (!lost()) return (send as (...all: unknown[]) => void).apply(this, values);
		const done = values.at(-1);
		if (typeof done === "function") setImmediate(() => done(null, 0));
	} as typeof socket.send;
	return socket;
}

function answer(collector: Collector, request: IncomingMessage, response: OutgoingMessage): void {
	const result = collector.handle({
		method: request.method,
		path: request.url.split("?")[0],
		contentFormat: numberOf(request.headers["Content-Format"]),
		payload: new Uint8Array(request.payload),
	});
	response.code = result.code;
	if (result.contentFormat !== undefined)
		response.setOption("Content-Format", result.contentFormat === 60 ? "application/cbor" : Buffer.from([result.contentFormat]));
	response.end(result.payload === undefined ? undefined : Buffer.from(result.payload));
}

/** The collector behind a real CoAP server (npm `coap`), for the real clock. */
export async function listenCollector(options: CollectorServerOptions): Promise<CollectorServer> {
	const { collector } = options;
	const address = options.address ?? "::1";
	updateTiming({ ackTimeout: (options.ackTimeoutMs ?? 10_000) / 1000 });
	const socket = lossySocket(collector, options.random ?? Math.random, address.includes(":") ? "udp6" : "udp4");
	await new Promise<void>((resolve, reject) => {
		socket.once("error", reject);
		socket.bind(options.port ?? 0, address, () => {
			socket.off("error", reject);
			resolve();
		});
	});
	const timers = new Set<NodeJS.Timeout>();
	const server = createServer({ piggybackReplyMs: PIGGYBACK_MS }, (request: IncomingMessage, response: OutgoingMessage) => {
		const { delayMs, response: kind } = collector.behaviour;
		// The library acknowledges by itself what is not answered in time.
		const waitMs = kind === "separate" ? Math.max(delayMs, PIGGYBACK_MS * 2) : delayMs;
		response.on("error", () => {});
		if (waitMs === 0) return answer(collector, request, response);
		const timer = setTimeout(() => {
			timers.delete(timer);
			answer(collector, request, response);
		}, waitMs);
		timers.add(timer);
	});
	server.on("error", () => {});
	server.listen(socket as never);
	return {
		address,
		port: socket.address().port,
		close: () =>
			new Promise(resolve => {
				for (const timer of timers) clearTimeout(timer);
				server.close();
				socket.close(() => resolve());
			}),
	};
}
