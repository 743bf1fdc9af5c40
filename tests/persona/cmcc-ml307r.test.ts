import { describe, expect, test } from "vitest";
import persona from "../../host-sim/persona/cmcc-ml307r.js";
import { Bench } from "../sim-modem/bench.js";
import { bytes, error, lastFlow, ok, onLte, register, server } from "./cat1-bench.js";

const started = (options?: ConstructorParameters<typeof Bench>[1]) => onLte(persona, options);

/** With connection 0, its flow open. */
function connected(parameters = `"TCP","${server}",80`, settings: readonly string[] = []) {
	const bench = started();
	for (const setting of settings) expect([setting, bench.ask(`AT+${setting}\r`)]).toEqual([setting, ok]);
	expect(bench.ask(`AT+MIPOPEN=0,${parameters}\r`)).toBe(ok);
	const flow = lastFlow(bench);
	flow.listener.opened();
	expect(bench.run(10)).toBe("\r\n+MIPOPEN: 0,0\r\n");
	const arrive = (text: string) => {
		flow.listener.received(bytes(text), server, 80);
		return bench.run(10);
	};
	return { bench, flow, arrive };
}

describe("transcript 33", () => {
	test("its exchanges, byte for byte", () => {
		const bench = new Bench(persona, { imei: "864098089000000", sim: { iccid: "89860413160000000000" } }).start();
		register(bench);
		bench.ue.signal = { ...bench.ue.signal, rssiDbm: -73 };
		for (const [command, answer] of [
			["AT", ok],
			['AT+MLPMCFG="sleepmode"', `\r\n+MLPMCFG: "sleepmode",0\r\n${ok}`],
			["ATE0", ok],
			["AT+CGMR", `\r\nML307R-DL-MBRH0S01\r\n${ok}`],
			["AT+CPIN?", `\r\n+CPIN: READY\r\n${ok}`],
			["AT+CEREG=2", ok],
			["AT+CEREG?", `\r\n+CEREG: 2,1,"5141","0521870C",7\r\n${ok}`],
			["AT+CSQ", `\r\n+CSQ: 20,99\r\n${ok}`],
			["AT+MIPCALL?", `\r\n+MIPCALL: 1,1,"10.148.158.125","2409:8D21:DE2:E858::1"\r\n${ok}`],
			["AT+CGSN=1", `\r\n+CGSN: 864098089000000\r\n${ok}`],
			["AT+ICCID", `\r\n+ICCID: 89860413160000000000\r\n${ok}`],
			["AT+COPS?", `\r\n+COPS: 0,0,"CHINA MOBILE",7\r\n${ok}`],
			["AT+CGMI", `\r\nCMCC\r\n${ok}`],
			["AT+CGMM", `\r\nML307R\r\n${ok}`],
			['AT+MSSLCFG="auth",0,0', ok],
			['AT+MIPCFG="ssl",0,1,0', ok],
			['AT+MIPCFG="encoding",0,1,1', ok],
			['AT+MIPOPEN=0,"TCP","api.tenclass.net",443,,0', ok],
		])
			expect([command, bench.ask(`${command}\r\n`)]).toEqual([command, answer]);
		const flow = lastFlow(bench);
		expect(flow.opened).toBe("tls 1 api.tenclass.net 443");
		expect(flow.options?.tls).toEqual({
			serverName: "api.tenclass.net",
			verify: false,
			ca: [],
			versions: ["1.2"],
			ignoreTime: true,
		});
		flow.listener.opened();
		expect(bench.run(10)).toBe("\r\n+MIPOPEN: 0,0\r\n");
		const sent = bench.ask(`AT+MIPSEND=0,523,${"A5".repeat(523)}\r\n`);
		expect(sent).toBe("\r\n+MIPSEND: 0,523\r\n\r\nOK\r\n");
		expect(sent.length).toBe(25);
		expect(flow.sent[0]!.text).toBe("\xa5".repeat(523));
		flow.listener.closed();
		expect(bench.run(10)).toBe('\r\n+MIPURC: "disconn",0,1\r\n');
		expect(bench.ask("AT+MIPCLOSE=0\r\n")).toBe(error);
		expect(bench.ask("AT+MIPSTATE=0\r\n")).toBe(`\r\n+MIPSTATE: 0,,,,"INITIAL"\r\n${ok}`);
	});
});

