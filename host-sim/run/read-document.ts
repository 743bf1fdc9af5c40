import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { RunDocument } from "./document.js";

/** A file that is no run's document; the message says what is wrong and where one comes from. */
export class RunDocumentError extends Error {
	override get name() {
		return "RunDocumentError";
	}
}

const WHERE_FROM = "give what xs-cellular run --json printed, or a folder that --report wrote";

/** The parts without which a document is none, and what each has to be. */
const REQUIRED: Readonly<Record<string, "string" | "number" | "object">> = {
	example: "string",
	driver: "string",
	seed: "number",
	simulatedSeconds: "number",
	readings: "object",
	network: "object",
	atCommands: "number",
	power: "object",
};

/** Reads a run's document from a file, or from the folder of a report. */
export function readRunDocument(path: string): RunDocument {
	return runDocument(parsed(path), path);
}

/** @param name how a message calls it. */
export function runDocument(value: unknown, name = "the document"): RunDocument {
	const refuse = (why: string) => new RunDocumentError(`${name} is no document of a run (${why}): ${WHERE_FROM}`);
	if (typeof value !== "object" || value === null || Array.isArray(value)) throw refuse("a JSON object is expected");
	const given = value as Record<string, unknown>;
	for (const [key, type] of Object.entries(REQUIRED)) {
		if (typeof given[key] !== type || given[key] === null) throw refuse(`"${key}" is missing or is no ${type}`);
	}
	const { byState, psm } = given.power as Record<string, unknown>;
	if (typeof byState !== "object" || byState === null) throw refuse('"power.byState" is missing or is no object');
	if (typeof psm !== "object" || psm === null) throw refuse('"power.psm" is missing or is no object');
	return given as unknown as RunDocument;
}

function parsed(path: string): unknown {
	let text: string;
	try {
		text = readFileSync(statSync(path).isDirectory() ? join(path, "run.json") : path, "utf8");
	} catch (error) {
		throw new RunDocumentError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}): ${WHERE_FROM}`);
	}
	try {
		return JSON.parse(text);
	} catch {
		throw new RunDocumentError(`${path} is no JSON: ${WHERE_FROM}`);
	}
}
