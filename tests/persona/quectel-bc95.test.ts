import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import persona from "../../host-sim/persona/quectel-bc95.js";
import { parseTranscript } from "../../host-sim/transcript/format.js";
import { Bench } from "../sim-modem/bench.js";

/** What the host and the module said, in turn. */
function transcript(name: string): string[] {
	const text = readFileSync(fileURLToPath(new URL(`../transcripts/${name}.at`, import.meta.url)), "utf8");
	return parseTranscript(text).records.map(record => (record.kind === "pause" ? "" : Buffer.from(record.bytes).toString("latin1")));
}

/** Booted with the radio on; registered on transcript 04's cell when asked. */
function started(options: ConstructorParameters<typeof Bench>[1] & { readonly registered?: boolean } = {}): Bench {
	const { registered = true, ...rest } = options;
	const bench = new Bench(persona, rest).start();
	if (!registered) return bench;
	onAir(bench);
	return bench;
}

function onAir(bench: Bench): void {
	bench.ue.signal = { rssiDbm: -76.1, rsrpDbm: -81.9, rsrqDb: -10.8, sinrDb: 23.4, ecl: 0, txPowerDbm: 23 };
	bench.ue.register({ stat: 1, tac: "19E6", ci: "0779AC52" });
	bench.ue.cell = { rat: "NB-IoT", plmn: "46011", operator: "China Telecom", earfcn: 2509, pci: 226, band: 5 };
	bench.ue.activate(0, "10.14.13.64", undefined);
	bench.run(10);
}

const ok = "\r\nOK\r\n";

describe("captures", () => {
	test("04, from the restart on: the lines in their order, each answer byte for byte", () => {
		const bench = started({ imei: "867726031000000", sim: { imsi: "460111175000000" } });
		bench.ask("AT+NCDP=49.4.85.232,5683\r");
		const entries = transcript("quectel-bc95.nrb-boot-cdp");
		expect(entries.length).toBe(40);
		let restarted = false;
		for (let at = 0; at < entries.length; at += 2) {
			const [command, answer] = [entries[at]!, entries[at + 1]!];
			// The capture leaves out how the radio came on again after AT+CFUN=0.
			if (command === "AT+CEREG=1\r") onAir(bench);
			const heard = bench.ask(command, 5000);
			if (command === "AT+NRB\r") {
				// The capture keeps no empty lines here; what the garbage was, its terminal could not show.
				const lines = (text: string) => text.split("\r\n").filter(line => line !== "");
				expect(lines(heard.replace(/[\x80-\xff]/, "?"))).toEqual(lines(answer));
				restarted = true;
				continue;
			}
			// The host had sent one message before the capture shows any; the module's times are its own.
			const expected = answer
				.replace(/TX time:\d+/, "TX time:0")
				.replace(/RX time:\d+/, "RX time:0")
				.replace("SENT=2", "SENT=1");
			expect([command, heard]).toEqual([command, expected]);
		}
		expect(restarted).toBe(true);
	});

	test("06: a datagram out, a hint back", () => {
		const bench = started();
		const [create, created, send, sent, hint] = transcript("quectel-bc95.udp-socket");
		expect(bench.ask(create!)).toBe(created);
		expect(bench.ask(send!)).toBe(sent);
		const flow = bench.ue.flows[0]!;
		expect(flow.opened).toBe("udp 0 120.55.96.180 5000");
		flow.listener.opened();
		expect(flow.sent).toEqual([{ text: "\xff", rai: 0 }]);
		flow.listener.received(new Uint8Array(15), "120.55.96.180", 5000);
		expect(bench.run(10)).toBe(hint);
	});

	test("07: the radio off, no socket; errors by number when asked", () => {
		const bench = started({ registered: false, nvram: new Map([["NCONFIG.AUTOCONNECT", "0"]]) });
		expect(bench.ask("AT+CFUN?\r")).toBe(`\r\n+CFUN:0\r\n${ok}`);
		expect(bench.ask("AT+NSOCR=DGRAM,17,3000,1\r")).toBe("\r\nERROR\r\n");
		bench.ask("AT+CMEE=1\r");
		expect(bench.ask("AT+NSOCR=DGRAM,17,3000,1\r")).toBe("\r\n+CME ERROR: 4\r\n");
		expect(bench.ask("AT+CFUN=1\r", 2400)).toBe("");
		expect(bench.run(600)).toBe(ok);
		expect(bench.ask("AT+NSOCR=DGRAM,17,3000,1\r")).toBe(`\r\n0\r\n${ok}`);
	});

	test("08: OK, then the ping's result", () => {
		const bench = started();
		bench.ue.pingMs = 488;
		expect(bench.ask("AT+NPING=115.29.240.46\r", 1000)).toBe(`${ok}\r\n+NPING:115.29.240.46,52,488\r\n`);
	});
});

