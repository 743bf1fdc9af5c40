import { describe, expect, test } from "vitest";
import persona from "../../host-sim/persona/quectel-bc660k.js";
import { Bench } from "../sim-modem/bench.js";
import { started } from "./bc660k-bench.js";

/** Transcript 01: a BC660K-GL, firmware BC660KGLAAR01A05, recorded with the echo off. Command, reply, seconds. */
const transcript01: readonly (readonly [string, string, number])[] = [
	["AT", "\r\n", 1.817],
	["AT", "\r\nOK\r\n", 0.022],
	["ATE0", "\r\nOK\r\n", 0.021],
	["ATI", "\r\nQuectel_Ltd\r\nQuectel_BC660K-GL\r\nRevision: BC660KGLAAR01A05\r\n\r\nOK\r\n", 0.022],
	["AT+CGMR", "\r\nRevision: BC660KGLAAR01A05\r\n\r\nOK\r\n", 0.021],
	["AT+CGSN=1", "\r\n+CGSN: 001010000000001\r\n\r\nOK\r\n", 0.042],
	["AT+CPIN?", "\r\n+CPIN: READY\r\n\r\nOK\r\n", 0.021],
	["AT+QCCID", "\r\n+QCCID: 89000000000000000001\r\n\r\nOK\r\n", 0.042],
	["AT+CIMI", "\r\n001010000000001\r\n\r\nOK\r\n", 0.021],
	["AT+CBC", "\r\n+CBC: 3470\r\n\r\nOK\r\n", 0.022],
	["AT+QTEMP", "\r\nERROR\r\n", 0.021],
	["AT+QNBIOTEVENT=1,1", "\r\nOK\r\n", 0.021],
	['AT+QCFG="dsevent",1', "\r\nOK\r\n", 0.021],
	["AT+CEREG=4", "\r\nOK\r\n", 0.103],
	["AT+CPSMS?", '\r\n+CPSMS: 1,,,"01000001","00100011"\r\n\r\nOK\r\n', 0.021],
	["AT+CEDRXS?", '\r\n+CEDRXS: 5,"0011"\r\n\r\nOK\r\n', 0.021],
	["AT+QSCLK?", "\r\n+QSCLK: 1\r\n\r\nOK\r\n", 0.041],
	["AT+CEDRXRDP", "\r\n+CEDRXRDP: 0\r\n\r\nOK\r\n", 0.021],
	["AT+CGDCONT?", '\r\n+CGDCONT: 0,"IP","test.apn","10.0.0.7"\r\n\r\nOK\r\n', 0.042],
	["AT+CGATT?", "\r\n+CGATT: 1\r\n\r\nOK\r\n", 0.021],
	["AT+CGPADDR=1", "\r\n+CGPADDR: 1\r\n\r\nOK\r\n", 0.021],
	["AT+CSQ", "\r\n+CSQ: 10,0\r\n\r\nOK\r\n", 0.021],
	["AT+QENG=0", '\r\n+QENG: 0,6254,12,299,"0000ABCD",-100,-7,-93,11,20,"0001",0,-128,2\r\n\r\nOK\r\n', 0.042],
	["AT+COPS?", '\r\n+COPS: 1,2,"23415",9\r\n\r\nOK\r\n', 0.021],
	["AT+CEREG?", '\r\n+CEREG: 4,5,"0001","0000ABCD",9,,,"00100011","00101010"\r\n\r\nOK\r\n', 0.042],
	['AT+QPING=0,"8.8.8.8",4,4', "\r\nOK\r\n\r\n\r\n+QPING: 569\r\n", 4.161],
];

describe("transcript 01 as the host", () => {
	test("every byte and its time", () => {
		const bench = started();
		bench.ask('AT+COPS=1,2,"23415"\r');
		bench.ue.setPsm(true);
		bench.run(20_000);
		expect(bench.module.state).toBe("asleep");
		bench.ue.pingMs = undefined;
		const times: [string, number][] = [];
		for (const [command, reply, seconds] of transcript01) {
			const startMs = bench.clock.now();
			bench.send(`${command}\r`);
			let heard = "";
			let heardMs = 0;
			while (bench.clock.now() < startMs + Math.max(200, seconds * 1000 + 100)) {
				const more = bench.run(1);
				if (more !== "") heardMs = bench.clock.now() - startMs;
				heard += more;
			}
			expect([command, heard]).toEqual([command, reply]);
			times.push([command, heardMs - seconds * 1000]);
		}
		// The recorder polled every 21 ms; a ping's time is the network's too.
		expect(times.filter(([command, difference]) => Math.abs(difference) > (command.includes("QPING") ? 200 : 20))).toEqual([]);
	});
});

