import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TEST_CELL, TEST_OPERATOR } from "../../host-sim/network/operator.js";
import { flowLog, SERVER, SERVER4, type World, world } from "./world.js";

function attached(options: Parameters<typeof world>[0] = {}, type: "IP" | "IPV6" | "IPV4V6" = "IPV4V6"): World {
	const w = world(options);
	w.ue.powerOn();
	w.ue.defineContext(0, type, "iot.test");
	w.ue.setFunctionality(1);
	w.seconds(60);
	return w;
}
function lost(w: World): string[] {
	return w.eventLog.filter(event => event.name === "datagram-lost").map(event => `${event.data.direction} ${event.data.why}`);
}

describe("datagrams", () => {
	test("there and back, from the UE's own address and port", () => {
		const w = attached();
		const log: string[] = [];
		const flow = w.ue.openFlow("udp", 0, SERVER, 5683, 4000, flowLog(log));
		w.seconds(61);
		const bytes = Uint8Array.of(1, 2, 3);
		flow.send(bytes);
		bytes[0] = 9;
		expect(log).toEqual(["opened"]);
		w.seconds(70);
		expect(log).toEqual(["opened", "sent 3 true", `received 3 ${SERVER} 5683`]);
		expect(flow.localPort).toBe(4000);
		expect(w.served).toEqual([{ from: w.ue.contexts[0]!.ipv6, port: 4000, bytes: Uint8Array.of(1, 2, 3) }]);
	});

	test("a name is resolved over the air, IPv6 first, and only the families of the context", () => {
		const found: unknown[] = [];
		for (const type of ["IPV4V6", "IP", "IPV6"] as const) {
			const w = attached({}, type);
			w.ue.resolve(0, "Server.test", addresses => found.push(addresses));
			w.ue.resolve(0, "nobody.test", addresses => found.push(addresses));
			w.seconds(100);
		}
		expect(found).toEqual([[SERVER, SERVER4], undefined, [SERVER4], undefined, [SERVER], undefined]);
	});

	test("no context, no such family: failed, once, later", () => {
		const w = attached({}, "IP");
		const log: string[] = [];
		w.ue.openFlow("udp", 5, SERVER4, 1, 0, flowLog(log));
		w.ue.openFlow("udp", 0, SERVER, 1, 0, flowLog(log));
		expect(log).toEqual([]);
		w.seconds(61);
		expect(log.sort()).toEqual(["failed no-context", "failed unreachable"]);
	});

	test("too big for the link, too many at once: refused, not swallowed", () => {
		const w = attached();
		const log: string[] = [];
		const flow = w.ue.openFlow("udp", 0, SERVER, 5683, 0, flowLog(log));
		w.seconds(61);
		flow.send(new Uint8Array(TEST_OPERATOR.mtuBytes));
		w.seconds(62);
		expect(log).toEqual(["opened", "sent 1358 false"]);
		for (let i = 0; i < 20; i++) flow.send(new Uint8Array(1));
		w.seconds(200);
		expect(log.filter(line => line === "sent 1 false")).toHaveLength(4);
		expect(log.filter(line => line === "sent 1 true")).toHaveLength(16);
	});

	test("nobody there is silence", () => {
		const w = attached();
		const log: string[] = [];
		w.ue.openFlow("udp", 0, "2001:db8::dead", 1, 0, flowLog(log)).send(new Uint8Array(1));
		const flow = w.ue.openFlow("udp", 0, "2001:db8::dead", 1, 0, flowLog(log));
		w.seconds(61);
		flow.send(new Uint8Array(1));
		w.seconds(200);
		// The first was sent before its flow was open.
		expect(log.sort()).toEqual(["opened", "opened", "sent 1 false", "sent 1 true"]);
	});

	test("the network forgets a flow two minutes after its last uplink: the late answer is lost", () => {
		const w = attached();
		w.server.answer = (_bytes, reply) => {
			w.clock.after(119_000, () => reply(new Uint8Array(2)));
			w.clock.after(121_000, () => reply(new Uint8Array(3)));
		};
		const log: string[] = [];
		const flow = w.ue.openFlow("udp", 0, SERVER, 5683, 0, flowLog(log));
		w.seconds(61);
		flow.send(new Uint8Array(1));
		w.seconds(400);
		expect(log).toEqual(["opened", "sent 1 true", `received 2 ${SERVER} 5683`]);
		expect(lost(w)).toEqual(["downlink flow-expired"]);
	});

	test("what comes after close or after a new address is lost", () => {
		const w = attached();
		w.server.answer = (_bytes, reply) => void w.clock.after(30_000, () => reply(new Uint8Array(2)));
		const log: string[] = [];
		const flow = w.ue.openFlow("udp", 0, SERVER, 5683, 0, flowLog(log));
		w.seconds(61);
		flow.send(new Uint8Array(1));
		w.seconds(70);
		flow.close();
		w.seconds(200);
		expect(lost(w)).toEqual(["downlink closed"]);
		expect(log).toEqual(["opened", "sent 1 true"]);
	});

	test("loss by coverage level is drawn from the seed", () => {
		const count = (seed: number): number => {
			const w = attached({ seed });
			w.network.loss = [0.5, 0.5, 0.5];
			const flow = w.ue.openFlow("udp", 0, SERVER, 5683, 0, flowLog([]));
			for (let i = 0; i < 40; i++) {
				w.seconds(100 + i * 5);
				flow.send(new Uint8Array(1));
			}
			w.seconds(400);
			return w.served.length;
		};
		expect(count(3)).toBe(count(3));
		expect(count(3)).toBeGreaterThan(8);
		expect(count(3)).toBeLessThan(32);
	});

	test("echo request", () => {
		const w = attached();
		const rtts: (number | undefined)[] = [];
		w.ue.ping(0, SERVER, 32, 4000, rtt => rtts.push(rtt));
		w.ue.ping(0, "2001:db8::dead", 32, 4000, rtt => rtts.push(rtt));
		w.seconds(100);
		expect(rtts).toHaveLength(2);
		expect(rtts[0]).toBeGreaterThan(1000);
		expect(rtts[0]).toBeLessThan(4000);
		expect(rtts[1]).toBeUndefined();
	});

	test("text messages both ways", () => {
		const w = attached();
		const done: string[] = [];
		// SMS-SUBMIT, reference 5, to +4917000, "hello".
		const tpdu = Uint8Array.from(Buffer.from("01050791947100F0000005E8329BFD06", "hex"));
		w.ue.submitSms(tpdu, (ok, reference) => done.push(`${ok} ${reference}`));
		w.seconds(100);
		w.ue.deliverSms("+4917001", "hi");
		w.seconds(120);
		expect(done).toEqual(["true 5"]);
		expect(w.ue.messages.submitted).toMatchObject([{ to: "+4917000", text: "hello" }]);
		expect(w.log.at(-2)).toMatch(/sms \+4917001 hi$|cscon/);
		expect(w.log.some(line => line.endsWith("sms +4917001 hi"))).toBe(true);
	});
});