describe("start", () => {
	test("+MATREADY, then the default bearer's address unasked, again with IPv6", () => {
		const bench = new Bench(persona);
		bench.module.powerOn();
		expect(bench.ask("AT\r", 2999)).toBe("");
		expect(bench.run(10)).toBe("\r\n+MATREADY\r\n");
		bench.ue.register({ stat: 1, act: 7 });
		bench.ue.activate(1, "10.0.0.7", "fe80::1");
		expect(bench.run(10)).toBe('\r\n+MIPCALL: 1,1,"10.0.0.7"\r\n');
		bench.ue.address(1, "2001:db8::7");
		expect(bench.run(10)).toBe('\r\n+MIPCALL: 1,1,"10.0.0.7","2001:DB8::7"\r\n');
		expect(bench.ue.log).toContain("define 1 IPV4V6 ");
	});
	test("no line where the rate is found automatically", () => {
		const bench = new Bench(persona, { nvram: new Map([["IPR", "0"]]) });
		bench.module.powerOn();
		expect(bench.run(5000)).toBe("");
		expect(bench.ask("AT\r")).toBe(ok);
	});
	test("restart and power-off say their word after OK", () => {
		const bench = started();
		expect(bench.ask("AT+MREBOOT=0\r")).toBe(`${ok}\r\nREBOOTING\r\n`);
		expect(bench.run(4000)).toBe("\r\n+MATREADY\r\n");
		expect(bench.ask("AT+MREBOOT=1\r")).toBe(error);
		expect(bench.ask("AT+MPOF=0\r", 1000)).toBe(`${ok}\r\nPOWER OFF\r\n`);
		expect(bench.module.state).toBe("off");
	});
	test("an unexpected restart shows the banner", () => {
		const bench = started();
		bench.module.faults.set("reboot");
		expect(bench.run(3100)).toBe("\r\n+MATREADY\r\n");
	});
	test("identity", () => {
		const bench = started();
		expect(bench.ask("ATI\r")).toBe(`\r\nCMCC\r\nML307R\r\nML307R-DL-MBRH0S01\r\n${ok}`);
		expect(bench.ask("AT+CGSN\r")).toBe(`\r\nCMCC00000000001\r\n${ok}`);
		expect(bench.ask("AT+MCCID\r")).toBe(`\r\n+MCCID: 89000000000000000001\r\n${ok}`);
		expect(bench.ask("AT+CGSN=4\r")).toBe(error);
		expect(bench.ask("AT+NOSUCH\r")).toBe(error);
	});
});

describe("+MIPCALL", () => {
	test("hung up by the host without a blank, lost with one; sockets go with it", () => {
		const { bench } = connected();
		expect(bench.ask("AT+MIPCALL=0,1\r")).toBe(`${ok}\r\n+MIPCALL:1,0\r\n\r\n+MIPURC: "disconn",0,3\r\n`);
		expect(bench.ask("AT+MIPCALL?\r")).toBe(`\r\n+MIPCALL: 1,0\r\n${ok}`);
		expect(bench.ask("AT+MIPCALL=0,1\r")).toBe(error);
		expect(bench.ask('AT+MIPOPEN=0,"TCP","x",1\r')).toBe(error);
		expect(bench.ask("AT+MIPCALL=1,1\r")).toBe(`${ok}\r\n+MIPCALL: 1,1,"10.148.158.125","2409:8D21:DE2:E858::1"\r\n`);
		bench.ue.deactivate(1);
		expect(bench.run(10)).toBe("\r\n+MIPCALL: 1,0\r\n");
		register(bench);
		expect(bench.ask("AT+MIPCALL?\r")).toContain("+MIPCALL: 1,1,");
	});
	test("a second context, refused and granted", () => {
		const bench = started();
		expect(bench.ask("AT+MIPCALL=1,2\r")).toBe(error);
		bench.ask('AT+CGDCONT=2,"IP","m2m"\r');
		expect(bench.ask("AT+MIPCALL=1,2\r", 100)).toBe(ok);
		expect(bench.run(1000)).toBe('\r\n+MIPCALL: 2,1,"10.0.0.7"\r\n');
		expect(bench.ask("AT+MIPCALL?\r")).toBe(
			`\r\n+MIPCALL: 1,1,"10.148.158.125","2409:8D21:DE2:E858::1"\r\n+MIPCALL: 2,1,"10.0.0.7"\r\n${ok}`,
		);
		bench.ue.deactivate(2);
		expect(bench.run(10)).toBe("\r\n+MIPCALL: 2,0\r\n");
		bench.ue.activateContext = () => bench.ue.deactivate(2);
		expect(bench.ask("AT+MIPCALL=1,2\r")).toBe(`${ok}\r\n+MIPCALL: 2,0\r\n`);
		for (const line of ["MIPCALL=2,1", "MIPCALL=1,16", "MIPCALL=1"]) expect(bench.ask(`AT+${line}\r`)).toBe(error);
	});
	test("with the radio off it is lost, with its sockets", () => {
		const { bench, flow } = connected();
		expect(bench.ask("AT+CFUN=4\r")).toContain('\r\n+MIPCALL: 1,0\r\n\r\n+MIPURC: "disconn",0,3\r\n');
		expect(flow.closed).toBe(true);
		expect(bench.ask('AT+MIPOPEN=1,"TCP","x",1\r')).toBe(error);
	});
	test("nothing is dialled with the radio off", () => {
		const bench = started();
		bench.ask("AT+CMEE=1;+CFUN=4\r");
		expect(bench.ask("AT+MIPCALL=1,1\r")).toBe("\r\n+CME ERROR: 3\r\n");
	});
});

