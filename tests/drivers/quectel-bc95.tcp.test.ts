import { describe, expect, test } from "vitest";
import { hisiliconNb } from "../../drivers/dialect/hisilicon-nb.js";
import { quectelBc95 } from "../../drivers/nbiot/quectel-bc95.js";
import { Bench, type Feed, feeds, Task } from "./bench.js";

const OK = "\r\nOK\r\n";
const stream = (values: Partial<Task> = {}): Task => new Task({ kind: "tcp", address: "2001:db8::7", port: 1883, ...values });
/** Opens, the module says these in turn; what was sent. */
function opened(task: Task, replies: readonly string[], feed: Feed = "whole"): { bench: Bench; sent: string[] } {
	const bench = new Bench(quectelBc95);
	hisiliconNb.open(bench.channel, task);
	const sent = [bench.sent()];
	for (const reply of replies) {
		bench.says(reply, feed);
		sent.push(bench.sent());
	}
	return { bench, sent };
}
const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);
const digits = Buffer.from(everyByte).toString("hex").toUpperCase();

describe("connecting", () => {
	test("a socket, data kept in the module, the peer, however the bytes arrive", () => {
		const replies = ["\r\n1\r\n\r\nOK\r\n", "\r\n+NSONMI:2\r\n\r\nOK\r\n", OK, OK];
		for (const feed of ["whole", "byByte", 1, 2, 3, 4, 5] as const) {
			const task = stream({ localPort: 4000 });
			const { sent, bench } = opened(task, replies, feed);
			expect(sent).toEqual(["AT+NSOCR=STREAM,6,4000,1,AF_INET6\r", "AT+NSONMI?\r", "AT+NSONMI=1\r", "AT+NSOCO=1,2001:db8::7,1883\r", ""]);
			expect([task.socket, task.ends, bench.unknown]).toEqual([1, [["finish", undefined, undefined]], []]);
		}
	});
	test("the mode is written only when it is another", () => {
		const { sent } = opened(stream({ address: "192.0.2.33" }), ["\r\n+NSOCR:0\r\n\r\nOK\r\n", "\r\n+NSONMI:1\r\n\r\nOK\r\n", OK]);
		expect(sent).toEqual(["AT+NSOCR=STREAM,6,0,1\r", "AT+NSONMI?\r", "AT+NSOCO=0,192.0.2.33,1883\r", ""]);
	});
	test("firmware without modes hints anyway", () => {
		const task = stream();
		const { sent } = opened(task, ["\r\n0\r\n\r\nOK\r\n", "\r\nERROR\r\n", "\r\nERROR\r\n", OK]);
		expect(sent.slice(1)).toEqual(["AT+NSONMI?\r", "AT+NSONMI=1\r", "AT+NSOCO=0,2001:db8::7,1883\r", ""]);
		expect(task.ends).toEqual([["finish", undefined, undefined]]);
	});
	test("a name is resolved first, since +NSOCO takes none; its answer is no other host's", () => {
		const task = stream({ address: "mqtt.example.org" });
		const { sent, bench } = opened(task, [`${OK}\r\n+QDNS:2001:db8::33\r\n`, "\r\n2\r\n\r\nOK\r\n", "\r\n+NSONMI:1\r\n\r\nOK\r\n", OK]);
		expect(sent).toEqual([
			"AT+QDNS=0,mqtt.example.org\r",
			"AT+NSOCR=STREAM,6,0,1,AF_INET6\r",
			"AT+NSONMI?\r",
			"AT+NSOCO=2,2001:db8::33,1883\r",
			"",
		]);
		expect(bench.reports).toEqual([]);
		expect(task.ends).toEqual([["finish", undefined, undefined]]);
	});
	test("a name that has no address", () => {
		const task = stream({ address: "mqtt.example.org" });
		const { bench } = opened(task, [`${OK}\r\n+QDNS:QUERY_DNS_FAILED\r\n`]);
		expect(task.ends).toEqual([["fail", 0, "host not found"]]);
		hisiliconNb.close(bench.channel, task);
		expect(bench.sent()).toBe("");
	});
	test.each(['+CMTI:"ME",5', "+NOSUCH:4"])("%s is no socket's number", line => {
		const task = stream();
		opened(task, [`\r\n${line}\r\n\r\n3\r\n\r\n${line}\r\n\r\nOK\r\n`, "\r\n+NSONMI:1\r\n\r\nOK\r\n", OK]);
		expect([task.socket, task.ends]).toEqual([3, [["finish", undefined, undefined]]]);
	});
	test("refused: the socket that was made is the one to close", () => {
		const task = stream();
		const { bench } = opened(task, ["\r\n3\r\n\r\nOK\r\n", "\r\n+NSONMI:1\r\n\r\nOK\r\n", "\r\n+CME ERROR: 513\r\n"]);
		expect(task.ends).toEqual([["finish", "cme", undefined]]);
		hisiliconNb.close(bench.channel, task);
		expect(bench.sent()).toBe("AT+NSOCL=3\r");
		bench.says("\r\nERROR\r\n");
		expect(task.ends[1]).toEqual(["finish", undefined, undefined]);
	});
	test("a peer that never answers: bounded", () => {
		const task = stream();
		const { bench } = opened(task, ["\r\n0\r\n\r\nOK\r\n", "\r\n+NSONMI:1\r\n\r\nOK\r\n"]);
		bench.now = 120_001;
		bench.channel.expire(bench.now);
		expect(task.ends).toEqual([["finish", "timeout", undefined]]);
	});
});

