import { expect } from "vitest";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import type { ApplicationHost } from "../../host-sim/engine/engine.js";
import type { HostConnection, HostStream, StreamHost, TlsIdentity, UdpHost } from "../../host-sim/internet/host.js";
import type { Persona } from "../../host-sim/modem/persona.js";
import type { Lifetime } from "../../host-sim/platform/lifetime.js";
import { createSerial } from "../../host-sim/platform/serial.js";
import { createTime } from "../../host-sim/platform/time.js";
import { createTimer } from "../../host-sim/platform/timer.js";
import { createMemoryLine } from "../../host-sim/ports/memory.js";
import { createSimulation } from "../../host-sim/simulation.js";
import { Modem } from "../../sdk/index.js";
import type { Driver } from "../../sdk/modem/driver.js";
import type { Bench, FarConnection, FarDatagram, FarEnd } from "./behaviours/bench.js";

const ADDRESSES = ["2001:db8:100::7", "192.0.2.7"] as const;
const NAME = "far.test";
const PORT = 7;
export const TLS_PORT = 8883;
/** Who signed the far end's certificate, which is for its name. */
export const ISSUER = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const IDENTITY: TlsIdentity = { names: [NAME], issuer: ISSUER, notAfterMs: Number.POSITIVE_INFINITY, versions: ["1.2", "1.3"] };
const CONNECT_WITHIN_MS = 600_000;
/** Registration, time and operator have been asked for by then. */
const QUIET_MS = 60_000;
const DEFAULT_DATAGRAM_BYTES = 512;

class Far implements FarConnection {
	#connection: HostConnection;
	#bytes: number[] = [];
	isClosed = false;
	constructor(connection: HostConnection) {
		this.#connection = connection;
	}
	get received(): Uint8Array {
		return Uint8Array.from(this.#bytes);
	}
	send(bytes: Uint8Array): void {
		this.#connection.send(bytes);
	}
	close(): void {
		this.#connection.close();
	}
	/** @internal */
	take(bytes: Uint8Array): void {
		for (const byte of bytes) this.#bytes.push(byte);
	}
	closed(): void {
		this.isClosed = true;
	}
}

/** A host of the simulated internet that takes every datagram, and connections on one port. */
class FarHost implements UdpHost, StreamHost, FarEnd {
	readonly addresses = ADDRESSES;
	readonly address = ADDRESSES[0];
	readonly host = NAME;
	readonly port = PORT;
	readonly closedPort = 9;
	readonly datagramPort = 5683;
	readonly connections: FarConnection[] = [];
	readonly datagrams: FarDatagram[] = [];
	datagram(_port: number, bytes: Uint8Array, _from: unknown, reply: (bytes: Uint8Array) => void): void {
		this.datagrams.push({ bytes, reply });
	}
	tls(port: number): TlsIdentity | undefined {
		return port === TLS_PORT ? IDENTITY : undefined;
	}
	accept(port: number, connection: HostConnection): HostStream | undefined {
		if (port !== PORT && port !== TLS_PORT) return undefined;
		const far = new Far(connection);
		this.connections.push(far);
		return { received: bytes => far.take(bytes), closed: () => far.closed() };
	}
}

/** A board with one serial port: nothing may leave a callback. */
class BoardDouble {
	readonly clock = new VirtualClock();
	readonly wire = createMemoryLine({ clock: this.clock });
	readonly thrown: unknown[] = [];
	modem(driver: Driver): Modem {
		const { clock, thrown } = this;
		const host: ApplicationHost = {
			clock,
			lines: new Map([["modem", this.wire.line]]),
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
		return new Modem({
			driver,
			serial: { io: createSerial(host, life), device: "memory:modem" } as never,
			timer: createTimer(clock, life) as never,
			time: createTime(clock, 0) as never,
		});
	}
}

/** The driver of a module and its persona, connected to the simulated network. */
export function personaBench(driver: Driver, persona: Persona, seed: number): Bench {
	const board = new BoardDouble();
	const { clock } = board;
	const far = new FarHost();
	const simulation = createSimulation({ persona, clock, seed, hosts: [far], names: { [NAME]: ADDRESSES }, port: board.wire.port });
	const modem = board.modem(driver);
	simulation.module.powerOn();
	modem.connect({ apn: "iot.test", sleep: false });
	clock.runWhile(() => modem.connection !== 500, clock.now() + CONNECT_WITHIN_MS);
	expect(modem.connection).toBe(500);
	clock.run(clock.now() + QUIET_MS);
	const { value } = driver.capabilities.sendBytes;
	return {
		modem,
		far,
		thrown: board.thrown,
		run(ms, until) {
			if (until === undefined) clock.run(clock.now() + ms);
			else clock.runWhile(() => !until(), clock.now() + ms);
		},
		another: () => new BoardDouble().modem(driver),
		datagramBytes: typeof value === "number" ? value : DEFAULT_DATAGRAM_BYTES,
	};
}
