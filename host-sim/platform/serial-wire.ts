import type { Clock, Scheduled } from "../clock/clock.js";
import type { ApplicationHost, LineEnd } from "../engine/engine.js";
import { openDevice } from "../ports/device.js";
import { byteMs } from "../ports/framing.js";
import type { Framing } from "../ports/port.js";
import type { PortError } from "../ports/port-error.js";

/** What a Serial stands on. */
export interface Wire {
	/** Size of the transmit buffer: what `onWritable` announces when it is empty. */
	readonly capacityBytes: number;
	write(bytes: Uint8Array): void;
	setSignals(signals: { readonly dtr?: boolean; readonly rts?: boolean; readonly brk?: boolean }): void;
	close(): void;
}

/** Called on later turns than the one that opened the wire. */
export interface WireListener {
	/** Open, or everything written has left. */
	writable(): void;
	received(bytes: Uint8Array): void;
	failed(error: PortError): void;
}

/** A line in memory has the transmit FIFO of a small microcontroller (ESP32: 128 bytes, ESP32 Technical Reference Manual, chapter UART). */
const memoryFifoBytes = 128;

/** What Moddable's Linux port takes at once. */
const deviceBufferBytes = 1024;

class MemoryWire implements Wire {
	readonly capacityBytes = memoryFifoBytes;
	readonly #clock: Clock;
	readonly #line: LineEnd;
	readonly #byteMs: number;
	readonly #listener: WireListener;
	#freeMs = 0;
	#scheduled: Scheduled | undefined;

	constructor(clock: Clock, line: LineEnd, framing: Framing, listener: WireListener) {
		this.#clock = clock;
		this.#line = line;
		this.#listener = listener;
		this.#byteMs = byteMs(framing);
		line.open(framing);
		line.onBytes = bytes => listener.received(bytes);
		this.#sayWritable(clock.now());
	}

	write(bytes: Uint8Array): void {
		this.#line.write(bytes);
		this.#freeMs = Math.max(this.#freeMs, this.#clock.now()) + bytes.length * this.#byteMs;
		this.#sayWritable(this.#freeMs);
	}

	setSignals(): void {}

	close(): void {
		this.#clock.cancel(this.#scheduled);
		this.#line.onBytes = undefined;
		this.#line.close();
	}

	#sayWritable(timeMs: number): void {
		this.#clock.cancel(this.#scheduled);
		this.#scheduled = this.#clock.at(timeMs, () => this.#listener.writable());
	}
}

/** @throws PortError `"invalid"`, or an Error for a line in memory that is unknown or in use. */
export function openWire(host: ApplicationHost, device: string, framing: Framing, listener: WireListener): Wire {
	if (!device.startsWith("memory:")) {
		const { opened, drained } = { opened: () => listener.writable(), drained: () => listener.writable() };
		const opening = openDevice(device, framing, { opened, drained, received: listener.received, failed: listener.failed });
		return {
			capacityBytes: deviceBufferBytes,
			write: bytes => opening.write(bytes),
			setSignals: signals => opening.setSignals(signals),
			close: () => opening.close(),
		};
	}
	const line = host.lines.get(device.slice("memory:".length));
	if (line === undefined) throw new Error(`${device}: no such line; there ${host.lines.size === 1 ? "is" : "are"} ${names(host.lines)}`);
	return new MemoryWire(host.clock, line, framing, listener);
}

function names(lines: ReadonlyMap<string, LineEnd>): string {
	return lines.size === 0 ? "none" : [...lines.keys()].map(name => `memory:${name}`).join(", ");
}
