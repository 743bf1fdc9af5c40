import { describe, expect, test } from "vitest";
import { findExample, findPersona, ownDriverEntry } from "../../host-sim/cli/registry.js";
import { nodeEngine } from "../../host-sim/engine/node.js";
import type { CollectedPosition } from "../../host-sim/internet/positions.js";
import type { RunOptions } from "../../host-sim/run/options.js";
import { type RunResult, run } from "../../host-sim/run/run.js";
import type { Scenario, Step } from "../../host-sim/scenario/scenario.js";

const HOUR = 3_600_000;
const SECONDS = 1000;
/** The vehicle of the route leaves at eight. */
const DEPARTURE = 8 * HOUR;

interface Told {
	readonly timeMs: number;
	readonly event: string;
	readonly data: Record<string, any>;
}

interface Drive {
	readonly result: RunResult;
	readonly told: readonly Told[];
	readonly positions: readonly CollectedPosition[];
	of(event: string): Told[];
}

async function drive(steps: readonly Step[], options: Partial<RunOptions> & { readonly module?: string } = {}): Promise<Drive> {
	const { module = "quectel-ec800m", ...rest } = options;
	const example = findExample("tracker");
	const told: Told[] = [];
	const scenario: Scenario = { title: "test", steps, expect: [] };
	const result = await run({
		example,
		driver: ownDriverEntry(module),
		driverId: module,
		persona: await findPersona(module),
		port: undefined,
		engine: nodeEngine,
		clock: "virtual",
		forMs: 9 * HOUR,
		scenario,
		seed: 3,
		apn: undefined,
		pin: undefined,
		server: undefined,
		farEnd: "mqtt",
		route: example.defaults.route,
		meter: undefined,
		simulatedMeter: undefined,
		traced: false,
		onEvent: (timeMs, event, data) => told.push({ timeMs, event, data }),
		...rest,
	});
	expect(result.failure).toBe(undefined);
	const positions = result.world.positions!.positions;
	return { result, told, positions, of: event => told.filter(entry => entry.event === event) };
}

const jt808 = { farEnd: "jt808", uplink: "jt808", serverPort: 7611 } as const;
const uplinks: [string, Partial<RunOptions>][] = [
	["MQTT", {}],
	["JT/T 808", jt808],
];

