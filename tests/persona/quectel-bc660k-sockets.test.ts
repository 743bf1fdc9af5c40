import { describe, expect, test } from "vitest";
import type { Bench } from "../sim-modem/bench.js";
import { started } from "./bc660k-bench.js";

describe("sockets", () => {
	function opened(): Bench {
		const bench = started();
		bench.ask("AT+QSCLK=0\r");
		bench.ask('AT+QICFG="dataformat",1,1\r');
		bench.send('AT+QIOPEN=0,0,"UDP","2001:db8::1",5683\r');
		expect(bench.run(100)).toBe("\r\nOK\r\n");
		expect(bench.ue.flows[0]!.opened).toBe("udp 0 2001:db8::1 5683");
		bench.ue.flows[0]!.listener.opened();
		expect(bench.run(100)).toBe("\r\n+QIOPEN: 0,0\r\n");
		return bench;
	}

	test("hexadecimal data in the line: OK, then SEND OK when the radio took it", () => {
		const bench = opened();
		expect(bench.ask('AT+QISEND=0,4,"40011234",2\r')).toBe("\r\nOK\r\n");
		const flow = bench.ue.flows[0]!;
		expect(flow.sent).toEqual([{ text: "@\x01\x124", rai: 2 }]);
		flow.listener.sent(4, true);
		expect(bench.run(10)).toBe("\r\nSEND OK\r\n");
		expect(bench.ask("AT+QISEND=0,0\r")).toBe("\r\n+QISEND: 4,4,0\r\n\r\nOK\r\n");
	});
	test("the radio did not take it", () => {
		const bench = opened();
		bench.ask('AT+QISEND=0,1,"00"\r');
		bench.ue.flows[0]!.listener.sent(1, false);
		expect(bench.run(10)).toBe("\r\nSEND FAIL\r\n");
		expect(bench.ask("AT+QISEND=0,0\r")).toBe("\r\n+QISEND: 1,0,1\r\n\r\nOK\r\n");
	});
	test("one send at a time", () => {
		const bench = opened();
		bench.ask('AT+CMEE=1;+QISEND=0,1,"00"\r');
		expect(bench.ask('AT+QISEND=0,1,"00"\r')).toBe("\r\n+CME ERROR: 568\r\n");
	});
	test.each(['0,2,"00"', '0,1,"0"', '0,1,"0G"', '0,1,"00",3', "0,1025", '5,1,"00"'])("AT+QISEND=%s is refused", parameters => {
		const bench = opened();
		bench.ask("AT+CMEE=1\r");
		expect(bench.ask(`AT+QISEND=${parameters}\r`)).toBe("\r\n+CME ERROR: 50\r\n");
	});
	test("prompt by length and by Ctrl-Z, ESC", () => {
		const bench = opened();
		expect(bench.ask("AT+QISEND=0,5\r")).toBe("\r\n> ");
		expect(bench.ask("OK\r\n>")).toBe("\r\nOK\r\n");
		bench.ue.flows[0]!.listener.sent(5, true);
		expect(bench.run(10)).toBe("\r\nSEND OK\r\n");
		expect(bench.ask("AT+QISEND=0\r")).toBe("\r\n> ");
		expect(bench.ask("abc\x1a")).toBe("\r\nOK\r\n");
		bench.ue.flows[0]!.listener.sent(3, true);
		expect(bench.ask("AT+QISEND=0\r")).toBe("\r\nSEND OK\r\n\r\n> ");
		expect(bench.ask("abc\x1b")).toBe("\r\nOK\r\n");
		expect(bench.ue.flows[0]!.sent.map(({ text }) => text)).toEqual(["OK\r\n>", "abc"]);
	});
	test("pushed data, as hexadecimal and as text", () => {
		const bench = opened();
		const { listener } = bench.ue.flows[0]!;
		listener.received(Uint8Array.of(0x60, 0x44, 0xab), "2001:db8::1", 5683);
		expect(bench.run(10)).toBe('\r\n+QIURC: "recv",0,3,"6044AB"\r\n');
		bench.ask('AT+QICFG="dataformat",0,0\r');
		listener.received(Uint8Array.from(Buffer.from('a"\r\nOK\r\n')), "2001:db8::1", 5683);
		expect(bench.run(10)).toBe('\r\n+QIURC: "recv",0,8,"a"\r\nOK\r\n"\r\n');
		bench.ask('AT+QICFG="showlength",0;+QICFG="showRA",1\r');
		listener.received(Uint8Array.of(0x61), "2001:db8::1", 5683);
		expect(bench.run(10)).toBe('\r\n+QIURC: "recv",0,"2001:db8::1",5683,"a"\r\n');
	});
	test("a stream comes in pieces of 1024 bytes, a datagram loses what is longer", () => {
		const bench = opened();
		bench.send('AT+QIOPEN=0,1,"TCP","2001:db8::1",80\r');
		bench.run(100);
		bench.ue.flows[1]!.listener.opened();
		bench.run(100);
		bench.ue.flows[1]!.listener.received(new Uint8Array(2500).fill(0x61), "2001:db8::1", 80);
		const pushed = bench.run(10);
		expect(pushed.match(/"recv",1,\d+/g)).toEqual(['"recv",1,1024', '"recv",1,1024', '"recv",1,452']);
		expect(pushed.match(/61/g)).toHaveLength(2500);
		bench.ue.flows[0]!.listener.received(new Uint8Array(1100), "2001:db8::1", 5683);
		expect(bench.run(10).match(/"recv",0,\d+/g)).toEqual(['"recv",0,1024']);
	});
	test("AT+QIRD does not exist here", () => expect(opened().ask("AT+QIRD=0,100\r")).toBe("\r\nERROR\r\n"));
	test("state, close, and closing what is closed", () => {
		const bench = opened();
		expect(bench.ask("AT+QISTATE?\r")).toBe('\r\n+QISTATE: 0,"UDP","2001:db8::1",5683,50000,2,0,1\r\n\r\nOK\r\n');
		bench.send("AT+QICLOSE=0\r");
		expect(bench.run(70)).toBe("\r\nOK\r\n");
		expect(bench.run(2)).toBe("\r\nCLOSE OK\r\n");
		expect(bench.ue.flows[0]!.closed).toBe(true);
		expect(bench.ask("AT+QICLOSE=0\r")).toBe("\r\nOK\r\n\r\nCLOSE OK\r\n");
		expect(bench.ask("AT+QISTATE?\r")).toBe("\r\nOK\r\n");
	});
	test("closed by the network: the number stays taken until it is closed", () => {
		const bench = opened();
		bench.ue.flows[0]!.listener.closed();
		expect(bench.run(10)).toBe('\r\n+QIURC: "closed",0\r\n');
		expect(bench.ask('AT+QISEND=0,1,"00"\r')).toBe("\r\nERROR\r\n");
		expect(bench.ask('AT+QIOPEN=0,0,"UDP","2001:db8::1",5683\r')).toBe("\r\nOK\r\n\r\n+QIOPEN: 0,563\r\n");
	});
	test.each([
		["refused", 566],
		["timeout", 569],
		["no-context", 573],
	] as const)("open fails: %s", (why, error) => {
		const bench = started();
		bench.ask('AT+QIOPEN=0,1,"UDP","2001:db8::1",5683\r');
		bench.ue.flows[0]!.listener.failed(why);
		expect(bench.run(10)).toBe(`\r\n+QIOPEN: 1,${error}\r\n`);
		expect(bench.ask("AT+QISTATE?\r")).toBe("\r\nOK\r\n");
	});
	test("an open that the network never answers ends after a minute", () => {
		const bench = started();
		expect(bench.ask('AT+QIOPEN=0,4,"UDP","h",1\r', 60_100)).toBe("\r\nOK\r\n\r\n+QIOPEN: 4,569\r\n");
	});
	test("not attached: network down", () => {
		const bench = started();
		bench.ue.detach();
		expect(bench.ask('AT+QIOPEN=0,0,"UDP","2001:db8::1",5683\r')).toBe("\r\nOK\r\n\r\n+QIOPEN: 0,570\r\n");
	});
	test.each(['1,0,"UDP","h",1', '0,5,"UDP","h",1', '0,0,"UDP","h",0', '0,0,"UDP","",1', '0,0,"UDP","h",1,0,0'])(
		"AT+QIOPEN=%s is refused",
		parameters => {
			expect(started().ask(`AT+QIOPEN=${parameters}\r`)).toBe("\r\nERROR\r\n");
		},
	);
	test("a stale context takes data and carries nothing, until the radio was off", () => {
		const bench = opened();
		bench.module.faults.set("stale-context");
		expect(bench.ask('AT+QISEND=0,1,"00"\r')).toBe("\r\nOK\r\n\r\nSEND OK\r\n");
		expect(bench.ue.flows[0]!.sent).toEqual([]);
		bench.ask("AT+CFUN=0\r");
		expect(bench.module.faults.has("stale-context")).toBe(false);
	});
});

describe("names and echoes", () => {
	test("both families, IPv6 as it comes", () => {
		const bench = started();
		bench.ue.names = { "iot.example": ["2001:db8::1", "192.0.2.1"] };
		expect(bench.ask('AT+QIDNSGIP=0,"iot.example"\r')).toBe(
			"\r\nOK\r\n\r\n+QIDNSGIP: 0,2,600\r\n\r\n+QIDNSGIP: 2001:db8::1\r\n\r\n+QIDNSGIP: 192.0.2.1\r\n",
		);
		expect(bench.ask('AT+QIDNSGIP=0,"none.example"\r')).toBe("\r\nOK\r\n\r\n+QIDNSGIP: 565\r\n");
	});
	test("echoes and their summary", () => {
		const bench = started();
		expect(bench.ask('AT+QPING=0,"2001:db8::1",4,2\r', 5000)).toBe(
			'\r\nOK\r\n\r\n+QPING: 0,"2001:db8::1",32,300,52\r\n\r\n+QPING: 0,"2001:db8::1",32,300,52\r\n\r\n+QPING: 0,2,2,0,300,300,300\r\n',
		);
	});
});
