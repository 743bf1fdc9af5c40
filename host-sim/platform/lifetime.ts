/** One run of an application: what it may still be told, and what must be closed when it ends. */
export interface Lifetime {
	/** False once it failed or was stopped: nothing of it may be called then. */
	readonly alive: boolean;
	/** Calls back into the application. What it throws ends the run; nothing leaves from here. */
	call(callback: ((...args: any[]) => unknown) | undefined, receiver: unknown, ...args: readonly unknown[]): void;
	/** The run ends with this error; the first one counts. */
	fail(error: Error): void;
	/** Runs when the application ends. Returns what forgets it. */
	onEnd(close: () => void): () => void;
	/** The built-ins of the application's own global object, for what the platform hands to it. */
	readonly realm: Realm;
}

export interface Realm {
	readonly ArrayBuffer: ArrayBufferConstructor;
	readonly Error: ErrorConstructor;
	readonly TypeError: TypeErrorConstructor;
	readonly RangeError: RangeErrorConstructor;
	readonly SyntaxError: SyntaxErrorConstructor;
}
