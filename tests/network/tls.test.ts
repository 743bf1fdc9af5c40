import { describe, expect, test } from "vitest";
import type { TlsIdentity } from "../../host-sim/internet/host.js";
import {
	clientFlightBytes,
	clientHelloBytes,
	recordOverheadBytes,
	serverFinishBytes,
	serverFlightBytes,
} from "../../host-sim/network/tls-sizes.js";
import { nameMatches, tlsVerdict } from "../../host-sim/network/tls-verdict.js";
import type { TlsRequest } from "../../host-sim/network/ue.js";
import { everyByte, streamWorld } from "./stream-world.js";

const CA = "-----BEGIN CERTIFICATE-----\nQ0E=\n-----END CERTIFICATE-----\n";
const OTHER_CA = CA.replace("Q0E=", "T1RIRVI=");
const CLIENT = CA.replace("Q0E=", "Q0xJRU5U");
const KEY = "-----BEGIN PRIVATE KEY-----\nS0VZ\n-----END PRIVATE KEY-----\n";
/** 1 January 2026, when the simulated network's time begins. */
const NOW_MS = 1_767_225_600_000;

const IDENTITY: TlsIdentity = {
	names: ["server.test", "*.iot.test"],
	issuer: CA,
	notAfterMs: NOW_MS + 86_400_000,
	versions: ["1.2", "1.3"],
};
const REQUEST: TlsRequest = { serverName: "server.test", verify: true, ca: [CA], versions: ["1.2", "1.3"] };

describe("the verdict", () => {
	test.each<[string, Partial<TlsRequest>, Partial<TlsIdentity>, string]>([
		["everything fits", {}, {}, "ok 1.3 certificate"],
		["line ends of the stored text do not matter", { ca: [CA.replaceAll("\n", "\r\n")] }, {}, "ok 1.3 certificate"],
		["another authority", { ca: [OTHER_CA] }, {}, "tls-issuer"],
		["no authority", { ca: [] }, {}, "tls-issuer"],
		["one of two authorities", { ca: [OTHER_CA, CA] }, {}, "ok 1.3 certificate"],
		["expired", {}, { notAfterMs: NOW_MS - 1 }, "tls-expired"],
		["expired, and the module does not look", { ignoreTime: true }, { notAfterMs: NOW_MS - 1 }, "ok 1.3 certificate"],
		["another name", { serverName: "other.test" }, {}, "tls-name"],
		["a wildcard", { serverName: "Broker.IoT.test" }, {}, "ok 1.3 certificate"],
		["no name to check", { serverName: undefined }, {}, "ok 1.3 certificate"],
		["nothing is verified", { verify: false, ca: [], serverName: "other.test" }, { notAfterMs: 0 }, "ok 1.3 certificate"],
		["only the older version", { versions: ["1.2"] }, {}, "ok 1.2 certificate"],
		["no version in common", { versions: ["1.3"] }, { versions: ["1.2"] }, "tls-version"],
		["a certificate is demanded and there is none", {}, { clientIssuers: [CLIENT] }, "tls-client"],
		["a certificate without its key", { certificate: CLIENT }, { clientIssuers: [CLIENT] }, "tls-client"],
		["a certificate of nobody", { certificate: CA, key: KEY }, { clientIssuers: [CLIENT] }, "tls-client"],
		["a certificate", { certificate: CLIENT, key: KEY }, { clientIssuers: [CLIENT] }, "ok 1.3 certificate client"],
		[
			"a key by its identity",
			{ ca: [], psk: { identity: "meter-1", key: Uint8Array.of(1, 2) } },
			{ psk: { "meter-1": Uint8Array.of(1, 2) } },
			"ok 1.3 psk",
		],
		[
			"another key",
			{ ca: [], psk: { identity: "meter-1", key: Uint8Array.of(1, 3) } },
			{ psk: { "meter-1": Uint8Array.of(1, 2) } },
			"tls-client",
		],
		[
			"an unknown identity",
			{ ca: [], psk: { identity: "m", key: Uint8Array.of(1, 2) } },
			{ psk: { "meter-1": Uint8Array.of(1, 2) } },
			"tls-client",
		],
		["a key where certificates are spoken", { ca: [], psk: { identity: "m", key: Uint8Array.of(1) } }, {}, "tls-handshake"],
	])("%s", (_what, request, identity, expected) => {
		const verdict = tlsVerdict({ ...REQUEST, ...request }, { ...IDENTITY, ...identity }, NOW_MS);
		const said = verdict.ok ? `ok ${verdict.version} ${verdict.keys}${verdict.clientCertificate ? " client" : ""}` : verdict.why;
		expect(said).toBe(expected);
	});

	test.each([
		["a.iot.test", "*.iot.test", true],
		["a.b.iot.test", "*.iot.test", false],
		["iot.test", "*.iot.test", false],
		[".iot.test", "*.iot.test", false],
		["server.test.", "server.test", true],
		["192.0.2.1", "*.0.2.1", false],
		["192.0.2.1", "192.0.2.1", true],
	])("%s and %s: %s", (name, pattern, expected) => {
		expect(nameMatches(name, pattern)).toBe(expected);
	});
});

