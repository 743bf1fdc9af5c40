import type { AtLine } from "../at/line.js";

/**
 * Network time: `+CCLK` (TS 27.007 8.15) and the NITZ reports `+CTZV` and `+CTZE` (8.41) to milliseconds since 1970 UTC. The calendar is
 * computed here, since a module knows the time before the platform does.
 */
export interface NetworkTime {
	/** Milliseconds since 1970-01-01T00:00:00Z. */
	utcMs: number;
	/** Local time minus UTC in quarters of an hour, daylight saving included; 0 when the module did not say. */
	quarterHours: number;
}

/**
 * Years that a module's clock shows before it has heard from a network: 1970, 1980, 2000, 2004 at power-on, 2070 and 2080 where a two-digit
 * year was printed. A time before 2020 or from 2070 on is therefore no time.
 */
const FIRST_YEAR = 2020;
const FIRST_YEAR_NOT_BELIEVED = 2070;
const DAY_MS = 86_400_000;
const QUARTER_HOUR_MS = 900_000;
/** TS 23.040 9.2.3.11 allows up to 79 quarters; no place is further than 14 h from Greenwich. */
const LARGEST_ZONE = 56;

/** Days since 1970-01-01 in the proleptic Gregorian calendar; `month` 1 to 12. */
export function daysFromCivil(year: number, month: number, day: number): number {
	// Years start in March here, so that the leap day is the last of its year.
	const shifted = month > 2 ? year : year - 1;
	const era = Math.floor(shifted / 400);
	const yearOfEra = shifted - era * 400;
	const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
	const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
	return era * 146_097 + dayOfEra - 719_468;
}

function daysInMonth(year: number, month: number): number {
	// Every fourth year: there is no century's year among those that are believed.
	if (month === 2) return year % 4 === 0 ? 29 : 28;
	return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** A cursor over ASCII text: numbers and the separators between them. */
class Reader {
	#text: string;
	#at = 0;
	digits = 0;
	constructor(text: string) {
		this.#text = text;
	}
	number(): number {
		let value = 0;
		this.digits = 0;
		for (; this.#at < this.#text.length; this.#at++, this.digits++) {
			const digit = this.#text.charCodeAt(this.#at) - 48;
			if (digit < 0 || digit > 9) break;
			value = value * 10 + digit;
		}
		return this.digits === 0 ? Number.NaN : value;
	}
	/** The next character when it is one of `any`, else the empty text. */
	take(any: string): string {
		const next = this.#text.charAt(this.#at);
		if (next === "" || !any.includes(next)) return "";
		this.#at++;
		return next;
	}
	skipBlanks(): void {
		while (this.take(' "') !== "");
	}
	get ended(): boolean {
		return this.#at >= this.#text.length;
	}
}

/**
 * Reads `20/11/03,06:25:06+32`, `"2023/12/14,09:01:13+32"` and their kin into `into`.
 * @param textIsLocal the text is local time (27.007), so that its zone is subtracted; false for text in UTC with a zone that only informs
 * @returns false, with `into` untouched, when the text is no date, or a date that modules show as long as they have no time.
 */
export function readClock(text: string, into: NetworkTime, textIsLocal = true): boolean {
	const from = new Reader(text);
	from.skipBlanks();
	let year = from.number();
	if (from.digits <= 2) year += 2000;
	const dateSeparator = from.take("/-");
	const month = from.number();
	if (from.take("/-") !== dateSeparator || dateSeparator === "") return false;
	const day = from.number();
	if (from.take(",") === "") return false;
	from.skipBlanks();
	const timeOfDayMs = readTimeOfDay(from);
	const zone = readZone(from);
	from.skipBlanks();
	if (!from.ended || Number.isNaN(timeOfDayMs) || zone === undefined) return false;
	if (!(year >= FIRST_YEAR && year < FIRST_YEAR_NOT_BELIEVED)) return false;
	if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return false;
	into.utcMs = daysFromCivil(year, month, day) * DAY_MS + timeOfDayMs - (textIsLocal ? zone * QUARTER_HOUR_MS : 0);
	into.quarterHours = zone;
	return true;
}

/** `hh:mm:ss`, in milliseconds; NaN when it is none. A leap second is the last second of its minute. */
function readTimeOfDay(from: Reader): number {
	const hours = from.number();
	if (from.take(":") === "") return Number.NaN;
	const minutes = from.number();
	if (from.take(":") === "") return Number.NaN;
	const seconds = from.number();
	if (!(hours <= 23 && minutes <= 59 && seconds <= 60)) return Number.NaN;
	return (hours * 3600 + minutes * 60 + Math.min(seconds, 59)) * 1000;
}

/** `+32`, `-14`, nothing (0), or nothing that makes sense (undefined). */
function readZone(from: Reader): number | undefined {
	from.skipBlanks();
	const sign = from.take("+-");
	if (sign === "") return 0;
	const quarters = from.number();
	if (!(quarters <= LARGEST_ZONE)) return undefined;
	return sign === "-" ? -quarters : quarters;
}

/** Reads the answer of `+CCLK?`, with or without the quotes that keep date and time one field. @returns as {@link readClock} */
export function readClockLine(line: AtLine, into: NetworkTime, textIsLocal = true): boolean {
	return readClock(dateField(line, 0), into, textIsLocal);
}

/**
 * Reads `+CTZE: <tz>,<dst>[,<time>]`, whose `<time>` is local, or `+CTZEU: <tz>,<dst>[,<utime>]`, whose `<utime>` is universal (TS 27.007
 * 8.41).
 * @returns false, with `into` untouched, when the report has no time
 */
export function readZoneReport(line: AtLine, timeIsLocal: boolean, into: NetworkTime): boolean {
	const zone = readZoneText(line.text(0));
	if (zone === undefined || !readClock(dateField(line, 2), into, false)) return false;
	if (timeIsLocal) into.utcMs -= zone * QUARTER_HOUR_MS;
	into.quarterHours = zone;
	return true;
}

/** Date and time, which are two fields where a module leaves the quotes away. */
function dateField(line: AtLine, index: number): string {
	const date = line.text(index) ?? "";
	return line.isQuoted(index) || line.count <= index + 1 ? date : `${date},${line.text(index + 1)}`;
}

/** Quarters of an hour of a `<tz>` field such as `+32`, `"-14"` or `32`; `undefined` when it is none. */
export function readZoneText(tz: string | undefined): number | undefined {
	if (tz === undefined || tz === "") return undefined;
	const first = tz.charCodeAt(0);
	const from = new Reader(first === 43 || first === 45 ? tz : `+${tz}`);
	const zone = readZone(from);
	return from.ended ? zone : undefined;
}
