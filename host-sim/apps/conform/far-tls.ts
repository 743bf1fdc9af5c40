import type { TlsIdentity } from "../../internet/host.js";

/** PEM text of the length that a certificate of RSA 2048 has. Nothing in it is checked but that it is the same text: the handshake is a model. */
function pem(what: string, label: string, bytes = 1_100): string {
	const body = Buffer.alloc(bytes, `${label} `).toString("base64").replace(/.{64}/g, "$&\n");
	return `-----BEGIN ${what}-----\n${body}\n-----END ${what}-----\n`;
}
/** The authority of every server here but one. */
export const AUTHORITY = pem("CERTIFICATE", "authority");
export const OTHER_AUTHORITY = pem("CERTIFICATE", "another authority");
export const CLIENT_CERTIFICATE = pem("CERTIFICATE", "client");
/** Must not be seen on any trace. */
export const CLIENT_KEY = pem("PRIVATE KEY", "secret of the client", 1_200);

/** One server each. `plain` speaks no TLS. */
export const TlsPort = Object.freeze({
	good: 8443,
	expired: 8444,
	otherName: 8445,
	otherIssuer: 8446,
	old: 8447,
	client: 8448,
	byName: 8449,
	plain: 8450,
});

/** What the server on a port shows; on `byName` one that hosts several names shows the certificate of the name that it is asked for. */
export function farIdentity(port: number, name: string, asked: string | undefined): TlsIdentity | undefined {
	const good: TlsIdentity = { names: [name], issuer: AUTHORITY, notAfterMs: Date.UTC(2040, 0, 1), versions: ["1.2", "1.3"] };
	switch (port) {
		case TlsPort.good:
			return good;
		case TlsPort.expired:
			return { ...good, notAfterMs: Date.UTC(2020, 0, 1) };
		case TlsPort.otherName:
			return { ...good, names: ["other.example.net"] };
		case TlsPort.otherIssuer:
			return { ...good, issuer: OTHER_AUTHORITY };
		case TlsPort.old:
			// What it has is older than any version that may be named here.
			return { ...good, versions: [] };
		case TlsPort.client:
			return { ...good, clientIssuers: [CLIENT_CERTIFICATE] };
		case TlsPort.byName:
			return { ...good, names: [asked ?? "default.example.net"] };
		default:
			return undefined;
	}
}
