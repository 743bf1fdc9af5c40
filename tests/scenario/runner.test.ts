import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import type { UdpHost } from "../../host-sim/internet/host.js";
import generic from "../../host-sim/persona/generic.js";
import quectelBc660k from "../../host-sim/persona/quectel-bc660k.js";
import { createMemoryLine } from "../../host-sim/ports/memory.js";
import { junitText } from "../../host-sim/scenario/junit.js";
import { parseScenario } from "../../host-sim/scenario/load.js";
import { resultLines, type ScenarioResult } from "../../host-sim/scenario/runner.js";
import type { Expectation, Step } from "../../host-sim/scenario/scenario.js";
import { createSimulation, type Simulation, type SimulationOptions } from "../../host-sim/simulation.js";

const SERVER = "2001:db8:5e::1";
const READINGS = { taken: 3, sent: 3, acknowledged: 3, pending: 0, lost: 0, duplicated: 0 };

function play(
	steps: Step[],
	expect: Expectation[],
	seconds: number,
	during?: (simulation: Simulation, clock: VirtualClock) => void,
): ScenarioResult {
	const clock = new VirtualClock();
	const scenario = parseScenario(JSON.stringify({ title: "t", steps, expect }), "t.json");
	const simulation = createSimulation({ persona: generic, clock, seed: 1, scenario });
	simulation.module.powerOn();
	during?.(simulation, clock);
	clock.run(seconds * 1000);
	const result = simulation.scenario!.finish();
	simulation.close();
	return result;
}
function verdicts(result: ScenarioResult): string[] {
	return result.cases.map(entry => `${entry.result}: ${entry.why}`);
}

describe("expectations", () => {
	test("an event in time, too late, never, and one that must not come", () => {
		const result = play(
			[],
			[
				{ within: "PT1M", event: "attached" },
				{ within: "PT1S", event: "attached" },
				{ within: "PT1M", event: "denied" },
				{ within: "PT1M", event: "denied", absent: true },
				{ within: "PT1M", event: "attached", absent: true },
				{ within: "PT1H", event: "tau" },
			],
			120,
		);
		const at = /^at PT(\d+(\.\d)?)S$/.exec(result.cases[0]!.why);
		expect(Number(at![1])).toBeGreaterThan(5);
		expect(verdicts(result).slice(1)).toEqual([
			"failed: PT1S passed and it happened 0 of 1 times",
			"failed: PT1M passed and it happened 0 of 1 times",
			"passed: PT1M passed without it",
			`failed: it happened at PT${at![1]}S`,
			"failed: the run ended after PT2M and it happened 0 of 1 times",
		]);
		expect(result.passed).toBe(false);
		expect(result.cases.map(entry => entry.name).slice(0, 4)).toEqual([
			"attached within PT1M",
			"attached within PT1S",
			"denied within PT1M",
			"no denied within PT1M",
		]);
	});

	test("with its data, its count and since another event", () => {
		const result = play(
			[{ at: "PT0S", do: { reject: { cause: 17, times: 2 } } }],
			[
				{ within: "PT1M", event: "denied", data: { cause: 17 }, count: 2 },
				{ within: "PT1M", event: "denied", data: { cause: 15 } },
				{ since: { event: "denied", count: 2 }, within: "PT30S", event: "attached" },
				{ since: { event: "psm-entered" }, within: "PT30S", event: "attached" },
			],
			120,
		);
		expect(result.cases.map(entry => entry.result)).toEqual(["passed", "failed", "passed", "failed"]);
		expect(result.cases[3]!.why).toBe("psm-entered never happened");
	});

	test("readings: least at once, most at the end, skipped when nobody told", () => {
		const expectations: Expectation[] = [
			{ within: "PT1M", readings: { acknowledged: 3 } },
			{ within: "PT1M", readings: { acknowledged: 3, lost: 0 } },
			{ within: "PT1M", readings: { acknowledged: 4, duplicated: 0 } },
		];
		const told = play([], expectations, 120, (simulation, clock) => {
			clock.after(20_000, () => simulation.scenario!.readings({ ...READINGS, acknowledged: 2 }));
			clock.after(30_000, () => simulation.scenario!.readings(READINGS));
		});
		expect(verdicts(told)).toEqual(["passed: at PT30S", "passed: PT1M passed", "failed: PT1M passed and 3 acknowledged, not at least 4"]);
		const duplicated = play([], [{ within: "PT1M", readings: { duplicated: 0 } }], 120, simulation =>
			simulation.scenario!.readings({ ...READINGS, duplicated: 1 }),
		);
		expect(verdicts(duplicated)).toEqual(["failed: PT1M passed and 1 duplicated, not at most 0"]);
		const silent = play([], expectations, 120);
		expect(silent.cases.map(entry => entry.result)).toEqual(["skipped", "skipped", "skipped"]);
		expect(silent.passed).toBe(true);
	});
});

