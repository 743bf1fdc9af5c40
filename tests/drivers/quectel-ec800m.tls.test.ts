import { describe, expect, test } from "vitest";
import { quectelEc800m } from "../../drivers/cat1/quectel-ec800m.js";
import { quectelLte } from "../../drivers/dialect/quectel-lte.js";
import type { AtError } from "../../sdk/at/errors.js";
import type { CredentialKind, CredentialTask, SecureSettings } from "../../sdk/modem/driver.js";
import { Bench, feeds, Task } from "./bench.js";

const OK = "\r\nOK\r\n";
const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");

const verified: SecureSettings = { serverName: "broker.example.org", verify: true, minimumVersion: "1.2", ca: "fleet" };
/** Ids of `+QIOPEN` end at 11; the first TLS socket is 12 to the core and 0 to the module. */
function task(secure: SecureSettings, values: ConstructorParameters<typeof Task>[0] = {}): Task {
	return new Task({ cid: 1, kind: "tls", socket: 12, address: "broker.example.org", port: 8883, secure, ...values });
}
/** What is sent until it is opened, each setting answered by OK. */
function opening(secure: SecureSettings, values: ConstructorParameters<typeof Task>[0] = {}) {
	const bench = new Bench(quectelEc800m);
	const opened = task(secure, values);
	quectelLte.open(bench.channel, opened);
	const sent: string[] = [];
	for (let line = bench.sent(); line !== "" && sent.length < 20; line = bench.sent()) {
		sent.push(line);
		bench.says(OK);
	}
	return { bench, opened, sent };
}

describe("opening", () => {
	test("a server that is verified: version, name, time and SNI are set before it is opened", () => {
		const { bench, opened, sent } = opening(verified);
		expect(sent).toEqual([
			'AT+QSSLCFG="sslversion",0,3\r',
			'AT+QSSLCFG="ciphersuite",0,0xFFFF\r',
			'AT+QSSLCFG="seclevel",0,1\r',
			'AT+QSSLCFG="cacert",0,"UFS:fleet_ca.pem"\r',
			'AT+QSSLCFG="sni",0,1\r',
			'AT+QSSLCFG="ignorelocaltime",0,0\r',
			'AT+QSSLCFG="checkhost",0,1\r',
			'AT+QSSLOPEN=1,0,0,"broker.example.org",8883,0\r',
		]);
		expect(opened.ends).toEqual([["accepted", undefined, undefined]]);
		bench.says("\r\n+QSSLOPEN: 0,0\r\n");
		expect(bench.reports).toEqual([["opened", 12, 0]]);
	});
	test("with a certificate of our own, on the second socket", () => {
		const { sent } = opening({ ...verified, certificate: "device1", key: "device1" }, { socket: 13 });
		expect(sent.slice(2, 6)).toEqual([
			'AT+QSSLCFG="seclevel",1,2\r',
			'AT+QSSLCFG="cacert",1,"UFS:fleet_ca.pem"\r',
			'AT+QSSLCFG="clientcert",1,"UFS:device1_cert.pem"\r',
			'AT+QSSLCFG="clientkey",1,"UFS:device1_key.pem"\r',
		]);
		expect(sent.at(-1)).toBe('AT+QSSLOPEN=1,1,1,"broker.example.org",8883,0\r');
	});
	test("without verification, when the application says so", () => {
		expect(opening({ ...verified, verify: false, ca: undefined }).sent).toEqual([
			'AT+QSSLCFG="sslversion",0,3\r',
			'AT+QSSLCFG="ciphersuite",0,0xFFFF\r',
			'AT+QSSLCFG="seclevel",0,0\r',
			'AT+QSSLCFG="sni",0,1\r',
			'AT+QSSLOPEN=1,0,0,"broker.example.org",8883,0\r',
		]);
	});
	test("the name is what the module resolves, sends and compares; an address where there is none", () => {
		expect(opening(verified, { address: "2001:db8::1" }).sent.at(-1)).toContain('"broker.example.org"');
		expect(opening({ ...verified, serverName: "" }, { address: "2001:db8::1" }).sent.at(-1)).toContain('"2001:db8::1"');
	});
	test("but for the name's, a check that the module does not know is not gone without", () => {
		for (const answer of ["\r\nERROR\r\n", "\r\n+CME ERROR: 4\r\n"]) {
			const bench = new Bench(quectelEc800m);
			const opened = task(verified);
			quectelLte.open(bench.channel, opened);
			for (let line = bench.sent(); line !== ""; line = bench.sent()) bench.says(line.includes("ignorelocaltime") ? answer : OK);
			expect(opened.ends).toEqual([["fail", 555, 'the module does not take the TLS setting "ignorelocaltime"']]);
			expect(bench.channel.idle).toBe(true);
		}
		const bench = new Bench(quectelEc800m);
		const opened = task(verified);
		quectelLte.open(bench.channel, opened);
		for (let line = bench.sent(); line !== ""; line = bench.sent()) bench.says(line.includes("checkhost") ? "\r\n+CME ERROR: 4\r\n" : OK);
		expect(opened.ends).toEqual([["accepted", undefined, undefined]]);
	});
	test("silence in the middle is silence", () => {
		const bench = new Bench(quectelEc800m);
		const opened = task(verified);
		quectelLte.open(bench.channel, opened);
		bench.sent();
		bench.says(OK);
		bench.sent();
		bench.now = 60_000;
		bench.channel.expire(bench.now);
		expect(opened.ends).toEqual([["finish", "timeout", undefined]]);
	});
	test.each([
		[{ ...verified, psk: "shared" }, "pre-shared keys are not known of this module: give a CA"],
		[{ ...verified, minimumVersion: "1.3" }, "TLS 1.3 is not known of this module"],
		[{ ...verified, certificate: "d" }, "a client certificate needs its key"],
		[{ ...verified, key: "d" }, "a client key needs its certificate"],
		[{ ...verified, verify: false, certificate: "d", key: "d" }, "this module shows its certificate only to a server that it verifies"],
	] as [SecureSettings, string][])("what it cannot do is said before anything is sent", (secure, reason) => {
		const { opened, sent } = opening(secure);
		expect(sent).toEqual([]);
		expect(opened.ends).toEqual([["fail", 555, reason]]);
	});
	test("a handshake that fails has the module's number", () => {
		const { bench } = opening(verified);
		bench.says("\r\n+QSSLOPEN: 0,579\r\n");
		expect(bench.reports).toEqual([["opened", 12, 579]]);
	});
});

