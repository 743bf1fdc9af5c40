import { CFUN } from "../3gpp/device-commands.js";
import type { Command } from "../at/command.js";
import type { AtError } from "../at/errors.js";
import type { AtLine } from "../at/line.js";
import type { ModemCore } from "./core.js";
import type { AwaitUrcStep, SettingStep } from "./driver.js";
import { isInterrupted, isSilence } from "./errors.js";
import type { CoreProcedure, CoreStep, InnerStep } from "./procedure.js";
import { Timer } from "./timers.js";

/** Core procedure, a driver's procedure in it, and the radio-off that a setting may need. */
const DEPTH = 4;
/** A module that wakes up loses up to two commands, and a prompt that was left open is rarer than sleep. */
const PROBES_BEFORE_ESC = 3;
const RADIO_OFF = Object.freeze([Object.freeze({ kind: "exchange", command: CFUN.set, params: Object.freeze({ fun: 0 }) } as const)]);

/** What the runner is waiting for, besides the answer of a command. */
const Wait = Object.freeze({ nothing: 0, pause: 1, pulse: 2, retry: 3, urc: 4, banner: 5, settle: 6 });

/** How far one procedure is. Made when it begins: procedures are rare beside reports, and an idle modem holds none. */
class Frame {
	readonly procedure: CoreProcedure;
	readonly outer: Frame | undefined;
	readonly depth: number;
	/** The radio goes off before the first setting that is written. */
	readonly guarded: boolean;
	index = 0;
	constructor(procedure: CoreProcedure, outer: Frame | undefined, guarded: boolean) {
		this.procedure = procedure;
		this.outer = outer;
		this.depth = outer === undefined ? 1 : outer.depth + 1;
		this.guarded = guarded;
	}
	get isOver(): boolean {
		return this.index >= this.procedure.length;
	}
	get step(): CoreStep {
		return this.procedure[this.index]!;
	}
}

