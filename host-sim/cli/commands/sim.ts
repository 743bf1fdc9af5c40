import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { RealClock } from "../../clock/real-clock.js";
import { loadPersona } from "../../persona/index.js";
import { openPort } from "../../ports/open-port.js";
import { junitText } from "../../scenario/junit.js";
import { findScenario } from "../../scenario/ready.js";
import type { ScenarioResult } from "../../scenario/runner.js";
import { createSimulation, type Simulation } from "../../simulation.js";
import { durationMs, seed } from "../arguments.js";
import { unreachable, usage } from "../failure.js";
import { json, print, say, table } from "../output.js";

interface Flags {
	readonly persona: string;
	readonly portLink?: string;
	readonly port: string;
	readonly exec?: string;
	readonly timeout?: number;
	readonly scenario?: string;
	readonly seed: number;
	readonly junit?: string;
	readonly allowNetwork?: boolean;
	readonly json?: boolean;
}

export function addSim(program: Command): void {
	program
		.command("sim")
		.description("simulate a module on a serial port for a program of yours, in whatever language")
		.requiredOption("--persona <id|path>", "the module")
		.option("--port-link <path>", "a path of your choice that leads to the pseudo-terminal")
		.option("--port <port>", "pty, tcp:PORT or unix:PATH", "pty")
		.option("--exec <command>", "run a program with the port's path for {port}, and end with its exit code")
		.option("--timeout <duration>", "end after this long: 30s, 10m, 24h", durationMs)
		.option("--scenario <id|file>", "what happens to module and network, and what is expected")
		.option("--seed <integer>", "of everything random", seed, 1)
		.option("--junit <file>", "write the scenario's expectations as JUnit cases")
		.option("--allow-network", "let datagrams of the module out of this machine")
		.option("--json", "the first line, and the scenario's verdict, as JSON on stdout")
		.action(async (flags: Flags) => {
			process.exitCode = await simulate(flags);
		});
}

async function simulate(flags: Flags): Promise<number> {
	if (flags.junit && !flags.scenario) throw usage("--junit reports a scenario's expectations: add --scenario");
	const persona = await loadPersona(flags.persona).catch(error => {
		throw usage((error as Error).message);
	});
	const scenario = flags.scenario ? findScenario(flags.scenario) : undefined;
	const port = await openPort(flags.port, { link: flags.portLink });
	const clock = new RealClock();
	const simulation = createSimulation({
		persona,
		clock,
		seed: flags.seed,
		port,
		allowNetwork: flags.allowNetwork ?? false,
		...(scenario ? { scenario } : {}),
	});
	await started(simulation);
	const path = flags.portLink ?? (port.path as string);
	if (flags.json) json({ port: path, persona: persona.id, ready: true });
	else if (!flags.exec) print(`${persona.id} is at ${path} (ends with Ctrl-C)`);
	const code = await ended(flags, path, simulation);
	const result = simulation.scenario?.finish();
	if (result) tellScenario(result, flags);
	simulation.close();
	port.close();
	clock.close();
	return result && !result.passed ? 1 : code;
}

/** A program finds a module that has booted, as on a bench; what a scenario did to it meanwhile must not hold the program up. */
async function started({ module }: Simulation): Promise<void> {
	await new Promise<void>(resolve => {
		const given = setTimeout(done, module.persona.power.bootMs + 1000);
		const unsubscribe = module.on(event => {
			if (event.type === "ready") done();
		});
		function done(): void {
			clearTimeout(given);
			unsubscribe();
			resolve();
		}
		module.powerOn();
	});
}

/** What ends a simulation: the program, the time, or a signal. */
async function ended(flags: Flags, path: string, simulation: Simulation): Promise<number> {
	return new Promise((resolve, reject) => {
		const child = flags.exec ? start(flags.exec, path, flags) : undefined;
		let timer: NodeJS.Timeout | undefined;
		const end = (code: number) => {
			clearInterval(timer);
			process.off("SIGINT", interrupt);
			process.off("SIGTERM", interrupt);
			resolve(code);
		};
		const interrupt = () => {
			child?.kill("SIGTERM");
			end(0);
		};
		process.on("SIGINT", interrupt);
		process.on("SIGTERM", interrupt);
		child?.on("error", error => reject(unreachable(`cannot run ${flags.exec}: ${error.message}`)));
		child?.on("exit", (code, signal) => end(code ?? (signal ? 1 : 0)));
		const startMs = Date.now();
		// Keeps the process alive, and sees to the end of the time and of the scenario.
		timer = setInterval(() => {
			const late = flags.timeout !== undefined && Date.now() - startMs >= flags.timeout;
			if (late) {
				child?.kill("SIGTERM");
				if (child) say(`error: the program did not end within the time given by --timeout`);
				end(child ? 1 : 0);
			} else if (!child && simulation.scenario?.decided) end(0);
		}, 50);
	});
}

/** The program's output goes to stderr where stdout is for one JSON document. */
function start(command: string, path: string, flags: Flags) {
	const line = command.replaceAll("{port}", path);
	return spawn(line, { shell: true, stdio: ["inherit", flags.json ? 2 : "inherit", "inherit"] });
}

function tellScenario(result: ScenarioResult, flags: Flags): void {
	if (flags.junit) writeFileSync(flags.junit, junitText(result));
	if (flags.json) {
		json({ scenario: result.title, passed: result.passed, cases: result.cases, openSteps: result.openSteps });
		return;
	}
	say(result.title);
	say(
		table(
			["", "expectation", ""],
			result.cases.map(entry => [entry.result, entry.name, entry.why]),
		),
	);
	for (const step of result.openSteps) say(`never reached: ${step}`);
}
