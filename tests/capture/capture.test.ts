import { describe, expect, test } from "vitest";
import { capture } from "../../host-sim/capture/capture.js";
import { type Traffic, TrafficLog } from "../../host-sim/capture/traffic.js";

const device = { address: "2001:db8::10", port: 50_000 };
const host = { address: "2001:db8:100::1", port: 5683 };
const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
const entry = (kind: Traffic["kind"], direction: Traffic["direction"], timeMs: number, text = ""): Traffic => ({
	timeMs,
	kind,
	direction,
	device,
	host,
	bytes: bytes(text),
});
const options = { startUtcMs: Date.UTC(2026, 0, 1), interfaceName: "quectel-bc660k" };

interface Block {
	readonly type: number;
	readonly body: Buffer;
}
/** Reads the file back by its lengths alone. */
function blocks(file: Uint8Array): Block[] {
	const found: Block[] = [];
	const buffer = Buffer.from(file);
	for (let at = 0; at < buffer.length; ) {
		const length = buffer.readUInt32LE(at + 4);
		expect(length % 4).toBe(0);
		expect(buffer.readUInt32LE(at + length - 4)).toBe(length);
		found.push({ type: buffer.readUInt32LE(at), body: buffer.subarray(at + 8, at + length - 4) });
		at += length;
	}
	return found;
}
function packets(file: Uint8Array): { hex: string; microseconds: bigint; comment: string | undefined }[] {
	return blocks(file)
		.filter(({ type }) => type === 6)
		.map(({ body }) => {
			const length = body.readUInt32LE(12);
			expect(body.readUInt32LE(16)).toBe(length);
			const options = body.subarray(20 + ((length + 3) & ~3));
			return {
				hex: body.subarray(20, 20 + length).toString("hex"),
				microseconds: (BigInt(body.readUInt32LE(4)) << 32n) | BigInt(body.readUInt32LE(8)),
				comment: options.length > 0 ? options.subarray(4, 4 + options.readUInt16LE(2)).toString("utf8") : undefined,
			};
		});
}
/** The sum over pseudo-header and segment of a right packet is all ones (RFC 1071). */
function sumOf(hex: string): number {
	const packet = Buffer.from(hex, "hex");
	const is6 = packet[0] === 0x60;
	const segment = packet.subarray(is6 ? 40 : 20);
	const pseudo = Buffer.concat([is6 ? packet.subarray(8, 40) : packet.subarray(12, 20), Buffer.alloc(8)]);
	pseudo.writeUInt32BE(segment.length, pseudo.length - 8);
	pseudo.writeUInt32BE(is6 ? (packet[6] as number) : (packet[9] as number), pseudo.length - 4);
	const all = Buffer.concat([pseudo, segment, Buffer.alloc(segment.length % 2)]);
	let sum = 0;
	for (let i = 0; i < all.length; i += 2) sum += all.readUInt16BE(i);
	while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
	return sum;
}

describe("a capture file", () => {
	test("begins with its section and its interface", () => {
		const [section, link, ...rest] = blocks(capture([], options));
		expect(section?.type).toBe(0x0a0d0d0a);
		expect(section?.body.subarray(0, 16).toString("hex")).toBe("4d3c2b1a01000000ffffffffffffffff");
		expect(link?.type).toBe(1);
		expect(link?.body.toString("latin1")).toContain("quectel-bc660k");
		expect(link?.body.readUInt16LE(0)).toBe(101);
		expect(rest).toEqual([]);
	});

	test("holds a datagram over IPv6 to the byte", () => {
		const [packet] = packets(capture([entry("datagram", "up", 1500, "abc")], options));
		expect(packet?.hex).toBe(
			"60000000000b1140" + "20010db8000000000000000000000010" + "20010db8010000000000000000000001" + "c3501633000b" + "056f" + "616263",
		);
		expect(sumOf(packet?.hex as string)).toBe(0xffff);
		expect(packet?.microseconds).toBe(BigInt(Date.UTC(2026, 0, 1) + 1500) * 1000n);
		expect(packet?.comment).toBe(undefined);
	});

	test("holds the answer over IPv4 with a right header", () => {
		const traffic = {
			...entry("datagram", "down", 0, "ab"),
			device: { address: "10.0.0.7", port: 1 },
			host: { address: "192.0.2.1", port: 2 },
		};
		const [packet] = packets(capture([traffic], options));
		expect(packet?.hex.slice(0, 40)).toBe("4500001e000000004011aec7" + "c0000201" + "0a000007");
		expect(sumOf(packet?.hex as string)).toBe(0xffff);
	});

	test("puts what was said before each packet into its comment", () => {
		const comments = [
			{ timeMs: 1, text: "> AT+QISEND=0,3\r" },
			{ timeMs: 2, text: "< OK" },
			{ timeMs: 20, text: "< SEND OK" },
			{ timeMs: 99, text: "> AT" },
		];
		const found = packets(capture([entry("datagram", "up", 10, "abc"), entry("datagram", "down", 30, "abcd")], { ...options, comments }));
		expect(found.map(({ comment }) => comment)).toEqual(["> AT+QISEND=0,3\r\n< OK", "< SEND OK"]);
	});

	test("numbers the bytes of a stream from its handshake to its end", () => {
		const found = packets(
			capture(
				[entry("open", "up", 0), entry("data", "up", 1, "hello"), entry("data", "down", 2, "hi"), entry("close", "down", 3)],
				options,
			),
		);
		const numbers = found.map(({ hex }) => {
			const tcp = Buffer.from(hex, "hex").subarray(40);
			return [tcp.readUInt16BE(0), tcp.readUInt32BE(4), tcp.readUInt32BE(8), tcp[13], tcp.length - 20];
		});
		expect(numbers).toEqual([
			[50_000, 0, 0, 0x02, 0],
			[5683, 0, 1, 0x12, 0],
			[50_000, 1, 1, 0x10, 0],
			[50_000, 1, 1, 0x18, 5],
			[5683, 1, 6, 0x18, 2],
			[5683, 3, 6, 0x11, 0],
		]);
		for (const { hex } of found) expect(sumOf(hex)).toBe(0xffff);
	});

	test("data of a stream that was open before the capture is left out", () => {
		expect(packets(capture([entry("data", "up", 1, "hello")], options))).toEqual([]);
	});
});

test("a log keeps copies, and of a long run the beginning", () => {
	const log = new TrafficLog(150);
	const payload = bytes("abc");
	log.add({ ...entry("datagram", "up", 1), bytes: payload });
	payload[0] = 0;
	log.add(entry("datagram", "up", 2, "x"));
	log.add(entry("datagram", "up", 3, "a".repeat(50)));
	expect(Buffer.from(log.entries[0]?.bytes as Uint8Array).toString()).toBe("abc");
	expect(log.entries).toHaveLength(2);
	expect(log.dropped).toBe(1);
});
