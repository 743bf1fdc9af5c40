/** A host of the simulated internet, as the mobile network sees it: datagrams in, datagrams out. */
export interface UdpHost {
	/** RFC 5952 text of IPv6, dotted decimal of IPv4. */
	readonly addresses: readonly string[];
	/** `bytes` are the host's to keep. `reply` may be called any number of times, now or later, and goes back from this address and port. */
	datagram(
		port: number,
		bytes: Uint8Array,
		from: { readonly address: string; readonly port: number },
		reply: (bytes: Uint8Array) => void,
	): void;
}

/** One connection, seen from the host that accepted it. */
export interface HostConnection {
	readonly from: { readonly address: string; readonly port: number };
	/** Goes to the device in order; copied. */
	send(bytes: Uint8Array): void;
	close(): void;
}
/** What the host does with a connection. Called from clock actions. */
export interface HostStream {
	/** The bytes are the host's to keep. */
	received(bytes: Uint8Array): void;
	closed(): void;
}
/** What a server shows in a handshake, as far as a client can judge it. */
export interface TlsIdentity {
	/** Subject alternative names, lower case. */
	readonly names: readonly string[];
	/** PEM text of the authority that signed: a client that holds the same text trusts the server. */
	readonly issuer: string;
	readonly notAfterMs: number;
	readonly versions: readonly ("1.2" | "1.3")[];
	/** Authorities of client certificates, when one is demanded. */
	readonly clientIssuers?: readonly string[];
	/** Pre-shared keys by identity. */
	readonly psk?: Readonly<Record<string, Uint8Array>>;
}
export interface StreamHost {
	readonly addresses: readonly string[];
	/** undefined: nobody listens on that port, the connection is refused. */
	accept(port: number, connection: HostConnection): HostStream | undefined;
	/** `serverName`: what the client asks for (SNI). undefined: the port speaks no TLS, a handshake with it fails. */
	tls?(port: number, serverName?: string): TlsIdentity | undefined;
}

/** Names and hosts of the simulated internet: what a module's DNS and its sockets can reach, and nothing else. */
export interface Internet {
	/** AAAA first; undefined: no such name. */
	resolve(name: string): readonly string[] | undefined;
	/** undefined: nobody there, and a cellular network is silent about it. */
	host(address: string): UdpHost | undefined;
	streamHost(address: string): StreamHost | undefined;
}

/** An explicit table: what is not in it does not exist. */
export function internet(hosts: readonly (UdpHost | StreamHost)[], names: Readonly<Record<string, readonly string[]>>): Internet {
	const datagrams = new Map<string, UdpHost>();
	const streams = new Map<string, StreamHost>();
	for (const host of hosts) {
		for (const address of host.addresses) {
			if ("datagram" in host) datagrams.set(address, host);
			if ("accept" in host) streams.set(address, host);
		}
	}
	return {
		resolve: name => (Object.hasOwn(names, name.toLowerCase()) ? names[name.toLowerCase()] : undefined),
		host: address => datagrams.get(address),
		streamHost: address => streams.get(address),
	};
}
