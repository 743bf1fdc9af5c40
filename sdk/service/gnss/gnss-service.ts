import { type Fix, NmeaReader } from "../../app/nmea.js";
import type { AtLine, Millis } from "../../at/line.js";
import type { ModemCore } from "../../modem/core.js";
import type { GnssChoice, GnssDialect, GnssReport, GnssStep } from "../../modem/driver.js";
import { ModemError } from "../../modem/errors.js";
import { Dialogue, NEVER, wasInterrupted, wasRefused } from "../dialogue.js";
import type { Service, Services } from "../services.js";

/** A receiver that has gone off by itself is switched on again after this long (an assumption). */
const AGAIN_MS = 30_000;
const DOLLAR = 0x24;
const LINE_END = Object.freeze([0x0d, 0x0a] as const);

export type GnssDone<T> = (this: T, error: ModemError | undefined) => void;

interface Told {
	readonly target: unknown;
	readonly done: GnssDone<any>;
	readonly error: ModemError | undefined;
}

/** Switches the receiver on and off, and asks it where it is. */
export class GnssService implements Service {
	fix: Fix | undefined = undefined;
	readonly #core: ModemCore;
	readonly #dialect: GnssDialect;
	readonly #services: Services;
	readonly #owner: { fixed(fix: Fix): void };
	readonly #dialogue: Dialogue;
	/** What the application wants; undefined: off. */
	#wanted: GnssChoice | undefined = undefined;
	#everyMs: Millis = 1_000;
	/** The steps that run, or were run last: of `start` or of `stop`. */
	#steps: readonly GnssStep[] | undefined = undefined;
	#step = 0;
	#isOn = false;
	#pollAtMs: Millis = NEVER;
	#target: unknown = undefined;
	#done: GnssDone<any> | undefined = undefined;
	#told: Told[] = [];
	#report: GnssReport | undefined = undefined;
	#hasReport = false;
	/** Positions found since the last turn; only the newest is told. */
	#news: Fix | undefined = undefined;
	#reader: NmeaReader | undefined = undefined;
	/** A refusal of the read command is said once for each start. */
	#isSaid = false;
	/** Counts wishes and starts of the module: a step asked for before says nothing about those after. */
	#run = 0;
	#askedIn = 0;
	/** The module is worth switching on. */
	#wakes = false;
	/** Steps that were refused are tried again then. */
	#againAtMs: Millis = NEVER;

