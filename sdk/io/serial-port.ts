import type { Injected, SerialPort } from "./ecma419.js";

/** Who is given what the port has; called from the port's callbacks, and must not throw. */
export interface SerialListener {
	received(bytes: Uint8Array): void;
	/** There is room for `room` bytes. */
	writable(): void;
	portFailed(why: unknown): void;
}

/** An instance of the port's class: `target` is ECMA-419's (clause 7), so that the callbacks need no closure of this line's. */
interface LinePort {
	readonly target?: SerialLine;
}

/**
 * A serial port on the floor that all Moddable ports share: `read` with the count that `onReadable` announced, `write` of an ArrayBuffer
 * no larger than `onWritable` announced, nothing else, and nothing ever thrown out of a callback (it would end the VM on some).
 */
export class SerialLine {
	#port: SerialPort | undefined;
	#listener: SerialListener;
	/** Bytes that the port takes now. */
	room = 0;
	constructor(listener: SerialListener) {
		this.#listener = listener;
	}
	/** @throws what the port's constructor throws: unknown device, port in use. */
	open(serial: Injected<SerialPort>, baud: number): void {
		const { io: Serial, ...options } = serial;
		const port = new Serial({
			...options,
			baud,
			format: "buffer",
			target: this,
			onReadable,
			onWritable,
			onError,
		});
		// A port that has no such option has the property all the same.
		port.target ??= this;
		this.#port = port;
	}
	get isOpen(): boolean {
		return this.#port !== undefined;
	}
	/** @internal */
	readable(count: number): void {
		try {
			if (!(count > 0)) return;
			const bytes = this.#port?.read(count);
			if (bytes !== undefined) this.#listener.received(new Uint8Array(bytes));
		} catch (thrown) {
			this.fail(thrown);
		}
	}
	/** @internal */
	writable(count: number): void {
		try {
			this.room = count;
			this.#listener.writable();
		} catch (thrown) {
			this.fail(thrown);
		}
	}
	/** At most `room` bytes, which are copied. False when the port refused them. */
	write(bytes: Uint8Array): boolean {
		try {
			const { buffer, byteOffset, byteLength } = bytes;
			// First, since a port may announce room again while it is written to.
			this.room -= byteLength;
			this.#port?.write((buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength));
			return true;
		} catch (thrown) {
			this.room = 0;
			this.fail(thrown);
			return false;
		}
	}
	/** @internal */
	fail(why: unknown): void {
		try {
			this.#listener.portFailed(why);
		} catch {}
	}
	close(): void {
		const port = this.#port;
		this.#port = undefined;
		this.room = 0;
		try {
			port?.close();
		} catch {}
	}
}

function onReadable(this: LinePort, bytes: number): void {
	this.target?.readable(bytes);
}
function onWritable(this: LinePort, bytes: number): void {
	this.target?.writable(bytes);
}
function onError(this: LinePort, error?: unknown): void {
	this.target?.fail(error);
}
