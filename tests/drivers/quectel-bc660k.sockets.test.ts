import { describe, expect, test } from "vitest";
import { quectelNb } from "../../drivers/dialect/quectel-nb.js";
import { QPING } from "../../drivers/dialect/quectel-stack.js";
import { quectelBc660k } from "../../drivers/nbiot/quectel-bc660k.js";
import { Bench, feeds, Task } from "./bench.js";

const ascii = (text: string): Uint8Array => Buffer.from(text, "latin1");

describe("opening", () => {
	test("IPv6 in colon text without brackets, context 0, pushed; the outcome comes later", () => {
		const bench = new Bench(quectelBc660k);
		const task = new Task({ address: "2001:db8::1", port: 5683 });
		quectelNb.open(bench.channel, task);
		expect(bench.sent()).toBe('AT+QIOPEN=0,0,"UDP","2001:db8::1",5683,0,1\r');
		bench.says("\r\nOK\r\n");
		expect(task.ends).toEqual([["accepted", undefined, undefined]]);
		expect(bench.reports).toEqual([]);
		bench.says("\r\n+QIOPEN: 0,0\r\n");
		expect(bench.reports).toEqual([["opened", 0, 0]]);
	});
	test("a host by name, a local port, TCP, another context", () => {
		const bench = new Bench(quectelBc660k);
		quectelNb.open(bench.channel, new Task({ socket: 4, kind: "tcp", address: "meter.example.org", port: 80, localPort: 5000, cid: 1 }));
		expect(bench.sent()).toBe('AT+QIOPEN=1,4,"TCP","meter.example.org",80,5000,1\r');
	});
	test("refused by a cause, and by ERROR", () => {
		const bench = new Bench(quectelBc660k);
		const task = new Task();
		quectelNb.open(bench.channel, task);
		bench.sent();
		bench.says("\r\nOK\r\n\r\n+QIOPEN: 0,566\r\n");
		expect(bench.reports).toEqual([["opened", 0, 566]]);
		expect(quectelNb.causes?.[566]).toBe("connection refused");
		quectelNb.open(bench.channel, task);
		bench.sent();
		bench.says("\r\n+CME ERROR: 50\r\n");
		expect(task.ends).toEqual([
			["accepted", undefined, undefined],
			["accepted", "cme", 50],
		]);
	});
	test("the report may come before OK, and without a cause it is an unknown error", () => {
		const bench = new Bench(quectelBc660k);
		const task = new Task();
		quectelNb.open(bench.channel, task);
		bench.sent();
		bench.says("\r\n+QIOPEN: 0,0\r\n\r\nOK\r\n\r\n+QIOPEN: 1\r\n\r\n+QIOPEN:\r\n");
		expect(bench.reports).toEqual([
			["opened", 0, 0],
			["opened", 1, 550],
		]);
		expect(task.ends).toEqual([["accepted", undefined, undefined]]);
	});
});

