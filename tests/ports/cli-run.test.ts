import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "vitest";
import { RealClock } from "../../host-sim/clock/real-clock.js";
import { Collector } from "../../host-sim/internet/collector.js";
import { listenCollector } from "../../host-sim/internet/collector-server.js";
import quectelBc660k from "../../host-sim/persona/quectel-bc660k.js";
import { openPty } from "../../host-sim/ports/pty.js";
import { createSimulation } from "../../host-sim/simulation.js";
import { documentOf, folder, XsCellular } from "../cli/command.js";
import { until } from "./real.js";

const PIN = "4321";

/** A module at a pty, as a USB modem would be, with a SIM that asks for its PIN, and a CoAP server of its own on loopback. */
async function bench() {
	const clock = new RealClock();
	const collector = new Collector({ now: () => clock.now(), path: "/readings" });
	const server = await listenCollector({ collector });
	const port = await openPty();
	const { address, port: serverPort } = server;
	const simulation = createSimulation({
		persona: quectelBc660k,
		clock,
		seed: 1,
		port,
		routes: [{ address: "2001:db8:100::1", port: 5683, target: { address, port: serverPort } }],
		module: { sim: { pin: PIN } },
	});
	simulation.module.powerOn();
	const close = async () => {
		simulation.close();
		port.close();
		clock.close();
		await server.close();
	};
	return { collector, path: port.path!, unplug: () => port.close(), close };
}

describe("run on the real clock", { timeout: 50_000 }, () => {
	// Twenty seconds of real time together, so side by side.
	test.concurrent("over a pty delivers three reports to a CoAP server on loopback", async ({ expect }) => {
		const command = new XsCellular(["run", "smart-meter", "--json"]);
		const ended = await command.ended;
		expect(ended).toMatchObject({ code: 0, stderr: "" });
		const document = documentOf(ended);
		expect(document).toMatchObject({
			clock: "real",
			engine: "node",
			persona: "quectel-bc660k",
			network: { rat: "NB-IoT", family: "ipv6", registrations: 1 },
			readings: { lost: 0, duplicated: 0 },
		});
		expect(document.readings.acknowledged).toBeGreaterThanOrEqual(3);
		expect(document.power.psm.entered).toBeGreaterThan(0);
		expect(document.wallSeconds).toBeLessThan(60);
	});

	test.concurrent("with --port a module whose SIM wants a PIN reports to --server, and the PIN is nowhere", async ({
		expect,
		onTestFinished,
	}) => {
		const { collector, path, close } = await bench();
		const out = folder(onTestFinished);
		const [trace, report] = [join(out, "trace.at"), join(out, "report")];
		const args = ["run", "smart-meter", "--port", path, "--server", "coap://[2001:db8:100::1]/readings", "--pin", PIN];
		const command = new XsCellular([...args, "--trace", trace, "--report", report, "--meter", "cjt188", "--for", "16s"]);
		const ended = await command.ended;
		await close();
		expect(ended.code).toBe(0);
		expect(ended.stderr).toContain("IPv6 address 2001:db8:");
		expect(collector.counters.accepted).toBeGreaterThanOrEqual(2);
		const dialogue = readFileSync(trace, "utf8");
		expect(dialogue).toContain('> AT+CPIN="****"\\r');
		const run = readFileSync(join(report, "run.json"), "utf8");
		expect(JSON.parse(run)).toMatchObject({ persona: null, readings: { lost: 0, duplicated: 0 } });
		const page = readFileSync(join(report, "report.html"), "utf8");
		for (const text of [ended.stdout, ended.stderr, dialogue, page]) expect(text).not.toMatch(/CPIN="?4321|"4321"/);
	});

	test.concurrent("--port that is not there is exit 3 and named", async ({ expect }) => {
		const ended = await new XsCellular(["run", "smart-meter", "--port", "/dev/nope", "--server", "coap://[::1]", "--json"]).ended;
		expect(ended).toMatchObject({ code: 3, stdout: "" });
		expect(ended.stderr).toMatch(/^error: \/dev\/nope: no such port[^\n]*\n$/);
	});

	test.concurrent("a module that says nothing is exit 3, with the command that finds out why", async ({ expect }) => {
		const port = await openPty();
		const ended = await new XsCellular(["run", "smart-meter", "--port", port.path!, "--server", "coap://[::1]", "--for", "5s", "--json"])
			.ended;
		port.close();
		expect(ended.code).toBe(3);
		expect(documentOf(ended)).toMatchObject({ persona: null, readings: { acknowledged: 0, lost: 0 } });
		expect(ended.stderr).toMatch(new RegExp(`error: the module at ${port.path} did not answer: xs-cellular doctor --port ${port.path}`));
	});

	test.concurrent("so is a module that says garbage", async ({ expect }) => {
		const port = await openPty();
		port.onBytes = bytes => port.write(bytes.map((byte, i) => (byte * 7 + i * 13) | 0x80));
		const ended = await new XsCellular(["run", "smart-meter", "--port", port.path!, "--server", "coap://[::1]", "--for", "5s", "--json"])
			.ended;
		port.close();
		expect(ended.code).toBe(3);
		expect(ended.stderr).toContain("did not answer");
	});

	test.concurrent("a module that is unplugged is exit 3 at once and named", async ({ expect }) => {
		const { path, close, unplug } = await bench();
		const command = new XsCellular(["run", "smart-meter", "--port", path, "--server", "coap://[2001:db8:100::1]", "--pin", PIN]);
		await until("the module is named", () => command.stderr.includes("BC660K"));
		unplug();
		const ended = await command.ended;
		await close();
		expect(ended.code).toBe(3);
		expect(ended.stderr).toContain(`error: ${path} is gone`);
	});

	test.concurrent("Ctrl-C ends a run with the summary of what was done", async ({ expect }) => {
		const command = new XsCellular(["run", "smart-meter", "--json", "--for", "10m"]);
		await new Promise(resolve => setTimeout(resolve, 2_000));
		command.process.kill("SIGINT");
		const ended = await command.ended;
		// Nothing was acknowledged in two seconds.
		expect(ended.code).toBe(1);
		expect(documentOf(ended)).toMatchObject({ clock: "real", readings: { acknowledged: 0, lost: 0 } });
		expect(documentOf(ended).wallSeconds).toBeLessThan(10);
	});
});
