import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TCPOptions } from "../../sdk/index.js";
import { ok } from "../modem/world.js";
import { bytes, pattern, text } from "./behaviours/bench.js";
import { type StreamBench, type StreamModuleOptions, streamBench } from "./stream-module.js";

const LONG = pattern(50_000);

interface Peer {
	readonly socket: InstanceType<StreamBench["modem"]["TCP"]>;
	readonly log: string[];
	readonly received: number[];
	readonly far: StreamBench["far"]["connections"][number];
}
function connect(bench: StreamBench, options: TCPOptions = {}): Peer {
	const log: string[] = [];
	const received: number[] = [];
	const before = bench.far.connections.length;
	const socket = new bench.modem.TCP({
		address: "10.0.0.1",
		port: 7,
		onReadable() {
			received.push(...new Uint8Array(this.read()));
		},
		onError() {
			log.push(this.error.code);
		},
		...options,
	});
	bench.run(5_000);
	return { socket, log, received, far: bench.far.connections[before]! };
}
const of = (bench: StreamBench, name: string): string[] => bench.board.commands.filter(line => line.startsWith(`AT+${name}`));

describe("sending", () => {
	test("writes of one turn go out together, in parts of what the module takes, in order", () => {
		const bench = streamBench();
		const { socket, far } = connect(bench);
		for (let i = 0; i < 17; i++) socket.write(pattern(10, i));
		bench.run(10_000);
		expect(far.sends).toEqual([64, 64, 42]);
		expect(far.received).toEqual(Uint8Array.from(Array.from({ length: 17 }, (_, i) => [...pattern(10, i)]).flat()));
	});
	test("a part that the module did not take is sent again, and nothing else", () => {
		const bench = streamBench();
		const { socket, far } = connect(bench);
		bench.module.takes = 7;
		const sent = pattern(100);
		socket.write(sent);
		bench.run(30_000);
		expect(far.sends.slice(0, 3)).toEqual([7, 7, 7]);
		expect(far.received).toEqual(sent);
	});
	test("more: true again and again holds nothing back for longer than 200 ms", () => {
		const bench = streamBench();
		const { socket, far } = connect(bench);
		for (let i = 0; i < 4; i++) {
			socket.write(bytes("x"), { more: true });
			bench.run(150);
		}
		expect(far.received.length).toBeGreaterThan(0);
	});
	test("more: true waits for what follows", () => {
		const bench = streamBench();
		const { socket, far } = connect(bench);
		socket.write(bytes("a"), { more: true });
		bench.run(50);
		socket.write(bytes("b"));
		bench.run(1_000);
		expect(far.sends).toEqual([2]);
	});
	test("a whole part goes out even when more is to come", () => {
		const bench = streamBench();
		const { socket, far } = connect(bench);
		socket.write(pattern(70), { more: true });
		bench.run(150);
		expect(far.sends).toEqual([64]);
		bench.run(300);
		expect(far.sends).toEqual([64, 6]);
	});
	test("no room: tried again after a while, and given up in bounded time", () => {
		const bench = streamBench();
		const { socket, far, log } = connect(bench);
		bench.module.takes = 0;
		socket.write(bytes("x"));
		bench.run(10_000);
		const tries = of(bench, "UTSEND").length;
		expect(tries).toBeGreaterThan(5);
		expect(tries).toBeLessThan(60);
		bench.module.takes = 100;
		bench.run(1_000);
		expect(text(far.received)).toBe("x");
		bench.module.takes = 0;
		socket.write(bytes("y"));
		bench.run(121_000);
		expect(log).toEqual(["timeout"]);
		expect(of(bench, "UTCLOSE")).toHaveLength(1);
	});
	test("an outcome that is not known ends the connection: nothing is sent twice", () => {
		const bench = streamBench();
		const { socket, log } = connect(bench);
		bench.module.script['AT+UTSEND=0,"78"'] = undefined;
		socket.write(bytes("x"));
		bench.run(30_000);
		expect(log).toEqual(["timeout"]);
		expect(of(bench, "UTSEND")).toHaveLength(1);
	});
	test("a refused send ends it after what the module still kept was read", () => {
		const bench = streamBench();
		const { socket, far, log, received } = connect(bench);
		bench.module.script['AT+UTSEND=0,"78"'] = "\r\nERROR\r\n";
		far.kept.push(...bytes("kept"));
		socket.write(bytes("x"));
		bench.run(10_000);
		expect(text(Uint8Array.from(received))).toBe("kept");
		expect(log).toEqual(["error"]);
	});
	test("what was written before close is given up in bounded time", () => {
		const bench = streamBench();
		const { socket, far } = connect(bench);
		bench.module.takes = 0;
		socket.write(bytes("x"));
		socket.close();
		bench.run(9_000);
		expect(far.isClosed).toBe(false);
		bench.run(2_000);
		expect(far.isClosed).toBe(true);
	});
});

