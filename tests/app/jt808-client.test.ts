import { describe, expect, test } from "vitest";
import { Jt808Client, Jt808Error, type Jt808Options } from "../../sdk/app/jt808.js";
import { hex, unhex } from "./server.js";

const TERMINAL = "867123456789";
/** Frames of the platform for that terminal, checks computed outside the SDK; the tests below give body and serial. */
function frame(id: string, body: string, serial: string): string {
	const plain = `${id}40${(body.length / 2).toString(16).padStart(2, "0")}0100000000${TERMINAL}${serial}${body}`;
	let check = 0;
	for (const byte of unhex(plain)) check ^= byte;
	const all = plain + check.toString(16).padStart(2, "0");
	return `7e${all.replace(/../g, pair => (pair === "7e" ? "7d02" : pair === "7d" ? "7d01" : pair))}7e`;
}
const HEARTBEAT = /^7e00024000010000000086712345678900/;

function bench(options: Partial<Jt808Options<undefined>> = {}) {
	const events: string[] = [];
	const timers: { callback: () => void; atMs: number }[] = [];
	let nowMs = 0;
	let handlers: any;
	let room = 4096;
	let pending = "";
	class Socket {
		isClosed = false;
		constructor(given: any) {
			handlers = given;
		}
		read(count: number): ArrayBuffer {
			const bytes = unhex(inbox.slice(0, count * 2));
			inbox = inbox.slice(count * 2);
			return bytes.buffer as ArrayBuffer;
		}
		write(bytes: Uint8Array): number {
			if (bytes.length > room) throw new Error("no room");
			room -= bytes.length;
			pending += hex(bytes);
			return room;
		}
		close(): void {
			events.push("closed");
		}
	}
	let inbox = "";
	const timer = {
		set(callback: () => void, delayMs: number) {
			const entry = { callback, atMs: nowMs + delayMs };
			timers.push(entry);
			return entry;
		},
		clear(entry: (typeof timers)[number]) {
			const index = timers.indexOf(entry);
			if (index >= 0) timers.splice(index, 1);
		},
	};
	const client = new Jt808Client<undefined>({
		socket: { io: Socket as never },
		host: "platform.example",
		port: 7611,
		timer,
		terminal: TERMINAL,
		imei: "861234567890123",
		version: "tracker",
		heartbeatSeconds: 60,
		onCode: code => events.push(`code ${code === undefined ? "none" : hex(code)}`),
		onReady: () => events.push("ready"),
		onError: error => events.push(`${error.code} ${error.result ?? ""}`.trim()),
		...options,
	});
	return {
		client,
		events,
		get options() {
			return handlers;
		},
		connect: (free = 4096) => {
			room = free;
			handlers.onWritable.call(null, free);
		},
		free: (count: number) => {
			room = count;
			handlers.onWritable(count);
		},
		say(...frames: string[]) {
			inbox += frames.join("");
			handlers.onReadable.call(new Socket(handlers), inbox.length / 2);
		},
		lose: () => handlers.onError(),
		/** What was sent since the last time, frame by frame. */
		sent(): string[] {
			const frames = pending.match(/7e(?:(?!7e)..)+7e/g) ?? [];
			pending = "";
			return frames;
		},
		pass(seconds: number) {
			const untilMs = nowMs + seconds * 1000;
			for (;;) {
				const next = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
				if (!next) break;
				nowMs = next.atMs;
				timers.splice(timers.indexOf(next), 1);
				next.callback();
			}
			nowMs = untilMs;
		},
		get waiting() {
			return timers.length;
		},
	};
}
type Bench = ReturnType<typeof bench>;

/** With the code of an earlier registration. */
function ready(options: Partial<Jt808Options<undefined>> = {}): Bench {
	const it = bench({ code: unhex("6b37"), ...options });
	it.connect();
	expect(it.sent().map(text => text.slice(2, 6))).toEqual(["0102"]);
	it.say(frame("8001", "0000010200", "0000"));
	expect(it.events).toEqual(["ready"]);
	it.events.length = 0;
	return it;
}

