import { describe, expect, test } from "vitest";
import { TEST_OPERATOR } from "../../host-sim/network/operator.js";
import { flowLog, SERVER, world } from "./world.js";

function lines(log: readonly string[]): string[] {
	return log.map(line => line.slice(line.indexOf(" ") + 1));
}

describe("registration", () => {
	test("search, attach, address: nothing happens inside the call", () => {
		const w = world();
		w.ue.powerOn();
		w.ue.defineContext(1, "IPV4V6", "iot.test");
		w.ue.setFunctionality(1);
		expect(w.log).toEqual([]);
		w.seconds(60);
		expect(lines(w.log)).toEqual([
			"registration 2 -",
			"cscon 1",
			"context 1 activated mobile -",
			"registration 1 -",
			"time",
			"context 1 addressed network -",
			"cscon 0",
		]);
		expect(w.ue.registration).toMatchObject({ stat: 1, tac: "0001", ci: "0000ABCD", act: 9, rejectCause: undefined });
		expect(w.ue.attached).toBe(true);
		expect(w.ue.cell).toMatchObject({ plmn: "00101", earfcn: 6254 });
	});

	test("a warm registration takes about 5 s, a cold one less than 10", () => {
		const w = world();
		w.on();
		w.seconds(100);
		const cold = w.eventLog.find(event => event.name === "attached")!.timeMs;
		w.ue.setFunctionality(0);
		w.ue.setFunctionality(1);
		w.seconds(200);
		const warm = w.eventLog.filter(event => event.name === "attached")[1]!.timeMs - 100_000;
		expect(cold).toBeLessThan(10_000);
		expect(warm).toBeGreaterThan(3000);
		expect(warm).toBeLessThan(6000);
	});

	test("functionality 0 and 4 leave the air at once; autoAttach false stays unregistered until told", () => {
		const w = world();
		w.ue.powerOn();
		w.ue.autoAttach = false;
		w.ue.setFunctionality(1);
		w.seconds(60);
		expect(w.ue.registration.stat).toBe(0);
		w.ue.attach();
		w.seconds(120);
		expect(w.ue.registration.stat).toBe(1);
		w.ue.setFunctionality(4);
		expect([w.ue.registration.stat, w.ue.attached, w.ue.connected]).toEqual([0, false, false]);
	});

	test("detach by the user stays detached; contexts are gone and flows closed", () => {
		const w = world();
		w.on();
		w.seconds(60);
		const flow = w.ue.openFlow("udp", 1, "198.51.100.7", 1, 0, flowLog(w.log));
		w.seconds(61);
		w.ue.detach();
		w.seconds(4000);
		expect(w.ue.registration.stat).toBe(0);
		expect(w.ue.contexts.map(context => context.active)).toEqual([false]);
		expect(w.log.filter(line => line === "closed")).toEqual(["closed"]);
		flow.close();
		w.ue.attach();
		w.seconds(4060);
		expect(w.ue.registration.stat).toBe(1);
	});

	test("network time begins with the registration", () => {
		const w = world();
		expect(w.ue.networkTime).toBeUndefined();
		w.on();
		w.seconds(60);
		expect(w.ue.networkTime).toEqual({ utcMs: Date.UTC(2026, 0, 1, 0, 1, 0), quarterHours: 4 });
	});

	test("power off is silent and forgets contexts", () => {
		const w = world();
		w.on();
		w.seconds(60);
		w.log.length = 0;
		w.ue.powerOff();
		w.seconds(100);
		expect(w.log).toEqual([]);
		expect(w.ue.contexts).toEqual([]);
		expect(w.ue.networkTime).toBeUndefined();
	});
});

