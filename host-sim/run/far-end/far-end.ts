import type { Clock } from "../../clock/clock.js";
import type { Collector, Configuration } from "../../internet/collector.js";
import type { StreamHost, UdpHost } from "../../internet/host.js";
import type { PositionCollector } from "../../internet/positions.js";
import type { LoopbackRoute } from "../../network/loopback-network.js";

/** Where the simulated internet has the example's server (RFC 3849 and RFC 5737 documentation addresses). */
export const SERVER_ADDRESSES = ["2001:db8:100::1", "192.0.2.1"] as const;

export interface FarEndOptions {
	readonly clock: Clock;
	readonly seed: number;
	readonly host: string;
	readonly port: number;
	/** UTC at time 0. */
	readonly startUtcMs: number;
	/** What the server tells each device, where it tells anything. */
	readonly configuration: Configuration | undefined;
}

/** The receiving application of a run: in memory when the clock is virtual, on loopback sockets when it is real. */
export interface RunFarEnd {
	readonly hosts: readonly (UdpHost | StreamHost)[];
	readonly routes: readonly LoopbackRoute[];
	/** What the application is told of it besides host and port. */
	readonly server: Readonly<Record<string, unknown>>;
	/** Identifiers of readings that it accepted. */
	accepted(): Set<number>;
	/** Readings that it accepted twice, under one identifier or two. */
	duplicated(): number;
	readonly collector?: Collector;
	readonly positions?: PositionCollector;
	close(): Promise<void> | void;
}

export const farEndKinds = ["coap", "mqtt", "jt808"] as const;
export type FarEndKind = (typeof farEndKinds)[number];

/** Loaded when they are wanted: each needs packages that the others do without. */
const KINDS: Readonly<Record<FarEndKind, (options: FarEndOptions) => Promise<RunFarEnd>>> = {
	coap: async options => (await import("./coap-readings.js")).coapReadings(options),
	mqtt: async options => (await import("./mqtt-positions.js")).mqttPositions(options),
	jt808: async options => (await import("./jt808-positions.js")).jt808Positions(options),
};

export function isFarEndKind(kind: string): kind is FarEndKind {
	return (farEndKinds as readonly string[]).includes(kind);
}
export function openFarEnd(kind: FarEndKind, options: FarEndOptions): Promise<RunFarEnd> {
	return KINDS[kind](options);
}
