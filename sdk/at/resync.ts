import type { Millis } from "./line.js";

/** Probes per attempt, and how long each may take. Assumption: a module that is awake answers `AT` within 300 ms; one that has to wake up needs 2 s. */
const PROBES = 3;
const PROBE_MS = 1_000;
/** Silence after an answer that proves it was the last one owed (an assumption, from the same 300 ms). */
const QUIET_MS = 300;
/** More late results than this do not come from commands. */
const MAX_LATE = 8;

const State = Object.freeze({ synchronised: 0, lost: 1, probing: 2, quiet: 3 } as const);
type State = (typeof State)[keyof typeof State];

/**
 * Who owns the next final result after a command timed out. The module handles commands in order, so whatever it still owes comes
 * before the answer to a later `AT`, and that answer comes at once. Therefore: before the next command goes out, send `AT` up to three
 * times, a second apart, and when a result has come wait until 300 ms pass without another. If none comes, the waiting command fails
 * without having been sent. The late result alone, when it comes in the meantime, ends it too.
 */
export class Resync {
	/** The usual state: the next result is the running command's. */
	isSynchronised = true;
	#state: State = State.synchronised;
	#dueMs: Millis = 0;
	#probes = 0;
	#late = 0;
	/** What ends a line or prompt that the timeout left half-way, before `AT`: CR, ESC or nothing (0). */
	lead: 0 | 0x0d | 0x1b = 0;
	/** Attempts begun. */
	attempts = 0;

	get isLost(): boolean {
		return this.#state === State.lost;
	}

	get isProbing(): boolean {
		return this.#state === State.probing;
	}

	/** No command may start. */
	isHolding(now: Millis): boolean {
		if (this.#state === State.quiet && now >= this.#dueMs) this.enter(State.synchronised);
		return this.#state >= State.probing;
	}

	/** When to call `expire` or try again; undefined when nothing is pending. */
	get deadline(): Millis | undefined {
		return this.#state >= State.probing ? this.#dueMs : undefined;
	}

	lose(lead: 0 | 0x0d | 0x1b): void {
		this.lead = lead;
		this.enter(State.lost);
	}

	clear(): void {
		this.enter(State.synchronised);
	}

	shift(byMs: Millis): void {
		this.#dueMs += byMs;
	}

	beginAttempt(now: Millis): void {
		this.attempts++;
		this.enter(State.probing);
		this.#probes = 1;
		this.#late = 0;
		this.#dueMs = now + PROBE_MS;
	}

	/** A final result that no running command waits for; false when it is nobody's. */
	onFinal(now: Millis): boolean {
		if (this.#state === State.synchronised) return false;
		if (this.#state === State.quiet && now >= this.#dueMs) {
			this.enter(State.synchronised);
			return false;
		}
		if (this.#state !== State.quiet) this.#late = 0;
		else if (++this.#late > MAX_LATE) return true;
		this.enter(State.quiet);
		this.#dueMs = now + QUIET_MS;
		return true;
	}

	/** True when the next probe is to be sent. At the end of the attempt the state is lost again. */
	expire(now: Millis): boolean {
		if (this.#state !== State.probing || now < this.#dueMs) return false;
		if (this.#probes >= PROBES) {
			this.enter(State.lost);
			return false;
		}
		this.#probes++;
		this.#dueMs = now + PROBE_MS;
		return true;
	}

	private enter(state: State): void {
		this.#state = state;
		this.isSynchronised = state === State.synchronised;
	}
}
