import { readFileSync } from "node:fs";
import { join } from "node:path";
import { boardModules, dialectOf, socketDialects, vendorName } from "./dialects.mjs";
import { fill, formatted } from "./format.mjs";

/** What a tier fixes until the manual says more. */
const ofTier = {
	nbiot: {
		rats: "NB-IoT",
		domain: "EPS",
		registrationMode: 5,
		edrxActType: 5,
		powerSaving: "true",
		powerSavingSource: '"TS 27.007 7.38 and 7.40"',
	},
	cat1: { rats: "LTE", domain: "EPS", registrationMode: 2, edrxActType: 4, powerSaving: '"unknown"', powerSavingSource: "NOT_YET" },
	redcap: { rats: "NR,LTE", domain: "5GS", registrationMode: 2, edrxActType: 4, powerSaving: '"unknown"', powerSavingSource: "NOT_YET" },
};

/** The files of a driver in the repository, and those that get a line. */
export function inRepository(root, options) {
	const values = valuesOf(root, options, freeName, name => `../dialect/${name}.js`);
	const { id, tier, driverName, dialect, isNewDialect } = values;
	const made = [
		code(root, `drivers/${tier}/${id}.ts`, "driver.ts", { ...values, driverImports: driverImports(values, "../../sdk/modem/driver.js") }),
		...(isNewDialect ? [code(root, `drivers/dialect/${dialect}.ts`, "dialect.ts", { ...values, dialectImports: SDK_IMPORTS })] : []),
		code(root, `host-sim/persona/${id}.ts`, "persona.ts", { ...values, personaImports: SIMULATOR_IMPORTS }),
		{
			path: `tests/transcripts/${id}.first-session.at`,
			text: fill("transcript.at", values),
			about: "a transcript: a stub, until `record` makes one",
		},
	].map(described);
	const changed = [
		listed(root, "drivers/index.ts", `./${tier}/${id}.js`, `{ ${driverName} }`, driverName, "export const drivers"),
		listed(root, "host-sim/persona/index.ts", `./${id}.js`, driverName, driverName, "export const personas"),
		exported(root, [`drivers/${tier}/${id}`, ...(isNewDialect ? [`drivers/dialect/${dialect}`] : [])]),
	];
	return { made, changed };
}

