import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import { createCjt188Meter } from "../../host-sim/meters/cjt188.js";
import { createMeter, isMeterKind, meterKinds } from "../../host-sim/meters/create-meter.js";
import { createDlt645Meter } from "../../host-sim/meters/dlt645.js";
import { type Meter, type MeterOptions, meterFraming } from "../../host-sim/meters/meter.js";
import { framing8n1 } from "../../host-sim/ports/framing.js";
import { createMemoryLine } from "../../host-sim/ports/memory.js";

const bytes = (hex: string) => Uint8Array.from(hex.split(" "), byte => Number.parseInt(byte, 16));
const hex = (given: Uint8Array) => Array.from(given, byte => byte.toString(16).padStart(2, "0").toUpperCase()).join(" ");

function setUp(create: (options: MeterOptions) => Meter, options: Partial<MeterOptions> = {}) {
	const clock = new VirtualClock();
	const { port, line } = createMemoryLine({ clock });
	const meter = create({ clock, port, seed: 1, ...options });
	line.open(meterFraming);
	const heard: number[] = [];
	line.onBytes = piece => void heard.push(...piece);
	/** What came back within `ms`, as hexadecimal bytes. */
	const ask = (request: string | Uint8Array, ms = 2000) => {
		heard.length = 0;
		line.write(typeof request === "string" ? bytes(request) : request);
		clock.run(clock.now() + ms);
		return hex(Uint8Array.from(heard));
	};
	return { clock, line, meter, ask };
}

