import type { Command } from "commander";
import { loadApp } from "../load-app.js";
import { json, print, table } from "../output.js";

interface DriverRow {
	readonly id: string;
	readonly tier: string;
	readonly vendor: string;
	readonly models: readonly string[];
	readonly evidence: string;
	readonly capabilities: Readonly<Record<string, { readonly value: unknown; readonly evidence: string; readonly source: string }>>;
	readonly lines: number;
}

export function addDrivers(program: Command): void {
	program
		.command("drivers")
		.description("list the drivers, what their modules can do and how far that is proved")
		.option("--json", "one JSON document on stdout")
		.action(async (options: { json?: boolean }) => {
			const { describeDrivers } = await loadApp<{ describeDrivers(): Promise<readonly DriverRow[]> }>("drivers");
			const drivers = await describeDrivers();
			if (options.json) json(drivers);
			else for (const driver of drivers) printDriver(driver);
		});
}

function printDriver(driver: DriverRow): void {
	print(`${driver.id} (${driver.tier}) ${driver.models.join(", ")} · datagrams proved by: ${driver.evidence} · ${driver.lines} lines`);
	const rows = Object.entries(driver.capabilities).map(([name, { value, evidence, source }]) => [
		`  ${name}`,
		String(value),
		evidence,
		source,
	]);
	print(table(["  capability", "value", "evidence", "source"], rows));
	print();
}
