import { describe, expect, test } from "vitest";
import persona from "../../host-sim/persona/openluat-air780e.js";
import { Bench } from "../sim-modem/bench.js";
import { bytes, error, lastFlow, ok, onLte, register, server } from "./cat1-bench.js";

const notAllowed = "\r\n+CME ERROR: 3\r\n";
const wrongParameter = "\r\n+CME ERROR: 50\r\n";

const started = (options?: ConstructorParameters<typeof Bench>[1]) => onLte(persona, options);

/** With numbered connections and these settings. */
function many(...settings: readonly string[]): Bench {
	const bench = started();
	for (const setting of ["CIPMUX=1", ...settings]) expect([setting, bench.ask(`AT+${setting}\r`)]).toEqual([setting, ok]);
	return bench;
}

/** With connection 0, a stream. */
function connected(...settings: readonly string[]) {
	const bench = many(...settings);
	expect(bench.ask(`AT+CIPSTART=0,"TCP","${server}",80\r`)).toBe(ok);
	const flow = lastFlow(bench);
	flow.listener.opened();
	expect(bench.run(10)).toBe("\r\n0, CONNECT OK\r\n");
	const arrive = (text: string) => {
		flow.listener.received(bytes(text), server, 80);
		return bench.run(10);
	};
	return { bench, flow, arrive };
}

describe("transcript 35", () => {
	test("its exchanges", () => {
		const bench = started();
		for (const [command, answer] of [
			["ATI", `\r\nAirM2M_780E_V1171_LTE_AT\r\n${ok}`],
			["AT+CPMS?", `\r\n+CPMS: "SM",0,10,"SM",0,10,"SM",0,10\r\n${ok}`],
			['AT+CPMS="ME","ME","ME"', `\r\n+CPMS: 0,10,0,10,0,10\r\n${ok}`],
			["AT+CPMS=?", `\r\n+CPMS: ("ME","SM"),("ME","SM"),("ME","SM")\r\n${ok}`],
			["AT+CNUM", error],
			["AT+CIMI", `\r\n001010000000001\r\n${ok}`],
			["AT+CGSN", `\r\n001010000000001\r\n${ok}`],
		])
			expect([command, bench.ask(`${command}\r`)]).toEqual([command, answer]);
	});
});

describe("start", () => {
	test("RDY, a SIM that is busy for a while and then silently ready", () => {
		const bench = new Bench(persona);
		bench.module.powerOn();
		expect(bench.ask("AT\r", 2499)).toBe("");
		expect(bench.run(10)).toBe("\r\nRDY\r\n");
		expect(bench.ask("AT+CPIN?\r")).toBe("AT+CPIN?\r\r\n+CME ERROR: 14\r\n");
		expect(bench.run(2000)).toBe("");
		expect(bench.ask("AT+CPIN?\r")).toBe(`AT+CPIN?\r\r\n+CPIN: READY\r\n${ok}`);
		bench.module.faults.set("sim-busy", { times: 1 });
		expect(bench.ask("AT+CPIN?\r")).toContain("+CME ERROR: 14");
		expect(bench.ask("AT+CPIN?\r")).toContain("+CPIN: READY");
	});
	test("identity, what is bare and what is not", () => {
		const bench = started({ sim: { iccid: "89860000000000000001", msisdn: "+8613800138000" } });
		for (const [command, answer] of [
			["AT+VER", "AirM2M_780E_V1171_LTE_AT"],
			["AT+CGMI", '+CGMI: "AirM2M"'],
			["AT+CGMM", '+CGMM: "Air780E"'],
			["AT+CGMR", '+CGMR: "AirM2M_780E_V1171_LTE_AT"'],
			["AT+CCID", "89860000000000000001"],
			["AT+ICCID", "+ICCID: 89860000000000000001"],
			["AT+CNUM", '+CNUM: "","+8613800138000",145'],
		])
			expect([command, bench.ask(`${command}\r`)]).toEqual([command, `\r\n${answer}\r\n${ok}`]);
		expect(bench.ask("AT+CGEREP=1\r")).toBe(error);
		expect(started({ sim: { inserted: false } }).ask("AT+CPIN?\r")).toBe(`\r\n+CPIN: SIM REMOVED\r\n${ok}`);
	});
	test("restart and power-off", () => {
		const bench = started();
		expect(bench.ask("AT+RESET\r", 3100)).toBe(`${ok}\r\nRDY\r\n`);
		expect(bench.ask("ATE0;+CPOWD=1\r", 2000)).toBe("ATE0;+CPOWD=1\r\r\nNORMAL POWER DOWN\r\n");
		expect(bench.module.state).toBe("off");
	});
	test("context events without asking", () => {
		const bench = started();
		bench.ue.deactivate(1);
		expect(bench.run(10)).toBe("\r\n+CGEV: NW PDN DEACT 1\r\n");
		register(bench);
		bench.ue.activate(1, "10.0.0.7", undefined);
		expect(bench.run(10)).toBe("\r\n+CGEV: ME PDN ACT 1\r\n");
	});
});

