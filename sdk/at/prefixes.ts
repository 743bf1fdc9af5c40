import type { LineBuffer } from "./line-buffer.js";
import { prefixCodes } from "./plan.js";
import type { Urc } from "./urc.js";

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
 * A URC table with what finds its rows. Made where the rows are declared it lies in flash with them; made in a constructor it takes some
 * 100 bytes of memory per row.
 */
export interface UrcTable<C> {
	readonly rows: readonly Urc<C>[];
	/** The characters of each row's prefix. */
	readonly prefixes: readonly (readonly number[])[];
	/** Rows are chained by their second and third character (the first is nearly always `+`), the longest prefix first; -1 ends a chain. */
	readonly first: readonly number[];
	readonly next: readonly number[];
	/** Lines of some rows end at a mark byte: `+IPD,5:`. */
	readonly hasMarks: boolean;
}

export function compileUrcs<C>(rows: readonly Urc<C>[]): UrcTable<C> {
	const prefixes = rows.map(row => prefixCodes(row.prefix));
	const first: number[] = [];
	const next: number[] = [];
	for (let i = 0; i < CHAINS; i++) first.push(-1);
	for (let i = 0; i < rows.length; i++) next.push(-1);
	const shortestFirst = rows.map((_, row) => row).sort((a, b) => prefixes[a]!.length - prefixes[b]!.length || b - a);
	for (const row of shortestFirst) {
		const codes = prefixes[row]!;
		const chain = codes.length < 3 ? BUCKETS : bucketOf(codes[1]!, codes[2]!);
		next[row] = first[chain]!;
		first[chain] = row;
	}
	const hasMarks = rows.some(row => row.binaryAfter !== undefined);
	const frozen = { prefixes: Object.freeze(prefixes), first: Object.freeze(first), next: Object.freeze(next) };
	return Object.freeze({ rows, ...frozen, hasMarks });
}

/** Finds the row of a URC table that a line belongs to. */
export class PrefixIndex {
	/** Where the parameters of the line that was found begin. */
	parameters = 0;
	/** Characters of the prefix that was found. */
	length = 0;
	readonly #table: UrcTable<any>;

	constructor(table: UrcTable<any>) {
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
		const { prefixes, first, next } = this.#table;
		let found = -1;
		for (let row = first[bucketOf(prefix[1]!, prefix[2]!)]!; row >= 0; row = next[row]!) {
			const codes = prefixes[row]!;
			let k = 0;
			while (k < prefix.length && k < codes.length && codes[k] === prefix[k]) k++;
			if (k === prefix.length && codes.length > k) return AMBIGUOUS;
			if (k === prefix.length) found = row;
		}
		return found;
	}

	private search(line: LineBuffer, begin: number, chain: number): number {
		const table = this.#table;
		const prefixes = table.prefixes;
		let row = table.first[chain]!;
		while (row >= 0) {
			const codes = prefixes[row]!;
			const length = codes.length;
			const after = matchAt(line, begin, codes, length);
			if (after >= 0) {
				this.length = length;
				this.parameters = parametersOf(line, begin, after, codes);
				return row;
			}
			row = table.next[row]!;
		}
		return -1;
	}
}

/** After the colon, which may be inside the prefix: the parameters of `+QIURC: "recv",0` begin with "recv" for either prefix. */
function parametersOf(line: LineBuffer, begin: number, after: number, prefix: readonly number[]): number {
	if (line.data[after] === COLON) return afterColonOrBlanks(line, after);
	for (let i = 0; i < prefix.length; i++) if (prefix[i] === COLON) return afterColonOrBlanks(line, begin + i);
	return afterColonOrBlanks(line, after);
}

function bucketOf(second: number, third: number): number {
	return (second + 3 * third) & (BUCKETS - 1);
}

/** The position after the prefix, or -1. A prefix that ends with a letter is not the beginning of a longer name. */
export function matchAt(line: LineBuffer, begin: number, prefix: readonly number[], length: number): number {
	const data = line.data;
	const end = line.end;
	let at = begin;
	let i = 0;
	while (i < length) {
		if (data[at] === prefix[i]) i++;
		// A blank after the colon, which the prefix does not have.
		else if (data[at] !== BLANK || i === 0 || prefix[i - 1] !== COLON) return -1;
		at++;
	}
	if (at > end) return -1;
	if (i === 0 || at === end) return at;
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
