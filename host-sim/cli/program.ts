import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import pc from "picocolors";
import { addCompare } from "./commands/compare.js";
import { addConform } from "./commands/conform.js";
import { addDoctor } from "./commands/doctor.js";
import { addDrivers } from "./commands/drivers.js";
import { addExplain } from "./commands/explain.js";
import { addExport } from "./commands/export.js";
import { addPersonas } from "./commands/personas.js";
import { addRecord } from "./commands/record.js";
import { addReplay } from "./commands/replay.js";
import { addRun } from "./commands/run.js";
import { addScenarios } from "./commands/scenarios.js";
import { addSim } from "./commands/sim.js";
import { asFailure } from "./failure.js";
import { packageFile } from "./package-file.js";

const version = JSON.parse(readFileSync(packageFile("package.json"), "utf8")).version as string;

const program = new Command("xs-cellular")
	.description(
		"Cellular modules behind one interface: run an application on a simulated or real module, simulate a module, replay and record.",
	)
	.version(version)
	.configureOutput({ outputError: oneLine("xs-cellular") })
	.exitOverride();

for (const add of [
	addRun,
	addCompare,
	addExplain,
	addSim,
	addReplay,
	addRecord,
	addConform,
	addExport,
	addDoctor,
	addDrivers,
	addPersonas,
	addScenarios,
])
	add(program);
for (const command of program.commands) command.exitOverride().configureOutput({ outputError: oneLine(`xs-cellular ${command.name()}`) });

// A reader such as `head` has seen enough: nothing is wrong, and there is nobody to tell.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
	if (error.code !== "EPIPE") throw error;
	process.exit();
});

try {
	await program.parseAsync();
} catch (error) {
	process.exitCode = report(error);
}

/** What is wrong and where to read what is possible, in one line. */
function oneLine(command: string): (text: string, write: (text: string) => void) => void {
	return (text, write) => write(`${pc.red("error:")} ${text.trim().replace(/^error: /, "")} (${command} --help shows what is possible)\n`);
}

function report(error: unknown): number {
	if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
	const failure = asFailure(error);
	if (failure) {
		process.stderr.write(`${pc.red("error:")} ${failure.message}\n`);
		return failure.exitCode;
	}
	process.stderr.write(`${pc.red("internal error:")} ${error instanceof Error ? error.stack : String(error)}\n`);
	return 1;
}
