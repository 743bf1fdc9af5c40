import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { CertificateAuthority } from "../../host-sim/internet/certificates.js";
import { loopbackNetwork } from "../../host-sim/network/loopback-network.js";
import type { PublicStream, TlsVerdict } from "../../host-sim/network/public-network.js";
import type { TlsRequest } from "../../host-sim/network/ue.js";
import { everyByte } from "../network/stream-world.js";

const open: (() => void)[] = [];
afterEach(() => {
	for (const close of open.splice(0)) close();
});

const UE = { address: "2001:db8::2", port: 50_000 };
const PUBLIC = { address: "2001:db8:5e::1", port: 8883 };

async function listen(server: Server): Promise<number> {
	const sockets = new Set<Socket>();
	server.on("connection", socket => {
		sockets.add(socket);
		socket.on("error", () => {});
	});
	await new Promise<void>(resolve => server.listen(0, "::1", resolve));
	open.push(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	return (server.address() as { port: number }).port;
}
function tlsServer(options: TlsOptions, serve: (socket: TLSSocket) => void = socket => socket.pipe(socket)): Promise<number> {
	const server = createTlsServer(options, socket => {
		socket.on("error", () => {});
		serve(socket);
	});
	server.on("tlsClientError", () => {});
	return listen(server as unknown as Server);
}

/** A connection through the network, and everything it says. */
function connect(port: number): { stream: PublicStream; log: string[]; bytes: number[]; until: (text: string) => Promise<void> } {
	const net = loopbackNetwork({ routes: [{ ...PUBLIC, target: { address: "::1", port } }], names: {} });
	open.push(() => net.close());
	const log: string[] = [];
	const bytes: number[] = [];
	let told: () => void = () => {};
	const say = (text: string): void => {
		log.push(text);
		told();
	};
	const stream = net.connect(UE, PUBLIC, {
		accepted: () => say("accepted"),
		refused: () => say("refused"),
		received(received) {
			bytes.push(...received);
			told();
		},
		ended: () => say("ended"),
		reset: () => say("reset"),
	});
	const until = async (text: string): Promise<void> => {
		while (!log.includes(text) && String(bytes.length) !== text) await new Promise<void>(resolve => (told = resolve));
	};
	return { stream, log, bytes, until };
}

describe("TCP", () => {
	test("bytes both ways, the server's end and ours", async () => {
		const port = await listen(createServer({ allowHalfOpen: true }, socket => socket.pipe(socket)));
		const client = connect(port);
		await client.until("accepted");
		let taken = 0;
		client.stream.send(everyByte(70_000), () => taken++);
		await client.until("70000");
		expect(client.bytes).toEqual([...everyByte(70_000)]);
		expect(taken).toBe(1);
		client.stream.end();
		await client.until("ended");
		expect(client.log).toEqual(["accepted", "ended"]);
	});

	test("nobody listens: refused; no route: silence", async () => {
		const server = createServer();
		const port = await listen(server);
		await new Promise<void>(resolve => server.close(() => resolve()));
		const client = connect(port);
		await client.until("refused");
		expect(client.log).toEqual(["refused"]);
		const net = loopbackNetwork({ routes: [], names: {} });
		const said: string[] = [];
		const say = (): void => void said.push("anything");
		net.connect(UE, PUBLIC, { accepted: say, refused: say, received: say, ended: say, reset: say }).send(Uint8Array.of(1), say);
		expect(said).toEqual([]);
	});

	test("a reader that waits holds the server back, and gets everything afterwards", async () => {
		const count = 20_000_000;
		let stopped = 0;
		const server = createServer(socket => {
			let left = count;
			const more = (): void => {
				while (left > 0) {
					left -= 100_000;
					if (!socket.write(new Uint8Array(100_000))) {
						stopped = count - left;
						return void socket.once("drain", more);
					}
				}
				socket.end();
			};
			more();
		});
		const port = await listen(server);
		const net = loopbackNetwork({ routes: [{ ...PUBLIC, target: { address: "::1", port } }], names: {} });
		open.push(() => net.close());
		let received = 0;
		await new Promise<void>(resolve => {
			const stream = net.connect(UE, PUBLIC, {
				accepted() {
					stream.pace(false);
					const held = (): void => {
						const before = stopped;
						setTimeout(() => (stopped === before && before > 0 ? check(before) : held()), 50);
					};
					const check = (at: number): void => {
						expect(at).toBeLessThan(count);
						expect(received).toBeLessThan(1_000_000);
						stream.pace(true);
					};
					held();
				},
				refused() {},
				received: bytes => void (received += bytes.length),
				ended: resolve,
				reset() {},
			});
		});
		expect(received).toBe(count);
	});

	test("the server resets", async () => {
		const port = await listen(createServer(socket => void socket.once("data", () => socket.resetAndDestroy())));
		const client = connect(port);
		await client.until("accepted");
		client.stream.send(Uint8Array.of(1), () => {});
		await client.until("reset");
		expect(client.log).toEqual(["accepted", "reset"]);
	});
});

describe("TLS", () => {
	const authority = new CertificateAuthority();
	const other = new CertificateAuthority("another authority");
	const server = authority.issue({ names: ["server.test", "*.iot.test"] });
	const expired = authority.issue({ names: ["server.test"], notAfterMs: Date.now() - 3_600_000 });
	const client = authority.issue({ subject: "meter-1", usage: "client" });
	const stranger = other.issue({ subject: "meter-1", usage: "client" });
	const SHOWN = { cert: server.certificate, key: server.key };
	const REQUEST: TlsRequest = { serverName: "server.test", verify: true, ca: [authority.certificate], versions: ["1.2", "1.3"] };
	const DEMANDED = { ...SHOWN, requestCert: true, rejectUnauthorized: true, ca: authority.certificate };

	async function verdictOf(options: TlsOptions | number, request: Partial<TlsRequest> = {}): Promise<string> {
		const connection = connect(typeof options === "number" ? options : await tlsServer(options));
		await connection.until("accepted");
		const verdict = await new Promise<TlsVerdict>(resolve => connection.stream.secure({ ...REQUEST, ...request }, 0, resolve));
		return verdict.ok ? `ok ${verdict.version} ${verdict.keys}` : verdict.why;
	}

	test.each<[string, string, TlsOptions, Partial<TlsRequest>]>([
		["everything fits", "ok 1.3 certificate", SHOWN, {}],
		["only the older version", "ok 1.2 certificate", { ...SHOWN, maxVersion: "TLSv1.2" }, {}],
		["a wildcard", "ok 1.3 certificate", SHOWN, { serverName: "broker.iot.test" }],
		["another authority", "tls-issuer", SHOWN, { ca: [other.certificate] }],
		["no authority", "tls-issuer", SHOWN, { ca: [] }],
		["expired", "tls-expired", { cert: expired.certificate, key: expired.key }, {}],
		["expired, and nobody looks", "ok 1.3 certificate", { cert: expired.certificate, key: expired.key }, { ignoreTime: true }],
		[
			"nobody looks, and the name is wrong",
			"tls-name",
			{ cert: expired.certificate, key: expired.key },
			{ ignoreTime: true, serverName: "x.test" },
		],
		["another name", "tls-name", SHOWN, { serverName: "other.test" }],
		["no name to check", "ok 1.3 certificate", SHOWN, { serverName: undefined }],
		["nothing is verified", "ok 1.3 certificate", SHOWN, { verify: false, ca: [], serverName: "other.test" }],
		["no version in common", "tls-version", { ...SHOWN, maxVersion: "TLSv1.2" }, { versions: ["1.3"] }],
		["no version in common, the other way", "tls-version", { ...SHOWN, minVersion: "TLSv1.3" }, { versions: ["1.2"] }],
		["a client certificate", "ok 1.3 certificate", DEMANDED, { certificate: client.certificate, key: client.key }],
		["a client certificate of nobody", "tls-client", DEMANDED, { certificate: stranger.certificate, key: stranger.key }],
		["none", "tls-client", DEMANDED, {}],
		["a stored text that is no certificate", "tls-client", SHOWN, { certificate: "rubbish", key: client.key }],
		[
			"a key by its identity",
			"ok 1.2 psk",
			{ pskCallback: () => Buffer.from("secret"), ciphers: "PSK", maxVersion: "TLSv1.2" },
			{ ca: [], psk: { identity: "meter-1", key: Buffer.from("secret") } },
		],
		[
			"another key",
			"tls-client",
			{ pskCallback: () => Buffer.from("secret"), ciphers: "PSK", maxVersion: "TLSv1.2" },
			{ ca: [], psk: { identity: "meter-1", key: Buffer.from("terces") } },
		],
	])("%s: %s", async (_what, expected, options, request) => {
		expect(await verdictOf(options, request)).toBe(expected);
	});

	test("a port that speaks no TLS", async () => {
		const port = await listen(createServer(socket => void socket.on("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))));
		expect(await verdictOf(port)).toBe("tls-handshake");
	});

	test("bytes both ways, the name in the hello, and the server's end", async () => {
		let asked: string | false | null | undefined;
		const port = await tlsServer(SHOWN, socket => {
			asked = socket.servername;
			socket.pipe(socket);
		});
		const connection = connect(port);
		await connection.until("accepted");
		const verdict = await new Promise<TlsVerdict>(resolve => connection.stream.secure(REQUEST, 0, resolve));
		expect(verdict).toEqual({ ok: true, version: "1.3", keys: "certificate", clientCertificate: false });
		let taken = 0;
		connection.stream.send(everyByte(100_000), () => taken++);
		await connection.until("100000");
		expect(connection.bytes).toEqual([...everyByte(100_000)]);
		expect([asked, taken]).toEqual(["server.test", 1]);
		connection.stream.end();
		await connection.until("ended");
	});
});
