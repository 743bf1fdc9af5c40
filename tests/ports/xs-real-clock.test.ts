import { afterEach, describe, expect, test } from "vitest";
import { RealClock } from "../../host-sim/clock/real-clock.js";
import type { RunningApplication } from "../../host-sim/engine/engine.js";
import { xsEngine } from "../../host-sim/engine/xs.js";
import { createMemoryLine } from "../../host-sim/ports/memory.js";
import { openPort } from "../../host-sim/ports/open-port.js";
import type { Port } from "../../host-sim/ports/port.js";
import { ascii, bundleText, createHost, text } from "../engine/host.js";
import { hasXs } from "../xs/engine-here.js";

const closers: (() => unknown)[] = [];
afterEach(async () => {
	for (const close of closers.splice(0).reverse()) await close();
});

function createRealHost() {
	const clock = new RealClock();
	closers.push(() => clock.close());
	return createHost({ clock });
}

async function start(source: string, host: ReturnType<typeof createRealHost>): Promise<RunningApplication> {
	const application = await xsEngine.start(await bundleText(source, { format: "esm" }), host);
	closers.push(() => application.stop());
	return application;
}

/** Bounded: the condition must hold within five seconds. */
async function until(condition: () => boolean): Promise<void> {
	for (const end = Date.now() + 5_000; !condition(); ) {
		if (Date.now() > end) throw new Error("it did not come within 5 s");
		await new Promise(resolve => setTimeout(resolve, 5));
	}
}

const echo = (device: string) => `
import Serial from "embedded:io/serial";
import monitor from "xs-cellular/monitor";
export default function main() {
	const serial = new Serial({ device: ${JSON.stringify(device)}, baud: 2400, parity: "even", format: "buffer",
		onReadable(count) { this.write(this.read(count)); monitor("echoed", { count }); },
		onWritable(count) { monitor("writable", { count }); },
	});
}`;

async function expectEcho(port: Port, host: ReturnType<typeof createRealHost>, application: RunningApplication, room: number) {
	let answer = "";
	port.onBytes = bytes => {
		answer += text(bytes);
	};
	await until(() => host.events.length > 0);
	expect(host.events[0]).toEqual(["writable", { count: room }]);
	port.write(ascii("AT+CSQ\r"));
	await until(() => answer.length === 7);
	expect(answer).toBe("AT+CSQ\r");
	expect(application.failure).toBeUndefined();
}

describe.skipIf(!hasXs)("the XS engine on the real clock", () => {
	test("echoes over a pty that it opens itself", async () => {
		const host = createRealHost();
		const port = await openPort("pty");
		closers.push(() => port.close());
		await expectEcho(port, host, await start(echo(port.path as string), host), 1024);
		expect(port.clientBaud).toBe(2400);
	});

	test("echoes over a unix socket and a line in memory, which are Node's", async () => {
		const host = createRealHost();
		const { port, line } = createMemoryLine({ clock: host.clock });
		host.lines.set("meter", line);
		await expectEcho(port, host, await start(echo("memory:meter"), host), 128);
		const socketHost = createRealHost();
		const socket = await openPort(`unix:/tmp/xs-cellular-test-${process.pid}`);
		closers.push(() => socket.close());
		await expectEcho(socket, socketHost, await start(echo(socket.path as string), socketHost), 1024);
	});

	test("timers, ticks and questions to the host", async () => {
		const host = createRealHost();
		host.pins.set("status", 1);
		await start(
			`import Timer from "timer"; import Time from "time"; import Digital from "embedded:io/digital"; import monitor from "xs-cellular/monitor";
			export default () => { const start = Time.ticks; const status = new Digital({ pin: "status", mode: Digital.Input });
				Timer.set(() => monitor("later", { passed: Time.delta(start), status: status.read() }), 30); };`,
			host,
		);
		await until(() => host.events.length === 1);
		expect(host.events[0]).toMatchObject(["later", { status: 1 }]);
		expect(host.events[0]?.[1].passed).toBeGreaterThanOrEqual(29);
		expect(host.events[0]?.[1].passed).toBeLessThan(5_000);
	});

	test("a port that is not there, and one that goes, are failures that name it", async () => {
		const host = createRealHost();
		const none = await start(echo("/dev/no-such-port"), host);
		expect(await none.failed).toMatchObject({ name: "PortError", code: "missing", path: "/dev/no-such-port" });
		const port = await openPort("pty");
		const application = await start(echo(port.path as string), host);
		await until(() => host.events.length > 0);
		port.close();
		expect(await application.failed).toMatchObject({ name: "PortError", code: "unplugged", path: port.path });
	});

	test("two programs cannot have one port", async () => {
		const host = createRealHost();
		const port = await openPort("pty");
		closers.push(() => port.close());
		await start(echo(port.path as string), host);
		await until(() => host.events.length > 0);
		const second = await start(echo(port.path as string), createRealHost());
		expect(await second.failed).toMatchObject({ name: "PortError", code: "busy", path: port.path });
	});
});
