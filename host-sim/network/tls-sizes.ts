import type { Assumption } from "./assumptions.js";
import type { TlsVerdict } from "./public-network.js";
import type { TlsRequest } from "./ue.js";

type Granted = TlsVerdict & { readonly ok: true };

/** Header of a record (RFC 8446 5.1) and of a handshake message (4). */
const RECORD_BYTES = 5;
const MESSAGE_BYTES = 4;
/** AES-GCM: tag (RFC 5116 5.1), explicit nonce in TLS 1.2 (RFC 5288 3), content type in TLS 1.3 (RFC 8446 5.2). */
const OVERHEAD_BYTES = { "1.2": RECORD_BYTES + 8 + 16, "1.3": RECORD_BYTES + 1 + 16 } as const;

/** One certificate as DER, and how many a server shows: itself and one authority. */
const CERTIFICATE_BYTES = 1_100;
const CHAIN_LENGTH = 2;
/** RSA with 2,048 bits; ECDSA's are about 72. */
const SIGNATURE_BYTES = 256;
/** An uncompressed point of P-256 (RFC 8422 5.4). */
const POINT_BYTES = 65;
/** Random, session, sixteen cipher suites, compression, groups, signature algorithms, point formats, extended master secret. */
const HELLO_BYTES = 151;
/** Supported versions, key share of P-256, key exchange modes (RFC 8446 4.2). */
const HELLO_13_BYTES = 90;
const TICKET_BYTES = 200;
const CHANGE_CIPHER_SPEC_BYTES = RECORD_BYTES + 1;

export const TLS_ASSUMPTIONS: readonly Assumption[] = [
	{
		id: "tls.certificates",
		value: `${CHAIN_LENGTH} × ${CERTIFICATE_BYTES}`,
		unit: "byte",
		why: "what a server shows, signatures of RSA 2048; a client shows one",
	},
	{
		id: "tls.client-hello",
		value: `${HELLO_BYTES} + ${HELLO_13_BYTES}`,
		unit: "byte",
		why: "without name and key identity; the second part where TLS 1.3 is offered",
	},
	{ id: "tls.session-ticket", value: TICKET_BYTES, unit: "byte", why: "one after a handshake of TLS 1.3; sessions are not resumed" },
];

/** What a record adds to its content: AES-GCM in either version. */
export function recordOverheadBytes(version: "1.2" | "1.3"): number {
	return OVERHEAD_BYTES[version];
}
/** An alert: two bytes (RFC 8446 6), encrypted once there are keys. */
export function alertBytes(overheadBytes: number): number {
	return Math.max(RECORD_BYTES, overheadBytes) + 2;
}

export function clientHelloBytes(request: TlsRequest): number {
	const name = request.serverName === undefined ? 0 : 9 + request.serverName.length;
	// Identity, its age and the binder of SHA-256 (RFC 8446 4.2.11).
	const psk = request.psk === undefined || !request.versions.includes("1.3") ? 0 : 49 + request.psk.identity.length;
	return RECORD_BYTES + MESSAGE_BYTES + HELLO_BYTES + (request.versions.includes("1.3") ? HELLO_13_BYTES : 0) + name + psk;
}

/** From ServerHello to ServerHelloDone or Finished (RFC 5246 7.3, RFC 8446 2). */
export function serverFlightBytes({ version, keys, clientCertificate }: Granted): number {
	const chain = 3 + CHAIN_LENGTH * (3 + CERTIFICATE_BYTES);
	const certificateRequest = clientCertificate ? 40 : undefined;
	if (version === "1.2") {
		const signed = 4 + POINT_BYTES + 4 + SIGNATURE_BYTES;
		return messages(RECORD_BYTES, keys === "psk" ? [92, 0] : [92, chain, signed, certificateRequest, 0]);
	}
	const hello = RECORD_BYTES + MESSAGE_BYTES + 72 + 8 + POINT_BYTES + 6;
	const certified = keys === "psk" ? [] : [certificateRequest, 1 + chain + 2 * CHAIN_LENGTH, 4 + SIGNATURE_BYTES];
	return hello + CHANGE_CIPHER_SPEC_BYTES + messages(OVERHEAD_BYTES["1.3"], [19, ...certified, 32]);
}

/** What the client answers, up to its Finished. */
export function clientFlightBytes({ version, keys, clientCertificate }: Granted): number {
	const certificate = 3 + 3 + CERTIFICATE_BYTES;
	const proof = 4 + SIGNATURE_BYTES;
	if (version === "1.2") {
		const key = keys === "psk" ? 2 + 16 : 1 + POINT_BYTES;
		const clear = messages(RECORD_BYTES, clientCertificate ? [certificate, key, proof] : [key]);
		return clear + CHANGE_CIPHER_SPEC_BYTES + messages(OVERHEAD_BYTES["1.2"], [12]);
	}
	return CHANGE_CIPHER_SPEC_BYTES + messages(OVERHEAD_BYTES["1.3"], clientCertificate ? [1 + certificate + 2, proof, 32] : [32]);
}

/** What the server sends after that: its Finished in TLS 1.2, a ticket in TLS 1.3. */
export function serverFinishBytes({ version }: Granted): number {
	if (version === "1.3") return messages(OVERHEAD_BYTES["1.3"], [TICKET_BYTES]);
	return CHANGE_CIPHER_SPEC_BYTES + messages(OVERHEAD_BYTES["1.2"], [12]);
}

/** Each message in a record of its own. */
function messages(recordBytes: number, bodies: readonly (number | undefined)[]): number {
	let sum = 0;
	for (const body of bodies) if (body !== undefined) sum += recordBytes + MESSAGE_BYTES + body;
	return sum;
}
