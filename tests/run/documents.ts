import type { RunDocument } from "../../host-sim/run/document.js";

/** A small document of a run, figures chosen to be reckoned in the head. */
export function documentWith(changes: { power?: Partial<RunDocument["power"]> } & Partial<Omit<RunDocument, "power">> = {}): RunDocument {
	return {
		example: "smart-meter",
		driver: "quectel-bc660k",
		persona: "quectel-bc660k",
		engine: "node",
		clock: "virtual",
		seed: 1,
		simulatedSeconds: 36_000,
		wallSeconds: 1,
		readings: { taken: 10, sent: 10, acknowledged: 10, pending: 0, lost: 0, duplicated: 0, retransmitted: 0 },
		network: { rat: "NB-IoT", family: "ipv6", address: "2001:db8::1", registrations: 1 },
		firstAcknowledgedMs: 12_000,
		atCommands: 100,
		recoveries: { resync: 0, functionality: 0, reset: 0, powerCycle: 0 },
		problems: [],
		...changes,
		power: {
			psm: {
				requested: { periodicTauSeconds: 36_000, activeSeconds: 10 },
				granted: { periodicTauSeconds: 36_000, activeSeconds: 10 },
				entered: 3,
			},
			chargeMicroampHours: 100,
			chargePerReportMicroampHours: 20,
			byState: { psm: 10, transmit: 90 },
			byCause: { data: 80, sleep: 10, attach: 10 },
			batteryYears: 12,
			assumptions: [],
			...changes.power,
		},
	};
}