describe("logging in", () => {
	test("registers once, gives the code to be kept, and authenticates with it", () => {
		const it = bench();
		expect(it.options.host).toBe("platform.example");
		expect(it.options.port).toBe(7611);
		it.connect();
		expect(it.sent().map(text => text.slice(0, 36))).toEqual(
			["7e01004" + "04c010000000086712345678900000000000"].map(text => text.slice(0, 36)),
		);
		it.say(frame("8100", "0000006b377d7e", "0000"));
		expect(it.events).toEqual(["code 6b377d7e"]);
		expect(it.sent()).toEqual([
			"7e0102402801000000008671234567890001046b377d017d02383631323334353637383930313233747261636b657200000000000000000000000000087e",
		]);
		it.say(frame("8001", "0001010200", "0001"));
		expect(it.events).toEqual(["code 6b377d7e", "ready"]);
		expect(it.client.isReady).toBe(true);
	});

	test("a terminal that the platform does not take is told so, and the connection is over", () => {
		const it = bench();
		it.connect();
		it.say(frame("8100", "000004", "0000"));
		expect(it.events).toEqual(["closed", "registration 4"]);
		expect(it.waiting).toBe(0);
	});

	test("a code that is not known any more is to be forgotten", () => {
		const it = bench({ code: unhex("6b37") });
		it.connect();
		it.say(frame("8001", "0000010201", "0000"));
		expect(it.events).toEqual(["code none", "closed", "authentication 1"]);
	});

	test("an answer to something else, and one that came before, mean nothing", () => {
		const it = bench({ code: unhex("6b37") });
		it.connect();
		it.say(
			frame("8001", "0001010200", "0000"),
			frame("8001", "0000000200", "0001"),
			frame("8100", "00000041", "0002"),
			frame("8001", "00", "0003"),
		);
		expect(it.events).toEqual([]);
	});

	test("without a connection", () => {
		const it = bench();
		it.lose();
		it.lose();
		expect(it.events).toEqual(["closed", "connect"]);
	});

	test.each(["", "12a", "123456789012345678901"])("a terminal number that is none: %s", terminal => {
		expect(() => bench({ terminal })).toThrow(RangeError);
	});
});

describe("messages", () => {
	const done = (it: Bench) => (error: Jt808Error | undefined) => {
		it.events.push(error === undefined ? "done" : `${error.code} ${error.result}`);
	};

	test("is done when the platform has answered it by its serial, and the next may go", () => {
		const it = ready();
		it.client.send(0x0200, unhex("aabb"), undefined, done(it));
		expect(it.client.isBusy).toBe(true);
		expect(() => it.client.send(0x0200, unhex("aa"), undefined, done(it))).toThrow(Jt808Error);
		expect(it.sent()).toEqual([frame("0200", "aabb", "0001")]);
		it.say(frame("8001", "0001070400", "0001"));
		expect(it.events).toEqual([]);
		it.say(frame("8001", "0001020000", "0002"));
		expect(it.events).toEqual(["done"]);
		it.say(frame("8001", "0001020000", "0003"));
		expect(it.events).toEqual(["done"]);
		it.client.send(0x0200, unhex("cc"), undefined, done(it));
		expect(it.sent()).toEqual([frame("0200", "cc", "0002")]);
		// An alarm that was taken (result 4) is a success.
		it.say(frame("8001", "0002020004", "0004"));
		expect(it.events).toEqual(["done", "done"]);
	});

	test("that the platform does not take", () => {
		const it = ready();
		it.client.send(0x0200, unhex("aabb"), undefined, done(it));
		it.say(frame("8001", "0001020002", "0001"));
		expect(it.events).toEqual(["refused 2"]);
		expect(it.client.isReady).toBe(true);
	});

	test("goes again after 5, 10, 30 and no more after 120 seconds; serial and bytes stay", () => {
		const it = ready();
		it.client.send(0x0200, unhex("aabb"), undefined, done(it));
		const first = it.sent();
		for (const seconds of [5, 10, 30]) {
			it.pass(seconds - 0.001);
			expect(it.sent()).toEqual([]);
			it.pass(0.001);
			expect(it.sent()).toEqual(first);
		}
		it.pass(119.9);
		expect(it.events).toEqual([]);
		it.pass(0.1);
		expect(it.events).toEqual(["closed", "timeout"]);
		expect(it.client.retransmitted).toBe(3);
		expect(it.waiting).toBe(0);
	});

	test("as much as there is room for, and nothing between the parts of a frame", () => {
		const it = ready();
		it.free(10);
		it.client.send(0x0200, unhex("aabbccdd"), undefined, done(it));
		it.say(frame("8104", "", "0007"));
		it.free(7);
		it.free(100);
		expect(it.sent()).toEqual([frame("0200", "aabbccdd", "0001"), frame("0001", "0007810403", "0002")]);
	});

	test("close says nothing any more", () => {
		const it = ready();
		it.client.send(0x0200, unhex("aabb"), undefined, done(it));
		it.client.close();
		it.client.close();
		it.pass(1000);
		it.say(frame("8001", "0001020000", "0001"));
		expect(it.events).toEqual(["closed"]);
	});
});

