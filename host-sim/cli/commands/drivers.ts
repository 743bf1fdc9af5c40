import type { Command } from "commander";
import { loadApp } from "../load-app.js";
import { json, print, table } from "../output.js";
import { driverEntry } from "../registry.js";

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
		.option("--driver <path...>", "further drivers, outside the package")
		.option("--json", "one JSON document on stdout")
		.action(async (options: { driver?: string[]; json?: boolean }) => {
			const { describeDrivers } = await loadApp<{ describeDrivers(): readonly DriverRow[] }>("drivers");
			const drivers = [...describeDrivers(), ...(await describeOutside(options.driver ?? []))];
			if (options.json) json(drivers);
			else for (const driver of drivers) printDriver(driver);
		});
}

async function describeOutside(paths: readonly string[]): Promise<DriverRow[]> {
	const rows: DriverRow[] = [];
	for (const path of paths) {
		const file = driverEntry(path);
		rows.push((await loadApp<{ describeOutside(file: string): DriverRow }>("outside", file)).describeOutside(file));
	}
	return rows;
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
