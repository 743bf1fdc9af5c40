import type { FigureTag } from "../energy/profile.js";

/** `agrees` and `misses` are judged; `printed` is shown beside its publication and not judged; `not modelled` has no figure of ours. */
export type Verdict = "agrees" | "misses" | "printed" | "not modelled";

/** One figure of the model beside the one that somebody published. */
export interface Check {
	/** Stable: the list of what passes names it. */
	readonly id: string;
	/** What is compared, under which conditions. */
	readonly what: string;
	readonly unit: string;
	readonly model: number | undefined;
	/** A figure, or the two ends of what was published. */
	readonly published: number | readonly [low: number, high: number];
	/** Share of the published figure by which the model may be off; a range has none. */
	readonly tolerance?: number;
	readonly tag: FigureTag;
	readonly source: string;
	/** Printed without a verdict, and why. */
	readonly unjudged?: string;
	/** Why the model misses, as far as that is known; or what an agreement is worth. */
	readonly note?: string;
}

/** Deviation from the published figure, or from the nearer end of its range: 0 inside it. */
export function difference({ model, published }: Check): number | undefined {
	if (model === undefined) return undefined;
	if (typeof published === "number") return model / published - 1;
	const [low, high] = published;
	if (model < low) return model / low - 1;
	return model > high ? model / high - 1 : 0;
}

export function verdict(check: Check): Verdict {
	const off = difference(check);
	if (off === undefined) return "not modelled";
	if (check.unjudged !== undefined) return "printed";
	return Math.abs(off) <= (check.tolerance ?? 0) ? "agrees" : "misses";
}
