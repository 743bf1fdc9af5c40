import { serializeHeader, serializeRecord } from "./format.js";
import { maskLine } from "./mask.js";

export interface TranscriptWriterOptions {
	readonly header: { readonly [key: string]: string };
	/** Gets the file's text piece by piece, each ending with a line end. */
	readonly onText: (text: string) => void;
	/** Milliseconds; any origin. */
	readonly now: () => number;
	/** false: identifiers and secrets are written as they are. */
	readonly masked?: boolean;
}

type Direction = "sent" | "received";

/** Longest line that is held back to be masked as a whole. */
const HELD_BYTES = 8192;
const LINE_END = /[\r\n]/;
/** Short, and the last character is no letter and no digit. */
const PROMPT = /^[\x21-\x7e]{0,16}[^A-Za-z0-9\s] ?$/;

/**
 * Writes a dialogue as it passes, masked. A line is held back until it is whole, because an identifier that comes in pieces could not be
 * seen: a command typed by hand is one record, and so is its echo.
 */
export class TranscriptWriter {
	readonly #options: TranscriptWriterOptions;
	readonly #held: { [direction in Direction]: string } = { sent: "", received: "" };
	#last: number | undefined;

	constructor(options: TranscriptWriterOptions) {
		this.#options = options;
		options.onText(`${serializeHeader(options.header)}\n`);
	}

	sent(bytes: Uint8Array): void {
		if (this.#isPrompt(bytes[0])) this.#flush("received");
		this.#add("sent", bytes);
	}

	/** Whether what is held back is a prompt: `>`, `@`, or any text that ends with a mark when the host answers it with no command. */
	#isPrompt(next: number | undefined): boolean {
		const { sent, received } = this.#held;
		if (/(^|[\r\n])\s*[>@] ?$/.test(received)) return true;
		const isCommand = sent !== "" || next === 0x41 || next === 0x61;
		return !isCommand && PROMPT.test(received);
	}

	received(bytes: Uint8Array): void {
		this.#add("received", bytes);
	}

	/** Writes what was held back. */
	close(): void {
		this.#flush("sent");
		this.#flush("received");
	}

	#add(direction: Direction, bytes: Uint8Array): void {
		let text = this.#held[direction];
		for (const byte of bytes) text += String.fromCharCode(byte);
		this.#held[direction] = text;
		let end = text.length;
		while (end > 0 && !LINE_END.test(text[end - 1]!)) end--;
		if (end === 0 && text.length < HELD_BYTES) return;
		// A payload has no line end of its own: it was complete when the module answered.
		if (direction === "received" && !/^\s*AT/i.test(this.#held.sent)) this.#flush("sent");
		this.#write(direction, end === 0 ? text : text.slice(0, end));
		this.#held[direction] = end === 0 ? "" : text.slice(end);
	}

	#flush(direction: Direction): void {
		const text = this.#held[direction];
		this.#held[direction] = "";
		if (text !== "") this.#write(direction, text);
	}

	#write(direction: Direction, text: string): void {
		const now = this.#options.now();
		const ms = this.#last === undefined ? 0 : Math.round(now - this.#last);
		this.#last = now;
		const shown =
			this.#options.masked === false
				? text
				: text
						.split(/([\r\n]+)/)
						.map((part, index) => (index % 2 === 0 ? maskLine(part) : part))
						.join("");
		const bytes = Uint8Array.from(shown, character => character.charCodeAt(0));
		const pause = ms > 0 ? `${serializeRecord({ kind: "pause", ms })}\n` : "";
		this.#options.onText(`${pause}${serializeRecord({ kind: direction, bytes })}\n`);
	}
}
