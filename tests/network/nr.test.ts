import { expect, test } from "vitest";
import { nrDownlink, nrUplink } from "../../host-sim/network/nr-airtime.js";
import { TEST_LTE_CELL, TEST_NR_CELL, TEST_NR_OPERATOR, testNetwork } from "../../host-sim/network/operator.js";
import type { RadioState } from "../../host-sim/network/radio.js";
import { flowLog, type World, world } from "./world.js";

const REDCAP = testNetwork("redcap");

function nr(options: Parameters<typeof world>[0] = {}): World {
	return world({ ...REDCAP, ...options });
}
function data(w: World, name: string): Record<string, unknown>[] {
	return w.eventLog.filter(event => event.name === name).map(event => event.data);
}

test("a RedCap module has NR first and LTE beside it", () => {
	expect(REDCAP.cell).toBe(TEST_NR_CELL);
	expect(REDCAP.otherCells).toEqual([TEST_LTE_CELL]);
});

test("air time of packets, by hand", () => {
	// 4,972 and 28 header bytes are 40,000 bits: 2 ms at 20 and 1 ms at 40 Mbit/s.
	expect(nrUplink(4972)).toEqual({ txMs: 2, rxMs: 4, spanMs: 10 });
	expect(nrDownlink(4972)).toEqual({ txMs: 1, rxMs: 1, spanMs: 5 });
	expect(nrUplink(1)).toEqual({ txMs: 1, rxMs: 4, spanMs: 9 });
});

test("registers in 5GS: a tracking area of three bytes, a cell of nine digits, the slices that are allowed", () => {
	const w = nr();
	w.on();
	w.seconds(60);
	expect(w.ue.registration).toEqual({
		stat: 1,
		tac: "0000C8",
		ci: "000C0A001",
		act: 11,
		causeType: undefined,
		rejectCause: undefined,
		activeTime: undefined,
		periodicTau: undefined,
		allowedNssai: ["01"],
	});
	expect(w.ue.cell).toEqual({ rat: "NR", plmn: "00101", operator: "Test Network", earfcn: 126490, pci: 24, band: 71 });
	expect(w.ue.operators.map(({ act, stat }) => [act, stat])).toEqual([
		[11, 2],
		[7, 1],
	]);
	expect(w.ue.contexts[0]).toMatchObject({ cid: 1, active: true });
	expect(data(w, "rat-changed")).toEqual([]);
});

test("a refused PDU session leaves the registration", () => {
	const w = nr();
	w.ue.powerOn();
	w.network.setKnownApns(["iot.test"]);
	w.ue.defineContext(1, "IPV4V6", "wrong.test");
	w.ue.setFunctionality(1);
	w.seconds(60);
	expect(w.ue.registration.stat).toBe(1);
	expect(w.ue.attached).toBe(true);
	expect(w.ue.lastEsmCause).toBe(27);
	expect(w.log.filter(line => line.includes("context"))).toEqual([expect.stringMatching(/ context 1 deactivated network -$/)]);
});

test("several PDU sessions; no cause #52 but one family of the two", () => {
	const w = nr();
	w.ue.powerOn();
	w.network.setFamilies("single");
	w.ue.defineContext(1, "IPV4V6", "iot.test");
	w.ue.defineContext(4, "IP", "iot.test");
	w.ue.setFunctionality(1);
	w.seconds(30);
	w.ue.activateContext(4);
	w.seconds(60);
	expect(w.ue.contexts.map(({ cid, active, ipv4, ipv6 }) => [cid, active, ipv4 !== undefined, ipv6 !== undefined])).toEqual([
		[1, true, false, true],
		[4, true, true, false],
	]);
	expect(w.log.some(line => line.endsWith("context 1 activated mobile 1"))).toBe(true);
	expect(w.ue.lastEsmCause).toBe(undefined);
});

test("of the slices that are asked for those of the subscription are allowed, the others rejected with their cause", () => {
	const w = nr();
	w.ue.powerOn();
	w.ue.requestSlices(["01.000001", "02"]);
	w.ue.defineContext(1, "IPV4V6", "iot.test");
	w.ue.defineContext(2, "IPV4V6", "iot.test", "01.000001");
	w.ue.defineContext(3, "IPV4V6", "iot.test", "02");
	w.ue.setFunctionality(1);
	w.seconds(30);
	expect(w.ue.registration.allowedNssai).toEqual(["01.000001"]);
	expect(w.ue.slices.rejected).toEqual([{ snssai: "02", cause: 0 }]);
	w.ue.activateContext(2);
	w.ue.activateContext(3);
	w.seconds(60);
	expect(w.ue.contexts.map(({ cid, snssai, active }) => [cid, snssai, active])).toEqual([
		[1, undefined, true],
		[2, "01.000001", true],
		[3, "02", false],
	]);
	expect(data(w, "context-refused")).toEqual([{ cid: 3, cause: 70 }]);
});

