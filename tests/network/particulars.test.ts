import { describe, expect, test } from "vitest";
import { TEST_LTE_CELL, TEST_LTE_OPERATOR } from "../../host-sim/network/operator.js";
import { segmentsLost, streamWorld } from "./stream-world.js";
import { flowLog, SERVER, SERVER4, world } from "./world.js";

const LTE = { operator: TEST_LTE_OPERATOR, cell: TEST_LTE_CELL };

describe("a subscription that reaches listed destinations only", () => {
	test("what is not listed is silence, by datagram, stream and echo; names resolve all the same", () => {
		const w = streamWorld(LTE);
		w.network.setDestinations(["2001:db8:5e::/48", "192.0.2.7"]);
		const log: string[] = [];
		const listed = w.ue.openFlow("udp", 0, SERVER, 5683, 0, flowLog(log));
		const unlisted = w.ue.openFlow("udp", 0, SERVER4, 5683, 0, flowLog(log));
		const stream = w.open(7);
		const deaf = w.open(7, { host: SERVER4 });
		const echoes: (number | undefined)[] = [];
		w.ue.ping(0, SERVER4, 8, 4000, rtt => echoes.push(rtt));
		const names: unknown[] = [];
		w.ue.resolve(0, "server.test", addresses => names.push(addresses));
		w.seconds(61);
		listed.send(Uint8Array.of(1));
		unlisted.send(Uint8Array.of(2));
		w.seconds(140);
		expect(log.sort()).toEqual(["opened", "opened", `received 1 ${SERVER} 5683`, "sent 1 true", "sent 1 true"]);
		expect([stream.log, deaf.log]).toEqual([["opened"], ["failed timeout"]]);
		expect([echoes, names]).toEqual([[undefined], [[SERVER, SERVER4]]]);
		expect(new Set(segmentsLost(w))).toEqual(new Set(["uplink destination"]));
		expect(w.eventLog.find(event => event.name === "datagram-lost")?.data).toMatchObject({ direction: "uplink", why: "destination" });
		w.network.setDestinations(undefined);
		unlisted.send(Uint8Array.of(3));
		w.seconds(150);
		expect(log).toContain(`received 1 ${SERVER4} 5683`);
	});
});

describe("roaming", () => {
	test("without an agreement: denied with cause 13, tried again, let in when there is one", () => {
		const w = world();
		w.network.adjust({ roaming: true, roamingRefused: true });
		w.on();
		w.seconds(30);
		expect(w.ue.registration).toMatchObject({ stat: 3, causeType: 0, rejectCause: 13 });
		w.network.adjust({ roamingRefused: false });
		w.seconds(120);
		expect(w.ue.registration.stat).toBe(5);
	});
	test("at home it does not matter", () => {
		const w = world();
		w.network.adjust({ roamingRefused: true });
		w.on();
		w.seconds(30);
		expect(w.ue.registration.stat).toBe(1);
	});
});

describe("the SIM's list of forbidden networks", () => {
	test("a network that is in it is never asked; cleared, it is found", () => {
		const w = world();
		const list = new Set(["00101"]);
		w.ue.forbiddenPlmns = list;
		w.on();
		w.seconds(600);
		expect(w.ue.registration.stat).toBe(2);
		expect(w.events).not.toContain("attach");
		expect(w.eventLog.find(event => event.name === "plmn-forbidden")?.data).toEqual({ plmn: "00101" });
		list.clear();
		w.seconds(1200);
		expect(w.ue.registration.stat).toBe(1);
	});

	test("causes 11 and 35 put the network there, and it stays over a power cycle; others do not", () => {
		const outcome = (cause: number): { list: string[]; stat: number } => {
			const w = world();
			const list = new Set<string>();
			w.ue.forbiddenPlmns = list;
			w.network.reject({ cause, times: 1 });
			w.on();
			w.seconds(30);
			expect(w.ue.registration).toMatchObject({ stat: 3, rejectCause: cause });
			w.ue.powerOff();
			w.on();
			w.seconds(600);
			return { list: [...list], stat: w.ue.registration.stat };
		};
		expect(outcome(11)).toEqual({ list: ["00101"], stat: 2 });
		expect(outcome(35)).toEqual({ list: ["00101"], stat: 2 });
		expect(outcome(13)).toEqual({ list: [], stat: 1 });
	});
});

describe("bands", () => {
	test("a cell of a band that the module is not set to is no service", () => {
		const w = world(LTE);
		w.ue.bands = [1, 5, 8];
		w.on();
		w.seconds(300);
		expect([w.ue.registration.stat, w.events.includes("attach")]).toEqual([2, false]);
		w.ue.bands = [1, 3];
		w.seconds(700);
		expect([w.ue.registration.stat, w.ue.cell?.band]).toEqual([1, 3]);
	});
	test("taken away while registered, it is lost within seconds", () => {
		const w = world(LTE);
		w.on();
		w.seconds(60);
		w.ue.bands = [8];
		w.seconds(70);
		expect(w.ue.registration.stat).toBe(2);
	});
});

describe("a subscription without voice", () => {
	const dataOnly = { ...LTE, operator: { ...TEST_LTE_OPERATOR, dataOnly: true } };

	test("data first: accepted for EPS only, cause 18", () => {
		const w = world(dataOnly);
		w.on();
		w.seconds(60);
		expect(w.eventLog.find(event => event.name === "attached")?.data).toEqual({ cid: 1, cause: 18 });
		expect([w.ue.registration.stat, w.ue.combinedAttach, w.ue.calls.imsRegistered]).toEqual([1, false, false]);
	});
	test("voice first: E-UTRA is left until the mode changes", () => {
		const w = world(dataOnly);
		w.ue.operationMode = "cs-ps-1";
		w.on();
		w.seconds(600);
		expect(w.ue.registration).toMatchObject({ stat: 3, rejectCause: 18 });
		expect(w.ue.contexts.some(context => context.active)).toBe(false);
		w.ue.operationMode = "ps-2";
		w.seconds(700);
		expect([w.ue.registration.stat, w.ue.combinedAttach]).toEqual([1, false]);
	});
	test("with voice both domains are there; NB-IoT knows no combined attach", () => {
		const lte = world(LTE);
		lte.on();
		const narrow = world({ operator: { ...TEST_LTE_OPERATOR, dataOnly: true } });
		narrow.ue.operationMode = "cs-ps-1";
		narrow.on();
		lte.seconds(60);
		narrow.seconds(60);
		expect([lte.ue.registration.stat, lte.ue.combinedAttach]).toEqual([1, true]);
		expect([narrow.ue.registration.stat, narrow.ue.combinedAttach]).toEqual([1, false]);
	});
});
