import { describe, expect, test } from "vitest";
import { openluatAir780e } from "../../drivers/cat1/openluat-air780e.js";
import { openluatCip } from "../../drivers/dialect/openluat-cip.js";
import type { SecureSettings } from "../../sdk/modem/driver.js";
import { Bench, Credential, dialogue, type Feed, feeds, Task } from "./bench.js";

const OK = "\r\nOK\r\n";
const ERROR = "\r\nERROR\r\n";
const FINISHED = ["finish", undefined, undefined];
const stream = (values: Partial<Task> = {}): Task =>
	new Task({ kind: "tcp", socket: 2, address: "mqtt.example.org", port: 1883, ...values });
const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);
const TRICKY = "\r\nOK\r\n\r\nSEND FAIL\r\nDATA ACCEPT:2,9\r\n> 2, CLOSED\r\n\0\x1a\x1b";
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

describe("opening", () => {
	function opened(task: Task, replies: readonly string[], feed: Feed = "whole"): { bench: Bench; sent: string[] } {
		const bench = new Bench(openluatAir780e);
		openluatCip.open(bench.channel, task);
		return { bench, sent: dialogue(bench, replies, feed) };
	}
	test("a stream: the switch for TLS is off, then the connection; its own words end it, with and without a blank, split anywhere", () => {
		for (const word of ["2, CONNECT OK", "2,CONNECT OK"]) {
			const reply = `${OK}\r\n${word}\r\n`;
			for (const feed of feeds(reply)) {
				const task = stream();
				const { sent, bench } = opened(task, [OK]);
				expect(sent).toEqual(["AT+CIPSSL=0", 'AT+CIPSTART=2,"TCP","mqtt.example.org",1883']);
				bench.says(reply, feed);
				expect([task.ends, bench.unknown, bench.reports, bench.channel.idle]).toEqual([[FINISHED], [], [], true]);
			}
		}
	});
	test("datagrams: one peer for each connection, and a port of our own", () => {
		const task = new Task({ socket: 1, address: "192.0.2.33", localPort: 4000 });
		const { sent } = opened(task, [OK, `${OK}\r\n1, CONNECT OK\r\n`]);
		expect(sent).toEqual(['AT+CLPORT=1,"UDP",4000', 'AT+CIPSTART=1,"UDP","192.0.2.33",5683', ""]);
		expect(task.ends).toEqual([FINISHED]);
		expect(opened(new Task({ socket: 0 }), []).sent).toEqual(['AT+CIPSTART=0,"UDP","2001:db8::1",5683']);
	});
	test("firmware without TLS has no switch", () => {
		const task = stream();
		const { sent } = opened(task, [ERROR, `${OK}\r\n2, CONNECT OK\r\n`]);
		expect([sent.length, task.ends]).toEqual([3, [FINISHED]]);
	});
	test.each([
		[`${OK}\r\n2, CONNECT FAIL\r\n`, ["fail", 1, "connection failed"]],
		[`${OK}\r\nTCP ERROR:11\r\n\r\n2,CONNECT FAIL\r\n`, ["fail", 1, "connection failed"]],
		[`${OK}\r\n2, ALREADY CONNECT\r\n`, ["fail", 2, "socket id in use"]],
		[`\r\n2, ALREADY CONNECT\r\n${ERROR}`, ["fail", 2, "socket id in use"]],
		[ERROR, ["finish", "error", undefined]],
		["\r\nSTATE: IP INITIAL\r\n\r\n+CME ERROR: 3\r\n", ["finish", "cme", undefined]],
	])("refused by %j", (reply, end) => {
		for (const feed of feeds(reply)) {
			const task = stream();
			const { bench } = opened(task, [OK]);
			bench.says(reply, feed);
			expect([task.ends, bench.unknown]).toEqual([[end], []]);
		}
	});
	test("another connection's words are not this one's; silence is bounded; late words are nobody's", () => {
		const task = stream();
		const { bench } = opened(task, [OK, `${OK}\r\n1, CONNECT OK\r\n\r\n0, CLOSED\r\n`]);
		expect([task.ends, bench.reports]).toEqual([[], [["closed", 0]]]);
		bench.now = 120_001;
		bench.channel.expire(bench.now);
		expect(task.ends).toEqual([["finish", "timeout", undefined]]);
		bench.says("\r\n2, CONNECT OK\r\n");
		expect([task.ends.length, bench.unknown]).toEqual([1, []]);
	});

	const VERIFIED: SecureSettings = { serverName: "mqtt.example.org", verify: true, minimumVersion: "1.2", ca: "root" };
	test("TLS 1.2, verified with name and time, before the switch and the connection", () => {
		const task = stream({ kind: "tls", secure: VERIFIED });
		const { sent } = opened(task, [OK, OK, OK, OK, OK, OK, `${OK}\r\n2, CONNECT OK\r\n`]);
		expect(sent).toEqual([
			'AT+SSLCFG="sslversion",2,3',
			'AT+SSLCFG="seclevel",2,1',
			'AT+SSLCFG="cacert",2,"root_ca.pem"',
			'AT+SSLCFG="hostname",2,"mqtt.example.org"',
			'AT+SSLCFG="ignorelocaltime",2,0',
			"AT+CIPSSL=1",
			'AT+CIPSTART=2,"TCP","mqtt.example.org",1883',
			"",
		]);
		expect(task.ends).toEqual([FINISHED]);
	});
	test("both sides authenticated; nobody", () => {
		const both = opened(stream({ kind: "tls", secure: { ...VERIFIED, certificate: "unit", key: "unit" } }), [OK, OK, OK, OK, OK]);
		expect(both.sent.slice(1, 5)).toEqual([
			'AT+SSLCFG="seclevel",2,2',
			'AT+SSLCFG="cacert",2,"root_ca.pem"',
			'AT+SSLCFG="clientcert",2,"unit_cert.pem"',
			'AT+SSLCFG="clientkey",2,"unit_key.pem"',
		]);
		const nobody = opened(stream({ kind: "tls", secure: { ...VERIFIED, verify: false, ca: undefined } }), [OK, OK, OK]);
		expect(nobody.sent.slice(1)).toEqual(['AT+SSLCFG="seclevel",2,0', 'AT+SSLCFG="hostname",2,"mqtt.example.org"', "AT+CIPSSL=1"]);
	});
	test.each([0, 1, 2, 3, 5])("setting %i refused: no connection", at => {
		const task = stream({ kind: "tls", secure: VERIFIED });
		const { sent } = opened(task, [...Array.from({ length: at }, () => OK), ERROR]);
		expect([sent.length, sent.at(-1), task.ends]).toEqual([at + 2, "", [["finish", "error", undefined]]]);
	});
	test("what it has not", () => {
		const ends = [{ minimumVersion: "1.3" as const }, { psk: "unit" }].map(more => {
			const task = stream({ kind: "tls", secure: { ...VERIFIED, ...more } });
			expect(opened(task, []).sent).toEqual([""]);
			return task.ends[0];
		});
		expect(ends).toEqual([
			["fail", 4, "TLS above 1.2 not supported"],
			["fail", 4, "pre-shared keys not supported"],
		]);
	});
});

