import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import { lteDownlink, lteUplink } from "../../host-sim/network/lte-airtime.js";
import { TEST_LTE_CELL, TEST_LTE_OPERATOR, TEST_OPERATOR } from "../../host-sim/network/operator.js";
import generic from "../../host-sim/persona/generic.js";
import quectelBc660k from "../../host-sim/persona/quectel-bc660k.js";
import { createSimulation } from "../../host-sim/simulation.js";
import { everyByte, streamWorld } from "./stream-world.js";
import { flowLog, SERVER, type World, world } from "./world.js";

const LTE = { operator: TEST_LTE_OPERATOR, cell: TEST_LTE_CELL };

function attached(): World {
	const w = world(LTE);
	w.on();
	w.seconds(60);
	return w;
}
function timeOf(w: World, name: string, after: number): number {
	return w.eventLog.find(event => event.name === name && event.timeMs > after)!.timeMs;
}

test("air time of packets, by hand", () => {
	// 1,222 and 28 header bytes are 10,000 bits: 4 ms at 2.5 and 2 ms at 5 Mbit/s.
	expect(lteUplink(1222)).toEqual({ txMs: 4, rxMs: 6, spanMs: 18 });
	expect(lteDownlink(1222)).toEqual({ txMs: 1, rxMs: 2, spanMs: 10 });
	expect(lteUplink(1)).toEqual({ txMs: 1, rxMs: 6, spanMs: 15 });
});

test("camps on the LTE cell without coverage levels, and RSSI is over ten megahertz", () => {
	const w = attached();
	expect(w.ue.cell).toEqual({ rat: "LTE", plmn: "00101", operator: "Test Network", earfcn: 1650, pci: 102, band: 3 });
	expect(w.ue.registration).toMatchObject({ stat: 1, tac: "0002", ci: "00012A0B", act: 7 });
	w.network.coverage = { rsrpDbm: -120 };
	const { ecl, rssiDbm, rsrpDbm, rsrqDb } = w.ue.signal;
	expect(ecl).toBe(0);
	expect(rssiDbm).toBe(rsrpDbm - rsrqDb + 17);
	expect(w.network.reachable).toBe(true);
	w.network.coverage = { rsrpDbm: -129 };
	expect(w.network.reachable).toBe(false);
});

describe("times", () => {
	test("idle to the answer in about 0.2 s, a round trip of about 60 ms when connected, released 10 s after the last packet", () => {
		const w = attached();
		const log: string[] = [];
		const flow = w.ue.openFlow("udp", 1, "198.51.100.7", 7, 0, flowLog(log));
		w.seconds(61);
		flow.send(new Uint8Array(10));
		w.seconds(70);
		const up = timeOf(w, "datagram-up", 61_000);
		const down = timeOf(w, "datagram-down", 61_000);
		// Access 100 ms, grant and transmission 15 ms.
		expect(up).toBe(61_115);
		expect(down - up).toBeGreaterThanOrEqual(24 + 9);
		expect(down - up).toBeLessThanOrEqual(36 + 9);
		w.seconds(90);
		const released = timeOf(w, "released", 61_000);
		expect(released).toBe(down + 10_000 + 20);
	});

	test("in connected DRX what the network begins waits for half a cycle", () => {
		const w = attached();
		const log: string[] = [];
		w.server.answer = (bytes, reply) => void w.clock.after(bytes[0]! * 100, () => reply(bytes));
		const flow = w.ue.openFlow("udp", 1, "198.51.100.7", 7, 0, flowLog(log));
		const downMs = (hundredMs: number, second: number): number => {
			w.seconds(second);
			flow.send(Uint8Array.of(hundredMs));
			w.seconds(second + 5);
			return timeOf(w, "datagram-down", second * 1000) - timeOf(w, "datagram-up", second * 1000) - hundredMs * 100;
		};
		downMs(1, 61);
		expect(downMs(1, 66)).toBeLessThan(50);
		expect(downMs(3, 71)).toBeGreaterThan(180);
		expect(downMs(3, 76)).toBeLessThan(210);
	});

	test("100,000 bytes each way in seconds", () => {
		const w = streamWorld(LTE);
		const client = w.open(7);
		w.serve.accepted = served => served.connection.send(everyByte(100_000));
		w.seconds(61);
		client.flow.send(everyByte(60_000));
		w.seconds(70);
		expect(client.bytes).toHaveLength(100_000);
		expect(client.log.at(-1)).toBe("sent 60000 true");
	});

	test("PSM and eDRX are granted as on any other radio", () => {
		const w = world(LTE);
		w.ue.requestPsm({ periodicTau: "00100001", activeTime: "00000001" });
		w.ue.requestEdrx({ cycle: "0010" });
		w.on();
		w.seconds(60);
		expect(w.ue.registration.activeTime).toBe("00000001");
		expect(w.ue.edrx?.granted).toBe("0010");
		expect(w.ue.psm).toBe(true);
	});
});

describe("a simulation camps where its persona's tier does", () => {
	const camp = (persona: typeof generic) => {
		const clock = new VirtualClock();
		const simulation = createSimulation({ persona, clock, seed: 1 });
		simulation.module.powerOn();
		clock.run(60_000);
		const { assumptions } = simulation.energyReport();
		const found = { rat: simulation.ue.cell?.rat, profile: simulation.energy.profile.id, assumptions };
		simulation.close();
		return found;
	};
	test("Cat.1 on LTE, with the figures of the tier and what they rest on", () => {
		const { rat, profile, assumptions } = camp(generic);
		expect([rat, profile]).toEqual(["LTE", "cat1"]);
		expect(assumptions[0]).toBe("energy.profile: generic is reckoned with the figures of cat1");
		expect(assumptions.some(line => line.startsWith("lte.access: 100 ms"))).toBe(true);
		expect(assumptions.some(line => line.startsWith("airtime"))).toBe(false);
		expect(assumptions.some(line => line.startsWith("tcp."))).toBe(false);
	});
	test("NB-IoT on NB-IoT", () => {
		const { rat, profile, assumptions } = camp(quectelBc660k);
		expect([rat, profile]).toEqual(["NB-IoT", "quectel-bc660k"]);
		expect(assumptions.some(line => line.startsWith("airtime: Robinson"))).toBe(true);
		expect(assumptions.some(line => line.startsWith("lte."))).toBe(false);
	});
	test("the same operator but for what LTE does otherwise", () => {
		expect({ ...TEST_LTE_OPERATOR, inactivitySeconds: 20, coreLatencyMs: 45, raDelayMs: 400 }).toEqual(TEST_OPERATOR);
		expect(SERVER).toBe("2001:db8:5e::1");
	});
});
