import type { Clock, Scheduled } from "../clock/clock.js";

export type SleepKind = "light" | "deep";
/** What ended a sleep: bytes of the host, the wake pin, or the module's own radio. */
export type WakeCause = "uart" | "pin" | "self";

/** What a persona knows of its module's sleep. */
export interface SleepRules {
	/** The deepest sleep that the module's state allows at this moment. */
	allowed(): SleepKind | "none";
	/** Quiet on the UART that must pass first. */
	lockMs(): number;
	/** From the cause to the first byte that is understood. */
	wakeMs(from: SleepKind, by: WakeCause): number;
	/** Whether bytes on the UART wake it; absent: they do. */
	hears?(from: SleepKind): boolean;
	/** Called while the module can still speak. */
	entered(kind: SleepKind): void;
	/** Called when the module understands commands again; result codes that were held follow. */
	left(from: SleepKind, by: WakeCause): void;
	/** The wake pin interrupts a light sleep without taking the sleep lock again. */
	readonly pinKeepsLightSleepLock: boolean;
}

/** When a module sleeps and what wakes it. While it is not awake the host's bytes are lost. */
export class Sleep {
	readonly #clock: Clock;
	readonly #rules: SleepRules | undefined;
	readonly #busy: () => boolean;
	/** Told of every change before the rules are. */
	readonly #changed: (state: "awake" | SleepKind | "waking") => void;
	#state: "awake" | SleepKind | "waking" = "awake";
	#quietSinceMs: number;
	#timer: Scheduled | undefined;
	#stopped = false;

	constructor(clock: Clock, rules: SleepRules | undefined, busy: () => boolean, changed: (state: "awake" | SleepKind | "waking") => void) {
		this.#clock = clock;
		this.#rules = rules;
		this.#busy = busy;
		this.#changed = changed;
		this.#quietSinceMs = clock.now();
	}

	get state(): "awake" | SleepKind | "waking" {
		return this.#state;
	}

	/** The module's processor runs. */
	get awake(): boolean {
		return this.#state === "awake";
	}

	/** Result codes can leave: a light sleep ends by itself for them. */
	get canSpeak(): boolean {
		return this.#state === "awake" || this.#state === "light";
	}

	stop(): void {
		this.#stopped = true;
		this.#clock.cancel(this.#timer);
	}

	/** The host or the module used the UART. */
	activity(): void {
		this.#quietSinceMs = this.#clock.now();
		if (!this.#timer) this.reconsider();
	}

	releaseLock(): void {
		this.#quietSinceMs = Number.NEGATIVE_INFINITY;
		this.reconsider();
	}

	/** Something that `allowed()` depends on has changed. */
	reconsider(): void {
		const rules = this.#rules;
		if (!rules || this.#stopped || this.#state === "waking") return;
		const allowed = this.#busy() ? "none" : rules.allowed();
		if (this.#state === "awake") this.#maySleep(rules, allowed);
		else if (allowed === "none" || (allowed === "light" && this.#state === "deep")) this.wake("self");
		else if (allowed === "deep" && this.#state === "light") this.#enter(rules, "deep");
	}

	/** True when the module is awake already. */
	wake(by: WakeCause): boolean {
		const rules = this.#rules;
		if (!rules || this.#stopped || this.#state === "awake") return true;
		if (this.#state === "waking") return false;
		if (by === "uart" && rules.hears?.(this.#state) === false) return false;
		const from = this.#state;
		this.#state = "waking";
		this.#changed("waking");
		const finish = () => {
			if (this.#stopped) return;
			this.#state = "awake";
			this.#changed("awake");
			if (!(by === "pin" && from === "light" && rules.pinKeepsLightSleepLock)) this.#quietSinceMs = this.#clock.now();
			rules.left(from, by);
			this.reconsider();
		};
		const wakeMs = rules.wakeMs(from, by);
		if (wakeMs <= 0) finish();
		else this.#clock.after(wakeMs, finish);
		return this.awake;
	}

	#maySleep(rules: SleepRules, allowed: SleepKind | "none"): void {
		this.#clock.cancel(this.#timer);
		this.#timer = undefined;
		if (allowed === "none") return;
		const dueMs = this.#quietSinceMs + rules.lockMs();
		if (dueMs <= this.#clock.now()) {
			this.#enter(rules, allowed);
			return;
		}
		this.#timer = this.#clock.at(dueMs, () => {
			this.#timer = undefined;
			this.reconsider();
		});
	}

	#enter(rules: SleepRules, kind: SleepKind): void {
		rules.entered(kind);
		this.#state = kind;
		this.#changed(kind);
	}
}
