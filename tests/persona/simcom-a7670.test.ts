import { describe, expect, test } from "vitest";
import persona from "../../host-sim/persona/simcom-a7670.js";
import { Bench } from "../sim-modem/bench.js";
import { bytes, error, lastFlow, ok, onLte, register, server } from "./cat1-bench.js";

const started = (options?: ConstructorParameters<typeof Bench>[1]) => onLte(persona, options);

/** The socket service open. */
function opened(): Bench {
	const bench = started();
	expect(bench.ask("AT+NETOPEN\r")).toBe(`${ok}\r\n+NETOPEN: 0\r\n`);
	return bench;
}

/** With link 0, a stream. */
function connected(mode = 0) {
	const bench = opened();
	expect(bench.ask(`AT+CIPRXGET=${mode}\r`)).toBe(ok);
	expect(bench.ask(`AT+CIPOPEN=0,"TCP","${server}",80\r`)).toBe(ok);
	const flow = lastFlow(bench);
	flow.listener.opened();
	expect(bench.run(10)).toBe("\r\n+CIPOPEN: 0,0\r\n");
	return { bench, flow, arrive: (text: string, port = 80) => arrive(bench, flow, text, port) };
}

function arrive(bench: Bench, flow: ReturnType<typeof lastFlow>, text: string, port: number): string {
	flow.listener.received(bytes(text), server, port);
	return bench.run(10);
}

describe("start", () => {
	test("what it says in which order; deaf before", () => {
		const bench = new Bench(persona);
		bench.module.powerOn();
		expect(bench.ask("AT\r", 2999)).toBe("");
		expect(bench.run(1)).toBe("\r\n*ATREADY: 1\r\n");
		bench.ue.register({ stat: 1 });
		bench.ue.activate(1, "10.0.0.7", undefined);
		expect(bench.run(5000)).toBe("\r\n+CGEV: EPS PDN ACT 1\r\n\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n\r\nPB DONE\r\n");
		expect(bench.ask("AT\r")).toBe(`AT\r${ok}`);
	});
	test("without a SIM, and with one that wants its PIN", () => {
		const none = new Bench(persona, { sim: { inserted: false } });
		none.module.powerOn();
		expect(none.run(10_000)).toBe("\r\n*ATREADY: 1\r\n\r\n+CPIN: SIM REMOVED\r\n");
		expect(none.ask("AT+CPIN?\r")).toBe("AT+CPIN?\r\r\n+CME ERROR: SIM not inserted\r\n");
		const locked = new Bench(persona, { sim: { pin: "1234" } });
		locked.module.powerOn();
		expect(locked.run(10_000)).toBe("\r\n*ATREADY: 1\r\n\r\n+CPIN: SIM PIN\r\n");
	});
	test("identity", () => {
		const bench = started();
		expect(bench.ask("ATI\r")).toBe(
			`\r\nManufacturer: INCORPORATED\r\nModel: A7670E-FASE\r\nRevision: A131B01A7670M7\r\nIMEI: 001010000000001\r\n${ok}`,
		);
		expect(bench.ask("AT+CGMR\r")).toBe(`\r\n+CGMR: A131B01A7670M7\r\n${ok}`);
		expect(bench.ask("AT+CGSN\r")).toBe(`\r\n001010000000001\r\n${ok}`);
		expect(bench.ask("AT+CICCID\r")).toBe(`\r\n+ICCID: 89000000000000000001\r\n${ok}`);
	});
	test("restart and power-off", () => {
		const bench = started();
		expect(bench.ask("AT+CRESET\r", 4500)).toContain(`${ok}\r\n*ATREADY: 1\r\n`);
		bench.run(5000);
		expect(bench.ask("AT+CPOF\r", 3000)).toBe(`AT+CPOF\r${ok}`);
		expect(bench.module.state).toBe("off");
	});
});

