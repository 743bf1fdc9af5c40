import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { unreachable } from "./failure.js";

/** How long a program that was asked to end may take over it. */
const GRACE_MS = 2_000;

/** A program that a command runs, with everything that it starts itself. */
export class Child {
	/** Its exit code, 128 and the signal's number where a signal ended it; rejects with a `Failure` when it cannot be run. */
	readonly ended: Promise<number>;
	readonly #process: ChildProcess;
	#isRunning = true;

	/** @param stdout where its output goes: 1 or, where stdout is for a JSON document, 2 */
	constructor(line: string, stdout: 1 | 2) {
		// A group of its own: a signal to the shell alone would leave what the shell runs.
		this.#process = spawn(line, { shell: true, detached: process.platform !== "win32", stdio: ["inherit", stdout, 2] });
		this.ended = new Promise((resolve, reject) => {
			this.#process.on("error", error => {
				this.#isRunning = false;
				reject(unreachable(`cannot run ${line}: ${error.message}`));
			});
			this.#process.on("exit", (code, signal) => {
				this.#isRunning = false;
				resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
			});
		});
	}

	/** Asks it to end, and ends it when it does not. */
	async stop(): Promise<void> {
		if (!this.#isRunning) return;
		this.#signal("SIGTERM");
		const force = setTimeout(() => this.#signal("SIGKILL"), GRACE_MS);
		await this.ended.catch(() => undefined);
		clearTimeout(force);
	}

	#signal(signal: NodeJS.Signals): void {
		const { pid } = this.#process;
		try {
			if (process.platform === "win32" || pid === undefined) this.#process.kill(signal);
			else process.kill(-pid, signal);
		} catch {
			// It ended meanwhile.
		}
	}
}
