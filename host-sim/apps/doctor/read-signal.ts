import { CESQ, CSQ } from "../../../sdk/3gpp/device-commands.js";
import { readCesq, rssiDbm } from "../../../sdk/3gpp/signal.js";
import type { Signal } from "../../../sdk/modem/driver.js";
import type { SignalFacts } from "../../cli/diagnosis.js";
import { type Examination, orNull } from "./examination.js";

type Verdict = SignalFacts["verdict"];

/**
 * Lower edges in dBm. RSRP and RSSI of LTE as installers' rules of thumb have them; NB-IoT bears 20 dB more loss by repetition, of which
 * half is taken here, because repetitions cost charge. All are assumptions.
 */
const RSRP_EDGES = { good: -95, fair: -110, weak: -120 } as const;
const NB_IOT_RSRP_EDGES = { good: -100, fair: -115, weak: -125 } as const;
const RSSI_EDGES = { good: -80, fair: -95, weak: -105 } as const;
/** NB-IoT and LTE-M repeat everything from this coverage level on. */
const EXTREME_COVERAGE = 2;

/** What the standard commands and the driver's own tell, in dBm and dB. */
export async function readSignal(examination: Examination): Promise<void> {
	const signal: Signal = {
		rssiDbm: undefined,
		rsrpDbm: undefined,
		rsrqDb: undefined,
		sinrDb: undefined,
		coverageLevel: undefined,
		transmitDbm: undefined,
		band: undefined,
		pci: undefined,
		earfcn: undefined,
	};
	await examination.ask(CESQ.execute, undefined, line => readCesq(line, signal));
	const { result } = await examination.ask(CSQ.execute, undefined);
	signal.rssiDbm ??= rssiDbm(result?.rssi);
	const own = examination.driver?.signal;
	if (own !== undefined) await examination.ask(own.command, undefined, line => own.decode(line, signal));
	const { rssiDbm: rssi, rsrpDbm, rsrqDb, sinrDb, coverageLevel, band } = signal;
	examination.draft.signal = {
		rssiDbm: orNull(rssi),
		rsrpDbm: orNull(rsrpDbm),
		rsrqDb: orNull(rsrqDb),
		sinrDb: orNull(sinrDb),
		coverageLevel: orNull(coverageLevel),
		band: orNull(band),
		verdict: verdictOf(signal, isNarrowband(examination)),
	};
}

function isNarrowband({ draft, driver }: Examination): boolean {
	return draft.operator?.rat === "NB-IoT" || (draft.operator?.rat === null && driver?.tier === "nbiot");
}

export function verdictOf({ rsrpDbm, rssiDbm: rssi, coverageLevel }: Partial<Signal>, narrowband: boolean): Verdict {
	if (rsrpDbm !== undefined) {
		const verdict = grade(rsrpDbm, narrowband ? NB_IOT_RSRP_EDGES : RSRP_EDGES);
		return coverageLevel === EXTREME_COVERAGE && verdict !== "very weak" ? "weak" : verdict;
	}
	return rssi === undefined ? "none" : grade(rssi, RSSI_EDGES);
}

function grade(dbm: number, edges: { readonly good: number; readonly fair: number; readonly weak: number }): Verdict {
	if (dbm >= edges.good) return "good";
	if (dbm >= edges.fair) return "fair";
	return dbm >= edges.weak ? "weak" : "very weak";
}
