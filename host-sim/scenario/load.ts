import { readFileSync } from "node:fs";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { faultCatalogue } from "../modem/fault-catalogue.js";
import { isDestination } from "../network/destinations.js";
import type { Scenario } from "./scenario.js";

/** A scenario that cannot be used: which file, where in it, and what is allowed there. One line. */
export class ScenarioError extends Error {
	override get name(): string {
		return "ScenarioError";
	}
}

let compiled: ValidateFunction | undefined;

function validator(): ValidateFunction {
	if (compiled !== undefined) return compiled;
	const schema = JSON.parse(readFileSync(new URL("../scenario.schema.json", import.meta.url), "utf8"));
	compiled = new Ajv2020({ allErrors: true, verbose: true, strict: true, strictTypes: false, strictRequired: false }).compile(schema);
	return compiled;
}

/** Reads and checks a scenario file. Throws {@link ScenarioError}. */
export function loadScenario(path: string): Scenario {
	let text: string;
	try {
		text = readFileSync(path, "utf8");
	} catch (error) {
		throw new ScenarioError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`);
	}
	return parseScenario(text, path);
}

/** @param name what to call the text in an error */
export function parseScenario(text: string, name: string): Scenario {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw new ScenarioError(`${name}: not JSON${place(text, error as Error)}`);
	}
	const validate = validator();
	if (!validate(value)) throw new ScenarioError(`${name}: ${explain(validate.errors ?? [])}`);
	const scenario = value as Scenario;
	checkFaults(scenario, name);
	checkDestinations(scenario, name);
	return scenario;
}

/** Node tells the offset in the message, newer versions the line as well. */
function place(text: string, error: Error): string {
	const offset = /position (\d+)/.exec(error.message)?.[1];
	if (offset === undefined) return " (it ends too early or holds nothing)";
	const before = text.slice(0, Number(offset)).split("\n");
	return ` (line ${before.length}, column ${before[before.length - 1]!.length + 1})`;
}

/** The deepest of the errors is where the mistake is; alternatives explain themselves by the description of the whole. */
function explain(errors: readonly ErrorObject[]): string {
	const alternatives = errors.filter(error => error.keyword === "anyOf");
	const relevant = errors.filter(
		error =>
			!error.schemaPath.includes("/oneOf/") &&
			!alternatives.some(outer => error !== outer && error.schemaPath !== outer.schemaPath && within(error, outer)),
	);
	const [worst] = [...relevant].sort((a, b) => depth(b) - depth(a) || rank(a) - rank(b));
	return worst === undefined ? "not a scenario" : say(worst);
}
function within(error: ErrorObject, outer: ErrorObject): boolean {
	return error.instancePath === outer.instancePath || error.instancePath.startsWith(`${outer.instancePath}/`);
}
function depth(error: ErrorObject): number {
	return error.instancePath.split("/").length + (error.keyword === "additionalProperties" ? 1 : 0);
}
/** Of two errors at one place the one that names the member is the better one. */
function rank(error: ErrorObject): number {
	return ["additionalProperties", "required", "type", "enum", "anyOf"].indexOf(error.keyword) >>> 0;
}

function say(error: ErrorObject): string {
	const path = error.instancePath === "" ? "/" : error.instancePath;
	const schema = error.parentSchema as { description?: string; properties?: Record<string, unknown> };
	if (error.keyword === "additionalProperties") {
		const member = (error.params as { additionalProperty: string }).additionalProperty;
		const known = Object.keys(schema.properties ?? {}).filter(name => name !== "$schema");
		return `${path === "/" ? "" : path}/${member} is not known here; allowed: ${known.join(", ")}`;
	}
	if (error.keyword === "required") {
		const member = (error.params as { missingProperty: string }).missingProperty;
		return `${path} lacks "${member}"${schema.description === undefined ? "" : `; it must be ${schema.description}`}`;
	}
	return `${path} must be ${schema.description ?? error.message}${found(error.data)}`;
}
function found(data: unknown): string {
	const text = JSON.stringify(data) ?? "nothing";
	return text.length > 60 ? "" : `, not ${text}`;
}

/** Names and parameters of faults belong to the module's catalogue, which the schema does not repeat. */
function checkFaults(scenario: Scenario, name: string): void {
	scenario.steps.forEach((step, index) => {
		const path = `${name}: /steps/${index}/do`;
		const { fault, clearFault } = step.do;
		if (typeof clearFault === "string") faultNamed(clearFault, `${path}/clearFault`);
		if (fault === undefined) return;
		const description = faultNamed(fault.name, `${path}/fault/name`);
		for (const [key, value] of Object.entries(fault.parameters ?? {})) {
			const parameter = description.parameters[key];
			const at = `${path}/fault/parameters/${key}`;
			if (parameter === undefined) {
				const known = Object.keys(description.parameters).join(", ");
				throw new ScenarioError(`${at} is not known here; ${known === "" ? `"${fault.name}" takes none` : `allowed: ${known}`}`);
			}
			if (typeof value !== parameter.type) throw new ScenarioError(`${at} must be a ${parameter.type} (${parameter.what})`);
		}
	});
}
/** What a pattern lets through need not be an address. */
function checkDestinations(scenario: Scenario, name: string): void {
	scenario.steps.forEach((step, index) => {
		(step.do.destinations ?? []).forEach((entry, at) => {
			if (isDestination(entry)) return;
			const path = `${name}: /steps/${index}/do/destinations/${at}`;
			throw new ScenarioError(`${path} must be an address or a prefix such as "2001:db8::/32", not ${JSON.stringify(entry)}`);
		});
	});
}
function faultNamed(wanted: string, path: string): (typeof faultCatalogue)[number] {
	const description = faultCatalogue.find(entry => entry.name === wanted);
	if (description === undefined) {
		throw new ScenarioError(`${path} must be one of ${faultCatalogue.map(entry => entry.name).join(", ")}, not ${JSON.stringify(wanted)}`);
	}
	return description;
}