describe("flow control", () => {
	test("the module is asked for no more than there is room for, and again when there is", () => {
		const bench = streamBench({ windowBytes: 1_000 });
		const counts: number[] = [];
		const { socket, far } = connect(bench, { receiveBytes: 128, onReadable: count => counts.push(count) });
		far.send(pattern(1_000));
		bench.run(10_000);
		expect(of(bench, "UTREAD")).toEqual(["AT+UTREAD=0,64", "AT+UTREAD=0,64"]);
		expect(far.kept.length).toBe(872);
		expect(counts.at(-1)).toBe(128);
		socket.read(10);
		bench.run(10_000);
		expect(of(bench, "UTREAD").slice(2)).toEqual(["AT+UTREAD=0,10"]);
		expect(new Uint8Array(socket.read() as ArrayBuffer)).toEqual(pattern(1_000).slice(10, 138));
	});
	test("whoever reads when, nothing is lost, nothing comes twice", () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.constantFrom("send", "read", "wait"), fc.integer({ min: 1, max: 300 })), { maxLength: 60 }),
				fc.integer({ min: 128, max: 400 }),
				(steps, receiveBytes) => {
					const bench = streamBench();
					const { socket, far, received } = connect(bench, { receiveBytes, onReadable() {} });
					const take = (most: number): void => {
						for (let left = most; left > 0; left--) {
							const byte = readByte(socket);
							if (byte === undefined) return;
							received.push(byte);
						}
					};
					let sent = 0;
					for (const [what, count] of steps) {
						if (what === "send") {
							far.send(LONG.subarray(sent, sent + count));
							sent += count;
						} else if (what === "read") take(count);
						else bench.run(count);
					}
					for (let i = 0; i < 200 && received.length < sent; i++) {
						take(1_000);
						bench.run(200);
					}
					expect(Uint8Array.from(received)).toEqual(LONG.slice(0, sent));
					expect(bench.thrown).toEqual([]);
				},
			),
			{ numRuns: 25 },
		);
	});
	test.each(["hex", "raw"] as const)("pushed (%s) and not read: the end says that there was more, after what fitted", delivery => {
		const bench = streamBench({ delivery });
		const { socket, far, log } = connect(bench, { receiveBytes: 128, onReadable() {} });
		far.send(pattern(300));
		bench.run(10_000);
		expect(log).toEqual([]);
		expect(new Uint8Array(socket.read() as ArrayBuffer)).toEqual(pattern(128));
		bench.run(1_000);
		expect(log).toEqual(["overflow"]);
		expect(far.isClosed).toBe(true);
	});
	test("pushed after what had no room: not taken, though there is room for it", () => {
		const bench = streamBench({ delivery: "hex" });
		const { socket, log } = connect(bench, { receiveBytes: 128, onReadable() {} });
		const line = (part: Uint8Array): string => `\r\n+UTHEX: 0,${part.length},"${Buffer.from(part).toString("hex")}"\r\n`;
		bench.board.say([pattern(100), pattern(100, 100), pattern(20, 200)].map(line).join(""));
		bench.run(5_000);
		expect(new Uint8Array(socket.read() as ArrayBuffer)).toEqual(pattern(100));
		bench.run(1_000);
		expect(log).toEqual(["overflow"]);
	});
	test("pushed in two lines that come at once: there is room for both, as long as a line may be", () => {
		const bench = streamBench({ delivery: "hex", streamLineBytes: 2_100 });
		const { log, received } = connect(bench);
		bench.board.say(
			[pattern(1_024), pattern(3)].map(part => `\r\n+UTHEX: 0,${part.length},"${Buffer.from(part).toString("hex")}"\r\n`).join(""),
		);
		bench.run(5_000);
		expect([log, received.length]).toEqual([[], 1_027]);
	});
	test.each(['+UTHEX: 0,2,"41"', '+UTHEX: 0,1,"4G"', '+UTHEX: 0,1000,"41"', "+UTHEX: 0"])("%s is a gap, and the end", line => {
		const bench = streamBench({ delivery: "hex" });
		const { log, received } = connect(bench);
		bench.board.say(`\r\n${line}\r\n`);
		bench.run(5_000);
		expect([log, received]).toEqual([["overflow"], []]);
	});
	test("pushed in a line that is too long is a gap, and the end", () => {
		const bench = streamBench({ delivery: "hex" });
		const { log } = connect(bench);
		bench.board.say(`\r\n+UTHEX: 0,600,"${"41".repeat(600)}"\r\n`);
		bench.run(5_000);
		expect(log).toEqual(["overflow"]);
	});
	test("a read that fails ends it: bytes may be lost", () => {
		const bench = streamBench();
		const { log } = connect(bench);
		bench.module.script["AT+UTREAD=0,64"] = "\r\nERROR\r\n";
		bench.board.say("\r\n+UTWAIT: 0\r\n");
		bench.run(5_000);
		expect(log).toEqual(["error"]);
		expect(of(bench, "UTCLOSE")).toEqual(["AT+UTCLOSE=0"]);
	});
});
function readByte(socket: Peer["socket"]): number | undefined {
	socket.format = "number";
	return socket.read() as number | undefined;
}

