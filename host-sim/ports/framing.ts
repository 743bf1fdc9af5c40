import type { Framing } from "./port.js";

export type { Framing } from "./port.js";

/** 8 data bits, no parity, 1 stop bit. */
export function framing8n1(baud: number): Framing {
	return { baud, dataBits: 8, parity: "none", stopBits: 1 };
}

/** Start bit, data bits, parity bit, stop bits: 10 for 8N1, 11 for 8E1. */
export function bitsPerByte(framing: Framing): number {
	return 1 + framing.dataBits + (framing.parity === "none" ? 0 : 1) + framing.stopBits;
}

export function byteMs(framing: Framing): number {
	return (bitsPerByte(framing) * 1000) / framing.baud;
}

/** Receivers sample in the middle of a bit, so some per cent of difference do no harm; a tenth of a bit per bit does. */
const tolerance = 0.03;

/** Whether a receiver with framing `b` reads what a transmitter with framing `a` sends. */
export function agree(a: Framing, b: Framing): boolean {
	const sameRate = Math.abs(a.baud - b.baud) <= tolerance * Math.min(a.baud, b.baud);
	return sameRate && a.dataBits === b.dataBits && a.parity === b.parity;
}

function parityOf(byte: number, framing: Framing): number {
	let ones = 0;
	for (let i = 0; i < framing.dataBits; i++) ones += (byte >> i) & 1;
	return framing.parity === "even" ? ones & 1 : 1 - (ones & 1);
}

/** The levels on the wire, one per bit time of the transmitter; the idle line is 1. */
function levels(bytes: Uint8Array, framing: Framing): Uint8Array {
	const line = new Uint8Array(bytes.length * bitsPerByte(framing));
	let at = 0;
	for (const byte of bytes) {
		line[at++] = 0;
		for (let i = 0; i < framing.dataBits; i++) line[at++] = (byte >> i) & 1;
		if (framing.parity !== "none") line[at++] = parityOf(byte, framing);
		for (let i = 0; i < framing.stopBits; i++) line[at++] = 1;
	}
	return line;
}

/**
 * What a receiver with another framing makes of a burst: it finds falling edges and samples at its own rate. It hands every
 * byte on as sampled, with its parity or framing error ignored (assumption: so do the UARTs of most microcontrollers).
 */
export function misread(bytes: Uint8Array, sent: Framing, received: Framing): Uint8Array {
	if (agree(sent, received)) return bytes;
	const line = levels(bytes, sent);
	const step = sent.baud / received.baud;
	const level = (at: number): number => line[Math.floor(at)] ?? 1;
	const result: number[] = [];
	// A rate far below the sender's sees single bits as glitches; looking every eighth of a bit bounds the work.
	const look = Math.min(step, 1) / 8;
	for (let at = 0; at < line.length; ) {
		if (level(at) === 1) {
			at += look;
			continue;
		}
		let byte = 0;
		for (let i = 0; i < received.dataBits; i++) byte |= level(at + (1.5 + i) * step) << i;
		result.push(byte);
		at += (bitsPerByte(received) - 0.5) * step;
		while (at < line.length && level(at) === 0) at += look;
	}
	return Uint8Array.from(result);
}
