import { mix32 } from "../clock/random.js";
import type { Constellation } from "./receiver.js";

/** One satellite as GSV shows it (NMEA 0183). */
export interface Satellite {
	readonly system: Constellation;
	/** Of its system: GPS and BeiDou 1…, GLONASS 65…, Galileo 1…. */
	readonly id: number;
	readonly elevationDegrees: number;
	readonly azimuthDegrees: number;
	/** C/N₀ in dB-Hz; 0: not tracked. */
	readonly carrierToNoise: number;
}

/** Satellites above an open horizon in East Asia: typical counts (assumptions), and the first number of each system in NMEA 0183 4.11. */
const SYSTEMS: Readonly<Record<Constellation, { readonly visible: number; readonly firstId: number; readonly ids: number }>> = {
	gps: { visible: 9, firstId: 1, ids: 32 },
	beidou: { visible: 12, firstId: 1, ids: 60 },
	glonass: { visible: 7, firstId: 65, ids: 24 },
	galileo: { visible: 8, firstId: 1, ids: 36 },
};
/** How long a satellite is kept in view before another takes its place (an assumption; orbits of 12 h give a few hours). */
const PASS_MS = 3 * 3_600_000;

/** What can be seen of these systems now: the same for the same seed and time. */
export function satellitesAt(seed: number, timeMs: number, systems: readonly Constellation[]): Satellite[] {
	return systems.flatMap(system => {
		const { visible, firstId, ids } = SYSTEMS[system];
		const found = new Map<number, Satellite>();
		for (let place = 0; place < visible; place++) {
			// Each place in the sky has its own rhythm, so that they do not all change at once.
			const shift = (place * PASS_MS) / visible;
			const pass = Math.floor((timeMs + shift) / PASS_MS);
			const phase = ((timeMs + shift) % PASS_MS) / PASS_MS;
			const draw = (what: number): number => mix32(seed ^ mix32(pass * 64 + place) ^ mix32(system.charCodeAt(0) * 256 + what)) / 2 ** 32;
			const id = firstId + Math.floor(draw(1) * ids);
			if (found.has(id)) continue;
			const elevationDegrees = Math.round(Math.sin(phase * Math.PI) * (25 + 60 * draw(2)));
			found.set(id, {
				system,
				id,
				elevationDegrees,
				azimuthDegrees: Math.floor((draw(3) * 360 + phase * 90) % 360),
				// Low satellites are heard through more air and more leaves.
				carrierToNoise: elevationDegrees < 5 ? 0 : Math.round(26 + elevationDegrees / 5 + 4 * draw(4)),
			});
		}
		return [...found.values()];
	});
}
