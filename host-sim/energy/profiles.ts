import type { Tier } from "../network/words.js";
import type { EnergyProfile, Figure, FigureTag } from "./profile.js";

function figure(value: number, tag: FigureTag, source: string): Figure {
	return { value, tag, source };
}

const LAURIDSEN = "Lauridsen et al. 2018, abstract: middle of two first-generation NB-IoT devices";
const DATASHEET = "Quectel datasheet as quoted in ugly-duckling-firmware's NB-IoT specification";

/** 775 mW at 23 dBm (199.5 mW) and an efficiency of 37 %: what is left is the rest of the device. */
const TRANSMIT_BASE_MILLIWATTS = 236;

export const QUECTEL_BC660K: EnergyProfile = {
	id: "quectel-bc660k",
	supplyVolts: figure(3.6, "assumption", "a lithium thionyl chloride cell under light load; currents of milliwatt figures depend on it"),
	offMicroamps: figure(0, "assumption", "leakage of a module that is switched off"),
	psmMicroamps: figure(0.8, "secondary", DATASHEET),
	pagingMicrocoulombs: figure(281.6, "derived", `220 µA at 1.28 s and 110 µA at 2.56 s, ECL 0: ${DATASHEET}`),
	edrxMicroamps: figure(38, "secondary", `40.96 s, ECL 0: ${DATASHEET}`),
	coreActiveMicroamps: figure(5600, "primary", "other module: SIM7020E idle, SIM7020 Hardware Design V1.02 table 30, 3.3 V"),
	coreSleepMicroamps: figure(0, "assumption", "the datasheet's idle figures hold the light sleep"),
	bootMicroamps: figure(15_000, "assumption", "below the 19 mA a whole board takes with its module awake"),
	connectedMicroamps: figure(15_600, "derived", "idle + 10 mA, measured on a BC660K board, over the idle current of another module"),
	receiveMicroamps: figure(62_500, "primary", `other module: 225 mW at 3.6 V, ${LAURIDSEN}`),
	transmit: {
		baseMilliwatts: figure(TRANSMIT_BASE_MILLIWATTS, "derived", `other module: 775 mW at 23 dBm less the amplifier, ${LAURIDSEN}`),
		amplifierEfficiency: figure(0.37, "primary", `other module: ${LAURIDSEN}`),
	},
};

const BC660K_DATASHEET = `other module: BC660K, ${DATASHEET}`;

/** The receive current is the BC95-G's own; what Robinson measured is its predecessor, the BC95. */
export const QUECTEL_BC95: EnergyProfile = {
	id: "quectel-bc95",
	supplyVolts: figure(3.6, "secondary", "Quectel BC95-G NB-IoT Specification V1.1, at which it gives its currents"),
	offMicroamps: figure(0, "assumption", "leakage of a module that is switched off"),
	psmMicroamps: figure(4.2, "primary", "other module: BC95, Robinson 2019, bench multimeter"),
	pagingMicrocoulombs: figure(281.6, "secondary", BC660K_DATASHEET),
	edrxMicroamps: figure(38, "secondary", BC660K_DATASHEET),
	coreActiveMicroamps: figure(5600, "primary", "other module: SIM7020E idle, SIM7020 Hardware Design V1.02 table 30, 3.3 V"),
	coreSleepMicroamps: figure(0, "assumption", "as the BC660K"),
	bootMicroamps: figure(15_000, "assumption", "as the BC660K"),
	connectedMicroamps: figure(50_000, "primary", "other module: BC95, average in the connected tail, Robinson 2019, oscilloscope"),
	receiveMicroamps: figure(50_000, "secondary", "typical, Quectel BC95-G NB-IoT Specification V1.1"),
	transmit: {
		baseMilliwatts: figure(TRANSMIT_BASE_MILLIWATTS, "derived", `other module: 775 mW at 23 dBm less the amplifier, ${LAURIDSEN}`),
		amplifierEfficiency: figure(0.37, "primary", `other module: ${LAURIDSEN}`),
	},
};

/** An early NB-IoT device, to check the model against published results; its connected time is the measured C-DRX tail. */
export const FIRST_GENERATION: EnergyProfile = {
	id: "first-generation-nbiot",
	supplyVolts: figure(3.6, "assumption", "the voltage of the tail measurement"),
	offMicroamps: figure(0, "assumption", "leakage of a module that is switched off"),
	psmMicroamps: figure(25 / 3.6, "primary", `25 µW: ${LAURIDSEN}`),
	pagingMicrocoulombs: figure(281.6, "secondary", `other module: BC660K, ${DATASHEET}`),
	edrxMicroamps: figure(38, "secondary", `other module: BC660K, ${DATASHEET}`),
	coreActiveMicroamps: figure(22_000 / 3.6, "primary", `22 mW between receptions: ${LAURIDSEN}`),
	coreSleepMicroamps: figure(0, "assumption", "as the BC660K"),
	bootMicroamps: figure(15_000, "assumption", "as the BC660K"),
	connectedMicroamps: figure(50_000, "primary", "average in the connected tail: Robinson 2019, oscilloscope, SARA-N2 and BC95"),
	receiveMicroamps: figure(62_500, "primary", `225 mW: ${LAURIDSEN}`),
	transmit: {
		baseMilliwatts: figure(TRANSMIT_BASE_MILLIWATTS, "derived", `775 mW at 23 dBm less the amplifier: ${LAURIDSEN}`),
		amplifierEfficiency: figure(0.37, "primary", LAURIDSEN),
	},
};

