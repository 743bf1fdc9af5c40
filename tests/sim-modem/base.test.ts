import { describe, expect, test } from "vitest";
import { registrationFields } from "../../host-sim/modem/base/registration.js";
import generic from "../../host-sim/persona/generic.js";
import { Bench } from "./bench.js";

/** Registered at home, echo off. */
function started(options: ConstructorParameters<typeof Bench>[1] = {}): Bench {
	const bench = new Bench(generic, options).start();
	bench.ue.register({ stat: 1 });
	bench.run(10);
	bench.ask("ATE0+CMEE=1\r");
	return bench;
}

describe("identification", () => {
	test.each([
		["ATI", "\r\nxs-cellular\r\nGENERIC-27007\r\nRevision: 1.0\r\n"],
		["AT+CGMI", "\r\nxs-cellular\r\n"],
		["AT+GMM", "\r\nGENERIC-27007\r\n"],
		["AT+CGMR", "\r\n1.0\r\n"],
		["AT+CGSN", "\r\n001010000000001\r\n"],
		["AT+CGSN=1", '\r\n+CGSN: "001010000000001"\r\n'],
		["AT+CIMI", "\r\n001010000000001\r\n"],
		["AT+CCID", "\r\n+CCID: 89000000000000000001\r\n"],
	])("%s", (command, answer) => expect(started().ask(`${command}\r`)).toBe(`${answer}\r\nOK\r\n`));
});

