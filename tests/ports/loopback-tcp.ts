import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** Room that a socket has: so little that clients have to wait for it. */
const WINDOW_BYTES = 512;

/** ECMA-419 TCP over a socket of this machine; with `secure` over TLS. */
export class LoopbackTcp {
	readonly #options: any;
	readonly #socket: Socket;
	#received = Buffer.alloc(0);
	#free = WINDOW_BYTES;
	#ready = false;
	#closed = false;
	#ended = false;

	constructor(options: any) {
		this.#options = options;
		const { address, port, secure } = options;
		this.#socket = secure === undefined ? connect(port, address) : connectTls({ port, host: address, minVersion: "TLSv1.2", ...secure });
		this.#socket.on(secure === undefined ? "connect" : "secureConnect", () => {
			this.#ready = true;
			if (!this.#closed) options.onWritable.call(this, this.#free);
		});
		this.#socket.on("data", bytes => {
			this.#received = Buffer.concat([this.#received, bytes]);
			if (!this.#closed) options.onReadable.call(this, this.#received.length);
		});
		this.#socket.on("error", () => {});
		this.#socket.on("close", () => {
			this.#ended = true;
			this.#end();
		});
	}

	#end(): void {
		if (this.#closed || !this.#ended || this.#received.length > 0) return;
		this.#closed = true;
		this.#options.onError.call(this);
	}

	read(into: any): ArrayBuffer | number | undefined {
		const count = typeof into === "object" ? into.byteLength : into;
		if (!(count > 0) || count > this.#received.length) throw new Error(`read ${count} of ${this.#received.length}`);
		const bytes = Uint8Array.from(this.#received.subarray(0, count));
		this.#received = this.#received.subarray(count);
		if (this.#ended) setImmediate(() => this.#end());
		if (typeof into !== "object") return bytes.buffer;
		new Uint8Array(into.buffer ?? into, into.byteOffset ?? 0, count).set(bytes);
		return count;
	}

	write(data: ArrayBuffer | ArrayBufferView): number {
		const bytes = ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
		if (!this.#ready || bytes.length > this.#free) throw new Error(`write ${bytes.length}, room for ${this.#free}`);
		this.#free -= bytes.length;
		this.#socket.write(Buffer.from(bytes), () => {
			this.#free += bytes.length;
			if (!this.#closed) this.#options.onWritable.call(this, this.#free);
		});
		return this.#free;
	}

	close(): void {
		this.#closed = true;
		this.#socket.end();
		this.#socket.destroySoon();
	}
}

/** Every name is this machine. */
export class LoopbackResolver {
	resolve({ host, onResolved }: { host: string; onResolved(host: string, address: string): void }): void {
		setImmediate(() => onResolved(host, "::1"));
	}
}

export const realTimers = {
	set: (callback: (timer: object) => void, delayMs = 0): object => setTimeout(() => callback(realTimers), delayMs),
	repeat: (callback: (timer: object) => void, intervalMs: number): object => setInterval(() => callback(realTimers), intervalMs),
	clear: (timer: any): void => clearTimeout(timer),
};
