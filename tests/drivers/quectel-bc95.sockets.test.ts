import { describe, expect, test } from "vitest";
import { hisiliconNb, NSONMI } from "../../drivers/dialect/hisilicon-nb.js";
import { quectelBc95 } from "../../drivers/nbiot/quectel-bc95.js";
import * as base from "../../sdk/3gpp/commands.js";
import { Bench, feeds, Task } from "./bench.js";

const ascii = (text: string): Uint8Array => Buffer.from(text, "latin1");
/** 1 + ((byte 2 + byte 3 + length) modulo 255): 'l' 'l' and 5. */
const HELLO = 222;

describe("creating", () => {
	test.each([
		["2001:db8::1", 0, "AT+NSOCR=DGRAM,17,0,1,AF_INET6\r"],
		["192.0.2.33", 8888, "AT+NSOCR=DGRAM,17,8888,1\r"],
	])("for a peer at %s with local port %i", (address, localPort, expected) => {
		const bench = new Bench(quectelBc95);
		hisiliconNb.open(bench.channel, new Task({ address, localPort }));
		expect(bench.sent()).toBe(expected);
	});
	test("the module gives the number, alone on a line or behind the prefix, however the bytes arrive", () => {
		for (const reply of ["\r\n3\r\n\r\nOK\r\n", "\r\n+NSOCR:3\r\n\r\nOK\r\n"])
			for (const feed of feeds(reply)) {
				const bench = new Bench(quectelBc95);
				const task = new Task({ socket: 0 });
				hisiliconNb.open(bench.channel, task);
				bench.sent();
				bench.says(reply, feed);
				expect([task.socket, task.ends]).toEqual([3, [["finish", undefined, undefined]]]);
				bench.says("\r\n+CSCON:1\r\n");
				expect(bench.reports).toEqual([["signallingConnection", true]]);
				expect(bench.unknown).toEqual([]);
			}
	});
	test("a report in between is no number", () => {
		const bench = new Bench(quectelBc95);
		const task = new Task();
		hisiliconNb.open(bench.channel, task);
		bench.sent();
		bench.says("\r\n+CSCON:1\r\n\r\n+NSONMI:4,2,6F6B\r\n\r\n2\r\n\r\nOK\r\n");
		expect([task.socket, task.ends]).toEqual([2, [["finish", undefined, undefined]]]);
		expect(bench.reports).toEqual([
			["signallingConnection", true],
			["received", 4, 2, "ok"],
		]);
	});
	test.each([
		["\r\nERROR\r\n", ["finish", "error", undefined]],
		["\r\n+CME ERROR: 4\r\n", ["finish", "cme", undefined]],
		["\r\nOK\r\n", ["finish", "malformed", undefined]],
		["\r\n7\r\n\r\nOK\r\n", ["finish", "malformed", undefined]],
	])("refused by %j: no socket is closed that may be another's", (reply, end) => {
		const bench = new Bench(quectelBc95);
		const task = new Task({ socket: 0 });
		hisiliconNb.open(bench.channel, task);
		bench.sent();
		bench.says(reply);
		hisiliconNb.close(bench.channel, task);
		expect(task.ends).toEqual([end, ["finish", undefined, undefined]]);
		expect(bench.sent()).toBe("");
	});
	test("TLS is not this module's", () => {
		const bench = new Bench(quectelBc95);
		const task = new Task({ kind: "tls" });
		hisiliconNb.open(bench.channel, task);
		expect(bench.sent()).toBe("");
		expect(task.ends).toEqual([["fail", 4, undefined]]);
	});
});

