/**
 * The `.at` form of a dialogue: UTF-8 text; `# key: value` header lines; `> ` bytes the host sent; `< ` bytes the module sent; `@ 120` a
 * pause of 120 ms; blank lines mean nothing. Bytes have C escapes: \r \n \\ \xNN; a blank at the end of a line is \x20.
 */
export type TranscriptRecord =
	| { readonly kind: "sent" | "received"; readonly bytes: Uint8Array; readonly line: number }
	| { readonly kind: "pause"; readonly ms: number; readonly line: number };

export interface Transcript {
	readonly header: { readonly [key: string]: string };
	readonly records: readonly TranscriptRecord[];
}

/** A file that is no transcript; `line` and `column` count from 1. */
export class TranscriptError extends Error {
	readonly line: number;
	readonly column: number;
	override get name(): string {
		return "TranscriptError";
	}

	constructor(line: number, column: number, problem: string) {
		super(`${line}:${column}: ${problem}`);
		this.line = line;
		this.column = column;
	}
}

const MARKS = { ">": "sent", "<": "received" } as const;

/** Reads a transcript; throws a TranscriptError that says where and what. */
export function parseTranscript(text: string): Transcript {
	const header: { [key: string]: string } = {};
	const records: TranscriptRecord[] = [];
	const lines = text.replace(/^\uFEFF/, "").split("\n");
	for (const [index, raw] of lines.entries()) {
		const content = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
		const line = index + 1;
		if (content.trim() === "") continue;
		if (content.startsWith("#")) {
			if (records.length === 0) readHeader(content, line, header);
		} else records.push(readRecord(content, line));
	}
	return { header, records };
}

/** Header lines stand before the first record; later ones are remarks. */
function readHeader(content: string, line: number, header: { [key: string]: string }): void {
	const colon = content.indexOf(":");
	const key = content.slice(1, colon).trim();
	if (colon < 0 || key === "") throw new TranscriptError(line, 1, "a header line is `# key: value`");
	if (key in header) throw new TranscriptError(line, 1, `header \`${key}\` is there twice`);
	header[key] = content.slice(colon + 1).trim();
}

function readRecord(content: string, line: number): TranscriptRecord {
	const mark = content[0]!;
	if (content[1] !== " " || !(mark === ">" || mark === "<" || mark === "@")) {
		throw new TranscriptError(line, 1, "a line begins with `> `, `< `, `@ ` or `#`");
	}
	if (mark !== "@") return { kind: MARKS[mark], bytes: unescapeBytes(content.slice(2), line, 3), line };
	const ms = content.slice(2);
	if (!/^\d{1,10}$/.test(ms)) throw new TranscriptError(line, 3, "a pause is a whole number of milliseconds");
	return { kind: "pause", ms: Number(ms), line };
}

/** The bytes that a record's text stands for. */
export function unescapeBytes(text: string, line = 1, column = 1): Uint8Array {
	if (text.endsWith(" ")) throw new TranscriptError(line, column + text.length - 1, "write a blank at the end of a line as \\x20");
	const bytes: number[] = [];
	for (let at = 0; at < text.length; ) {
		const code = text.charCodeAt(at);
		if (code < 0x20 || code > 0x7e) throw new TranscriptError(line, column + at, "write a byte that is no ASCII text as \\xNN");
		if (code !== 0x5c) {
			bytes.push(code);
			at++;
			continue;
		}
		const sequence = /^\\(?:r|n|\\|x[0-9A-Fa-f]{2})/.exec(text.slice(at, at + 4))?.[0];
		if (!sequence) throw new TranscriptError(line, column + at, "an escape is \\r, \\n, \\\\ or \\xNN");
		bytes.push(sequence[1] === "r" ? 13 : sequence[1] === "n" ? 10 : sequence[1] === "\\" ? 0x5c : Number.parseInt(sequence.slice(2), 16));
		at += sequence.length;
	}
	return Uint8Array.from(bytes);
}

export function escapeBytes(bytes: Uint8Array): string {
	let text = "";
	for (const byte of bytes) {
		if (byte === 13) text += "\\r";
		else if (byte === 10) text += "\\n";
		else if (byte === 0x5c) text += "\\\\";
		else if (byte < 0x20 || byte > 0x7e) text += `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`;
		else text += String.fromCharCode(byte);
	}
	return text.endsWith(" ") ? `${text.slice(0, -1)}\\x20` : text;
}

export function serializeHeader(header: { readonly [key: string]: string }): string {
	return Object.entries(header)
		.map(([key, value]) => `# ${key}: ${value.replace(/\s+/g, " ").trim()}\n`)
		.join("");
}

/** One record as a line of the file, without its line end. */
export function serializeRecord(record: { kind: "sent" | "received"; bytes: Uint8Array } | { kind: "pause"; ms: number }): string {
	if (record.kind === "pause") return `@ ${record.ms}`;
	return `${record.kind === "sent" ? ">" : "<"} ${escapeBytes(record.bytes)}`;
}

/** The whole file. */
export function serializeTranscript(transcript: {
	header: { readonly [key: string]: string };
	records: readonly Parameters<typeof serializeRecord>[0][];
}): string {
	const records = transcript.records.map(record => `${serializeRecord(record)}\n`).join("");
	return `${serializeHeader(transcript.header)}\n${records}`;
}
