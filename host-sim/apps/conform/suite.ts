import type { Driver } from "../../../sdk/modem/driver.js";
import type { CaseResult, ConformDocument } from "../../conform/document.js";
import type { Persona } from "../../modem/persona.js";
import type { Bench } from "./bench.js";
import { type Case, Disproved, type Subject } from "./case.js";
import { cases } from "./cases/index.js";
import { SimulatedBench } from "./simulated-bench.js";

export interface ConformOptions {
	readonly driver: Driver;
	readonly persona: Persona | undefined;
	readonly seed: number;
	/** Makes the bench of a real port; a new one for each case. */
	readonly openBench?: (driver: Driver) => Promise<Bench>;
	/** Only cases whose `group: name` contains this. */
	readonly only?: string;
	readonly onResult?: (result: CaseResult, index: number, count: number) => void;
}

/** Every case, one after another, each with a module of its own that was just powered on. */
export async function conform(options: ConformOptions): Promise<ConformDocument> {
	const { driver, persona, only } = options;
	const chosen = cases.filter(({ group, name }) => only === undefined || `${group}: ${name}`.includes(only));
	const results: CaseResult[] = [];
	for (const [index, one] of chosen.entries()) {
		const result = await judge(one, options);
		results.push(result);
		options.onResult?.(result, index, chosen.length);
	}
	const count = (wanted: CaseResult["result"]): number => results.filter(({ result }) => result === wanted).length;
	return {
		driver: driver.id,
		persona: persona?.id ?? null,
		passed: count("passed"),
		failed: count("failed"),
		skipped: count("skipped"),
		cases: results,
	};
}

async function judge(one: Case, options: ConformOptions): Promise<CaseResult> {
	const { name, group } = one;
	const subject: Subject = { driver: options.driver, persona: options.persona };
	const why =
		one.on === "simulated" && options.persona === undefined ? "needs a simulated network or line" : (one.skip?.(subject) ?? undefined);
	if (why !== undefined) return { name, group, result: "skipped", why, ms: 0 };
	let bench: Bench | undefined;
	try {
		bench = await openBench(one, subject, options);
		await one.run(bench);
		return { name, group, result: "passed", why: "", ms: Math.round(bench.nowMs) };
	} catch (error) {
		// A defect of the suite itself shows its stack; what was disproved is a sentence.
		const text = error instanceof Disproved ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
		return { name, group, result: "failed", why: text, ms: Math.round(bench?.nowMs ?? 0) };
	} finally {
		await bench?.close();
	}
}

async function openBench(one: Case, subject: Subject, { seed, openBench }: ConformOptions): Promise<Bench> {
	const { driver, persona } = subject;
	if (persona !== undefined) return new SimulatedBench(driver, persona, seed, one.world?.(subject) ?? {});
	if (openBench === undefined) throw new Error("neither a persona nor a port");
	return openBench(driver);
}
