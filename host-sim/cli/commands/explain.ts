import type { Command } from "commander";
import pc from "picocolors";
import { explain, type Finding } from "../../run/explain/explain.js";
import { readRunDocument } from "../../run/read-document.js";
import { json, print } from "../output.js";

export function addExplain(program: Command): void {
	program
		.command("explain")
		.description("say why the network granted, changed or denied PSM, eDRX, IPv6 or RAI in a run, what it costs and what to ask for")
		.argument("<run>", "what run --json printed, or the folder of a report")
		.option("--json", "one JSON document on stdout")
		.action((path: string, options: { json?: boolean }) => {
			const findings = explain(readRunDocument(path));
			if (options.json) json({ run: path, findings });
			else print(explanationText(findings));
		});
}

const COLOUR = { granted: pc.green, changed: pc.yellow, denied: pc.red, "not used": pc.dim, unknown: pc.dim } as const;
const LABELS = [
	["why", "why"],
	["costs", "costs"],
	["ask", "ask"],
] as const;

/** A page: one paragraph to a topic. */
export function explanationText(findings: readonly Finding[]): string {
	return findings
		.map(finding => {
			const head = `${pc.bold(finding.topic)}: ${COLOUR[finding.verdict](finding.verdict)}`;
			const rest = LABELS.flatMap(([key, label]) => (finding[key] === undefined ? [] : [`  ${pc.dim(label.padEnd(6))}${finding[key]}`]));
			return [head, `  ${finding.said}`, ...rest].join("\n");
		})
		.join("\n\n");
}