test("sizes of the flights, summed by hand", () => {
	// Record 5, message 4, hello 151 + 90, name 9 + 11.
	expect(clientHelloBytes(REQUEST)).toBe(270);
	expect(clientHelloBytes({ ...REQUEST, versions: ["1.2"], serverName: undefined })).toBe(160);
	const tls12 = { ok: true, version: "1.2", keys: "certificate", clientCertificate: false } as const;
	// ServerHello 101, Certificate 5 + 4 + 3 + 2 × 1103, ServerKeyExchange 5 + 4 + 329, ServerHelloDone 9.
	expect(serverFlightBytes(tls12)).toBe(101 + 2218 + 338 + 9);
	// ClientKeyExchange 75, ChangeCipherSpec 6, Finished 29 + 4 + 12.
	expect(clientFlightBytes(tls12)).toBe(75 + 6 + 45);
	expect(serverFinishBytes(tls12)).toBe(51);
	const tls13 = { ...tls12, version: "1.3" } as const;
	// ServerHello 160, ChangeCipherSpec 6, then with 22 + 4 each: extensions 19, chain 2214, signature 260, Finished 32.
	expect(serverFlightBytes(tls13)).toBe(160 + 6 + 4 * 26 + 19 + 2214 + 260 + 32);
	expect(clientFlightBytes(tls13)).toBe(6 + 58);
	expect(serverFinishBytes(tls13)).toBe(226);
	expect([recordOverheadBytes("1.2"), recordOverheadBytes("1.3")]).toEqual([29, 22]);
});

describe("a connection", () => {
	const options = { kind: "tls" as const, tls: REQUEST };

	test("opens, carries data of several records both ways and whole, closes", () => {
		const w = streamWorld({}, IDENTITY);
		w.serve.received = (served, bytes) => served.connection.send(bytes);
		const client = w.open(443, options);
		w.seconds(80);
		expect(client.log).toEqual(["opened"]);
		client.flow.send(everyByte(20_000));
		w.seconds(300);
		expect(client.log[1]).toMatch(/^(sent 20000 true|received \d+)$/);
		expect(client.log.filter(line => line.startsWith("sent"))).toEqual(["sent 20000 true"]);
		expect(w.connections[0]!.bytes).toEqual([...everyByte(20_000)]);
		expect(client.bytes).toEqual([...everyByte(20_000)]);
		w.connections[0]!.connection.close();
		w.seconds(320);
		expect(client.log.at(-1)).toBe("closed");
	});

	test("a window smaller than a record, and a host that speaks first", () => {
		const w = streamWorld({}, IDENTITY);
		w.serve.accepted = served => served.connection.send(everyByte(4000));
		const client = w.open(443, { ...options, windowBytes: 300 });
		w.seconds(120);
		expect(client.log[0]).toBe("opened");
		expect(client.bytes.length).toBeLessThanOrEqual(300);
		for (let second = 120; second < 1200; second += 10) {
			client.flow.consumed(300);
			w.seconds(second);
		}
		expect(client.bytes).toEqual([...everyByte(4000)]);
	});

	test("TLS 1.2 takes a round trip more than 1.3, and that one more than TCP", () => {
		const openedMs = (kind: "tcp" | "tls", versions: TlsRequest["versions"] = ["1.2", "1.3"]): number => {
			const w = streamWorld({}, { ...IDENTITY, versions });
			const client = w.open(443, kind === "tcp" ? {} : { ...options, tls: { ...REQUEST, versions } });
			while (client.log.length === 0) w.clock.run(w.clock.now() + 10);
			return w.clock.now() - 60_000;
		};
		const tcp = openedMs("tcp");
		const tls13 = openedMs("tls", ["1.3"]);
		const tls12 = openedMs("tls", ["1.2"]);
		// On NB-IoT a round trip of small packets is about 450 ms, and 2.8 KB of certificates about 1.8 s.
		expect(tls13 - tcp).toBeGreaterThan(1500);
		expect(tls13 - tcp).toBeLessThan(4000);
		expect(tls12 - tls13).toBeGreaterThan(300);
		expect(tls12 - tls13).toBeLessThan(1500);
	});

	test.each<[string, Partial<TlsRequest>, Partial<TlsIdentity>]>([
		["tls-issuer", { ca: [OTHER_CA] }, {}],
		["tls-expired", {}, { notAfterMs: NOW_MS + 30_000 }],
		["tls-name", { serverName: "other.test" }, {}],
		["tls-version", { versions: ["1.3"] }, { versions: ["1.2"] }],
		["tls-client", {}, { clientIssuers: [CLIENT] }],
	])("%s fails, once, and the server is told", (why, request, identity) => {
		const w = streamWorld({}, { ...IDENTITY, ...identity });
		const client = w.open(443, { kind: "tls", tls: { ...REQUEST, ...request } });
		w.seconds(200);
		expect(client.log).toEqual([`failed ${why}`]);
		expect(w.connections[0]!.closed).toBe(1);
		expect(w.connections[0]!.bytes).toEqual([]);
	});

	test("a port without TLS fails the handshake; a port with it takes nothing else", () => {
		const w = streamWorld({}, IDENTITY);
		const plainPort = w.open(80, options);
		const plainClient = w.open(443);
		w.seconds(70);
		plainClient.flow.send(Uint8Array.of(1, 2, 3));
		w.seconds(100);
		expect(plainPort.log).toEqual(["failed tls-handshake"]);
		expect(plainClient.log).toEqual(["opened", "sent 3 true", "closed"]);
		expect(w.connections.map(served => served.bytes)).toEqual([[], []]);
	});

	test("a client certificate is accepted or refused before the connection counts as open", () => {
		const w = streamWorld({}, { ...IDENTITY, clientIssuers: [CLIENT] });
		const client = w.open(443, { kind: "tls", tls: { ...REQUEST, certificate: CLIENT, key: KEY } });
		w.seconds(200);
		expect(client.log).toEqual(["opened"]);
	});
});
