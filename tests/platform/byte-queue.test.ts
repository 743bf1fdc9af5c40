import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteQueue } from "../../host-sim/platform/byte-queue.js";

test("any mix of pushing and taking keeps order, and what finds no room is refused", () => {
	const step = fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.nat(12));
	fc.assert(
		fc.property(fc.array(step, { maxLength: 40 }), steps => {
			const queue = new ByteQueue(16);
			const model: number[] = [];
			for (const what of steps) {
				if (typeof what === "number") {
					const into = new Uint8Array(Math.min(what, model.length));
					queue.take(into);
					expect([...into]).toEqual(model.splice(0, into.length));
				} else {
					const room = 16 - model.length;
					expect(queue.push(what)).toBe(Math.min(what.length, room));
					model.push(...what.subarray(0, room));
				}
				expect(queue.length).toBe(model.length);
			}
		}),
		{ verbose: 1 },
	);
});
