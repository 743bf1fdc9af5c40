import type { Clock } from "../../clock/clock.js";
import type { ApplicationHost, LineEnd } from "../../engine/engine.js";
import type { Lifetime, Realm } from "../../platform/lifetime.js";

/** A case is its own application: what leaves a callback of the SDK is kept until the case looks. */
export class BenchLife implements Lifetime {
	readonly alive = true;
	readonly realm = globalThis as unknown as Realm;
	thrown: Error | undefined;
	readonly #closers = new Set<() => void>();

	call(callback: ((...args: any[]) => unknown) | undefined, receiver: unknown, ...args: readonly unknown[]): void {
		try {
			callback?.apply(receiver, args as unknown[]);
		} catch (thrown) {
			this.thrown ??= thrown as Error;
		}
	}
	fail(error: Error): void {
		this.thrown ??= error;
	}
	onEnd(close: () => void): () => void {
		this.#closers.add(close);
		return () => this.#closers.delete(close);
	}
	end(): void {
		for (const close of [...this.#closers]) close();
	}
}

/** What the platform's modules are given in a case: nothing is stored, and nobody watches. */
export function benchHost(
	clock: Clock,
	lines: ReadonlyMap<string, LineEnd> = new Map(),
	pins: Partial<Pick<ApplicationHost, "setPin" | "readPin">> = {},
): ApplicationHost {
	return { clock, lines, setPin() {}, readPin: () => 1, ...pins, storage: new Map(), monitor() {}, log() {}, firstTick: 0 };
}
