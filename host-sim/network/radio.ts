/** What the radio half of a module is doing; the energy account integrates over it. */
export type RadioState = "off" | "search" | "no-service" | "idle" | "edrx" | "connected" | "psm";

/** Told by the UE, in the order of time. Implemented by the energy meter. */
export interface RadioObserver {
	radio(state: RadioState, paging: { readonly drxCycleMs: number; readonly edrxCycleMs: number; readonly ptwMs: number }): void;
	/** Sending and receiving that took place inside the connected (or search) time since the last call. */
	air(txMs: number, txPowerDbm: number, rxMs: number): void;
	core(state: "off" | "boot" | "active" | "sleep" | "deep-sleep"): void;
}

export const SILENT_OBSERVER: RadioObserver = { radio() {}, air() {}, core() {} };
