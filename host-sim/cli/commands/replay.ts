import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { parseTranscript } from "../../transcript/format.js";
import { usage } from "../failure.js";
import { loadApp } from "../load-app.js";
import { json, print, table } from "../output.js";
import { driverEntry } from "../registry.js";

export interface ReplayRow {
	readonly file: string;
	readonly driver: string | null;
	readonly exchanges: number;
	readonly urcs: readonly string[];
	readonly unknownLines: readonly string[];
	readonly errors: readonly string[];
	readonly ok: boolean;
}

export function addReplay(program: Command): void {
	program
		.command("replay")
		.description("play transcripts as the module against the SDK: does every command get the result that was recorded?")
		.argument("<file.at...>")
		.option("--driver <id|path>", "the driver whose tables are used; without it the 27.007 base serves")
		.option("--json", "one JSON document on stdout")
		.action(async (files: string[], options: { driver?: string; json?: boolean }) => {
			const app = await loadApp<{ replayFile(name: string, text: string): ReplayRow }>(
				"replay",
				options.driver ? driverEntry(options.driver) : undefined,
			);
			const texts = files.map(read);
			const rows = files.map((file, i) => app.replayFile(file, texts[i]));
			if (options.json) json(rows);
			else show(rows);
			files.forEach((file, i) => {
				checkForm(file, texts[i]);
			});
			if (rows.some(row => !row.ok)) process.exitCode = 1;
		});
}

function read(file: string): string {
	try {
		return readFileSync(file, "utf8");
	} catch (error) {
		throw usage(`cannot read ${file}: ${(error as Error).message}`);
	}
}

/** A file that is no transcript is wrong input, not a module that answers otherwise. */
function checkForm(file: string, text: string): void {
	try {
		parseTranscript(text);
	} catch (error) {
		throw usage(`${file}:${(error as Error).message}`);
	}
}

function show(rows: readonly ReplayRow[]): void {
	const cells = rows.map(row => [row.ok ? "ok" : "FAILED", row.file, row.exchanges, row.urcs.join(" ") || "-", row.unknownLines.length]);
	print(table(["", "transcript", "exchanges", "URCs", "unknown lines"], cells, [2, 4]));
	for (const row of rows) {
		for (const error of row.errors) print(`  ${row.file}: ${error}`);
		for (const line of row.unknownLines) print(`  ${row.file}: no table knows ${JSON.stringify(line)}`);
	}
}
