import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import pc from "picocolors";
import { trafficText } from "../../capture/traffic-file.js";
import { nodeEngine } from "../../engine/node.js";
import { isMeterKind, type MeterKind, meterKinds } from "../../meters/create-meter.js";
import { PortError } from "../../ports/port-error.js";
import type { Example } from "../../run/example.js";
import { isFarEndKind } from "../../run/far-end/far-end.js";
import type { RunOptions } from "../../run/options.js";
import { writeReport } from "../../run/report/report.js";
import { type RunResult, run } from "../../run/run.js";
import { traceLines, traceText } from "../../run/trace-text.js";
import { START_UTC_MS } from "../../run/world.js";
import { durationMs as isoDurationMs } from "../../scenario/duration.js";
import { findScenario } from "../../scenario/ready.js";
import type { Scenario } from "../../scenario/scenario.js";
import { durationMs, oneOf, seed } from "../arguments.js";
import { Failure, unreachable, usage } from "../failure.js";
import { json, say } from "../output.js";
import { checkOutputFile, checkOutputFolder } from "../output-file.js";
import { driverEntry, findExample, findPersona, ownDriverEntry } from "../registry.js";
import { storyTeller } from "../run-story.js";
import { duration, summary } from "../run-summary.js";

interface Flags {
	readonly persona?: string;
	readonly port?: string;
	readonly driver?: string;
	readonly engine: "node" | "xs";
	readonly clock: "real" | "virtual";
	readonly for?: number;
	readonly scenario?: string;
	readonly seed: number;
	readonly apn?: string;
	readonly pin?: string;
	readonly server?: string;
	readonly uplink?: string;
	readonly route?: string;
	readonly meter?: string;
	readonly trace?: string;
	readonly report?: string;
	readonly json?: boolean;
}

export function addRun(program: Command): void {
	program
		.command("run")
		.description("run an application on a simulated module, or on a real one at a serial port, and say what became of its readings")
		.argument("<example>", "an example's name, or the folder of an application with main.ts and example.json")
		.option("--persona <id|path>", "the simulated module (the example's own by default)")
		.option("--port <path>", "a real module's serial port, instead of a simulated module")
		.option("--driver <id|path>", "the driver (the persona's by default)")
		.option("--engine <engine>", "node or xs", oneOf("node", "xs"), "node")
		.option(
			"--clock <clock>",
			"real, over a pseudo-terminal; or virtual, over memory, as fast as it goes",
			oneOf("real", "virtual"),
			"real",
		)
		.option("--for <duration>", "how long: 30s, 10m, 24h, 7d, 10y (by default until three reports are acknowledged)", durationMs)
		.option("--scenario <id|file>", "what happens to module and network")
		.option("--seed <integer>", "of everything random", seed, 1)
		.option("--apn <name>", "access point name")
		.option("--pin <pin>", "the SIM's PIN; never shown")
		.option("--server <url>", "coap://host:port/path, for a real module")
		.option("--uplink <name>", "how the application sends, where it has several ways: mqtt or jt808 of the tracker")
		.option("--route <file>", "GPX file that a simulated vehicle drives (the example's own by default)")
		.option("--meter <path|kind>", `a real meter's serial port, or the simulated one: ${meterKinds.join(", ")}`)
		.option("--trace <file>", "write the AT dialogue, identifiers and secrets masked")
		.option("--report <folder>", "write report.html, run.json, trace.at and traffic.json (see export)")
		.option("--json", "one JSON document on stdout")
		.action(async (name: string, flags: Flags) => {
			process.exitCode = await execute(name, flags);
		});
}

async function execute(name: string, flags: Flags): Promise<number> {
	const interrupted = { yes: false };
	const options = await prepare(name, flags, interrupted);
	const interrupt = () => {
		// The second time the user means it.
		if (interrupted.yes) process.exit(130);
		interrupted.yes = true;
	};
	process.on("SIGINT", interrupt);
	process.on("SIGTERM", interrupt);
	if (!flags.json) introduce(options);
	const result = await run(options);
	if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
	if (isOutOfReach(result.failure)) throw unreachable(result.failure.message);
	show(result, options, flags);
	return verdict(result, options);
}

