import { createConnection, type Socket } from "node:net";
import { type ConnectionOptions, checkServerIdentity, connect as connectTls, DEFAULT_CIPHERS, type TLSSocket } from "node:tls";
import { addressFamily } from "./ip-text.js";
import type { Endpoint, PublicStream, PublicStreamEvents, TlsVerdict } from "./public-network.js";
import type { TlsFailure, TlsRequest } from "./ue.js";

/** A server that stops in the middle of a handshake. */
const HANDSHAKE_MS = 30_000;
/** In TLS 1.3 a server refuses the client after the client is done; its ticket says that it does not (RFC 8446 4.6.1), or nothing for so long. */
const REFUSAL_MS = 300;

/** One connection to a real server, TLS on it once `secure` was called. Failures come as events; nothing is thrown. */
export class LoopbackStream implements PublicStream {
	readonly #events: PublicStreamEvents;
	readonly #socket: Socket;
	readonly #gone: () => void;
	#active: Socket | TLSSocket;
	#accepted = false;
	#over = false;

	constructor(target: Endpoint, events: PublicStreamEvents, gone: () => void) {
		this.#events = events;
		this.#gone = gone;
		const socket = createConnection({ host: target.address, port: target.port, allowHalfOpen: true, noDelay: true });
		socket.unref();
		this.#socket = socket;
		this.#active = socket;
		socket.once("connect", () => {
			this.#accepted = true;
			this.#tell(() => events.accepted());
		});
		socket.on("error", error => this.#failed(error));
		socket.on("close", () => this.#end(() => events.reset()));
		this.#listen(socket);
	}

	send(bytes: Uint8Array, taken: () => void): void {
		if (this.#over) return;
		this.#active.write(bytes, error => {
			if (!error) taken();
		});
	}
	end(): void {
		if (!this.#over) this.#active.end();
	}
	reset(): void {
		this.#end(() => {});
		this.#socket.destroy();
	}
	pace(mayRead: boolean): void {
		if (mayRead) this.#active.resume();
		else this.#active.pause();
	}
	secure(request: TlsRequest, _utcMs: number, done: (verdict: TlsVerdict) => void): void {
		this.#socket.removeAllListeners("data").removeAllListeners("end");
		let secured: TLSSocket;
		try {
			secured = connectTls({ ...tlsOptions(request), socket: this.#socket });
		} catch {
			// Node reads the stored texts here: what is no certificate or no key is refused before a byte goes out.
			setImmediate(() => done({ ok: false, why: request.certificate === undefined ? "tls-issuer" : "tls-client" }));
			return;
		}
		this.#active = secured;
		this.#judge(request, secured, done);
	}

	#judge(request: TlsRequest, secured: TLSSocket, done: (verdict: TlsVerdict) => void): void {
		let timer: NodeJS.Timeout | undefined;
		const decide = (verdict: TlsVerdict): void => {
			clearTimeout(timer);
			if (timer === undefined) return;
			timer = undefined;
			if (verdict.ok) this.#listen(secured);
			done(verdict);
			if (!verdict.ok) secured.destroy();
		};
		timer = setTimeout(() => decide({ ok: false, why: "tls-handshake" }), HANDSHAKE_MS);
		secured.on("error", error => {
			if (timer === undefined) this.#failed(error);
			else decide({ ok: false, why: failureOf(error, request) });
		});
		secured.on("close", () => {
			decide({ ok: false, why: "tls-handshake" });
			this.#end(() => this.#events.reset());
		});
		secured.once("secureConnect", () => {
			const granted = grantedBy(request, secured);
			if (!granted.ok || granted.version === "1.2") return decide(granted);
			// Not from inside the event: what is written there stays in Node's buffer until something is read.
			secured.once("session", () => setImmediate(() => decide(granted)));
			secured.once("end", () => decide({ ok: false, why: "tls-client" }));
			clearTimeout(timer);
			timer = setTimeout(() => decide(granted), REFUSAL_MS);
		});
	}
	#listen(socket: Socket): void {
		socket.on("data", bytes => this.#tell(() => this.#events.received(new Uint8Array(bytes as Buffer))));
		socket.on("end", () => this.#tell(() => this.#events.ended()));
	}
	#failed(error: Error): void {
		const refused = !this.#accepted && (error as NodeJS.ErrnoException).code === "ECONNREFUSED";
		if (this.#accepted) this.#end(() => this.#events.reset());
		else this.#end(() => refused && this.#events.refused());
	}
	#tell(action: () => void): void {
		if (!this.#over) action();
	}
	#end(action: () => void): void {
		if (this.#over) return;
		this.#over = true;
		this.#gone();
		action();
	}
}

function tlsOptions(request: TlsRequest): ConnectionOptions {
	const { serverName, versions, psk } = request;
	const name = serverName === undefined || addressFamily(serverName) !== undefined ? {} : { servername: serverName };
	return {
		...name,
		ca: [...request.ca],
		...(request.certificate === undefined ? {} : { cert: request.certificate }),
		...(request.key === undefined ? {} : { key: request.key }),
		minVersion: versions.includes("1.2") ? "TLSv1.2" : "TLSv1.3",
		maxVersion: versions.includes("1.3") ? "TLSv1.3" : "TLSv1.2",
		rejectUnauthorized: request.verify && request.ignoreTime !== true,
		checkServerIdentity: (_host, certificate) =>
			serverName === undefined || Object.keys(certificate).length === 0 ? undefined : checkServerIdentity(serverName, certificate),
		...(psk === undefined
			? {}
			: { pskCallback: () => ({ psk: psk.key, identity: psk.identity }), ciphers: `${DEFAULT_CIPHERS.replace(":!PSK", "")}:PSK` }),
	};
}

/** The handshake is through; what Node was told not to reject is looked at here. */
function grantedBy(request: TlsRequest, secured: TLSSocket): TlsVerdict {
	const peer = secured.getPeerCertificate();
	const keys = Object.keys(peer).length === 0 ? "psk" : "certificate";
	if (request.verify && request.ignoreTime === true && keys === "certificate" && !secured.authorized) {
		const why = failureNamed(String(secured.authorizationError));
		if (why !== "tls-expired") return { ok: false, why };
		if (request.serverName !== undefined && checkServerIdentity(request.serverName, peer) !== undefined)
			return { ok: false, why: "tls-name" };
	}
	return {
		ok: true,
		version: secured.getProtocol() === "TLSv1.3" ? "1.3" : "1.2",
		keys,
		clientCertificate: request.certificate !== undefined,
	};
}

function failureOf(error: Error, request: TlsRequest): TlsFailure {
	const code = (error as NodeJS.ErrnoException).code ?? error.message;
	// In TLS 1.2 another pre-shared key shows when the server cannot read the client's Finished.
	return request.psk !== undefined && code.includes("BAD_RECORD_MAC") ? "tls-client" : failureNamed(code);
}
/** Node's and OpenSSL's names. */
function failureNamed(code: string): TlsFailure {
	if (/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/.test(code)) return "tls-expired";
	if (/ALTNAME|HOSTNAME_MISMATCH/.test(code)) return "tls-name";
	if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS|WRONG_SSL_VERSION/.test(code)) return "tls-version";
	if (/ALERT.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR|PSK)/.test(code)) return "tls-client";
	if (/SELF_SIGNED|UNABLE_TO|UNTRUSTED|INVALID_CA|SIGNATURE_FAILURE|INVALID_PURPOSE/.test(code)) return "tls-issuer";
	return "tls-handshake";
}
