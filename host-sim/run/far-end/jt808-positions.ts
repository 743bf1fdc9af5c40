import { Jt808Platform } from "../../internet/jt808/platform.js";
import { PositionCollector } from "../../internet/positions.js";
import { listenStreamHost } from "../../internet/stream-server.js";
import { type FarEndOptions, type RunFarEnd, SERVER_ADDRESSES } from "./far-end.js";

/** A platform for JT/T 808-2019 over plain TCP, as the standard has it. */
export async function jt808Positions({ clock, port }: FarEndOptions): Promise<RunFarEnd> {
	const positions = new PositionCollector();
	const platform = new Jt808Platform({ addresses: SERVER_ADDRESSES, port, collector: positions, now: () => clock.now() });
	const server = clock.kind === "real" ? await listenStreamHost(platform, port) : undefined;
	return {
		hosts: server ? [] : [platform],
		routes: server ? SERVER_ADDRESSES.map(address => ({ address, port, target: { address: server.address, port: server.port } })) : [],
		server: {},
		accepted: () => new Set(positions.positions.map(({ sequence }) => sequence)),
		duplicated: () => positions.counters.duplicated + positions.counters.conflicting,
		positions,
		close: () => server?.close(),
	};
}
