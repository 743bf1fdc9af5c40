import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import { createDigital } from "../../host-sim/platform/digital.js";
import { createKeyValue } from "../../host-sim/platform/key-value.js";
import { createPlatform, platformModules } from "../../host-sim/platform/platform.js";
import { createTime } from "../../host-sim/platform/time.js";
import { createTimer } from "../../host-sim/platform/timer.js";
import { createHost } from "../engine/host.js";
import { createLifetime } from "./lifetime.js";

describe("timer", () => {
	function setUp() {
		const clock = new VirtualClock();
		const life = createLifetime();
		const seen: string[] = [];
		return { clock, life, seen, note: (name: string) => () => void seen.push(`${name}@${clock.now()}`), Timer: createTimer(clock, life) };
	}

	test("once at once, once later, with a repeat, and every so often", () => {
		const { clock, Timer, note, seen } = setUp();
		Timer.set(note("now"));
		Timer.set(note("once"), 5);
		Timer.set(note("both"), 3, 4);
		Timer.repeat(note("every"), 6);
		expect(seen).toEqual([]);
		clock.run(12);
		expect(seen).toEqual(["now@0", "both@3", "once@5", "every@6", "both@7", "both@11", "every@12"]);
	});

	test("the callback gets its timer, and may clear it", () => {
		const { clock, Timer, seen } = setUp();
		const timer = Timer.repeat(given => {
			seen.push(String(given === timer));
			Timer.clear(given);
		}, 10);
		clock.run(100);
		expect(seen).toEqual(["true"]);
		expect(clock.pending).toBe(0);
	});

	test("schedule moves a timer; without a delay it waits, also from its own callback", () => {
		const { clock, Timer, seen } = setUp();
		const timer = Timer.set(() => {
			seen.push(`@${clock.now()}`);
			Timer.schedule(timer);
		}, 1000);
		Timer.schedule(timer, 10);
		clock.run(50);
		Timer.schedule(timer, 10, 10);
		clock.run(100);
		expect(seen).toEqual(["@10", "@60"]);
		expect(clock.pending).toBe(0);
	});

	test("clearing twice, nothing or a timer that has fired does no harm; scheduling one does", () => {
		const { clock, Timer, note } = setUp();
		const timer = Timer.set(note("once"), 1);
		clock.run(2);
		Timer.clear(timer);
		Timer.clear(timer);
		Timer.clear(undefined);
		Timer.clear(null);
		expect(() => Timer.schedule(timer, 1)).toThrow(SyntaxError);
	});

	test("a delay is a number that fits 32 bits", () => {
		const { Timer, note } = setUp();
		expect(() => Timer.set(note("x"), 1n as never)).toThrow(TypeError);
		expect(() => Timer.set(note("x"), 2 ** 31)).toThrow("does not fit a board's 32-bit timer");
		Timer.set(note("x"), 2 ** 31 - 1);
		expect(() => (Timer as any).delay()).toThrow("use Timer.set");
	});

	test("an exception of a callback goes to the run", () => {
		const { clock, Timer, life } = setUp();
		Timer.set(() => {
			throw new Error("in the timer");
		}, 1);
		clock.run(1);
		expect(life.failures.map(error => error.message)).toEqual(["in the timer"]);
	});
});

describe("time", () => {
	test("ticks are whole and have 32 bits with sign", () => {
		const clock = new VirtualClock(1000.25);
		const time = createTime(clock, 2 ** 31 - 2);
		expect(time.ticks).toBe(2_147_483_646);
		clock.run(1002.5);
		expect(time.ticks).toBe(-2_147_483_648);
		expect(time.delta(2_147_483_646)).toBe(2);
	});

	test("ticks wrap after 49.7 days", () => {
		const clock = new VirtualClock();
		const time = createTime(clock, 2 ** 32 - 1);
		expect(time.ticks).toBe(-1);
		clock.run(1);
		expect(time.ticks).toBe(0);
		clock.run(2 ** 32);
		expect(time.ticks).toBe(-1);
		expect(time.delta(2_147_483_647, -2_147_483_648)).toBe(1);
	});
});

describe("digital", () => {
	test("outputs set the module's pins, inputs read them, closed ones do neither", () => {
		const host = createHost();
		const Digital = createDigital(host, createLifetime());
		const power = new Digital({ pin: "power", mode: Digital.Output });
		power.write(1);
		expect([...host.pins]).toEqual([["power", 1]]);
		const status = new Digital({ pin: "status", mode: Digital.InputPullUp });
		expect(status.read()).toBe(0);
		host.pins.set("status", 1);
		expect(status.read()).toBe(1);
		expect(() => status.write(1)).toThrow("pin status is an input");
		power.close();
		expect(() => power.write(0)).toThrow("the pin is closed");
		expect(host.pins.get("power")).toBe(1);
	});

	test("a pin by number is the pin of that name", () => {
		const host = createHost();
		const Digital = createDigital(host, createLifetime());
		new Digital({ pin: 5, mode: Digital.OutputOpenDrain, initialValue: 1 });
		expect([...host.pins]).toEqual([["5", 1]]);
		expect(() => new Digital({ mode: Digital.Input } as never)).toThrow("needs a pin");
		expect(() => new Digital({ pin: 5 } as never)).toThrow("needs a mode");
	});
});

