import { expect, test } from "vitest";
import type { Behaviour } from "./behaviours/bench.js";
import { streamBench } from "./stream-module.js";

/** Runs the cases of one behaviour over the test driver: once with a module that keeps bytes, once with one that pushes them. */
export function runBehaviours(cases: Readonly<Record<string, Behaviour>>): void {
	for (const [name, behaviour] of Object.entries(cases))
		test.each(["pull", "raw"] as const)(`${name} (%s)`, async delivery => {
			const bench = streamBench({ delivery });
			await behaviour(bench);
			expect(bench.thrown).toEqual([]);
		});
}
