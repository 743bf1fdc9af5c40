/** A serial line carries bytes; in this simulator one character of a string is one byte (ISO 8859-1). */
export function bytesOf(text: string): Uint8Array {
	return Uint8Array.from(Buffer.from(text, "latin1"));
}

export function textOf(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

export function hexOf(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex").toUpperCase();
}

/** undefined when the text is not an even number of hexadecimal digits. */
export function bytesOfHex(text: string): Uint8Array | undefined {
	if (text.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(text)) return undefined;
	return Uint8Array.from(Buffer.from(text, "hex"));
}

/** A decimal number as a command line writes it; undefined when it is not one. */
export function numberOf(text: string): number | undefined {
	return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Two digits at least, for dates and times. */
export function twoDigits(value: number): string {
	return String(value).padStart(2, "0");
}
