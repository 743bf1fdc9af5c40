import type { CommandLine } from "./encode.js";
import type { Millis } from "./line.js";

const STAR = 0x2a;

/** Gets what is written and read; `redacted` says that secrets were replaced by `*`. The bytes are a view: copy what must be kept. */
export type OnTrace = (direction: "tx" | "rx", bytes: Uint8Array, now: Millis, redacted: boolean) => void;

/** Shows the dialogue without the secrets of the command line: neither as it is written nor as the module echoes it. */
export class Tracer {
	readonly #onTrace: OnTrace;
	readonly #line: CommandLine;
	#echoAt = 0;

	constructor(onTrace: OnTrace, line: CommandLine) {
		this.#onTrace = onTrace;
		this.#line = line;
	}

	/** `start` is where in the command line the chunk begins, -1 for a payload. */
	sent(chunk: Uint8Array, start: number, isSecret: boolean, now: Millis): void {
		if (start === 0) this.#echoAt = 0;
		const hides = isSecret || (start >= 0 && this.#line.secretCount > 0);
		this.#onTrace("tx", hides ? this.masked(chunk, start) : chunk, now, hides);
	}

	received(chunk: Uint8Array, now: Millis): void {
		const hides = this.#line.secretCount > 0;
		this.#onTrace("rx", hides ? this.echoMasked(chunk) : chunk, now, hides);
	}

	private masked(chunk: Uint8Array, start: number): Uint8Array {
		const copy = new Uint8Array(chunk);
		for (let i = 0; i < copy.length; i++) if (start < 0 || this.isSecret(start + i)) copy[i] = STAR;
		return copy;
	}

	/** The echo may come in any number of chunks. */
	private echoMasked(chunk: Uint8Array): Uint8Array {
		const copy = new Uint8Array(chunk);
		const { bytes, length } = this.#line;
		for (let i = 0; i < chunk.length; i++) {
			if (chunk[i] !== bytes[this.#echoAt]) this.#echoAt = 0;
			if (chunk[i] !== bytes[this.#echoAt]) continue;
			if (this.isSecret(this.#echoAt)) copy[i] = STAR;
			this.#echoAt = this.#echoAt + 1 < length ? this.#echoAt + 1 : 0;
		}
		return copy;
	}

	private isSecret(at: number): boolean {
		const { secrets, secretCount } = this.#line;
		for (let i = 0; i < secretCount; i++) if (at >= secrets[2 * i]! && at < secrets[2 * i + 1]!) return true;
		return false;
	}
}
