import type { Clock } from "../clock/clock.js";
import type { Port } from "../ports/port.js";
import type { Faults } from "./faults.js";

export type Trace = (direction: "toModule" | "toHost", bytes: Uint8Array, timeMs: number) => void;

/**
 * The module's UART as the host meets it: bytes come out in order. What a byte costs in time, and what a host reads that listens
 * at another rate, is the port's business; it is told the module's rate.
 */
export class SerialLine {
	trace: Trace | undefined;
	#baud: number;
	#port: Port | undefined;
	#silent = false;
	readonly #queue: { readonly bytes: Uint8Array; readonly timeMs: number }[] = [];
	readonly #clock: Clock;
	readonly #faults: Faults;

	constructor(clock: Clock, faults: Faults, baud: number) {
		this.#clock = clock;
		this.#faults = faults;
		this.#baud = baud;
	}

	/** bits per second; 0: autobaud, the module follows the host. */
	get baud(): number {
		return this.#baud;
	}
	set baud(baud: number) {
		this.#baud = baud;
		if (this.#port) this.#port.framing = baud === 0 ? undefined : { baud, dataBits: 8, parity: "none", stopBits: 1 };
	}

	attach(port: Port, onBytes: (bytes: Uint8Array) => void): void {
		this.detach();
		this.#port = port;
		this.baud = this.#baud;
		port.onBytes = bytes => {
			if (this.#silent) return;
			const heard = this.#faults.alterBytes("toModule", bytes);
			this.trace?.("toModule", heard, this.#clock.now());
			if (heard.length > 0) onBytes(heard);
		};
	}

	detach(): void {
		if (this.#port) this.#port.onBytes = undefined;
		this.#port = undefined;
	}

	write(bytes: Uint8Array): void {
		if (bytes.length === 0) return;
		const cut = this.#faults.cut(bytes.length);
		const now = this.#clock.now();
		if (!cut) this.#enqueue(bytes, now);
		else {
			this.#enqueue(bytes.slice(0, cut.at), now);
			this.#enqueue(bytes.slice(cut.at), now + cut.delayMs);
		}
	}

	/** Nothing passes either way for so long: the port vanished. */
	silence(forMs: number): void {
		this.#silent = true;
		this.#clock.after(forMs, () => {
			this.#silent = false;
		});
	}

	#enqueue(bytes: Uint8Array, timeMs: number): void {
		const last = this.#queue.at(-1)?.timeMs ?? 0;
		if (this.#queue.length === 0 && timeMs <= this.#clock.now()) this.#send(bytes);
		else {
			this.#queue.push({ bytes, timeMs: Math.max(timeMs, last) });
			if (this.#queue.length === 1) this.#clock.at(timeMs, () => this.#drain());
		}
	}

	#drain(): void {
		for (;;) {
			const next = this.#queue[0];
			if (!next) return;
			if (next.timeMs > this.#clock.now()) {
				this.#clock.at(next.timeMs, () => this.#drain());
				return;
			}
			this.#queue.shift();
			this.#send(next.bytes);
		}
	}

	#send(bytes: Uint8Array): void {
		if (this.#silent) return;
		const sent = this.#faults.alterBytes("toHost", bytes);
		if (sent.length === 0) return;
		this.trace?.("toHost", sent, this.#clock.now());
		this.#port?.write(sent);
	}
}
