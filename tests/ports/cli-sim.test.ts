import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { folder, XsCellular } from "../cli/command.js";
import { openedClient, until } from "./real.js";

/** A simulation that is ended with its test, and its first line. */
async function sim(...args: string[]): Promise<{ readonly command: XsCellular; readonly port: string; readonly line: any }> {
	const command = new XsCellular(["sim", ...args, "--json"]);
	onTestFinished(async () => {
		command.process.kill("SIGTERM");
		await command.ended;
	});
	const line = JSON.parse(await command.firstLine());
	return { command, port: line.port, line };
}

async function ask(path: string, command: string, answer: string): Promise<void> {
	const client = await openedClient(path);
	client.device.write(new TextEncoder().encode(`${command}\r`));
	await until(`${command} is answered`, () => client.seen.text.includes(answer));
	client.device.close();
}

/** A program that asks AT at the port in argv[1] and ends with 0 when it gets OK; node is what is surely here. */
const PROGRAM = `
const fs = require("node:fs");
const fd = fs.openSync(process.argv[1], fs.constants.O_RDWR | fs.constants.O_NOCTTY);
fs.writeSync(fd, "AT\\r");
const bytes = Buffer.alloc(64);
let text = "";
while (!text.includes("OK")) text += bytes.toString("latin1", 0, fs.readSync(fd, bytes));
console.log("the program read OK");
process.exit(Number(process.argv[2]));`;

function program(exitCode: number): string {
	const file = join(folder(onTestFinished), "program.cjs");
	writeFileSync(file, `process.argv.splice(1, 1);${PROGRAM}`);
	return `stty -F {port} raw -echo; "${process.execPath}" ${file} {port} ${exitCode}`;
}

