import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { TRAFFIC_FILE } from "../../capture/traffic-file.js";
import type { RunDocument } from "../document.js";

import type { TimelineEvent } from "../timeline.js";

export interface ReportMaterial {
	readonly title: string;
	readonly document: RunDocument;
	readonly events: readonly TimelineEvent[];
	/** Cumulative charge: instants in ms and µAh, one point per change of state, thinned by whoever made it. */
	readonly charge: { readonly timeMs: readonly number[]; readonly microampHours: readonly number[] };
	/** The AT dialogue in the transcript's form, identifiers and secrets masked. */
	readonly trace: string;
	/** The IP traffic and what was said beside it, for `export`. */
	readonly traffic?: string;
}

/** Above this a page gets slow to open; the trace file beside it is whole. */
const TRACE_LINES = 4_000;

/** Writes report.html (self-contained), run.json, trace.at and, where there is some, the traffic into `folder`; returns the page's path. */
export function writeReport(folder: string, material: ReportMaterial): string {
	mkdirSync(folder, { recursive: true });
	const page = resolve(join(folder, "report.html"));
	writeFileSync(join(folder, "run.json"), `${JSON.stringify(material.document, null, "\t")}\n`);
	writeFileSync(join(folder, "trace.at"), material.trace);
	if (material.traffic !== undefined) writeFileSync(join(folder, TRAFFIC_FILE), material.traffic);
	writeFileSync(page, html(material));
	return page;
}

function html(material: ReportMaterial): string {
	const require = createRequire(import.meta.url);
	const plot = require.resolve("uplot/dist/uPlot.iife.min.js");
	const style = require.resolve("uplot/dist/uPlot.min.css");
	const trace = material.trace.split("\n");
	const cut = trace.length > TRACE_LINES;
	const data = { ...material, traffic: undefined, trace: trace.slice(0, TRACE_LINES).join("\n"), traceCut: cut };
	const parts: Record<string, string> = {
		TITLE: escapeHtml(material.title),
		STYLE: beside("page.css"),
		SCRIPT: beside("page.js"),
		PLOT_STYLE: readFileSync(style, "utf8"),
		PLOT_SCRIPT: readFileSync(plot, "utf8"),
		// "</script>" inside a string would end the element.
		DATA: JSON.stringify(data).replaceAll("<", "\\u003c"),
	};
	return beside("page.html").replace(
		/\/\*@([A-Z_]+)@\*\/|"@([A-Z_]+)@"|@([A-Z_]+)@/g,
		(_, ...names: string[]) => parts[names.find(Boolean) as string],
	);
}

function beside(file: string): string {
	return readFileSync(fileURLToPath(new URL(file, import.meta.url)), "utf8");
}

function escapeHtml(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