/** Runs one procedure at a time, a step at a time, and says once how it ended. A step's functions are given the core. */
export class Runner {
	#core: ModemCore;
	/** The innermost procedure; undefined when none runs. */
	#frame: Frame | undefined = undefined;
	#attempt = 0;
	#wait: number = Wait.nothing;
	#isSame = false;
	#writing = false;
	#urcSeen = false;
	/** A setting was written that the module takes over only at its next start. */
	restartNeeded = false;
	constructor(core: ModemCore) {
		this.#core = core;
	}
	get running(): boolean {
		return this.#frame !== undefined;
	}
	start(procedure: CoreProcedure): void {
		this.#frame = undefined;
		this.push(procedure, false);
		this.advance();
	}
	/** Forgets the procedure; nobody is told. The command in flight is the channel's to fail. */
	stop(): void {
		const step = this.#frame?.step;
		if (this.#wait === Wait.pulse && step?.kind === "pulse") this.#core.pins.set(step.pin, false);
		this.#frame = undefined;
		this.#wait = Wait.nothing;
		this.#writing = false;
		this.#core.timers.clear(Timer.step);
	}
	private push(procedure: CoreProcedure, guarded: boolean): void {
		this.#frame = new Frame(procedure, this.#frame, guarded);
		this.#attempt = 0;
	}
	/** The step that runs is over. */
	private skip(): void {
		this.#frame!.index++;
		this.#attempt = 0;
	}
	private next(): void {
		// The radio-off before a setting ends here too, and the setting is then to be written.
		if (this.#frame!.step.kind === "setting") this.#writing = false;
		this.skip();
		this.advance();
	}
	/** Goes on until something must be waited for. */
	private advance(): void {
		for (let frame = this.#frame; frame !== undefined; frame = this.#frame) {
			if (!frame.isOver) {
				if (this.begin(frame.step)) return;
				continue;
			}
			this.#frame = frame.outer;
			if (frame.outer === undefined) {
				this.#core.ended(undefined);
				return;
			}
			// The step that held the inner procedure is over, unless that was the radio-off before a setting.
			if (frame.outer.step.kind === "inner") frame.outer.index++;
		}
	}
	/** True when the step must be waited for. */
	private begin(step: CoreStep): boolean {
		switch (step.kind) {
			case "send":
			case "exchange":
				return this.send(step);
			case "probe":
				this.#core.channel.submit(this.probe, undefined, this, Runner.prototype.onProbed);
				return true;
			case "setting":
				return this.setting(step);
			case "call":
				if (step.run(this.#core) === "stop") return this.end(STOPPED);
				break;
			case "inner":
				return this.inner(step);
			case "pin":
				this.#core.pins.set(step.pin, step.asserted);
				break;
			case "pulse":
				if (!this.#core.pins.has(step.pin)) break;
				this.#core.pins.set(step.pin, true);
				return this.waitFor(Wait.pulse, step.ms);
			case "pause":
				return this.waitFor(Wait.pause, step.ms);
			case "awaitUrc":
				if (!this.#urcSeen) return this.waitFor(Wait.urc, step.withinMs);
				this.#urcSeen = false;
				break;
			case "boot":
				return this.awaitBoot();
		}
		this.skip();
		return false;
	}
	private get probe(): Command<void, void> {
		const { probe, leavePrompt } = this.#core.compiled;
		return this.#attempt % (PROBES_BEFORE_ESC + 1) === PROBES_BEFORE_ESC ? leavePrompt : probe;
	}
	private send(step: Extract<CoreStep, { kind: "send" | "exchange" }>): boolean {
		const core = this.#core;
		const params = typeof step.params === "function" ? step.params(core.settings, core) : step.params;
		const skipped =
			(typeof step.params === "function" && params === undefined) || (step.kind === "exchange" && step.when?.(core) === false);
		if (skipped) {
			this.skip();
			return false;
		}
		this.#urcSeen = false;
		core.channel.submit(step.command, params, this, Runner.prototype.onDone, undefined, Runner.prototype.onLine);
		return true;
	}
	private setting(step: SettingStep): boolean {
		const core = this.#core;
		if (!this.#writing) {
			this.#isSame = false;
			const params = typeof step.readParams === "function" ? step.readParams(core.settings) : step.readParams;
			if (params === undefined && typeof step.readParams === "function") {
				this.skip();
				return false;
			}
			core.channel.submit(step.read, params, this, Runner.prototype.onRead, undefined, Runner.prototype.onLine);
			return true;
		}
		const params = typeof step.params === "function" ? step.params(core.settings) : step.params;
		if (params === undefined) {
			this.#writing = false;
			this.skip();
			return false;
		}
		core.channel.submit(step.write, params, this, Runner.prototype.onDone, undefined, undefined);
		return true;
	}
	private inner(step: InnerStep): boolean {
		const procedure = step.of(this.#core);
		if (procedure === undefined || procedure.length === 0) this.skip();
		else if (this.#frame!.depth >= DEPTH) return this.end(TOO_DEEP);
		else this.push(procedure, step.radioOffBeforeWrite);
		return false;
	}
	private waitFor(what: number, ms: number): boolean {
		this.#wait = what;
		this.#core.timers.set(Timer.step, this.#core.now + ms);
		return true;
	}
	private awaitBoot(): boolean {
		const boot = this.#core.driver.boot;
		if (this.#core.bannerSeen) return this.waitFor(Wait.settle, boot.settleMs ?? 0);
		return this.waitFor(boot.banners.length > 0 ? Wait.banner : Wait.settle, boot.withinMs);
	}
	/** The `step` timer. */
	expire(): void {
		const step = this.#frame?.step;
		if (step === undefined) return;
		const wait = this.#wait;
		this.#wait = Wait.nothing;
		switch (wait) {
			case Wait.pulse:
				if (step.kind === "pulse") this.#core.pins.set(step.pin, false);
				this.next();
				return;
			case Wait.retry:
				this.advance();
				return;
			case Wait.urc:
				if (step.kind !== "awaitUrc" || step.onTimeout === "ignore") {
					this.next();
					return;
				}
				this.end({ code: "error", text: `no ${step.prefix} within ${step.withinMs} ms`, command: "", afterMs: step.withinMs });
				return;
			case Wait.nothing:
				return;
			default:
				this.next();
		}
	}
	/** The boot banner came. */
	banner(): void {
		if (this.#wait === Wait.banner) this.waitFor(Wait.settle, this.#core.driver.boot.settleMs ?? 0);
	}
	/** A URC that some procedure waits for; it may come before the command that caused it has ended. */
	noteUrc(prefix: string): void {
		const frame = this.#frame;
		if (frame === undefined) return;
		const step = frame.step;
		if (step.kind === "awaitUrc" && this.#wait === Wait.urc && step.prefix === prefix) {
			this.#wait = Wait.nothing;
			this.#core.timers.clear(Timer.step);
			this.next();
			return;
		}
		const following = frame.procedure[frame.index + 1] as AwaitUrcStep | undefined;
		if (following?.kind === "awaitUrc" && following.prefix === prefix) this.#urcSeen = true;
	}
	onLine(line: AtLine): void {
		const step = this.#frame?.step;
		if (step === undefined) return;
		if (step.kind === "exchange") step.line?.(this.#core, line);
		else if (step.kind === "setting" && step.sameLine?.(line, this.#core.settings)) this.#isSame = true;
	}
	onDone(error: AtError | undefined, result: unknown): void {
		const step = this.#frame?.step;
		if (step === undefined) return;
		if (error === undefined) {
			if (step.kind === "exchange") step.result?.(this.#core, result);
			else if (step.kind === "setting" && step.restart) this.restartNeeded = true;
			if (this.#frame !== undefined) this.next();
			return;
		}
		this.refused(step, error);
	}
	/** The read half of a setting. One that cannot be read is written: a module may have no read form for it. */
	onRead(error: AtError | undefined, result: unknown): void {
		const frame = this.#frame;
		if (frame === undefined) return;
		const step = frame.step as SettingStep;
		if (error !== undefined && (isSilence(error) || isInterrupted(error))) {
			this.end(error);
			return;
		}
		if (error === undefined && (this.#isSame || step.same?.(result, this.#core.settings) === true)) {
			this.next();
			return;
		}
		this.#writing = true;
		if (frame.guarded && !step.restart && this.#core.takeRadioOff()) this.push(RADIO_OFF, false);
		this.advance();
	}
	/** Any answer is an answer; the first after power-up may be `ERROR`. Silence is tried again. */
	onProbed(error: AtError | undefined): void {
		const step = this.#frame?.step;
		if (step === undefined) return;
		if (step.kind !== "probe") return;
		if (error === undefined) {
			this.next();
			return;
		}
		this.#attempt++;
		// The banner came late, and cost this probe its answer.
		const isLateBoot = error.code === "unexpected" && this.#core.lifecycle.bootExpected;
		if (isInterrupted(error) && !isLateBoot) {
			this.end(error);
			return;
		}
		if (this.#attempt < step.times(this.#core)) {
			this.advance();
			return;
		}
		if (!isSilence(error)) {
			this.next();
			return;
		}
		this.end(error);
	}
	private refused(step: CoreStep, error: AtError): void {
		// The module restarted because this command made it.
		if (error.code === "unexpected" && this.#core.lifecycle.bootExpected) {
			this.next();
			return;
		}
		if (isSilence(error) || isInterrupted(error)) {
			this.end(error);
			return;
		}
		let verdict = "fail";
		if (step.kind === "exchange") verdict = step.refused?.(this.#core, error) ?? "fail";
		else if (step.kind === "send" || step.kind === "setting") verdict = step.onError === "ignore" ? "next" : "fail";
		const retry = step.kind === "send" || step.kind === "exchange" ? step.retry : undefined;
		if (retry !== undefined && this.#attempt < retry.times && (step.kind === "send" || verdict === "retry")) {
			this.#attempt++;
			this.waitFor(Wait.retry, retry.everyMs);
			return;
		}
		if (this.#frame === undefined) return;
		if (verdict === "next") {
			this.next();
			return;
		}
		this.end(error);
	}
	/** Always true, so that a caller can return it: nothing of this procedure goes on. */
	private end(error: AtError): true {
		this.stop();
		this.#core.ended(error);
		return true;
	}
}

/** A step of the core stopped the procedure and has said why. */
export const STOPPED: AtError = Object.freeze({ code: "aborted", text: "stopped", command: "", afterMs: 0 });
const TOO_DEEP: AtError = Object.freeze({ code: "malformed", text: "procedures are nested too deep", command: "", afterMs: 0 });
