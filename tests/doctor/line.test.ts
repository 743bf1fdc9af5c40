import { describe, expect, test } from "vitest";
import { judge } from "../../host-sim/apps/doctor/find-rate.js";
import { diagnose } from "../../host-sim/apps/doctor.js";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import type { DeviceListener } from "../../host-sim/ports/device.js";
import { PortError } from "../../host-sim/ports/port-error.js";
import { ascii } from "../engine/host.js";
import { patient, visitTo, visitToBytes } from "./clinic.js";

describe("what a first AT brings", () => {
	test.each([
		["", "nothing", false],
		["\r\n", "nothing", false],
		["\0\0", "nothing", false],
		["\r\nOK\r\n", "answers", false],
		["AT\r\r\nOK\r\n", "answers", true],
		["\0AT\r\r\nOK\r\n", "answers", true],
		["AT\rOK\r\n", "answers", true],
		["\r\nERROR\r\n", "answers", false],
		["AT\r\r\n+CME ERROR: 100\r\n", "answers", true],
		["F1: 0000 0000\r\nAT\r\r\nOK\r\n", "answers", true],
		["AT\r0\r", "numericResults", true],
		["0\r", "numericResults", false],
		["AT\rAT\rAT\r", "echo", true],
		["$GPRMC,,V,,,,,,,,,,N*53\r\n", "positions", false],
		["login: ", "text", false],
		["BROKEN\r\n", "text", false],
		["\x80\xfe\x1c", "garbage", false],
	] as const)("%j: %s", (text, heard, echo) => {
		expect(judge(text)).toEqual({ heard, echo });
	});
});

describe("the rate", () => {
	test.each([
		[9600, [115_200, 9600]],
		[921_600, [115_200, 9600, 921_600]],
		[460_800, [115_200, 9600, 921_600, 460_800]],
		[57_600, [115_200, 9600, 921_600, 460_800, 57_600]],
	])("a module at %i bit/s is found by trying %j", async (baud, tried) => {
		const module = await patient("quectel-bc660k", { module: { nvram: new Map([["IPR", String(baud)]]) } });
		const { diagnosis, bauds } = await module.on().visit();
		expect(diagnosis).toMatchObject({ baud, answers: true, driver: "quectel-bc660k", usable: true });
		expect(bauds).toEqual(tried);
	});

	test("a module that is off: every rate is tried, and it ends", async () => {
		const { diagnosis, bauds, seconds } = await (await patient("quectel-bc660k")).visit();
		expect(bauds).toEqual([115_200, 9600, 921_600, 460_800, 57_600, 230_400, 38_400, 19_200, 4800]);
		expect(seconds).toBeLessThan(25);
		expect(diagnosis).toMatchObject({ answers: false, usable: false, baud: null, module: null, sim: null });
		expect(diagnosis.problems).toEqual([{ code: "silent", message: "no answer to AT at any rate" }]);
		expect(diagnosis.next).toMatch(/^is this the AT port\? USB modems have several/);
	});

	test("a module that hears and says nothing", async () => {
		const module = (await patient("generic")).on();
		module.simulation.module.faults.set("mute");
		expect((await module.visit()).diagnosis.problems[0].code).toBe("silent");
	});

	test("a rate that is not tried shows as garbage", async () => {
		const { diagnosis } = await visitToBytes((_bytes, port) => port.write(ascii("\r\nERROR\r\n")), 1200);
		expect(diagnosis.problems[0].code).toBe("garbage");
		expect(diagnosis.next).toContain("the rate is one that was not tried");
	});

	test("the port of a satellite receiver", async () => {
		const { diagnosis } = await visitTo(() => "$GNGGA,,,,,,0,00,99.99,,,,,,*56\r\n", 9600);
		expect(diagnosis.problems).toEqual([{ code: "noAt", message: "this is the port of a satellite receiver (NMEA at 9600 bit/s)" }]);
	});

	test("a joined line, or one without results", async () => {
		const { diagnosis } = await visitTo(command => `${command}\r`);
		expect(diagnosis).toMatchObject({ answers: false, problems: [{ code: "echoOnly" }] });
		const quiet = await (await patient("generic")).on().tell("ATQ1").visit();
		expect(quiet.diagnosis.problems[0].code).toBe("echoOnly");
	});

	test("results in digits: reached, and not usable as it is", async () => {
		const { diagnosis, bauds } = await (await patient("generic")).on().tell("ATV0").visit();
		expect(diagnosis).toMatchObject({ answers: true, usable: false, baud: 115_200, problems: [{ code: "numericResults" }] });
		expect(diagnosis.next).toContain("send ATV1");
		expect(bauds).toEqual([115_200]);
	});

	test("a socket has no rate: it is tried once", async () => {
		const clock = new VirtualClock();
		let opened = 0;
		let diagnosis: { readonly problems: readonly { readonly code: string }[] } | undefined;
		void diagnose({
			port: "tcp:5000",
			clock,
			hasRate: false,
			open: (_baud, listener) => {
				opened++;
				clock.after(0, () => listener.opened());
				return { write: () => {}, close: () => {} };
			},
		}).then(result => (diagnosis = result));
		await clock.runAsync(60_000, { stop: () => diagnosis !== undefined });
		expect(diagnosis?.problems[0].code).toBe("silent");
		expect(opened).toBe(1);
	});
});