describe("sending", () => {
	test.each([
		["none", `AT+NSOST=2,2001:db8::1,5683,5,48656C6C6F,${HELLO}\r`],
		["after-uplink", `AT+NSOSTF=2,2001:db8::1,5683,0x200,5,48656C6C6F,${HELLO}\r`],
		["after-response", `AT+NSOSTF=2,2001:db8::1,5683,0x400,5,48656C6C6F,${HELLO}\r`],
	] as const)("names the peer, in hexadecimal without quotes, release %s", (release, expected) => {
		const bench = new Bench(quectelBc95);
		hisiliconNb.send(bench.channel, new Task({ socket: 2, data: ascii("Hello"), release }));
		expect(bench.sent()).toBe(expected);
	});
	test("OK does not end it, the outcome of its own sequence number does, however the bytes arrive", () => {
		const outcome = `\r\n+NSOSTR:2,${HELLO},1\r\n`;
		for (const release of ["none", "after-response"] as const)
			for (const feed of feeds(outcome)) {
				const bench = new Bench(quectelBc95);
				const task = new Task({ socket: 2, data: ascii("Hello"), release });
				hisiliconNb.send(bench.channel, task);
				bench.sent();
				bench.says(`\r\n2,5\r\n\r\nOK\r\n\r\n+NSOSTR:2,${HELLO - 1},1\r\n\r\n+NSOSTR:1,${HELLO},1\r\n`);
				expect(task.ends).toEqual([]);
				bench.says(outcome, feed);
				expect(task.ends).toEqual([["finish", undefined, undefined]]);
				expect([bench.channel.idle, bench.unknown, bench.reports]).toEqual([true, [], []]);
			}
	});
	test("not transmitted", () => {
		const bench = new Bench(quectelBc95);
		const task = new Task({ socket: 2, data: ascii("Hello") });
		hisiliconNb.send(bench.channel, task);
		bench.sent();
		bench.says(`\r\n2,5\r\n\r\nOK\r\n\r\n+NSOSTR:2,${HELLO},0\r\n`);
		expect(task.ends).toEqual([["fail", 0, "not transmitted"]]);
		hisiliconNb.send(bench.channel, task);
		bench.sent();
		bench.says(`\r\n2,5\r\n\r\n+NSOSTR: 2,${HELLO},0\r\n`);
		expect(task.ends.length).toBe(1);
		bench.says("\r\nOK\r\n");
		expect(task.ends[1]).toEqual(["fail", 0, "not transmitted"]);
	});
	test("an answer that overtakes the outcome is delivered, and ends nothing", () => {
		const bench = new Bench(quectelBc95);
		const task = new Task({ socket: 2, data: ascii("Hello") });
		hisiliconNb.send(bench.channel, task);
		bench.sent();
		bench.says("\r\n2,5\r\n\r\nOK\r\n\r\n+NSONMI:2,2001:db8::1,5683,2,6F6B\r\n");
		expect(task.ends).toEqual([]);
		expect(bench.reports).toEqual([["received", 2, 2, "ok"]]);
		bench.says(`\r\n+NSOSTR:2,${HELLO},1\r\n`);
		expect(task.ends).toEqual([["finish", undefined, undefined]]);
	});
	test("refused before it is taken", () => {
		const bench = new Bench(quectelBc95);
		const task = new Task({ data: ascii("Hello") });
		for (const reply of ["\r\nERROR\r\n", "\r\n+CME ERROR: 513\r\n"]) {
			hisiliconNb.send(bench.channel, task);
			bench.sent();
			bench.says(reply);
		}
		expect(task.ends.map(end => end[1])).toEqual(["error", "cme"]);
		expect(hisiliconNb.errorMeansNotSent).toBe(true);
	});
	test("512 bytes fit the command line; the silence after them is bounded, and a late outcome is nobody's", () => {
		const bench = new Bench(quectelBc95);
		const address = "2001:db8:1111:2222:3333:4444:5555:6666";
		const task = new Task({ socket: 6, address, port: 65_535, data: new Uint8Array(512).fill(0xa5), release: "after-response" });
		hisiliconNb.send(bench.channel, task);
		const sequence = 1 + ((0xa5 + 0xa5 + 512) % 255);
		expect(bench.sent()).toBe(`AT+NSOSTF=6,${address},65535,0x400,512,${"A5".repeat(512)},${sequence}\r`);
		bench.says("\r\n6,512\r\n\r\nOK\r\n");
		bench.now = 60_001;
		bench.channel.expire(bench.now);
		expect(task.ends).toEqual([["finish", "timeout", undefined]]);
		bench.says(`\r\n+NSOSTR:6,${sequence},1\r\n`);
		expect(bench.unknown).toEqual([]);
		expect(task.ends.length).toBe(1);
	});
	test("the sequence number is 1 to 255, and another for the next CoAP message", () => {
		const sequences = [0, 1, 254, 255].map(id => {
			const bench = new Bench(quectelBc95);
			hisiliconNb.send(bench.channel, new Task({ data: Uint8Array.of(0x40, 1, 0, id) }));
			return Number(/,(\d+)\r$/.exec(bench.sent())?.[1]);
		});
		expect(sequences).toEqual([5, 6, 4, 5]);
		const bench = new Bench(quectelBc95);
		hisiliconNb.send(bench.channel, new Task({ data: Uint8Array.of(7) }));
		expect(bench.sent()).toBe("AT+NSOST=0,2001:db8::1,5683,1,07,2\r");
	});
});

