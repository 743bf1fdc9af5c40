import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import { agree, bitsPerByte, framing8n1, misread } from "../../host-sim/ports/framing.js";
import { createMemoryLine } from "../../host-sim/ports/memory.js";
import type { Framing } from "../../host-sim/ports/port.js";

const meter: Framing = { baud: 2400, dataBits: 8, parity: "even", stopBits: 1 };
const ascii = (text: string) => Uint8Array.from(text, c => c.charCodeAt(0));
const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);

function open(framing: Framing, moduleFraming?: Framing) {
	const clock = new VirtualClock();
	const { port, line } = createMemoryLine({ clock, ...(moduleFraming && { framing: moduleFraming }) });
	const toModule: [number, string][] = [];
	const toHost: [number, string][] = [];
	port.onBytes = bytes => toModule.push([clock.now(), text(bytes)]);
	line.onBytes = bytes => toHost.push([clock.now(), text(bytes)]);
	line.open(framing);
	return { clock, port, line, toModule, toHost };
}

describe("a line in memory", () => {
	test("8N1 takes ten bit times a byte, 8E1 eleven", () => {
		expect(bitsPerByte(framing8n1(9600))).toBe(10);
		expect(bitsPerByte(meter)).toBe(11);
		const { clock, line, toModule } = open(framing8n1(9600));
		line.write(ascii("AT\r"));
		clock.run(3.1);
		expect(toModule).toEqual([]);
		clock.run(3.125);
		expect(toModule).toEqual([[3.125, "AT\r"]]);
	});

	test("writes of one turn arrive as one piece", () => {
		const { clock, port, toHost } = open(framing8n1(115_200));
		port.write(ascii("AT\r"));
		port.write(ascii("\r\nOK\r\n"));
		expect(clock.run(10)).toBe(1);
		expect(toHost).toEqual([[(9 * 10_000) / 115_200, "AT\r\r\nOK\r\n"]]);
	});

	test("a long burst comes in pieces, without a gap and in order", () => {
		const { clock, port, toHost } = open(framing8n1(115_200));
		port.write(new Uint8Array(200).map((_, i) => 48 + (i % 10)));
		clock.run(1000);
		expect(toHost.map(([, bytes]) => bytes.length)).toEqual([64, 64, 64, 8]);
		expect(toHost[3]![0]).toBeCloseTo((200 * 10_000) / 115_200, 9);
		expect(toHost.map(([, bytes]) => bytes).join("")).toBe("0123456789".repeat(20));
	});

	test("a slow line hands over every 20 ms at most", () => {
		const { clock, port, toHost } = open(meter, meter);
		port.write(new Uint8Array(9).fill(0x68));
		clock.run(1000);
		expect(toHost.map(([, bytes]) => bytes.length)).toEqual([4, 4, 1]);
	});

	test("the caller may reuse its buffer", () => {
		const { clock, port, toHost } = open(framing8n1(9600));
		const buffer = ascii("one");
		port.write(buffer);
		buffer.set(ascii("two"));
		clock.run(10);
		expect(toHost.map(([, bytes]) => bytes)).toEqual(["one"]);
	});

	test("the module sees nothing of a closing and opening; what nobody reads is lost", () => {
		const { clock, port, line, toModule, toHost } = open(framing8n1(9600));
		line.write(ascii("A"));
		line.close();
		port.write(ascii("lost"));
		clock.run(10);
		expect(port.clientBaud).toBeUndefined();
		line.open(framing8n1(9600));
		expect(port.clientBaud).toBe(9600);
		port.write(ascii("seen"));
		clock.run(20);
		expect(toModule.map(([, bytes]) => bytes)).toEqual(["A"]);
		expect(toHost.map(([, bytes]) => bytes)).toEqual(["seen"]);
	});

	test("a second client is refused", () => {
		expect(() => open(framing8n1(9600)).line.open(framing8n1(9600))).toThrow("port in use");
	});

	test("a wrong baud rate gives garbage in both directions", () => {
		const { clock, port, line, toModule, toHost } = open(framing8n1(9600), framing8n1(115_200));
		line.write(ascii("AT\r\n"));
		port.write(ascii("\r\nRDY\r\n"));
		clock.run(100);
		expect(toModule.length).toBeGreaterThan(0);
		expect(toModule.map(([, bytes]) => bytes).join("")).not.toContain("AT");
		expect(toHost.map(([, bytes]) => bytes).join("")).not.toContain("RDY");
	});

	test("a module that follows its client understands any rate", () => {
		const { clock, line, toModule } = open(framing8n1(4800));
		line.write(ascii("AT\r"));
		clock.run(100);
		expect(toModule.map(([, bytes]) => bytes)).toEqual(["AT\r"]);
	});
});

describe("misread bytes", () => {
	test("two per cent of difference do no harm, five do", () => {
		expect(agree(framing8n1(115_200), framing8n1(117_000))).toBe(true);
		expect(agree(framing8n1(115_200), framing8n1(121_000))).toBe(false);
	});

	test("a receiver at twice the rate sees each bit twice", () => {
		// 18 low half bits: the ten of a frame of zeros, then low until the line is idle again.
		expect([...misread(Uint8Array.of(0x00), framing8n1(9600), framing8n1(19_200))]).toEqual([0x00]);
		// 00 11 00 11 00 11 00 11 00 11, then idle: data 01100110 from half bit 1, a low stop bit, data 01100111 from half bit 13.
		expect([...misread(Uint8Array.of(0x55), framing8n1(9600), framing8n1(19_200))]).toEqual([0x66, 0xe6]);
	});

	test("parity that is not expected is taken for a stop bit", () => {
		expect([...misread(Uint8Array.of(0x01), meter, { ...meter, parity: "none" })]).toEqual([0x01]);
	});

	test("any bytes at any pair of rates end, and never give more bytes than the wire had room for", () => {
		const rate = fc.constantFrom(1200, 2400, 9600, 57_600, 115_200, 921_600);
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 40 }), rate, rate, (bytes, sent, received) => {
				const read = misread(bytes, framing8n1(sent), framing8n1(received));
				if (sent === received) expect(read).toEqual(bytes);
				expect(read.length).toBeLessThanOrEqual(Math.ceil((bytes.length * 10 * received) / sent / 9) + bytes.length);
			}),
			{ verbose: 1 },
		);
	});
});
