import { describe, expect, test } from "vitest";
import { cjt188 } from "../../examples/smart-meter/meter/cjt188.js";
import { dlt645 } from "../../examples/smart-meter/meter/dlt645.js";
import { MeterReader } from "../../examples/smart-meter/meter/meter-reader.js";
import type { MeterProtocol } from "../../examples/smart-meter/meter/protocol.js";

const hex = (text: string) => Uint8Array.from(text.split(" "), pair => Number.parseInt(pair, 16));
const toHex = (bytes: Uint8Array) => Array.from(bytes, byte => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");

// Frames composed by hand from the layouts of CJ/T 188-2004 6.3 and DL/T 645-2007 5.2, 7.1; checksums summed independently.
const WATER_REQUEST = "FE FE FE 68 10 AA AA AA AA AA AA AA 01 03 1F 90 00 D1 16";
const WATER_ANSWER = "FE FE 68 10 44 33 22 11 00 33 78 81 16 1F 90 00 00 77 66 55 2C 00 77 66 55 2C 31 01 22 11 05 15 20 21 84 13 16";
const POWER_DISCOVER = "FE FE FE FE 68 AA AA AA AA AA AA 68 13 00 DF 16";
const POWER_ADDRESS = "FE FE FE FE 68 34 12 00 00 00 00 68 93 06 67 45 33 33 33 33 27 16";
const POWER_READ = "FE FE FE FE 68 34 12 00 00 00 00 68 11 04 33 33 34 33 F8 16";
const POWER_ANSWER = "FE FE FE FE 68 34 12 00 00 00 00 68 91 08 33 33 34 33 9A 78 56 34 18 16";
const POWER_REFUSED = "68 34 12 00 00 00 00 68 D1 01 35 1D 16";

/** A serial port and a timer in one hand: what was written, and time that passes when the test says so. */
function bench(protocol: MeterProtocol, options: { address?: string; parity?: string; attempts?: number } = {}) {
	const written: string[] = [];
	let port: any;
	let inbox = new Uint8Array(0);
	class Serial {
		readonly parity = options.parity ?? protocol.parity;
		constructor(given: any) {
			port = given;
		}
		read() {
			const bytes = inbox;
			inbox = new Uint8Array(0);
			return bytes.slice().buffer;
		}
		write(bytes: ArrayBuffer) {
			written.push(toHex(new Uint8Array(bytes)));
		}
		close() {}
	}
	let pending: (() => void) | undefined;
	const timer = {
		set: (callback: () => void) => (pending = callback),
		clear: () => {
			pending = undefined;
		},
	};
	const reader = new MeterReader({ serial: { io: Serial, device: "x" }, timer, protocol, ...options });
	port.onWritable(64);
	return {
		reader,
		written,
		port,
		feed(bytes: Uint8Array) {
			inbox = bytes.slice();
			port.onReadable(bytes.length);
		},
		elapse() {
			const callback = pending;
			pending = undefined;
			callback?.();
		},
		get waiting() {
			return pending !== undefined;
		},
	};
}

function pieces(bytes: Uint8Array): Uint8Array[][] {
	const all: Uint8Array[][] = [[bytes], Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))];
	for (let i = 1; i < bytes.length; i++) all.push([bytes.subarray(0, i), bytes.subarray(i)]);
	return all;
}

describe("CJ/T 188", () => {
	const water = cjt188(0x10);

	test("asks the wildcard address and reads 556677.00 m3, whole, byte by byte and split anywhere", () => {
		for (const chunks of pieces(hex(WATER_ANSWER))) {
			const line = bench(water);
			const results: unknown[] = [];
			expect(line.reader.read((failure, register) => results.push([failure, register]))).toBe(true);
			expect(line.written).toEqual([WATER_REQUEST]);
			for (const chunk of chunks) line.feed(chunk);
			expect(results).toEqual([[undefined, { value: 55667700, exponent: -2, unit: "m3", status: "valve-closed" }]]);
			expect(line.reader.address).toBe("78330011223344");
			expect(line.waiting).toBe(false);
		}
	});

	test("a configured address is asked for, and noise, a foreign request and trailing bytes do no harm", () => {
		const line = bench(water, { address: "78330011223344" });
		const results: unknown[] = [];
		line.reader.read((failure, register) => results.push([failure?.code, register?.value]));
		expect(line.written).toEqual(["FE FE FE 68 10 44 33 22 11 00 33 78 01 03 1F 90 00 80 16"]);
		line.feed(hex("68 00 FF 16 68"));
		line.feed(hex("FE 68 10 44 33 22 11 00 33 78 01 03 1F 90 00 80 16"));
		line.feed(hex(`${WATER_ANSWER} FE 00 68`));
		expect(results).toEqual([[undefined, 55667700]]);
	});

	test("a wrong checksum is asked again, and reported with place and value when it stays wrong", () => {
		const bad = hex(WATER_ANSWER);
		bad[bad.length - 2] ^= 1;
		const line = bench(water);
		const results: any[] = [];
		line.reader.read(failure => results.push(failure));
		for (let i = 0; i < 3; i++) {
			line.feed(bad);
			line.elapse();
		}
		expect(line.written.length).toBe(3);
		expect(results).toEqual([{ code: "bad-frame", why: "checksum 12H at byte 35, computed 13H" }]);
	});

	test("silence ends after three requests", () => {
		const line = bench(water);
		const results: any[] = [];
		line.reader.read(failure => results.push(failure));
		for (let i = 0; i < 5; i++) line.elapse();
		expect(line.written).toEqual([WATER_REQUEST, WATER_REQUEST, WATER_REQUEST]);
		expect(results).toEqual([{ code: "no-answer", why: "no answer to 3 requests: check wiring, baud and parity" }]);
		expect(line.reader.read(() => {})).toBe(true);
	});
});

describe("DL/T 645-2007", () => {
	test("discovers the address once, then reads 12345.67 kWh", () => {
		for (const chunks of pieces(hex(POWER_ANSWER))) {
			const line = bench(dlt645);
			const results: unknown[] = [];
			line.reader.read((failure, register) => results.push([failure, register]));
			line.feed(hex(POWER_ADDRESS));
			for (const chunk of chunks) line.feed(chunk);
			expect(line.written).toEqual([POWER_DISCOVER, POWER_READ]);
			expect(results).toEqual([[undefined, { value: 1234567, exponent: -2, unit: "kWh", status: "ok" }]]);
			line.reader.read(() => {});
			expect(line.written[2]).toBe(POWER_READ);
		}
	});

	test("a refusal says which of the standard's errors it was", () => {
		const line = bench(dlt645, { address: "000000001234" });
		const results: any[] = [];
		line.reader.read(failure => results.push(failure));
		line.feed(hex(POWER_REFUSED));
		expect(results).toEqual([{ code: "refused", why: "no data for this request" }]);
	});
});

test("a port without parity is refused with the way out", () => {
	expect(() => bench(dlt645, { parity: "none" })).toThrow(/needs even parity .* meter\.parityInHardware/);
});

test("an address of the wrong length is refused", () => {
	expect(() => bench(dlt645, { address: "1234" })).toThrow('meter address "1234" is not one of DL/T 645');
});
