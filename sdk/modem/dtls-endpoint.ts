import type { SecureSettings } from "./driver.js";
import type { Sockets } from "./sockets.js";
import { type EndpointOwner, UdpEndpoint } from "./udp-endpoint.js";

/** Datagrams over the module's own DTLS (RFC 9147); one socket of the module, and one handshake, for each peer. */
export class DtlsEndpoint extends UdpEndpoint {
	readonly #secure: SecureSettings;
	constructor(sockets: Sockets, localPort: number, owner: EndpointOwner, secure: SecureSettings) {
		super(sockets, localPort, owner);
		this.#secure = secure;
	}
	override get kind(): "dtls" {
		return "dtls";
	}
	override get secure(): SecureSettings {
		return this.#secure;
	}
}
