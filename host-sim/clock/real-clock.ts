import { performance } from "node:perf_hooks";
import type { Clock, Scheduled } from "./clock.js";
import { Schedule } from "./schedule.js";

/** Node turns a longer delay into 1 ms. */
const longestTimeoutMs = 2 ** 31 - 1;

/** The machine's monotonic time. One Node timer waits for the next action, however far away it is. */
export class RealClock implements Clock {
	readonly kind = "real";
	readonly #schedule = new Schedule();
	readonly #originMs = performance.now();
	#timer: NodeJS.Timeout | undefined;
	#immediate: NodeJS.Immediate | undefined;
	#armedForMs = Number.POSITIVE_INFINITY;

	now(): number {
		return performance.now() - this.#originMs;
	}

	at(timeMs: number, action: () => void): Scheduled {
		const scheduled = this.#schedule.add(timeMs, action);
		if (timeMs < this.#armedForMs) this.#arm();
		return scheduled;
	}

	after(delayMs: number, action: () => void): Scheduled {
		return this.at(this.now() + delayMs, action);
	}

	cancel(scheduled: Scheduled | undefined): void {
		this.#schedule.cancel(scheduled);
		if (this.#schedule.size === 0) this.#disarm();
	}

	/** Forgets everything that is scheduled, so that the process may end. */
	close(): void {
		this.#schedule.clear();
		this.#disarm();
	}

	#disarm(): void {
		clearTimeout(this.#timer);
		clearImmediate(this.#immediate);
		this.#timer = this.#immediate = undefined;
		this.#armedForMs = Number.POSITIVE_INFINITY;
	}

	#arm(): void {
		this.#disarm();
		const nextMs = this.#schedule.nextMs;
		if (nextMs === undefined) return;
		this.#armedForMs = nextMs;
		const delayMs = nextMs - this.now();
		if (delayMs <= 0) this.#immediate = setImmediate(this.#run);
		else this.#timer = setTimeout(this.#run, Math.min(Math.ceil(delayMs), longestTimeoutMs));
	}

	/** One action a turn: promises and input of the process come between two of them. */
	readonly #run = (): void => {
		this.#armedForMs = Number.POSITIVE_INFINITY;
		const nextMs = this.#schedule.nextMs;
		const action = nextMs !== undefined && nextMs <= this.now() ? this.#schedule.take() : undefined;
		try {
			action?.();
		} finally {
			this.#arm();
		}
	};
}
