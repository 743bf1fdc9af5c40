import type { Lifetime } from "../../host-sim/platform/lifetime.js";

/** A Lifetime that keeps failures instead of ending. */
export function createLifetime(): Lifetime & { readonly failures: Error[] } {
	const failures: Error[] = [];
	return {
		failures,
		alive: true,
		realm: globalThis,
		call(callback, receiver, ...args) {
			try {
				callback?.apply(receiver, args as unknown[]);
			} catch (error) {
				failures.push(error as Error);
			}
		},
		fail: error => void failures.push(error),
		onEnd: () => () => undefined,
	};
}
