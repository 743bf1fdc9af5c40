import type { AtError } from "./errors.js";
import type { AtLine, Millis } from "./line.js";
import type { UrcTable } from "./prefixes.js";
import type { OnTrace } from "./trace.js";
import type { FinalResult, Urc } from "./urc.js";

/** `result` is a record that the channel uses again: valid only inside the call, and undefined when there is an error. */
export type Done<T, R> = (this: T, error: AtError | undefined, result: R) => void;
export type OnLine<T> = (this: T, line: AtLine) => void;

export interface AtChannelOptions<C> {
	/** Handed to the handlers of URCs. */
	readonly context: C;
	/** The rows, or what `compileUrcs` made of them. */
	readonly urcs: readonly Urc<C>[] | UrcTable<C>;
	readonly finals?: readonly FinalResult[];
	/** Longest line with its binary data, bytes; default 512. A longer one is reported as `overflow`, or as an unknown line. */
	readonly lineCapacity?: number;
	/** Longest command line, bytes; default `lineCapacity`. */
	readonly transmitCapacity?: number;
	/** Commands that may wait; default 8. */
	readonly queueCapacity?: number;
	/**
	 * Silence between a received byte and the next command, default 0. Some vendors ask for 20 ms; it also absorbs a doubled `OK` that comes
	 * in a chunk of its own (F10).
	 */
	readonly commandGapMs?: Millis;
	readonly onTrace?: OnTrace;
	readonly onUnknown?: (context: C, line: AtLine) => void;
	/** What a callback threw; the channel goes on. Left out, it is only counted. */
	readonly onException?: (context: C, thrown: unknown) => void;
}
