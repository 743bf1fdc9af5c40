import { describe, expect, test } from "vitest";
import type { ModemError, TLSOptions } from "../../sdk/index.js";
import { ok } from "../modem/world.js";
import { bytes, text } from "./behaviours/bench.js";
import { net } from "./board.js";
import { type StreamModuleOptions, streamBench } from "./stream-module.js";

const SECURE = { ca: "root" };
function tls(options: TLSOptions = {}, module: StreamModuleOptions = {}) {
	const errors: ModemError[] = [];
	const bench = streamBench({ ...module, onError: error => errors.push(error) });
	const log: string[] = [];
	const socket = new bench.modem.TLS({
		host: "far.test",
		port: 8883,
		secure: SECURE,
		onWritable: () => log.push("writable"),
		onError: () => log.push("error"),
		...options,
	});
	return { ...bench, socket, log, errors };
}

describe("what the module is asked for", () => {
	test.each<[string, TLSOptions, string]>([
		["the host is the name, verified, TLS 1.2", {}, '0,"far.test",1,"1.2","root"'],
		["a name of its own", { secure: { ca: "root", serverName: "other.test" } }, '0,"other.test",1,"1.2","root"'],
		["an address that is a name", { address: "named.test", host: undefined as never }, '0,"named.test",1,"1.2","root"'],
		["an address beside a host", { address: "2001:db8::1" }, '0,"far.test",1,"1.2","root"'],
		[
			"1.3 and a client's certificate",
			{ secure: { ...SECURE, minimumVersion: "1.3", certificate: "me", key: "mine" } },
			'0,"far.test",1,"1.3","root","me","mine"',
		],
		["a pre-shared key needs no authority", { secure: { psk: "shared" } }, '0,"far.test",1,"1.2",,,,"shared"'],
		["not verified", { secure: { verify: false } }, '0,"far.test",0,"1.2"'],
		["not verified, and no name", { address: "10.0.0.1", host: undefined as never, secure: { verify: false } }, '0,"",0,"1.2"'],
	])("%s", (_, options, parameters) => {
		const { run, board, log } = tls(options);
		run(5_000);
		expect(board.commands[0]).toBe(`AT+UTLS=${parameters}`);
		expect(board.commands[1]).toMatch(/^AT\+UTOPEN=0,"TLS",/);
		expect(log).toEqual(["writable"]);
	});
	test("the address is connected to where there is one, the host is only its name", () => {
		const { run, board } = tls({ address: "2001:db8::1" });
		run(5_000);
		expect(board.commands[1]).toBe('AT+UTOPEN=0,"TLS","2001:db8::1",8883');
	});
	test("roots of the module's own stand for an authority", () => {
		const { run, log } = tls({ secure: {} }, { tlsRoots: true });
		run(5_000);
		expect(log).toEqual(["writable"]);
	});
	test.each<[string, TLSOptions, string]>([
		["no authority", { secure: {} }, "secure.ca"],
		["nothing at all", { secure: undefined as never }, "secure.ca"],
		["no name to compare", { host: undefined as never, address: "10.0.0.1" }, "secure.serverName"],
		["a certificate without its key", { secure: { ...SECURE, certificate: "me" } }, "go together"],
		["a key without its certificate", { secure: { ...SECURE, key: "mine" } }, "go together"],
		["an old version", { secure: { ...SECURE, minimumVersion: "1.0" as never } }, "minimumVersion"],
		["PEM text where a name belongs", { secure: { ca: "-----BEGIN CERTIFICATE-----" } }, "names of credentials"],
	])("%s is refused with what to do", (_, options, what) => {
		expect(() => tls(options)).toThrow(what);
	});
});

test("bytes go both ways", () => {
	const { run, socket, far } = tls();
	run(5_000);
	socket.write(bytes("hello"));
	run(5_000);
	expect([far.connections[0]!.kind, text(far.connections[0]!.received)]).toEqual(["TLS", "hello"]);
	far.connections[0]!.send(bytes("there"));
	run(5_000);
	expect(text(socket.read())).toBe("there");
});
test("a failed handshake: onError once, `error` says which check, and the modem's onError says nothing", () => {
	const { run, socket, module, log, errors, board } = tls();
	module.script['AT+UTOPEN=0,"TLS","far.test",8883'] = `${ok}\r\n+UTOPEN: 0,40\r\n`;
	run(60_000);
	expect(log).toEqual(["error"]);
	expect([socket.error?.code, socket.error?.causeNumber, socket.error?.fault]).toEqual(["tls", 40, "refused"]);
	expect(socket.error?.message).toBe("no secure connection with far.test: cause 40, the certificate is not trusted");
	expect(errors).toEqual([]);
	expect(board.thrown).toEqual([]);
});
test("settings that the module refuses are a failure of TLS too", () => {
	const { run, socket, module, log } = tls();
	module.script['AT+UTLS=0,"far.test",1,"1.2","root"'] = "\r\n+CME ERROR: 50\r\n";
	run(60_000);
	expect(log).toEqual(["error"]);
	expect([socket.error?.code, socket.error?.causeNumber]).toEqual(["tls", 50]);
});
describe("how many", () => {
	test("as many as the module has; where they share its numbers with TCP, together", () => {
		const { modem, run, board } = tls({}, { tlsSockets: 2, tcpSockets: 3 });
		const options = { host: "far.test", port: 1, secure: SECURE };
		new modem.TLS(options);
		expect(() => new modem.TLS(options)).toThrow("all 2 sockets of the module for TLS are in use");
		new modem.TCP({ host: "a.test", port: 1 });
		run(10_000);
		expect(board.commands.filter(line => line.startsWith("AT+UTOPEN"))).toEqual([
			'AT+UTOPEN=0,"TLS","far.test",8883',
			'AT+UTOPEN=1,"TLS","far.test",1',
			'AT+UTOPEN=2,"TCP","a.test",1',
		]);
	});
	test("numbered apart where the dialect says so", () => {
		const { modem, run, board } = tls({}, { firstSecureSocket: 100 });
		new modem.TCP({ host: "a.test", port: 1 });
		run(10_000);
		expect(board.commands.filter(line => line.startsWith("AT+UTOPEN"))).toEqual([
			'AT+UTOPEN=100,"TLS","far.test",8883',
			'AT+UTOPEN=0,"TCP","a.test",1',
		]);
	});
});
test("a module without TLS or DTLS says so", () => {
	const { modem } = net();
	expect(() => modem.TLS).toThrow("no TLS of this module");
	expect(() => modem.DTLS).toThrow("no DTLS of this module");
	expect(() => modem.credentials.store({ kind: "ca", name: "a", data: bytes("x") }, undefined, () => {})).toThrow("stores no credentials");
});
test("from: one TLS socket goes on with another's connection", () => {
	const { modem, run, socket, far } = tls();
	run(5_000);
	const second = new modem.TLS({ from: socket });
	second.write(bytes("x"));
	run(5_000);
	expect(text(far.connections[0]!.received)).toBe("x");
});