describe("CJ/T 188 meter", () => {
	// source: worked example of CJ/T 188 as published by meter makers: meter 0011223344, maker 7833.
	const address = "78330011223344";
	const request = "FE FE FE 68 10 44 33 22 11 00 33 78 01 03 1F 90 00 80 16";
	const calendarMs = Date.UTC(2015, 4, 11, 22, 1, 31);
	const cold = (options: Partial<MeterOptions> = {}) => setUp(createCjt188Meter, { address, calendarMs, ...options });

	test("answers the worked example in its form", () => {
		const { ask, meter } = cold();
		const answer = ask(request).split(" ");
		expect(answer.slice(0, 3).join(" ")).toBe("FE FE FE");
		expect(answer.slice(3, 17).join(" ")).toBe("68 10 44 33 22 11 00 33 78 81 16 1F 90 00");
		// Four bytes of flow, unit m³, the same for the settlement day.
		expect([answer[21], answer[26]]).toEqual(["2C", "2C"]);
		expect(Number(answer.slice(17, 21).reverse().join(""))).toBe(meter.hundredths);
		// 22:01:31 on 2015-05-11, status without a fault, check code, end.
		expect(answer.slice(27, 36).join(" ")).toMatch(/^31 01 22 11 05 15 20 00 00$/);
		expect(answer.length).toBe(3 + 11 + 22 + 2);
		expect(answer.at(-1)).toBe("16");
	});

	test("byte for byte, with the seed's register", () => {
		// The register and the settlement day's are the seed's: 444.46 m³ and 440.11 m³.
		expect(cold().ask(request)).toBe(
			"FE FE FE 68 10 44 33 22 11 00 33 78 81 16 1F 90 00 46 44 04 00 2C 11 40 04 00 2C 31 01 22 11 05 15 20 00 00 ED 16",
		);
	});

	test("any meter answers the wildcard, with its own address", () => {
		const { ask } = cold();
		// 03H, 810AH: read address.
		expect(ask("68 10 AA AA AA AA AA AA AA 03 03 0A 81 07 B6 16")).toBe("FE FE FE 68 10 44 33 22 11 00 33 78 83 03 0A 81 07 E5 16");
		expect(ask("68 AA AA AA AA AA AA AA AA 01 03 1F 90 00 6B 16")).toMatch(/^FE FE FE 68 10 44 33 22 11 00 33 78 81 16 1F 90 00 /);
	});

	test("the serial number comes back", () => {
		expect(cold().ask("68 10 44 33 22 11 00 33 78 01 03 1F 90 2A AA 16").split(" ")[16]).toBe("2A");
	});

	test("another identifier or control code is answered as abnormal: serial number and status", () => {
		const { ask } = cold();
		expect(ask("68 10 44 33 22 11 00 33 78 01 03 20 90 05 86 16")).toBe("FE FE FE 68 10 44 33 22 11 00 33 78 C1 03 05 00 00 96 16");
		expect(ask("68 10 44 33 22 11 00 33 78 04 04 17 A0 00 55 E1 16")).toMatch(/^FE FE FE 68 10 44 33 22 11 00 33 78 C4 03 /);
	});

	test.each([
		["a wrong check code", "68 10 44 33 22 11 00 33 78 01 03 1F 90 00 81 16"],
		["a wrong end", "68 10 44 33 22 11 00 33 78 01 03 1F 90 00 80 17"],
		["another meter's address", "68 10 45 33 22 11 00 33 78 01 03 1F 90 00 81 16"],
		["another type of meter", "68 30 44 33 22 11 00 33 78 01 03 1F 90 00 A0 16"],
		["an answer of another meter", "68 10 44 33 22 11 00 33 78 81 03 1F 90 00 00 16"],
	])("%s gets no answer", (_, frame) => {
		expect(cold().ask(frame)).toBe("");
	});

	test("status tells valve and battery", () => {
		const { ask } = setUp(options => createCjt188Meter({ ...options, valve: 1, batteryLow: true }), { address });
		expect(ask(request).split(" ").slice(34, 36)).toEqual(["05", "00"]);
	});

	test("a gas meter is of type 30H and says m³ too", () => {
		const { ask } = setUp(options => createMeter("cjt188-gas", options), { address });
		expect(ask("68 30 AA AA AA AA AA AA AA 01 03 1F 90 00 F1 16").split(" ").slice(4, 5)).toEqual(["30"]);
	});

	test("a request in pieces is understood, with a gap of more than 500 ms it is not", () => {
		const frame = bytes(request);
		fc.assert(
			fc.property(fc.integer({ min: 1, max: frame.length - 1 }), at => {
				const short = cold();
				short.line.write(frame.subarray(0, at));
				short.clock.run(400);
				expect(short.ask(frame.subarray(at))).toMatch(/^FE FE FE 68 10 /);
				const long = cold();
				long.line.write(frame.subarray(0, at));
				long.clock.run(1000);
				// A preamble alone may be torn off.
				expect(long.ask(frame.subarray(at)) !== "").toBe(at <= 3);
			}),
			{ verbose: 1 },
		);
	});

	test("noise before and after a request does no harm, one frame follows another", () => {
		const { ask, meter } = cold();
		expect(ask(`00 FF 16 ${request} 16 00`)).toMatch(/^FE FE FE 68 10 /);
		expect(ask(request)).toMatch(/^FE FE FE 68 10 /);
		expect(meter.answers).toBe(2);
	});

	test("a reader at 8N1 or at another rate gets nothing it can read", () => {
		const clock = new VirtualClock();
		const { port, line } = createMemoryLine({ clock });
		const meter = createCjt188Meter({ clock, port, seed: 1, address });
		line.open(framing8n1(9600));
		line.write(bytes(request));
		clock.run(2000);
		expect(meter.answers).toBe(0);
	});
});

