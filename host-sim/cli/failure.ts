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
