import type { Clock } from "../clock/clock.js";
import type { RadioObserver, RadioState } from "../network/radio.js";
import { CauseTracker, type EnergyCause } from "./cause.js";
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
	readonly #byCause = new Map<EnergyCause, number>();
	readonly #cause = new CauseTracker();
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
		this.#follow(state);
		this.#radio = state;
		this.#radioMicroamps = this.#restMicroamps(state, paging);
		if (left) this.#beginCycle();
		if (entered) this.#endCycle();
	}
	core(state: CoreState): void {
		this.#integrate();
		this.#core = state;
		if (state === "boot") this.#cause.boots();
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
	/** Something happened in the network: it may say what the charge from here on is for. */
	event(name: string): void {
		if (!CauseTracker.announces(name)) return;
		this.#integrate();
		this.#cause.event(name);
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
	/** Sums to the charge as `byState` does, to the precision of floating point. */
	get byCause(): Partial<Record<EnergyCause, number>> {
		this.#integrate();
		const result: Partial<Record<EnergyCause, number>> = {};
		for (const [cause, microcoulombs] of this.#byCause) {
			if (microcoulombs !== 0) result[cause] = microcoulombs / MICROCOULOMBS_PER_MICROAMP_HOUR;
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

	#follow(state: RadioState): void {
		if (state === this.#radio) return;
		if (this.#radio === "connected") this.#cause.released();
		if (state === "connected") this.#connect();
		else if (state === "search") this.#cause.searches();
		else if (state === "psm") this.#cause.sleeps();
	}

	#connect(): void {
		this.#cause.connects();
		const microcoulombs = this.profile.connectMicrocoulombs?.value;
		if (microcoulombs === undefined) return;
		this.#charge.set("connected", (this.#charge.get("connected") ?? 0) + microcoulombs);
		this.#spend(this.#cause.now, microcoulombs);
	}

	#integrate(): void {
		const now = this.#clock.now();
		const ms = now - this.#sinceMs;
		if (ms <= 0) return;
		this.#sinceMs = now;
		const { profile } = this;
		if (this.#core === "off") {
			this.#add("off", ms, profile.offMicroamps.value, "sleep");
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
		if (this.#core === "active") {
			this.#add("active", ms, profile.coreActiveMicroamps.value);
			this.#rest(rest, ms, 0);
			return;
		}
		this.#timeMs.set(rest, (this.#timeMs.get(rest) ?? 0) + ms);
		this.#rest(rest, ms, this.#core === "sleep" ? profile.coreSleepMicroamps.value : 0);
	}
	/** Of what a resting radio takes the floor is sleep and the rest is looking for pages. */
	#rest(state: EnergyState, ms: number, coreMicroamps: number): void {
		const floor = Math.min(this.#radioMicroamps, this.profile.psmMicroamps.value);
		const microcoulombs = ((this.#radioMicroamps + coreMicroamps) * ms) / 1000;
		const sleeping = ((floor + coreMicroamps) * ms) / 1000;
		this.#charge.set(state, (this.#charge.get(state) ?? 0) + microcoulombs);
		this.#spend("sleep", sleeping);
		if (microcoulombs > sleeping) this.#spend("paging", microcoulombs - sleeping);
	}
	#add(state: EnergyState, ms: number, microamps: number, cause = this.#cause.now): void {
		const microcoulombs = (microamps * ms) / 1000;
		this.#timeMs.set(state, (this.#timeMs.get(state) ?? 0) + ms);
		this.#charge.set(state, (this.#charge.get(state) ?? 0) + microcoulombs);
		this.#spend(cause, microcoulombs);
	}
	#spend(cause: EnergyCause, microcoulombs: number): void {
		this.#byCause.set(cause, (this.#byCause.get(cause) ?? 0) + microcoulombs);
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
