import { table } from "../cli/output.js";
import { type Check, difference, verdict } from "./check.js";

/** Significant digits enough to tell figures apart, and no more than the publications have. */
function figure(value: number): string {
	const digits = Math.abs(value) >= 100 ? 0 : 2;
	return value.toFixed(digits);
}

function publishedText({ published }: Check): string {
	return typeof published === "number" ? figure(published) : `${figure(published[0])} to ${figure(published[1])}`;
}

function differenceText(check: Check): string {
	const off = difference(check);
	if (off === undefined) return "";
	if (typeof check.published !== "number" && off === 0) return "within";
	const percent = (off * 100).toFixed(1);
	return `${off > 0 ? "+" : ""}${percent === "-0.0" ? "0.0" : percent} %`;
}

/** An aligned table, the sources below it by number, and what is to be said to single lines. */
export function checksText(checks: readonly Check[]): string {
	const sources = [...new Set(checks.map(check => check.source))];
	const rows = checks.map(check => [
		check.what,
		check.model === undefined ? "" : figure(check.model),
		publishedText(check),
		check.unit,
		differenceText(check),
		verdict(check),
		check.tag,
		`[${sources.indexOf(check.source) + 1}]`,
	]);
	const head = ["figure", "model", "published", "unit", "difference", "verdict", "evidence", "source"];
	const notes = checks.flatMap(check => {
		const said = check.unjudged ?? check.note;
		return said === undefined ? [] : [`${check.what}: ${said}`];
	});
	const count = (of: string) => checks.filter(check => verdict(check) === of).length;
	return [
		table(head, rows, [1, 2, 4]),
		"",
		...sources.map((source, i) => `[${i + 1}] ${source}`),
		"",
		...notes,
		"",
		`${count("agrees")} agree, ${count("misses")} miss, ${count("printed")} printed without a verdict, ${count("not modelled")} not modelled`,
	].join("\n");
}