describe("steps", () => {
	test("one after another: a trigger counts from the step before", () => {
		const result = play(
			[
				{ at: "PT0S", do: { reject: { cause: 15 } } },
				{ when: { event: "denied", after: "PT5S" }, do: { reject: null } },
				{ when: { event: "attached", after: "PT10S" }, do: { detach: true } },
				{ when: { event: "attached" }, do: { cell: "off" } },
			],
			[
				{ within: "PT5M", event: "scenario-step", data: { step: 4 } },
				{ within: "PT5M", event: "attached", count: 2 },
			],
			300,
		);
		expect(verdicts(result).every(line => line.startsWith("passed"))).toBe(true);
		expect(result.openSteps).toEqual([]);
	});

	test("a count begins anew with each step", () => {
		const twice = { event: "denied", count: 2 };
		const result = play(
			[
				{ at: "PT0S", do: { reject: { cause: 17 } } },
				{ when: twice, do: { loss: 0 } },
				{ when: twice, do: { reject: null } },
			],
			[
				{ within: "PT5M", event: "denied", count: 4 },
				{ within: "PT5M", event: "denied", count: 5, absent: true },
			],
			310,
		);
		expect(result.cases.map(entry => entry.result)).toEqual(["passed", "passed"]);
	});

	test("a step that never comes is told, not failed", () => {
		const result = play(
			[{ when: { event: "psm-entered" }, do: { cell: "off", core: "off" } }],
			[{ within: "PT1M", event: "attached" }],
			120,
		);
		expect(result.passed).toBe(true);
		expect(result.openSteps).toEqual(["step 1 (when psm-entered): cell off, core off"]);
		expect(resultLines(result)[1]).toBe("never reached  step 1 (when psm-entered): cell off, core off");
	});

	test.each<[string, Step["do"], Expectation]>([
		["coverage", { coverage: { rsrpDbm: -150 } }, { within: "PT1M", event: "attached", absent: true }],
		["cell", { cell: "off" }, { within: "PT1M", event: "attached", absent: true }],
		["reject", { reject: { cause: 22, times: 1, backOff: "PT20S" } }, { within: "PT50S", event: "denied", data: { cause: 22 } }],
		["apns", { apns: ["other"] }, { within: "PT1M", event: "denied", data: { cause: 19 } }],
		["families", { families: "ipv4" }, { within: "PT1M", event: "context-addressed", absent: true }],
		["roaming", { roaming: true }, { within: "PT1M", event: "registration", data: { stat: 5 } }],
		["inactivity", { inactivity: "PT2S" }, { within: "PT12S", event: "released" }],
		["fault", { fault: { name: "brown-out", parameters: { offMs: 30_000 } } }, { within: "PT30S", event: "attached", absent: true }],
		["reset", { reset: true }, { within: "PT5S", event: "module-boot", data: { cause: "reset" } }],
		["power", { power: "off" }, { within: "PT1M", event: "attached", absent: true }],
	])("%s does what it says", (_name, action, expectation) => {
		const [step, plain] = [play([{ at: "PT1S", do: action }], [expectation], 90), play([], [expectation], 90)];
		expect(verdicts(step)[0]).toMatch(/^passed/);
		expect(verdicts(plain)[0]).toMatch(/^failed/);
	});
});

describe("results", () => {
	const result = play(
		[{ when: { event: "psm-left" }, do: { cell: "on" } }],
		[
			{ within: "PT1M", event: "attached" },
			{ within: "PT1S", event: "attached", name: 'quick <&"> attach' },
			{ within: "PT1M", readings: { taken: 1 } },
		],
		70,
	);
	test("JUnit: one case per expectation, one per step never reached", () => {
		const xml = junitText(result);
		expect(xml).toContain('<testsuite name="t" tests="4" failures="1" errors="0" skipped="2">');
		expect(xml).toContain('<testcase classname="scenario" name="attached within PT1M" time="');
		expect(xml).toContain("quick &lt;&amp;&quot;> attach");
		expect(xml).toContain('<failure message="PT1S passed and it happened 0 of 1 times"/>');
		expect(junitText(result)).toBe(xml);
	});
	test("for people", () => {
		expect(resultLines(result)[1]).toBe('FAILED  quick <&"> attach: PT1S passed and it happened 0 of 1 times');
		expect(resultLines(result)[2]).toBe("skipped  readings taken 1 within PT1M: no application told its readings");
	});
});

