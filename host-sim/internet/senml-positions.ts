import { type CollectedReading, readingsOf } from "./collector.js";
import type { CollectedPosition } from "./positions.js";
import { readSenml } from "./senml.js";

/** The device's name is the base name without the stroke that parts it from the names of its records. */
function deviceOf(baseName: string): string {
	return baseName.replace(/[/:]$/, "");
}
function numberOf(reading: CollectedReading, name: string): number | undefined {
	const found = reading.values[name]?.value;
	return found === undefined || typeof found === "boolean" ? undefined : Number(found);
}

/** Positions of a tracker's SenML pack: records `lat`, `lon`, `speed`, `live` and `sos` after each `seq`. @throws SenmlError */
export function positionsOf(payload: Uint8Array, receivedMs: number, utcMs: number): CollectedPosition[] {
	return readingsOf(readSenml(payload), receivedMs).map(reading => ({
		device: deviceOf(reading.device),
		sequence: reading.sequence,
		latitude: numberOf(reading, "lat"),
		longitude: numberOf(reading, "lon"),
		speedMetresPerSecond: numberOf(reading, "speed"),
		utcMs:
			reading.utcSeconds !== undefined
				? Math.round(reading.utcSeconds * 1000)
				: reading.ageSeconds === undefined
					? undefined
					: utcMs - Math.round(reading.ageSeconds * 1000),
		kind: reading.values.live?.value === true ? "live" : "history",
		alarm: reading.values.sos?.value === true,
		receivedMs,
	}));
}