test("no slice of a stale request: cause #62, LTE meanwhile, back in 5GS when the request is mended", () => {
	const w = nr();
	w.ue.requestSlices(["01.000002"]);
	w.on();
	w.seconds(60);
	expect(data(w, "denied")).toEqual([{ cause: 62 }]);
	expect(w.log.some(line => line.endsWith("registration 3 62"))).toBe(true);
	expect(w.ue.registration).toMatchObject({ stat: 1, act: 7, tac: "0002" });
	expect(data(w, "rat-changed")).toEqual([{ from: "NR", to: "LTE", why: "slices" }]);
	w.seconds(600);
	expect(w.ue.registration.act).toBe(7);
	w.ue.requestSlices(["01.000001"]);
	w.seconds(660);
	expect(w.ue.registration).toMatchObject({ stat: 1, act: 11, allowedNssai: ["01.000001"] });
	expect(data(w, "rat-changed")[1]).toEqual({ from: "LTE", to: "NR", why: "preference" });
});

test("without LTE a stale request stays denied until it is mended", () => {
	const w = nr({ operator: TEST_NR_OPERATOR, cell: TEST_NR_CELL, otherCells: [] });
	w.ue.requestSlices(["01.000002"]);
	w.on();
	w.seconds(7200);
	expect(w.ue.registration).toMatchObject({ stat: 3, rejectCause: 62 });
	expect(w.events.filter(name => name === "attach")).toHaveLength(1);
	w.ue.requestSlices([]);
	w.seconds(7260);
	expect(w.ue.registration).toMatchObject({ stat: 1, act: 11, allowedNssai: ["01"] });
});

test("a change of the request while registered is one more registration", () => {
	const w = nr();
	w.on();
	w.seconds(60);
	w.ue.requestSlices(["01.000001"]);
	w.seconds(70);
	expect(data(w, "tau")).toEqual([{ why: "slices" }]);
	expect(w.ue.registration.allowedNssai).toEqual(["01.000001"]);
});

const barrings = [
	["cellBarredRedCap1Rx", { cellBarredRedCap1Rx: true }, 1, false],
	["cellBarredRedCap2Rx", { cellBarredRedCap2Rx: true }, 2, false],
	["halfDuplexRedCapAllowed", { halfDuplexRedCapAllowed: false }, 2, true],
] as const;
test.each(barrings)(
	"a cell that bars RedCap (%s) is seen, refused, and tried again after 300 s",
	(reason, barring, receivers, halfDuplex) => {
		const w = nr({ cell: { ...TEST_NR_CELL, barring } });
		w.ue.setRedCap(receivers, halfDuplex);
		w.on();
		w.seconds(60);
		expect(w.ue.registration).toMatchObject({ stat: 1, act: 7 });
		expect(data(w, "cell-barred")).toEqual([{ rat: "NR", pci: 24, reason }]);
		expect(data(w, "rat-changed")).toEqual([{ from: null, to: "LTE", why: "barred" }]);
		w.network.setBarring({});
		w.seconds(290);
		expect(w.ue.registration.act).toBe(7);
		w.seconds(330);
		expect(w.ue.registration).toMatchObject({ stat: 1, act: 11 });
		expect(data(w, "rat-changed")[1]).toEqual({ from: "LTE", to: "NR", why: "preference" });
	},
);

test.each([
	[{ cellBarredRedCap1Rx: true }, 2, false],
	[{ cellBarredRedCap2Rx: true }, 1, false],
	[{ halfDuplexRedCapAllowed: false }, 2, false],
	[{ halfDuplexRedCapAllowed: true }, 2, true],
] as const)("what a cell says to others is nothing to this UE: %j", (barring, receivers, halfDuplex) => {
	const w = nr({ cell: { ...TEST_NR_CELL, barring } });
	w.ue.setRedCap(receivers, halfDuplex);
	w.on();
	w.seconds(60);
	expect(w.ue.registration.act).toBe(11);
});

test("barred while it is camped, the UE leaves; a cell without LTE beside it is no service", () => {
	const w = nr();
	w.on();
	w.seconds(60);
	w.network.setBarring({ cellBarredRedCap2Rx: true });
	w.seconds(70);
	expect(w.ue.registration.act).toBe(7);
	const alone = nr({ cell: { ...TEST_NR_CELL, barring: { cellBarredRedCap2Rx: true } }, otherCells: [] });
	alone.on();
	alone.seconds(200);
	expect(alone.ue.registration.stat).toBe(2);
});

