import type { AtLine } from "../at/line.js";

/** One network slice, an S-NSSAI (TS 23.003 28.4). */
export interface Slice {
	/** Slice or service type, 0 to 255: 1 is mobile broadband, 2 low latency, 3 massive IoT. */
	readonly sst: number;
	/** Slice differentiator, 0 to 0xFFFFFE; absent where the type says it all. */
	readonly sd?: number | undefined;
}

/** "No differentiator" where a field for it must be filled (TS 23.003 28.4.2). */
const NO_SD = 0xffffff;
const SST_DIGITS = 2;
const SD_DIGITS = 6;

export function isSlice(value: unknown): value is Slice {
	if (typeof value !== "object" || value === null) return false;
	const { sst, sd } = value as Partial<Slice>;
	return isWithin(sst, 0xff) && (sd === undefined || isWithin(sd, NO_SD - 1));
}
function isWithin(value: unknown, highest: number): boolean {
	return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= highest;
}

/** `01` or `01.0A0B0C`, as `+CGDCONT` and `+C5GNSSAI` have it (TS 27.007 10.1.1). */
export function sliceText({ sst, sd }: Slice): string {
	return sd === undefined ? digits(sst, SST_DIGITS) : `${digits(sst, SST_DIGITS)}.${digits(sd, SD_DIGITS)}`;
}
function digits(value: number, count: number): string {
	return value.toString(16).toUpperCase().padStart(count, "0");
}

/** Octets of one slice in a list of its text form: 1, or 4 with a differentiator. */
export function sliceOctets(text: string): number {
	return text.length > SST_DIGITS ? 4 : 1;
}

/** A list with `:` between its slices. What a serving network maps to the home network's own follows `;` and is passed over; so is what is no slice. */
export function parseSlices(text: string): Slice[] {
	const slices: Slice[] = [];
	for (const entry of text.split(":")) {
		const slice = parseSlice(entry.split(";")[0]!);
		if (slice !== undefined) slices.push(slice);
	}
	return slices;
}
function parseSlice(text: string): Slice | undefined {
	const sst = hexNumber(text.slice(0, SST_DIGITS), SST_DIGITS);
	if (sst === undefined) return undefined;
	if (text.length === SST_DIGITS) return { sst };
	const sd = hexNumber(text.slice(SST_DIGITS + 1), SD_DIGITS);
	if (sd === undefined || text.charCodeAt(SST_DIGITS) !== 0x2e) return undefined;
	return sd === NO_SD ? { sst } : { sst, sd };
}
function hexNumber(text: string, count: number): number | undefined {
	if (text.length !== count) return undefined;
	let value = 0;
	for (let i = 0; i < count; i++) {
		const code = text.charCodeAt(i) | 0x20;
		const digit = code >= 0x61 && code <= 0x66 ? code - 0x57 : code >= 0x30 && code <= 0x39 ? code - 0x30 : -1;
		if (digit < 0) return undefined;
		value = 16 * value + digit;
	}
	return value;
}

/** Whether a field of a line has the slice that is wanted; `false` wants none there, `undefined` anything. */
export function hasSlice(line: AtLine, index: number, wanted: string | false | undefined): boolean {
	return wanted === undefined || (wanted === false ? line.isEmpty(index) : line.text(index)?.toUpperCase() === wanted);
}

/** What a device knows of its slices, in their text forms; `undefined`: not said. */
export interface NssaiReport {
	stored: string | undefined;
	configured: string | undefined;
	allowed: string | undefined;
	rejected: string | undefined;
}

/**
 * One line of `+C5GNSSAIRDP` (TS 27.007 10.1.54). The first begins with a length and has the stored list and what was rejected; those that begin
 * with a network's number have what is configured and allowed there. No capture shows them: read from the specification's form.
 */
export function decodeNssai(line: AtLine, into: NssaiReport): void {
	if (line.isQuoted(0) || line.lengthOf(0) >= 5) {
		into.configured = listAt(line, 2) ?? into.configured;
		into.allowed = listAt(line, 4) ?? into.allowed;
	} else {
		into.stored = listAt(line, 1) ?? into.stored;
		into.rejected = listAt(line, 3) ?? into.rejected;
	}
}
function listAt(line: AtLine, index: number): string | undefined {
	return line.isEmpty(index) ? undefined : line.text(index);
}
