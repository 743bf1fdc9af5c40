import { describe, expect, test } from "vitest";
import { command } from "../../sdk/at/command.js";
import { Modem, type ModemOptions } from "../../sdk/index.js";
import { driver } from "../modem/driver.js";
import { info, ok, PSM } from "../modem/world.js";
import { Board } from "./board.js";

function modemOn(board: Board, options: Partial<ModemOptions> = {}): Modem {
	return new Modem({ driver, serial: { io: board.Serial, port: 1 }, timer: board.timer, time: board.time, ...options });
}
function connected(board: Board, options?: Partial<ModemOptions>): Modem {
	const modem = modemOn(board, options);
	modem.connect({ apn: "iot.test", psm: PSM });
	board.run(120_000, () => modem.connection === 500);
	expect(modem.connection, board.commands.join("\n")).toBe(500);
	return modem;
}

describe("Modem", () => {
	test("connects over a strict port, and everything it knows can be read", () => {
		const board = new Board();
		const changes: string[] = [];
		const modem = connected(board, {
			onChanged(property) {
				expect(this).toBeInstanceOf(Modem);
				changes.push(property);
			},
			target: "mine",
		});
		board.run(1_000);
		expect(board.thrown).toEqual([]);
		expect(board.options).toMatchObject({ baud: 115_200, format: "buffer", port: 1 });
		expect(board.options.io).toBe(undefined);
		expect(modem.address).toBe("2001:db8::7");
		expect(modem.addresses).toEqual({ ipv6: "2001:db8::7", ipv4: "10.0.0.7", pending: false });
		expect(modem.identity?.model).toBe("UNO-1");
		expect(modem.registration).toMatchObject({ stat: 1, tac: 1, act: 9 });
		expect(modem.operator).toEqual({ name: "00101", act: 9 });
		expect(modem.power).toEqual({
			state: "on",
			psm: { requested: PSM, granted: PSM, entered: 0, missed: 0 },
			edrx: { requested: undefined, granted: undefined },
		});
		expect(modem.capabilities.udpSockets.value).toBe(2);
		expect(modem.counters).toMatchObject({ atCommands: board.commands.length, unknownLines: 0, resync: 0, reset: 0, powerCycle: 0 });
		expect(modem.target).toBe("mine");
		expect(new Set(changes)).toEqual(new Set(["connection", "address", "registration", "identity", "power", "time"]));
	});
	test.each([1, 3, 16, 1024])("a port that takes %i bytes at once", room => {
		const board = new Board();
		board.room = room;
		connected(board);
		expect(Math.max(...board.written)).toBeLessThanOrEqual(room);
		expect(board.thrown).toEqual([]);
	});
	test("another baud rate is the application's", () => {
		const board = new Board();
		modemOn(board, { serial: { io: board.Serial, baud: 9600 } });
		expect(board.options.baud).toBe(9600);
	});
	test("a port that cannot be opened says so, and gives the pins back", () => {
		const board = new Board();
		board.failOpen = new Error("busy");
		expect(() => modemOn(board, { pins: { reset: board.digital("reset") } })).toThrow("serial port: busy");
		expect(board.pinWrites.at(-1)).toBe("reset closed");
	});
	test("a port that fails is reported, and nothing leaves its callbacks", () => {
		const board = new Board();
		const codes: string[] = [];
		const modem = modemOn(board, { onError: failure => codes.push(failure.code) });
		board.failWrite = new Error("unplugged");
		modem.connect({});
		board.run(60_000);
		expect(codes).toContain("port");
		expect(board.thrown).toEqual([]);
	});
	test("a handler that throws is reported and harms nothing", () => {
		const board = new Board();
		const messages: string[] = [];
		connected(board, {
			onChanged() {
				throw new TypeError("oops");
			},
			onError: failure => messages.push(`${failure.code} ${failure.message}`),
		});
		board.run(10);
		expect(messages[0]).toBe("exception TypeError: oops");
		expect(board.thrown).toEqual([]);
	});
	test("an error handler that throws ends there", () => {
		const board = new Board({ script: { "AT+CGMM": info("OTHER"), ATI: info("OTHER") } });
		const modem = modemOn(board, {
			onError() {
				throw new Error("oops");
			},
		});
		modem.connect({});
		board.run(10_000);
		expect(board.thrown).toEqual([]);
	});
	test("close: nothing is called any more, no timer is left, again is no error", () => {
		const board = new Board();
		let calls = 0;
		const modem = connected(board, { onChanged: () => calls++ });
		board.run(100);
		calls = 0;
		modem.close();
		modem.close();
		expect(board.isOpen).toBe(false);
		expect(board.timers).toEqual([]);
		board.say("\r\nRDY\r\n");
		board.run(60_000);
		expect(calls).toBe(0);
		expect(() => modem.connect({})).toThrow("closed");
	});
	test("close from within a handler", () => {
		const board = new Board();
		const modem = modemOn(board, {
			onChanged() {
				this.close();
			},
		});
		modem.connect({});
		board.run(60_000);
		expect(board.timers).toEqual([]);
		expect(board.thrown).toEqual([]);
	});
	test("what a constructor needs", () => {
		const board = new Board();
		expect(() => new Modem({ driver, serial: { io: board.Serial }, timer: board.timer } as never)).toThrow("required");
		expect(() => new Modem(undefined as never)).toThrow("required");
	});
	test("send: typed, in order, and it switches the module on", () => {
		const board = new Board({ script: { "AT+THING?": info("+THING: 42") } });
		const THING = command("+THING", { spec: "tests", read: { lines: true } });
		const modem = modemOn(board);
		const told: string[] = [];
		modem.send(
			THING.read,
			undefined,
			told,
			function (failure) {
				this.push(failure ? failure.code : "done");
			},
			{
				onLine(line) {
					this.push(line.toText());
				},
			},
		);
		expect(told).toEqual([]);
		board.run(10_000);
		expect(told).toEqual(["+THING: 42", "done"]);
		expect(modem.connection).toBe(200);
	});
	test("signal, with what the module does not know left open", () => {
		const board = new Board({ script: { "AT+CESQ": info("+CESQ: 99,99,255,255,20,80"), "AT+CSQ": info("+CSQ: 10,0") } });
		const modem = connected(board);
		const read: unknown[] = [];
		modem.signal(read, function (failure, signal) {
			this.push(failure, { ...signal });
		});
		board.run(10_000);
		expect(read[0]).toBe(undefined);
		expect(read[1]).toMatchObject({ rsrpDbm: -61, rsrqDb: -10, rssiDbm: -93, sinrDb: undefined });
	});
	test("powerOff and wake", () => {
		const board = new Board();
		const modem = connected(board);
		let off = 0;
		modem.powerOff(() => off++);
		expect(modem.power.state).toBe("stopping");
		board.run(10_000);
		expect(off).toBe(1);
		expect(modem.power.state).toBe("off");
		let woken = 0;
		modem.wake(() => woken++);
		board.run(10_000);
		expect(woken).toBe(1);
		expect(modem.power.state).toBe("on");
	});
	test("pins: levels by the driver, turned round by a transistor, released at first; one that fails is not wired", () => {
		const board = new Board();
		const codes: string[] = [];
		const modem = modemOn(board, {
			pins: {
				reset: board.digital("reset"),
				wake: { ...board.digital("wake"), inverted: true },
				power: { ...board.digital("power"), fail: true },
			},
			onError: failure => codes.push(failure.message),
		});
		board.run(10);
		expect(board.pinWrites).toEqual(["reset 1", "wake 1"]);
		expect(codes).toEqual(["pin power: no such pin"]);
		modem.connect({});
		board.run(10_000);
		expect(board.pinWrites.slice(2, 4)).toEqual(["wake 0", "wake 1"]);
	});
	test("a pin whose meaning the driver does not know is not driven at all", () => {
		const board = new Board();
		const { pins: _pins, ...unknowing } = driver;
		const codes: string[] = [];
		modemOn(board, { driver: unknowing as never, pins: { reset: board.digital("reset") }, onError: failure => codes.push(failure.code) });
		board.run(10);
		expect(board.pinWrites).toEqual([]);
		expect(codes).toEqual([]);
	});
	test("a trace shows everything but secrets", () => {
		const board = new Board({ script: { 'AT+CGAUTH=1,1,"meter","s3cret"': ok } });
		let trace = "";
		const modem = modemOn(board, { onTrace: (_direction, bytes) => (trace += String.fromCharCode(...bytes)) });
		modem.connect({ user: "meter", password: "s3cret" });
		board.run(10_000);
		expect(board.commands).toContain('AT+CGAUTH=1,1,"meter","s3cret"');
		expect(trace).toContain("AT+CGAUTH=1,1,");
		expect(trace).not.toContain("s3cret");
	});
});

