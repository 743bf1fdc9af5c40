import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { collect, unresolved } from "./firmware.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const invented = fileURLToPath(new URL("../fixtures/invented-module/", import.meta.url));
const home = mkdtempSync(join(tmpdir(), "xs-cellular-new-driver-"));
/** A checkout of its own, so that nothing is written into this one. */
const tree = join(home, "xs-cellular");
const outside = join(home, "acme");

beforeAll(() => {
	const parts = ["drivers", "sdk", "host-sim", "examples", "scenarios", "scripts", "types", "operators"];
	const files = readdirSync(root).filter(name => /^(package\.json|tsconfig.*\.json|biome\.json|README\.md|\.gitignore)$/.test(name));
	mkdirSync(tree);
	for (const part of [...parts, ...files])
		if (existsSync(join(root, part))) cpSync(join(root, part), join(tree, part), { recursive: true });
	symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Ended {
	readonly status: number | null;
	readonly stdout: string;
	readonly stderr: string;
}
function node(script: string, ...args: string[]): Ended {
	const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };
	const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd: tree, encoding: "utf8", env });
	return { status, stdout, stderr };
}
const newDriver = (...args: string[]) => node("scripts/new-driver.mjs", ...args);
const xsCellular = (...args: string[]) => node("dist/host-sim/cli/main.js", ...args);
const compile = (...args: string[]) => node("node_modules/typescript/bin/tsc", ...args);
const read = (path: string) => readFileSync(join(tree, path), "utf8");

interface Conformed {
	readonly driver: string;
	readonly passed: number;
	readonly failed: number;
	readonly cases: readonly { readonly group: string; readonly name: string; readonly result: string; readonly why: string }[];
}
function conform(...args: string[]): Conformed {
	const { stdout, stderr, status } = xsCellular("conform", ...args, "--json");
	expect(stderr).toBe("");
	const document = JSON.parse(stdout) as Conformed;
	expect(document.cases.filter(({ result }) => result === "failed")).toEqual([]);
	expect(status).toBe(0);
	return document;
}
const passedIn = ({ cases }: Conformed, group: string) => cases.filter(one => one.group === group && one.result === "passed").length;

describe("new:driver refuses in one line that says what is allowed", () => {
	test.each([
		[[], "three words are needed, <tier> <vendor> <module>, for example: npm run new:driver -- cat1 acme x100"],
		[["lte", "acme", "x100"], 'the tier is one of nbiot, cat1, redcap, not "lte"'],
		[["cat1", "ac-me", "x100"], 'the vendor is 2 to 24 letters, not "ac-me"'],
		[["cat1", "acme", "x 100"], 'the module is 1 to 24 letters and digits, without "-" or blank, not "x 100"'],
		[["cat1", "acme", "x100", "--dialect", "hayes"], /^--dialect is new or one of cmcc-mip, .*simcom-cip, not "hayes"$/],
		[["cat1", "acme", "x100", "--force"], /^Unknown option '--force'; allowed are --dialect NAME, --out DIR, --dry-run, --help$/],
		[["nbiot", "quectel", "bc660k"], "drivers/nbiot/quectel-bc660k.ts is there already, and nothing is overwritten"],
	])("%j", (args, says) => {
		const { status, stdout, stderr } = newDriver(...args);
		expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
		expect(stderr).toMatch(/^error: [^\n]*\n$/);
		expect(stderr.slice("error: ".length, -1)).toEqual(typeof says === "string" ? says : expect.stringMatching(says));
	});

	test("--dry-run says what would be written, and writes nothing", () => {
		const before = read("package.json");
		const { status, stdout } = newDriver("cat1", "acme", "x100", "--dry-run");
		expect(status).toBe(0);
		expect(stdout).toContain("acme-x100 (cat1) would be written:\n  drivers/cat1/acme-x100.ts ");
		expect(existsSync(join(tree, "drivers/cat1/acme-x100.ts"))).toBe(false);
		expect(read("package.json")).toBe(before);
	});
});

