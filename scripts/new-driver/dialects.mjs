import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** The vendors' stacks that there are: the file's stem and what it exports. */
export function socketDialects(root) {
	const folder = join(root, "drivers", "dialect");
	return readdirSync(folder)
		.filter(file => file.endsWith(".ts"))
		.flatMap(file => {
			const [, exported] = /^export const (\w+): SocketDialect\b/m.exec(readFileSync(join(folder, file), "utf8")) ?? [];
			return exported === undefined ? [] : [{ name: basename(file, ".ts"), exported }];
		});
}

/** The one that a module of this vendor has, if there is one: of the same tier first, since a vendor has several. */
export function dialectOf(root, vendor, tier) {
	const known = socketDialects(root);
	for (const folder of [tier, "nbiot", "cat1", "redcap"]) {
		for (const text of driversOf(root, folder, vendor)) {
			const found = known.find(({ name }) => text.includes(`from "../dialect/${name}.js"`));
			if (found) return found;
		}
	}
	return known.find(({ name }) => name === vendor || name.startsWith(`${vendor}-`));
}

/** How the vendor writes its name, where a driver says it. */
export function vendorName(root, vendor) {
	for (const tier of ["nbiot", "cat1", "redcap"])
		for (const text of driversOf(root, tier, vendor)) {
			const [, name] = /^\tvendor: "([^"]+)",$/m.exec(text) ?? [];
			if (name) return name;
		}
	return undefined;
}

function driversOf(root, tier, vendor) {
	const folder = join(root, "drivers", tier);
	if (!existsSync(folder)) return [];
	return readdirSync(folder)
		.filter(file => file.startsWith(`${vendor}-`))
		.map(file => readFileSync(join(folder, file), "utf8"));
}

/** The modules of drivers/dialect that a dialect needs on a board beside those that the driver kit brings. */
export function boardModules(root, dialect) {
	const kit = new Set(imported(root, "kit.ts"));
	const found = new Set([`dialect/${dialect}`]);
	for (const module of found) for (const needed of imported(root, `${module}.ts`)) if (!kit.has(needed)) found.add(needed);
	return [...found].sort();
}

/** What is imported from drivers/dialect for more than its types. */
function imported(root, file) {
	const text = readFileSync(join(root, "drivers", file), "utf8");
	return [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from "\.\/(?:dialect\/)?([a-z0-9-]+)\.js"/gm)].map(
		([, name]) => `dialect/${name}`,
	);
}
