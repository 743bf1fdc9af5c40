import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { command } from "../../sdk/at/command.js";
import { ModemError } from "../../sdk/modem/errors.js";
import { error, info, ok, PSM, socketScript, World } from "./world.js";

const THING = command("+THING", { spec: "tests", read: { lines: true } });

describe("an application changes its mind", () => {
	test("connect() with other options while connected: everything is looked at anew", () => {
		const world = new World({ script: { 'AT+CGDCONT=1,"IPV4V6","other"': ok, "AT+CFUN=0": ok, "AT+CFUN=1": ok } }).connected();
		world.run(1_000);
		world.forget();
		world.connected({ apn: "other" });
		expect(world.commands).toContain('AT+CGDCONT=1,"IPV4V6","other"');
		expect(world.commands).toContain("AT+CGPADDR=1");
	});
	test("disconnect() in the middle of connecting", () => {
		const world = new World({ script: { "AT+CGATT=0": ok } });
		world.core.connect({});
		world.run(250);
		world.core.disconnect();
		world.run(60_000);
		expect(world.core.connection).toBe(200);
		expect(world.errors).toEqual([]);
	});
	test("powerOff() while something waits: it fails, once", () => {
		const world = new World().connected();
		const told: (string | undefined)[] = [];
		world.core.powerOff();
		world.core.requests.add(THING.read, undefined, undefined, failure => told.push(failure?.code));
		world.run(60_000);
		expect(told).toEqual(["closed"]);
		expect(world.core.connection).toBe(100);
	});
	test("the module says that it goes off although nobody asked: it is started again", async () => {
		const { driver } = await import("./driver.js");
		const urcs = [...driver.urcs!, { prefix: "DOWN", spec: "tests", handle: (modem: any) => modem.sleeping("off") }];
		const world = new World({ driver: { ...driver, urcs }, pins: ["power"] }).connected();
		world.forget();
		world.say("\r\nDOWN\r\n");
		world.isOn = false;
		world.onPin = (_pin, asserted) => {
			world.isOn = !asserted;
		};
		world.run(60_000);
		expect(world.event("poweredDown")).toEqual({});
		expect(world.core.connection).toBe(500);
	});
	test("a signal that no cell can be received with is no value", async () => {
		const { driver } = await import("./driver.js");
		const signal = {
			command: THING.read,
			decode: (_line: unknown, into: { rsrpDbm: number | undefined; rssiDbm: number | undefined }) => {
				into.rsrpDbm = -0.9;
				into.rssiDbm = -90;
			},
		};
		const world = new World({
			driver: { ...driver, signal } as never,
			script: { "AT+THING?": info("+THING: 1"), "AT+CESQ": error },
		}).connected();
		const read: unknown[] = [];
		world.core.requests.add(undefined, undefined, undefined, (_error, result: any) => read.push([result.rsrpDbm, result.rssiDbm]));
		world.run(1_000);
		expect(read).toEqual([[undefined, -90]]);
	});
	test("whatever it calls, whenever: nothing is thrown but ModemErrors, nothing hangs, each command ends once", () => {
		const action = fc.tuple(
			fc.integer({ min: 0, max: 20_000 }),
			fc.constantFrom(
				"connect",
				"connectPsm",
				"disconnect",
				"powerOff",
				"wake",
				"send",
				"signal",
				"udp",
				"close",
				"resolve",
				"psm",
				"reboot",
			),
		);
		fc.assert(
			fc.property(fc.array(action, { maxLength: 25 }), actions => {
				const world = new World({
					pins: ["power", "wake"],
					script: { "AT+CGATT=0": ok, "AT+CGATT=1": ok, "AT+THING?": info("+THING: 1"), "AT+CESQ": info("+CESQ: 99,99,255,255,20,80") },
				});
				socketScript(world);
				let asked = 0;
				let ended = 0;
				let isClosed = false;
				const end = (): void => {
					ended++;
				};
				const { core } = world;
				const acts: Record<string, () => void> = {
					connect: () => core.connect({ apn: "iot.test" }),
					connectPsm: () => core.connect({ apn: "iot.test", psm: PSM }),
					disconnect: () => core.disconnect(),
					powerOff: () => core.powerOff(),
					wake: () => ask(() => core.requests.add(undefined, undefined, undefined, end, { onlyWake: true })),
					send: () => ask(() => core.requests.add(THING.read, undefined, undefined, end)),
					signal: () => ask(() => core.requests.add(undefined, undefined, undefined, end)),
					udp: () => world.udp().send("x"),
					resolve: () => core.sockets.resolutions.resolve("::1", { resolved: () => {}, unresolved: () => {} }),
					psm: () => world.say('\r\n+USLEEP: "PSM"\r\n'),
					reboot: () => world.say("\r\nRDY\r\n"),
					close: () => {
						core.close();
						isClosed = true;
					},
				};
				const ask = (add: () => void): void => {
					add();
					asked++;
				};
				for (const [wait, name] of actions) {
					if (isClosed) break;
					try {
						acts[name]!();
					} catch (thrown) {
						expect(thrown).toBeInstanceOf(ModemError);
					}
					world.run(wait);
				}
				if (isClosed) return;
				world.run(300_000);
				expect(ended).toBe(asked);
				core.connect({ apn: "iot.test" });
				world.run(600_000, () => core.connection === 500);
				expect(core.connection, world.log.slice(-40).join("\n")).toBe(500);
			}),
			{ numRuns: 200 },
		);
	});
});
