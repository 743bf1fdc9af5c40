import type { Driver } from "../../../sdk/modem/driver.js";
import { Modem } from "../../../sdk/modem.js";
import type { Clock } from "../../clock/clock.js";
import { createSerial } from "../../platform/serial.js";
import { createTime } from "../../platform/time.js";
import { createTimer } from "../../platform/timer.js";
import { Bench } from "./bench.js";
import { BenchLife, benchHost } from "./bench-life.js";
import { check, Disproved } from "./case.js";
import { FarEnd } from "./far-end.js";

/** Every wait of the SDK is bounded; ten minutes of a real module's silence are enough to judge by. */
const LONGEST_MS = 600_000;
/** How often a condition is looked at. */
const LOOK_MS = 20;

/** A real module at a real port, in real time. */
export class PortBench extends Bench {
	readonly modem: Modem;
	readonly simulation = undefined;
	readonly far: FarEnd;
	readonly #clock: Clock;
	readonly #startMs: number;
	readonly #life = new BenchLife();

	/** @throws what the port says when it cannot be had */
	constructor(driver: Driver, port: string, baud: number | undefined, clock: Clock) {
		super(driver);
		this.#clock = clock;
		this.#startMs = clock.now();
		this.far = new FarEnd(clock);
		const life = this.#life;
		this.modem = new Modem({
			driver,
			serial: { io: createSerial(benchHost(clock), life), device: port, ...(baud === undefined ? {} : { baud }) } as never,
			timer: createTimer(clock, life) as never,
			time: createTime(clock, 0) as never,
			...this.handlers,
		});
	}
	get nowMs(): number {
		return this.#clock.now() - this.#startMs;
	}
	async until(what: string, condition: () => boolean, withinMs = LONGEST_MS): Promise<void> {
		const endMs = this.#clock.now() + withinMs;
		while (this.#life.thrown === undefined && !condition() && this.#clock.now() < endMs) await this.pass(LOOK_MS);
		if (this.#life.thrown !== undefined) throw new Disproved(this.#life.thrown.message);
		check(condition(), `${what} did not come within ${withinMs / 1000} s${this.problems}`);
	}
	async pass(ms: number): Promise<void> {
		await new Promise<void>(resolve => {
			this.#clock.after(ms, resolve);
		});
	}
	async close(): Promise<void> {
		this.modem.close();
		this.#life.end();
	}
}