function show(result: RunResult, options: RunOptions, flags: Flags): void {
	const trace = result.world.trace ? traceText(result.world.trace, options) : "";
	if (flags.trace) writeFileSync(flags.trace, trace);
	const { events, document } = result;
	const { traffic } = result.world;
	const report = flags.report
		? writeReport(flags.report, {
				...(traffic && result.world.trace
					? {
							traffic: trafficText({
								startUtcMs: START_UTC_MS,
								interfaceName: document.persona ?? document.driver,
								traffic: traffic.entries,
								comments: traceLines(result.world.trace, options),
							}),
						}
					: {}),
				title: options.example.defaults.title,
				document,
				events,
				charge: result.world.charge,
				trace,
			})
		: undefined;
	if (flags.json) json(document);
	else {
		say();
		say(summary(document, report));
	}
}

function isOutOfReach(failure: Error | undefined): failure is Error {
	return failure instanceof PortError || (failure as { exitCode?: unknown } | undefined)?.exitCode === 3;
}

/** The exit code, or a failure that says in a line what the document leaves to be read out of it. */
function verdict({ document, scenario, failure, isIdentified }: RunResult, options: RunOptions): number {
	if (failure) throw new Failure(1, failure.message);
	const { lost, duplicated, acknowledged } = document.readings;
	const isKept = lost === 0 && duplicated === 0;
	if (scenario) return scenario.passed && isKept ? 0 : 1;
	if (!isKept) throw new Failure(1, `${lost} readings lost, ${duplicated} duplicated`);
	if (acknowledged > 0) return 0;
	const { port, server } = options;
	if (port && !isIdentified)
		throw unreachable(`the module at ${port} did not answer: xs-cellular doctor --port ${port} finds its rate and says what is wrong`);
	if (port && document.network.address)
		throw unreachable(`no report was acknowledged by ${server?.host} port ${server?.port}: is a CoAP server there that the SIM can reach?`);
	const [why] = document.problems;
	throw new Failure(1, `no report was acknowledged in ${duration(document.simulatedSeconds)}${why === undefined ? "" : ` (${why})`}`);
}

function introduce(options: RunOptions): void {
	const module = options.port ? `the module at ${options.port}` : `a simulated ${options.persona?.id}`;
	const line = options.port ? "" : options.clock === "real" ? " over a pseudo-terminal" : " over memory";
	const length = options.forMs === undefined ? "until three reports are acknowledged" : `for ${duration(options.forMs / 1000)}`;
	say(pc.bold(options.example.defaults.title));
	say(
		`${options.example.name} on ${module}${line}, ${options.clock} clock, ${options.engine.name} engine, seed ${options.seed}, ${length}`,
	);
	say();
}

async function prepare(name: string, flags: Flags, interrupted: { readonly yes: boolean }): Promise<RunOptions> {
	const example = findExample(name);
	checkCombination(flags);
	const scenario = flags.scenario ? findScenario(flags.scenario) : undefined;
	if (scenario?.example !== undefined && scenario.example !== example.name)
		throw usage(`scenario ${flags.scenario} is for ${scenario.example}: xs-cellular run ${scenario.example} --scenario ${flags.scenario}`);
	// What happens in it may need a module that can do it, such as one with NR.
	const persona = flags.port ? undefined : await findPersona(flags.persona ?? scenario?.persona ?? example.defaults.persona);
	const driverId = flags.driver ?? persona?.id ?? example.defaults.persona;
	if (flags.trace) checkOutputFile("--trace", flags.trace);
	if (flags.report) checkOutputFolder("--report", flags.report);
	const live = !flags.json && flags.clock === "real";
	return {
		example,
		driver: flags.driver ? driverEntry(flags.driver) : ownDriverEntry(driverId),
		driverId: driverId.replace(/^.*[/\\]|\.[tj]s$/g, ""),
		persona,
		port: flags.port,
		engine: flags.engine === "xs" ? (await import("../../engine/xs.js")).xsEngine : nodeEngine,
		clock: flags.clock,
		forMs: flags.for ?? scenarioLength(scenario),
		scenario,
		seed: flags.seed,
		apn: flags.apn,
		pin: flags.pin,
		server: flags.server ? serverOf(flags.server) : undefined,
		...serverEnd(flags, example),
		route: flags.port ? undefined : (flags.route ?? example.defaults.route),
		captured: Boolean(flags.report),
		meter: flags.meter && !isMeterKind(flags.meter) ? flags.meter : undefined,
		simulatedMeter: meterKind(flags, example),
		traced: Boolean(flags.trace || flags.report),
		stopped: () => interrupted.yes,
		onLog: text => say(text),
		...(live ? { onEvent: storyTeller(say) } : {}),
		...(!flags.json && flags.clock === "virtual" && process.stderr.isTTY ? { onProgress: progress } : {}),
	};
}

