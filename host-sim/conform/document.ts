/** One line of the document that `conform --json` prints. */
export interface CaseResult {
	readonly name: string;
	readonly group: string;
	readonly result: "passed" | "failed" | "skipped";
	/** Why it failed or was skipped; empty when it passed. */
	readonly why: string;
	/** Simulated time it took, or real time on a real port. */
	readonly ms: number;
}

export interface ConformDocument {
	readonly driver: string;
	readonly persona: string | null;
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
	readonly cases: readonly CaseResult[];
}