describe("connections", () => {
	test("parameters that are wrong", () => {
		const bench = started();
		bench.ask("AT+CMEE=1\r");
		for (const line of [
			'MIPOPEN=6,"TCP","h",80',
			'MIPOPEN=0,"SCTP","h",80',
			'MIPOPEN=0,"TCP","",80',
			'MIPOPEN=0,"TCP","h",65536',
			'MIPOPEN=0,"TCP","h",80,0',
			'MIPOPEN=0,"TCP","h",80,181',
			'MIPOPEN=0,"TCP","h",80,60,4',
			'MIPOPEN=0,"TCP","h",80,60,3',
			'MIPOPEN=0,"UDP","h",80,60,2',
			"MIPCLOSE=6",
			"MIPSTATE=6",
			"MIPRD=0,4097",
			"MIPSEND=9,1",
			'MIPCFG="nosuch",0',
			'MIPCFG="cid",6',
			'MIPCFG="timeout",0,121',
			'MIPCFG="encoding",0,3,0',
			'MIPCFG="ssl",0,1,6',
			"MIPTKA=0,1,29",
			"MIPTKA=0,1,30,29",
			"MIPTKA=0,1,30,30,10",
		])
			expect([line, bench.ask(`AT+${line}\r`)]).toEqual([line, "\r\n+CME ERROR: 50\r\n"]);
		expect(bench.ask('AT+MIPOPEN=0,"TCP","h",80,60,1\r')).toBe("\r\n+CME ERROR: 4\r\n");
		expect(bench.ask("AT+MIPSEND=0,1\r")).toBe("\r\n+CME ERROR: 552\r\n");
		expect(bench.ask("AT+MIPRD=0,10\r")).toBe(ok);
		expect(bench.ue.flows).toEqual([]);
	});
	test("a refused one and one that stays without an answer", () => {
		const bench = started();
		bench.ask(`AT+MIPOPEN=1,"TCP","${server}",81,5\r`);
		expect(bench.ask("AT+MIPSTATE=1\r")).toBe(`\r\n+MIPSTATE: 1,"TCP","${server}",81,"CONNECTING"\r\n${ok}`);
		lastFlow(bench).listener.failed("refused");
		expect(bench.run(10)).toBe("\r\n+MIPOPEN: 1,557\r\n");
		bench.ask(`AT+MIPOPEN=1,"TCP","${server}",81,5\r`);
		expect(bench.run(4400)).toBe("");
		expect(bench.run(200)).toBe("\r\n+MIPOPEN: 1,558\r\n");
		expect(lastFlow(bench).closed).toBe(true);
	});
	test.each([
		["unreachable", "nowhere.test", 580],
		["unreachable", server, 559],
		["no-context", server, 571],
		["tls-name", server, 559],
	] as const)("one that fails: %s, to %s", (why, host, result) => {
		const bench = started();
		bench.ask(`AT+MIPOPEN=1,"TCP","${host}",81,5\r`);
		lastFlow(bench).listener.failed(why);
		expect(bench.run(10)).toBe(`\r\n+MIPOPEN: 1,${result}\r\n`);
	});
	test("closed by the host, its number used again", () => {
		const { bench, flow } = connected();
		expect(bench.ask(`AT+MIPOPEN=0,"TCP","${server}",80\r`)).toBe(error);
		expect(bench.ask("AT+MIPSTATE?\r")).toBe(
			`\r\n+MIPSTATE: 0,"TCP","${server}",80,"CONNECTED"\r\n${[1, 2, 3, 4, 5].map(id => `\r\n+MIPSTATE: ${id},,,,"INITIAL"\r\n`).join("")}${ok}`,
		);
		expect(bench.ask("AT+MIPCLOSE=0\r")).toBe(`${ok}\r\n+MIPCLOSE: 0\r\n`);
		expect(flow.closed).toBe(true);
		expect(bench.ask(`AT+MIPOPEN=0,"UDP","server.test",5683,,,4000\r`)).toBe(ok);
		expect([lastFlow(bench).opened, lastFlow(bench).localPort]).toEqual(["udp 1 server.test 5683", 4000]);
	});
	test("with autofree 1 a broken connection keeps its number until it is closed", () => {
		const { bench, flow } = connected(undefined, ['MIPCFG="autofree",0,1']);
		flow.listener.closed();
		expect(bench.run(10)).toBe('\r\n+MIPURC: "disconn",0,1\r\n');
		expect(bench.ask("AT+MIPSTATE=0\r")).toBe(`\r\n+MIPSTATE: 0,"TCP","${server}",80,"CLOSED"\r\n${ok}`);
		expect(bench.ask(`AT+MIPOPEN=0,"TCP","${server}",80\r`)).toBe(error);
		expect(bench.ask("AT+MIPCLOSE=0\r")).toBe(`${ok}\r\n+MIPCLOSE: 0\r\n`);
		expect(bench.ask(`AT+MIPOPEN=0,"TCP","${server}",80\r`)).toBe(ok);
	});
	test("settings are shown as they were set, some only before a connection", () => {
		const { bench } = connected(undefined, ['MIPCFG="cid",0,1', "MIPTKA=0,1,120,60,1", 'MIPCFG="timeout",0,30']);
		expect(bench.ask('AT+MIPCFG="cid",0\r')).toBe(`\r\n+MIPCFG: "cid",0,1\r\n${ok}`);
		expect(bench.ask('AT+MIPCFG="cid",1\r')).toBe(`\r\n+MIPCFG: "cid",1\r\n${ok}`);
		expect(bench.ask('AT+MIPCFG="ssl",0\r')).toBe(`\r\n+MIPCFG: "ssl",0,0\r\n${ok}`);
		expect(bench.ask('AT+MIPCFG="timeout",0\r')).toBe(`\r\n+MIPCFG: "timeout",0,30\r\n${ok}`);
		expect(bench.ask("AT+MIPTKA=0\r")).toBe(`\r\n+MIPTKA: 0,1,120,60,1\r\n${ok}`);
		expect(bench.ask("AT+MIPTKA=1\r")).toBe(`\r\n+MIPTKA: 1,0\r\n${ok}`);
		bench.ask("AT+MIPTKA=1,1;+MIPTKA=2,1,30,30,9\r");
		expect(bench.ask("AT+MIPTKA=1;+MIPTKA=2\r")).toBe(`\r\n+MIPTKA: 1,1,90,75,3\r\n\r\n+MIPTKA: 2,1,30,30,9\r\n${ok}`);
		bench.ask("AT+CMEE=1\r");
		expect(bench.ask("AT+MIPTKA=0,0\r")).toBe("\r\n+CME ERROR: 552\r\n");
		expect(bench.ask('AT+MIPCFG="ssl",0,1,0\r')).toBe("\r\n+CME ERROR: 552\r\n");
		expect(bench.ask('AT+MIPCFG="encoding",0,1,1\r')).toBe(ok);
	});
	test("the far end of each closes by a fault; a dead context opens no stream and swallows datagrams", () => {
		const { bench } = connected();
		bench.module.faults.set("close-sockets");
		expect(bench.run(10)).toBe('\r\n+MIPURC: "disconn",0,1\r\n');
		bench.module.faults.set("stale-context");
		const flows = bench.ue.flows.length;
		expect(bench.ask(`AT+MIPOPEN=0,"TCP","${server}",80,5\r`, 6000)).toBe(`${ok}\r\n+MIPOPEN: 0,558\r\n`);
		expect(bench.ue.flows.length).toBe(flows);
		bench.ask(`AT+MIPOPEN=0,"UDP","${server}",80,5\r`);
		lastFlow(bench).listener.opened();
		expect(bench.ask("AT+MIPSEND=0,1,A\r")).toBe(`\r\n+MIPOPEN: 0,0\r\n\r\n+MIPSEND: 0,1\r\n${ok}`);
		expect(lastFlow(bench).sent).toEqual([]);
	});
});

