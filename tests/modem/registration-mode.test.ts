import { describe, expect, test } from "vitest";
import { drivers } from "../../drivers/index.js";
import { SimulatedBench } from "../../host-sim/apps/conform/simulated-bench.js";
import { personas } from "../../host-sim/persona/index.js";
import type { Driver } from "../../sdk/modem/driver.js";
import { driver as testDriver } from "./driver.js";
import { error, info, ok, World } from "./world.js";

const driver: Driver = { ...testDriver, registration: { domain: "EPS", mode: 5, fallbacks: [4, 2] } };
const set = (world: World): string[] => world.commands.filter(line => line.startsWith("AT+CEREG="));
const GRANTED = info('+CEREG: 5,1,"0001","0000ABCD",7,,,"00100011","00101010"');

describe("the mode of registration reports (TS 27.007 10.1.22)", () => {
	test("the highest that the module takes, and no other", () => {
		const world = new World({ driver, script: { "AT+CEREG=5": ok } }).connected();
		expect(set(world)).toEqual(["AT+CEREG=5"]);
	});
	test("one after another where it refuses; at its next start the one that it took", () => {
		const script = { "AT+CEREG=5": error, "AT+CEREG=4": error, "AT+CEREG=2": ok };
		const world = new World({ driver, script }).connected();
		expect(set(world)).toEqual(["AT+CEREG=5", "AT+CEREG=4", "AT+CEREG=2"]);
		expect(world.errors).toEqual([]);
		world.forget();
		world.say("\r\nRDY\r\n");
		world.run(60_000);
		expect(set(world)).toEqual(["AT+CEREG=2"]);
	});
	test("a module that refuses all of them is polled", () => {
		const script = { "AT+CEREG=5": error, "AT+CEREG=4": error, "AT+CEREG=2": error };
		const world = new World({ driver, script }).connected();
		expect([set(world).length, world.core.connection]).toEqual([3, 500]);
	});
	test("timers count where the mode that was taken has them, whatever the driver hoped for", () => {
		const psm = { periodicTauSeconds: 36_000, activeSeconds: 180 };
		const granted = (script: Record<string, string>): unknown =>
			new World({ driver, script: { "AT+CEREG?": GRANTED, "AT+CPSMS?": info("+CPSMS: 0"), ...script } }).connected({ psm }).core.power
				.psmGranted;
		expect(granted({ "AT+CEREG=5": ok })).toEqual({ activeSeconds: 180, periodicTauSeconds: 36_000 });
		expect(granted({ "AT+CEREG=5": error, "AT+CEREG=4": ok })).toEqual({ activeSeconds: 180, periodicTauSeconds: 36_000 });
		expect(granted({ "AT+CEREG=5": error, "AT+CEREG=4": error, "AT+CEREG=2": ok })).toBeUndefined();
	});
});

test("EC800M: the cause of a refusal reaches the application where the module tells it", async () => {
	const find = <T extends { readonly id: string }>(list: readonly T[]): T => list.find(({ id }) => id === "quectel-ec800m")!;
	const bench = new SimulatedBench(find(drivers), find(personas), 1, {});
	bench.simulation.network.reject({ cause: 15 });
	bench.modem.connect({ apn: "iot.test", sleep: false });
	await bench.pass(120_000);
	expect(bench.errors.map(({ code, causeNumber }) => [code, causeNumber])).toEqual([["registrationDenied", 15]]);
	expect(bench.toModule.match(/AT\+CEREG=\d/g)).toEqual(["AT+CEREG=5"]);
	await bench.close();
});
