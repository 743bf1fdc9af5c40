import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { documentOf, folder, xsCellular } from "./command.js";

test("explain says why the network denied what was asked, from a run's document or a report's folder", async ({ onTestFinished }) => {
	const place = folder(onTestFinished);
	const run = await xsCellular("run", "smart-meter", "--clock", "virtual", "--scenario", "no-psm-grant", "--json", "--report", place);
	expect(run.code).toBe(0);
	const file = join(place, "printed.json");
	writeFileSync(file, run.stdout);
	const [fromFile, fromFolder] = [await xsCellular("explain", file, "--json"), await xsCellular("explain", place, "--json")];
	expect([fromFile.code, fromFolder.code]).toEqual([0, 0]);
	const { findings } = documentOf(fromFile);
	expect(documentOf(fromFolder).findings).toEqual(findings);
	expect(findings.map(({ topic, verdict }: { topic: string; verdict: string }) => [topic, verdict])).toEqual([
		["registration", "granted"],
		["PSM", "denied"],
		["eDRX", "not used"],
		["IPv6", "granted"],
		["RAI", "granted"],
	]);
	const told = await xsCellular("explain", file);
	expect(told.stdout).toMatch(/^PSM: denied\n {2}periodic TAU \d+ s, active time \d+ s asked, nothing granted\n {2}why {3}/m);
});

test("explain of what is no run is exit 2", async ({ onTestFinished }) => {
	const ended = await xsCellular("explain", join(folder(onTestFinished), "none.json"));
	expect(ended).toMatchObject({ code: 2, stdout: "" });
	expect(ended.stderr).toMatch(/^error: .*none\.json cannot be read \(ENOENT\): give what xs-cellular run --json printed.*\n$/);
});
