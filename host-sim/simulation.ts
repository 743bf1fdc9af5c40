import type { Clock } from "./clock/clock.js";
import { createRandom } from "./clock/random.js";
import { EnergyMeter } from "./energy/meter.js";
import { energyProfile } from "./energy/profiles.js";
import { type EnergyReport, type EnergyReportOptions, energyReport } from "./energy/report.js";
import type { GnssReceiver } from "./gnss/receiver.js";
import { internet, type StreamHost, type UdpHost } from "./internet/host.js";
import { createModule, type ModuleOptions, type SimulatedModule } from "./modem/module.js";
import type { Persona } from "./modem/persona.js";
import type { Coverage } from "./network/coverage.js";
import type { IpTraffic } from "./network/flow-path.js";
import { addressFamily, canonicalHost } from "./network/ip-text.js";
import { type LoopbackRoute, loopbackNetwork } from "./network/loopback-network.js";
import { memoryNetwork } from "./network/memory-network.js";
import { airtimeSource } from "./network/network-assumptions.js";
import { type CellProfile, type OperatorProfile, testNetwork } from "./network/operator.js";
import type { PublicNetwork } from "./network/public-network.js";
import { RadioNetwork } from "./network/radio-network.js";
import { ServerGate } from "./network/server-gate.js";
import { VirtualUe } from "./network/virtual-ue.js";
import type { Port } from "./ports/port.js";
import { EventLog } from "./scenario/events.js";
import { ScenarioRunner } from "./scenario/runner.js";
import type { Scenario } from "./scenario/scenario.js";

export interface SimulationOptions {
	readonly persona: Persona;
	readonly clock: Clock;
	readonly seed: number;
	/** Begins at once: its steps at PT0S happen before this returns. */
	readonly scenario?: Scenario;
	/** Hosts in memory, for datagrams, streams or both; they answer on either clock. */
	readonly hosts?: readonly (UdpHost | StreamHost)[];
	/** Services on loopback sockets of this machine, for the real clock. */
	readonly routes?: readonly LoopbackRoute[];
	/** Names the simulated DNS knows, lower case, and their addresses. */
	readonly names?: Readonly<Record<string, readonly string[]>>;
	/** Lets datagrams that no host and no route takes out of this machine. */
	readonly allowNetwork?: boolean;
	/** The module's UART. */
	readonly port?: Port;
	readonly operator?: OperatorProfile;
	readonly cell?: CellProfile;
	readonly coverage?: Coverage;
	readonly startUtcMs?: number;
	/** Told of every datagram and every piece of a stream that passed the device's IP stack. */
	readonly onTraffic?: (packet: IpTraffic) => void;
	/** The receiver inside the module; a scenario may put a roof over one that takes `sky`. */
	readonly gnss?: GnssReceiver & { sky?: boolean };
	/** What a scenario finds around the module, where that is more than its receiver: one sky over all receivers, an emergency button. */
	readonly surroundings?: { sky: boolean; press(isPressed: boolean): void };
	/** Further options of the module: identifiers, SIM, NVRAM, levels of its pins. */
	readonly module?: Partial<Pick<ModuleOptions, "imei" | "serialNumber" | "sim" | "nvram" | "faults" | "activeLevel">>;
}

/** One simulated device in its world: module, radio network, internet, energy, and what happens to them. */
export interface Simulation {
	readonly module: SimulatedModule;
	readonly ue: VirtualUe;
	readonly network: RadioNetwork;
	readonly servers: ServerGate;
	readonly energy: EnergyMeter;
	readonly events: EventLog;
	readonly scenario: ScenarioRunner | undefined;
	/** Charge and projection as of now, with everything they rest on. */
	energyReport(options?: Pick<EnergyReportOptions, "battery" | "reportEverySeconds">): EnergyReport;
	close(): void;
}

/** How long a scenario's reset holds the module's reset pin. */
const RESET_MARGIN_MS = 50;

