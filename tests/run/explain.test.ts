import { describe, expect, test } from "vitest";
import { explanationText } from "../../host-sim/cli/commands/explain.js";
import { Answers } from "../../host-sim/run/answers.js";
import type { RunDocument } from "../../host-sim/run/document.js";
import { explain, type Finding } from "../../host-sim/run/explain/explain.js";
import { findScenario } from "../../host-sim/scenario/ready.js";
import { documentWith } from "./documents.js";
import { DAY_MS, runMeter } from "./world.js";

const finding = (run: RunDocument, topic: Finding["topic"]) => explain(run).find(each => each.topic === topic);
const inScenario = async (name: string) => (await runMeter({ forMs: 2 * DAY_MS, scenario: findScenario(name) })).document;

describe("what a network answered in a run", () => {
	test("a good one grants as asked, and only the first connection waits for the inactivity timer", async () => {
		const { document } = await runMeter();
		expect(finding(document, "registration")).toEqual({
			topic: "registration",
			verdict: "granted",
			said: "registered once, never refused",
		});
		expect(finding(document, "PSM")).toMatchObject({
			verdict: "granted",
			said: "periodic TAU 97200 s, active time 10 s as asked; entered 4 times",
		});
		expect(finding(document, "PSM")?.costs).toMatch(/^sleeping took 19\.2 µAh a day, [\d.]+ % of the charge$/);
		expect(finding(document, "IPv6")).toMatchObject({
			verdict: "granted",
			said: "the application has IPv6; the network gave ipv6 and ipv4",
		});
		expect(finding(document, "RAI")).toMatchObject({
			verdict: "granted",
			said: expect.stringMatching(/^of 4 connections with data 3 released at once/),
		});
		expect(finding(document, "eDRX")?.verdict).toBe("not used");
	});

	test("power saving mode refused: what being reachable costs, and what to ask for", async () => {
		const psm = finding(await inScenario("no-psm-grant"), "PSM");
		expect(psm).toMatchObject({
			verdict: "denied",
			said: "periodic TAU 97200 s, active time 10 s asked, nothing granted",
			why: expect.stringContaining("T3324"),
			ask: expect.stringContaining("which APN"),
		});
		expect(psm?.costs).toMatch(/^staying reachable took 3\d{3}\.\d µAh a day, 9\d\.\d % of the charge$/);
	});

	test("the network's own timers", async () => {
		expect(finding(await inScenario("other-psm-grant"), "PSM")).toMatchObject({
			verdict: "changed",
			said: expect.stringContaining("periodic TAU 97200 s, active time 10 s asked, periodic TAU 86400 s, active time 2 s granted"),
			ask: "for a T3412 of 97200 s, or for an APN that gives it",
		});
	});

	test("no release assistance: each connection waits 20 s", async () => {
		const rai = finding(await inScenario("no-release-assistance"), "RAI");
		expect(rai).toMatchObject({
			verdict: "denied",
			said: expect.stringMatching(/^of 3 connections with data 3 20\.\d s after it on average$/),
		});
	});

	test("an APN without IPv6, and a registration that was refused at first", async () => {
		expect(finding(await inScenario("ipv4-only"), "IPv6")).toMatchObject({
			verdict: "denied",
			said: "the application has IPv4; the network gave ipv4",
			ask: "for IPv6 on the APN",
		});
		expect(finding(await inScenario("attach-denied"), "registration")).toMatchObject({
			verdict: "changed",
			said: "EMM cause #15 3 times; registered once",
			ask: expect.stringContaining("by name"),
		});
	});
});

describe("only what the data carry", () => {
	test("a document without the network's answers says that it does not know", () => {
		const verdicts = Object.fromEntries(explain(documentWith()).map(({ topic, verdict }) => [topic, verdict]));
		expect(verdicts).toEqual({ registration: "granted", PSM: "granted", eDRX: "unknown", IPv6: "granted", RAI: "unknown" });
	});

	test("a real port knows no charge: no cost is made up", () => {
		const psm = { requested: { periodicTauSeconds: 36_000, activeSeconds: 10 }, granted: null, entered: 0 };
		const real = documentWith({ power: { psm, chargeMicroampHours: null, byState: {}, byCause: {} } });
		expect(explain(real).filter(({ costs }) => costs !== undefined)).toEqual([]);
		expect(finding(real, "PSM")?.verdict).toBe("denied");
	});

	test("never asked, never entered, a cause without a text, a context that was refused", () => {
		const none = documentWith({ power: { psm: { requested: null, granted: null, entered: 0 } } });
		expect(finding(none, "PSM")).toMatchObject({ verdict: "not used", said: "the application did not ask for it" });
		const { requested } = documentWith().power.psm;
		const never = documentWith({ power: { psm: { requested, granted: requested, entered: 0 } } });
		expect(finding(never, "PSM")?.said).toContain("the module never entered it");
		const refused = documentWith({
			network: {
				rat: null,
				family: null,
				address: null,
				registrations: 0,
				answers: [
					{ event: "denied", detail: { cause: 99 }, count: 2, firstMs: 1 },
					{ event: "context-refused", detail: { cause: 27 }, count: 1, firstMs: 2 },
				],
			},
		});
		expect(finding(refused, "registration")).toMatchObject({ verdict: "denied", said: "EMM cause #99 2 times; registered never" });
		expect(finding(refused, "IPv6")).toMatchObject({
			verdict: "denied",
			said: "the application has no address; ESM cause #27 once",
			why: "unknown or missing APN",
		});
	});

	test("answers are counted by kind, however long the run; a release belongs to the packets before it", () => {
		const answers = new Answers();
		for (let i = 0; i < 1000; i++) answers.note(i * 100_000, "grant", { activeSeconds: 10, edrx: null, cid: i });
		answers.note(1, "connected", {});
		answers.note(2, "released", {});
		expect(answers.releases).toBeUndefined();
		for (const [packetMs, releasedMs] of [
			[1000, 1400],
			[2000, 22_000],
			[3000, 24_000],
		] as const) {
			answers.note(packetMs, "datagram-up", { to: "2001:db8::1" });
			answers.note(releasedMs, "released", {});
		}
		expect(answers.releases).toEqual({ prompt: 1, late: 2, lateSeconds: 20.5 });
		expect(answers.list).toEqual([{ event: "grant", detail: { activeSeconds: 10, edrx: null }, count: 1000, firstMs: 0 }]);
		for (let cause = 0; cause < 1000; cause++) answers.note(0, "denied", { cause });
		expect(answers.list).toHaveLength(64);
	});

	test("the page names each topic with its verdict, why, what it costs and what to ask for", () => {
		const text = explanationText([{ topic: "PSM", verdict: "denied", said: "nothing granted", why: "w", costs: "c", ask: "a" }]);
		expect(text.replace(/\x1b\[\d+m/g, "")).toBe("PSM: denied\n  nothing granted\n  why   w\n  costs c\n  ask   a");
	});
});
