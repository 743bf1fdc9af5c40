import { type EnergyProfile, type Figure, transmitMicroamps } from "../energy/profile.js";
import { FIRST_GENERATION } from "../energy/profiles.js";

/** Powers in mW of a UE with four states, as battery studies give them. */
export interface Powers {
	readonly transmit: number;
	readonly receive: number;
	/** Between receptions. */
	readonly rest: number;
	readonly floor: number;
}

/** TR 45.820's by the reading of others; the model of Lauridsen et al. by the middle of its ranges. */
export const THREE_GPP: Powers = { transmit: 545, receive: 90, rest: 3, floor: 0.015 };
export const LAURIDSEN: Powers = { transmit: 775, receive: 225, rest: 22, floor: 0.025 };

const VOLTS = 3.6;
const FULL_POWER_DBM = 23;

/** The same as a profile of the model: the sum sent at 23 dBm is the given one, so it holds where the UE is at full power. */
export function powersProfile(id: string, powers: Powers): EnergyProfile {
	const current = (milliwatts: number): Figure => ({ value: (milliwatts / VOLTS) * 1000, tag: "secondary", source: id });
	const efficiency = FIRST_GENERATION.transmit.amplifierEfficiency;
	const amplifier = 10 ** (FULL_POWER_DBM / 10) / efficiency.value;
	return {
		...FIRST_GENERATION,
		id,
		supplyVolts: { value: VOLTS, tag: "assumption", source: "powers are given, the voltage divides out" },
		psmMicroamps: current(powers.floor),
		connectedMicroamps: current(powers.rest),
		receiveMicroamps: current(powers.receive),
		transmit: { baseMilliwatts: { value: powers.transmit - amplifier, tag: "derived", source: id }, amplifierEfficiency: efficiency },
	};
}

export function transmitMilliwatts(profile: EnergyProfile): number {
	return (transmitMicroamps(profile, FULL_POWER_DBM) * profile.supplyVolts.value) / 1000;
}