	constructor(core: ModemCore, dialect: GnssDialect, services: Services, owner: { fixed(fix: Fix): void }) {
		this.#core = core;
		this.#dialect = dialect;
		this.#services = services;
		this.#owner = owner;
		this.#dialogue = new Dialogue(core);
	}
	get isOn(): boolean {
		return this.#isOn;
	}
	start(choice: GnssChoice, everyMs: Millis, target: unknown, done: GnssDone<any> | undefined): void {
		this.supersede();
		this.#everyMs = everyMs;
		this.#target = target;
		this.#done = done;
		if (this.#isOn && this.#wanted === choice) this.tell(undefined);
		else this.run(choice, this.#dialect.start);
		this.#wakes = true;
		this.wanted();
	}
	stop(target: unknown, done: GnssDone<any> | undefined): void {
		this.supersede();
		this.#target = target;
		this.#done = done;
		this.run(undefined, this.#dialect.stop);
		this.#wakes = false;
		// With the module it is off.
		if (this.#core.lifecycle.phase !== "on") {
			this.#steps = undefined;
			this.tell(undefined);
		}
		this.wanted();
	}
	private run(choice: GnssChoice | undefined, steps: readonly GnssStep[]): void {
		this.#run++;
		this.#wanted = choice;
		this.#pollAtMs = this.#againAtMs = NEVER;
		this.#steps = steps;
		this.#step = 0;
		this.#isOn = false;
		this.#isSaid = false;
		// What a receiver told before it was switched off is old when it is on again.
		this.#reader = undefined;
		if (choice === undefined) this.fix = this.#news = undefined;
	}
	/** A wish that another follows before it was fulfilled. */
	private supersede(): void {
		if (this.#done !== undefined) this.tell(new ModemError("aborted", "another start() or stop() followed"));
	}
	private wanted(): void {
		this.next();
		this.#core.turn();
		this.#services.schedule();
	}
	private tell(error: ModemError | undefined): void {
		if (this.#done !== undefined) this.#told.push({ target: this.#target, done: this.#done, error });
		this.#done = this.#target = undefined;
		this.#core.turn();
	}

	// Service -----------------------------------------------------------------------------------------------------------
	get dueMs(): Millis {
		const canPoll = !this.#dialogue.isBusy && this.#core.lifecycle.phase === "on";
		return Math.min(this.#dialogue.retryAtMs, canPoll ? Math.min(this.#pollAtMs, this.#againAtMs) : NEVER);
	}
	due(): void {
		this.#dialogue.due();
		if (this.#core.now >= this.#againAtMs) this.#againAtMs = NEVER;
		this.next();
	}
	/** The receiver starts off with the module. */
	started(): void {
		const wanted = this.#wanted;
		this.run(wanted, this.#dialect.start);
		if (wanted === undefined) {
			this.#steps = undefined;
			this.tell(undefined);
		}
		this.next();
	}
	announce(): void {
		for (let told = this.#told.shift(); told !== undefined; told = this.#told.shift()) {
			const { error, done } = told;
			this.#core.guard(told.target, function () {
				done.call(this, error);
			});
		}
		const fix = this.#news;
		this.#news = undefined;
		if (fix !== undefined) {
			this.fix = fix;
			this.#core.guard(this.#owner, function () {
				this.fixed(fix);
			});
		}
		this.next();
	}
	/** A sentence that the module pushed, behind whatever prefix. */
	line(line: AtLine): void {
		if (this.#wanted !== undefined) this.read(line);
	}
	private read(line: AtLine): void {
		const bytes = line.bytes();
		const from = bytes.indexOf(DOLLAR);
		if (from < 0) return;
		this.#reader ??= new NmeaReader({ onFix: fix => this.found(fix) });
		this.#reader.push(bytes.subarray(from));
		this.#reader.push(Uint8Array.from(LINE_END));
	}
	private found(fix: Fix): void {
		// The module tells the last position again until there is another.
		const last = this.#news ?? this.fix;
		if (last !== undefined && fix.utcMs !== undefined && last.utcMs === fix.utcMs) return;
		this.#news = fix;
		this.#core.turn();
	}

	// Work --------------------------------------------------------------------------------------------------------------
	private next(): void {
		if (this.#dialogue.isBusy) return;
		if (this.#core.lifecycle.phase !== "on") {
			if (this.#wakes) this.#dialogue.ask(undefined, undefined, this, GnssService.prototype.onAwake);
			return;
		}
		this.#wakes = false;
		if (this.#steps !== undefined && this.#againAtMs === NEVER) this.nextStep(this.#steps);
		else if (this.#isOn && this.#core.now >= this.#pollAtMs) this.poll();
	}
	private nextStep(steps: readonly GnssStep[]): void {
		for (; this.#step < steps.length; this.#step++) {
			const { command, params } = steps[this.#step]!;
			const made = typeof params === "function" ? params(this.#wanted) : params;
			if (typeof params === "function" && made === undefined) continue;
			this.#askedIn = this.#run;
			this.#dialogue.ask(command, made, this, GnssService.prototype.onStep);
			return;
		}
		this.#steps = undefined;
		this.#isOn = this.#wanted !== undefined;
		if (this.#isOn && this.#dialect.read !== undefined) this.#pollAtMs = this.#core.now + this.#everyMs;
		this.tell(undefined);
		this.#services.schedule();
	}
	onAwake(error: ModemError | undefined): void {
		this.#wakes = false;
		if (error === undefined) {
			this.next();
			return;
		}
		this.run(undefined, this.#dialect.stop);
		this.#steps = undefined;
		this.tell(error);
	}
	onStep(error: ModemError | undefined): void {
		const step = this.#steps?.[this.#step];
		// After a restart the steps begin anew; a wish that has changed meanwhile has begun already.
		if (wasInterrupted(error) || step === undefined || this.#askedIn !== this.#run) {
			this.next();
			return;
		}
		if (error === undefined || this.isHarmless(error, step)) this.#step++;
		else this.refused(error);
		this.next();
	}
	/** The application is told; where it was told already that the receiver is on, it is tried again. */
	private refused(error: ModemError): void {
		if (this.#done !== undefined || this.#wanted === undefined) {
			this.run(undefined, this.#dialect.stop);
			this.#steps = undefined;
			this.tell(error);
			return;
		}
		this.#core.fail(error);
		this.run(this.#wanted, this.#dialect.start);
		this.#againAtMs = this.#core.now + AGAIN_MS;
		this.#services.schedule();
	}
	private isHarmless(error: ModemError, step: GnssStep): boolean {
		if (step.onError === "ignore" && wasRefused(error)) return true;
		const { alreadyOn = [], off = [] } = this.#dialect.causes ?? {};
		return hasCause(error, this.#wanted === undefined ? off : alreadyOn);
	}
	private poll(): void {
		const read = this.#dialect.read;
		this.#pollAtMs = NEVER;
		if (read === undefined) return;
		this.#hasReport = false;
		this.#report = emptyReport();
		this.#pollAtMs = this.#core.now + this.#everyMs;
		this.#dialogue.ask(read.command, read.params, this, GnssService.prototype.onRead, { onLine: GnssService.prototype.onReadLine });
	}
	onReadLine(line: AtLine): void {
		const decode = this.#dialect.read?.decode;
		if (decode === undefined) this.read(line);
		else if (decode(line, this.#report!)) this.#hasReport = true;
	}
	onRead(error: ModemError | undefined): void {
		const report = this.#report;
		this.#report = undefined;
		if (this.#wanted === undefined || wasInterrupted(error)) {
			this.next();
			return;
		}
		const { noFix = [], off = [] } = this.#dialect.causes ?? {};
		if (error === undefined) {
			this.#reader?.flush();
			const fix = this.#hasReport && report !== undefined ? fixOf(report) : undefined;
			if (fix !== undefined) this.found(fix);
		} else if (hasCause(error, off)) {
			// Somebody, or the module itself, has switched it off: it is wanted on.
			this.run(this.#wanted, this.#dialect.start);
		} else if (wasRefused(error) && !hasCause(error, noFix) && !this.#isSaid) {
			this.#isSaid = true;
			this.#core.fail(error);
		}
		this.#services.schedule();
		this.next();
	}
}

function hasCause(error: ModemError, numbers: readonly number[]): boolean {
	return error.causeNumber !== undefined && numbers.includes(error.causeNumber);
}

function emptyReport(): GnssReport {
	return {
		latitude: undefined,
		longitude: undefined,
		altitudeMetres: undefined,
		speedMetresPerSecond: undefined,
		courseDegrees: undefined,
		hdop: undefined,
		satellites: undefined,
		utcMs: undefined,
		systems: undefined,
	};
}

function fixOf(report: GnssReport): Fix | undefined {
	const { latitude, longitude, systems } = report;
	if (latitude === undefined || longitude === undefined) return undefined;
	return Object.freeze({ ...report, latitude, longitude, systems: systems ?? [] });
}
