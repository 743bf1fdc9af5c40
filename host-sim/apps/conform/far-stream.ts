import type { HostConnection, HostStream } from "../../internet/host.js";

/** One connection as the far end has it: everything that came, and whether it has ended. */
export class FarStream implements HostStream {
	readonly port: number;
	isClosed = false;
	/** Bytes that came. */
	count = 0;
	readonly #connection: HostConnection;
	readonly #echoes: boolean;
	readonly #pieces: Uint8Array[] = [];

	constructor(port: number, connection: HostConnection, echoes: boolean) {
		this.port = port;
		this.#connection = connection;
		this.#echoes = echoes;
	}
	get bytes(): Uint8Array {
		return Buffer.concat(this.#pieces);
	}
	send(bytes: Uint8Array): void {
		this.#connection.send(bytes);
	}
	close(): void {
		this.#connection.close();
	}
	received(bytes: Uint8Array): void {
		this.#pieces.push(bytes);
		this.count += bytes.length;
		if (this.#echoes) this.send(bytes);
	}
	closed(): void {
		this.isClosed = true;
	}
}
