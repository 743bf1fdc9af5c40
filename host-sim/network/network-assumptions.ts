import { AIRTIME_ASSUMPTIONS } from "./airtime.js";
import { AIRTIME_SOURCE } from "./airtime-data.js";
import type { Assumption } from "./assumptions.js";
import { CELL_SELECTION_ASSUMPTIONS } from "./cell-selection.js";
import { COVERAGE_ASSUMPTIONS } from "./coverage.js";
import { NAS_ASSUMPTIONS } from "./nas-timing.js";
import { type CellProfile, type OperatorProfile, operatorAssumptions } from "./operator.js";
import { LTE_ACCESS_ASSUMPTIONS, NB_ACCESS_ASSUMPTIONS, NB_RESYNC_ASSUMPTIONS, NR_ACCESS_ASSUMPTIONS } from "./radio-access.js";
import { RRC_ASSUMPTIONS } from "./rrc.js";
import { TCP_ASSUMPTIONS } from "./tcp-endpoint.js";
import { TLS_ASSUMPTIONS } from "./tls-sizes.js";

export interface AssumedNetwork {
	readonly operator: OperatorProfile;
	readonly cell: CellProfile;
	/** A stream was opened. */
	readonly streams?: boolean;
}

/** Everything about the network side that no document gives, as far as a run rests on it. */
export function networkAssumptions({ operator, cell, streams = false }: AssumedNetwork): readonly Assumption[] {
	const narrowBand = cell.rat === "NB-IoT";
	const radio = narrowBand
		? [...NB_ACCESS_ASSUMPTIONS, ...RRC_ASSUMPTIONS, ...NB_RESYNC_ASSUMPTIONS]
		: cell.rat === "NR"
			? [...NR_ACCESS_ASSUMPTIONS, ...RRC_ASSUMPTIONS, ...CELL_SELECTION_ASSUMPTIONS]
			: [...LTE_ACCESS_ASSUMPTIONS, ...RRC_ASSUMPTIONS];
	return [
		...NAS_ASSUMPTIONS,
		...radio,
		...operatorAssumptions(operator, cell),
		...COVERAGE_ASSUMPTIONS.filter(({ id }) => narrowBand || !NARROW_BAND_ONLY.has(id)),
		...(narrowBand ? AIRTIME_ASSUMPTIONS : []),
		...(streams ? [...TCP_ASSUMPTIONS, ...TLS_ASSUMPTIONS] : []),
	];
}

const NARROW_BAND_ONLY: ReadonlySet<string> = new Set(["coverage.ecl-thresholds", "coverage.sensitivity"]);

/** Where a run's air times are from; undefined where they are assumptions themselves. */
export function airtimeSource(cell: CellProfile): string | undefined {
	return cell.rat === "NB-IoT" ? `${AIRTIME_SOURCE}; other modules than the one simulated` : undefined;
}
