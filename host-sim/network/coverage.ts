import { mix32 } from "../clock/random.js";
import type { Assumption } from "./assumptions.js";
import type { Signal } from "./ue.js";

export interface Coverage {
	/** As the module would measure it without fading. */
	readonly rsrpDbm: number;
	/** Replaces the figure derived from RSRP: interference. */
	readonly sinrDb?: number;
}

/** Below this a cell is not found: NB-IoT synchronisation in the deepest coverage class. */
export const SENSITIVITY_RSRP_DBM = -138;

/** NB-IoT RSRP-ThresholdsNPRACH (TS 36.331): at or above the first ECL 0, below the second ECL 2. */
export type EclThresholds = readonly [number, number];

export const COVERAGE_ASSUMPTIONS: readonly Assumption[] = [
	{
		id: "coverage.ecl-thresholds",
		value: "-108/-115",
		unit: "dBm",
		why: "each cell sets its own; captures show ECL 1 from -91 to -113 dBm and ECL 2 from -111 dBm",
	},
	{ id: "coverage.sensitivity", value: SENSITIVITY_RSRP_DBM, unit: "dBm", why: "RSRP below which no cell is found" },
	{
		id: "coverage.sinr",
		value: "11 + 1.6 × (RSRP + 100)",
		unit: "dB",
		why: "line through two readings of one BC660K (-100 dBm: 11 dB, -103 dBm: 6 dB); another site differs",
	},
	{ id: "coverage.fading", value: 1.5, unit: "dB", why: "seeded slow fading, a new value every 30 s" },
];

const FADING_PERIOD_MS = 30_000;
const FADING_DB = 1.5;

/** Slow fading as a function of time and seed: no event is scheduled for it and reading it twice changes nothing. */
function fadingDb(seed: number, nowMs: number): number {
	const step = Math.floor(nowMs / FADING_PERIOD_MS);
	return (mix32(seed ^ Math.imul(step + 1, 0x9e3779b1)) / 0x1_0000_0000 - 0.5) * 2 * FADING_DB;
}

function clamp(value: number, low: number, high: number): number {
	return Math.min(high, Math.max(low, value));
}

export function eclOf(rsrpDbm: number, thresholds: EclThresholds): 0 | 1 | 2 {
	if (rsrpDbm >= thresholds[0]) return 0;
	return rsrpDbm >= thresholds[1] ? 1 : 2;
}

/**
 * Open-loop power of NPUSCH at ECL 0: full 23 dBm for an RSRP of -100 dBm or less, then 10 dB less per 10 dB
 * (Robinson 2019, three of four network vendors). With repetitions the UE sends at full power (TS 36.213 16.2.1.1.1).
 */
export function transmitPowerDbm(rsrpDbm: number, ecl: number): number {
	if (ecl > 0) return 23;
	return Math.round(clamp(23 - (rsrpDbm + 100), -40, 23));
}

export function measure(
	coverage: Coverage,
	radio: { readonly eclThresholds?: EclThresholds | undefined; readonly resourceBlocks: number },
	seed: number,
	nowMs: number,
): Pick<Signal, "rssiDbm" | "rsrpDbm" | "rsrqDb" | "sinrDb" | "ecl"> {
	const rsrpDbm = Math.round(coverage.rsrpDbm + fadingDb(seed, nowMs));
	const sinrDb = Math.round(clamp(coverage.sinrDb ?? 11 + 1.6 * (rsrpDbm + 100), -12, 25));
	// RSRQ of a lightly loaded cell, worse as noise takes over; RSSI over all resource blocks follows (TS 36.214 5.1.3).
	const rsrqDb = Math.round(clamp(-7 + 0.67 * Math.min(0, rsrpDbm + 100), -20, -3));
	const rssiDbm = rsrpDbm - rsrqDb + Math.round(10 * Math.log10(radio.resourceBlocks));
	const { eclThresholds } = radio;
	return { rsrpDbm, sinrDb, rsrqDb, rssiDbm, ecl: eclThresholds === undefined ? 0 : eclOf(rsrpDbm, eclThresholds) };
}
