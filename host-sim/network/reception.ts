import type { Clock } from "../clock/clock.js";
import type { Airtime } from "./airtime.js";
import type { CellSelection } from "./cell-selection.js";
import { measure, transmitPowerDbm } from "./coverage.js";
import type { RadioObserver } from "./radio.js";
import type { RadioAccess } from "./radio-access.js";
import type { RadioNetwork } from "./radio-network.js";
import type { RrcCell } from "./rrc.js";

export interface ReceptionOwner {
	readonly clock: Clock;
	readonly network: RadioNetwork;
	readonly seed: number;
	readonly radio: RadioObserver;
}

/** The cell as this module gets it: whether it can, how well, and with which power it answers. */
export class Reception implements RrcCell {
	readonly #o: ReceptionOwner;
	readonly #cells: CellSelection;
	#lastTxDbm: number | undefined;

	constructor(owner: ReceptionOwner, cells: CellSelection) {
		this.#o = owner;
		this.#cells = cells;
	}

	get reachable(): boolean {
		return this.#cells.servingUsable;
	}
	get ecl(): number {
		return this.measure().ecl;
	}
	get access(): RadioAccess {
		return this.#o.network.access;
	}
	get inactivityMs(): number {
		return this.#o.network.operator.inactivitySeconds * 1000;
	}
	get inactiveMs(): number | undefined {
		const { cell, operator } = this.#o.network;
		return cell.rat !== "NR" || operator.inactiveSeconds === undefined ? undefined : operator.inactiveSeconds * 1000;
	}
	/** Rel-17 NR has none; its UE assistance is not modelled. */
	get releaseAssistance(): boolean {
		const { cell, operator } = this.#o.network;
		return cell.rat !== "NR" && operator.releaseAssistance;
	}
	get lastTxDbm(): number | undefined {
		return this.#lastTxDbm;
	}
	measure() {
		const { network, seed, clock } = this.#o;
		const radio = { eclThresholds: network.cell.eclThresholds, resourceBlocks: network.access.resourceBlocks };
		return measure(network.coverage, radio, seed, clock.now());
	}
	book(air: Airtime, ecl: number): void {
		const power = transmitPowerDbm(this.measure().rsrpDbm, ecl);
		this.#lastTxDbm = power;
		this.#o.radio.air(air.txMs, power, air.rxMs);
	}
}
