import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { documentOf, folder, xsCellular } from "./command.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const TIERS = ["nbiot", "cat1", "redcap"];
const EVIDENCE = ["hardware", "transcript", "manual", "specification", "inferred"];

const idsBelow = (path: string) => {
	const at = join(root, path);
	return existsSync(at)
		? readdirSync(at)
				.filter(file => file.endsWith(".ts"))
				.map(file => file.slice(0, -3))
		: [];
};

test("drivers --json: one entry for each file of the tiers, with capabilities that say their evidence", async () => {
	const ended = await xsCellular("drivers", "--json");
	expect(ended).toMatchObject({ code: 0, stderr: "" });
	const drivers = documentOf(ended);
	const files = TIERS.flatMap(tier => idsBelow(join("drivers", tier)).map(id => ({ id, tier })));
	expect(drivers.map(({ id, tier }: any) => ({ id, tier }))).toEqual(expect.arrayContaining(files));
	expect(drivers.length).toBe(files.length);
	for (const { vendor, models, evidence, capabilities, lines, tier, id } of drivers) {
		expect(vendor).toMatch(/^\S/);
		expect(models).toEqual(expect.arrayContaining([expect.any(String)]));
		expect(EVIDENCE).toContain(evidence);
		expect(lines).toBe(readFileSync(join(root, "drivers", tier, `${id}.ts`), "utf8").split("\n").length - 1);
		expect(Object.keys(capabilities).length).toBeGreaterThan(5);
		for (const capability of Object.values<any>(capabilities)) {
			expect(["boolean", "number", "string"]).toContain(typeof capability.value);
			expect(EVIDENCE).toContain(capability.evidence);
			expect(capability.source).toMatch(/\S/);
		}
		// The weakest of those that a datagram needs.
		const needed = ["rats", "udpSockets", "sendBytes"].map(name => EVIDENCE.indexOf(capabilities[name].evidence));
		expect(EVIDENCE.indexOf(evidence)).toBe(Math.max(...needed));
	}
});

test("personas --json", async () => {
	const ended = await xsCellular("personas", "--json");
	expect(ended).toMatchObject({ code: 0, stderr: "" });
	const personas = documentOf(ended);
	expect(personas.map(({ id }: any) => id).sort()).toEqual(
		idsBelow("host-sim/persona")
			.filter(id => id !== "index")
			.sort(),
	);
	for (const { tier, vendor, models, evidence, sources, lines } of personas) {
		expect(TIERS).toContain(tier);
		expect(vendor).toMatch(/\S/);
		expect(models.length).toBeGreaterThan(0);
		expect(EVIDENCE).toContain(evidence);
		expect(sources.length).toBeGreaterThan(0);
		expect(lines).toBeGreaterThan(0);
	}
});

test("scenarios --json: one entry for each file of scenarios/", async () => {
	const ended = await xsCellular("scenarios", "--json");
	expect(ended).toMatchObject({ code: 0, stderr: "" });
	const files = readdirSync(join(root, "scenarios")).map(file => file.replace(/\.json$/, ""));
	expect(documentOf(ended).map(({ id }: any) => id)).toEqual(files.sort());
	for (const { title } of documentOf(ended)) expect(title).toMatch(/\S/);
});

test.each(["drivers", "personas", "scenarios"])("%s for people is a table on stdout", async command => {
	const ended = await xsCellular(command);
	expect(ended).toMatchObject({ code: 0, stderr: "" });
	expect(ended.stdout).toContain(command === "scenarios" ? "happy" : "quectel-bc660k");
	expect(ended.stdout).not.toMatch(/[^\S\n]\n/);
});

describe("replay", () => {
	const captures = readdirSync(join(root, "tests/transcripts"))
		.filter(file => file.endsWith(".at"))
		.map(file => join(root, "tests/transcripts", file));

	test("of every capture is ok against the base, in the contract's form", async () => {
		const ended = await xsCellular("replay", ...captures, "--json");
		expect(ended).toMatchObject({ code: 0, stderr: "" });
		const rows = documentOf(ended);
		expect(rows.map(({ file }: any) => file)).toEqual(captures);
		for (const row of rows) {
			expect(row).toEqual({
				file: expect.any(String),
				driver: null,
				exchanges: expect.any(Number),
				urcs: expect.any(Array),
				unknownLines: expect.any(Array),
				errors: [],
				ok: true,
			});
		}
		expect(rows.reduce((sum: number, { exchanges }: any) => sum + exchanges, 0)).toBeGreaterThan(100);
	});

	test("with a driver names it and knows its URCs", async () => {
		const capture = join(root, "tests/transcripts/quectel-bc660k.session.at");
		const ended = await xsCellular("replay", capture, "--driver", "quectel-bc660k", "--json");
		expect(ended.code).toBe(0);
		expect(documentOf(ended)).toMatchObject([{ driver: "quectel-bc660k", exchanges: 29, ok: true }]);
	});

	test.each([
		["a bad escape", "> AT\\r\n< OK\\q\n", "2:5: an escape is"],
		["a line of no kind", "# source: x\nhello\n", "2:1: a line begins with"],
		["a pause that is no number", "@ soon\n", "1:3: a pause is a whole number"],
		["a blank at the end", "> AT \n", "1:5: write a blank at the end of a line as"],
	])("of a file with %s is exit 2 and says where and why", async (_what, text, says) => {
		const { onTestFinished } = await import("vitest");
		const file = join(folder(onTestFinished), "bad.at");
		writeFileSync(file, text);
		const ended = await xsCellular("replay", file, "--json");
		expect(ended.code).toBe(2);
		expect(documentOf(ended)).toMatchObject([{ file, exchanges: 0, ok: false, errors: [expect.stringContaining(says)] }]);
		expect(ended.stderr).toMatch(/^error: [^\n]*\n$/);
		expect(ended.stderr).toContain(`${file}:${says}`);
	});

	test("of an answer that does not fit its command is exit 1 with the difference", async ({ onTestFinished }) => {
		const file = join(folder(onTestFinished), "odd.at");
		writeFileSync(file, "# source: x\n> AT+CFUN?\\r\n< \\r\\n+CFUN: banana\\r\\n\\r\\nOK\\r\\n\n");
		const ended = await xsCellular("replay", file, "--json");
		expect(ended.code).toBe(1);
		expect(documentOf(ended)[0]).toMatchObject({ ok: false, exchanges: 1 });
		expect(documentOf(ended)[0].errors.join()).toContain("AT+CFUN?: the transcript shows ok, the channel says malformed");
	});

	test.each([
		[["nope.at"], "cannot read nope.at"],
		[[], "missing required argument"],
		[[captures[0]!, "--driver", "nope"], 'unknown driver "nope": use one of'],
	])("%j is exit 2", async (args, says) => {
		const ended = await xsCellular("replay", ...args, "--json");
		expect(ended).toMatchObject({ code: 2, stdout: "" });
		expect(ended.stderr).toMatch(/^error: [^\n]*\n$/);
		expect(ended.stderr).toContain(says);
	});
});
