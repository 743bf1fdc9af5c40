import type { HostConnection, StreamHost } from "./host.js";
import { type Listener, type ListenOptions, listen } from "./listen.js";

/**
 * Lets a host of the simulated internet take real connections, on a loopback address of this machine unless `options` says
 * otherwise. `port` is the one that the host believes to listen on.
 */
export function listenStreamHost(host: StreamHost, port: number, options: ListenOptions = {}): Promise<Listener> {
	return listen(options, socket => {
		const connection: HostConnection = {
			from: { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 },
			send: bytes => void (socket.writable && socket.write(Uint8Array.from(bytes))),
			close: () => void socket.end(),
		};
		const stream = host.accept(port, connection);
		if (stream === undefined) {
			socket.destroy();
			return;
		}
		socket.on("data", bytes => stream.received(new Uint8Array(bytes)));
		socket.on("close", () => stream.closed());
	});
}
