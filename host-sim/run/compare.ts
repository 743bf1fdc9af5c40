import type { RunDocument } from "./document.js";

/** One figure of two runs; `undefined` where a run has none. */
export interface ComparedFigure {
	readonly group: "charge" | "by cause" | "by state" | "readings" | "dialogue";
	readonly name: string;
	readonly unit: string;
	readonly a: number | null;
	readonly b: number | null;
	/** `b` less `a`. */
	readonly difference: number | null;
	/** The same as a share of `a`, in percent; null where `a` is 0. */
	readonly percent: number | null;
}

export interface Comparison {
	/** Settings and answers of the network that are not the same, as text. */
	readonly changed: readonly { readonly what: string; readonly a: string; readonly b: string }[];
	readonly figures: readonly ComparedFigure[];
	/** The cause that makes the most of the difference in charge: undefined where the charge is the same or unknown. */
	readonly mostly: ComparedFigure | undefined;
	/** What makes figures hard to compare. */
	readonly notes: readonly string[];
}

type Row = readonly [name: string, unit: string, of: (run: RunDocument) => number | null | undefined];

const CHARGE: readonly Row[] = [
	["total", "µAh", run => run.power.chargeMicroampHours],
	["per report", "µAh", run => run.power.chargePerReportMicroampHours],
	["average", "µA", averageMicroamps],
	["battery", "years", run => run.power.batteryYears],
];
const READINGS: readonly Row[] = (["taken", "acknowledged", "pending", "lost", "duplicated", "retransmitted"] as const).map(name => [
	name,
	"",
	run => run.readings[name],
]);
const DIALOGUE: readonly Row[] = [
	["AT commands", "", run => run.atCommands],
	["registrations", "", run => run.network.registrations],
	["power saving entered", "", run => run.power.psm.entered],
	["first report acknowledged", "s", run => (run.firstAcknowledgedMs === null ? null : run.firstAcknowledgedMs / 1000)],
];

const SETTINGS: readonly (readonly [what: string, of: (run: RunDocument) => unknown])[] = [
	["example", run => run.example],
	["driver", run => run.driver],
	["persona", run => run.persona],
	["engine", run => run.engine],
	["clock", run => run.clock],
	["seed", run => run.seed],
	["simulated seconds", run => run.simulatedSeconds],
	["address family", run => run.network.family],
	["radio access", run => run.network.rat],
	["PSM asked", run => timers(run.power.psm.requested)],
	["PSM granted", run => timers(run.power.psm.granted)],
];

/** Which change cost what: two runs' documents side by side. */
export function compareRuns(a: RunDocument, b: RunDocument): Comparison {
	const row =
		(group: ComparedFigure["group"]) =>
		([name, unit, of]: Row): ComparedFigure =>
			compared(group, name, unit, of(a) ?? null, of(b) ?? null);
	const parts = (group: "by cause" | "by state", of: (run: RunDocument) => Readonly<Record<string, number>> | undefined) =>
		partNames(of(a), of(b)).map(name => compared(group, name, "µAh", part(of(a), name), part(of(b), name)));
	const causes = parts("by cause", run => run.power.byCause);
	const figures = [
		...CHARGE.map(row("charge")),
		...causes,
		...parts("by state", run => run.power.byState),
		...READINGS.map(row("readings")),
		...DIALOGUE.map(row("dialogue")),
	].filter(figure => figure.a !== null || figure.b !== null);
	return { changed: changes(a, b), figures, mostly: largest(causes), notes: notes(a, b) };
}

function averageMicroamps(run: RunDocument): number | null {
	const charge = run.power.chargeMicroampHours;
	return charge === null || run.simulatedSeconds === 0 ? null : (charge * 3600) / run.simulatedSeconds;
}

function compared(group: ComparedFigure["group"], name: string, unit: string, a: number | null, b: number | null): ComparedFigure {
	const difference = a === null || b === null ? null : b - a;
	return { group, name, unit, a, b, difference, percent: difference === null || !a ? null : (100 * difference) / a };
}

function partNames(a: Readonly<Record<string, number>> = {}, b: Readonly<Record<string, number>> = {}): string[] {
	const most = (name: string) => Math.max(a[name] ?? 0, b[name] ?? 0);
	return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort((one, other) => most(other) - most(one));
}

/** A part that a run did not have took nothing; a run without parts is unknown. */
function part(parts: Readonly<Record<string, number>> | undefined, name: string): number | null {
	return parts === undefined || Object.keys(parts).length === 0 ? null : (parts[name] ?? 0);
}

function changes(a: RunDocument, b: RunDocument): Comparison["changed"] {
	return SETTINGS.map(([what, of]) => ({ what, a: shown(of(a)), b: shown(of(b)) })).filter(setting => setting.a !== setting.b);
}

function shown(value: unknown): string {
	return value === null || value === undefined ? "none" : String(value);
}

function timers(value: unknown): string | null {
	if (typeof value !== "object" || value === null) return null;
	const { periodicTauSeconds, activeSeconds } = value as { periodicTauSeconds?: number; activeSeconds?: number };
	return `periodic TAU ${shown(periodicTauSeconds)} s, active time ${shown(activeSeconds)} s`;
}

function largest(causes: readonly ComparedFigure[]): ComparedFigure | undefined {
	const size = ({ difference }: ComparedFigure) => Math.abs(difference ?? 0);
	const [most] = [...causes].sort((one, other) => size(other) - size(one));
	return most !== undefined && size(most) > 0 ? most : undefined;
}

function notes(a: RunDocument, b: RunDocument): string[] {
	const said: string[] = [];
	if (a.simulatedSeconds !== b.simulatedSeconds) said.push("the runs are not of one length: compare averages and charge per report");
	const without = [a, b].filter(run => run.power.chargeMicroampHours === null).length;
	if (without > 0) said.push("a run over a real port has no charge: it cannot be measured from there");
	if (a.clock === "real" || b.clock === "real")
		said.push("a run on the real clock is a demonstration with its own schedule: --clock virtual and a --for compare better");
	return said;
}
