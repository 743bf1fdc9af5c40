import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FrameDecoder } from "../../sdk/cmux/decoder.js";
import { addressOf, closeFrame, frameCheck, informationStart } from "../../sdk/cmux/frame.js";
import { type Frame, frame, read } from "./reference.js";

const N1 = 300;
const bytes = (text: string) => Uint8Array.from(text.split(" ").filter(Boolean), octet => Number.parseInt(octet, 16));

class Sink {
	readonly frames: Frame[] = [];
	readonly lines: string[] = [];
	frame(address: number, control: number, octets: Uint8Array, begin: number, end: number): void {
		this.frames.push({ dlci: address >> 2, isCommand: (address & 2) === 2, control, information: [...octets.subarray(begin, end)] });
	}
	text(octets: Uint8Array, length: number): void {
		this.lines.push(String.fromCharCode(...octets.subarray(0, length)));
	}
}
function decode(chunks: readonly (readonly number[] | Uint8Array)[], longest = N1): Sink {
	const sink = new Sink();
	const decoder = new FrameDecoder(longest, sink);
	for (const chunk of chunks) decoder.receive(Uint8Array.from(chunk), 0);
	decoder.expire(1_000_000);
	return sink;
}
const frames = fc.record({
	dlci: fc.integer({ min: 0, max: 61 }),
	isCommand: fc.boolean(),
	control: fc.constantFrom(0x2f, 0x3f, 0x63, 0x73, 0x0f, 0x1f, 0x43, 0x53, 0xef, 0xff, 0x03, 0x13),
	information: fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0xf9, 0x0d, 0x07, 0xef)), { maxLength: N1 }),
});

/** SABM, UA and DISC of DLCI 0 and 1, "AT", the close-down, a modem status: as every host's log shows them. */
const KNOWN: readonly (readonly [hex: string, what: Frame])[] = [
	["F9 03 3F 01 1C F9", { dlci: 0, isCommand: true, control: 0x3f, information: [] }],
	["F9 03 73 01 D7 F9", { dlci: 0, isCommand: true, control: 0x73, information: [] }],
	["F9 07 3F 01 DE F9", { dlci: 1, isCommand: true, control: 0x3f, information: [] }],
	["F9 07 EF 07 41 54 0D D3 F9", { dlci: 1, isCommand: true, control: 0xef, information: [0x41, 0x54, 0x0d] }],
	["F9 03 EF 05 C3 01 F2 F9", { dlci: 0, isCommand: true, control: 0xef, information: [0xc3, 0x01] }],
];

describe("one frame", () => {
	test.each(KNOWN)("%s", (hex, what) => {
		const whole = [...bytes(hex)];
		expect(decode([whole]).frames).toEqual([what]);
		expect(decode(whole.map(octet => [octet])).frames).toEqual([what]);
		for (let at = 1; at < whole.length; at++) expect(decode([whole.slice(0, at), whole.slice(at)]).frames).toEqual([what]);
		expect(decode([[...whole, 0x07, 0xef]]).frames).toEqual([what]);
		const into = new Uint8Array(whole.length);
		into.set(what.information, informationStart(what.information.length));
		expect(closeFrame(into, addressOf(what.dlci, what.isCommand ? 2 : 0), what.control, what.information.length)).toBe(whole.length);
		expect([...into]).toEqual(whole);
	});
	test("with one octet changed it is not delivered, or only its information is other", () => {
		for (const [hex, what] of KNOWN) {
			const whole = [...bytes(hex)];
			for (let at = 0; at < whole.length; at++)
				for (let value = 0; value < 256; value++) {
					if (value === whole[at]) continue;
					const spoilt = [...whole];
					spoilt[at] = value;
					for (const got of decode([spoilt]).frames) expect({ ...got, information: [] }).toEqual({ ...what, information: [] });
					// And the next one is whole again.
					const { frames: all } = decode([spoilt, whole]);
					expect(all.at(-1), `octet ${at} is ${value}`).toEqual(what);
				}
		}
	});
	test.each([0, 1, 127, 128, 255, 300])("%i octets of information", length => {
		const what = { dlci: 2, isCommand: false, control: 0xef, information: Array.from({ length }, (_, i) => (i * 7) & 0xff) };
		const into = new Uint8Array(length + 8);
		into.set(what.information, informationStart(length));
		const written = [...into.subarray(0, closeFrame(into, addressOf(2, 0), 0xef, length))];
		expect(written).toEqual(frame(what));
		expect(read(written)).toEqual([what]);
		expect(decode([written]).frames).toEqual([what]);
	});
	test("longer than N1 is none, and costs the next nothing", () => {
		const long = frame({ dlci: 1, isCommand: false, control: 0xef, information: new Array(41).fill(0x55) });
		const next = { dlci: 1, isCommand: false, control: 0xef, information: [1, 2] };
		expect(decode([long, frame(next)], 40).frames).toEqual([next]);
	});
});

