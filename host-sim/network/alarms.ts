import type { Clock, Scheduled } from "../clock/clock.js";

/** The named timers of one owner: setting one replaces it, and all die together when the owner is switched off. */
export class Alarms<Name extends string> {
	readonly #clock: Clock;
	readonly #running = new Map<Name, Scheduled>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}
	set(name: Name, delayMs: number, action: () => void): void {
		this.clear(name);
		const scheduled = this.#clock.after(Math.round(delayMs), () => {
			this.#running.delete(name);
			action();
		});
		this.#running.set(name, scheduled);
	}
	isSet(name: Name): boolean {
		return this.#running.has(name);
	}
	clear(name: Name): void {
		const scheduled = this.#running.get(name);
		if (scheduled === undefined) return;
		this.#running.delete(name);
		this.#clock.cancel(scheduled);
	}
	clearAll(): void {
		for (const scheduled of this.#running.values()) this.#clock.cancel(scheduled);
		this.#running.clear();
	}
}
