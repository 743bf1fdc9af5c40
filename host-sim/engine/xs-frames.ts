/**
 * The wire between Node and the XS host (host-sim/engine/xs/wire.h): a header of 20 bytes, little-endian
 * (uint32 payload bytes, uint8 type, 3 zero bytes, int32 id, float64 value), and the payload.
 */
export interface Frame {
	/** One character, see {@link toHost} and {@link toNode}. */
	readonly type: string;
	readonly id: number;
	readonly value: number;
	readonly payload: Uint8Array;
}

/** Every frame to the host begins a turn (but `answer`) and carries the time in `value`; the host says `done` at its end. */
export const toHost = {
	/** id: 1 on the real clock. Loads the modules and calls the application. */
	start: "I",
	/** id: the timer that is due. */
	fire: "T",
	/** id: the line the payload came from. */
	bytes: "B",
	/** id: the line on which everything written has left, or that has just been opened. */
	writable: "V",
	/** To a question. id: 0 nothing, 1 the number in `value`, 2 the payload. */
	answer: "R",
	quit: "Q",
} as const;

export const toNode = {
	done: "D",
	/** id: timer; value: delay in milliseconds. A second one with the same id replaces the first. */
	setTimer: "S",
	clearTimer: "C",
	/** Question. id: line; payload: JSON with device, baud, parity, dataBits and stopBits. Answer: how many bytes may be written at once, or text that says why there is no such line. */
	openLine: "O",
	writeLine: "W",
	closeLine: "X",
	/** value: level; payload: name of the pin. */
	setPin: "P",
	/** Question. Answer: the level. */
	readPin: "p",
	/** Questions and orders about storage; payload: the key, and after a zero byte the value. */
	readStorage: "k",
	writeStorage: "K",
	deleteStorage: "Z",
	/** Question. Answer: all keys, as JSON. */
	listStorage: "l",
	/** payload: the event, a zero byte, its data as JSON. */
	monitor: "M",
	log: "G",
	/** payload: JSON, see {@link HostFigures}. */
	figures: "F",
	/** The last frame. id: an exit code of {@link exitReasons}; payload: text, for a port its path and the reason on a line each. */
	error: "E",
} as const;

/** What the host's exit codes mean; host-sim/engine/xs/engine.h has the same list. */
export const exitReasons: Readonly<Record<number, string>> = {
	2: "usage",
	10: "exception",
	11: "rejection",
	12: "memoryFull",
	13: "stackOverflow",
	14: "engine",
	15: "tooLong",
	16: "port",
	17: "peer",
};

export interface HostFigures {
	readonly version: string;
	readonly computrons: number;
	readonly collections: number;
	readonly slotBytes: number;
	readonly slots: number;
	readonly slotsPeak: number;
	readonly chunkBytes: number;
	readonly chunkBytesPeak: number;
	/** Taken from the system for slots, chunks and the stack. */
	readonly heapBytes: number;
}

const headerBytes = 20;
const nothing = new Uint8Array(0);

export function encodeFrame(type: string, id: number, value: number, payload: Uint8Array = nothing): Uint8Array {
	const bytes = new Uint8Array(headerBytes + payload.length);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, payload.length, true);
	view.setUint8(4, type.charCodeAt(0));
	view.setInt32(8, id, true);
	view.setFloat64(12, value, true);
	bytes.set(payload, headerBytes);
	return bytes;
}

/** Collects bytes and hands out whole frames. */
export class FrameReader {
	#buffer = new Uint8Array(64 * 1024);
	#from = 0;
	#to = 0;

	push(bytes: Uint8Array): void {
		this.#room(bytes.length);
		this.#buffer.set(bytes, this.#to);
		this.#to += bytes.length;
	}

	/** Undefined until a whole frame is there. The payload is a copy. */
	next(): Frame | undefined {
		const there = this.#to - this.#from;
		if (there < headerBytes) return undefined;
		const view = new DataView(this.#buffer.buffer, this.#from, headerBytes);
		const size = view.getUint32(0, true);
		if (there < headerBytes + size) return undefined;
		const begin = this.#from + headerBytes;
		this.#from = begin + size;
		return {
			type: String.fromCharCode(view.getUint8(4)),
			id: view.getInt32(8, true),
			value: view.getFloat64(12, true),
			payload: this.#buffer.slice(begin, begin + size),
		};
	}

	#room(count: number): void {
		if (this.#to + count <= this.#buffer.length) return;
		const there = this.#buffer.subarray(this.#from, this.#to);
		const next = there.length + count > this.#buffer.length ? new Uint8Array(2 * (there.length + count)) : this.#buffer;
		next.set(there);
		this.#buffer = next;
		this.#to = there.length;
		this.#from = 0;
	}
}
