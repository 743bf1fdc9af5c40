import { cjt188Types, createCjt188Meter } from "./cjt188.js";
import { createDlt645Meter } from "./dlt645.js";
import type { Meter, MeterOptions } from "./meter.js";

/** Kinds of simulated meters: what an example's description and the command line name. */
export const meterKinds = ["cjt188", "cjt188-gas", "dlt645"] as const;
export type MeterKind = (typeof meterKinds)[number];

export function isMeterKind(kind: string): kind is MeterKind {
	return (meterKinds as readonly string[]).includes(kind);
}

export function createMeter(kind: MeterKind, options: MeterOptions): Meter {
	if (kind === "dlt645") return createDlt645Meter(options);
	return createCjt188Meter({ ...options, type: kind === "cjt188-gas" ? cjt188Types.gas : cjt188Types.coldWater });
}
