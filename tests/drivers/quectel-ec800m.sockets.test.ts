import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quectelEc800m } from "../../drivers/cat1/quectel-ec800m.js";
import { quectelLte } from "../../drivers/dialect/quectel-lte.js";
import { QPING } from "../../drivers/dialect/quectel-stack.js";
import { CSQ } from "../../sdk/3gpp/device-commands.js";
import { Bench, feeds, Task } from "./bench.js";

const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");
const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, i) => i);
/** What a parser that looks into data would fall for. */
const TRAPS = '\r\nOK\r\n> \r\nERROR\r\n+QIRD: 5\r\n+QIURC: "closed",0\r\nSEND OK\r\n\x1a\x1b';

function task(values: ConstructorParameters<typeof Task>[0] = {}): Task {
	return new Task({ cid: 1, kind: "tcp", ...values });
}

describe("opening", () => {
	test("as in the capture of EC800M-CN but for the mode: data wait in the module", () => {
		const bench = new Bench(quectelEc800m);
		const opening = task({ address: "106.14.142.171", port: 8001 });
		quectelLte.open(bench.channel, opening);
		expect(bench.sent()).toBe('AT+QIOPEN=1,0,"TCP","106.14.142.171",8001,0,0\r');
		bench.says("\r\nOK\r\n");
		expect(opening.ends).toEqual([["accepted", undefined, undefined]]);
		bench.now += 125;
		bench.says("\r\n+QIOPEN: 0,0\r\n");
		expect(bench.reports).toEqual([["opened", 0, 0]]);
		expect(bench.unknown).toEqual([]);
	});
	test("UDP to an IPv6 peer from a local port, and a host by its name", () => {
		const bench = new Bench(quectelEc800m);
		quectelLte.open(bench.channel, task({ kind: "udp", socket: 4, address: "2001:db8::1", port: 5683, localPort: 5000 }));
		expect(bench.sent()).toBe('AT+QIOPEN=1,4,"UDP","2001:db8::1",5683,5000,0\r');
		bench.says("\r\nOK\r\n");
		quectelLte.open(bench.channel, task({ socket: 3, address: "broker.example.org", port: 1883 }));
		expect(bench.sent()).toBe('AT+QIOPEN=1,3,"TCP","broker.example.org",1883,0,0\r');
	});
	test("refused by a cause, by ERROR, and not for want of DTLS", () => {
		const bench = new Bench(quectelEc800m);
		const opening = task();
		quectelLte.open(bench.channel, opening);
		bench.sent();
		bench.says("\r\nOK\r\n\r\n+QIOPEN: 0,566\r\n");
		expect(bench.reports).toEqual([["opened", 0, 566]]);
		quectelLte.open(bench.channel, opening);
		bench.sent();
		bench.says("\r\nERROR\r\n");
		quectelLte.open(bench.channel, task({ kind: "dtls" }));
		expect(bench.sent()).toBe("");
		expect(opening.ends).toEqual([
			["accepted", undefined, undefined],
			["accepted", "error", undefined],
		]);
		expect(quectelLte.causes?.[555]).toBe("operation not supported");
	});
});

