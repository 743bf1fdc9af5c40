/** What a parameter is. Plain numbers, because a switch over them is what XS does fastest. */
export const FieldKind = Object.freeze({
	uint: 0,
	int: 1,
	hex: 2,
	text: 3,
	bare: 4,
	word: 5,
	choice: 6,
	bits: 7,
	payloadHex: 8,
	uintList: 9,
} as const);
export type FieldKind = (typeof FieldKind)[keyof typeof FieldKind];

/**
 * One parameter of a command or of an information line: plain frozen data that one interpreter writes (encode.ts) and reads (decode.ts).
 * `T` is the type of its value and exists for the compiler only.
 */
export interface Field<out T> {
	readonly kind: FieldKind;
	readonly isOptional: boolean;
	readonly minimum: number;
	readonly maximum: number;
	readonly isQuoted: boolean;
	readonly words?: readonly string[];
	readonly choices?: { readonly [name: string]: number };
	readonly value?: T;
}
export type Fields = { readonly [name: string]: Field<unknown> };

type Value<F> = F extends Field<infer T> ? T : never;
type OptionalKey<S> = { [K in keyof S]: undefined extends Value<S[K]> ? K : never }[keyof S];
type Flat<T> = { [K in keyof T]: T[K] };

/** The record that a table of fields describes; optional fields are optional properties. */
export type Shape<S extends Fields> = Flat<
	{ [K in Exclude<keyof S, OptionalKey<S>>]: Value<S[K]> } & { [K in OptionalKey<S>]?: Value<S[K]> | undefined }
>;

function field<T>(kind: FieldKind, minimum: number, maximum: number, isQuoted: boolean): Field<T> {
	return Object.freeze({ kind, isOptional: false, minimum, maximum, isQuoted });
}

/** Unsigned decimal. A value outside the range is refused before anything is sent, and makes an answer malformed. */
export function uint(minimum = 0, maximum = Number.MAX_SAFE_INTEGER): Field<number> {
	return field(FieldKind.uint, minimum, maximum, false);
}

/** Signed decimal. */
export function int(minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER): Field<number> {
	return field(FieldKind.int, minimum, maximum, false);
}

/** Hexadecimal number of at most 13 digits (2^53); read quoted or not, written without quotes unless asked. */
export function hex(maxDigits = 13, options?: { readonly quoted?: boolean }): Field<number> {
	return field(FieldKind.hex, 0, Math.min(2 ** (4 * maxDigits) - 1, Number.MAX_SAFE_INTEGER), options?.quoted === true);
}

/** Quoted text of printable ASCII without `"` (V.250 5.4.2.2); read quoted or not. */
export function text(maxLength = 256): Field<string> {
	return field(FieldKind.text, 0, maxLength, true);
}

/** Text without quotes: printable ASCII without comma, semicolon, blank and `"`; read quoted or not. */
export function bare(maxLength = 256): Field<string> {
	return field(FieldKind.bare, 0, maxLength, false);
}

/** One of the given words, quoted; read quoted or not. A word that is not listed makes an answer malformed. */
export function word<const W extends readonly string[]>(...words: W): Field<W[number]> {
	return Object.freeze({ kind: FieldKind.word, isOptional: false, minimum: 0, maximum: 0, isQuoted: true, words: Object.freeze(words) });
}

/** A number that has names: `choice({ minimum: 0, full: 1 })`. A number without a name makes an answer malformed. */
export function choice<const C extends { readonly [name: string]: number }>(choices: C): Field<keyof C & string> {
	return Object.freeze({
		kind: FieldKind.choice,
		isOptional: false,
		minimum: 0,
		maximum: 0,
		isQuoted: false,
		choices: Object.freeze(choices),
	});
}

/** Quoted text of exactly `length` binary digits, as in the timers of TS 24.008 10.5.7.4a: "00100011". */
export function bits(length: number, options?: { readonly quoted?: boolean }): Field<string> {
	return field(FieldKind.bits, length, length, options?.quoted !== false);
}

/** Bytes written as upper-case hex digits, quoted unless told otherwise; at most `maxBytes` bytes. In an answer read them with `AtLine.hexBytes`. */
export function payloadHex(maxBytes = 2048, options?: { readonly quoted?: boolean }): Field<Uint8Array> {
	return field(FieldKind.payloadHex, 0, maxBytes, options?.quoted !== false);
}

/** Numbers with commas between them, at least one and as many as there are; the last parameter of a command. Not for answers: take the line. */
export function uintList(minimum = 0, maximum = Number.MAX_SAFE_INTEGER): Field<readonly number[]> {
	return field(FieldKind.uintList, minimum, maximum, false);
}

/** A parameter that may be left out: undefined is written as nothing, its comma stays when another parameter follows. */
export function optional<T>(of: Field<T>): Field<T | undefined> {
	return Object.freeze({ ...of, isOptional: true });
}
