import type { RequestOptions } from "embedded:network/http/client";
import { encodeUtf8 } from "./utf8.js";

/** How many bytes of body follow a head. */
export type BodyLength = number | "chunked";

export interface RequestHead {
	readonly bytes: Uint8Array;
	readonly body: BodyLength;
}

/** Text of digits of that base; undefined for anything else. */
export function wholeNumber(text: string, base: 10 | 16): number | undefined {
	const digits = base === 10 ? "0123456789" : "0123456789abcdef";
	if (text === "") return undefined;
	for (const character of text.toLowerCase()) if (!digits.includes(character)) return undefined;
	const value = Number.parseInt(text, base);
	return Number.isSafeInteger(value) ? value : undefined;
}

/** The elements of a header's list, lower case. */
export function elements(value: string | undefined): string[] {
	return value === undefined ? [] : value.split(",").map(element => element.trim().toLowerCase());
}

/** RFC 9110 5.6.2 */
const TOKEN_SIGNS = "!#$%&'*+-.^_`|~";

function isToken(text: string): boolean {
	for (const character of text) {
		const isAlphanumeric =
			(character >= "0" && character <= "9") || (character >= "A" && character <= "Z") || (character >= "a" && character <= "z");
		if (!isAlphanumeric && !TOKEN_SIGNS.includes(character)) return false;
	}
	return text !== "";
}

/** Nothing that ends a line or a head: what the application puts there must not become another request. */
function checkText(text: string, name: string, mayHaveBlanks: boolean): string {
	for (const character of text)
		if (character === "\r" || character === "\n" || character === "\0" || (!mayHaveBlanks && character === " "))
			throw new RangeError(`${name}: no line end${mayHaveBlanks ? "" : ", no blank"} and no U+0000`);
	return text;
}

/** RFC 9110 7.2: without the port where it is the scheme's own. */
function hostField(host: string, port: number): string {
	const name = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
	return port === 80 || port === 443 ? name : `${name}:${port}`;
}

/** @throws RangeError */
function bodyOf(name: string, value: string, before: BodyLength): BodyLength {
	if (name === "transfer-encoding") {
		if (value.trim().toLowerCase() !== "chunked") throw new RangeError('headers: transfer-encoding can be "chunked" only');
		return "chunked";
	}
	if (name !== "content-length") return before;
	const length = wholeNumber(value.trim(), 10);
	if (length === undefined) throw new RangeError("headers: content-length is a whole number");
	return before === "chunked" ? before : length;
}

/** Request line and header section (RFC 9112 3). @throws RangeError */
export function requestHead(options: RequestOptions, host: string, port: number): RequestHead {
	const method = options.method ?? "GET";
	const path = options.path || "/";
	if (!isToken(method)) throw new RangeError("method: a word");
	let text = `${method} ${checkText(path, "path", false)} HTTP/1.1\r\n`;
	let body: BodyLength = 0;
	let hasHost = false;
	let fields = "";
	for (const [key, content] of options.headers ?? []) {
		const name = key.toLowerCase();
		const value = checkText(String(content), `headers: ${key}`, true);
		if (!isToken(key)) throw new RangeError("headers: a name is a word");
		hasHost ||= name === "host";
		body = bodyOf(name, value, body);
		fields += `${key}: ${value}\r\n`;
	}
	if (!hasHost) text += `host: ${hostField(host, port)}\r\n`;
	return { bytes: encodeUtf8(`${text}${fields}\r\n`), body };
}
