import { TrafficLog } from "../capture/traffic.js";
import type { Clock } from "../clock/clock.js";
import type { EnergyReport } from "../energy/report.js";
import type { LineEnd } from "../engine/engine.js";
import type { Collector } from "../internet/collector.js";
import type { PositionCollector } from "../internet/positions.js";
import { createMeter, type MeterKind } from "../meters/create-meter.js";
import type { IpTraffic } from "../network/flow-path.js";
import { createMemoryLine } from "../ports/memory.js";
import { openPort } from "../ports/open-port.js";
import type { Port } from "../ports/port.js";
import { createSimulation, type Simulation } from "../simulation.js";
import type { FarEnd } from "./document.js";
import { openFarEnd, SERVER_ADDRESSES } from "./far-end/far-end.js";
import type { RunOptions } from "./options.js";
import { Trace } from "./trace.js";
import { openVehicle } from "./vehicle.js";

/** What the network says the time is at power-on, whatever the clock: a schedule in UTC then falls on the same places in every run of a seed. */
export const START_UTC_MS = Date.UTC(2026, 0, 1);

/** Everything around the application: the module, the meter, the network, the far end, or none of them beside a real port. */
export interface World {
	readonly lines: ReadonlyMap<string, LineEnd>;
	readonly modemDevice: string;
	readonly meterDevice: string | undefined;
	readonly simulation: Simulation | undefined;
	readonly trace: Trace | undefined;
	/** The receiving application, where it is simulated and takes readings of meters. */
	readonly collector: Collector | undefined;
	/** The receiving application, where it is simulated and takes positions. */
	readonly positions: PositionCollector | undefined;
	/** What the application must know of the world: of its server, and of what is connected beside the modem. */
	readonly configuration: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
	/** What passed between the device and the internet, where it was asked for. */
	readonly traffic: TrafficLog | undefined;
	farEnd(): FarEnd | undefined;
	energy(): EnergyReport | undefined;
	/** Cumulative charge over the run, for the plot. */
	readonly charge: { readonly timeMs: number[]; readonly microampHours: number[] };
	setPin(pin: string, level: number): void;
	readPin(pin: string): number;
	close(): Promise<void>;
}

interface Line {
	readonly port: Port;
	readonly device: string;
	readonly end: LineEnd | undefined;
}

async function line(clock: Clock, name: string): Promise<Line> {
	if (clock.kind === "virtual") {
		const memory = createMemoryLine({ clock });
		return { port: memory.port, device: `memory:${name}`, end: memory.line };
	}
	const port = await openPort("pty");
	return { port, device: port.path as string, end: undefined };
}

/** A simulated module, its network and the collector: on loopback sockets when the clock is real, in memory when it is not. */
export async function simulatedWorld(options: RunOptions, clock: Clock): Promise<World> {
	const opened: (() => unknown)[] = [];
	try {
		return await openWorld(options, clock, opened);
	} catch (error) {
		// A pty or a socket that stays open keeps the process alive.
		for (const close of opened) close();
		throw error;
	}
}

