import { expect, test } from "vitest";
import { Modem } from "../../sdk/index.js";
import { defineDriver } from "../../sdk/modem/driver.js";
import { Board } from "../io/board.js";
import { driver as plain } from "../modem/driver.js";

/** SABM of DLCI 0, "close down", and a command behind them. */
const LEAVE_AND_AT = "\xf9\x03\x3f\x01\x1c\xf9\xf9\x03\xef\x05\xc3\x01\xf2\xf9AT";
const driver = defineDriver({ ...plain, cmux: { frameBytes: 127, at: 1 } });

test.each([1, 3, 64])("a strict port that takes %i bytes at once, and a module that knows no +CMUX", room => {
	const board = new Board();
	board.room = room;
	const events: unknown[] = [];
	const modem = new Modem({
		driver,
		serial: { io: board.Serial, port: 1 },
		timer: board.timer,
		time: board.time,
		multiplex: true,
		onEvent: (name, data) => events.push([name, data]),
	});
	modem.connect({ apn: "iot.test" });
	board.run(120_000, () => modem.connection === 500);
	expect(modem.connection).toBe(500);
	expect(board.commands.filter(command => command.includes("CMUX"))).toEqual(["AT+CMUX=0,0,5,127"]);
	expect(events).toContainEqual(["multiplexLost", { why: "refused", causeNumber: undefined }]);
	expect(Math.max(...board.written)).toBeLessThanOrEqual(room);
	expect(board.thrown).toEqual([]);
});

test("a module that says nothing is asked to leave what it may be in, now and then, and never in more than the port takes", () => {
	const board = new Board({
		script: { AT: undefined, "AT\x1b": undefined, [LEAVE_AND_AT]: undefined, [`${LEAVE_AND_AT}\x1b`]: undefined },
	});
	board.room = 5;
	const modem = new Modem({ driver, serial: { io: board.Serial }, timer: board.timer, time: board.time, multiplex: true });
	modem.connect({});
	board.run(30_000);
	const asked = board.commands.filter(command => command.startsWith(LEAVE_AND_AT));
	expect(asked.length).toBeGreaterThanOrEqual(1);
	expect(asked.length).toBeLessThanOrEqual(3);
	expect(Math.max(...board.written)).toBeLessThanOrEqual(5);
	modem.close();
	expect([board.thrown, board.timers]).toEqual([[], []]);
});