/** A host that types AT commands at fixed times, byte for byte as the module's manual has them. */
function dialogue(
	options: Partial<SimulationOptions>,
	script: readonly (readonly [number, string])[],
	seconds: number,
): { said: string; simulation: Simulation } {
	const clock = new VirtualClock();
	const { port, line } = createMemoryLine({ clock });
	const echo: UdpHost = { addresses: [SERVER], datagram: (_port, bytes, _from, reply) => reply(bytes) };
	const simulation = createSimulation({
		persona: quectelBc660k,
		clock,
		seed: 5,
		port,
		hosts: [echo],
		names: { "Server.test": [SERVER] },
		...options,
	});
	const said: string[] = [];
	line.onBytes = bytes => void said.push(Buffer.from(bytes).toString("latin1"));
	line.open({ baud: 115_200, parity: "none", dataBits: 8, stopBits: 1 });
	simulation.module.powerOn();
	for (const [at, text] of script) clock.at(at * 1000, () => line.write(Buffer.from(text, "latin1")));
	clock.run(seconds * 1000);
	return { said: said.join(""), simulation };
}

/** Before each report the module is woken: what wakes it is lost, and it must not fall asleep again meanwhile. */
const REPORT: readonly (readonly [number, string])[] = [
	[1, "ATE0\r"],
	[2, 'AT+QCGDEFCONT="IPV4V6","iot.test"\r'],
	[3, "AT+QRST=1\r"],
	[6, 'AT+CPSMS=1,,,"01000001","00000101"\r'],
	[38, "AT\r"],
	[41, "AT+QSCLK=0\r"],
	[41.5, 'AT+QICFG="dataformat",1,1\r'],
	[42, 'AT+QIOPEN=0,0,"UDP","server.test",5683\r'],
	[50, 'AT+QISEND=0,4,"01020304",2\r'],
	[55, "AT+QSCLK=1\r"],
	[3600, "AT\r"],
	[3603, "AT+QSCLK=0\r"],
	[3604, 'AT+QISEND=0,4,"05060708",2\r'],
	[3610, "AT+QSCLK=1\r"],
];

describe("one device end to end: AT commands in, datagrams and charge out", () => {
	const { said, simulation } = dialogue({}, REPORT, 7200);
	test("the answers came back and the module slept between them", () => {
		expect(said).toContain('+QIURC: "recv",0,4,"01020304"');
		expect(said).toContain('+QIURC: "recv",0,4,"05060708"');
		expect(simulation.events.count("psm-entered")).toBe(2);
		expect(simulation.events.count("datagram-up")).toBe(2);
	});
	test("charge: a sum of its states, most of the time in power saving mode, a report of the order of 0.1 C", () => {
		const report = simulation.energyReport({ reportEverySeconds: 3600 });
		const sum = Object.values(report.byState).reduce((total, part) => total + part, 0);
		expect(sum).toBeCloseTo(report.chargeMicroampHours, 6);
		expect(Object.keys(report.byState)).toEqual(
			expect.arrayContaining(["boot", "connected", "idle", "psm", "receive", "search", "transmit"]),
		);
		expect(simulation.energy.millisecondsByState.psm).toBeGreaterThan(6_900_000);
		expect(report.chargePerReportMicroampHours).toBeGreaterThan(20);
		expect(report.chargePerReportMicroampHours).toBeLessThan(200);
		expect(report.batteryYears).toBeGreaterThan(5);
		expect(report.assumptions).toContain("projection: one report every 3600 s, PSM between them, no other traffic");
	});
	test("the same seed gives the same bytes and events, another seed others", () => {
		const again = dialogue({}, REPORT, 7200);
		expect(again.said).toBe(said);
		expect(JSON.stringify(again.simulation.events.recent)).toBe(JSON.stringify(simulation.events.recent));
		expect(JSON.stringify(dialogue({ seed: 6 }, REPORT, 7200).simulation.events.recent)).not.toBe(JSON.stringify(simulation.events.recent));
	});
	test("a server that is off, and on again", () => {
		const scenario = parseScenario(
			JSON.stringify({
				title: "t",
				steps: [
					{ at: "PT0S", do: { server: "off" } },
					{ at: "PT30M", do: { server: "on" } },
				],
				expect: [],
			}),
			"t",
		);
		const off = dialogue({ scenario }, REPORT, 7200);
		expect(off.said).not.toContain('"recv",0,4,"01020304"');
		expect(off.said).toContain('+QIURC: "recv",0,4,"05060708"');
	});
	test("a slow server with release after one downlink: the answer meets a connection that has to be paged for", () => {
		const scenario = parseScenario(
			JSON.stringify({ title: "t", steps: [{ at: "PT0S", do: { server: { delay: "PT25S" } } }], expect: [] }),
			"t",
		);
		const slow = dialogue({ scenario }, REPORT, 7200);
		expect(slow.said).toContain('+QIURC: "recv",0,4,"01020304"');
		expect(slow.simulation.events.count("paging")).toBeGreaterThan(0);
	});
	test("no route, no sockets on the virtual clock, no leak of a name into an address", () => {
		const clock = new VirtualClock();
		expect(() => createSimulation({ persona: generic, clock, seed: 1, allowNetwork: true })).toThrow("sockets need the real clock");
		expect(() => createSimulation({ persona: generic, clock, seed: 1, names: { a: ["b"] } })).toThrow("the name a stands for b");
	});
});
