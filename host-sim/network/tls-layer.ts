import type { TlsVerdict } from "./public-network.js";
import type { StreamEnds, StreamLayer } from "./stream-layer.js";
import { CONTENT, dataRecord, filler, MAXIMUM_RECORD_BYTES, RecordReader } from "./tls-record.js";
import { alertBytes, clientFlightBytes, clientHelloBytes, recordOverheadBytes, serverFinishBytes, serverFlightBytes } from "./tls-sizes.js";
import type { TlsFailure, TlsRequest } from "./ue.js";

/** Handshake bytes that one side waits for, and what it does when they are there. */
interface Awaited {
	bytes: number;
	act: () => void;
}

/**
 * TLS on a simulated connection: flights and records with the sizes of the real ones and nothing encrypted in them, so that bytes, round
 * trips and air time are those of TLS while the verdict comes from whoever holds the certificates ({@link PublicStream.secure}).
 * Where a client certificate is asked for, the server's verdict on it is waited for in TLS 1.3 as well.
 */
export class TlsLayer implements StreamLayer {
	readonly #request: TlsRequest;
	readonly #ends: StreamEnds;
	readonly #deviceRecords: RecordReader;
	readonly #hostRecords: RecordReader;
	readonly #deviceAwaits: Awaited = { bytes: 0, act: () => {} };
	readonly #hostAwaits: Awaited = { bytes: 0, act: () => {} };
	#overheadBytes = 0;
	#sent = 0;
	/** What the host's application said before the handshake was through. */
	#early: Uint8Array[] | undefined = [];
	#state: "handshake" | "open" | "over" = "handshake";

	constructor(request: TlsRequest, ends: StreamEnds) {
		this.#request = request;
		this.#ends = ends;
		this.#deviceRecords = new RecordReader({
			content: bytes => ends.toDevice(bytes),
			signalling: count => this.#saw(this.#deviceAwaits, count),
		});
		this.#hostRecords = new RecordReader({
			content: bytes => ends.toHost(bytes, () => ends.host.consumed(bytes.length)),
			signalling: count => this.#saw(this.#hostAwaits, count),
		});
	}

	established(): void {
		const hello = clientHelloBytes(this.#request);
		this.#fromDevice(hello);
		this.#await(this.#hostAwaits, hello, () => this.#ends.secure(verdict => this.#judged(verdict)));
	}
	deviceSend(bytes: Uint8Array): number {
		for (const record of records(bytes, this.#overheadBytes)) {
			this.#sent += record.length;
			this.#ends.device.send(record);
		}
		return this.#sent;
	}
	deviceReceived(wire: Uint8Array): void {
		const rest = this.#deviceRecords.read(wire);
		this.#ends.device.consumed(rest);
	}
	deviceClose(): void {
		if (this.#state === "open") this.#ends.device.send(filler(CONTENT.alert, alertBytes(this.#overheadBytes)));
	}
	deviceEnded(): void {
		this.#state = "over";
	}
	hostSend(bytes: Uint8Array): void {
		if (this.#early !== undefined) return void this.#early.push(bytes);
		for (const record of records(bytes, this.#overheadBytes)) this.#ends.host.send(record);
	}
	hostReceived(wire: Uint8Array): void {
		const rest = this.#hostRecords.read(wire);
		this.#ends.host.consumed(rest);
	}
	hostClose(): void {
		if (this.#state === "open") this.#ends.host.send(filler(CONTENT.alert, alertBytes(this.#overheadBytes)));
	}

	#judged(verdict: TlsVerdict): void {
		if (this.#state !== "handshake") return;
		if (!verdict.ok) return void this.#refused(verdict.why);
		this.#overheadBytes = recordOverheadBytes(verdict.version);
		this.#deviceRecords.overheadBytes = this.#overheadBytes;
		this.#hostRecords.overheadBytes = this.#overheadBytes;
		this.#fromHost(serverFlightBytes(verdict));
		this.#await(this.#deviceAwaits, serverFlightBytes(verdict), () => this.#answer(verdict));
	}
	#answer(verdict: TlsVerdict & { readonly ok: true }): void {
		this.#fromDevice(clientFlightBytes(verdict));
		this.#await(this.#hostAwaits, clientFlightBytes(verdict), () => this.#hostFinished(verdict));
		// In TLS 1.3 the client has all it needs (RFC 8446 2); what still comes is a ticket.
		const early = verdict.version === "1.3" && !verdict.clientCertificate;
		this.#await(this.#deviceAwaits, serverFinishBytes(verdict), early ? () => {} : () => this.#opened());
		if (early) this.#opened();
	}
	#hostFinished(verdict: TlsVerdict & { readonly ok: true }): void {
		this.#fromHost(serverFinishBytes(verdict));
		const early = this.#early ?? [];
		this.#early = undefined;
		for (const bytes of early) this.hostSend(bytes);
	}
	#opened(): void {
		this.#state = "open";
		this.#ends.opened();
	}

	/** The server refuses the hello or the client's certificate, the client refuses the server's: an alert either way. */
	#refused(why: TlsFailure): void {
		const alert = alertBytes(0);
		const flights = { ok: true, version: "1.2", keys: "certificate", clientCertificate: why === "tls-client" } as const;
		const fail = (): void => {
			this.#state = "over";
			this.#ends.failed(why);
		};
		const serverRefuses = (): void => {
			this.#fromHost(alert, CONTENT.alert);
			this.#await(this.#deviceAwaits, alert, fail);
		};
		if (why === "tls-version" || why === "tls-handshake") return void serverRefuses();
		this.#fromHost(serverFlightBytes(flights));
		this.#await(this.#deviceAwaits, serverFlightBytes(flights), () => {
			if (why === "tls-client") {
				this.#fromDevice(clientFlightBytes(flights));
				this.#await(this.#hostAwaits, clientFlightBytes(flights), serverRefuses);
				return;
			}
			this.#fromDevice(alert, CONTENT.alert);
			fail();
		});
	}

	#fromDevice(count: number, type: number = CONTENT.handshake): void {
		this.#sent += count;
		this.#ends.device.send(filler(type, count));
	}
	#fromHost(count: number, type: number = CONTENT.handshake): void {
		this.#ends.host.send(filler(type, count));
	}
	#await(awaited: Awaited, count: number, act: () => void): void {
		awaited.bytes += count;
		awaited.act = act;
		this.#saw(awaited, 0);
	}
	#saw(awaited: Awaited, count: number): void {
		awaited.bytes -= count;
		if (awaited.bytes > 0 || this.#state === "over") return;
		const { act } = awaited;
		awaited.act = () => {};
		act();
	}
}

function records(bytes: Uint8Array, overheadBytes: number): Uint8Array[] {
	const result: Uint8Array[] = [];
	for (let at = 0; at < bytes.length; at += MAXIMUM_RECORD_BYTES) {
		result.push(dataRecord(bytes.subarray(at, at + MAXIMUM_RECORD_BYTES), overheadBytes));
	}
	return result;
}