describe("contexts", () => {
	test("addresses of both families, IPv6 as sixteen numbers", () => {
		const bench = started();
		expect(bench.ask("AT+CGPADDR=1\r")).toBe(`\r\n+CGPADDR: 1,"10.148.158.125","36.9.141.33.13.226.232.88.0.0.0.0.0.0.0.1"\r\n${ok}`);
		bench.ask('AT+CGDCONT=2,"IPV4V6","m2m"\r');
		expect(bench.ask("AT+CGDCONT?\r")).toBe(
			`\r\n+CGDCONT: 1,"IP","","10.148.158.125",0,0,0,0\r\n\r\n+CGDCONT: 2,"IPV4V6","m2m","0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",0,0,0,0\r\n${ok}`,
		);
		bench.ue.deactivate(1);
		expect(bench.run(10)).toBe("\r\n+CGEV: NW PDN DEACT 1\r\n");
		expect(bench.ask("AT+CGPADDR\r")).toBe(ok);
	});
	test("activated and deactivated by the host", () => {
		const bench = started();
		bench.ask('AT+CGDCONT=2,"IP","m2m"\r');
		expect(bench.ask("AT+CGACT=1,2\r", 1000)).toBe(`${ok}\r\n+CGEV: ME PDN ACT 2\r\n`);
		expect(bench.ask("AT+CGACT=1,2\r")).toBe(ok);
		expect(bench.ask("AT+CGACT=0,2\r")).toBe(`${ok}\r\n+CGEV: ME PDN DEACT 2\r\n`);
		expect(bench.ask("AT+CGACT=1,3\r")).toBe("\r\n+CME ERROR: Incorrect parameters\r\n");
		bench.ask("AT+CMEE=1;+CGEREP=0\r");
		bench.ue.lastEsmCause = 27;
		bench.ue.activateContext = () => bench.ue.deactivate(2);
		expect(bench.ask("AT+CGACT=1,2\r")).toBe("\r\n+CME ERROR: 134\r\n");
		expect(bench.ask("AT+CGEREP?\r")).toBe(`\r\n+CGEREP: 0,0\r\n${ok}`);
	});
	test("the serving cell", () => {
		const bench = started();
		expect(bench.ask("AT+CPSI?\r")).toBe(
			`\r\n+CPSI: LTE,Online,460-00,0x5141,86083340,17,EUTRAN-BAND3,1300,5,5,-70,-1000,-930,11\r\n${ok}`,
		);
		bench.ue.cell = undefined;
		bench.ask("AT+CFUN=4\r");
		expect(bench.ask("AT+CPSI?\r")).toBe(`\r\n+CPSI: NO SERVICE,Flight Mode\r\n${ok}`);
	});
});

describe("the socket service", () => {
	test("open, open again, its address, closed, closed again", () => {
		const bench = started();
		expect(bench.ask("AT+IPADDR\r")).toBe(`\r\n+IPADDR: Network not opened\r\n${error}`);
		expect(bench.ask("AT+NETOPEN?\r")).toBe(`\r\n+NETOPEN: 0\r\n${ok}`);
		expect(bench.ask('AT+CIPOPEN=0,"TCP","h",80\r')).toBe(`\r\n+CIPOPEN: 0,2\r\n${error}`);
		expect(bench.ask("AT+NETCLOSE\r")).toBe(`\r\n+NETCLOSE: 2\r\n${error}`);
		expect(bench.ask("AT+NETOPEN\r", 50)).toBe(ok);
		expect(bench.run(100)).toBe("\r\n+NETOPEN: 0\r\n");
		expect(bench.ask("AT+NETOPEN\r")).toBe(`\r\n+IP ERROR: Network is already opened\r\n${error}`);
		expect(bench.ask("AT+NETOPEN?\r")).toBe(`\r\n+NETOPEN: 1\r\n${ok}`);
		expect(bench.ask("AT+IPADDR\r")).toBe(`\r\n+IPADDR: 10.148.158.125\r\n${ok}`);
		expect(bench.ask("AT+NETCLOSE\r")).toBe(`${ok}\r\n+NETCLOSE: 0\r\n`);
	});
	test("no network", () => {
		const bench = new Bench(persona).start();
		bench.run(10_000);
		expect(bench.ask("ATE0;+NETOPEN\r")).toBe(`ATE0;+NETOPEN\r${ok}\r\n+NETOPEN: 1\r\n`);
	});
	test("the context is brought up, or refused", () => {
		const bench = started();
		bench.ue.deactivate(1);
		bench.run(10);
		expect(bench.ask("AT+NETOPEN\r", 1000)).toBe(`${ok}\r\n+CGEV: EPS PDN ACT 1\r\n\r\n+NETOPEN: 0\r\n`);
		bench.ask("AT+NETCLOSE\r");
		bench.ue.deactivate(1);
		bench.run(10);
		bench.ue.activateContext = () => bench.ue.deactivate(1);
		expect(bench.ask("AT+CGEREP=0;+NETOPEN\r")).toBe(`${ok}\r\n+NETOPEN: 1\r\n`);
	});
	test("the radio goes off", () => {
		const { bench, flow } = connected();
		expect(bench.ask("AT+CFUN=4\r")).toContain("\r\n+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY\r\n");
		expect(flow.closed).toBe(true);
		expect(bench.ask("AT+NETOPEN?\r")).toBe(`\r\n+NETOPEN: 0\r\n${ok}`);
	});
	test("the network takes the context away", () => {
		const { bench, flow } = connected();
		bench.ask("AT+CGEREP=0\r");
		bench.ue.deactivate(1);
		expect(bench.run(10)).toBe("\r\n+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY\r\n");
		expect(flow.closed).toBe(true);
		expect(bench.ask("AT+NETOPEN?\r")).toBe(`\r\n+NETOPEN: 0\r\n${ok}`);
	});
});

