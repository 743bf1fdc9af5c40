import type { Command } from "commander";
import pc from "picocolors";
import { type Comparison, compareRuns } from "../../run/compare.js";
import { readRunDocument } from "../../run/read-document.js";
import { json, print, table } from "../output.js";

export function addCompare(program: Command): void {
	program
		.command("compare")
		.description("say which change cost what: the documents of two runs side by side")
		.argument("<a>", "what run --json printed, or the folder of a report")
		.argument("<b>", "the run to hold against it")
		.option("--json", "one JSON document on stdout")
		.action((a: string, b: string, options: { json?: boolean }) => {
			const comparison = compareRuns(readRunDocument(a), readRunDocument(b));
			if (options.json) json({ a, b, ...comparison });
			else print(comparisonText(comparison, a, b));
		});
}

export function comparisonText(comparison: Comparison, a: string, b: string): string {
	const { changed, figures, notes } = comparison;
	const lines = [`A is ${a}`, `B is ${b}`, ""];
	if (changed.length === 0) lines.push("Same settings in both, and the same grants.");
	else
		lines.push(
			table(
				["what differs", "A", "B"],
				changed.map(setting => [setting.what, setting.a, setting.b]),
			),
		);
	lines.push("", verdict(comparison), "");
	const rows = figures.map(({ group, name, unit, a: one, b: other, difference, percent }) => [
		group,
		name,
		figure(one),
		figure(other),
		signed(difference),
		percent === null ? "" : `${signed(percent, 1)} %`,
		unit,
	]);
	lines.push(table(["", "figure", "A", "B", "difference", "", "unit"], rows, [2, 3, 4, 5]));
	for (const note of notes) lines.push("", pc.yellow(`Note: ${note}.`));
	return lines.join("\n");
}

function verdict({ figures, mostly }: Comparison): string {
	const charge = figures.find(({ group, name }) => group === "charge" && name === "average");
	if (!charge || charge.difference === null) return "The charge of these runs cannot be compared.";
	if (charge.difference === 0) return "Both take the same charge.";
	const more = charge.difference > 0 ? "more" : "less";
	const share = charge.percent === null ? "" : `, ${Math.abs(charge.percent).toFixed(1)} %`;
	const cause = mostly ? `; most of the difference is ${mostly.name} (${signed(mostly.difference)} µAh)` : "";
	return pc.bold(`B takes ${figure(Math.abs(charge.difference))} µA ${more} on average${share}${cause}.`);
}

function figure(value: number | null): string {
	if (value === null) return "unknown";
	return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) >= 100 ? 1 : 3);
}

function signed(value: number | null, digits?: number): string {
	if (value === null) return "";
	const text = digits === undefined ? figure(value) : value.toFixed(digits);
	return value > 0 ? `+${text}` : text;
}