describe("receiving", () => {
	test("pushed with the peer, whole, byte by byte, split anywhere, with more behind it", () => {
		const urc = "\r\n+NSONMI:3,2001:db8::1,5683,4,64450D0a\r\n";
		for (const feed of feeds(urc)) {
			const bench = new Bench(quectelBc95);
			bench.says(urc, feed);
			expect(bench.reports).toEqual([["received", 3, 4, "dE\r\n"]]);
			bench.says("\r\n+CSCON:0\r\n");
			expect(bench.reports.length).toBe(2);
			expect(bench.unknown).toEqual([]);
		}
	});
	test("pushed without the peer, with a blank, hinted at, dropped", () => {
		const bench = new Bench(quectelBc95);
		bench.says("\r\n+NSONMI:1,2,6869\r\n\r\n+NSONMI: 1,192.0.2.33,7,2,6869\r\n\r\n+NSONMI:0,15\r\n\r\n+NSONMI:drop 3 bytes pkt\r\n");
		expect(bench.reports).toEqual([
			["received", 1, 2, "hi"],
			["received", 1, 2, "hi"],
			["readable", 0, 15],
		]);
		expect(bench.peers).toEqual(["192.0.2.33 7"]);
		expect(bench.unknown).toEqual([]);
	});
	test("the largest datagram fits the line buffer, one digit that is none says so", () => {
		const bench = new Bench(quectelBc95);
		bench.says(`\r\n+NSONMI:6,2001:db8:1111:2222:3333:4444:5555:6666,65535,512,${"41".repeat(512)}\r\n`);
		expect(bench.reports).toEqual([["received", 6, 512, "A".repeat(512)]]);
		bench.says("\r\n+NSONMI:0,192.0.2.33,7,2,61G2\r\n");
		expect(bench.reports[1]).toEqual(["received", 0, 2, "malformed"]);
	});
	test("the mode is told from a datagram that comes while it is read", () => {
		const bench = new Bench(quectelBc95);
		const { sent, outcome } = bench.exchange(NSONMI.read, undefined, "\r\n+NSONMI:0,15\r\n\r\n+NSONMI:2\r\n\r\nOK\r\n");
		expect(sent).toBe("AT+NSONMI?\r");
		expect(outcome?.result).toEqual({ mode: 2 });
		expect(bench.reports).toEqual([["readable", 0, 15]]);
	});
	test.each([
		["0,192.0.2.33,5683,4,64450D0A,0", [4, 0, "192.0.2.33", 5683]],
		["+NSORF:0,2001:db8::1,5683,4,64450D0A,12", [4, 12, "2001:db8::1", 5683]],
		["0,192.0.2.33,5683,4,6445XX0A,0", [0, undefined, undefined, 0]],
	] as const)("fetched after a hint: %s", (answer, expected) => {
		const reply = `\r\n${answer}\r\n\r\nOK\r\n`;
		for (const feed of feeds(reply)) {
			const bench = new Bench(quectelBc95);
			const task = new Task({ into: new Uint8Array(512) });
			hisiliconNb.receive?.(bench.channel, task);
			expect(bench.sent()).toBe("AT+NSORF=0,512\r");
			bench.says(reply, feed);
			expect(task.ends).toEqual([["finish", undefined, undefined]]);
			expect([task.received, task.remaining, task.fromAddress, task.fromPort]).toEqual(expected);
			if (expected[0] > 0) expect(Buffer.from(task.into.subarray(0, expected[0])).toString("latin1")).toBe("dE\r\n");
			expect(bench.unknown).toEqual([]);
		}
	});
	test("fetched in vain, and one that is longer than there is room", () => {
		const bench = new Bench(quectelBc95);
		const task = new Task({ into: new Uint8Array(2) });
		for (const reply of ["\r\nOK\r\n", "\r\n0,192.0.2.33,5683,4,64450D0A,0\r\n\r\nOK\r\n"]) {
			hisiliconNb.receive?.(bench.channel, task);
			bench.sent();
			bench.says(reply);
		}
		expect(task.received).toBe(0);
		expect(task.ends.length).toBe(2);
	});
});

