import { createSocket, type Socket } from "node:dgram";
import { createServer, type IncomingMessage, type ObserveWriteStream, type OutgoingMessage } from "coap";
import { afterEach, describe, expect, test } from "vitest";
import { Collector } from "../../host-sim/internet/collector.js";
import { listenCollector } from "../../host-sim/internet/collector-server.js";
import { CoapClient, type CoapClientOptions, type CoapError, type CoapRequest, type CoapResponse } from "../../sdk/app/coap.js";
import { SenmlPack } from "../../sdk/app/senml.js";

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
	for (const action of cleanup.splice(0).reverse()) await action();
});

/** An ECMA-419 UDP class over a socket of the machine. */
class LoopbackUdp {
	readonly #socket: Socket = createSocket("udp6");
	readonly #received: ArrayBuffer[] = [];
	constructor(options: { onReadable(packets: number): void }) {
		this.#socket.on("message", (message, { address, port }) => {
			this.#received.push(Object.assign(new Uint8Array(message).buffer, { address, port }));
			options.onReadable(this.#received.length);
		});
	}
	read(): ArrayBuffer | undefined {
		return this.#received.shift();
	}
	write(bytes: Uint8Array, address: string, port: number): void {
		this.#socket.send(bytes.slice(), port, address);
	}
	close(): void {
		this.#socket.close();
	}
}

function open(port: number, options: Partial<CoapClientOptions> = {}): CoapClient {
	const client = new CoapClient({
		socket: { io: LoopbackUdp as any },
		address: "::1",
		port,
		timer: { set: (callback: () => void, delayMs: number) => setTimeout(callback, delayMs), clear: (id: any) => clearTimeout(id) },
		time: {
			get ticks() {
				return performance.now() | 0;
			},
		},
		random: Math.random,
		timers: { ackTimeoutMs: 1000, responseTimeoutMs: 5000 },
		...options,
	});
	cleanup.push(() => client.close());
	return client;
}
interface Answer {
	readonly code: string;
	readonly payload: Uint8Array;
	readonly piggybacked: boolean;
}
function ask(client: CoapClient, request: Partial<CoapRequest>): Promise<Answer> {
	return new Promise((resolve, reject) => {
		client.request({
			method: "POST",
			path: "/readings",
			onResponse: (response: CoapResponse) =>
				resolve({ code: response.codeText, payload: response.payload.slice(), piggybacked: response.piggybacked }),
			onError: (error: CoapError) => reject(error),
			...request,
		} as CoapRequest);
	});
}
function report(sequences: number): Uint8Array {
	const pack = new SenmlPack(new Uint8Array(4000), "urn:dev:os:32473-1:");
	pack.begin();
	for (let sequence = 1; sequence <= sequences; sequence++) {
		pack.beginReading(sequence, { source: "network", utcSeconds: 1_700_000_000 + sequence, ageSeconds: 0 });
		pack.addDecimal("volume", "m3", 1000 + sequence, -3);
		expect(pack.endReading()).toBe(true);
	}
	return pack.bytes();
}
async function collect(): Promise<{ collector: Collector; port: number }> {
	const collector = new Collector({ now: () => performance.now() });
	const server = await listenCollector({ collector, ackTimeoutMs: 1000 });
	cleanup.push(() => server.close());
	expect(server.address).toBe("::1");
	return { collector, port: server.port };
}

