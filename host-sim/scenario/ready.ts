import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadScenario, ScenarioError } from "./load.js";
import type { Scenario } from "./scenario.js";

/** `scenarios/` of the package: two folders up in a checkout, three when installed under `dist`. */
function folder(): string | undefined {
	return ["../../scenarios", "../../../scenarios"].map(path => fileURLToPath(new URL(path, import.meta.url))).find(existsSync);
}

function ids(): string[] {
	const path = folder();
	if (path === undefined) return [];
	return readdirSync(path)
		.filter(file => file.endsWith(".json"))
		.map(file => basename(file, ".json"))
		.sort();
}

/** What `scenarios --json` prints. */
export interface ScenarioInfo {
	readonly id: string;
	readonly title: string;
	readonly description: string;
	/** The example that it was written for; null: any. */
	readonly example: string | null;
	/** The module that it was written for; null: any. */
	readonly persona: string | null;
	/** ISO 8601, how long a run of it lasts. */
	readonly for: string | null;
	readonly steps: number;
	readonly expectations: number;
}

export function listScenarios(): ScenarioInfo[] {
	return ids().map(id => {
		const scenario = loadScenario(join(folder()!, `${id}.json`));
		return {
			id,
			title: scenario.title,
			description: scenario.description ?? "",
			example: scenario.example ?? null,
			persona: scenario.persona ?? null,
			for: scenario.for ?? null,
			steps: scenario.steps.length,
			expectations: scenario.expect.length,
		};
	});
}

/** A ready scenario by its id, or a file by its path. Throws {@link ScenarioError} naming what there is. */
export function findScenario(idOrPath: string): Scenario {
	const known = ids();
	if (known.includes(basename(idOrPath, ".json")) && !/[/\\]/.test(idOrPath) && !existsSync(idOrPath)) {
		return loadScenario(join(folder()!, `${basename(idOrPath, ".json")}.json`));
	}
	if (!existsSync(idOrPath)) {
		throw new ScenarioError(`no scenario ${idOrPath}: give the path of a file, or one of ${known.join(", ")}`);
	}
	return loadScenario(idOrPath);
}