describe("new:driver in the repository", () => {
	const made = [
		["cat1", "acme", "x100", "acme-x100", ["drivers/dialect/acme.ts"]],
		["redcap", "Fibocom", "FM160", "fibocom-fm160", ["drivers/dialect/fibocom.ts"]],
		// The vendor has a dialect for the tier.
		["nbiot", "quectel", "bc99", "quectel-bc99", []],
	] as const;
	const filesOf = (tier: string, id: string, dialects: readonly string[]) => [
		`drivers/${tier}/${id}.ts`,
		...dialects,
		`host-sim/persona/${id}.ts`,
		`tests/transcripts/${id}.first-session.at`,
	];

	test("writes its files and says for each gap where it is", () => {
		for (const [tier, vendor, module, id, dialects] of made) {
			const { status, stdout, stderr } = newDriver(tier, vendor, module);
			expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
			for (const file of filesOf(tier, id, dialects)) {
				const gaps = read(file)
					.split("\n")
					.flatMap((line, index) => (line.includes("FILL IN: ") ? [index + 1] : []));
				expect(gaps.length, file).toBeGreaterThan(0);
				for (const gap of gaps) expect(stdout).toMatch(new RegExp(`^  ${file}:${gap}  \\S`, "m"));
			}
		}
		expect(read("drivers/nbiot/quectel-bc99.ts")).toContain('from "../dialect/quectel-nb.js"');
	});

	test("and again it overwrites nothing", () => {
		const { status, stderr } = newDriver("cat1", "acme", "x100");
		expect({ status, stderr }).toEqual({
			status: 2,
			stderr: "error: drivers/cat1/acme-x100.ts is there already, and nothing is overwritten\n",
		});
	});

	test("what it wrote compiles for the desktop and for a board, and passes lint", () => {
		expect(node("scripts/build.mjs")).toEqual({ status: 0, stdout: "", stderr: "" });
		expect(compile("-p", "tsconfig.device.json")).toMatchObject({ status: 0, stdout: "" });
		const files = made.flatMap(([tier, , , id, dialects]) => filesOf(tier, id, dialects).filter(file => file.endsWith(".ts")));
		const lists = ["drivers/index.ts", "host-sim/persona/index.ts", "package.json"];
		expect(node("node_modules/@biomejs/biome/bin/biome", "ci", ...files, ...lists)).toMatchObject({ status: 0 });
	});

	test("the package exports it, the lists and the README's table have it", () => {
		const { exports } = JSON.parse(read("package.json"));
		const ids = (command: string) => JSON.parse(xsCellular(command, "--json").stdout).map((row: { id: string }) => row.id);
		for (const [tier, , , id, dialects] of made) {
			expect(exports[`./drivers/${tier}/${id}`]).toBe(`./dist/drivers/${tier}/${id}.js`);
			for (const dialect of dialects) expect(existsSync(join(tree, exports[`./${dialect.slice(0, -3)}`]))).toBe(true);
			expect(ids("drivers")).toContain(id);
			expect(ids("personas")).toContain(id);
			expect(existsSync(join(tree, "dist/board", id, "manifest.json"))).toBe(true);
		}
		expect(read("README.md")).toContain("| Acme X100 (`acme-x100`) | cat1 |");
		expect(read("README.md")).toContain("| Quectel BC99 (`quectel-bc99`) | nbiot |");
		expect(node("scripts/readme.mjs", "--check").status).toBe(0);
	});

	test.each(made.map(([, , , id]) => id))(
		"%s: its transcript replays, and all that TS 27.007 has conforms",
		id => {
			const [row] = JSON.parse(xsCellular("replay", `tests/transcripts/${id}.first-session.at`, "--driver", id, "--json").stdout);
			expect(row).toMatchObject({ driver: id, exchanges: 8, unknownLines: [], ok: true });
			const document = conform("--driver", id);
			for (const group of ["boot", "identity", "sim", "registration", "dual stack", "faults", "recovery"])
				expect(passedIn(document, group), group).toBeGreaterThan(2);
			const datagrams = document.cases.filter(({ group }) => group === "datagrams");
			expect(new Set(datagrams.map(({ result, why }) => `${result}: ${why}`))).toEqual(
				new Set(["skipped: udpSockets is unknown of this module"]),
			);
		},
		120_000,
	);
});