describe("the collector behind npm coap, on [::1]", () => {
	test("a report, and the configuration in the acknowledgement", async () => {
		const { collector, port } = await collect();
		collector.configuration = { reportEverySeconds: 300 };
		const answer = await ask(open(port), { payload: report(3), contentFormat: 112 });
		expect(answer).toEqual({ code: "2.04", payload: Uint8Array.of(0xa1, 0x01, 0x19, 0x01, 0x2c), piggybacked: true });
		expect(collector.sequences("urn:dev:os:32473-1:")).toEqual([1, 2, 3]);
		expect(collector.readings[1]!.values).toEqual({ volume: { value: "1.002", unit: "m3" } });
	});
	test("1 KB up in blocks of 256", async () => {
		const { collector, port } = await collect();
		const payload = report(30);
		expect(payload.length).toBeGreaterThan(1024);
		const client = open(port, { blockBytes: 256 });
		expect(await ask(client, { payload, contentFormat: 112 })).toMatchObject({ code: "2.04" });
		expect(client.counters.sent).toBe(Math.ceil(payload.length / 256));
		expect(collector.counters).toMatchObject({ reports: 1, accepted: 30 });
	});
	test("a slow server answers in a message of its own", async () => {
		const { collector, port } = await collect();
		collector.behaviour.delayMs = 900;
		const answer = await ask(open(port), { payload: report(1), contentFormat: 112 });
		expect(answer).toMatchObject({ code: "2.04", piggybacked: false });
		expect(collector.counters).toMatchObject({ reports: 1, rejected: 0 });
	});
	test("off for a while: the retransmission arrives, once", async () => {
		const { collector, port } = await collect();
		collector.behaviour.available = false;
		setTimeout(() => {
			collector.behaviour.available = true;
		}, 500);
		const client = open(port);
		expect(await ask(client, { payload: report(1), contentFormat: 112 })).toMatchObject({ code: "2.04" });
		expect(client.counters.retransmitted).toBe(1);
		expect(collector.counters).toMatchObject({ reports: 1, accepted: 1 });
	});
	test("errors have their codes", async () => {
		const { collector, port } = await collect();
		const client = open(port);
		expect((await ask(client, { path: "/elsewhere", payload: report(1), contentFormat: 112 })).code).toBe("4.04");
		expect((await ask(client, { payload: Uint8Array.of(0xff), contentFormat: 112 })).code).toBe("4.00");
		expect((await ask(client, { payload: report(1), contentFormat: 60 })).code).toBe("4.15");
		expect(collector.counters.rejected).toBe(3);
	});
	test("nobody there: a timeout, no exception", async () => {
		const client = open(9, { timers: { ackTimeoutMs: 50, ackRandomFactor: 1, maxRetransmit: 1 } });
		await expect(ask(client, {})).rejects.toMatchObject({ code: "timeout" });
	});
});

describe("npm coap as a server of its own", () => {
	async function serve(listener: (request: IncomingMessage, response: OutgoingMessage | ObserveWriteStream) => void): Promise<number> {
		const socket = createSocket({ type: "udp6" });
		await new Promise<void>(resolve => socket.bind(0, "::1", resolve));
		const server = createServer({ type: "udp6" }, listener as never);
		server.listen(socket as never);
		cleanup.push(() => {
			server.close();
			return new Promise<void>(resolve => socket.close(() => resolve()));
		});
		return socket.address().port;
	}
	test("2 KB down in blocks", async () => {
		const whole = Buffer.from(Array.from({ length: 2048 }, (_, index) => index & 255));
		const port = await serve((_request, response) => void response.end(whole));
		const client = open(port);
		expect(await ask(client, { method: "GET", path: "/big" })).toMatchObject({ code: "2.05", payload: new Uint8Array(whole) });
		expect(client.counters.sent).toBe(2);
		const small = await ask(client, { method: "GET", path: "/big", responseBlockBytes: 256 });
		expect(small.payload).toEqual(new Uint8Array(whole));
		expect(client.counters.sent).toBe(2 + 8);
	});
	test("observes, and is let go", async () => {
		let ended = false;
		const port = await serve((_request, response) => {
			let count = 0;
			response.write(`${count}`);
			const timer = setInterval(() => response.write(`${++count}`), 30);
			response.on("finish", () => {
				ended = true;
				clearInterval(timer);
			});
			cleanup.push(() => clearInterval(timer));
		});
		const client = open(port);
		const states: string[] = [];
		const ticket = await new Promise<number>((resolve, reject) => {
			const id = client.observe({
				path: "/state",
				onResponse: response => {
					states.push(new TextDecoder().decode(response.payload));
					if (states.length === 3) resolve(id);
				},
				onError: reject,
			});
		});
		expect(states).toEqual(["0", "1", "2"]);
		client.cancel(ticket);
		for (let turn = 0; turn < 100 && !ended; turn++) await new Promise(resolve => setTimeout(resolve, 20));
		expect(ended).toBe(true);
		expect(states).toHaveLength(3);
	});
});
