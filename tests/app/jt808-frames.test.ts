import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BodyWriter } from "../../sdk/app/jt808/body.js";
import { FrameReader, FrameWriter, type Message } from "../../sdk/app/jt808/frame.js";
import { readParameters, readResendRequest, writeAuthentication, writeRegistration } from "../../sdk/app/jt808/messages.js";
import { Backfill, type Jt808Position, writePosition } from "../../sdk/app/jt808/position.js";
import { unhex as bytes, hex } from "./server.js";

// Composed from the tables of JT/T 808-2019 by a program of its own (no code of the SDK): headers of 4.4.3, checks of 4.4.4.
const TERMINAL = "867123456789";
const REGISTRATION =
	"7e0100405401000000008671234567890000" +
	"000b006c3730313131000000000000" +
	"5853432d31000000000000000000000000000000000000000000000000003132333435000000000000000000000000000000000000000000000000" +
	"0001bea9413132333435397e";
const AUTHENTICATION =
	"7e0102402801000000008671234567890001046b377d017d02383631323334353637383930313233747261636b657200000000000000000000000000087e";
const HERE = "00000000000c000302621b7506eedf3f003301b3010f26030216000531010ce10400000102";
const SOUTH = "001000010004000f02049d1109035cc40000000000002412312359591206010000000201e104ffffffff";

const here: Jt808Position = {
	sequence: 258,
	alarm: 0,
	status: 0x000c0003,
	latitudeMicrodegrees: 39_983_989,
	longitudeMicrodegrees: 116_318_015,
	altitudeMetres: 51,
	speed: 435,
	courseDegrees: 271,
	utcSeconds: 1_772_438_405,
	satellites: 12,
	area: undefined,
};
const south: Jt808Position = {
	sequence: 0xffff_ffff,
	alarm: 0x0010_0001,
	status: 0x0004000b,
	latitudeMicrodegrees: -33_856_785,
	longitudeMicrodegrees: -151_215_300,
	altitudeMetres: -3,
	speed: 0,
	courseDegrees: 0,
	utcSeconds: 1_735_660_799,
	satellites: undefined,
	area: { id: 2, isLeft: true },
};

const written = (write: (writer: BodyWriter) => void): string => {
	const writer = new BodyWriter(new Uint8Array(400));
	write(writer);
	return hex(writer.bytes);
};
interface Read {
	id: number;
	serial: number;
	packets: number;
	packet: number;
	body: string;
}
function reading(): { reader: FrameReader; messages: Read[] } {
	const messages: Read[] = [];
	const reader = new FrameReader({
		message({ id, serial, packets, packet, body }: Readonly<Message>) {
			messages.push({ id, serial, packets, packet, body: hex(body) });
		},
	});
	return { reader, messages };
}

describe("messages of a terminal, to the byte", () => {
	test("registration, with a plate in GBK", () => {
		const body = new BodyWriter(new Uint8Array(320));
		writeRegistration(body, {
			province: 11,
			city: 108,
			manufacturer: "70111",
			model: "XSC-1",
			terminalId: "12345",
			plateColour: 1,
			plate: "京A12345",
		});
		expect(hex(new FrameWriter(TERMINAL).make(0x0100, body.bytes, 0))).toBe(REGISTRATION);
	});

	test("the character of each province is the one that GBK has", () => {
		const decoder = new TextDecoder("gbk");
		const provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
		for (const province of provinces) {
			const body = written(writer => writeRegistration(writer, { plate: `${province}B9` }));
			expect(decoder.decode(bytes(body).subarray(76))).toBe(`${province}B9`);
		}
		expect(written(writer => writeRegistration(writer, { plate: "学B9" })).slice(-6)).toBe("3f4239");
	});

	test("authentication, whose code holds a flag and an escape", () => {
		const body = new BodyWriter(new Uint8Array(320));
		writeAuthentication(body, bytes("6b377d7e"), "861234567890123", "tracker");
		expect(hex(new FrameWriter(TERMINAL).make(0x0102, body.bytes, 1))).toBe(AUTHENTICATION);
	});

	test("a heartbeat is a header", () => {
		expect(hex(new FrameWriter(TERMINAL).make(0x0002, new Uint8Array(0), 2))).toBe("7e00024000010000000086712345678900023e7e");
	});

	test("positions: hemispheres, Beijing's time, an area that was left, the device's own number", () => {
		expect(written(writer => writePosition(writer, here))).toBe(HERE);
		expect(written(writer => writePosition(writer, south))).toBe(SOUTH);
	});

	test.each([
		[1_709_247_600, "240301070000"],
		[951_868_800, "000301080000"],
		[4_102_412_400, "991231230000"],
		[0, "000000000000"],
	])("time %d", (utcSeconds, bcd) => {
		expect(written(writer => writePosition(writer, { ...here, utcSeconds })).slice(44, 56)).toBe(bcd);
	});

	test("positions that were kept: count, kind, and each with its length; what does not fit leaves the rest as it is", () => {
		const backfill = new Backfill(new Uint8Array(90));
		expect(backfill.add(here)).toBe(true);
		expect(backfill.add(south)).toBe(true);
		expect(backfill.add(here)).toBe(false);
		expect(hex(backfill.bytes)).toBe(`0002010025${HERE}002a${SOUTH}`);
		backfill.begin();
		expect(hex(backfill.bytes)).toBe("000001");
	});

	test("a long message goes in packets, each with their number and its own", () => {
		const frame = new FrameWriter(TERMINAL).make(0x0704, new Uint8Array([0xaa, 0xbb]), 0xffff, 3, 2);
		expect(hex(frame).slice(0, 48)).toBe("7e0704600201000000008671234567" + "89ffff00030002aabb");
	});
});

