/** A scheduled action; give it to {@link Clock.cancel}. */
export interface Scheduled {
	readonly timeMs: number;
}

/**
 * The one source of time of a simulation. Milliseconds since the simulation began, monotonic, never wrapping
 * (the 32-bit ticks an application sees are made from it by the platform).
 */
export interface Clock {
	readonly kind: "real" | "virtual";
	now(): number;
	/** Runs `action` once at `timeMs` or as soon after it as possible; actions of one instant run in the order they were scheduled. */
	at(timeMs: number, action: () => void): Scheduled;
	after(delayMs: number, action: () => void): Scheduled;
	cancel(scheduled: Scheduled | undefined): void;
}
