import type { Lifetime } from "../platform/lifetime.js";
import { createPlatform } from "../platform/platform.js";
import { ApplicationError } from "./application-error.js";
import type { ApplicationHost, Engine, RunningApplication } from "./engine.js";
import { createSandbox, type Sandbox } from "./realm.js";
import { watchRejections } from "./rejections.js";
import { mapStack } from "./source-stack.js";

/** What V8 calls the bundle in a stack. */
const bundleName = "application.js";

class NodeApplication implements RunningApplication, Lifetime {
	readonly xs = undefined;
	readonly failed: Promise<Error>;
	readonly realm;
	readonly #sandbox: Sandbox;
	readonly #bundle: string;
	readonly #closers = new Set<() => void>();
	#failure: Error | undefined;
	#settle: (error: Error) => void = () => undefined;
	#alive = true;

	constructor(bundle: string, host: ApplicationHost) {
		this.#bundle = bundle;
		this.failed = new Promise(resolve => (this.#settle = resolve));
		this.#sandbox = createSandbox(bundleName, (...parts) => host.log(parts.join("")));
		this.realm = this.#sandbox.realm;
		this.onEnd(watchRejections({ owns: promise => this.#sandbox.owns(promise), rejected: reason => this.#threw(reason) }));
	}

	get failure(): Error | undefined {
		return this.#failure;
	}

	get alive(): boolean {
		return this.#alive;
	}

	start(host: ApplicationHost): void {
		const platform = createPlatform(host, this);
		this.call(() => {
			const main = this.#sandbox.evaluate(this.#bundle, platform).default;
			if (typeof main === "function") main();
		}, undefined);
	}

	call(callback: ((...args: any[]) => unknown) | undefined, receiver: unknown, ...args: readonly unknown[]): void {
		if (!this.#alive || callback === undefined) return;
		try {
			callback.apply(receiver, args as unknown[]);
		} catch (error) {
			this.#threw(error);
		}
	}

	fail(error: Error): void {
		if (!this.#alive) return;
		this.#failure = error;
		this.#end();
		this.#settle(error);
	}

	onEnd(close: () => void): () => void {
		this.#closers.add(close);
		return () => this.#closers.delete(close);
	}

	async stop(): Promise<void> {
		this.#end();
	}

	#threw(thrown: unknown): void {
		this.fail(new ApplicationError(thrown, stack => mapStack(stack, this.#bundle, bundleName)));
	}

	#end(): void {
		this.#alive = false;
		const closers = [...this.#closers];
		this.#closers.clear();
		for (const close of closers) close();
	}
}

/**
 * Runs applications in this process, each with globals of its own. An exception that leaves a callback, a promise that
 * nobody handles and a port that is gone end the application; they show as `failure` and never reach the process.
 */
export const nodeEngine: Engine = {
	name: "node",
	async start(bundle, host) {
		const application = new NodeApplication(bundle, host);
		application.start(host);
		return application;
	},
};
