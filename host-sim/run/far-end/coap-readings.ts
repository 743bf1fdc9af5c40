import { createRandom } from "../../clock/random.js";
import { Collector } from "../../internet/collector.js";
import { createCollectorHost } from "../../internet/collector-host.js";
import { listenCollector } from "../../internet/collector-server.js";
import { type FarEndOptions, type RunFarEnd, SERVER_ADDRESSES } from "./far-end.js";

/** A CoAP server that takes SenML reports of a meter. */
export async function coapReadings({ clock, seed, port, configuration }: FarEndOptions): Promise<RunFarEnd> {
	const collector = new Collector({ now: () => clock.now(), path: "/readings" });
	collector.configuration = configuration;
	const losses = createRandom(seed).fork("collector");
	const random = (): number => losses.next();
	const server = clock.kind === "real" ? await listenCollector({ collector, random }) : undefined;
	return {
		hosts: server ? [] : [createCollectorHost({ clock, collector, addresses: SERVER_ADDRESSES, port, random })],
		routes: server ? SERVER_ADDRESSES.map(address => ({ address, port, target: { address: server.address, port: server.port } })) : [],
		server: {},
		accepted: () => new Set(collector.readings.map(reading => reading.sequence)),
		duplicated: () => collector.counters.duplicated + collector.counters.conflicting,
		collector,
		close: () => server?.close(),
	};
}
