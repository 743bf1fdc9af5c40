import { CFUN } from "../3gpp/device-commands.js";
import type { AtError } from "../at/errors.js";
import type { ModemCore } from "./core.js";
import { ModemError } from "./errors.js";
import { JobId } from "./job-id.js";
import { type CoreProcedure, exchange, inner, probe } from "./procedure.js";
import { Timer } from "./timers.js";

/** How often the way out was taken; an application may read and report it. */
export interface RecoveryCounters {
	resync: number;
	functionality: number;
	reset: number;
	powerCycle: number;
}

const NONE: Readonly<RecoveryCounters> = Object.freeze({ resync: 0, functionality: 0, reset: 0, powerCycle: 0 });

/** One after the other, each only when the one before did not help. */
const Rung = Object.freeze({ resync: 0, functionality: 1, reset: 2, powerCycle: 3, exhausted: 4 });
/** `AT` without an answer, this often, before the module counts as mute. */
const RESYNC_PROBES = 3;
/** After the ladder was climbed in vain, it is climbed again after a minute, doubling to 6 h (assumptions): each time costs a boot and an attach. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 21_600_000;

/**
 * What is done about silence, and about nothing else: a module or a network that refuses is never reset for it. Resynchronise with `AT`;
 * when that is answered and the same job falls silent again, CFUN 0 and 1; when `AT` is not answered, or that did not help, the reset pin
 * (the restart command where no pin is wired); then the power pins. A rung that the board has not wired is passed over, and
 * CFUN is not tried on a mute module: it would only wait for its longest timeout.
 */
export class Recovery {
	#core: ModemCore;
	#counters: RecoveryCounters | undefined = undefined;
	#rung: number = Rung.resync;
	#job = -1;
	#waitMs = FIRST_WAIT_MS;
	constructor(core: ModemCore) {
		this.#core = core;
	}
	get counters(): Readonly<RecoveryCounters> {
		return this.#counters ?? NONE;
	}
	private took(step: keyof RecoveryCounters): void {
		this.#counters ??= { ...NONE };
		this.#counters[step]++;
		this.#core.event("recovery", { step });
	}
	/** A job ended because the module did not answer. */
	silent(job: number): void {
		if (job === JobId.start || job === JobId.recover) return;
		// Another job's silence while a rung is being tried changes nothing: the ladder goes on from where it is.
		this.#job = job;
		this.take();
	}
	/** The job that was silent, or a whole start, went well: the next silence begins at the bottom. */
	succeeded(job: number): void {
		if (job === this.#job) {
			this.#rung = Rung.resync;
			this.#job = -1;
			this.#waitMs = FIRST_WAIT_MS;
		}
	}
	/** The module has been started. */
	started(): void {
		this.#core.timers.clear(Timer.retry);
		if (this.#job === -1) this.succeeded(-1);
	}
	/** The start fell silent. One that had begun to answer is begun again before anything is reset. */
	notStarted(hadAnswered: boolean): void {
		if (hadAnswered && this.#rung === Rung.resync) {
			this.#rung = Rung.functionality;
			this.#job = JobId.start;
			this.took("resync");
			this.#core.lifecycle.begin("find");
			return;
		}
		this.#rung = Math.max(this.#rung, Rung.reset);
		this.take();
	}
	private take(): void {
		const core = this.#core;
		const procedures = core.driver.procedures;
		for (;;) {
			switch (this.#rung) {
				case Rung.resync:
				case Rung.functionality:
					core.want(JobId.recover);
					return;
				case Rung.reset:
					this.#rung = Rung.powerCycle;
					if (core.hasPinsFor(procedures?.reset)) {
						this.restart("reset", "reset");
						return;
					}
					// Without a pin the restart command is the only reset there is; a mute module may still hear it.
					this.restart("reset", "restart");
					return;
				case Rung.powerCycle:
					this.#rung = Rung.exhausted;
					if (!core.hasPinsFor(procedures?.powerOn)) break;
					this.restart("powerCycle", "powerOn");
					return;
				default:
					this.exhausted();
					return;
			}
		}
	}
	private restart(counter: "reset" | "powerCycle", by: "reset" | "restart" | "powerOn"): void {
		const core = this.#core;
		this.took(counter);
		core.forgetSession();
		core.channel.reset("closed");
		core.lifecycle.cyclePower = counter === "powerCycle";
		core.lifecycle.begin(by);
	}
	private exhausted(): void {
		const core = this.#core;
		this.#rung = Rung.reset;
		core.forgetSession();
		core.channel.reset("closed");
		core.lifecycle.bootExpected = false;
		core.lifecycle.setPhase("waiting");
		const error = new ModemError(
			"silent",
			"the module answers nothing and no way to restart it is left: check power, wiring and baud rate",
		);
		core.fail(error);
		core.requests.failAll(error);
		core.timers.set(Timer.retry, core.now + this.#waitMs);
		this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
	}
	/** After a wait, or because the application asks: it may have come back by itself. */
	again(): void {
		this.#core.timers.clear(Timer.retry);
		this.#rung = Rung.reset;
		this.#core.lifecycle.begin("find");
	}
	/** A step of the start was refused: asking again at once would not change the answer. */
	waitAndStart(): void {
		this.#core.forgetSession();
		this.#core.lifecycle.bootExpected = false;
		this.#core.lifecycle.setPhase("waiting");
		this.#core.timers.set(Timer.retry, this.#core.now + this.#waitMs);
		this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
	}
	/** The recover job is to run. */
	get procedure(): CoreProcedure {
		const isResync = this.#rung === Rung.resync;
		this.took(isResync ? "resync" : "functionality");
		return isResync ? RESYNC : FUNCTIONALITY;
	}
	ended(error: AtError | undefined): void {
		const core = this.#core;
		const rung = this.#rung;
		if (error !== undefined) {
			this.#rung = Rung.reset;
			this.take();
			return;
		}
		// A command of the application's own may have no answer at all: nothing is restarted for it.
		this.#rung = this.#job === JobId.request ? Rung.resync : rung + 1;
		if (rung === Rung.functionality) {
			core.network.forget();
			core.addresses.forget();
			core.sockets.closeAll();
			if (core.network.wanted !== undefined) core.want(JobId.network);
		}
	}
}

const RESYNC: CoreProcedure = Object.freeze([inner(core => core.driver.sleep?.wakePins), probe(() => RESYNC_PROBES)]);
const FUNCTIONALITY: CoreProcedure = Object.freeze([
	probe(() => RESYNC_PROBES),
	exchange(CFUN.set, { fun: 0 }),
	exchange(CFUN.set, { fun: 1 }),
]);
