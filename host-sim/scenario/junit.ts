import reports, { type Builder } from "junit-report-builder";
import type { ScenarioResult } from "./runner.js";

// The package's types describe an ES module with a default export; what Node imports is the builder itself.
const builder = reports as unknown as Builder;

/** One test case per expectation, one more for each step that was never reached. XML text. */
export function junitText(result: ScenarioResult, suiteName = "scenario"): string {
	const report = builder.newBuilder();
	const suite = report.testSuite().name(result.title);
	for (const entry of result.cases) {
		const testCase = suite
			.testCase()
			.className(suiteName)
			.name(entry.name)
			.time(entry.atMs / 1000);
		if (entry.result === "failed") testCase.failure(entry.why);
		if (entry.result === "skipped") testCase.skipped();
	}
	for (const step of result.openSteps) suite.testCase().className(suiteName).name(`${step} (never reached)`).skipped();
	return report.build();
}
