import { performance } from "node:perf_hooks";
import { RealClock } from "../clock/real-clock.js";
import { VirtualClock } from "../clock/virtual-clock.js";
import { bundle } from "../engine/bundle.js";
import type { ApplicationHost, RunningApplication } from "../engine/engine.js";
import { Answers } from "./answers.js";
import { countReadings, power, type RunDocument } from "./document.js";
import { newObservation, type Observation, observe } from "./observation.js";
import { PATIENCE_MS, REPORTS, type RunOptions } from "./options.js";
import { type TimelineEvent, timelineEvent } from "./timeline.js";
import { realWorld, simulatedWorld, type World } from "./world.js";

export interface RunResult {
	readonly document: RunDocument;
	readonly world: World;
	readonly events: readonly TimelineEvent[];
	/** The application knows its module by name. */
	readonly isIdentified: boolean;
	/** What ended the application, if it ended by itself. */
	readonly failure: Error | undefined;
	/** The scenario's verdict, where there was one. */
	readonly scenario: ReturnType<NonNullable<NonNullable<World["simulation"]>["scenario"]>["finish"]> | undefined;
}

/** How long a run whose reports are acknowledged waits for the module to sleep; a network that grants no PSM never lets it. */
const SETTLE_MS = 10_000;
/** A real module that in this time has not even said what it is will not: wrong rate, wrong port or no power. */
const SILENT_MS = 60_000;
/** Of a long run the report shows the beginning; the counts are of all. */
const TIMELINE_EVENTS = 2_000;

/** Runs an application in its world until it has done what was asked, and says what happened. The caller closes nothing. */
export async function run(options: RunOptions): Promise<RunResult> {
	const wallStart = performance.now();
	const clock = options.clock === "virtual" ? new VirtualClock() : new RealClock();
	let world: World | undefined;
	try {
		world = await (options.port ? realWorld : simulatedWorld)(options, clock);
		const session = new Session(options, world, clock);
		const text = await bundle({
			entry: options.example.entry,
			driver: options.driver,
			config: configuration(options, world),
			format: options.engine.name === "xs" ? "esm" : "cjs",
		});
		for (const restartMs of options.restartsMs ?? []) await session.live(text, restartMs);
		const application = await session.live(text, undefined);
		return session.result(application, (performance.now() - wallStart) / 1000);
	} finally {
		await world?.close();
		if (clock instanceof RealClock) clock.close();
	}
}

function configuration(options: RunOptions, world: World): Record<string, unknown> {
	const { config, demonstration, serverHost, serverPort } = options.example.defaults;
	const merged: Record<string, any> = { ...config, ...(options.clock === "real" ? demonstration : {}) };
	merged.modem = { ...merged.modem, device: world.modemDevice };
	if (world.simulation) merged.pins = { reset: { pin: "reset" }, wake: { pin: "wake" }, ...merged.pins };
	const { simulatedMeter } = options;
	if (simulatedMeter) merged.meter = { ...merged.meter, ...METER_CONFIG[simulatedMeter] };
	if (world.meterDevice) merged.meter = { ...merged.meter, device: world.meterDevice };
	if (options.apn !== undefined) merged.apn = options.apn;
	if (options.pin !== undefined) merged.pin = options.pin;
	if (options.uplink !== undefined) merged.uplink = options.uplink;
	const { server, ...beside } = world.configuration;
	merged.server = options.server ?? {
		path: "/readings",
		...merged.server,
		host: serverHost,
		port: options.serverPort ?? serverPort,
		...server,
	};
	return { ...merged, ...beside };
}

/** What an application must know of the meter that is simulated beside it; CJ/T 188 table 1 for `type`. */
const METER_CONFIG = {
	cjt188: { protocol: "cjt188", type: 0x10 },
	"cjt188-gas": { protocol: "cjt188", type: 0x30 },
	dlt645: { protocol: "dlt645" },
} as const;

class Session {
	readonly host: ApplicationHost;
	readonly #options: RunOptions;
	readonly #world: World;
	readonly #clock: VirtualClock | RealClock;
	readonly #seen: Observation = newObservation();
	readonly #events: TimelineEvent[] = [];
	readonly #answers = new Answers();
	#reports = 0;
	#firstAcknowledgedMs: number | null = null;
	#acknowledgedMs = 0;
	#asleep = false;

