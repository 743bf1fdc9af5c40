import { describe, expect, test } from "vitest";
import persona from "../../host-sim/persona/quectel-bc26.js";
import { Bench } from "../sim-modem/bench.js";

/** Registered, echo off, the banner read, no sleep. */
function started(): Bench {
	const bench = new Bench(persona).start();
	bench.run(1000);
	bench.ue.register();
	bench.ue.activate(1, "10.0.0.7", undefined);
	bench.run(10);
	bench.ask("ATE0+QSCLK=0\r");
	return bench;
}
function opened(): Bench {
	const bench = started();
	bench.ask('AT+QIOPEN=1,0,"UDP","2001:db8::1",5683\r');
	bench.ue.flows[0]!.listener.opened();
	expect(bench.run(100)).toBe("\r\n+QIOPEN: 0,0\r\n");
	return bench;
}

test("the boot ROM talks before the banner (transcript 03)", () => {
	const bench = new Bench(persona);
	bench.module.powerOn();
	expect(bench.run(1000)).toBe(
		"F1: 0000 0000\r\nV0: 0000 0000 [0001]\r\n00: 0006 000C\r\n01: 0000 0000\r\nU0: 0000 0001 [0000]\r\nT0: 0000 00B4\r\nLeaving the BROM\r\n\r\n" +
			"\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n",
	);
});

test("identity, and the address when the network gave one", () => {
	const bench = new Bench(persona).start();
	bench.run(1000);
	bench.ue.activate(1, "10.0.0.7", "2001:db8::7");
	expect(bench.run(10)).toBe("\r\n+IP: 10.0.0.7\r\n\r\n+IP: 2001:db8::7\r\n");
	expect(bench.ask("ATE0I\r")).toBe("ATE0I\r\r\nQuectel_Ltd\r\nQuectel_BC26\r\nRevision: BC26NBR01A01\r\n\r\nOK\r\n");
	expect(bench.ask("AT+CGPADDR=1\r")).toBe('\r\n+CGPADDR: 1,"10.0.0.7","2001:db8::7"\r\n\r\nOK\r\n');
});

describe("sockets", () => {
	test("context 1 and no other", () => {
		expect(opened().ue.flows[0]!.opened).toBe("udp 1 2001:db8::1 5683");
		expect(started().ask('AT+QIOPEN=0,0,"UDP","2001:db8::1",5683\r')).toBe("\r\nERROR\r\n");
		expect(opened().ask("AT+QISTATE?\r")).toBe('\r\n+QISTATE: 0,"UDP","2001:db8::1",5683,50000,2,1,1\r\n\r\nOK\r\n');
	});
	test("hexadecimal by QISENDEX, the length in bytes", () => {
		const bench = opened();
		expect(bench.ask('AT+QISENDEX=0,4,"40011234"\r')).toBe("\r\nOK\r\n");
		bench.ue.flows[0]!.listener.sent(4, true);
		expect(bench.run(10)).toBe("\r\nSEND OK\r\n");
		expect(bench.ue.flows[0]!.sent).toEqual([{ text: "@\x01\x124", rai: 0 }]);
	});
	test.each(['0,3,"40011234"', '0,4,"4001123"', "0,4", '0,4,"40011234",1', '0,0,""'])("AT+QISENDEX=%s is refused", parameters => {
		const bench = opened();
		bench.ask("AT+CMEE=1\r");
		expect(bench.ask(`AT+QISENDEX=${parameters}\r`)).toBe("\r\n+CME ERROR: 50\r\n");
	});
	test("QISEND takes text, whatever the format is", () => {
		const bench = opened();
		bench.ask('AT+QICFG="dataformat",1,1\r');
		expect(bench.ask('AT+QISEND=0,2,"6A"\r')).toBe("\r\nOK\r\n");
		expect(bench.ue.flows[0]!.sent).toEqual([{ text: "6A", rai: 0 }]);
	});
	test("what arrives is pushed", () => {
		const bench = opened();
		bench.ask('AT+QICFG="dataformat",1,1\r');
		bench.ue.flows[0]!.listener.received(Uint8Array.of(0x60, 0xab), "2001:db8::1", 5683);
		expect(bench.run(10)).toBe('\r\n+QIURC: "recv",0,2,"60AB"\r\n');
	});
});

test("names come as +QIURC", () => {
	const bench = started();
	bench.ue.names = { "iot.example": ["2001:db8::5"] };
	expect(bench.ask('AT+QIDNSGIP=1,"iot.example"\r')).toBe(
		'\r\nOK\r\n\r\n+QIURC: "dnsgip",0,1,600\r\n\r\n+QIURC: "dnsgip","2001:db8::5"\r\n',
	);
	expect(bench.ask('AT+QIDNSGIP=1,"none.example"\r')).toBe('\r\nOK\r\n\r\n+QIURC: "dnsgip",565\r\n');
});

test("the default context by *MCGDEFCONT, taken at the next start", () => {
	const bench = started();
	expect(bench.ask('AT*MCGDEFCONT="IPV4V6","iot"\r')).toBe("\r\nOK\r\n");
	expect(bench.ask("AT*MCGDEFCONT?\r")).toBe('\r\n*MCGDEFCONT: "IPV4V6","iot"\r\n\r\nOK\r\n');
	expect(bench.ask("AT+QCGDEFCONT?\r")).toBe("\r\nERROR\r\n");
	bench.ask("AT+QRST=1\r", 3000);
	expect(bench.ue.log).toContain("define 1 IPV4V6 iot");
});

test("release assistance 0 to 2, while connected", () => {
	const bench = started();
	bench.ue.connected = true;
	expect(bench.ask("AT+QNBIOTRAI=2\r")).toBe("\r\nOK\r\n");
	expect(bench.ue.log).toContain("release");
	expect(bench.ask("AT+QNBIOTRAI=3\r")).toBe("\r\nERROR\r\n");
});

test("deep sleep: the UART cannot wake it, the pin does in 200 ms", () => {
	const bench = started();
	bench.ask("AT+QSCLK=1\r");
	bench.ue.setPsm(true);
	bench.run(20_000);
	expect(bench.module.state).toBe("asleep");
	expect(bench.ask("AT\r", 5000)).toBe("");
	expect(bench.module.state).toBe("asleep");
	bench.module.setPin("psm_eint", 0);
	bench.run(190);
	expect(bench.module.state).toBe("asleep");
	bench.run(20);
	bench.module.setPin("psm_eint", 1);
	expect(bench.ask("AT\r")).toBe("\r\nOK\r\n");
});

test("light sleep: the first command is lost, the second is heard", () => {
	const bench = started();
	bench.ask("AT+QSCLK=1\r");
	bench.run(20_000);
	expect(bench.module.state).toBe("asleep");
	expect(bench.ask("AT\r")).toBe("");
	expect(bench.ask("AT\r")).toBe("\r\nOK\r\n");
});
