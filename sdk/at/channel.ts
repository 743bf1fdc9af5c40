import type { Command } from "./command.js";
import type { AtError } from "./errors.js";
import type { AtLine, Millis } from "./line.js";

/** `result` is a record that the channel uses again: valid only inside the call, and undefined when there is an error. */
export type Done<T, R> = (this: T, error: AtError | undefined, result: R) => void;
export type OnLine<T> = (this: T, line: AtLine) => void;

/** An unsolicited result code: a line that no command waits for. */
export interface Urc<C> {
	/** "+CEREG", "RDY", `+QIURC: "recv"`; a blank after the colon may be missing on the line. The longest prefix that fits wins. */
	readonly prefix: string;
	/** Clause or manual section. */
	readonly spec: string;
	/** Asked while a command with this prefix waits for its information line: is the line that (true) or the URC (false)? Left out: it is the response. */
	readonly isResponse?: (line: AtLine, command: Command<any, any>) => boolean;
	readonly handle: (context: C, line: AtLine) => void;
	/** How many bytes of data follow the line. `handle` is called when they are there, then `onBinary`. */
	readonly binary?: (line: AtLine) => number;
	/** The data begin inside the line, after this byte has been seen so many times after the prefix: `+IPD,5:` is { mark: ":", times: 1 }. */
	readonly binaryAfter?: { readonly mark: string; readonly times: number };
	readonly onBinary?: (context: C, bytes: Uint8Array) => void;
}

/** A line that ends every command, besides those of V.250 and 27.007; matched as in `FormSpec.finals`. */
export interface FinalResult {
	readonly text: string;
	readonly ok: boolean;
}

export interface AtChannelOptions<C> {
	/** Handed to the handlers of URCs. */
	readonly context: C;
	readonly urcs: readonly Urc<C>[];
	readonly finals?: readonly FinalResult[];
	/** Longest line with its binary data, bytes; default 512. */
	readonly lineCapacity?: number;
	/** Longest command line, bytes; default `lineCapacity`. */
	readonly transmitCapacity?: number;
	/** Commands that may wait; default 8. */
	readonly queueCapacity?: number;
	/** Silence between a received line and the next command; default 20 (an assumption, from what several vendors ask for). */
	readonly commandGapMs?: Millis;
	/** Called with what is written and read; `redacted` says that secrets were replaced by `*`. Copy the bytes: they are a view. */
	readonly onTrace?: (direction: "tx" | "rx", bytes: Uint8Array, now: Millis, redacted: boolean) => void;
	readonly onUnknown?: (context: C, line: AtLine) => void;
	/** What a callback threw; the channel goes on. Left out, it is only counted. */
	readonly onException?: (context: C, thrown: unknown) => void;
}

export class AtChannel<C> {
	constructor(_options: AtChannelOptions<C>) {}
	receive(_bytes: Uint8Array, _now: Millis): void {
		throw new Error("being written");
	}
	transmit(_limit: number, _now: Millis): Uint8Array | undefined {
		throw new Error("being written");
	}
	get deadline(): Millis | undefined {
		return undefined;
	}
	expire(_now: Millis): void {}
	submit<P, R, T>(_command: Command<P, R>, _params: P, _target: T, _done: Done<T, R>, _payload?: Uint8Array, _onLine?: OnLine<T>): number {
		throw new Error("being written");
	}
	abort(_ticket: number): void {}
	reset(_code: "closed" | "aborted"): void {}
	rebooted(): void {}
	get idle(): boolean {
		return true;
	}
	get unknownLines(): number {
		return 0;
	}
	get commands(): number {
		return 0;
	}
	/** Re-synchronisations after a timeout. */
	get resynchronisations(): number {
		return 0;
	}
	/** Exceptions that callbacks threw. */
	get exceptions(): number {
		return 0;
	}
}
