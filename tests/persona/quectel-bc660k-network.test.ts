import { expect, test } from "vitest";
import { createRandom } from "../../host-sim/clock/random.js";
import { createModule } from "../../host-sim/modem/module.js";
import persona from "../../host-sim/persona/quectel-bc660k.js";
import { SERVER, world } from "../network/world.js";
import { TestPort } from "../sim-modem/bench.js";

/** The module on the simulated network instead of a fake one. */
function onAir(nvram?: ReadonlyMap<string, string>) {
	const w = world();
	const port = new TestPort();
	const module = createModule({ persona, clock: w.clock, ue: w.ue, random: createRandom(1).next, ...(nvram ? { nvram } : {}) });
	module.attach(port);
	module.powerOn();
	const run = (seconds: number) => {
		w.clock.run(w.clock.now() + seconds * 1000);
		return port.take();
	};
	const ask = (line: string, seconds = 0.5) => {
		port.send(`${line}\r`);
		return run(seconds);
	};
	return { ...w, module, run, ask };
}

const dualStack = new Map([
	["QCGDEFCONT", "IPV4V6\tiot.test"],
	["CPSMS", "1"],
	["CPSMS.tau", "00100001"],
	["CPSMS.active", "00000101"],
]);

test("from power-on to a datagram, PSM and back, with nothing but AT", () => {
	const b = onAir(dualStack);
	const banner = b.run(60);
	expect(banner).toMatch(
		/^\r\nRDY\r\n\r\n\+CFUN: 1\r\n\r\n\+CPIN: READY\r\n\r\n\+IP: 100\.\d+\.\d+\.\d+\r\n\r\n\+IP: 2001:db8:[0-9a-f:]+\r\n$/,
	);
	b.ask("AT", 2);
	b.ask("ATE0");
	expect(b.ask("AT+CEREG=4;+CEREG?")).toBe('\r\n+CEREG: 4,1,"0001","0000ABCD",9,,,"00000101","00000110"\r\n\r\nOK\r\n');
	b.ask('AT+QSCLK=0;+QNBIOTEVENT=1,1;+QCFG="dsevent",1;+CSCON=1;+QICFG="dataformat",1,1');
	expect(b.ask(`AT+QIOPEN=0,0,"UDP","${SERVER}",5683`)).toContain("\r\n+QIOPEN: 0,0\r\n");
	const answer = b.ask('AT+QISEND=0,4,"DEADBEEF",2', 30);
	expect(answer).toContain("\r\nOK\r\n");
	expect(answer).toContain("\r\nSEND OK\r\n");
	expect(answer).toContain('\r\n+QIURC: "recv",0,4,"DEADBEEF"\r\n');
	expect(b.served.map(({ bytes }) => Buffer.from(bytes).toString("hex"))).toEqual(["deadbeef"]);
	// Asked to stay awake, the module does so even in PSM.
	expect(answer.endsWith('\r\n+CSCON: 0\r\n\r\n+QNBIOTEVENT: "ENTER PSM"\r\n')).toBe(true);
	const sleep = b.ask("AT+QSCLK=1", 60);
	expect(sleep).toBe('\r\nOK\r\n\r\n+QNBIOTEVENT: "ENTER DEEPSLEEP"\r\n');
	expect(b.module.state).toBe("asleep");
	// The socket outlives the sleep; the first line does not.
	expect(b.ask("AT", 2)).toBe('\r\n\r\n+QNBIOTEVENT: "EXIT DEEPSLEEP"\r\n');
	const again = b.ask('AT+QISEND=0,1,"01"', 30);
	expect(again).toContain('\r\n+QNBIOTEVENT: "EXIT PSM"\r\n');
	expect(again).toContain('\r\n+QIURC: "recv",0,1,"01"\r\n');
});

test("the periodic TAU comes and goes without the host", () => {
	const b = onAir(dualStack);
	b.run(120);
	expect(b.module.state).toBe("asleep");
	const sleeps: string[] = [];
	b.module.on(event => sleeps.push(event.type));
	b.run(3600 * 3 + 600);
	expect(sleeps.filter(type => type === "wake").length).toBe(3);
	expect(b.module.state).toBe("asleep");
	expect(b.module.counters.boots).toBe(1);
});

test("factory settings: IPv4 only, no PSM, light sleep", () => {
	const b = onAir();
	expect(b.run(120)).toMatch(/\+IP: 100\.\d+\.\d+\.\d+\r\n$/);
	expect(b.module.state).toBe("asleep");
	expect(b.ue.psm).toBe(false);
});

test("a restart leaves the network in order", () => {
	const b = onAir(dualStack);
	b.run(60);
	b.ask("AT", 2);
	expect(b.ask("AT+QRST=1", 60)).toMatch(
		/OK\r\n\r\nRDY\r\n\r\n\+CFUN: 1\r\n\r\n\+CPIN: READY\r\n\r\n\+IP: 100\.[\d.]+\r\n\r\n\+IP: 2001:db8:[0-9a-f:]+\r\n$/,
	);
});

test("+COPS=2 stays off the network, +COPS=0 returns", () => {
	const b = onAir(dualStack);
	b.run(20);
	b.ask("ATE0;+QSCLK=0");
	expect(b.ask("AT+COPS=2", 20)).toContain("\r\nOK\r\n");
	b.run(300);
	expect(b.ask("AT+CGATT?")).toBe("\r\n+CGATT: 0\r\n\r\nOK\r\n");
	b.ask("AT+COPS=0", 60);
	expect(b.ask("AT+CGATT?")).toBe("\r\n+CGATT: 1\r\n\r\nOK\r\n");
});

test("a month of sleep is cheap to simulate", () => {
	const b = onAir(dualStack);
	const startMs = performance.now();
	b.run(30 * 86_400);
	expect(b.module.state).toBe("asleep");
	expect(performance.now() - startMs).toBeLessThan(3000);
});
