import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import type { GnssReceiver } from "../../host-sim/gnss/receiver.js";
import type { StreamHost } from "../../host-sim/internet/host.js";
import type { TlsRequest } from "../../host-sim/network/ue.js";
import generic from "../../host-sim/persona/generic.js";
import { parseScenario } from "../../host-sim/scenario/load.js";
import type { ScenarioResult } from "../../host-sim/scenario/runner.js";
import type { Expectation, Step } from "../../host-sim/scenario/scenario.js";
import { createSimulation, type Simulation } from "../../host-sim/simulation.js";

const SERVER = "2001:db8:5e::1";
const CA = "-----BEGIN CERTIFICATE-----\nQ0E=\n-----END CERTIFICATE-----\n";
const TLS: TlsRequest = { serverName: "server.test", verify: true, ca: [CA], versions: ["1.2", "1.3"] };

/** What the servers and the module's host heard. */
interface Heard {
	readonly client: string[];
	readonly server: string[];
}

/** A Cat.1 module whose host opens a stream half a minute after power-on and sends a byte every ten seconds. */
function play(steps: Step[], expectations: Expectation[], kind: "tcp" | "tls" = "tcp", during?: (simulation: Simulation) => void) {
	const clock = new VirtualClock();
	const heard: Heard = { client: [], server: [] };
	const host: StreamHost = {
		addresses: [SERVER],
		accept(_port, connection) {
			heard.server.push("accepted");
			return {
				received: bytes => connection.send(bytes),
				closed: () => void heard.server.push("closed"),
			};
		},
		tls: port =>
			port === 443 ? { names: ["server.test"], issuer: CA, notAfterMs: Number.MAX_SAFE_INTEGER, versions: ["1.3"] } : undefined,
	};
	const scenario = parseScenario(JSON.stringify({ title: "t", steps, expect: expectations }), "t.json");
	const simulation = createSimulation({ persona: generic, clock, seed: 1, scenario, hosts: [host], names: { "server.test": [SERVER] } });
	simulation.module.powerOn();
	during?.(simulation);
	clock.at(30_000, () => {
		const say = (text: string): void => void heard.client.push(text);
		const flow = simulation.ue.openFlow(
			kind,
			1,
			"server.test",
			kind === "tls" ? 443 : 80,
			0,
			{ opened: () => say("opened"), failed: why => say(`failed ${why}`), sent() {}, received() {}, closed: () => say("closed") },
			kind === "tls" ? { tls: TLS } : {},
		);
		for (let second = 40; second < 300; second += 10) clock.at(second * 1000, () => flow.send(Uint8Array.of(1)));
	});
	clock.run(300_000);
	const result = simulation.scenario!.finish();
	simulation.close();
	return { result, heard };
}
function verdicts(result: ScenarioResult): string[] {
	return result.cases.map(entry => entry.result);
}

describe("servers", () => {
	test("they close every connection: the host of the module is told, and so is the application", () => {
		const { heard, result } = play(
			[{ at: "PT1M", do: { streams: "close" } }],
			[{ within: "PT65S", event: "stream-closed", data: { by: "peer" } }],
		);
		expect(heard).toEqual({ client: ["opened", "closed"], server: ["accepted", "closed"] });
		expect(verdicts(result)).toEqual(["passed"]);
	});
	test("they reset them", () => {
		const { heard, result } = play(
			[{ at: "PT1M", do: { streams: "reset" } }],
			[{ within: "PT65S", event: "stream-closed", data: { by: "reset" } }],
		);
		expect(heard).toEqual({ client: ["opened", "closed"], server: ["accepted", "closed"] });
		expect(verdicts(result)).toEqual(["passed"]);
	});
	test("switched off they answer nothing: no connection is made, one that stands is lost after two minutes", () => {
		const before = play([{ at: "PT20S", do: { server: "off" } }], [{ within: "PT2M", event: "stream-failed", data: { why: "timeout" } }]);
		expect(before.heard).toEqual({ client: ["failed timeout"], server: [] });
		expect(verdicts(before.result)).toEqual(["passed"]);
		const later = play([{ at: "PT55S", do: { server: "off" } }], []);
		expect(later.heard.client).toEqual(["opened", "closed"]);
		const back = play(
			[
				{ at: "PT55S", do: { server: "off" } },
				{ at: "PT75S", do: { server: "on" } },
			],
			[],
		);
		expect(back.heard.client).toEqual(["opened"]);
	});
	test("their certificate has expired: TLS says so, TCP does not care", () => {
		const steps: Step[] = [{ at: "PT0S", do: { certificate: "expired" } }];
		expect(play(steps, [], "tls").heard.client).toEqual(["failed tls-expired"]);
		expect(play([], [], "tls").heard.client).toEqual(["opened"]);
		expect(play(steps, []).heard.client).toEqual(["opened"]);
	});
});

