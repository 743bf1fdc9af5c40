import type { EnergyProfile, Figure } from "../energy/profile.js";
import { edrxMicroamps } from "../energy/profile.js";
import { FIRST_GENERATION, QUECTEL_BC660K } from "../energy/profiles.js";
import type { Check } from "./check.js";
import { RadioBench, RSRP_DBM } from "./radio-bench.js";

const NORDIC = "Nordic nRF9160 product specification, id_current_modem";
const DATASHEET = "Quectel BC660K datasheet as quoted in ugly-duckling-firmware";
const HOUR_MS = 3_600_000;
const WINDOW_MS = 2560;
const SHORT_CYCLE_MS = 81_920;
const LONG_CYCLE_MS = 655_360;
const PSM_MICROAMPS = 2.7;
/** The cycle at which a profile states its eDRX current. */
const PROFILE_CYCLE_MS = 40_960;

/** An nRF9160 that is fitted to its average at the shorter cycle: the longer one is what the model has to find. */
function nrf9160(averageMicroamps: number): EnergyProfile {
	const figure = (value: number): Figure => ({ value, tag: "primary", source: NORDIC });
	const wake = (averageMicroamps - PSM_MICROAMPS) * SHORT_CYCLE_MS;
	return {
		...FIRST_GENERATION,
		id: "nrf9160",
		supplyVolts: figure(3.7),
		psmMicroamps: figure(PSM_MICROAMPS),
		edrxMicroamps: { value: PSM_MICROAMPS + wake / PROFILE_CYCLE_MS, tag: "derived", source: NORDIC },
	};
}

function nordicEdrx(rat: string, short: number, long: number): Check[] {
	const profile = nrf9160(short);
	const at = (cycleMs: number) => edrxMicroamps(profile, cycleMs, WINDOW_MS, 1280);
	const common = { unit: "µA", tag: "primary", source: NORDIC } as const;
	const id = rat.toLowerCase();
	return [
		{
			...common,
			id: `nrf9160.${id}.edrx82`,
			what: `nRF9160 ${rat}, eDRX 81.92 s`,
			model: at(SHORT_CYCLE_MS),
			published: short,
			unjudged: "the model is fitted here",
		},
		{
			...common,
			id: `nrf9160.${id}.edrx655`,
			what: `nRF9160 ${rat}, eDRX 655.36 s, fitted at 81.92 s`,
			model: at(LONG_CYCLE_MS),
			published: long,
			tolerance: 0.1,
			note: "one charge per cycle; a longer sleep costs more to find the cell again, which is not modelled",
		},
	];
}

/** Energy in mJ and time in s of a periodic tracking area update out of PSM. */
function trackingAreaUpdate(rsrpDbm: number): { readonly millijoules: number; readonly seconds: number } {
	const PERIOD_SECONDS = 7200;
	const profile = FIRST_GENERATION;
	const bench = new RadioBench({ profile, rsrpDbm, activeSeconds: 0, periodicTauSeconds: PERIOD_SECONDS });
	const onAir = (): number => bench.millisecondsIn("connected") + bench.millisecondsIn("transmit") + bench.millisecondsIn("receive");
	const before = onAir();
	const charge = bench.chargeOf(PERIOD_SECONDS * 1000) - profile.psmMicroamps.value * PERIOD_SECONDS;
	return { millijoules: (charge / 1000) * profile.supplyVolts.value, seconds: (onAir() - before) / 1000 };
}

function trackingChecks(): Check[] {
	const update = trackingAreaUpdate(RSRP_DBM.ecl0FullPower);
	const boaks = "boaks zephyr-coaps-client, POWERCONSUMPTION.md @cb193e4, nRF9160-DK at 5 V";
	return [
		{
			id: "nrf9160.nb.tau",
			what: "TAU out of PSM, NB-IoT, 23 dBm, ECL 0",
			unit: "mJ",
			model: update.millijoules,
			published: 550,
			tolerance: 0.25,
			tag: "primary",
			source: NORDIC,
			note: "a first-generation device's powers: the nRF9160's own while sending are not in its table",
		},
		{
			id: "nrf9160.nb.tau-time",
			what: "the same, connected time",
			unit: "s",
			model: update.seconds,
			published: 2.7,
			tolerance: 0.25,
			tag: "primary",
			source: NORDIC,
			note: "theirs is the whole event, finding the cell and going to sleep again included",
		},
		{
			id: "boaks.tau",
			what: "TAU out of PSM, NB-IoT, ECL 0 near the cell",
			unit: "mJ",
			model: trackingAreaUpdate(RSRP_DBM.ecl0).millijoules,
			published: 255,
			tag: "primary",
			source: boaks,
			unjudged: "another module and its board, coverage not stated",
		},
		{
			id: "nrf9160.m1.tau",
			what: "TAU out of PSM, LTE-M, 23 dBm",
			unit: "mJ",
			model: undefined,
			published: 105,
			tag: "primary",
			source: NORDIC,
			note: "no module of the simulator has LTE-M",
		},
	];
}

function pagingChecks(): Check[] {
	const idle = (drxCycleMs: number) => {
		const bench = new RadioBench({
			profile: QUECTEL_BC660K,
			rsrpDbm: RSRP_DBM.ecl0,
			cell: { drxCycleMs },
			operator: { t3412Seconds: 864_000 },
		});
		return bench.averageMicroamps(HOUR_MS);
	};
	const edrx = new RadioBench({
		profile: QUECTEL_BC660K,
		rsrpDbm: RSRP_DBM.ecl0,
		edrxCycle: "0011",
		operator: { t3412Seconds: 864_000 },
	});
	const common = { unit: "µA", tag: "secondary", source: DATASHEET } as const;
	const judged = { ...common, tolerance: 0.01 };
	return [
		{
			...judged,
			id: "bc660k.drx1280",
			what: "BC660K idle, DRX 1.28 s",
			model: idle(1280),
			published: 220,
			note: "one charge of 281.6 µC per paging gives both",
		},
		{ ...judged, id: "bc660k.drx2560", what: "BC660K idle, DRX 2.56 s", model: idle(2560), published: 110 },
		{
			...judged,
			id: "bc660k.edrx41",
			what: "BC660K, eDRX 40.96 s",
			model: edrx.averageMicroamps(HOUR_MS),
			published: 38,
			note: "the figure itself, through the network's grant",
		},
	];
}

export function sleepChecks(): Check[] {
	return [...nordicEdrx("NB", 37, 9), ...nordicEdrx("M1", 18, 6), ...trackingChecks(), ...pagingChecks()];
}
