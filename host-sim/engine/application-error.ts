/** An exception that left an application, with the application's own stack; `cause` is what it threw. */
export class ApplicationError extends Error {
	constructor(thrown: unknown) {
		const { message, name, stack } = (typeof thrown === "object" && thrown !== null ? thrown : {}) as Partial<Error>;
		super(message === undefined ? `the application threw ${describe(thrown)}` : `${name ?? "Error"}: ${message}`, { cause: thrown });
		if (stack !== undefined) this.stack = stack;
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
