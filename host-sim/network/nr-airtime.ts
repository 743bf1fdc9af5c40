import type { Airtime } from "./airtime.js";
import type { Assumption } from "./assumptions.js";

/** From idle to the first byte of data: random access, RRC set-up, security, bearers. TX and RX are the slots used of it. */
const ACCESS: Airtime = { spanMs: 60, txMs: 4, rxMs: 40 };
/** From RRC_INACTIVE the context is still there: random access and one message each way (TS 38.331 5.3.13). */
const RESUME: Airtime = { spanMs: 20, txMs: 2, rxMs: 14 };
const GRANT_MS = 8;
const GRANT_RX_MS = 4;
const FEEDBACK_MS = 4;
/** One layer in 20 MHz at 256 and 64 steps would carry 85 and 40 Mbit/s; a cell gives one device a part of it. */
const UPLINK_BITS_PER_MS = 20_000;
const DOWNLINK_BITS_PER_MS = 40_000;
/** A slot of 15 kHz subcarriers (TS 38.211 4.3.2): band 71 has no others to begin with. */
const SLOT_MS = 1;
/** UDP and IPv4 header (RFC 768, RFC 791). */
const HEADER_BYTES = 28;
const RELEASE: Airtime = { spanMs: 10, txMs: 1, rxMs: 6 };

export const NR_AIRTIME_ASSUMPTIONS: readonly Assumption[] = [
	{ id: "nr.access", value: ACCESS.spanMs, unit: "ms", why: "idle to active, less than LTE's 100; networks differ" },
	{ id: "nr.resume", value: RESUME.spanMs, unit: "ms", why: "inactive to active; TS 22.261 aims at 10 ms of control plane latency" },
	{ id: "nr.grant", value: GRANT_MS, unit: "ms", why: "scheduling request to uplink transmission" },
	{
		id: "nr.rates",
		value: `${UPLINK_BITS_PER_MS / 1000}/${DOWNLINK_BITS_PER_MS / 1000}`,
		unit: "Mbit/s",
		why: "up/down, about half of what 20 MHz and one layer can carry; behind a UART the line is the limit",
	},
	{ id: "nr.release", value: RELEASE.spanMs, unit: "ms", why: "RRC release or suspension with its acknowledgement" },
];

function onAirMs(bytes: number, bitsPerMs: number): number {
	return Math.max(SLOT_MS, ((bytes + HEADER_BYTES) * 8) / bitsPerMs);
}

export function nrAccess(): Airtime {
	return ACCESS;
}
export function nrResume(): Airtime {
	return RESUME;
}
export function nrUplink(bytes: number): Airtime {
	const txMs = onAirMs(bytes, UPLINK_BITS_PER_MS);
	return { txMs, rxMs: GRANT_RX_MS, spanMs: GRANT_MS + txMs };
}
export function nrDownlink(bytes: number): Airtime {
	const rxMs = onAirMs(bytes, DOWNLINK_BITS_PER_MS);
	return { txMs: SLOT_MS, rxMs, spanMs: rxMs + FEEDBACK_MS };
}
export function nrRelease(): Airtime {
	return RELEASE;
}
