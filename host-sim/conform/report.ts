import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { CaseResult, ConformDocument } from "./document.js";

export interface ConformMaterial {
	readonly document: ConformDocument;
	/** Where it ran: "a simulated quectel-bc660k, seed 1", "the module at /dev/ttyUSB2". */
	readonly ranOn: string;
	/** What the driver declares, as `drivers --json` has it. */
	readonly capabilities: Readonly<Record<string, { readonly value: unknown; readonly evidence: string; readonly source: string }>>;
	readonly version: string;
	/** UTC. */
	readonly dateMs: number;
}

/** Writes conform.html, one file that a vendor can publish, and conform.json beside it; returns the page's path. */
export function writeConformReport(folder: string, material: ConformMaterial): string {
	mkdirSync(folder, { recursive: true });
	const page = resolve(join(folder, "conform.html"));
	writeFileSync(join(folder, "conform.json"), `${JSON.stringify(material.document, null, "\t")}\n`);
	const parts: Readonly<Record<string, string>> = {
		TITLE: escapeHtml(`Conformance of ${material.document.driver}`),
		STYLE: beside("report.css"),
		BODY: body(material),
	};
	writeFileSync(
		page,
		beside("report.html").replace(/\/\*@([A-Z]+)@\*\/|@([A-Z]+)@/g, (_, ...names: string[]) => parts[names.find(Boolean) as string] ?? ""),
	);
	return page;
}

function body({ document, ranOn, capabilities, version, dateMs }: ConformMaterial): string {
	const { passed, failed, skipped, cases } = document;
	const total = Math.max(1, cases.length);
	const share = (count: number, kind: string): string => `<i style="width:${(100 * count) / total}%;background:var(--${kind})"></i>`;
	const groups = [...new Set(cases.map(({ group }) => group))];
	return `<h1>Conformance of ${escapeHtml(document.driver)}</h1>
<div>${escapeHtml(ranOn)} · times are those of the module · xs-cellular ${escapeHtml(version)} · ${new Date(dateMs).toISOString().slice(0, 16).replace("T", " ")} UTC</div>
<div class="sum"><span class="passed"><b>${passed}</b>passed</span><span class="failed"><b>${failed}</b>failed</span><span class="skipped"><b>${skipped}</b>skipped</span></div>
<div class="bar">${share(passed, "passed")}${share(failed, "failed")}${share(skipped, "skipped")}</div>
${groups
	.map(group =>
		section(
			group,
			cases.filter(one => one.group === group),
		),
	)
	.join("\n")}
<h2>What the driver declares</h2>
<table class="evidence">${Object.entries(capabilities)
		.map(
			([name, { value, evidence, source }]) =>
				`<tr><td>${escapeHtml(name)}</td><td>${escapeHtml(String(value))}<span class="why">${escapeHtml(source)}</span></td><td>${escapeHtml(evidence)}</td></tr>`,
		)
		.join("")}</table>`;
}

function section(group: string, cases: readonly CaseResult[]): string {
	const passed = cases.filter(({ result }) => result === "passed").length;
	return `<h2>${escapeHtml(group)} (${passed} of ${cases.length})</h2>
<table>${cases.map(row).join("")}</table>`;
}
function row({ name, result, why, ms }: CaseResult): string {
	const reason = why === "" ? "" : `<span class="why">${escapeHtml(why)}</span>`;
	return `<tr class="${result}"><td>${result}</td><td>${escapeHtml(name)}${reason}</td><td>${duration(ms)}</td></tr>`;
}
function duration(ms: number): string {
	if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
	if (ms < 7_200_000) return `${(ms / 60_000).toFixed(0)} min`;
	return ms < 172_800_000 ? `${(ms / 3_600_000).toFixed(0)} h` : `${(ms / 86_400_000).toFixed(0)} days`;
}

function beside(file: string): string {
	return readFileSync(fileURLToPath(new URL(file, import.meta.url)), "utf8");
}
function escapeHtml(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
