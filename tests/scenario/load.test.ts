import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { durationMs, durationText } from "../../host-sim/scenario/duration.js";
import { EVENT_NAMES } from "../../host-sim/scenario/events.js";
import { loadScenario, parseScenario, ScenarioError } from "../../host-sim/scenario/load.js";
import { findScenario, listScenarios } from "../../host-sim/scenario/ready.js";

const schema = JSON.parse(readFileSync(new URL("../../host-sim/scenario.schema.json", import.meta.url), "utf8"));

describe("durations", () => {
	test.each([
		["PT0S", 0],
		["PT90S", 90_000],
		["PT1.5S", 1500],
		["PT5M", 300_000],
		["PT1H30M", 5_400_000],
		["P1D", 86_400_000],
		["P1DT2H3M4S", 93_784_000],
		["P2W", 1_209_600_000],
	])("%s is %i ms", (text, ms) => {
		expect(durationMs(text)).toBe(ms);
		expect(new RegExp(schema.$defs.duration.pattern).test(text)).toBe(true);
	});
	test.each(["", "P", "PT", "90s", "PT90", "P1M", "P1Y", "P1DT", "PT1S2M", "-PT1S", "PT1,5S", "PT1.5M", "pt1s"])("%j is none", text => {
		expect(durationMs(text)).toBeUndefined();
		expect(new RegExp(schema.$defs.duration.pattern).test(text)).toBe(false);
	});
	test("written short", () => {
		expect([0, 1500, 59_900, 60_000, 90_000, 3_600_000, 90_061_000].map(durationText)).toEqual([
			"PT0S",
			"PT1.5S",
			"PT59.9S",
			"PT1M",
			"PT1M30S",
			"PT1H",
			"P1DT1H1M1S",
		]);
	});
});

function complaint(scenario: unknown): string {
	try {
		parseScenario(typeof scenario === "string" ? scenario : JSON.stringify(scenario), "x.json");
	} catch (error) {
		expect(error).toBeInstanceOf(ScenarioError);
		return (error as Error).message;
	}
	return "accepted";
}
function step(action: unknown): unknown {
	return { title: "t", steps: [{ at: "PT1S", do: action }], expect: [] };
}
function expectation(value: unknown): unknown {
	return { title: "t", steps: [], expect: [value] };
}

