/** Everything a simulated world says of itself; scenarios wait for these and expect them. An application's own begin with `app.`. */
export const EVENT_NAMES = [
	"power-on",
	"power-off",
	"module-boot",
	"module-ready",
	"module-off",
	"module-sleep",
	"module-wake",
	"module-fault",
	"registration",
	"attach",
	"attached",
	"denied",
	"detach",
	"tau",
	"grant",
	"connected",
	"released",
	"paging",
	"link-lost",
	"psm-entered",
	"psm-left",
	"context-activated",
	"context-addressed",
	"context-deactivated",
	"context-refused",
	"datagram-up",
	"datagram-down",
	"datagram-lost",
	"sms-up",
	"sms-down",
	"sms-report",
	"sms-expired",
	"call",
	"call-ended",
	"dtmf",
	"stream-opened",
	"stream-failed",
	"stream-closed",
	"stream-up",
	"stream-down",
	"segment-lost",
	"plmn-forbidden",
	"cell-barred",
	"rat-changed",
	"rrc-inactive",
	"rrc-idle",
	"slices",
	"scenario-step",
] as const;

export type EventData = Readonly<Record<string, unknown>>;

export interface SimulationEvent {
	readonly timeMs: number;
	readonly name: string;
	readonly data: EventData;
}

/** Whether an event is the one that a trigger or an expectation means. */
export function matches(
	event: SimulationEvent,
	wanted: { readonly event?: string | undefined; readonly data?: EventData | undefined },
): boolean {
	if (event.name !== wanted.event) return false;
	return Object.entries(wanted.data ?? {}).every(([key, value]) => event.data[key] === value);
}

/** Of a long run only the last events are kept; the counts are of all. */
const KEPT_EVENTS = 10_000;

/** Named events of one simulated world, in the order of time. */
export class EventLog {
	readonly #now: () => number;
	readonly #listeners = new Set<(event: SimulationEvent) => void>();
	readonly #counts = new Map<string, number>();
	#kept: SimulationEvent[] = [];

	constructor(now: () => number) {
		this.#now = now;
	}
	emit(name: string, data: EventData = {}): void {
		const event = { timeMs: this.#now(), name, data };
		this.#counts.set(name, this.count(name) + 1);
		this.#kept.push(event);
		if (this.#kept.length >= 2 * KEPT_EVENTS) this.#kept = this.#kept.slice(-KEPT_EVENTS);
		for (const listener of [...this.#listeners]) listener(event);
	}
	/** Returns what ends the subscription. */
	on(listener: (event: SimulationEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
	count(name: string): number {
		return this.#counts.get(name) ?? 0;
	}
	get recent(): readonly SimulationEvent[] {
		return this.#kept;
	}
	close(): void {
		this.#listeners.clear();
	}
}
