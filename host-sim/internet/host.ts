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

/** Names and hosts of the simulated internet: what a module's DNS and its sockets can reach, and nothing else. */
export interface Internet {
	/** AAAA first; undefined: no such name. */
	resolve(name: string): readonly string[] | undefined;
	/** undefined: nobody there, and a cellular network is silent about it. */
	host(address: string): UdpHost | undefined;
}

/** An explicit table: what is not in it does not exist. */
export function internet(hosts: readonly UdpHost[], names: Readonly<Record<string, readonly string[]>>): Internet {
	const byAddress = new Map<string, UdpHost>();
	for (const host of hosts) for (const address of host.addresses) byAddress.set(address, host);
	return {
		resolve: name => (Object.hasOwn(names, name.toLowerCase()) ? names[name.toLowerCase()] : undefined),
		host: address => byAddress.get(address),
	};
}
