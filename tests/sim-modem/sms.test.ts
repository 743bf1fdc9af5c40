import { describe, expect, test } from "vitest";
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
/** In text mode. */
function texting(options: ConstructorParameters<typeof Bench>[1] = {}): Bench {
	const bench = started(options);
	bench.ask("AT+CMGF=1\r");
	return bench;
}
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));
/** DELIVER of 10086: 你好. */
const chinese = bytes("0405810180F6000862110211526023044F60597D");
/** STATUS-REPORT of message 5 to +4917000: received. */
const report = bytes("06050791947100F0621102115260236211021152012300");

describe("sending", () => {
	test("a text goes out after the prompt", () => {
		const bench = started();
		expect(bench.ask('AT+CMGF=1;+CMGS="+4915112345"\r')).toBe("\r\n> ");
		expect(bench.ask("Hello OK\x1a", 2000)).toBe("\r\n+CMGS: 0\r\n\r\nOK\r\n");
		expect(bench.ue.submitted).toEqual(["11000A9194511132540000A708C8329BFD063D97"]);
		// What comes before the prompt is lost.
		expect(bench.ask('AT+CMGS="1"\rno\x1a')).toBe("\r\n> ");
		expect(bench.ask("no\x1b")).toBe("\r\nOK\r\n");
		expect(bench.ue.submitted.length).toBe(1);
	});
	test("a PDU, with the module's own reference in it", () => {
		const bench = started();
		expect(bench.ask("AT+CMGS=23\r")).toBe("\r\n> ");
		expect(bench.ask("0011000B916407281553F80000AA0AE8329BFD4697D9EC37\x1a", 2000)).toBe("\r\n+CMGS: 0\r\n\r\nOK\r\n");
		bench.ask("AT+CMGS=23\r");
		expect(bench.ask("0011000B916407281553F80000AA0AE8329BFD4697D9EC37\x1a", 2000)).toBe("\r\n+CMGS: 1\r\n\r\nOK\r\n");
		expect(bench.ue.submitted).toEqual([
			"11000B916407281553F80000AA0AE8329BFD4697D9EC37",
			"11010B916407281553F80000AA0AE8329BFD4697D9EC37",
		]);
	});
	test.each([
		["22", "0011000B916407281553F80000AA0AE8329BFD4697D9EC37"],
		["23", "0011000B916407281553F80000AA0AE8329BFD4697D9EC3"],
		["23", "0011000B916407281553F80000AA0BE8329BFD4697D9EC37"],
		["23", "0010000B916407281553F80000AA0AE8329BFD4697D9EC37"],
		["23", "zz"],
	])("a PDU that is none: +CMGS=%s %s", (length, pdu) => {
		const bench = started();
		bench.ask(`AT+CMGS=${length}\r`);
		expect(bench.ask(`${pdu}\x1a`)).toBe("\r\n+CMS ERROR: 304\r\n");
		expect(bench.ue.submitted).toEqual([]);
	});
	test("Chinese in text mode: address and text in hexadecimal UCS2", () => {
		const bench = texting();
		bench.ask('AT+CSCS="UCS2";+CSMP=17,167,0,8\r');
		expect(bench.ask('AT+CMGS="00310030003000380036"\r')).toBe("\r\n> ");
		expect(bench.ask("4F60597D\x1a", 2000)).toBe("\r\n+CMGS: 0\r\n\r\nOK\r\n");
		expect(bench.ue.submitted).toEqual(["110005810180F60008A7044F60597D"]);
		bench.ask('AT+CMGS="00310030003000380036"\r');
		expect(bench.ask("4F6\x1a")).toBe("\r\n+CMS ERROR: 305\r\n");
	});
	test("codes of the alphabet with GSM, characters with IRA", () => {
		const bench = texting();
		bench.ask('AT+CSCS="GSM"\r');
		bench.ask('AT+CMGS="1"\r');
		bench.ask("\x00\x02@\x1a", 2000);
		bench.ask('AT+CSCS="IRA"\r');
		bench.ask('AT+CMGS="1"\r');
		bench.ask("@$\x1a", 2000);
		expect(bench.ue.submitted).toEqual(["11000181F10000A703000110", "11010181F10000A7020001"]);
	});
	test("no result code inside the text", () => {
		const bench = texting();
		bench.ask("AT+CSCON=1\r");
		bench.ask('AT+CMGS="1"\r');
		bench.ue.setConnected(true);
		expect(bench.ask("abc")).toBe("");
		expect(bench.ask("\x1b")).toBe("\r\nOK\r\n\r\n+CSCON: 1\r\n");
	});
	test("no service, a wrong number, a text that is too long, the network's refusal, no card", () => {
		const bench = texting();
		expect(bench.ask('AT+CMGS="x"\r')).toBe("\r\n+CMS ERROR: 305\r\n");
		bench.ask('AT+CMGS="1"\r');
		expect(bench.ask(`${"x".repeat(161)}\x1a`)).toBe("\r\n+CMS ERROR: 305\r\n");
		bench.ue.smsCause = 38;
		bench.ask('AT+CMGS="1"\r');
		expect(bench.ask("x\x1a", 2000)).toBe("\r\n+CMS ERROR: 38\r\n");
		bench.ue.detach();
		expect(bench.ask('AT+CMGS="1"\r')).toBe("\r\n+CMS ERROR: 331\r\n");
		expect(texting({ sim: { inserted: false } }).ask('AT+CMGS="1"\r')).toBe("\r\n+CMS ERROR: 310\r\n");
		expect(texting({ sim: { pin: "1234" } }).ask("AT+CMGL\r")).toBe("\r\n+CMS ERROR: 311\r\n");
	});
	test("written, then sent from the memory", () => {
		const bench = texting();
		expect(bench.ask('AT+CMGW="10086"\r')).toBe("\r\n> ");
		expect(bench.ask("hello\x1a")).toBe("\r\n+CMGW: 1\r\n\r\nOK\r\n");
		expect(bench.ask("AT+CMGR=1\r")).toBe('\r\n+CMGR: "STO UNSENT","10086",\r\nhello\r\n\r\nOK\r\n');
		expect(bench.ask("AT+CMSS=1\r", 2000)).toBe("\r\n+CMSS: 0\r\n\r\nOK\r\n");
		expect(bench.ask('AT+CMGL="STO SENT"\r')).toBe('\r\n+CMGL: 1,"STO SENT","10086",,\r\nhello\r\n\r\nOK\r\n');
		expect(bench.ue.submitted).toEqual(["110005810180F60000A705E8329BFD06"]);
		expect(bench.ask("AT+CMSS=2\r")).toBe("\r\n+CMS ERROR: 321\r\n");
	});
});

