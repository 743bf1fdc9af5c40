import type { HostConnection, StreamHost, TlsIdentity } from "../../host-sim/internet/host.js";
import type { Flow, FlowListener, FlowOptions } from "../../host-sim/network/ue.js";
import { SERVER, SERVER4, type World, world } from "./world.js";

/** One connection as its server saw it. */
export interface Served {
	readonly port: number;
	readonly connection: HostConnection;
	/** Everything that came. */
	readonly bytes: number[];
	closed: number;
}

/** What the module's side heard. */
export interface Client {
	readonly flow: Flow;
	readonly log: string[];
	readonly bytes: number[];
}

export interface StreamWorld extends World {
	readonly connections: Served[];
	/** What the server does with what comes; nothing unless set. */
	serve: { received?: (served: Served, bytes: Uint8Array) => void; accepted?: (served: Served) => void };
	open(port: number, options?: FlowOptions & { kind?: "tcp" | "tls"; host?: string }): Client;
}

/** Ports above 1000 are closed. */
export const CLOSED_PORT = 1001;

/** An attached device of both families and a server that listens for streams, at second 60. */
export function streamWorld(options: Parameters<typeof world>[0] = {}, identity?: TlsIdentity): StreamWorld {
	const connections: Served[] = [];
	const serve: StreamWorld["serve"] = {};
	const host: StreamHost = {
		addresses: [SERVER, SERVER4],
		accept(port, connection) {
			if (port > 1000) return undefined;
			const served: Served = { port, connection, bytes: [], closed: 0 };
			connections.push(served);
			serve.accepted?.(served);
			return {
				received(bytes) {
					served.bytes.push(...bytes);
					serve.received?.(served, bytes);
				},
				closed() {
					served.closed++;
				},
			};
		},
		...(identity === undefined ? {} : { tls: (port: number) => (port === 443 ? identity : undefined) }),
	};
	const w = world({ ...options, hosts: [host] });
	w.network.loss = [0, 0, 0];
	w.ue.powerOn();
	w.ue.defineContext(0, "IPV4V6", "iot.test");
	w.ue.setFunctionality(1);
	w.seconds(60);
	const open: StreamWorld["open"] = (port, { kind = "tcp", host: to = SERVER, ...rest } = {}) => {
		const log: string[] = [];
		const bytes: number[] = [];
		const at = (text: string): void => void log.push(text);
		const listener: FlowListener = {
			opened: () => at("opened"),
			failed: why => at(`failed ${why}`),
			sent: (count, ok) => at(`sent ${count} ${ok}`),
			received(received) {
				bytes.push(...received);
				at(`received ${received.length}`);
			},
			closed: () => at("closed"),
		};
		return { flow: w.ue.openFlow(kind, 0, to, port, 0, listener, rest), log, bytes };
	};
	return Object.assign(w, { connections, serve, open });
}

export function everyByte(count: number): Uint8Array {
	return Uint8Array.from({ length: count }, (_, index) => (index * 7 + (index >> 8)) & 255);
}
/** How many radio exchanges of a kind were lost on the way. */
export function segmentsLost(w: World): string[] {
	return w.eventLog.filter(event => event.name === "segment-lost").map(event => `${event.data.direction} ${event.data.why}`);
}
