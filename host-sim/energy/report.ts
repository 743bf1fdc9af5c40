import { type Assumption, assumptionText } from "../network/assumptions.js";
import { type Battery, batteryAssumptions, batteryYears, LITHIUM_C_CELL } from "./battery.js";
import type { EnergyMeter } from "./meter.js";
import { profileAssumptions } from "./profile.js";

export interface EnergyReport {
	readonly chargeMicroampHours: number;
	/** Sums to `chargeMicroampHours`. */
	readonly byState: Readonly<Record<string, number>>;
	/** By what it was spent for; sums to `chargeMicroampHours` as well. */
	readonly byCause: Readonly<Record<string, number>>;
	readonly averageMicroamps: number;
	/** From leaving PSM to entering it again, cycles that sent something. */
	readonly chargePerReportMicroampHours: number | undefined;
	readonly batteryYears: number;
	readonly battery: Battery;
	readonly assumptions: readonly string[];
}

export interface EnergyReportOptions {
	readonly battery?: Battery;
	/** What the projection is for, where the run was too short or too quick to be an average day. */
	readonly reportEverySeconds?: number;
	/** Assumptions of the network side. */
	readonly network?: readonly Assumption[];
	/** Where the air times are from. */
	readonly airtime?: string | undefined;
	/** The module has no profile of its own. */
	readonly borrowedFor?: string;
}

function rounded(value: number, digits: number): number {
	const factor = 10 ** digits;
	return Math.round(value * factor) / factor;
}

/** Rounded parts that still add up to the rounded sum: the sum is taken of the parts. */
function roundedParts(parts: Readonly<Record<string, number>>): { readonly parts: Record<string, number>; readonly sum: number } {
	const result: Record<string, number> = {};
	let thousandths = 0;
	for (const state of Object.keys(parts).sort()) {
		const value = Math.round((parts[state] ?? 0) * 1000);
		if (value === 0) continue;
		result[state] = value / 1000;
		thousandths += value;
	}
	return { parts: result, sum: thousandths / 1000 };
}

/** Rounded parts that add up to a sum that is given: the largest takes what rounding left over. */
function partsOf(sum: number, parts: Readonly<Record<string, number>>): Record<string, number> {
	const rounded = roundedParts(parts);
	const names = Object.keys(rounded.parts);
	const largest = names.reduce((most, name) => (rounded.parts[name]! > rounded.parts[most]! ? name : most), names[0] ?? "");
	const left = Math.round((sum - rounded.sum) * 1000);
	if (left !== 0 && largest !== "") rounded.parts[largest] = (Math.round(rounded.parts[largest]! * 1000) + left) / 1000;
	return rounded.parts;
}

/** Average current of a day of such reports with PSM between them, or of the run as it was. */
function averageMicroamps(
	meter: EnergyMeter,
	reportEverySeconds: number | undefined,
): { readonly value: number; readonly scheduled: boolean } {
	const perReport = meter.chargePerReportMicroampHours;
	if (reportEverySeconds !== undefined && perReport !== undefined) {
		return { value: meter.profile.psmMicroamps.value + (perReport * 3600) / reportEverySeconds, scheduled: true };
	}
	const hours = meter.elapsedMs / 3_600_000;
	return { value: hours === 0 ? 0 : meter.chargeMicroampHours / hours, scheduled: false };
}

export function energyReport(meter: EnergyMeter, options: EnergyReportOptions = {}): EnergyReport {
	const battery = options.battery ?? LITHIUM_C_CELL;
	const { parts, sum } = roundedParts(meter.byState as Record<string, number>);
	const average = averageMicroamps(meter, options.reportEverySeconds);
	const perReport = meter.chargePerReportMicroampHours;
	const assumptions = [
		...(options.borrowedFor === undefined
			? []
			: [`energy.profile: ${options.borrowedFor} is reckoned with the figures of ${meter.profile.id}`]),
		...(average.scheduled ? [`projection: one report every ${options.reportEverySeconds} s, PSM between them, no other traffic`] : []),
		...profileAssumptions(meter.profile),
		...batteryAssumptions(battery, average.value),
		...(options.airtime === undefined ? [] : [`airtime: ${options.airtime}`]),
		...(options.network ?? []).map(assumptionText),
	];
	return {
		chargeMicroampHours: sum,
		byState: parts,
		byCause: partsOf(sum, meter.byCause as Record<string, number>),
		averageMicroamps: rounded(average.value, 2),
		chargePerReportMicroampHours: perReport === undefined ? undefined : rounded(perReport, 3),
		batteryYears: rounded(batteryYears(battery, average.value), 1),
		battery,
		assumptions,
	};
}