describe("the bearer", () => {
	test("each step only in its state; the address alone, no OK", () => {
		const bench = started();
		const state = () => bench.ask("AT+CIPSTATUS\r");
		expect(state()).toBe(`${ok}\r\nSTATE: IP INITIAL\r\n`);
		for (const line of ["CIICR", "CIFSR", 'CDNSGIP="h"', 'CIPPING="h"'])
			expect([line, bench.ask(`AT+${line}\r`)]).toEqual([line, notAllowed]);
		expect(bench.ask("AT+CSTT\r")).toBe(ok);
		expect(bench.ask("AT+CSTT\r")).toBe(notAllowed);
		expect(state()).toBe(`${ok}\r\nSTATE: IP START\r\n`);
		expect(bench.ask("AT+CIICR\r")).toBe(ok);
		expect(state()).toBe(`${ok}\r\nSTATE: IP GPRSACT\r\n`);
		expect(bench.ask("AT+CIFSR\r")).toBe("\r\n10.148.158.125\r\n");
		expect(state()).toBe(`${ok}\r\nSTATE: IP STATUS\r\n`);
		expect(bench.ask("AT+CIPMUX=1\r")).toBe(notAllowed);
		expect(bench.ask("AT+CIPSHUT\r")).toBe("\r\nSHUT OK\r\n");
		expect(bench.ask("AT+CIPMUX=1\r")).toBe(ok);
		expect(state()).toBe(`${ok}\r\nSTATE: IP INITIAL\r\n${[0, 1, 2, 3, 4, 5].map(id => `\r\nC: ${id},,"","","","INITIAL"\r\n`).join("")}`);
	});
	test("name, user and password", () => {
		const bench = started();
		expect(bench.ask('AT+CSTT="m2m","me","secret"\r')).toBe(ok);
		expect(bench.ue.log.slice(-2)).toEqual(["define 1 IP m2m", "credentials 1 1 me"]);
		expect(bench.ask("AT+CSTT?\r")).toBe(`\r\n+CSTT: "m2m","me","secret"\r\n${ok}`);
		expect(started().ask('AT+CSTT="a","b","c","d"\r')).toBe(wrongParameter);
	});
	test("the context is brought up, or not", () => {
		const bench = started();
		bench.ue.deactivate(1);
		bench.run(10);
		bench.ask("AT+CSTT\r");
		expect(bench.ask("AT+CIICR\r", 1000)).toBe(`\r\n+CGEV: ME PDN ACT 1\r\n${ok}`);
		const refused = started();
		refused.ue.deactivate(1);
		refused.run(10);
		refused.ue.activateContext = () => {};
		refused.ask("AT+CSTT\r");
		expect(refused.ask("AT+CIICR\r", 90_100)).toBe(error);
		refused.ue.detach();
		expect(refused.ask("AT+CIICR\r")).toBe(error);
	});
	test("an address of IPv6 alone", () => {
		const bench = started();
		bench.ue.activate(1, undefined, "2001:db8::7");
		bench.run(10);
		bench.ask("AT+CSTT\r");
		bench.ask("AT+CIICR\r");
		expect(bench.ask("AT+CIFSR\r")).toBe("\r\n2001:db8::7\r\n");
	});
	test("the network takes it away: connections are gone without a word each", () => {
		const { bench, flow } = connected();
		bench.ue.deactivate(1);
		expect(bench.run(10)).toBe("\r\n+CGEV: NW PDN DEACT 1\r\n\r\n+PDP DEACT\r\n");
		expect(flow.closed).toBe(true);
		expect(bench.ask("AT+CIPSTATUS\r")).toContain("STATE: PDP DEACT");
		register(bench);
		expect(bench.ask(`AT+CIPSTART=0,"TCP","${server}",80\r`)).toBe(notAllowed);
		expect(bench.ask("AT+CIPSHUT\r")).toBe("\r\nSHUT OK\r\n");
		expect(bench.ask(`AT+CIPSTART=0,"TCP","${server}",80\r`)).toBe(ok);
	});
	test("the radio goes off", () => {
		const { bench, flow } = connected();
		expect(bench.ask("AT+CFUN=4\r")).toContain("\r\n+PDP DEACT\r\n");
		expect(flow.closed).toBe(true);
	});
	test("SHUT OK closes connections without a word each", () => {
		const { bench, flow } = connected();
		expect(bench.ask("AT+CIPSHUT\r")).toBe("\r\nSHUT OK\r\n");
		expect(flow.closed).toBe(true);
	});
});

