import type { Command } from "commander";
import { personaList } from "../../persona/index.js";
import { json, print, table } from "../output.js";

export function addPersonas(program: Command): void {
	program
		.command("personas")
		.description("list the modules that can be simulated")
		.option("--json", "one JSON document on stdout")
		.action((options: { json?: boolean }) => {
			const personas = personaList();
			if (options.json) json(personas);
			else {
				const rows = personas.map(persona => [persona.id, persona.tier, persona.models.join(", "), persona.evidence, persona.lines]);
				print(table(["persona", "tier", "models", "evidence", "lines"], rows, [4]));
			}
		});
}
