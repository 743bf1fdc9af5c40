import type { Clock } from "../clock/clock.js";
import type { Internet } from "../internet/host.js";
import { canonicalHost } from "./ip-text.js";
import type { Endpoint, PublicNetwork } from "./public-network.js";

/** The internet of a simulation in memory: hosts and names from a table, answers on the simulation's clock. */
export function memoryNetwork(clock: Clock, internet: Internet): PublicNetwork {
	return {
		resolve(host, done) {
			clock.after(0, () => done(internet.resolve(host)));
		},
		send(from: Endpoint, to: Endpoint, bytes, reply) {
			const host = internet.host(canonicalHost(to.address));
			if (host !== undefined) clock.after(0, () => host.datagram(to.port, bytes, from, reply));
		},
		forget() {},
		answersEcho: address => internet.host(canonicalHost(address)) !== undefined,
		close() {},
	};
}
