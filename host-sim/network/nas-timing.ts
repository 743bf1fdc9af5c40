import type { Assumption } from "./assumptions.js";
import type { Exchange } from "./rrc.js";

/** NAS timers (TS 24.301 table 10.2.1) and what no specification fixes. */
const T3411_MS = 10_000;
/** Attach and tracking area updating attempt counter: T3402 follows the fifth failure (5.5.1.2.6). */
const ATTEMPTS = 5;

/** Causes after which the USIM or the service is invalid until the module is switched off (5.5.1.2.5). */
export const FATAL_CAUSES: ReadonlySet<number> = new Set([3, 6, 7, 8]);
/** Causes that forbid a PLMN or a tracking area: the UE looks for another cell and comes back later. */
const FORBIDDEN_CAUSES: ReadonlySet<number> = new Set([11, 12, 13, 14, 15, 35]);

export const WARM_SEARCH_MS = 1500;
export const COLD_SEARCH_MS = 4500;
/** Pauses between searches without a cell; the last one repeats. */
export const SEARCH_PAUSES_MS = [5_000, 10_000, 30_000, 60_000, 120_000, 300_000] as const;
/** A camped UE takes this long to know that its cell is gone. */
export const OUT_OF_SERVICE_MS = 6_000;
const FORBIDDEN_RETRY_MS = 60_000;
const NAS_ROUND_TRIP_MS = 120;
/** Attach: request, authentication, security mode, accept, complete. Bytes up and down. */
export const ATTACH_EXCHANGES: readonly (readonly [number, number])[] = [
	[110, 40],
	[20, 24],
	[28, 130],
];
export const ATTACH_COMPLETE_BYTES = 18;
export const TAU_EXCHANGE: readonly [number, number] = [60, 70];
export const PDN_EXCHANGE: readonly [number, number] = [40, 90];
export const DETACH_EXCHANGE: readonly [number, number] = [24, 12];

/** A request to the core and its answer. */
export function nasExchange([uplinkBytes, downlinkBytes]: readonly [number, number], done: (ok: boolean) => void): Exchange {
	return { uplinkBytes, waitMs: NAS_ROUND_TRIP_MS, downlinkBytes, done };
}

export const NAS_ASSUMPTIONS: readonly Assumption[] = [
	{ id: "nas.cold-search", value: COLD_SEARCH_MS / 1000, unit: "s", why: "first search of a band; a scan of all bands takes minutes" },
	{
		id: "nas.warm-search",
		value: WARM_SEARCH_MS / 1000,
		unit: "s",
		why: "stored cell; with the attach below a warm registration takes about 5 s, as measured on a BC660K",
	},
	{
		id: "nas.search-pauses",
		value: SEARCH_PAUSES_MS.map(ms => ms / 1000).join("/"),
		unit: "s",
		why: "out-of-service scheme of the module",
	},
	{ id: "nas.out-of-service", value: OUT_OF_SERVICE_MS / 1000, unit: "s", why: "from losing the cell to searching" },
	{ id: "nas.forbidden-retry", value: FORBIDDEN_RETRY_MS / 1000, unit: "s", why: "next attempt after causes 11 to 15" },
	{ id: "nas.round-trip", value: NAS_ROUND_TRIP_MS, unit: "ms", why: "answer of the mobility management entity" },
	{ id: "nas.message-bytes", value: "110/40, 20/24, 28/130, 18", unit: "byte", why: "attach signalling, up/down" },
];

/** When a rejected UE asks again (TS 24.301 5.5.1.2.5, 5.5.1.2.6). */
export class RetryTimer {
	#attempts = 0;

	reset(): void {
		this.#attempts = 0;
	}
	/** @param backOffSeconds T3346, where the reject carried one: it alone counts then. */
	nextMs(cause: number, backOffSeconds: number | undefined, t3402Seconds: number): number {
		if (backOffSeconds !== undefined) return backOffSeconds * 1000;
		if (FORBIDDEN_CAUSES.has(cause)) return FORBIDDEN_RETRY_MS;
		this.#attempts++;
		if (this.#attempts < ATTEMPTS) return T3411_MS;
		this.#attempts = 0;
		return t3402Seconds * 1000;
	}
}
