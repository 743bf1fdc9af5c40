import type { Command } from "../at/command.js";
import type { AtLine, Millis } from "../at/line.js";
import type { ModemCore } from "../modem/core.js";
import type { ModemError } from "../modem/errors.js";

export const NEVER: Millis = Number.POSITIVE_INFINITY;
/** The application's own commands fill the modem's queue: asked again after this long (an assumption). */
const QUEUE_FULL_MS = 1_000;

export interface AskOptions {
	readonly payload?: Uint8Array;
	readonly onLine?: (this: any, line: AtLine) => void;
}

/** One service's exchanges with the module, one at a time, through the queue that the application's commands go through as well. */
export class Dialogue {
	/** A command was handed over and its `done` has not been called. */
	isBusy = false;
	/** When a refused hand-over is tried again. */
	retryAtMs: Millis = NEVER;
	readonly #core: ModemCore;
	#command: Command<any, any> | undefined = undefined;
	#params: unknown = undefined;
	#target: unknown = undefined;
	#done: ((this: any, error: ModemError | undefined, result: any) => void) | undefined = undefined;
	#options: AskOptions | undefined = undefined;

	constructor(core: ModemCore) {
		this.#core = core;
	}
	get now(): Millis {
		return this.#core.now;
	}
	/** `done` is called once, never inside this. Without a command the module is only woken, or switched on. */
	ask<P, R, T>(
		command: Command<P, R> | undefined,
		params: P,
		target: T,
		done: (this: T, error: ModemError | undefined, result: R) => void,
		options?: AskOptions,
	): void {
		this.isBusy = true;
		this.#command = command;
		this.#params = params;
		this.#target = target;
		this.#done = done;
		this.#options = options;
		this.handOver();
	}
	/** Called at `retryAtMs`. */
	due(): void {
		if (this.#core.now < this.retryAtMs) return;
		this.retryAtMs = NEVER;
		if (this.isBusy) this.handOver();
	}
	private handOver(): void {
		const options = this.#options;
		const onLine = options?.onLine && Dialogue.prototype.onLine;
		try {
			this.#core.requests.add(this.#command, this.#params, this, Dialogue.prototype.onDone, {
				payload: options?.payload,
				onLine,
				onlyWake: this.#command === undefined,
			});
		} catch {
			this.retryAtMs = this.#core.now + QUEUE_FULL_MS;
		}
	}
	onLine(line: AtLine): void {
		this.#options?.onLine?.call(this.#target, line);
	}
	onDone(error: ModemError | undefined, result: unknown): void {
		const done = this.#done;
		const target = this.#target;
		this.isBusy = false;
		this.#done = this.#target = this.#params = this.#command = this.#options = undefined;
		done?.call(target, error, result);
	}
}

/** The module restarted or was switched off under the command, so that its answer says nothing. */
export function wasInterrupted(error: ModemError | undefined): boolean {
	return error !== undefined && (error.code === "unexpected" || error.code === "closed" || error.code === "aborted");
}
/** The module has answered, and said no. */
export function wasRefused(error: ModemError): boolean {
	return error.code === "error" || error.code === "cme" || error.code === "cms" || error.code === "malformed";
}
