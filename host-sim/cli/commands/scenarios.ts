import type { Command } from "commander";
import { listScenarios } from "../../scenario/ready.js";
import { json, print, table } from "../output.js";

export function addScenarios(program: Command): void {
	program
		.command("scenarios")
		.description("list the scenarios that come with the package")
		.option("--json", "one JSON document on stdout")
		.action((options: { json?: boolean }) => {
			const scenarios = listScenarios();
			if (options.json) json(scenarios);
			else
				print(
					table(
						["scenario", "example", "module", "what happens"],
						scenarios.map(scenario => [scenario.id, scenario.example ?? "", scenario.persona ?? "", scenario.title]),
					),
				);
		});
}
