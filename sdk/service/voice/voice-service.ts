import { ATA, CHUP, CIREG, CLCC, CLIP, dial, VTS } from "../../3gpp/call-commands.js";
import type { AtLine, Millis } from "../../at/line.js";
import type { ModemCore } from "../../modem/core.js";
import type { CallCause, CallReport, VoiceDialect } from "../../modem/driver.js";
import type { ModemError } from "../../modem/errors.js";
import { Dialogue, NEVER, wasInterrupted, wasRefused } from "../dialogue.js";
import type { Service, Services } from "../services.js";
import { CurrentCall } from "./current-call.js";
import type { Call, CallState } from "./types.js";

/** How often a call is looked at: until it is answered, and then. Its reports may be lost. Assumptions. */
const PENDING_POLL_MS = 1_000;
const ACTIVE_POLL_MS = 3_000;
/** A module that refused to list its calls is asked now and then all the same. */
const REFUSED_POLL_MS = 60_000;
/** Without `+CLCC` an incoming call is over when it has not rung for so long: the network rings every 3 to 5 s (an assumption). */
const LAST_RING_MS = 10_000;
/** Networks give an unanswered call up after one to three minutes; beyond this it is hung up here (an assumption). */
const UNANSWERED_MS = 180_000;
/** How long the final result of a dial command may take where the driver does not say. */
const DIAL_MS = 30_000;

/** `<stat>` of `+CLCC` (27.007 7.18). */
const STATES: readonly (CallState | undefined)[] = Object.freeze(["active", "held", "dialing", "alerting", "incoming", undefined]);
/** `<mode>`: 0 voice, 9 unknown. */
const MODE_VOICE = 0;
const MODE_UNKNOWN = 9;
/** `<reg_info>` of `+CIREG` (8.71). */
const IMS_REGISTERED = 1;

const Step = Object.freeze({ driver: 0, number: 1, imsReports: 2, ims: 3, ready: 4 });

/** One voice call at a time: what the application wants of it, and what the module says of it. */
export class VoiceService implements Service {
	readonly current = new CurrentCall();
	/** Voice over IMS is registered; undefined where it is not known. */
	ims: boolean | undefined = undefined;
	readonly #core: ModemCore;
	readonly #dialect: VoiceDialect;
	readonly #services: Services;
	readonly #owner: { changed(call: Call): void };
	readonly #dialogue: Dialogue;
	#step: number = Step.driver;
	#driverStep = 0;
	/** What is to be done, the most urgent first. */
	#hangUp = false;
	#answer = false;
	#dial: string | undefined = undefined;
	#tones = "";
	/** The call was ended here; the module's report of it is still to come. */
	#isLocal = false;
	#hasList = true;
	#isListed = false;
	#pollAtMs: Millis = NEVER;
	#untilMs: Millis = NEVER;

	constructor(core: ModemCore, dialect: VoiceDialect, services: Services, owner: { changed(call: Call): void }) {
		this.#core = core;
		this.#dialect = dialect;
		this.#services = services;
		this.#owner = owner;
		this.#dialogue = new Dialogue(core);
	}

	// What the application wants ----------------------------------------------------------------------------------------
	dial(number: string): void {
		this.#isLocal = this.#hangUp = false;
		this.#tones = "";
		this.current.begin("outgoing", number);
		this.#dial = number;
		this.#untilMs = this.#core.now + UNANSWERED_MS;
		this.wanted();
	}
	answer(): void {
		this.#answer = true;
		this.wanted();
	}
	hangUp(): void {
		this.#isLocal = true;
		this.#answer = false;
		this.#tones = "";
		if (this.#dial !== undefined) {
			// It was not given to the module yet.
			this.#dial = undefined;
			this.end("local");
		} else this.#hangUp = true;
		this.wanted();
	}
	dtmf(tones: string): void {
		this.#tones += tones;
		this.wanted();
	}
	get waitingTones(): number {
		return this.#tones.length;
	}
	wanted(): void {
		this.next();
		this.#core.turn();
		this.#services.schedule();
	}