describe("+MIPSEND", () => {
	test("after the prompt every byte is data; the result follows OK", () => {
		const { bench, flow } = connected();
		const all = String.fromCharCode(...Array.from({ length: 256 }, (_, value) => value));
		expect(bench.ask("AT+MIPSEND=0,256\r")).toBe("\r\n>");
		expect(bench.ask(all)).toBe(`${ok}\r\n+MIPSEND: 0,256\r\n`);
		expect(flow.sent).toEqual([{ text: all, rai: 0 }]);
		expect(bench.ask("AT+MIPSEND=0,8193\r")).toBe(error);
	});
	test("without a length Ctrl-Z ends it and ESC gives it up", () => {
		const { bench, flow } = connected();
		expect(bench.ask("AT+MIPSEND=0\r")).toBe("\r\n>");
		expect(bench.ask("hello\x1a")).toBe(`${ok}\r\n+MIPSEND: 0,5\r\n`);
		bench.ask("AT+MIPSEND=0\r");
		expect(bench.ask("hello\x1b")).toBe(ok);
		expect(flow.sent.map(({ text }) => text)).toEqual(["hello"]);
	});
	test("a prompt that is left alone ends after its time", () => {
		const { bench, flow } = connected(undefined, ['MIPCFG="timeout",0,2']);
		bench.ask("AT+MIPSEND=0,5\r");
		expect(bench.ask("abc", 2000)).toBe(error);
		expect(bench.ask("AT\r")).toBe(ok);
		expect(flow.sent).toEqual([]);
	});
	test("inside the command: text, hexadecimal and escaped, its length as the manual counts it", () => {
		const { bench, flow } = connected();
		expect(bench.ask('AT+MIPSEND=0,10,"0123456789"\r')).toBe(`\r\n+MIPSEND: 0,10\r\n${ok}`);
		expect(bench.ask('AT+MIPSEND=0,9,"0123456789"\r')).toBe(error);
		expect(bench.ask("AT+MIPSEND=0,,abc\r")).toBe(`\r\n+MIPSEND: 0,3\r\n${ok}`);
		bench.ask('AT+MIPCFG="encoding",0,1\r');
		expect(bench.ask("AT+MIPSEND=0,2,00fF\r")).toBe(`\r\n+MIPSEND: 0,2\r\n${ok}`);
		expect(bench.ask("AT+MIPSEND=0,4,00FF\r")).toBe(error);
		expect(bench.ask("AT+MIPSEND=0,1,0G\r")).toBe(error);
		bench.ask('AT+MIPCFG="encoding",0,2\r');
		expect(bench.ask('AT+MIPSEND=0,8,"a\\r\\n\\x7F"\r')).toBe(error);
		expect(bench.ask('AT+MIPSEND=0,9,"a\\r\\n\\x7F"\r')).toBe(`\r\n+MIPSEND: 0,4\r\n${ok}`);
		expect(flow.sent.map(({ text }) => text)).toEqual(["0123456789", "abc", "\x00\xff", "a\r\n\x7f"]);
		expect(bench.ask(`AT+MIPSEND=0,1461,"${"x".repeat(1461)}"\r`)).toBe(error);
		expect(bench.ask('AT+MIPSEND=0,1,"x",0,1\r')).toBe(error);
	});
	test("the stack is full until the peer has acknowledged some of it", () => {
		const { bench, flow } = connected();
		for (let sent = 0; sent < 16_384; sent += 8192) {
			bench.ask("AT+MIPSEND=0,8192\r");
			expect(bench.ask("x".repeat(8192))).toContain("+MIPSEND: 0,8192");
		}
		bench.ask("AT+MIPSEND=0,100\r");
		expect(bench.ask("y".repeat(100))).toBe("");
		flow.listener.sent(99, true);
		expect(bench.run(10)).toBe("");
		flow.listener.sent(1, true);
		expect(bench.run(10)).toBe(`${ok}\r\n+MIPSEND: 0,100\r\n`);
		expect(bench.ask("AT+MIPSACK=0\r")).toBe(`\r\n+MIPSACK: 16484,100,16384,0\r\n${ok}`);
	});
	test("a connection that breaks meanwhile", () => {
		const { bench, flow } = connected();
		bench.ask("AT+MIPSEND=0,5\r");
		flow.listener.closed();
		bench.run(10);
		expect(bench.ask("hello")).toBe(`${error}\r\n+MIPURC: "disconn",0,1\r\n`);
	});
	test("acknowledgements are reported when asked for; the result may come late or never", () => {
		const { bench, flow } = connected(undefined, ['MIPCFG="ackmode",0,1']);
		bench.ask("AT+MIPSEND=0,5,hello\r");
		flow.listener.sent(5, true);
		expect(bench.run(10)).toBe('\r\n+MIPURC: "ack",0,5\r\n');
		bench.module.faults.set("late-send-ok", { delayMs: 3000 });
		bench.ask("AT+MIPSEND=0,1\r");
		expect(bench.ask("a", 2900)).toBe(ok);
		expect(bench.run(200)).toBe("\r\n+MIPSEND: 0,1\r\n");
		bench.module.faults.clear();
		bench.module.faults.set("lost-send-ok");
		bench.ask("AT+MIPSEND=0,1\r");
		expect(bench.ask("a", 60_000)).toBe(ok);
	});
});