describe("numbered connections", () => {
	test("parameters that are wrong, and what the state does not allow", () => {
		const bench = many();
		for (const line of [
			'CIPSTART=6,"TCP","h",80',
			'CIPSTART=0,"SCTP","h",80',
			'CIPSTART=0,"TCP","",80',
			'CIPSTART=0,"TCP","h",0',
			"CIPSEND=6,1",
			"CIPSEND=0,1461",
			"CIPCLOSE=6",
			"CIPSTATUS=6",
			"CIPQSEND=3",
			"CIPMODE=1",
			"CIPSSL=0,1",
			"CIPRXGET=6",
		])
			expect([line, bench.ask(`AT+${line}\r`)]).toEqual([line, wrongParameter]);
		for (const line of ["CIPSEND=0,1", "CIPCLOSE=0", "CIPACK=0", "CIPRXGET=2,0,10"])
			expect([line, bench.ask(`AT+${line}\r`)]).toEqual([line, notAllowed]);
		expect(bench.ue.flows).toEqual([]);
	});
	test("open, again, listed, closed", () => {
		const { bench, flow } = connected();
		expect(flow.opened).toBe(`tcp 1 ${server} 80`);
		expect(flow.options).toEqual({ windowBytes: 16_384 });
		expect(bench.ask(`AT+CIPSTART=0,"TCP","${server}",80\r`)).toBe("\r\n+CME ERROR: 65535\r\n\r\n0, ALREADY CONNECT\r\n");
		expect(bench.ask("AT+CIPSTATUS\r")).toBe(
			`${ok}\r\nSTATE: IP PROCESSING\r\n\r\nC: 0,0,"TCP","${server}","80","CONNECTED"\r\n${[1, 2, 3, 4, 5].map(id => `\r\nC: ${id},,"","","","INITIAL"\r\n`).join("")}`,
		);
		expect(bench.ask("AT+CIPSTATUS=0\r")).toBe(`\r\n+CIPSTATUS: 0,0,"TCP","${server}","80","CONNECTED"\r\n${ok}`);
		expect(bench.ask("AT+CIPCLOSE=0\r")).toBe("\r\n0, CLOSE OK\r\n");
		expect(flow.closed).toBe(true);
		expect(bench.ask("AT+CIPCLOSE=0\r")).toBe(notAllowed);
		expect(bench.ask("AT+CIPSTATUS=0\r")).toContain('"CLOSED"');
		expect(bench.ask(`AT+CIPSTART=0,"TCP","${server}",80\r`)).toBe(ok);
	});
	test("refused, silent, closed by the far end, by a fault", () => {
		const bench = many();
		const open = () => {
			bench.ask(`AT+CIPSTART=1,"TCP","${server}",80\r`);
			return lastFlow(bench).listener;
		};
		open().failed("refused");
		expect(bench.run(10)).toBe("\r\n1, CONNECT FAIL\r\n");
		open();
		expect(bench.run(74_400)).toBe("");
		expect(bench.run(600)).toBe("\r\n1, CONNECT FAIL\r\n");
		const listener = open();
		listener.opened();
		listener.closed();
		expect(bench.run(10)).toBe("\r\n1, CONNECT OK\r\n\r\n1, CLOSED\r\n");
		expect(bench.ask("AT+CIPSEND=1,1\r")).toBe(notAllowed);
		open();
		bench.module.faults.set("close-sockets");
		expect(bench.run(10)).toBe("\r\n1, CONNECT FAIL\r\n");
		open().opened();
		bench.module.faults.set("close-sockets");
		expect(bench.run(10)).toBe("\r\n1, CONNECT OK\r\n\r\n1, CLOSED\r\n");
	});
	test("six of them", () => {
		const bench = many("CIPQSEND=1");
		for (let id = 0; id < 6; id++) {
			expect(bench.ask(`AT+CIPSTART=${id},"TCP","${server}",${8000 + id}\r`)).toBe(ok);
			lastFlow(bench).listener.opened();
			expect(bench.run(10)).toBe(`\r\n${id}, CONNECT OK\r\n`);
		}
		bench.ask("AT+CIPSEND=5,1\r\n");
		expect(bench.ask("x")).toBe("\r\nDATA ACCEPT:5,1\r\n");
		expect(bench.ue.flows.map(({ sent }) => sent.length)).toEqual([0, 0, 0, 0, 0, 1]);
		expect(bench.ask("AT+CIPCLOSE=5\r")).toBe("\r\n5, CLOSE OK\r\n");
	});
	test("a datagram socket to one peer, its local port", () => {
		const bench = many();
		expect(bench.ask('AT+CLPORT=2,"UDP",5000\r')).toBe(ok);
		bench.ask(`AT+CIPSTART=2,"UDP","${server}",5683\r`);
		expect([lastFlow(bench).opened, lastFlow(bench).localPort]).toEqual([`udp 1 ${server} 5683`, 5000]);
		lastFlow(bench).listener.opened();
		bench.run(10);
		bench.ask("AT+CIPSEND=2,2\r");
		expect(bench.ask("hi")).toBe("\r\n2, SEND OK\r\n");
		expect(bench.ask("AT+CIPACK=2\r")).toBe(`\r\n+CIPACK: 2,0,2\r\n${ok}`);
		expect(bench.ask('AT+CLPORT=2,"UDP",70000\r')).toBe(wrongParameter);
	});
});

