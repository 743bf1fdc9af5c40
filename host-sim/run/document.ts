import type { EnergyReport } from "../energy/report.js";
import type { NetworkAnswer, Releases } from "./answers.js";
import type { Observation } from "./observation.js";

/** What the receiving application and the simulated module know, besides what the application says of itself. */
export interface FarEnd {
	/** Identifiers of readings that the receiving application accepted. */
	readonly accepted: ReadonlySet<number>;
	/** Readings that it accepted twice. */
	readonly duplicated: number;
	/** Commands that the module got; undefined on a real port, where the SDK's own count serves. */
	readonly atCommands: number | undefined;
	readonly registrations: number | undefined;
	readonly psmEntered: number | undefined;
}

export interface RunDocument {
	readonly example: string;
	readonly driver: string;
	readonly persona: string | null;
	readonly engine: "node" | "xs";
	readonly clock: "real" | "virtual";
	readonly seed: number;
	readonly simulatedSeconds: number;
	readonly wallSeconds: number;
	readonly readings: {
		readonly taken: number;
		readonly sent: number;
		readonly acknowledged: number;
		readonly pending: number;
		readonly lost: number;
		readonly duplicated: number;
		readonly retransmitted: number;
	};
	readonly network: {
		readonly rat: string | null;
		readonly family: string | null;
		readonly address: string | null;
		readonly registrations: number;
		/** What the network granted, changed and refused, each with its count. */
		readonly answers?: readonly NetworkAnswer[];
		/** Whether connections outlived their last packet: they do not where release assistance works. */
		readonly releases?: Releases;
	};
	readonly firstAcknowledgedMs: number | null;
	readonly atCommands: number;
	readonly recoveries: Observation["recoveries"];
	readonly power: {
		readonly psm: { readonly requested: unknown; readonly granted: unknown; readonly entered: number };
		readonly chargeMicroampHours: number | null;
		readonly chargePerReportMicroampHours: number | null;
		readonly byState: Readonly<Record<string, number>>;
		/** By what it was spent for: boot, attach, tau, data, paging, sleep. Sums to the charge as `byState` does. */
		readonly byCause: Readonly<Record<string, number>>;
		readonly batteryYears: number | null;
		readonly assumptions: readonly string[];
	};
	readonly xs?: {
		readonly version: string;
		readonly computrons: number;
		readonly collections: number;
		readonly slotsPeak: number;
		readonly chunkBytesPeak: number;
	};
	/** Readings that failed and why, reports that failed, errors the modem reported: empty in a good run. */
	readonly problems: readonly string[];
	readonly expectations?: readonly { readonly name: string; readonly passed: boolean; readonly why?: string }[];
}

/**
 * A reading is lost when it was taken and neither the far end has it nor the device still keeps it. The far end's own list is
 * what counts where there is one: an acknowledgement that the application believes it got proves nothing.
 */
export function countReadings(seen: Observation, farEnd: FarEnd | undefined): RunDocument["readings"] {
	let lost = 0;
	let pending = 0;
	let acknowledged = 0;
	for (const id of seen.taken) {
		const arrived = farEnd ? farEnd.accepted.has(id) : seen.acknowledged.has(id);
		if (seen.acknowledged.has(id) && arrived) acknowledged++;
		else if (id >= seen.pending.first && id < seen.pending.next) pending++;
		else if (!arrived) lost++;
	}
	return {
		taken: seen.taken.length,
		sent: seen.sent.size,
		acknowledged,
		pending,
		lost,
		duplicated: farEnd?.duplicated ?? 0,
		retransmitted: seen.retransmitted,
	};
}

export function power(seen: Observation, farEnd: FarEnd | undefined, energy: EnergyReport | undefined): RunDocument["power"] {
	return {
		psm: { requested: seen.psm.requested ?? null, granted: seen.psm.granted ?? null, entered: farEnd?.psmEntered ?? seen.psm.entered },
		chargeMicroampHours: energy?.chargeMicroampHours ?? null,
		chargePerReportMicroampHours: energy?.chargePerReportMicroampHours ?? null,
		byState: energy?.byState ?? {},
		byCause: energy?.byCause ?? {},
		batteryYears: energy?.batteryYears ?? null,
		assumptions: energy?.assumptions ?? [],
	};
}