describe("what arrives", () => {
	test("pushed as it is, by its length, in pieces of a segment", () => {
		const { flow, arrive } = connected();
		expect(arrive("\r\nOK\r\n>\x00\xff")).toBe('\r\n+MIPURC: "rtcp",0,9,\r\nOK\r\n>\x00\xff\r\n');
		expect(arrive("x".repeat(1461))).toBe(`\r\n+MIPURC: "rtcp",0,1460,${"x".repeat(1460)}\r\n\r\n+MIPURC: "rtcp",0,1,x\r\n`);
		expect(flow.taken).toEqual([9, 1460, 1]);
		expect(flow.options).toEqual({ windowBytes: 64_240 });
	});
	test("in hexadecimal", () => {
		const { arrive } = connected(undefined, ['MIPCFG="encoding",0,0,1']);
		expect(arrive("a\xff")).toBe('\r\n+MIPURC: "rtcp",0,2,61FF\r\n');
	});
	test("kept until it is read: the hint counts what came and what waits", () => {
		const { bench, flow, arrive } = connected(`"TCP","${server}",80,60,2`);
		expect(arrive("ABCDE12345")).toBe('\r\n+MIPURC: "rtcp",0,10,10\r\n');
		expect(arrive("ABCDE12345")).toBe('\r\n+MIPURC: "rtcp",0,10,20\r\n');
		expect(flow.taken).toEqual([]);
		expect(bench.ask("AT+MIPRD=0\r")).toBe(`\r\n+MIPRD: 0,20\r\n${ok}`);
		expect(bench.ask("AT+MIPRD=0,12\r")).toBe(`\r\n+MIPRD: 0,8,12,ABCDE12345AB\r\n${ok}`);
		expect(flow.taken).toEqual([12]);
		flow.listener.closed();
		expect(bench.run(10)).toBe('\r\n+MIPURC: "disconn",0,1\r\n');
		expect(bench.ask("AT+MIPRD=0,0\r")).toBe(`\r\n+MIPRD: 0,0,8,CDE12345\r\n${ok}`);
		expect(bench.ask("AT+MIPRD=0,10\r")).toBe(ok);
		expect(bench.ask("AT+MIPSTATE=0\r")).toBe(`\r\n+MIPSTATE: 0,,,,"INITIAL"\r\n${ok}`);
	});
	test("datagrams, pushed and kept, each by itself", () => {
		const pushed = connected(`"UDP","${server}",80`);
		expect(pushed.arrive("abc")).toBe('\r\n+MIPURC: "rudp",0,3,abc\r\n');
		const { bench, arrive } = connected(`"UDP","${server}",80,60,3`);
		expect(arrive("abc") + arrive("de")).toBe('\r\n+MIPURC: "rudp",0,1\r\n\r\n+MIPURC: "rudp",0,2\r\n');
		expect(bench.ask("AT+MIPRD=0\r")).toBe(`\r\n+MIPRD: 0,2\r\n${ok}`);
		expect(bench.ask("AT+MIPRD=0,1\r")).toBe(`\r\n+MIPRD: 0,1,3,abc\r\n${ok}`);
		arrive("f");
		expect(bench.ask("AT+MIPRD=0,0\r")).toBe(`\r\n+MIPRD: 0,1,2,de\r\n\r\n+MIPRD: 0,0,1,f\r\n${ok}`);
	});
	test("datagrams beyond the buffer are dropped and said", () => {
		const { arrive } = connected(`"UDP","${server}",80,60,3`, ['MIPCFG="rcvbuf",0,1460']);
		expect(arrive("x".repeat(1400))).toBe('\r\n+MIPURC: "rudp",0,1\r\n');
		expect(arrive("x".repeat(61))).toBe('\r\n+MIPURC: "drop",0,61\r\n');
	});
	test("the mode changes while connected; what was kept comes out", () => {
		const { bench, arrive } = connected();
		expect(bench.ask("AT+MIPMODE=0\r")).toBe(`\r\n+MIPMODE: 0,0\r\n${ok}`);
		expect(bench.ask("AT+MIPMODE=0,2\r")).toBe(ok);
		expect(arrive("abc")).toBe('\r\n+MIPURC: "rtcp",0,3,3\r\n');
		expect(bench.ask("AT+MIPMODE=0,0\r")).toBe(`${ok}\r\n+MIPRD: 0,0,3,abc\r\n`);
		expect(arrive("d")).toBe('\r\n+MIPURC: "rtcp",0,1,d\r\n');
		for (const line of ["MIPMODE=0,1", "MIPMODE=0,3", "MIPMODE=1,0", "MIPMODE=6"]) expect(bench.ask(`AT+${line}\r`)).toBe(error);
	});
	test("not between a prompt and its data", () => {
		const { bench, arrive } = connected();
		bench.ask("AT+MIPSEND=0,5\r");
		expect(arrive("hi")).toBe("");
		expect(bench.ask("hello")).toBe(`${ok}\r\n+MIPURC: "rtcp",0,2,hi\r\n\r\n+MIPSEND: 0,5\r\n`);
	});
});

