import { messageAirtime } from "../network/airtime.js";
import { AIRTIME } from "../network/airtime-data.js";
import type { Check } from "./check.js";

const SOURCE = "Robinson 2019, github dan-leo/masters @fbf48e7: medians of the raw logs, networks pooled";
/** Of the six payloads of the logs, the ends and a middle: the fit is over all of them. */
const PAYLOADS: ReadonlySet<number> = new Set([16, 128, 512]);

/** The line through the medians is fitted to them: what is judged is how far a line is from them. */
export function airTimeChecks(): Check[] {
	return AIRTIME.filter(row => PAYLOADS.has(row.payloadBytes)).flatMap(({ ecl, payloadBytes, txMs, rxMs, spanMs }) => {
		const model = messageAirtime(ecl, payloadBytes);
		const part = (name: "tx" | "rx" | "span", what: string, published: number, value: number): Check => ({
			id: `airtime.ecl${ecl}.${payloadBytes}.${name}`,
			what: `${what}, ECL ${ecl}, ${payloadBytes} B`,
			unit: "ms",
			model: value,
			published,
			tolerance: 0.25,
			tag: "derived",
			source: SOURCE,
		});
		return [
			part("tx", "sending", txMs, model.txMs),
			part("rx", "receiving", rxMs, model.rxMs),
			part("span", "first to last", spanMs, model.spanMs),
		];
	});
}