describe("streams", () => {
	test("parameters that are wrong", () => {
		const bench = opened();
		for (const line of ['CIPOPEN=10,"TCP","h",80', 'CIPOPEN=0,"SCTP","h",80', "CIPSEND=10,1", "CIPSEND=0,1501", "CIPCLOSE=10", "CIPMODE=1"])
			expect([line, bench.ask(`AT+${line}\r`)]).toEqual([line, error]);
		for (const line of ['CIPOPEN=0,"TCP","",80', 'CIPOPEN=0,"TCP","h",0', 'CIPOPEN=0,"TCP","h",80,70000', 'CIPOPEN=0,"UDP"'])
			expect([line, bench.ask(`AT+${line}\r`)]).toEqual([line, `\r\n+CIPOPEN: 0,3\r\n${error}`]);
		expect(bench.ask("AT+CIPSEND=0,1\r")).toBe(`\r\n+CIPERROR: 4\r\n${error}`);
		expect(bench.ask("AT+CIPCLOSE=0\r")).toBe(`\r\n+CIPCLOSE: 0,4\r\n${error}`);
		expect(bench.ue.flows).toEqual([]);
	});
	test("open, listed, closed", () => {
		const { bench, flow } = connected();
		expect(flow.opened).toBe(`tcp 1 ${server} 80`);
		expect(flow.options).toEqual({ windowBytes: 16_384 });
		expect(bench.ask("AT+CIPOPEN?\r")).toBe(
			`\r\n+CIPOPEN: 0,"TCP","${server}",80,-1\r\n${[1, 2, 3, 4, 5, 6, 7, 8, 9].map(id => `\r\n+CIPOPEN: ${id}\r\n`).join("")}${ok}`,
		);
		expect(bench.ask("AT+CIPCLOSE?\r")).toBe(`\r\n+CIPCLOSE: 1,0,0,0,0,0,0,0,0,0\r\n${ok}`);
		expect(bench.ask('AT+CIPOPEN=0,"TCP","h",80\r')).toBe(`\r\n+CIPOPEN: 0,4\r\n${error}`);
		expect(bench.ask("AT+CIPCLOSE=0\r")).toBe(`${ok}\r\n+CIPCLOSE: 0,0\r\n`);
		expect(flow.closed).toBe(true);
	});
	test("refused, silent, closed by the far end", () => {
		const bench = opened();
		bench.ask('AT+CIPOPEN=0,"TCP","h",80\r');
		lastFlow(bench).listener.failed("refused");
		expect(bench.run(10)).toBe("\r\n+CIPOPEN: 0,1\r\n");
		expect(bench.ask("AT+CIPTIMEOUT=,3000\r")).toBe(ok);
		expect(bench.ask("AT+CIPTIMEOUT?\r")).toBe(`\r\n+CIPTIMEOUT: 120000,3000,120000\r\n${ok}`);
		bench.ask('AT+CIPOPEN=0,"TCP","h",80\r');
		expect(bench.run(3000)).toBe("\r\n+CIPOPEN: 0,10\r\n");
		bench.ask('AT+CIPOPEN=0,"TCP","h",80\r');
		lastFlow(bench).listener.opened();
		lastFlow(bench).listener.closed();
		expect(bench.run(10)).toBe("\r\n+CIPOPEN: 0,0\r\n\r\n+IPCLOSE: 0,1\r\n");
		expect(bench.ask("AT+CIPCLOSE=0\r")).toBe(`\r\n+CIPCLOSE: 0,4\r\n${error}`);
		bench.ask('AT+CIPOPEN=0,"TCP","h",80\r');
		bench.module.faults.set("close-sockets");
		expect(bench.run(10)).toBe("\r\n+CIPOPEN: 0,1\r\n");
	});
	test("a send: OK, then how much was asked and taken; every byte is data", () => {
		const { bench, flow } = connected();
		const all = String.fromCharCode(...Array.from({ length: 256 }, (_, value) => value));
		expect(bench.ask("AT+CIPSEND=0,256\r")).toBe("\r\n>");
		expect(bench.ask(all)).toBe(`${ok}\r\n+CIPSEND: 0,256,256\r\n`);
		expect(flow.sent[0]!.text).toBe(all);
		bench.ask("AT+CIPSEND=0\r");
		expect(bench.ask("hello\x1a")).toBe(`${ok}\r\n+CIPSEND: 0,5,5\r\n`);
		bench.ask("AT+CIPSEND=0\r");
		expect(bench.ask("hello\x1b")).toBe(error);
		expect(bench.ask('AT+CIPSEND=0,1,"h",80\r')).toBe(`\r\n+CIPERROR: 3\r\n${error}`);
		flow.listener.sent(200, true);
		expect(bench.ask("AT+CIPACK=0\r")).toBe(`\r\n+CIPACK: 261,200,0\r\n${ok}`);
		expect(bench.ask("AT+CIPACK=1\r")).toBe(`\r\n+IP ERROR: Connection is not created\r\n${error}`);
	});
	test("a full stack takes less than asked, then nothing", () => {
		const { bench, flow } = connected();
		for (let sent = 0; sent < 10; sent++) {
			bench.ask("AT+CIPSEND=0,1500\r");
			expect(bench.ask("x".repeat(1500))).toContain("+CIPSEND: 0,1500,1500");
		}
		bench.ask("AT+CIPSEND=0,1500\r");
		expect(bench.ask("y".repeat(1500))).toBe(`${ok}\r\n+CIPSEND: 0,1500,1384\r\n`);
		bench.ask("AT+CIPSEND=0,5\r");
		expect(bench.ask("z".repeat(5))).toBe(`${ok}\r\n+CIPSEND: 0,5,0\r\n`);
		expect(flow.sent.at(-1)!.text).toBe("y".repeat(1384));
		flow.listener.sent(16_384, true);
		bench.ask("AT+CIPSEND=0,5\r");
		expect(bench.ask("z".repeat(5))).toBe(`${ok}\r\n+CIPSEND: 0,5,5\r\n`);
	});
	test("the connection ends at the prompt; the result late or never", () => {
		const { bench, flow } = connected();
		bench.module.faults.set("late-send-ok", { delayMs: 3000 });
		bench.ask("AT+CIPSEND=0,1\r");
		expect(bench.ask("a", 2900)).toBe(ok);
		expect(bench.run(200)).toBe("\r\n+CIPSEND: 0,1,1\r\n");
		bench.module.faults.clear();
		bench.ask("AT+CIPSEND=0,5\r");
		flow.listener.closed();
		expect(bench.ask("hello")).toBe(`${ok}\r\n+IPCLOSE: 0,1\r\n\r\n+CIPSEND: 0,5,-1\r\n`);
	});
});