describe("sending", () => {
	/** 1 + ((byte 2 + byte 3 + length) modulo 255). */
	const sequence = 1 + ((2 + 3 + 256) % 255);
	test("with the open driver's flag and a sequence number; every byte value; the outcome ends it, split anywhere", () => {
		const outcome = `\r\n1,256\r\n\r\nOK\r\n\r\n+NSOSTR:1,${sequence},1\r\n`;
		for (const feed of feeds(outcome)) {
			const bench = new Bench(quectelBc95);
			const task = stream({ socket: 1, data: everyByte });
			hisiliconNb.send(bench.channel, task);
			expect(bench.sent()).toBe(`AT+NSOSD=1,256,${digits},0x100,${sequence}\r`);
			bench.says(outcome, feed);
			expect([task.ends, task.taken, bench.unknown]).toEqual([[["finish", undefined, undefined]], 256, []]);
		}
	});
	test("a report in the middle is delivered", () => {
		const bench = new Bench(quectelBc95);
		const task = stream({ socket: 1, data: everyByte });
		hisiliconNb.send(bench.channel, task);
		bench.sent();
		bench.says(`\r\n+NSONMI:1,4\r\n\r\n1,256\r\n\r\nOK\r\n\r\n+NSOCLI:0\r\n\r\n+NSOSTR:1,${sequence},1\r\n`);
		expect(bench.reports).toEqual([
			["readable", 1, 4],
			["closed", 0],
		]);
		expect(task.ends.length).toBe(1);
	});
	test.each(['+CMTI:"ME",5', "+NOSUCH:1,2", "RING", "+NOSUCH:1,0", "1"])("%s is no count of bytes", line => {
		for (const replies of [`\r\n1,256\r\n\r\n${line}\r\n\r\nOK\r\n`, `\r\n${line}\r\n\r\n1,256\r\n\r\nOK\r\n\r\n${line}\r\n`]) {
			const bench = new Bench(quectelBc95);
			const task = stream({ socket: 1, data: everyByte });
			hisiliconNb.send(bench.channel, task);
			bench.sent();
			bench.says(`${replies}\r\n+NSOSTR:1,${sequence},1\r\n`);
			expect([task.ends, task.taken]).toEqual([[["finish", undefined, undefined]], 256]);
		}
	});
	test.each([
		["\r\n1,100\r\n\r\nOK\r\n\r\n+NSOSTR:1,7,1\r\n", ["finish", undefined, undefined], 100],
		["\r\n1,0\r\n\r\nOK\r\n\r\n+NSOSTR:1,7,1\r\n", ["busy"], undefined],
		["\r\n1,256\r\n\r\nOK\r\n\r\n+NSOSTR:1,7,0\r\n", ["fail", 0, "not transmitted"], undefined],
		["\r\nERROR\r\n", ["finish", "error", undefined], undefined],
	])("%j", (reply, end, taken) => {
		const bench = new Bench(quectelBc95);
		const task = stream({ socket: 1, data: everyByte });
		hisiliconNb.send(bench.channel, task);
		bench.sent();
		bench.says(reply.replace(",7,", `,${sequence},`));
		expect([task.ends, task.taken]).toEqual([[end], taken]);
	});
});

