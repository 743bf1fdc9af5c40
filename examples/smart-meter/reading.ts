import type { Stamp } from "xs-cellular/clock";
import type { Register } from "./meter/protocol.js";

/** A reading as it lies in the outbox: 16 bytes, numbers big-endian. */
export const READING_BYTES = 16;

/** Codes are stored, so their order is fixed: new ones go at the end. */
const UNITS: readonly string[] = Object.freeze(["m3", "kWh"]);
const STATES: readonly string[] = Object.freeze(["ok", "battery-low", "valve-closed", "valve-fault", "unknown"]);

export interface Reading {
	value: number;
	exponent: number;
	unit: string;
	status: string;
	readonly stamp: Stamp;
}

export function newReading(): Reading {
	return { value: 0, exponent: 0, unit: UNITS[0], status: STATES[0], stamp: { absolute: false, seconds: 0, session: 0 } };
}

/** Value 5 bytes; exponent, unit and status 1 each; seconds 5; 1 when they are UTC; session 2. */
export function packReading(register: Register, stamp: Stamp, into: Uint8Array): Uint8Array {
	put(into, 0, 5, register.value);
	into[5] = register.exponent & 255;
	into[6] = UNITS.indexOf(register.unit);
	into[7] = Math.max(0, STATES.indexOf(register.status));
	put(into, 8, 5, stamp.seconds);
	into[13] = stamp.absolute ? 1 : 0;
	put(into, 14, 2, stamp.session % 0x10000);
	return into;
}

/** `session` is the clock's: only the low 16 bits of a stamp's are stored, enough to tell this run from earlier ones. */
export function unpackReading(bytes: Uint8Array, session: number, into: Reading): Reading {
	into.value = get(bytes, 0, 5);
	into.exponent = (bytes[5] << 24) >> 24;
	into.unit = UNITS[bytes[6]] ?? UNITS[0];
	into.status = STATES[bytes[7]] ?? "unknown";
	into.stamp.seconds = get(bytes, 8, 5);
	into.stamp.absolute = bytes[13] === 1;
	const low = get(bytes, 14, 2);
	into.stamp.session = low === session % 0x10000 ? session : low;
	return into;
}

function put(bytes: Uint8Array, at: number, width: number, value: number): void {
	let rest = value;
	for (let i = at + width - 1; i >= at; i--) {
		bytes[i] = rest % 256;
		rest = Math.floor(rest / 256);
	}
}
function get(bytes: Uint8Array, at: number, width: number): number {
	let value = 0;
	for (let i = at; i < at + width; i++) value = value * 256 + bytes[i];
	return value;
}