describe("what arrives", () => {
	test("pushed with its sender and its length", () => {
		const { bench, flow, arrive } = connected();
		expect(arrive("\r\nOK\r\n")).toBe(`\r\nRECV FROM:${server}:80\r\n+IPD6\r\n\r\nOK\r\n`);
		expect(arrive("x".repeat(1461))).toBe(
			`\r\nRECV FROM:${server}:80\r\n+IPD1460\r\n${"x".repeat(1460)}\r\nRECV FROM:${server}:80\r\n+IPD1\r\nx`,
		);
		expect(flow.taken).toEqual([6, 1460, 1]);
		bench.ask("AT+CIPSRIP=0\r");
		expect(arrive("a")).toBe("\r\n+IPD1\r\na");
		bench.ask("AT+CIPHEAD=0\r");
		expect(arrive("a")).toBe("\r\na");
		expect(bench.ask("AT+CIPSRIP?;+CIPHEAD?\r")).toBe(`\r\n+CIPSRIP: 0\r\n\r\n+CIPHEAD: 0\r\n${ok}`);
		expect(bench.ask("AT+CIPHEAD=2\r")).toBe(error);
		expect(bench.ask("AT+CIPRXGET=4,0\r")).toBe(`\r\n+IP ERROR: Operation not supported\r\n${error}`);
	});
	test("kept: said once until it is read, by count, in hexadecimal too", () => {
		const { bench, flow, arrive } = connected(1);
		expect(arrive("data from server")).toBe("\r\n+CIPRXGET: 1,0\r\n");
		expect(arrive("!")).toBe("");
		expect(bench.ask("AT+CIPRXGET=4,0\r")).toBe(`\r\n+CIPRXGET: 4,0,17\r\n${ok}`);
		expect(bench.ask("AT+CIPRXGET=2,0,5\r")).toBe(`\r\n+CIPRXGET: 2,0,5,12\r\ndata \r\n${ok}`);
		expect(bench.ask("AT+CIPRXGET=3,0,5\r")).toBe(`\r\n+CIPRXGET: 3,0,5,7\r\n66726F6D20\r\n${ok}`);
		expect(flow.taken).toEqual([5, 5]);
		expect(bench.ask("AT+CIPRXGET=2,0\r")).toBe(`\r\n+CIPRXGET: 2,0,7,0\r\nserver!\r\n${ok}`);
		expect(bench.ask("AT+CIPRXGET=2,0\r")).toBe(`\r\n+IP ERROR: No data\r\n${error}`);
		expect(bench.ask("AT+CIPRXGET=4,0\r")).toBe(`\r\n+CIPRXGET: 4,0,0\r\n${ok}`);
		expect(arrive("?")).toBe("\r\n+CIPRXGET: 1,0\r\n");
		expect(bench.ask("AT+CIPRXGET?\r")).toBe(`\r\n+CIPRXGET: 1\r\n${ok}`);
		for (const line of ["CIPRXGET=5", "CIPRXGET=2,10", "CIPRXGET=2,0,1501", "CIPRXGET=3,0,751", "CIPRXGET=1,0"])
			expect([line, bench.ask(`AT+${line}\r`)]).toEqual([line, error]);
		expect(bench.ask("AT+CIPRXGET=4,3\r")).toBe(`\r\n+IP ERROR: No data\r\n${error}`);
	});
	test("what was not read outlives the far end's close", () => {
		const { bench, flow, arrive } = connected(1);
		arrive("abc");
		flow.listener.closed();
		expect(bench.run(10)).toBe("\r\n+IPCLOSE: 0,1\r\n");
		expect(bench.ask("AT+CIPRXGET=2,0,100\r")).toBe(`\r\n+CIPRXGET: 2,0,3,0\r\nabc\r\n${ok}`);
		expect(bench.ask(`AT+CIPOPEN=0,"TCP","${server}",80\r`)).toBe(ok);
	});
});