describe("DL/T 645-2007 meter", () => {
	test("reads its address by the wildcard", () => {
		// source: DL/T 645-2007, read address: 68 AA×6 68 13 00 DF 16.
		const { ask } = setUp(createDlt645Meter, { address: "000102030425" });
		expect(ask("FE FE FE FE 68 AA AA AA AA AA AA 68 13 00 DF 16")).toBe(
			"FE FE FE FE 68 25 04 03 02 01 00 68 93 06 58 37 36 35 34 33 F9 16",
		);
	});

	test("reads forward active energy, with its own address whoever asks", () => {
		// source: published reading of meter 000102030425: request …33 33 34 33 E1, answer 68 25 04 03 02 01 00 68 91 08 33 33 34 33 (energy) CS 16.
		const { ask, meter } = setUp(createDlt645Meter, { address: "000102030425" });
		for (const request of ["68 25 04 03 02 01 00 68 11 04 33 33 34 33 E1 16", "68 AA AA AA AA AA AA 68 11 04 33 33 34 33 AE 16"]) {
			const answer = ask(request).split(" ");
			expect(answer.slice(0, 18).join(" ")).toBe("FE FE FE FE 68 25 04 03 02 01 00 68 91 08 33 33 34 33");
			const energy = answer.slice(18, 22).map(byte => (Number.parseInt(byte, 16) - 0x33).toString(16).padStart(2, "0"));
			expect(Number(energy.reverse().join(""))).toBe(meter.hundredths);
			expect(answer.length).toBe(4 + 12 + 8);
		}
	});

	test("combined energy is the first identifier", () => {
		const { ask } = setUp(createDlt645Meter, { address: "1" });
		expect(ask("68 AA AA AA AA AA AA 68 11 04 33 33 33 33 AD 16")).toMatch(/^FE FE FE FE 68 01 00 00 00 00 00 68 91 08 33 33 33 33 /);
	});

	test("voltage, address, date and time", () => {
		const { ask } = setUp(createDlt645Meter, { address: "161", calendarMs: Date.UTC(2026, 1, 3, 4, 5, 6) });
		// source: published reading of meter 000000000161, voltage of phase A: request …33 34 34 35 17.
		expect(ask("FE FE FE FE 68 61 01 00 00 00 00 68 11 04 33 34 34 35 17 16")).toMatch(
			/^FE FE FE FE 68 61 01 00 00 00 00 68 91 06 33 34 34 35 .. 5[4-6] .. 16$/,
		);
		expect(ask("68 61 01 00 00 00 00 68 11 04 34 37 33 37 1C 16")).toMatch(/ 68 91 0A 34 37 33 37 94 34 33 33 33 33 .. 16$/);
		// 2026-02-03 is a Tuesday: WW 02, DD 03, MM 02, YY 26.
		expect(ask("68 61 01 00 00 00 00 68 11 04 34 34 33 37 19 16")).toMatch(/ 68 91 08 34 34 33 37 35 36 35 59 .. 16$/);
	});

	test("what it does not have is answered D1H with bit 1 of the error word", () => {
		const { ask } = setUp(createDlt645Meter, { address: "161" });
		expect(ask("68 61 01 00 00 00 00 68 11 04 33 33 33 43 23 16")).toBe("FE FE FE FE 68 61 01 00 00 00 00 68 D1 01 35 39 16");
	});

	test.each([
		["a wrong check code", "68 AA AA AA AA AA AA 68 13 00 DE 16"],
		["another meter's address", "68 62 01 00 00 00 00 68 11 04 33 33 34 33 15 16"],
		["the broadcast address", "68 99 99 99 99 99 99 68 13 00 79 16"],
		["an answer", "68 61 01 00 00 00 00 68 93 06 94 34 33 33 33 33 5F 16"],
		["a frame without its second start", "68 AA AA AA AA AA AA 67 13 00 DE 16"],
	])("%s gets no answer", (_, frame) => {
		expect(setUp(createDlt645Meter, { address: "161" }).ask(frame)).toBe("");
	});

	test("an address may be given by its low digits, AA for the rest", () => {
		const { ask } = setUp(createDlt645Meter, { address: "161" });
		expect(ask("68 61 01 AA AA AA AA 68 13 00 ED 16")).toMatch(/^FE FE FE FE 68 61 01 /);
		expect(ask("68 62 01 AA AA AA AA 68 13 00 EE 16")).toBe("");
	});
});

