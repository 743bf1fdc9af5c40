import { ModemError } from "../modem/errors.js";

export type Bytes = ArrayBuffer | ArrayBufferView;

const HIGHEST_PORT = 65_535;

export function closed(): ModemError {
	return new ModemError("closed", "the socket is closed");
}
export function checkPort(port: unknown, lowest: number): void {
	if (typeof port !== "number" || !Number.isInteger(port) || port < lowest || port > HIGHEST_PORT)
		throw new RangeError(`port: ${lowest} to ${HIGHEST_PORT}`);
}
export function checkCallback<T>(callback: T, name: string): T {
	if (callback !== undefined && typeof callback !== "function") throw new TypeError(`${name}: a function`);
	return callback;
}
/** A view keeps its offset and length. */
export function bytesOf(buffer: Bytes): Uint8Array {
	if (buffer instanceof Uint8Array) return buffer;
	if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer);
	if (ArrayBuffer.isView(buffer)) return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength);
	throw new TypeError("buffer: an ArrayBuffer or a view of one");
}