describe("sending", () => {
	test.each([
		["none", 'AT+QISEND=2,5,"48656C6C6F"\r'],
		["after-uplink", 'AT+QISEND=2,5,"48656C6C6F",1\r'],
		["after-response", 'AT+QISEND=2,5,"48656C6C6F",2\r'],
	] as const)("in hexadecimal, release %s", (release, expected) => {
		const bench = new Bench(quectelBc660k);
		quectelNb.send(bench.channel, new Task({ socket: 2, data: ascii("Hello"), release }));
		expect(bench.sent()).toBe(expected);
	});
	test("SEND OK ends it, OK alone does not, however the bytes arrive", () => {
		const reply = "\r\nOK\r\n\r\nSEND OK\r\n";
		for (const feed of feeds(reply)) {
			const bench = new Bench(quectelBc660k);
			const task = new Task({ data: ascii("x") });
			quectelNb.send(bench.channel, task);
			bench.sent();
			bench.says("\r\nOK\r\n");
			expect(task.ends).toEqual([]);
			bench.says("\r\nSEND OK\r\n", typeof feed === "number" ? Math.min(feed, 10) : feed);
			expect(task.ends).toEqual([["finish", undefined, undefined]]);
			expect(bench.channel.idle).toBe(true);
		}
	});
	test("a second send waits for the first SEND OK, since that names no socket", () => {
		const bench = new Bench(quectelBc660k);
		const first = new Task({ socket: 0, data: ascii("a") });
		const second = new Task({ socket: 1, data: ascii("b") });
		quectelNb.send(bench.channel, first);
		quectelNb.send(bench.channel, second);
		expect(bench.sent()).toBe('AT+QISEND=0,1,"61"\r');
		bench.says("\r\nOK\r\n");
		expect(bench.sent()).toBe("");
		bench.says("\r\nSEND OK\r\n");
		expect(bench.sent()).toBe('AT+QISEND=1,1,"62"\r');
		bench.says("\r\nOK\r\n\r\nSEND FAIL\r\n");
		expect(first.ends).toEqual([["finish", undefined, undefined]]);
		expect(second.ends).toEqual([["busy"]]);
	});
	test("an answer that overtakes SEND OK is delivered, and ends nothing", () => {
		const bench = new Bench(quectelBc660k);
		const task = new Task({ data: ascii("x") });
		quectelNb.send(bench.channel, task);
		bench.sent();
		bench.says('\r\nOK\r\n\r\n+QIURC: "recv",0,2,"6f6B"\r\n');
		expect(task.ends).toEqual([]);
		expect(bench.reports).toEqual([["received", 0, 2, "ok"]]);
		bench.says("\r\nSEND OK\r\n");
		expect(task.ends).toEqual([["finish", undefined, undefined]]);
	});
	test("512 bytes fit the command line; the silence after them is bounded", () => {
		const bench = new Bench(quectelBc660k);
		const task = new Task({ data: new Uint8Array(512).fill(0xa5), release: "after-response" });
		quectelNb.send(bench.channel, task);
		const sent = bench.sent();
		expect(sent).toBe(`AT+QISEND=0,512,"${"A5".repeat(512)}",2\r`);
		bench.now = 60_001;
		bench.channel.expire(bench.now);
		expect(task.ends).toEqual([["finish", "timeout", undefined]]);
	});
});

describe("receiving", () => {
	test("pushed hexadecimal, whole, byte by byte, split anywhere, with more behind it", () => {
		const urc = '\r\n+QIURC: "recv",3,11,"484920224F4B22202C0D0A"\r\n';
		for (const feed of feeds(urc)) {
			const bench = new Bench(quectelBc660k);
			bench.says(urc, feed);
			expect(bench.reports).toEqual([["received", 3, 11, 'HI "OK" ,\r\n']]);
			bench.says("\r\n+CSCON: 1\r\n");
			expect(bench.reports.length).toBe(2);
			expect(bench.unknown).toEqual([]);
		}
	});
	test("without a length, without a blank, and in buffered mode", () => {
		const bench = new Bench(quectelBc660k);
		bench.says('\r\n+QIURC:"recv",1,"6869"\r\n\r\n+QIURC: "recv",2\r\n\r\n+QIURC: "recv",2,10\r\n');
		expect(bench.reports).toEqual([
			["received", 1, 2, "hi"],
			["readable", 2],
			["readable", 2],
		]);
	});
	test("the largest datagram fits the line buffer", () => {
		const bench = new Bench(quectelBc660k);
		bench.says(`\r\n+QIURC: "recv",4,512,"${"41".repeat(512)}"\r\n`);
		expect(bench.reports).toEqual([["received", 4, 512, "A".repeat(512)]]);
	});
	test("digits that are none say so", () => {
		const bench = new Bench(quectelBc660k);
		bench.says('\r\n+QIURC: "recv",0,2,"61G2"\r\n\r\n+QIURC: "recv","x"\r\n');
		expect(bench.reports).toEqual([["received", 0, 2, "malformed"]]);
	});
	test("closed by the far end, the context gone, and reports that nobody knows", () => {
		const bench = new Bench(quectelBc660k);
		bench.says('\r\n+QIURC: "closed",2\r\n\r\n+QIURC: "pdpdeact",0\r\n\r\n+QIURC: "incoming full"\r\n\r\n+QIURC: "new",1\r\n');
		expect(bench.reports).toEqual([["closed", 2], ["allClosed"]]);
		expect(bench.unknown).toEqual([]);
	});
});

describe("closing", () => {
	test("CLOSE OK ends it; the next close waits", () => {
		const bench = new Bench(quectelBc660k);
		const first = new Task({ socket: 3 });
		const second = new Task({ socket: 4 });
		quectelNb.close(bench.channel, first);
		quectelNb.close(bench.channel, second);
		expect(bench.sent()).toBe("AT+QICLOSE=3\r");
		bench.says("\r\nOK\r\n\r\nCLOSE 3\r\n");
		expect(bench.sent()).toBe("");
		expect(first.ends).toEqual([]);
		bench.says("\r\nCLOSE OK\r\n");
		expect(first.ends).toEqual([["finish", undefined, undefined]]);
		expect(bench.sent()).toBe("AT+QICLOSE=4\r");
		bench.now += 10_501;
		bench.channel.expire(bench.now);
		expect(second.ends).toEqual([["finish", "timeout", undefined]]);
	});
});