describe("the port", () => {
	async function visitWith(open: (listener: DeviceListener, clock: VirtualClock) => void) {
		const clock = new VirtualClock();
		let closed = 0;
		let result: Awaited<ReturnType<typeof diagnose>> | undefined;
		void diagnose({
			port: "/dev/ttyUSB2",
			clock,
			open: (_baud, listener) => {
				open(listener, clock);
				return { write: () => {}, close: () => void closed++ };
			},
		}).then(found => (result = found));
		await clock.runAsync(60_000, { stop: () => result !== undefined });
		return { diagnosis: result!, closed };
	}

	test("busy: its owner is the next step", async () => {
		const message = "/dev/ttyUSB2 is busy: ModemManager (process 1) has it: sudo systemctl stop ModemManager";
		const { diagnosis } = await visitWith((listener, clock) =>
			clock.after(0, () => listener.failed(new PortError("busy", "/dev/ttyUSB2", message))),
		);
		expect(diagnosis).toMatchObject({ answers: false, usable: false, problems: [{ code: "busy", message }], next: message });
	});

	test("a path that cannot be meant", async () => {
		const { diagnosis } = await visitWith(() => {
			throw new PortError("invalid", "", "an empty path names no port");
		});
		expect(diagnosis.problems).toEqual([{ code: "invalid", message: "an empty path names no port" }]);
	});

	test("unplugged in the middle of a command: no hang, and what was found stays", async () => {
		const gone = new PortError("unplugged", "/dev/ttyUSB2", "/dev/ttyUSB2 is gone: the module was unplugged or the simulator ended");
		const clock = new VirtualClock();
		let result: Awaited<ReturnType<typeof diagnose>> | undefined;
		void diagnose({
			port: "/dev/ttyUSB2",
			clock,
			open: (_baud, listener) => {
				clock.after(0, () => listener.opened());
				return {
					write: bytes => {
						const command = String.fromCharCode(...bytes);
						const isLast = command === "AT+CPIN?\r";
						clock.after(5, () =>
							isLast ? listener.failed(gone) : listener.received(ascii(command === "AT\r" ? "\r\nOK\r\n" : "\r\nX1\r\n\r\nOK\r\n")),
						);
					},
					close: () => {},
				};
			},
		}).then(found => (result = found));
		await clock.runAsync(60_000, { stop: () => result !== undefined });
		expect(result).toMatchObject({ answers: false, usable: false, module: { model: "X1" }, sim: null });
		expect(result?.problems).toEqual([{ code: "unplugged", message: gone.message }]);
	});
});