describe("start", () => {
	const report = (cause: string) => `\r\nREBOOT_CAUSE_${cause}\r\nNeul \r\nOK\r\n`;
	const loader = "Boot: Unsigned\r\nSecurity B.. Verified\r\nProtocol A.. Verified\r\nApps A...... Verified\r\n";

	test("garbage, the loader, the cause, an OK; deaf until then; no echo", () => {
		const bench = new Bench(persona);
		bench.module.powerOn();
		expect(bench.ask("AT\r", 999)).toMatch(/^H[\x80-\xff]\r\n$/);
		expect(bench.ask("AT\r", 1999)).toBe(loader);
		expect(bench.run(10)).toBe(report("SECURITY_PMU_POWER_ON_RESET"));
		expect(bench.ask("AT\r")).toBe(ok);
		expect(bench.ue.log).toContain("fun 1");
	});
	test("AT+NRB says REBOOTING without OK, in front of it all", () => {
		const bench = started();
		expect(bench.ask("AT+NRB\r", 5000).replace(/[\x80-\xff]/, "?")).toBe(`\r\nREBOOTING\r\nH?\r\n${loader}${report("APPLICATION_AT")}`);
	});
	test("the reset pin and a fault have their own causes", () => {
		const bench = started();
		bench.module.setPin("RESET_N", 0);
		bench.run(300);
		bench.module.setPin("RESET_N", 1);
		expect(bench.run(5000).endsWith(report("SECURITY_RESET_PIN"))).toBe(true);
		bench.module.faults.set("reboot");
		expect(bench.run(5000).endsWith(report("SECURITY_WATCHDOG"))).toBe(true);
	});
	test("AUTOCONNECT counts from the next start on", () => {
		const bench = started();
		expect(bench.ask("AT+NCONFIG=AUTOCONNECT,FALSE\r")).toBe(ok);
		expect(bench.ask("AT+CFUN?\r")).toBe(`\r\n+CFUN:1\r\n${ok}`);
		bench.ask("AT+NRB\r", 5000);
		expect(bench.ue.autoAttach).toBe(false);
		expect(bench.ask("AT+CFUN?\r")).toBe(`\r\n+CFUN:0\r\n${ok}`);
		expect(bench.ask("AT+NCONFIG?\r")).toBe(
			"\r\n+NCONFIG:AUTOCONNECT,FALSE\r\n+NCONFIG:CR_0354_0338_SCRAMBLING,TRUE\r\n+NCONFIG:CR_0859_SI_AVOID,TRUE\r\n" +
				"+NCONFIG:COMBINE_ATTACH,FALSE\r\n+NCONFIG:CELL_RESELECTION,FALSE\r\n+NCONFIG:ENABLE_BIP,FALSE\r\n\r\nOK\r\n",
		);
		expect(bench.ask("AT+NCONFIG=NONSENSE,TRUE\r")).toBe("\r\nERROR\r\n");
		expect(bench.ask("AT+NCONFIG=AUTOCONNECT,1\r")).toBe("\r\nERROR\r\n");
	});
	test("nothing is left of sockets, modes and CMEE", () => {
		const bench = started();
		bench.ask("AT+NSOCR=DGRAM,17,0,1\r");
		bench.ask("AT+NSONMI=2;+CMEE=1;+CEREG=5\r");
		bench.ask("AT+NRB\r", 5000);
		expect(bench.ask("AT+NSONMI?\r")).toBe(`\r\n+NSONMI:1\r\n${ok}`);
		expect(bench.ask("AT+NSOSTATUS=0\r")).toBe(`\r\n+NSOSTATUS:0,1\r\n${ok}`);
		expect(bench.ask("AT+NSOCL=0\r")).toBe("\r\nERROR\r\n");
		expect(bench.ask("AT+CEREG?\r")).toBe(`\r\n+CEREG:0,0\r\n${ok}`);
	});
});