test("bytes that keep coming are told every 20 ms at most", () => {
	const bench = streamBench({ delivery: "raw" });
	bench.module.pushBytes = 4;
	const times: number[] = [];
	const { far, received } = connect(bench, {
		onReadable() {
			times.push(bench.board.now);
			received.push(...new Uint8Array(this.read()));
		},
	});
	far.send(pattern(400));
	bench.run(5_000);
	expect(Uint8Array.from(received)).toEqual(pattern(400));
	expect(Math.min(...times.slice(1).map((at, i) => at - times[i]!))).toBeGreaterThanOrEqual(20);
	expect(times.length).toBeGreaterThan(3);
});

describe("fairness", () => {
	test("sockets take turns; datagrams and the application's commands are not starved", async () => {
		const bench = streamBench();
		const big = pattern(1_000);
		const endless = (socket: { write(data: Uint8Array): number }, count: number): void => {
			if (count > 0) socket.write(big.subarray(0, Math.min(count, big.length)));
		};
		const options: TCPOptions = {
			onWritable(count) {
				endless(this, count);
			},
		};
		const first = connect(bench, options);
		const second = connect(bench, options);
		bench.run(5_000);
		const before = [first, second].map(({ far }) => far.received.length);
		const udp = new bench.modem.UDP({});
		bench.board.commands.length = 0;
		udp.write(bytes("now"), "10.0.0.9", 9);
		let signalAt = 0;
		bench.modem.signal(undefined, () => {
			signalAt = bench.board.commands.length;
		});
		bench.run(2_000);
		const order = bench.board.commands;
		expect(order.slice(0, 8).some(line => line.startsWith("AT+USEND"))).toBe(true);
		expect(signalAt).toBeGreaterThan(0);
		expect(signalAt).toBeLessThan(12);
		const sends = order.filter(line => line.startsWith("AT+UTSEND")).map(line => line[10]);
		expect(sends.slice(-6).join("")).toMatch(/^(010101|101010)$/);
		const [one, other] = [first, second].map(({ far }, i) => far.received.length - before[i]!);
		expect(one).toBeGreaterThan(500);
		expect(Math.abs(one! - other!)).toBeLessThanOrEqual(64);
	});
	test("reading does not keep writing from its turn", () => {
		const bench = streamBench({ windowBytes: 100_000 });
		const { socket, far } = connect(bench);
		far.send(pattern(20_000));
		bench.run(500);
		bench.board.commands.length = 0;
		socket.write(bytes("ping"));
		bench.run(1_000);
		expect(bench.board.commands.findIndex(line => line.startsWith("AT+UTSEND"))).toBeLessThan(4);
	});
});

test("a callback that closes other sockets keeps nobody from being told", () => {
	const bench = streamBench();
	const first = connect(bench);
	let told = 0;
	const second = connect(bench, {
		onReadable() {
			first.socket.close();
			this.close();
		},
	});
	const third = connect(bench, {
		onReadable() {
			told++;
		},
	});
	second.far.send(bytes("x"));
	third.far.send(bytes("y"));
	bench.run(5_000);
	expect([told, bench.thrown]).toEqual([1, []]);
});