describe("coverage", () => {
	test("RSRP decides the coverage level, and the level how long a message takes", () => {
		const seconds = (rsrpDbm: number): { ecl: number; took: number; tx: number | undefined } => {
			const w = world();
			w.network.coverage = { rsrpDbm };
			w.network.loss = [0, 0, 0];
			w.on();
			w.seconds(100);
			const log: string[] = [];
			const flow = w.ue.openFlow("udp", 1, SERVER4, 1, 0, { ...flowLog(log), sent: () => log.push(`${w.clock.now()}`) });
			w.seconds(101);
			flow.send(new Uint8Array(100), { rai: 1 });
			w.seconds(130);
			return { ecl: w.ue.signal.ecl, took: Number(log[1]) - 101_000, tx: w.ue.signal.txPowerDbm };
		};
		const near = seconds(-80);
		const middle = seconds(-111.5);
		const deep = seconds(-125);
		expect([near.ecl, middle.ecl, deep.ecl]).toEqual([0, 1, 2]);
		expect(near.took).toBeLessThan(middle.took);
		expect(middle.took).toBeLessThan(deep.took);
		expect(near.tx).toBeLessThan(10);
		expect([middle.tx, deep.tx]).toEqual([23, 23]);
	});

	test("a cell with high thresholds: repetitions at full power in good reception", () => {
		const w = world({ cell: { ...TEST_CELL, eclThresholds: [-80, -115] } });
		w.network.coverage = { rsrpDbm: -90 };
		w.on();
		w.seconds(30);
		expect([w.ue.signal.ecl, w.ue.signal.txPowerDbm]).toEqual([1, 23]);
	});

	test("coverage that gets worse and worse is noticed as soon as a cell that goes at once", () => {
		const w = attached();
		for (let i = 0; i < 3; i++) {
			w.network.setCoverage({ rsrpDbm: -145 - i });
			w.seconds(60 + (i + 1) * 3);
		}
		expect(w.ue.registration.stat).toBe(2);
	});

	test("data just before the inactivity timer ends keep the connection", () => {
		const w = attached();
		const log: string[] = [];
		const flow = w.ue.openFlow("udp", 0, SERVER, 5683, 0, flowLog(log));
		w.server.answer = undefined;
		w.seconds(61);
		flow.send(new Uint8Array(500));
		w.seconds(65);
		const first = w.eventLog.find(event => event.name === "datagram-up")!.timeMs;
		w.seconds(first / 1000 + 19.95);
		flow.send(new Uint8Array(500));
		w.seconds(first / 1000 + 39);
		expect(log).toEqual(["opened", "sent 500 true", "sent 500 true"]);
		expect(w.ue.connected).toBe(true);
		expect(w.events.filter(name => name === "released")).toHaveLength(1);
	});

	test("a second outage is noticed as the first", () => {
		const w = attached();
		for (const start of [60, 600]) {
			w.network.setPower(false);
			w.seconds(start + 10);
			expect(w.ue.registration.stat).toBe(2);
			w.network.setPower(true);
			w.seconds(start + 400);
			expect(w.ue.registration.stat).toBe(1);
		}
	});

	test("the cell goes: searching within seconds; it comes back: registered, same address, a TAU and no attach", () => {
		const w = attached();
		const address = w.ue.contexts[0]!.ipv6;
		w.network.setPower(false);
		w.seconds(70);
		expect(w.ue.registration.stat).toBe(2);
		const log: string[] = [];
		const flow = w.ue.openFlow("udp", 0, SERVER, 5683, 0, flowLog(log));
		w.seconds(71);
		flow.send(new Uint8Array(1));
		w.seconds(80);
		expect(log).toEqual(["opened", "sent 1 false"]);
		w.network.setPower(true);
		w.seconds(400);
		expect(w.ue.registration.stat).toBe(1);
		expect(w.ue.contexts[0]!.ipv6).toBe(address);
		expect(w.events.filter(name => name === "attach")).toHaveLength(1);
		flow.send(new Uint8Array(1));
		w.seconds(410);
		expect(log.slice(2)).toEqual(["sent 1 true", `received 1 ${SERVER} 5683`]);
	});

	test("asleep it notices nothing; its next uplink does", () => {
		const w = world();
		w.ue.requestPsm({ periodicTau: "01000001", activeTime: "00000000" });
		w.on();
		w.seconds(60);
		w.network.setCoverage({ rsrpDbm: -150 });
		w.seconds(1000);
		expect([w.ue.psm, w.ue.registration.stat]).toEqual([true, 1]);
		const log: string[] = [];
		const flow = w.ue.openFlow("udp", 1, SERVER4, 5683, 0, flowLog(log));
		w.seconds(1001);
		flow.send(new Uint8Array(1));
		w.seconds(1030);
		expect(log).toEqual(["opened", "sent 1 false"]);
		expect(w.events.filter(name => name === "connected")).toHaveLength(1);
		expect(w.ue.registration.stat).toBe(2);
	});

	test("a broken link fails what was on its way and the UE comes back", () => {
		const w = attached();
		const log: string[] = [];
		const flow = w.ue.openFlow("udp", 0, SERVER, 5683, 0, flowLog(log));
		w.seconds(61);
		flow.send(new Uint8Array(1));
		w.seconds(61.3);
		w.network.breakLink();
		w.seconds(120);
		expect(log).toEqual(["opened", "sent 1 false"]);
		expect(w.ue.registration.stat).toBe(1);
	});

	test("detached by the network: at once when it can be paged, at the next access when it sleeps", () => {
		const awake = attached();
		awake.network.detach();
		awake.seconds(120);
		expect(awake.events.filter(name => name === "attach")).toHaveLength(2);
		expect(awake.log.some(line => line.endsWith("context 0 deactivated network -"))).toBe(true);
		const sleeping = world();
		sleeping.ue.requestPsm({ periodicTau: "01000001", activeTime: "00000000" });
		sleeping.on();
		sleeping.seconds(60);
		const log: string[] = [];
		const flow = sleeping.ue.openFlow("udp", 1, SERVER4, 1, 0, flowLog(log));
		sleeping.network.detach();
		sleeping.seconds(500);
		expect(sleeping.events.filter(name => name === "attach")).toHaveLength(1);
		flow.send(new Uint8Array(1));
		sleeping.seconds(600);
		expect(sleeping.events.filter(name => name === "attach")).toHaveLength(2);
		expect(log).toEqual(["opened", "closed"]);
		expect(sleeping.served).toEqual([]);
	});
});

