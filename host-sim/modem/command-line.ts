import { Parameters } from "./parameters.js";

export type Form = "execute" | "read" | "set" | "test";

/** One command of a command line. */
export interface Request {
	/** Upper case with its prefix: `+CSQ`, `E`, `&F`, `S`, `D`. */
	readonly name: string;
	readonly form: Form;
	readonly parameters: Parameters;
	/** What followed the name of a basic command: "0" of `E0`, "*99#" of `D*99#`, "3=13" of `S3=13`. */
	readonly argument: string;
	/** `D…;`: a voice call, V.250 has only the data call without. */
	readonly semicolon: boolean;
}

const extendedPrefixes = "+*^#%$!";

/**
 * Splits what stood between `AT` and its end (V.250 5.4): basic commands need no separator, extended ones are separated by `;`, a `;` inside quotes separates nothing.
 * undefined when it cannot be split: every module answers ERROR.
 */
export function splitCommandLine(body: string): Request[] | undefined {
	const requests: Request[] = [];
	let at = 0;
	while (at < body.length) {
		const character = body[at]!;
		if (character === " " || character === ";") {
			at++;
			continue;
		}
		const end = extendedPrefixes.includes(character) ? extendedEnd(body, at) : basicEnd(body, at);
		if (end <= at) return undefined;
		const request = extendedPrefixes.includes(character) ? extended(body.slice(at, end)) : basic(body.slice(at, end), body[end] === ";");
		if (!request) return undefined;
		requests.push(request);
		at = end;
	}
	return requests;
}

function extendedEnd(body: string, from: number): number {
	let quoted = false;
	for (let at = from; at < body.length; at++) {
		if (body[at] === '"') quoted = !quoted;
		else if (body[at] === ";" && !quoted) return at;
	}
	return body.length;
}

function extended(text: string): Request | undefined {
	const match = /^([+*^#%$!][A-Za-z0-9!%\-./:_]+)\s*(.*)$/s.exec(text);
	if (!match) return undefined;
	const name = match[1]!.toUpperCase();
	const rest = match[2]!;
	const make = (form: Form, raw = ""): Request => ({ name, form, parameters: new Parameters(raw), argument: "", semicolon: false });
	if (rest === "") return make("execute");
	if (rest === "?") return make("read");
	if (rest[0] !== "=") return undefined;
	const raw = rest.slice(1);
	return raw.trim() === "?" ? make("test") : make("set", raw);
}

function basicEnd(body: string, from: number): number {
	const letter = body[from]!.toUpperCase();
	if (letter === "D") {
		const semicolon = body.indexOf(";", from);
		return semicolon < 0 ? body.length : semicolon;
	}
	const match = /^(?:S\d+(?:=\d*|\?)?|[&\\]?[A-Z]\d*)/i.exec(body.slice(from));
	return match ? from + match[0].length : from;
}

function basic(text: string, semicolon: boolean): Request | undefined {
	const match = /^([&\\]?[A-Za-z])(.*)$/s.exec(text);
	if (!match) return undefined;
	return {
		name: match[1]!.toUpperCase(),
		form: text.endsWith("?") ? "read" : "execute",
		parameters: new Parameters(""),
		argument: match[2]!,
		semicolon,
	};
}
