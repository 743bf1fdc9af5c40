import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { RealClock } from "../../host-sim/clock/real-clock.js";
import { loadPersona } from "../../host-sim/persona/index.js";
import { openPort } from "../../host-sim/ports/open-port.js";
import { createSimulation } from "../../host-sim/simulation.js";
import { parseTranscript } from "../../host-sim/transcript/format.js";
import { type Run, xsCellular } from "../doctor/cli.js";
import { ascii, text } from "../engine/host.js";
import { type Client, openedClient, until } from "./real.js";

const closers: (() => void)[] = [];
afterEach(() => {
	for (const close of closers.splice(0).reverse()) close();
});

/** The path of a simulated module's pty. */
async function simulatedModule(persona: string): Promise<string> {
	const port = await openPort("pty");
	const clock = new RealClock();
	const simulation = createSimulation({ persona: await loadPersona(persona), clock, seed: 1, port });
	closers.push(() => {
		simulation.close();
		port.close();
		clock.close();
	});
	simulation.module.powerOn();
	await until("the module has booted", () => simulation.module.state === "on");
	return port.path as string;
}

function outFile(): string {
	const folder = mkdtempSync(join(tmpdir(), "xs-cellular-record-"));
	closers.push(() => rmSync(folder, { recursive: true }));
	return join(folder, "session.at");
}

async function record(...options: string[]): Promise<Run> {
	const run = await xsCellular("record", ...options);
	closers.push(() => void run.child.kill("SIGKILL"));
	return run;
}

async function offered(run: Run): Promise<string> {
	await until("the offered port", () => run.said.stdout.includes("\n") || run.child.exitCode !== null);
	return (JSON.parse(run.said.stdout) as { port: string }).port;
}

async function ask(client: Client, command: string, end: string): Promise<void> {
	const from = client.seen.text.length;
	client.device.write(ascii(`${command}\r`));
	await until(`${command} is answered`, () => client.seen.text.slice(from).includes(end));
}

describe("record", () => {
	test.each(["SIGINT", "SIGTERM"] as const)("%s ends it with 0 and a complete transcript, masked", async signal => {
		const device = await simulatedModule("generic");
		const out = outFile();
		const run = await record("--port", device, "--out", out, "--module", "generic 27.007", "--json");
		const client = await openedClient(await offered(run));
		closers.push(() => client.device.close());
		await ask(client, "ATE0", "OK\r\n");
		await ask(client, "AT+CGSN", "OK\r\n");
		await ask(client, 'AT+CPIN="7391"', "\r\n");
		// A line that has begun when it ends is in the file too.
		client.device.write(ascii("AT+C"));
		await until("the beginning of a line passes", () => client.seen.text.endsWith("\r\n"));
		await new Promise(resolve => setTimeout(resolve, 100));
		run.child.kill(signal);
		expect(await run.ended).toBe(0);
		const file = readFileSync(out, "utf8");
		const { header, records } = parseTranscript(file);
		expect(header).toMatchObject({ module: "generic 27.007", firmware: "unknown", evidence: "inferred", framing: "exact" });
		expect(header.source).toMatch(new RegExp(`^recorded from ${device} on \\d{4}-\\d\\d-\\d\\d$`));
		const of = (kind: "sent" | "received") => records.map(one => (one.kind === kind ? text(one.bytes) : "")).join("");
		expect(of("sent")).toBe('ATE0\rAT+CGSN\rAT+CPIN="****"\rAT+C');
		expect(of("received")).toContain("\r\n001010000000000\r\n\r\nOK\r\n");
		expect(file).not.toContain("7391");
		expect(file).not.toContain("001010000000001");
	});

	test("what the module says unasked is recorded, and the pauses are", async () => {
		const device = await openPort("pty");
		closers.push(() => device.close());
		const out = outFile();
		const run = await record("--port", device.path as string, "--out", out, "--json");
		const client = await openedClient(await offered(run));
		closers.push(() => client.device.close());
		device.write(ascii("\r\nRDY\r\n"));
		await until("RDY", () => client.seen.text.endsWith("RDY\r\n"));
		await new Promise(resolve => setTimeout(resolve, 120));
		device.write(ascii("\r\n+CFUN: 1\r\n"));
		await until("+CFUN", () => client.seen.text.endsWith("1\r\n"));
		run.child.kill("SIGTERM");
		expect(await run.ended).toBe(0);
		const { records } = parseTranscript(readFileSync(out, "utf8"));
		const longest = Math.max(...records.map(one => (one.kind === "pause" ? one.ms : 0)));
		expect(longest).toBeGreaterThan(100);
		expect(longest).toBeLessThan(2000);
	});

	test("a port that is not there: exit 3, named, and no file is left", async () => {
		const out = outFile();
		const run = await record("--port", "/dev/ttyNONE", "--out", out);
		expect(await run.ended).toBe(3);
		expect(run.said.stderr).toMatch(/^error: \/dev\/ttyNONE: no such port; is the module plugged in\?/);
		expect(run.said.stdout).toBe("");
		expect(existsSync(out)).toBe(false);
	});

	test("a port that is busy: exit 3, and who has it", async () => {
		const port = await openPort("pty");
		closers.push(() => port.close());
		const owner = await openedClient(port.path as string);
		closers.push(() => owner.device.close());
		const run = await record("--port", port.path as string, "--out", outFile());
		expect(await run.ended).toBe(3);
		expect(run.said.stderr).toMatch(new RegExp(`^error: ${port.path} is busy: .*\\(process ${process.pid}\\) has it open`));
	});

	test("a module that is unplugged meanwhile: exit 3, and what passed is kept", async () => {
		const device = await openPort("pty");
		closers.push(() => device.close());
		const out = outFile();
		const run = await record("--port", device.path as string, "--out", out, "--json");
		const client = await openedClient(await offered(run));
		closers.push(() => client.device.close());
		device.write(ascii("\r\nRDY\r\n"));
		await until("RDY", () => client.seen.text.endsWith("RDY\r\n"));
		device.close();
		expect(await run.ended).toBe(3);
		expect(run.said.stderr).toContain("is gone: the module was unplugged");
		expect(readFileSync(out, "utf8")).toContain("< \\r\\nRDY\\r\\n\n");
	});

	test("a file that is there is not written over: exit 2", async () => {
		const out = outFile();
		writeFileSync(out, "mine");
		const run = await record("--port", "/dev/ttyNONE", "--out", out);
		expect(await run.ended).toBe(2);
		expect(run.said.stderr).toBe(`error: ${out} exists: give another file to --out\n`);
		expect(readFileSync(out, "utf8")).toBe("mine");
	});

	test("without --port, or with an offer that cannot be meant: exit 2", async () => {
		expect(await (await record("--out", outFile())).ended).toBe(2);
		const run = await record("--port", "/dev/ttyNONE", "--out", outFile(), "--offer", "com3");
		expect(await run.ended).toBe(2);
		expect(run.said.stderr).toContain("com3: a simulated module's port is pty, tcp:PORT or unix:PATH");
	});
});