describe("TLS", () => {
	const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

	test("certificates by name, kept without power, bound to a context", () => {
		const bench = started();
		expect(bench.ask(`AT+MSSLCERTWR="ca.pem",0,${pem.length}\r`)).toBe("\r\n>");
		expect(bench.ask(pem)).toBe(ok);
		expect(bench.ask(`AT+MSSLKEYWR="me.key",0,3,"KEY"\r`)).toBe(ok);
		expect(bench.ask(`AT+MSSLCERTWR="me.crt",3,2\r`) + bench.ask("ab")).toBe(`\r\n>${ok}`);
		expect(bench.ask(`AT+MSSLCERTWR="me.crt",0,3\r`) + bench.ask("cde")).toBe(`\r\n>${ok}`);
		expect(bench.ask("AT+MSSLLIST=1\r")).toBe(`\r\n+MSSLLIST: "ca.pem",${pem.length}\r\n\r\n+MSSLLIST: "me.crt",5\r\n${ok}`);
		expect(bench.ask("AT+MSSLLIST=2\r")).toBe(`\r\n+MSSLLIST: "me.key",3\r\n${ok}`);
		expect(bench.ask("AT+MSSLLIST=3\r")).toBe(ok);
		expect(bench.ask('AT+MSSLCERTRD="me.crt"\r')).toBe(`\r\n+MSSLCERTRD: 5,abcde\r\n${ok}`);
		expect(bench.ask('AT+MSSLCERTRD="me.key"\r')).toBe(error);
		bench.ask("AT+MREBOOT=0\r", 5000);
		register(bench);
		for (const line of ['"auth",1,2', '"cert",1,"ca.pem","me.crt","me.key"', '"ignorestamp",1,0', '"version",1,3', '"sni",1,1'])
			expect(bench.ask(`AT+MSSLCFG=${line}\r`)).toBe(ok);
		expect(bench.ask('AT+MSSLCFG="cert",1\r')).toBe(`\r\n+MSSLCFG: "cert",1,"ca.pem","me.crt","me.key"\r\n${ok}`);
		bench.ask('AT+MIPCFG="ssl",2,1,1\r');
		bench.ask('AT+MIPOPEN=2,"TCP","server.test",8883\r');
		expect(lastFlow(bench).opened).toBe("tls 1 server.test 8883");
		expect(lastFlow(bench).options).toEqual({
			windowBytes: 64_240,
			tls: {
				serverName: "server.test",
				verify: true,
				ca: [pem],
				certificate: "abcde",
				key: "KEY",
				versions: ["1.2"],
				ignoreTime: false,
			},
		});
		lastFlow(bench).listener.failed("tls-issuer");
		expect(bench.run(10)).toBe("\r\n+MIPOPEN: 2,559\r\n");
		expect(bench.ask('AT+MSSLRM="ca.pem"\r')).toBe(ok);
		expect(bench.ask('AT+MSSLRM="ca.pem"\r')).toBe(error);
	});
	test("the factory verifies nothing; an address is no server name; old versions are none", () => {
		const bench = started();
		bench.ask('AT+MIPCFG="ssl",0,1,0\r');
		bench.ask(`AT+MIPOPEN=0,"TCP","${server}",443\r`);
		expect(lastFlow(bench).options?.tls).toEqual({ serverName: undefined, verify: false, ca: [], versions: ["1.2"], ignoreTime: true });
		expect(bench.ask('AT+MSSLCFG="auth"\r')).toBe(`${[0, 1, 2, 3, 4, 5].map(id => `\r\n+MSSLCFG: "auth",${id},0\r\n`).join("")}${ok}`);
		bench.ask('AT+MSSLCFG="version",1,2;+MIPCFG="ssl",1,1,1\r');
		bench.ask('AT+MIPOPEN=1,"TCP","x.test",443\r');
		expect(lastFlow(bench).options?.tls?.versions).toEqual([]);
	});
	test("parameters that are wrong", () => {
		const bench = started();
		for (const line of [
			'MSSLCFG="nosuch",0',
			'MSSLCFG="auth",6,0',
			'MSSLCFG="auth",0,3',
			'MSSLCFG="version",0,4',
			'MSSLCFG="negotime",0,9',
			`MSSLCFG="cert",0,"${"x".repeat(65)}"`,
			'MSSLCERTWR="",0,10',
			'MSSLCERTWR="a",0,0',
			'MSSLCERTWR="a",0,8193',
			'MSSLCERTWR="a",0,2,"abc"',
			"MSSLLIST=4",
		])
			expect([line, bench.ask(`AT+${line}\r`)]).toEqual([line, error]);
	});
});

