import { describe, expect, test } from "vitest";
import { FrameReader } from "../../host-sim/internet/jt808/frame.js";
import { Jt808Platform } from "../../host-sim/internet/jt808/platform.js";
import { PositionCollector } from "../../host-sim/internet/positions.js";

const PHONE = "013912345678";
const HEAD_PHONE = "00000000013912345678";

/** A frame from the hexadecimal text of header and body: checksum and escapes computed here, apart from the platform's code. */
function frame(hex: string): Uint8Array {
	const plain = [...Buffer.from(hex.replaceAll(" ", ""), "hex")];
	plain.push(plain.reduce((sum, byte) => sum ^ byte, 0));
	const out = plain.flatMap(byte => (byte === 0x7e ? [0x7d, 2] : byte === 0x7d ? [0x7d, 1] : [byte]));
	return Uint8Array.from([0x7e, ...out, 0x7e]);
}
function hex(value: number, bytes: number): string {
	return value.toString(16).padStart(2 * bytes, "0");
}
function message(id: number, serial: number, body: string): Uint8Array {
	const text = body.replaceAll(" ", "");
	return frame(`${hex(id, 2)} ${hex(0x4000 | (text.length / 2), 2)} 01 ${HEAD_PHONE} ${hex(serial, 2)} ${text}`);
}
/** 31.234567 N, 121.457301 E, 5 m, 36.0 km/h, course 90, 2026-03-02 16:00:05 in Beijing; the identifier as an extra item. */
function position(sequence: number, time = "260302160005", status = "00000002"): string {
	return `00000000 ${status} 01dc9a07 073d4a95 0005 0168 005a ${time} e104${hex(sequence, 4)}`;
}

function platform(terminals?: readonly string[]) {
	const collector = new PositionCollector();
	const server = new Jt808Platform({
		addresses: ["2001:db8:100::2"],
		port: 808,
		collector,
		now: () => 42,
		...(terminals && { terminals }),
	});
	const sent: string[] = [];
	const connect = () =>
		server.accept(808, {
			from: { address: "2001:db8::1", port: 50_000 },
			send: bytes => sent.push(Buffer.from(bytes).toString("hex")),
			close() {},
		});
	const stream = connect();
	if (stream === undefined) throw new Error("refused");
	return { collector, server, sent, stream, connect };
}
const registration = message(0x0100, 0, `0000 0000 ${"00".repeat(11)} ${"00".repeat(30)} ${"00".repeat(30)} 00`);
const authentication = message(0x0102, 1, `06 ${Buffer.from("code-1").toString("hex")} ${"33".repeat(15)} ${"00".repeat(20)}`);
const phoneHex = HEAD_PHONE;

function known(terminals?: readonly string[]) {
	const world = platform(terminals);
	world.stream.received(registration);
	world.stream.received(authentication);
	world.sent.length = 0;
	return world;
}

describe("a terminal", () => {
	test("registers, gets its code, and authenticates itself with it", () => {
		const { stream, sent, server } = platform();
		stream.received(registration);
		// 0x8100, 9 bytes: serial 0, result 0, "code-1"; its checksum by hand from the frame above it.
		expect(sent[0]).toBe(Buffer.from(frame(`8100 4009 01 ${phoneHex} 0000 0000 00 636f64652d31`)).toString("hex"));
		stream.received(authentication);
		expect(sent[1]).toBe(Buffer.from(frame(`8001 4005 01 ${phoneHex} 0001 0001 0102 00`)).toString("hex"));
		expect(server.counters).toMatchObject({ registrations: 1, authentications: 1, malformed: 0 });
	});
	test("that is not on the list is told so", () => {
		const { stream, sent } = platform(["13900000000"]);
		stream.received(registration);
		expect(sent[0]).toBe(Buffer.from(frame(`8100 4003 01 ${phoneHex} 0000 0000 04`)).toString("hex"));
	});
	test("with another code, and one that never authenticated itself, get nothing", () => {
		const { stream, sent, collector, server } = platform();
		stream.received(message(0x0200, 5, position(1)));
		expect(sent[0]).toBe(Buffer.from(frame(`8001 4005 01 ${phoneHex} 0000 0005 0200 01`)).toString("hex"));
		stream.received(authentication);
		expect(sent[1]).toContain("010201");
		expect(collector.positions).toEqual([]);
		expect(server.counters.strangers).toBe(1);
	});
});

