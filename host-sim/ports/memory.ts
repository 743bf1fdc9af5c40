import type { Clock, Scheduled } from "../clock/clock.js";
import type { LineEnd } from "../engine/engine.js";
import { byteMs, framing8n1, misread } from "./framing.js";
import type { Framing, Port } from "./port.js";

/** A burst is handed over in pieces of at most this many bytes or this long on the wire: few events, and gaps between bytes that no protocol takes for silence. */
const pieceBytes = 64;
const pieceMs = 20;

/** More than any module or application writes ahead; beyond it bytes are dropped, as by a UART without flow control. */
const wireCapacityBytes = 65_536;

interface Piece {
	readonly bytes: Uint8Array;
	length: number;
	/** When its first byte begins on the wire. */
	readonly startMs: number;
	readonly sent: Framing;
	scheduled: Scheduled | undefined;
}

/** One direction: bytes leave at the sender's rate, one after another. */
class Wire {
	readonly #clock: Clock;
	readonly #deliver: (bytes: Uint8Array, sent: Framing) => void;
	#last: Piece | undefined;
	#queuedBytes = 0;
	#freeMs = 0;

	constructor(clock: Clock, deliver: (bytes: Uint8Array, sent: Framing) => void) {
		this.#clock = clock;
		this.#deliver = deliver;
	}

	send(bytes: Uint8Array, sent: Framing): void {
		for (let i = 0; i < bytes.length; ) i += this.#append(bytes.subarray(i), sent);
	}

	/** How many bytes it took. */
	#append(bytes: Uint8Array, sent: Framing): number {
		const eachMs = byteMs(sent);
		const capacity = Math.max(1, Math.min(pieceBytes, Math.floor(pieceMs / eachMs)));
		const nowMs = this.#clock.now();
		let piece = this.#last;
		// A piece that has not arrived yet is still on the wire: what is written now follows it without a gap.
		if (piece === undefined || piece.length >= capacity || piece.sent !== sent) {
			piece = { bytes: new Uint8Array(capacity), length: 0, startMs: Math.max(nowMs, this.#freeMs), sent, scheduled: undefined };
			this.#last = piece;
		}
		const count = Math.min(bytes.length, capacity - piece.length);
		if (this.#queuedBytes + count > wireCapacityBytes) return bytes.length;
		piece.bytes.set(bytes.subarray(0, count), piece.length);
		piece.length += count;
		this.#queuedBytes += count;
		this.#freeMs = piece.startMs + piece.length * eachMs;
		this.#clock.cancel(piece.scheduled);
		piece.scheduled = this.#clock.at(this.#freeMs, () => this.#arrive(piece));
		return count;
	}

	#arrive(piece: Piece): void {
		if (this.#last === piece) this.#last = undefined;
		this.#queuedBytes -= piece.length;
		this.#deliver(piece.bytes.subarray(0, piece.length), piece.sent);
	}
}

export interface MemoryLine {
	/** The module's or meter's end. */
	readonly port: Port;
	/** The application's end, for `ApplicationHost.lines`. */
	readonly line: LineEnd;
}

export interface MemoryLineOptions {
	readonly clock: Clock;
	/** The module's UART when its rate is fixed; it can also set `port.framing` later. */
	readonly framing?: Framing;
}

class MemoryPort implements Port {
	readonly path = undefined;
	onBytes: ((bytes: Uint8Array) => void) | undefined;
	framing: Framing | undefined;
	readonly #client: () => Framing | undefined;
	readonly #wire: Wire;
	#closed = false;

	constructor(framing: Framing | undefined, wire: Wire, client: () => Framing | undefined) {
		this.framing = framing;
		this.#wire = wire;
		this.#client = client;
	}

	get clientBaud(): number | undefined {
		return this.#client()?.baud;
	}

	/** A closed application end still has a wire: the bytes take their time and then find nobody. */
	write(bytes: Uint8Array): void {
		if (!this.#closed) this.#wire.send(bytes, this.framing ?? this.#client() ?? framing8n1(115_200));
	}

	receive(bytes: Uint8Array, sent: Framing): void {
		if (!this.#closed) this.onBytes?.(this.framing === undefined ? bytes : misread(bytes, sent, this.framing));
	}

	close(): void {
		this.#closed = true;
	}
}

class MemoryLineEnd implements LineEnd {
	onBytes: ((bytes: Uint8Array) => void) | undefined;
	readonly #wire: Wire;
	#framing: Framing | undefined;

	constructor(wire: Wire) {
		this.#wire = wire;
	}

	get framing(): Framing | undefined {
		return this.#framing;
	}

	open(framing: Framing): void {
		if (this.#framing !== undefined) throw new Error("port in use");
		this.#framing = { baud: framing.baud, dataBits: framing.dataBits, parity: framing.parity, stopBits: framing.stopBits };
	}

	write(bytes: Uint8Array): void {
		if (this.#framing === undefined) throw new Error("port is not open");
		this.#wire.send(bytes, this.#framing);
	}

	receive(bytes: Uint8Array, sent: Framing): void {
		if (this.#framing !== undefined) this.onBytes?.(misread(bytes, sent, this.#framing));
	}

	/** What was written before is still sent. */
	close(): void {
		this.#framing = undefined;
	}
}

/** A serial line without a machine's port: both ends in this process, paced by the UART's rate on any clock. */
export function createMemoryLine(options: MemoryLineOptions): MemoryLine {
	const { clock } = options;
	const line: MemoryLineEnd = new MemoryLineEnd(new Wire(clock, (bytes, sent) => port.receive(bytes, sent)));
	const port = new MemoryPort(options.framing, new Wire(clock, (bytes, sent) => line.receive(bytes, sent)), () => line.framing);
	return { port, line };
}
