import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StreamBuffer } from "../../sdk/modem/stream-buffer.js";

const bytes = (from: number, count: number): Uint8Array => Uint8Array.from({ length: count }, (_, i) => (from + i) & 0xff);

test("any order of putting and taking keeps every byte in order", () => {
	const step = fc.tuple(fc.constantFrom("reserve", "lend", "take", "takeInto", "takeByte"), fc.integer({ min: 1, max: 12 }));
	fc.assert(
		fc.property(fc.array(step, { maxLength: 200 }), steps => {
			const buffer = new StreamBuffer(16);
			const waiting: number[] = [];
			let next = 0;
			for (const [what, count] of steps) {
				if (what === "reserve") {
					const room = buffer.reserve(count);
					expect(room === undefined).toBe(waiting.length + count > 16);
					if (room === undefined) continue;
					room.set(bytes(next, count));
					waiting.push(...bytes(next, count));
					next += count;
				} else if (what === "lend") {
					const room = buffer.lend(count);
					expect(room.length).toBe(Math.min(count, 16 - waiting.length));
					// Less than all of it may come, and reading goes on meanwhile.
					const come = room.length >> 1;
					room.set(bytes(next, come));
					if (waiting.length > 0) expect(buffer.takeByte()).toBe(waiting.shift());
					buffer.filled(come);
					waiting.push(...bytes(next, come));
					next += come;
				} else if (waiting.length > 0) {
					const take = what === "takeByte" ? 1 : Math.min(count, waiting.length);
					const expected = Uint8Array.from(waiting.splice(0, take));
					if (what === "takeByte") expect(buffer.takeByte()).toBe(expected[0]);
					else if (what === "take") expect(new Uint8Array(buffer.take(take))).toEqual(expected);
					else {
						const into = new Uint8Array(take);
						buffer.takeInto(into);
						expect(into).toEqual(expected);
					}
				}
				expect([buffer.length, buffer.free]).toEqual([waiting.length, 16 - waiting.length]);
			}
		}),
	);
});
describe("while its room is lent", () => {
	test("nothing else is put behind it", () => {
		const buffer = new StreamBuffer(16);
		buffer.lend(4);
		expect(buffer.reserve(1)).toBe(undefined);
		buffer.filled(0);
		expect(buffer.reserve(1)?.length).toBe(1);
	});
	test("it stays where it is when all before it is read", () => {
		const buffer = new StreamBuffer(8);
		buffer.reserve(5)!.set(bytes(1, 5));
		const room = buffer.lend(8);
		expect(room.length).toBe(3);
		buffer.take(5);
		room.set(bytes(6, 3));
		buffer.filled(3);
		expect(new Uint8Array(buffer.take(3))).toEqual(bytes(6, 3));
	});
	test("more than was lent is not believed", () => {
		const buffer = new StreamBuffer(8);
		buffer.lend(8);
		buffer.filled(100);
		expect([buffer.length, buffer.free]).toEqual([8, 0]);
	});
});
test("what was reserved and not filled is given back", () => {
	const buffer = new StreamBuffer(4);
	buffer.reserve(4);
	buffer.unreserve(4);
	expect([buffer.length, buffer.free]).toEqual([0, 4]);
});