describe("fetching", () => {
	test("every byte value, what still waits, and no peer of a datagram, split anywhere", () => {
		const reply = `\r\n1,2001:db8::7,1883,256,${digits},300\r\n\r\nOK\r\n`;
		for (const feed of feeds(reply)) {
			const bench = new Bench(quectelBc95);
			const task = stream({ socket: 1, into: new Uint8Array(256) });
			hisiliconNb.receive?.(bench.channel, task);
			expect(bench.sent()).toBe("AT+NSORF=1,256\r");
			bench.says(reply, feed);
			expect([task.received, task.remaining, task.fromAddress, task.ends]).toEqual([
				256,
				300,
				undefined,
				[["finish", undefined, undefined]],
			]);
			expect(task.into).toEqual(everyByte);
		}
	});
	test.each(["4,6162,0", "2,61G2,0", `300,${"61".repeat(300)},0`])("%.10s cannot be used: the stream has a gap", data => {
		const bench = new Bench(quectelBc95);
		const task = stream({ socket: 1, into: new Uint8Array(256) });
		hisiliconNb.receive?.(bench.channel, task);
		bench.sent();
		bench.says(`\r\n1,2001:db8::7,1883,${data}\r\n\r\nOK\r\n`);
		expect([task.received, task.ends]).toEqual([0, [["fail", 0, "data that were read are malformed"]]]);
	});
	test("a line of the module's own that looks alike is not the data", () => {
		const bench = new Bench(quectelBc95);
		const task = stream({ socket: 1, into: new Uint8Array(256) });
		hisiliconNb.receive?.(bench.channel, task);
		bench.sent();
		bench.says("\r\n1,2001:db8::7,1883,2,6869,0\r\n\r\n+NOSUCH:1,2,3,4,5,6\r\n\r\nOK\r\n");
		expect([task.received, task.remaining, task.ends]).toEqual([2, 0, [["finish", undefined, undefined]]]);
	});
	test("F22: behind OK they are not lost", () => {
		const bench = new Bench(quectelBc95);
		const task = stream({ socket: 1, into: new Uint8Array(256) });
		hisiliconNb.receive?.(bench.channel, task);
		bench.sent();
		bench.says("\r\nOK\r\n\r\n+NSORF:1,2001:db8::7,1883,2,6869,0\r\n");
		expect([task.ends, bench.reports]).toEqual([[["finish", undefined, undefined]], [["received", 1, 2, "hi"]]]);
	});
	test("of a socket that is gone: nothing, and no failure", () => {
		const bench = new Bench(quectelBc95);
		const task = stream({ socket: 1, into: new Uint8Array(256) });
		hisiliconNb.receive?.(bench.channel, task);
		bench.sent();
		bench.says("\r\n+CME ERROR: 8011\r\n");
		expect([task.received, task.ends]).toEqual([0, [["finish", undefined, undefined]]]);
	});
});
