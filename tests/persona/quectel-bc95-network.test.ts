import { expect, test } from "vitest";
import { createRandom } from "../../host-sim/clock/random.js";
import { energyProfile } from "../../host-sim/energy/profiles.js";
import { createModule } from "../../host-sim/modem/module.js";
import persona from "../../host-sim/persona/quectel-bc95.js";
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
	["CGDCONT.0", "IPV4V6,iot.test"],
	["CPSMS", "1"],
	["CPSMS.tau", "00100001"],
	["CPSMS.active", "00000101"],
]);

test("from power-on to a datagram, PSM and back, with nothing but AT", () => {
	const b = onAir(dualStack);
	expect(b.run(60).endsWith("\r\nREBOOT_CAUSE_SECURITY_PMU_POWER_ON_RESET\r\nNeul \r\nOK\r\n")).toBe(true);
	expect(b.ask("AT+CEREG=4;+CEREG?")).toBe("\r\n+CEREG:4,1,0001,0000ABCD,9,,,00000101,00000110\r\n\r\nOK\r\n");
	expect(b.ask("AT+CGPADDR")).toMatch(/^\r\n\+CGPADDR:0,100\.\d+\.\d+\.\d+,2001:db8:[0-9a-f:]+\r\n\r\nOK\r\n$/);
	b.ask("AT+CSCON=1;+NPSMR=1;+NSONMI=2");
	expect(b.ask("AT+NSOCR=DGRAM,17,0,1,AF_INET6")).toBe("\r\n0\r\n\r\nOK\r\n");
	const answer = b.ask(`AT+NSOSTF=0,${SERVER},5683,0x400,4,DEADBEEF,1`, 60);
	expect(answer).toBe(
		"\r\n0,4\r\n\r\nOK\r\n\r\n+NPSMR:0\r\n\r\n+CSCON:1\r\n\r\n+NSOSTR:0,1,1\r\n" +
			`\r\n+NSONMI:0,${SERVER},5683,4,DEADBEEF\r\n\r\n+CSCON:0\r\n\r\n+NPSMR:1\r\n`,
	);
	expect(b.served.map(({ bytes }) => Buffer.from(bytes).toString("hex"))).toEqual(["deadbeef"]);
	expect(b.module.state).toBe("asleep");
	// The socket outlives the sleep, and so does the first byte of the host.
	expect(b.ask(`AT+NSOST=0,${SERVER},5683,1,01`, 60)).toContain(`\r\n+NSONMI:0,${SERVER},5683,1,01\r\n`);
});

test("release assistance shortens the connection", () => {
	const seconds = (flag: string) => {
		const b = onAir(dualStack);
		b.run(60);
		b.ask("AT+NSOCR=DGRAM,17,0,1,AF_INET6");
		const from = b.clock.now();
		b.ask(`AT+NSOSTF=0,${SERVER},5683,${flag},1,01`);
		while (b.ue.connected || b.served.length === 0) b.run(0.1);
		return (b.clock.now() - from) / 1000;
	};
	const [none, after, afterAnswer] = [seconds("0"), seconds("0x200"), seconds("0x400")];
	expect(after).toBeLessThan(afterAnswer!);
	expect(afterAnswer).toBeLessThan(none! / 2);
});

test("factory settings: IPv4 only, no PSM, light sleep", () => {
	const b = onAir();
	b.run(120);
	expect(b.ask("AT+CGPADDR")).toMatch(/^\r\n\+CGPADDR:0,100\.\d+\.\d+\.\d+\r\n\r\nOK\r\n$/);
	b.run(60);
	expect([b.module.state, b.ue.psm]).toEqual(["asleep", false]);
});

test("without AUTOCONNECT the host switches the radio on and attaches", () => {
	const b = onAir(new Map([["NCONFIG.AUTOCONNECT", "0"]]));
	b.run(300);
	expect(b.ask("AT+CFUN?")).toBe("\r\n+CFUN:0\r\n\r\nOK\r\n");
	b.ask("AT+CEREG=1");
	expect(b.ask("AT+CFUN=1", 120)).toBe("\r\nOK\r\n");
	const attached = b.ask("AT+CGATT=1", 60);
	expect([attached.startsWith("\r\nOK\r\n"), attached.endsWith("\r\n+CEREG:1\r\n")]).toEqual([true, true]);
});

test("+CFUN=0: the detach inside the command, +CEREG:0 after its OK", () => {
	const b = onAir(dualStack);
	b.run(60);
	b.ask("AT+CEREG=1;+CSCON=1");
	expect(b.ask("AT+CFUN=0", 30)).toBe("\r\n+CSCON:1\r\n\r\n+CSCON:0\r\n\r\nOK\r\n\r\n+CEREG:0\r\n");
});

test("a month of sleep is cheap to simulate", () => {
	const b = onAir(dualStack);
	const startMs = performance.now();
	b.run(30 * 86_400);
	expect(b.module.state).toBe("asleep");
	expect(performance.now() - startMs).toBeLessThan(3000);
});

test("its currents are its own, another module's are borrowed", () => {
	const { profile, borrowed } = energyProfile(persona.id);
	expect([profile.id, borrowed, profile.psmMicroamps.value, profile.receiveMicroamps.value]).toEqual(["quectel-bc95", false, 4.2, 50_000]);
	expect([energyProfile("quectel-bc660k").borrowed, energyProfile("generic").borrowed]).toEqual([false, true]);
});