describe("a module outside the package, with a prompt, results and reports of its own", () => {
	const driver = join(outside, "drivers/acme-x100.ts");
	const persona = join(outside, "persona/acme-x100.ts");
	const transcript = join(outside, "transcripts/acme-x100.first-session.at");

	test("is begun by the generator: it compiles with nothing but the public names, and conforms as far as it goes", () => {
		const { status, stderr } = newDriver("cat1", "acme", "x100", "--dialect", "new", "--out", outside);
		expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
		expect(readdirSync(outside).sort()).toEqual([
			"README.md",
			"board",
			"dialect",
			"drivers",
			"manifest.json",
			"package.json",
			"persona",
			"transcripts",
			"tsconfig.json",
		]);
		mkdirSync(join(outside, "node_modules"));
		symlinkSync(tree, join(outside, "node_modules/xs-cellular"));
		expect(compile("--noEmit", "-p", outside)).toMatchObject({ status: 0, stdout: "" });
		expect(conform("--driver", driver, "--persona", persona).passed).toBeGreaterThan(60);
	}, 120_000);

	test("is filled in without touching the SDK: every import is of the kits or of its own", () => {
		for (const folder of ["dialect", "drivers", "persona", "transcripts"])
			cpSync(join(invented, folder), join(outside, folder), { recursive: true });
		for (const folder of ["dialect", "drivers", "persona"])
			for (const file of readdirSync(join(outside, folder)))
				for (const [, from] of readFileSync(join(outside, folder, file), "utf8").matchAll(/\bfrom "([^"]+)"/g))
					expect(from, file).toMatch(/^(xs-cellular\/(driver|persona)-kit|\.\.?\/[a-z0-9/-]+\.js)$/);
		expect(compile("--noEmit", "-p", outside)).toMatchObject({ status: 0, stdout: "" });
	});

	test("conforms, datagrams and streams included", () => {
		const document = conform("--driver", driver, "--persona", persona);
		expect(document.driver).toBe("acme-x100");
		expect(passedIn(document, "datagrams")).toBe(document.cases.filter(({ group }) => group === "datagrams").length);
		expect(passedIn(document, "streams")).toBeGreaterThan(10);
		expect(document.cases.filter(({ group, result }) => group === "streams" && result === "skipped").length).toBeLessThanOrEqual(1);
	}, 120_000);

	test("replays its transcript: prompt, results and reports are known", () => {
		const { stdout, status } = xsCellular("replay", transcript, "--driver", driver, "--json");
		const [row] = JSON.parse(stdout);
		expect(row).toMatchObject({ driver: "acme-x100", exchanges: 10, unknownLines: [], errors: [], ok: true });
		expect(row.urcs).toEqual(["*ACME READY", "^SDNS", "^SCON", "^SRECV", "^SCON", "^SHAS", "^SGONE"]);
		expect(status).toBe(0);
	});

	test("goes to a board beside the package: every module that it needs has a name there", () => {
		expect(compile("-p", outside)).toMatchObject({ status: 0, stdout: "" });
		for (const [folder, driverFile] of [
			[outside, "drivers/acme-x100"],
			[begun("cat1", "simcom", "a7680"), "drivers/simcom-a7680"],
		]) {
			const firmware = collect(join(folder, "manifest.json"));
			expect(unresolved(firmware)).toEqual([]);
			expect([...firmware.modules.values()]).toContain(join(folder, "dist", `${driverFile}.js`));
			const isPreloaded = (name: string) => firmware.preload.some(entry => entry === name || name.startsWith(entry.replace(/\*$/, "")));
			expect([...firmware.modules.keys()].filter(name => !isPreloaded(name))).toEqual([]);
		}
	}, 60_000);

	/** A package that uses a dialect of ours, compiled. */
	function begun(tier: string, vendor: string, module: string): string {
		const folder = join(home, `${vendor}-${module}`);
		expect(newDriver(tier, vendor, module, "--out", folder)).toMatchObject({ status: 0, stderr: "" });
		mkdirSync(join(folder, "node_modules"));
		symlinkSync(tree, join(folder, "node_modules/xs-cellular"));
		expect(compile("-p", folder)).toMatchObject({ status: 0, stdout: "" });
		return folder;
	}

	test("runs an application", () => {
		const args = ["--driver", driver, "--persona", persona, "--clock", "virtual", "--for", "2d", "--json"];
		const { stdout, status } = xsCellular("run", "smart-meter", ...args);
		expect(JSON.parse(stdout)).toMatchObject({
			driver: "acme-x100",
			persona: "acme-x100",
			readings: { taken: 48, lost: 0, duplicated: 0 },
		});
		expect(status).toBe(0);
	}, 60_000);

	test("is in the lists when it is named", () => {
		const drivers = JSON.parse(xsCellular("drivers", "--driver", driver, "--json").stdout);
		expect(drivers.at(-1)).toMatchObject({ id: "acme-x100", models: ["X100", "X100-EU"], evidence: "manual" });
		expect(drivers.at(-1).lines).toBe(readFileSync(driver, "utf8").split("\n").length - 1);
		const personas = JSON.parse(xsCellular("personas", "--persona", persona, "--json").stdout);
		expect(personas.at(-1)).toMatchObject({ id: "acme-x100", evidence: "manual" });
		expect(personas.at(-1).lines).toBeGreaterThan(200);
	});

	test.skipIf(process.platform === "win32")(
		"is simulated at a port, where doctor finds it",
		() => {
			const doctor = (...args: string[]) => {
				const main = join(tree, "dist/host-sim/cli/main.js");
				const command = [process.execPath, main, "doctor", "--port", "{port}", "--json", ...args].join(" ");
				return xsCellular("sim", "--persona", persona, "--exec", command);
			};
			expect(JSON.parse(doctor("--driver", driver).stdout)).toMatchObject({ driver: "acme-x100", module: { model: "X100" } });
		},
		60_000,
	);

	test.each([
		[["conform", "--driver", driver], "is outside the package: name its simulated module by --persona PATH"],
		[
			["conform", "--driver", persona, "--persona", persona],
			"cannot be loaded as a driver: its default export must be what defineDriver returns",
		],
		[["conform", "--driver", driver, "--persona", driver], "exports no persona: its default export needs"],
		[["replay", transcript, "--driver", join(outside, "drivers")], "no driver module at"],
		[["drivers", "--driver", join(outside, "nowhere.ts")], "no driver module at"],
	])("%j is exit 2 and says why", (args, says) => {
		const { status, stdout, stderr } = xsCellular(...args);
		expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
		expect(stderr).toMatch(/^error: [^\n]*\n$/);
		expect(stderr).toContain(says);
	});
});