describe("sending", () => {
	function sending(data: Uint8Array): { bench: Bench; task: Task } {
		const bench = new Bench(openluatAir780e);
		const task = stream({ data });
		openluatCip.send(bench.channel, task);
		expect(bench.sent()).toBe(`AT+CIPSEND=2,${data.byteLength}\r`);
		return { bench, task };
	}
	test("every byte value, and bytes that look like results; DATA ACCEPT says how many, split anywhere", () => {
		for (const data of [everyByte, Buffer.from(TRICKY, "latin1")]) {
			const reply = `\r\nDATA ACCEPT:2,${data.byteLength}\r\n`;
			for (const feed of feeds(reply)) {
				const { bench, task } = sending(data);
				bench.says("\r\n> ");
				expect(bench.sent()).toBe(textOf(data));
				bench.says(reply, feed);
				expect([task.ends, task.taken, bench.unknown, bench.channel.idle]).toEqual([[FINISHED], data.byteLength, [], true]);
			}
		}
	});
	test("a report at each place of the exchange is delivered and ends nothing", () => {
		for (let at = 0; at < 2; at++) {
			const { bench, task } = sending(everyByte);
			if (at === 0) bench.says("\r\n+CIPRXGET: 1,3\r\n\r\n1, CLOSED\r\n");
			bench.says(">");
			bench.sent();
			if (at === 1) bench.says("\r\n+CIPRXGET: 1,3\r\n\r\n1, CLOSED\r\n");
			bench.says("\r\nDATA ACCEPT:2,256\r\n");
			expect([task.ends, task.taken]).toEqual([[FINISHED], 256]);
			expect(bench.reports).toEqual([
				["readable", 3],
				["closed", 1],
			]);
		}
	});
	test.each([
		["\r\nDATA ACCEPT:2,100\r\n", FINISHED, 100],
		["\r\nDATA ACCEPT:2,0\r\n", ["busy"], undefined],
		["\r\n2, SEND FAIL\r\n", ["busy"], undefined],
		["\r\n2,SEND FAIL\r\n", ["busy"], undefined],
		["\r\nSEND FAIL\r\n", ["busy"], undefined],
		[ERROR, ["finish", "error", undefined], undefined],
		["\r\n+CME ERROR: 3\r\n", ["finish", "cme", undefined], undefined],
	])("%j", (reply, end, taken) => {
		const { bench, task } = sending(everyByte);
		bench.says(">");
		bench.sent();
		bench.says(reply);
		expect([task.ends, task.taken]).toEqual([[end], taken]);
	});
});

