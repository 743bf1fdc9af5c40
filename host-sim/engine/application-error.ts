/** An exception that left an application, with the application's own stack; `cause` is what it threw. */
export class ApplicationError extends Error {
	/** @param toSources turns a stack of the bundle into one of the application's files */
	constructor(thrown: unknown, toSources: (stack: string) => string) {
		const { message, name, stack } = (typeof thrown === "object" && thrown !== null ? thrown : {}) as Partial<Error>;
		super(message === undefined ? `the application threw ${describe(thrown)}` : `${name ?? "Error"}: ${message}`, { cause: thrown });
		if (stack !== undefined) this.stack = toSources(stack);
	}

	override get name(): string {
		return "ApplicationError";
	}
}

function describe(thrown: unknown): string {
	try {
		return String(thrown);
	} catch {
		return "something that cannot be shown";
	}
}
