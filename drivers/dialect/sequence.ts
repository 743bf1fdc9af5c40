import type { AtChannel } from "../../sdk/at/channel.js";
import type { Command } from "../../sdk/at/command.js";
import type { AtError } from "../../sdk/at/errors.js";
import type { ModemContext } from "../../sdk/modem/driver.js";
import { isRefusal } from "./answers.js";

/** One command of several that are one piece of work. */
export interface DialectStep<T> {
	readonly command: Command<any, any>;
	/** Absent where the command takes none. */
	readonly params?: (task: T) => unknown;
	readonly payload?: (task: T) => Uint8Array;
	/** Whether the command is needed at all. */
	readonly when?: (task: T) => boolean;
	/** An answer that refuses is passed over: it may be so already, or older firmware has no such setting. */
	readonly mayRefuse?: true;
}

interface Finishing {
	finish(error: AtError | undefined): void;
}

/** Commands one after the other for one task; the first that fails ends it. Made for work that is rare: opening a secure stream, a credential. */
export class Sequence<T extends Finishing> {
	readonly #at: AtChannel<ModemContext>;
	readonly #task: T;
	readonly #steps: readonly DialectStep<T>[];
	readonly #last: ((at: AtChannel<ModemContext>, task: T) => void) | undefined;
	#next = 0;
	#mayRefuse = false;

	/** `last` ends the task in its own way; without it the task is finished behind the last step. */
	constructor(
		at: AtChannel<ModemContext>,
		task: T,
		steps: readonly DialectStep<T>[],
		last?: (at: AtChannel<ModemContext>, task: T) => void,
	) {
		this.#at = at;
		this.#task = task;
		this.#steps = steps;
		this.#last = last;
	}

	/** Submits the next command that is needed. */
	run(): void {
		const task = this.#task;
		while (this.#next < this.#steps.length) {
			const step = this.#steps[this.#next++]!;
			if (step.when !== undefined && !step.when(task)) continue;
			this.#mayRefuse = step.mayRefuse === true;
			this.#at.submit(step.command, step.params?.(task), this, this.onDone, step.payload?.(task));
			return;
		}
		if (this.#last === undefined) task.finish(undefined);
		else this.#last(this.#at, task);
	}

	private onDone(error: AtError | undefined): void {
		if (error === undefined || (this.#mayRefuse && isRefusal(error))) this.run();
		else this.#task.finish(error);
	}
}