describe("start", () => {
	const banner = "\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n";

	test("nothing is answered before the banner", () => {
		const bench = new Bench(persona);
		bench.module.powerOn();
		expect(bench.ask("AT\r", 599)).toBe("");
		expect(bench.run(1)).toBe("\r\nRDY\r\n");
		expect(bench.ask("AT\r", 50)).toBe("AT\r\r\nOK\r\n");
	});
	test("the power pin, held long enough", () => {
		const bench = new Bench(persona);
		bench.module.setPin("PWRKEY", 0);
		bench.run(499);
		bench.module.setPin("PWRKEY", 1);
		expect(bench.run(3000)).toBe("");
		expect(bench.module.readPin("status")).toBe(0);
		bench.module.setPin("power", 0);
		bench.run(500);
		bench.module.setPin("power", 1);
		expect(bench.run(3000)).toBe(banner);
		expect(bench.module.readPin("status")).toBe(1);
	});
	test("behind inverting transistors", () => {
		const bench = new Bench(persona, { activeLevel: 1 });
		bench.module.setPin("modem.reset", 1);
		bench.run(500);
		bench.module.setPin("modem.reset", 0);
		expect(bench.run(3000)).toBe(banner);
	});
	test("the reset pin holds the module and forgets what is not stored", () => {
		const bench = started();
		bench.ask("AT+QSCLK=0;+CMEE=1\r");
		bench.module.setPin("RESET_N", 0);
		bench.run(50);
		expect(bench.ask("AT\r", 1000)).toBe("");
		expect(bench.module.state).toBe("off");
		bench.module.setPin("RESET_N", 1);
		expect(bench.run(3000)).toBe(banner);
		expect(bench.ask("AT+QSCLK?\r")).toBe("AT+QSCLK?\r\r\n+QSCLK: 1\r\n\r\nOK\r\n");
		expect(bench.ask("ATE0\r")).toBe("ATE0\r\r\nOK\r\n");
		expect(bench.ask("AT+CMEE?\r")).toBe("\r\n+CMEE: 1\r\n\r\nOK\r\n");
		expect(bench.module.counters).toEqual({ commands: 5, boots: 2, nvramWrites: 1 });
	});
	test("AT+QRST=1 answers first; the address follows", () => {
		const bench = started();
		bench.send("AT+QRST=1\r");
		expect(bench.run(2000)).toBe(`\r\nOK\r\n${banner}`);
		bench.ue.activate(0, "100.85.29.214", undefined);
		expect(bench.run(10)).toBe("\r\n+IP: 100.85.29.214\r\n");
	});
	test("dual stack: a line for each address, none for a link-local one", () => {
		const bench = new Bench(persona).start();
		bench.run(1000);
		bench.ue.activate(0, "100.85.29.214", "fe80::1");
		expect(bench.run(10)).toBe("\r\n+IP: 100.85.29.214\r\n");
		bench.ue.address(0, "2001:db8::7");
		expect(bench.run(10)).toBe("\r\n+IP: 2001:db8::7\r\n");
		bench.ask("ATE0\r");
		expect(bench.ask("AT+CGPADDR?\r")).toBe('\r\n+CGPADDR: 0,"100.85.29.214","2001:db8::7"\r\n\r\nOK\r\n');
		bench.module.faults.set("dotted-addresses");
		expect(bench.ask("AT+CGPADDR=0\r")).toBe('\r\n+CGPADDR: 0,"100.85.29.214","32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.7"\r\n\r\nOK\r\n');
		bench.module.faults.set("empty-cgpaddr");
		expect(bench.ask("AT+CGPADDR=0\r")).toBe("\r\n+CGPADDR: 0\r\n\r\nOK\r\n");
	});
	test("AT+CFUN=0,1 starts with the radio off", () => {
		const bench = started();
		expect(bench.ask("AT+CFUN=0,1\r", 3000)).toBe("\r\nOK\r\n\r\nRDY\r\n\r\n+CFUN: 0\r\n");
		expect(bench.ue.log.at(-1)).toBe("fun 0");
		// Nothing else happens to it: ten seconds later it sleeps deeply.
		bench.run(10_000);
		expect(bench.ue.cores.at(-1)).toBe("deep-sleep");
	});
	test("AT+QPOWD=0", () => {
		const bench = started();
		expect(bench.ask("AT+QPOWD=0\r")).toBe("\r\nOK\r\n");
		expect(bench.module.state).toBe("off");
		expect(bench.ask("AT\r")).toBe("");
	});
	test("a locked SIM: the radio stays off until the PIN", () => {
		const bench = new Bench(persona, { sim: { pin: "1234", puk: "87654321" } });
		bench.module.powerOn();
		expect(bench.run(2000)).toBe("\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: SIM PIN\r\n");
		expect(bench.ue.log.at(-1)).toBe("fun 4");
		bench.ask("ATE0+CMEE=1\r");
		expect(bench.ask("AT+CIMI\r")).toBe("\r\n+CME ERROR: 11\r\n");
		expect(bench.ask('AT+CPIN="0000"\r')).toBe("\r\n+CME ERROR: 16\r\n");
		expect(bench.ask("AT+CPINR\r")).toBe('\r\n+CPINR: "SIM PIN",2,3\r\n\r\n+CPINR: "SIM PUK",10,10\r\n\r\nOK\r\n');
		expect(bench.ask('AT+CPIN="1234"\r')).toBe("\r\nOK\r\n\r\n+CPIN: READY\r\n");
		expect(bench.ue.log.at(-1)).toBe("fun 1");
	});
});