function expectAllThere({ result, positions }: Drive): void {
	const { taken, acknowledged, pending, lost, duplicated } = result.document.readings;
	expect({ acknowledged, pending, lost, duplicated }).toEqual({ acknowledged: taken, pending: 0, lost: 0, duplicated: 0 });
	expect(result.world.positions!.counters).toMatchObject({ accepted: taken, duplicated: 0, conflicting: 0, outOfOrder: 0 });
	expect(positions.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(Array.from({ length: taken }, (_, index) => index + 1));
}

describe.each(uplinks)("a day's drive over %s", (_name, uplink) => {
	test("parked once an hour, under way every 30 seconds and where it leaves and enters a fence, and parked again", async () => {
		const it = await drive([], uplink);
		expectAllThere(it);
		const taken = it.of("reading");
		const parked = taken.filter(({ timeMs }) => timeMs < DEPARTURE);
		expect(parked.map(({ timeMs }) => Math.floor(timeMs / HOUR))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
		const underWay = taken.filter(({ data }) => data.why === "interval");
		expect(underWay.length).toBeGreaterThan(40);
		for (let index = 1; index < underWay.length; index++)
			expect(Math.round(underWay[index].timeMs - underWay[index - 1].timeMs)).toBeGreaterThanOrEqual(30 * SECONDS);
		expect(it.of("geofence").map(({ data }) => [data.name, data.entered])).toEqual([
			["depot", false],
			["depot", true],
		]);
		// It stands for some minutes where it delivers.
		expect(it.of("mode").map(({ data }) => data.parked)).toEqual([false, true, false, true]);
	});

	test("after ten minutes without coverage the newest comes first, live, and then the others in order", async () => {
		const backMs = DEPARTURE + 13 * 60 * SECONDS;
		const it = await drive(
			[
				{ at: "PT8H3M", do: { cell: "off" } },
				{ at: "PT8H13M", do: { cell: "on" } },
			],
			uplink,
		);
		expectAllThere(it);
		const late = it.positions.filter(({ receivedMs }) => receivedMs > backMs);
		const [first] = late;
		const newest = it.of("reading").filter(({ timeMs }) => timeMs <= first.receivedMs);
		expect(first.kind).toBe("live");
		expect(first.sequence).toBe(newest[newest.length - 1].data.id);
		const history = late.filter(({ kind }) => kind === "history").map(({ sequence }) => sequence);
		expect(history.length).toBeGreaterThan(15);
		expect(history).toEqual([...history].sort((a, b) => a - b));
		expect(history[history.length - 1]).toBeLessThan(first.sequence + 5);
	});

	test("started anew twice on its way it loses none and gives no number twice", async () => {
		const it = await drive([], { ...uplink, restartsMs: [DEPARTURE + 302 * SECONDS, DEPARTURE + 605_500] });
		expectAllThere(it);
	});

	test("a server that is away is tried less and less often, and gets everything when it is back", async () => {
		const it = await drive(
			[
				{ at: "PT8H2M", do: { server: "off" } },
				{ at: "PT11H", do: { server: "on" } },
			],
			{ ...uplink, forMs: 13 * HOUR },
		);
		expectAllThere(it);
		const tries = it.of("uplink").filter(({ timeMs, data }) => data.open === false && timeMs > DEPARTURE && timeMs < 11 * HOUR);
		expect(tries.length).toBeGreaterThan(5);
		expect(tries.length).toBeLessThan(25);
		expect(it.result.document.recoveries).toMatchObject({ functionality: 0, reset: 0, powerCycle: 0 });
	});
});

describe("an emergency", () => {
	const pressed: Step[] = [
		{ at: "PT8H5M", do: { press: true } },
		{ at: "PT8H5M4S", do: { press: false } },
	];
	const pressedMs = DEPARTURE + 300 * SECONDS;

	test.each(uplinks)("is told at once over %s, with a call and without a message", async (_name, uplink) => {
		const it = await drive(pressed, uplink);
		expectAllThere(it);
		const alarms = it.positions.filter(({ alarm }) => alarm);
		expect(alarms.length).toBe(1);
		expect(alarms[0].receivedMs - pressedMs).toBeLessThan(10 * SECONDS);
		expect(it.of("sos").map(({ data }) => data.id)).toEqual([alarms[0].sequence]);
		expect(it.of("sos-call").map(({ data }) => data.state)).toContain("active");
		expect(it.of("sos-message")).toEqual([]);
	});

	test("without a way to the server it writes where it is, and the server gets the alarm later", async () => {
		const it = await drive([{ at: "PT8H4M", do: { core: "off" } }, ...pressed, { at: "PT8H15M", do: { core: "on" } }]);
		expectAllThere(it);
		const [message, ...more] = it.of("sos-message");
		expect(message.data).toEqual({ sent: true });
		expect(more).toEqual([]);
		expect(message.timeMs - pressedMs).toBeGreaterThan(60 * SECONDS);
		expect(message.timeMs - pressedMs).toBeLessThan(75 * SECONDS);
		expect(it.positions.filter(({ alarm }) => alarm).length).toBe(1);
	});

	test("while it is parked it is told with the last place, and with a new one as soon as there is one", async () => {
		const it = await drive([
			{ at: "PT2H30M", do: { press: true } },
			{ at: "PT2H30M3S", do: { press: false } },
		]);
		expectAllThere(it);
		const alarms = it.positions.filter(({ alarm }) => alarm);
		expect(alarms.map(({ latitude }) => latitude === undefined)).toEqual([true, false]);
		expect(alarms[1].receivedMs - 2.5 * HOUR).toBeLessThan(45 * SECONDS);
	});

	test("a module that knows no calls sends the position all the same", async () => {
		const it = await drive(pressed, { module: "cmcc-ml307r" });
		expectAllThere(it);
		expect(it.of("sos-call").map(({ data }) => data)).toEqual([{ state: "impossible", why: "notSupported" }]);
		expect(it.positions.filter(({ alarm }) => alarm).length).toBe(1);
	});
});

test("a receiver on a serial line sees a turn between two intervals", async () => {
	const it = await drive([], { module: "openluat-air780e" });
	expectAllThere(it);
	const at = it.of("reading").findIndex(({ data }) => data.why === "turn");
	const turns = it.of("reading").slice(at - 1, at + 1);
	expect(turns[1].timeMs - turns[0].timeMs).toBeLessThan(30 * SECONDS);
});

test("a broker that cannot show who it is gets nothing, and everything when it can", async () => {
	const it = await drive([
		{ at: "PT0S", do: { certificate: "expired" } },
		{ at: "PT3H", do: { certificate: "valid" } },
	]);
	expectAllThere(it);
	expect(Math.min(...it.positions.map(({ receivedMs }) => receivedMs))).toBeGreaterThan(3 * HOUR);
	expect(it.of("error").map(({ data }) => data.code)).toContain("tls");
});

test("settings that wait at the broker hold from the next connection on", async () => {
	const it = await drive([], { configuration: { reportEverySeconds: 60, readEverySeconds: 7200 } });
	expectAllThere(it);
	expect(it.of("schedule").map(({ data }) => data)).toEqual([{ movingEverySeconds: 60, parkedEverySeconds: 7200 }]);
	const underWay = it.of("reading").filter(({ data }) => data.why === "interval");
	for (let index = 1; index < underWay.length; index++)
		expect(Math.round(underWay[index].timeMs - underWay[index - 1].timeMs)).toBeGreaterThanOrEqual(60 * SECONDS);
	expect(it.of("reading").filter(({ timeMs }) => timeMs < DEPARTURE).length).toBe(4);
});
