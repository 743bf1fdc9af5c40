import { type Command, declare, type Form } from "./command.js";

export interface RawOptions {
	readonly timeoutMs?: number;
	/** As in `FormSpec`. */
	readonly prompt?: true | string;
	readonly terminator?: number;
	readonly redactPayload?: true;
}

/**
 * A command that no table declares: replay, and the way out when a module needs something the SDK does not know. `text` is the whole
 * command line without its CR, one character per byte; a control character in it is refused. Every line that is not a URC goes to
 * `onLine`; `CONNECT` and the result codes of a call end it too. Its parameters are not redacted: never put a secret here.
 */
export function rawCommand(text: string, options: RawOptions = {}): Command<void, void> {
	const line = startsWithAt(text) ? text.slice(2) : text;
	const parts = line.split(";").map(partOf);
	const { name, form } = parts[0]!;
	return declare(name, form, "as given", line, { ...options, prefix: null, lines: true, isRaw: true, parts });
}

function partOf(part: string): Command<any, any> {
	let end = 0;
	while (end < part.length && part[end] !== "=" && part[end] !== "?") end++;
	const rest = part.slice(end);
	const form: Form = rest === "?" ? "read" : rest === "=?" ? "test" : rest.startsWith("=") ? "set" : "execute";
	return declare(part.slice(0, end).toUpperCase(), form, "as given", part, {});
}

function startsWithAt(text: string): boolean {
	return (text[0] === "A" || text[0] === "a") && (text[1] === "T" || text[1] === "t");
}