describe("sleep", () => {
	test("light after ten quiet seconds; the waking line is lost and says nothing", () => {
		const bench = started();
		expect(bench.run(9500)).toBe("");
		expect(bench.module.state).toBe("on");
		bench.run(100);
		expect(bench.module.state).toBe("asleep");
		expect(bench.ask("AT\r", 1000)).toBe("");
		expect(bench.ask("AT\r")).toBe("\r\nOK\r\n");
		expect(bench.ue.cores).toEqual(["boot", "active", "sleep", "active"]);
	});
	test("deep in PSM, with its events in order; what comes before it is awake again is lost", () => {
		const bench = started();
		bench.ask('AT+QNBIOTEVENT=1,1;+QCFG="dsevent",1\r');
		bench.run(15_000);
		bench.ue.setPsm(true);
		expect(bench.run(10)).toBe('\r\n+QNBIOTEVENT: "ENTER PSM"\r\n\r\n+QNBIOTEVENT: "ENTER DEEPSLEEP"\r\n');
		expect(bench.ue.cores.at(-1)).toBe("deep-sleep");
		expect(bench.ask("AT\r", 1000)).toBe("");
		expect(bench.ask("AT\r", 799)).toBe("");
		expect(bench.run(10)).toBe('\r\n\r\n+QNBIOTEVENT: "EXIT DEEPSLEEP"\r\n');
		expect(bench.ask("AT\r")).toBe("\r\nOK\r\n");
		bench.ue.setPsm(false);
		expect(bench.run(10)).toBe('\r\n+QNBIOTEVENT: "EXIT PSM"\r\n');
	});
	test("the wake pin wakes from deep sleep without a lost line", () => {
		const bench = started();
		bench.ue.setPsm(true);
		bench.run(15_000);
		bench.module.setPin("PSM_EINT", 0);
		bench.module.setPin("PSM_EINT", 1);
		expect(bench.run(1800)).toBe("");
		expect(bench.ask("AT\r")).toBe("\r\nOK\r\n");
	});
	test("the wake pin in light sleep: asleep again at once", () => {
		const bench = started();
		bench.run(15_000);
		bench.module.setPin("PSM_EINT", 0);
		bench.run(100);
		expect(bench.module.state).toBe("asleep");
	});
	test("the periodic TAU wakes the module, and its event leaves", () => {
		const bench = started();
		bench.ask("AT+QNBIOTEVENT=1,1\r");
		bench.ue.setPsm(true);
		bench.run(15_000);
		bench.ue.connected = true;
		bench.ue.setPsm(false);
		expect(bench.run(10)).toBe('\r\n+QNBIOTEVENT: "EXIT PSM"\r\n');
		expect(bench.module.state).toBe("on");
	});
	test("AT+QSCLK=0 keeps it awake, AT+QRELLOCK lets it sleep at once", () => {
		const bench = started();
		bench.ask("AT+QSCLK=0\r");
		bench.run(60_000);
		expect(bench.module.state).toBe("on");
		bench.ask("AT+QSCLK=1;+QRELLOCK\r", 100);
		expect(bench.module.state).toBe("asleep");
	});
	test("slplocktimes is stored", () => {
		const bench = started();
		bench.ask('AT+QCFG="slplocktimes",2\r', 100);
		expect(bench.module.nvram.get("QCFG.slplocktimes")).toBe("2");
		bench.run(2500);
		expect(bench.module.state).toBe("asleep");
		const other = started({ nvram: bench.module.nvram });
		expect(other.ask('AT+QCFG="slplocktimes"\r')).toBe('\r\n+QCFG: "slplocktimes",2\r\n\r\nOK\r\n');
	});
	test("a connection keeps it awake", () => {
		const bench = started();
		bench.ue.setConnected(true);
		bench.run(60_000);
		expect(bench.module.state).toBe("on");
		bench.ue.setConnected(false);
		bench.run(20);
		expect(bench.module.state).toBe("asleep");
	});
});

