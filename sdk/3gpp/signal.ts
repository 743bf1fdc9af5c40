/**
 * Signal values of `+CSQ` (TS 27.007 8.5) and `+CESQ` (8.69) as dBm and dB. A code names an interval of 1 or 0.5 dB (2 dB for `+CSQ`); the
 * value here is the interval's lower edge, and for code 0, which has none, one step less than that of code 1. `undefined`: not known.
 */

/** `<rssi>` of `+CSQ`: 0 is −113 dBm or less, 31 is −51 dBm or more. Values of 100 to 191 (TD-SCDMA and LTE on some modules) are not decoded. */
export function rssiDbm(code: number | undefined): number | undefined {
	return linear(code, 31, -113, 2);
}

/** `<rxlev>` of `+CESQ`: 0 is less than −110 dBm, 63 is −48 dBm or more (GERAN). */
export function rxlevDbm(code: number | undefined): number | undefined {
	return linear(code, 63, -111, 1);
}

/** `<rscp>` of `+CESQ`: 0 is less than −120 dBm, 96 is −25 dBm or more (UTRAN). */
export function rscpDbm(code: number | undefined): number | undefined {
	return linear(code, 96, -121, 1);
}

/** `<ecno>` of `+CESQ`: 0 is less than −24 dB, 49 is 0 dB or more (UTRAN). */
export function ecnoDb(code: number | undefined): number | undefined {
	return linear(code, 49, -24.5, 0.5);
}

/** `<rsrq>` of `+CESQ`: 0 is less than −19.5 dB, 34 is −3 dB or more (E-UTRAN). */
export function rsrqDb(code: number | undefined): number | undefined {
	return linear(code, 34, -20, 0.5);
}

/** `<rsrp>` of `+CESQ`: 0 is less than −140 dBm, 97 is −44 dBm or more (E-UTRAN). */
export function rsrpDbm(code: number | undefined): number | undefined {
	return linear(code, 97, -141, 1);
}

/** `<ss_rsrq>` of `+CESQ`: 0 is less than −43 dB, 126 is 20 dB or more (NR, TS 38.133 10.1.11). */
export function ssRsrqDb(code: number | undefined): number | undefined {
	return linear(code, 126, -43.5, 0.5);
}

/** `<ss_rsrp>` of `+CESQ`: 0 is less than −156 dBm, 126 is −31 dBm or more (NR, TS 38.133 10.1.6). */
export function ssRsrpDbm(code: number | undefined): number | undefined {
	return linear(code, 126, -157, 1);
}

/** `<ss_sinr>` of `+CESQ`: 0 is less than −23 dB, 127 is 40 dB or more (NR, TS 38.133 10.1.16). */
export function ssSinrDb(code: number | undefined): number | undefined {
	return linear(code, 127, -23.5, 0.5);
}

/** The codes for "not known", 99 and 255, are larger than any value. */
function linear(code: number | undefined, highest: number, atZero: number, step: number): number | undefined {
	return code === undefined || code < 0 || code > highest ? undefined : atZero + step * code;
}

/** What `+CESQ` and `+CSQ` tell, `undefined` where the module does not know. A caller keeps one record and reuses it. */
export interface SignalReading {
	rssiDbm: number | undefined;
	rsrpDbm: number | undefined;
	rsrqDb: number | undefined;
	sinrDb: number | undefined;
}

/** The fields of one line by index; an `AtLine` fits. */
export interface UintFields {
	uint(index: number): number | undefined;
}

/**
 * Reads a `+CESQ` line of six fields, or of nine with NR. NR wins over E-UTRAN; RSSI comes from UTRAN or GERAN. What the line does not know
 * is left as it is.
 */
export function readCesq(line: UintFields, into: SignalReading): void {
	into.rssiDbm = rscpDbm(line.uint(2)) ?? rxlevDbm(line.uint(0)) ?? into.rssiDbm;
	into.rsrqDb = ssRsrqDb(line.uint(6)) ?? rsrqDb(line.uint(4)) ?? into.rsrqDb;
	into.rsrpDbm = ssRsrpDbm(line.uint(7)) ?? rsrpDbm(line.uint(5)) ?? into.rsrpDbm;
	into.sinrDb = ssSinrDb(line.uint(8)) ?? into.sinrDb;
}
