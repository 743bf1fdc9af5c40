import { type Command, declare, type Form } from "./command.js";

export interface RawOptions {
	readonly timeoutMs?: number;
	readonly prompt?: true;
	readonly terminator?: number;
	readonly redactPayload?: true;
}

/**
 * A command that no table declares: replay, and the way out when a module needs something the SDK does not know. `text` is the whole
 * command line without its CR, one character per byte; a control character in it is refused. Every line that is not a URC goes to `onLine`; `CONNECT` and the
 * result codes of a call end it too. Its parameters are not redacted: never put a secret here.
 */
export function rawCommand(text: string, options: RawOptions = {}): Command<void, void> {
	const line = startsWithAt(text) ? text.slice(2) : text;
	let end = 0;
	while (end < line.length && line[end] !== "=" && line[end] !== "?" && line[end] !== ";") end++;
	const rest = line.slice(end);
	const form: Form = rest === "?" ? "read" : rest === "=?" ? "test" : rest.startsWith("=") ? "set" : "execute";
	return declare(line.slice(0, end), form, "as given", line, { ...options, prefix: null, lines: true, isRaw: true });
}

function startsWithAt(text: string): boolean {
	return (text[0] === "A" || text[0] === "a") && (text[1] === "T" || text[1] === "t");
}