describe("data", () => {
	const TRAPS = '\r\nOK\r\n> ERROR\r\n+QSSLURC: "closed",0\r\n';
	test("sent behind a prompt, under the number that the module knows", () => {
		const bench = new Bench(quectelEc800m);
		const sending = task(verified, { socket: 13, data: latin1(TRAPS) });
		quectelLte.send(bench.channel, sending);
		expect(bench.sent()).toBe(`AT+QSSLSEND=1,${TRAPS.length}\r`);
		bench.says("\r\n> ");
		expect(bench.sent()).toBe(TRAPS);
		bench.says("\r\nSEND OK\r\n");
		expect(sending.ends).toEqual([["finish", undefined, undefined]]);
		quectelLte.send(bench.channel, sending);
		bench.sent();
		bench.says("> ");
		bench.sent();
		bench.says("\r\nSEND FAIL\r\n");
		expect(sending.ends[1]).toEqual(["busy"]);
	});
	test("hinted, then read by count, split at each place", () => {
		const bench = new Bench(quectelEc800m);
		bench.says('\r\n+QSSLURC: "recv",1\r\n\r\n+QSSLURC: "closed",0\r\n');
		expect(bench.reports).toEqual([
			["readable", 13],
			["closed", 12],
		]);
		const reply = `\r\n+QSSLRECV: ${TRAPS.length}\r\n${TRAPS}\r\n\r\nOK\r\n`;
		for (const feed of feeds(reply)) {
			const reader = new Bench(quectelEc800m);
			const reading = task(verified, { socket: 13, into: new Uint8Array(500) });
			quectelLte.receive?.(reader.channel, reading);
			expect(reader.sent()).toBe("AT+QSSLRECV=1,500\r");
			reader.says(reply, feed);
			expect(Buffer.from(reading.into.subarray(0, reading.received)).toString("latin1")).toBe(TRAPS);
			expect(reading.ends).toEqual([["finish", undefined, undefined]]);
			expect(reader.reports).toEqual([]);
		}
	});
	test("closed by OK", () => {
		const bench = new Bench(quectelEc800m);
		const closing = task(verified, { socket: 12 });
		quectelLte.close(bench.channel, closing);
		expect(bench.sent()).toBe("AT+QSSLCLOSE=0\r");
		bench.says(OK);
		expect(closing.ends).toEqual([["finish", undefined, undefined]]);
	});
});

