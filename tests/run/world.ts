import { driverEntry, findExample } from "../../host-sim/cli/registry.js";
import { nodeEngine } from "../../host-sim/engine/node.js";
import quectelBc660k from "../../host-sim/persona/quectel-bc660k.js";
import type { RunOptions } from "../../host-sim/run/options.js";
import { type RunResult, run } from "../../host-sim/run/run.js";

export const DAY_MS = 86_400_000;

/** The smart meter in virtual time, on the persona and driver of the BC660K. */
export function runMeter(options: Partial<RunOptions> = {}): Promise<RunResult> {
	return run({
		example: findExample("smart-meter"),
		driver: driverEntry("quectel-bc660k"),
		driverId: "quectel-bc660k",
		persona: quectelBc660k,
		port: undefined,
		engine: nodeEngine,
		clock: "virtual",
		forMs: 3 * DAY_MS,
		scenario: undefined,
		seed: 7,
		apn: undefined,
		pin: undefined,
		server: undefined,
		meter: undefined,
		simulatedMeter: "cjt188",
		traced: false,
		...options,
	});
}

/** A run's document without what differs from machine to machine and from engine to engine. */
export function comparable({ document }: RunResult): Record<string, unknown> {
	const { wallSeconds: _wallSeconds, engine: _engine, xs: _xs, ...rest } = document;
	return rest;
}

/** What the server got, in the order of the readings: identifier, values, and the time they were stamped with. */
export function collected({ world }: RunResult): unknown[] {
	return [...(world.collector?.readings ?? [])]
		.sort((a, b) => a.sequence - b.sequence)
		.map(({ sequence, utcSeconds, clock, values }) => ({ sequence, utcSeconds, clock, values }));
}
