import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { drivers } from "../../drivers/index.js";
import { quectelBc660k } from "../../drivers/nbiot/quectel-bc660k.js";
import { describeDrivers } from "../../host-sim/apps/drivers.js";
import { loadApp } from "../../host-sim/cli/load-app.js";
import { type Capability, capability, type Driver } from "../../sdk/modem/driver.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

describe("what drivers --json prints", () => {
	test("the fields of the contract, and no others", () => {
		const [row] = describeDrivers();
		expect(Object.keys(row)).toEqual(["id", "tier", "vendor", "models", "evidence", "capabilities", "lines"]);
		expect(row).toMatchObject({ id: "quectel-bc660k", tier: "nbiot", vendor: "Quectel", models: ["BC660K-GL"] });
		expect(row.capabilities.psm).toEqual({
			value: true,
			evidence: "transcript",
			source: "capture of firmware BC660KGLAAR01A05: +CPSMS, timers granted in +CEREG",
		});
	});

	test("every driver of the package is there, each capability with a value, a known evidence and a source", () => {
		const rows = describeDrivers();
		expect(rows.map(row => row.id)).toEqual(drivers.map(driver => driver.id));
		for (const { capabilities } of rows) {
			for (const [name, { value, evidence, source }] of Object.entries(capabilities)) {
				expect(value, name).toBeDefined();
				expect(["hardware", "transcript", "manual", "specification", "inferred"], name).toContain(evidence);
				expect(source, name).toMatch(/\S{3}/);
			}
		}
	});

	test("lines are those of the driver's own file", () => {
		const text = readFileSync(`${root}drivers/nbiot/quectel-bc660k.ts`, "utf8");
		expect(describeDrivers()[0].lines).toBe(text.match(/\n/g)?.length);
	});

	test("a datagram is proved as weakly as the weakest thing it needs", () => {
		const known = (evidence: Capability["evidence"]) => capability(5, evidence, "test");
		const evidenceWith = (changed: Partial<Driver["capabilities"]>) => {
			const rats = capability("NB-IoT", "hardware", "test");
			const capabilities = { ...quectelBc660k.capabilities, rats, udpSockets: known("hardware"), sendBytes: known("hardware"), ...changed };
			return describeDrivers([{ ...quectelBc660k, capabilities } as Driver])[0].evidence;
		};
		expect(evidenceWith({})).toBe("hardware");
		expect(evidenceWith({ sendBytes: known("transcript") })).toBe("transcript");
		expect(evidenceWith({ sendBytes: known("transcript"), udpSockets: known("specification") })).toBe("specification");
		expect(evidenceWith({ rats: capability("NB-IoT", "inferred", "test"), udpSockets: known("manual") })).toBe("inferred");
		// Not needed: a datagram can go over IPv4, to an address, without PSM.
		expect(evidenceWith({ ipv6: capability(true, "inferred", "test"), dns: capability(true, "inferred", "test") })).toBe("hardware");
	});

	test("bundled as the command line does it, it says the same", async () => {
		const app = await loadApp<{ describeDrivers: typeof describeDrivers }>("drivers");
		expect(app.describeDrivers()).toEqual(describeDrivers());
	});
});

describe("the table in README.md", () => {
	const folder = mkdtempSync(join(tmpdir(), "xs-cellular-readme-"));
	afterAll(() => rmSync(folder, { recursive: true }));
	const readme = (...options: string[]) => spawnSync(process.execPath, ["scripts/readme.mjs", ...options], { cwd: root, encoding: "utf8" });
	function copy(name: string, text: string): string {
		const path = join(folder, name);
		writeFileSync(path, text);
		return path;
	}

	test("is what the drivers say", () => {
		expect(readme("--check")).toMatchObject({ status: 0, stderr: "" });
	});

	test("is found stale when one cell differs, and is mended without touching the rest", () => {
		const text = readFileSync(`${root}README.md`, "utf8");
		const stale = text.replace("| yes, inferred |", "| yes, hardware |");
		expect(stale).not.toBe(text);
		const path = copy("stale.md", stale);
		expect(readme("--check", path)).toMatchObject({
			status: 1,
			stderr: `readme: the table of drivers in ${path} is stale: run node scripts/readme.mjs\n`,
		});
		expect(readFileSync(path, "utf8")).toBe(stale);
		expect(readme(path).status).toBe(0);
		expect(readFileSync(path, "utf8")).toBe(text);
	});

	test("needs its two markers", () => {
		const path = copy("without.md", "# Title\n\n<!-- drivers:end -->\n<!-- drivers:begin -->\n");
		expect(readme(path)).toMatchObject({ status: 1, stderr: expect.stringContaining("<!-- drivers:begin --> and <!-- drivers:end -->") });
	});
});