describe("a bad file: the path of the bad value and what is allowed, in one line", () => {
	test.each([
		[{ steps: [], expect: [] }, 'x.json: / lacks "title"'],
		[
			{ title: "t", steps: [], expect: [], stpes: [] },
			"x.json: /stpes is not known here; allowed: title, description, example, persona, for, steps, expect",
		],
		[{ title: "", steps: [], expect: [] }, 'x.json: /title must be a text that is not empty, not ""'],
		[{ title: "t", steps: {}, expect: [] }, "x.json: /steps must be a list of steps, not {}"],
		[
			step({ coverage: { rsrpDbm: -200 } }),
			"x.json: /steps/0/do/coverage/rsrpDbm must be a number from -156 to -31 (below -138 no cell is found), not -200",
		],
		[step({ cell: "maybe" }), 'x.json: /steps/0/do/cell must be "on" or "off", not "maybe"'],
		[step({}), "x.json: /steps/0/do must be an object with at least one action, not {}"],
		[
			step({ reject: { cause: 1 } }),
			"x.json: /steps/0/do/reject/cause must be an EMM cause of TS 24.301 9.9.3.9, a whole number from 2 to 111, not 1",
		],
		[
			step({ psm: { activeSeconds: "2" } }),
			'x.json: /steps/0/do/psm must be "as-requested", "refuse", or an object with "activeSeconds" (0 to 11160) and "periodicTauSeconds" (2 to 35712000), not {"activeSeconds":"2"}',
		],
		[
			step({ edrx: { cycle: "12" } }),
			'x.json: /steps/0/do/edrx must be "as-requested", "refuse", or an object with "cycle" and "ptw", four bits each, not {"cycle":"12"}',
		],
		[
			step({ server: { delay: "5s" } }),
			'x.json: /steps/0/do/server must be "on", "off", or { "delay": an ISO 8601 duration }, not {"delay":"5s"}',
		],
		[step({ fault: { parameters: {} } }), 'x.json: /steps/0/do/fault lacks "name"; it must be an object with "name"'],
		[
			step({ fault: { name: "mute", parameters: { loud: 1 } } }),
			'x.json: /steps/0/do/fault/parameters/loud is not known here; "mute" takes none',
		],
		[
			step({ fault: { name: "brown-out", parameters: { offMs: "long" } } }),
			"x.json: /steps/0/do/fault/parameters/offMs must be a number (without supply, in milliseconds)",
		],
		[step({ roaming: "maybe" }), 'x.json: /steps/0/do/roaming must be true, false or "refused", not "maybe"'],
		[
			step({ destinations: ["server.test"] }),
			'x.json: /steps/0/do/destinations/0 must be an address or a prefix such as "2001:db8::/32", not "server.test"',
		],
		[
			step({ destinations: ["192.0.2.1", "2001:db8::/129"] }),
			'x.json: /steps/0/do/destinations/1 must be an address or a prefix such as "2001:db8::/32", not "2001:db8::/129"',
		],
		[step({ streams: "cut" }), 'x.json: /steps/0/do/streams must be "close" or "reset", not "cut"'],
		[step({ certificate: true }), 'x.json: /steps/0/do/certificate must be "valid" or "expired", not true'],
		[step({ call: {} }), 'x.json: /steps/0/do/call lacks "from"; it must be an object with "from"'],
		[step({ sms: { from: "me", text: "x" } }), 'x.json: /steps/0/do/sms/from must be a telephone number, not "me"'],
		[step({ party: "sleeps" }), 'x.json: /steps/0/do/party must be "answers", "busy", "no-answer" or "unreachable", not "sleeps"'],
		[step({ sky: "blue" }), 'x.json: /steps/0/do/sky must be "open" or "none", not "blue"'],
		[
			{ title: "t", steps: [{ at: "90s", do: { cell: "on" } }], expect: [] },
			'x.json: /steps/0/at must be an ISO 8601 duration such as "PT90S", "PT5M" or "P1DT2H", not "90s"',
		],
		[
			{ title: "t", steps: [{ do: { cell: "on" } }], expect: [] },
			'x.json: /steps/0 must be an object with "do" and either "at" or "when", not {"do":{"cell":"on"}}',
		],
		[
			{ title: "t", steps: [{ at: "PT1S", when: { event: "attached" }, do: { cell: "on" } }], expect: [] },
			'x.json: /steps/0 must be an object with "do" and either "at" or "when"',
		],
		[
			expectation({ within: "PT1M" }),
			'x.json: /expect/0 must be an object with "within" and one of "event", "datagram" or "readings", not {"within":"PT1M"}',
		],
		[expectation({ within: "PT1M", event: "attached", count: 0 }), "x.json: /expect/0/count must be a whole number from 1, not 0"],
		["{", "x.json: not JSON"],
		['{\n "title": "t",\n oops }', "x.json: not JSON (line 3, column 2)"],
	])("%j", (scenario, message) => {
		expect(complaint(scenario)).toContain(message);
		expect(complaint(scenario)).not.toContain("\n");
	});

	test("an unknown fault names the known ones", () => {
		expect(complaint(step({ fault: { name: "melt" } }))).toMatch(
			/^x\.json: \/steps\/0\/do\/fault\/name must be one of drop-bytes, .*, not "melt"$/,
		);
		expect(complaint(step({ clearFault: "melt" }))).toMatch(/^x\.json: \/steps\/0\/do\/clearFault must be one of/);
	});
	test("an unknown event names the known ones", () => {
		const message = complaint(expectation({ within: "PT1M", event: "psm" }));
		expect(message).toMatch(/^x\.json: \/expect\/0\/event must be an event: power-on, .* or app\.<.*>, not "psm"$/);
		for (const name of EVENT_NAMES) expect(message).toContain(name);
		expect(complaint(expectation({ within: "PT1M", event: "app.report" }))).toBe("accepted");
	});
	test("a file that is not there", () => {
		expect(() => loadScenario("/nowhere/x.json")).toThrow("/nowhere/x.json: cannot be read (ENOENT)");
		expect(() => findScenario("nothing")).toThrow(/^no scenario nothing: give the path of a file, or one of .*happy/);
	});
	test("the schema knows the same events as the code", () => {
		expect(schema.$defs.event.anyOf[0].enum).toEqual([...EVENT_NAMES]);
	});
});

describe("the ready scenarios", () => {
	test("are all valid, with a title, a duration and something to expect", () => {
		const all = listScenarios();
		expect(all.map(scenario => scenario.id)).toEqual(
			expect.arrayContaining([
				"happy",
				"attach-denied",
				"ipv4-only",
				"ipv6-only",
				"no-psm-grant",
				"coverage-loss",
				"server-off",
				"module-reboot",
				"mute-module",
				"lost-commands",
				"garbage",
			]),
		);
		for (const scenario of all) {
			expect(durationMs(scenario.for ?? "")).toBeGreaterThan(0);
			expect(scenario.expectations).toBeGreaterThan(0);
			expect(scenario.description.length).toBeGreaterThan(10);
			expect(findScenario(scenario.id).title).toBe(scenario.title);
			for (const { within } of findScenario(scenario.id).expect) {
				expect(durationMs(within)).toBeLessThanOrEqual(durationMs(scenario.for ?? "")!);
			}
		}
	});
});