describe("what is lost", () => {
	test("flags may be shared, doubled, or many", () => {
		const one = bytes("F9 07 EF 03 31 D4 F9 F9 F9 07 EF 03 32 D4 F9 07 EF 03 33 D4 F9");
		expect(frameCheck(Uint8Array.of(0x07, 0xef, 0x03), 0, 3)).toBe(0xd4);
		expect(decode([one]).frames.map(({ information }) => information)).toEqual([[0x31], [0x32], [0x33]]);
	});
	test("any one octet out of three frames: the others come, whole", () => {
		const all = ["one", "two", "three"].map((text, i) =>
			frame({ dlci: i, isCommand: false, control: 0xef, information: [...new TextEncoder().encode(text)] }),
		);
		const stream = all.flat();
		for (let at = 0; at < stream.length; at++) {
			const { frames: got } = decode([[...stream.slice(0, at), ...stream.slice(at + 1)]]);
			const hit = at < all[0].length ? 0 : at < all[0].length + all[1].length ? 1 : 2;
			for (let i = 0; i < 3; i++) if (i !== hit) expect(got.map(({ dlci }) => dlci)).toContain(i);
		}
	});
	test("a length that was garbled hides what follows for half a second at most", () => {
		const sink = new Sink();
		const decoder = new FrameDecoder(N1, sink);
		decoder.receive(bytes("F9 07 EF FF 41"), 100);
		decoder.receive(Uint8Array.from(frame({ dlci: 2, isCommand: false, control: 0xef, information: [0x42] })), 200);
		expect(sink.frames).toEqual([]);
		expect(decoder.deadline).toBe(700);
		decoder.expire(699);
		expect(sink.frames).toEqual([]);
		decoder.expire(700);
		expect(sink.frames.map(({ dlci }) => dlci)).toEqual([2]);
		expect(decoder.deadline).toBe(undefined);
		expect(decoder.garbled).toBe(1);
	});
	test("a frame that ends the session takes what was behind it along, and the next session is whole", () => {
		const one = frame({ dlci: 1, isCommand: false, control: 0xef, information: [0x31] });
		const got: number[] = [];
		const decoder = new FrameDecoder(N1, {
			frame(_address, _control, octets, begin) {
				got.push(octets[begin]!);
				if (octets[begin] === 0x31) decoder.reset();
			},
			text() {},
		});
		const two = frame({ dlci: 1, isCommand: false, control: 0xef, information: [0x32, 0x33] });
		decoder.receive(Uint8Array.from(one), 0);
		expect(decoder.deadline).toBe(undefined);
		decoder.receive(Uint8Array.from([...two, ...two]), 0);
		expect(got).toEqual([0x31, 0x32, 0x32]);
		expect(decoder.garbled).toBe(0);
	});
	test("text between frames is told a line at a time, and flags in it end nothing", () => {
		const text = (said: string) => Array.from(said, c => c.charCodeAt(0));
		const one = frame({ dlci: 1, isCommand: false, control: 0xef, information: [0x31] });
		expect(decode([one, text("\r\nRDY\r\n\r\n+CFUN: 1\r\n")]).lines).toEqual(["RDY", "+CFUN: 1"]);
		expect(decode([text("\r\nRDY\r\n")]).lines).toEqual(["RDY"]);
		expect(decode([[0xf9, 0x00, 0xff], text("RDY\r\n"), one]).lines).toEqual(["RDY"]);
		expect(decode([text("noise without end "), one, text("\r\n")]).lines).toEqual([]);
		expect(decode([text(`${"x".repeat(100)}\r\n`)]).lines).toEqual(["x".repeat(32)]);
	});
});

describe("properties", () => {
	test("any frames, cut anywhere, come as an independent reader has them", () => {
		fc.assert(
			fc.property(fc.array(frames, { maxLength: 5 }), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sent, cuts) => {
				const stream = sent.flatMap(frame);
				expect(read(stream)).toEqual(sent);
				const chunks: number[][] = [];
				for (let at = 0, i = 0; at < stream.length; at += cuts[i % cuts.length], i++)
					chunks.push(stream.slice(at, at + cuts[i % cuts.length]));
				expect(decode(chunks).frames).toEqual(sent);
			}),
			{ numRuns: 200 },
		);
	});
	test("after any noise, and half a second, the next frame is whole", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 2000 }), frames, (noise, next) => {
				const sink = new Sink();
				const decoder = new FrameDecoder(N1, sink);
				decoder.receive(noise, 0);
				for (let now = 500; decoder.deadline !== undefined; now += 500) {
					expect(now).toBeLessThan(2_000_000);
					decoder.expire(now);
				}
				decoder.receive(Uint8Array.from(frame(next)), 3_000_000);
				expect(sink.frames.at(-1)).toEqual(next);
			}),
			{ numRuns: 200 },
		);
	});
});
