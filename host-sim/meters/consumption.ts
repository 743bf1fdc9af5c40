import type { Clock } from "../clock/clock.js";
import { createRandom } from "../clock/random.js";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Per mille of a day's consumption in each hour. Assumption: a household with a morning and an evening. */
const hourShares = [12, 8, 6, 6, 10, 25, 60, 80, 62, 45, 38, 40, 52, 45, 36, 36, 42, 58, 75, 82, 70, 52, 38, 22] as const;

export interface ConsumptionOptions {
	readonly clock: Clock;
	readonly seed: number;
	/** Mean of a day in hundredths of the unit; a meter's own is up to a third more or less. */
	readonly meanPerDay: number;
	/** What the calendar shows when the simulation begins: UTC of the meter's local time. */
	readonly calendarMs: number;
}

/** How much of a day's consumption has passed at a time of the day. */
function shareOfDay(timeOfDayMs: number): number {
	const hour = Math.floor(timeOfDayMs / hourMs);
	let permille = 0;
	for (let i = 0; i < hour; i++) permille += hourShares[i] ?? 0;
	return (permille + (hourShares[hour] ?? 0) * (timeOfDayMs / hourMs - hour)) / 1000;
}

/** What a register shows: never falls, and is the same for the same seed and time. In hundredths of the unit. */
export class Consumption {
	readonly #clock: Clock;
	readonly #calendarMs: number;
	readonly #startMs: number;
	readonly #atStart: number;
	readonly #perDay: number;

	constructor(options: ConsumptionOptions) {
		const random = createRandom(options.seed).fork("consumption");
		this.#clock = options.clock;
		this.#startMs = options.clock.now();
		this.#calendarMs = options.calendarMs;
		this.#perDay = (options.meanPerDay * random.integer(667, 1333)) / 1000;
		// Between one and five years of use lie behind it.
		this.#atStart = Math.floor(this.#perDay * random.integer(365, 1825));
	}

	/** The meter's calendar now, as UTC milliseconds of its local time. */
	get calendarMs(): number {
		return this.#calendarMs + this.#clock.now() - this.#startMs;
	}

	get total(): number {
		return this.totalAt(this.calendarMs);
	}

	/** Six digits and two decimals: the register rolls over. */
	totalAt(calendarMs: number): number {
		const used = this.#perDay * (this.#days(calendarMs) - this.#days(this.#calendarMs));
		return Math.max(0, Math.floor(this.#atStart + used)) % 100_000_000;
	}

	#days(calendarMs: number): number {
		const day = Math.floor(calendarMs / dayMs);
		return day + shareOfDay(calendarMs - day * dayMs);
	}
}
