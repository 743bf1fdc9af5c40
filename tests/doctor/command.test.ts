import { afterEach, describe, expect, test } from "vitest";
import { RealClock } from "../../host-sim/clock/real-clock.js";
import { loadPersona } from "../../host-sim/persona/index.js";
import { openPort } from "../../host-sim/ports/open-port.js";
import { createSimulation, type SimulationOptions } from "../../host-sim/simulation.js";
import { ascii, text } from "../engine/host.js";
import { openedClient } from "../ports/real.js";
import { xsCellular } from "./cli.js";

const closers: (() => void)[] = [];
afterEach(() => {
	for (const close of closers.splice(0).reverse()) close();
});

/** A pty whose module answers these commands with one line and `OK`, `AT` with `OK`, and everything else with `ERROR`. */
async function scripted(answers: Readonly<Record<string, string>>): Promise<string> {
	const port = await openPort("pty");
	closers.push(() => port.close());
	let pending = "";
	port.onBytes = bytes => {
		pending += text(bytes);
		for (let end = pending.indexOf("\r"); end >= 0; end = pending.indexOf("\r")) {
			const command = pending.slice(0, end);
			pending = pending.slice(end + 1);
			const line = answers[command];
			const final = line === undefined && command !== "AT" ? "ERROR" : "OK";
			port.write(ascii(`${line === undefined ? "" : `\r\n${line}\r\n`}\r\n${final}\r\n`));
		}
	};
	return port.path as string;
}

async function simulated(persona: string, spec = "pty", options: Partial<SimulationOptions> = {}) {
	const port = await openPort(spec);
	const clock = new RealClock();
	const simulation = createSimulation({ persona: await loadPersona(persona), clock, seed: 1, port, ...options });
	closers.push(() => {
		simulation.close();
		port.close();
		clock.close();
	});
	simulation.module.powerOn();
	return { path: port.path as string, simulation };
}

describe("xs-cellular doctor", () => {
	test("a module that is well, over a real pty: one JSON document, exit 0", async () => {
		const path = await scripted({
			"AT+CGMM": "Quectel_BC660K-GL",
			"AT+CPIN?": "+CPIN: READY",
			"AT+CEREG?": "+CEREG: 0,1",
			"AT+CGACT?": "+CGACT: 0,1",
			"AT+CGPADDR": '+CGPADDR: 0,"10.0.0.7","2001:db8::7"',
		});
		const { said, ended } = await xsCellular("doctor", "--port", path, "--json");
		expect(await ended).toBe(0);
		expect(said.stdout.match(/\n/g)).toHaveLength(1);
		expect(JSON.parse(said.stdout)).toMatchObject({
			port: path,
			usable: true,
			baud: 115_200,
			driver: "quectel-bc660k",
			addresses: { ipv6: "2001:db8::7", ipv4: "10.0.0.7" },
			problems: [],
		});
		expect(said.stderr).toBe("");
	});

	test("a SIM that asks for its PIN, for people: what is wrong and the next step, exit 1", async () => {
		const { path } = await simulated("generic", "tcp:0", { module: { sim: { pin: "4321" } } });
		const { said, ended } = await xsCellular("doctor", "--port", path);
		expect(await ended).toBe(1);
		expect(said.stdout).toMatch(/^port +tcp:127\.0\.0\.1:\d+, 115200 bit\/s, echo on\nmodule +xs-cellular · GENERIC-27007 · 1\.0\n/);
		expect(said.stdout).toContain("\nproblem: the SIM asks for its PIN (3 tries left); none was tried\n");
		expect(said.stdout).toMatch(/\nnext: run with the SIM's PIN: xs-cellular run /);
	});

	test("no such port: exit 3, with a document that says so", async () => {
		const { said, ended } = await xsCellular("doctor", "--port", "/dev/ttyNONE", "--json");
		expect(await ended).toBe(3);
		expect(JSON.parse(said.stdout)).toMatchObject({ answers: false, usable: false, problems: [{ code: "missing" }] });
	});

	test("a busy port: exit 3, and one line that names its owner", async () => {
		const { path } = await simulated("generic");
		const owner = await openedClient(path);
		closers.push(() => owner.device.close());
		const { said, ended } = await xsCellular("doctor", "--port", path);
		expect(await ended).toBe(3);
		expect(said.stdout).toBe("");
		expect(said.stderr).toMatch(
			new RegExp(`^error: ${path} is busy: .*\\(process ${process.pid}\\) has it open: end that program first\\n$`),
		);
	});

	test("wrong usage: exit 2", async () => {
		expect(await (await xsCellular("doctor")).ended).toBe(2);
		const { said, ended } = await xsCellular("doctor", "--port", "tcp:70000");
		expect(await ended).toBe(2);
		expect(said.stderr).toBe("error: tcp:70000: write tcp:PORT or tcp:HOST:PORT, with a port up to 65535\n");
	});
});
