import { execFileSync } from "node:child_process";
import {
	closeSync,
	constants,
	existsSync,
	mkdtempSync,
	openSync,
	readlinkSync,
	readSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { framing8n1 } from "../../host-sim/ports/framing.js";
import { baudOfCode } from "../../host-sim/ports/libc.js";
import { openPort } from "../../host-sim/ports/open-port.js";
import { Tee } from "../../host-sim/ports/record.js";
import { ascii } from "../engine/host.js";
import { echo, openClient, openedClient, until } from "./real.js";

const closers: (() => void)[] = [];
afterEach(() => {
	for (const close of closers.splice(0).reverse()) close();
});

async function openPty(link?: string) {
	const port = await openPort("pty", { link });
	closers.push(() => port.close());
	return port;
}
async function open(path: string, framing = framing8n1(115_200)) {
	const client = await openedClient(path, framing);
	closers.push(() => client.device.close());
	return client;
}
function folder(): string {
	const path = mkdtempSync(join(tmpdir(), "xs-cellular-pty-"));
	closers.push(() => rmSync(path, { recursive: true }));
	return path;
}

describe("a pty", () => {
	test("carries every byte both ways", async () => {
		const port = await openPty();
		const heard = echo(port);
		const client = await open(port.path as string);
		const all = Uint8Array.from({ length: 256 }, (_, i) => i);
		client.device.write(all);
		const expected = String.fromCharCode(...all);
		await until("the echo", () => client.seen.text.length >= 256);
		expect(heard.text).toBe(expected);
		expect(client.seen.text).toBe(expected);
		expect(client.seen.drained).toBe(1);
	});

	test("survives its clients: the next one finds the module, and nothing of the last one's", async () => {
		const port = await openPty();
		const heard = echo(port);
		for (const word of ["one", "two", "three"]) {
			const client = await open(port.path as string);
			client.device.write(ascii(word));
			await until(`the echo of ${word}`, () => client.seen.text === word);
			client.device.close();
		}
		expect(heard.text).toBe("onetwothree");
	});

	test("what is written while nobody has it open is dropped", async () => {
		const port = await openPty();
		port.write(ascii("before the first"));
		const first = await open(port.path as string);
		port.write(ascii("1"));
		await until("the first byte", () => first.seen.text !== "");
		first.device.close();
		await until("the hang-up", () => port.clientBaud === undefined);
		port.write(ascii("between"));
		const second = await open(port.path as string);
		port.write(ascii("2"));
		await until("the second byte", () => second.seen.text !== "");
		expect([first.seen.text, second.seen.text]).toEqual(["1", "2"]);
	});

	test("a client that neither flushes nor sets a rate finds nothing old", async () => {
		const port = await openPty();
		port.write(ascii("before the first"));
		const buffer = Buffer.alloc(100);
		for (const word of ["one", "two"]) {
			const fd = openSync(port.path as string, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
			// Long enough for its session to begin.
			await new Promise(resolve => setTimeout(resolve, 50));
			port.write(ascii(word));
			await new Promise(resolve => setTimeout(resolve, 20));
			expect(buffer.toString("latin1", 0, readSync(fd, buffer))).toBe(word);
			port.write(ascii("that it does not read"));
			closeSync(fd);
			await new Promise(resolve => setTimeout(resolve, 200));
			port.write(ascii("between"));
		}
	});

	test("a client that writes and leaves at once is heard", async () => {
		const port = await openPty();
		const heard = echo(port);
		for (let i = 0; i < 3; i++) writeFileSync(port.path as string, `AT${i}\r`);
		await until("three commands", () => heard.text.length === 12);
		expect(heard.text).toBe("AT0\rAT1\rAT2\r");
	});

	test("tells the rate that the client has set, and none before", async () => {
		const port = await openPty();
		expect(port.clientBaud).toBeUndefined();
		for (const baud of [2400, 9600, 115_200, 250_000, 460_800]) {
			const client = await open(port.path as string, framing8n1(baud));
			expect(port.clientBaud).toBe(baud);
			client.device.close();
			await until("the hang-up", () => port.clientBaud === undefined);
		}
	});

	test("opens for a meter's 8E1 too", async () => {
		const port = await openPty();
		echo(port);
		const client = await open(port.path as string, { baud: 2400, dataBits: 8, parity: "even", stopBits: 1 });
		client.device.write(Uint8Array.of(0x68, 0xfe));
		await until("the echo", () => client.seen.text.length === 2);
		expect(client.seen.text).toBe("\x68\xfe");
	});

	test("a fixed rate that the client does not have gives garbage", async () => {
		const port = await openPty();
		port.framing = framing8n1(115_200);
		const heard = echo(port);
		const client = await open(port.path as string, framing8n1(9600));
		client.device.write(ascii("AT\r"));
		await until("something", () => heard.text !== "" && client.seen.text !== "");
		expect(heard.text).not.toContain("A");
	});

	test("a client that does not read blocks nobody, and bytes beyond the bound are lost", async () => {
		const port = await openPty();
		// A child that has the port open and sleeps, so that nothing in this process drains it.
		const { spawn } = await import("node:child_process");
		const child = spawn("sh", ["-c", `exec 3<>"$0"; echo ready; exec sleep 5`, port.path as string], {
			stdio: ["ignore", "pipe", "ignore"],
		});
		closers.push(() => child.kill());
		await new Promise<void>(resolve => child.stdout.once("data", () => resolve()));
		const piece = new Uint8Array(1024).fill(65);
		const startMs = performance.now();
		for (let i = 0; i < 400; i++) port.write(piece);
		expect(performance.now() - startMs).toBeLessThan(1000);
		let turns = 0;
		const endMs = performance.now() + 100;
		while (performance.now() < endMs) {
			await new Promise(resolve => setImmediate(resolve));
			turns++;
		}
		expect(turns).toBeGreaterThan(100);
	});

	test("a client that was slow gets all that was within the bound, in order", async () => {
		const port = await openPty();
		const client = await open(port.path as string);
		const size = 60_000;
		const sent = String.fromCharCode(...Array.from({ length: size }, (_, i) => 33 + (i % 89)));
		for (let i = 0; i < size; i += 1000) port.write(ascii(sent.slice(i, i + 1000)));
		await until("all bytes", () => client.seen.text.length === size);
		expect(client.seen.text === sent).toBe(true);
	});

	test("a program in C finds a terminal in raw mode without echo", async () => {
		const port = await openPty();
		// libuv reads meanwhile, so the child is no thread of this one.
		const settings = execFileSync("sh", ["-c", `stty -a -F "$0" 2>/dev/null || stty -a -f "$0"`, port.path as string], {
			encoding: "utf8",
		});
		expect(settings).toMatch(/-echo\b/);
		expect(settings).toMatch(/-icanon\b/);
		expect(settings).toMatch(/-opost\b/);
	});

	test("closing it shows to the client as unplugging", async () => {
		const port = await openPty();
		const client = await open(port.path as string);
		port.close();
		port.close();
		port.write(ascii("late"));
		await until("the failure", () => client.seen.error !== undefined);
		expect(client.seen.error?.code).toBe("unplugged");
	});

	test("a port that another program holds is busy, and the program is named where it can be seen", async () => {
		const port = await openPty();
		await open(port.path as string);
		const second = openClient(port.path as string);
		await until("the failure", () => second.seen.error !== undefined);
		expect(second.seen.error?.code).toBe("busy");
		expect(second.seen.error?.message).toMatch(new RegExp(`^${port.path} is busy: .*ModemManager`));
	});

	test("a link leads to it, replaces a stale one, and goes with it", async () => {
		const link = join(folder(), "modem");
		symlinkSync("/dev/pts/gone", link);
		const port = await openPty(link);
		expect(readlinkSync(link)).toBe(port.path);
		const heard = echo(port);
		writeFileSync(link, "AT\r");
		await until("the command", () => heard.text === "AT\r");
		port.close();
		expect(existsSync(link)).toBe(false);
	});

	test("a file is not replaced by a link", async () => {
		const path = join(folder(), "notes.txt");
		writeFileSync(path, "mine");
		await expect(openPort("pty", { link: path })).rejects.toThrow(`${path} exists and is no link: choose another path`);
		await expect(openPort("pty", { link: "/no/such/folder/modem" })).rejects.toThrow(
			"/no/such/folder/modem: cannot be made a link (ENOENT)",
		);
	});

	test("a tee shows what passes, and follows the program's rate", async () => {
		const [module, offered] = [await openPty(), await openPty()];
		const heard = echo(module);
		const passed: [string, string][] = [];
		const bauds: number[] = [];
		const tee = new Tee({
			port: offered,
			device: module.path as string,
			onBytes: (direction, bytes) => passed.push([direction, String.fromCharCode(...bytes)]),
			onOpened: baud => bauds.push(baud),
			onFailed: error => passed.push(["failed", error.message]),
		});
		closers.push(() => tee.close());
		await until("the real port", () => bauds.length === 1);
		const client = await open(offered.path as string, framing8n1(9600));
		client.device.write(ascii("AT\r"));
		await until("the echo", () => client.seen.text === "AT\r");
		expect(bauds).toEqual([115_200, 9600]);
		expect(module.clientBaud).toBe(9600);
		expect(heard.text).toBe("AT\r");
		expect(passed.map(([direction]) => direction)).toEqual(["toModule", "toHost"]);
		module.close();
		await until("the failure", () => passed.length === 3);
		expect(passed[2]).toEqual(["failed", `${module.path} is gone: the module was unplugged or the simulator ended`]);
	});
});

test("rates by the codes of Linux and by number", () => {
	expect([0o13, 0o15, 0o17, 0o10001, 0o10002, 0o10007].map(baudOfCode)).toEqual([2400, 9600, 38_400, 57_600, 115_200, 921_600]);
	expect([9600, 4800, 115_200].map(baudOfCode)).toEqual([9600, 4800, 115_200]);
});

test("an unknown kind of port is refused with those that there are", async () => {
	await expect(openPort("com3")).rejects.toMatchObject({
		code: "invalid",
		message: "com3: a simulated module's port is pty, tcp:PORT or unix:PATH",
	});
	await expect(openPort("tcp:0", { link: "/tmp/x" })).rejects.toThrow("leave --port-link out");
});
