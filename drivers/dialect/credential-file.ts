import type { CredentialKind } from "../../sdk/modem/driver.js";

/** What a credential's file in the module is called: the kinds have names of their own, so that `store("ca", "fleet")` leaves a key `fleet` alone. */
const ENDING: Readonly<Record<CredentialKind, string>> = Object.freeze({
	ca: "_ca.pem",
	certificate: "_cert.pem",
	key: "_key.pem",
	psk: "_psk",
});

export function credentialFile(kind: CredentialKind, name: string): string {
	return name + ENDING[kind];
}
