import { type Airtime, accessAirtime, downlinkAirtime, releaseAirtime, uplinkAirtime } from "./airtime.js";
import type { Assumption } from "./assumptions.js";
import { SENSITIVITY_RSRP_DBM } from "./coverage.js";
import { LTE_AIRTIME_ASSUMPTIONS, lteAccess, lteDownlink, lteRelease, lteUplink } from "./lte-airtime.js";
import { NR_AIRTIME_ASSUMPTIONS, nrAccess, nrDownlink, nrRelease, nrResume, nrUplink } from "./nr-airtime.js";
import type { Rat } from "./words.js";

/** What a radio access technology takes: time on the air, time to find the cell, reach. */
export interface RadioAccess {
	access(ecl: number): Airtime;
	/** From RRC_INACTIVE, where the technology has it (TS 38.331 5.3.13). */
	readonly resume?: () => Airtime;
	uplink(ecl: number, bytes: number): Airtime;
	downlink(ecl: number, bytes: number): Airtime;
	release(ecl: number): Airtime;
	/** Fine synchronisation and system information after a long sleep. */
	resyncMs(ecl: number): number;
	/** From losing the radio link to giving the connection up (TS 36.331 T310, T311). */
	readonly linkFailureMs: number;
	/** RSRP below which no cell is found. */
	readonly sensitivityRsrpDbm: number;
	/** Resource blocks that RSSI covers (TS 36.214 5.1.3). */
	readonly resourceBlocks: number;
	/** Connected and silent for `afterMs` the receiver looks only once in `cycleMs`: that delays what comes from the network. */
	readonly connectedDrx: { readonly afterMs: number; readonly cycleMs: number } | undefined;
}

const NB_RESYNC_MS = [250, 600, 1500] as const;

const NB_IOT: RadioAccess = {
	access: accessAirtime,
	uplink: uplinkAirtime,
	downlink: downlinkAirtime,
	release: releaseAirtime,
	resyncMs: ecl => NB_RESYNC_MS[ecl as 0 | 1 | 2]!,
	// T310 and N310 are the cell's; NB-IoT cells use up to 8 s.
	linkFailureMs: 5000,
	sensitivityRsrpDbm: SENSITIVITY_RSRP_DBM,
	resourceBlocks: 1,
	connectedDrx: undefined,
};

const LTE_RESYNC_MS = 60;
const LTE_CONNECTED_DRX = { afterMs: 200, cycleMs: 320 } as const;

const LTE: RadioAccess = {
	access: lteAccess,
	uplink: (_ecl, bytes) => lteUplink(bytes),
	downlink: (_ecl, bytes) => lteDownlink(bytes),
	release: lteRelease,
	resyncMs: () => LTE_RESYNC_MS,
	linkFailureMs: 2000,
	sensitivityRsrpDbm: -128,
	// 10 MHz (TS 36.101 table 5.6-1).
	resourceBlocks: 50,
	connectedDrx: LTE_CONNECTED_DRX,
};

const NR_RESYNC_MS = 40;
const NR_CONNECTED_DRX = { afterMs: 100, cycleMs: 160 } as const;

const NR: RadioAccess = {
	access: nrAccess,
	resume: nrResume,
	uplink: (_ecl, bytes) => nrUplink(bytes),
	downlink: (_ecl, bytes) => nrDownlink(bytes),
	release: nrRelease,
	resyncMs: () => NR_RESYNC_MS,
	linkFailureMs: 2000,
	// SS-RSRP is of one subcarrier, as LTE's RSRP; two receivers find as weak a cell as LTE's.
	sensitivityRsrpDbm: -128,
	// 20 MHz of 15 kHz subcarriers (TS 38.101-1 table 5.3.2-1): the most a RedCap UE takes in FR1 (TS 38.306 4.2.21).
	resourceBlocks: 106,
	connectedDrx: NR_CONNECTED_DRX,
};

/** How the two halves of each exchange are timed. */
export function radioAccess(rat: Rat): RadioAccess {
	if (rat === "NR") return NR;
	return rat === "NB-IoT" ? NB_IOT : LTE;
}

export const NB_ACCESS_ASSUMPTIONS: readonly Assumption[] = [
	{ id: "rrc.link-failure", value: NB_IOT.linkFailureMs / 1000, unit: "s", why: "T310 of the cell; 0 to 8 s are possible" },
];
export const NB_RESYNC_ASSUMPTIONS: readonly Assumption[] = [
	{ id: "rrc.resync", value: "0.25/0.6/1.5", unit: "s", why: "receiver time to find the cell again after PSM, by coverage level" },
];
export const LTE_ACCESS_ASSUMPTIONS: readonly Assumption[] = [
	{ id: "rrc.link-failure", value: LTE.linkFailureMs / 1000, unit: "s", why: "T310 and T311 of the cell together" },
	{ id: "rrc.resync", value: LTE_RESYNC_MS / 1000, unit: "s", why: "receiver time to find the cell again after PSM" },
	{
		id: "lte.connected-drx",
		value: `${LTE_CONNECTED_DRX.cycleMs} ms after ${LTE_CONNECTED_DRX.afterMs}`,
		unit: "ms",
		why: "long cycle and inactivity timer of TS 36.331; each network sets its own, half a cycle is waited",
	},
	{ id: "lte.sensitivity", value: LTE.sensitivityRsrpDbm, unit: "dBm", why: "RSRP below which no cell is found" },
	...LTE_AIRTIME_ASSUMPTIONS,
];
export const NR_ACCESS_ASSUMPTIONS: readonly Assumption[] = [
	{ id: "rrc.link-failure", value: NR.linkFailureMs / 1000, unit: "s", why: "T310 and T311 of the cell together (TS 38.331)" },
	{ id: "rrc.resync", value: NR_RESYNC_MS / 1000, unit: "s", why: "receiver time to find the cell again after a long sleep" },
	{
		id: "nr.connected-drx",
		value: `${NR_CONNECTED_DRX.cycleMs} ms after ${NR_CONNECTED_DRX.afterMs}`,
		unit: "ms",
		why: "long cycle and inactivity timer of TS 38.331; each network sets its own, half a cycle is waited",
	},
	{ id: "nr.sensitivity", value: NR.sensitivityRsrpDbm, unit: "dBm", why: "SS-RSRP below which no cell is found" },
	...NR_AIRTIME_ASSUMPTIONS,
];
