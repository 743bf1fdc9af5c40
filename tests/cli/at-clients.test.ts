import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "vitest";
import { type Ended, folder, XsCellular } from "./command.js";

// Programs that were not written by us, started by `sim --exec` as the contract says. Where CI=true they must be there.
function has(program: string): boolean {
	const found = spawnSync("sh", ["-c", `PATH="$PATH:/usr/sbin:/sbin" command -v ${program}`]).status === 0;
	if (!found && process.env.CI === "true") throw new Error(`${program} is missing: apt-get install gammu ppp`);
	if (!found) console.warn(`tests/cli: ${program} is not installed, its tests are left out`);
	return found;
}

function exec(persona: string, command: string): Promise<Ended> {
	const line = `PATH="$PATH:/usr/sbin:/sbin"; ${command}`;
	return new XsCellular(["sim", "--persona", persona, "--exec", line, "--timeout", "25s"]).ended;
}

const GAMMU = [
	["identify", "generic", ["GENERIC-27007", "SIM IMSI"]],
	["networkinfo", "generic", ["Network state"]],
	["identify", "quectel-bc660k", ["BC660K-GL", "SIM IMSI"]],
] as const;

// Side by side: most of the time they wait.
describe.skipIf(!has("gammu")).concurrent("gammu at the port of sim", () => {
	for (const [command, persona, shows] of GAMMU) {
		test(`${command} of ${persona}`, async ({ expect, onTestFinished }) => {
			const file = join(folder(onTestFinished), "gammurc");
			const configure = `printf '[gammu]\\nport=%s\\nconnection=at115200\\n' {port} > ${file}`;
			const ended = await exec(persona, `${configure}; gammu -c ${file} ${command}`);
			for (const text of shows) expect(ended.stdout).toContain(text);
			expect(ended.code).toBe(0);
		});
	}
});

describe.skipIf(!has("chat")).concurrent("chat of ppp at the port of sim", () => {
	test("sets the generic module up", async ({ expect }) => {
		const ended = await exec("generic", `chat -t 5 '' ATZ OK ATE0 OK 'AT+CGDCONT=1,"IP","x"' OK AT OK <{port} >{port}`);
		expect(ended.code).toBe(0);
	});

	test("and its own exit code is the command's: 3 when the answer does not come", async ({ expect }) => {
		const ended = await exec("generic", "chat -t 1 '' ATZ UNICORN <{port} >{port}");
		expect(ended.code).toBe(3);
	});
});
