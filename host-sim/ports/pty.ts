import { closeSync, writeSync } from "node:fs";
import { ReadStream } from "node:tty";
import { misread } from "./framing.js";
import { type Libc, loadLibc } from "./libc.js";
import type { Framing, Port } from "./port.js";

/** How soon a program that opens the port is noticed; what it writes meanwhile waits. */
const watchMs = 10;

/**
 * What a client left, settings and bytes it did not read, goes when it has stayed away for so many looks: one that closes
 * and opens again, as a program does to change the rate, may be setting its own in this very moment.
 */
const looksBeforeReset = 3;

/** After the kernel's buffer was full: how long until the next try. */
const shortestBackOffMs = 2;
const longestBackOffMs = 50;

/** What waits for a client that does not read; the kernel holds 4 KB more. Beyond it bytes are lost, as on a line without flow control. */
const queueCapacityBytes = 65_536;

/**
 * A module's end of a pseudo-terminal. The master stays open whatever the clients do; for each of them libuv reads a
 * descriptor of its own, which it closes when they hang up. Writing goes past libuv, which would spin on a full buffer.
 */
class PtyPort implements Port {
	readonly path: string;
	onBytes: ((bytes: Uint8Array) => void) | undefined;
	framing: Framing | undefined;
	readonly #libc: Libc;
	readonly #fd: number;
	#session: ReadStream | undefined;
	#watch: NodeJS.Timeout | undefined;
	#queue: Uint8Array[] = [];
	#queuedBytes = 0;
	#retry: NodeJS.Timeout | undefined;
	#backOffMs = shortestBackOffMs;
	#closed = false;

	constructor(libc: Libc) {
		this.#libc = libc;
		const { fd, path } = libc.openMaster();
		this.#fd = fd;
		this.path = path;
		// Opens the slave once: Linux shows a hang-up only after a first client.
		this.#reset();
		this.#wait(0);
	}

	get clientBaud(): number | undefined {
		return this.#closed ? undefined : this.#libc.baud(this.#fd);
	}

	write(bytes: Uint8Array): void {
		if (this.#closed || bytes.length === 0 || this.#libc.look(this.#fd).hungUp) return;
		const sent = this.#asReadBy(this.#clientFraming(), this.framing, bytes);
		if (this.#queuedBytes + sent.length > queueCapacityBytes) return;
		this.#queue.push(sent.slice());
		this.#queuedBytes += sent.length;
		if (this.#retry === undefined) this.#flush();
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		clearTimeout(this.#watch);
		this.#drop();
		this.#session?.destroy();
		this.#session = undefined;
		closeSync(this.#fd);
	}

	#clientFraming(): Framing | undefined {
		// Parity cannot be seen from the master: the kernel hides it.
		const baud = this.framing === undefined ? undefined : this.clientBaud;
		return baud === undefined || this.framing === undefined ? undefined : { ...this.framing, baud };
	}

	#asReadBy(reader: Framing | undefined, sender: Framing | undefined, bytes: Uint8Array): Uint8Array {
		return reader === undefined || sender === undefined ? bytes : misread(bytes, sender, reader);
	}

	#wait(looksUntilReset = looksBeforeReset): void {
		this.#watch = setTimeout(() => {
			const { hungUp, readable } = this.#libc.look(this.#fd);
			// A client that came, wrote and went leaves bytes and a hang-up.
			if (!hungUp || readable) {
				this.#begin();
				return;
			}
			if (looksUntilReset === 1) this.#reset();
			// One that came and went between two looks leaves its settings.
			const again = looksUntilReset === 0 && this.#libc.baud(this.#fd) !== undefined;
			this.#wait(again ? looksBeforeReset : Math.max(looksUntilReset - 1, 0));
		}, watchMs);
	}

	#begin(): void {
		const session = new ReadStream(this.#libc.duplicate(this.#fd));
		this.#session = session;
		session.on("data", bytes => this.onBytes?.(this.#asReadBy(this.framing, this.#clientFraming(), bytes)));
		// EIO is how a hang-up shows; `close` follows.
		session.on("error", () => undefined);
		session.on("close", () => this.#hungUp());
	}

	#hungUp(): void {
		this.#session = undefined;
		if (this.#closed) return;
		this.#drop();
		this.#wait();
	}

	#reset(): void {
		try {
			this.#libc.reset(this.#fd, this.path);
		} catch {
			// The last client left the terminal in exclusive use: the next one gets what it left.
		}
	}

	#drop(): void {
		clearTimeout(this.#retry);
		this.#retry = undefined;
		this.#queue = [];
		this.#queuedBytes = 0;
	}

	#flush(): void {
		this.#retry = undefined;
		for (let bytes = this.#queue[0]; bytes !== undefined; bytes = this.#queue[0]) {
			const count = this.#tryWrite(bytes);
			if (count === undefined) {
				this.#drop();
				return;
			}
			this.#queuedBytes -= count;
			if (count < bytes.length) {
				this.#queue[0] = bytes.subarray(count);
				this.#backOff(count > 0);
				return;
			}
			this.#queue.shift();
		}
		this.#backOffMs = shortestBackOffMs;
	}

	#backOff(progress: boolean): void {
		this.#backOffMs = progress ? shortestBackOffMs : Math.min(2 * this.#backOffMs, longestBackOffMs);
		this.#retry = setTimeout(() => this.#flush(), this.#backOffMs);
	}

	/** Undefined when there is nobody to write to. */
	#tryWrite(bytes: Uint8Array): number | undefined {
		try {
			return writeSync(this.#fd, bytes);
		} catch (error) {
			return (error as NodeJS.ErrnoException).code === "EAGAIN" ? 0 : undefined;
		}
	}
}

/** @throws PortError `"unavailable"` where the machine has no pseudo-terminals */
export async function openPty(): Promise<Port> {
	return new PtyPort(await loadLibc());
}