describe("the clock", () => {
	test.each([0, 2 ** 31 - 300, 2 ** 32 - 300, -300])("ticks that begin at %i and wrap meanwhile", firstTick => {
		const board = new Board({ firstTick });
		const modem = connected(board);
		board.run(1_000);
		expect(board.now).toBeLessThan(5_000);
		const { atTicks } = modem.networkTime!;
		expect(atTicks).toBe(atTicks | 0);
		expect((board.time.ticks - atTicks) | 0).toBeGreaterThanOrEqual(0);
		expect((board.time.ticks - atTicks) | 0).toBeLessThan(2_000);
	});
	test("49.7 days of silence are slept through, and a datagram afterwards goes out", () => {
		const board = new Board({ firstTick: 2 ** 31 - 60_000 });
		const modem = connected(board);
		board.run(1_000);
		const { atTicks } = modem.networkTime!;
		board.say('\r\n+USLEEP: "PSM"\r\n', 15_000);
		board.run(2 ** 32 + 100_000);
		const udp = new modem.UDP({});
		udp.write(new ArrayBuffer(1), "2001:db8::1", 5683);
		board.run(10_000);
		expect(modem.networkTime!.atTicks).toBe(atTicks);
		expect(board.commands.filter(c => c.startsWith("AT+USEND="))).toHaveLength(1);
		expect(Math.max(...board.delays)).toBeLessThanOrEqual(2 ** 30);
	});
	test("a datagram written after hours of silence waits from then on, not from the last byte", () => {
		const board = new Board();
		const errors: string[] = [];
		const modem = connected(board);
		board.say('\r\n+USLEEP: "PSM"\r\n', 15_000);
		board.run(4 * 3_600_000);
		const udp = new modem.UDP({ onError: failure => errors.push(failure.code) });
		udp.write(new ArrayBuffer(1), "2001:db8::1", 5683);
		board.run(10_000);
		expect(errors).toEqual([]);
		expect(board.commands.filter(c => c.startsWith("AT+USEND="))).toHaveLength(1);
	});
	test("ticks that start again while an answer is awaited do no harm", () => {
		const board = new Board({ firstTick: 5_000_000 });
		const modem = modemOn(board);
		modem.connect({});
		board.run(50);
		board.firstTick = -board.now;
		board.run(60_000, () => modem.connection === 500);
		expect(modem.connection).toBe(500);
		expect(board.now).toBeLessThan(20_000);
	});
	test("one timer at a time", () => {
		const board = new Board();
		connected(board);
		expect(board.timers.length).toBeLessThanOrEqual(1);
	});
});