	constructor(options: RunOptions, world: World, clock: VirtualClock | RealClock) {
		this.#options = options;
		this.#world = world;
		this.#clock = clock;
		this.host = {
			clock,
			lines: world.lines,
			setPin: (pin, level) => world.setPin(pin, level),
			readPin: pin => world.readPin(pin),
			storage: new Map(),
			monitor: (event, data) => this.#monitor(event, data),
			log: text => options.onLog?.(text),
			...(options.port && world.trace
				? {
						onSerial: (device: string, direction: "<" | ">", bytes: Uint8Array) => {
							if (device === options.port) world.trace?.add(direction, bytes, clock.now());
						},
					}
				: {}),
			firstTick: options.firstTick ?? 0,
		};
		world.simulation?.events.on(event => this.#note(event.timeMs, event.name, event.data as Record<string, unknown>));
	}

	#monitor(event: string, data: Record<string, unknown>): void {
		const timeMs = this.#clock.now();
		observe(this.#seen, event, data);
		// Of a real network nothing is known but what the application was told.
		if (!this.#world.simulation) this.#answers.note(timeMs, event, data);
		if (event === "psm") this.#asleep = data.state === "asleep";
		if (event === "report-acknowledged") {
			this.#reports++;
			this.#acknowledgedMs = this.#clock.now();
			this.#firstAcknowledgedMs ??= Math.round(timeMs);
		}
		const { simulation } = this.#world;
		simulation?.events.emit(`app.${event}`, data);
		if (simulation?.scenario && READING_EVENTS.has(event)) simulation.scenario.readings(countReadings(this.#seen, this.#world.farEnd()));
		this.#options.onEvent?.(timeMs, event, data);
	}

	#note(timeMs: number, name: string, data: Record<string, unknown>): void {
		this.#answers.note(timeMs, name, data);
		if (this.#events.length >= TIMELINE_EVENTS) return;
		const event = timelineEvent(timeMs, name, data);
		if (event) this.#events.push(event);
	}

	get #done(): boolean {
		if (this.#options.stopped?.()) return true;
		if (this.#options.forMs !== undefined) return false;
		if (this.#options.port && this.#seen.identity === undefined && this.#clock.now() > SILENT_MS) return true;
		const scenario = this.#world.simulation?.scenario;
		if (scenario) return scenario.decided && this.#reports > 0;
		if (this.#reports < REPORTS) return false;
		// A report has cost what it costs when the module sleeps again.
		return this.#asleep || this.#clock.now() - this.#acknowledgedMs > SETTLE_MS;
	}

	/** From a start of the application to its end: at `restartMs`, or when the run has done what was asked. */
	async live(text: string, restartMs: number | undefined): Promise<RunningApplication> {
		const application = await this.#options.engine.start(text, this.host);
		try {
			await this.#drive(application, restartMs ?? this.#options.forMs ?? PATIENCE_MS[this.#clock.kind]);
		} finally {
			await application.stop();
		}
		return application;
	}

	async #drive(application: RunningApplication, untilMs: number): Promise<void> {
		const { forMs, onProgress } = this.#options;
		const finished = () => this.#done || application.failure !== undefined;
		if (this.#clock instanceof VirtualClock) {
			let shownMs = performance.now();
			const stop = () => {
				if (performance.now() - shownMs > 200) {
					shownMs = performance.now();
					onProgress?.(this.#clock.now(), forMs);
				}
				return finished();
			};
			await this.#clock.runAsync(untilMs, { stop });
			return;
		}
		const clock = this.#clock;
		await new Promise<void>(resolve => {
			const look = () => {
				onProgress?.(clock.now(), forMs);
				if (finished() || clock.now() >= untilMs) resolve();
				else clock.after(100, look);
			};
			look();
			void application.failed.then(() => resolve());
		});
	}

	result(application: RunningApplication, wallSeconds: number): RunResult {
		const { options, seen, world } = { options: this.#options, seen: this.#seen, world: this.#world };
		const farEnd = world.farEnd();
		const scenario = world.simulation?.scenario?.finish();
		const problems = this.#problems(application.failure);
		const document: RunDocument = {
			example: options.example.name,
			driver: options.driverId,
			persona: options.persona?.id ?? null,
			engine: options.engine.name,
			clock: this.#clock.kind,
			seed: options.seed,
			simulatedSeconds: Math.round(this.#clock.now()) / 1000,
			wallSeconds: Math.round(wallSeconds * 1000) / 1000,
			readings: countReadings(seen, farEnd),
			network: {
				rat: seen.connection.rat ?? null,
				family: seen.connection.family ?? null,
				address: seen.connection.address ?? null,
				registrations: farEnd?.registrations ?? seen.registrations,
				answers: this.#answers.list,
				...(this.#answers.releases ? { releases: this.#answers.releases } : {}),
			},
			firstAcknowledgedMs: this.#firstAcknowledgedMs,
			atCommands: farEnd?.atCommands ?? seen.atCommands,
			recoveries: seen.recoveries,
			power: power(seen, farEnd, world.energy()),
			...(application.xs ? { xs: application.xs } : {}),
			problems,
			...(scenario ? { expectations: scenario.cases.map(({ name, result, why }) => ({ name, passed: result !== "failed", why })) } : {}),
		};
		return {
			document,
			world,
			events: this.#events,
			isIdentified: seen.identity !== undefined,
			failure: application.failure,
			scenario,
		};
	}

	#problems(failure: Error | undefined): string[] {
		const seen = this.#seen;
		const problems: string[] = [];
		if (failure) problems.push(failure.message);
		for (const [text, count] of counted(seen.failedReadings.map(({ why }) => `no reading: ${why}`))) problems.push(times(text, count));
		for (const [text, count] of counted(seen.failedReports.map(code => `report not acknowledged: ${code}`)))
			problems.push(times(text, count));
		for (const [text, count] of counted(seen.errors.map(({ code, message }) => `${code}: ${message}`))) problems.push(times(text, count));
		return problems;
	}
}

const READING_EVENTS: ReadonlySet<string> = new Set(["reading", "outbox", "report-sent", "report-acknowledged"]);

function counted(texts: readonly string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
	return counts;
}

function times(text: string, count: number): string {
	return count === 1 ? text : `${text} (${count} times)`;
}