describe("names and echoes", () => {
	test("a name with a context first, and the older form", () => {
		const bench = started();
		bench.ue.names = { "server.test": ["198.51.100.7", "2001:db8::5"] };
		expect(bench.ask('AT+MDNSGIP=1,"server.test"\r')).toBe(`${ok}\r\n+MDNSGIP: 1,0,"2001:DB8::5","198.51.100.7"\r\n`);
		expect(bench.ask('AT+MDNSGIP="server.test"\r')).toBe(`${ok}\r\n+MDNSGIP: "server.test","2001:DB8::5","198.51.100.7"\r\n`);
		expect(bench.ask('AT+MDNSCFG="priority",0\r')).toBe(ok);
		expect(bench.ask('AT+MDNSCFG="priority"\r')).toBe(`\r\n+MDNSCFG: "priority",0\r\n${ok}`);
		expect(bench.ask('AT+MDNSGIP="server.test"\r')).toContain('"198.51.100.7","2001:DB8::5"');
		expect(bench.ask('AT+MDNSGIP=1,"no.test"\r')).toBe(`${ok}\r\n+MDNSGIP: 1,1\r\n`);
		expect(bench.ask('AT+MDNSGIP="no.test"\r')).toBe(`${ok}\r\n+MDNSGIP: "no.test"\r\n`);
		expect(bench.ask('AT+MDNSGIP=2,"server.test"\r')).toBe(error);
		expect(bench.ask('AT+MDNSGIP=1,""\r')).toBe(error);
	});
	test("echoes one by one, the sum at the end", () => {
		const bench = started();
		bench.ue.pingMs = 50;
		expect(bench.ask('AT+MPING="no.test"\r')).toBe(`${ok}\r\n+MPING: 1\r\n`);
		bench.ue.names = { "server.test": ["198.51.100.7"] };
		expect(bench.ask('AT+MPING="server.test",10,2,32,1\r', 3000)).toBe(
			`${ok}${'\r\n+MPING: 0,"198.51.100.7",32,50,52\r\n'.repeat(2)}\r\n+MPING: "statistics",2,0,50,50,50\r\n`,
		);
		bench.ue.pingMs = undefined;
		expect(bench.ask('AT+MPING="server.test",1,1\r', 3000)).toBe(`${ok}\r\n+MPING: 4\r\n`);
		expect(bench.ask('AT+MPING="h",61\r')).toBe(error);
	});
});