describe("+CIPSEND", () => {
	test("DATA ACCEPT, SEND OK at once, SEND OK when the peer has it", () => {
		const { bench, flow } = connected("CIPQSEND=1");
		const all = String.fromCharCode(...Array.from({ length: 256 }, (_, value) => value));
		expect(bench.ask("AT+CIPSEND=0,256\r\n")).toBe("\r\n> ");
		expect(bench.ask(all)).toBe("\r\nDATA ACCEPT:0,256\r\n");
		expect(flow.sent[0]!.text).toBe(all);
		bench.ask("AT+CIPQSEND=0\r");
		bench.ask("AT+CIPSEND=0\r\n");
		expect(bench.ask("hello\x1a")).toBe("\r\n0, SEND OK\r\n");
		bench.ask("AT+CIPQSEND=2\r");
		bench.ask("AT+CIPSEND=0,2\r\n");
		expect(bench.ask("ab")).toBe("");
		flow.listener.sent(262, true);
		expect(bench.run(10)).toBe("");
		flow.listener.sent(1, true);
		expect(bench.run(10)).toBe("\r\n0, SEND OK\r\n");
		expect(bench.ask("AT+CIPACK=0\r")).toBe(`\r\n+CIPACK: 263,263,0\r\n${ok}`);
		expect(bench.ask("AT+CIPQSEND?\r")).toBe(`\r\n+CIPQSEND: 2\r\n${ok}`);
	});
	test("ESC gives it up", () => {
		const { bench, flow } = connected();
		bench.ask("AT+CIPSEND=0\r\n");
		expect(bench.ask("hello\x1b")).toBe(ok);
		expect(flow.sent).toEqual([]);
	});
	test("a full stack keeps the host waiting; a connection that breaks ends the wait", () => {
		const { bench, flow } = connected("CIPQSEND=1");
		for (let sent = 0; sent < 11; sent++) {
			bench.ask("AT+CIPSEND=0,1460\r\n");
			expect(bench.ask("x".repeat(1460))).toBe("\r\nDATA ACCEPT:0,1460\r\n");
		}
		bench.ask("AT+CIPSEND=0,1460\r\n");
		expect(bench.ask("y".repeat(1460))).toBe("");
		flow.listener.sent(1460, true);
		expect(bench.run(10)).toBe("\r\nDATA ACCEPT:0,1460\r\n");
		bench.ask("AT+CIPSEND=0,1460\r\n");
		bench.ask("z".repeat(1460));
		flow.listener.closed();
		expect(bench.run(10)).toBe("\r\n0, SEND FAIL\r\n\r\n0, CLOSED\r\n");
	});
	test("no prompt, no result; late, and never", () => {
		const { bench } = connected("CIPSPRT=0");
		expect(bench.ask("AT+CIPSEND=0,1\r\n")).toBe("");
		expect(bench.ask("a")).toBe("\r\n0, SEND OK\r\n");
		bench.ask("AT+CIPSPRT=2\r");
		bench.ask("AT+CIPSEND=0,1\r\n");
		expect(bench.ask("a")).toBe("");
		bench.ask("AT+CIPSPRT=1\r");
		bench.module.faults.set("late-send-ok", { delayMs: 3000 });
		bench.ask("AT+CIPSEND=0,1\r\n");
		expect(bench.ask("a", 2900)).toBe("");
		expect(bench.run(200)).toBe("\r\n0, SEND OK\r\n");
		bench.module.faults.clear();
		bench.module.faults.set("lost-send-ok");
		bench.ask("AT+CIPSEND=0,1\r\n");
		expect(bench.ask("a", 60_000)).toBe("");
		expect(bench.ask("AT\r")).toBe(ok);
	});
	test("refused by the network while it is awaited", () => {
		const { bench, flow } = connected("CIPQSEND=2");
		bench.ask("AT+CIPSEND=0,1\r\n");
		bench.ask("a");
		flow.listener.sent(1, false);
		expect(bench.run(10)).toBe("\r\n0, SEND FAIL\r\n");
	});
});

