import type { Clock, Scheduled } from "./clock.js";
import { Schedule } from "./schedule.js";

/** Time that passes only when it is told to: the next action is always due at once, whatever the delay. */
export class VirtualClock implements Clock {
	readonly kind = "virtual";
	readonly #schedule = new Schedule();
	#nowMs: number;
	#running = false;

	constructor(startMs = 0) {
		this.#nowMs = startMs;
	}

	now(): number {
		return this.#nowMs;
	}

	/** A time in the past means now: after what is already due. */
	at(timeMs: number, action: () => void): Scheduled {
		return this.#schedule.add(Math.max(timeMs, this.#nowMs), action);
	}

	after(delayMs: number, action: () => void): Scheduled {
		return this.at(this.#nowMs + delayMs, action);
	}

	cancel(scheduled: Scheduled | undefined): void {
		this.#schedule.cancel(scheduled);
	}

	/** When the next action is due; undefined when nothing is scheduled. */
	get nextMs(): number | undefined {
		return this.#schedule.nextMs;
	}

	/** Number of actions that wait. */
	get pending(): number {
		return this.#schedule.size;
	}

	/** Jumps to the next action and runs it. False when there is none up to and including `untilMs`; the time then stays. */
	step(untilMs = Number.POSITIVE_INFINITY): boolean {
		const nextMs = this.#schedule.nextMs;
		if (nextMs === undefined || nextMs > untilMs) return false;
		if (this.#running) throw new Error("an action of the virtual clock must not run the clock");
		this.#nowMs = nextMs;
		const action = this.#schedule.take() as () => void;
		this.#running = true;
		try {
			action();
		} finally {
			this.#running = false;
		}
		return true;
	}

	/**
	 * Runs everything that is due up to and including `untilMs`, then stands at `untilMs`. An exception of an action
	 * leaves from here with the clock in order. Returns how many actions ran. Promises do not run meanwhile: see {@link runAsync}.
	 */
	run(untilMs: number): number {
		let count = 0;
		while (this.step(untilMs)) count++;
		this.#stand(untilMs);
		return count;
	}

	/** Runs as long as `condition` holds, which is looked at before each action. True when it still held at `untilMs`. */
	runWhile(condition: () => boolean, untilMs: number): boolean {
		while (condition()) {
			if (!this.step(untilMs)) {
				this.#stand(untilMs);
				return condition();
			}
		}
		return false;
	}

	/**
	 * As {@link run}, and lets promises and pending input and output of the process run after each action, or after each
	 * `every` actions. Stops early when `stop` says so.
	 */
	async runAsync(untilMs: number, options: { readonly every?: number; readonly stop?: () => boolean } = {}): Promise<void> {
		const every = options.every ?? 1;
		for (let count = 1; ; count++) {
			if (options.stop?.()) return;
			if (!this.step(untilMs)) {
				await new Promise<void>(resolve => setImmediate(resolve));
				const nextMs = this.#schedule.nextMs;
				if (nextMs === undefined || nextMs > untilMs) break;
				continue;
			}
			if (count % every === 0) await new Promise<void>(resolve => setImmediate(resolve));
		}
		if (!options.stop?.()) this.#stand(untilMs);
	}

	#stand(untilMs: number): void {
		if (Number.isFinite(untilMs) && untilMs > this.#nowMs) this.#nowMs = untilMs;
	}
}
