import type { Clock } from "../../clock/clock.js";
import type { HostConnection, HostStream, StreamHost, TlsIdentity, UdpHost } from "../../internet/host.js";
import { FarStream } from "./far-stream.js";
import { farIdentity, TlsPort } from "./far-tls.js";

/** Documentation addresses (RFC 3849, RFC 5737). */
export const FAR_ADDRESSES = ["2001:db8:100::7", "192.0.2.7"] as const;
/** Nobody is there, and nobody says so. */
export const NOBODY = ["2001:db8:100::dead", "192.0.2.222"] as const;
export const FAR_NAME = "echo.example.net";
/** RFC 862 and RFC 863; a port of its own for answers that come in two datagrams, and one that refuses connections. */
export const Port = Object.freeze({ echo: 7, discard: 9, twice: 8, refuses: 10 });

const SECURE_PORTS: readonly number[] = Object.values(TlsPort);

/** The other end of the conversation: echoes, swallows, repeats, and keeps what it got. */
export class FarEnd implements UdpHost, StreamHost {
	readonly addresses: readonly string[] = FAR_ADDRESSES;
	readonly received: { readonly port: number; readonly bytes: Uint8Array; readonly from: string }[] = [];
	/** In the order in which they were accepted. */
	readonly streams: FarStream[] = [];
	/** Names that handshakes asked for. */
	readonly serverNames: (string | undefined)[] = [];
	readonly #clock: Clock;
	constructor(clock: Clock) {
		this.#clock = clock;
	}
	datagram(
		port: number,
		bytes: Uint8Array,
		from: { readonly address: string; readonly port: number },
		reply: (bytes: Uint8Array) => void,
	): void {
		this.received.push({ port, bytes, from: from.address });
		if (port === Port.echo) reply(bytes);
		else if (port === Port.twice) {
			reply(bytes);
			this.#clock.after(50, () => reply(bytes));
		}
	}
	accept(port: number, connection: HostConnection): HostStream | undefined {
		const isSecure = SECURE_PORTS.includes(port);
		if (port !== Port.echo && port !== Port.discard && !isSecure) return undefined;
		const stream = new FarStream(port, connection, port !== Port.discard);
		this.streams.push(stream);
		return stream;
	}
	tls(port: number, serverName?: string): TlsIdentity | undefined {
		if (serverName !== undefined) this.serverNames.push(serverName);
		return farIdentity(port, FAR_NAME, serverName);
	}
}