describe("sim", () => {
	test("says where it is in its first line, serves several beside each other, and a signal ends it with 0 and no link", async () => {
		const path = folder(onTestFinished);
		const links = [join(path, "a"), join(path, "b")];
		const [first, second] = await Promise.all([
			sim("--persona", "generic", "--port-link", links[0]!),
			sim("--persona", "quectel-bc660k", "--port-link", links[1]!),
		]);
		expect(first!.line).toEqual({ port: links[0], persona: "generic", ready: true });
		expect(second!.line).toEqual({ port: links[1], persona: "quectel-bc660k", ready: true });
		expect(lstatSync(links[0]!).isSymbolicLink()).toBe(true);
		await ask(links[0]!, "AT+CGMM", "GENERIC-27007");
		await ask(links[1]!, "AT+CGMM", "BC660K-GL");
		first!.command.process.kill("SIGINT");
		second!.command.process.kill("SIGTERM");
		for (const { command } of [first!, second!]) {
			const ended = await command.ended;
			expect(ended).toMatchObject({ code: 0, stderr: "" });
			expect(ended.stdout.trimEnd().split("\n").length).toBe(1);
		}
		expect(readdirSync(path)).toEqual([]);
	});

	test("a signal while the module boots leaves no link either", async () => {
		const link = join(folder(onTestFinished), "early");
		const command = new XsCellular(["sim", "--persona", "quectel-bc660k", "--port-link", link]);
		await until("the link is there", () => existsSync(link));
		command.process.kill("SIGTERM");
		expect((await command.ended).code).toBe(0);
		expect(() => lstatSync(link)).toThrow("ENOENT");
	});

	test("a persona that throws is exit 1 with its own stack, and leaves no link", async () => {
		const path = folder(onTestFinished);
		const [file, link] = [join(path, "broken.mjs"), join(path, "link")];
		const known = pathToFileURL(fileURLToPath(new URL("../../dist/host-sim/persona/generic.js", import.meta.url))).href;
		const booted = '{ ...generic.create(core), booted() { throw new Error("my boot broke"); } }';
		writeFileSync(file, `import generic from "${known}";\nexport default { ...generic, id: "mine", create: core => (${booted}) };\n`);
		const ended = await new XsCellular(["sim", "--persona", file, "--port-link", link, "--timeout", "5s"]).ended;
		expect(ended.code).toBe(1);
		expect(ended.stderr).toContain("my boot broke");
		expect(ended.stderr).toContain("broken.mjs:2");
		expect(readdirSync(path)).toEqual(["broken.mjs"]);
	});

	test("at a TCP port", async () => {
		const { line } = await sim("--persona", "generic", "--port", "tcp:0");
		const [, host, port] = /^tcp:(.*):(\d+)$/.exec(line.port) ?? [];
		expect(host).toMatch(/^(127\.0\.0\.1|localhost|\[::1\])$/);
		await new Promise<void>((resolve, reject) => {
			const socket = connect(Number(port), host!.replace(/[[\]]/g, ""));
			socket.on("error", reject);
			socket.on("data", chunk => {
				if (!chunk.includes("OK")) return;
				socket.destroy();
				resolve();
			});
			socket.write("AT\r");
		});
	});

	test("at a unix socket, which goes with it", async () => {
		const path = join(folder(onTestFinished), "module.sock");
		const { command, line } = await sim("--persona", "generic", "--port", `unix:${path}`);
		expect(line.port).toBe(`unix:${path}`);
		await ask(line.port, "AT", "OK");
		command.process.kill("SIGTERM");
		expect((await command.ended).code).toBe(0);
		expect(existsSync(path)).toBe(false);
	});

	test.each([0, 7])("--exec ends with the program's %i, and its output is on stderr", async exitCode => {
		const ended = await new XsCellular(["sim", "--persona", "generic", "--exec", program(exitCode), "--timeout", "20s", "--json"]).ended;
		expect(ended.stderr).toBe("the program read OK\n");
		expect(ended.code).toBe(exitCode);
		expect(JSON.parse(ended.stdout)).toMatchObject({ ready: true, port: expect.stringMatching(/^\/dev\//) });
	});

	test("--timeout ends a program that does not, with everything it started", async () => {
		const file = join(folder(onTestFinished), "pids");
		const line = `sleep 300 & echo $! > ${file}; echo $$ >> ${file}; sleep 300`;
		const ended = await new XsCellular(["sim", "--persona", "generic", "--exec", line, "--timeout", "1s"]).ended;
		expect(ended.code).toBe(1);
		expect(ended.stderr).toBe("error: the program did not end within the time given by --timeout\n");
		const pids = readFileSync(file, "utf8").trim().split("\n").map(Number);
		expect(pids.length).toBe(2);
		// A zombie whose parent has gone may stay for a moment.
		await until("the programs are gone", () => pids.every(pid => !isRunning(pid)));
	});

	test("--timeout without a program is an ordinary end", async () => {
		expect(await new XsCellular(["sim", "--persona", "generic", "--timeout", "1s", "--json"]).ended).toMatchObject({ code: 0, stderr: "" });
	});

	test.each([
		["passes", "PT8S", 0],
		["fails", "PT0.2S", 1],
	])("a scenario that %s decides the exit code, and JUnit has a case for each expectation", async (_what, within, code) => {
		const path = folder(onTestFinished);
		const [file, junit] = [join(path, "s.json"), join(path, "junit.xml")];
		const expected = [
			{ name: "it boots", within, event: "module-ready" },
			{ name: "it is alive", within: "PT8S", event: "module-boot" },
		];
		writeFileSync(file, JSON.stringify({ title: "a start", steps: [], expect: expected }));
		const command = new XsCellular(["sim", "--persona", "generic", "--scenario", file, "--junit", junit, "--timeout", "20s", "--json"]);
		const ended = await command.ended;
		expect(ended.code).toBe(code);
		expect(JSON.parse(ended.stdout)).toMatchObject({ ready: true });
		const xml = readFileSync(junit, "utf8");
		expect(xml.match(/<testcase /g)?.length).toBe(2);
		expect(xml.match(/<failure/g)?.length ?? 0).toBe(code);
		expect(xml).toContain("it boots");
	});

	test.concurrent.each([
		[["--persona", "nope"], 2, "known: generic, "],
		[[], 2, "--persona"],
		[["--persona", "generic", "--port", "serial:1"], 2, "is pty, tcp:PORT or unix:PATH"],
		[["--persona", "generic", "--port", "tcp:99999"], 2, "tcp:99999"],
		[["--persona", "generic", "--port", "tcp:0", "--port-link", "x"], 2, "leave --port-link out"],
		[["--persona", "generic", "--port-link", "/dev/null"], 2, "/dev/null exists and is no link"],
		[["--persona", "generic", "--junit", "x.xml"], 2, "add --scenario"],
		[["--persona", "generic", "--scenario", "nope"], 2, "no scenario nope"],
		[["--persona", "generic", "--timeout", "soon"], 2, "30s, 10m"],
	])("%j is exit %i in one line", async (args, code, says) => {
		const ended = await new XsCellular(["sim", ...args, "--json"]).ended;
		expect(ended).toMatchObject({ code, stdout: "" });
		expect(ended.stderr).toMatch(/^error: [^\n]*\n$/);
		expect(ended.stderr).toContain(says);
	});

	test("a TCP port that is taken is exit 3 and named", async () => {
		const { line } = await sim("--persona", "generic", "--port", "tcp:0");
		const ended = await new XsCellular(["sim", "--persona", "generic", "--port", `tcp:${/\d+$/.exec(line.port)?.[0]}`]).ended;
		expect(ended.code).toBe(3);
		expect(ended.stderr).toMatch(/^error: [^\n]*tcp:\d+[^\n]*\n$/);
	});
});

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return !/^State:\s+Z/m.test(existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, "utf8") : "");
	} catch {
		return false;
	}
}