describe("receiving", () => {
	test("stored and announced, listed, read, deleted", () => {
		const bench = texting();
		bench.ask("AT+CNMI=2,1\r");
		bench.ue.receiveSms("10086", "one");
		expect(bench.run(10)).toBe('\r\n+CMTI: "SM",1\r\n');
		expect(bench.ask('AT+CMGL="ALL"\r')).toBe('\r\n+CMGL: 1,"REC UNREAD","10086",,"26/11/20,11:25:06+32"\r\none\r\n\r\nOK\r\n');
		expect(bench.ask("AT+CMGR=1\r")).toBe('\r\n+CMGR: "REC READ","10086",,"26/11/20,11:25:06+32"\r\none\r\n\r\nOK\r\n');
		expect(bench.ask("AT+CPMS?\r")).toBe('\r\n+CPMS: "SM",1,20,"SM",1,20,"SM",1,20\r\n\r\nOK\r\n');
		expect(bench.ask("AT+CMGD=1\r")).toBe("\r\nOK\r\n");
		expect(bench.ask("AT+CMGR=1\r")).toBe("\r\n+CMS ERROR: 321\r\n");
		expect(bench.ask("AT+CMGD=1\r")).toBe("\r\n+CMS ERROR: 321\r\n");
	});
	test("handed over, with the details that were asked for", () => {
		const bench = texting();
		bench.ask("AT+CNMI=2,2\r");
		bench.ue.receiveSms("10086", "two");
		expect(bench.run(10)).toBe('\r\n+CMT: "10086",,"26/11/20,11:25:06+32"\r\ntwo\r\n');
		bench.ask("AT+CSDH=1\r");
		bench.ue.receiveSms("+4917000", "two");
		expect(bench.run(10)).toBe('\r\n+CMT: "+4917000",,"26/11/20,11:25:06+32",145,4,0,0,"+10000000000",145,3\r\ntwo\r\n');
		expect(bench.ask("AT+CPMS?\r")).toContain('"SM",0,20');
	});
	test("as PDU: announced, read, listed, handed over", () => {
		const bench = started();
		const pdu = "07910100000000F0";
		bench.ask("AT+CNMI=2,1\r");
		bench.ue.receiveTpdu(chinese);
		expect(bench.run(10)).toBe('\r\n+CMTI: "SM",1\r\n');
		const message = `${pdu}0405810180F6000862110211526023044F60597D`;
		expect(bench.ask("AT+CMGL=4\r")).toBe(`\r\n+CMGL: 1,0,,20\r\n${message}\r\n\r\nOK\r\n`);
		expect(bench.ask("AT+CMGR=1\r")).toBe(`\r\n+CMGR: 1,,20\r\n${message}\r\n\r\nOK\r\n`);
		bench.ask("AT+CNMI=2,2\r");
		bench.ue.receiveTpdu(chinese);
		expect(bench.run(10)).toBe(`\r\n+CMT: ,20\r\n${message}\r\n`);
	});
	test("Chinese as hexadecimal, whatever the character set", () => {
		const bench = texting();
		bench.ask("AT+CNMI=2,2\r");
		bench.ue.receiveTpdu(chinese);
		expect(bench.run(10)).toBe('\r\n+CMT: "10086",,"26/11/20,11:25:06+32"\r\n4F60597D\r\n');
		bench.ask('AT+CSCS="UCS2"\r');
		bench.ue.receiveSms("10086", "ok");
		expect(bench.run(10)).toBe('\r\n+CMT: "00310030003000380036",,"26/11/20,11:25:06+32"\r\n006F006B\r\n');
	});
	test("a part of a longer one shows its header in hexadecimal", () => {
		const bench = texting();
		bench.ask("AT+CNMI=2,2\r");
		bench.ue.receiveSms("1", "x".repeat(154));
		bench.ue.receiveSms("1", "x".repeat(161));
		expect(
			bench
				.run(10)
				.split("\r\n")
				.filter(line => line.startsWith("05000307")),
		).toHaveLength(2);
	});
	test("reports: handed over, stored, or nothing", () => {
		const bench = texting();
		bench.ue.receiveTpdu(report);
		expect(bench.run(10)).toBe("");
		bench.ask("AT+CNMI=2,1,0,1\r");
		bench.ue.receiveTpdu(report);
		expect(bench.run(10)).toBe('\r\n+CDS: 6,5,"+4917000",145,"26/11/20,11:25:06+32","26/11/20,11:25:10+32",0\r\n');
		bench.ask("AT+CNMI=2,1,0,2\r");
		bench.ue.receiveTpdu(report);
		expect(bench.run(10)).toBe('\r\n+CDSI: "SM",1\r\n');
		expect(bench.ask("AT+CMGR=1\r")).toBe(
			'\r\n+CMGR: "REC UNREAD",6,5,"+4917000",145,"26/11/20,11:25:06+32","26/11/20,11:25:10+32",0\r\n\r\nOK\r\n',
		);
		bench.ask("AT+CMGF=0;+CNMI=2,1,0,1\r");
		bench.ue.receiveTpdu(report);
		expect(bench.run(10)).toBe("\r\n+CDS: 23\r\n07910100000000F006050791947100F0621102115260236211021152012300\r\n");
		expect(bench.ue.taken).toEqual([true, true, true, true]);
	});
	test("full: the network keeps it, and hears of the room that +CMGD makes", () => {
		const bench = texting();
		bench.ask("AT+CNMI=2,1\r");
		for (let count = 0; count < 21; count++) bench.ue.receiveSms("10086", `${count}`);
		expect(bench.run(10).match(/\+CMTI/g)).toHaveLength(20);
		expect(bench.ue.taken.filter(taken => !taken)).toHaveLength(1);
		bench.ask('AT+CMGW="1"\r');
		expect(bench.ask("x\x1a")).toBe("\r\n+CMS ERROR: 322\r\n");
		expect(bench.ue.log).not.toContain("sms memory");
		expect(bench.ask("AT+CMGD=7\r")).toBe("\r\nOK\r\n");
		expect(bench.ue.log).toContain("sms memory");
		bench.ue.receiveSms("10086", "again");
		expect(bench.run(10)).toBe('\r\n+CMTI: "SM",7\r\n');
		expect(bench.ask("AT+CMGD=1,4\r")).toBe("\r\nOK\r\n");
		expect(bench.ask("AT+CPMS?\r")).toContain('"SM",0,20');
	});
	test("mode 0 keeps the result codes until they are wanted", () => {
		const bench = texting();
		bench.ask("AT+CNMI=0,1\r");
		bench.ue.receiveSms("10086", "one");
		expect(bench.run(10)).toBe("");
		expect(bench.ask("AT+CNMI=2,1\r")).toBe('\r\nOK\r\n\r\n+CMTI: "SM",1\r\n');
	});
	test("service 1: a host that does not confirm gets nothing more", () => {
		const bench = texting();
		expect(bench.ask("AT+CNMA\r")).toBe("\r\n+CMS ERROR: 340\r\n");
		bench.ask("AT+CSMS=1;+CNMI=2,2\r");
		bench.ue.receiveSms("1", "a");
		expect(bench.run(10)).toContain("+CMT:");
		expect(bench.ask("AT+CNMA\r")).toBe("\r\nOK\r\n");
		bench.run(120_000);
		expect(bench.ask("AT+CNMI?\r")).toBe("\r\n+CNMI: 2,2,0,0,0\r\n\r\nOK\r\n");
		bench.ue.receiveSms("1", "b");
		bench.run(120_000);
		expect(bench.ask("AT+CNMI?\r")).toBe("\r\n+CNMI: 2,0,0,0,0\r\n\r\nOK\r\n");
	});
	test.each(["AT+CNMI=3,1", "AT+CNMI=2,4", 'AT+CPMS="XX"', "AT+CMGF=2", "AT+CSMS=2", "AT+CMGL=5"])("%s is refused", command =>
		expect(started().ask(`${command}\r`)).toMatch(/^\r\n\+CMS ERROR: 30\d\r\n$/),
	);
});

describe("the module's own memory", () => {
	const persona = {
		...generic,
		sms: { storages: { ME: 2, SM: 1 }, formats: [1] as const, format: 1 as const, indications: [2, 1, 0, 0, 0] as const },
	};
	test("is where messages go, and outlives the power", () => {
		const bench = new Bench(persona).start();
		bench.ue.register({ stat: 1 });
		bench.run(10);
		bench.ask("ATE0\r");
		bench.ue.receiveSms("1", "a");
		expect(bench.run(10)).toBe('\r\n+CMTI: "ME",1\r\n');
		expect(bench.ask('AT+CPMS="ME","SM"\r')).toBe("\r\n+CPMS: 1,2,0,1,1,2\r\n\r\nOK\r\n");
		expect(bench.ask("AT+CPMS?\r")).toBe('\r\n+CPMS: "ME",1,2,"SM",0,1,"ME",1,2\r\n\r\nOK\r\n');
		expect(bench.ask("AT+CMGF=0\r")).toBe("\r\n+CMS ERROR: 303\r\n");
		bench.module.powerOff();
		bench.start();
		expect(bench.ask("ATE0;+CMGR=1\r")).toContain('\r\n+CMGR: "REC UNREAD","1",,');
	});
});