describe("datagrams", () => {
	test("one socket, its peer in each send, one local port", () => {
		const bench = opened();
		expect(bench.ask('AT+CIPOPEN=1,"UDP",,,5000\r')).toBe(`\r\n+CIPOPEN: 1,0\r\n${ok}`);
		expect(bench.ask(`AT+CIPSEND=1,5,"${server}",5683\r`)).toBe("\r\n>");
		expect(bench.ask("HELLO")).toBe(ok);
		const flow = lastFlow(bench);
		expect([flow.opened, flow.localPort]).toEqual([`udp 1 ${server} 5683`, 5000]);
		flow.listener.opened();
		expect(bench.run(10)).toBe("\r\n+CIPSEND: 1,5,5\r\n");
		expect(flow.sent).toEqual([{ text: "HELLO", rai: 0 }]);
		bench.ask(`AT+CIPSEND=1,1,"${server}",5684\r`);
		bench.ask("x");
		expect([lastFlow(bench).opened, lastFlow(bench).localPort]).toEqual([`udp 1 ${server} 5684`, 5000]);
		lastFlow(bench).listener.failed("unreachable");
		expect(bench.run(10)).toBe("\r\n+CIPSEND: 1,1,-1\r\n");
		bench.ask(`AT+CIPSEND=1,1,"${server}",5683\r`);
		expect(bench.ask("y")).toBe(`${ok}\r\n+CIPSEND: 1,1,1\r\n`);
		expect(bench.ue.flows.length).toBe(2);
		expect(bench.ask("AT+CIPSEND=1,1\r")).toBe(`\r\n+CIPERROR: 3\r\n${error}`);
		expect(bench.ask("AT+CIPCLOSE=1\r")).toBe(`${ok}\r\n+CIPCLOSE: 1,0\r\n`);
		expect(flow.closed).toBe(true);
	});
	test("pushed from whom they are; kept, each read by itself", () => {
		const bench = opened();
		bench.ask('AT+CIPOPEN=1,"UDP",,,5000\r');
		for (const port of [5683, 5684]) {
			bench.ask(`AT+CIPSEND=1,1,"${server}",${port}\r`);
			bench.ask("x");
			lastFlow(bench).listener.opened();
		}
		bench.run(10);
		const [first, second] = bench.ue.flows;
		expect(arrive(bench, second!, "abc", 5684)).toBe(`\r\nRECV FROM:${server}:5684\r\n+IPD3\r\nabc`);
		bench.ask("AT+CIPRXGET=1\r");
		expect(arrive(bench, second!, "abc", 5684) + arrive(bench, first!, "de", 5683)).toBe("\r\n+CIPRXGET: 1,1\r\n");
		expect(bench.ask("AT+CIPRXGET=2,1,1500\r")).toBe(`\r\n+CIPRXGET: 2,1,3,2\r\nabc\r\n${ok}`);
		expect(bench.ask("AT+CIPRXGET=2,1,1500\r")).toBe(`\r\n+CIPRXGET: 2,1,2,0\r\nde\r\n${ok}`);
	});
	test("what does not fit is dropped without a word", () => {
		const bench = opened();
		bench.ask("AT+CIPRXGET=1\r");
		bench.ask('AT+CIPOPEN=1,"UDP",,,5000\r');
		bench.ask(`AT+CIPSEND=1,1,"${server}",5683\r`);
		bench.ask("x");
		const flow = lastFlow(bench);
		flow.listener.opened();
		bench.run(10);
		for (let datagram = 0; datagram < 12; datagram++) arrive(bench, flow, "x".repeat(1400), 5683);
		expect(bench.ask("AT+CIPRXGET=4,1\r")).toBe(`\r\n+CIPRXGET: 4,1,15400\r\n${ok}`);
	});
	test("eight peers are remembered, the least recently used is forgotten", () => {
		const bench = opened();
		bench.ask('AT+CIPOPEN=1,"UDP",,,5000\r');
		for (let port = 1; port <= 9; port++) {
			bench.ask(`AT+CIPSEND=1,1,"${server}",${port}\r`);
			bench.ask("x");
			lastFlow(bench).listener.opened();
		}
		expect(bench.ue.flows.map(flow => flow.closed)).toEqual([true, false, false, false, false, false, false, false, false]);
	});
});

