export interface TimelineEvent {
	readonly timeMs: number;
	readonly what: string;
	readonly detail: string;
}

/** Events that come with every exchange and say nothing new to a reader. */
const NOISE: ReadonlySet<string> = new Set(["app.counters", "app.outbox", "app.psm", "app.network", "connected", "released", "paging"]);

export function timelineEvent(timeMs: number, name: string, data: Record<string, unknown>): TimelineEvent | undefined {
	if (NOISE.has(name)) return undefined;
	const detail = Object.entries(data)
		.filter(([, value]) => value !== undefined && value !== null)
		.map(([key, value]) => `${key} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
		.join(", ");
	return { timeMs, what: name, detail };
}
