import type { Clock, Scheduled } from "../clock/clock.js";
import type { GnssReceiver } from "../gnss/receiver.js";
import type { Ue, UeListener } from "../network/ue.js";
import { AtPorts } from "./at-ports.js";
import { baseCommands } from "./base/index.js";
import { addRegistrationReports } from "./base/registration.js";
import { type CommandTable, commandTable } from "./command.js";
import type { Faults } from "./faults.js";
import { withLineCharacters } from "./interpreter.js";
import type { Nvram } from "./nvram.js";
import type { BootCause, Persona, PersonaRuntime } from "./persona.js";
import type { SerialLine } from "./serial-line.js";
import type { SimCard } from "./sim-card.js";
import { Sleep, type SleepKind } from "./sleep.js";

export type ModuleEvent =
	| { readonly type: "boot"; readonly cause: BootCause }
	| { readonly type: "ready" | "off" | "wake" }
	| { readonly type: "sleep"; readonly kind: SleepKind }
	/** The line may hold a PIN or a password. */
	| { readonly type: "command"; readonly line: string }
	| { readonly type: "urc"; readonly text: string }
	| { readonly type: "fault"; readonly name: string };

/** What outlives the module's restarts. */
export interface Hardware {
	readonly clock: Clock;
	readonly ue: Ue;
	readonly random: () => number;
	readonly persona: Persona;
	readonly identity: Persona["identity"];
	readonly nvram: Nvram;
	readonly sim: SimCard;
	/** The receiver inside the module; undefined: this module was made without. */
	readonly gnss: GnssReceiver | undefined;
	readonly faults: Faults;
	readonly line: SerialLine;
	readonly counters: { commands: number; boots: number };
	/** What a restart by command leaves to the next start; power and the reset pin clear it. */
	readonly retained: Map<string, string>;
	readonly emit: (event: ModuleEvent) => void;
	restart(cause: BootCause, delayMs?: number): void;
	shutDown(): void;
}

/** V.250 and result code settings, all forgotten at a restart. */
export class Settings {
	echo: boolean;
	verbose = true;
	quiet = false;
	cmee: 0 | 1 | 2;
	readonly lineLimit: number;
	/** S registers: S0 no automatic answer, S3 CR, S4 LF, S5 BS, S7 60 s. */
	readonly registers = new Map([
		[0, 0],
		[3, 13],
		[4, 10],
		[5, 8],
		[6, 2],
		[7, 60],
		[8, 2],
		[10, 15],
	]);

	constructor(persona: Persona, cmee: number) {
		this.echo = persona.echo;
		this.cmee = cmee === 1 || cmee === 2 ? cmee : 0;
		this.lineLimit = persona.lineLimit;
	}

	get endCharacter(): number {
		return this.registers.get(3)!;
	}

	get backspaceCharacter(): number {
		return this.registers.get(5)!;
	}
}

interface Waiter {
	readonly condition: () => boolean;
	readonly done: (met: boolean) => void;
	readonly timer: Scheduled;
}

/** A running module, from one start to the next: settings, commands, timers and what it says. */
export class ModuleCore {
	readonly hardware: Hardware;
	readonly settings: Settings;
	readonly table: CommandTable;
	readonly runtime: PersonaRuntime;
	readonly sleep: Sleep;
	readonly ports: AtPorts;
	/** The base and the persona listen to the radio here. */
	readonly listeners: Partial<UeListener>[] = [];
	/** `+CFUN`: what the host asked for; the radio is on only with a usable SIM. */
	functionality: 0 | 1 | 4 = 0;
	ready = false;
	readonly #timers = new Set<Scheduled>();
	#waiters: Waiter[] = [];
	#held: string[] = [];
	#stopped = false;

	constructor(hardware: Hardware) {
		this.hardware = hardware;
		this.settings = new Settings(hardware.persona, hardware.nvram.number("CMEE", hardware.persona.cmee));
		this.runtime = hardware.persona.create(this);
		this.table = commandTable(baseCommands(this), this.runtime.commands);
		this.ports = new AtPorts(this);
		this.sleep = new Sleep(
			hardware.clock,
			this.runtime.sleep,
			() => this.ports.busy || !this.ready,
			state => this.#sleepChanged(state),
		);
		addRegistrationReports(this);
		if (this.runtime.ue) this.listeners.push(this.runtime.ue);
		hardware.ue.listener = this.#listener();
	}

	get clock(): Clock {
		return this.hardware.clock;
	}
	get ue(): Ue {
		return this.hardware.ue;
	}
	get persona(): Persona {
		return this.hardware.persona;
	}
	get nvram(): Nvram {
		return this.hardware.nvram;
	}
	get sim(): SimCard {
		return this.hardware.sim;
	}
	get faults(): Faults {
		return this.hardware.faults;
	}
	get line(): SerialLine {
		return this.hardware.line;
	}

	emit(event: ModuleEvent): void {
		this.hardware.emit(event);
	}