describe("a message in packets", () => {
	const BODY = Uint8Array.from({ length: 2050 }, (_, index) => index & 0x3f);
	const start = (it: Bench): string[] => {
		it.client.send(0x0704, BODY, undefined, error => it.events.push(error?.code ?? "done"));
		return it.sent();
	};
	const header = (text: string) => text.slice(2, 44);

	test("1,023 bytes each, serials in a row", () => {
		const it = ready();
		expect(start(it).map(header)).toEqual([
			"070463ff0100000000867123456789000100030001",
			"070463ff0100000000867123456789000200030002",
			"070460040100000000867123456789000300030003",
		]);
	});

	test("one answer for each", () => {
		const it = ready();
		start(it);
		it.say(frame("8001", "0001070400", "0001"), frame("8001", "0002070400", "0002"));
		expect(it.events).toEqual([]);
		it.say(frame("8001", "0003070400", "0003"));
		expect(it.events).toEqual(["done"]);
	});

	test("one answer for all by the first serial: a heartbeat behind them shows that there will be no other", () => {
		const it = ready();
		start(it);
		it.say(frame("8001", "0001070400", "0001"));
		const [heartbeat, ...more] = it.sent();
		expect(heartbeat).toMatch(HEARTBEAT);
		expect(more).toEqual([]);
		expect(it.events).toEqual([]);
		it.say(frame("8001", "0004000200", "0002"));
		expect(it.events).toEqual(["done"]);
		it.client.send(0x0200, unhex("aa"), undefined, () => {});
		expect(it.sent()).toEqual([frame("0200", "aa", "0005")]);
	});

	test("one packet that was not taken is all of them not taken", () => {
		const it = ready();
		start(it);
		it.say(frame("8001", "0001070400", "0001"), frame("8001", "0002070401", "0002"));
		expect(it.events).toEqual(["refused"]);
	});

	test("those that the platform asks for, and after silence those that were not answered", () => {
		const it = ready();
		const [, second, third] = start(it);
		it.say(frame("8003", "0001010002", "0001"));
		expect(it.sent()).toEqual([second]);
		it.say(frame("8003", "0009010002", "0002"), frame("8003", "0001020000", "0003"));
		expect(it.sent()).toEqual([]);
		it.say(frame("8001", "0001070400", "0004"));
		it.sent();
		it.free(4096);
		it.pass(5);
		expect(it.sent()).toEqual([second, third]);
	});
});

describe("heartbeats and wishes", () => {
	test("a heartbeat after so long without a message, and a message behind it waits its turn", () => {
		const it = ready();
		it.pass(59);
		expect(it.sent()).toEqual([]);
		it.pass(1);
		expect(it.sent()).toEqual([frame("0002", "", "0001")]);
		it.client.send(0x0200, unhex("aa"), undefined, () => it.events.push("done"));
		expect(it.sent()).toEqual([]);
		it.say(frame("8001", "0001000200", "0001"));
		expect(it.sent()).toEqual([frame("0200", "aa", "0002")]);
		it.say(frame("8001", "0002020000", "0002"));
		expect(it.events).toEqual(["done"]);
		it.pass(60);
		expect(it.sent()).toEqual([frame("0002", "", "0003")]);
		it.pass(165);
		expect(it.events).toEqual(["done", "closed", "timeout"]);
	});

	test("parameters are set and answered; the client's own is the heartbeat", () => {
		const asked: [number, number | undefined][] = [];
		const it = ready({
			onParameter(id, value) {
				asked.push([id, value]);
				return id === 0x29 && value === 60;
			},
		});
		it.say("7e81034013010000000086712345678900090200000029040000003c00000001040000005aea7e");
		expect(it.sent()).toEqual([frame("0001", "0009810300", "0001")]);
		expect(asked).toEqual([
			[0x29, 60],
			[0x01, 90],
		]);
		it.say(frame("8103", "01000000290400000000", "000a"), frame("8103", "010000", "000b"), frame("8104", "", "000c"));
		expect(it.sent()).toEqual([
			frame("0001", "000a810301", "0002"),
			frame("0001", "000b810302", "0003"),
			frame("0001", "000c810403", "0004"),
		]);
		it.client.send(0x0200, unhex("aa"), undefined, () => {});
		it.say(frame("8001", "0005020000", "000d"));
		it.sent();
		it.pass(89);
		expect(it.sent()).toEqual([]);
		it.pass(1);
		expect(it.sent().length).toBe(1);
	});

	test("the connection ends", () => {
		const it = ready();
		it.lose();
		expect(it.events).toEqual(["closed", "closed"]);
		expect(it.waiting).toBe(0);
	});
});
