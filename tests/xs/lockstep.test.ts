import { afterEach, describe, expect, test } from "vitest";
import type { Engine, RunningApplication } from "../../host-sim/engine/engine.js";
import { nodeEngine } from "../../host-sim/engine/node.js";
import { createXsEngine, xsEngine } from "../../host-sim/engine/xs.js";
import { createMemoryLine } from "../../host-sim/ports/memory.js";
import { ascii, bundleText, createHost, type RecordingHost } from "../engine/host.js";
import { hasXs } from "./engine-here.js";

/** A little of everything an application does; whatever it sees it tells. */
const application = `
import Digital from "embedded:io/digital";
import Serial from "embedded:io/serial";
import keyValue from "embedded:storage/key-value";
import Time from "time";
import Timer from "timer";
import config from "mc/config";
import monitor from "xs-cellular/monitor";

const tell = (event, data) => monitor(event, { ...data, ticks: Time.ticks });

function useTimers() {
	let beats = 0;
	const heart = Timer.repeat(timer => {
		tell("beat", { beats: ++beats, same: timer === heart });
		if (beats === 3) Timer.schedule(heart, 1000, 500);
		if (beats === 5) Timer.clear(timer);
	}, 100);
	Timer.set(() => tell("same instant, first"), 200);
	Timer.set(() => tell("same instant, second"), 200);
	const never = Timer.set(() => tell("never"), 50);
	Timer.clear(never);
	const asleep = Timer.set(timer => { tell("awake"); if (beats < 4) Timer.schedule(timer); }, 10);
	Timer.set(() => Timer.schedule(asleep, 1), 2500);
	for (const wrong of [() => Timer.set(() => {}, 2 ** 31), () => Timer.schedule(never, 1)]) {
		try { wrong(); } catch (error) { tell("refused", { name: error.name, message: error.message }); }
	}
}

function useStorage() {
	const store = keyValue.open({ path: "meter" });
	const starts = store.read("starts");
	const count = starts === undefined ? 1 : new Uint8Array(starts)[0] + 1;
	store.write("starts", Uint8Array.of(count).buffer);
	store.format = "uint32";
	store.write("number", 4_000_000_000);
	store.format = "string";
	store.write("text", "grün € \\u{1F4A1}");
	tell("storage", { count, keys: [...store], text: store.read("text"), none: store.read("none") === undefined });
	store.delete("text");
	store.close();
}

function usePins() {
	const power = new Digital({ pin: "power", mode: Digital.Output, initialValue: 1 });
	const status = new Digital({ pin: "status", mode: Digital.Input });
	tell("pins", { power: power.read(), status: status.read() });
	power.write(0);
}

function useSerial() {
	let sent = 0;
	const serial = new Serial({
		device: "memory:modem", baud: 9600, format: "buffer",
		onReadable(count) {
			const part = count > 1 ? this.read(count - 1) : undefined;
			const rest = new Uint8Array(this.read(1));
			tell("bytes", { count, part: part && [...new Uint8Array(part)], rest: [...rest] });
			if (rest[0] === 33) this.close();
		},
		onWritable(count) {
			tell("writable", { count, same: this === serial });
			if (sent++ < 3) this.write(new Uint8Array([65, 84, 48 + sent, 13]).buffer);
		},
	});
	try { serial.write(new ArrayBuffer(1)); } catch (error) { tell("refused", { message: error.message }); }
	try { new Serial({ device: "memory:nobody", baud: 9600 }); } catch (error) { tell("refused", { message: error.message }); }
}

export default async function main() {
	trace("configured: ", config.name, "\\n");
	useTimers();
	useStorage();
	usePins();
	useSerial();
	await Promise.resolve();
	tell("a promise's job");
}`;

const running: RunningApplication[] = [];
afterEach(async () => {
	for (const application of running.splice(0)) await application.stop();
});

async function start(engine: Engine, source: string, host: RecordingHost) {
	const text = await bundleText(source, { format: engine.name === "xs" ? "esm" : "cjs", config: { name: "both" } });
	const application = await engine.start(text, host);
	running.push(application);
	return application;
}