describe("any meter", () => {
	const request = "68 AA AA AA AA AA AA 68 11 04 33 33 34 33 AE 16";
	const meter = (options: Partial<MeterOptions> = {}) => setUp(createDlt645Meter, options);
	const isSound = (answer: string) => {
		const frame = bytes(answer.replace(/^(FE )+/, ""));
		const sum = frame.subarray(0, -2).reduce((total, byte) => (total + byte) & 0xff, 0);
		return frame[0] === 0x68 && frame.at(-1) === 0x16 && frame.at(-2) === sum;
	};

	test("the same seed gives the same answers, another one another meter", () => {
		const day = (seed: number) => {
			const { ask, clock } = meter({ seed });
			const first = ask(request);
			clock.run(86_400_000);
			return [first, ask(request)];
		};
		expect(day(7)).toEqual(day(7));
		expect(day(7)[0]).not.toBe(day(8)[0]);
		expect(day(7)[0]).not.toBe(day(7)[1]);
	});

	test("the register never falls and grows by about the mean", () => {
		fc.assert(
			fc.property(fc.nat(1000), seed => {
				const { meter: metered, clock } = meter({ seed });
				const first = metered.hundredths;
				let last = first;
				for (let hour = 1; hour <= 240; hour++) {
					clock.run(hour * 3_600_000);
					expect(metered.hundredths).toBeGreaterThanOrEqual(last);
					last = metered.hundredths;
				}
				expect((last - first) / 10).toBeGreaterThan(800 * 0.66);
				expect((last - first) / 10).toBeLessThan(800 * 1.34);
			}),
			{ verbose: 1, numRuns: 20 },
		);
	});

	test("answers within what the standard allows", () => {
		const { line, clock } = meter();
		let firstMs: number | undefined;
		line.onBytes = () => (firstMs ??= clock.now());
		line.write(bytes(request));
		clock.run(5000);
		// 16 bytes of 11 bits at 2,400 baud, then 20 ms to 500 ms, and the first piece of the answer.
		const sentMs = (16 * 11_000) / 2400;
		expect((firstMs as number) - sentMs).toBeGreaterThan(20);
		expect((firstMs as number) - sentMs).toBeLessThan(500);
	});

	test("a new request makes it forget the last one", () => {
		const { line, clock, meter: metered } = meter();
		line.write(bytes(request));
		clock.run(80);
		line.write(bytes(request));
		clock.run(5000);
		expect(metered.answers).toBe(1);
	});

	test("faults do what they say, as often as they were told to", () => {
		const { ask, meter: metered } = meter();
		const sound = ask(request);
		expect(isSound(sound)).toBe(true);
		metered.setFault("silent", 1);
		expect(ask(request)).toBe("");
		metered.setFault("bad-checksum", 1);
		const bad = ask(request);
		expect(bad.length).toBe(sound.length);
		expect(isSound(bad)).toBe(false);
		metered.setFault("garbled", 1);
		expect(isSound(ask(request))).toBe(false);
		metered.setFault("cut", 1);
		expect(ask(request).length).toBeLessThan(sound.length);
		metered.setFault("noise", 1);
		const noisy = ask(request);
		expect(noisy).toMatch(/^68 .. 68 .. FE FE FE FE 68 /);
		expect(isSound(noisy.slice("68 xx 68 xx ".length))).toBe(true);
		metered.setFault("refuses", 1);
		expect(ask(request)).toMatch(/ 68 D1 01 35 .. 16$/);
		metered.setFault("late", 1);
		expect(ask(request, 2500)).toBe("");
		expect(isSound(ask("00", 2500))).toBe(true);
		expect(isSound(ask(request))).toBe(true);
		metered.setFault("silent");
		expect(ask(request) + ask(request)).toBe("");
		metered.setFault(undefined);
		expect(isSound(ask(request))).toBe(true);
	});

	test("closed it says nothing more", () => {
		const { ask, meter: metered, clock } = meter();
		metered.close();
		expect(ask(request)).toBe("");
		expect(clock.pending).toBe(0);
	});

	test("an address that no meter has is refused", () => {
		expect(() => meter({ address: "12345678901234" })).toThrow(`a meter's address has up to 12 decimal digits, not "12345678901234"`);
		expect(() => meter({ address: "12AB" })).toThrow("decimal digits");
	});

	test("each kind can be made by its name", () => {
		for (const kind of meterKinds) {
			expect(isMeterKind(kind)).toBe(true);
			const { meter: made } = setUp(options => createMeter(kind, options));
			expect(made.address).toMatch(kind === "dlt645" ? /^\d{12}$/ : /^\d{14}$/);
		}
		expect(isMeterKind("dlms")).toBe(false);
	});
});
