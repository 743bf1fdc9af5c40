import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../host-sim/clock/random.js";
import { World } from "./server.js";

/** A path that loses, doubles and reorders, from a seed. */
function roughPath(seed: number, loss: number, repeat: number, longestMs: number) {
	const random = createRandom(seed);
	return () => {
		if (random.chance(loss)) return [];
		const delay = () => random.integer(1, longestMs);
		return random.chance(repeat) ? [delay(), delay()] : [delay()];
	};
}

describe("over a path that loses, repeats and reorders", () => {
	const conditions = fc.record({
		seed: fc.integer({ min: 1, max: 1e6 }),
		loss: fc.constantFrom(0, 0.1, 0.3, 0.6),
		repeat: fc.constantFrom(0, 0.3),
		longestMs: fc.constantFrom(100, 5000, 30_000),
		separate: fc.boolean(),
		payloadBytes: fc.constantFrom(0, 20, 100),
	});
	test("each request ends once; what was answered was handled, in order, and handled once unless it had timed out", () => {
		fc.assert(
			fc.property(conditions, ({ seed, loss, repeat, longestMs, separate, payloadBytes }) => {
				const world = new World();
				const handled = new Map<number, number>();
				Object.assign(
					world.serve(({ payload, path }) => {
						const index = Number(path.slice(1));
						handled.set(index, (handled.get(index) ?? 0) + 1);
						expect(payload).toHaveLength(payloadBytes);
						return { code: "2.04", payload: new TextEncoder().encode(path) };
					}),
					{ response: separate ? "separate" : "piggybacked", delayMs: separate ? 2000 : 0 },
				);
				world.path = roughPath(seed, loss, repeat, longestMs);
				const client = world.open({ blockBytes: 64 });
				const ends: string[][] = Array.from({ length: 5 }, () => []);
				for (let index = 0; index < 5; index++)
					world.request({
						path: `/${index}`,
						payload: new Uint8Array(payloadBytes),
						onResponse: response => ends[index]!.push(new TextDecoder().decode(response.payload)),
						onError: error => ends[index]!.push(error.code),
					});
				const { maxTransmitWaitMs, responseTimeoutMs } = client.timers;
				world.run(5 * 2 * (maxTransmitWaitMs + responseTimeoutMs));
				expect(client.idle).toBe(true);
				for (const [index, end] of ends.entries()) {
					expect(end).toHaveLength(1);
					expect([`/${index}`, "timeout"]).toContain(end[0]);
					if (end[0] === `/${index}`) expect(handled.get(index)).toBe(1);
					else expect(handled.get(index) ?? 0).toBeLessThanOrEqual(1);
				}
				if (loss === 0) expect(ends.flat()).not.toContain("timeout");
				expect(client.counters.faults).toBe(0);
			}),
			{ numRuns: 150 },
		);
	});
	test("whatever comes from the network, nothing is thrown and nothing hangs", () => {
		fc.assert(
			fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 20 }), fc.boolean(), (datagrams, observes) => {
				const world = new World();
				const client = world.open({ blockBytes: 16 });
				if (observes) world.observe();
				else world.request({ payload: new Uint8Array(40) });
				const first = world.up[0]!;
				for (const datagram of datagrams) {
					// Near misses: version and token length, message id and token are often right.
					datagram[0] = 0x44 | (datagram[0]! & 0x30);
					for (let index = 2; index < Math.min(8, datagram.length); index++)
						if (datagram[index]! & 3) datagram[index] = Number.parseInt(first.slice(index * 2, index * 2 + 2), 16);
					world.inject(datagram);
					world.run(100);
				}
				world.client.cancel(1);
				world.run(10_000_000);
				expect(client.idle).toBe(true);
				expect(client.counters.faults).toBe(0);
				expect(world.errors).toEqual([]);
			}),
			{ numRuns: 300 },
		);
	});
});
