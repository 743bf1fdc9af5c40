import { isCredentialName } from "../modem/credentials.js";
import type { Capabilities, SecureSettings } from "../modem/driver.js";
import { ModemError } from "../modem/errors.js";

/** What the module's own TLS is asked for. Credentials are named as they were stored: see `modem.credentials`. */
export interface SecureOptions {
	/** Sent as SNI and compared with the certificate; the `host` (or a name given as `address`) when absent. */
	readonly serverName?: string;
	/** Whether the peer's certificate is checked. True when absent, and then `ca` must name who signs it, unless the module has roots of its own. */
	readonly verify?: boolean;
	/** "1.2" when absent. */
	readonly minimumVersion?: "1.2" | "1.3";
	readonly ca?: string;
	/** The client's own, with its `key`. */
	readonly certificate?: string;
	readonly key?: string;
	/** A pre-shared key instead of certificates. */
	readonly psk?: string;
}
/** `host`: the name that is compared when none is given. @throws ModemError "usage" that says what is missing */
export function secureSettings(options: SecureOptions, host: string, capabilities: Capabilities): SecureSettings {
	const { verify = true, minimumVersion = "1.2", ca, certificate, key, psk } = options;
	for (const name of [ca, certificate, key, psk])
		if (name !== undefined && !isCredentialName(name))
			throw new ModemError("usage", "secure: ca, certificate, key and psk are names of credentials, 1 to 16 letters, digits or _");
	if (minimumVersion !== "1.2" && minimumVersion !== "1.3") throw new ModemError("usage", 'secure.minimumVersion: "1.2" or "1.3"');
	if ((certificate === undefined) !== (key === undefined)) throw new ModemError("usage", "secure: certificate and key go together");
	const serverName = options.serverName ?? host;
	if (verify && psk === undefined) {
		if (ca === undefined && capabilities.tlsRoots?.value !== true)
			throw new ModemError(
				"usage",
				"secure.ca: store the certificate that signs the server's with modem.credentials.store and name it, or say verify: false (the server is then not known to be the right one)",
			);
		if (serverName === "")
			throw new ModemError("usage", "secure.serverName: the name in the server's certificate, as an address is given and no host");
	}
	return { serverName, verify, minimumVersion, ca, certificate, key, psk };
}
