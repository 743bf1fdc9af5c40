import type { Airtime } from "./airtime.js";
import type { Assumption } from "./assumptions.js";

/** From idle to the first byte of data: random access, RRC set-up, security, bearers. TX and RX are the subframes used of it. */
const ACCESS: Airtime = { spanMs: 100, txMs: 8, rxMs: 60 };
/** Scheduling request and grant before an uplink packet. */
const GRANT_MS = 14;
/** The receiver of a connected UE is on while it waits for the grant. */
const GRANT_RX_MS = 6;
/** HARQ feedback and processing after a downlink packet. */
const FEEDBACK_MS = 8;
const UPLINK_BITS_PER_MS = 2_500;
const DOWNLINK_BITS_PER_MS = 5_000;
/** A transport block takes a subframe at least. */
const SUBFRAME_MS = 1;
/** UDP and IPv4 header, which the sizes of packets leave out as the measured NB-IoT air times hold them (RFC 768, RFC 791). */
const HEADER_BYTES = 28;
const RELEASE: Airtime = { spanMs: 20, txMs: 1, rxMs: 10 };

export const LTE_AIRTIME_ASSUMPTIONS: readonly Assumption[] = [
	{ id: "lte.access", value: ACCESS.spanMs, unit: "ms", why: "idle to active; the limit that TR 25.913 set for LTE" },
	{ id: "lte.grant", value: GRANT_MS, unit: "ms", why: "scheduling request to uplink transmission" },
	{
		id: "lte.rates",
		value: `${UPLINK_BITS_PER_MS / 1000}/${DOWNLINK_BITS_PER_MS / 1000}`,
		unit: "Mbit/s",
		why: "up/down, half of what category 1 can at most (TS 36.306 table 4.1-1 and 4.1-2: 10,296 and 5,160 bits per subframe)",
	},
	{ id: "lte.release", value: RELEASE.spanMs, unit: "ms", why: "RRC connection release with its acknowledgement" },
];

function onAirMs(bytes: number, bitsPerMs: number): number {
	return Math.max(SUBFRAME_MS, ((bytes + HEADER_BYTES) * 8) / bitsPerMs);
}

export function lteAccess(): Airtime {
	return ACCESS;
}
export function lteUplink(bytes: number): Airtime {
	const txMs = onAirMs(bytes, UPLINK_BITS_PER_MS);
	return { txMs, rxMs: GRANT_RX_MS, spanMs: GRANT_MS + txMs };
}
export function lteDownlink(bytes: number): Airtime {
	const rxMs = onAirMs(bytes, DOWNLINK_BITS_PER_MS);
	return { txMs: SUBFRAME_MS, rxMs, spanMs: rxMs + FEEDBACK_MS };
}
export function lteRelease(): Airtime {
	return RELEASE;
}
