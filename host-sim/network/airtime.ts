import { AIRTIME, type AirtimeRow } from "./airtime-data.js";
import type { Assumption } from "./assumptions.js";

/** Time on the air of one step of a connection; what is left of the span is spent connected, neither sending nor receiving. */
export interface Airtime {
	readonly spanMs: number;
	readonly txMs: number;
	readonly rxMs: number;
}
interface Line {
	readonly base: number;
	readonly perByte: number;
}
interface Fit {
	readonly tx: Line;
	readonly rx: Line;
	readonly span: Line;
}

/** How one message's fixed cost divides between its steps; the sum is 1, so a whole message is the measured one. */
const ACCESS_SHARE = 0.6;
const PACKET_SHARE = 0.15;
const RELEASE_SHARE = 0.25;

/** Downlink bit rates by coverage level: NPDSCH without and with repetitions. */
const DOWNLINK_BITS_PER_SECOND = [20_000, 5_000, 1_500] as const;
/** Acknowledgement of a downlink block (NPUSCH format 2). */
const ACKNOWLEDGE_TX_MS = [8, 32, 128] as const;

export const AIRTIME_ASSUMPTIONS: readonly Assumption[] = [
	{
		id: "airtime.shares",
		value: "60/15/25",
		unit: "%",
		why: "access / first packet / release of a message's fixed air time; the measured logs give the sum only",
	},
	{
		id: "airtime.downlink-rate",
		value: "20/5/1.5",
		unit: "kbit/s",
		why: "by coverage level 0/1/2; the logs hold no downlink payloads",
	},
	{ id: "airtime.acknowledge", value: "8/32/128", unit: "ms", why: "transmission that acknowledges a downlink packet, by coverage level" },
];

function fitLine(rows: readonly AirtimeRow[], value: (row: AirtimeRow) => number): Line {
	let w = 0;
	let x = 0;
	let y = 0;
	let xx = 0;
	let xy = 0;
	for (const row of rows) {
		const weight = row.samples;
		w += weight;
		x += weight * row.payloadBytes;
		y += weight * value(row);
		xx += weight * row.payloadBytes ** 2;
		xy += weight * row.payloadBytes * value(row);
	}
	// More payload never takes less air time: a slope below zero is noise.
	const perByte = Math.max(0, (w * xy - x * y) / (w * xx - x * x));
	return { base: (y - perByte * x) / w, perByte };
}

const FITS: readonly Fit[] = ([0, 1, 2] as const).map(ecl => {
	const rows = AIRTIME.filter(row => row.ecl === ecl);
	return {
		tx: fitLine(rows, row => row.txMs),
		rx: fitLine(rows, row => row.rxMs),
		span: fitLine(rows, row => row.spanMs),
	};
});

function fitOf(ecl: number): Fit {
	return FITS[Math.max(0, Math.min(2, ecl))]!;
}

function scaled(fit: Fit, share: number, bytes: number): Airtime {
	const txMs = fit.tx.base * share + fit.tx.perByte * bytes;
	const rxMs = fit.rx.base * share + fit.rx.perByte * bytes;
	return { txMs, rxMs, spanMs: Math.max(fit.span.base * share + fit.span.perByte * bytes, txMs + rxMs) };
}

/** Random access, RRC set-up, service request: from idle to the first byte of data. */
export function accessAirtime(ecl: number): Airtime {
	return scaled(fitOf(ecl), ACCESS_SHARE, 0);
}
/** One uplink packet in a connection that stands, RLC acknowledgement included. */
export function uplinkAirtime(ecl: number, bytes: number): Airtime {
	return scaled(fitOf(ecl), PACKET_SHARE, bytes);
}
export function downlinkAirtime(ecl: number, bytes: number): Airtime {
	const level = Math.max(0, Math.min(2, ecl));
	const rxMs = fitOf(ecl).rx.base * PACKET_SHARE + (bytes * 8000) / DOWNLINK_BITS_PER_SECOND[level]!;
	const txMs = ACKNOWLEDGE_TX_MS[level]!;
	return { txMs, rxMs, spanMs: rxMs + txMs + 12 };
}
export function releaseAirtime(ecl: number): Airtime {
	return scaled(fitOf(ecl), RELEASE_SHARE, 0);
}
/** A whole message as measured: access, one uplink packet, immediate release. */
export function messageAirtime(ecl: number, bytes: number): Airtime {
	return scaled(fitOf(ecl), 1, bytes);
}