describe("TLS", () => {
	const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

	/** The service started. */
	function secure(set = "1,0"): Bench {
		const bench = started();
		expect(bench.ask(`AT+CCHSET=${set}\r`)).toBe(ok);
		expect(bench.ask("AT+CCHSTART\r")).toBe(`${ok}\r\n+CCHSTART: 0\r\n`);
		return bench;
	}

	function session(set?: string) {
		const bench = secure(set);
		expect(bench.ask('AT+CCHOPEN=0,"server.test",443,2\r')).toBe(ok);
		const flow = lastFlow(bench);
		flow.listener.opened();
		expect(bench.run(10)).toBe("\r\n+CCHOPEN: 0,0\r\n");
		return { bench, flow, arrive: (text: string) => arrive(bench, flow, text, 443) };
	}

	test("certificates by name, kept without power, and a context that uses them", () => {
		const bench = started();
		expect(bench.ask("AT+CCERTLIST\r")).toBe(ok);
		expect(bench.ask(`AT+CCERTDOWN="ca.pem",${pem.length}\r`)).toBe("\r\n>");
		expect(bench.ask(pem)).toBe(ok);
		for (const name of ["me.pem", "key.pem"]) bench.ask(`AT+CCERTDOWN="${name}",1\r`) + bench.ask(name[0]!);
		expect(bench.ask("AT+CCERTLIST\r")).toBe(`\r\n+CCERTLIST: "ca.pem"\r\n\r\n+CCERTLIST: "me.pem"\r\n\r\n+CCERTLIST: "key.pem"\r\n${ok}`);
		bench.ask("AT+CRESET\r", 10_000);
		register(bench);
		bench.ask("ATE0\r");
		for (const line of [
			'"sslversion",1,3',
			'"authmode",1,2',
			'"ignorelocaltime",1,0',
			'"negotiatetime",1,120',
			'"cacert",1,"ca.pem"',
			'"clientcert",1,"me.pem"',
			'"clientkey",1,"key.pem"',
			'"enableSNI",1,1',
		])
			expect([line, bench.ask(`AT+CSSLCFG=${line}\r`)]).toEqual([line, ok]);
		expect(bench.ask("AT+CSSLCFG=1\r")).toBe(`\r\n+CSSLCFG: 1,3,2,0,120,"ca.pem","me.pem","key.pem",1\r\n${ok}`);
		expect(bench.ask('AT+CSSLCFG="authmode",1\r')).toBe(`\r\n+CSSLCFG: "authmode",1,2\r\n${ok}`);
		bench.ask("AT+CCHSTART\r");
		expect(bench.ask("AT+CCHSSLCFG=0,1\r")).toBe(ok);
		bench.ask('AT+CCHOPEN=0,"server.test",8883,2\r');
		expect(lastFlow(bench).opened).toBe("tls 1 server.test 8883");
		expect(lastFlow(bench).options?.tls).toEqual({
			serverName: "server.test",
			verify: true,
			ca: [pem],
			certificate: "m",
			key: "k",
			versions: ["1.2"],
			ignoreTime: false,
		});
		lastFlow(bench).listener.failed("tls-expired");
		expect(bench.run(10)).toBe("\r\n+CCHOPEN: 0,15\r\n");
		expect(bench.ask('AT+CCERTDELE="ca.pem"\r')).toBe(ok);
		expect(bench.ask('AT+CCERTDELE="ca.pem"\r')).toBe(error);
		expect(bench.ask('AT+CCHOPEN=0,"server.test",8883,2\r')).toBe(`${ok}\r\n+CCHOPEN: 0,19\r\n`);
	});
	test("names are taken letter by letter", () => {
		const bench = started();
		for (const line of [
			'"SSLVERSION",0,3',
			'"enablesni",0,1',
			'"authMode",0,1',
			'"authmode",10,1',
			'"authmode",0,4',
			'"negotiatetime",0,9',
			'"nosuch",0,1',
			'"authmode",0,',
		])
			expect([line, bench.ask(`AT+CSSLCFG=${line}\r`)]).toEqual([line, error]);
	});
	test("the factory verifies nothing, tells no name and ignores time", () => {
		const { bench, flow } = session();
		expect(flow.options?.tls).toEqual({ serverName: undefined, verify: false, ca: [], versions: ["1.2"], ignoreTime: true });
		expect(bench.ask("AT+CCHOPEN?\r")).toBe(`\r\n+CCHOPEN: 0,"server.test",443\r\n+CCHOPEN: 1,"",\r\n${ok}`);
		expect(bench.ask("AT+CCHADDR\r")).toBe(`\r\n+CCHADDR: 10.148.158.125\r\n${ok}`);
	});
	test("order matters", () => {
		const bench = started();
		expect(bench.ask('AT+CCHOPEN=0,"h",443,2\r')).toBe(error);
		expect(bench.ask("AT+CCHSTOP\r")).toBe(error);
		bench.ask("AT+CCHSTART\r");
		expect(bench.ask("AT+CCHSTART\r")).toBe(error);
		for (const line of [
			'CCHOPEN=2,"h",443',
			'CCHOPEN=0,"",443',
			'CCHOPEN=0,"h",443,3',
			"CCHSEND=0,5",
			"CCHCLOSE=0",
			"CCHSET=2",
			"CCHSSLCFG=2,0",
		])
			expect([line, bench.ask(`AT+${line}\r`)]).toEqual([line, error]);
		expect(bench.ask("AT+CCHSTOP\r")).toBe(`${ok}\r\n+CCHSTOP: 0\r\n`);
		const offline = new Bench(persona).start();
		offline.run(10_000);
		offline.ask("ATE0\r");
		expect(offline.ask("AT+CCHSTART\r")).toBe(`${ok}\r\n+CCHSTART: 9\r\n`);
	});
	test("failures by number", () => {
		const bench = secure();
		for (const [why, number] of [
			["refused", 14],
			["timeout", 5],
			["unreachable", 14],
			["no-context", 9],
			["tls-issuer", 15],
			["tls-name", 15],
		] as const) {
			bench.ask('AT+CCHOPEN=0,"server.test",443,2\r');
			lastFlow(bench).listener.failed(why);
			expect([why, bench.run(10)]).toEqual([why, `\r\n+CCHOPEN: 0,${number}\r\n`]);
		}
		bench.ask('AT+CCHOPEN=0,"server.test",80,1\r');
		expect(lastFlow(bench).opened).toBe("tcp 1 server.test 80");
	});
	test("a send is confirmed when the peer has it, if asked for", () => {
		const { bench, flow } = session();
		expect(bench.ask("AT+CCHSEND=0,5\r")).toBe("\r\n>");
		expect(bench.ask("h\x1b\x1alo")).toBe(ok);
		flow.listener.sent(5, true);
		expect(bench.run(10)).toBe("\r\n+CCHSEND: 0,0\r\n");
		expect(flow.sent[0]!.text).toBe("h\x1b\x1alo");
		bench.ask("AT+CCHSEND=0,1\r");
		bench.ask("x");
		flow.listener.closed();
		expect(bench.run(10)).toBe("\r\n+CCHSEND: 0,6\r\n\r\n+CCH_PEER_CLOSED: 0\r\n");
		const silent = session("0");
		silent.bench.ask("AT+CCHSEND=0,1\r");
		silent.bench.ask("x");
		silent.flow.listener.sent(1, true);
		expect(silent.bench.run(10)).toBe("");
		expect(silent.bench.ask("AT+CCHSEND=0,2049\r")).toBe(error);
	});
	test("pushed by its length", () => {
		const { flow, arrive } = session();
		expect(arrive("HTTP/1.1 200 OK\r\n")).toBe("\r\n+CCHRECV: DATA,0,17\r\nHTTP/1.1 200 OK\r\n");
		expect(flow.taken).toEqual([17]);
	});
	test("kept until it is read", () => {
		const { bench, flow, arrive } = session("1,1");
		expect(bench.ask("AT+CCHSET?\r")).toBe(`\r\n+CCHSET: 1,1\r\n${ok}`);
		expect(arrive("abcde")).toBe("\r\n+CCHEVENT: 0,RECV EVENT\r\n");
		expect(arrive("f")).toBe("");
		expect(bench.ask("AT+CCHRECV?\r")).toBe(`\r\n+CCHRECV: LEN,6,0\r\n${ok}`);
		expect(bench.ask("AT+CCHRECV=0,4\r")).toBe(`\r\n+CCHRECV: DATA,0,4\r\nabcd\r\n+CCHRECV: 0,0\r\n${ok}`);
		flow.listener.closed();
		expect(bench.run(10)).toBe("\r\n+CCH_PEER_CLOSED: 0\r\n");
		expect(bench.ask("AT+CCHRECV=0\r")).toBe(`\r\n+CCHRECV: DATA,0,2\r\nef\r\n+CCHRECV: 0,0\r\n${ok}`);
		expect(bench.ask("AT+CCHRECV=0,0\r")).toBe(`\r\n+CCHRECV: 0,0\r\n${ok}`);
		expect(bench.ask("AT+CCHRECV=2\r")).toBe(error);
	});
	test("the radio goes off", () => {
		const { bench, flow } = session();
		expect(bench.ask("AT+CFUN=4\r")).toContain("\r\n+CCH_PEER_CLOSED: 0\r\n");
		expect(flow.closed).toBe(true);
	});
	test("two sessions, each for itself", () => {
		const { bench, flow } = session("1,1");
		bench.ask('AT+CCHOPEN=1,"server.test",444,2\r');
		const other = lastFlow(bench);
		other.listener.opened();
		expect(bench.run(10)).toBe("\r\n+CCHOPEN: 1,0\r\n");
		bench.ask("AT+CCHSEND=1,1\r");
		bench.ask("x");
		expect([flow.sent.length, other.sent.length]).toEqual([0, 1]);
		expect(arrive(bench, other, "abc", 444)).toBe("\r\n+CCHEVENT: 1,RECV EVENT\r\n");
		expect(bench.ask("AT+CCHRECV?\r")).toBe(`\r\n+CCHRECV: LEN,0,3\r\n${ok}`);
		expect(bench.ask("AT+CCHRECV=1\r")).toBe(`\r\n+CCHRECV: DATA,1,3\r\nabc\r\n+CCHRECV: 1,0\r\n${ok}`);
		expect(bench.ask("AT+CCHSSLCFG=1,9\r")).toBe(ok);
		expect(bench.ask("AT+CCHSSLCFG?\r")).toBe(`\r\n+CCHSSLCFG: 0,0\r\n\r\n+CCHSSLCFG: 1,9\r\n${ok}`);
		expect(bench.ask("AT+CCHCLOSE=1\r")).toBe(`${ok}\r\n+CCHCLOSE: 1,0\r\n`);
		expect(flow.closed).toBe(false);
	});
	test("closed by the host, and by a fault", () => {
		const { bench, flow } = session();
		expect(bench.ask("AT+CCHCLOSE=0\r")).toBe(`${ok}\r\n+CCHCLOSE: 0,0\r\n`);
		expect(flow.closed).toBe(true);
		const other = session();
		other.bench.module.faults.set("close-sockets");
		expect(other.bench.run(10)).toBe("\r\n+CCH_PEER_CLOSED: 0\r\n");
	});
});

