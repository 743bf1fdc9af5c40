import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeFrame, type Frame, FrameReader } from "../../host-sim/engine/xs-frames.js";

function readAll(reader: FrameReader): Frame[] {
	const frames: Frame[] = [];
	for (let frame = reader.next(); frame !== undefined; frame = reader.next()) frames.push(frame);
	return frames;
}

const example = Uint8Array.of(2, 0, 0, 0, 0x53, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0x41, 0x54);

describe("frames between Node and the XS host", () => {
	test("are 20 bytes and a payload", () => {
		expect(encodeFrame("S", -2, 1.5, Uint8Array.of(0x41, 0x54))).toEqual(example);
		expect(encodeFrame("Q", 0, 0).length).toBe(20);
	});

	test("come out whole wherever the bytes are cut", () => {
		const two = Uint8Array.of(...example, ...example);
		const expected = [1, 2].map(() => ({ type: "S", id: -2, value: 1.5, payload: Uint8Array.of(0x41, 0x54) }));
		for (let cut = 0; cut <= two.length; cut++) {
			const reader = new FrameReader();
			reader.push(two.subarray(0, cut));
			const first = readAll(reader);
			reader.push(two.subarray(cut));
			expect([...first, ...readAll(reader)]).toEqual(expected);
			expect(first.length).toBe(cut === two.length ? 2 : cut >= example.length ? 1 : 0);
		}
	});

	test("of any size come out in order, byte by byte", () => {
		const frame = fc.record({
			type: fc.constantFrom("S", "M", "W"),
			id: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
			value: fc.double({ noNaN: true }),
			payload: fc.uint8Array({ maxLength: 300 }),
		});
		fc.assert(
			fc.property(fc.array(frame, { maxLength: 5 }), frames => {
				const reader = new FrameReader();
				const seen: Frame[] = [];
				for (const { type, id, value, payload } of frames) {
					for (const byte of encodeFrame(type, id, value, payload)) {
						reader.push(Uint8Array.of(byte));
						seen.push(...readAll(reader));
					}
				}
				expect(seen).toEqual(frames);
			}),
			{ numRuns: 50 },
		);
	});

	test("larger than the reader's first buffer", () => {
		const reader = new FrameReader();
		const payload = new Uint8Array(200_000).fill(7);
		const bytes = encodeFrame("K", 1, 0, payload);
		for (let at = 0; at < bytes.length; at += 60_000) reader.push(bytes.subarray(at, at + 60_000));
		expect(readAll(reader)).toEqual([{ type: "K", id: 1, value: 0, payload }]);
	});
});
