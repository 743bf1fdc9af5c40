import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { loadOutside } from "../engine/outside-module.js";
import type { Persona } from "../modem/persona.js";
import cmccMl307r from "./cmcc-ml307r.js";
import fibocomFg132 from "./fibocom-fg132.js";
import generic from "./generic.js";
import openluatAir780e from "./openluat-air780e.js";
import quectelBc26 from "./quectel-bc26.js";
import quectelBc95 from "./quectel-bc95.js";
import quectelBc660k from "./quectel-bc660k.js";
import quectelEc800m from "./quectel-ec800m.js";
import quectelRg255c from "./quectel-rg255c.js";
import simcomA7670 from "./simcom-a7670.js";
import simcomSim8230 from "./simcom-sim8230.js";

export const personas: readonly Persona[] = [
	generic,
	quectelBc660k,
	quectelBc26,
	quectelBc95,
	quectelEc800m,
	cmccMl307r,
	simcomA7670,
	openluatAir780e,
	simcomSim8230,
	quectelRg255c,
	fibocomFg132,
];

/** What `personas --json` prints. */
export interface PersonaInfo {
	readonly id: string;
	readonly tier: Persona["tier"];
	readonly vendor: string;
	readonly models: readonly string[];
	readonly evidence: Persona["evidence"];
	/** What the bytes were written from. */
	readonly sources: readonly string[];
	/** Lines of the persona's own files. */
	readonly lines: number;
}

export function personaList(): PersonaInfo[] {
	return personas.map(persona => personaInfo(persona, import.meta.url));
}

/** @param base URL of the file that `files` of the persona are beside */
export function personaInfo({ id, tier, vendor, models, evidence, sources, files }: Persona, base: string): PersonaInfo {
	return { id, tier, vendor, models, evidence, sources, lines: files.reduce((sum, file) => sum + linesOf(file, base), 0) };
}

/** TypeScript in a checkout, JavaScript when installed. */
function linesOf(file: string, base: string): number {
	const path = [file, file.replace(/\.ts$/, ".js")].map(name => fileURLToPath(new URL(name, base))).find(existsSync);
	return path === undefined ? 0 : readFileSync(path, "utf8").split("\n").length - 1;
}

/** Why a persona was not found; `known` lists what there is. */
export class UnknownPersonaError extends Error {
	readonly known = personas.map(persona => persona.id);
}

/**
 * A persona of the package by its id, or one outside it by the path of a module whose default export is a {@link Persona}.
 * Rejects with {@link UnknownPersonaError} when there is no such id, path or export.
 */
export async function loadPersona(idOrPath: string): Promise<Persona> {
	const known = personas.find(persona => persona.id === idOrPath);
	if (known) return known;
	if (!/[/\\.]/.test(idOrPath))
		throw new UnknownPersonaError(`unknown persona "${idOrPath}"; known: ${personas.map(({ id }) => id).join(", ")}`);
	const path = resolve(idOrPath);
	if (!existsSync(path))
		throw new UnknownPersonaError(
			`no persona module at ${idOrPath}: give the path of a file, or one of ${personas.map(({ id }) => id).join(", ")}`,
		);
	const loaded = (await loadOutside(path)) as { default?: Partial<Persona> };
	if (typeof loaded.default?.id !== "string" || typeof loaded.default.create !== "function")
		throw new UnknownPersonaError(`${idOrPath} exports no persona: its default export needs "id" and "create", see docs/add-a-driver.md`);
	return loaded.default as Persona;
}
