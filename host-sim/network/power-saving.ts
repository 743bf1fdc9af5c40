import type { Clock } from "../clock/clock.js";
import type { Random } from "../clock/random.js";
import { Alarms } from "./alarms.js";
import { edrxCycleSeconds, pagingWindowSeconds } from "./gprs-timers.js";
import { type EdrxGrant, grantEdrx, grantPsm, type PsmGrant, type PsmRequest } from "./grants.js";
import type { RadioObserver, RadioState } from "./radio.js";
import type { RadioNetwork } from "./radio-network.js";
import type { UeListener } from "./ue.js";

/** eDRX in RRC_INACTIVE ends at 10.24 s in Rel-17 (TS 38.304 7.4). */
const INACTIVE_CYCLE_LIMIT_MS = 10_240;

export type PsmReason = "host" | "uplink" | "periodic-tau";

export interface PowerSavingOwner {
	readonly clock: Clock;
	readonly network: RadioNetwork;
	readonly random: Random;
	readonly radio: RadioObserver;
	notify(action: (listener: UeListener) => void): void;
	emit(name: string, data: Record<string, unknown>): void;
	/** Registered, the radio idle, nothing waiting. */
	maySleep(): boolean;
	periodicTau(): void;
}

/** PSM, eDRX and their timers: T3324 and T3412 of TS 24.301 5.3.5 and 5.3.11, paging of TS 36.304 7. */
export class PowerSaving {
	readonly #o: PowerSavingOwner;
	readonly #alarms: Alarms<"t3324" | "t3412">;
	#psm = false;
	#psmRequest: PsmRequest | false = false;
	#edrxRequest: { readonly cycle: string } | false = false;
	#psmGrant: PsmGrant | undefined;
	#edrxGrant: EdrxGrant | undefined;
	#shown = "";

	constructor(owner: PowerSavingOwner) {
		this.#o = owner;
		this.#alarms = new Alarms(owner.clock);
	}

	get psm(): boolean {
		return this.#psm;
	}
	get psmGrant(): PsmGrant | undefined {
		return this.#psmGrant;
	}
	get edrxGrant(): EdrxGrant | undefined {
		return this.#edrxGrant;
	}

	/** Whether the request is another one than before. */
	requestPsm(request: PsmRequest | false): boolean {
		const same = JSON.stringify(request) === JSON.stringify(this.#psmRequest);
		this.#psmRequest = request;
		return !same;
	}
	requestEdrx(request: { readonly cycle: string } | false): boolean {
		const same = JSON.stringify(request) === JSON.stringify(this.#edrxRequest);
		this.#edrxRequest = request;
		return !same;
	}
	/** What ATTACH ACCEPT or TRACKING AREA UPDATE ACCEPT brings. */
	grant(apn: string): void {
		const { network } = this.#o;
		const before = JSON.stringify(this.#edrxGrant);
		this.#psmGrant = grantPsm(network, apn, this.#psmRequest);
		this.#edrxGrant = grantEdrx(network, apn, this.#edrxRequest);
		if (JSON.stringify(this.#edrxGrant) !== before) this.#o.notify(listener => listener.edrxChanged());
		this.#o.emit("grant", {
			activeSeconds: this.#psmGrant?.activeSeconds ?? null,
			periodicTauSeconds: this.#psmGrant?.periodicSeconds ?? null,
			edrx: this.#edrxGrant?.granted ?? null,
		});
	}
	/** The registration is gone, and what was granted with it. */
	forget(): void {
		this.#alarms.clearAll();
		this.#psm = false;
		this.#psmGrant = undefined;
		this.#edrxGrant = undefined;
	}

	/** EMM-IDLE begins: T3412 and T3324 start. */
	idle(): void {
		this.showIdle();
		const periodic = this.#psmGrant?.periodicSeconds ?? this.#o.network.operator.t3412Seconds;
		this.#alarms.set("t3412", periodic * 1000, () => {
			if (this.#psm) this.leave("periodic-tau");
			this.#o.periodicTau();
		});
		this.#startActiveTime();
	}
	/** A connection begins, or the cell is lost: neither timer runs meanwhile. */
	active(): void {
		this.#alarms.clearAll();
	}
	/** True when the UE was in PSM. Without signalling it goes back after the active time. */
	leave(why: PsmReason): boolean {
		if (!this.#psm) return false;
		this.#psm = false;
		this.#o.emit("psm-left", { why });
		this.#o.notify(listener => listener.psmChanged("left", why));
		this.showIdle();
		this.#startActiveTime();
		return true;
	}

	show(state: RadioState): void {
		const { network, radio } = this.#o;
		const { rat } = network.cell;
		const edrxCycleMs = (edrxCycleSeconds(this.#edrxGrant?.granted ?? "", rat) ?? 0) * 1000;
		const ptwMs = (pagingWindowSeconds(this.#edrxGrant?.ptw ?? "", rat) ?? 0) * 1000;
		const shown = `${state} ${edrxCycleMs}`;
		if (shown === this.#shown) return;
		this.#shown = shown;
		radio.radio(state, { drxCycleMs: network.cell.drxCycleMs, edrxCycleMs, ptwMs });
	}
	showIdle(): void {
		this.show(this.#edrxGrant === undefined ? "idle" : "edrx");
	}
	/** Until the next paging occasion. */
	pagingDelayMs(inactive: boolean): number {
		const { rat, drxCycleMs } = this.#o.network.cell;
		const cycleMs = (edrxCycleSeconds(this.#edrxGrant?.granted ?? "", rat) ?? 0) * 1000;
		const limitMs = inactive ? INACTIVE_CYCLE_LIMIT_MS : cycleMs;
		return Math.round(this.#o.random.next() * Math.max(drxCycleMs, Math.min(cycleMs, limitMs)));
	}

	#startActiveTime(): void {
		if (this.#psmGrant === undefined) return;
		this.#alarms.set("t3324", this.#psmGrant.activeSeconds * 1000, () => {
			if (!this.#o.maySleep()) return;
			this.#psm = true;
			this.show("psm");
			this.#o.emit("psm-entered", {});
			this.#o.notify(listener => listener.psmChanged("entered"));
		});
	}
}