describe("registration", () => {
	test("every report mode, before and after", () => {
		const bench = started({ registered: false });
		const read = (n: number) => {
			bench.ask(`AT+CEREG=${n}\r`);
			return bench.ask("AT+CEREG?\r");
		};
		expect([0, 1, 2, 3, 4, 5].map(read)).toEqual(
			["0,0", "1,0", "2,0", "3,0", "4,0,0000,00000000,9,,,,", "5,0,0000,00000000,9,,,,"].map(fields => `\r\n+CEREG:${fields}\r\n${ok}`),
		);
		bench.ue.register({ stat: 1, tac: "19E6", ci: "0000ABCD", activeTime: "00000101", periodicTau: "00100001" });
		expect(bench.run(10)).toBe("\r\n+CEREG:1,19E6,0000ABCD,9,,,00000101,00100001\r\n");
		expect([0, 1, 2, 3, 4, 5].map(read)).toEqual(
			[
				"0,1",
				"1,1",
				"2,1,19E6,0000ABCD,9",
				"3,1,19E6,0000ABCD,9",
				"4,1,19E6,0000ABCD,9,,,00000101,00100001",
				"5,1,19E6,0000ABCD,9,,,00000101,00100001",
			].map(fields => `\r\n+CEREG:${fields}\r\n${ok}`),
		);
		expect(bench.ask("AT+CEREG=6\r")).toBe("\r\nERROR\r\n");
	});
	test("a rejection and its cause", () => {
		const bench = started({ registered: false });
		bench.ask("AT+CEREG=5\r");
		bench.ue.deny(15);
		expect(bench.run(10)).toBe("\r\n+CEREG:3,0000,00000000,9,0,15,,\r\n");
		bench.ask("AT+CEREG=3\r");
		expect(bench.ask("AT+CEREG?\r")).toBe(`\r\n+CEREG:3,3,,,,0,15\r\n${ok}`);
	});
	test("only a change is reported", () => {
		const bench = started();
		bench.ask("AT+CEREG=1\r");
		bench.ue.register({ stat: 1, tac: "19E6", ci: "00000001" });
		expect(bench.run(10)).toBe("");
		bench.ue.register({ stat: 5 });
		expect(bench.run(10)).toBe("\r\n+CEREG:5\r\n");
	});
	test("+CFUN=0: the connection inside the command, the registration after its OK", () => {
		const bench = started();
		bench.ask("AT+CEREG=1;+CSCON=1\r");
		bench.send("AT+CFUN=0\r");
		bench.run(20);
		bench.ue.setConnected(true);
		expect(bench.run(2500)).toBe("\r\n+CSCON:1\r\n");
		bench.ue.setConnected(false);
		expect(bench.run(10)).toBe(`\r\n+CSCON:0\r\n${ok}\r\n+CEREG:0\r\n`);
		expect(bench.ue.log.slice(-2)).toEqual(["detach", "fun 0"]);
		expect(bench.ask("AT+CFUN=4\r")).toBe("\r\nERROR\r\n");
	});
	test("+CGATT answers at once", () => {
		const bench = started({ registered: false });
		expect(bench.ask("AT+CGATT=1\r")).toBe(ok);
		expect(bench.ue.log.at(-1)).toBe("attach");
		expect(bench.ask("AT+CGATT?\r")).toBe(`\r\n+CGATT:0\r\n${ok}`);
		bench.ask("AT+CGATT=0\r");
		expect(bench.ue.log.at(-1)).toBe("detach");
	});
	test("+CSCON has no blank either, a CME error has", () => {
		const bench = started();
		bench.ask("AT+CSCON=1\r");
		bench.ue.setConnected(true);
		expect(bench.run(10)).toBe("\r\n+CSCON:1\r\n");
		expect(bench.ask("AT+CSCON?\r")).toBe(`\r\n+CSCON:1,1\r\n${ok}`);
		bench.ask("AT+CMEE=1\r");
		expect(bench.ask("AT+CSCON=7\r")).toBe("\r\n+CME ERROR: 50\r\n");
		expect(bench.ask("AT+CMEE=2\r")).toBe("\r\n+CME ERROR: 50\r\n");
		expect(bench.ask("AT+NOSUCH\r")).toBe("\r\nERROR\r\n");
	});
});

