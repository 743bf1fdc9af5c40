import { describe, expect, test } from "vitest";
import { deriveTimers } from "../../sdk/app/coap.js";
import { hex, unhex, World } from "./server.js";

/** Message id and token (hex) of an outgoing message with a token of 4 bytes. */
function idOf(message: string): string {
	return message.slice(4, 8);
}
function tokenOf(message: string): string {
	return message.slice(8, 16);
}
const changed = () => ({ code: "2.04" });

describe("timers", () => {
	test("RFC 7252 4.8.2: the values of its table for the defaults of 4.8", () => {
		expect(deriveTimers({ ackTimeoutMs: 2000 })).toEqual({
			ackTimeoutMs: 2000,
			ackRandomFactor: 1.5,
			maxRetransmit: 4,
			maxLatencyMs: 100_000,
			responseTimeoutMs: 93_000,
			maxTransmitSpanMs: 45_000,
			maxTransmitWaitMs: 93_000,
			processingDelayMs: 2000,
			maxRttMs: 202_000,
			exchangeLifetimeMs: 247_000,
			nonLifetimeMs: 145_000,
		});
	});
	test("a longer ACK_TIMEOUT moves them all", () => {
		expect(deriveTimers()).toMatchObject({
			maxTransmitSpanMs: 225_000,
			maxTransmitWaitMs: 465_000,
			exchangeLifetimeMs: 435_000,
			nonLifetimeMs: 325_000,
		});
	});
	test.each([
		{ ackTimeoutMs: 0 },
		{ ackRandomFactor: 0.9 },
		{ maxRetransmit: 1.5 },
		{ maxRetransmit: 16 },
		{ responseTimeoutMs: -1 },
		{ ackTimeoutMs: NaN },
	])("%o is refused", timers => {
		expect(() => deriveTimers(timers)).toThrow(RangeError);
	});
});

