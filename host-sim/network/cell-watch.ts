import type { Clock } from "../clock/clock.js";
import { Alarms } from "./alarms.js";
import { type CellSelection, RESELECTION_MS } from "./cell-selection.js";
import { OUT_OF_SERVICE_MS } from "./nas-timing.js";

export interface CellWatchOwner {
	readonly clock: Clock;
	readonly cells: CellSelection;
	/** The UE is idle on a cell, awake, and not searching. */
	camped(): boolean;
	registered(): boolean;
	/** It has to look for a cell. */
	leave(): void;
}

/** What an idle UE does about its cell: gives it up when it is gone, leaves it for a preferred technology. */
export class CellWatch {
	readonly #o: CellWatchOwner;
	readonly #alarms: Alarms<"service" | "reselect">;

	constructor(owner: CellWatchOwner) {
		this.#o = owner;
		this.#alarms = new Alarms(owner.clock);
	}

	stop(): void {
		this.#alarms.clearAll();
	}
	/** Something about the cells changed, or the UE has become idle. */
	check(): void {
		const { cells } = this.#o;
		if (cells.servingUsable) {
			this.#alarms.clear("service");
			this.#considerReselection();
			return;
		}
		if (!this.#o.camped() || this.#alarms.isSet("service")) return;
		this.#alarms.set("service", OUT_OF_SERVICE_MS, () => {
			if (this.#o.camped() && !cells.servingUsable) this.#o.leave();
		});
	}
	/** The cell says something else in its system information. */
	reread(): void {
		if (this.#o.camped() && !this.#o.cells.reread()) this.#o.leave();
		else this.check();
	}

	/** TS 38.304 5.2.4.5, TS 36.304 5.2.4.5: the priority of the technology decides. */
	#considerReselection(): void {
		const { cells, clock } = this.#o;
		const wanted = (): boolean => this.#o.registered() && this.#o.camped() && cells.better;
		if (this.#alarms.isSet("reselect")) return;
		const { barredUntilMs } = cells;
		const delayMs = wanted() ? RESELECTION_MS : barredUntilMs === undefined ? undefined : Math.ceil(barredUntilMs - clock.now());
		if (delayMs === undefined) return;
		this.#alarms.set("reselect", delayMs, () => {
			if (wanted()) this.#o.leave();
			else this.#considerReselection();
		});
	}
}