describe("names", () => {
	function resolve(reply: string): { sent: string; reports: unknown[][]; ends: unknown[][] } {
		const bench = new Bench(quectelBc660k);
		const task = new Task({ address: "meter.example.org" });
		quectelNb.resolve?.(bench.channel, task);
		const sent = bench.sent();
		bench.says(reply);
		expect(bench.unknown).toEqual([]);
		return { sent, reports: bench.reports, ends: task.ends };
	}
	test("one address", () => {
		expect(resolve("\r\nOK\r\n\r\n+QIDNSGIP: 0,1,600\r\n\r\n+QIDNSGIP: 192.0.2.33\r\n")).toEqual({
			sent: 'AT+QIDNSGIP=0,"meter.example.org"\r',
			reports: [
				["resolving", 1, 0],
				["resolved", "192.0.2.33"],
			],
			ends: [["accepted", undefined, undefined]],
		});
	});
	test("both families, quoted or not", () => {
		expect(resolve('\r\nOK\r\n\r\n+QIDNSGIP: 0,2,600\r\n+QIDNSGIP: "2001:DB8::33"\r\n+QIDNSGIP: 192.0.2.33\r\n').reports).toEqual([
			["resolving", 2, 0],
			["resolved", "2001:DB8::33"],
			["resolved", "192.0.2.33"],
		]);
	});
	test("none: a cause alone, or with counts of nothing", () => {
		expect(resolve("\r\nOK\r\n\r\n+QIDNSGIP: 565\r\n").reports).toEqual([["resolving", 0, 565]]);
		expect(resolve("\r\nOK\r\n\r\n+QIDNSGIP: 565,0,0\r\n").reports).toEqual([["resolving", 0, 565]]);
		expect(resolve("\r\nOK\r\n\r\n+QIDNSGIP: 565,2,600\r\n").reports).toEqual([["resolving", 0, 565]]);
	});
	test("how long they hold may be left out", () => {
		expect(resolve("\r\nOK\r\n\r\n+QIDNSGIP: 0,1\r\n").reports).toEqual([["resolving", 1, 0]]);
	});
	test("as BC66 says it", () => {
		expect(resolve('\r\nOK\r\n\r\n+QIURC: "dnsgip",0,1,600\r\n\r\n+QIURC: "dnsgip","192.0.2.33"\r\n').reports).toEqual([
			["resolving", 1, 0],
			["resolved", "192.0.2.33"],
		]);
	});
});

describe("ping", () => {
	test("of the capture: the cause comes after OK and blank lines", () => {
		const bench = new Bench(quectelBc660k);
		const ping = { context: 0, host: "8.8.8.8", timeoutSeconds: 4, count: 4 };
		const { sent, outcome } = bench.exchange(QPING.set, ping, "\r\nOK\r\n\r\n\r\n+QPING: 569\r\n");
		expect(sent).toBe('AT+QPING=0,"8.8.8.8",4,4\r');
		expect(outcome).toEqual({ error: undefined, result: undefined, lines: ["+QPING: 569"] });
	});
	test("echoes, then the summary", () => {
		const bench = new Bench(quectelBc660k);
		const reply = '\r\nOK\r\n\r\n+QPING: 0,"2001:db8::1",32,310,52\r\n\r\n+QPING: 0,"2001:db8::1",32,290,52\r\n';
		const holder = bench.submit(QPING.set, { context: 0, host: "2001:db8::1" });
		expect(bench.sent()).toBe('AT+QPING=0,"2001:db8::1"\r');
		bench.says(reply);
		expect(holder.outcome).toBeUndefined();
		bench.says("\r\n+QPING: 0,2,2,0,290,310,300\r\n");
		expect(holder.outcome?.error).toBeUndefined();
		expect(holder.outcome?.lines).toEqual([
			'+QPING: 0,"2001:db8::1",32,310,52',
			'+QPING: 0,"2001:db8::1",32,290,52',
			"+QPING: 0,2,2,0,290,310,300",
		]);
	});
});
