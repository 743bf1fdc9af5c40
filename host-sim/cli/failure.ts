import { BundleError } from "../engine/bundle-error.js";
import { XsUnavailable } from "../engine/xs-build.js";
import { PortError } from "../ports/port-error.js";
import { RunDocumentError } from "../run/read-document.js";
import { ScenarioError } from "../scenario/load.js";

/** 1: the thing tested failed · 2: wrong usage or input · 3: port, module, server or engine out of reach. */
export type ExitCode = 1 | 2 | 3;

/** A failure that the user can mend: one line that says what is wrong and what to do, and the exit code of the contract. */
export class Failure extends Error {
	readonly exitCode: ExitCode;
	constructor(exitCode: ExitCode, message: string) {
		super(message);
		this.exitCode = exitCode;
	}
	override get name() {
		return "Failure";
	}
}

export const usage = (message: string) => new Failure(2, message);
export const unreachable = (message: string) => new Failure(3, message);

/** "Did you mean": the known ones, in one line. */
export function unknown(kind: string, given: string, known: readonly string[]): Failure {
	return usage(`unknown ${kind} "${given}": use one of ${known.join(", ")}`);
}

/** What a part of the simulator threw, as a failure of the command line; anything else is an error of ours. */
export function asFailure(error: unknown): Failure | undefined {
	if (error instanceof Failure) return error;
	if (error instanceof PortError) return new Failure(error.code === "invalid" ? 2 : 3, error.message);
	if (error instanceof XsUnavailable) return unreachable(error.message);
	if (error instanceof BundleError || error instanceof ScenarioError || error instanceof RunDocumentError) return usage(error.message);
	return undefined;
}
