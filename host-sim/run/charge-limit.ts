import type { RunDocument } from "./document.js";

/** A limit on charge or current, from text such as "18 µAh per report". */
export interface ChargeLimit {
	/** As it was written. */
	readonly text: string;
	/** In µAh, or in µA for an average. */
	readonly value: number;
	readonly unit: "µAh" | "µA";
	readonly per: "report" | "reading" | "day" | "year" | "run";
	/** Only what was spent for this. */
	readonly cause: string | undefined;
}

const HOW = 'write it as "18 µAh per report", "130 µAh per day", "6 µA", "3 mAh in all" or "100 µAh per day for data"';
const UNITS: Readonly<Record<string, readonly [unit: "µAh" | "µA", factor: number]>> = {
	µAh: ["µAh", 1],
	μAh: ["µAh", 1],
	uAh: ["µAh", 1],
	mAh: ["µAh", 1000],
	µA: ["µA", 1],
	μA: ["µA", 1],
	uA: ["µA", 1],
	mA: ["µA", 1000],
};
const FORM =
	/^(\d+(?:\.\d+)?) ?([µμum]Ah?)(?: (per report|per reading|per day|per year|in all))?(?: for (boot|attach|tau|data|paging|sleep))?$/;

/** @throws RangeError for a text that is no limit. */
export function chargeLimit(text: string): ChargeLimit {
	const match = FORM.exec(text.trim());
	if (!match) throw new RangeError(`"${text}" is no limit on charge: ${HOW}`);
	const [, digits, unitText, per, cause] = match;
	const [unit, factor] = UNITS[unitText!]!;
	if (unit === "µA" && per !== undefined) throw new RangeError(`"${text}": a current is an average already: ${HOW}`);
	if (per === "per report" && cause !== undefined) throw new RangeError(`"${text}": the charge per report is not told by cause: ${HOW}`);
	return { text, value: Number(digits) * factor, unit, per: perOf(per), cause };
}

function perOf(text: string | undefined): ChargeLimit["per"] {
	return text === undefined || text === "in all" ? "run" : (text.slice("per ".length) as ChargeLimit["per"]);
}

const SECONDS = { day: 86_400, year: 31_557_600 } as const;
const SECONDS_PER_HOUR = 3600;

/** The run's figure in the limit's own terms; a text that says why where it has none. */
export function measured({ power, readings, simulatedSeconds }: RunDocument, { unit, per, cause }: ChargeLimit): number | string {
	if (per === "report") return power.chargePerReportMicroampHours ?? "no report was sent between two spells of power saving";
	const charge = cause === undefined ? power.chargeMicroampHours : causeOf(power, cause);
	if (charge === null) return "its charge is not known: a real module cannot be measured over its port";
	if (per === "reading") return readings.acknowledged > 0 ? charge / readings.acknowledged : "no reading was acknowledged";
	if (per === "run" && unit === "µAh") return charge;
	if (!(simulatedSeconds > 0)) return "it lasted no time";
	return (charge * (per === "run" ? SECONDS_PER_HOUR : SECONDS[per])) / simulatedSeconds;
}

function causeOf(power: RunDocument["power"], cause: string): number | null {
	const { byCause, chargeMicroampHours } = power;
	if (chargeMicroampHours === null || byCause === undefined) return null;
	return byCause[cause] ?? 0;
}
