import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadPersona, personaList, personas } from "../../host-sim/persona/index.js";
import { Bench } from "../sim-modem/bench.js";

test("the list that the command prints", () => {
	for (const { lines, ...info } of personaList()) {
		expect(lines).toBeGreaterThan(10);
		expect(Object.keys(info)).toEqual(["id", "tier", "vendor", "models", "evidence", "sources"]);
	}
	// New ones come behind them.
	const listed = personaList().map(({ id, tier }) => [id, tier]);
	expect(listed.slice(0, 11)).toEqual([
		["generic", "cat1"],
		["quectel-bc660k", "nbiot"],
		["quectel-bc26", "nbiot"],
		["quectel-bc95", "nbiot"],
		["quectel-ec800m", "cat1"],
		["cmcc-ml307r", "cat1"],
		["simcom-a7670", "cat1"],
		["openluat-air780e", "cat1"],
		["simcom-sim8230", "redcap"],
		["quectel-rg255c", "redcap"],
		["fibocom-fg132", "redcap"],
	]);
});

test("every persona boots, answers AT and names itself", () => {
	for (const persona of personas) {
		const bench = new Bench(persona).start();
		bench.ask("ATE0\r");
		expect(bench.ask("AT\r")).toBe("\r\nOK\r\n");
		// OpenLuat's has the command's name and quotes before it.
		expect(bench.ask("AT+CGMM\r").replace(/\+CGMM: "(.*)"/, "$1")).toBe(`\r\n${persona.identity.model}\r\n\r\nOK\r\n`);
	}
});

test("a persona outside the package", async () => {
	const folder = mkdtempSync(join(tmpdir(), "persona-"));
	const good = join(folder, "acme-x1.mjs");
	writeFileSync(good, 'export default { id: "acme-x1", create: () => ({ commands: [], booted() {} }) };');
	expect((await loadPersona(good)).id).toBe("acme-x1");
	const bad = join(folder, "bad.mjs");
	writeFileSync(bad, "export default 1;");
	await expect(loadPersona(bad)).rejects.toThrow(/exports no persona: its default export needs "id" and "create"/);
	await expect(loadPersona(join(folder, "none.mjs"))).rejects.toThrow(
		/^no persona module at .*none.mjs: give the path of a file, or one of generic, quectel-bc660k, quectel-bc26, quectel-bc95, .*$/,
	);
	await expect(loadPersona("quectel-bc66")).rejects.toThrow(
		'unknown persona "quectel-bc66"; known: generic, quectel-bc660k, quectel-bc26, quectel-bc95, ',
	);
	expect((await loadPersona("generic")).id).toBe("generic");
});
