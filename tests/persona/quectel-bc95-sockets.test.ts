import { describe, expect, test } from "vitest";
import persona from "../../host-sim/persona/quectel-bc95.js";
import { Bench } from "../sim-modem/bench.js";

const ok = "\r\nOK\r\n";
const error = "\r\nERROR\r\n";
const server = "2001:db8:5e::1";

/** Registered, dual stack. */
function started(): Bench {
	const bench = new Bench(persona).start();
	bench.ue.register({ stat: 1 });
	bench.ue.activate(0, "10.14.13.64", "2001:db8::7");
	bench.run(10);
	return bench;
}

/** With socket 0, over IPv6. */
function withSocket(receives = 1): Bench {
	const bench = started();
	expect(bench.ask(`AT+NSOCR=DGRAM,17,0,${receives},AF_INET6\r`)).toBe(`\r\n0\r\n${ok}`);
	return bench;
}

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));

describe("sockets", () => {
	test("seven, the lowest free number first, each local port once", () => {
		const bench = started();
		for (let id = 0; id < 7; id++) expect(bench.ask(`AT+NSOCR=DGRAM,17,${4000 + id},1\r`)).toBe(`\r\n${id}\r\n${ok}`);
		expect(bench.ask("AT+NSOCR=DGRAM,17,5000,1\r")).toBe(error);
		expect(bench.ask("AT+NSOCL=3\r")).toBe(ok);
		expect(bench.ask("AT+NSOCL=3\r")).toBe(error);
		expect(bench.ask("AT+NSOCR=DGRAM,17,4000,1\r")).toBe(error);
		expect(bench.ask("AT+NSOCR=DGRAM,17,4003,1\r")).toBe(`\r\n3\r\n${ok}`);
	});
	test("wrong parameters", () => {
		const bench = withSocket();
		for (const line of [
			"NSOCR=DGRAM,6,0,1",
			"NSOCR=DGRAM,17",
			"NSOCR=DGRAM,17,70000,1",
			"NSOCR=DGRAM,17,0,1,AF_UNIX",
			`NSOST=0,${server},5683,2,FF`,
			`NSOST=0,${server},5683,1,FG`,
			`NSOST=0,${server},0,1,FF`,
			"NSOST=0,server.test,5683,1,FF",
			"NSOST=0,198.51.100.7,5683,1,FF",
			`NSOST=1,${server},5683,1,FF`,
			`NSOST=0,${server},5683,1,FF,256`,
			`NSOSTF=0,${server},5683,0x300,1,FF`,
			"NSONMI=4",
			"NSORF=0,0",
			"NSORF=1,10",
		])
			expect([line, bench.ask(`AT+${line}\r`)]).toEqual([line, error]);
		expect(bench.ue.flows).toEqual([]);
	});
	test("the longest datagram is 1358 bytes", () => {
		const bench = withSocket();
		expect(bench.ask(`AT+NSOST=0,${server},5683,1358,${"5A".repeat(1358)}\r`)).toBe(`\r\n0,1358\r\n${ok}`);
		expect(bench.ask(`AT+NSOST=0,${server},5683,1359,${"5A".repeat(1359)}\r`)).toBe(error);
		bench.ue.flows[0]!.listener.opened();
		expect(bench.ue.flows[0]!.sent[0]!.text).toBe("Z".repeat(1358));
	});
	test("release assistance by flag", () => {
		const bench = withSocket();
		for (const flag of ["0", "0x100", "0x200", "0x400"])
			expect(bench.ask(`AT+NSOSTF=0,${server},5683,${flag},1,41\r`)).toBe(`\r\n0,1\r\n${ok}`);
		expect(bench.ask(`AT+NSOST=0,${server},5683,1,41\r`)).toBe(`\r\n0,1\r\n${ok}`);
		expect(bench.ue.flows.length).toBe(1);
		bench.ue.flows[0]!.listener.opened();
		expect(bench.ue.flows[0]!.sent.map(({ rai }) => rai)).toEqual([0, 0, 1, 2, 0]);
	});
	test("sequences are confirmed in order, each once; the EX forms have theirs before the length", () => {
		const bench = withSocket();
		bench.ask(`AT+NSOST=0,${server},5683,1,41,7\r`);
		bench.ask(`AT+NSOSTEX=0,${server},5683,8,1,42\r`);
		bench.ask(`AT+NSOSTFEX=0,${server},5683,0x200,9,1,43\r`);
		expect(bench.ask(`AT+NSOST=0,${server},5683,1,44,7\r`)).toBe(error);
		expect(bench.ask("AT+NQSOS\r")).toBe(`\r\n+NQSOS:0,7\r\n\r\n+NQSOS:0,8\r\n\r\n+NQSOS:0,9\r\n${ok}`);
		const { listener } = bench.ue.flows[0]!;
		listener.opened();
		expect(bench.ue.flows[0]!.sent).toEqual([
			{ text: "A", rai: 0 },
			{ text: "B", rai: 0 },
			{ text: "C", rai: 1 },
		]);
		listener.sent(1, true);
		listener.sent(1, false);
		expect(bench.run(10)).toBe("\r\n+NSOSTR:0,7,1\r\n\r\n+NSOSTR:0,8,0\r\n");
		expect(bench.ask("AT+NQSOS=0\r")).toBe(`\r\n+NQSOS:0,9\r\n${ok}`);
		listener.sent(1, true);
		expect(bench.run(10)).toBe("\r\n+NSOSTR:0,9,1\r\n");
		bench.ask(`AT+NSOST=0,${server},5683,1,41\r`);
		listener.sent(1, true);
		expect(bench.run(10)).toBe("");
	});
	test("one socket, many peers, one local port", () => {
		const bench = withSocket();
		bench.ask(`AT+NSOST=0,${server},5683,1,41\r`);
		bench.ask(`AT+NSOST=0,${server},5684,1,42\r`);
		bench.ask(`AT+NSOST=0,${server},5683,1,43\r`);
		for (const flow of bench.ue.flows) flow.listener.opened();
		expect(bench.ue.flows.map(({ opened, localPort, sent }) => [opened, localPort, sent.map(({ text }) => text).join("")])).toEqual([
			[`udp 0 ${server} 5683`, 50_000, "AC"],
			[`udp 0 ${server} 5684`, 50_000, "B"],
		]);
		bench.ask("AT+NSOCL=0\r");
		expect(bench.ue.flows.every(flow => flow.closed)).toBe(true);
	});
	test("an unreachable peer fails what waits for it", () => {
		const bench = withSocket();
		bench.ask(`AT+NSOST=0,${server},5683,1,41,1\r`);
		bench.ue.flows[0]!.listener.failed("unreachable");
		expect(bench.run(10)).toBe("\r\n+NSOSTR:0,1,0\r\n");
		bench.ask(`AT+NSOST=0,${server},5683,1,41,1\r`);
		expect(bench.ue.flows.length).toBe(2);
	});
	test("not registered: 513", () => {
		const bench = withSocket();
		bench.ue.detach();
		bench.ask("AT+CMEE=1\r");
		expect(bench.ask(`AT+NSOST=0,${server},5683,1,41\r`)).toBe("\r\n+CME ERROR: 513\r\n");
	});
	test("what the network closes is gone, and its number free", () => {
		const bench = withSocket();
		bench.ask(`AT+NSOST=0,${server},5683,1,41,5\r`);
		bench.ue.flows[0]!.listener.opened();
		bench.ue.flows[0]!.listener.closed();
		expect(bench.run(10)).toBe("\r\n+NSOSTR:0,5,0\r\n\r\n+NSOCLI:0\r\n");
		expect(bench.ask("AT+NSOSTATUS=0\r")).toBe(`\r\n+NSOSTATUS:0,1\r\n${ok}`);
		bench.ask("AT+NSOCR=DGRAM,17,0,1\r");
		bench.module.faults.set("close-sockets");
		expect(bench.run(10)).toBe("\r\n+NSOCLI:0\r\n");
	});
});