test("whatever the order of power, radio, cell and data: no exception, nothing waits for ever, the same seed the same events", () => {
	const step = fc.constantFrom(
		"send",
		"sendRai",
		"wake",
		"cellOff",
		"cellOn",
		"detach",
		"netDetach",
		"attach",
		"cfun0",
		"cfun1",
		"break",
		"off",
		"on",
		"reject",
		"allow",
		"psm",
		"noPsm",
		"resolve",
		"ping",
	);
	const play = (steps: readonly (readonly [string, number])[]): { events: string; open: number } => {
		const w = attached();
		let open = 0;
		let flow = w.ue.openFlow("udp", 0, SERVER, 5683, 0, flowLog([]));
		const settle = (): number => open--;
		const actions: Record<string, () => void> = {
			send: () => flow.send(new Uint8Array(20)),
			sendRai: () => flow.send(new Uint8Array(20), { rai: 2 }),
			wake: () => w.ue.wake(),
			cellOff: () => w.network.setPower(false),
			cellOn: () => w.network.setPower(true),
			detach: () => w.ue.detach(),
			netDetach: () => w.network.detach(),
			attach: () => w.ue.attach(),
			cfun0: () => w.ue.setFunctionality(0),
			cfun1: () => w.ue.setFunctionality(1),
			break: () => w.network.breakLink(),
			off: () => w.ue.powerOff(),
			on: () => {
				w.on();
				flow = w.ue.openFlow("udp", 0, "server.test", 5683, 0, flowLog([]));
			},
			reject: () => w.network.reject({ cause: 15 }),
			allow: () => w.network.reject(undefined),
			psm: () => w.ue.requestPsm({ periodicTau: "00000001", activeTime: "00000001" }),
			noPsm: () => w.ue.requestPsm(false),
			resolve: () => {
				open++;
				w.ue.resolve(0, "server.test", settle);
			},
			ping: () => {
				open++;
				w.ue.ping(0, SERVER, 8, 9000, settle);
			},
		};
		let now = 60;
		for (const [name, pause] of steps) {
			actions[name]!();
			now += pause;
			w.seconds(now);
		}
		w.network.setPower(true);
		w.network.reject(undefined);
		w.on();
		w.ue.attach();
		w.seconds(now + 3600);
		expect(w.ue.registration.stat).toBe(1);
		return { events: JSON.stringify(w.eventLog), open };
	};
	fc.assert(
		fc.property(fc.array(fc.tuple(step, fc.double({ min: 0, max: 40, noNaN: true })), { maxLength: 25 }), steps => {
			const first = play(steps);
			expect(first.open).toBe(0);
			expect(play(steps).events).toBe(first.events);
		}),
		{ numRuns: 150 },
	);
});