describe("registration", () => {
	const idle = {
		stat: 0,
		tac: undefined,
		ci: undefined,
		act: undefined,
		causeType: undefined,
		rejectCause: undefined,
		activeTime: undefined,
		periodicTau: undefined,
	};
	const home = { ...idle, stat: 1, tac: "0001", ci: "0000ABCD", act: 9 };
	const timers = { activeTime: "00100011", periodicTau: "00101010" };
	test.each([
		[1, home, "1"],
		[2, home, '1,"0001","0000ABCD",9'],
		[3, home, '1,"0001","0000ABCD",9'],
		[4, home, '1,"0001","0000ABCD",9'],
		[4, { ...home, ...timers }, '1,"0001","0000ABCD",9,,,"00100011","00101010"'],
		[4, { ...home, periodicTau: "00101010" }, '1,"0001","0000ABCD",9,,,,"00101010"'],
		[5, { ...home, ...timers }, '1,"0001","0000ABCD",9,,,"00100011","00101010"'],
		[2, { ...idle, stat: 3, causeType: 0, rejectCause: 15 }, "3"],
		[3, { ...idle, stat: 3, causeType: 0, rejectCause: 15 }, "3,,,,0,15"],
		[5, { ...idle, stat: 3, causeType: 0, rejectCause: 15 }, "3,,,,0,15"],
		[2, { ...idle, stat: 2 }, "2"],
	])("mode %s of %j", (n, registration, fields) => expect(registrationFields(n, registration)).toBe(fields));

	test("a result code for each change, none without one, none when off", () => {
		const bench = started();
		expect(bench.ask("AT+CREG=1;+CGREG=2;+CEREG=3\r")).toBe("\r\nOK\r\n");
		expect(bench.ask("AT+CGREG?\r")).toBe('\r\n+CGREG: 2,1,"0001","0000ABCD",9\r\n\r\nOK\r\n');
		bench.ue.register({ stat: 1 });
		expect(bench.run(10)).toBe("");
		bench.ue.deny(15);
		expect(bench.run(10)).toBe("\r\n+CREG: 3\r\n\r\n+CGREG: 3\r\n\r\n+CEREG: 3,,,,0,15\r\n");
		bench.ask("AT+CREG=0;+CGREG=0;+CEREG=0\r");
		bench.ue.register();
		expect(bench.run(10)).toBe("");
	});
	test("+CREG has no PSM modes", () => expect(started().ask("AT+CREG=4\r")).toBe("\r\n+CME ERROR: 50\r\n"));
	test("operator in its three shapes, none when not registered", () => {
		const bench = started();
		expect(bench.ask("AT+COPS?\r")).toBe('\r\n+COPS: 0,0,"Test Network",9\r\n\r\nOK\r\n');
		expect(bench.ask("AT+COPS=3,1;+COPS?\r")).toBe('\r\n+COPS: 0,1,"TestNetw",9\r\n\r\nOK\r\n');
		expect(bench.ask("AT+COPS=3,2;+COPS?\r")).toBe('\r\n+COPS: 0,2,"23415",9\r\n\r\nOK\r\n');
		expect(bench.ask("AT+COPS=?\r", 20_100)).toBe('\r\n+COPS: (2,"Test Network","TestNetw","23415",9),,(0,1,2,3,4),(0,1,2)\r\n\r\nOK\r\n');
		expect(bench.ask('AT+COPS=1,2,"26201"\r')).toBe("\r\n+CME ERROR: 30\r\n");
		expect(bench.ask("AT+COPS=2\r")).toBe("\r\nOK\r\n");
		expect(bench.ue.autoAttach).toBe(false);
		expect(bench.ask("AT+COPS?\r")).toBe("\r\n+COPS: 2\r\n\r\nOK\r\n");
	});
	test("+CGATT=1 waits for the attach", () => {
		const bench = started();
		bench.ask("AT+CGATT=0\r");
		expect(bench.ask("AT+CGATT=1\r", 5000)).toBe("");
		bench.ue.register();
		expect(bench.run(10)).toBe("\r\nOK\r\n");
	});
	test("+CGATT=1 that the network never answers ends", () => {
		const bench = started();
		bench.ask("AT+CGATT=0\r");
		expect(bench.ask("AT+CGATT=1\r", 140_100)).toBe("\r\n+CME ERROR: 30\r\n");
	});
	test("signal: values and no cell", () => {
		const bench = started();
		expect(bench.ask("AT+CSQ;+CESQ\r")).toBe("\r\n+CSQ: 10,99\r\n\r\n+CESQ: 99,99,255,255,26,41\r\n\r\nOK\r\n");
		bench.ue.signal = { ...bench.ue.signal, rssiDbm: -130, rsrpDbm: -150, rsrqDb: -25 };
		expect(bench.ask("AT+CSQ;+CESQ\r")).toBe("\r\n+CSQ: 0,99\r\n\r\n+CESQ: 99,99,255,255,0,0\r\n\r\nOK\r\n");
		bench.ue.cell = undefined;
		expect(bench.ask("AT+CSQ;+CESQ\r")).toBe("\r\n+CSQ: 99,99\r\n\r\n+CESQ: 99,99,255,255,255,255\r\n\r\nOK\r\n");
	});
	test("+CSCON and its result code, also between a command and its answer", () => {
		const bench = started();
		expect(bench.ask("AT+CSCON=1;+CSCON?\r")).toBe("\r\n+CSCON: 1,0\r\n\r\nOK\r\n");
		bench.send("AT+CPAS\r");
		bench.ue.setConnected(true);
		expect(bench.run(100)).toBe("\r\n+CSCON: 1\r\n\r\n+CPAS: 0\r\n\r\nOK\r\n");
	});
	test("with echo on, a result code waits for the end of the line that the host types", () => {
		const bench = started();
		bench.ask("ATE1+CSCON=1\r");
		bench.send("AT+C");
		bench.ue.setConnected(true);
		expect(bench.run(100)).toBe("AT+C");
		expect(bench.ask("PAS\r")).toBe("PAS\r\r\n+CSCON: 1\r\n\r\n+CPAS: 0\r\n\r\nOK\r\n");
	});
});

describe("SIM", () => {
	test("three wrong PINs, then the PUK", () => {
		const bench = started({ sim: { pin: "1234", puk: "12345678" } });
		expect(bench.ask('AT+CPIN?;+CLCK="SC",2\r')).toBe("\r\n+CPIN: SIM PIN\r\n\r\n+CLCK: 1\r\n\r\nOK\r\n");
		for (let tries = 0; tries < 3; tries++) expect(bench.ask('AT+CPIN="9999"\r')).toBe("\r\n+CME ERROR: 16\r\n");
		expect(bench.ask("AT+CPIN?\r")).toBe("\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n");
		expect(bench.ask('AT+CPIN="1234"\r')).toBe("\r\n+CME ERROR: 12\r\n");
		expect(bench.ask("AT+CIMI\r")).toBe("\r\n+CME ERROR: 12\r\n");
		expect(bench.ask('AT+CPIN="12345678","4321"\r')).toBe("\r\nOK\r\n\r\n+CPIN: READY\r\n");
		expect(bench.ask('AT+CPIN="4321"\r')).toBe("\r\n+CME ERROR: 3\r\n");
		bench.ask("AT+CFUN=1,1\r", 3000);
		expect(bench.ask("ATE0+CPIN?\r")).toContain("\r\n+CPIN: SIM PIN\r\n");
		expect(bench.ask('AT+CPIN="4321"\r')).toContain("\r\nOK\r\n");
	});
	test("the lock is switched and the PIN changed with the PIN only", () => {
		const bench = started({ sim: { pin: "1234" } });
		bench.ask('AT+CPIN="1234"\r');
		expect(bench.ask('AT+CPWD="SC","0000","5678"\r')).toBe("\r\n+CME ERROR: 16\r\n");
		expect(bench.ask('AT+CPWD="SC","1234","5678"\r')).toBe("\r\nOK\r\n");
		expect(bench.ask('AT+CLCK="SC",0,"1234"\r')).toBe("\r\n+CME ERROR: 16\r\n");
		expect(bench.ask('AT+CLCK="SC",0,"5678";+CLCK="SC",2\r')).toBe("\r\n+CLCK: 0\r\n\r\nOK\r\n");
	});
	test("no card", () => {
		const bench = started({ sim: { inserted: false } });
		expect(bench.ask("AT+CPIN?\r")).toBe("\r\n+CME ERROR: 10\r\n");
		expect(bench.ask("AT+CIMI\r")).toBe("\r\n+CME ERROR: 10\r\n");
		expect(bench.ue.log.filter(entry => entry.startsWith("fun"))).toEqual(["fun 4"]);
	});
});

