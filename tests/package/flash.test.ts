import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { dist } from "./dist.js";

/** Modules that a board preloads: their module scope runs when the firmware is linked, and what it leaves is read-only. */
const modules = ["sdk", "drivers"].flatMap(folder =>
	readdirSync(join(dist, folder), { recursive: true, encoding: "utf8" })
		.filter(file => file.endsWith(".js"))
		.map(file => `${folder}/${file}`),
);

function unfrozen(value: unknown, path: string, seen: Set<unknown>): string[] {
	if (typeof value !== "object" || value === null || seen.has(value)) return [];
	seen.add(value);
	const here = Object.isFrozen(value) ? [] : [path];
	return here.concat(Object.entries(value).flatMap(([name, part]) => unfrozen(part, `${path}.${name}`, seen)));
}

describe("what a board keeps in flash", () => {
	test("every table that a module exports is frozen throughout: the linker gives RAM to the others", async () => {
		const seen = new Set<unknown>();
		const found: string[] = [];
		for (const module of modules) {
			const exported = (await import(pathToFileURL(join(dist, module)).href)) as Record<string, unknown>;
			for (const [name, value] of Object.entries(exported)) found.push(...unfrozen(value, `${module}: ${name}`, seen));
		}
		expect(found).toEqual([]);
		expect(seen.size).toBeGreaterThan(500);
	});

	test("module scope has no variables and makes nothing that cannot be in flash", () => {
		const forbidden =
			/^(?:export )?(?:let|var) |^(?:export )?const \w+ = (?:.*\b)?new (?:Map|Set|WeakMap|Date|DataView|\w*Array|ArrayBuffer)\b/;
		const found = modules.flatMap(module =>
			readFileSync(join(dist, module), "utf8")
				.split("\n")
				.filter(line => forbidden.test(line))
				.map(line => `${module}: ${line}`),
		);
		expect(found).toEqual([]);
	});
});
