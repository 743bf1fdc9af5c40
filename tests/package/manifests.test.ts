import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { dist, root } from "./dist.js";
import { collect, unresolved } from "./firmware.js";

const drivers = ["nbiot", "cat1", "redcap"]
	.map(tier => join(root, "drivers", tier))
	.filter(existsSync)
	.flatMap(folder => readdirSync(folder).map(file => basename(file, ".ts")));
const examples = readdirSync(join(root, "examples"));

describe("manifests for mcconfig", () => {
	test("the SDK's has every module of the SDK, and needs nothing but itself and the board", () => {
		const firmware = collect(join(dist, "manifest.json"));
		expect(unresolved(firmware)).toEqual([]);
		const compiled = readdirSync(join(dist, "sdk"), { recursive: true, encoding: "utf8" }).filter(file => file.endsWith(".js"));
		expect(compiled.map(file => join(dist, "sdk", file)).filter(file => ![...firmware.modules.values()].includes(file))).toEqual([]);
		expect([...firmware.modules.keys()]).toEqual(
			expect.arrayContaining(["xs-cellular", "xs-cellular/coap", "xs-cellular/outbox", "xs-cellular/sdk/at/command"]),
		);
	});

	test.each(drivers)("%s brings the SDK and itself as xs-cellular/driver, and no other driver", id => {
		const firmware = collect(join(dist, "board", id, "manifest.json"));
		expect(unresolved(firmware)).toEqual([]);
		const ids = [...firmware.modules.keys()].filter(name => /^xs-cellular\/drivers\/(?!dialect\/)/.test(name));
		expect(ids.map(name => basename(name))).toEqual([id]);
		expect(readFileSync(firmware.modules.get("xs-cellular/driver") ?? "", "utf8")).toContain(id);
	});

	test("the driver kit's has what a driver outside the package imports, and no driver", () => {
		const firmware = collect(join(dist, "board/driver-kit/manifest.json"));
		expect(unresolved(firmware)).toEqual([]);
		expect(firmware.modules.has("xs-cellular/driver-kit")).toBe(true);
		expect([...firmware.modules.keys()].filter(name => /^xs-cellular\/drivers\/(nbiot|cat1|redcap)\//.test(name))).toEqual([]);
	});

	test("every module is preloaded: in RAM the tables would not fit", () => {
		for (const path of ["manifest.json", ...drivers.map(id => `board/${id}/manifest.json`)]) {
			const { modules, preload } = collect(join(dist, path));
			expect([...preload].sort(), path).toEqual([...modules.keys()].sort());
		}
	});

	test.each(examples)("the example %s is complete, and preloaded too", example => {
		const firmware = collect(join(root, "examples", example, "manifest.json"));
		expect(unresolved(firmware)).toEqual([]);
		expect([...firmware.modules.keys()]).toContain("main");
		const matches = (name: string) =>
			firmware.preload.some(entry => entry === name || (entry.endsWith("*") && name.startsWith(entry.slice(0, -1))));
		expect([...firmware.modules.keys()].filter(name => !matches(name))).toEqual([]);
	});
});
