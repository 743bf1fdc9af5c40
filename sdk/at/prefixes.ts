import type { LineBuffer } from "./line-buffer.js";

const BLANK = 0x20;
const COLON = 0x3a;
const BUCKETS = 16;

function isLetter(byte: number): boolean {
	const upper = byte & 0xdf;
	return upper >= 0x41 && upper <= 0x5a;
}

/**
 * The prefixes of a URC table, compiled to bytes once: a few typed arrays instead of a string comparison per row and line. Rows are
 * chained by their second and third byte (the first is nearly always `+`), the longest prefix first.
 */
export class PrefixIndex {
	readonly #bytes: Uint8Array;
	readonly #starts: Uint16Array;
	readonly #order: Uint8Array;
	readonly #next: Uint8Array;
	readonly #buckets = new Uint8Array(BUCKETS + 1);
	/** Where the parameters of the line that was found begin. */
	parameters = 0;

	constructor(prefixes: readonly string[]) {
		const rows = prefixes.map((prefix, row) => ({ row, prefix: withoutBlankAfterColon(prefix) }));
		rows.sort((a, b) => a.prefix.length - b.prefix.length || b.row - a.row);
		this.#bytes = new Uint8Array(rows.reduce((sum, { prefix }) => sum + prefix.length, 0));
		this.#starts = new Uint16Array(rows.length + 1);
		this.#order = new Uint8Array(rows.length);
		this.#next = new Uint8Array(rows.length);
		let at = 0;
		for (let i = 0; i < rows.length; i++) {
			const { row, prefix } = rows[i]!;
			this.#starts[i] = at;
			for (let k = 0; k < prefix.length; k++) this.#bytes[at++] = prefix.charCodeAt(k);
			this.#order[i] = row;
			const bucket = prefix.length < 3 ? BUCKETS : bucketOf(prefix.charCodeAt(1), prefix.charCodeAt(2));
			this.#next[i] = this.#buckets[bucket]!;
			this.#buckets[bucket] = i + 1;
		}
		this.#starts[rows.length] = at;
	}

	/** The row whose prefix the line has, -1 for none; `parameters` is where its parameters begin. */
	find(line: LineBuffer, begin: number): number {
		const data = line.data;
		const found = line.end - begin >= 3 ? this.#search(line, begin, bucketOf(data[begin + 1]!, data[begin + 2]!)) : -1;
		return found < 0 ? this.#search(line, begin, BUCKETS) : found;
	}

	#search(line: LineBuffer, begin: number, bucket: number): number {
		for (let i = this.#buckets[bucket]!; i > 0; i = this.#next[i - 1]!) {
			const after = matchAt(line, begin, this.#bytes, this.#starts[i - 1]!, this.#starts[i]!);
			if (after >= 0) {
				this.parameters = parametersOf(line, begin, after, this.#bytes, this.#starts[i - 1]!, this.#starts[i]!);
				return this.#order[i - 1]!;
			}
		}
		return -1;
	}
}

function bucketOf(second: number, third: number): number {
	return (second + 3 * third) & (BUCKETS - 1);
}

/** Prefixes are stored without it, because modules leave it out at times (F12): `+QIURC:"recv"`. */
function withoutBlankAfterColon(prefix: string): string {
	let out = "";
	for (let i = 0; i < prefix.length; i++) if (!(prefix[i] === " " && prefix[i - 1] === ":")) out += prefix[i];
	return out;
}

/** The position after the prefix, or -1. A prefix that ends with a letter is not the beginning of a longer name. */
export function matchAt(line: LineBuffer, begin: number, prefix: Uint8Array, start: number, stop: number): number {
	const data = line.data;
	const end = line.end;
	let at = begin;
	let i = start;
	while (i < stop) {
		if (at >= end || data[at] !== prefix[i]) return -1;
		at++;
		if (prefix[i] === COLON) while (at < end && data[at] === BLANK) at++;
		i++;
	}
	if (at < end && isLetter(data[at]!) && start < stop && isLetter(prefix[stop - 1]!)) return -1;
	return at;
}

/** After the colon, which may be inside the prefix: the parameters of `+QIURC: "recv",0` begin with "recv" for either prefix. */
function parametersOf(line: LineBuffer, begin: number, after: number, prefix: Uint8Array, start: number, stop: number): number {
	for (let i = start; i < stop; i++) if (prefix[i] === COLON) return afterColon(line, begin);
	return afterColonOrBlanks(line, after);
}

function afterColon(line: LineBuffer, begin: number): number {
	let at = begin;
	while (at < line.end && line.data[at] !== COLON) at++;
	return afterColonOrBlanks(line, at);
}

export function afterColonOrBlanks(line: LineBuffer, position: number): number {
	const data = line.data;
	const end = line.end;
	let at = position;
	while (at < end && data[at] === BLANK) at++;
	if (at < end && data[at] === COLON) at++;
	while (at < end && data[at] === BLANK) at++;
	return at;
}