describe("a request", () => {
	test("goes out as it should and its piggybacked response comes back", () => {
		const world = new World();
		const seen: unknown[] = [];
		world.serve(request => {
			seen.push(request);
			return { code: "2.04", contentFormat: 60, payload: Uint8Array.of(0xa0) };
		});
		world.open();
		world.request({ payload: Uint8Array.of(0x80), contentFormat: 112, query: "v=1&x" });
		world.run(1000);
		expect(world.up[0]).toMatch(/^4402[0-9a-f]{12}b872656164696e6773117033763d310178ff80$/);
		expect(seen).toEqual([{ method: "POST", path: "/readings", contentFormat: 112, payload: Uint8Array.of(0x80) }]);
		expect(world.outcomes).toMatchObject([{ code: "2.04", bytes: Uint8Array.of(0xa0), contentFormat: 60, more: false, piggybacked: true }]);
		expect(world.client.counters).toEqual({ sent: 1, retransmitted: 0, duplicates: 0, rejected: 0, refused: 0, faults: 0 });
		expect(world.client.idle).toBe(true);
		expect(world.clock.pending).toBe(0);
	});
	test("a separate response is acknowledged, and again when it comes again", () => {
		const world = new World();
		Object.assign(
			world.serve(() => ({ code: "2.05", payload: new TextEncoder().encode("late") })),
			{ response: "separate", delayMs: 3000 },
		);
		world.path = (bytes, direction) => (direction === "down" && bytes[0] === 0x44 ? [50, 400] : [50]);
		world.open();
		world.request();
		world.run(60_000);
		expect(world.outcomes).toMatchObject([{ code: "2.05", payload: "late", piggybacked: false }]);
		const acknowledgements = world.up.filter(message => message.startsWith("6000"));
		expect(acknowledgements).toEqual(["60000002", "60000002"]);
		expect(world.client.counters).toMatchObject({ sent: 1, retransmitted: 0, duplicates: 1 });
	});
	test("a separate response that overtakes the acknowledgement stands for it", () => {
		const world = new World();
		world.server = (bytes, reply) => {
			if (bytes[0] === 0x44) reply(unhex(`44450999${hex(bytes.slice(4, 8))}`));
		};
		world.open();
		world.request();
		world.run(600_000);
		expect(world.outcomes).toMatchObject([{ code: "2.05" }]);
		expect(world.up.slice(1)).toEqual(["60000999"]);
	});
	test("no answer: five transmissions, each wait twice the last, then an error after MAX_TRANSMIT_WAIT at most", () => {
		const world = new World();
		const client = world.open({ random: () => 0.5, timers: { ackTimeoutMs: 2000 } });
		world.request();
		world.run(100_000);
		expect(world.upTimes).toEqual([0, 2500, 7500, 17_500, 37_500]);
		expect(new Set(world.up).size).toBe(1);
		expect(world.outcomes).toEqual([{ code: "timeout" }]);
		expect(client.counters).toMatchObject({ sent: 1, retransmitted: 4 });
		expect(world.clock.pending).toBe(0);
	});
	test("acknowledged and then nothing: an error after responseTimeoutMs", () => {
		const world = new World();
		world.server = (bytes, reply) => {
			for (const delayMs of [0, 3000, 6000]) world.clock.after(delayMs, () => reply(Uint8Array.of(0x60, 0, bytes[2]!, bytes[3]!)));
		};
		world.open({ timers: { responseTimeoutMs: 7000 } });
		world.request();
		world.run(7099);
		expect(world.outcomes).toEqual([]);
		world.run(1);
		expect(world.outcomes).toEqual([{ code: "timeout" }]);
		expect(world.up).toHaveLength(1);
	});
	test("a non-confirmable request is sent once and waits as long", () => {
		const world = new World();
		world.open({ timers: { responseTimeoutMs: 7000 } });
		world.request({ confirmable: false });
		world.run(7000);
		expect(world.up).toHaveLength(1);
		expect(world.up[0]).toMatch(/^5402/);
		expect(world.outcomes).toEqual([{ code: "timeout" }]);
	});
	test("a non-confirmable response to a non-confirmable request gets no acknowledgement", () => {
		const world = new World();
		world.serve(changed);
		world.open();
		world.request({ confirmable: false });
		world.run(1000);
		expect(world.outcomes).toMatchObject([{ code: "2.04" }]);
		expect(world.up).toHaveLength(1);
	});
	test("a reset is an error at once", () => {
		const world = new World();
		world.server = (bytes, reply) => reply(Uint8Array.of(0x70, 0, bytes[2]!, bytes[3]!));
		world.open();
		world.request();
		world.run(1000);
		expect(world.outcomes).toEqual([{ code: "reset" }]);
	});
	test("an error of the server is a response", () => {
		const world = new World();
		world.serve(() => ({ code: "4.04" }));
		world.open();
		world.request();
		world.run(1000);
		expect(world.outcomes).toMatchObject([{ code: "4.04" }]);
	});
	test("one at a time (NSTART), in order; a full queue is told", () => {
		const world = new World();
		world.serve(changed);
		world.open({ queueCapacity: 2 });
		for (let count = 0; count < 3; count++) world.request({ path: `/${count}` });
		expect(() => world.request()).toThrow(expect.objectContaining({ code: "queueFull" }));
		expect(world.up).toHaveLength(1);
		world.run(1000);
		expect(world.up.map(message => message.slice(16))).toEqual(["b130", "b131", "b132"]);
		expect(world.upTimes).toEqual([0, 100, 200]);
		expect(world.outcomes).toHaveLength(3);
	});
	test("a request from inside a callback goes next; a throwing callback is counted and told, and nothing is lost", () => {
		const world = new World();
		world.serve(changed);
		const client = world.open();
		world.request({
			onResponse: () => {
				world.request({ path: "/next" });
				throw new Error("application");
			},
		});
		world.run(1000);
		expect(world.outcomes).toMatchObject([{ code: "2.04" }]);
		expect(client.counters.faults).toBe(1);
		expect(world.errors).toMatchObject([{ code: "callback" }]);
	});
	test("closed from inside a callback: nothing follows", () => {
		const world = new World();
		world.serve(changed);
		const client = world.open();
		world.request({ onResponse: () => client.close() });
		world.request({ path: "/never" });
		world.run(1_000_000);
		client.close();
		expect(world.up).toHaveLength(1);
		expect(world.clock.pending).toBe(0);
		expect(() => world.request()).toThrow(expect.objectContaining({ code: "closed" }));
	});
	test("cancelled while it waits or is under way: no callback, the next one goes", () => {
		const world = new World();
		world.serve(changed);
		const client = world.open();
		const first = world.request({ path: "/1" });
		const second = world.request({ path: "/2" });
		world.request({ path: "/3" });
		client.cancel(second);
		client.cancel(first);
		world.run(1000);
		expect(world.up.map(message => message.slice(-2))).toEqual(["31", "33"]);
		expect(world.outcomes).toHaveLength(1);
	});
	test("a datagram that the socket refuses counts as lost", () => {
		const world = new World();
		class Refusing {
			write(): void {
				throw new Error("no route");
			}
			read() {
				return undefined;
			}
			close() {}
		}
		world.open({ socket: { io: Refusing as any }, timers: { ackTimeoutMs: 1000, ackRandomFactor: 1, maxRetransmit: 1 } });
		world.request();
		world.run(10_000);
		expect(world.outcomes).toEqual([{ code: "timeout" }]);
		expect(world.client.counters).toMatchObject({ refused: 2, sent: 1, retransmitted: 1 });
		expect(world.errors.map(error => error.code)).toEqual(["socket", "socket"]);
	});
	test("works across the wrap of the 32-bit ticks", () => {
		for (const firstTick of [2 ** 31 - 3000, 2 ** 32 - 3000]) {
			const world = new World();
			world.open({ random: () => 0.5, timers: { ackTimeoutMs: 2000, maxRetransmit: 1 } }, firstTick);
			world.request();
			world.run(100_000);
			expect(world.upTimes).toEqual([0, 2500]);
			expect(world.outcomes).toEqual([{ code: "timeout" }]);
		}
	});
	test.each([
		[{ address: "meters.example.net" }, "usage"],
		[{ blockBytes: 100 }, "usage"],
	])("%o is refused", (options, errorCode) => {
		expect(() => new World().open(options)).toThrow(expect.objectContaining({ code: errorCode }));
	});
	test("a request that fits no datagram is told", () => {
		const world = new World();
		world.open();
		world.request({ path: `/${"x".repeat(900)}` });
		world.run(10);
		expect(world.outcomes).toEqual([{ code: "tooLarge" }]);
		expect(world.up).toEqual([]);
	});
});

