import { describe, expect, test } from "vitest";
import { scenarioText } from "./scenario-text.js";
import { collected, comparable, DAY_MS, runMeter } from "./world.js";

/** Everything that was taken is somewhere, once. */
function expectNothingLost({ document, failure }: Awaited<ReturnType<typeof runMeter>>, takenAtLeast: number): void {
	expect(failure).toBeUndefined();
	const { taken, sent, acknowledged, pending, lost, duplicated } = document.readings;
	expect({ lost, duplicated }).toEqual({ lost: 0, duplicated: 0 });
	expect(taken).toBeGreaterThanOrEqual(takenAtLeast);
	expect(acknowledged + pending).toBe(taken);
	expect(sent).toBeGreaterThanOrEqual(acknowledged);
	expect(sent).toBeLessThanOrEqual(taken);
}

test("thirty days twice with one seed are the same bytes, with every reading", async () => {
	const [first, second] = [await runMeter({ forMs: 30 * DAY_MS }), await runMeter({ forMs: 30 * DAY_MS })];
	expect(JSON.stringify({ ...second.document, wallSeconds: 0 })).toBe(JSON.stringify({ ...first.document, wallSeconds: 0 }));
	expect(first.document.readings.taken).toBe(30 * 24);
	expectNothingLost(first, 30 * 24);
	expect(first.document).toMatchObject({ simulatedSeconds: 2_592_000, network: { rat: "NB-IoT", family: "ipv6" }, problems: [] });
});

test("another seed is another month", async () => {
	const [first, second] = [await runMeter({ seed: 7 }), await runMeter({ seed: 8 })];
	expect(comparable(second)).not.toEqual(comparable(first));
});

test("what the document adds up is what it says", async () => {
	const { document, world } = await runMeter();
	const { power, readings, network } = document;
	const sum = Object.values(power.byState).reduce((total, part) => total + part, 0);
	expect(sum).toBeCloseTo(power.chargeMicroampHours!, 1);
	expect(power.psm.granted).toEqual({ periodicTauSeconds: 97_200, activeSeconds: 10 });
	expect(power.psm.entered).toBeGreaterThanOrEqual(3);
	expect(network.registrations).toBe(1);
	expect(readings.acknowledged).toBe(world.collector?.counters.accepted);
	expect(document.firstAcknowledgedMs).toBeGreaterThan(5_000);
	expect(document.firstAcknowledgedMs).toBeLessThan(60_000);
});

describe.each([
	["cjt188", "volume", "m3"],
	["cjt188-gas", "volume", "m3"],
	// SenML has no kilowatt-hour (RFC 8428 12.1).
	["dlt645", "energy", "J"],
] as const)("the %s meter", (simulatedMeter, quantity, unit) => {
	test(`reports ${quantity} that never goes back`, async () => {
		const result = await runMeter({ simulatedMeter });
		expectNothingLost(result, 72);
		const values = [...(result.world.collector?.readings ?? [])]
			.sort((a, b) => a.sequence - b.sequence)
			.map(reading => {
				expect(reading.values[quantity]?.unit).toBe(unit);
				return Number(reading.values[quantity]?.value);
			});
		expect(values.length).toBe(result.document.readings.acknowledged);
		expect(values).toEqual([...values].sort((a, b) => a - b));
		expect(values.at(-1)).toBeGreaterThan(values[0]!);
	});
});

/** A tick counter is 32 bits with sign: it passes both ends while reports are under way, and a few seconds after the start. */
describe.each([
	["2^31, just after power-on", 2 ** 31 - 5_000],
	["2^31, on the second day", 2 ** 31 - 100_000_000],
	["2^32, just after power-on", 2 ** 32 - 5_000],
	["2^32, on the second day", 2 ** 32 - 100_000_000],
])("ticks that wrap at %s", (_where, firstTick) => {
	test("change nothing", async () => {
		const [plain, wrapping] = [await runMeter(), await runMeter({ firstTick })];
		expect(comparable(wrapping)).toEqual(comparable(plain));
		expect(collected(wrapping)).toEqual(collected(plain));
	});
});

test("a run longer than the counter, 49.7 days, keeps its times", async () => {
	const result = await runMeter({ forMs: 60 * DAY_MS });
	expectNothingLost(result, 60 * 24);
	const times = collected(result).map(reading => (reading as { utcSeconds: number }).utcSeconds);
	// Hourly by the device's own timer, whose drift against the network's clock is seconds.
	for (let i = 1; i < times.length; i++) expect(Math.abs(times[i]! - times[i - 1]! - 3_600)).toBeLessThan(60);
});

describe("an application that is started anew", () => {
	// While it boots, with a report under way, right after a report, between reports, again and again.
	test.each([[[2_000]], [[9_000]], [[11_000]], [[12_000]], [[DAY_MS / 2]], [[DAY_MS + 5_000, DAY_MS + 9_000, DAY_MS + 13_000]]])(
		"at %j ms loses nothing and sends nothing twice",
		async restartsMs => {
			expectNothingLost(await runMeter({ restartsMs }), 70);
		},
	);

	test("at every 500 ms of its first report", async () => {
		for (let restartMs = 8_000; restartMs <= 16_000; restartMs += 500)
			expectNothingLost(await runMeter({ forMs: DAY_MS + DAY_MS / 4, restartsMs: [restartMs] }), 29);
	});

	test("goes on with the identifiers of before", async () => {
		const result = await runMeter({ restartsMs: [DAY_MS, 2 * DAY_MS] });
		const identifiers = collected(result).map(reading => (reading as { sequence: number }).sequence);
		expect(identifiers).toEqual(identifiers.map((_, i) => identifiers[0]! + i));
	});
});

describe("a downlink in the answer to a report", () => {
	test("changes how often is read and reported", async () => {
		const configuration = { reportEverySeconds: 4 * 3_600, readEverySeconds: 1_800 };
		const result = await runMeter({ configuration });
		expectNothingLost(result, 140);
		const reports = result.world.collector?.counters.reports ?? 0;
		expect(reports).toBeGreaterThanOrEqual(17);
		expect(result.events.filter(({ what }) => what === "app.schedule").map(({ detail }) => detail)).toEqual([
			"readEverySeconds 1800, reportEverySeconds 14400",
		]);
	});

	test("survives a restart of the application", async () => {
		const configuration = { readEverySeconds: 1_800 };
		const result = await runMeter({ configuration, restartsMs: [DAY_MS / 2] });
		// A day and a half of half-hours at least, told once only.
		expectNothingLost(result, 140);
		expect(result.events.filter(({ what }) => what === "app.schedule").length).toBe(1);
	});

	test("that asks for the impossible changes nothing", async () => {
		const result = await runMeter({ configuration: { reportEverySeconds: 1, readEverySeconds: 1 } });
		expectNothingLost(result, 72);
		expect(result.document.readings.taken).toBe(72);
	});
});

describe("a module that is reset in the middle of a report", () => {
	// From the first datagram on, in steps of a part of the exchange.
	test.each([0, 50, 100, 200, 400, 800, 1_600, 3_200, 6_400])("%i ms after its first datagram", async afterMs => {
		const scenario = scenarioText({
			title: "reset in a report",
			steps: [{ when: { event: "app.report-sent", count: 2, after: `PT${afterMs / 1_000}S` }, do: { reset: true } }],
			expect: [],
		});
		const result = await runMeter({ scenario });
		expectNothingLost(result, 72);
		expect(result.events.filter(({ what }) => what === "module-boot").length).toBeGreaterThanOrEqual(2);
		expect(result.document.readings.acknowledged).toBeGreaterThan(48);
	});
});