test("NR lost: LTE takes over with the addresses; NR back: the UE returns", () => {
	const w = nr();
	w.on();
	w.seconds(90);
	const before = w.ue.contexts[0]!;
	w.network.setCoverage({ rsrpDbm: -140 }, "NR");
	w.seconds(120);
	expect(w.ue.registration).toMatchObject({ stat: 1, act: 7, tac: "0002", ci: "00012A0B" });
	expect(w.ue.registration.allowedNssai).toBe(undefined);
	expect(w.ue.contexts[0]).toEqual(before);
	w.network.setCoverage({ rsrpDbm: -95 }, "NR");
	w.seconds(180);
	expect(w.ue.registration).toMatchObject({ stat: 1, act: 11 });
	expect(w.ue.contexts[0]).toEqual(before);
	expect(data(w, "rat-changed")).toEqual([
		{ from: "NR", to: "LTE", why: "coverage" },
		{ from: "LTE", to: "NR", why: "preference" },
	]);
	expect(w.events.filter(name => name === "attach")).toHaveLength(1);
});

test("the module's own preference: LTE alone, LTE first, bands of NR", () => {
	const w = nr();
	w.ue.rats = ["LTE"];
	w.on();
	w.seconds(60);
	expect(w.ue.registration.act).toBe(7);
	w.ue.rats = ["NR"];
	w.seconds(120);
	expect(w.ue.registration.act).toBe(11);
	w.ue.rats = ["LTE", "NR"];
	w.seconds(180);
	expect(w.ue.registration.act).toBe(7);
	w.ue.rats = undefined;
	w.ue.nrBands = [78];
	w.seconds(240);
	expect(w.ue.registration.act).toBe(7);
	w.ue.nrBands = [71];
	w.seconds(300);
	expect(w.ue.registration.act).toBe(11);
});

test("inactive 10 s after the last packet, resumed in a fraction of the time, idle after a minute", () => {
	const states: [number, RadioState][] = [];
	const w = nr({ radio: { radio: state => states.push([w.clock.now(), state]), air() {}, core() {} } });
	w.on();
	w.seconds(60);
	expect(w.events.at(-1)).toBe("released");
	expect(w.events.at(-2)).toBe("rrc-inactive");
	const suspendedMs = w.eventLog.at(-1)!.timeMs;
	const log: string[] = [];
	const flow = w.ue.openFlow("udp", 1, "198.51.100.7", 7, 0, flowLog(log));
	const up = (second: number): number => {
		w.seconds(second);
		flow.send(new Uint8Array(10));
		w.seconds(second + 5);
		return w.eventLog.filter(event => event.name === "datagram-up").at(-1)!.timeMs - second * 1000;
	};
	// Resumption 20 ms or access 60 ms, grant and transmission 9 ms.
	expect(up(61)).toBe(29);
	expect(suspendedMs).toBeLessThan(25_000);
	expect(up(200)).toBe(69);
	const idle = w.eventLog.find(event => event.name === "rrc-idle")!;
	const inactive = w.eventLog.filter(event => event.name === "rrc-inactive")[1]!;
	expect(idle.timeMs - inactive.timeMs).toBe(60_000);
	expect(states.at(-1)![1]).toBe("connected");
});

test("PSM is not of 5GS and neither is release assistance; eDRX is granted with NR's window", () => {
	const windows: number[] = [];
	const w = nr({ radio: { radio: (_state, { ptwMs }) => windows.push(ptwMs), air() {}, core() {} } });
	w.ue.requestPsm({ periodicTau: "00000001", activeTime: "00000001" });
	w.ue.requestEdrx({ cycle: "0101" });
	w.on();
	w.seconds(120);
	expect(w.ue.registration.activeTime).toBe(undefined);
	expect(w.ue.psm).toBe(false);
	expect(w.ue.edrx).toEqual({ requested: "0101", granted: "0101", ptw: "0000" });
	expect(windows.at(-1)).toBe(1280);
	w.ue.assistRelease();
	expect(w.events.filter(name => name === "released")).toHaveLength(1);
});

test("what the network's figures rest on is listed", () => {
	const w = nr();
	w.on();
	w.seconds(60);
	const ids = w.ue.assumptions.map(({ id }) => id);
	for (const id of ["nr.rates", "nr.access", "nr.resume", "network.rrc-inactive", "cells.receivers", "cells.reselection"])
		expect(ids).toContain(id);
	expect(ids).not.toContain("lte.rates");
});

test("a barring that ends between two milliseconds is waited for, not asked about without end", () => {
	const w = nr({ cell: { ...TEST_NR_CELL, barring: { cellBarredRedCap2Rx: true } } });
	w.clock.after(0.25, () => w.on());
	w.seconds(10);
	w.network.setCoverage({ rsrpDbm: -101 });
	w.seconds(60);
	w.network.setBarring({});
	w.seconds(330);
	expect(w.ue.registration.act).toBe(11);
});
