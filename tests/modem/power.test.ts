import { describe, expect, test } from "vitest";
import { hex, info, ok, PSM, socketScript, World } from "./world.js";

const asleepOf = (world: World): boolean => world.core.power.isAsleep;

describe("PSM", () => {
	test("is asked for before attach, and only when the module has other timers", () => {
		const other = { "AT+CPSMS?": info('+CPSMS: 1,,,"00100110","00000101"'), 'AT+CPSMS=1,,,"00100001","00000101"': ok };
		const world = new World({ script: { ...other, "AT+CFUN?": info("+CFUN: 0"), "AT+CFUN=1": ok } }).connected({ psm: PSM });
		const at = (command: string): number => world.commands.indexOf(command);
		expect(at('AT+CPSMS=1,,,"00100001","00000101"')).toBeGreaterThan(0);
		expect(at('AT+CPSMS=1,,,"00100001","00000101"')).toBeLessThan(at("AT+CFUN=1"));
		expect(new World().connected({ psm: PSM }).commands.filter(c => c.startsWith("AT+CPSMS="))).toEqual([]);
	});
	test("false switches it off, and saying nothing leaves it as it is", () => {
		const world = new World({ script: { "AT+CPSMS=0": ok } }).connected({ psm: false });
		expect(world.commands).toContain("AT+CPSMS=0");
		expect(new World().connected({}).commands.filter(c => c.startsWith("AT+CPSMS"))).toEqual([]);
	});
	test("granted as asked: no event", () => {
		const world = new World().connected({ psm: PSM });
		expect(world.core.power.psmRequested).toEqual(PSM);
		expect(world.core.power.psmGranted).toEqual(PSM);
		expect(world.event("psm")).toBe(undefined);
	});
	test("granted otherwise: one event with both, active time first in +CEREG", () => {
		const line = info('+CEREG: 4,1,"0001","0000ABCD",9,,,"00100011","00101010"');
		const world = new World({ script: { "AT+CEREG?": line } }).connected({ psm: PSM });
		world.say('\r\n+CEREG: 1,"0001","0000ABCE",9,,,"00100011","00101010"\r\n');
		world.run(1_000);
		expect(world.events.filter(e => e.name === "psm").map(e => e.data)).toEqual([
			{ requested: PSM, granted: { activeSeconds: 180, periodicTauSeconds: 36_000 } },
		]);
	});
	test.each(['+CEREG: 4,1,"0001","0000ABCD",9', '+CEREG: 4,1,"0001","0000ABCD",9,,,"11100000","00100001"'])(
		"not granted (%s) is said",
		line => {
			const world = new World({ script: { "AT+CEREG?": info(line) } }).connected({ psm: PSM });
			world.run(1);
			expect(world.events.filter(e => e.name === "psm").map(e => e.data)).toEqual([{ requested: PSM, granted: false }]);
			world.run(3_600_000);
			expect(world.event("psmNotEntered")).toBe(undefined);
		},
	);
	test("a URC too short for timers takes no grant back", () => {
		const world = new World().connected({ psm: PSM });
		world.say("\r\n+CEREG: 1\r\n");
		world.run(1_000);
		expect(world.core.power.psmGranted).toEqual(PSM);
		expect(world.event("psm")).toBe(undefined);
	});
	test("entered: asleep, counted, and the UART stays quiet", () => {
		const world = new World().connected({ psm: PSM });
		world.say('\r\n+USLEEP: "PSM"\r\n', 15_000);
		world.say('\r\n+USLEEP: "DEEP"\r\n', 15_001);
		world.run(20_000);
		expect(asleepOf(world)).toBe(true);
		expect(world.core.power.psmEntered).toBe(1);
		expect(world.core.connection).toBe(500);
		expect(world.events.map(e => e.name).filter(name => name.startsWith("psm"))).toEqual(["psmEntered"]);
		world.say('\r\n+USLEEP: "AWAKE"\r\n');
		world.say('\r\n+USLEEP: "PSM"\r\n', 1_000);
		world.run(2_000);
		expect(world.events.map(e => e.name).filter(name => name.startsWith("psm"))).toEqual(["psmEntered", "psmLeft", "psmEntered"]);
		world.forget();
		world.run(86_400_000);
		expect(world.commands).toEqual([]);
		expect(world.core.deadline).toBe(undefined);
	});
	test("granted but never entered: said once, when active time and the connection's tail are over", () => {
		const world = new World().connected({ psm: PSM });
		const from = world.now;
		world.run(3_600_000);
		const missed = world.events.filter(e => e.name === "psmNotEntered");
		expect(missed.map(e => e.data)).toEqual([{ granted: PSM, missed: 1 }]);
		expect(missed[0]!.at - from).toBeGreaterThanOrEqual(70_000);
		expect(missed[0]!.at - from).toBeLessThan(80_000);
		expect(world.core.recovery.counters).toEqual({ resync: 0, functionality: 0, reset: 0, powerCycle: 0 });
	});
	test("'not registered' from a module in PSM changes nothing", () => {
		const world = new World().connected({ psm: PSM });
		world.say('\r\n+USLEEP: "PSM"\r\n', 15_000);
		world.say("\r\n+CEREG: 0\r\n", 15_010);
		world.run(20_000);
		expect(world.core.connection).toBe(500);
	});
});