describe("what arrives", () => {
	/** Socket 0 with an open flow. */
	function connected(mode: number, receives = 1) {
		const bench = withSocket(receives);
		bench.ask(`AT+NSONMI=${mode}\r`);
		bench.ask(`AT+NSOST=0,${server},5683,1,41\r`);
		const { listener } = bench.ue.flows[0]!;
		listener.opened();
		const arrive = (text: string) => {
			listener.received(bytes(text), server, 5683);
			return bench.run(10);
		};
		return { bench, arrive };
	}

	test("mode 1: one hint until all is read", () => {
		const { bench, arrive } = connected(1);
		expect(arrive("abc")).toBe("\r\n+NSONMI:0,3\r\n");
		expect(arrive("defgh")).toBe("");
		expect(bench.ask("AT+NSORF=0,100\r")).toBe(`\r\n0,${server},5683,3,616263,5\r\n${ok}`);
		expect(bench.ask("AT+NSORF=0,2\r")).toBe(`\r\n0,${server},5683,2,6465,3\r\n${ok}`);
		expect(bench.ask("AT+NSORF=0,1358\r")).toBe(`\r\n0,${server},5683,3,666768,0\r\n${ok}`);
		expect(bench.ask("AT+NSORF=0,1358\r")).toBe(ok);
		expect(arrive("i")).toBe("\r\n+NSONMI:0,1\r\n");
	});
	test("modes 2 and 3 push it, with and without the peer; 0 keeps it silently", () => {
		expect(connected(2).arrive("abc")).toBe(`\r\n+NSONMI:0,${server},5683,3,616263\r\n`);
		expect(connected(3).arrive("abc")).toBe("\r\n+NSONMI:0,3,616263\r\n");
		const { bench, arrive } = connected(0);
		expect(arrive("abc")).toBe("");
		expect(bench.ask("AT+NSORF=0,3\r")).toBe(`\r\n0,${server},5683,3,616263,0\r\n${ok}`);
	});
	test("what does not fit is dropped and said", () => {
		const { arrive } = connected(1);
		expect(arrive("x".repeat(1300))).toBe("\r\n+NSONMI:0,1300\r\n");
		expect(arrive("x".repeat(1300)) + arrive("x".repeat(1300))).toBe("");
		expect(arrive("x".repeat(197))).toBe("\r\n+NSONMI:drop 197 bytes pkt\r\n");
		expect(arrive("x".repeat(196))).toBe("");
	});
	test("a socket that does not receive hears nothing", () => {
		const { bench, arrive } = connected(2, 0);
		expect(arrive("abc")).toBe("");
		expect(bench.ask("AT+NSORF=0,3\r")).toBe(ok);
	});
	test("a dead context takes datagrams and brings none", () => {
		const { bench, arrive } = connected(2);
		bench.module.faults.set("stale-context");
		expect(bench.ask(`AT+NSOST=0,${server},5683,1,42,3\r`)).toBe(`\r\n0,1\r\n${ok}\r\n+NSOSTR:0,3,1\r\n`);
		expect(arrive("abc")).toBe("");
	});
});

