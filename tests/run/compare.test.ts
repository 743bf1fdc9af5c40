import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { comparisonText } from "../../host-sim/cli/commands/compare.js";
import { compareRuns } from "../../host-sim/run/compare.js";
import { readRunDocument } from "../../host-sim/run/read-document.js";
import { documentWith } from "./documents.js";

function folder(onTestFinished: (clean: () => void) => void): string {
	const path = mkdtempSync(join(tmpdir(), "xs-cellular-compare-"));
	onTestFinished(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

const plain = (text: string) => text.replace(/\x1b\[\d+m/g, "");

describe("two runs side by side", () => {
	const a = documentWith();
	const b = documentWith({
		driver: "quectel-bc95",
		atCommands: 150,
		power: {
			psm: { requested: { periodicTauSeconds: 36_000, activeSeconds: 10 }, granted: null, entered: 0 },
			chargeMicroampHours: 160,
			byState: { idle: 40, transmit: 120 },
			byCause: { data: 120, paging: 30, attach: 10 },
		},
	});
	const { changed, figures, mostly, notes } = compareRuns(a, b);
	const figure = (group: string, name: string) => figures.find(each => each.group === group && each.name === name);

	test("absolute and in percent, a part that one of them did not have included", () => {
		expect(figure("charge", "total")).toMatchObject({ a: 100, b: 160, difference: 60, percent: 60, unit: "µAh" });
		expect(figure("charge", "average")).toMatchObject({ a: 10, b: 16, difference: 6, percent: 60, unit: "µA" });
		expect(figure("by state", "idle")).toMatchObject({ a: 0, b: 40, difference: 40, percent: null });
		expect(figure("by state", "psm")).toMatchObject({ a: 10, b: 0, difference: -10, percent: -100 });
		expect(figure("by cause", "data")).toMatchObject({ a: 80, b: 120, difference: 40, percent: 50 });
		expect(figure("dialogue", "AT commands")).toMatchObject({ a: 100, b: 150, percent: 50 });
		expect(figure("dialogue", "first report acknowledged")).toMatchObject({ a: 12, b: 12, difference: 0, percent: 0 });
		expect(figure("readings", "lost")).toMatchObject({ a: 0, b: 0, difference: 0, percent: null });
	});

	test("what was changed, and which cause makes the most of it", () => {
		expect(changed).toEqual([
			{ what: "driver", a: "quectel-bc660k", b: "quectel-bc95" },
			{ what: "PSM granted", a: "periodic TAU 36000 s, active time 10 s", b: "none" },
		]);
		expect(mostly).toMatchObject({ name: "data", difference: 40 });
		expect(notes).toEqual([]);
	});

	test("for people: the settings, one sentence, the figures", () => {
		const text = plain(comparisonText(compareRuns(a, b), "before.json", "after.json"));
		expect(text).toContain("A is before.json\nB is after.json\n");
		expect(text).toMatch(/^driver +quectel-bc660k +quectel-bc95$/m);
		expect(text).toContain("B takes 6 µA more on average, 60.0 %; most of the difference is data (+40 µAh).");
		expect(text).toMatch(/^charge +total +100 +160 +\+60 +\+60\.0 % +µAh$/m);
		expect(plain(comparisonText(compareRuns(a, a), "a", "a"))).toContain("Both take the same charge.");
	});

	test("a run without charge, of another length or on the real clock is said to compare badly", () => {
		const real = documentWith({
			clock: "real",
			simulatedSeconds: 60,
			power: { chargeMicroampHours: null, chargePerReportMicroampHours: null, byState: {}, byCause: {}, batteryYears: null },
		});
		const compared = compareRuns(a, real);
		expect(compared.notes).toHaveLength(3);
		expect(compared.mostly).toBeUndefined();
		expect(compared.figures.find(({ name }) => name === "data")).toMatchObject({ a: 80, b: null, difference: null });
		expect(plain(comparisonText(compared, "a", "b"))).toContain("The charge of these runs cannot be compared.");
	});

	test("documents of before charge was told by cause are compared by what they have", () => {
		const { byCause: _, ...power } = a.power;
		const old = { ...a, power } as typeof a;
		expect(compareRuns(old, old).figures.some(({ group }) => group === "by cause")).toBe(false);
	});
});

describe("documents are read from files and folders", () => {
	test("a file, and the folder of a report", ({ onTestFinished }) => {
		const place = folder(onTestFinished);
		mkdirSync(join(place, "report"));
		for (const file of ["run.json", "report/run.json"]) writeFileSync(join(place, file), JSON.stringify(documentWith({ seed: 9 })));
		expect(readRunDocument(join(place, "run.json")).seed).toBe(9);
		expect(readRunDocument(join(place, "report")).seed).toBe(9);
	});

	test("anything else says what it is not, and where a document comes from", ({ onTestFinished }) => {
		const place = folder(onTestFinished);
		const file = join(place, "x.json");
		const refused = (text: string) => {
			writeFileSync(file, text);
			return () => readRunDocument(file);
		};
		expect(() => readRunDocument(join(place, "none.json"))).toThrow(
			/none\.json cannot be read \(ENOENT\): give what xs-cellular run --json printed/,
		);
		expect(refused("{")).toThrow(/x\.json is no JSON: give what/);
		expect(refused("[]")).toThrow(/no document of a run \(a JSON object is expected\)/);
		expect(refused('{"example":"smart-meter"}')).toThrow(/"driver" is missing or is no string/);
		expect(refused(JSON.stringify({ ...documentWith(), power: null }))).toThrow(/"power" is missing or is no object/);
		expect(refused(JSON.stringify({ ...documentWith(), power: {} }))).toThrow(/"power\.byState" is missing or is no object/);
	});
});
