import { type ChargeLimit, chargeLimit, measured } from "./charge-limit.js";
import type { RunDocument } from "./document.js";
import { runDocument } from "./read-document.js";

/** What a matcher of `expect.extend` gives back, in Vitest and Jest alike. */
export interface MatcherResult {
	readonly pass: boolean;
	message(): string;
}

/** For the types of a test framework: `declare module "vitest" { interface Matchers<T> extends EnergyMatchers<T> {} }`. */
export interface EnergyMatchers<R = unknown> {
	/**
	 * @param limit "18 µAh per report", "130 µAh per day", "2 µAh per reading", "6 µA" on average, "3 mAh in all"; all but the charge
	 * per report take "for boot | attach | tau | data | paging | sleep" after it.
	 */
	toUseLessThan(limit: string): R;
}

/**
 * Whether a run took less charge than `limit`. A run whose charge is unknown did not.
 * @throws RangeError for a limit that is none, RunDocumentError for a run that is none.
 */
export function usesLessThan(run: unknown, limit: string): MatcherResult {
	const bound = chargeLimit(limit);
	const document = runDocument(run, "what was expected to use less");
	const used = measured(document, bound);
	const pass = typeof used === "number" && used < bound.value;
	return { pass, message: () => message(document, bound, used, pass) };
}

/** Ready for `expect.extend(energyMatchers)`. */
export const energyMatchers = { toUseLessThan: usesLessThan };

/** Without a test framework, or with node:test: throws an Error with the matcher's message. */
export function expectRun(run: unknown): EnergyMatchers<void> {
	return {
		toUseLessThan(limit) {
			const { pass, message } = usesLessThan(run, limit);
			if (!pass) throw new Error(message());
		},
	};
}

function message(run: RunDocument, limit: ChargeLimit, used: number | string, pass: boolean): string {
	const name = `${run.example} on ${run.persona ?? run.driver}`;
	if (typeof used === "string") return `${name} cannot be held against ${limit.text}: ${used}`;
	const figure = `${Number(used.toPrecision(4))} ${limit.unit}`;
	return `${name} took ${figure}, expected ${pass ? "not " : ""}less than ${limit.text}${pass ? "" : spentOn(run)}`;
}

/** Where to look first. */
function spentOn({ power }: RunDocument): string {
	const { byCause = {}, chargeMicroampHours } = power;
	const parts = Object.entries(byCause).sort((a, b) => b[1] - a[1]);
	if (parts.length === 0 || !chargeMicroampHours) return "";
	return `; spent on ${parts.map(([cause, value]) => `${cause} ${((100 * value) / chargeMicroampHours).toFixed(0)} %`).join(", ")}`;
}
