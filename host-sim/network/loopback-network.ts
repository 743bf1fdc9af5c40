import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns";
import { addressFamily, canonicalHost } from "./ip-text.js";
import { LoopbackStream } from "./loopback-stream.js";
import { type Endpoint, type PublicNetwork, SILENT_STREAM } from "./public-network.js";

/** One service of the simulated internet and where it really listens. */
export interface LoopbackRoute {
	/** Address and port as the simulated module sees them. */
	readonly address: string;
	readonly port: number;
	/** A loopback address of this machine, `[::1]` first. */
	readonly target: { readonly address: string; readonly port: number };
}
export interface LoopbackOptions {
	readonly routes: readonly LoopbackRoute[];
	readonly names: Readonly<Record<string, readonly string[]>>;
	/** Lets what no route covers out to the real internet. */
	readonly allowNetwork?: boolean;
}

/** A client that opens ports without end must not use up the machine's sockets. */
const MAXIMUM_SOCKETS = 64;

function isLoopback(address: string): boolean {
	return address === "::1" || /^127(\.\d{1,3}){3}$/.test(address);
}

/** Real sockets, for the real clock. Beyond loopback only on demand. */
export function loopbackNetwork(options: LoopbackOptions): PublicNetwork {
	const allowNetwork = options.allowNetwork === true;
	for (const { target } of options.routes) {
		if (!isLoopback(target.address) && !allowNetwork) {
			throw new Error(`a route to ${target.address} leaves this machine: allow the network or use [::1]`);
		}
	}
	const routes = new Map(options.routes.map(route => [`${canonicalHost(route.address)} ${route.port}`, route.target]));
	const sockets = new Map<string, Socket>();
	const streams = new Set<LoopbackStream>();
	const key = (from: Endpoint, to: Endpoint): string => `${from.address} ${from.port} ${canonicalHost(to.address)} ${to.port}`;

	function targetOf(to: Endpoint): Endpoint | undefined {
		const route = routes.get(`${canonicalHost(to.address)} ${to.port}`);
		if (route !== undefined) return route;
		return allowNetwork ? to : undefined;
	}
	function discard(id: string): void {
		const socket = sockets.get(id);
		sockets.delete(id);
		socket?.close();
	}
	function open(id: string, target: Endpoint, reply: (bytes: Uint8Array) => void): Socket {
		const oldest = sockets.keys().next().value;
		if (sockets.size >= MAXIMUM_SOCKETS && oldest !== undefined) discard(oldest);
		const socket = createSocket(addressFamily(target.address) === 6 ? "udp6" : "udp4");
		sockets.set(id, socket);
		// ECONNREFUSED and its kin: the far end of a cellular network is silent, not refusing.
		socket.on("error", () => {
			if (sockets.get(id) === socket) discard(id);
		});
		socket.on("message", message => reply(new Uint8Array(message)));
		socket.unref();
		return socket;
	}

	return {
		resolve(host, done) {
			const known = options.names[host.toLowerCase()];
			if (known !== undefined || !allowNetwork) return void setImmediate(() => done(known));
			lookup(host, { all: true }, (error, found) => done(error === null ? found.map(entry => entry.address) : undefined));
		},
		send(from, to, bytes, reply) {
			const target = targetOf(to);
			if (target === undefined) return;
			const id = key(from, to);
			const socket = sockets.get(id) ?? open(id, target, reply);
			socket.send(bytes, target.port, target.address, () => {});
		},
		forget: (from, to) => discard(key(from, to)),
		connect(_from, to, events) {
			const target = targetOf(to);
			if (target === undefined || streams.size >= MAXIMUM_SOCKETS) return SILENT_STREAM;
			const stream = new LoopbackStream(target, events, () => streams.delete(stream));
			streams.add(stream);
			return stream;
		},
		delayMs: () => 0,
		answersEcho: address => options.routes.some(route => canonicalHost(route.address) === canonicalHost(address)),
		close() {
			for (const id of [...sockets.keys()]) discard(id);
			for (const stream of [...streams]) stream.reset();
		},
	};
}
