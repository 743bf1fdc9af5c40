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
async function moduleAt(context: TestContext, persona: Persona, event = "module-ready"): Promise<string> {
	return (await simulationAt(context, persona, event)).path;
}

async function simulationAt({ onTestFinished }: TestContext, persona: Persona, event: string) {
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
	return { path: port.path!, ue: simulation.ue };
}

async function run(command: string): Promise<{ readonly code: number | null; readonly output: string }> {
	const child = spawn("sh", ["-c", `PATH="$PATH:/usr/sbin:/sbin" ${command}`], {
		stdio: ["ignore", "pipe", "pipe"],
		timeout: 25_000,
		// Texts of other alphabets go in and out as UTF-8.
		env: { ...process.env, LC_ALL: "C.UTF-8" },
	});
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
	test("reads and sends texts with the generic module", async context => {
		const { path, ue } = await simulationAt(context, generic, "attached");
		ue.deliverSms("10086", "你好 from the network");
		ue.deliverSms("10086", "x".repeat(161));
		const { output } = await gammu(path, "getallsms");
		context.expect(output).toContain("你好 from the network");
		context.expect(output).toContain("Concatenated (linked) message, ID (8 bit) 1, part 2 of 2");
		context.expect((await gammu(path, "sendsms TEXT +4917000 -text 'hello @ $ [x] €'")).code).toBe(0);
		context.expect((await gammu(path, "sendsms TEXT +4917000 -unicode -text '你好'")).code).toBe(0);
		context.expect(ue.messages.submitted.map(({ to, text }) => `${to} ${text}`)).toEqual(["+4917000 hello @ $ [x] €", "+4917000 你好"]);
	}, 60_000);
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