describe("what arrives", () => {
	test("pushed with number and length, a line end behind it unless it is switched off", () => {
		const { bench, flow, arrive } = connected();
		expect(arrive("\r\nOK\r\n")).toBe("\r\n+RECEIVE,0,6:\r\n\r\nOK\r\n\r\n");
		bench.ask("AT+CIPRXF=1\r");
		expect(arrive("x".repeat(1461))).toBe(`\r\n+RECEIVE,0,1460:\r\n${"x".repeat(1460)}\r\n+RECEIVE,0,1:\r\nx`);
		expect(flow.taken).toEqual([6, 1460, 1]);
	});
	test("kept: mode 1 says it once until it is read", () => {
		const { bench, flow, arrive } = connected("CIPRXGET=1");
		expect(arrive("abc")).toBe("\r\n+CIPRXGET: 1,0\r\n");
		expect(arrive("de")).toBe("");
		expect(bench.ask("AT+CIPRXGET=4,0\r")).toBe(`\r\n+CIPRXGET: 4,0,5\r\n${ok}`);
		expect(bench.ask("AT+CIPRXGET=2,0,4\r")).toBe(`\r\n+CIPRXGET: 2,0,4,1\r\nabcd\r\n${ok}`);
		expect(flow.taken).toEqual([4]);
		expect(bench.ask("AT+CIPRXGET=3,0,4\r")).toBe(`\r\n+CIPRXGET: 3,0,1,0\r\n65\r\n${ok}`);
		expect(bench.ask("AT+CIPRXGET=2,0,4\r")).toBe(`\r\n+CIPRXGET: 2,0,0,0\r\n${ok}`);
		expect(bench.ask("AT+CIPRXGET=4,3\r")).toBe(`\r\n+CIPRXGET: 4,3,0\r\n${ok}`);
		expect(arrive("f")).toBe("\r\n+CIPRXGET: 1,0\r\n");
		expect(bench.ask("AT+CIPRXGET?\r")).toBe(`\r\n+CIPRXGET: 1\r\n${ok}`);
		expect(bench.ask("AT+CIPRXGET=3,0,731\r")).toBe(notAllowed);
		expect(bench.ask("AT+CIPRXGET=2,0,1461\r")).toBe(notAllowed);
		expect(bench.ask("AT+CIPRXGET=2,6,1\r")).toBe(wrongParameter);
	});
	test("mode 5 says it each time", () => {
		const { arrive } = connected("CIPRXGET=5");
		expect(arrive("abc") + arrive("de")).toBe("\r\n+CIPRXGET: 1,0\r\n\r\n+CIPRXGET: 1,0\r\n");
	});
	test("the far end's close waits until what came before it is read", () => {
		const { bench, flow, arrive } = connected("CIPRXGET=5");
		arrive("abc");
		flow.listener.closed();
		expect(bench.run(60_000)).toBe("");
		expect(bench.ask("AT+CIPSTATUS=0\r")).toContain('"REMOTE CLOSING"');
		expect(bench.ask("AT+CIPRXGET=2,0,1\r")).toBe(`\r\n+CIPRXGET: 2,0,1,2\r\na\r\n${ok}`);
		expect(bench.ask("AT+CIPRXGET=2,0,1460\r")).toBe(`\r\n+CIPRXGET: 2,0,2,0\r\nbc\r\n${ok}\r\n0, CLOSED\r\n`);
	});
	test("datagrams tell their sender when asked to, each is read by itself", () => {
		const bench = many("CIPRXGET=5", "CIPSRIP=1");
		bench.ask(`AT+CIPSTART=0,"UDP","${server}",5683\r`);
		const { listener } = lastFlow(bench);
		listener.opened();
		bench.run(10);
		listener.received(bytes("abc"), server, 5683);
		listener.received(bytes("de"), server, 5683);
		expect(bench.run(10)).toBe(`\r\n+CIPRXGET: 1,0,"${server}:5683"\r\n\r\n+CIPRXGET: 1,0,"${server}:5683"\r\n`);
		expect(bench.ask("AT+CIPRXGET=2,0,1460\r")).toBe(`\r\n+CIPRXGET: 2,0,3,2,"${server}:5683"\r\nabc\r\n${ok}`);
		expect(bench.ask("AT+CIPRXGET=2,0,1460\r")).toBe(`\r\n+CIPRXGET: 2,0,2,0,"${server}:5683"\r\nde\r\n${ok}`);
	});
});

