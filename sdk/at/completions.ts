import type { AtError, AtErrorCode } from "./errors.js";
import type { CommandQueue, Entry } from "./queue.js";

type AnyDone = (this: any, error: AtError | undefined, result: any) => void;

/**
 * Calls the callers back: once per command, never one inside another, and with whatever they throw contained. What a callback leads to
 * (a refused command, an aborted one) is told when it has returned.
 */
export class Completions {
	readonly queue: CommandQueue;
	/** A callback runs, or lines are being read: results are told afterwards. */
	isBusy = false;
	/** Something waits to be told: a refused command, or the end of the running one. */
	hasWork = false;
	exceptions = 0;
	readonly #context: unknown;
	readonly #onException: ((context: any, thrown: unknown) => void) | undefined;

	constructor(queue: CommandQueue, context: unknown, onException: ((context: any, thrown: unknown) => void) | undefined) {
		this.queue = queue;
		this.#context = context;
		this.#onException = onException;
	}

	call(done: AnyDone | undefined, target: unknown, error: AtError | undefined, result: unknown): void {
		if (done === undefined) return;
		try {
			done.call(target, error, result);
		} catch (thrown) {
			this.contain(thrown);
		}
	}

	contain(thrown: unknown): void {
		this.exceptions++;
		try {
			this.#onException?.(this.#context, thrown);
		} catch {
			this.exceptions++;
		}
	}

	refuse(entry: Entry, code: AtErrorCode): void {
		this.queue.refuse(entry, code);
		this.hasWork = true;
	}

	/** Tells the commands that were refused before this call began; later ones wait for the next. */
	tellRefused(lastTicket: number): void {
		const queue = this.queue;
		if (queue.refused === 0) return;
		for (let entry = queue.firstRefused(lastTicket); entry !== undefined; entry = queue.firstRefused(lastTicket)) {
			const { done, target } = entry;
			const error: AtError = { code: entry.refusal!, command: entry.command!.head, afterMs: 0 };
			queue.release(entry);
			this.call(done, target, error, undefined);
		}
	}
}
