import type { ControlMessage, MQTTOptions } from "embedded:network/mqtt/client";
import { afterEach, describe, expect, test } from "vitest";
import { CertificateAuthority } from "../../host-sim/internet/certificates.js";
import { listenHttp } from "../../host-sim/internet/http-server.js";
import type { TlsServerOptions } from "../../host-sim/internet/listen.js";
import { listenMqtt } from "../../host-sim/internet/mqtt-server.js";
import { HttpClient } from "../../host-sim/platform/network/http-client.js";
import { MqttClient } from "../../host-sim/platform/network/mqtt-client.js";
import { LoopbackResolver, LoopbackTcp, realTimers } from "./loopback-tcp.js";
import { until } from "./real.js";

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
	for (const action of cleanup.splice(0).reverse()) await action();
});

const payload = Uint8Array.from({ length: 100_000 }, (_, at) => (at + (at >> 8)) & 255);
const authority = new CertificateAuthority();
const secure = { servername: "broker.example", ca: authority.certificate };
const shown: TlsServerOptions = authority.issue({ names: ["broker.example"] });

/** A client on this machine, and what it is told. */
function open(port: number, options: Partial<MQTTOptions> = {}, socket: object = {}) {
	const told: ControlMessage[] = [];
	const errors: string[] = [];
	const client = new MqttClient(
		{
			host: "broker.example",
			port,
			dns: { io: LoopbackResolver },
			socket: { io: LoopbackTcp, ...socket },
			onError: error => void errors.push((error as any).code),
			...options,
			onControl(message) {
				told.push(message);
				options.onControl?.call(this, message);
			},
		},
		realTimers,
	);
	cleanup.push(() => client.close());
	return { client, told, errors };
}

describe("the MQTT client and aedes on [::1]", () => {
	test.each([
		["TCP", 1],
		["TCP", 2],
		["TLS", 1],
	] as const)("over %s: 100 KB of every byte value at QoS %d and back", async (kind, QoS) => {
		const heard: string[] = [];
		const server = await listenMqtt({ ...(kind === "TLS" && { tls: shown }), onPublish: ({ topic }) => void heard.push(topic) });
		cleanup.push(() => server.close());
		let left = payload.length + 1;
		const back: number[] = [];
		const { told, errors } = open(
			server.port,
			{
				id: "echo",
				onControl(message) {
					if (message.operation === MqttClient.CONNACK)
						this.write(null, { operation: MqttClient.SUBSCRIBE, items: [{ topic: "e/#", QoS }] });
					if (message.operation !== MqttClient.SUBACK) return;
					left = payload.length;
					this.write(new ArrayBuffer(0), { topic: "e/1", QoS, byteLength: payload.length });
				},
				onWritable(count) {
					if (left === 0 || left > payload.length) return;
					const part = payload.slice(payload.length - left).slice(0, count);
					left -= part.length;
					this.write(part);
				},
				onReadable(count) {
					back.push(...new Uint8Array(this.read(count)!));
				},
			},
			kind === "TLS" ? { secure } : {},
		);
		const last = QoS === 1 ? MqttClient.PUBACK : MqttClient.PUBCOMP;
		await until(
			"the echo",
			() => errors.length > 0 || (back.length === payload.length && told.some(({ operation }) => operation === last)),
		);
		expect(errors).toEqual([]);
		expect(Buffer.from(back).equals(payload)).toBe(true);
		expect(server.published.map(message => [message.clientId, message.topic, message.qos, message.payload.length])).toEqual([
			["echo", "e/1", QoS, 100_000],
		]);
		expect(heard).toEqual(["e/1"]);
		expect(Buffer.from(server.published[0]!.payload).equals(payload)).toBe(true);
	});

	test("will, retained configuration, a session that waits, user and password", async () => {
		const server = await listenMqtt({ authorise: ({ password }) => (password === "pw" ? 0 : 4) });
		cleanup.push(() => server.close());
		const refused = open(server.port, { id: "x" });
		await until("the refusal", () => refused.errors.length > 0);
		expect(refused.errors).toEqual(["refused"]);

		const login = { user: "me", password: "pw" };
		await server.publish("config", Uint8Array.of(5), { qos: 1, retain: true });
		const heard: string[] = [];
		const listening: Partial<MQTTOptions> = {
			...login,
			id: "listener",
			clean: false,
			onControl(message) {
				if (message.operation === MqttClient.CONNACK)
					this.write(null, {
						operation: MqttClient.SUBSCRIBE,
						items: [
							{ topic: "config", QoS: 1 },
							{ topic: "gone", QoS: 1 },
						],
					});
			},
			onReadable(count, { topic }) {
				heard.push(`${topic}=${new Uint8Array(this.read(count) ?? [])}`);
			},
		};
		const first = open(server.port, listening);
		await until("the configuration", () => heard.length === 1);
		const mortal = open(server.port, { ...login, id: "mortal", will: { topic: "gone", message: Uint8Array.of(7).buffer, QoS: 1 } });
		await until("the second client", () => mortal.told.length === 1);
		server.disconnect("mortal");
		await until("the will", () => heard.length === 2);
		expect(mortal.errors).toEqual(["closed"]);
		first.client.close();
		await until("the listener is gone", () => !server.clients.includes("listener"));
		await server.publish("gone", Uint8Array.of(8), { qos: 1 });
		open(server.port, listening);
		await until("what waited", () => heard.includes("gone=8"));
		expect(heard.filter(text => text.startsWith("gone"))).toEqual(["gone=7", "gone=8"]);
	});

	test("PINGREQ is answered, DISCONNECT leaves without the will", async () => {
		const server = await listenMqtt();
		cleanup.push(() => server.close());
		const { client, told, errors } = open(server.port, { keepAlive: 1000, will: { topic: "gone", message: "" } });
		await until("PINGRESP twice", () => told.filter(({ operation }) => operation === MqttClient.PINGRESP).length === 2);
		client.write(null, { operation: MqttClient.DISCONNECT });
		await until("the end", () => errors.length > 0);
		expect([errors, server.published]).toEqual([["closed"], []]);
	});

	test.each([
		["a server nobody trusts", new CertificateAuthority("other").issue({ names: ["broker.example"] })],
		["another name", authority.issue({ names: ["other.example"] })],
		["a certificate that is out of date", authority.issue({ names: ["broker.example"], notAfterMs: Date.now() - 1000 })],
		["a certificate of a client", authority.issue({ names: ["broker.example"], usage: "client" })],
	])("%s is refused", async (_, tls) => {
		const server = await listenMqtt({ tls });
		cleanup.push(() => server.close());
		const { told, errors } = open(server.port, {}, { secure });
		await until("the refusal", () => errors.length > 0);
		expect([told, errors]).toEqual([[], ["connect"]]);
	});

	test("a client certificate where one is demanded", async () => {
		const server = await listenMqtt({ tls: { ...shown, clientAuthority: authority.certificate } });
		cleanup.push(() => server.close());
		const { certificate, key } = authority.issue({ subject: "tracker", usage: "client" });
		const known = open(server.port, {}, { secure: { ...secure, cert: certificate, key } });
		await until("CONNACK", () => known.told.length > 0 || known.errors.length > 0);
		expect(known.errors).toEqual([]);
		const unknown = open(server.port, {}, { secure });
		await until("the refusal", () => unknown.errors.length > 0);
		expect(unknown.told).toEqual([]);
	});
});

