import { afterEach, describe, expect, test } from "vitest";
import type { RunningApplication } from "../../host-sim/engine/engine.js";
import { nodeEngine } from "../../host-sim/engine/node.js";
import { framing8n1 } from "../../host-sim/ports/framing.js";
import { createMemoryLine } from "../../host-sim/ports/memory.js";
import { ascii, bundleText, createHost, text } from "./host.js";

const echo = `
import Serial from "embedded:io/serial";
import monitor from "xs-cellular/monitor";
export default function main() {
	new Serial({ device: "memory:modem", baud: 9600, format: "buffer",
		onReadable(count) { this.write(this.read(count)); monitor("echoed", { count }); },
		onWritable(count) { monitor("writable", { count }); },
	});
}`;

const running: RunningApplication[] = [];

async function run(source: string, host = createHost()) {
	const application = await nodeEngine.start(await bundleText(source), host);
	running.push(application);
	return { host, application };
}

afterEach(async () => {
	for (const application of running.splice(0)) await application.stop();
});

describe("the Node engine", () => {
	test("an echo over a line in memory, in virtual time", async () => {
		const host = createHost();
		const { port, line } = createMemoryLine({ clock: host.clock });
		host.lines.set("modem", line);
		const seen: [number, string][] = [];
		port.onBytes = bytes => seen.push([host.clock.now(), text(bytes)]);
		const { application } = await run(echo, host);
		expect(host.events).toEqual([]);
		port.write(ascii("AT\r"));
		host.clock.run(1000);
		expect(application.failure).toBeUndefined();
		// 3 bytes of 10 bits at 9,600 baud there, and the same back.
		expect(seen).toEqual([[6.25, "AT\r"]]);
		expect(host.events).toEqual([
			["writable", { count: 128 }],
			["echoed", { count: 3 }],
			["writable", { count: 128 }],
		]);
	});

	test("two applications side by side have globals of their own", async () => {
		const source = `import monitor from "xs-cellular/monitor";
			export default () => { globalThis.mine = (globalThis.mine ?? 0) + 1; monitor("mine", { mine: globalThis.mine }); };`;
		const one = await run(source);
		const two = await run(source);
		expect([one.host.events, two.host.events]).toEqual([[["mine", { mine: 1 }]], [["mine", { mine: 1 }]]]);
		expect(Object.hasOwn(globalThis, "mine")).toBe(false);
	});

	test("nothing of Node is there, and what a board has is", async () => {
		const names = ["setTimeout", "Buffer", "process", "console", "require", "TextEncoder", "Intl", "trace", "Uint8Array", "BigInt"];
		const { host } = await run(
			`export default () => { for (const name of ${JSON.stringify(names)}) if (eval("typeof " + name) !== "undefined") trace(name, " "); };`,
		);
		expect(host.logged).toEqual(["trace ", "Uint8Array ", "BigInt "]);
	});

	test("an exception in a callback is the failure, with the application's stack, and ends the run", async () => {
		const { host, application } = await run(`import Timer from "timer";
			import monitor from "xs-cellular/monitor";
			function breaks() { null.x; }
			export default () => { Timer.repeat(() => monitor("tick", {}), 10); Timer.set(breaks, 25); };`);
		host.clock.run(1000);
		expect(host.events.length).toBe(2);
		expect(application.failure?.message).toMatch(/^TypeError: Cannot read properties of null/);
		expect(application.failure?.stack).toMatch(/at .*breaks \(.*main\.ts:3:29\)/);
		expect(await application.failed).toBe(application.failure);
		expect(host.clock.pending).toBe(0);
	});

	test("an exception of the main module itself, or a thrown string, is a failure too", async () => {
		expect((await run(`throw new RangeError("at once"); export default 1;`)).application.failure?.message).toBe("RangeError: at once");
		expect((await run(`export default () => { throw "a string"; };`)).application.failure?.message).toBe("the application threw a string");
	});

	test("a promise that nobody handles is the application's failure", async () => {
		// vitest listens too and would call it an error of the test.
		const listeners = process.listeners("unhandledRejection");
		process.removeAllListeners("unhandledRejection");
		try {
			const { application } = await run(
				`export default () => { for (const name of ["one", "another"]) void (async () => { throw new Error(name); })(); };`,
			);
			expect((await application.failed).message).toBe("Error: one");
			// The second rejection's turn, too.
			await new Promise(resolve => setImmediate(resolve));
			expect(process.listenerCount("unhandledRejection")).toBe(0);
		} finally {
			for (const listener of listeners) process.on("unhandledRejection", listener);
		}
	});

	test("stop closes ports and timers; a second run finds the port free and the storage kept", async () => {
		const source = `import Serial from "embedded:io/serial";
			import Timer from "timer";
			import keyValue from "embedded:storage/key-value";
			import monitor from "xs-cellular/monitor";
			export default () => {
				new Serial({ device: "memory:modem", baud: 9600, onReadable() {} });
				const store = keyValue.open({ path: "app", format: "uint8" });
				const starts = (store.read("starts") ?? 0) + 1;
				store.write("starts", starts);
				Timer.repeat(() => monitor("tick", { starts }), 1000);
			};`;
		const host = createHost();
		host.lines.set("modem", createMemoryLine({ clock: host.clock }).line);
		const first = await run(source, host);
		host.clock.run(1500);
		await first.application.stop();
		host.clock.run(5000);
		expect(host.events).toEqual([["tick", { starts: 1 }]]);
		expect(host.clock.pending).toBe(0);
		const second = await run(source, host);
		host.clock.run(6000);
		expect(second.application.failure).toBeUndefined();
		expect(host.events.at(-1)).toEqual(["tick", { starts: 2 }]);
		expect([...host.storage]).toEqual([["app/starts", Uint8Array.of(2)]]);
	});

	test("buffers that the platform hands out are the application's own", async () => {
		const host = createHost();
		const { port, line } = createMemoryLine({ clock: host.clock, framing: framing8n1(9600) });
		host.lines.set("modem", line);
		const { application } = await run(
			`import Serial from "embedded:io/serial";
			import monitor from "xs-cellular/monitor";
			export default () => new Serial({ device: "memory:modem", baud: 9600, onReadable(count) {
				const buffer = this.read(count);
				monitor("read", { own: buffer instanceof ArrayBuffer, bytes: [...new Uint8Array(buffer)] });
			} });`,
			host,
		);
		port.write(Uint8Array.of(1, 255));
		host.clock.run(100);
		expect(application.failure).toBeUndefined();
		expect(host.events).toEqual([["read", { own: true, bytes: [1, 255] }]]);
	});

	test("a port that does not exist ends the run and names it", async () => {
		const { application } = await run(`import Serial from "embedded:io/serial";
			export default () => new Serial({ device: "/dev/no-such-port", baud: 9600 });`);
		expect((await application.failed).message).toBe(
			"/dev/no-such-port: no such port; is the module plugged in? Simulated ports end with their program",
		);
		expect(application.failure).toMatchObject({ code: "missing", path: "/dev/no-such-port" });
	});

	test("a line in memory that does not exist names those that do", async () => {
		const host = createHost();
		host.lines.set("meter", createMemoryLine({ clock: host.clock }).line);
		const { application } = await run(echo, host);
		expect(application.failure?.message).toBe("Error: memory:modem: no such line; there is memory:meter");
	});
});
