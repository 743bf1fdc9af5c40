import type { Clock } from "../clock/clock.js";
import type { RadioObserver, RadioState } from "../network/radio.js";
import { type EnergyProfile, edrxMicroamps, idleMicroamps, transmitMicroamps } from "./profile.js";

/** Where the charge went. `active` is the module's own processor while the radio rests. */
export type EnergyState = "off" | "boot" | "active" | "psm" | "idle" | "edrx" | "search" | "connected" | "receive" | "transmit";

type CoreState = "off" | "boot" | "active" | "sleep" | "deep-sleep";

/** From leaving PSM to entering it again. */
export interface WakeCycle {
	readonly startMs: number;
	readonly endMs: number;
	readonly microcoulombs: number;
	/** Uplink datagrams meanwhile: none where only T3412 ran out or the host looked in. */
	readonly datagrams: number;
}

/** Of a long run only this many cycles are kept one by one. */
const KEPT_CYCLES = 1000;
const MICROCOULOMBS_PER_MICROAMP_HOUR = 3600;

/** Integrates charge over the clock's time. Costs nothing while no state changes: idle and eDRX count by their averages. */
export class EnergyMeter implements RadioObserver {
	readonly profile: EnergyProfile;
	readonly #clock: Clock;
	readonly #charge = new Map<EnergyState, number>();
	readonly #timeMs = new Map<EnergyState, number>();
	readonly cycles: WakeCycle[] = [];
	#cycleCount = 0;
	#reportCycles = 0;
	#reportMicrocoulombs = 0;
	#radio: RadioState = "off";
	#radioMicroamps = 0;
	#core: CoreState = "off";
	#sinceMs: number;
	#cycleStart: { ms: number; microcoulombs: number } | undefined;
	#datagrams = 0;

	constructor(clock: Clock, profile: EnergyProfile) {
		this.#clock = clock;
		this.profile = profile;
		this.#sinceMs = clock.now();
	}

	radio(state: RadioState, paging: { readonly drxCycleMs: number; readonly edrxCycleMs: number; readonly ptwMs: number }): void {
		this.#integrate();
		const left = this.#radio === "psm" && state !== "psm";
		const entered = state === "psm" && this.#radio !== "psm";
		this.#radio = state;
		this.#radioMicroamps = this.#restMicroamps(state, paging);
		if (left) this.#beginCycle();
		if (entered) this.#endCycle();
	}
	core(state: CoreState): void {
		this.#integrate();
		this.#core = state;
		if (state === "off" || state === "boot") this.#cycleStart = undefined;
	}
	air(txMs: number, txPowerDbm: number, rxMs: number): void {
		this.#integrate();
		const { profile } = this;
		this.#add("transmit", txMs, transmitMicroamps(profile, txPowerDbm));
		this.#add("receive", rxMs, profile.receiveMicroamps.value);
		// The same milliseconds were counted as connected while they passed.
		this.#add("connected", -(txMs + rxMs), profile.connectedMicroamps.value);
	}
	/** An uplink datagram left: the cycle it belongs to is a report's. */
	datagram(): void {
		this.#datagrams++;
	}

	get elapsedMs(): number {
		this.#integrate();
		let sum = 0;
		for (const ms of this.#timeMs.values()) sum += ms;
		return sum;
	}
	get chargeMicroampHours(): number {
		return this.#microcoulombs() / MICROCOULOMBS_PER_MICROAMP_HOUR;
	}
	get byState(): Partial<Record<EnergyState, number>> {
		this.#integrate();
		const result: Partial<Record<EnergyState, number>> = {};
		for (const [state, microcoulombs] of this.#charge) {
			if (microcoulombs !== 0) result[state] = microcoulombs / MICROCOULOMBS_PER_MICROAMP_HOUR;
		}
		return result;
	}
	get millisecondsByState(): Partial<Record<EnergyState, number>> {
		this.#integrate();
		return Object.fromEntries(this.#timeMs);
	}
	/** Average over the wake cycles that sent something; undefined before the first is complete. */
	get chargePerReportMicroampHours(): number | undefined {
		if (this.#reportCycles === 0) return undefined;
		return this.#reportMicrocoulombs / this.#reportCycles / MICROCOULOMBS_PER_MICROAMP_HOUR;
	}
	get reportCycles(): number {
		return this.#reportCycles;
	}
	get wakeCycles(): number {
		return this.#cycleCount;
	}

	#restMicroamps(state: RadioState, paging: { readonly drxCycleMs: number; readonly edrxCycleMs: number; readonly ptwMs: number }): number {
		const { profile } = this;
		if (state === "idle") return idleMicroamps(profile, paging.drxCycleMs);
		if (state === "edrx") return edrxMicroamps(profile, paging.edrxCycleMs, paging.ptwMs, paging.drxCycleMs);
		return profile.psmMicroamps.value;
	}

	#integrate(): void {
		const now = this.#clock.now();
		const ms = now - this.#sinceMs;
		if (ms <= 0) return;
		this.#sinceMs = now;
		const { profile } = this;
		if (this.#core === "off") {
			this.#add("off", ms, profile.offMicroamps.value);
			return;
		}
		if (this.#core === "boot") {
			this.#add("boot", ms, profile.bootMicroamps.value);
			return;
		}
		if (this.#radio === "connected") {
			this.#add("connected", ms, profile.connectedMicroamps.value);
			return;
		}
		if (this.#radio === "search") {
			this.#add("search", ms, profile.receiveMicroamps.value);
			return;
		}
		const rest = this.#radio === "psm" || this.#radio === "edrx" ? this.#radio : "idle";
		if (this.#core === "deep-sleep") {
			this.#add(rest, ms, this.#radioMicroamps);
			return;
		}
		if (this.#core === "sleep") {
			this.#add(rest, ms, this.#radioMicroamps + profile.coreSleepMicroamps.value);
			return;
		}
		this.#add("active", ms, profile.coreActiveMicroamps.value);
		this.#charge.set(rest, (this.#charge.get(rest) ?? 0) + (this.#radioMicroamps * ms) / 1000);
	}
	#add(state: EnergyState, ms: number, microamps: number): void {
		this.#timeMs.set(state, (this.#timeMs.get(state) ?? 0) + ms);
		this.#charge.set(state, (this.#charge.get(state) ?? 0) + (microamps * ms) / 1000);
	}
	#microcoulombs(): number {
		this.#integrate();
		let sum = 0;
		for (const microcoulombs of this.#charge.values()) sum += microcoulombs;
		return sum;
	}

	#beginCycle(): void {
		this.#cycleStart = { ms: this.#sinceMs, microcoulombs: this.#microcoulombs() };
		this.#datagrams = 0;
	}
	#endCycle(): void {
		const start = this.#cycleStart;
		if (start === undefined) return;
		this.#cycleStart = undefined;
		const microcoulombs = this.#microcoulombs() - start.microcoulombs;
		this.#cycleCount++;
		if (this.#datagrams > 0) {
			this.#reportCycles++;
			this.#reportMicrocoulombs += microcoulombs;
		}
		if (this.cycles.length === KEPT_CYCLES) this.cycles.shift();
		this.cycles.push({ startMs: start.ms, endMs: this.#sinceMs, microcoulombs, datagrams: this.#datagrams });
	}
}
