import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "vitest";
import { RealClock } from "../../host-sim/clock/real-clock.js";
import type { Persona } from "../../host-sim/modem/persona.js";
import generic from "../../host-sim/persona/generic.js";
import quectelBc660k from "../../host-sim/persona/quectel-bc660k.js";
import { openPty } from "../../host-sim/ports/pty.js";
import { createSimulation } from "../../host-sim/simulation.js";

/** Other people's AT programs, which know nothing of this project. Where CI=true they must be there. */
function has(program: string): boolean {
	const found = spawnSync("sh", ["-c", `PATH="$PATH:/usr/sbin:/sbin" command -v ${program}`]).status === 0;
	if (!found && process.env.CI === "true") throw new Error(`${program} is missing: apt-get install gammu ppp`);
	if (!found) console.warn(`tests/persona: tests with ${program} are left out, it is not installed`);
	return found;
}

/** Path of a pty behind which a module is up, or on the network too. */
async function moduleAt({ onTestFinished }: TestContext, persona: Persona, event = "module-ready"): Promise<string> {
	const clock = new RealClock();
	const port = await openPty();
	const simulation = createSimulation({ persona, clock, seed: 1, port });
	onTestFinished(() => {
		simulation.close();
		port.close();
		clock.close();
	});
	await new Promise<void>(resolve => {
		simulation.events.on(({ name }) => name === event && resolve());
		simulation.module.powerOn();
	});
	return port.path!;
}

async function run(command: string): Promise<{ readonly code: number | null; readonly output: string }> {
	const child = spawn("sh", ["-c", `PATH="$PATH:/usr/sbin:/sbin" ${command}`], { stdio: ["ignore", "pipe", "pipe"], timeout: 25_000 });
	let output = "";
	for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
	const code = await new Promise<number | null>(resolve => child.on("close", resolve));
	return { code, output };
}

async function gammu(path: string, command: string) {
	const configuration = join(mkdtempSync(join(tmpdir(), "gammu-")), "gammurc");
	writeFileSync(configuration, `[gammu]\nport=${path}\nconnection=at115200\n`);
	return run(`gammu -c ${configuration} ${command}`);
}

// Side by side: most of the time they wait.
describe.skipIf(!has("gammu")).concurrent("gammu", () => {
	for (const persona of [generic, quectelBc660k]) {
		test(`identifies ${persona.id}`, async context => {
			const { code, output } = await gammu(await moduleAt(context, persona), "identify");
			context.expect(output).toContain(`Manufacturer         : ${persona.identity.manufacturer}`);
			context.expect(output).toContain(persona.identity.model);
			context.expect(output).toContain("SIM IMSI             : 001010000000001");
			context.expect(code).toBe(0);
		});
	}
	test("shows the network of the generic module", async context => {
		const { code, output } = await gammu(await moduleAt(context, generic, "attached"), "networkinfo");
		context.expect(output).toContain("Network state        : home network");
		context.expect(output).toContain("LAC 0002, CID 00012A0B");
		context.expect(code).toBe(0);
	});
});

describe.skipIf(!has("chat")).concurrent("chat of ppp", () => {
	const talk = async (context: TestContext, script: string) => {
		const port = await moduleAt(context, generic);
		return (await run(`chat -t 5 ABORT 'NO CARRIER' '' ATZ OK ATE0 OK 'AT+CGDCONT=1,"IP","x"' OK ${script} <${port} >${port}`)).code;
	};
	test("sets a module up", async context => context.expect(await talk(context, "AT OK")).toBe(0));
	// chat(8): exit code 4 is the first ABORT string.
	test("dials and is told that there is no carrier", async context => context.expect(await talk(context, "'ATD*99#' CONNECT")).toBe(4));
});
