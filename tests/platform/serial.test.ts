import type { SerialOptions } from "embedded:io/serial";
import { describe, expect, test } from "vitest";
import { createSerial } from "../../host-sim/platform/serial.js";
import { createMemoryLine } from "../../host-sim/ports/memory.js";
import { ascii, createHost, text } from "../engine/host.js";
import { createLifetime } from "./lifetime.js";

function setUp() {
	const host = createHost();
	const life = createLifetime();
	const { port, line } = createMemoryLine({ clock: host.clock });
	host.lines.set("modem", line);
	const Serial = createSerial(host, life);
	const open = (options: Partial<SerialOptions> = {}) => new Serial({ device: "memory:modem", baud: 115_200, ...options });
	const buffer = (content: string) => ascii(content).buffer as ArrayBuffer;
	return { host, life, port, open, buffer, run: (ms = 100) => host.clock.run(host.clock.now() + ms) };
}

describe("Serial of the desktop", () => {
	test("says that it is writable on a later turn, with itself as this", () => {
		const { open, run } = setUp();
		const seen: [unknown, number][] = [];
		const serial = open({
			onWritable(this: unknown, count: number) {
				seen.push([this, count]);
			},
		});
		expect(seen).toEqual([]);
		run();
		expect(seen).toEqual([[serial, 128]]);
	});

	test("writes no more than announced, and announces again when all has left", () => {
		const { open, run, port, buffer } = setUp();
		const writable: number[] = [];
		let sent = "";
		port.onBytes = bytes => (sent += text(bytes));
		const serial = open({ onWritable: count => writable.push(count) });
		expect(() => serial.write(buffer("too early"))).toThrow("output full");
		run();
		serial.write(buffer("a".repeat(100)));
		expect(() => serial.write(buffer("b".repeat(29)))).toThrow("output full: 29 bytes where onWritable left room for 28");
		serial.write(buffer("b".repeat(28)));
		run();
		expect(sent).toBe("a".repeat(100) + "b".repeat(28));
		expect(writable).toEqual([128, 128]);
	});

	test("takes an ArrayBuffer and no view: Moddable's Linux port has no other", () => {
		const { open, run } = setUp();
		const serial = open();
		run();
		expect(() => serial.write(ascii("AT") as never)).toThrow("write takes an ArrayBuffer");
	});

	test("reads up to what waits and throws for more, for nothing and when nothing is there", () => {
		const { open, run, port } = setUp();
		const counts: number[] = [];
		const serial = open({ onReadable: count => counts.push(count) });
		expect(() => serial.read()).toThrow("cannot read 0 bytes: 0 wait");
		expect(() => serial.read(1)).toThrow("cannot read 1 bytes: 0 wait");
		port.write(ascii("OK\r\n"));
		run();
		port.write(ascii("+"));
		run();
		expect(counts).toEqual([4, 5]);
		expect(() => serial.read(6)).toThrow("cannot read 6 bytes: 5 wait");
		expect(() => serial.read(0)).toThrow("cannot read 0 bytes");
		expect(() => serial.read(-1)).toThrow("cannot read -1 bytes");
		expect(text(new Uint8Array(serial.read(2) as ArrayBuffer))).toBe("OK");
		expect(text(new Uint8Array(serial.read() as ArrayBuffer))).toBe("\r\n+");
		expect(() => serial.read()).toThrow("0 wait");
	});

	test("reads into a buffer or a view and honours its offset", () => {
		const { open, run, port } = setUp();
		const serial = open();
		port.write(ascii("abcdef"));
		run();
		const bytes = new Uint8Array(8);
		expect(serial.read(bytes.subarray(1, 4))).toBe(3);
		expect([...bytes]).toEqual([0, 97, 98, 99, 0, 0, 0, 0]);
		expect(() => serial.read(new ArrayBuffer(4))).toThrow("cannot read 4 bytes: 3 wait");
		expect(serial.read(new ArrayBuffer(3))).toBe(3);
	});

	test("one byte at a time in format number", () => {
		const { open, run, port } = setUp();
		let sent = "";
		port.onBytes = bytes => (sent += text(bytes));
		const serial = open({ format: "number" });
		port.write(Uint8Array.of(0xfe));
		run();
		expect(serial.read()).toBe(0xfe);
		expect(() => serial.read()).toThrow("0 wait");
		serial.write(0x41);
		run();
		expect(sent).toBe("A");
	});

	test("nothing is called after close, which may be called twice; the rest throws", () => {
		const { open, run, port, host } = setUp();
		const seen: string[] = [];
		const serial = open({ onReadable: () => seen.push("readable"), onWritable: () => seen.push("writable") });
		port.write(ascii("x"));
		serial.close();
		serial.close();
		run();
		expect(seen).toEqual([]);
		expect(() => serial.read()).toThrow("the port is closed");
		expect(() => serial.write(new ArrayBuffer(1))).toThrow("the port is closed");
		expect(host.clock.pending).toBe(0);
	});

	test("an application that never reads loses bytes with one line in the log", () => {
		const { open, run, port, host } = setUp();
		const serial = open();
		for (let i = 0; i < 5; i++) {
			port.write(new Uint8Array(1000).fill(48 + i));
			run(200);
		}
		expect(host.logged).toEqual(["memory:modem: the application does not read; bytes are lost\n"]);
		const unread = text(new Uint8Array(serial.read() as ArrayBuffer));
		expect(unread.length).toBe(4096);
		expect(unread.slice(-97)).toBe(`3${"4".repeat(96)}`);
	});

	test.each([
		[{ baud: 0 }, "invalid baud"],
		[{ baud: 9600.5 }, "invalid baud"],
		[{ format: "string" }, "format is buffer or number"],
		[{ parity: "mark" }, "parity is none, even or odd"],
		[{ dataBits: 9 }, "dataBits is 7 or 8"],
		[{ stopBits: 3 }, "stopBits is 1 or 2"],
		[{ device: undefined, port: 1 }, "on the desktop a Serial needs `device`"],
		[{ device: "memory:meter" }, "memory:meter: no such line; there is memory:modem"],
		[{ device: "tcp:host" }, "write tcp:PORT or tcp:HOST:PORT"],
	])("%o is refused", (options, message) => {
		expect(() => setUp().open(options as Partial<SerialOptions>)).toThrow(message);
	});

	test("a port in use is refused", () => {
		const { open } = setUp();
		open();
		expect(() => open()).toThrow("port in use");
	});

	test("an exception in a callback goes to the run, not to the line", () => {
		const { open, run, port, life } = setUp();
		open({
			onReadable() {
				throw new Error("in the callback");
			},
		});
		port.write(ascii("x"));
		run();
		expect(life.failures.map(error => error.message)).toEqual(["in the callback"]);
	});
});