describe("sleep", () => {
	test("off from the factory; light sleep is reported, loses what wakes it", () => {
		const bench = started();
		bench.run(60_000);
		expect(bench.module.state).toBe("on");
		expect(bench.ask('AT+MLPMCFG="sleepind",2;+MLPMCFG="delaysleep",5\r')).toBe(ok);
		expect(bench.ask('AT+MLPMCFG="sleepmode",2,0\r')).toBe(ok);
		expect(bench.run(6000)).toBe("\r\n+MLPMENTER: 1\r\n");
		expect(bench.module.state).toBe("asleep");
		expect(bench.ask("AT\r")).toBe("\r\n+MLPMEXIT: 1\r\n");
		expect(bench.ask("AT\r")).toBe(ok);
		expect(bench.ask('AT+MLPMCFG="sleepmode",3\r')).toBe(error);
		expect(bench.ask('AT+MLPMCFG="nosuch"\r')).toBe(error);
	});
	test("the mode is kept when asked to", () => {
		const bench = started();
		bench.ask('AT+MLPMCFG="sleepmode",1,1\r');
		bench.ask("AT+MREBOOT\r", 5000);
		expect(bench.ask('AT+MLPMCFG="sleepmode"\r')).toBe(`\r\n+MLPMCFG: "sleepmode",1\r\n${ok}`);
	});
	test("what arrives is said out of the light sleep", () => {
		const { bench, arrive } = connected();
		bench.ask('AT+MLPMCFG="sleepmode",1\r');
		bench.run(15_000);
		expect(bench.module.state).toBe("asleep");
		expect(arrive("x")).toBe('\r\n+MIPURC: "rtcp",0,1,x\r\n');
	});
	test("not while the radio is connected or something is under way", () => {
		const { bench, flow } = connected();
		bench.ask('AT+MLPMCFG="sleepmode",1\r');
		bench.ue.setConnected(true);
		bench.run(60_000);
		expect(bench.module.state).toBe("on");
		bench.ask("AT+MIPSEND=0,1,x\r");
		bench.ue.setConnected(false);
		bench.run(60_000);
		expect(bench.module.state).toBe("on");
		flow.listener.sent(1, true);
		bench.run(11_000);
		expect(bench.module.state).toBe("asleep");
	});
	test("deep sleep where the radio is off, reported as such", () => {
		const bench = started();
		bench.ask('AT+MLPMCFG="sleepind",2;+MLPMCFG="delaysleep",1;+CFUN=0\r');
		expect(bench.ask('AT+MLPMCFG="sleepmode",2\r', 3000)).toBe(`${ok}\r\n+MLPMENTER: 2\r\n`);
		expect(bench.ue.cores.at(-1)).toBe("deep-sleep");
	});
});
