import { readFileSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import pc from "picocolors";
import type { Clock } from "../../clock/clock.js";
import { RealClock } from "../../clock/real-clock.js";
import type { CaseResult, ConformDocument } from "../../conform/document.js";
import type { Persona } from "../../modem/persona.js";
import { seed } from "../arguments.js";
import { usage } from "../failure.js";
import { loadApp } from "../load-app.js";
import { json, print, say } from "../output.js";
import { checkOutputFile, checkOutputFolder } from "../output-file.js";
import { packageFile } from "../package-file.js";
import { driverEntry, findPersona, ownPersona } from "../registry.js";

interface Flags {
	readonly driver: string;
	readonly persona?: string;
	readonly port?: string;
	readonly baud?: number;
	readonly seed: number;
	readonly only?: string;
	readonly report?: string;
	readonly junit?: string;
	readonly json?: boolean;
}

interface ConformApp {
	run(options: {
		readonly persona: Persona | undefined;
		readonly seed: number;
		readonly only?: string;
		readonly port?: { readonly path: string; readonly baud: number | undefined; readonly clock: Clock };
		readonly onResult: (result: CaseResult, index: number, count: number) => void;
	}): Promise<ConformDocument>;
	readonly capabilities: Readonly<Record<string, { readonly value: unknown; readonly evidence: string; readonly source: string }>>;
}

export function addConform(program: Command): void {
	program
		.command("conform")
		.description("one suite for every driver: does the module do what the driver declares, and does the driver do what it should?")
		.requiredOption("--driver <id|path>", "the driver to judge, of the package or outside it")
		.option("--persona <id|path>", "against a simulated module; the one of the driver's name when neither it nor --port is given")
		.option("--port <path>", "against a real module at this port; what needs a simulated network is skipped")
		.option("--baud <rate>", "of the port, where it is not the driver's", Number)
		.option("--seed <integer>", "of everything random", seed, 1)
		.option("--only <text>", "only the cases whose `group: name` contains this")
		.option("--report <folder>", "write conform.html and conform.json, fit to be published")
		.option("--junit <file>", "write a JUnit report")
		.option("--json", "one JSON document on stdout")
		.action(async (flags: Flags) => {
			process.exitCode = await execute(flags);
		});
}

async function execute(flags: Flags): Promise<number> {
	if (flags.port !== undefined && flags.persona !== undefined)
		throw usage("--persona is a simulated module and --port a real one: give one of them");
	if (flags.report !== undefined) checkOutputFolder("--report", flags.report);
	if (flags.junit !== undefined) checkOutputFile("--junit", flags.junit);
	const entry = driverEntry(flags.driver);
	const persona = flags.port === undefined ? await findPersona(flags.persona ?? ownPersona(flags.driver)) : undefined;
	const app = await loadApp<ConformApp>("conform", entry);
	const clock = flags.port === undefined ? undefined : new RealClock();
	try {
		const document = await app.run({
			persona,
			seed: flags.seed,
			...(flags.only === undefined ? {} : { only: flags.only }),
			...(flags.port === undefined || clock === undefined ? {} : { port: { path: flags.port, baud: flags.baud, clock } }),
			onResult: flags.json ? () => {} : progress(),
		});
		if (document.cases.length === 0) throw usage(`no case's "group: name" contains "${flags.only}"`);
		await write(document, app, flags);
		return document.failed > 0 ? 1 : 0;
	} finally {
		clock?.close();
	}
}

async function write(document: ConformDocument, app: ConformApp, flags: Flags): Promise<void> {
	if (flags.junit !== undefined) writeFileSync(flags.junit, (await import("../../conform/junit.js")).conformJunit(document));
	let page: string | undefined;
	if (flags.report !== undefined) {
		const { writeConformReport } = await import("../../conform/report.js");
		page = writeConformReport(flags.report, {
			document,
			ranOn: flags.port === undefined ? `a simulated ${document.persona}, seed ${flags.seed}` : `the module at ${flags.port}`,
			capabilities: app.capabilities,
			version: (JSON.parse(readFileSync(packageFile("package.json"), "utf8")) as { version: string }).version,
			dateMs: Date.now(),
		});
	}
	if (flags.json) json(document);
	else sum(document, page);
}

/** Each case as it ends, under the heading of its group. */
function progress(): (result: CaseResult, index: number, count: number) => void {
	let group = "";
	const isTerminal = process.stderr.isTTY === true;
	return (result, index, count) => {
		if (isTerminal) process.stderr.write(`\r\x1b[K${index + 1} of ${count}`);
		if (isTerminal) process.stderr.write("\r\x1b[K");
		if (result.group !== group) {
			group = result.group;
			print(pc.bold(group));
		}
		const mark = { passed: pc.green("passed "), failed: pc.red("FAILED "), skipped: pc.dim("skipped") }[result.result];
		print(`  ${mark}  ${result.name}`);
		if (result.why !== "") print(pc.dim(`           ${result.why}`));
	};
}

function sum({ driver, passed, failed, skipped }: ConformDocument, page: string | undefined): void {
	say();
	const verdict = failed === 0 ? pc.green("conforms") : pc.red("does not conform");
	say(`${pc.bold(driver)} ${verdict}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
	if (page !== undefined) say(`report: ${page}`);
}