/** Runs the application for ten seconds against a module that answers each line with its bytes backwards. */
async function run(engine: Engine, storage = new Map<string, Uint8Array>()) {
	const host = createHost({ firstTick: 2 ** 31 - 1500, storage });
	const { port, line } = createMemoryLine({ clock: host.clock });
	host.lines.set("modem", line);
	host.pins.set("status", 1);
	const wire: [number, number[]][] = [];
	port.onBytes = bytes => {
		wire.push([host.clock.now(), [...bytes]]);
		port.write(bytes.slice().reverse());
	};
	host.clock.at(8000, () => port.write(ascii("end!")));
	host.clock.at(9000, () => port.write(ascii("too late")));
	const application = await start(engine, source(), host);
	await host.clock.runAsync(10_000);
	expect(application.failure).toBeUndefined();
	const stored = [...host.storage].map(([key, value]) => [key, [...value]]);
	await application.stop();
	return { events: host.events, logged: host.logged, pins: [...host.pins], stored, wire, pending: host.clock.pending, xs: application.xs };
}
const source = () => application;

describe.skipIf(!hasXs)("the XS engine in lockstep", () => {
	test("shows the same events at the same times as the Node engine", async () => {
		const { xs: none, ...onNode } = await run(nodeEngine);
		const { xs: figures, ...onXs } = await run(xsEngine);
		expect(onXs).toEqual(onNode);
		expect(none).toBeUndefined();
		expect(figures?.version).toBe("13.3.0");
		const names = onXs.events.map(([event]) => event);
		expect(names.filter(name => name === "beat").length).toBe(5);
		expect(names.filter(name => name === "awake").length).toBe(2);
		expect(names.filter(name => name === "writable").length).toBe(4);
		expect(names).not.toContain("never");
		expect(onXs.events.find(([event]) => event === "storage")?.[1]).toMatchObject({ count: 1, text: "grün € \u{1F4A1}", none: true });
		expect(onXs.events.at(-1)).toMatchObject(["bytes", { rest: [33] }]);
		expect(onXs.events.at(-1)?.[1].ticks).toBeLessThan(0);
		expect(onXs.logged).toEqual(["configured: both\n"]);
	});

	test("is the same in every run, down to what the engine counts", async () => {
		expect(await run(xsEngine)).toEqual(await run(xsEngine));
	});

	test("storage outlives the application", async () => {
		const storage = new Map<string, Uint8Array>();
		await run(xsEngine, storage);
		const again = await run(xsEngine, storage);
		expect(again.events.find(([event]) => event === "storage")?.[1]).toMatchObject({ count: 2 });
		expect([...(storage.get("meter/number") ?? [])]).toEqual([0, 0x28, 0x6b, 0xee]);
	});

	test.each([
		["exception", "throw new TypeError('out')", "TypeError: out"],
		["rejection", "Promise.reject(new Error('untaken'))", "Error: untaken"],
		["exception", "const f = () => { throw 5; }; f()", "5"],
		["memoryFull", "const all = []; for (;;) all.push(new Uint8Array(1000))", "memory full"],
		["stackOverflow", "const deeper = () => deeper() + 1; deeper()", "stack overflow"],
	])("%s: %s ends the application and says so", async (code, statement, message) => {
		const host = createHost();
		const engine = createXsEngine({ heapLimitBytes: 2_000_000 });
		const source = `import Timer from "timer"; import monitor from "xs-cellular/monitor";
			export default () => { Timer.repeat(() => monitor("tick", {}), 10); Timer.set(() => { ${statement} }, 25); };`;
		const application = await start(engine, source, host);
		host.clock.run(1000);
		expect(application.failure).toMatchObject({ name: "XsFailure", code, message });
		expect(await application.failed).toBe(application.failure);
		expect([host.events.length, host.clock.pending]).toEqual([2, 0]);
		expect(application.xs?.computrons).toBeGreaterThan(100);
	});

	test("the application sees the language and nothing of the host", async () => {
		const host = createHost();
		const names = ["setTimeout", "Buffer", "process", "console", "require", "xsCellularHost", "trace", "Uint8Array"];
		await start(
			xsEngine,
			`export default () => { for (const name of ${JSON.stringify(names)}) if (name in globalThis) trace(name, " "); };`,
			host,
		);
		expect(host.logged).toEqual(["trace ", "Uint8Array "]);
	});

	test("sixty thousand turns take a few seconds", async () => {
		const host = createHost();
		await start(
			xsEngine,
			`import Timer from "timer"; import monitor from "xs-cellular/monitor";
			let n = 0; export default () => { Timer.repeat(() => { if (++n % 20000 === 0) monitor("tick", { n }); }, 10); };`,
			host,
		);
		host.clock.run(600_000);
		expect(host.events.map(([, data]) => data.n)).toEqual([20_000, 40_000, 60_000]);
	});
});