describe("one connection without a number", () => {
	function single(...settings: readonly string[]) {
		const bench = started();
		for (const setting of settings) expect(bench.ask(`AT+${setting}\r`)).toBe(ok);
		expect(bench.ask(`AT+CIPSTART="TCP","${server}",80\r`)).toBe(ok);
		const flow = lastFlow(bench);
		expect(bench.ask("AT+CIPSTATUS\r")).toBe(`${ok}\r\nSTATE: TCP CONNECTING\r\n`);
		flow.listener.opened();
		expect(bench.run(10)).toBe("\r\nCONNECT OK\r\n");
		const arrive = (text: string) => {
			flow.listener.received(bytes(text), server, 80);
			return bench.run(10);
		};
		return { bench, flow, arrive };
	}

	test("its words", () => {
		const { bench, flow } = single("CIPQSEND=1");
		expect(bench.ask("AT+CIPSTATUS\r")).toBe(`${ok}\r\nSTATE: CONNECT OK\r\n`);
		expect(bench.ask(`AT+CIPSTART="TCP","${server}",80\r`)).toBe("\r\n+CME ERROR: 65535\r\n\r\nALREADY CONNECT\r\n");
		bench.ask("AT+CIPSEND=2\r\n");
		expect(bench.ask("ab")).toBe("\r\nDATA ACCEPT:2\r\n");
		bench.ask("AT+CIPQSEND=0\r");
		bench.ask("AT+CIPSEND\r\n");
		expect(bench.ask("ab\x1a")).toBe("\r\nSEND OK\r\n");
		expect(bench.ask("AT+CIPACK\r")).toBe(`\r\n+CIPACK: 4,0,4\r\n${ok}`);
		expect(bench.ask("AT+CIPSTATUS=0\r")).toBe(wrongParameter);
		flow.listener.closed();
		expect(bench.run(10)).toBe("\r\nCLOSED\r\n");
		expect(bench.ask("AT+CIPSTATUS\r")).toBe(`${ok}\r\nSTATE: TCP CLOSED\r\n`);
		bench.ask(`AT+CIPSTART="TCP","${server}",80\r`);
		lastFlow(bench).listener.failed("refused");
		expect(bench.run(10)).toBe("\r\nSTATE: TCP CLOSED\r\n\r\nCONNECT FAIL\r\n");
		const other = single();
		expect(other.bench.ask("AT+CIPCLOSE\r")).toBe("\r\nCLOSE OK\r\n");
		expect(other.bench.ask("AT+CIPCLOSE=1\r")).toBe(notAllowed);
	});
	test("pushed bare, or with whatever is switched on", () => {
		expect(single("CIPRXF=1").arrive("abc")).toBe("\r\nabc");
		expect(single("CIPRXF=1", "CIPHEAD=1").arrive("abc")).toBe("\r\n+IPD,3:abc");
		expect(single("CIPRXF=1", "CIPHEAD=1", "CIPSHOWTP=1", "CIPSRIP=1").arrive("abc")).toBe(`\r\nRECV FROM:${server}:80\r\n+IPD,3,TCP:abc`);
		expect(single().arrive("abc")).toBe("\r\nabc\r\n");
	});
	test("kept and read without a number", () => {
		const { bench, arrive } = single("CIPRXGET=1");
		expect(arrive("abc")).toBe("\r\n+CIPRXGET: 1\r\n");
		expect(bench.ask("AT+CIPRXGET=4\r")).toBe(`\r\n+CIPRXGET: 4,3\r\n${ok}`);
		expect(bench.ask("AT+CIPRXGET=2,1460\r")).toBe(`\r\n+CIPRXGET: 2,3,0\r\nabc\r\n${ok}`);
	});
});

