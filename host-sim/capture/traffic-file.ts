import type { CaptureOptions } from "./capture.js";
import type { Traffic } from "./traffic.js";

/** Beside a run's report. */
export const TRAFFIC_FILE = "traffic.json";

export interface TrafficMaterial extends CaptureOptions {
	readonly traffic: readonly Traffic[];
}

export function trafficText(material: TrafficMaterial): string {
	const traffic = material.traffic.map(entry => ({ ...entry, bytes: Buffer.from(entry.bytes).toString("base64") }));
	return `${JSON.stringify({ ...material, traffic })}\n`;
}

/** @throws SyntaxError where the text is no such file */
export function readTraffic(text: string): TrafficMaterial {
	const read = JSON.parse(text) as { traffic?: (Omit<Traffic, "bytes"> & { bytes: string })[] } & CaptureOptions;
	if (!Array.isArray(read.traffic) || typeof read.startUtcMs !== "number") throw new SyntaxError("no traffic of a run");
	return { ...read, traffic: read.traffic.map(entry => ({ ...entry, bytes: new Uint8Array(Buffer.from(entry.bytes, "base64")) })) };
}