describe("contexts", () => {
	test("define, activate, read, deactivate", () => {
		const bench = started();
		bench.ask("AT+CGEREP=2\r");
		expect(bench.ask('AT+CGDCONT=2,"IPV6","iot.test"\r')).toBe("\r\nOK\r\n");
		expect(bench.ask("AT+CGDCONT?\r")).toBe(
			'\r\n+CGDCONT: 1,"IPV4V6","","",0,0,0,0\r\n\r\n+CGDCONT: 2,"IPV6","iot.test","",0,0,0,0\r\n\r\nOK\r\n',
		);
		bench.ask('AT+CGAUTH=2,1,"user","secret"\r');
		expect(bench.ue.log.at(-1)).toBe("credentials 2 1 user");
		expect(bench.ask("AT+CGACT=1,2\r", 1000)).toBe("\r\n+CGEV: ME PDN ACT 2\r\n\r\nOK\r\n");
		expect(bench.ask("AT+CGPADDR=2\r")).toBe('\r\n+CGPADDR: 2,"10.0.0.7"\r\n\r\nOK\r\n');
		expect(bench.ask("AT+CGPADDR\r")).toBe('\r\n+CGPADDR: 1\r\n+CGPADDR: 2,"10.0.0.7"\r\n\r\nOK\r\n');
		expect(bench.ask("AT+CGCONTRDP=2\r")).toBe('\r\n+CGCONTRDP: 2,5,"iot.test","10.0.0.7.255.255.255.255",""\r\n\r\nOK\r\n');
		expect(bench.ask("AT+CGACT?\r")).toBe("\r\n+CGACT: 1,0\r\n+CGACT: 2,1\r\n\r\nOK\r\n");
		expect(bench.ask("AT+CGACT=0,2\r", 1000)).toBe("\r\n+CGEV: NW PDN DEACT 2\r\n\r\nOK\r\n");
	});
	test("why the other family is missing", () => {
		const bench = started();
		bench.ask("AT+CGEREP=2\r");
		bench.ue.activate(1, "10.0.0.7", undefined, 0);
		expect(bench.run(10)).toBe("\r\n+CGEV: ME PDN ACT 1,0\r\n");
	});
	test("refused", () => {
		const bench = started();
		bench.ue.activateContext = () => bench.ue.deactivate(1);
		bench.ue.lastEsmCause = 29;
		expect(bench.ask("AT+CGACT=1,1\r")).toBe("\r\n+CME ERROR: 149\r\n");
		bench.ue.lastEsmCause = 27;
		expect(bench.ask("AT+CGACT=1,1\r")).toBe("\r\n+CME ERROR: 148\r\n");
	});
	test("a context that is not defined, a radio that is off", () => {
		const bench = started();
		expect(bench.ask("AT+CGACT=1,5\r")).toBe("\r\n+CME ERROR: 50\r\n");
		expect(bench.ask('AT+CGDCONT=1,"IPX"\r')).toBe("\r\n+CME ERROR: 50\r\n");
		bench.ask("AT+CFUN=4\r");
		expect(bench.ask("AT+CGACT=1,1\r")).toBe("\r\n+CME ERROR: 3\r\n");
	});
	test("definitions outlive a restart", () => {
		const bench = started();
		bench.ask('AT+CGDCONT=1,"IP","iot.test"\r');
		bench.module.faults.set("brown-out");
		bench.run(10_000);
		expect(bench.ask("ATE0+CGDCONT?\r")).toContain('\r\n+CGDCONT: 1,"IP","iot.test","",0,0,0,0\r\n');
	});
});

