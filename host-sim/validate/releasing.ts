import { chargeYears } from "../energy/battery.js";
import type { EnergyProfile } from "../energy/profile.js";
import { CAT1, FIRST_GENERATION, FIRST_GENERATION_CAT1 } from "../energy/profiles.js";
import type { Check } from "./check.js";
import { idealCell } from "./lifetimes.js";
import { RadioBench, RSRP_DBM } from "./radio-bench.js";

const DAYS_PER_YEAR = 365;
const MINUTE_MS = 60_000;
const LUAT = "luatdoc.papapoi.com/2081: three modules, TCP heartbeat each minute";
const REDCAP = "Jorke, Schippers, Wietfeld, CCNC 2025";

function assistanceChecks(): Check[] {
	const bench = () => new RadioBench({ profile: FIRST_GENERATION, rsrpDbm: RSRP_DBM.ecl1, activeSeconds: 0 });
	const kept = bench().messageJoules(200, 0);
	const released = bench().messageJoules(200, 1);
	const near = new RadioBench({ profile: FIRST_GENERATION, rsrpDbm: RSRP_DBM.ecl0, activeSeconds: 0 });
	return [
		{
			id: "rai.nb",
			what: "saved by release assistance, NB-IoT, 200 B, ECL 1, 20 s tail",
			unit: "%",
			model: 100 * (1 - released / kept),
			published: 93,
			tolerance: 0.05,
			tag: "secondary",
			source: "u-blox application note 2018, cited by Robinson 2019",
			note: `93 % goes with a message of 0.27 J; air times measured at ECL 1 make one of ${released.toFixed(2)} J`,
		},
		{
			id: "rai.message",
			what: "one message of 200 B with release assistance, NB-IoT, ECL 0 near the cell",
			unit: "J",
			model: near.messageJoules(200, 1),
			published: 0.351,
			tag: "primary",
			source: "boaks zephyr-coaps-client, POWERCONSUMPTION.md @cb193e4, nRF9160-DK at 5 V",
			unjudged: "another module and its board, coverage not stated",
		},
	];
}

function heartbeatChecks(): Check[] {
	const bench = (profile: EnergyProfile) =>
		new RadioBench({ profile, tier: "cat1", rsrpDbm: RSRP_DBM.ecl0, operator: { t3412Seconds: 864_000 } });
	const average = (rai: 0 | 2) => bench(FIRST_GENERATION_CAT1).heartbeatMicroamps(100, rai, MINUTE_MS) / 1000;
	const [ordinary, fast] = [average(0), average(2)];
	const common = { tag: "primary", source: LUAT } as const;
	return [
		{
			...common,
			id: "cat1.saved",
			what: "saved by fast release, early Cat.1, 100 B and its answer each minute",
			unit: "%",
			model: 100 * (1 - fast / ordinary),
			published: [47, 61],
		},
		{
			...common,
			id: "cat1.ordinary",
			what: "the same, average without it",
			unit: "mA",
			model: ordinary,
			published: [8.29, 10.17],
			note: "the current while connected is worked out from the difference to the next line; 10 s of it are assumed",
		},
		{
			...common,
			id: "cat1.fast",
			what: "the same, average with it",
			unit: "mA",
			model: fast,
			published: [3.76, 4.41],
			tolerance: 0.05,
			note: "what a connection costs beside its air time (100 mC) is the mean of these three networks: air times and currents alone make 14 of 114 mC",
		},
		{
			id: "cat1.today",
			what: "today's Cat.1 asleep and online, 100 B and its answer each 5 minutes, fast release",
			unit: "mA",
			model: bench(CAT1).heartbeatMicroamps(100, 2, 5 * MINUTE_MS) / 1000,
			published: 0.5,
			tolerance: 0.02,
			tag: "primary",
			source: "docs.openluat.com, Air780EQ, low-power page",
			note: "the charge of paging is worked out from this line; that the module releases at once is assumed, an ordinary release makes more than three times as much",
		},
	];
}

function redCapChecks(): Check[] {
	const years = chargeYears(idealCell(37), (21.9 / 3.6) * 1000);
	return [
		{
			id: "redcap.edrx",
			what: "RedCap in eDRX alone, 21.9 mW, 37 Wh",
			unit: "days",
			model: years * DAYS_PER_YEAR,
			published: 70,
			tolerance: 0.02,
			tag: "primary",
			source: REDCAP,
			note: "the battery's arithmetic; the simulator's RedCap profile is not held against it",
		},
		{
			id: "redcap.rai",
			what: "RedCap life longer by release assistance, 3750 B each 30 s",
			unit: "%",
			model: undefined,
			published: [0, 88],
			tag: "primary",
			source: "Jorke et al. 2025, Filling a Gap?",
			note: "NR's radio is not modelled",
		},
	];
}

export function releaseChecks(): Check[] {
	return [...assistanceChecks(), ...heartbeatChecks(), ...redCapChecks()];
}
