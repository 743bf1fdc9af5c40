import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { parseTcp } from "../../host-sim/ports/device.js";
import { openPort } from "../../host-sim/ports/open-port.js";
import { ascii } from "../engine/host.js";
import { echo, openClient, openedClient, until } from "./real.js";

const closers: (() => void)[] = [];
afterEach(() => {
	for (const close of closers.splice(0).reverse()) close();
});

async function open(spec: string) {
	const port = await openPort(spec);
	closers.push(() => port.close());
	return port;
}
async function client(path: string) {
	const opened = await openedClient(path);
	closers.push(() => opened.device.close());
	return opened;
}
function folder(): string {
	const path = mkdtempSync(join(tmpdir(), "xs-cellular-socket-"));
	closers.push(() => rmSync(path, { recursive: true }));
	return path;
}

describe.each([
	["tcp", () => "tcp:0"],
	["tcp over IPv6", () => "tcp:[::1]:0"],
	["unix", () => `unix:${join(folder(), "modem")}`],
])("%s", (_, spec) => {
	test("carries bytes, serves one client at a time, and survives it", async () => {
		const port = await open(spec());
		const heard = echo(port);
		port.write(ascii("nobody is there"));
		const first = await client(port.path as string);
		first.device.write(ascii("one"));
		await until("the echo", () => first.seen.text === "one");
		const second = openClient(port.path as string);
		await until("the refusal", () => second.seen.error !== undefined);
		expect(second.seen.error?.message).toContain("it serves one client at a time");
		first.device.close();
		let third = openClient(port.path as string);
		// The port learns of the first one's leaving a moment later.
		for (let i = 0; i < 100 && !(third.seen.opened && third.seen.error === undefined && third.seen.text === "three"); i++) {
			third.device.write(ascii(third.seen.text === "" && i % 10 === 1 ? "three" : ""));
			if (third.seen.error !== undefined) third = openClient(port.path as string);
			await new Promise(resolve => setTimeout(resolve, 10));
		}
		closers.push(() => third.device.close());
		expect(third.seen.text).toBe("three");
		expect(heard.text.startsWith("one")).toBe(true);
	});

	test("closing it shows to the client as unplugging", async () => {
		const port = await open(spec());
		const opened = await client(port.path as string);
		port.close();
		await until("the failure", () => opened.seen.error !== undefined);
		expect(opened.seen.error?.code).toBe("unplugged");
	});
});

test("a TCP port that is taken is busy", async () => {
	const port = await open("tcp:0");
	await expect(openPort(port.path as string)).rejects.toMatchObject({ code: "busy" });
});

test("a TCP port listens on this machine only", async () => {
	await expect(async () => openPort("tcp:0.0.0.0:0")).rejects.toThrow("a simulated module listens on this machine only");
});

test("nobody at a TCP port is an error that says so", async () => {
	const server = createServer().listen(0, "127.0.0.1");
	await new Promise(resolve => server.once("listening", resolve));
	const { port } = server.address() as { port: number };
	await new Promise(resolve => server.close(resolve));
	const late = openClient(`tcp:${port}`);
	await until("the failure", () => late.seen.error !== undefined);
	expect(late.seen.error?.message).toBe(`tcp:${port}: nobody listens there; start the simulator first`);
});

test("a unix socket left behind is replaced, one in use or a file is not", async () => {
	const path = join(folder(), "modem");
	const port = await open(`unix:${path}`);
	await expect(openPort(`unix:${path}`)).rejects.toMatchObject({ code: "busy" });
	port.close();
	const file = join(folder(), "notes.txt");
	writeFileSync(file, "mine");
	await expect(openPort(`unix:${file}`)).rejects.toThrow(`${file} exists and is no socket`);
	await expect(openPort("unix:")).rejects.toThrow("write unix:PATH");
	expect(existsSync(file)).toBe(true);
});

test.each([
	["tcp:5000", "127.0.0.1", 5000],
	["tcp:localhost:5000", "localhost", 5000],
	["tcp:[::1]:5000", "::1", 5000],
])("%s is understood", (spec, host, port) => {
	expect(parseTcp(spec)).toEqual({ host, port });
});

test.each(["tcp:", "tcp:65536", "tcp:host", "tcp:::1:5", "tcp:1:2:3"])("%s is refused", spec => {
	expect(() => parseTcp(spec)).toThrow(`${spec}: write tcp:PORT or tcp:HOST:PORT`);
});
