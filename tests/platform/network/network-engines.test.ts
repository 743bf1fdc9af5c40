import { afterEach, describe, expect, test } from "vitest";
import type { Engine, RunningApplication } from "../../../host-sim/engine/engine.js";
import { nodeEngine } from "../../../host-sim/engine/node.js";
import { xsEngine } from "../../../host-sim/engine/xs.js";
import type { StreamHost } from "../../../host-sim/internet/host.js";
import { HttpHost } from "../../../host-sim/internet/http-host.js";
import { MqttBroker } from "../../../host-sim/internet/mqtt-broker.js";
import { createMemoryLine } from "../../../host-sim/ports/memory.js";
import { bundleText, createHost } from "../../engine/host.js";
import { hasXs } from "../../xs/engine-here.js";

/** A TCP whose network is a serial line: what the platform of both engines has. */
const cable = `
import Serial from "embedded:io/serial";
import Timer from "timer";

export class TCP {
	#serial; #options; #room = 0; #unread = 0;
	constructor(options) {
		this.#options = options;
		const socket = this;
		this.#serial = new Serial({
			device: "memory:" + options.line, baud: 115200,
			onReadable(count) { socket.#unread = count; options.onReadable.call(socket, count); },
			onWritable(count) { socket.#room = count; options.onWritable.call(socket, count); },
		});
	}
	read(into) {
		if (typeof into === "object") {
			const bytes = new Uint8Array(this.#serial.read(into.byteLength));
			new Uint8Array(into.buffer ?? into, into.byteOffset ?? 0, into.byteLength).set(bytes);
			return into.byteLength;
		}
		return this.#serial.read(into);
	}
	write(data) {
		const view = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
		this.#serial.write(view.slice().buffer);
		return this.#room -= view.length;
	}
	close() { this.#serial.close(); }
}
export class Resolver {
	resolve({ host, onResolved }) { Timer.set(() => onResolved(host, "2001:db8::1"), 0); }
	close() {}
}`;

const application = `
import MQTTClient from "embedded:network/mqtt/client";
import HTTPClient from "embedded:network/http/client";
import monitor from "xs-cellular/monitor";
import { TCP, Resolver } from "./cable.ts";

const dns = { io: Resolver };
const payload = new Uint8Array(3000).map((_, at) => at * 7);
let sum = 0, at = 0, count = 0;

function publish() {
	let ready = false;
	new MQTTClient({
		host: "broker.example", socket: { io: TCP, line: "broker" }, dns, id: "grün", keepAlive: 10_000,
		onControl(message) {
			monitor("control", message);
			if (message.operation === MQTTClient.CONNACK) this.write(null, { operation: MQTTClient.SUBSCRIBE, items: [{ topic: "ü/#", QoS: 1 }] });
			if (message.operation !== MQTTClient.SUBACK) return;
			ready = true;
			at = 10;
			this.write(payload.slice(0, 10), { topic: "ü/x", QoS: 2, byteLength: payload.length });
		},
		onWritable(room) {
			if (!ready || at >= payload.length) return;
			const part = payload.slice(at, at + room);
			at += part.length;
			this.write(part);
		},
		onReadable(length, { topic, more }) {
			for (const byte of new Uint8Array(this.read(length))) sum = (sum * 31 + byte) % 1_000_003;
			count += length;
			if (!more) monitor("message", { topic, sum, count });
		},
		onError(error) { monitor("error", { message: error.message }); },
	});
}

function ask() {
	const client = new HTTPClient({ host: "server.example", socket: { io: TCP, line: "server" }, dns, onError(error) { monitor("error", { message: error.message }); } });
	for (const path of ["/one", "/two"]) {
		let text = "";
		client.request({
			method: "POST", path, headers: new Map([["transfer-encoding", "chunked"]]),
			onWritable() { if (this.sent) this.write(); else this.write(Uint8Array.of(104, 105)); this.sent = true; },
			onHeaders(status, headers) { monitor("headers", { status, type: headers.get("content-type") }); },
			onReadable(length) { for (const byte of new Uint8Array(this.read(length))) text += String.fromCharCode(byte); },
			onDone(error) { monitor("done", { path, text, error: error === null ? null : error.message }); },
		});
	}
}

export default function main() { publish(); ask(); }`;

const running: RunningApplication[] = [];
afterEach(async () => {
	for (const one of running.splice(0)) await one.stop();
});

/** 25 s of the application; the far ends of its lines are connections to hosts of the simulated internet. */
async function run(engine: Engine) {
	const host = createHost();
	const { clock } = host;
	const broker = new MqttBroker({ clock, addresses: [] });
	const server = new HttpHost({
		clock,
		addresses: [],
		handle: ({ path, body }) => ({
			status: 200,
			headers: { "content-type": "text/plain" },
			body: `${path}:${Buffer.from(body)}`,
			chunkBytes: 3,
		}),
	});
	const connect = (name: string, to: StreamHost, number: number): void => {
		const { port, line } = createMemoryLine({ clock });
		host.lines.set(name, line);
		const stream = to.accept(number, { from: { address: "::2", port: 1 }, send: bytes => port.write(bytes), close: () => {} });
		port.onBytes = bytes => stream!.received(bytes.slice());
	};
	connect("broker", broker, 1883);
	connect("server", server, 80);
	const text = await bundleText(application, { format: engine.name === "xs" ? "esm" : "cjs", files: { "cable.ts": cable } });
	const started = await engine.start(text, host);
	running.push(started);
	await clock.runAsync(25_000);
	expect(started.failure).toBeUndefined();
	return {
		events: host.events,
		published: broker.published.map(({ clientId, topic, payload }) => ({ clientId, topic, payload: [...payload] })),
		server,
	};
}

const payload = Array.from({ length: 3000 }, (_, at) => (at * 7) & 255);
const sum = payload.reduce((before, byte) => (before * 31 + byte) % 1_000_003, 0);

function check({ events, published, server }: Awaited<ReturnType<typeof run>>): void {
	expect(published).toEqual([{ clientId: "grün", topic: "ü/x", payload }]);
	const named = (name: string) => events.filter(([event]) => event === name).map(([, data]) => data);
	expect(named("error")).toEqual([]);
	expect(named("control").map(({ operation }) => operation)).toEqual([2, 9, 5, 7, 13, 13, 13]);
	expect(named("message").at(-1)).toMatchObject({ sum, count: 3000 });
	expect(named("headers")).toEqual([
		{ status: 200, type: "text/plain" },
		{ status: 200, type: "text/plain" },
	]);
	expect(named("done")).toEqual([
		{ path: "/one", text: "/one:hi", error: null },
		{ path: "/two", text: "/two:hi", error: null },
	]);
	expect(server.requests.map(({ path, status }) => [path, status])).toEqual([
		["/one", 200],
		["/two", 200],
	]);
}

describe("the network clients in an application's bundle", () => {
	test("run on the Node engine", async () => check(await run(nodeEngine)));

	test.skipIf(!hasXs)("run on XS, with the same events", async () => {
		const onXs = await run(xsEngine);
		check(onXs);
		expect(onXs.events).toEqual((await run(nodeEngine)).events);
	});
});