describe("the network's particulars", () => {
	test("listed destinations only, then all again", () => {
		const lists: Step[] = [{ at: "PT0S", do: { destinations: ["192.0.2.0/24"] } }];
		expect(play(lists, []).heard.client).toEqual(["failed timeout"]);
		expect(play([...lists, { at: "PT25S", do: { destinations: null } }], []).heard.client).toEqual(["opened"]);
	});
	test("roaming without an agreement", () => {
		const { result } = play([{ at: "PT0S", do: { roaming: "refused" } }], [{ within: "PT1M", event: "denied", data: { cause: 13 } }]);
		expect(verdicts(result)).toEqual(["passed"]);
	});
	test("a forbidden network is found when the list was cleared", () => {
		const { result } = play(
			[
				{ at: "PT0S", do: { plmnForbidden: true } },
				{ at: "PT1M", do: { plmnForbidden: false } },
			],
			[
				{ within: "PT1M", event: "attach", absent: true },
				{ within: "PT1M", event: "plmn-forbidden", data: { plmn: "00101" } },
				{ within: "PT4M", event: "attached" },
			],
		);
		expect(verdicts(result)).toEqual(["passed", "passed", "passed"]);
	});
	test("a subscription without voice", () => {
		const { result } = play([{ at: "PT0S", do: { dataOnly: true } }], [{ within: "PT1M", event: "attached", data: { cause: 18 } }]);
		expect(verdicts(result)).toEqual(["passed"]);
	});
	test("a NAT that forgets a connection after five seconds: nothing arrives any more", () => {
		const { heard, result } = play(
			[{ at: "PT0S", do: { streamLifetime: "PT5S" } }],
			[{ within: "PT1M", event: "segment-lost", data: { why: "flow-expired" } }],
		);
		expect(heard.client).toEqual(["opened", "closed"]);
		expect(verdicts(result)).toEqual(["passed"]);
	});
});

describe("calls, messages, positions", () => {
	test("somebody calls and hangs up; who is called is busy", () => {
		const calls: string[] = [];
		const { result } = play(
			[
				{ at: "PT0S", do: { party: "busy" } },
				{ at: "PT1M", do: { call: { from: "+4917001" } } },
				{ at: "PT65S", do: { hangUp: true } },
			],
			[
				{ within: "PT70S", event: "call", data: { number: "+4917001", direction: "incoming" } },
				{ within: "PT70S", event: "call-ended", data: { why: "remote" } },
				{ within: "PT3M", event: "call-ended", data: { why: "busy" } },
			],
			"tcp",
			simulation => {
				simulation.events.on(event => {
					if (event.name === "scenario-step" && event.data.step === 3) calls.push(String(simulation.ue.calls.dial("112233")));
				});
			},
		);
		expect(verdicts(result)).toEqual(["passed", "passed", "passed"]);
		expect(calls).toEqual(["true"]);
	});
	test("a long message arrives in its parts", () => {
		const { result } = play(
			[{ at: "PT1M", do: { sms: { from: "+4917001", text: "x".repeat(400) } } }],
			[{ within: "PT90S", event: "sms-down", count: 3 }],
		);
		expect(verdicts(result)).toEqual(["passed"]);
	});
	test("a roof over the receiver, and none", () => {
		const seen: boolean[] = [];
		const receiver: GnssReceiver & { sky?: boolean } = {
			running: false,
			constellations: [],
			start() {},
			stop() {},
			fix: undefined,
			sentences: () => [],
			set sky(open: boolean) {
				seen.push(open);
			},
		};
		const clock = new VirtualClock();
		const steps: Step[] = [
			{ at: "PT1S", do: { sky: "none" } },
			{ at: "PT2S", do: { sky: "open" } },
		];
		const scenario = parseScenario(JSON.stringify({ title: "t", steps, expect: [] }), "t.json");
		const simulation = createSimulation({ persona: generic, clock, seed: 1, scenario, gnss: receiver });
		clock.run(3000);
		simulation.close();
		expect(seen).toEqual([false, true]);
		expect(play(steps, []).result.openSteps).toEqual([]);
	});
	test("what is around the module takes the place of its receiver: one sky, a button", () => {
		const seen: [string, boolean][] = [];
		const surroundings = {
			set sky(open: boolean) {
				seen.push(["sky", open]);
			},
			press: (isPressed: boolean) => void seen.push(["press", isPressed]),
		};
		const clock = new VirtualClock();
		const steps: Step[] = [
			{ at: "PT1S", do: { sky: "none", press: true } },
			{ at: "PT2S", do: { press: false } },
		];
		const scenario = parseScenario(JSON.stringify({ title: "t", example: "tracker", steps, expect: [] }), "t.json");
		const simulation = createSimulation({ persona: generic, clock, seed: 1, scenario, surroundings });
		clock.run(3000);
		simulation.close();
		expect(seen).toEqual([
			["sky", false],
			["press", true],
			["press", false],
		]);
		// Nothing has a button: nothing happens.
		expect(play(steps, []).result.openSteps).toEqual([]);
	});
});
