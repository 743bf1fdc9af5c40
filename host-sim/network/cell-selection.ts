import type { Clock } from "../clock/clock.js";
import type { Assumption } from "./assumptions.js";
import type { CellProfile } from "./operator.js";
import type { CellSite, RadioNetwork } from "./radio-network.js";
import type { Rat } from "./words.js";

/** A barred cell is left alone for up to 300 s (TS 38.304 5.3.1). */
export const BARRED_MS = 300_000;
/** Treselection of the cell: 0 to 7 s (TS 38.331, TS 36.331). */
export const RESELECTION_MS = 2_000;

export const CELL_SELECTION_ASSUMPTIONS: readonly Assumption[] = [
	{ id: "cells.reselection", value: RESELECTION_MS / 1000, unit: "s", why: "Treselection of the cell; 0 to 7 s are possible" },
	{
		id: "cells.receivers",
		value: 2,
		unit: "",
		why: "RedCap UE with two receive branches and full duplex, as the SIM8230G of transcript 21",
	},
];

/** Why a UE is not on the technology it would rather use. */
export type FallbackReason = "barred" | "slices" | "coverage" | "preference";

export interface CellSelectionOwner {
	readonly clock: Clock;
	readonly network: RadioNetwork;
	emit(name: string, data: Record<string, unknown>): void;
}

/** Which of the network's cells this UE takes: TS 38.304 5.2.3 and 5.3.1, TS 36.304 5.2.3. */
export class CellSelection {
	bands: readonly number[] | undefined;
	nrBands: readonly number[] | undefined;
	rats: readonly Rat[] | undefined;
	/** TS 38.306 4.2.21. */
	receivers: 1 | 2 = 2;
	halfDuplex = false;
	/** N1 mode is disabled: the network had no slice for the UE (TS 24.501 4.9.2, 5.5.1.2.5). */
	nrDisabled = false;
	readonly #o: CellSelectionOwner;
	/** By physical cell identity. */
	readonly #barredUntilMs = new Map<number, number>();
	#camped: Rat | undefined;

	constructor(owner: CellSelectionOwner) {
		this.#o = owner;
	}

	/** Whether the UE can stay where it is. */
	get servingUsable(): boolean {
		return this.#usable(this.#o.network.serving);
	}
	/** A cell that the UE would rather be on than on its own. */
	get better(): boolean {
		const [best] = this.#choices();
		return best !== undefined && best.profile.rat !== this.#o.network.cell.rat;
	}
	/** Anything to camp on beside NR. */
	get hasOtherThanNr(): boolean {
		return this.#choices().some(({ profile }) => profile.rat !== "NR");
	}
	/** When the next cell may be tried again. */
	get barredUntilMs(): number | undefined {
		const nowMs = this.#o.clock.now();
		const times = [...this.#barredUntilMs.values()].filter(untilMs => untilMs > nowMs);
		return times.length === 0 ? undefined : Math.min(...times);
	}
	/** Switched on anew: nothing is remembered of any cell. */
	forget(): void {
		this.#barredUntilMs.clear();
		this.nrDisabled = false;
		this.#camped = undefined;
	}

	/** The serving cell's system information changed: whether the UE may stay. */
	reread(): boolean {
		this.#readSystemInformation();
		return this.servingUsable;
	}
	/** Camps on the best cell there is; false when there is none. */
	select(): boolean {
		this.#readSystemInformation();
		const [best] = this.#choices();
		if (best === undefined) return this.servingUsable;
		this.#o.network.serve(best);
		this.#tellFallback(best.profile.rat);
		return true;
	}

	/** In the order in which the UE would take them. */
	#choices(): readonly CellSite[] {
		const { sites } = this.#o.network;
		const usable = sites.filter(site => this.#usable(site));
		const { rats } = this;
		return rats === undefined ? usable : [...usable].sort((a, b) => rats.indexOf(a.profile.rat) - rats.indexOf(b.profile.rat));
	}
	#usable(site: CellSite): boolean {
		const barredMs = this.#barredUntilMs.get(site.profile.pci);
		return this.#inReach(site) && !(site.profile.rat === "NR" && this.nrDisabled) && (barredMs ?? 0) <= this.#o.clock.now();
	}
	#inReach(site: CellSite): boolean {
		const { rat, band } = site.profile;
		const bands = rat === "NR" ? this.nrBands : this.bands;
		return this.#o.network.inReach(site) && (bands?.includes(band) ?? true) && (this.rats?.includes(rat) ?? true);
	}

	/** SIB1 of every cell that could be taken. */
	#readSystemInformation(): void {
		const nowMs = this.#o.clock.now();
		for (const site of this.#o.network.sites) {
			if (!this.#usable(site)) continue;
			const reason = this.#barring(site.profile);
			if (reason === undefined) continue;
			this.#barredUntilMs.set(site.profile.pci, nowMs + BARRED_MS);
			this.#o.emit("cell-barred", { rat: site.profile.rat, pci: site.profile.pci, reason });
		}
	}
	/** TS 38.331 5.2.2.4.2. */
	#barring({ rat, barring }: CellProfile): string | undefined {
		if (rat !== "NR" || barring === undefined) return undefined;
		if (this.receivers === 1 && barring.cellBarredRedCap1Rx === true) return "cellBarredRedCap1Rx";
		if (this.receivers === 2 && barring.cellBarredRedCap2Rx === true) return "cellBarredRedCap2Rx";
		return this.halfDuplex && barring.halfDuplexRedCapAllowed === false ? "halfDuplexRedCapAllowed" : undefined;
	}

	#tellFallback(to: Rat): void {
		const from = this.#camped;
		this.#camped = to;
		const preferred = this.rats?.[0] ?? this.#o.network.sites[0]!.profile.rat;
		if (to === (from ?? preferred)) return;
		this.#o.emit("rat-changed", { from: from ?? null, to, why: to === preferred ? "preference" : this.#whyNot(preferred) });
	}
	#whyNot(rat: Rat): FallbackReason {
		if (rat === "NR" && this.nrDisabled) return "slices";
		const nowMs = this.#o.clock.now();
		const barred = this.#o.network.sites.some(({ profile }) => profile.rat === rat && (this.#barredUntilMs.get(profile.pci) ?? 0) > nowMs);
		return barred ? "barred" : "coverage";
	}
}
