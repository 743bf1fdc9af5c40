import { quectelEc800m } from "../../drivers/cat1/quectel-ec800m.js";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import type { ApplicationHost, LineEnd } from "../../host-sim/engine/engine.js";
import type { Constellation, GnssReceiver } from "../../host-sim/gnss/receiver.js";
import type { UdpHost } from "../../host-sim/internet/host.js";
import type { Persona } from "../../host-sim/modem/persona.js";
import ec800m from "../../host-sim/persona/quectel-ec800m.js";
import type { Lifetime } from "../../host-sim/platform/lifetime.js";
import { createSerial } from "../../host-sim/platform/serial.js";
import { createTime } from "../../host-sim/platform/time.js";
import { createTimer } from "../../host-sim/platform/timer.js";
import { createMemoryLine } from "../../host-sim/ports/memory.js";
import { createSimulation, type Simulation } from "../../host-sim/simulation.js";
import { Modem, type ModemOptions } from "../../sdk/index.js";
import type { Driver } from "../../sdk/modem/driver.js";

/** Sends every datagram back. */
class Echo implements UdpHost {
	readonly addresses = ["2001:db8:100::7"];
	readonly received: string[] = [];
	datagram(_port: number, bytes: Uint8Array, _from: unknown, reply: (bytes: Uint8Array) => void): void {
		this.received.push(String.fromCharCode(...bytes));
		reply(bytes);
	}
}

/** Says the same sentence each second. */
export const SENTENCE = "$GNRMC,120000.00,A,2230.0000,N,11415.0000,W,0.0,0.0,201126,,,A*6B\r\n";
class Receiver implements GnssReceiver {
	running = false;
	constellations: readonly Constellation[] = [];
	readonly fix = undefined;
	start(constellations: readonly Constellation[]): void {
		this.running = true;
		this.constellations = constellations;
	}
	stop(): void {
		this.running = false;
	}
	sentences(): readonly string[] {
		return [SENTENCE];
	}
}

/** What happens to bytes on the wire; the same array back, or others. */
export type Spoil = (bytes: Uint8Array) => Uint8Array;
const asTheyAre: Spoil = bytes => bytes;

class SpoiltLine implements LineEnd {
	onBytes: LineEnd["onBytes"];
	readonly #line: LineEnd;
	readonly #bench: CmuxBench;
	constructor(line: LineEnd, bench: CmuxBench) {
		this.#line = line;
		this.#bench = bench;
		line.onBytes = bytes => this.onBytes?.(bench.toHost(bytes.slice()));
	}
	open(options: Parameters<LineEnd["open"]>[0]): void {
		this.#line.open(options);
	}
	write(bytes: Uint8Array): void {
		this.#bench.sent += String.fromCharCode(...bytes);
		this.#line.write(this.#bench.toModule(bytes.slice()));
	}
	close(): void {
		this.#line.close();
	}
}

interface Parts {
	readonly seed?: number;
	readonly persona?: Persona;
	readonly driver?: Driver;
}

/** The driver of EC800M and its simulated module on a memory line that may be spoilt, in virtual time. */
export class CmuxBench {
	readonly clock = new VirtualClock();
	readonly #line: LineEnd;
	readonly echo = new Echo();
	readonly simulation: Simulation;
	readonly modem: Modem;
	readonly events: { name: string; data: Record<string, unknown> }[] = [];
	readonly errors: string[] = [];
	readonly thrown: unknown[] = [];
	/** All that the host wrote, as the wire had it. */
	sent = "";
	nmea = "";
	trace = "";
	toModule: Spoil = asTheyAre;
	toHost: Spoil = asTheyAre;

	constructor(options: Partial<ModemOptions> = {}, { seed = 1, persona = ec800m, driver = quectelEc800m }: Parts = {}) {
		const { clock, thrown } = this;
		const wire = createMemoryLine({ clock });
		this.#line = wire.line;
		this.simulation = createSimulation({ persona, clock, seed, hosts: [this.echo], gnss: new Receiver(), port: wire.port });
		this.simulation.module.powerOn();
		const host: ApplicationHost = {
			clock,
			lines: new Map([["modem", new SpoiltLine(wire.line, this)]]),
			setPin() {},
			readPin: () => 0,
			storage: new Map(),
			monitor() {},
			log() {},
			firstTick: 0,
		};
		const life: Lifetime = {
			alive: true,
			realm: globalThis,
			call(callback, receiver, ...values) {
				try {
					callback?.apply(receiver, values as unknown[]);
				} catch (failure) {
					thrown.push(failure);
				}
			},
			fail: failure => thrown.push(failure),
			onEnd: () => () => {},
		};
		this.modem = new Modem({
			driver,
			serial: { io: createSerial(host, life), device: "memory:modem" } as never,
			timer: createTimer(clock, life) as never,
			time: createTime(clock, 0) as never,
			multiplex: {
				nmea: bytes => {
					this.nmea += String.fromCharCode(...bytes);
				},
			},
			onEvent: (name, data) => this.events.push({ name, data }),
			onError: error => this.errors.push(`${error.code} ${error.message}`),
			onTrace: (direction, bytes) => {
				this.trace += `${direction} ${String.fromCharCode(...bytes)}`;
			},
			...options,
		});
	}
	get now(): number {
		return this.clock.now();
	}
	run(ms: number, until?: () => boolean): void {
		if (until === undefined) this.clock.run(this.clock.now() + ms);
		else this.clock.runWhile(() => !until(), this.clock.now() + ms);
	}
	/** Another host's bytes. */
	raw(text: string): void {
		this.#line.write(Uint8Array.from(text, c => c.charCodeAt(0)));
	}
	connect(): this {
		this.modem.connect({ apn: "iot.test", sleep: false });
		this.run(300_000, () => this.modem.connection === 500);
		return this;
	}
	named(name: string): Record<string, unknown>[] {
		return this.events.filter(event => event.name === name).map(event => event.data);
	}
	/** Sends a datagram and waits for it to come back; what came. */
	exchange(text: string, withinMs = 60_000): string | undefined {
		let back: string | undefined;
		const udp = new this.modem.UDP({
			onReadable(count: number) {
				for (; count > 0; count--) {
					const packet = (this as unknown as { read(): ArrayBuffer | undefined }).read();
					if (packet !== undefined) back = String.fromCharCode(...new Uint8Array(packet));
				}
			},
		} as never);
		udp.write(new Uint8Array(Array.from(text, c => c.charCodeAt(0))).buffer as never, "2001:db8:100::7", 7);
		this.run(withinMs, () => back !== undefined);
		udp.close();
		return back;
	}
}
