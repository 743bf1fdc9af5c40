import type { Rat } from "./words.js";

/** Timer codings of TS 24.008: T3324 (10.5.7.3), T3412 extended (10.5.7.4a), eDRX cycle and window (10.5.5.32). */

const T3412_UNITS: readonly { readonly bits: string; readonly seconds: number }[] = [
	{ bits: "011", seconds: 2 },
	{ bits: "100", seconds: 30 },
	{ bits: "101", seconds: 60 },
	{ bits: "000", seconds: 600 },
	{ bits: "001", seconds: 3600 },
	{ bits: "010", seconds: 36000 },
	{ bits: "110", seconds: 1152000 },
];
const T3324_UNITS: readonly { readonly bits: string; readonly seconds: number }[] = [
	{ bits: "000", seconds: 2 },
	{ bits: "001", seconds: 60 },
	{ bits: "010", seconds: 360 },
];

function isBits(bits: string, count: number): boolean {
	return bits.length === count && [...bits].every(bit => bit === "0" || bit === "1");
}

function decode(bits: string, units: typeof T3412_UNITS): number | undefined {
	if (!isBits(bits, 8)) return undefined;
	const unit = units.find(candidate => bits.startsWith(candidate.bits));
	return unit === undefined ? undefined : unit.seconds * Number.parseInt(bits.slice(3), 2);
}

/** The finest unit that holds the value, rounded up: a network never promises less reachability or a longer silence than asked by accident. */
function encode(seconds: number, units: typeof T3412_UNITS): string {
	for (const unit of units) {
		const value = Math.ceil(seconds / unit.seconds);
		if (value <= 31) return unit.bits + value.toString(2).padStart(5, "0");
	}
	return `${units[units.length - 1]!.bits}11111`;
}

/** Seconds; undefined for "deactivated", a reserved unit or a text that is no 8 bits. */
export function t3412Seconds(bits: string): number | undefined {
	return decode(bits, T3412_UNITS);
}
export function t3324Seconds(bits: string): number | undefined {
	if (isBits(bits, 8) && !bits.startsWith("111") && !T3324_UNITS.some(unit => bits.startsWith(unit.bits))) {
		// 10.5.7.3: all other values count as multiples of 1 minute.
		return 60 * Number.parseInt(bits.slice(3), 2);
	}
	return decode(bits, T3324_UNITS);
}
export function t3412Bits(seconds: number): string {
	return encode(seconds, T3412_UNITS);
}
export function t3324Bits(seconds: number): string {
	return encode(seconds, T3324_UNITS);
}

/** NB-S1 mode. Codes that are missing count as 0010 on NB-IoT (10.5.5.32). */
const EDRX_NB_SECONDS: Readonly<Record<string, number>> = {
	"0010": 20.48,
	"0011": 40.96,
	"0101": 81.92,
	"1001": 163.84,
	"1010": 327.68,
	"1011": 655.36,
	"1100": 1310.72,
	"1101": 2621.44,
	"1110": 5242.88,
	"1111": 10485.76,
};
/** What NR has beside them, read as in WB-S1 mode; its cycles go up to 1024 hyperframes (TS 38.304 7.4). */
const EDRX_NR_SECONDS: Readonly<Record<string, number>> = {
	...EDRX_NB_SECONDS,
	"0000": 5.12,
	"0001": 10.24,
	"0100": 61.44,
	"0110": 102.4,
	"0111": 122.88,
	"1000": 143.36,
};
export function edrxCycleSeconds(bits: string, rat: Rat = "NB-IoT"): number | undefined {
	if (!isBits(bits, 4)) return undefined;
	return (rat === "NR" ? EDRX_NR_SECONDS : EDRX_NB_SECONDS)[bits] ?? 20.48;
}
/** Paging time window: (n + 1) × 2.56 s, in NR × 1.28 s, where cycles of up to 10.24 s have none (TS 38.304 7.4). */
export function pagingWindowSeconds(bits: string, rat: Rat = "NB-IoT"): number | undefined {
	return isBits(bits, 4) ? (Number.parseInt(bits, 2) + 1) * (rat === "NR" ? 1.28 : 2.56) : undefined;
}
