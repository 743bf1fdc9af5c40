/** TS 27.010 5.2.6, basic option. */
export const flag = 0xf9;
/** Control fields without the P/F bit (5.2.1.3). */
export const control = { sabm: 0x2f, ua: 0x63, dm: 0x0f, disc: 0x43, uih: 0xef, ui: 0x03 } as const;
export const pollFinal = 0x10;

export interface Frame {
	/** 0 … 63. */
	readonly dlci: number;
	/** The C/R bit as it stands in the address. */
	readonly commandResponse: boolean;
	/** Without the P/F bit. */
	readonly control: number;
	readonly pollFinal: boolean;
	readonly information: Uint8Array;
}

/** CRC-8 with the reversed polynomial 0xE0 (5.2.1.6). */
function checksum(bytes: ArrayLike<number>): number {
	let crc = 0xff;
	for (let at = 0; at < bytes.length; at++) {
		crc ^= bytes[at]!;
		for (let bit = 0; bit < 8; bit++) crc = (crc & 1) !== 0 ? (crc >> 1) ^ 0xe0 : crc >> 1;
	}
	return 0xff - crc;
}

/** What the check sequence covers: UIH leaves the information out (5.2.1.6). */
function covered(header: readonly number[], frame: Pick<Frame, "control" | "information">): number[] {
	return frame.control === control.uih ? [...header] : [...header, ...frame.information];
}

/** Flags included. A length of more than 127 takes two octets (5.2.1.5). */
export function encodeFrame(frame: Frame): Uint8Array {
	const { dlci, commandResponse, information } = frame;
	const length = information.length;
	const header = [
		(dlci << 2) | (commandResponse ? 2 : 0) | 1,
		frame.control | (frame.pollFinal ? pollFinal : 0),
		...(length > 127 ? [(length & 0x7f) << 1, length >> 7] : [(length << 1) | 1]),
	];
	return Uint8Array.from([flag, ...header, ...information, checksum(covered(header, frame)), flag]);
}

type Parsed = { readonly frame: Frame; readonly end: number } | "incomplete" | "invalid";

/** A frame whose opening flag stands at `start`; `end` is the place of its closing flag. */
function parse(bytes: readonly number[], start: number, longest: number): Parsed {
	let at = start + 1;
	const address = bytes[at++];
	const field = bytes[at++];
	const short = bytes[at++];
	if (short === undefined) return "incomplete";
	// One octet of address is all that 64 connections need.
	if ((address! & 1) === 0) return "invalid";
	let length = short >> 1;
	if ((short & 1) === 0) {
		const high = bytes[at++];
		if (high === undefined) return "incomplete";
		length |= high << 7;
	}
	if (length > longest) return "invalid";
	const header = bytes.slice(start + 1, at);
	const end = at + length + 1;
	if (end >= bytes.length) return "incomplete";
	const kind = field! & ~pollFinal;
	const information = Uint8Array.from(bytes.slice(at, at + length));
	const frame = {
		dlci: address! >> 2,
		commandResponse: (address! & 2) !== 0,
		control: kind,
		pollFinal: (field! & pollFinal) !== 0,
		information,
	};
	if (bytes[end] !== flag || bytes[end - 1] !== checksum(covered(header, frame))) return "invalid";
	return { frame, end };
}

/** Finds frames in what arrives. What is none is dropped up to the next flag, so that framing comes back after lost bytes. */
export class FrameReader {
	readonly #longest: number;
	readonly #found: (frame: Frame) => void;
	#bytes: number[] = [];
	#ended = false;

	/** @param longest octets of information, N1 */
	constructor(longest: number, found: (frame: Frame) => void) {
		this.#longest = longest;
		this.#found = found;
	}

	/** Nothing more is read: what stands behind the last frame is returned. */
	stop(): void {
		this.#ended = true;
	}

	/** What came behind the frame that ended the multiplexer; empty while it goes on. */
	receive(bytes: Uint8Array): Uint8Array {
		for (const byte of bytes) this.#bytes.push(byte);
		while (!this.#ended && this.#next()) {}
		if (!this.#ended) return new Uint8Array(0);
		const rest = Uint8Array.from(this.#bytes);
		this.#bytes = [];
		return rest;
	}

	/** True: go on looking. */
	#next(): boolean {
		const start = this.#bytes.indexOf(flag);
		if (start < 0) {
			this.#bytes = [];
			return false;
		}
		this.#bytes.splice(0, start);
		// Flags between two frames: the last one opens.
		while (this.#bytes[1] === flag) this.#bytes.shift();
		const parsed = parse(this.#bytes, 0, this.#longest);
		if (parsed === "incomplete") return false;
		if (parsed === "invalid") {
			this.#bytes.shift();
			return true;
		}
		// The closing flag may open the next frame.
		this.#bytes.splice(0, parsed.end);
		this.#found(parsed.frame);
		if (this.#ended) this.#bytes.shift();
		return true;
	}
}
