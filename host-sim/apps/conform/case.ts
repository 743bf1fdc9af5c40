import type { Driver } from "../../../sdk/modem/driver.js";
import type { Persona } from "../../modem/persona.js";
import type { Bench } from "./bench.js";
import type { WorldOptions } from "./simulated-bench.js";

export const groups = [
	"boot",
	"identity",
	"sim",
	"registration",
	"attach discipline",
	"dual stack",
	"datagrams",
	"streams",
	"tls",
	"power",
	"messages",
	"voice",
	"positions",
	"faults",
	"recovery",
] as const;
export type Group = (typeof groups)[number];

/** What decides whether a case applies. */
export interface Subject {
	readonly driver: Driver;
	/** Undefined on a real port. */
	readonly persona: Persona | undefined;
}

/** One behaviour. It passes when `run` returns; a {@link Disproved} that leaves it is its failure. */
export interface Case {
	/** Unique, in words: `group: name` names it in reports. */
	readonly name: string;
	readonly group: Group;
	/** What it runs on: a simulated network is needed where the case must make the network or the line do something. */
	readonly on: "any" | "simulated";
	/** Why the case does not apply to this driver, where it does not: a capability that it does not declare. */
	readonly skip?: (subject: Subject) => string | undefined;
	/** What the simulated world has for this case. */
	readonly world?: (subject: Subject) => WorldOptions;
	run(bench: Bench): Promise<void>;
}

export type CaseOptions = Partial<Pick<Case, "on" | "skip" | "world">>;

/** `"any"` is for a real module too and so must not ask anything of the network but service. */
export function on(group: Group): (name: string, run: (bench: Bench) => Promise<void>, options?: CaseOptions) => Case {
	return (name, run, options = {}) => ({ group, name, run, on: "simulated", ...options });
}

/** The module, the driver or both do otherwise than they should. */
export class Disproved extends Error {
	override get name(): string {
		return "Disproved";
	}
}

export function check(condition: boolean, why: string): asserts condition {
	if (!condition) throw new Disproved(why);
}
export function equal(actual: unknown, expected: unknown, what: string): void {
	check(Object.is(actual, expected), `${what} is ${show(actual)}, not ${show(expected)}`);
}
function show(value: unknown): string {
	return value === undefined ? "undefined" : JSON.stringify(value);
}

/** A reason to skip where the capability is not true (or not greater than 0). */
export function without(name: string): (subject: Subject) => string | undefined {
	return ({ driver }) => {
		const value = driver.capabilities[name]?.value;
		if (value === undefined) return `the driver does not declare ${name}`;
		if (value === "unknown") return `${name} is unknown of this module`;
		return value === false || value === 0 || value === "" || value === "none" ? `the driver declares no ${name}` : undefined;
	};
}
