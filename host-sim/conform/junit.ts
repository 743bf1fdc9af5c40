import reports, { type Builder } from "junit-report-builder";
import type { ConformDocument } from "./document.js";

// The package's types describe an ES module with a default export; what Node imports is the builder itself.
const builder = reports as unknown as Builder;

/** One suite for each group, one test case for each case. XML text. */
export function conformJunit({ driver, cases }: ConformDocument): string {
	const report = builder.newBuilder();
	for (const group of new Set(cases.map(one => one.group))) {
		const suite = report.testSuite().name(`${driver}: ${group}`);
		for (const one of cases.filter(candidate => candidate.group === group)) {
			const testCase = suite
				.testCase()
				.className(`${driver}.${group.replaceAll(" ", "-")}`)
				.name(one.name)
				.time(one.ms / 1000);
			if (one.result === "failed") testCase.failure(one.why);
			if (one.result === "skipped") testCase.skipped();
		}
	}
	return report.build();
}