describe("TLS", () => {
	const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
	const store = (bench: Bench, name: string, text: string) => {
		expect(bench.ask(`AT+FSCREATE="${name}"\r`)).toBe(ok);
		expect(bench.ask(`AT+FSWRITE="${name}",0,${text.length},15\r`)).toBe("\r\n>");
		expect(bench.ask(text)).toBe(ok);
	};

	test("files kept without power, a context by the connection's number", () => {
		const bench = started();
		store(bench, "ca.crt", pem);
		store(bench, "me.crt", "ME");
		store(bench, "me.key", "KEY");
		expect(bench.ask('AT+FSWRITE="me.key",1,1,15\r') + bench.ask("!")).toBe(`\r\n>${ok}`);
		expect(bench.ask('AT+FSFLSIZE="me.key"\r')).toBe(`\r\n+FSFLSIZE: 4\r\n${ok}`);
		bench.ask("AT+RESET\r", 15_000);
		register(bench);
		bench.ask("ATE0\r");
		for (const line of [
			"CIPMUX=1",
			'SSLCFG="sslversion",1,3',
			'SSLCFG="cacert",1,"ca.crt"',
			'SSLCFG="clientcert",1,"me.crt"',
			'SSLCFG="clientkey",1,"me.key"',
			'SSLCFG="seclevel",1,2',
			'SSLCFG="hostname",1,"server.test"',
			'SSLCFG="ignorelocaltime",1,0',
			"CIPSSL=1",
		])
			expect([line, bench.ask(`AT+${line}\r`)]).toEqual([line, ok]);
		expect(bench.ask('AT+SSLCFG="cacert",1\r')).toBe(`\r\n+SSLCFG: "cacert",1,"ca.crt"\r\n${ok}`);
		expect(bench.ask('AT+SSLCFG="seclevel",1\r')).toBe(`\r\n+SSLCFG: "seclevel",1,2\r\n${ok}`);
		expect(bench.ask("AT+CIPSSL?\r")).toBe(`\r\n+CIPSSL: 1\r\n${ok}`);
		bench.ask('AT+CIPSTART=1,"TCP","198.51.100.7",8883\r');
		expect(lastFlow(bench).opened).toBe("tls 1 198.51.100.7 8883");
		expect(lastFlow(bench).options?.tls).toEqual({
			serverName: "server.test",
			verify: true,
			ca: [pem],
			certificate: "ME",
			key: "KEY!",
			versions: ["1.2"],
			ignoreTime: false,
		});
		lastFlow(bench).listener.failed("tls-name");
		expect(bench.run(10)).toBe("\r\n1, CONNECT FAIL\r\n");
		expect(bench.ask('AT+SSLCFG="hostname",1,\r')).toBe(ok);
		expect(bench.ask('AT+SSLCFG="hostname",1\r')).toBe(`\r\n+SSLCFG: "hostname",1,""\r\n${ok}`);
		expect(bench.ask('AT+FSDEL="ca.crt"\r')).toBe(ok);
		expect(bench.ask('AT+FSDEL="ca.crt"\r')).toBe(error);
	});
	test("the factory verifies nothing and names nobody; datagrams have no TLS", () => {
		const bench = many("CIPSSL=1");
		bench.ask('AT+CIPSTART=0,"TCP","server.test",443\r');
		expect(lastFlow(bench).options?.tls).toEqual({ serverName: undefined, verify: false, ca: [], versions: ["1.2"], ignoreTime: true });
		bench.ask('AT+CIPSTART=1,"UDP","server.test",443\r');
		expect(lastFlow(bench).opened).toBe("udp 1 server.test 443");
	});
	test("the far end's close is said at once, the rest can still be read", () => {
		const bench = many("CIPSSL=1", "CIPRXGET=5");
		bench.ask('AT+CIPSTART=0,"TCP","server.test",443\r');
		const { listener } = lastFlow(bench);
		listener.opened();
		listener.received(bytes("abc"), server, 443);
		listener.closed();
		expect(bench.run(10)).toBe("\r\n0, CONNECT OK\r\n\r\n+CIPRXGET: 1,0\r\n\r\n0, CLOSED\r\n");
		expect(bench.ask("AT+CIPRXGET=2,0,1460\r")).toBe(`\r\n+CIPRXGET: 2,0,3,0\r\nabc\r\n${ok}`);
	});
	test("parameters that are wrong, files that are not there", () => {
		const bench = started();
		for (const line of [
			'SSLCFG="nosuch",0,1',
			'SSLCFG="seclevel",6,1',
			'SSLCFG="seclevel",0,3',
			'SSLCFG="negotiatetimeout",0,9',
			'FSFLSIZE="x"',
			'FSDEL="x"',
		])
			expect([line, bench.ask(`AT+${line}\r`)]).toEqual([line, error]);
		expect(bench.ask('AT+FSWRITE="x",0,1,15\r')).toBe(wrongParameter);
		bench.ask('AT+FSCREATE="x"\r');
		expect(bench.ask('AT+FSCREATE="x"\r')).toBe(error);
		expect(bench.ask('AT+FSWRITE="x",0,5,2\r', 100) + bench.ask("ab", 2000)).toBe(`\r\n>${error}`);
		expect(bench.ask("AT\r")).toBe(ok);
	});
});