describe("settings", () => {
	test("identity", () => {
		const bench = started({ sim: { iccid: "89860000000000000001" } });
		expect(bench.ask("AT+CGMI\r")).toBe(`\r\nQuectel\r\n${ok}`);
		expect(bench.ask("AT+CGMM\r")).toBe(`\r\nBC95GJB-02-STD\r\n${ok}`);
		expect(bench.ask("AT+CGSN=1\r")).toBe(`\r\n+CGSN:001010000000001\r\n${ok}`);
		expect(bench.ask("AT+NCCID\r")).toBe(`\r\n+NCCID:89860000000000000001\r\n${ok}`);
		expect(bench.ask("AT+NCCID?\r")).toBe(`\r\n+NCCID:89860000000000000001\r\n${ok}`);
		expect(bench.ask("AT+COPS?\r")).toBe(`\r\n+COPS:0,2,"46011",9\r\n${ok}`);
	});
	test("a SIM's PIN by +NPIN; there is no +CPIN", () => {
		const bench = started({ registered: false, sim: { pin: "1234", puk: "87654321" } });
		expect(bench.ask("AT+CPIN?\r")).toBe("\r\nERROR\r\n");
		expect(bench.ask("AT+CIMI\r")).toBe("\r\nERROR\r\n");
		expect(bench.ue.functionality).toBe(4);
		expect(bench.ask('AT+NPIN=0,"9999"\r')).toBe(`${ok}\r\n+NPIN:ERROR wrong PIN 2\r\n`);
		expect(bench.ask('AT+NPIN=0,"1234"\r')).toBe(`${ok}\r\n+NPIN:OK\r\n`);
		expect(bench.ue.functionality).toBe(1);
		expect(bench.ask("AT+CIMI\r")).toBe(`\r\n001010000000001\r\n${ok}`);
		expect(bench.ask("AT+NPIN=1,1234\r")).toBe("\r\nERROR\r\n");
		expect(bench.ask("AT+NPIN=1,1234,4321\r")).toBe(`${ok}\r\n+NPIN:OK\r\n`);
		expect(bench.ask("AT+NPIN=3,4321\r")).toBe(`${ok}\r\n+NPIN:OK\r\n`);
		expect(bench.ask("AT+NPIN=0,4321\r")).toBe(`${ok}\r\n+NPIN:ERROR PIN disabled\r\n`);
	});
	test("three wrong PINs, then the PUK", () => {
		const bench = started({ registered: false, sim: { pin: "1234", puk: "87654321" } });
		for (let left = 2; left >= 0; left--) expect(bench.ask("AT+NPIN=0,0000\r")).toBe(`${ok}\r\n+NPIN:ERROR wrong PIN ${left}\r\n`);
		expect(bench.ask("AT+NPIN=0,1234\r")).toBe(`${ok}\r\n+NPIN:ERROR PIN blocked\r\n`);
		expect(bench.ask("AT+NPIN=4,87654321,5555\r")).toBe(`${ok}\r\n+NPIN:OK\r\n`);
		expect(bench.ask("AT+NCCID\r")).toBe(`\r\n+NCCID:89000000000000000001\r\n${ok}`);
		expect(started({ registered: false, sim: { inserted: false } }).ask("AT+NPIN=0,1234\r")).toBe("\r\nERROR\r\n");
	});
	test("context 0, its address without quotes, both families", () => {
		const bench = started();
		expect(bench.ask('AT+CGDCONT=0,"IPV4V6","iot.test"\r')).toBe(ok);
		expect(bench.ask("AT+CGDCONT?\r")).toBe(`\r\n+CGDCONT:0,"IPV4V6","iot.test",,0,0,,,,,0\r\n${ok}`);
		expect(bench.ask("AT+CGPADDR\r")).toBe(`\r\n+CGPADDR:0,10.14.13.64\r\n${ok}`);
		bench.ue.activate(0, "10.14.13.64", "2001:db8::7");
		bench.run(10);
		expect(bench.ask("AT+CGPADDR=0\r")).toBe(`\r\n+CGPADDR:0,10.14.13.64,2001:db8::7\r\n${ok}`);
		bench.ue.deactivate(0);
		bench.run(10);
		expect(bench.ask("AT+CGPADDR\r")).toBe(`\r\n+CGPADDR:0\r\n${ok}`);
		bench.ask("AT+NRB\r", 5000);
		expect(bench.ask("AT+CGDCONT?\r")).toBe(`\r\n+CGDCONT:0,"IPV4V6","iot.test",,0,0,,,,,0\r\n${ok}`);
	});
	test("+CPSMS takes its bits with and without quotes and shows them without", () => {
		const bench = started();
		expect(bench.ask("AT+CPSMS=1,,,01000001,00000101\r")).toBe(ok);
		expect(bench.ue.log.at(-2)).toBe("psm 01000001 00000101");
		expect(bench.ask("AT+CPSMS?\r")).toBe(`\r\n+CPSMS:1,,,01000001,00000101\r\n${ok}`);
		expect(bench.ask('AT+CPSMS=1,,,"01000011","00100011"\r')).toBe(ok);
		expect(bench.ue.log.at(-2)).toBe("psm 01000011 00100011");
		expect(bench.ask("AT+CPSMS=0\r")).toBe(ok);
		expect(bench.ue.log.at(-2)).toBe("psm off");
		expect(bench.ask("AT+CPSMS=1,,,0100001,00000101\r")).toBe("\r\nERROR\r\n");
	});
	test("bands and carriers", () => {
		const bench = started();
		expect(bench.ask("AT+NBAND=8,5\r")).toBe(ok);
		expect(bench.ask("AT+NBAND?\r")).toBe(`\r\n+NBAND:8,5\r\n${ok}`);
		expect(bench.ask("AT+NBAND=8,8\r")).toBe("\r\nERROR\r\n");
		expect(bench.ask("AT+NBAND=2\r")).toBe("\r\nERROR\r\n");
		expect(bench.ask("AT+NEARFCN=0,2509\r")).toBe("\r\nERROR\r\n");
		expect(bench.ask("AT+NEARFCN=1,2509,E2\r")).toBe(ok);
		expect(bench.ask("AT+NEARFCN?\r")).toBe(`\r\n+NEARFCN:1,2509,E2\r\n${ok}`);
	});
	test("a rate at which the host is not heard is given up", () => {
		const bench = started();
		expect(bench.ask("AT+NATSPEED=115200,3,1,2,1\r", 100)).toBe(ok);
		expect(bench.port.framing?.baud).toBe(115_200);
		bench.run(3000);
		expect(bench.port.framing?.baud).toBe(9600);
		bench.ask("AT+NATSPEED=57600,3,1\r");
		expect(bench.ask("AT\r", 3000)).toBe(ok);
		expect(bench.ask("AT+NATSPEED?\r")).toBe(`\r\n+NATSPEED:57600,3,1,2,1,0\r\n${ok}`);
		bench.ask("AT+NRB\r", 5000);
		expect(bench.port.framing?.baud).toBe(57_600);
		expect(bench.ask("AT+NATSPEED=300,3,1\r")).toBe("\r\nERROR\r\n");
	});
	test("NUESTATS by kind", () => {
		const bench = started();
		expect(bench.ask("AT+NUESTATS=CELL\r")).toBe(`\r\nNUESTATS:CELL,2509,226,1,-819,-108,-761,234\r\n${ok}`);
		const radio = bench.ask("AT+NUESTATS=RADIO\r");
		expect(radio).toMatch(/^\r\nNUESTATS:RADIO,Signal power:-819\r\nNUESTATS:RADIO,Total power:-761\r\n/);
		expect(radio.split("\r\n").length).toBe(12 + 4);
		expect(bench.ask("AT+NUESTATS=ALL\r")).toBe(`${radio.slice(0, -ok.length)}NUESTATS:CELL,2509,226,1,-819,-108,-761,234\r\n${ok}`);
		expect(bench.ask("AT+NUESTATS=BLER\r")).toBe("\r\nERROR\r\n");
	});
	test("without a cell the levels are unknown", () => {
		const answer = started({ registered: false }).ask("AT+NUESTATS\r");
		expect(answer).toContain("\r\nSignal power:-32768\r\nTotal power:-32768\r\nTX power:-32768\r\n");
		expect(answer).toContain("\r\nECL:255\r\nSNR:-32768\r\n");
	});
	test("a message before the registration is error 513", () => {
		const bench = started({ registered: false });
		bench.ask("AT+CMEE=1\r");
		expect(bench.ask("AT+NMGS=5,2020333435\r")).toBe("\r\n+CME ERROR: 513\r\n");
		expect(bench.ask("AT+NMGS=4,2020333435\r")).toBe("\r\n+CME ERROR: 50\r\n");
		expect(bench.ask("AT+NMSTATUS?\r")).toBe(`\r\n+NMSTATUS:UNINITIALISED\r\n${ok}`);
	});
});

describe("sleep", () => {
	test("PSM is reported, then the module sleeps deep; no byte of the host is lost", () => {
		const bench = started();
		bench.ask("AT+NPSMR=1\r");
		expect(bench.ask("AT+NPSMR?\r")).toBe(`\r\n+NPSMR:1,0\r\n${ok}`);
		bench.ue.setPsm(true);
		expect(bench.run(2000)).toBe("\r\n+NPSMR:1\r\n");
		expect([bench.module.state, bench.ue.cores.at(-1)]).toEqual(["asleep", "deep-sleep"]);
		expect(bench.ask("AT+NPSMR?\r")).toBe(`\r\n+NPSMR:1,1\r\n${ok}`);
		expect(bench.ue.log).not.toContain("wake");
		bench.run(2000);
		expect(bench.module.state).toBe("asleep");
		bench.ue.setPsm(false);
		expect(bench.run(10)).toBe("\r\n+NPSMR:0\r\n");
	});
	test("nothing is reported unasked", () => {
		const bench = started();
		expect(bench.ask("AT+NPSMR?\r")).toBe(`\r\n+NPSMR:0\r\n${ok}`);
		bench.ue.setPsm(true);
		expect(bench.run(2000)).toBe("");
	});
});
