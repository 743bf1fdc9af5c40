import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { hasXs } from "../xs/engine-here.js";
import { documentOf, folder, main, XsCellular, xsCellular } from "./command.js";

const VIRTUAL = ["run", "smart-meter", "--clock", "virtual", "--json"] as const;

const number = expect.any(Number);
const timers = { periodicTauSeconds: number, activeSeconds: number };

/** Contract of `run --json`, field by field; it may grow. */
const RUN = {
	example: "smart-meter",
	driver: "quectel-bc660k",
	persona: "quectel-bc660k",
	engine: "node",
	clock: "virtual",
	seed: 7,
	simulatedSeconds: 2_592_000,
	wallSeconds: number,
	readings: { taken: 720, sent: number, acknowledged: number, pending: number, lost: 0, duplicated: 0, retransmitted: number },
	network: { rat: "NB-IoT", family: "ipv6", address: expect.stringMatching(/^2001:db8:[0-9a-f:]+$/), registrations: 1 },
	firstAcknowledgedMs: number,
	atCommands: number,
	recoveries: { resync: 0, functionality: 0, reset: 0, powerCycle: 0 },
	power: {
		psm: { requested: timers, granted: timers, entered: number },
		chargeMicroampHours: number,
		byState: { psm: number, transmit: number, receive: number, idle: number },
		byCause: { boot: number, attach: number, data: number, paging: number, sleep: number },
		batteryYears: number,
		assumptions: expect.arrayContaining([expect.any(String)]),
	},
};

