import type { LineBuffer } from "./line-buffer.js";
import { prefixCodes } from "./plan.js";

const BLANK = 0x20;
const COLON = 0x3a;
const LETTER_A = 0x41;
const BUCKETS = 16;
/** A chain per bucket, and one for prefixes of less than three characters. */
const CHAINS = BUCKETS + 1;

/** More than one row may fit a line with that prefix: look at the line. */
export const AMBIGUOUS = -2;

function isLetter(byte: number): boolean {
	const upper = byte & 0xdf;
	return upper >= 0x41 && upper <= 0x5a;
}

/**
 * The prefixes of a URC table, compiled to bytes once: a few typed arrays instead of a string comparison per row and line. Rows are
 * chained by their second and third byte (the first is nearly always `+`), the longest prefix first.
 */
export class PrefixIndex {
	/** Where the parameters of the line that was found begin. */
	parameters = 0;
	/** Characters of the prefix that was found. */
	length = 0;
	/** The first row of each chain, the next row of each row, the number of each row, the characters. Rows count from 1, 0 is none. */
	readonly #table: Uint8Array;
	readonly #starts: Uint16Array;
	readonly #rows: number;

	constructor(prefixes: readonly string[]) {
		const rows = prefixes.map((prefix, row) => ({ row, codes: prefixCodes(prefix) }));
		rows.sort((a, b) => a.codes.length - b.codes.length || b.row - a.row);
		let at = CHAINS + 2 * rows.length;
		const table = new Uint8Array(at + rows.reduce((sum, { codes }) => sum + codes.length, 0));
		this.#starts = new Uint16Array(rows.length + 1);
		this.#rows = rows.length;
		for (let i = 0; i < rows.length; i++) {
			const { row, codes } = rows[i]!;
			this.#starts[i] = at;
			table.set(codes, at);
			at += codes.length;
			table[CHAINS + rows.length + i] = row;
			const chain = codes.length < 3 ? BUCKETS : bucketOf(codes[1]!, codes[2]!);
			table[CHAINS + i] = table[chain]!;
			table[chain] = i + 1;
		}
		this.#starts[rows.length] = at;
		this.#table = table;
	}

	/** The row whose prefix the line has, -1 for none; `parameters` is where its parameters begin. */
	find(line: LineBuffer, begin: number): number {
		const data = line.data;
		const found = line.end - begin >= 3 ? this.search(line, begin, bucketOf(data[begin + 1]!, data[begin + 2]!)) : -1;
		return found < 0 ? this.search(line, begin, BUCKETS) : found;
	}

	/** The row with exactly this prefix, -1 for none, AMBIGUOUS when a longer one begins with it too. */
	exact(prefix: readonly number[]): number {
		if (prefix.length < 3) return AMBIGUOUS;
		let found = -1;
		for (let i = this.#table[bucketOf(prefix[1]!, prefix[2]!)]!; i > 0; i = this.#table[CHAINS + i - 1]!) {
			const start = this.#starts[i - 1]!;
			const length = this.#starts[i]! - start;
			let k = 0;
			while (k < prefix.length && k < length && this.#table[start + k] === prefix[k]) k++;
			if (k === prefix.length && length > k) return AMBIGUOUS;
			if (k === prefix.length) found = this.#table[CHAINS + this.#rows + i - 1]!;
		}
		return found;
	}

	private search(line: LineBuffer, begin: number, bucket: number): number {
		const starts = this.#starts;
		const table = this.#table;
		let i = table[bucket]!;
		while (i > 0) {
			const start = starts[i - 1]!;
			const stop = starts[i]!;
			const after = matchAt(line, begin, table, start, stop);
			if (after >= 0) {
				this.length = stop - start;
				this.parameters = this.parametersOf(line, begin, after, start, stop);
				return table[CHAINS + this.#rows + i - 1]!;
			}
			i = table[CHAINS + i - 1]!;
		}
		return -1;
	}

	/** After the colon, which may be inside the prefix: the parameters of `+QIURC: "recv",0` begin with "recv" for either prefix. */
	private parametersOf(line: LineBuffer, begin: number, after: number, start: number, stop: number): number {
		if (line.data[after] === COLON) return afterColonOrBlanks(line, after);
		for (let i = start; i < stop; i++) if (this.#table[i] === COLON) return afterColonOrBlanks(line, begin + i - start);
		return afterColonOrBlanks(line, after);
	}
}

function bucketOf(second: number, third: number): number {
	return (second + 3 * third) & (BUCKETS - 1);
}

/** The position after the prefix, or -1. A prefix that ends with a letter is not the beginning of a longer name. */
export function matchAt(line: LineBuffer, begin: number, prefix: ArrayLike<number>, start: number, stop: number): number {
	const data = line.data;
	const end = line.end;
	let at = begin;
	let i = start;
	while (i < stop) {
		if (data[at] === prefix[i]) i++;
		// A blank after the colon, which the prefix does not have.
		else if (data[at] !== BLANK || i === start || prefix[i - 1] !== COLON) return -1;
		at++;
	}
	if (at > end) return -1;
	if (i === start || at === end) return at;
	const next = data[at]!;
	if (next === BLANK && prefix[i - 1] === COLON) return afterBlanks(data, at, end);
	return next >= LETTER_A && isLetter(next) && isLetter(prefix[i - 1]!) ? -1 : at;
}

function afterBlanks(data: Uint8Array, position: number, end: number): number {
	let at = position;
	while (at < end && data[at] === BLANK) at++;
	return at;
}

/** Behind the colon and the blanks that follow this position. */
export function afterColonOrBlanks(line: LineBuffer, position: number): number {
	const data = line.data;
	const end = line.end;
	let at = position;
	while (at < end && data[at] === BLANK) at++;
	if (at < end && data[at] === COLON) at++;
	while (at < end && data[at] === BLANK) at++;
	return at;
}