describe("TCP", () => {
	/** Socket 0 connected. */
	function connected(mode = 1, receives = 1) {
		const bench = started();
		bench.ask(`AT+NSONMI=${mode}\r`);
		expect(bench.ask(`AT+NSOCR=STREAM,6,0,${receives},AF_INET6\r`)).toBe(`\r\n0\r\n${ok}`);
		bench.send(`AT+NSOCO=0,${server},80\r`);
		expect(bench.run(500)).toBe("");
		const flow = bench.ue.flows[0]!;
		flow.listener.opened();
		expect(bench.run(10)).toBe(ok);
		const arrive = (text: string) => {
			flow.listener.received(bytes(text), server, 80);
			return bench.run(10);
		};
		return { bench, flow, arrive };
	}

	test("connect, send, receive, closed by the far end", () => {
		const { bench, flow, arrive } = connected();
		expect([flow.opened, flow.options]).toEqual([`tcp 0 ${server} 80`, { windowBytes: 4096 }]);
		expect(bench.ask("AT+NSOSD=0,2,4142,0x100,1\r")).toBe(`\r\n0,2\r\n${ok}`);
		expect(flow.sent).toEqual([{ text: "AB", rai: 0 }]);
		flow.listener.sent(2, true);
		expect(bench.run(10)).toBe("\r\n+NSOSTR:0,1,1\r\n");
		expect(arrive("hi")).toBe("\r\n+NSONMI:0,2\r\n");
		expect(bench.ask("AT+NSORF=0,10\r")).toBe(`\r\n0,${server},80,2,6869,0\r\n${ok}`);
		expect(flow.taken).toEqual([2]);
		flow.listener.closed();
		expect(bench.run(10)).toBe("\r\n+NSOCLI:0\r\n");
		expect(bench.ask("AT+NSOCL=0\r")).toBe(error);
	});
	test("release assistance by flag; a sequence is confirmed when the far end has all of it", () => {
		const { bench, flow } = connected();
		expect(bench.ask("AT+NSOSD=0,2,4142,0x200,1\r")).toBe(`\r\n0,2\r\n${ok}`);
		expect(bench.ask("AT+NSOSD=0,3,434445,0x400,2\r")).toBe(`\r\n0,3\r\n${ok}`);
		expect(bench.ask("AT+NSOSD=0,1,46\r")).toBe(`\r\n0,1\r\n${ok}`);
		expect(flow.sent.map(({ rai }) => rai)).toEqual([1, 2, 0]);
		flow.listener.sent(1, true);
		expect(bench.run(10)).toBe("");
		flow.listener.sent(3, true);
		expect(bench.run(10)).toBe("\r\n+NSOSTR:0,1,1\r\n");
		expect(bench.ask("AT+NQSOS\r")).toBe(`\r\n+NQSOS:0,2\r\n${ok}`);
		flow.listener.closed();
		expect(bench.run(10)).toBe("\r\n+NSOSTR:0,2,0\r\n\r\n+NSOCLI:0\r\n");
	});
	test("a stream runs together, what is not read keeps the window shut", () => {
		const { bench, flow, arrive } = connected();
		expect(arrive("abc") + arrive("def")).toBe("\r\n+NSONMI:0,3\r\n");
		expect(arrive("x".repeat(4090))).toBe("");
		expect(flow.taken).toEqual([]);
		expect(bench.ask("AT+NSORF=0,5\r")).toBe(`\r\n0,${server},80,5,6162636465,4091\r\n${ok}`);
		expect(flow.taken).toEqual([5]);
	});
	test("pushed, at most 1358 bytes a line, and taken at once", () => {
		const { flow, arrive } = connected(3);
		expect(arrive("z".repeat(1400))).toBe(`\r\n+NSONMI:0,1358,${"7A".repeat(1358)}\r\n\r\n+NSONMI:0,42,${"7A".repeat(42)}\r\n`);
		expect(flow.taken).toEqual([1400]);
		expect(connected(2).arrive("a")).toBe(`\r\n+NSONMI:0,${server},80,1,61\r\n`);
		const deaf = connected(1, 0);
		expect(deaf.arrive("abc")).toBe("");
		expect(deaf.flow.taken).toEqual([3]);
	});
	test("what came before the far end's close can be read, then the number is free", () => {
		const { bench, flow, arrive } = connected();
		arrive("abc");
		flow.listener.closed();
		expect(bench.run(10)).toBe("\r\n+NSOCLI:0\r\n");
		expect(bench.ask("AT+NSOSTATUS=0\r")).toBe(`\r\n+NSOSTATUS:0,1\r\n${ok}`);
		expect(bench.ask("AT+NSOSD=0,1,41\r")).toBe(error);
		expect(bench.ask("AT+NSORF=0,2\r")).toBe(`\r\n0,${server},80,2,6162,1\r\n${ok}`);
		expect(bench.ask("AT+NSORF=0,2\r")).toBe(`\r\n0,${server},80,1,63,0\r\n${ok}`);
		expect(bench.ask("AT+NSORF=0,2\r")).toBe(error);
		expect(bench.ask("AT+NSOCR=STREAM,6,0,1\r")).toBe(`\r\n0\r\n${ok}`);
	});
	test("refused, silent, and connected all the same afterwards", () => {
		const bench = started();
		bench.ask("AT+NSOCR=STREAM,6,0,1,AF_INET6\r");
		expect(bench.ask("AT+NSOSD=0,1,41\r")).toBe(error);
		bench.send(`AT+NSOCO=0,${server},80\r`);
		bench.run(100);
		bench.ue.flows[0]!.listener.failed("refused");
		expect(bench.run(10)).toBe(error);
		bench.send(`AT+NSOCO=0,${server},80\r`);
		expect(bench.run(59_900)).toBe("");
		expect(bench.run(200)).toBe(error);
		expect(bench.ue.flows[1]!.closed).toBe(true);
		bench.send(`AT+NSOCO=0,${server},80\r`);
		bench.run(100);
		bench.ue.flows[2]!.listener.opened();
		expect(bench.run(10)).toBe(ok);
		expect(bench.ask(`AT+NSOCO=0,${server},80\r`)).toBe(error);
		expect(bench.ask("AT+NSOSD=0,1,41,0x300\r")).toBe(error);
		expect(bench.ask(`AT+NSOST=0,${server},80,1,41\r`)).toBe(error);
	});
	test("the address must be of the socket's family, IPv4 where none is named", () => {
		const bench = started();
		bench.ask("AT+NSOCR=STREAM,6,0,1\r");
		expect(bench.ask(`AT+NSOCO=0,${server},80\r`)).toBe(error);
		bench.send("AT+NSOCO=0,198.51.100.7,80\r");
		bench.run(100);
		expect(bench.ue.flows[0]!.opened).toBe("tcp 0 198.51.100.7 80");
	});
});

