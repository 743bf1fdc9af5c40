import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { type PersonaInfo, personaInfo, personaList } from "../../persona/index.js";
import { json, print, table } from "../output.js";
import { findPersona } from "../registry.js";

export function addPersonas(program: Command): void {
	program
		.command("personas")
		.description("list the modules that can be simulated")
		.option("--persona <path...>", "further modules, outside the package")
		.option("--json", "one JSON document on stdout")
		.action(async (options: { persona?: string[]; json?: boolean }) => {
			const personas = [...personaList(), ...(await outside(options.persona ?? []))];
			if (options.json) json(personas);
			else {
				const rows = personas.map(persona => [persona.id, persona.tier, persona.models.join(", "), persona.evidence, persona.lines]);
				print(table(["persona", "tier", "models", "evidence", "lines"], rows, [4]));
			}
		});
}

async function outside(paths: readonly string[]): Promise<PersonaInfo[]> {
	const infos: PersonaInfo[] = [];
	for (const path of paths) infos.push(personaInfo(await findPersona(path), pathToFileURL(path).href));
	return infos;
}