describe("sending", () => {
	test("data go out as they are, behind the prompt in either form, and SEND OK ends it", () => {
		for (const data of [EVERY_BYTE, latin1(TRAPS), latin1("x")])
			for (const prompt of ["\r\n> ", "\r\n>", "> ", ">"]) {
				const bench = new Bench(quectelEc800m);
				const sending = task({ socket: 2, data });
				quectelLte.send(bench.channel, sending);
				expect(bench.sent()).toBe(`AT+QISEND=2,${data.byteLength}\r`);
				bench.says(prompt);
				expect(latin1(bench.sent())).toEqual(Buffer.from(data));
				expect(sending.ends).toEqual([]);
				bench.says("\r\nSEND OK\r\n");
				expect(sending.ends).toEqual([["finish", undefined, undefined]]);
				expect(bench.channel.idle).toBe(true);
			}
	});
	test("1,460 bytes at a time, whatever the port takes at once", () => {
		const bench = new Bench(quectelEc800m);
		const data = Uint8Array.from({ length: 1460 }, (_, i) => (i * 7) & 0xff);
		quectelLte.send(bench.channel, task({ data }));
		bench.sent();
		bench.says("> ");
		expect(latin1(bench.sent())).toEqual(Buffer.from(data));
	});
	test("SEND FAIL is a full buffer: it is tried again", () => {
		const bench = new Bench(quectelEc800m);
		const sending = task({ data: latin1("x") });
		quectelLte.send(bench.channel, sending);
		bench.sent();
		bench.says("> ");
		bench.sent();
		bench.says("\r\nSEND FAIL\r\n");
		expect(sending.ends).toEqual([["busy"]]);
	});
	test("ERROR and +CME ERROR instead of the prompt: nothing is sent", () => {
		for (const [answer, code] of [
			["\r\nERROR\r\n", "error"],
			["\r\n+CME ERROR: 3\r\n", "cme"],
		] as const) {
			const bench = new Bench(quectelEc800m);
			const sending = task({ data: latin1("x") });
			quectelLte.send(bench.channel, sending);
			bench.sent();
			bench.says(answer);
			expect(bench.sent()).toBe("");
			expect(sending.ends).toEqual([["finish", code, undefined]]);
		}
	});
	test("a prompt that never comes is left by ESC, and the next command is not data", () => {
		const bench = new Bench(quectelEc800m);
		const sending = task({ data: latin1("secret") });
		quectelLte.send(bench.channel, sending);
		bench.sent();
		bench.now = 30_001;
		bench.channel.expire(bench.now);
		expect(sending.ends).toEqual([["finish", "timeout", undefined]]);
		bench.submit(CSQ.execute, undefined);
		let written = "";
		for (let turn = 0; turn < 20; turn++) {
			bench.now += 1000;
			bench.channel.expire(bench.now);
			written += bench.sent();
		}
		expect(written.startsWith("\x1bAT\r")).toBe(true);
		expect(written).not.toContain("secret");
	});
	test("reports between command, prompt and result are reports", () => {
		const bench = new Bench(quectelEc800m);
		const sending = task({ data: latin1("x") });
		quectelLte.send(bench.channel, sending);
		bench.sent();
		bench.says('\r\n+QIURC: "recv",1\r\n> ');
		expect(bench.sent()).toBe("x");
		bench.says('\r\n+QIURC: "closed",3\r\n\r\nSEND OK\r\n');
		expect(bench.reports).toEqual([
			["readable", 1, undefined],
			["closed", 3],
		]);
		expect(sending.ends).toEqual([["finish", undefined, undefined]]);
	});
	test("a second send waits for the first SEND OK, since that names no socket", () => {
		const bench = new Bench(quectelEc800m);
		const first = task({ socket: 0, data: latin1("a") });
		const second = task({ socket: 1, data: latin1("b") });
		quectelLte.send(bench.channel, first);
		quectelLte.send(bench.channel, second);
		expect(bench.sent()).toBe("AT+QISEND=0,1\r");
		bench.says("> ");
		expect(bench.sent()).toBe("a");
		bench.says("\r\nSEND OK\r\n");
		expect(bench.sent()).toBe("AT+QISEND=1,1\r");
	});
});