describe("refusals", () => {
	test.each([
		[3, 1],
		[8, 1],
		[15, 61],
		[17, 11],
		[19, 11],
	])("#%i: denied, and tried again as the clause says", (cause, againAfter) => {
		const w = world();
		w.network.reject({ cause });
		w.on();
		w.seconds(60);
		expect(w.ue.registration).toMatchObject({ stat: cause === 3 || cause === 8 ? 3 : expect.any(Number) });
		const denied = w.eventLog.filter(event => event.name === "denied");
		expect(denied[0]!.data).toEqual({ cause });
		w.seconds(200);
		const again = w.eventLog.filter(event => event.name === "denied");
		if (cause === 3 || cause === 8) expect(again).toHaveLength(1);
		else expect((again[1]!.timeMs - again[0]!.timeMs) / 1000).toBeGreaterThan(againAfter - 1);
	});

	test("five refusals, then T3402", () => {
		const w = world();
		w.network.reject({ cause: 17 });
		w.on();
		w.seconds(1000);
		const times = w.eventLog.filter(event => event.name === "denied").map(event => event.timeMs / 1000);
		expect(times[4]! - times[0]!).toBeLessThan(80);
		expect(times[5]! - times[4]!).toBeGreaterThan(TEST_OPERATOR.t3402Seconds);
	});

	test("#22 with T3346 waits as long as it says", () => {
		const w = world();
		w.network.reject({ cause: 22, times: 1, backOffSeconds: 900 });
		w.on();
		w.seconds(890);
		expect(w.ue.registration).toMatchObject({ stat: 3, causeType: 0, rejectCause: 22 });
		w.seconds(960);
		expect(w.ue.registration).toMatchObject({ stat: 1, causeType: undefined, rejectCause: undefined });
	});

	test("refused, then allowed", () => {
		const w = world();
		w.network.reject({ cause: 15 });
		w.on();
		w.seconds(30);
		expect(w.ue.registration).toMatchObject({ stat: 3, rejectCause: 15 });
		w.network.reject(undefined);
		w.seconds(120);
		expect(w.ue.registration.stat).toBe(1);
	});

	test("#3 ends with the next switch-on", () => {
		const w = world();
		w.network.reject({ cause: 3, times: 1 });
		w.on();
		w.seconds(3600);
		expect(w.ue.registration.stat).toBe(3);
		w.ue.attach();
		w.seconds(3700);
		expect(w.ue.registration.stat).toBe(3);
		w.ue.setFunctionality(0);
		w.ue.setFunctionality(1);
		w.seconds(3800);
		expect(w.ue.registration.stat).toBe(1);
	});

	test("an unknown APN refuses the attach: EMM #19, ESM #27", () => {
		const w = world({ operator: { ...TEST_OPERATOR, apns: { "iot.test": { families: "ipv4v6" } } } });
		w.ue.powerOn();
		w.ue.defineContext(1, "IPV4V6", "wrong");
		w.ue.setFunctionality(1);
		w.seconds(30);
		expect(w.ue.registration.rejectCause).toBe(19);
		expect(w.ue.lastEsmCause).toBe(27);
	});

	test("wrong credentials: ESM #29; right ones pass", () => {
		const apns = { "iot.test": { families: "ipv4v6" as const, credentials: { user: "u", password: "p" } } };
		const w = world({ operator: { ...TEST_OPERATOR, apns } });
		w.ue.powerOn();
		w.ue.defineContext(1, "IPV4V6", "IOT.test");
		w.ue.setCredentials(1, 1, "u", "wrong");
		w.ue.setFunctionality(1);
		w.seconds(30);
		expect(w.ue.lastEsmCause).toBe(29);
		w.ue.setCredentials(1, 1, "u", "p");
		w.seconds(60);
		expect(w.ue.registration.stat).toBe(1);
	});
});

