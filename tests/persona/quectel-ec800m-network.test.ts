import { expect, test } from "vitest";
import { createRandom } from "../../host-sim/clock/random.js";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import type { StreamHost } from "../../host-sim/internet/host.js";
import persona from "../../host-sim/persona/quectel-ec800m.js";
import { createSimulation } from "../../host-sim/simulation.js";
import { TestPort } from "../sim-modem/bench.js";

const ADDRESS = "2001:db8:5e::1";

/** The module on the simulated network; its host says back what it hears. */
function onAir() {
	const clock = new VirtualClock();
	const port = new TestPort();
	const echo: StreamHost = {
		addresses: [ADDRESS],
		accept: (tcpPort, connection) =>
			tcpPort === 7 ? { received: bytes => connection.send(bytes), closed: () => connection.close() } : undefined,
	};
	const simulation = createSimulation({
		persona,
		clock,
		seed: 3,
		port,
		hosts: [echo],
		names: { "echo.test": [ADDRESS] },
		module: { sim: { msisdn: "+8613800138000" } },
	});
	simulation.module.powerOn();
	const run = (seconds: number) => {
		clock.run(clock.now() + seconds * 1000);
		return port.take();
	};
	const ask = (line: string, seconds = 0.5) => {
		port.send(line);
		return run(seconds);
	};
	run(60);
	ask("ATE0\r");
	return { clock, simulation, ue: simulation.ue, run, ask };
}

test("a stream there and back, more than the module's buffer, every byte value", () => {
	const { run, ask } = onAir();
	expect(ask("AT+QIACT=1\r")).toBe("\r\nOK\r\n");
	ask("AT+QISDE=0\r");
	expect(ask(`AT+QIOPEN=1,0,"TCP","echo.test",7,0,0\r`, 10)).toBe("\r\nOK\r\n\r\n+QIOPEN: 0,0\r\n");
	const random = createRandom(5);
	let sent = "";
	let received = "";
	const drain = () => {
		for (;;) {
			const answer = ask("AT+QIRD=0,1500\r", 0.2);
			const at = answer.indexOf("+QIRD: ");
			const count = Number.parseInt(answer.slice(at + 7), 10);
			if (count === 0) return;
			const from = answer.indexOf("\r\n", at) + 2;
			received += answer.slice(from, from + count);
		}
	};
	while (sent.length < 30_000) {
		const piece = Array.from({ length: 1 + random.integer(0, 1459) }, () => String.fromCharCode(random.integer(0, 255))).join("");
		expect(ask(`AT+QISEND=0,${piece.length}\r`, 0.1)).toContain("\r\n> ");
		const result = ask(piece, 1);
		if (result.includes("SEND OK")) sent += piece;
		else expect(result).toContain("SEND FAIL");
		if (random.integer(0, 4) === 0) drain();
	}
	for (let count = 0; count < 60 && received.length < sent.length; count++) {
		run(1);
		drain();
	}
	expect(received).toBe(sent);
	expect(ask("AT+QICLOSE=0\r")).toBe("\r\nOK\r\n");
});

test("nobody listens, nobody is there, no such name", () => {
	const { ask } = onAir();
	ask("AT+QIACT=1\r");
	expect(ask(`AT+QIOPEN=1,0,"TCP","${ADDRESS}",80,0,0\r`, 200)).toBe("\r\nOK\r\n\r\n+QIOPEN: 0,566\r\n");
	expect(ask(`AT+QIOPEN=1,0,"TCP","2001:db8:dead::1",80,0,0\r`, 200)).toBe("\r\nOK\r\n\r\n+QIOPEN: 0,569\r\n");
	expect(ask(`AT+QIOPEN=1,0,"TCP","none.test",80,0,0\r`, 200)).toBe("\r\nOK\r\n\r\n+QIOPEN: 0,565\r\n");
});

test("texts both ways through the service centre, with a report; a full memory gets them later", () => {
	const { ask, run, ue } = onAir();
	ask('AT+CMGF=1;+CSCS="IRA";+CNMI=2,1,0,1,0;+CSMP=49,167,0,0\r');
	expect(ask('AT+CMGS="+4917000"\r')).toBe("\r\n> ");
	expect(ask("hello\x1a", 1)).toBe("\r\n+CMGS: 0\r\n\r\nOK\r\n");
	expect(ue.messages.submitted).toMatchObject([{ to: "+4917000", text: "hello" }]);
	expect(run(10)).toMatch(/^\r\n\+CDS: 6,0,"\+4917000",145,"[^"]+","[^"]+",0\r\n$/);
	ue.deliverSms("10086", "hi");
	expect(run(10)).toBe('\r\n+CMTI: "ME",1\r\n');
	expect(ask("AT+CMGR=1\r")).toMatch(/\r\n\+CMGR: "REC UNREAD","10086",,"26\/01\/01,[\d:]+\+\d\d"\r\nhi\r\n/);
	ask('AT+CPMS="SM","SM","SM"\r');
	for (let count = 0; count < 22; count++) ue.deliverSms("10086", `message ${count}`);
	expect(run(120).match(/\+CMTI/g)).toHaveLength(20);
	expect(ue.messages.waiting).toBe(2);
	ask("AT+CMGD=1,4\r");
	expect(run(20).match(/\+CMTI/g)).toHaveLength(2);
	expect(ue.messages.waiting).toBe(0);
});

test("a device that is off gets its messages when it comes back", () => {
	const { ask, run, ue } = onAir();
	ask("AT+CFUN=4\r", 5);
	expect(ue.deliverSms("10086", "hi")).toBe(false);
	expect(run(60)).toBe("");
	expect(ask("AT+CFUN=1\r", 30)).toContain('\r\n+CMTI: "ME",1\r\n');
});

test("calls: answered, busy, never answered, and one that comes in", () => {
	const { ask, run, ue } = onAir();
	expect(ask("ATD10086;\r")).toBe("\r\nOK\r\n");
	run(10);
	expect(ask("AT+CLCC\r")).toBe('\r\n+CLCC: 1,0,0,0,0,"10086",129\r\n\r\nOK\r\n');
	expect(ask("AT+VTS=5\r")).toBe("\r\nOK\r\n");
	expect(ue.calls.tones).toBe("5");
	ue.calls.drop();
	expect(run(1)).toBe("\r\nNO CARRIER\r\n");
	ue.calls.party = () => "busy";
	expect(ask("ATD10086;\r", 20)).toBe("\r\nOK\r\n\r\nBUSY\r\n");
	ue.calls.party = () => "no-answer";
	expect(ask("ATD10086;\r", 100)).toBe("\r\nOK\r\n\r\nNO ANSWER\r\n");
	expect(ue.calls.ring("+4917000")).toBe(true);
	expect(run(4)).toBe("\r\nRING\r\n");
	expect(ask("ATA\r", 2)).toBe("\r\nOK\r\n");
	expect(ask("AT+CHUP\r")).toBe("\r\nOK\r\n");
	expect(run(20)).toBe("");
});

test("a call ends with the coverage", () => {
	const { ask, run, simulation } = onAir();
	ask("ATD10086;\r");
	run(10);
	simulation.network.coverage = { rsrpDbm: -200 };
	expect(run(120)).toContain("\r\nNO CARRIER\r\n");
	expect(simulation.ue.calls.current).toBeUndefined();
});
