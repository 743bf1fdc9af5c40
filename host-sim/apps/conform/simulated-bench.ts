import type { Driver } from "../../../sdk/modem/driver.js";
import { Modem } from "../../../sdk/modem.js";
import type { Clock } from "../../clock/clock.js";
import { VirtualClock } from "../../clock/virtual-clock.js";
import type { GnssReceiver } from "../../gnss/receiver.js";
import type { StreamHost, UdpHost } from "../../internet/host.js";
import type { Persona } from "../../modem/persona.js";
import { createDigital } from "../../platform/digital.js";
import { createSerial } from "../../platform/serial.js";
import { createTime } from "../../platform/time.js";
import { createTimer } from "../../platform/timer.js";
import { createMemoryLine } from "../../ports/memory.js";
import { createSimulation, type Simulation, type SimulationOptions } from "../../simulation.js";
import { Bench } from "./bench.js";
import { BenchLife, benchHost } from "./bench-life.js";
import { check, Disproved } from "./case.js";
import { FAR_ADDRESSES, FAR_NAME, FarEnd } from "./far-end.js";

export interface WorldOptions extends Partial<Pick<SimulationOptions, "coverage" | "operator" | "cell" | "module">> {
	/** The receiver inside the module, or what makes it. */
	readonly gnss?: GnssReceiver | ((clock: Clock) => GnssReceiver);
	/** Beside the far end. */
	readonly hosts?: (clock: Clock) => readonly (UdpHost | StreamHost)[];
	/** Beside the far end's, lower case. */
	readonly names?: Readonly<Record<string, readonly string[]>>;
}

/** Every wait of the SDK is bounded; an hour of silence is a hang. */
const LONGEST_MS = 3_600_000;

/** A simulated module in its world, in virtual time. */
export class SimulatedBench extends Bench {
	readonly modem: Modem;
	readonly simulation: Simulation;
	readonly far: FarEnd;
	/** The receiver inside the module. */
	readonly gnss: GnssReceiver | undefined;
	/** Bytes that passed, for cases about what must not. */
	toModule = "";
	/** The application's timers. */
	readonly timer: ReturnType<typeof createTimer>;
	readonly #clock = new VirtualClock();
	readonly #life = new BenchLife();

	constructor(driver: Driver, persona: Persona, seed: number, { gnss, hosts, names, ...world }: WorldOptions) {
		super(driver);
		const clock = this.#clock;
		this.far = new FarEnd(clock);
		this.gnss = typeof gnss === "function" ? gnss(clock) : gnss;
		const line = createMemoryLine({ clock });
		this.simulation = createSimulation({
			persona,
			clock,
			seed,
			hosts: [this.far, ...(hosts?.(clock) ?? [])],
			names: { [FAR_NAME]: FAR_ADDRESSES, ...names },
			port: line.port,
			...world,
			...(this.gnss === undefined ? {} : { gnss: this.gnss }),
		});
		this.simulation.module.trace = (direction, bytes) => {
			if (direction === "toModule") this.toModule += Buffer.from(bytes).toString("latin1");
		};
		const host = benchHost(clock, new Map([["modem", line.line]]), {
			setPin: (pin, level) => this.simulation.module.setPin(pin, level),
			readPin: pin => this.simulation.module.readPin(pin),
		});
		const life = this.#life;
		this.timer = createTimer(clock, life);
		const io = createDigital(host, life) as never;
		const pin = (name: string) => ({ io, pin: name, mode: (io as { Output: number }).Output });
		this.modem = new Modem({
			driver,
			serial: { io: createSerial(host, life), device: "memory:modem" } as never,
			pins: { power: pin("power"), reset: pin("reset"), wake: pin("wake") } as never,
			timer: this.timer as never,
			time: createTime(clock, 0) as never,
			...this.handlers,
		});
		this.simulation.module.powerOn();
	}
	get nowMs(): number {
		return this.#clock.now();
	}
	async until(what: string, condition: () => boolean, withinMs = LONGEST_MS): Promise<void> {
		const isMet = !this.#clock.runWhile(() => this.#life.thrown === undefined && !condition(), this.#clock.now() + withinMs);
		this.#rethrow();
		check(isMet, `${what} did not come within ${withinMs / 1000} s${this.problems}`);
	}
	async pass(ms: number): Promise<void> {
		this.#clock.run(this.#clock.now() + ms);
		this.#rethrow();
	}
	async close(): Promise<void> {
		this.modem.close();
		this.#life.end();
		this.simulation.close();
	}

	#rethrow(): void {
		const { thrown } = this.#life;
		this.#life.thrown = undefined;
		if (thrown !== undefined) throw new Disproved(`an exception left a callback: ${thrown.message}`);
	}
}
