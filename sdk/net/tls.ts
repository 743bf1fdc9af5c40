import { parseAddress } from "../3gpp/ip-address.js";
import type { Binding } from "../modem/binding.js";
import type { SecureSettings } from "../modem/driver.js";
import { type SecureOptions, secureSettings } from "./secure.js";
import { peerOf, TCP, type TCPOptions } from "./tcp.js";

export interface TLSOptions extends TCPOptions {
	readonly secure?: SecureOptions;
}

/** SNI has no addresses (RFC 6066 3). */
function nameOf(options: TLSOptions): string {
	const name = options.host ?? peerOf(options);
	return parseAddress(name) === undefined ? name : "";
}

function secureOf(binding: Binding, options: TLSOptions): SecureSettings {
	return secureSettings(options.secure ?? {}, nameOf(options), binding.core.driver.capabilities);
}
/** TCP with TLS by the module itself: everything is as with `TCP`, and the first `onWritable` says that the handshake is done. */
export type BoundTLS = new (options: TLSOptions) => TCP;
export function bindTLS(binding: Binding): BoundTLS {
	return class TLS extends TCP {
		constructor(options: TLSOptions) {
			const secure = typeof options === "object" && options !== null && options.from === undefined ? secureOf(binding, options) : undefined;
			super(binding, options, secure);
		}
	};
}