export function createSimulation(options: SimulationOptions): Simulation {
	const { clock, persona, seed } = options;
	const random = createRandom(seed);
	const events = new EventLog(() => clock.now());
	const camped = testNetwork(persona.tier);
	const network = new RadioNetwork({
		operator: options.operator ?? camped.operator,
		cell: options.cell ?? camped.cell,
		otherCells: options.cell === undefined ? camped.otherCells : [],
		...(options.coverage === undefined ? {} : { coverage: options.coverage }),
	});
	const servers = new ServerGate(clock, worldNetwork(options));
	const { profile, borrowed } = energyProfile(persona.id, persona.tier);
	const energy = new EnergyMeter(clock, profile);
	const ue = new VirtualUe({
		clock,
		random: random.fork("network"),
		seed,
		network,
		internet: servers,
		radio: energy,
		startUtcMs: options.startUtcMs ?? (clock.kind === "real" ? Date.now() - clock.now() : undefined),
		...(options.onTraffic === undefined ? {} : { onTraffic: options.onTraffic }),
		onEvent: (name, data) => {
			energy.event(name);
			if (name === "datagram-up" || name === "stream-up") energy.datagram();
			events.emit(name, data);
		},
	});
	const faults = random.fork("module");
	const module = createModule({
		...options.module,
		...(options.gnss === undefined ? {} : { gnss: options.gnss }),
		persona,
		clock,
		ue,
		random: () => faults.next(),
	});
	const unsubscribe = forward(module, events);
	if (options.port !== undefined) module.attach(options.port);
	const resetModule = (): void => resetByPin(module, clock, options.module?.activeLevel ?? 0);
	const { surroundings } = options;
	const press = surroundings && ((isPressed: boolean) => surroundings.press(isPressed));
	const target = { network, ue, module, servers, resetModule, gnss: surroundings ?? options.gnss, press };
	const scenario = options.scenario === undefined ? undefined : new ScenarioRunner(options.scenario, clock, events, target);
	return {
		module,
		ue,
		network,
		servers,
		energy,
		events,
		scenario,
		energyReport: more =>
			energyReport(energy, {
				...more,
				network: ue.assumptions,
				airtime: airtimeSource(network.cell),
				...(borrowed ? { borrowedFor: persona.id } : {}),
			}),
		close() {
			unsubscribe();
			module.close();
			servers.close();
			events.close();
		},
	};
}

function resetByPin(module: SimulatedModule, clock: Clock, activeLevel: 0 | 1): void {
	module.setPin("reset", activeLevel);
	clock.after(module.persona.power.resetPulseMs + RESET_MARGIN_MS, () => module.setPin("reset", 1 - activeLevel));
}

/** The module's own events, without what passes over its line: that is the trace's business and may hold secrets. */
function forward(module: SimulatedModule, events: EventLog): () => void {
	return module.on(event => {
		if (event.type === "boot") events.emit("module-boot", { cause: event.cause });
		else if (event.type === "fault") events.emit("module-fault", { name: event.name });
		else if (event.type === "sleep") events.emit("module-sleep", { kind: event.kind });
		else if (event.type === "ready" || event.type === "off" || event.type === "wake") events.emit(`module-${event.type}`);
	});
}

/** Hosts in memory first, then loopback sockets; on the virtual clock there are no sockets. */
function worldNetwork(options: SimulationOptions): PublicNetwork {
	const { clock, hosts = [], routes = [], names = {}, allowNetwork = false } = options;
	const lowerCase = Object.fromEntries(
		Object.entries(names).map(([name, addresses]) => [name.toLowerCase(), addresses.map(canonicalHost)]),
	);
	for (const [name, addresses] of Object.entries(lowerCase)) {
		const wrong = addresses.find(address => addressFamily(address) === undefined);
		if (wrong !== undefined) throw new Error(`the name ${name} stands for ${wrong}, which is no address`);
	}
	const memory = memoryNetwork(clock, internet(hosts, lowerCase));
	if (clock.kind === "virtual") {
		if (routes.length > 0 || allowNetwork) throw new Error("sockets need the real clock: give hosts in memory instead");
		return memory;
	}
	const sockets = loopbackNetwork({ routes, names: lowerCase, allowNetwork });
	const inMemory = new Set(hosts.flatMap(host => host.addresses));
	const networkOf = (address: string): PublicNetwork => (inMemory.has(canonicalHost(address)) ? memory : sockets);
	return {
		resolve: sockets.resolve,
		send: (from, to, bytes, reply) => networkOf(to.address).send(from, to, bytes, reply),
		connect: (from, to, events) => networkOf(to.address).connect(from, to, events),
		delayMs: to => networkOf(to.address).delayMs(to),
		forget: sockets.forget,
		answersEcho: address => memory.answersEcho(address) || sockets.answersEcho(address),
		close: sockets.close,
	};
}
