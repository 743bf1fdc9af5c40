// What moved since the stored figures, and what that means.

/** What may be worse than the stored figure before it is a failure. */
const tolerance = 0.02;

/** @typedef {{ name: string, ratio: number, instructions: number, computrons: number, collections: number, slots: number, chunkBytes: number, heapBytes?: number }} Figures */

/** Machine instructions and bytes that were promised; a program without a line here has no promise. */
export const targets = {
	at: { instructions: 60_000, collections: 0, slots: 0 },
	registration: { instructions: 300_000, collections: 0, slots: 0 },
	report: { heapBytes: 12 * 1024 },
};

/** What is stored: no absolute count of instructions, since those differ between processors. */
export function toBaseline(/** @type {Figures[]} */ all) {
	return Object.fromEntries(
		all.map(({ name, ratio, computrons, collections, slots, chunkBytes, heapBytes }) => [
			name,
			{ ratio: Number(ratio.toFixed(4)), computrons, collections, slots, chunkBytes, ...(heapBytes !== undefined && { heapBytes }) },
		]),
	);
}

/**
 * One row per figure that can be worse. `computrons` are told but do not fail: they repeat exactly and do not follow time.
 * A figure that was not measured (no 32-bit compiler) or is not stored yet is no failure.
 */
export function compare(/** @type {Figures[]} */ all, baseline) {
	const rows = [];
	for (const figures of all) {
		const stored = baseline[figures.name] ?? {};
		for (const what of ["ratio", "computrons", "slots", "chunkBytes", "collections", "heapBytes"]) {
			const now = figures[what];
			if (now === undefined) continue;
			const before = stored[what];
			const change = before ? now / before - 1 : now && before === 0 ? Number.POSITIVE_INFINITY : 0;
			rows.push({ name: figures.name, what, before, now, change, isWorse: what !== "computrons" && change > tolerance });
		}
	}
	return rows;
}

export function missedTargets(/** @type {Figures[]} */ all) {
	return all.flatMap(figures =>
		Object.entries(targets[figures.name] ?? {})
			.filter(([what, target]) => figures[what] > target)
			.map(([what, target]) => ({ name: figures.name, what, now: figures[what], target })),
	);
}