describe("receiving", () => {
	function read(reply: string, feed: "whole" | "byByte" | number, room = 1460) {
		const bench = new Bench(quectelEc800m);
		const reading = task({ socket: 3, into: new Uint8Array(room) });
		quectelLte.receive?.(bench.channel, reading);
		expect(bench.sent()).toBe(`AT+QIRD=3,${room}\r`);
		bench.says(reply, feed);
		return { bench, reading, data: reading.into.subarray(0, reading.received) };
	}
	test("a hint, once; with the count where the module gives it", () => {
		const bench = new Bench(quectelEc800m);
		bench.says('\r\n+QIURC: "recv",3\r\n\r\n+QIURC:"recv",4,1460\r\n');
		expect(bench.reports).toEqual([
			["readable", 3, undefined],
			["readable", 4, 1460],
		]);
	});
	test("every byte and every trap, whole, byte by byte, split at each place, with more behind", () => {
		for (const data of [EVERY_BYTE, latin1(TRAPS)]) {
			const reply = `\r\n+QIRD: ${data.byteLength}\r\n${Buffer.from(data).toString("latin1")}\r\n\r\nOK\r\n`;
			for (const feed of feeds(reply)) {
				const { bench, reading, data: got } = read(reply, feed);
				expect(Buffer.from(got)).toEqual(Buffer.from(data));
				expect(reading.ends).toEqual([["finish", undefined, undefined]]);
				expect(reading.remaining).toBeUndefined();
				expect(bench.reports).toEqual([]);
				expect(bench.unknown).toEqual([]);
				bench.says('\r\n+QIURC: "recv",3\r\n');
				expect(bench.reports).toEqual([["readable", 3, undefined]]);
			}
		}
	});
	test("any data, split at any two places", () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(), fc.nat(), (data, a, b) => {
				const reply = `\r\n+QIRD: ${data.byteLength}\r\n${Buffer.from(data).toString("latin1")}\r\n\r\nOK\r\n`;
				const [first, second] = [a % reply.length, b % reply.length].sort((x, y) => x - y) as [number, number];
				const bench = new Bench(quectelEc800m);
				const reading = task({ into: new Uint8Array(300) });
				quectelLte.receive?.(bench.channel, reading);
				bench.sent();
				for (const piece of [reply.slice(0, first), reply.slice(first, second), reply.slice(second)]) bench.says(piece);
				expect(Buffer.from(reading.into.subarray(0, reading.received))).toEqual(Buffer.from(data));
				expect(reading.ends).toEqual([["finish", undefined, undefined]]);
			}),
		);
	});
	test("as much as fits the line buffer", () => {
		const data = Uint8Array.from({ length: 1460 }, (_, i) => (i * 31 + 13) & 0xff);
		const reply = `\r\n+QIRD: 1460\r\n${Buffer.from(data).toString("latin1")}\r\n\r\nOK\r\n`;
		for (const feed of ["whole", "byByte", 7, 700] as const) expect(Buffer.from(read(reply, feed).data)).toEqual(Buffer.from(data));
	});
	test("nothing waits any more", () => {
		const { reading, data } = read("\r\n+QIRD: 0\r\n\r\nOK\r\n", "whole");
		expect(data.length).toBe(0);
		expect(reading.remaining).toBe(0);
		expect(reading.ends).toEqual([["finish", undefined, undefined]]);
	});
	test("no more is asked for than there is room, and than the module gives at once", () => {
		const bench = new Bench(quectelEc800m);
		quectelLte.receive?.(bench.channel, task({ into: new Uint8Array(100) }));
		expect(bench.sent()).toBe("AT+QIRD=0,100\r");
		bench.says("\r\n+QIRD: 0\r\n\r\nOK\r\n");
		quectelLte.receive?.(bench.channel, task({ into: new Uint8Array(4096) }));
		expect(bench.sent()).toBe("AT+QIRD=0,1500\r");
	});
	test("a peer behind the count", () => {
		const { reading, data } = read('\r\n+QIRD: 2,"2001:db8::9",5683\r\nhi\r\n\r\nOK\r\n', "byByte");
		expect(Buffer.from(data).toString()).toBe("hi");
		expect([reading.fromAddress, reading.fromPort]).toEqual(["2001:db8::9", 5683]);
	});
	test("reports before the data and behind them, not in them", () => {
		const reply = '\r\n+QIURC: "recv",1\r\n\r\n+QIRD: 22\r\n\r\n+QIURC: "closed",0\r\n\r\n\r\n+QIURC: "closed",3\r\n\r\nOK\r\n';
		for (const feed of feeds(reply)) {
			const { bench, reading, data } = read(reply, feed);
			expect(Buffer.from(data).toString()).toBe('\r\n+QIURC: "closed",0\r\n'.slice(0, 22));
			expect(bench.reports).toEqual([
				["readable", 1, undefined],
				["closed", 3],
			]);
			expect(reading.ends).toEqual([["finish", undefined, undefined]]);
		}
	});
	test("data that stop coming do not hold the line for ever", () => {
		const bench = new Bench(quectelEc800m);
		const reading = task({ into: new Uint8Array(64) });
		quectelLte.receive?.(bench.channel, reading);
		bench.sent();
		bench.says("\r\n+QIRD: 10\r\nabc");
		for (let turn = 0; turn < 12; turn++) {
			bench.now += 1000;
			bench.channel.expire(bench.now);
		}
		expect(reading.received).toBe(0);
		expect(reading.ends.length).toBe(1);
		expect(reading.ends[0]?.[1]).toBe("timeout");
	});
	test("a socket that is gone", () => {
		const { reading } = read("\r\nERROR\r\n", "whole");
		expect(reading.ends).toEqual([["finish", "error", undefined]]);
	});
});

