import type { Lifetime } from "../platform/lifetime.js";
import { createPlatform } from "../platform/platform.js";
import { ApplicationError } from "./application-error.js";
import type { ApplicationHost, Engine, RunningApplication } from "./engine.js";
import { createSandbox, type Sandbox } from "./realm.js";
import { watchRejections } from "./rejections.js";

class NodeApplication implements RunningApplication, Lifetime {
	readonly xs = undefined;
	readonly failed: Promise<Error>;
	readonly realm;
	readonly #sandbox: Sandbox;
	readonly #closers = new Set<() => void>();
	#failure: Error | undefined;
	#settle: (error: Error) => void = () => undefined;
	#alive = true;

	constructor(host: ApplicationHost) {
		this.failed = new Promise(resolve => (this.#settle = resolve));
		this.#sandbox = createSandbox("application.js", (...parts) => host.log(parts.join("")));
		this.realm = this.#sandbox.realm;
		this.onEnd(
			watchRejections({ owns: promise => this.#sandbox.owns(promise), rejected: reason => this.fail(new ApplicationError(reason)) }),
		);
	}

	get failure(): Error | undefined {
		return this.#failure;
	}

	get alive(): boolean {
		return this.#alive;
	}

	start(bundle: string, host: ApplicationHost): void {
		const platform = createPlatform(host, this);
		this.call(() => {
			const main = this.#sandbox.evaluate(bundle, platform).default;
			if (typeof main === "function") main();
		}, undefined);
	}

	call(callback: ((...args: any[]) => unknown) | undefined, receiver: unknown, ...args: readonly unknown[]): void {
		if (!this.#alive || callback === undefined) return;
		try {
			callback.apply(receiver, args as unknown[]);
		} catch (error) {
			this.fail(new ApplicationError(error));
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
		const application = new NodeApplication(host);
		application.start(bundle, host);
		return application;
	},
};