describe("what does not belong to the request", () => {
	/** Sends `answer` (with id and token filled in) first, then the right response 1 s later. */
	function worldWith(answer: (id: string, token: string) => string): World {
		const world = new World();
		world.server = (bytes, reply) => {
			if (bytes[0] !== 0x44) return;
			const [id, token] = [hex(bytes.slice(2, 4)), hex(bytes.slice(4, 8))];
			reply(unhex(answer(id, token)));
			world.clock.after(1000, () => reply(unhex(`6444${id}${token}`)));
		};
		world.open();
		world.request();
		world.run(5000);
		return world;
	}
	test.each([
		["an acknowledgement with another token", (id: string) => `6445${id}00000000`],
		["an acknowledgement of another message", (_id: string, token: string) => `644500ff${token}`],
		["a reset of another message", () => "700000ff"],
		["a malformed acknowledgement", (id: string, token: string) => `6445${id}${token}f0`],
		["another version", (id: string, token: string) => `8445${id}${token}`],
	])("%s is ignored", (_what, answer) => {
		const world = worldWith(answer);
		expect(world.outcomes).toMatchObject([{ code: "2.04" }]);
		expect(world.up).toHaveLength(1);
	});
	test.each([
		["a confirmable response with another token", () => "44450abc00000000", "70000abc"],
		["a ping", () => "40000abc", "70000abc"],
		["a request", () => "40010abc", "70000abc"],
		["a malformed confirmable message", () => "40450abcff", "70000abc"],
	])("%s gets a reset", (_what, answer, reset) => {
		const world = worldWith(answer);
		expect(world.outcomes).toMatchObject([{ code: "2.04" }]);
		expect(world.up.slice(1)).toEqual([reset]);
	});
	test("a critical option that is unknown: the response must not be used", () => {
		// Option 9, length 0, in the acknowledgement.
		expect(worldWith((id, token) => `6445${id}${token}90`).outcomes).toEqual([{ code: "badOption" }]);
	});
	test("the same in a confirmable response, which gets a reset", () => {
		const world = worldWith((_id, token) => `44450abc${token}90`);
		expect(world.outcomes).toEqual([{ code: "badOption" }]);
		expect(world.up[1]).toBe("70000abc");
	});
	test("an elective option that is unknown is passed over; so is a content format of a wrong length", () => {
		const world = worldWith((id, token) => `6445${id}${token}c3010101c100`);
		expect(world.outcomes).toMatchObject([{ code: "2.05" }]);
		expect(world.outcomes[0]!.contentFormat).toBeUndefined();
	});
	test("a datagram from elsewhere is dropped", () => {
		const world = new World();
		world.open();
		world.request();
		const [id, token] = [idOf(world.up[0]!), tokenOf(world.up[0]!)];
		const datagram = unhex(`6444${id}${token}`).buffer as ArrayBuffer & { address?: string };
		const queue = [Object.assign(datagram, { address: "2001:db8::bad" })];
		let readable: () => void = () => {};
		class Other {
			constructor(options: { onReadable: () => void }) {
				readable = options.onReadable;
			}
			read() {
				return queue.shift();
			}
			write() {}
			close() {}
		}
		const client = world.open({ socket: { io: Other as any } });
		world.request();
		readable();
		expect(world.outcomes).toEqual([]);
		expect(client.counters.rejected).toBe(1);
	});
});

