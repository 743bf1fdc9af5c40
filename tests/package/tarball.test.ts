import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "./dist.js";

const home = mkdtempSync(join(tmpdir(), "xs-cellular-package-"));
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** A project with the packed package installed as npm lays it out, and `peers` of the desktop tools with it. */
function install(name: string, peers: readonly string[]): string {
	const modules = join(home, name, "node_modules");
	mkdirSync(join(modules, "xs-cellular"), { recursive: true });
	const tarball = readdirSync(home).find(file => file.endsWith(".tgz")) ?? "";
	execFileSync("tar", ["-xzf", join(home, tarball), "-C", join(modules, "xs-cellular"), "--strip-components=1"]);
	for (const peer of peers) {
		mkdirSync(dirname(join(modules, peer)), { recursive: true });
		symlinkSync(join(root, "node_modules", peer), join(modules, peer));
	}
	return join(home, name);
}

function xsCellular(folder: string, ...args: string[]) {
	const main = join(folder, "node_modules", "xs-cellular", "dist", "host-sim", "cli", "main.js");
	const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: "utf8", timeout: 20_000 });
	return { status, stdout, stderr };
}

beforeAll(() => {
	execFileSync(npm, ["pack", "--ignore-scripts", "--offline", "--silent", "--pack-destination", home], { cwd: root, stdio: "ignore" });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe("the package as npm installs it", () => {
	test("runs the example for a virtual day", async () => {
		const { peerDependencies } = (await import("../../package.json", { with: { type: "json" } })).default;
		const project = install("desktop", Object.keys(peerDependencies));
		const { status, stdout, stderr } = xsCellular(project, "run", "smart-meter", "--clock", "virtual", "--for", "1d", "--json");
		expect(stderr).toBe("");
		expect(status).toBe(0);
		const { simulatedSeconds, readings, network } = JSON.parse(stdout);
		expect(simulatedSeconds).toBe(86_400);
		expect(readings).toMatchObject({ taken: 24, lost: 0, duplicated: 0 });
		expect(network.family).toBe("ipv6");
		expect(JSON.parse(xsCellular(project, "drivers", "--json").stdout)[0].id).toBe("quectel-bc660k");
		expect(JSON.parse(xsCellular(project, "scenarios", "--json").stdout).length).toBeGreaterThan(3);
	});

	test("without the desktop's packages the desktop tools say in one line what to install, with exit code 3", () => {
		const { status, stdout, stderr } = xsCellular(install("firmware", []), "run", "smart-meter", "--json");
		expect(status).toBe(3);
		expect(stdout).toBe("");
		expect(stderr).toMatch(/^error: the desktop tools need [a-z0-9-]+, which is not installed: npm install .*\n$/);
	});

	test("brings what host-sim and boards read beside the modules, and no tests", () => {
		const files = readdirSync(join(install("files", []), "node_modules", "xs-cellular"), { recursive: true, encoding: "utf8" });
		expect(files).toEqual(
			expect.arrayContaining([
				"LICENSE",
				"README.md",
				"dist/manifest.json",
				"dist/board/quectel-bc660k/manifest.json",
				"dist/host-sim/scenario.schema.json",
				"dist/sdk/index.d.ts",
				"examples/smart-meter/manifest.json",
				"examples/smart-meter/example.json",
			]),
		);
		const sources = readdirSync(join(root, "host-sim"), { recursive: true, encoding: "utf8" });
		const data = sources.filter(file => /\.(c|h|html|json|js|mjs|css)$/.test(file)).map(file => `dist/host-sim/${file}`);
		expect(data.filter(file => !files.includes(file))).toEqual([]);
		expect(files.filter(file => file.startsWith("tests"))).toEqual([]);
	});
});