describe("run --json in virtual time", () => {
	test("thirty days print the contract's document, twice the same bytes but for the wall clock", async () => {
		const [first, second] = [
			await xsCellular(...VIRTUAL, "--for", "30d", "--seed", "7"),
			await xsCellular(...VIRTUAL, "--for", "30d", "--seed", "7"),
		];
		expect(first).toMatchObject({ code: 0, stderr: "" });
		const document = documentOf(first);
		expect(document).toMatchObject(RUN);
		expect(document).not.toHaveProperty("xs");
		const { readings, power, wallSeconds } = document;
		expect(readings.acknowledged + readings.pending).toBe(readings.taken);
		for (const parts of [power.byState, power.byCause])
			expect(Object.values<number>(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(power.chargeMicroampHours, 1);
		expect(wallSeconds).toBeLessThan(20);
		const timeless = (text: string) => text.replace(/"wallSeconds":[\d.]+/, '"wallSeconds":0');
		expect(timeless(second.stdout)).toBe(timeless(first.stdout));
	});

	test("without --for it ends with the third acknowledged report", async () => {
		const ended = await xsCellular(...VIRTUAL);
		expect(ended.code).toBe(0);
		const { readings, seed, simulatedSeconds } = documentOf(ended);
		expect({ seed, lost: readings.lost, duplicated: readings.duplicated }).toEqual({ seed: 1, lost: 0, duplicated: 0 });
		expect(readings.acknowledged).toBeGreaterThanOrEqual(3);
		expect(simulatedSeconds).toBeLessThan(4 * 86_400);
	});

	test.skipIf(!hasXs)("--engine xs shows the readings that --engine node shows, and the engine's figures", async () => {
		const [node, xs] = [await xsCellular(...VIRTUAL, "--for", "3d"), await xsCellular(...VIRTUAL, "--for", "3d", "--engine", "xs")];
		expect([node.code, xs.code]).toEqual([0, 0]);
		const { xs: figures, wallSeconds: _w, engine, ...rest } = documentOf(xs);
		const { wallSeconds: _v, engine: _e, ...expected } = documentOf(node);
		expect(rest).toEqual(expected);
		expect(engine).toBe("xs");
		expect(figures).toMatchObject({
			version: "13.3.0",
			computrons: number,
			collections: number,
			slotsPeak: number,
			chunkBytesPeak: number,
		});
	});

	test.skipIf(process.platform === "win32")(
		"--engine xs without a compiler is exit 3 and says what to install",
		async ({ onTestFinished }) => {
			const cache = folder(onTestFinished);
			const ended = await new XsCellular([...VIRTUAL, "--engine", "xs"], { PATH: cache, XDG_CACHE_HOME: cache }).ended;
			expect(ended.code).toBe(3);
			expect(ended.stdout).toBe("");
			expect(ended.stderr).toMatch(/^error: .*gcc.*apt-get install.*\n$/);
		},
	);

	test("a seed may be negative or as large as a safe integer", async () => {
		for (const seed of [-5, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
			const ended = await xsCellular(...VIRTUAL, "--for", "1d", "--seed", String(seed));
			expect(ended.code).toBe(0);
			expect(documentOf(ended)).toMatchObject({ seed, readings: { lost: 0 } });
		}
	});

	test("a run too short for a report is exit 1, says so, and still prints its document", async () => {
		const ended = await xsCellular(...VIRTUAL, "--for", "1s");
		expect(ended.code).toBe(1);
		expect(documentOf(ended)).toMatchObject({ simulatedSeconds: 1, readings: { acknowledged: 0, lost: 0 }, firstAcknowledgedMs: null });
		expect(ended.stderr).toMatch(/^error: no report was acknowledged in 1\.0 s.*\n$/);
	});

	test("an expectation of a scenario that fails is exit 1", async ({ onTestFinished }) => {
		const file = join(folder(onTestFinished), "never.json");
		writeFileSync(file, JSON.stringify({ title: "never", steps: [], expect: [{ within: "P1D", event: "sms-up", name: "an SMS" }] }));
		const ended = await xsCellular(...VIRTUAL, "--for", "2d", "--scenario", file);
		expect(ended.code).toBe(1);
		expect(documentOf(ended).expectations).toMatchObject([{ name: "an SMS", passed: false }]);
	});

	test("a scenario that needs another module brings it", async () => {
		const ended = await xsCellular("run", "smart-meter", "--clock", "virtual", "--json", "--scenario", "nr-cell-barred");
		const document = JSON.parse(ended.stdout);
		expect([ended.code, document.persona, document.network.rat]).toEqual([0, "quectel-rg255c", "NR"]);
	});

	test("a ready scenario passes", async () => {
		const ended = await xsCellular(...VIRTUAL, "--scenario", "module-reboot");
		expect(ended.code).toBe(0);
		expect(documentOf(ended).expectations.every(({ passed }: { passed: boolean }) => passed)).toBe(true);
	});

	test("people read stderr: without --json nothing is on stdout", async () => {
		const ended = await xsCellular("run", "smart-meter", "--clock", "virtual", "--for", "2d");
		expect(ended).toMatchObject({ code: 0, stdout: "" });
		expect(ended.stderr).toContain("48 taken");
		expect(ended.stderr).toContain("0 lost, 0 duplicated");
	});

	test.skipIf(process.platform === "win32")("a reader that has gone is no failure", () => {
		const { status, stderr } = spawnSync(
			"bash",
			["-c", `"$0" "$1" ${VIRTUAL.join(" ")} --for 1d | true; exit "\${PIPESTATUS[0]}"`, process.execPath, main],
			{ encoding: "utf8", timeout: 30_000 },
		);
		expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
	});
});

describe("run writes", () => {
	test("a report and a trace that replays", async ({ onTestFinished }) => {
		const path = folder(onTestFinished);
		const trace = join(path, "trace.at");
		const ended = await xsCellular(...VIRTUAL, "--for", "2d", "--report", join(path, "deep", "report"), "--trace", trace);
		expect(ended).toMatchObject({ code: 0, stderr: "" });
		expect(JSON.parse(readFileSync(join(path, "deep", "report", "run.json"), "utf8"))).toEqual(documentOf(ended));
		const page = readFileSync(join(path, "deep", "report", "report.html"), "utf8");
		expect(page).toMatch(/^<!doctype html>/i);
		expect(page).not.toMatch(/(src|href)="https?:/);
		expect(readFileSync(join(path, "deep", "report", "trace.at"), "utf8")).toBe(readFileSync(trace, "utf8"));
		const [row] = documentOf(await xsCellular("replay", trace, "--driver", "quectel-bc660k", "--json"));
		expect(row).toMatchObject({ driver: "quectel-bc660k", errors: [], ok: true });
		// What follows the OK of a datagram is known to the driver's own command only.
		expect(row.unknownLines.filter((line: string) => line !== "SEND OK")).toEqual([]);
		expect(row.exchanges).toBeGreaterThan(30);
	});

	test("no PIN and no IMEI anywhere", async ({ onTestFinished }) => {
		const path = folder(onTestFinished);
		const ended = await xsCellular(...VIRTUAL, "--for", "1d", "--pin", "4321", "--report", path);
		expect(ended.code).toBe(0);
		const { wallSeconds: _w, power: _p, simulatedSeconds: _s, ...rest } = documentOf(ended);
		const written = ["report.html", "trace.at"].map(file => readFileSync(join(path, file), "utf8").replace(/[\d.]*\d\.\d+/g, ""));
		for (const text of [JSON.stringify(rest), ended.stderr, written[1]!]) {
			expect(text).not.toMatch(/\b4321\b/);
			expect(text).not.toMatch(/\b\d{15}\b(?<!0{8})/);
		}
		expect(written[0]).not.toContain('"4321"');
	});
});

describe("run refuses what cannot be meant: exit 2, nothing on stdout, one line that says what to do", () => {
	test.concurrent.each([
		[["run", "nothing"], 'unknown example "nothing": use one of smart-meter'],
		[["run", "smart-meter", "--persona", "nope"], 'unknown persona "nope".*generic, .*quectel-bc660k'],
		[
			["run", "smart-meter", "--persona", "./nope.js"],
			"no persona module at ./nope.js: give the path of a file, or one of generic, .*quectel-bc660k",
		],
		[["run", "smart-meter", "--driver", "nope"], 'unknown driver "nope": use one of .*quectel-bc660k'],
		[["run", "smart-meter", "--driver", "./nope.js"], "no driver module at ./nope.js: give the path of a file, or one of"],
		[["run", "smart-meter", "--persona", "generic"], "no driver is made for generic: add --driver with one of .*quectel-bc660k"],
		[["run", "smart-meter", "--seed", "1.5"], "A seed is an integer"],
		[["run", "smart-meter", "--seed", "9007199254740993"], "A seed is an integer"],
		[["run", "smart-meter", "--for", "0s"], "longer than nothing"],
		[["run", "smart-meter", "--for", "5 minutes"], "30s, 10m, 24h, 7d, 10y"],
		[["run", "smart-meter", "--engine", "v8"], "Use one of node, xs"],
		[["run", "smart-meter", "--clock", "sundial"], "Use one of real, virtual"],
		[["run", "smart-meter", "--port", "/dev/ttyUSB0", "--clock", "virtual"], "leave --port out, or use --clock real"],
		[["run", "smart-meter", "--port", "/dev/ttyUSB0", "--persona", "generic"], "give one of them"],
		[["run", "smart-meter", "--port", "/dev/ttyUSB0"], String.raw`cannot reach \[::1\].*pass --server coap://`],
		[["run", "smart-meter", "--server", "http://example.net"], "is no CoAP address"],
		[["run", "smart-meter", "--scenario", "no-sky"], "scenario no-sky is for tracker: xs-cellular run tracker --scenario no-sky"],
		[["run", "smart-meter", "--scenario", "nope"], "no scenario nope: give the path of a file, or one of .*happy"],
		[["run", "smart-meter", "--pin", "98765432109"], "--pin is 4 to 8 digits"],
		[["run", "smart-meter", "--frobnicate"], "unknown option '--frobnicate'.*--help"],
		[["run", "smart-meter", "twice"], "too many arguments"],
		[["run"], "missing required argument 'example'"],
		[["fly"], "unknown command 'fly'.*--help"],
		[["run", "smart-meter", "--trace", "/nonexistent/folder/x.at"], "--trace /nonexistent/folder/x.at cannot be written"],
		[["run", "smart-meter", "--report", "/dev/null/x"], "--report /dev/null/x cannot be written"],
		// Node's own recursive mkdir never returns there.
		[["run", "smart-meter", "--report", "/proc/x"], "--report /proc/x cannot be written"],
	])("%j", async (args, says) => {
		const ended = await xsCellular(...args, "--json");
		expect(ended).toMatchObject({ code: 2, stdout: "" });
		expect(ended.stderr).toMatch(new RegExp(`^error: .*${says}.*\n$`));
		// What was given for a PIN is not repeated, right or wrong.
		expect(ended.stderr).not.toContain("98765432109");
	});

	test.each([
		["not JSON", '{"title":', "not JSON"],
		["an unknown member", '{"title":"x","steps":[{"at":"PT1S","do":{"fly":true}}],"expect":[]}', "/steps/0/do"],
		["a bad duration", '{"title":"x","steps":[{"at":"PT1X","do":{"reset":true}}],"expect":[]}', "/steps/0/at must be an ISO 8601 duration"],
		["an unknown fault", '{"title":"x","steps":[{"at":"PT1S","do":{"fault":{"name":"gremlins"}}}],"expect":[]}', "/steps/0/do/fault/name"],
	])("a scenario with %s names the file and the place", async (_what, text, says) => {
		const { onTestFinished } = await import("vitest");
		const file = join(folder(onTestFinished), "bad.json");
		writeFileSync(file, text);
		const ended = await xsCellular(...VIRTUAL, "--scenario", file);
		expect(ended).toMatchObject({ code: 2, stdout: "" });
		expect(ended.stderr).toMatch(/^error: .*\n$/);
		expect(ended.stderr).toContain(file);
		expect(ended.stderr).toContain(says);
	});

	test.each([
		["throws", 'throw new Error("boom");', "cannot be loaded as a persona: boom"],
		["is no JavaScript", "export default (", "cannot be loaded as a persona: "],
		["exports no persona", 'export default { id: "x" };', 'exports no persona: its default export needs "id" and "create"'],
	])("a persona outside the package that %s is named", async (_what, text, says) => {
		const { onTestFinished } = await import("vitest");
		const file = join(folder(onTestFinished), "persona.mjs");
		writeFileSync(file, text);
		const ended = await xsCellular(...VIRTUAL, "--persona", file);
		expect(ended).toMatchObject({ code: 2, stdout: "" });
		expect(ended.stderr).toContain(`error: ${file} ${says}`);
	});
});

describe("an application outside the package", () => {
	const write = (path: string, main: string, defaults: string) => {
		writeFileSync(join(path, "main.ts"), main);
		writeFileSync(join(path, "example.json"), defaults);
	};
	const DEFAULTS = { title: "mine", persona: "quectel-bc660k", serverHost: "a.example", serverPort: 5683, config: {} };

	test("runs", async ({ onTestFinished }) => {
		const path = folder(onTestFinished);
		write(path, 'export default function main(): void { trace("hello from outside\\n"); }', JSON.stringify(DEFAULTS));
		const ended = await xsCellular("run", path, "--clock", "virtual", "--for", "10s", "--json");
		// It reports nothing, which is a failure and no error of ours.
		expect(ended.code).toBe(1);
		expect(documentOf(ended).readings.taken).toBe(0);
		expect(ended.stderr).toContain("hello from outside");
	});

	test("that loses readings is exit 1 with their number", async ({ onTestFinished }) => {
		const path = folder(onTestFinished);
		cpSync(fileURLToPath(new URL("../../examples/smart-meter", import.meta.url)), path, { recursive: true });
		const file = join(path, "example.json");
		const defaults = JSON.parse(readFileSync(file, "utf8"));
		// Room for four of the day's readings.
		writeFileSync(file, JSON.stringify({ ...defaults, config: { ...defaults.config, keepReadings: 4 } }));
		const ended = await xsCellular("run", path, "--clock", "virtual", "--for", "2d", "--json");
		const { taken, acknowledged, pending, lost } = documentOf(ended).readings;
		expect(lost).toBe(taken - acknowledged - pending);
		expect(lost).toBeGreaterThan(20);
		expect(ended).toMatchObject({ code: 1, stderr: `error: ${lost} readings lost, 0 duplicated\n` });
	});

	test("that throws is exit 1 with its error, and the document names it", async ({ onTestFinished }) => {
		const path = folder(onTestFinished);
		write(path, 'export default function main(): void { throw new Error("oops"); }', JSON.stringify(DEFAULTS));
		const ended = await xsCellular("run", path, "--clock", "virtual", "--for", "10s", "--json");
		expect(ended.code).toBe(1);
		expect(documentOf(ended).problems.join()).toContain("oops");
		expect(ended.stderr).toMatch(/^error: .*oops\n$/);
	});

	test.each([
		["that is no folder", undefined, undefined, "no main.ts in"],
		["that does not compile", "export default function (", JSON.stringify(DEFAULTS), "main.ts:1:"],
		["whose example.json is no JSON", "", "{", "example.json: not JSON"],
		["whose example.json lacks a member", "", '{"title":"x"}', 'example.json: "persona" must be there and be a string'],
	])("%s is exit 2 and says where", async (_what, text, defaults, says) => {
		const { onTestFinished } = await import("vitest");
		const path = folder(onTestFinished);
		if (text !== undefined && defaults !== undefined) write(path, text, defaults);
		const ended = await xsCellular("run", path, "--clock", "virtual", "--for", "10s", "--json");
		expect(ended).toMatchObject({ code: 2, stdout: "" });
		expect(ended.stderr).toContain(says);
		expect(ended.stderr.trimEnd().split("\n").length).toBe(1);
	});
});

test("a refused run leaves no file behind", async ({ onTestFinished }) => {
	const path = folder(onTestFinished);
	const trace = join(path, "t.at");
	expect((await xsCellular("run", "smart-meter", "--trace", trace, "--report", "/dev/null/x")).code).toBe(2);
	expect(existsSync(trace)).toBe(false);
});
