import { X509Certificate } from "node:crypto";
import type { TlsIdentity } from "../internet/host.js";
import type { TlsVerdict } from "./public-network.js";
import type { TlsRequest } from "./ue.js";

/**
 * What comes of a handshake between a client that was told `request` and a server that shows `identity`: RFC 8446 and RFC 5246 for
 * versions and keys, RFC 5280 for issuer and validity, RFC 6125 for the name. In the order in which a client finds out.
 */
export function tlsVerdict(request: TlsRequest, identity: TlsIdentity | undefined, utcMs: number): TlsVerdict {
	if (identity === undefined) return { ok: false, why: "tls-handshake" };
	const version = (["1.3", "1.2"] as const).find(wanted => request.versions.includes(wanted) && identity.versions.includes(wanted));
	if (version === undefined) return { ok: false, why: "tls-version" };
	const shared = request.psk === undefined ? undefined : identity.psk?.[request.psk.identity];
	if (request.psk !== undefined && identity.psk !== undefined) {
		// Unknown identity or another key: the server's alert says no more than that.
		if (shared === undefined || !sameBytes(shared, request.psk.key)) return { ok: false, why: "tls-client" };
		return { ok: true, version, keys: "psk", clientCertificate: false };
	}
	// A client with nothing but a key has no cipher suite in common with a server that has none.
	if (request.psk !== undefined && request.ca.length === 0 && request.verify) return { ok: false, why: "tls-handshake" };
	if (request.verify) {
		const issuer = plain(identity.issuer);
		if (!request.ca.some(text => plain(text) === issuer)) return { ok: false, why: "tls-issuer" };
		if (request.ignoreTime !== true && utcMs > identity.notAfterMs) return { ok: false, why: "tls-expired" };
		const { serverName } = request;
		if (serverName !== undefined && !identity.names.some(name => nameMatches(serverName, name))) return { ok: false, why: "tls-name" };
	}
	if (identity.clientIssuers !== undefined && !clientAccepted(request, identity.clientIssuers)) return { ok: false, why: "tls-client" };
	return { ok: true, version, keys: "certificate", clientCertificate: identity.clientIssuers !== undefined };
}

/** RFC 6125 6.4.3: a `*` stands for the whole leftmost label and for nothing else. Addresses match as they are. */
export function nameMatches(name: string, pattern: string): boolean {
	const wanted = name.toLowerCase().replace(/\.$/, "");
	const shown = pattern.toLowerCase();
	if (!shown.startsWith("*.")) return wanted === shown;
	const dot = wanted.indexOf(".");
	return dot > 0 && wanted.slice(dot + 1) === shown.slice(2) && !/^[\d.]+$|:/.test(wanted);
}

/** Issued by one of the authorities, as far as the texts are certificates; the very text of one otherwise. */
function clientAccepted(request: TlsRequest, issuers: readonly string[]): boolean {
	const { certificate, key } = request;
	if (certificate === undefined || key === undefined) return false;
	return issuers.some(issuer => plain(issuer) === plain(certificate) || issuedBy(certificate, issuer));
}
function issuedBy(certificate: string, issuer: string): boolean {
	try {
		const authority = new X509Certificate(issuer);
		const shown = new X509Certificate(certificate);
		return shown.checkIssued(authority) && shown.verify(authority.publicKey);
	} catch {
		return false;
	}
}

/** Modules store PEM text with other line ends than it came with. */
function plain(pem: string): string {
	return pem.replace(/\s+/g, "");
}
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && a.every((value, index) => value === b[index]);
}
