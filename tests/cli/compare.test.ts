import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { documentOf, folder, xsCellular } from "./command.js";

const VIRTUAL = ["run", "smart-meter", "--clock", "virtual", "--for", "2d", "--json"] as const;

test("compare says which change cost what, for people and for machines", async ({ onTestFinished }) => {
	const place = folder(onTestFinished);
	const [near, far] = [join(place, "bc660k.json"), join(place, "bc95.json")];
	writeFileSync(near, (await xsCellular(...VIRTUAL)).stdout);
	writeFileSync(far, (await xsCellular(...VIRTUAL, "--persona", "quectel-bc95")).stdout);
	const ended = await xsCellular("compare", near, far, "--json");
	expect(ended).toMatchObject({ code: 0, stderr: "" });
	const { a, b, changed, figures, mostly } = documentOf(ended);
	expect([a, b]).toEqual([near, far]);
	expect(changed).toContainEqual({ what: "driver", a: "quectel-bc660k", b: "quectel-bc95" });
	const causes = figures.filter(({ group }: { group: string }) => group === "by cause");
	const total = figures.find(({ group, name }: { group: string; name: string }) => group === "charge" && name === "total");
	for (const side of ["a", "b", "difference"] as const)
		expect(causes.reduce((sum: number, figure: any) => sum + figure[side], 0)).toBeCloseTo(total[side], 2);
	expect(causes.map(({ name }: { name: string }) => name)).toContain(mostly.name);
	const told = await xsCellular("compare", near, far);
	expect(told.code).toBe(0);
	expect(told.stdout).toMatch(/^B takes [\d.]+ µA (more|less) on average, [\d.]+ %; most of the difference is \w+/m);
});

test("compare of what is no run is exit 2, in a line that says where a document comes from", async ({ onTestFinished }) => {
	const place = folder(onTestFinished);
	const other = join(place, "other.json");
	writeFileSync(other, "[]\n");
	for (const [path, why] of [
		[other, /no document of a run/],
		[join(place, "none"), /cannot be read \(ENOENT\)/],
	] as const) {
		const ended = await xsCellular("compare", path, path);
		expect(ended.code).toBe(2);
		expect(ended.stdout).toBe("");
		expect(ended.stderr).toMatch(/^error: .*run --json.*\n$/);
		expect(ended.stderr).toMatch(why);
	}
	expect((await xsCellular("compare", other)).code).toBe(2);
});
