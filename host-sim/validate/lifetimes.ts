import { type Battery, chargeYears, LITHIUM_C_CELL } from "../energy/battery.js";
import type { EnergyProfile } from "../energy/profile.js";
import type { Check } from "./check.js";
import { LAURIDSEN, powersProfile, THREE_GPP, transmitMilliwatts } from "./powers.js";
import { RadioBench, RSRP_DBM } from "./radio-bench.js";

const VOLTS = 3.6;
const DAY_MS = 86_400_000;
const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3600;

/** A cell of so many watt hours that neither leaks nor ages, as the studies reckon. */
export function idealCell(wattHours: number): Battery {
	return {
		...LITHIUM_C_CELL,
		id: `${wattHours} Wh`,
		capacityMilliampHours: (wattHours / VOLTS) * 1000,
		usableShare: 1,
		selfDischargePerYear: 0,
	};
}

const FIVE_WATT_HOURS = idealCell(5);

/** One bench per profile and place: a message costs the same however often it is sent. */
function averageMicroamps(bench: RadioBench, profile: EnergyProfile, bytes: number, everySeconds: number): number {
	const joules = bench.messageJoules(bytes, 1);
	return profile.psmMicroamps.value + ((joules / VOLTS) * 1e6) / everySeconds;
}

const BOOK = "Sauter, From GSM to LTE-Advanced Pro and 5G, p. 318, quoting TR 45.820 7.3.6.4";
const ABSTRACT = "Lauridsen et al. 2018, abstract";
const UNCONFIRMED = "the coupling loss of the publication is unconfirmed; ours is ECL 2";

export function lifetimeChecks(): Check[] {
	const threeGpp = powersProfile("3gpp", THREE_GPP);
	const measured = powersProfile("lauridsen", LAURIDSEN);
	const asleep = new RadioBench({ profile: threeGpp, rsrpDbm: RSRP_DBM.ecl0, activeSeconds: 0 });
	const deep = (profile: EnergyProfile) => new RadioBench({ profile, rsrpDbm: RSRP_DBM.ecl2, activeSeconds: 0 });
	const [deepThreeGpp, deepMeasured] = [deep(threeGpp), deep(measured)];
	const years = (bench: RadioBench, profile: EnergyProfile, bytes: number, every: number) =>
		chargeYears(FIVE_WATT_HOURS, averageMicroamps(bench, profile, bytes, every));
	const cut = (bytes: number, every: number) =>
		100 * (1 - years(deepMeasured, measured, bytes, every) / years(deepThreeGpp, threeGpp, bytes, every));
	const shortened = (id: string, what: string, every: number): Check => ({
		id: `lauridsen.${id}`,
		what: `life shorter by measured powers than by 3GPP's, 200 B each ${what}, ECL 2`,
		unit: "%",
		model: cut(200, every),
		published: [21, 85],
		tag: "primary",
		source: ABSTRACT,
	});
	return [
		{
			id: "floor",
			what: "life in PSM alone, 15 µW, 5 Wh",
			unit: "years",
			model: chargeYears(FIVE_WATT_HOURS, asleep.averageMicroamps(DAY_MS)),
			published: 38.05,
			tolerance: 0.001,
			tag: "derived",
			source: BOOK,
		},
		{
			id: "tr45820.2h",
			what: "life, 200 B each 2 h, 5 Wh, 3GPP's powers",
			unit: "years",
			model: years(deepThreeGpp, threeGpp, 200, 2 * HOUR_SECONDS),
			published: 1.7,
			tag: "secondary",
			source: BOOK,
			unjudged: UNCONFIRMED,
		},
		{
			id: "tr45820.1d",
			what: "life, 50 B each day, 5 Wh, 3GPP's powers",
			unit: "years",
			model: years(deepThreeGpp, threeGpp, 50, DAY_SECONDS),
			published: 18.1,
			tag: "secondary",
			source: BOOK,
			unjudged: UNCONFIRMED,
		},
		{
			id: "lauridsen.transmit",
			what: "power sending at 23 dBm, first-generation device",
			unit: "mW",
			model: transmitMilliwatts(measured),
			published: [710, 840],
			tag: "primary",
			source: ABSTRACT,
			note: "the model was given the middle of the range",
		},
		shortened("2h", "2 h", 2 * HOUR_SECONDS),
		shortened("8h", "8 h", 8 * HOUR_SECONDS),
		shortened("1d", "day", DAY_SECONDS),
	];
}
