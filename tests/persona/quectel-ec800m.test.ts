import { describe, expect, test } from "vitest";
import persona from "../../host-sim/persona/quectel-ec800m.js";
import { Bench } from "../sim-modem/bench.js";
import { online, started } from "./ec800m-bench.js";

describe("start", () => {
	test("the banner with its pauses", () => {
		const bench = new Bench(persona);
		bench.module.powerOn();
		expect(bench.run(5999)).toBe("");
		expect(bench.run(51)).toBe("\r\nRDY\r\n");
		expect(bench.run(100)).toBe("\r\n+CFUN: 1\r\n");
		expect(bench.run(200)).toBe("\r\n+CPIN: READY\r\n\r\n+QUSIM: 1\r\n");
		expect(bench.run(5000)).toBe("");
		expect(bench.run(1000)).toBe("\r\n+QIND: SMS DONE\r\n\r\n+QIND: PB DONE\r\n");
	});
	test("the power key must be held for 500 ms", () => {
		const bench = new Bench(persona);
		const press = (ms: number) => {
			bench.module.setPin("pwrkey", 0);
			bench.run(ms);
			bench.module.setPin("pwrkey", 1);
		};
		press(499);
		expect(bench.module.state).toBe("off");
		press(500);
		expect(bench.module.state).toBe("booting");
	});
	test("echo is on: the command with its CR, then the answer (transcript 10)", () => {
		const bench = new Bench(persona).start();
		bench.run(7000);
		expect(bench.ask("ATI\r")).toBe("ATI\r\r\nQuectel\r\nEC800M\r\nRevision: EC800MCNGAR06A06M08\r\n\r\nOK\r\n");
		expect(bench.ask("ATE0\r")).toBe("ATE0\r\r\nOK\r\n");
		expect(bench.ask("AT+CGMM\r")).toBe("\r\nEC800M\r\n\r\nOK\r\n");
		expect(bench.ask("AT+CIMI\r")).toBe("\r\n001010000000001\r\n\r\nOK\r\n");
	});
	test.each(persona.models)("as %s it says so", model => {
		const bench = started({ model });
		expect(bench.ask("AT+CGMM\r")).toBe(`\r\n${model}\r\n\r\nOK\r\n`);
	});
	test("+CFUN=1 says what the start says without its first two lines; at +CFUN=0 the card is off", () => {
		const bench = started();
		bench.ask("AT+CMEE=1\r");
		expect(bench.ask("AT+CFUN=0\r")).toBe("\r\nOK\r\n");
		expect(bench.ask("AT+CPIN?\r")).toBe("\r\n+CME ERROR: 13\r\n");
		expect(bench.ask("AT+CFUN=1\r", 1000)).toBe("\r\nOK\r\n\r\n+CPIN: READY\r\n\r\n+QUSIM: 1\r\n");
		expect(bench.run(6000)).toBe("\r\n+QIND: SMS DONE\r\n\r\n+QIND: PB DONE\r\n");
		expect(bench.ask("AT+CPIN?\r")).toBe("\r\n+CPIN: READY\r\n\r\nOK\r\n");
	});
	test("without a card", () => {
		const bench = new Bench(persona, { sim: { inserted: false } });
		bench.module.powerOn();
		expect(bench.run(20_000)).toBe("\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: NOT READY\r\n");
	});
	test("off by command", () => {
		const bench = started();
		expect(bench.ask("AT+QPOWD=0\r")).toBe("\r\nOK\r\n\r\nPOWERED DOWN\r\n");
		expect(bench.module.state).toBe("off");
		const other = started();
		expect(other.ask("AT+QPOWD\r", 1000)).toBe("\r\nOK\r\n");
		expect(other.run(600)).toBe("\r\nPOWERED DOWN\r\n");
	});
});

describe("contexts", () => {
	test("definition, activation, an ERROR when it is active already (transcripts 10 and 11)", () => {
		const bench = started();
		expect(bench.ask('AT+QICSGP=1,1,"CTNET","","",1\r')).toBe("\r\nOK\r\n");
		expect(bench.ue.log).toContain("define 1 IP CTNET");
		expect(bench.ask("AT+QICSGP=1\r")).toBe('\r\n+QICSGP: 1,"CTNET","","",1\r\n\r\nOK\r\n');
		expect(bench.ask("AT+QIACT?\r")).toBe("\r\nOK\r\n");
		expect(bench.ask("AT+QIACT=1\r")).toBe("\r\nOK\r\n");
		expect(bench.ask("AT+QIACT?\r")).toBe('\r\n+QIACT: 1,1,1,"10.238.250.166","2409:8d21:de2:e858::1"\r\n\r\nOK\r\n');
		expect(bench.ask("AT+QIACT=1\r")).toBe("\r\nERROR\r\n");
		expect(bench.ask("AT+QIGETERROR\r")).toBe("\r\n+QIGETERROR: 572,operation not allowed\r\n\r\nOK\r\n");
		expect(bench.ask("AT+QIDEACT=1\r")).toBe("\r\nOK\r\n");
		expect(bench.ask("AT+QIACT=1\r")).toBe("\r\nOK\r\n");
	});
	test("a second context is brought up", () => {
		const bench = started();
		bench.ask('AT+CGDCONT=2,"IPV6","iot"\r');
		expect(bench.ask("AT+QIACT=2\r", 490)).toBe("");
		expect(bench.ue.log).toContain("activate 2");
		expect(bench.run(20)).toBe("\r\nOK\r\n");
	});
	test("not attached, not defined", () => {
		const bench = started();
		expect(bench.ask("AT+QIACT=3\r")).toBe("\r\nERROR\r\n");
		bench.ue.detach();
		expect(bench.ask("AT+QIACT=1\r")).toBe("\r\nERROR\r\n");
		expect(bench.ask("AT+QIGETERROR\r")).toBe("\r\n+QIGETERROR: 561,open PDP context failed\r\n\r\nOK\r\n");
	});
	test("IPv6 as sixteen decimals, one line for each family", () => {
		const bench = started();
		const dotted = "36.9.141.33.13.226.232.88.0.0.0.0.0.0.0.1";
		expect(bench.ask("AT+CGPADDR=1\r")).toBe(`\r\n+CGPADDR: 1,"10.238.250.166","${dotted}"\r\n\r\nOK\r\n`);
		expect(bench.ask("AT+CGCONTRDP=1\r")).toBe(`\r\n+CGCONTRDP: 1,5,"","10.238.250.166",\r\n+CGCONTRDP: 1,5,"","${dotted}",\r\n\r\nOK\r\n`);
		expect(bench.ask("AT+CGDCONT?\r")).toBe('\r\n+CGDCONT: 1,"IPV4V6","","10.238.250.166",0,0,0,0\r\n\r\nOK\r\n');
		bench.ask('AT+CGDCONT=2,"IPV6","ims"\r');
		expect(bench.ask("AT+CGDCONT?\r")).toContain('\r\n+CGDCONT: 2,"IPV6","ims","0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",0,0,0,0\r\n');
	});
	test("the network takes the context away", () => {
		const bench = online();
		bench.send('AT+QIOPEN=1,0,"TCP","2001:db8::1",80,0,0\r');
		bench.run(10);
		bench.ue.flows[0]!.listener.opened();
		bench.run(100);
		bench.ue.deactivate(1);
		expect(bench.run(10)).toBe('\r\n+QIURC: "pdpdeact",1\r\n');
		expect(bench.ue.flows[0]!.closed).toBe(true);
		expect(bench.ask("AT+QISEND=0,1\r")).toBe("\r\nERROR\r\n");
	});
});

