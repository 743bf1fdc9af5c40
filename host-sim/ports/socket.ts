import { existsSync, statSync, unlinkSync } from "node:fs";
import { connect, createServer, type ListenOptions, type Server, type Socket } from "node:net";
import { parseTcp } from "./device.js";
import type { Port } from "./port.js";
import { PortError } from "./port-error.js";

/** What waits for a client that does not read; beyond it bytes are lost, as on a line without flow control. */
const queueCapacityBytes = 65_536;

/** A module's end of a TCP or unix socket: one client at a time, as on a serial line; the next one may come when it has gone. */
class SocketPort implements Port {
	onBytes: ((bytes: Uint8Array) => void) | undefined;
	readonly clientBaud = undefined;
	readonly #server: Server;
	#path = "";
	#client: Socket | undefined;

	constructor() {
		this.#server = createServer(client => this.#accept(client));
	}

	get path(): string {
		return this.#path;
	}

	listen(options: ListenOptions, spec: string): Promise<this> {
		return new Promise((resolve, reject) => {
			this.#server.once("error", error => reject(listenError(spec, error)));
			this.#server.listen(options, () => {
				const address = this.#server.address();
				this.#path = typeof address === "string" || address === null ? spec : `tcp:${bracket(address.address)}:${address.port}`;
				this.#server.on("error", () => undefined);
				resolve(this);
			});
		});
	}

	write(bytes: Uint8Array): void {
		const client = this.#client;
		if (client === undefined || client.writableLength + bytes.length > queueCapacityBytes) return;
		client.write(Buffer.from(bytes));
	}

	close(): void {
		this.#client?.destroy();
		this.#client = undefined;
		this.#server.close();
	}

	#accept(client: Socket): void {
		client.on("error", () => undefined);
		if (this.#client !== undefined) {
			client.destroy();
			return;
		}
		this.#client = client;
		client.setNoDelay(true);
		client.on("data", bytes => this.onBytes?.(bytes));
		client.on("close", () => {
			if (this.#client === client) this.#client = undefined;
		});
	}
}

function bracket(address: string): string {
	return address.includes(":") ? `[${address}]` : address;
}

function listenError(spec: string, error: NodeJS.ErrnoException): PortError {
	if (error.code === "EADDRINUSE")
		return new PortError("busy", spec, `${spec} is in use by another program: take another one, or port 0 for any free one`);
	if (error.code === "EACCES") return new PortError("denied", spec, `${spec}: permission denied; ports below 1024 belong to root`);
	if (error.code === "ENOENT") return new PortError("missing", spec, `${spec}: its folder does not exist`);
	if (error.code === "EADDRNOTAVAIL") return new PortError("invalid", spec, `${spec}: not an address of this machine`);
	return new PortError("failed", spec, `${spec}: ${error.message}`);
}

const loopback = /^(127(\.\d+){3}|::1|localhost)$/;

/** `tcp:PORT` or `tcp:HOST:PORT` with a loopback host; port 0 takes a free one, which `path` names. */
export function openTcp(spec: string): Promise<Port> {
	const { host, port } = parseTcp(spec);
	if (!loopback.test(host)) throw new PortError("invalid", spec, `${spec}: a simulated module listens on this machine only: tcp:${port}`);
	return new SocketPort().listen({ host, port }, spec);
}

function somebodyListens(path: string): Promise<boolean> {
	return new Promise(resolve => {
		const probe = connect(path);
		probe.once("connect", () => {
			probe.destroy();
			resolve(true);
		});
		probe.once("error", () => resolve(false));
	});
}

/** `unix:PATH`; the socket of a simulator that was killed is replaced. */
export async function openUnix(spec: string): Promise<Port> {
	const path = spec.slice("unix:".length);
	if (path === "") throw new PortError("invalid", spec, `${spec}: write unix:PATH`);
	if (existsSync(path)) {
		if (!statSync(path).isSocket()) throw new PortError("invalid", spec, `${path} exists and is no socket: choose another path`);
		if (await somebodyListens(path)) throw new PortError("busy", spec, `${spec} is in use by another program: choose another path`);
		unlinkSync(path);
	}
	return new SocketPort().listen({ path }, spec);
}