describe("names and echoes", () => {
	test("a name keeps the host waiting; a failure says why, then ERROR", () => {
		const bench = opened();
		bench.ue.names = { "server.test": ["2001:db8::5", "198.51.100.7"] };
		expect(bench.ask('AT+CDNSGIP="server.test"\r')).toBe(`\r\n+CDNSGIP: 1,"server.test","2001:db8::5"\r\n${ok}`);
		expect(bench.ask('AT+CDNSGIP="no.test"\r')).toBe(`\r\n+CDNSGIP: 0,10\r\n${error}`);
		expect(started().ask('AT+CDNSGIP="server.test"\r')).toBe(`\r\n+CDNSGIP: 0,10\r\n${error}`);
		expect(bench.ask('AT+CDNSGIP=""\r')).toBe(error);
	});
	test("echoes of the kind that is asked for", () => {
		const bench = opened();
		bench.ue.pingMs = 50;
		bench.ue.names = { "server.test": ["2001:db8::5", "198.51.100.7"] };
		expect(bench.ask('AT+CPING="server.test",1,2\r', 3000)).toBe(
			`${ok}${"\r\n+CPING: 1,198.51.100.7,64,50,52\r\n".repeat(2)}\r\n+CPING: 3,2,2,0,50,50,50\r\n`,
		);
		bench.ue.pingMs = undefined;
		expect(bench.ask('AT+CPING="server.test",2,1\r', 15_000)).toBe(`${ok}\r\n+CPING: 2\r\n\r\n+CPING: 3,1,0,1,0,0,0\r\n`);
		expect(bench.ask('AT+CPING="no.test",1,3\r')).toBe(`${ok}\r\n+CPING: 3,3,0,3,0,0,0\r\n`);
		for (const line of ['CPING="h"', 'CPING="h",3', 'CPING="h",1,101']) expect(bench.ask(`AT+${line}\r`)).toBe(error);
	});
});

describe("sleep", () => {
	test("only when told; the byte that wakes it is lost", () => {
		const bench = started();
		bench.run(60_000);
		expect(bench.module.state).toBe("on");
		expect(bench.ask("AT+CSCLK=2\r")).toBe(ok);
		bench.run(6000);
		expect(bench.module.state).toBe("asleep");
		expect(bench.ask("AT\r")).toBe("");
		expect(bench.ask("AT+CSCLK?\r")).toBe(`\r\n+CSCLK: 2\r\n${ok}`);
		expect(bench.ask("AT+CSCLK=3\r")).toBe(error);
	});
	test("not while the radio is connected or something is under way", () => {
		const { bench, flow } = connected();
		bench.ask("AT+CSCLK=2\r");
		bench.ue.setConnected(true);
		bench.run(20_000);
		expect(bench.module.state).toBe("on");
		bench.ask("AT+CIPSEND=0,1\r");
		bench.ask("x");
		bench.ue.setConnected(false);
		bench.run(20_000);
		expect(bench.module.state).toBe("on");
		flow.listener.sent(1, true);
		bench.run(6000);
		expect(bench.module.state).toBe("asleep");
		expect(arrive(bench, flow, "x", 80)).toContain("+IPD1\r\nx");
	});
});
