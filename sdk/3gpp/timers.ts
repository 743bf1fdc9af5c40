/**
 * The 8-bit GPRS timers of TS 24.008 10.5.7 as `+CPSMS` and `+CEREG` spell them: text of eight binary digits, the unit in bits 8 to 6 and
 * the value in bits 5 to 1. In this package a timer is a number of seconds; `Infinity` means deactivated, a timer that never expires.
 */
export interface EncodedTimer {
	/** Eight binary digits, e.g. `"00100011"`. */
	readonly bits: string;
	/** What the bits really say; never less than what was asked for, save at the upper end of the range. Infinity: deactivated. */
	readonly seconds: number;
}

const DEACTIVATED = 0b111;
const LARGEST_VALUE = 31;

/** Seconds per unit by bits 8 to 6; 0 where the unit is not a multiple of seconds. Coarser units come first in `order`. */
interface UnitTable {
	readonly seconds: readonly number[];
	/** Units from the coarsest to the finest: of two encodings of one duration the coarser unit is written. */
	readonly order: readonly number[];
	/** The unit that a receiver takes for a reserved pattern (24.008: "other values shall be interpreted as multiples of …"). */
	readonly reserved: number;
}

/** GPRS timer 3, TS 24.008 10.5.7.4a: T3412 extended and T3312 extended. */
const TIMER_3: UnitTable = Object.freeze({
	seconds: Object.freeze([600, 3600, 36_000, 2, 30, 60, 1_152_000, 0]),
	order: Object.freeze([6, 2, 1, 0, 5, 4, 3]),
	reserved: 3600,
});
/** GPRS timer 2, TS 24.008 10.5.7.4 (and GPRS timer, 10.5.7.3): T3324, T3412 without extension, T3302 … */
const TIMER_2: UnitTable = Object.freeze({
	seconds: Object.freeze([2, 60, 360, 0, 0, 0, 0, 0]),
	order: Object.freeze([2, 1, 0]),
	reserved: 60,
});

/** Longest periodic TAU that can be asked for: 31 × 320 h. */
export const LONGEST_PERIODIC_TAU_SECONDS = 35_712_000;
/** Longest active time that can be asked for: 31 × 6 min. */
export const LONGEST_ACTIVE_SECONDS = 11_160;

/**
 * T3412 extended for `+CPSMS` (TS 27.007 7.38). Rounds up to the next duration that can be written, so that the device never wakes more
 * often than was asked; more than 31 × 320 h becomes that. `Infinity` asks for a deactivated timer.
 * @throws RangeError for a negative number or NaN.
 */
export function encodePeriodicTau(seconds: number): EncodedTimer {
	return encode(seconds, TIMER_3);
}

/**
 * T3324 for `+CPSMS`. Rounds up, so that the device is reachable for at least as long as was asked; more than 186 min becomes that.
 * @throws RangeError for a negative number or NaN.
 */
export function encodeActiveTime(seconds: number): EncodedTimer {
	return encode(seconds, TIMER_2);
}

/** Seconds of a T3412 extended; `Infinity` when deactivated, `undefined` when the text is not eight binary digits. */
export function decodePeriodicTau(bits: string): number | undefined {
	return decode(bits, TIMER_3);
}

/** Seconds of a T3324; `Infinity` when deactivated, `undefined` when the text is not eight binary digits. */
export function decodeActiveTime(bits: string): number | undefined {
	return decode(bits, TIMER_2);
}

/** Seconds of a GPRS timer 2 (TS 24.008 10.5.7.4), which is also what the old `+CGREG` and `+CPSMS` fields for T3312 and T3314 hold. */
export function decodeGprsTimer(bits: string): number | undefined {
	return decode(bits, TIMER_2);
}

/**
 * As {@link decodeActiveTime}, from what `AtLine.hex` makes of the field: `"00100011"` read as a hexadecimal number still has the bits for
 * digits. That spares a string per report.
 */
export function activeTimeOfHex(digits: number | undefined): number | undefined {
	return secondsOf(octetOfHex(digits), TIMER_2);
}

/** As {@link decodePeriodicTau}, from the field read as a hexadecimal number. */
export function periodicTauOfHex(digits: number | undefined): number | undefined {
	return secondsOf(octetOfHex(digits), TIMER_3);
}

function octetOfHex(digits: number | undefined): number | undefined {
	if (digits === undefined || digits > 0x11111111) return undefined;
	let octet = 0;
	let weight = 1;
	for (let rest = digits; rest > 0; rest >>= 4) {
		if ((rest & 15) > 1) return undefined;
		if ((rest & 15) === 1) octet += weight;
		weight *= 2;
	}
	return octet;
}

function encode(seconds: number, table: UnitTable): EncodedTimer {
	if (!(seconds >= 0)) throw new RangeError(`a timer of ${seconds} s cannot be asked for: give 0 or more, or Infinity for deactivated`);
	if (seconds === Number.POSITIVE_INFINITY) return { bits: toBits(DEACTIVATED, 0), seconds };
	// Nothing at all is written in the finest unit, as everybody writes it.
	if (seconds === 0) return { bits: toBits(table.order[table.order.length - 1]!, 0), seconds };
	let unit = table.order[0]!;
	let value = LARGEST_VALUE;
	let best = value * table.seconds[unit]!;
	for (const candidate of table.order) {
		const count = Math.ceil(seconds / table.seconds[candidate]!);
		const rounded = count * table.seconds[candidate]!;
		if (count > LARGEST_VALUE || rounded >= best) continue;
		unit = candidate;
		value = count;
		best = rounded;
	}
	return { bits: toBits(unit, value), seconds: best };
}

function decode(bits: string, table: UnitTable): number | undefined {
	return secondsOf(parseBits(bits, 8), table);
}

function secondsOf(octet: number | undefined, table: UnitTable): number | undefined {
	if (octet === undefined) return undefined;
	const unit = octet >> 5;
	if (unit === DEACTIVATED) return Number.POSITIVE_INFINITY;
	return (octet & LARGEST_VALUE) * (table.seconds[unit] || table.reserved);
}

function toBits(unit: number, value: number): string {
	return bitsOf(unit, 3) + bitsOf(value, 5);
}

/** `value` as exactly `digits` binary digits. */
export function bitsOf(value: number, digits: number): string {
	let text = "";
	for (let bit = digits - 1; bit >= 0; bit--) text += (value >> bit) & 1 ? "1" : "0";
	return text;
}

/** The number that exactly `digits` binary digits say, else `undefined`. */
export function parseBits(text: string, digits: number): number | undefined {
	if (text.length !== digits) return undefined;
	let value = 0;
	for (let i = 0; i < digits; i++) {
		const digit = text.charCodeAt(i) - 48;
		if (digit !== 0 && digit !== 1) return undefined;
		value = value * 2 + digit;
	}
	return value;
}
