/**
 * One sentence of NMEA 0183: `$`, talker and type, fields between commas, `*` and a checksum of two hex digits. Bytes are kept in one buffer;
 * reading a field allocates nothing.
 */

/** The standard allows 82 characters; receivers of several systems write more. */
const CAPACITY = 160;
const MOST_FIELDS = 32;
const DOLLAR = 0x24;
const ASTERISK = 0x2a;
const COMMA = 0x2c;
const POINT = 0x2e;
const MINUS = 0x2d;
const CR = 0x0d;
const LF = 0x0a;
const MINUTE_DIGITS = 2;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

function hexDigit(code: number): number {
	if (code >= 0x30 && code <= 0x39) return code - 0x30;
	const upper = code & 0xdf;
	return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1;
}
function isDigit(code: number): boolean {
	return code >= 0x30 && code <= 0x39;
}

export class Sentence {
	readonly #bytes = new Uint8Array(CAPACITY);
	/** Where each field begins; field 0 is talker and type. */
	readonly #fields = new Uint8Array(MOST_FIELDS + 1);
	#length = 0;
	#isOpen = false;
	count = 0;
	/** Sentences whose checksum was wrong or missing. */
	damaged = 0;

	/** Takes one byte. True when it ended a sentence that is whole and right. */
	take(byte: number): boolean {
		if (byte === DOLLAR) {
			if (this.#isOpen) this.damaged++;
			this.#isOpen = true;
			this.#length = 0;
			return false;
		}
		if (!this.#isOpen) return false;
		if (byte === CR || byte === LF) {
			this.#isOpen = false;
			if (this.check()) return true;
			this.damaged++;
			return false;
		}
		if (byte < 0x20 || byte > 0x7e || this.#length === CAPACITY) {
			this.#isOpen = false;
			this.damaged++;
			return false;
		}
		this.#bytes[this.#length++] = byte;
		return false;
	}
	/** The checksum is the exclusive or of what stands between `$` and `*`. Finds the fields as well. */
	private check(): boolean {
		const bytes = this.#bytes;
		const end = this.#length - 3;
		if (end < 6 || bytes[end] !== ASTERISK) return false;
		let sum = 0;
		let count = 1;
		this.#fields[0] = 0;
		for (let at = 0; at < end; at++) {
			const byte = bytes[at]!;
			sum ^= byte;
			if (byte === COMMA && count < MOST_FIELDS) this.#fields[count++] = at + 1;
		}
		this.#fields[count] = end + 1;
		this.count = count;
		return hexDigit(bytes[end + 1]!) === sum >> 4 && hexDigit(bytes[end + 2]!) === (sum & 0xf);
	}
	/** A byte of the sentence behind `$`: 0 and 1 are the talker, 2 to 4 the type. */
	at(index: number): number {
		return this.#bytes[index] ?? 0;
	}
	/** The first character of a field; 0 when it is empty or absent. */
	letter(field: number): number {
		return this.lengthOf(field) > 0 ? this.#bytes[this.#fields[field]!]! : 0;
	}
	lengthOf(field: number): number {
		return field < this.count ? this.#fields[field + 1]! - 1 - this.#fields[field]! : 0;
	}
	/** Decimal, with a sign and a fraction perhaps; undefined when the field is empty or something else. */
	number(field: number): number | undefined {
		return this.decimal(this.#fields[field]!, this.lengthOf(field));
	}
	private decimal(from: number, length: number): number | undefined {
		const bytes = this.#bytes;
		const end = from + length;
		let at = from;
		const isNegative = length > 0 && bytes[at] === MINUS;
		if (isNegative) at++;
		let value = 0;
		let divisor = 0;
		let digits = 0;
		for (; at < end; at++) {
			const byte = bytes[at]!;
			if (byte === POINT && divisor === 0) divisor = 1;
			else if (isDigit(byte)) {
				value = value * 10 + byte - 0x30;
				divisor *= 10;
				digits++;
			} else return undefined;
		}
		if (digits === 0) return undefined;
		if (divisor > 1) value /= divisor;
		return isNegative ? -value : value;
	}
	/** `ddmm.mmmm` and in the next field `N`, `S`, `E` or `W`, in degrees. */
	angle(field: number, negative: number): number | undefined {
		const start = this.#fields[field]!;
		const length = this.lengthOf(field);
		let whole = 0;
		while (whole < length && this.#bytes[start + whole] !== POINT) whole++;
		const degreeDigits = whole - MINUTE_DIGITS;
		if (degreeDigits < 1) return undefined;
		const degrees = this.decimal(start, degreeDigits);
		const minutes = this.decimal(start + degreeDigits, length - degreeDigits);
		if (degrees === undefined || minutes === undefined || minutes >= 60) return undefined;
		const angle = degrees + minutes / 60;
		return this.letter(field + 1) === negative ? -angle : angle;
	}
	/** `hhmmss.sss` in milliseconds of the day; undefined when it is none. */
	timeOfDayMs(field: number): number | undefined {
		const start = this.#fields[field]!;
		const length = this.lengthOf(field);
		if (length < 6) return undefined;
		const hours = this.decimal(start, 2);
		const minutes = this.decimal(start + 2, 2);
		const seconds = this.decimal(start + 4, length - 4);
		if (hours === undefined || minutes === undefined || seconds === undefined) return undefined;
		if (hours > 23 || minutes > 59 || !(seconds >= 0 && seconds < 61)) return undefined;
		return hours * HOUR_MS + minutes * MINUTE_MS + Math.round(seconds * 1000);
	}
	/** `ddmmyy` as days since 1970; undefined when it is none. */
	day(field: number): number | undefined {
		const start = this.#fields[field]!;
		if (this.lengthOf(field) !== 6) return undefined;
		const day = this.decimal(start, 2);
		const month = this.decimal(start + 2, 2);
		const year = this.decimal(start + 4, 2);
		if (day === undefined || month === undefined || year === undefined) return undefined;
		if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31)) return undefined;
		return daysSince1970(2000 + year, month, day);
	}
}

/** Gregorian, from 2000 to 2099: every fourth year has a leap day. `month` 1 to 12. */
function daysSince1970(year: number, month: number, day: number): number {
	// Years start in March here, so that the leap day is the last of its year.
	const shifted = month > 2 ? year : year - 1;
	const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
	// 1 March 2000 is day 11,017.
	return 11_017 + (shifted - 2000) * 365 + Math.floor((shifted - 2000) / 4) + dayOfYear;
}
