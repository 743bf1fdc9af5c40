import type SerialClass from "embedded:io/serial";
import type { SerialOptions } from "embedded:io/serial";
import type { ApplicationHost } from "../engine/engine.js";
import type { Framing } from "../ports/port.js";
import { ByteQueue } from "./byte-queue.js";
import type { Lifetime, Realm } from "./lifetime.js";
import { openWire, type Wire } from "./serial-wire.js";

type Format = "buffer" | "number";

/** What an application that never reads may leave unread: the size of a Linux tty's input buffer. */
const unreadCapacityBytes = 4096;

function framingOf(options: SerialOptions, realm: Realm): Framing {
	const { baud, parity = "none", dataBits = 8, stopBits = 1 } = options;
	if (!Number.isInteger(baud) || baud <= 0 || baud > 20_000_000) throw new realm.RangeError("invalid baud");
	if (parity !== "none" && parity !== "even" && parity !== "odd") throw new realm.RangeError("parity is none, even or odd");
	if (dataBits !== 7 && dataBits !== 8) throw new realm.RangeError("dataBits is 7 or 8");
	if (stopBits !== 1 && stopBits !== 2) throw new realm.RangeError("stopBits is 1 or 2");
	return { baud, parity, dataBits, stopBits };
}

function deviceOf(options: SerialOptions, realm: Realm): string {
	const device = options.device ?? options.port;
	if (typeof device === "string") return device;
	throw new realm.Error("on the desktop a Serial needs `device`: a port's path, memory:NAME, tcp:HOST:PORT or unix:PATH");
}

/**
 * `embedded:io/serial`, as strict as the strictest of Moddable's ports (pico for reading and room, Linux for what may be
 * written), so that what runs here does not stop on a board.
 */
export function createSerial(host: ApplicationHost, life: Lifetime): typeof SerialClass {
	const { realm } = life;

	return class Serial {
		target: unknown;
		readonly #unread = new ByteQueue(unreadCapacityBytes);
		readonly #onReadable: SerialOptions["onReadable"];
		readonly #onWritable: SerialOptions["onWritable"];
		readonly #device: string;
		readonly #parity: Framing["parity"];
		#format: Format = "buffer";
		#free = 0;
		#overflowed = false;
		#wire: Wire | undefined;
		#forget: () => void;

		constructor(options: SerialOptions) {
			if (options === undefined) throw new realm.TypeError("a Serial needs options");
			const framing = framingOf(options, realm);
			this.#parity = framing.parity;
			this.#device = deviceOf(options, realm);
			this.format = options.format ?? "buffer";
			if (options.target !== undefined) this.target = options.target;
			this.#onReadable = options.onReadable;
			this.#onWritable = options.onWritable;
			this.#wire = this.#open(framing);
			this.#forget = life.onEnd(() => this.#release());
		}

		/** What the line was opened with: a port without the option has no such property. */
		get parity(): Framing["parity"] {
			return this.#parity;
		}

		get format(): Format {
			return this.#format;
		}

		set format(format: Format) {
			if (format !== "buffer" && format !== "number") throw new realm.RangeError("format is buffer or number");
			this.#format = format;
		}

		read(count?: number): ArrayBuffer | undefined;
		read(buffer: ArrayBuffer | ArrayBufferView): number | undefined;
		read(wanted?: number | ArrayBuffer | ArrayBufferView): ArrayBuffer | number | undefined {
			this.#opened();
			if (this.#format === "number") return this.#take(new Uint8Array(1))[0];
			if (typeof wanted === "object") {
				const into = this.#bytesOf(wanted);
				return this.#take(into).length;
			}
			const buffer = new realm.ArrayBuffer(this.#checked(wanted ?? this.#unread.length));
			this.#take(new Uint8Array(buffer));
			return buffer;
		}

		write(data: ArrayBuffer | number): void {
			const wire = this.#opened();
			const bytes = this.#format === "number" ? Uint8Array.of(Number(data)) : this.#arrayBufferOf(data);
			if (bytes.length > this.#free)
				throw new realm.Error(`output full: ${bytes.length} bytes where onWritable left room for ${this.#free}`);
			if (bytes.length === 0) return;
			this.#free -= bytes.length;
			host.onSerial?.(this.#device, ">", bytes);
			wire.write(bytes);
		}

		/** Lines of a desktop's port; a board uses a Digital, and a line in memory has none. */
		set(signals: { readonly dataTerminalReady?: boolean; readonly requestToSend?: boolean; readonly break?: boolean }): void {
			const { dataTerminalReady: dtr, requestToSend: rts, break: brk } = signals;
			this.#opened().setSignals({
				...(dtr !== undefined && { dtr }),
				...(rts !== undefined && { rts }),
				...(brk !== undefined && { brk }),
			});
		}

		/** Nothing is called back afterwards. */
		close(): void {
			if (this.#wire === undefined) return;
			this.#forget();
			this.#release();
		}

		#release(): void {
			this.#wire?.close();
			this.#wire = undefined;
		}

		#open(framing: Framing): Wire {
			try {
				return openWire(host, this.#device, framing, {
					writable: () => this.#writable(),
					received: bytes => this.#received(bytes),
					failed: error => life.fail(error),
				});
			} catch (error) {
				throw new realm.Error((error as Error).message);
			}
		}

		#writable(): void {
			if (this.#wire === undefined) return;
			this.#free = this.#wire.capacityBytes;
			life.call(this.#onWritable, this, this.#free);
		}

		#received(bytes: Uint8Array): void {
			if (this.#wire === undefined) return;
			host.onSerial?.(this.#device, "<", bytes);
			if (this.#unread.push(bytes) < bytes.length && !this.#overflowed) {
				this.#overflowed = true;
				host.log(`${this.#device}: the application does not read; bytes are lost\n`);
			}
			life.call(this.#onReadable, this, this.#unread.length);
		}

		#opened(): Wire {
			if (this.#wire === undefined) throw new realm.Error("the port is closed");
			return this.#wire;
		}

		#checked(count: number): number {
			if (!(count > 0 && count <= this.#unread.length)) throw new realm.Error(`cannot read ${count} bytes: ${this.#unread.length} wait`);
			return Math.trunc(count);
		}

		#take(into: Uint8Array): Uint8Array {
			this.#checked(into.length);
			this.#unread.take(into);
			return into;
		}

		#bytesOf(buffer: ArrayBuffer | ArrayBufferView): Uint8Array {
			return ArrayBuffer.isView(buffer) ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new Uint8Array(buffer);
		}

		#arrayBufferOf(data: unknown): Uint8Array {
			// By name: the application's ArrayBuffer is not this module's.
			if (Object.prototype.toString.call(data) === "[object ArrayBuffer]") return new Uint8Array(data as ArrayBuffer);
			throw new realm.TypeError("write takes an ArrayBuffer: not every board's port takes a view");
		}
	};
}
