export interface Endpoint {
	readonly address: string;
	readonly port: number;
}

/**
 * What lies behind the operator's core network, seen by one UE. Never calls back from inside a call. Silence is the only answer
 * of what is not there: a cellular network passes no ICMP errors on.
 */
export interface PublicNetwork {
	/** Addresses in no order; undefined = the name does not exist. */
	resolve(host: string, done: (addresses: readonly string[] | undefined) => void): void;
	/** A datagram, and whatever comes back for the same pair of endpoints, at any later time. */
	send(from: Endpoint, to: Endpoint, bytes: Uint8Array, reply: (bytes: Uint8Array) => void): void;
	/** The pair of endpoints is no longer used: sockets held for it may go. */
	forget(from: Endpoint, to: Endpoint): void;
	/** Whether the address answers an echo request. */
	answersEcho(address: string): boolean;
	close(): void;
}