function checkCombination(flags: Flags): void {
	// TS 27.007 8.3; not by the option's parser, which repeats what it was given.
	if (flags.pin !== undefined && !/^\d{4,8}$/.test(flags.pin)) throw usage("--pin is 4 to 8 digits");
	if (!flags.port) return;
	if (flags.clock === "virtual") throw usage("--clock virtual simulates the module too: leave --port out, or use --clock real");
	if (flags.persona) throw usage("--persona is a simulated module and --port a real one: give one of them");
	if (flags.scenario) throw usage("--scenario happens to a simulated module: leave --port out");
	if (!flags.server) {
		throw usage(
			"a real SIM cannot reach [::1] on this machine: pass --server coap://HOST:PORT/PATH, a CoAP server that takes SenML reports",
		);
	}
}

/** Beside a simulated module: the example's meter unless another is named. Beside a real one a simulated meter only on demand. */
function meterKind(flags: Flags, example: Example): MeterKind | undefined {
	if (flags.meter) return isMeterKind(flags.meter) ? flags.meter : undefined;
	const kind = example.defaults.meter;
	return kind !== undefined && isMeterKind(kind) ? kind : undefined;
}

/** The example's way to send, or another of its own. */
function serverEnd({ uplink }: Flags, { name, defaults }: Example): Pick<RunOptions, "farEnd" | "uplink" | "serverPort"> {
	const { uplinks = {}, farEnd = "coap" } = defaults;
	if (uplink === undefined) return { farEnd: isFarEndKind(farEnd) ? farEnd : "coap" };
	const port = uplinks[uplink];
	if (port === undefined || !isFarEndKind(uplink)) {
		const known = Object.keys(uplinks);
		throw usage(
			known.length === 0 ? `${name} has one way to send: leave --uplink out` : `--uplink of ${name} is one of ${known.join(", ")}`,
		);
	}
	return { farEnd: uplink, uplink, serverPort: port };
}

function progress(simulatedMs: number, ofMs: number | undefined): void {
	const of = ofMs === undefined ? "" : ` of ${duration(ofMs / 1000)}`;
	process.stderr.write(`\r\x1b[K${duration(simulatedMs / 1000)}${of} simulated`);
}

/** A scenario says itself how long it takes. */
function scenarioLength(scenario: Scenario | undefined): number | undefined {
	return scenario?.for === undefined ? undefined : isoDurationMs(scenario.for);
}

function serverOf(url: string): { host: string; port: number; path: string } {
	const parsed = URL.canParse(url) ? new URL(url) : undefined;
	if (parsed?.protocol !== "coap:" || !parsed.hostname)
		throw usage(`--server ${url} is no CoAP address: coap://[2001:db8::1]:5683/readings`);
	return {
		host: parsed.hostname.replace(/^\[|\]$/g, ""),
		port: Number(parsed.port || 5683),
		path: parsed.pathname === "/" || parsed.pathname === "" ? "/readings" : parsed.pathname,
	};
}
