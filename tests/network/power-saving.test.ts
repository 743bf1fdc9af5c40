import { describe, expect, test } from "vitest";
import { TEST_OPERATOR } from "../../host-sim/network/operator.js";
import { flowLog, SERVER, type World, world } from "./world.js";

function asleep(options: Parameters<typeof world>[0] = {}, activeTime = "00000101", periodicTau = "01000001"): World {
	const w = world(options);
	w.ue.powerOn();
	w.ue.defineContext(0, "IPV4V6", "iot.test");
	w.ue.requestPsm({ periodicTau, activeTime });
	w.ue.setFunctionality(1);
	w.seconds(60);
	return w;
}
function times(w: World, name: string): number[] {
	return w.eventLog.filter(event => event.name === name).map(event => event.timeMs / 1000);
}

describe("power saving mode", () => {
	test("T3324 runs from the release: 10 s after it the UE sleeps", () => {
		const w = asleep();
		expect(w.ue.psm).toBe(true);
		expect(times(w, "psm-entered")[0]! - times(w, "released")[0]!).toBeCloseTo(10, 3);
		expect(w.ue.registration).toMatchObject({ activeTime: "00000101", periodicTau: "00101010" });
	});

	test("T3412 runs from the release: a TAU after 10 h, and asleep again 10 s after its release", () => {
		const w = asleep();
		w.seconds(36_100);
		expect(times(w, "psm-left")[0]! - times(w, "released")[0]!).toBeCloseTo(36_000, 3);
		expect(w.log).toContain(`${times(w, "psm-left")[0]!.toFixed(1)} psm left periodic-tau`);
		expect(w.eventLog.filter(event => event.name === "tau").map(event => event.data.why)).toEqual(["periodic"]);
		expect(times(w, "psm-entered")[1]! - times(w, "released")[1]!).toBeCloseTo(10, 3);
	});

	test("the host wakes it; without traffic it sleeps again after the active time, without signalling", () => {
		const w = asleep();
		w.seconds(1000);
		w.ue.wake();
		expect(w.ue.psm).toBe(false);
		w.seconds(1009);
		expect(w.ue.psm).toBe(false);
		w.seconds(1011);
		expect(w.ue.psm).toBe(true);
		expect(times(w, "connected")).toHaveLength(1);
		expect(w.log.slice(-2).map(line => line.split(" ").slice(1).join(" "))).toEqual(["psm left host", "psm entered"]);
	});

	test("not asked for, not granted; refused, not granted; without T3324 the timer says so", () => {
		const unasked = world();
		unasked.on();
		unasked.seconds(4 * 3600);
		expect(unasked.ue.psm).toBe(false);
		expect(unasked.ue.registration.activeTime).toBeUndefined();
		// T3412 of the network: 54 minutes.
		expect(times(unasked, "tau").length).toBe(4);
		const refused = asleep({ operator: { ...TEST_OPERATOR, psm: { grant: "refuse" } } });
		refused.seconds(7200);
		expect(refused.events).not.toContain("psm-entered");
		const deactivated = asleep({}, "11100000");
		expect(deactivated.ue.registration.activeTime).toBeUndefined();
	});

	test("an operator with values of its own, and one that has them by APN", () => {
		const own = { grant: "own" as const, activeSeconds: 2, periodicTauSeconds: 86_400 };
		const everywhere = asleep({ operator: { ...TEST_OPERATOR, psm: own } });
		expect(everywhere.ue.registration).toMatchObject({ activeTime: "00000001", periodicTau: "00111000" });
		const byApn = asleep({ operator: { ...TEST_OPERATOR, apns: { "iot.test": { families: "ipv4v6", psm: own } } } });
		expect(byApn.ue.registration.activeTime).toBe("00000001");
	});

	test("asked for after the attach: a TAU brings the grant", () => {
		const w = world();
		w.on();
		w.seconds(60);
		w.ue.requestPsm({ periodicTau: "00100001", activeTime: "00000000" });
		w.seconds(70);
		expect(w.ue.registration).toMatchObject({ activeTime: "00000000", periodicTau: "00000110" });
		expect(w.ue.psm).toBe(true);
		w.ue.wake();
		w.ue.requestPsm(false);
		w.seconds(4000);
		expect(w.ue.registration.activeTime).toBeUndefined();
		expect(w.ue.psm).toBe(false);
	});
});

