import { constants, createContext, Script } from "node:vm";
import type { Realm } from "../platform/lifetime.js";

/** What V8 gives a fresh global object and a board's engine does not have. */
const absent = ["console", "WebAssembly", "Intl"] as const;

/** Globals of an application: the language and `trace`, nothing of Node. */
export interface Sandbox {
	readonly realm: Realm;
	/** Whether this application made the promise. */
	owns(promise: unknown): boolean;
	/** Runs a bundle of format `"cjs"` and returns what it exports. */
	evaluate(bundle: string, platform: unknown): Record<string, unknown>;
}

/**
 * A global object of its own, so that what would not run on a board for want of `setTimeout` or `Buffer` does not run here
 * either, and two applications in one process cannot meet.
 */
export function createSandbox(file: string, trace: (...parts: unknown[]) => void): Sandbox {
	// Not a contextified object: its interceptors would make each use of a global slow.
	const global = createContext(constants.DONT_CONTEXTIFY) as Record<string, any>;
	for (const name of absent) delete global[name];
	global.trace = trace;
	return {
		realm: global as unknown as Realm,
		owns: promise => promise instanceof global.Promise,
		evaluate(bundle, platform) {
			// On one line with the bundle's first, so that line numbers in stacks are the bundle's.
			const script = new Script(`(function (module, exports, platform) {${bundle}\n})`, { filename: file });
			const module: { exports: Record<string, unknown> } = { exports: {} };
			script.runInContext(global)(module, module.exports, platform);
			return module.exports;
		},
	};
}