const LUAT = "luatdoc.papapoi.com/2081";
const AIR780 = "Air780EQ at 3.8 V, docs.openluat.com, low-power page";

/**
 * A Cat.1 module in general: no document of the simulated ones could be read, so every figure is another module's or an assumption.
 * 3.8 V because the figures were measured there.
 */
export const CAT1: EnergyProfile = {
	id: "cat1",
	supplyVolts: figure(3.8, "primary", `other module: ${AIR780}`),
	offMicroamps: figure(0, "assumption", "leakage of a module that is switched off"),
	psmMicroamps: figure(3, "primary", `other module: offline, ${AIR780}`),
	pagingMicrocoulombs: figure(
		580.5,
		"derived",
		`other module: 0.5 mA online at 1.28 s, less the heartbeat every 5 minutes that it includes (14 mC as reckoned here), ${AIR780}`,
	),
	edrxMicroamps: figure(60, "assumption", "two paging occasions of 40.96 s and as much again to find the cell"),
	coreActiveMicroamps: figure(6_500, "derived", `other module: 7 mA normal online less the radio's 0.5 mA, ${AIR780}`),
	coreSleepMicroamps: figure(0, "assumption", "the online figure holds the light sleep"),
	bootMicroamps: figure(60_000, "assumption", "below what it takes while it receives"),
	connectedMicroamps: figure(
		35_000,
		"derived",
		`other module: 334 mC between an ordinary and a fast release, ${LUAT} (Unicom), over 10 s that are assumed, and the sleep current`,
	),
	receiveMicroamps: figure(90_000, "assumption", "no document read says it"),
	transmit: {
		baseMilliwatts: figure(1_361, "assumption", "500 mA at 23 dBm in all, below the 600 to 700 mA of a Cat.4 device (CCIOT 2024, table 7)"),
		amplifierEfficiency: figure(0.37, "primary", `other module: ${LAURIDSEN}`),
	},
};

/**
 * An early Cat.1 module, to check the model against what was measured of it in three networks, with a TCP heartbeat each minute: 493, 456 and
 * 335 mC for one beyond sleep, 119, 122 and 102 mC where the connection is released at once. The figures of the second network are taken.
 */
export const FIRST_GENERATION_CAT1: EnergyProfile = {
	...CAT1,
	id: "first-generation-cat1",
	pagingMicrocoulombs: figure(1_720 * 1.28, "derived", `1.72 mA asleep and online, ${LUAT}; that the cycle is 1.28 s is assumed`),
	coreActiveMicroamps: figure(11_980 - 1_720, "derived", `11.98 mA idle and 1.72 mA asleep, ${LUAT}`),
	connectedMicroamps: figure(35_000, "derived", `334 mC between an ordinary and a fast release, ${LUAT}, over 10 s that are assumed`),
	connectMicrocoulombs: figure(
		100_000,
		"derived",
		`114 mC for a heartbeat with fast release, mean of three networks, ${LUAT}, less the 14 mC that air times and currents here make of it; today's modules take less: with 0.3 mA (Air780EPS) all of five minutes is 90 mC`,
	),
};

const JORKE = "Jorke et al., CCNC 2025, on an RG255C";

/**
 * A RedCap module in general. Two sources disagree about sleep (21.9 mW in eDRX here, 1.1 mA in CCIOT 2024): the one whose device is known counts.
 * Milliwatts are turned into current at 3.8 V.
 */
export const REDCAP: EnergyProfile = {
	id: "redcap",
	supplyVolts: figure(3.8, "assumption", "the voltage of CCIOT 2024's measurements; the milliwatt figures are divided by it"),
	offMicroamps: figure(0, "assumption", "leakage of a module that is switched off"),
	psmMicroamps: figure(5_700, "assumption", "5GS has no PSM: below what it takes in eDRX, and on LTE no document says it"),
	pagingMicrocoulombs: figure(7_680, "assumption", "6 mA at a cycle of 1.28 s, a little more than in eDRX"),
	edrxMicroamps: figure(5_763, "derived", `21.9 mW, nearly the same idle and inactive, ${JORKE}`),
	coreActiveMicroamps: figure(10_000, "assumption", "a larger processor than Cat.1's 6.5 mA"),
	coreSleepMicroamps: figure(0, "assumption", "the eDRX figure holds the light sleep"),
	bootMicroamps: figure(80_000, "assumption", "below what it takes while it receives"),
	connectedMicroamps: figure(66_474, "derived", `252.6 mW without data until the inactivity timer, ${JORKE}`),
	receiveMicroamps: figure(96_395, "derived", `366.3 mW, ${JORKE}`),
	transmit: {
		baseMilliwatts: figure(1_342, "assumption", "about 495 mA at 23 dBm in all: middle of 470 to 520 mA at 2.1 GHz (CCIOT 2024, table 7)"),
		amplifierEfficiency: figure(0.37, "primary", `other module: ${LAURIDSEN}`),
	},
};

const OWN_PROFILES = [QUECTEL_BC660K, QUECTEL_BC95] as const;
const TIER_PROFILES: Readonly<Record<Tier, EnergyProfile>> = { nbiot: QUECTEL_BC660K, cat1: CAT1, redcap: REDCAP };

/** A module without a profile of its own is reckoned as another one of its tier, and the report says so. */
export function energyProfile(personaId: string, tier: Tier = "nbiot"): { readonly profile: EnergyProfile; readonly borrowed: boolean } {
	const own = OWN_PROFILES.find(profile => profile.id === personaId);
	return { profile: own ?? TIER_PROFILES[tier], borrowed: own === undefined };
}