	// Service -----------------------------------------------------------------------------------------------------------
	get dueMs(): Millis {
		return Math.min(this.#dialogue.retryAtMs, this.canPoll ? this.#pollAtMs : NEVER, this.#untilMs);
	}
	/** Otherwise the poll waits for what is on its way, not for time. */
	private get canPoll(): boolean {
		return this.current.isAlive && !this.#dialogue.isBusy && this.#core.lifecycle.phase === "on";
	}
	due(): void {
		const { now } = this.#core;
		this.#dialogue.due();
		if (now >= this.#untilMs) this.unanswered();
		this.next();
	}
	/** Nobody answered, or an incoming call that cannot be looked at has stopped ringing. */
	private unanswered(): void {
		this.#untilMs = NEVER;
		if (!this.current.isPending) return;
		if (this.current.call.direction === "incoming") {
			this.end("remote");
			return;
		}
		this.#hangUp = true;
		this.#dial = undefined;
		this.end("noAnswer");
	}
	started(): void {
		this.#step = Step.driver;
		this.#driverStep = 0;
		this.#hasList = true;
		this.#hangUp = this.#answer = false;
		this.#tones = "";
		// One that the module has not got yet goes out now.
		if (this.#dial === undefined) this.end("failed");
		this.next();
	}
	announce(): void {
		// A module that goes off, or restarts, takes the call with it.
		if (this.#core.lifecycle.phase !== "on" && this.#dial === undefined) this.end("failed");
		for (let call = this.current.takeChange(); call !== undefined; call = this.current.takeChange()) {
			const told = call;
			this.#core.guard(this.#owner, function () {
				this.changed(told);
			});
		}
		this.next();
	}
	line(line: AtLine): void {
		if (line.startsWith("RING") || line.startsWith("+CRING")) this.rang();
		else if (line.startsWith("+CLIP")) this.rang(line.text(0));
		else if (line.startsWith("+CIREGU")) this.ims = line.uint(0) === IMS_REGISTERED;
		else if (line.startsWith("NO CARRIER")) this.end(this.causeOfEnd());
		else if (line.startsWith("BUSY")) this.end("busy");
		else if (line.startsWith("NO ANSWER")) this.end("noAnswer");
		else if (line.startsWith("NO DIALTONE")) this.end("failed");
		else this.reported(line);
		this.#core.turn();
	}
	private rang(number?: string): void {
		const { current } = this;
		if (!current.isAlive) {
			this.#isLocal = false;
			current.begin("incoming", number === "" ? undefined : number);
			this.#pollAtMs = this.#core.now;
		} else if (current.call.state === "incoming") current.update(undefined, number);
		if (current.call.state === "incoming" && !this.#hasList) this.#untilMs = this.#core.now + LAST_RING_MS;
	}
	private reported(line: AtLine): void {
		const report: CallReport = { index: undefined, state: undefined, direction: undefined, number: undefined, cause: undefined };
		if (this.#dialect.decode?.(line, report) !== true || report.state === "waiting") return;
		const { current } = this;
		if (report.state === "ended") {
			this.end(report.cause ?? this.causeOfEnd());
			return;
		}
		if (!current.isAlive) {
			if (report.state === undefined) return;
			current.begin(report.direction ?? (report.state === "incoming" ? "incoming" : "outgoing"), report.number);
		}
		current.update(report.state, report.number);
		if (current.isPending) this.#pollAtMs = Math.min(this.#pollAtMs, this.#core.now + PENDING_POLL_MS);
		else this.#untilMs = NEVER;
	}
	private causeOfEnd(): CallCause {
		if (this.#isLocal) return "local";
		const { call } = this.current;
		return call.direction === "outgoing" && this.current.isPending ? "noCarrier" : "remote";
	}
	private end(cause: CallCause, error?: ModemError): void {
		if (!this.current.isAlive) return;
		this.current.end(cause, error);
		this.#pollAtMs = this.#untilMs = NEVER;
		this.#answer = false;
		this.#tones = "";
		this.#core.turn();
	}

	// Work --------------------------------------------------------------------------------------------------------------
	private next(): void {
		if (this.#dialogue.isBusy) return;
		if (this.#core.lifecycle.phase !== "on") {
			if (this.#dial !== undefined) this.#dialogue.ask(undefined, undefined, this, VoiceService.prototype.onAwake);
			return;
		}
		if (this.#hangUp) {
			this.#hangUp = false;
			this.#dialogue.ask(this.#dialect.hangUp ?? CHUP.execute, undefined, this, VoiceService.prototype.onHungUp);
		} else if (this.#answer) {
			this.#answer = false;
			this.#dialogue.ask(ATA.execute, undefined, this, VoiceService.prototype.onAnswered);
		} else if (this.#step !== Step.ready) this.prepare();
		else if (this.#dial !== undefined) {
			const command = dial(this.#dial, this.#dialect.dialWithinMs ?? DIAL_MS);
			this.#dial = undefined;
			this.#dialogue.ask(command, undefined, this, VoiceService.prototype.onDialed);
		} else if (this.#tones !== "" && this.current.call.state === "active") {
			const tone = this.#tones.charAt(0);
			this.#tones = this.#tones.slice(1);
			this.#dialogue.ask(VTS.set, { tone }, this, VoiceService.prototype.onTone);
		} else if (this.canPoll && this.#core.now >= this.#pollAtMs) {
			this.#pollAtMs = NEVER;
			this.#isListed = false;
			this.#dialogue.ask(CLCC.execute, undefined, this, VoiceService.prototype.onListed, { onLine: VoiceService.prototype.onListLine });
		}
	}
	onAwake(error: ModemError | undefined): void {
		if (error !== undefined) {
			this.#dial = undefined;
			this.end("failed", error);
		}
		this.next();
	}
	/** After each start of the module. What it refuses it does without: a number that is not shown, an IMS state that is not known. */
	private prepare(): void {
		const steps = this.#dialect.start ?? [];
		const step = steps[this.#driverStep];
		if (this.#step === Step.driver && step === undefined) this.#step = Step.number;
		if (this.#step === Step.imsReports && !this.#dialect.ims) this.#step = Step.ready;
		const done = VoiceService.prototype.onPrepared;
		if (this.#step === Step.driver) this.#dialogue.ask(step!.command, step!.params, this, done);
		else if (this.#step === Step.number) this.#dialogue.ask(CLIP.set, { n: 1 }, this, done);
		else if (this.#step === Step.imsReports) this.#dialogue.ask(CIREG.set, { n: 1 }, this, done);
		else if (this.#step === Step.ims) this.#dialogue.ask(CIREG.read, undefined, this, VoiceService.prototype.onIms);
		else this.next();
	}
	onPrepared(error: ModemError | undefined): void {
		if (wasInterrupted(error)) return;
		const step = this.#dialect.start?.[this.#driverStep];
		if (this.#step === Step.driver) {
			this.#driverStep++;
			if (error !== undefined && step?.onError !== "ignore") this.#core.fail(error);
		} else this.#step++;
		this.next();
	}
	onIms(error: ModemError | undefined, result: { registered?: number | undefined }): void {
		if (error === undefined && result.registered !== undefined) this.ims = result.registered === IMS_REGISTERED;
		this.onPrepared(error);
	}
	onDialed(error: ModemError | undefined): void {
		if (error === undefined) this.#pollAtMs = this.#core.now;
		else if (error.code === "busy" || error.code === "noAnswer" || error.code === "noCarrier")
			this.end(this.#isLocal ? "local" : error.code);
		else if (error.code !== "timeout") this.end("failed", error);
		else {
			// Nobody knows whether it was dialled: it is hung up, so that no call stands that the application does not know of.
			this.#hangUp = true;
			this.end("failed", error);
		}
		this.next();
	}
	onAnswered(error: ModemError | undefined): void {
		if (error === undefined) {
			this.current.update("active", undefined);
			this.#untilMs = NEVER;
		} else if (error.code === "noCarrier" || wasRefused(error)) this.end(error.code === "noCarrier" ? "remote" : "failed", error);
		this.#pollAtMs = this.#core.now;
		this.#core.turn();
		this.next();
	}
	/** A refusal says that there was nothing to hang up; `ATH` may be answered by the end of the call. */
	onHungUp(error: ModemError | undefined): void {
		if (error?.code === "timeout") this.end("failed", error);
		else if (!wasInterrupted(error)) this.end("local");
		this.next();
	}
	onTone(error: ModemError | undefined): void {
		if (error !== undefined && !wasInterrupted(error)) {
			this.#tones = "";
			this.#core.fail(error);
		}
		this.next();
	}
	/** `<idx>,<dir>,<stat>,<mode>,<mpty>[,<number>,<type>…]` */
	onListLine(line: AtLine): void {
		const mode = line.uint(3);
		const index = line.uint(0);
		const { current } = this;
		if (this.#isListed || (mode !== MODE_VOICE && mode !== MODE_UNKNOWN) || !current.isAlive) return;
		const isIncoming = line.uint(1) === 1;
		if (current.index !== undefined ? current.index !== index : isIncoming !== (current.call.direction === "incoming")) return;
		const state = STATES[line.uint(2) ?? -1];
		if (state === undefined) return;
		current.index = index;
		this.#isListed = true;
		current.update(state, line.text(5));
		if (!current.isPending) this.#untilMs = NEVER;
	}
	onListed(error: ModemError | undefined): void {
		if (error === undefined && !this.#isListed) this.end(this.causeOfEnd());
		if (error === undefined) this.#hasList = true;
		else if (wasRefused(error)) {
			this.#hasList = false;
			if (this.current.call.state === "incoming") this.#untilMs = this.#core.now + LAST_RING_MS;
		}
		const everyMs = !this.#hasList ? REFUSED_POLL_MS : this.current.isPending ? PENDING_POLL_MS : ACTIVE_POLL_MS;
		if (this.current.isAlive) this.#pollAtMs = this.#core.now + everyMs;
		this.#core.turn();
		this.#services.schedule();
		this.next();
	}
}
