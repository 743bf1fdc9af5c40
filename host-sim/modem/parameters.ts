import { numberOf } from "./text.js";

interface Parameter {
	readonly text: string;
	readonly quoted: boolean;
}

/** The subparameters of a set command, in order. An omitted one is `has(i) === false`. */
export class Parameters {
	readonly #list: readonly Parameter[];
	/** As written, quotes and all. */
	readonly raw: string;
	/** A quote is missing or something follows a closing quote: every module answers ERROR whatever `+CMEE` says. */
	readonly malformed: boolean;

	constructor(raw: string) {
		this.raw = raw;
		const list = split(raw);
		this.malformed = list === undefined;
		this.#list = list ?? [];
	}

	get count(): number {
		return this.#list.length;
	}

	has(index: number): boolean {
		const parameter = this.#list[index];
		return parameter !== undefined && (parameter.quoted || parameter.text !== "");
	}

	isQuoted(index: number): boolean {
		return this.#list[index]?.quoted ?? false;
	}

	/** Without its quotes; "" when omitted. */
	text(index: number): string {
		return this.#list[index]?.text ?? "";
	}

	/** `fallback` when omitted, undefined when it is not a decimal number. */
	number(index: number, fallback?: number): number | undefined {
		return this.has(index) ? numberOf(this.text(index)) : fallback;
	}

	/** Like {@link number}, and undefined outside the range. */
	within(index: number, minimum: number, maximum: number, fallback?: number): number | undefined {
		const value = this.number(index, fallback);
		return value !== undefined && value >= minimum && value <= maximum ? value : undefined;
	}
}

function split(raw: string): Parameter[] | undefined {
	if (raw === "") return [];
	const list: Parameter[] = [];
	let at = 0;
	for (;;) {
		while (raw[at] === " ") at++;
		if (raw[at] === '"') {
			const end = raw.indexOf('"', at + 1);
			if (end < 0) return undefined;
			list.push({ text: raw.slice(at + 1, end), quoted: true });
			at = end + 1;
			while (raw[at] === " ") at++;
			if (at < raw.length && raw[at] !== ",") return undefined;
		} else {
			const comma = raw.indexOf(",", at);
			const end = comma < 0 ? raw.length : comma;
			const text = raw.slice(at, end).trim();
			// A typographic quote is no quote (seen: pasted from a document), and nothing unquoted is outside ASCII.
			if (/["\x80-\xff]/.test(text)) return undefined;
			list.push({ text, quoted: false });
			at = end;
		}
		if (at >= raw.length) return list;
		at++;
	}
}
