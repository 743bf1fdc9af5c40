import { describe, expect, test } from "vitest";
import { driverEntry, findExample } from "../../host-sim/cli/registry.js";
import { nodeEngine } from "../../host-sim/engine/node.js";
import { xsEngine } from "../../host-sim/engine/xs.js";
import { personas } from "../../host-sim/persona/index.js";
import type { RunOptions } from "../../host-sim/run/options.js";
import { type RunResult, run } from "../../host-sim/run/run.js";
import type { Scenario } from "../../host-sim/scenario/scenario.js";
import { hasXs } from "../xs/engine-here.js";

const DAY_MS = 86_400_000;
const cat1 = ["quectel-ec800m", "cmcc-ml307r", "simcom-a7670", "openluat-air780e"];

/** The tracker in virtual time, over the driver and persona of one name, along its own route. */
function track(id: string, options: Partial<RunOptions> = {}): Promise<RunResult> {
	const example = findExample("tracker");
	return run({
		example,
		driver: driverEntry(id),
		driverId: id,
		persona: personas.find(persona => persona.id === id),
		port: undefined,
		engine: nodeEngine,
		clock: "virtual",
		forMs: 7 * DAY_MS,
		scenario: undefined,
		seed: 3,
		apn: undefined,
		pin: undefined,
		server: undefined,
		farEnd: "mqtt",
		route: example.defaults.route,
		meter: undefined,
		simulatedMeter: undefined,
		traced: false,
		...options,
	});
}
const overJt808 = { farEnd: "jt808", uplink: "jt808", serverPort: 7611 } as const;

function complete({ document, world }: RunResult): void {
	const { taken, acknowledged, pending, lost, duplicated } = document.readings;
	expect({ lost, duplicated }).toEqual({ lost: 0, duplicated: 0 });
	expect(acknowledged + pending).toBe(taken);
	const { positions } = world;
	expect(positions?.counters).toMatchObject({ duplicated: 0, conflicting: 0, outOfOrder: 0 });
	const numbers = (positions?.positions ?? []).map(({ sequence }) => sequence).sort((a, b) => a - b);
	// Nothing between the first and the last is missing at the server.
	expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => (numbers[0] as number) + i));
}
/** As {@link complete}, and nothing went wrong on the way. */
function flawless(result: RunResult): void {
	complete(result);
	expect(result.document.problems).toEqual([]);
}

describe("a week on the road, whatever the module", () => {
	test.each(cat1)(
		"%s",
		async id => {
			const result = await track(id);
			complete(result);
			// Seven drives of half an hour, a position every half minute, and one an hour while parked.
			expect(result.document.readings.taken).toBeGreaterThan(400);
			expect(result.document.readings.pending).toBeLessThanOrEqual(2);
			expect(result.document.network).toMatchObject({ rat: "LTE", family: "ipv6" });
		},
		120_000,
	);

	test("the same seed gives the same positions, and another seed others", async () => {
		const places = async (seed: number) => {
			const { world } = await track("quectel-ec800m", { seed, forMs: DAY_MS });
			return world.positions?.positions.map(({ latitude, longitude, utcMs }) => `${latitude} ${longitude} ${utcMs}`);
		};
		const first = await places(3);
		expect(await places(3)).toEqual(first);
		expect(await places(4)).not.toEqual(first);
	}, 60_000);
});

describe("JT/T 808 as the other uplink", () => {
	test.each(cat1)(
		"%s",
		async id => {
			flawless(await track(id, { ...overJt808, forMs: 2 * DAY_MS }));
		},
		60_000,
	);
});

/** No coverage for twenty minutes of the first drive, which begins at eight. */
const tunnelOfAnHour: Scenario = {
	title: "no coverage in the middle of the drive",
	steps: [
		{ at: "PT8H5M", do: { coverage: { rsrpDbm: -150 } } },
		{ at: "PT8H25M", do: { coverage: { rsrpDbm: -95 } } },
	],
	expect: [],
} as unknown as Scenario;

describe("without coverage", () => {
	test.each([
		["mqtt", {}],
		["jt808", overJt808],
	] as const)(
		"over %s positions are kept; when it is back the live one goes first, and the history behind it in order",
		async (_name, options) => {
			const result = await track("quectel-ec800m", { ...options, forMs: DAY_MS, scenario: tunnelOfAnHour });
			complete(result);
			const back = 8 * 3_600_000 + 25 * 60_000;
			const after = (result.world.positions?.positions ?? []).filter(({ receivedMs }) => receivedMs > back);
			const history = after.filter(({ kind }) => kind === "history");
			expect(history.length).toBeGreaterThan(10);
			expect(after[0]?.kind).toBe("live");
			expect(after[0]?.sequence).toBeGreaterThan(history[0]?.sequence as number);
			const numbers = history.map(({ sequence }) => sequence);
			expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
		},
		60_000,
	);
});

describe.runIf(hasXs)("on the XS engine", () => {
	test("a day's positions are the same as on Node", async () => {
		const [node, xs] = [
			await track("quectel-ec800m", { forMs: DAY_MS }),
			await track("quectel-ec800m", { forMs: DAY_MS, engine: xsEngine }),
		];
		flawless(xs);
		expect(xs.world.positions?.positions).toEqual(node.world.positions?.positions);
		expect(xs.document.atCommands).toBe(node.document.atCommands);
	}, 120_000);
});