describe("settings", () => {
	test("the default context takes effect with the next start only", () => {
		const bench = started();
		expect(bench.ask("AT+QCGDEFCONT?\r")).toBe('\r\n+QCGDEFCONT: "IP","test.apn"\r\n\r\nOK\r\n');
		bench.ask('AT+QCGDEFCONT="IPV4V6","iot.test"\r');
		expect(bench.ask("AT+CGDCONT?\r")).toBe('\r\n+CGDCONT: 0,"IP","test.apn","10.0.0.7"\r\n\r\nOK\r\n');
		bench.ask("AT+QRST=1\r", 2000);
		bench.ask("ATE0\r");
		expect(bench.ask("AT+CGDCONT?\r")).toBe('\r\n+CGDCONT: 0,"IPV4V6","iot.test"\r\n\r\nOK\r\n');
	});
	test("+CPSMS and +QPSMS are one setting, in NVRAM, in opposite orders", () => {
		const bench = started({});
		expect(bench.ask("AT+CPSMS?\r")).toBe("\r\n+CPSMS: 0\r\n\r\nOK\r\n");
		bench.ask('AT+CPSMS=1,,,"01000001","00100011"\r');
		expect(bench.ue.log.at(-2)).toBe("psm 01000001 00100011");
		expect(bench.ask("AT+QPSMS?\r")).toBe("\r\n+QPSMS: 180,36000\r\n\r\nOK\r\n");
		bench.ask("AT+QPSMS=65,86400\r");
		expect(bench.ask("AT+CPSMS?\r")).toBe('\r\n+CPSMS: 1,,,"00111000","00011111"\r\n\r\nOK\r\n');
		bench.ask("AT+CPSMS=2\r");
		expect(bench.ask("AT+CPSMS?\r")).toBe("\r\n+CPSMS: 0\r\n\r\nOK\r\n");
		expect(bench.module.counters.nvramWrites).toBe(3);
	});
	test.each(['=1,"01000001","00100011"', '=1,,,01000001,"00100011"', '=1,,,"0100000","00100011"', "=3"])(
		"AT+CPSMS%s is refused",
		parameters => {
			const bench = started();
			bench.ask("AT+CMEE=1\r");
			expect(bench.ask(`AT+CPSMS${parameters}\r`)).toBe("\r\n+CME ERROR: 50\r\n");
		},
	);
	test("unknown and wrong +QCFG", () => {
		const bench = started();
		bench.ask("AT+CMEE=1\r");
		expect(bench.ask('AT+QCFG="nosuch",1\r')).toBe("\r\n+CME ERROR: 4\r\n");
		expect(bench.ask('AT+QCFG="slplocktimes",31\r')).toBe("\r\n+CME ERROR: 50\r\n");
	});
	test("release assistance only while connected", () => {
		const bench = started();
		expect(bench.ask("AT+QNBIOTRAI=1\r")).toBe("\r\nERROR\r\n");
		bench.ue.setConnected(true);
		expect(bench.ask("AT+QNBIOTRAI=1\r")).toBe("\r\nOK\r\n");
		expect(bench.ue.log.at(-1)).toBe("release");
		expect(bench.ask("AT+QNBIOTRAI=2\r")).toBe("\r\nERROR\r\n");
	});
	test("what the module lacks is an error", () => {
		const bench = started();
		for (const command of ["+CREG?", "+CGREG?", "+CPBS?", "+QIACT=1", "+CNUM"]) expect(bench.ask(`AT${command}\r`)).toBe("\r\nERROR\r\n");
	});
});