describe("eDRX", () => {
	test("granted as asked, with a window; a downlink waits for it", () => {
		const w = world();
		w.ue.powerOn();
		w.ue.defineContext(1, "IPV6", "");
		w.ue.requestEdrx({ cycle: "0101" });
		w.ue.setFunctionality(1);
		w.seconds(30);
		expect(w.ue.edrx).toEqual({ requested: "0101", granted: "0101", ptw: "0000" });
		expect(w.log.some(line => line.endsWith("edrx 0101"))).toBe(true);
		const later: ((bytes: Uint8Array) => void)[] = [];
		w.server.answer = (_bytes, reply) => void later.push(reply);
		const log: string[] = [];
		const flow = w.ue.openFlow("udp", 1, SERVER, 5683, 0, flowLog(log));
		w.seconds(31);
		flow.send(new Uint8Array(10), { rai: 1 });
		w.seconds(50);
		later[0]!(new Uint8Array(3));
		w.seconds(50.1);
		w.seconds(50 + 85);
		expect(log).toEqual(["opened", "sent 10 true", `received 3 ${SERVER} 5683`]);
		const paged = times(w, "paging")[0]!;
		const reached = times(w, "connected").find(time => time > paged)!;
		expect(reached - paged).toBeGreaterThan(1);
		expect(reached - paged).toBeLessThan(83.5);
	});

	test("refused", () => {
		const w = world({ operator: { ...TEST_OPERATOR, edrx: { grant: "refuse" } } });
		w.ue.requestEdrx({ cycle: "0101" });
		w.on();
		w.seconds(30);
		expect(w.ue.edrx).toBeUndefined();
	});
});

describe("release assistance", () => {
	function report(rai: 0 | 1 | 2, assist = true): { connectedSeconds: number; received: boolean } {
		const w = world({ operator: { ...TEST_OPERATOR, releaseAssistance: assist } });
		w.ue.powerOn();
		w.ue.defineContext(0, "IPV6", "");
		w.ue.setFunctionality(1);
		w.seconds(60);
		const log: string[] = [];
		const flow = w.ue.openFlow("udp", 0, SERVER, 5683, 0, flowLog(log));
		w.seconds(61);
		flow.send(new Uint8Array(50), { rai });
		w.seconds(120);
		const [up, down] = [times(w, "connected")[1]!, times(w, "released")[1]!];
		return { connectedSeconds: down - up, received: log.some(line => line.startsWith("received")) };
	}
	test("none: the network's inactivity timer", () => {
		const { connectedSeconds, received } = report(0);
		expect(connectedSeconds).toBeGreaterThan(20);
		expect(connectedSeconds).toBeLessThan(22);
		expect(received).toBe(true);
	});
	test("after the uplink: released at once, the answer comes by paging", () => {
		const { connectedSeconds, received } = report(1);
		expect(connectedSeconds).toBeLessThan(1);
		expect(received).toBe(true);
	});
	test("after one downlink: the answer still comes in the connection", () => {
		const { connectedSeconds, received } = report(2);
		expect(connectedSeconds).toBeLessThan(1.5);
		expect(received).toBe(true);
	});
	test("a cell that does not know it keeps the connection", () => {
		expect(report(1, false).connectedSeconds).toBeGreaterThan(20);
	});

	test("released after an empty acknowledgement, a separate response meets a sleeping device and is lost", () => {
		const w = asleep({}, "00000000");
		w.server.answer = (_bytes, reply) => {
			reply(new Uint8Array(4));
			w.clock.after(10_000, () => reply(new Uint8Array(20)));
		};
		const log: string[] = [];
		const flow = w.ue.openFlow("udp", 0, SERVER, 5683, 0, flowLog(log));
		w.seconds(61);
		flow.send(new Uint8Array(50), { rai: 2 });
		w.seconds(100);
		expect(log).toEqual(["opened", "sent 50 true", `received 4 ${SERVER} 5683`]);
		expect(w.eventLog.filter(event => event.name === "datagram-lost").map(event => event.data)).toEqual([
			{ direction: "downlink", why: "asleep", bytes: 20 },
		]);
	});

	test("assistRelease ends an idle connection", () => {
		const w = world();
		w.on();
		w.seconds(12);
		expect(w.ue.connected).toBe(true);
		w.ue.assistRelease();
		w.seconds(13);
		expect(w.ue.connected).toBe(false);
	});
});
