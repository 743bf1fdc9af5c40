import type { FieldTable } from "./plan.js";

/** Milliseconds on the caller's monotonic clock; never wall time. */
export type Millis = number;

/**
 * One line from the module, without its line end. It is a view into the channel's buffer and valid only inside the callback that
 * receives it: copy what must live longer. Parameters count from 0 after the prefix and its colon (a line without a prefix counts from
 * its first byte); commas inside quotes do not separate. At most 48 parameters are indexed.
 */
export interface AtLine {
	/** Number of parameters; 0 for a line that ends with its prefix (`+CSQ:`). */
	readonly count: number;
	/** Unsigned decimal; undefined when absent, empty, quoted, not a number or above 2^53. */
	uint(index: number): number | undefined;
	/** Signed decimal; undefined as for `uint`. */
	int(index: number): number | undefined;
	/** Hexadecimal, quoted or not; undefined when absent, empty, malformed or longer than 13 digits (a 16-digit NCI stays text). */
	hex(index: number): number | undefined;
	/** The parameter without its quotes and the blanks around it; undefined when absent, "" when empty. Allocates. */
	text(index: number): string | undefined;
	isQuoted(index: number): boolean;
	/** Bytes of the parameter without its quotes and the blanks around it; 0 when absent or empty. */
	lengthOf(index: number): number;
	/** True when the parameter is absent, empty or "". */
	isEmpty(index: number): boolean;
	/** Compares without allocating; quotes do not count. */
	equals(index: number, ascii: string): boolean;
	/** Decodes pairs of hex digits, quoted or not; returns the number of bytes, or -1 when malformed or too long for `into`. */
	hexBytes(index: number, into: Uint8Array, offset?: number): number;
	/**
	 * Reads the parameters from `first` on by a table of fields (`fieldTable`, made once at module scope) into `into`. A field that is
	 * optional and empty becomes undefined. False when one that must be there is missing or one does not fit: `into` is then half written.
	 */
	decode(table: FieldTable, into: { [name: string]: unknown }, first: number): boolean;
	/** Whether the whole line, prefix included, begins so. */
	startsWith(ascii: string): boolean;
	/** The whole line, prefix included; a view. */
	bytes(): Uint8Array;
	/** The binary data that followed the line, counted by its `binary` rule; a view, undefined when there was none. */
	payload(): Uint8Array | undefined;
	/** The whole line, prefix included. Allocates. */
	toText(): string;
}
