import { bitsOf, parseBits } from "./timers.js";

/**
 * Extended DRX (TS 24.008 10.5.5.32, TS 24.501 9.11.3.60): the cycle length and the paging time window as four binary digits each, and
 * what they mean in seconds per access technology.
 */

/** `<AcT-type>` of `+CEDRXS` (TS 27.007 7.40). 6 to 9 are from a public header of a modem, not from a capture. */
export const EdrxAct = Object.freeze({
	ecGsm: 1,
	gsm: 2,
	utran: 3,
	wbS1: 4,
	nbS1: 5,
	satelliteWbS1: 6,
	satelliteNbS1: 7,
	ngRan: 8,
	satelliteNgRan: 9,
});
/** One of the numbers of {@link EdrxAct}. */
export type EdrxActType = number;

export interface EncodedCycle {
	/** Four binary digits. */
	readonly bits: string;
	readonly seconds: number;
}

/** Cycle lengths by code, in hundredths of a second so that the table is exact; 0: the code is not used there. TS 24.008 table 10.5.5.32. */
const WB_S1 = Object.freeze([512, 1024, 2048, 4096, 6144, 8192, 10_240, 12_288, 14_336, 16_384, 32_768, 65_536, 131_072, 262_144, 0, 0]);
const NB_S1 = Object.freeze([0, 0, 2048, 4096, 0, 8192, 0, 0, 0, 16_384, 32_768, 65_536, 131_072, 262_144, 524_288, 1_048_576]);
/** NR reuses the four bits: 10.24 s and less has no paging time window, and 10,485.76 s is the longest (TS 38.304 7.4). Assumed from 24.501. */
const NG_RAN = Object.freeze([
	512, 1024, 2048, 4096, 6144, 8192, 10_240, 12_288, 14_336, 16_384, 32_768, 65_536, 131_072, 262_144, 524_288, 1_048_576,
]);

function cycles(act: EdrxActType): readonly number[] {
	if (act === EdrxAct.nbS1 || act === EdrxAct.satelliteNbS1) return NB_S1;
	if (act === EdrxAct.ngRan || act === EdrxAct.satelliteNgRan) return NG_RAN;
	return WB_S1;
}

/**
 * The shortest cycle that is not shorter than `seconds`; the longest that there is when none is: a longer cycle costs less charge.
 * @throws RangeError for zero, a negative number or NaN.
 */
export function encodeEdrxCycle(act: EdrxActType, seconds: number): EncodedCycle {
	if (!(seconds > 0)) throw new RangeError(`an eDRX cycle of ${seconds} s cannot be asked for: give more than 0`);
	const table = cycles(act);
	let best = -1;
	for (let code = 0; code < table.length; code++) {
		const length = table[code]!;
		if (length === 0) continue;
		best = code;
		// In seconds, as `decodeEdrxCycle` gives them: multiplied by 100 they are no longer whole numbers.
		if (length / 100 >= seconds) break;
	}
	return { bits: bitsOf(best, 4), seconds: table[best]! / 100 };
}

/** Seconds of a cycle; `undefined` for a code that this access technology does not use and for text that is not four binary digits. */
export function decodeEdrxCycle(act: EdrxActType, bits: string): number | undefined {
	const code = parseBits(bits, 4);
	if (code === undefined) return undefined;
	const length = cycles(act)[code]!;
	return length === 0 ? undefined : length / 100;
}

/** Seconds of a paging time window: (n + 1) × 2.56 s on NB-S1, (n + 1) × 1.28 s elsewhere (TS 24.008 table 10.5.5.32). */
export function decodePagingWindow(act: EdrxActType, bits: string): number | undefined {
	const code = parseBits(bits, 4);
	return code === undefined ? undefined : ((code + 1) * windowStep(act)) / 100;
}

/**
 * The shortest window that is not shorter than `seconds`, at most 16 steps.
 * @throws RangeError for a negative number or NaN.
 */
export function encodePagingWindow(act: EdrxActType, seconds: number): EncodedCycle {
	if (!(seconds >= 0)) throw new RangeError(`a paging time window of ${seconds} s cannot be asked for`);
	const step = windowStep(act);
	// A window of n steps given as a decimal fraction must not become n + 1 by a rounding error in the last binary place.
	const code = Math.min(15, Math.max(0, Math.ceil((seconds * 100) / step - 1e-9) - 1));
	return { bits: bitsOf(code, 4), seconds: ((code + 1) * step) / 100 };
}

function windowStep(act: EdrxActType): number {
	return act === EdrxAct.nbS1 || act === EdrxAct.satelliteNbS1 ? 256 : 128;
}