describe("closing and the context", () => {
	test("OK ends it: there is no CLOSE OK", () => {
		const bench = new Bench(quectelEc800m);
		const closing = task({ socket: 3 });
		quectelLte.close(bench.channel, closing);
		expect(bench.sent()).toBe("AT+QICLOSE=3\r");
		bench.says("\r\nOK\r\n");
		expect(closing.ends).toEqual([["finish", undefined, undefined]]);
		quectelLte.close(bench.channel, closing);
		bench.sent();
		bench.now += 12_001;
		bench.channel.expire(bench.now);
		expect(closing.ends[1]).toEqual(["finish", "timeout", undefined]);
	});
	test("closed by the far end; the context gone, which is then activated again; reports nobody knows", () => {
		const bench = new Bench(quectelEc800m);
		bench.says('\r\n+QIURC: "closed",2\r\n\r\n+QIURC: "pdpdeact",1\r\n\r\n+QIURC: "incoming full"\r\n');
		expect(bench.reports).toEqual([
			["closed", 2],
			["allClosed"],
			["packetEvent", { kind: "deactivated", by: "network", pdn: true, cid: 1, reason: undefined, otherCid: undefined }],
		]);
		expect(bench.unknown).toEqual([]);
	});
});

describe("names", () => {
	test("addresses of both families, by report", () => {
		const bench = new Bench(quectelEc800m);
		const resolving = task({ address: "broker.example.org" });
		quectelLte.resolve?.(bench.channel, resolving);
		expect(bench.sent()).toBe('AT+QIDNSGIP=1,"broker.example.org"\r');
		bench.says('\r\nOK\r\n\r\n+QIURC: "dnsgip",0,2,600\r\n\r\n+QIURC: "dnsgip","2001:DB8::33"\r\n\r\n+QIURC: "dnsgip","192.0.2.33"\r\n');
		expect(resolving.ends).toEqual([["accepted", undefined, undefined]]);
		expect(bench.reports).toEqual([
			["resolving", 2, 0],
			["resolved", "2001:DB8::33"],
			["resolved", "192.0.2.33"],
		]);
	});
	test("none", () => {
		const bench = new Bench(quectelEc800m);
		bench.says('\r\n+QIURC: "dnsgip",565\r\n');
		expect(bench.reports).toEqual([["resolving", 0, 565]]);
	});
	test("ping, whose result comes after OK", () => {
		const bench = new Bench(quectelEc800m);
		const { outcome } = bench.exchange(QPING.set, { context: 1, host: "2001:db8::1" }, "\r\nOK\r\n\r\n+QPING: 569\r\n");
		expect(outcome?.lines).toEqual(["+QPING: 569"]);
	});
});

test("every command that the dialect submits is listed, so that a replay knows its results", () => {
	const names = quectelLte.commands?.map(command => command.name);
	for (const name of [
		"+QIOPEN",
		"+QISEND",
		"+QIRD",
		"+QICLOSE",
		"+QIDNSGIP",
		"+QSSLOPEN",
		"+QSSLSEND",
		"+QSSLRECV",
		"+QSSLCLOSE",
		"+QFUPL",
	])
		expect(names).toContain(name);
});