describe("messages of a platform", () => {
	const ANSWER = "7e80014005010000000086712345678900010001010200b97e";
	const ANSWER_2013 = "7e8001000586712345678900010001010200f87e";
	const REGISTERED = "7e81004007010000000086712345678900000000006b377d017d02e77e";

	test("whole, byte by byte, cut at each place, with noise before and after", () => {
		const stream = bytes(`00ff${REGISTERED}${ANSWER}0102${ANSWER_2013}7d`);
		const expected: Read[] = [
			{ id: 0x8100, serial: 0, packets: 1, packet: 1, body: "0000006b377d7e" },
			{ id: 0x8001, serial: 1, packets: 1, packet: 1, body: "0001010200" },
			{ id: 0x8001, serial: 1, packets: 1, packet: 1, body: "0001010200" },
		];
		for (let cut = 0; cut <= stream.length; cut++) {
			const { reader, messages } = reading();
			reader.push(stream.subarray(0, cut));
			reader.push(stream.subarray(cut));
			expect(messages).toEqual(expected);
		}
		const single = reading();
		for (const byte of stream) single.reader.push(Uint8Array.of(byte));
		expect(single.messages).toEqual(expected);
	});

	test("one flag may stand between two frames", () => {
		const { reader, messages } = reading();
		reader.push(bytes(ANSWER.slice(0, -2) + REGISTERED));
		expect(messages.map(({ id }) => id)).toEqual([0x8001, 0x8100]);
		expect(reader.damaged).toBe(0);
	});

	test.each([
		["a wrong check", ANSWER.replace("b97e", "b87e")],
		["an escape of nothing", "7e80014005010000000086712345678900010001017d0300b97e"],
		["an escape at the end", "7e800140050100000000867123456789000100010102007d7e"],
		["another length", "7e80014006010000000086712345678900010001010200ba7e"],
		["a cipher", "7e80014405010000000086712345678900010001010200bd7e"],
		["three bytes", "7e8001817e"],
		["no end of it", `7e${"11".repeat(3000)}7e`],
	])("%s is left out, and what follows is read", (_what, frame) => {
		const { reader, messages } = reading();
		reader.push(bytes(frame + ANSWER));
		expect(messages.map(({ id }) => id)).toEqual([0x8001]);
		expect(reader.damaged).toBe(1);
	});

	test("parameters: numbers, texts, and a list that lies about itself", () => {
		const seen: [number, number | undefined][] = [];
		const take = (body: string) =>
			readParameters(bytes(body), seen, function (id, value) {
				this.push([id, value]);
			});
		expect(take("0300000029040000003c00000010036162630000000104ffffffff")).toBe(true);
		expect(seen).toEqual([
			[0x29, 60],
			[0x10, undefined],
			[0x01, 0xffff_ffff],
		]);
		for (const wrong of ["", "01", "0100000029040000003c00", "0200000029040000003c", "01000000290400003c"]) expect(take(wrong)).toBe(false);
		expect(seen.length).toBe(3);
	});

	test("packets that the platform lacks, with the count of 2013 and of 2019", () => {
		expect(readResendRequest(bytes("00070200010003"))).toEqual({ serial: 7, packets: [1, 3] });
		expect(readResendRequest(bytes("0007000200010003"))).toEqual({ serial: 7, packets: [1, 3] });
		for (const wrong of ["0007", "000703000100", "00070003000100"]) expect(readResendRequest(bytes(wrong))).toBe(undefined);
	});
});

test("what is framed is read, whatever is in it and wherever it is cut", () => {
	fc.assert(
		fc.property(
			fc.uint8Array({ maxLength: 1023 }),
			fc.nat(0xffff),
			fc.nat(0xffff),
			fc.array(fc.nat(2100), { maxLength: 5 }),
			(body, id, serial, cuts) => {
				const frame = new FrameWriter("12345678901234567890").make(id, body, serial);
				expect(frame.indexOf(0x7e, 1)).toBe(frame.length - 1);
				const { reader, messages } = reading();
				let from = 0;
				for (const cut of [...cuts.filter(place => place < frame.length).sort((a, b) => a - b), frame.length]) {
					reader.push(frame.subarray(from, cut));
					from = cut;
				}
				expect(messages).toEqual([{ id, serial, packets: 1, packet: 1, body: hex(body) }]);
			},
		),
		{ seed: 808, numRuns: 200 },
	);
});
