import type { Binding } from "../modem/binding.js";
import { type SecureOptions, secureSettings } from "./secure.js";
import { UDP, type UDPOptions } from "./udp.js";

export interface DTLSOptions extends UDPOptions {
	/** As for `TLS`; `serverName` must be given to verify a server, since a datagram socket has no host. */
	readonly secure?: SecureOptions;
}
/** UDP with DTLS by the module itself: everything is as with `UDP`; the handshake comes with the first datagram to a peer. */
export type BoundDTLS = new (options: DTLSOptions) => UDP;
export function bindDTLS(binding: Binding): BoundDTLS {
	return class DTLS extends UDP {
		constructor(options: DTLSOptions) {
			super(binding, options, secureSettings(options?.secure ?? {}, "", binding.core.driver.capabilities));
		}
	};
}
