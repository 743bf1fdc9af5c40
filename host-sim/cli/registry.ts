import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Persona } from "../modem/persona.js";
import { loadPersona, UnknownPersonaError } from "../persona/index.js";
import type { Example, ExampleDefaults } from "../run/example.js";
import { unknown, usage } from "./failure.js";
import { packageFile } from "./package-file.js";

/** `drivers/` or `examples/` beside the running code: TypeScript in a checkout, JavaScript when installed. */
function beside(folder: string): string {
	return fileURLToPath(new URL(`../../${folder}`, import.meta.url));
}

function modulesBelow(folder: string): Map<string, string> {
	const found = new Map<string, string>();
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		if (!entry.isDirectory() || entry.name === "dialect") continue;
		for (const file of readdirSync(join(folder, entry.name))) {
			const match = /^([a-z0-9-]+)\.(ts|js)$/.exec(file);
			if (match) found.set(match[1], join(folder, entry.name, file));
		}
	}
	return found;
}

/** Path of a driver's module, by id or by the path of a module outside the package. */
export function driverEntry(idOrPath: string): string {
	return byIdOrPath("driver", idOrPath, modulesBelow(beside("drivers")));
}

/** The driver that has a persona's name. */
export function ownDriverEntry(persona: string): string {
	const known = modulesBelow(beside("drivers"));
	const path = known.get(persona);
	if (!path) throw usage(`no driver is made for ${persona}: add --driver with one of ${[...known.keys()].sort().join(", ")}, or a path`);
	return path;
}

/** The persona that has a driver's name. */
export function ownPersona(driver: string): string {
	if (!isPath(driver)) return driver;
	throw usage(`the driver ${driver} is outside the package: name its simulated module by --persona PATH, or a real one by --port PATH`);
}

function isPath(given: string): boolean {
	return /[/\\.]/.test(given);
}

function byIdOrPath(kind: string, given: string, known: ReadonlyMap<string, string>): string {
	const path = known.get(given);
	if (path) return path;
	if (!isPath(given)) throw unknown(kind, given, [...known.keys()].sort());
	if (!existsSync(given) || !statSync(given).isFile())
		throw usage(`no ${kind} module at ${given}: give the path of a file, or one of ${[...known.keys()].sort().join(", ")}`);
	return resolve(given);
}

export function findExample(nameOrPath: string, read: (path: string) => ExampleDefaults = readDefaults): Example {
	const folder = beside("examples");
	const known = readdirSync(folder).filter(name => existsSync(join(folder, name, "main.ts")) || existsSync(join(folder, name, "main.js")));
	const given = known.includes(nameOrPath) ? join(folder, nameOrPath) : nameOrPath;
	if (given === nameOrPath && !/[/\\]/.test(nameOrPath)) throw unknown("example", nameOrPath, known);
	const entry = ["main.ts", "main.js"].map(file => join(given, file)).find(existsSync);
	if (!entry) throw usage(`no main.ts in ${given}: give the folder of an application, or one of ${known.join(", ")}`);
	// The defaults stay beside the sources: the compiler carries no JSON over.
	const defaults = [join(given, "example.json"), packageFile("examples", basename(given), "example.json")].find(existsSync);
	if (!defaults) throw usage(`no example.json beside ${entry}: it names the persona and the configuration of a run`);
	const { route, ...rest } = read(defaults);
	return {
		name: basename(given),
		entry: resolve(entry),
		defaults: route === undefined ? rest : { ...rest, route: join(dirname(defaults), route) },
	};
}

function readDefaults(path: string): ExampleDefaults {
	let given: Partial<ExampleDefaults>;
	try {
		given = JSON.parse(readFileSync(path, "utf8"));
	} catch (error) {
		throw usage(`${path}: not JSON: ${(error as Error).message}`);
	}
	for (const [name, type] of Object.entries(NEEDED)) {
		if (typeof given?.[name as keyof ExampleDefaults] !== type) throw usage(`${path}: "${name}" must be there and be a ${type}`);
	}
	return { demonstration: {}, ...given } as ExampleDefaults;
}

const NEEDED = { title: "string", persona: "string", serverHost: "string", serverPort: "number", config: "object" } as const;

/** A persona by its id, or by the path of a module outside the package. */
export async function findPersona(idOrPath: string): Promise<Persona> {
	try {
		return await loadPersona(idOrPath);
	} catch (error) {
		if (error instanceof UnknownPersonaError) throw usage(error.message);
		throw usage(`${idOrPath} cannot be loaded as a persona: ${error instanceof Error ? error.message : String(error)}`);
	}
}
