import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, posix, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { dist, root } from "./dist.js";

interface Manifest {
	readonly include?: string | readonly string[];
	readonly modules?: Readonly<Record<string, string>>;
	readonly preload?: readonly string[];
}
interface Firmware {
	/** Source by module name, as mcconfig collects them. */
	readonly modules: Map<string, string>;
	readonly preload: string[];
}

function read(path: string): Manifest {
	return JSON.parse(readFileSync(path, "utf8"));
}

/** The rules of mcconfig that our manifests use: paths relative to the manifest, `*` for the modules of one folder, a source counts once. */
function collect(path: string, firmware: Firmware = { modules: new Map(), preload: [] }): Firmware {
	const manifest = read(path);
	for (const include of [manifest.include ?? []].flat()) {
		if (!include.startsWith("$(MODDABLE)/")) collect(resolve(dirname(path), include), firmware);
	}
	for (const [name, source] of Object.entries(manifest.modules ?? {})) {
		const file = resolve(dirname(path), source);
		if (!name.endsWith("*")) add(firmware, name, `${file}.js`);
		else {
			const stems = readdirSync(dirname(file)).filter(entry => entry.endsWith(".js"));
			expect(stems, `${name} of ${path}`).not.toEqual([]);
			for (const entry of stems) add(firmware, name.slice(0, -1) + basename(entry, ".js"), join(dirname(file), entry));
		}
	}
	firmware.preload.push(...(manifest.preload ?? []));
	return firmware;
}

function add({ modules }: Firmware, name: string, file: string): void {
	expect(existsSync(file), `${name}: ${file}`).toBe(true);
	expect([...modules.values()], `${file} would have two names, and mcconfig drops the second`).not.toContain(file);
	modules.set(name, file);
}

/** Imports that no module of the firmware answers; a relative specifier is resolved against the module's name, as XS does. */
function unresolved({ modules }: Firmware): string[] {
	const missing: string[] = [];
	for (const [name, file] of modules) {
		for (const [, specifier] of readFileSync(file, "utf8").matchAll(/^(?:(?:import|export) [^;"']* from |import )"([^"]+)";$/gm)) {
			const target = specifier.startsWith(".") ? posix.join(posix.dirname(name), specifier).replace(/\.js$/, "") : specifier;
			if (!modules.has(target) && !OF_THE_BOARD.has(target)) missing.push(`${name}: ${specifier}`);
		}
	}
	return missing;
}

/** From Moddable's own manifests, which ours include or tell the user to, and from the manifest's "config". */
const OF_THE_BOARD = new Set(["embedded:io/serial", "embedded:io/digital", "embedded:storage/key-value", "timer", "time", "mc/config"]);

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