/** The same as a package of its own, which imports what it needs by the public names. */
export function inPackage(root, options) {
	const ownName = (_root, vendor) => vendor;
	const values = valuesOf(root, options, ownName, (name, isNew) =>
		isNew ? `../dialect/${name}.js` : `xs-cellular/drivers/dialect/${name}`,
	);
	const { id, tier, dialect, isNewDialect } = values;
	const { version, peerDependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
	const all = {
		...values,
		version,
		// The desktop tools are optional peers of xs-cellular: who checks a driver needs them.
		devDependencies: JSON.stringify({ ...peerDependencies, typescript: devDependencies.typescript }, null, "\t"),
		driverImports: driverImports(values, "xs-cellular/driver-kit"),
		dialectImports: KIT_IMPORTS,
		personaImports: PERSONA_KIT_IMPORTS,
		dialectRow: isNewDialect ? `| \`dialect/${dialect}.ts\` | the vendor's UDP and TCP commands |\n` : "",
	};
	const made = [
		code(root, `drivers/${id}.ts`, "driver.ts", all, `drivers/${tier}/${id}.ts`),
		...(isNewDialect ? [code(root, `dialect/${dialect}.ts`, "dialect.ts", all, `drivers/dialect/${dialect}.ts`)] : []),
		code(root, `persona/${id}.ts`, "persona.ts", all, `host-sim/persona/${id}.ts`),
		{
			path: `transcripts/${id}.first-session.at`,
			text: fill("transcript.at", all),
			about: "a transcript: a stub, until `record` makes one",
		},
		code(root, "manifest.json", "manifest.json", { ...all, ...onBoard(root, values) }),
		code(root, "board/driver.js", "board.js", all),
		code(root, "package.json", "package.json", all),
		code(root, "tsconfig.json", "tsconfig.json", all),
		{ path: "README.md", text: fill("README.md", all), about: "how to check and run it" },
	].map(described);
	return { made, changed: [] };
}

/** A dialect of its own lies in the package, one of ours where xs-cellular has it. */
function onBoard(root, { id, dialect, isNewDialect }) {
	const names = isNewDialect ? [] : boardModules(root, dialect).map(module => `xs-cellular/drivers/${module}`);
	const lines = isNewDialect
		? [`"${id}/dialect/${dialect}": "./dist/dialect/${dialect}"`]
		: names.map(name => `"${name}": "../${name.replace("/", "/dist/")}"`);
	return { boardModules: lines.map(line => `\t\t${line}`).join(",\n"), boardPreload: names.map(name => `, "${name}"`).join("") };
}

function valuesOf(root, { tier, vendor, model, dialect }, nameOf, dialectPath) {
	const key = vendor.toLowerCase();
	const id = `${key}-${model.toLowerCase()}`;
	const found = chosen(root, key, tier, dialect);
	return {
		...ofTier[tier],
		id,
		tier,
		vendor: vendorName(root, key) ?? (vendor === key ? capital(vendor) : vendor),
		model: model.toUpperCase(),
		serialNumber: `${model.toUpperCase()}000000000001`.slice(0, 20),
		driverName: key + capital(model.toLowerCase()),
		isNewDialect: found === undefined,
		dialect: found?.name ?? nameOf(root, key),
		dialectName: found?.exported ?? `${key}Stack`,
		dialectPath: dialectPath(found?.name ?? nameOf(root, key), found === undefined),
		personaFiles: `"${id}.ts"`,
	};
}

function chosen(root, vendor, tier, dialect) {
	if (dialect === "new") return undefined;
	return dialect === undefined ? dialectOf(root, vendor, tier) : socketDialects(root).find(({ name }) => name === dialect);
}

/** `acme`; `acme-2` where the vendor has a stack already and a new one was asked for. */
function freeName(root, vendor) {
	const taken = socketDialects(root).map(({ name }) => name);
	let name = vendor;
	for (let number = 2; taken.includes(name); number++) name = `${vendor}-${number}`;
	return name;
}

function capital(word) {
	return word[0].toUpperCase() + word.slice(1);
}

const about = {
	"driver.ts": "the driver: one record",
	"dialect.ts": "the vendor's UDP and TCP commands: a stub",
	"persona.ts": "the simulated module",
	"manifest.json": "brings it to a board, with the SDK",
	"board.js": "the name under which an application finds it there",
	"package.json": "a package of its own",
	"tsconfig.json": "compiles it to dist/",
};

function code(root, path, template, values, asPath = path) {
	return { path, text: formatted(root, asPath, fill(template, values)), about: about[template] };
}

function described(file) {
	return { about: "", ...file };
}

function driverImports({ dialectName, dialectPath }, kit) {
	return `import { capability, defineDriver, pulse } from "${kit}";\nimport { ${dialectName} } from "${dialectPath}";`;
}

const SDK_IMPORTS = `import type { AtChannel } from "../../sdk/at/channel.js";
import { deepFreeze } from "../../sdk/at/freeze.js";
import type { ModemContext, SocketDialect, SocketTask } from "../../sdk/modem/driver.js";`;
const KIT_IMPORTS = `import { type AtChannel, deepFreeze, type ModemContext, type SocketDialect, type SocketTask } from "xs-cellular/driver-kit";`;
const SIMULATOR_IMPORTS = `import { restoreContexts } from "../modem/base/packet.js";
import { applyPowerSaving } from "../modem/base/power-saving.js";
import type { CommandRow } from "../modem/command.js";
import type { ModuleCore } from "../modem/core.js";
import type { Persona, PersonaRuntime } from "../modem/persona.js";`;
const PERSONA_KIT_IMPORTS = `import { applyPowerSaving, type CommandRow, type ModuleCore, type Persona, type PersonaRuntime, restoreContexts } from "xs-cellular/persona-kit";`;

/** An import and a place at the end of the list. */
function listed(root, path, module, binding, name, list) {
	const text = readFileSync(join(root, path), "utf8");
	const from = text.indexOf(list);
	const end = text.indexOf("]", text.indexOf("[\n", from));
	if (from < 0 || end < 0) throw new Error(`${path} has no list after "${list}"`);
	const withEntry = `${text.slice(0, end)}\t${name},\n${text.slice(end)}`;
	return { path, text: formatted(root, path, `import ${binding} from "${module}";\n${withEntry}`) };
}

/** Names of package.json's exports, beside those of their folder; mcpack fails on patterns, so each has its own. */
function exported(root, modules) {
	const lines = readFileSync(join(root, "package.json"), "utf8").split("\n");
	const folderOf = line => /^\t\t"\.\/(drivers\/\w+)\//.exec(line)?.[1];
	for (const module of modules) {
		const line = `\t\t"./${module}": "./dist/${module}.js",`;
		const folder = module.slice(0, module.lastIndexOf("/"));
		const same = lines.findIndex(other => folderOf(other) === folder && other > line);
		const last = lines.findLastIndex(other => (folderOf(other) ?? "") === folder);
		const any = lines.findLastIndex(other => folderOf(other) !== undefined);
		lines.splice(same >= 0 ? same : (last >= 0 ? last : any) + 1, 0, line);
	}
	return { path: "package.json", text: lines.join("\n") };
}