describe("eDRX", () => {
	test("is asked for before attach and its grant read after", () => {
		const world = new World({ script: { 'AT+CEDRXS=2,5,"0011"': ok } }).connected({ edrx: { cycleSeconds: 40.96 } });
		world.run(1_000);
		expect(world.commands.indexOf('AT+CEDRXS=2,5,"0011"')).toBeLessThan(world.commands.indexOf("AT+CEREG?"));
		expect(world.core.power.edrxGranted).toEqual({ cycleSeconds: 40.96, pagingWindowSeconds: 10.24 });
		expect(world.event("edrx")).toBe(undefined);
	});
	test("another cycle, or none, is said", () => {
		for (const [line, granted] of [
			['+CEDRXRDP: 5,"0011","0101","0011"', { cycleSeconds: 81.92, pagingWindowSeconds: 10.24 }],
			["+CEDRXRDP: 0", false],
		] as const) {
			const world = new World({ script: { 'AT+CEDRXS=2,5,"0011"': ok, "AT+CEDRXRDP": info(line) } }).connected({
				edrx: { cycleSeconds: 40.96 },
			});
			world.run(1_000);
			expect(world.event("edrx")).toEqual({ requested: { cycleSeconds: 40.96 }, granted });
		}
	});
});

describe("sleep of the UART", () => {
	function sleeper(): World {
		const world = new World({ pins: ["wake"] });
		socketScript(world);
		world.connected({ psm: PSM });
		world.run(5_000);
		expect(world.commands.at(-1)).toBe("AT+USLP=1");
		world.say('\r\n+USLEEP: "PSM"\r\n', 1_000);
		world.run(2_000);
		world.forget();
		return world;
	}
	test("is allowed a second after the last exchange, and not without PSM or eDRX", () => {
		const world = new World().connected({ psm: PSM });
		world.run(1);
		world.forget();
		world.run(60_000);
		expect(world.commands.filter(c => c === "AT+USLP=1")).toHaveLength(1);
		const awake = new World().connected({});
		awake.run(60_000);
		expect(awake.commands).not.toContain("AT+USLP=1");
		const asked = new World().connected({ sleep: true });
		asked.run(60_000);
		expect(asked.commands).toContain("AT+USLP=1");
	});
	test("a datagram wakes the module once: pin, AT, no sleep, then its own commands, then sleep again", () => {
		const world = sleeper();
		world.udp().send("hello");
		world.run(10_000);
		expect(world.commands).toEqual(["AT", "AT+USLP=0", 'AT+UOPEN=0,"2001:db8::1",5683,0', `AT+USEND=0,5,"${hex("hello")}"`, "AT+USLP=1"]);
		expect(world.pinLog.slice(-2).map(line => line.split(" ").slice(0, 2).join(" "))).toEqual(["wake asserted", "wake released"]);
		expect(world.core.power.isAsleep).toBe(false);
	});
	test("the first AT is lost and nothing is made of it", () => {
		const world = sleeper();
		world.script.AT = [undefined, "\r\n", ok];
		world.udp().send("hello");
		world.run(10_000);
		expect(world.commands.slice(0, 4)).toEqual(["AT", "AT", "AT", "AT+USLP=0"]);
		expect(world.errors).toEqual([]);
		expect(world.core.recovery.counters.resync).toBe(0);
	});
	test("two datagrams wake it once", () => {
		const world = sleeper();
		const udp = world.udp();
		udp.send("a");
		udp.send("b");
		world.run(10_000);
		expect(world.commands.filter(c => c === "AT")).toHaveLength(1);
		expect(world.commands.filter(c => c.startsWith("AT+USEND="))).toHaveLength(2);
	});
	test("a socket that the module lost in its sleep is opened again and the datagram goes out once", () => {
		const world = new World();
		socketScript(world);
		world.connected({ psm: PSM });
		const udp = world.udp();
		udp.send("one");
		world.run(5_000);
		world.say('\r\n+USLEEP: "PSM"\r\n');
		world.run(1_000);
		world.forget();
		world.script[`AT+USEND=0,3,"${hex("two")}"`] = ["\r\nERROR\r\n", `${ok}\r\nSEND OK\r\n`];
		udp.send("two");
		world.run(10_000);
		expect(world.commands.filter(c => c.startsWith("AT+U") && !c.startsWith("AT+USLP"))).toEqual([
			`AT+USEND=0,3,"${hex("two")}"`,
			"AT+UCLOSE=0",
			'AT+UOPEN=0,"2001:db8::1",5683,0',
			`AT+USEND=0,3,"${hex("two")}"`,
		]);
		expect(udp.errors).toEqual([]);
	});
	test("wake() without anything to do", () => {
		const world = sleeper();
		let woken = 0;
		world.core.requests.add(undefined, undefined, undefined, () => woken++, { onlyWake: true });
		world.run(10_000);
		expect(woken).toBe(1);
		expect(world.commands).toEqual(["AT", "AT+USLP=0", "AT+USLP=1"]);
	});
});
