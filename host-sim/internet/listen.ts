import { type AddressInfo, createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

/** What a server on this machine shows, and asks for, in TLS handshakes. */
export interface TlsServerOptions {
	/** PEM text. */
	readonly certificate: string;
	readonly key: string;
	/** PEM text of the authority of client certificates, where one is demanded. */
	readonly clientAuthority?: string;
	/** Default "1.2". */
	readonly minimumVersion?: "1.2" | "1.3";
	readonly maximumVersion?: "1.2" | "1.3";
}
export interface ListenOptions {
	/** Default "::1". Nothing beyond this machine unless an address says so. */
	readonly address?: string;
	/** Default 0: a free one. */
	readonly port?: number;
	/** Default: no TLS. */
	readonly tls?: TlsServerOptions;
}
export interface Listener {
	readonly address: string;
	readonly port: number;
	/** Ends the connections that there are, too. */
	close(): Promise<void>;
}

/** Takes connections on this machine. A connection that fails, in its handshake too, is its client's business. */
export async function listen(options: ListenOptions, accept: (socket: Socket) => void): Promise<Listener> {
	const sockets = new Set<Socket>();
	const take = (socket: Socket): void => {
		socket.on("error", () => {});
		accept(socket);
	};
	const { tls } = options;
	const server =
		tls === undefined
			? createServer(take)
			: createTlsServer(
					{
						cert: tls.certificate,
						key: tls.key,
						minVersion: `TLSv${tls.minimumVersion ?? "1.2"}`,
						maxVersion: `TLSv${tls.maximumVersion ?? "1.3"}`,
						...(tls.clientAuthority !== undefined && { ca: tls.clientAuthority, requestCert: true, rejectUnauthorized: true }),
					},
					take,
				);
	server.on("connection", (socket: Socket) => {
		socket.on("error", () => {});
		sockets.add(socket);
		socket.on("close", () => sockets.delete(socket));
	});
	server.on("tlsClientError", () => {});
	const address = options.address ?? "::1";
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.listen({ host: address, port: options.port ?? 0 }, () => {
			server.off("error", reject);
			server.on("error", () => {});
			resolve();
		});
	});
	return {
		address,
		port: (server.address() as AddressInfo).port,
		close: () =>
			new Promise(resolve => {
				server.close(() => resolve());
				for (const socket of sockets) socket.destroy();
			}),
	};
}
