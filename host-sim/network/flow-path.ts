import type { Clock } from "../clock/clock.js";
import type { Random } from "../clock/random.js";
import type { Bearers } from "./bearers.js";
import { addressFamily } from "./ip-text.js";
import type { Nas } from "./nas.js";
import type { Endpoint, PublicNetwork } from "./public-network.js";
import type { RadioNetwork } from "./radio-network.js";

/** What passed between the device and the internet, as its IP stack saw it; the payload of TLS is the plain text. */
export interface IpTraffic {
	readonly kind: "datagram" | "open" | "data" | "close";
	readonly direction: "up" | "down";
	readonly device: Endpoint;
	readonly host: Endpoint;
	/** Empty for "open" and "close". Not kept. */
	readonly bytes: Uint8Array;
}

export interface FlowsOwner {
	readonly clock: Clock;
	readonly network: RadioNetwork;
	readonly random: Random;
	readonly nas: Nas;
	readonly bearers: Bearers;
	readonly internet: PublicNetwork;
	/** What the module takes for the time. */
	utcMs(): number;
	traffic(packet: IpTraffic): void;
	emit(name: string, data: Record<string, unknown>): void;
}

/** One way between the base station and a host, with its jitter. */
export function latencyMs({ network, random }: FlowsOwner): number {
	return Math.round(network.operator.coreLatencyMs * (0.8 + 0.4 * random.next())) + network.extraLatencyMs;
}

/** Whether the core loses this packet. */
export function unlucky({ network, nas, random }: FlowsOwner): boolean {
	return !network.linked || random.next() < network.loss[nas.reception.ecl as 0 | 1 | 2];
}

/** The UE's address of the family in which it talks to `peer`. */
export function sourceAddress({ bearers }: FlowsOwner, cid: number, peer: string): string | undefined {
	return bearers.address(cid, addressFamily(peer) === 6 ? 6 : 4);
}