	/** The end of this run: nothing of it happens any more. */
	stop(): void {
		this.#stopped = true;
		this.sleep.stop();
		for (const timer of this.#timers) this.clock.cancel(timer);
		for (const waiter of this.#waiters) this.clock.cancel(waiter.timer);
		this.#waiters = [];
		this.ue.listener = undefined;
	}

	receive(bytes: Uint8Array): void {
		if (!this.ready || this.faults.has("mute") || this.faults.has("deaf")) return;
		if (!this.sleep.wake("uart")) return;
		this.ports.receive(bytes);
		this.sleep.activity();
	}

	/** Runs `action` unless the module restarts first. */
	after(delayMs: number, action: () => void): Scheduled {
		const timer = this.clock.after(delayMs, () => {
			this.#timers.delete(timer);
			if (!this.#stopped) action();
		});
		this.#timers.add(timer);
		return timer;
	}

	cancel(timer: Scheduled | undefined): void {
		if (timer) this.#timers.delete(timer);
		this.clock.cancel(timer);
	}

	/** `done(true)` as soon as `condition` holds after something happened on the air, `done(false)` after `timeoutMs`. */
	until(condition: () => boolean, timeoutMs: number, done: (met: boolean) => void): void {
		if (condition()) {
			done(true);
			return;
		}
		const waiter: Waiter = {
			condition,
			done,
			timer: this.after(timeoutMs, () => {
				this.#waiters = this.#waiters.filter(other => other !== waiter);
				done(false);
			}),
		};
		this.#waiters.push(waiter);
	}

	/** An unsolicited result code, literal: `"\r\n+CEREG: 1\r\n"`. Waits for a line boundary and for the module to be awake. */
	urc(line: string): void {
		if (this.#stopped || this.faults.has("mute")) return;
		const text = this.#spoken(line);
		this.emit({ type: "urc", text });
		if (this.#held.length > 0 || !this.sleep.canSpeak || !this.ports.atBoundary) this.#held.push(text);
		else this.say(text);
	}

	flushHeld(): void {
		while (this.#held.length > 0 && this.sleep.canSpeak && this.ports.atBoundary) this.say(this.#held.shift()!);
	}

	/** A result code now. */
	say(text: string): void {
		this.ports.write(this.encode(text));
	}

	/** Text of an answer or result code as it leaves now; nothing once the module has stopped. */
	encode(text: string): Uint8Array {
		const { registers } = this.settings;
		return this.#stopped ? new Uint8Array(0) : withLineCharacters(this.#spoken(text), registers.get(3)!, registers.get(4)!);
	}

	/** `+CME ERROR:` keeps its blank: its name is two words. */
	#spoken(text: string): string {
		return this.persona.blankAfterColon === false ? text.replace(/(^|\r\n)(\+[A-Z0-9]+): /g, "$1$2:") : text;
	}

	afterCommand(): void {
		this.sleep.activity();
		this.flushHeld();
		this.sleep.reconsider();
	}

	/** `+CME ERROR` number for a command that needs the SIM; undefined when it may go on. */
	simRefusal(): number | undefined {
		if (this.faults.strikes("sim-busy")) return 14;
		switch (this.sim.state) {
			case "absent":
				return 10;
			case "SIM PIN":
				return 11;
			case "SIM PUK":
				return 12;
			case "blocked":
				return 13;
			default:
				return undefined;
		}
	}

	/** `+CFUN` after a start: full, unless the host restarted the module into another one with `+CFUN=<fun>,1`. */
	get firstFunctionality(): 0 | 1 | 4 {
		const kept = this.hardware.retained.get("CFUN");
		return kept === "0" ? 0 : kept === "4" ? 4 : 1;
	}

	setFunctionality(functionality: 0 | 1 | 4): void {
		const before = this.functionality;
		this.functionality = functionality;
		if (functionality !== 1) this.faults.clear("stale-context");
		this.ue.setFunctionality(functionality === 1 && this.sim.state !== "READY" ? 4 : functionality);
		if (before !== functionality) this.runtime.functionalityChanged?.(functionality);
	}

	/** The SIM's state changed: the radio may start, if the host wants it on. */
	simUnlocked(): void {
		if (this.functionality === 1) this.ue.setFunctionality(1);
	}

	#sleepChanged(state: Sleep["state"]): void {
		const { energy } = this.ue;
		if (state === "light" || state === "deep") {
			energy.setCore(state === "deep" ? "deep-sleep" : "sleep");
			this.emit({ type: "sleep", kind: state });
		} else if (state === "waking") energy.setCore("active");
		else this.emit({ type: "wake" });
	}

	#each(call: (listener: Partial<UeListener>) => void): void {
		for (const listener of this.listeners) call(listener);
		for (const waiter of [...this.#waiters]) {
			if (!this.#waiters.includes(waiter) || !waiter.condition()) continue;
			this.#waiters = this.#waiters.filter(other => other !== waiter);
			this.cancel(waiter.timer);
			waiter.done(true);
		}
		this.sleep.reconsider();
	}

	#listener(): UeListener {
		return {
			registrationChanged: () => this.#each(listener => listener.registrationChanged?.()),
			signallingChanged: connected => this.#each(listener => listener.signallingChanged?.(connected)),
			psmChanged: state => this.#each(listener => listener.psmChanged?.(state)),
			edrxChanged: () => this.#each(listener => listener.edrxChanged?.()),
			contextChanged: (cid, change, by, reason) => this.#each(listener => listener.contextChanged?.(cid, change, by, reason)),
			timeReceived: () => this.#each(listener => listener.timeReceived?.()),
			smsReceived: tpdu => {
				let taken = false;
				this.#each(listener => {
					taken = listener.smsReceived?.(tpdu) === true || taken;
				});
				return taken;
			},
			callChanged: call => this.#each(listener => listener.callChanged?.(call)),
		};
	}
}
