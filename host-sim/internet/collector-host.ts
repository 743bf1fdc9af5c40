import type { Clock } from "../clock/clock.js";
import { CoapHost } from "./coap-host.js";
import type { Collector } from "./collector.js";

export interface CollectorHostOptions {
	readonly clock: Clock;
	readonly collector: Collector;
	readonly addresses: readonly string[];
	/** Default 5683. */
	readonly port?: number;
	/** 0 ≤ x < 1, for losses. */
	readonly random?: () => number;
	/** Of the clients; default 10,000. */
	readonly ackTimeoutMs?: number;
	/** Largest block taken, a power of two; default 1024. */
	readonly blockBytes?: number;
}

/** The collector as a host of the simulated internet, in virtual time. */
export function createCollectorHost(options: CollectorHostOptions): CoapHost {
	const { collector, ...rest } = options;
	return new CoapHost({ ...rest, behaviour: collector.behaviour, handle: request => collector.handle(request) });
}