describe("names and echoes", () => {
	function up(): Bench {
		const bench = started();
		for (const line of ["CSTT", "CIICR", "CIFSR"]) bench.ask(`AT+${line}\r`);
		return bench;
	}

	test("OK, then the address; a name that is not there takes its time", () => {
		const bench = up();
		bench.ue.names = { "server.test": ["2001:db8::5", "198.51.100.7"] };
		expect(bench.ask('AT+CDNSGIP="server.test"\r')).toBe(`${ok}\r\n+CDNSGIP: 1,"server.test","2001:db8::5"\r\n`);
		expect(bench.ask('AT+CDNSGIP="no.test"\r', 11_900)).toBe(ok);
		expect(bench.run(200)).toBe("\r\n+CDNSGIP: 0,10\r\n");
		expect(bench.ask('AT+CDNSGIP=""\r')).toBe(wrongParameter);
	});
	test("echoes, then OK", () => {
		const bench = up();
		bench.ue.pingMs = 50;
		bench.ue.names = { "server.test": ["198.51.100.7"] };
		expect(bench.ask('AT+CIPPING="server.test",2,32,10,64\r', 3000)).toBe(
			`\r\n+CIPPING: 1,"198.51.100.7",50,52\r\n\r\n+CIPPING: 2,"198.51.100.7",50,52\r\n${ok}`,
		);
		bench.ue.pingMs = undefined;
		expect(bench.ask('AT+CIPPING="server.test",1\r', 15_000)).toBe(`\r\n+CIPPING: 1,"198.51.100.7",600,255\r\n${ok}`);
		expect(bench.ask('AT+CIPPING="no.test",1\r', 15_000)).toBe(error);
	});
});

describe("sleep", () => {
	test("only when told, after its wait; the byte that wakes it is lost", () => {
		const bench = started();
		bench.run(60_000);
		expect(bench.module.state).toBe("on");
		expect(bench.ask("AT+WAKETIM=5;+CSCLK=2\r")).toBe(ok);
		bench.run(4000);
		expect(bench.module.state).toBe("on");
		bench.run(2000);
		expect(bench.module.state).toBe("asleep");
		expect(bench.ask("AT\r")).toBe("");
		expect(bench.ask("AT+CSCLK?;+WAKETIM?\r")).toBe(`\r\n+CSCLK: 2\r\n\r\n+WAKETIM: 5\r\n${ok}`);
		expect(bench.ask("AT+CSCLK=4\r")).toBe(wrongParameter);
	});
	test("not while the radio is connected or something is under way", () => {
		const { bench, flow } = connected("CSCLK=2");
		bench.ue.setConnected(true);
		bench.run(20_000);
		expect(bench.module.state).toBe("on");
		bench.ask("AT+CIPSEND=0,1\r\n");
		bench.ask("x");
		bench.ue.setConnected(false);
		bench.run(20_000);
		expect(bench.module.state).toBe("on");
		flow.listener.sent(1, true);
		bench.run(2000);
		expect(bench.module.state).toBe("asleep");
	});
	test("power modes", () => {
		const bench = started();
		expect(bench.ask('AT+POWERMODE="STD"\r')).toBe(ok);
		bench.run(2000);
		expect(bench.module.state).toBe("asleep");
		bench.ask("AT\r");
		expect(bench.ask("AT+POWERMODE?\r")).toBe(`\r\n+POWERMODE: "STD"\r\n${ok}`);
		expect(bench.ask('AT+POWERMODE="PSM+"\r')).toBe("\r\n+CME ERROR: 4\r\n");
		expect(bench.ask('AT+POWERMODE="X"\r')).toBe(wrongParameter);
	});
});
