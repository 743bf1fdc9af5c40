/** A figure no document gives; reports list them beside every result that depends on them. */
export interface Assumption {
	readonly id: string;
	readonly value: number | string;
	readonly unit: string;
	readonly why: string;
}

/** The one line a report shows for an assumption. */
export function assumptionText(assumption: Assumption): string {
	const value = assumption.unit === "" ? `${assumption.value}` : `${assumption.value} ${assumption.unit}`;
	return `${assumption.id}: ${value} (${assumption.why})`;
}
