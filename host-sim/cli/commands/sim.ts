import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { RealClock } from "../../clock/real-clock.js";
import { openPort } from "../../ports/open-port.js";
import { junitText } from "../../scenario/junit.js";
import { findScenario } from "../../scenario/ready.js";
import type { ScenarioResult } from "../../scenario/runner.js";
import { createSimulation, type Simulation } from "../../simulation.js";
import { durationMs, seed } from "../arguments.js";
import { Child } from "../child.js";
import { usage } from "../failure.js";
import { json, print, say, table } from "../output.js";
import { checkOutputFile } from "../output-file.js";
import { findPersona } from "../registry.js";

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
		.option("--json", "the first line as a JSON document on stdout")
		.action(async (flags: Flags) => {
			process.exitCode = await simulate(flags);
		});
}

async function simulate(flags: Flags): Promise<number> {
	if (flags.junit) {
		if (!flags.scenario) throw usage("--junit reports a scenario's expectations: add --scenario");
		checkOutputFile("--junit", flags.junit);
	}
	const persona = await findPersona(flags.persona);
	const scenario = flags.scenario ? findScenario(flags.scenario) : undefined;
	// From here on, so that a signal while the module boots leaves no link and no socket behind.
	const interrupted = signals();
	const port = await openPort(flags.port, { link: flags.portLink });
	// Also where a persona of the user's own throws: no link stays behind.
	process.once("exit", () => port.close());
	const clock = new RealClock();
	let simulation: Simulation | undefined;
	try {
		simulation = createSimulation({
			persona,
			clock,
			seed: flags.seed,
			port,
			allowNetwork: flags.allowNetwork ?? false,
			...(scenario ? { scenario } : {}),
		});
		await Promise.race([started(simulation), interrupted]);
		const code = await ended(flags, flags.portLink ?? (port.path as string), simulation, interrupted);
		const result = simulation.scenario?.finish();
		if (result) tellScenario(result, flags);
		return result && !result.passed ? 1 : code;
	} finally {
		simulation?.close();
		port.close();
		clock.close();
	}
}

/** Settles with the exit code of the contract at SIGINT or SIGTERM. */
function signals(): Promise<number> {
	return new Promise(resolve => {
		for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve(0));
	});
}

/** A program finds a module that has booted, as on a bench; what a scenario did to it meanwhile must not hold the program up. */
async function started({ module }: Simulation): Promise<void> {
	await new Promise<void>(resolve => {
		// The port keeps the process alive; a signal meanwhile must not wait for the boot.
		const given = setTimeout(done, module.persona.power.bootMs + 1000).unref();
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

/** What ends a simulation: the program, the time, a scenario that is decided, or a signal. */
async function ended(flags: Flags, path: string, simulation: Simulation, interrupted: Promise<number>): Promise<number> {
	if (flags.json) json({ port: path, persona: simulation.module.persona.id, ready: true });
	else if (!flags.exec) print(`${simulation.module.persona.id} is at ${path} (ends with Ctrl-C)`);
	const child = flags.exec ? new Child(flags.exec.replaceAll("{port}", path), flags.json ? 2 : 1) : undefined;
	let watch: NodeJS.Timeout | undefined;
	const startMs = performance.now();
	const watched = new Promise<number>(resolve => {
		// Keeps the process alive, too.
		watch = setInterval(() => {
			if (flags.timeout !== undefined && performance.now() - startMs >= flags.timeout) {
				if (child) say("error: the program did not end within the time given by --timeout");
				resolve(child ? 1 : 0);
			} else if (!child && simulation.scenario?.decided) resolve(0);
		}, 50);
	});
	try {
		return await Promise.race([interrupted, watched, ...(child ? [child.ended] : [])]);
	} finally {
		clearInterval(watch);
		await child?.stop();
	}
}

function tellScenario(result: ScenarioResult, flags: Flags): void {
	if (flags.junit) writeFileSync(flags.junit, junitText(result));
	say(result.title);
	say(
		table(
			["", "expectation", ""],
			result.cases.map(entry => [entry.result, entry.name, entry.why]),
		),
	);
	for (const step of result.openSteps) say(`never reached: ${step}`);
}
