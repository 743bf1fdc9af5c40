import type { Clock, Scheduled } from "../clock/clock.js";
import type { GnssReceiver } from "../gnss/receiver.js";
import type { Ue } from "../network/ue.js";
import type { Port } from "../ports/port.js";
import { type Hardware, ModuleCore, type ModuleEvent } from "./core.js";
import type { FaultParameters } from "./fault-catalogue.js";
import { type FaultSetting, Faults } from "./faults.js";
import { Nvram } from "./nvram.js";
import type { BootCause, Persona } from "./persona.js";
import { SerialLine, type Trace } from "./serial-line.js";
import { SimCard, type SimCardOptions } from "./sim-card.js";
import { bytesOf } from "./text.js";

export type { ModuleEvent } from "./core.js";

export interface ModuleOptions {
	readonly persona: Persona;
	readonly clock: Clock;
	readonly ue: Ue;
	/** 0 ≤ x < 1, seeded: faults and garbage are drawn from it. */
	readonly random: () => number;
	/** One of the persona's models to be instead of its own: what +CGMM and ATI say. */
	readonly model?: string;
	readonly imei?: string;
	readonly serialNumber?: string;
	readonly sim?: SimCardOptions;
	/** The GNSS receiver inside the module, where the world has a sky. */
	readonly gnss?: GnssReceiver;
	/** What earlier runs left in the module; keys are the persona's. */
	readonly nvram?: ReadonlyMap<string, string>;
	readonly faults?: readonly FaultSetting[];
	/** Level at which the power, reset and wake pins are asserted: 0 as on the modules, 1 behind a board's inverting transistors. */
	readonly activeLevel?: 0 | 1;
}

export interface SimulatedModule {
	readonly persona: Persona;
	/** Puts the module's UART on a port; a module has one. */
	attach(port: Port): void;
	/** `power` (PWRKEY, BOOT), `reset` (RESET_N), `wake` (PSM_EINT, DTR); an unknown name does nothing. */
	setPin(name: string, level: number): void;
	/** `status` (VDD_EXT): 1 while the module has power and is not switched off. */
	readPin(name: string): number;
	/** The power pin pulsed, for harnesses without pins. */
	powerOn(): void;
	/** The supply was taken away: nothing is said and nothing is stored. */
	powerOff(): void;
	readonly state: "off" | "booting" | "on" | "asleep";
	trace: Trace | undefined;
	readonly counters: { readonly commands: number; readonly nvramWrites: number; readonly boots: number };
	/** `faults.set("mute")`, `faults.clear("mute")`; names and parameters in the catalogue. */
	readonly faults: Faults;
	readonly nvram: ReadonlyMap<string, string>;
	/** Returns what ends the subscription. */
	on(listener: (event: ModuleEvent) => void): () => void;
	close(): void;
}

/** A module on the bench: off until its power pin pulses or {@link SimulatedModule.powerOn} is called. */
export function createModule(options: ModuleOptions): SimulatedModule {
	return new Bench(options);
}

const pinAliases: Readonly<Record<string, "power" | "reset" | "wake" | "status">> = {
	power: "power",
	pwrkey: "power",
	boot: "power",
	reset: "reset",
	reset_n: "reset",
	wake: "wake",
	psm_eint: "wake",
	dtr: "wake",
	status: "status",
	vdd_ext: "status",
};

/** `PSM_EINT`, `modem.wake` and `modem-wake` all name a pin. */
function pinOf(name: string): "power" | "reset" | "wake" | "status" | undefined {
	return pinAliases[name.toLowerCase().replace(/^modem[.\-_:]?/, "")];
}

class Bench implements SimulatedModule {
	readonly persona: Persona;
	readonly faults: Faults;
	readonly #hardware: Hardware;
	readonly #nvram: Nvram;
	readonly #listeners = new Set<(event: ModuleEvent) => void>();
	readonly #activeLevel: number;
	readonly #pins = new Map<string, { level: number; sinceMs: number }>();
	#core: ModuleCore | undefined;
	#starting: Scheduled | undefined;
	#closed = false;

	constructor(options: ModuleOptions) {
		const { persona, clock, random } = options;
		this.persona = persona;
		this.#activeLevel = options.activeLevel ?? 0;
		this.faults = new Faults(random);
		this.#nvram = new Nvram(options.nvram);
		this.#hardware = {
			clock,
			ue: options.ue,
			random,
			persona,
			identity: {
				...persona.identity,
				...(options.model === undefined ? {} : { model: options.model }),
				...(options.imei === undefined ? {} : { imei: options.imei }),
				...(options.serialNumber === undefined ? {} : { serialNumber: options.serialNumber }),
			},
			nvram: this.#nvram,
			sim: new SimCard(options.sim),
			gnss: options.gnss,
			faults: this.faults,
			line: new SerialLine(clock, this.faults, this.#nvram.number("IPR", persona.baud)),
			counters: { commands: 0, boots: 0 },
			retained: new Map(),
			emit: event => this.#emit(event),
			restart: (cause, delayMs = 0) => this.#restart(cause, delayMs),
			shutDown: () => this.powerOff(),
		};
		// The card is in before there is power: what is done to its list meanwhile counts.
		options.ue.forbiddenPlmns = this.#hardware.sim.forbiddenPlmns;
		this.faults.onAct = (name, parameters) => this.#act(name, parameters);
		for (const { name, parameters } of options.faults ?? []) this.faults.set(name, parameters);
	}