class Credential implements CredentialTask {
	readonly ends: unknown[][] = [];
	readonly kind: CredentialKind;
	readonly name: string;
	readonly data: Uint8Array;
	constructor(kind: CredentialKind, name: string, data: Uint8Array) {
		this.kind = kind;
		this.name = name;
		this.data = data;
	}
	finish(error: AtError | undefined): void {
		this.ends.push(["finish", error?.code, error?.number]);
	}
	fail(causeNumber: number, name?: string): void {
		this.ends.push(["fail", causeNumber, name]);
	}
}

describe("credentials", () => {
	const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n>OK\n-----END CERTIFICATE-----\n";
	test.each([
		["ca", "fleet_ca.pem"],
		["certificate", "fleet_cert.pem"],
		["key", "fleet_key.pem"],
	] as const)("%s: the old file is erased, the new one goes out behind CONNECT", (kind, file) => {
		for (const deleted of [OK, "\r\n+CME ERROR: 405\r\n"]) {
			const bench = new Bench(quectelEc800m);
			const storing = new Credential(kind, "fleet", latin1(PEM));
			quectelLte.credential?.(bench.channel, storing);
			expect(bench.sent()).toBe(`AT+QFDEL="${file}"\r`);
			bench.says(deleted);
			expect(bench.sent()).toBe(`AT+QFUPL="${file}",${PEM.length},30\r`);
			bench.says("\r\nCONNECT\r\n");
			expect(bench.sent()).toBe(PEM);
			bench.says(`\r\n+QFUPL: ${PEM.length},3f5a\r\n\r\nOK\r\n`);
			expect(storing.ends).toEqual([["finish", undefined, undefined]]);
		}
	});
	test("erased when there is nothing to store, also when it was not there", () => {
		for (const deleted of [OK, "\r\n+CME ERROR: 405\r\n"]) {
			const bench = new Bench(quectelEc800m);
			const erasing = new Credential("ca", "fleet", new Uint8Array(0));
			quectelLte.credential?.(bench.channel, erasing);
			bench.sent();
			bench.says(deleted);
			expect(bench.sent()).toBe("");
			expect(erasing.ends).toEqual([["finish", undefined, undefined]]);
		}
	});
	test("what the module did not keep whole is not stored", () => {
		const bench = new Bench(quectelEc800m);
		const storing = new Credential("ca", "fleet", latin1(PEM));
		quectelLte.credential?.(bench.channel, storing);
		bench.sent();
		bench.says(OK);
		bench.sent();
		bench.says("\r\nCONNECT\r\n");
		bench.sent();
		bench.says("\r\n+QFUPL: 10,0000\r\n\r\nOK\r\n");
		expect(storing.ends).toEqual([["fail", 550, "only 10 bytes were kept"]]);
	});
	test("no room, no answer", () => {
		const bench = new Bench(quectelEc800m);
		const storing = new Credential("key", "fleet", latin1(PEM));
		quectelLte.credential?.(bench.channel, storing);
		bench.sent();
		bench.says(OK);
		bench.sent();
		bench.says("\r\n+CME ERROR: 423\r\n");
		const silent = new Credential("key", "fleet", latin1(PEM));
		quectelLte.credential?.(bench.channel, silent);
		bench.sent();
		bench.now = 60_000;
		bench.channel.expire(bench.now);
		expect(storing.ends).toEqual([["finish", "cme", 423]]);
		expect(silent.ends).toEqual([["finish", "timeout", undefined]]);
	});
	test("pre-shared keys are refused before anything is sent", () => {
		const bench = new Bench(quectelEc800m);
		const storing = new Credential("psk", "fleet", latin1("1234"));
		quectelLte.credential?.(bench.channel, storing);
		expect(bench.sent()).toBe("");
		expect(storing.ends[0]?.slice(0, 2)).toEqual(["fail", 555]);
	});
	test("no trace shows what is stored", () => {
		const upload = quectelLte.commands?.find(command => command.name === "+QFUPL");
		expect(upload?.rule.redactPayload).toBe(true);
	});
});