describe("positions", () => {
	test("are read to the last digit, in GMT+8", () => {
		const { stream, collector, sent } = known();
		stream.received(message(0x0200, 2, position(17)));
		expect(sent[0]).toBe(Buffer.from(frame(`8001 4005 01 ${phoneHex} 0002 0002 0200 00`)).toString("hex"));
		expect(collector.positions).toEqual([
			{
				device: PHONE.slice(1),
				sequence: 17,
				latitude: 31.234567,
				longitude: 121.457301,
				speedMetresPerSecond: 10,
				utcMs: Date.UTC(2026, 2, 2, 8, 0, 5),
				kind: "live",
				alarm: false,
				receivedMs: 42,
			},
		]);
	});
	test("south and west are negative, and without a fix there is no place", () => {
		const { stream, collector } = known();
		stream.received(message(0x0200, 2, position(1, "260302160005", "0000000e")));
		stream.received(message(0x0200, 3, position(2, "260302160006", "00000000")));
		expect(collector.positions[0]).toMatchObject({ latitude: -31.234567, longitude: -121.457301 });
		expect(collector.positions[1]).toMatchObject({ latitude: undefined, longitude: undefined });
	});
	test("kept ones come in a batch and are history; the same one again is dropped", () => {
		const { stream, collector } = known();
		const items = [4, 5, 6].map(n => position(n, `26030215000${n}`).replaceAll(" ", ""));
		const body = `0003 01 ${items.map(item => `${hex(item.length / 2, 2)} ${item}`).join("")}`;
		stream.received(message(0x0704, 2, body));
		stream.received(message(0x0704, 3, body));
		expect(collector.sequences("13912345678")).toEqual([4, 5, 6]);
		expect(collector.positions.map(({ kind }) => kind)).toEqual(["history", "history", "history"]);
		expect(collector.counters).toEqual({ accepted: 3, repeated: 3, duplicated: 0, conflicting: 0, outOfOrder: 0 });
	});
	test("history that runs backwards and an identifier given twice are counted", () => {
		const { stream, collector } = known();
		const batch = (n: number, time: string): string => {
			const item = position(n, time).replaceAll(" ", "");
			return `0001 01 ${hex(item.length / 2, 2)} ${item}`;
		};
		stream.received(message(0x0704, 2, batch(9, "260302150009")));
		stream.received(message(0x0704, 3, batch(8, "260302150008")));
		stream.received(message(0x0704, 4, batch(8, "260302150007")));
		expect(collector.counters).toMatchObject({ accepted: 2, outOfOrder: 1, conflicting: 1 });
	});
	test("a batch in sub-packets is put together, in any order, and answered once", () => {
		const { stream, collector, sent } = known();
		const items = [1, 2].map(n => position(n, `26030215000${n}`).replaceAll(" ", ""));
		const body = `000201${items.map(item => `${hex(item.length / 2, 2)}${item}`).join("")}`;
		const cut = 50;
		const part = (index: number, text: string): Uint8Array =>
			frame(`0704 ${hex(0x6000 | (text.length / 2), 2)} 01 ${HEAD_PHONE} ${hex(9 + index, 2)} 0002 ${hex(index, 2)} ${text}`);
		stream.received(part(2, body.slice(cut)));
		expect(sent).toEqual([]);
		stream.received(part(1, body.slice(0, cut)));
		expect(sent).toEqual([Buffer.from(frame(`8001 4005 01 ${phoneHex} 0002 000a 0704 00`)).toString("hex")]);
		expect(collector.sequences("13912345678")).toEqual([1, 2]);
	});
});

describe("frames", () => {
	const whole = message(0x0002, 0x7e7d, "");
	test("are escaped, and read whole, byte by byte, split and with what follows", () => {
		expect(Buffer.from(whole).toString("hex")).toContain("7d027d01");
		for (let cut = 0; cut <= whole.length; cut++) {
			const reader = new FrameReader();
			const found = [...reader.push(whole.subarray(0, cut)), ...reader.push(whole.subarray(cut)), ...reader.push(whole)];
			expect(found.map(({ id, serial, terminal }) => [id, serial, terminal])).toEqual([
				[2, 0x7e7d, "13912345678"],
				[2, 0x7e7d, "13912345678"],
			]);
			expect(reader.malformed).toBe(0);
		}
	});
	test("with any one byte changed are no message, and the next one is", () => {
		const plain = message(0x0002, 1, "");
		for (let at = 1; at < plain.length - 1; at++) {
			const reader = new FrameReader();
			const broken = Uint8Array.from(plain);
			broken[at] = (broken[at] as number) ^ 0x01;
			expect(reader.push(broken)).toEqual([]);
			expect(reader.push(plain)).toHaveLength(1);
		}
	});
	test("noise without an end is dropped", () => {
		const reader = new FrameReader();
		reader.push(Uint8Array.of(0x7e));
		reader.push(new Uint8Array(5000).fill(1));
		expect(reader.malformed).toBe(1);
		expect(reader.push(whole)).toHaveLength(1);
	});
	test("a heartbeat is answered, an order reaches only those who authenticated themselves", () => {
		const { stream, sent, server, connect } = known();
		connect();
		stream.received(message(0x0002, 3, ""));
		expect(server.counters.heartbeats).toBe(1);
		server.setReportSeconds(30);
		expect(sent).toHaveLength(2);
		expect(sent[1]).toBe(Buffer.from(frame(`8103 400a 01 ${phoneHex} 0003 01 00000029 04 0000001e`)).toString("hex"));
	});
});