async function openWorld(options: RunOptions, clock: Clock, opened: (() => unknown)[]): Promise<World> {
	const { example, persona } = options;
	if (!persona) throw new Error("a simulated world needs a persona");
	const { serverHost, serverPort } = example.defaults;
	const farEnd = await openFarEnd(options.farEnd ?? "coap", {
		clock,
		seed: options.seed,
		host: serverHost,
		port: options.serverPort ?? serverPort,
		startUtcMs: START_UTC_MS,
		configuration: options.configuration,
	});
	opened.push(() => farEnd.close());
	const lines = new Map<string, LineEnd>();
	const modem = await line(clock, "modem");
	opened.push(() => modem.port.close());
	if (modem.end) lines.set("modem", modem.end);
	const meter = options.simulatedMeter ? await line(clock, "meter") : undefined;
	if (meter) opened.push(() => meter.port.close());
	if (meter?.end) lines.set("meter", meter.end);
	const vehicle = options.route ? await openVehicle(options, clock, START_UTC_MS, name => line(clock, name)) : undefined;
	if (vehicle) opened.push(() => vehicle.close());
	if (vehicle?.end) lines.set("gnss", vehicle.end);
	const traffic = options.captured ? new TrafficLog() : undefined;
	const simulation = createSimulation({
		persona,
		clock,
		seed: options.seed,
		...(options.scenario ? { scenario: options.scenario } : {}),
		hosts: farEnd.hosts,
		routes: farEnd.routes,
		names: { [serverHost]: SERVER_ADDRESSES },
		...(vehicle ? { gnss: vehicle.inModule, surroundings: vehicle } : {}),
		...(traffic ? { onTraffic: (packet: IpTraffic) => traffic.add({ ...packet, timeMs: clock.now() }) } : {}),
		port: modem.port,
		startUtcMs: START_UTC_MS,
	});
	if (meter) createMeter(options.simulatedMeter as MeterKind, { port: meter.port, clock, seed: options.seed });
	const trace = options.traced ? new Trace() : undefined;
	if (trace) simulation.module.trace = (direction, bytes, timeMs) => trace.add(direction === "toModule" ? ">" : "<", bytes, timeMs);
	simulation.module.powerOn();
	const charge = { timeMs: [] as number[], microampHours: [] as number[] };
	const stopSampling = sampleCharge(simulation, charge);
	return {
		lines,
		modemDevice: modem.device,
		meterDevice: options.meter ?? meter?.device,
		simulation,
		trace,
		collector: farEnd.collector,
		positions: farEnd.positions,
		configuration: { server: farEnd.server, ...vehicle?.configuration },
		traffic,
		charge,
		farEnd: () => ({
			accepted: farEnd.accepted(),
			duplicated: farEnd.duplicated(),
			atCommands: simulation.module.counters.commands,
			registrations: simulation.events.count("attached"),
			psmEntered: simulation.events.count("psm-entered"),
		}),
		energy: () => simulation.energyReport(projection(options)),
		setPin: (pin, level) => {
			if (!vehicle?.setPin(pin, level)) simulation.module.setPin(pin, level);
		},
		readPin: pin => vehicle?.readPin(pin) ?? simulation.module.readPin(pin),
		async close() {
			stopSampling();
			simulation.close();
			vehicle?.close();
			modem.port.close();
			meter?.port.close();
			await farEnd.close();
		},
	};
}

/** A demonstration reports every few seconds: its battery life is that of the example's own schedule. */
function projection(options: RunOptions): { reportEverySeconds?: number } {
	const every = options.example.defaults.config.reportEverySeconds;
	return options.clock === "real" && typeof every === "number" ? { reportEverySeconds: every } : {};
}

/** A point at each change of what costs charge; every second one goes when there are too many. */
function sampleCharge(simulation: Simulation, charge: World["charge"]): () => void {
	return simulation.events.on(event => {
		charge.timeMs.push(event.timeMs);
		charge.microampHours.push(simulation.energy.chargeMicroampHours);
		if (charge.timeMs.length < 4_000) return;
		for (const series of [charge.timeMs, charge.microampHours]) {
			for (let i = 0; 2 * i < series.length; i++) series[i] = series[2 * i];
			series.length = Math.ceil(series.length / 2);
		}
	});
}

/** A real module on a real port: of the module nothing is known but what the application says. The meter may be simulated all the same. */
export async function realWorld(options: RunOptions, clock: Clock): Promise<World> {
	const meter = options.simulatedMeter ? await line(clock, "meter") : undefined;
	if (meter) createMeter(options.simulatedMeter as MeterKind, { port: meter.port, clock, seed: options.seed });
	return {
		lines: new Map(),
		modemDevice: options.port as string,
		meterDevice: options.meter ?? meter?.device,
		simulation: undefined,
		collector: undefined,
		positions: undefined,
		configuration: {},
		traffic: undefined,
		trace: options.traced ? new Trace() : undefined,
		charge: { timeMs: [], microampHours: [] },
		farEnd: () => undefined,
		energy: () => undefined,
		setPin() {},
		readPin: () => 1,
		async close() {
			meter?.port.close();
		},
	};
}