describe("names and echoes", () => {
	test("+QDNS answers after OK with one address, or says that there is none", () => {
		const bench = started();
		bench.ue.names = { "server.test": [server, "198.51.100.7"] };
		expect(bench.ask("AT+QDNS=0,server.test\r")).toBe(`${ok}\r\n+QDNS:${server}\r\n`);
		expect(bench.ask('AT+QDNS=0,"server.test"\r')).toBe(`${ok}\r\n+QDNS:${server}\r\n`);
		expect(bench.ask("AT+QDNS=0,nowhere.test\r")).toBe(`${ok}\r\n+QDNS:QUERY_DNS_FAILED\r\n`);
		expect(bench.ask("AT+QDNS=0\r")).toBe(error);
		bench.ue.detach();
		expect(bench.ask("AT+QDNS=0,server.test\r")).toBe(`${ok}\r\n+QDNS:QUERY_DNS_FAILED\r\n`);
	});
	test("+NPINGERR 1 without an answer, 2 without a network", () => {
		const bench = started();
		bench.ue.pingMs = undefined;
		expect(bench.ask(`AT+NPING=${server},32,2000\r`, 1900)).toBe(ok);
		expect(bench.run(200)).toBe("\r\n+NPINGERR:1\r\n");
		bench.ue.detach();
		expect(bench.ask(`AT+NPING=${server}\r`)).toBe(`${ok}\r\n+NPINGERR:2\r\n`);
		expect(bench.ask("AT+NPING=server.test\r")).toBe(error);
	});
});