describe("power saving", () => {
	test("eDRX: asked, kept, granted, told", () => {
		const bench = started();
		expect(bench.ask("AT+CEDRXS?\r")).toBe("\r\nOK\r\n");
		expect(bench.ask('AT+CEDRXS=2,5,"0101";+CEDRXS?\r')).toBe('\r\n+CEDRXS: 5,"0101"\r\n\r\nOK\r\n');
		expect(bench.ue.log.at(-1)).toBe("edrx 0101");
		bench.ue.edrx = { requested: "0101", granted: "0011", ptw: "0001" };
		bench.ue.listener?.edrxChanged();
		expect(bench.run(10)).toBe('\r\n+CEDRXP: 5,"0101","0011","0001"\r\n');
		expect(bench.ask("AT+CEDRXRDP\r")).toBe('\r\n+CEDRXRDP: 5,"0101","0011","0001"\r\n\r\nOK\r\n');
		bench.ask("AT+CEDRXS=3\r");
		expect(bench.ask("AT+CEDRXS?\r")).toBe("\r\nOK\r\n");
		expect(bench.ue.log.at(-1)).toBe("edrx off");
	});
	test.each(["=5", '=1,3,"0101"', '=1,5,"01"', "=1,5,0101"])("AT+CEDRXS%s is refused", value => {
		expect(started().ask(`AT+CEDRXS${value}\r`)).toBe("\r\n+CME ERROR: 50\r\n");
	});
});

describe("time", () => {
	test("not set, set by hand, set by the network", () => {
		const bench = new Bench(generic).start();
		expect(bench.ask("ATE0+CCLK?\r")).toBe('ATE0+CCLK?\r\r\n+CCLK: "80/01/06,00:00:01+00"\r\n\r\nOK\r\n');
		expect(bench.ask('AT+CCLK="26/11/20,23:59:50+32"\r', 10_000)).toBe("\r\nOK\r\n");
		expect(bench.ask("AT+CCLK?\r")).toBe('\r\n+CCLK: "26/11/21,00:00:00+32"\r\n\r\nOK\r\n');
		bench.ask("AT+CTZR=1\r");
		bench.ue.setTime(Date.UTC(2026, 10, 20, 3, 25, 6), -7);
		expect(bench.run(10)).toBe("\r\n+CTZV: -07\r\n");
		expect(bench.ask("AT+CCLK?\r")).toBe('\r\n+CCLK: "26/11/20,01:40:06-07"\r\n\r\nOK\r\n');
		bench.ask("AT+CTZR=2\r");
		bench.ue.setTime(Date.UTC(2020, 10, 3, 0, 0, 0), 32);
		expect(bench.run(10)).toBe('\r\n+CTZE: "+32",0,"2020/11/03,08:00:00"\r\n');
		bench.ask("AT+CTZR=3\r");
		bench.ue.setTime(Date.UTC(2020, 10, 3, 0, 0, 0), 32);
		expect(bench.run(10)).toBe('\r\n+CTZEU: "+32",0,"2020/11/03,00:00:00"\r\n');
	});
	test.each(['"26/13/01,00:00:00+00"', '"26/01/01"', '"26/01/01,24:00:00+00"'])("+CCLK=%s is refused", value => {
		expect(started().ask(`AT+CCLK=${value}\r`)).toBe("\r\n+CME ERROR: 50\r\n");
	});
});

describe("phonebook", () => {
	test("write, read, erase", () => {
		const bench = started();
		expect(bench.ask('AT+CPBW=,"+49123",145,"A;B, C"\r')).toBe("\r\nOK\r\n");
		expect(bench.ask("AT+CPBR=1,100\r")).toBe('\r\n+CPBR: 1,"+49123",145,"A;B, C"\r\n\r\nOK\r\n');
		expect(bench.ask("AT+CPBS?\r")).toBe('\r\n+CPBS: "SM",1,100\r\n\r\nOK\r\n');
		bench.ask("AT+CPBW=1\r");
		expect(bench.ask("AT+CPBR=1\r")).toBe("\r\nOK\r\n");
	});
});
