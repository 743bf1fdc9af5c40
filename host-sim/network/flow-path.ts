import type { Clock } from "../clock/clock.js";
import type { Random } from "../clock/random.js";
import type { Bearers } from "./bearers.js";
import { addressFamily } from "./ip-text.js";
import type { Nas } from "./nas.js";
import type { PublicNetwork } from "./public-network.js";
import type { RadioNetwork } from "./radio-network.js";

export interface FlowsOwner {
	readonly clock: Clock;
	readonly network: RadioNetwork;
	readonly random: Random;
	readonly nas: Nas;
	readonly bearers: Bearers;
	readonly internet: PublicNetwork;
	/** What the module takes for the time. */
	utcMs(): number;
	emit(name: string, data: Record<string, unknown>): void;
}

/** One way between the base station and a host, with its jitter. */
export function latencyMs({ network, random }: FlowsOwner): number {
	return Math.round(network.operator.coreLatencyMs * (0.8 + 0.4 * random.next())) + network.extraLatencyMs;
}

/** Whether the core loses this packet. */
export function unlucky({ network, nas, random }: FlowsOwner): boolean {
	return !network.linked || random.next() < network.loss[nas.ecl as 0 | 1 | 2];
}

/** The UE's address of the family in which it talks to `peer`. */
export function sourceAddress({ bearers }: FlowsOwner, cid: number, peer: string): string | undefined {
	return bearers.address(cid, addressFamily(peer) === 6 ? 6 : 4);
}