describe("names and pings", () => {
	test("addresses of either family follow OK", () => {
		const bench = online();
		bench.ue.names = { "iot.example": ["2001:db8::5", "198.51.100.5"] };
		expect(bench.ask('AT+QIDNSGIP=1,"iot.example"\r')).toBe(
			'\r\nOK\r\n\r\n+QIURC: "dnsgip",0,2,600\r\n\r\n+QIURC: "dnsgip","2001:db8::5"\r\n\r\n+QIURC: "dnsgip","198.51.100.5"\r\n',
		);
		expect(bench.ask('AT+QIDNSGIP=1,"no.example"\r')).toBe('\r\nOK\r\n\r\n+QIURC: "dnsgip",565\r\n');
	});
	test("a context that is not in use", () => expect(started().ask('AT+QIDNSGIP=1,"iot.example"\r')).toBe("\r\nERROR\r\n"));
	test("ping", () => {
		const bench = online();
		expect(bench.ask('AT+QPING=1,"2001:db8::1",4,2\r', 3000)).toBe(
			'\r\nOK\r\n\r\n+QPING: 0,"2001:db8::1",32,300,52\r\n\r\n+QPING: 0,"2001:db8::1",32,300,52\r\n\r\n+QPING: 0,2,2,0,300,300,300\r\n',
		);
		bench.ue.pingMs = undefined;
		expect(bench.ask('AT+QPING=1,"2001:db8::1",1,1\r', 3000)).toBe("\r\nOK\r\n\r\n+QPING: 569\r\n\r\n+QPING: 0,1,0,1,0,0,0\r\n");
	});
});

describe("settings and reports", () => {
	test("an unknown key is CME 4, a wrong value CME 50 (transcript 32)", () => {
		const bench = started();
		bench.ask("AT+CMEE=1\r");
		expect(bench.ask('AT+QCFG="usbnet"\r')).toBe('\r\n+QCFG: "usbnet",1\r\n\r\nOK\r\n');
		expect(bench.ask('AT+QCFG="usbnet",0\r')).toBe("\r\n+CME ERROR: 50\r\n");
		expect(bench.ask('AT+QCFG="usbcfg"\r')).toBe("\r\n+CME ERROR: 4\r\n");
		expect(bench.ask('AT+QCFG="ims",1;+QCFG="ims"\r')).toBe('\r\n+QCFG: "ims",1,1\r\n\r\nOK\r\n');
	});
	test("signal and cell", () => {
		const bench = started();
		expect(bench.ask("AT+CSQ\r")).toBe("\r\n+CSQ: 10,99\r\n\r\nOK\r\n");
		expect(bench.ask("AT+QCSQ\r")).toBe('\r\n+QCSQ: "LTE",-93,-100,155,-7\r\n\r\nOK\r\n');
		expect(bench.ask("AT+QNWINFO\r")).toBe('\r\n+QNWINFO: "FDD LTE","23415","LTE BAND 20",6254\r\n\r\nOK\r\n');
		expect(bench.ask('AT+QENG="servingcell"\r')).toBe(
			'\r\n+QENG: "servingcell","NOCONN","LTE","FDD",234,15,521870C,299,6254,20,5,5,5141,-100,-7,-93,11,-\r\n\r\nOK\r\n',
		);
	});
	test("asleep: the first command is lost", () => {
		const bench = started();
		bench.ask("AT+QSCLK=1\r");
		bench.run(10_000);
		expect(bench.module.state).toBe("asleep");
		expect(bench.ask("AT\r")).toBe("");
		expect(bench.ask("AT\r")).toBe("\r\nOK\r\n");
		bench.run(10_000);
		bench.module.setPin("dtr", 0);
		bench.run(40);
		expect(bench.ask("AT\r")).toBe("\r\nOK\r\n");
	});
});