describe("the end comes with its reason", () => {
	test.each<[string, (bench: StreamBench) => void, string, string]>([
		["a restart of the module", bench => bench.module.restart(), "unexpected", "restarted"],
		["the context's end", bench => bench.board.say("\r\n+CGEV: ME PDN DEACT 1\r\n"), "closed", "network was lost"],
		["all sockets closed by the module", bench => bench.board.say("\r\n+UTGONE\r\n"), "closed", "network was lost"],
		["powerOff()", bench => bench.modem.powerOff(), "closed", "switched off"],
		["disconnect()", bench => bench.modem.disconnect(), "closed", "disconnect()"],
	])("%s", (_, happens, code, why) => {
		const bench = streamBench();
		const { socket, log } = connect(bench);
		socket.write(bytes("x"), { more: true });
		happens(bench);
		bench.run(60_000);
		expect(log).toEqual([code]);
		expect(socket.error?.message).toContain(why);
		expect(bench.thrown).toEqual([]);
	});
	test("a restart while bytes are being read, and while they are being sent", () => {
		for (const during of ["AT+UTREAD=0,64", 'AT+UTSEND=0,"78"']) {
			const bench = streamBench();
			const { socket, log, far } = connect(bench);
			bench.module.script[during] = undefined;
			far.kept.push(1, 2, 3);
			if (during.includes("READ")) bench.board.say("\r\n+UTWAIT: 0\r\n");
			else socket.write(bytes("x"));
			bench.run(500);
			bench.module.restart();
			bench.run(60_000);
			expect(log).toEqual(["unexpected"]);
			delete bench.module.script[during];
			const again = connect(bench);
			again.socket.write(bytes("again"));
			bench.run(5_000);
			expect(text(again.far.received)).toBe("again");
		}
	});
	test("disconnect() while it is being opened: the module's socket is closed", () => {
		const bench = streamBench();
		const log: string[] = [];
		new bench.modem.TCP({
			address: "10.0.0.1",
			port: 7,
			onWritable: () => log.push("writable"),
			onError: () => log.push("error"),
		});
		bench.run(5);
		bench.modem.disconnect();
		bench.run(10_000);
		expect(log).toEqual(["error"]);
		expect([of(bench, "UTOPEN").length, of(bench, "UTCLOSE").length]).toEqual([1, 1]);
	});
	test("no network for two minutes", () => {
		const bench = streamBench();
		bench.modem.disconnect();
		bench.run(10_000);
		const { log, socket } = connect(bench);
		bench.run(110_000);
		expect(log).toEqual([]);
		bench.run(10_000);
		expect(log).toEqual(["notConnected"]);
		expect(socket.error?.message).toBe("no connection to the network within 120 s");
	});
	test("asked for before there is a network it is connected when there is one", () => {
		const bench = streamBench();
		bench.modem.disconnect();
		bench.run(10_000);
		const { log, socket } = connect(bench);
		bench.modem.connect({ apn: "iot.test" });
		bench.run(60_000);
		expect([log, bench.far.connections.length]).toEqual([[], 1]);
		socket.close();
	});
});

