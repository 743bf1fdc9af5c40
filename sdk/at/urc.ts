import type { Command } from "./command.js";
import type { AtLine } from "./line.js";

/** An unsolicited result code: a line that no command waits for. */
export interface Urc<C> {
	/**
	 * "+CEREG", "RDY", `+QIURC: "recv"`; a blank after the colon may be missing on the line. The longest prefix that fits wins.
	 * Parameters count from the colon, even when the prefix goes on behind it.
	 */
	readonly prefix: string;
	/** Clause or manual section. */
	readonly spec: string;
	/** Asked while a command with this prefix waits for its information line: is the line that (true) or the URC (false)? Left out: it is the response. */
	readonly isResponse?: (line: AtLine, command: Command<any, any>) => boolean;
	readonly handle: (context: C, line: AtLine) => void;
	/** The line, or its data, was longer than the buffer: its first parameters can be read, the last one is cut. Left out: the line counts as unknown. */
	readonly onTruncated?: (context: C, line: AtLine) => void;
	/**
	 * Whether the report goes on in the next line (`+CMT: …`, and the message below it). That line goes to `handle` too: the next one that has no
	 * prefix of a row and is no final result, even while a command waits for a line without prefix.
	 */
	readonly nextLine?: (line: AtLine) => boolean;
	/** How many bytes of data follow the line. `handle` is called when they are there, then `onBinary`. */
	readonly binary?: (line: AtLine) => number;
	/** The data begin inside the line, after this byte (`:`, `,` or `"`) has been seen so many times behind the prefix: `+IPD,5:` is { mark: ":", times: 1 }. */
	readonly binaryAfter?: { readonly mark: string; readonly times: number };
	readonly onBinary?: (context: C, bytes: Uint8Array) => void;
}

/** A line that ends every command, besides those of V.250 and 27.007; `text` as in `FormSpec.finals`. */
export interface FinalResult {
	readonly text: string;
	readonly ok: boolean;
}