	get state(): "off" | "booting" | "on" | "asleep" {
		if (!this.#core) return this.#starting ? "booting" : "off";
		if (!this.#core.ready) return "booting";
		return this.#core.sleep.awake ? "on" : "asleep";
	}

	get trace(): Trace | undefined {
		return this.#hardware.line.trace;
	}
	set trace(trace: Trace | undefined) {
		this.#hardware.line.trace = trace;
	}

	get counters() {
		return { ...this.#hardware.counters, nvramWrites: this.#nvram.writes };
	}

	get nvram(): ReadonlyMap<string, string> {
		return this.#nvram.entries;
	}

	attach(port: Port): void {
		this.#hardware.line.attach(port, bytes => this.#core?.receive(bytes));
	}

	on(listener: (event: ModuleEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	close(): void {
		this.powerOff();
		this.#closed = true;
		this.#hardware.line.detach();
		this.#listeners.clear();
	}

	setPin(name: string, level: number): void {
		const pin = pinOf(name);
		if (!pin || this.#closed) return;
		const nowMs = this.#hardware.clock.now();
		const before = this.#pins.get(pin) ?? { level: 1 - this.#activeLevel, sinceMs: nowMs };
		if (before.level === level) return;
		this.#pins.set(pin, { level, sinceMs: nowMs });
		const asserted = level === this.#activeLevel;
		if (pin === "wake" && asserted) this.#core?.sleep.wake("pin");
		if (pin === "reset" && asserted) this.#resetAsserted();
		if (!asserted) this.#released(pin, nowMs - before.sinceMs);
	}

	/** Longer than the shortest pulse, reset acts while it is held. */
	#resetAsserted(): void {
		const { clock } = this.#hardware;
		const sinceMs = clock.now();
		clock.after(this.persona.power.resetPulseMs, () => {
			const pin = this.#pins.get("reset");
			if (pin?.level === this.#activeLevel && pin.sinceMs === sinceMs) this.#stop();
		});
	}

	#released(pin: string, heldMs: number): void {
		const { power } = this.persona;
		if (pin === "power" && heldMs >= power.powerPulseMs && !this.#core && !this.#starting) this.#start("power");
		if (pin === "reset" && heldMs >= power.resetPulseMs) this.#restart("reset", 0);
	}

	readPin(name: string): number {
		const pin = pinOf(name);
		if (pin === "status") return this.#core ? 1 : 0;
		return this.#core?.runtime.readPin?.(name) ?? this.#pins.get(pin ?? "")?.level ?? 0;
	}

	powerOn(): void {
		if (!this.#core && !this.#starting) this.#start("power");
	}

	powerOff(): void {
		const wasOff = this.state === "off";
		this.#stop();
		if (!wasOff) this.#emit({ type: "off" });
	}

	#stop(): void {
		const { clock, ue } = this.#hardware;
		clock.cancel(this.#starting);
		this.#starting = undefined;
		if (!this.#core) return;
		this.#core.stop();
		this.#core = undefined;
		ue.powerOff();
		this.#hardware.gnss?.stop();
		ue.energy.setCore("off");
	}

	#restart(cause: BootCause, delayMs: number): void {
		const { clock } = this.#hardware;
		this.#stop();
		if (delayMs <= 0) this.#start(cause);
		else this.#starting = clock.after(delayMs, () => this.#start(cause));
	}

	#start(cause: BootCause): void {
		if (this.#closed) return;
		const { clock, ue, line, sim, counters } = this.#hardware;
		clock.cancel(this.#starting);
		this.#starting = undefined;
		counters.boots++;
		line.baud = this.#nvram.number("IPR", this.persona.baud);
		sim.powerOn();
		if (cause !== "command") this.#hardware.retained.clear();
		this.faults.clear("stale-context");
		ue.powerOn();
		ue.defaultContext = this.persona.firstCid;
		ue.forbiddenPlmns = sim.forbiddenPlmns;
		ue.energy.setCore("boot");
		const core = new ModuleCore(this.#hardware);
		this.#core = core;
		this.#emit({ type: "boot", cause });
		if (this.faults.has("boot-noise")) line.write(bytesOf(this.faults.text("boot-noise", "text")));
		core.after(this.persona.power.bootMs, () => {
			core.ready = true;
			ue.energy.setCore("active");
			core.runtime.booted(cause);
			this.#emit({ type: "ready" });
			core.sleep.activity();
		});
	}

	#act(name: string, parameters: FaultParameters): void {
		this.#emit({ type: "fault", name });
		if (name === "reboot" && this.#core) this.#restart("fault", 0);
		else if (name === "brown-out" && this.#core) this.#restart("fault", Number(parameters.offMs));
		else if (name === "port-silence") this.#hardware.line.silence(Number(parameters.forMs));
		else if (name === "urc") this.#core?.urc(String(parameters.text));
		else this.#core?.runtime.fault?.(name);
	}

	#emit(event: ModuleEvent): void {
		for (const listener of this.#listeners) listener(event);
	}
}
