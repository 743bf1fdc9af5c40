import type { PublicStream } from "./public-network.js";
import type { TcpEndpoint } from "./tcp-endpoint.js";
import type { TlsFailure } from "./ue.js";

/** What lies above and below the bytes of a connection, at both of its ends. */
export interface StreamEnds {
	readonly device: Pick<TcpEndpoint, "send" | "consumed">;
	readonly host: Pick<TcpEndpoint, "send" | "consumed">;
	opened(): void;
	failed(why: TlsFailure): void;
	/** Bytes for the module's host; it says `consumed` of the endpoint when it took them. */
	toDevice(bytes: Uint8Array): void;
	toHost(bytes: Uint8Array, taken: () => void): void;
	secure(done: Parameters<PublicStream["secure"]>[2]): void;
}

/** Between the applications' bytes and those on the wire. */
export interface StreamLayer {
	established(): void;
	/** Returns how many wire bytes the device has sent in all: acknowledged, these are in the peer's hands. */
	deviceSend(bytes: Uint8Array): number;
	deviceReceived(wire: Uint8Array): void;
	deviceClose(): void;
	deviceEnded(): void;
	hostSend(bytes: Uint8Array): void;
	hostReceived(wire: Uint8Array): void;
	hostClose(): void;
}

/** TCP alone: what is sent is what is on the wire. */
export class PlainLayer implements StreamLayer {
	readonly #ends: StreamEnds;
	#sent = 0;

	constructor(ends: StreamEnds) {
		this.#ends = ends;
	}
	established(): void {
		this.#ends.opened();
	}
	deviceSend(bytes: Uint8Array): number {
		this.#sent += bytes.length;
		this.#ends.device.send(bytes.slice());
		return this.#sent;
	}
	deviceReceived(wire: Uint8Array): void {
		this.#ends.toDevice(wire);
	}
	deviceClose(): void {}
	deviceEnded(): void {}
	hostSend(bytes: Uint8Array): void {
		this.#ends.host.send(bytes);
	}
	hostReceived(wire: Uint8Array): void {
		this.#ends.toHost(wire, () => this.#ends.host.consumed(wire.length));
	}
	hostClose(): void {}
}