test.each(["TCP", "TLS"])("the HTTP client and node:http on [::1], over %s", async kind => {
	const server = await listenHttp({
		...(kind === "TLS" && { tls: shown }),
		handle: ({ path, body }) => ({ status: path === "/none" ? 404 : 200, body, ...(path === "/chunks" && { chunkBytes: 1000 }) }),
	});
	cleanup.push(() => server.close());
	const errors: string[] = [];
	const client = new HttpClient(
		{
			host: "broker.example",
			port: server.port,
			dns: { io: LoopbackResolver },
			socket: { io: LoopbackTcp, ...(kind === "TLS" && { secure }) },
			onError: error => void errors.push(error!.message),
		},
		realTimers,
	);
	cleanup.push(() => client.close());
	const results: unknown[] = [];
	const ask = (path: string, headers: Map<string, string | number>, body: Uint8Array): void => {
		let at = 0;
		let status = 0;
		const back: number[] = [];
		client.request({
			method: "PUT",
			path,
			headers,
			onHeaders: code => void (status = code),
			onWritable(count) {
				if (at === body.length) this.write();
				else this.write(body.slice(at, (at += Math.min(count, body.length - at))));
			},
			onReadable(count) {
				back.push(...new Uint8Array(this.read(count)!));
			},
			onDone: error => void results.push([status, error, Buffer.from(back).equals(body)]),
		});
	};
	ask("/length", new Map([["content-length", payload.length]]), payload);
	ask("/chunks", new Map([["transfer-encoding", "chunked"]]), payload);
	ask("/none", new Map(), new Uint8Array(0));
	await until("three answers", () => results.length === 3 || errors.length > 0);
	expect(errors).toEqual([]);
	expect(results).toEqual([
		[200, null, true],
		[200, null, true],
		[404, null, true],
	]);
	expect(server.requests.map(({ path, body }) => [path, body.length])).toEqual([
		["/length", 100_000],
		["/chunks", 100_000],
		["/none", 0],
	]);
});