describe("the module's sockets", () => {
	const opens = (bench: StreamBench): string[] => bench.board.commands.filter(line => /^AT\+U(T?OPEN|T?CLOSE)/.test(line));
	test("one more than it has is refused, until one is closed", () => {
		const bench = streamBench({ tcpSockets: 2 });
		const { socket } = connect(bench);
		connect(bench);
		expect(() => connect(bench)).toThrow("all 2 sockets of the module for TCP are in use: close one first");
		socket.close();
		connect(bench);
		expect(of(bench, "UTOPEN")).toHaveLength(3);
	});
	test("a connection takes the place of the datagrams' socket that was used the longest ago", () => {
		const bench = streamBench({ tcpSockets: 2, udpSockets: 2 });
		const udp = new bench.modem.UDP({});
		udp.write(bytes("a"), "10.0.0.1", 1);
		udp.write(bytes("b"), "10.0.0.2", 2);
		bench.run(5_000);
		connect(bench);
		expect(opens(bench)).toEqual([
			'AT+UOPEN=0,"10.0.0.1",1,0',
			'AT+UOPEN=1,"10.0.0.2",2,0',
			"AT+UCLOSE=0",
			'AT+UTOPEN=0,"TCP","10.0.0.1",7',
		]);
	});
	test("datagrams keep theirs when a connection has no right to it", () => {
		const bench = streamBench({ tcpSockets: 1, udpSockets: 3, tlsSockets: 0 });
		const udp = new bench.modem.UDP({});
		udp.write(bytes("a"), "10.0.0.1", 1);
		const { socket } = connect(bench);
		bench.module.takes = 0;
		socket.write(bytes("slow"));
		socket.close();
		connect(bench);
		bench.run(20_000);
		expect(of(bench, "UCLOSE")).toEqual([]);
		expect(bench.far.connections).toHaveLength(2);
	});
	test("the end of one is told whoever has its place by now", () => {
		const bench = streamBench({ windowBytes: 1_000 });
		const { socket, far, log } = connect(bench, { onReadable() {} });
		far.send(bytes("unread"));
		far.close();
		bench.run(5_000);
		const other = connect(bench, { receiveBytes: 128, onReadable() {} });
		other.far.send(pattern(500));
		bench.run(5_000);
		expect(of(bench, "UTOPEN").at(-1)).toMatch("=0,");
		socket.read();
		bench.run(1_000);
		expect(log).toEqual(["closed"]);
	});
	test("where connections hold all of them a datagram is an error", () => {
		const bench = streamBench({ tcpSockets: 1, udpSockets: 1, tlsSockets: 0 });
		connect(bench);
		const errors: string[] = [];
		const udp = new bench.modem.UDP({
			onError(error) {
				errors.push(error.code);
			},
		});
		udp.write(bytes("a"), "10.0.0.1", 1);
		bench.run(5_000);
		expect(errors).toEqual(["queueFull"]);
	});
	test("a refusal at once may be about the number: closed and tried again, then told", () => {
		const bench = streamBench();
		const answers = bench.module.script;
		answers['AT+UTOPEN=0,"TCP","10.0.0.1",7'] = "\r\nERROR\r\n";
		const { log } = connect(bench);
		bench.run(10_000);
		expect(opens(bench)).toEqual(['AT+UTOPEN=0,"TCP","10.0.0.1",7', "AT+UTCLOSE=0", 'AT+UTOPEN=0,"TCP","10.0.0.1",7', "AT+UTCLOSE=0"]);
		expect(log).toEqual(["error"]);
	});
	test("a refusal that took its time is the network's: told, not tried again", () => {
		const bench = streamBench();
		bench.module.script['AT+UTOPEN=0,"TCP","10.0.0.1",7'] = ok;
		const log: string[] = [];
		new bench.modem.TCP({ address: "10.0.0.1", port: 7, onError: () => log.push("error") });
		bench.board.say("\r\n+UTOPEN: 0,9\r\n", 3_000);
		bench.run(4_000);
		expect(log).toEqual(["error"]);
		expect(of(bench, "UTOPEN")).toHaveLength(1);
	});
	test("a number that was in use before is told at once", () => {
		const bench = streamBench();
		connect(bench).socket.close();
		bench.run(1_000);
		bench.module.script['AT+UTOPEN=0,"TCP","10.0.0.1",7'] = `${ok}\r\n+UTOPEN: 0,9\r\n`;
		const { log, socket } = connect(bench);
		expect(of(bench, "UTOPEN")).toHaveLength(2);
		expect([log, socket.error?.causeNumber, socket.error?.message]).toEqual([["socket"], 9, "the module refused (cause 9, no room)"]);
	});
	test("an outcome that never comes is an error in bounded time", () => {
		const bench = streamBench();
		bench.module.script['AT+UTOPEN=0,"TCP","10.0.0.1",7'] = ok;
		const { log } = connect(bench);
		bench.run(10_000);
		expect(log).toEqual(["error"]);
	});
});

test.each<StreamModuleOptions>([{ delivery: "pull" }, { delivery: "raw" }, { delivery: "hex" }])("100 KB both ways, %j", options => {
	const bench = streamBench(options);
	const sent = pattern(100_000);
	let at = 0;
	const { far, received, log } = connect(bench, {
		onWritable(count) {
			const part = sent.subarray(at, at + count);
			at += part.length;
			if (part.length > 0) this.write(part);
		},
	});
	for (let from = 0; from < sent.length; from += 5_000) {
		far.send(sent.subarray(from, from + 5_000));
		bench.run(5_000);
	}
	bench.run(600_000, () => received.length === sent.length && far.received.length === sent.length);
	expect(Uint8Array.from(received)).toEqual(sent);
	expect(far.received).toEqual(sent);
	expect([log, bench.thrown]).toEqual([[], []]);
});