describe("key-value storage", () => {
	const open = (storage = new Map<string, Uint8Array>()) => createKeyValue(createHost({ storage }), createLifetime());

	test("keeps buffers, gives copies, and knows domains apart", () => {
		const keyValue = open();
		const one = keyValue.open({ path: "one" });
		const two = keyValue.open({ path: "one/two" });
		const value = Uint8Array.of(9, 1, 2, 9);
		one.write("a", value.subarray(1, 3));
		value.fill(7);
		expect([...new Uint8Array(one.read("a") as ArrayBuffer)]).toEqual([1, 2]);
		new Uint8Array(one.read("a") as ArrayBuffer).fill(0);
		expect([...new Uint8Array(one.read("a") as ArrayBuffer)]).toEqual([1, 2]);
		expect(two.read("a")).toBeUndefined();
		two.write("b", new ArrayBuffer(1));
		expect([...two]).toEqual(["b"]);
		expect([...one]).toEqual(["a"]);
		one.delete("a");
		one.delete("a");
		expect(one.read("a")).toBeUndefined();
	});

	test("reads into a buffer", () => {
		const store = open().open({ path: "p" });
		store.write("k", Uint8Array.of(1, 2, 3));
		const into = new Uint8Array(4);
		expect(store.read("k", into)).toBe(3);
		expect([...into]).toEqual([1, 2, 3, 0]);
		expect(store.read("none", into)).toBeUndefined();
	});

	test.each([
		["string", "Môd\ndable", "Môd\ndable"],
		["string", "", ""],
		["uint8", -1, 255],
		["int8", 128, -128],
		["uint16", 65_536, 0],
		["int16", -32_769, 32_767],
		["uint32", 2 ** 32, 0],
		["int32", -1, -1],
		["int64", -2147483648000n, -2147483648000n],
		["uint64", -1n, 2n ** 64n - 1n],
	] as const)("format %s turns %o into %o", (format, given, kept) => {
		const store = open().open({ path: "p", format });
		store.write("k", given);
		expect(store.read("k")).toBe(kept);
		expect(store.read("other")).toBeUndefined();
	});

	test("mistakes throw as on a board", () => {
		const keyValue = open();
		const store = keyValue.open({ path: "p" });
		expect(() => keyValue.open(undefined as never)).toThrow(TypeError);
		expect(() => keyValue.open({} as never)).toThrow("a path is needed");
		expect(() => keyValue.open({ path: "p", mode: "w" as never })).toThrow("invalid mode");
		expect(() => keyValue.open({ path: "p", format: "json" as never })).toThrow(RangeError);
		expect(() => (store as any).read()).toThrow(SyntaxError);
		expect(() => (store as any).write("k")).toThrow(SyntaxError);
		expect(() => store.write("k", "text")).toThrow(TypeError);
		expect(() => store.read(Symbol("k") as never)).toThrow(TypeError);
		expect(() => (store.format = "json" as never)).toThrow(RangeError);
		expect(store.format).toBe("buffer");
		const readOnly = keyValue.open({ path: "p", mode: "r" });
		expect(() => readOnly.write("k", new ArrayBuffer(1))).toThrow("read only");
		expect(() => readOnly.delete("k")).toThrow("read only");
		store.close();
		store.close();
		expect(() => store.read("k")).toThrow("closed");
	});

	test("what one run wrote the next one reads", () => {
		const storage = new Map<string, Uint8Array>();
		open(storage).open({ path: "p", format: "string" }).write("k", "kept");
		expect(open(storage).open({ path: "p", format: "string" }).read("k")).toBe("kept");
	});
});

test("the platform has each of its modules, and monitor passes JSON on", () => {
	const host = createHost();
	const platform = createPlatform(host, createLifetime());
	expect(Object.keys(platform).sort()).toEqual([...platformModules].sort());
	const monitor = platform["xs-cellular/monitor"] as (event: string, data?: Record<string, unknown>) => void;
	const data = { list: [1], gone: undefined };
	monitor("event", data);
	data.list.push(2);
	monitor("bare");
	expect(host.events).toEqual([
		["event", { list: [1] }],
		["bare", {}],
	]);
});