describe("closing", () => {
	test("by OK; the report that follows it, and one of the far end's", () => {
		const bench = new Bench(quectelBc95);
		const task = new Task({ socket: 3 });
		hisiliconNb.close(bench.channel, task);
		expect(bench.sent()).toBe("AT+NSOCL=3\r");
		bench.says("\r\nOK\r\n\r\n+NSOCLI:3\r\n\r\n+NSOCLI: 0\r\n\r\n+NSOCLI:\r\n");
		expect(task.ends).toEqual([["finish", undefined, undefined]]);
		expect(bench.reports).toEqual([
			["closed", 3],
			["closed", 0],
		]);
	});
});

describe("names", () => {
	function resolve(reply: string): unknown[][] {
		const bench = new Bench(quectelBc95);
		const task = new Task({ address: "meter.example.org" });
		hisiliconNb.resolve?.(bench.channel, task);
		expect(bench.sent()).toBe("AT+QDNS=0,meter.example.org\r");
		bench.says(reply);
		expect(task.ends).toEqual([["accepted", undefined, undefined]]);
		expect(bench.unknown).toEqual([]);
		return bench.reports;
	}
	test("an address of either family, before or after OK", () => {
		expect(resolve("\r\nOK\r\n\r\n+QDNS:192.0.2.33\r\n")).toEqual([["resolved", "192.0.2.33"]]);
		expect(resolve("\r\nOK\r\n\r\n+QDNS: 2001:db8::33\r\n")).toEqual([["resolved", "2001:db8::33"]]);
		expect(resolve("\r\n+QDNS:192.0.2.33\r\n\r\nOK\r\n")).toEqual([["resolved", "192.0.2.33"]]);
	});
	test("none", () => {
		expect(resolve("\r\nOK\r\n\r\n+QDNS:QUERY_DNS_FAILED\r\n")).toEqual([["resolving", 0, 0]]);
		expect(resolve("\r\nOK\r\n\r\n+QDNS:\r\n")).toEqual([["resolving", 0, 0]]);
		expect(hisiliconNb.causes?.[0]).toBe("host not found");
	});
});

describe("the rows", () => {
	test("none of them takes an answer of 27.007", () => {
		const bench = new Bench(quectelBc95);
		expect(bench.exchange(base.CSQ.execute, undefined, "\r\n+CSQ:18,99\r\n\r\nOK\r\n").outcome?.result).toEqual({ rssi: 18, ber: 99 });
		expect(bench.exchange(base.CGMI.execute, undefined, "\r\nQuectel\r\n\r\nOK\r\n").outcome?.lines).toEqual(["Quectel"]);
		expect(bench.reports).toEqual([]);
	});
});
