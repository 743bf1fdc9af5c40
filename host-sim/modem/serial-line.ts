import type { Clock } from "../clock/clock.js";
import type { Port } from "../ports/port.js";
import type { Faults } from "./faults.js";

export type Trace = (direction: "toModule" | "toHost", bytes: Uint8Array, timeMs: number) => void;

/**
 * The module's UART as the host meets it: bytes come out in order, and a host that listens at another rate reads garbage.
 * What a byte costs in time is the port's business (a memory port paces, a pty does not).
 */
export class SerialLine {
	/** 0: autobaud, the module follows the host. */
	baud: number;
	trace: Trace | undefined;
	#port: Port | undefined;
	#silent = false;
	readonly #queue: { readonly bytes: Uint8Array; readonly timeMs: number }[] = [];
	readonly #clock: Clock;
	readonly #faults: Faults;
	readonly #random: () => number;

	constructor(clock: Clock, faults: Faults, random: () => number, baud: number) {
		this.#clock = clock;
		this.#faults = faults;
		this.#random = random;
		this.baud = baud;
	}

	attach(port: Port, onBytes: (bytes: Uint8Array) => void): void {
		this.detach();
		this.#port = port;
		port.onBytes = bytes => {
			if (this.#silent) return;
			const heard = this.#faults.alterBytes("toModule", this.#matches() ? bytes : this.#garbage(bytes));
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
		this.#port?.write(this.#matches() ? sent : this.#garbage(sent));
	}

	#matches(): boolean {
		const host = this.#port?.clientBaud;
		return host === undefined || this.baud === 0 || host === this.baud;
	}

	/** A receiver at the wrong rate samples the wrong bits: other bytes, and another number of them. */
	#garbage(bytes: Uint8Array): Uint8Array {
		const ratio = (this.#port?.clientBaud ?? this.baud) / this.baud;
		const length = Math.max(1, Math.min(bytes.length * 4, Math.round(bytes.length * ratio)));
		return Uint8Array.from({ length }, () => 0x80 + Math.floor(this.#random() * 0x80));
	}
}