describe("address families", () => {
	test.each([
		["ipv4v6", "IPV4V6", "46", "-"],
		["ipv4v6", "IP", "4", "-"],
		["ipv4v6", "IPV6", "6", "-"],
		["ipv4", "IPV4V6", "4", "0"],
		["ipv6", "IPV4V6", "6", "1"],
		["single", "IPV4V6", "6", "2"],
		["single", "IP", "4", "-"],
	] as const)("an APN of %s and a context %s: families %s, reason %s", (families, type, got, reason) => {
		const w = world({ operator: { ...TEST_OPERATOR, apns: { "*": { families } } } });
		w.ue.powerOn();
		w.ue.defineContext(0, type, "iot.test");
		w.ue.setFunctionality(1);
		w.seconds(60);
		const context = w.ue.contexts[0]!;
		expect(`${context.ipv4 === undefined ? "" : 4}${context.ipv6 === undefined ? "" : 6}`).toBe(got);
		expect(lines(w.log)).toContain(`context 0 activated mobile ${reason}`);
		expect(context.dns).toHaveLength(got.length);
	});

	test.each([
		["ipv4", "IPV6", 50],
		["ipv6", "IP", 51],
	] as const)("an APN of %s refuses a context %s: ESM #%i", (families, type, cause) => {
		const w = world({ operator: { ...TEST_OPERATOR, apns: { "*": { families } } } });
		w.ue.powerOn();
		w.ue.defineContext(0, type, "iot.test");
		w.ue.setFunctionality(1);
		w.seconds(30);
		expect([w.ue.registration.rejectCause, w.ue.lastEsmCause]).toEqual([19, cause]);
	});

	test("single: the other family comes with a second context", () => {
		const w = world({ operator: { ...TEST_OPERATOR, apns: { "*": { families: "single" } } } });
		w.ue.powerOn();
		w.ue.defineContext(0, "IPV4V6", "iot.test");
		w.ue.setFunctionality(1);
		w.seconds(60);
		w.ue.defineContext(1, "IP", "iot.test");
		w.ue.activateContext(1);
		w.seconds(120);
		expect(w.ue.contexts.map(context => [context.cid, context.ipv4 !== undefined, context.ipv6 !== undefined])).toEqual([
			[0, false, true],
			[1, true, false],
		]);
		w.ue.deactivateContext(1);
		w.seconds(180);
		expect(w.ue.contexts[1]).toMatchObject({ active: false, ipv4: undefined });
		expect(lines(w.log)).toContain("context 1 deactivated mobile -");
	});

	test("link-local until the router advertisement, then one global address of the documentation prefix", () => {
		const w = world();
		w.network.routerAdvertisements = false;
		w.on();
		w.seconds(60);
		expect(w.ue.contexts[0]).toMatchObject({ type: "IP", ipv6: undefined });
		const v6 = world();
		v6.network.routerAdvertisements = false;
		v6.ue.powerOn();
		v6.ue.defineContext(1, "IPV6", "");
		v6.ue.setFunctionality(1);
		v6.seconds(100);
		expect(v6.ue.contexts[0]!.ipv6).toMatch(/^fe80::/);
		const refused: string[] = [];
		v6.ue.openFlow("udp", 1, SERVER, 1, 0, flowLog(refused));
		v6.network.routerAdvertisements = true;
		v6.seconds(1000);
		expect(refused).toEqual(["failed unreachable"]);
		expect(v6.ue.contexts[0]!.ipv6).toMatch(/^2001:db8:/);
		expect(lines(v6.log).filter(line => line.startsWith("context"))).toEqual([
			"context 1 activated mobile -",
			"context 1 addressed network -",
		]);
	});

	test("the same seed has the same addresses, another seed others, a second attach others", () => {
		const addresses = (seed: number, attaches: number): string => {
			const w = world({ seed });
			w.ue.powerOn();
			w.ue.defineContext(1, "IPV4V6", "");
			for (let i = 0; i < attaches; i++) {
				w.ue.setFunctionality(0);
				w.ue.setFunctionality(1);
				w.seconds((i + 1) * 60);
			}
			return `${w.ue.contexts[0]!.ipv4} ${w.ue.contexts[0]!.ipv6}`;
		};
		expect(addresses(7, 1)).toBe(addresses(7, 1));
		expect(new Set([addresses(7, 1), addresses(8, 1), addresses(7, 2)]).size).toBe(3);
		expect(addresses(7, 1)).toMatch(/^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d+\.\d+ 2001:db8:/);
	});
});
