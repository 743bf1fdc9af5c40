import type { Clock } from "../clock/clock.js";
import { Alarms } from "./alarms.js";
import { COLD_SEARCH_MS, SEARCH_PAUSES_MS, WARM_SEARCH_MS } from "./nas-timing.js";

export interface CellSearchOwner {
	readonly clock: Clock;
	/** The receiver is searching, or rests between two searches. */
	show(state: "search" | "no-service"): void;
	/** Whether a cell was found that may be used. */
	select(): boolean;
	found(): void;
}

/** Searches again and again, with pauses that grow, until there is a cell. */
export class CellSearch {
	readonly #o: CellSearchOwner;
	readonly #alarms: Alarms<"search">;
	#pauses = 0;
	#storedCell = false;

	constructor(owner: CellSearchOwner) {
		this.#o = owner;
		this.#alarms = new Alarms(owner.clock);
	}

	start(): void {
		this.#o.show("search");
		this.#alarms.set("search", this.#storedCell ? WARM_SEARCH_MS : COLD_SEARCH_MS, () => {
			if (!this.#o.select()) return this.#rest();
			this.#pauses = 0;
			this.#storedCell = true;
			this.#o.found();
		});
	}
	stop(): void {
		this.#alarms.clearAll();
	}

	#rest(): void {
		const pauseMs = SEARCH_PAUSES_MS[Math.min(this.#pauses++, SEARCH_PAUSES_MS.length - 1)]!;
		this.#o.show("no-service");
		this.#alarms.set("search", pauseMs, () => this.start());
	}
}