describe("fetching", () => {
	test.each([textOf(everyByte), TRICKY])("by count, split anywhere", data => {
		const reply = `\r\n+CIPRXGET: 2,2,${data.length},3\r\n${data}\r\n${OK}`;
		for (const feed of feeds(reply)) {
			const bench = new Bench(openluatAir780e);
			const task = stream({ into: new Uint8Array(1460) });
			openluatCip.receive?.(bench.channel, task);
			expect(bench.sent()).toBe("AT+CIPRXGET=2,2,1460\r");
			bench.says(reply, feed);
			expect([task.received, task.remaining, task.ends, bench.unknown]).toEqual([data.length, 3, [FINISHED], []]);
			expect(textOf(task.into.subarray(0, data.length))).toBe(data);
		}
	});
});

describe("closing", () => {
	test.each(["\r\n2, CLOSE OK\r\n", "\r\n2,CLOSE OK\r\n", "\r\nCLOSE OK\r\n", ERROR])("by %j", reply => {
		for (const feed of feeds(reply)) {
			const bench = new Bench(openluatAir780e);
			const task = stream();
			openluatCip.close(bench.channel, task);
			expect(bench.sent()).toBe("AT+CIPCLOSE=2\r");
			bench.says(reply, feed);
			expect([task.ends, bench.reports, bench.unknown]).toEqual([[FINISHED], [], []]);
		}
	});
	test("by the far end; the network is gone, spelt in three ways", () => {
		const bench = new Bench(openluatAir780e);
		bench.says("\r\n0, CLOSED\r\n\r\n5,CLOSED\r\n\r\n+PDP: DEACT\r\n\r\n+PDP DEACT\r\n\r\nPDP DEACT\r\n");
		expect(bench.reports.slice(0, 2)).toEqual([
			["closed", 0],
			["closed", 5],
		]);
		expect(bench.reports.slice(2).map(([name]) => name)).toEqual(["packetEvent", "packetEvent", "packetEvent"]);
		expect(bench.unknown).toEqual([]);
	});
});

test("names: behind OK, and none", () => {
	const bench = new Bench(openluatAir780e);
	const task = new Task({ address: "mqtt.example.org" });
	openluatCip.resolve?.(bench.channel, task);
	expect(dialogue(bench, [OK, '\r\n+CDNSGIP: 1,"mqtt.example.org","192.0.2.33"\r\n'])[0]).toBe('AT+CDNSGIP="mqtt.example.org"');
	openluatCip.resolve?.(bench.channel, task);
	dialogue(bench, [`${OK}\r\n+CDNSGIP:0,14\r\n`]);
	expect(bench.reports).toEqual([
		["resolving", 1, 0],
		["resolved", "192.0.2.33"],
		["resolving", 0, 14],
	]);
	expect(bench.unknown).toEqual([]);
});

test("credentials: the old file goes, the new one is written behind a prompt; erased; a key that is shared", () => {
	const pem = "-----BEGIN CERTIFICATE-----\r\nMIIB\r\n-----END CERTIFICATE-----\r\n";
	const bench = new Bench(openluatAir780e);
	const ca = new Credential("ca", "root", pem);
	openluatCip.credential?.(bench.channel, ca);
	expect(dialogue(bench, [ERROR, OK, "\r\n>", OK])).toEqual([
		'AT+FSDEL="root_ca.pem"',
		'AT+FSCREATE="root_ca.pem"',
		`AT+FSWRITE="root_ca.pem",0,${pem.length},15`,
		pem,
		"",
	]);
	const none = new Credential("key", "unit", "");
	openluatCip.credential?.(bench.channel, none);
	expect(dialogue(bench, [OK])).toEqual(['AT+FSDEL="unit_key.pem"', ""]);
	const shared = new Credential("psk", "unit", "\x01");
	openluatCip.credential?.(bench.channel, shared);
	expect([ca.ends, none.ends, shared.ends]).toEqual([[FINISHED], [FINISHED], [["fail", 4, "pre-shared keys not supported"]]]);
});