describe("release assistance", () => {
	function releases(world: World): (string | undefined)[] {
		return world.sent.filter(({ direction }) => direction === "up").map(({ release }) => release);
	}
	test("only once the server is known to answer in the acknowledgement", () => {
		const world = new World();
		const behaviour = world.serve(changed);
		world.open();
		for (let count = 0; count < 2; count++) {
			world.request({ release: "after-response" });
			world.run(1000);
		}
		expect(releases(world)).toEqual([undefined, "after-response"]);
		behaviour.response = "separate";
		world.request({ release: "after-response" });
		world.run(1000);
		// The hint was wrong this time; the acknowledgement of the separate response is the last uplink.
		expect(releases(world).slice(2)).toEqual(["after-response", "after-uplink"]);
		behaviour.response = "piggybacked";
		for (let count = 0; count < 5; count++) {
			world.request({ release: "after-response" });
			world.run(1000);
		}
		expect(releases(world).slice(4)).toEqual([undefined, undefined, undefined, undefined, "after-response"]);
	});
	test("not with the last acknowledgement when the application has more to send", () => {
		const world = new World();
		world.serve(changed).response = "separate";
		world.open();
		world.request({ release: "after-response", onResponse: () => world.request({ path: "/more" }) });
		world.run(1000);
		expect(world.up.map(message => message.slice(0, 4))).toEqual(["4402", "6000", "4402", "6000"]);
		expect(releases(world)).toEqual([undefined, undefined, undefined, undefined]);
	});
	test("a non-confirmable exchange says nothing about acknowledgements", () => {
		const world = new World();
		world.serve(changed);
		world.open();
		world.request();
		world.request({ confirmable: false });
		world.run(1000);
		world.request({ release: "after-response" });
		world.run(1000);
		expect(releases(world)).toEqual([undefined, undefined, "after-response"]);
	});
	test("never when not asked for, with a queue, or in blocks", () => {
		const world = new World();
		world.serve(changed);
		world.open({ blockBytes: 16 });
		world.request();
		world.run(1000);
		world.request({ release: "after-response" });
		world.request({ release: "after-response", payload: new Uint8Array(40) });
		world.request();
		world.run(1000);
		expect(releases(world)).toEqual([undefined, "after-response", undefined, undefined, undefined, undefined]);
		world.sent.length = 0;
		world.request();
		world.request({ release: "after-response" });
		world.request({ release: "after-response" });
		world.run(1000);
		expect(releases(world)).toEqual([undefined, undefined, "after-response"]);
		world.sent.length = 0;
		world.request({ release: "after-response", payload: new Uint8Array(40) });
		world.run(1000);
		expect(releases(world)).toEqual([undefined, undefined, undefined]);
	});
});
