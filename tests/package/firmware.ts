import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, posix, resolve } from "node:path";
import { expect } from "vitest";

interface Manifest {
	readonly include?: string | readonly string[];
	readonly modules?: Readonly<Record<string, string>>;
	readonly preload?: readonly string[];
}
export interface Firmware {
	/** Source by module name, as mcconfig collects them. */
	readonly modules: Map<string, string>;
	readonly preload: string[];
}

function read(path: string): Manifest {
	return JSON.parse(readFileSync(path, "utf8"));
}

/** The rules of mcconfig that our manifests use: paths relative to the manifest, `*` for the modules of one folder, a source counts once. */
export function collect(path: string, firmware: Firmware = { modules: new Map(), preload: [] }): Firmware {
	const manifest = read(path);
	for (const include of [manifest.include ?? []].flat()) {
		if (!include.startsWith("$(MODDABLE)/")) collect(resolve(dirname(path), include), firmware);
	}
	for (const [name, source] of Object.entries(manifest.modules ?? {})) {
		if (source.startsWith("$(MODDABLE)/")) continue;
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
export function unresolved({ modules }: Firmware): string[] {
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
const OF_THE_BOARD = new Set([
	"embedded:io/serial",
	"embedded:io/digital",
	"embedded:network/mqtt/client",
	"embedded:storage/key-value",
	"timer",
	"time",
	"mc/config",
]);
