import type { AtLine } from "../at/line.js";

/** Quality of service of one PDU session (`+C5GQOSRDP` of TS 27.007 10.1); rates in kbit/s, `undefined` where the line has none. */
export interface Qos {
	cid: number;
	/** 5G QoS identifier, see {@link fiveQiName}. */
	fiveQi: number;
	/** Guaranteed and highest rate of a flow that has them. */
	guaranteedDownKbps: number | undefined;
	guaranteedUpKbps: number | undefined;
	highestDownKbps: number | undefined;
	highestUpKbps: number | undefined;
	/** Of the whole session (session AMBR). */
	sessionDownKbps: number | undefined;
	sessionUpKbps: number | undefined;
	averagingWindowMs: number | undefined;
}

/** Reads `<cid>,<5QI>[,<GFBR>,<GFBR>[,<MFBR>,<MFBR>[,<AMBR>,<AMBR>[,<window>]]]]`, each pair downlink first. Undefined for a line that is none. */
export function decodeQos(line: AtLine): Qos | undefined {
	const cid = line.uint(0);
	const fiveQi = line.uint(1);
	if (cid === undefined || fiveQi === undefined) return undefined;
	return {
		cid,
		fiveQi,
		guaranteedDownKbps: line.uint(2),
		guaranteedUpKbps: line.uint(3),
		highestDownKbps: line.uint(4),
		highestUpKbps: line.uint(5),
		sessionDownKbps: line.uint(6),
		sessionUpKbps: line.uint(7),
		averagingWindowMs: line.uint(8),
	};
}

/** What a standardised 5QI is meant for (TS 23.501 table 5.7.4-1), in short. */
const NAMES: Readonly<Record<number, string>> = Object.freeze({
	1: "conversational voice",
	2: "conversational video",
	3: "real-time gaming, V2X, medium-voltage distribution, process monitoring",
	4: "buffered video with a guaranteed rate",
	5: "IMS signalling",
	6: "buffered video and TCP, first priority",
	7: "voice, live video, interactive gaming",
	8: "buffered video and TCP, second priority",
	9: "buffered video and TCP, default",
	10: "buffered video and TCP over satellite",
	65: "mission-critical push to talk",
	66: "push to talk",
	67: "mission-critical video",
	69: "mission-critical signalling",
	70: "mission-critical data",
	71: "live uplink streaming, 150 ms",
	72: "live uplink streaming, 300 ms",
	73: "live uplink streaming, 300 ms, low loss",
	74: "live uplink streaming, 500 ms, low loss",
	76: "live uplink streaming, 500 ms",
	79: "V2X messages",
	80: "low-latency broadband, augmented reality",
	82: "discrete automation, small packets",
	83: "discrete automation, large packets; platooning",
	84: "intelligent transport systems",
	85: "high-voltage distribution, remote driving",
	86: "collision avoidance",
	87: "motion tracking",
	88: "split rendering, 10 ms, loss of 1 in 1,000",
	89: "split rendering, 15 ms",
	90: "split rendering, 20 ms",
});

/** Undefined for a number that an operator has chosen itself (128 to 254) or that has no meaning. */
export function fiveQiName(fiveQi: number): string | undefined {
	return NAMES[fiveQi];
}
