import { createSocket, type Socket } from "node:dgram";
import { afterEach, describe, expect, test } from "vitest";
import { loopbackNetwork } from "../../host-sim/network/loopback-network.js";

const open: (() => void)[] = [];
afterEach(() => {
	for (const close of open.splice(0)) close();
});

/** A server on [::1] that says what it heard and from how many ports. */
async function echoServer(): Promise<{ port: number; ports: Set<number>; socket: Socket }> {
	const socket = createSocket("udp6");
	const ports = new Set<number>();
	socket.on("message", (message, from) => {
		ports.add(from.port);
		socket.send(message, from.port, from.address);
	});
	await new Promise<void>(resolve => socket.bind(0, "::1", resolve));
	open.push(() => socket.close());
	return { port: socket.address().port, ports, socket };
}
function network(options: Parameters<typeof loopbackNetwork>[0]): ReturnType<typeof loopbackNetwork> {
	const created = loopbackNetwork(options);
	open.push(() => created.close());
	return created;
}
const UE = { address: "2001:db8::2", port: 50_000 };
const PUBLIC = { address: "2001:DB8:5e::1", port: 5683 };

describe("real sockets, loopback only", () => {
	test("a route leads to [::1]; each pair of endpoints has its own socket, and keeps it", async () => {
		const server = await echoServer();
		const net = network({ routes: [{ ...PUBLIC, target: { address: "::1", port: server.port } }], names: {} });
		const ask = (from: typeof UE, byte: number): Promise<Uint8Array> =>
			new Promise(resolve => net.send(from, { address: "2001:db8:5e::1", port: 5683 }, Uint8Array.of(byte), resolve));
		expect(await ask(UE, 1)).toEqual(Uint8Array.of(1));
		expect(await ask({ ...UE, port: 50_001 }, 2)).toEqual(Uint8Array.of(2));
		expect(server.ports.size).toBe(2);
	});

	test("nobody there, no route, another port: silence, and the next datagram still passes", async () => {
		const closed = createSocket("udp6");
		await new Promise<void>(resolve => closed.bind(0, "::1", resolve));
		const closedPort = closed.address().port;
		closed.close();
		const server = await echoServer();
		const routes = [
			{ ...PUBLIC, target: { address: "::1", port: server.port } },
			{ address: "2001:db8:5e::2", port: 1, target: { address: "::1", port: closedPort } },
		];
		const net = network({ routes, names: {} });
		const answers: number[] = [];
		const count = (): void => void answers.push(1);
		for (let i = 0; i < 3; i++) net.send(UE, { address: "2001:db8:5e::2", port: 1 }, Uint8Array.of(1), count);
		net.send(UE, { address: "::1", port: server.port }, Uint8Array.of(1), count);
		net.send(UE, { address: PUBLIC.address, port: 1 }, Uint8Array.of(1), count);
		await new Promise<void>(resolve => net.send(UE, PUBLIC, Uint8Array.of(7), () => resolve()));
		expect(answers).toEqual([]);
		expect(server.ports.size).toBe(1);
		expect([net.answersEcho("2001:db8:5e::1"), net.answersEcho("::1")]).toEqual([true, false]);
	});

	test("names from the table only", async () => {
		const net = network({ routes: [], names: { "server.test": ["2001:db8::1"] } });
		const resolve = (name: string): Promise<readonly string[] | undefined> => new Promise(done => net.resolve(name, done));
		expect([await resolve("Server.test"), await resolve("localhost")]).toEqual([["2001:db8::1"], undefined]);
	});

	test("a target beyond loopback needs permission", () => {
		const routes = [{ ...PUBLIC, target: { address: "192.0.2.1", port: 1 } }];
		expect(() => loopbackNetwork({ routes, names: {} })).toThrow("a route to 192.0.2.1 leaves this machine");
		expect(() => network({ routes, names: {}, allowNetwork: true })).not.toThrow();
	});
});
