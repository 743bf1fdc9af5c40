/** How far a figure is to be trusted: read in its own source, quoted by another, worked out from such, or nobody's. */
export type FigureTag = "primary" | "secondary" | "derived" | "assumption";

export interface Figure {
	readonly value: number;
	readonly tag: FigureTag;
	/** Where it is from; for an assumption why this value. */
	readonly source: string;
}

/**
 * Currents of a module by state, at its supply voltage. `connected`, `receive`, `search` and `boot` are the whole module's;
 * the others add up: radio and, while the module's own processor runs, `coreActive`.
 */
export interface EnergyProfile {
	readonly id: string;
	readonly supplyVolts: Figure;
	readonly offMicroamps: Figure;
	readonly psmMicroamps: Figure;
	/** Charge of one idle DRX cycle, everything included. */
	readonly pagingMicrocoulombs: Figure;
	/** Average current of eDRX with a cycle of 40.96 s and a window of 2.56 s. */
	readonly edrxMicroamps: Figure;
	/** Processor and UART awake, beside the radio. */
	readonly coreActiveMicroamps: Figure;
	/** Light sleep beyond what the radio state needs. */
	readonly coreSleepMicroamps: Figure;
	readonly bootMicroamps: Figure;
	readonly connectedMicroamps: Figure;
	/** Charge of becoming connected beyond what is on the air: clocks, firmware, finding the cell again. None when absent. */
	readonly connectMicrocoulombs?: Figure;
	readonly receiveMicroamps: Figure;
	readonly transmit: { readonly baseMilliwatts: Figure; readonly amplifierEfficiency: Figure };
}

/** Supply current while sending: what the rest of the module takes plus the radiated power over the amplifier's efficiency. */
export function transmitMicroamps(profile: EnergyProfile, powerDbm: number): number {
	const { baseMilliwatts, amplifierEfficiency } = profile.transmit;
	const milliwatts = baseMilliwatts.value + 10 ** (powerDbm / 10) / amplifierEfficiency.value;
	return (milliwatts / profile.supplyVolts.value) * 1000;
}

export function idleMicroamps(profile: EnergyProfile, drxCycleMs: number): number {
	return (profile.pagingMicrocoulombs.value * 1000) / drxCycleMs;
}

const REFERENCE_CYCLE_MS = 40_960;
const REFERENCE_WINDOW_MS = 2_560;

/** The sleep floor and one wake-up per cycle; a window longer than the reference one adds its paging occasions. */
export function edrxMicroamps(profile: EnergyProfile, cycleMs: number, windowMs: number, drxCycleMs: number): number {
	const floor = profile.psmMicroamps.value;
	const wakeMicrocoulombs = ((profile.edrxMicroamps.value - floor) * REFERENCE_CYCLE_MS) / 1000;
	const extraOccasions = Math.max(0, windowMs - REFERENCE_WINDOW_MS) / drxCycleMs;
	return floor + ((wakeMicrocoulombs + extraOccasions * profile.pagingMicrocoulombs.value) * 1000) / cycleMs;
}

/** The figures of a profile that no document of this very module gives, one line each. */
export function profileAssumptions(profile: EnergyProfile): string[] {
	const lines: string[] = [];
	const add = (name: string, figure: Figure, unit: string): void => {
		if (figure.tag === "assumption" || figure.source.startsWith("other module")) {
			lines.push(`energy.${name}: ${`${figure.value} ${unit}`.trim()} (${figure.source})`);
		}
	};
	add("supply", profile.supplyVolts, "V");
	add("off", profile.offMicroamps, "µA");
	add("psm", profile.psmMicroamps, "µA");
	add("paging", profile.pagingMicrocoulombs, "µC per cycle");
	add("edrx", profile.edrxMicroamps, "µA at 40.96 s");
	add("core-active", profile.coreActiveMicroamps, "µA");
	add("core-sleep", profile.coreSleepMicroamps, "µA");
	add("boot", profile.bootMicroamps, "µA");
	add("connected", profile.connectedMicroamps, "µA");
	if (profile.connectMicrocoulombs) add("connect", profile.connectMicrocoulombs, "µC per connection");
	add("receive", profile.receiveMicroamps, "µA");
	add("transmit-base", profile.transmit.baseMilliwatts, "mW");
	add("amplifier-efficiency", profile.transmit.amplifierEfficiency, "");
	return lines;
}
