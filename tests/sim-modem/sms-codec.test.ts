import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packSeptets, septetsOf, textOfSeptets, unpackSeptets } from "../../host-sim/sms/alphabet.js";
import { concatenationOf, partsOf } from "../../host-sim/sms/parts.js";
import {
	decodeDeliver,
	decodeStatusReport,
	decodeSubmit,
	encodeDeliver,
	encodeStatusReport,
	encodeSubmit,
} from "../../host-sim/sms/tpdu.js";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));
const hex = (data: Uint8Array | undefined) => Buffer.from(data!).toString("hex").toUpperCase();

describe("the default alphabet", () => {
	test("packing of the usual example", () => {
		expect(hex(packSeptets(septetsOf("hellohello")!))).toBe("E8329BFD4697D9EC37");
		expect(textOfSeptets(unpackSeptets(bytes("E8329BFD4697D9EC37"), 10))).toBe("hellohello");
	});
	test("places that differ from IRA, and the extension", () => {
		expect(septetsOf("@$_Ä§ñ€[^|")).toEqual([0, 2, 17, 0x5b, 0x5f, 0x7d, 27, 0x65, 27, 0x3c, 27, 0x14, 27, 0x40]);
		expect(textOfSeptets([27, 0x65, 27, 0x3c, 0x5b])).toBe("€[Ä");
		expect(septetsOf("中")).toBeUndefined();
		expect(septetsOf("`")).toBeUndefined();
	});
	test("128 characters, each its own", () => {
		const text = textOfSeptets(Array.from({ length: 128 }, (_, code) => code).filter(code => code !== 27));
		expect(new Set(text).size).toBe(127);
		expect(septetsOf(text)!.length).toBe(127);
	});
});

describe("TPDUs", () => {
	test("a received one, its zone in quarter hours", () => {
		expect(decodeDeliver(bytes("040BC87238880900F10000993092516195800AE8329BFD4697D9EC37"))).toEqual({
			coding: 0,
			header: undefined,
			text: "hellohello",
			from: "27838890001",
			protocol: 0,
			time: { utcMs: Date.UTC(2099, 2, 29, 13, 16, 59), quarterHours: 8 },
			moreToCome: false,
		});
	});
	test("one to send", () => {
		const tpdu = "11000B916407281553F80000AA0AE8329BFD4697D9EC37";
		const submit = decodeSubmit(bytes(tpdu));
		expect(submit).toMatchObject({ to: "+46708251358", text: "hellohello", validity: 0xaa, report: false, reference: 0 });
		expect(hex(encodeSubmit(submit!))).toBe(tpdu);
	});
	test("Chinese, in UCS2", () => {
		const tpdu = hex(
			encodeDeliver({
				coding: 8,
				header: undefined,
				text: "你好",
				from: "10086",
				protocol: 0,
				time: { utcMs: Date.UTC(2026, 10, 20, 3, 25, 6), quarterHours: 32 },
			}),
		);
		expect(tpdu).toBe("0405810180F6000862110211526023044F60597D");
		expect(decodeDeliver(bytes(tpdu))).toMatchObject({ from: "10086", text: "你好" });
	});
	test("a sender with letters, a zone west of Greenwich", () => {
		const tpdu = encodeDeliver({
			coding: 0,
			header: undefined,
			text: "x",
			from: "Operator",
			protocol: 0,
			time: { utcMs: Date.UTC(2026, 0, 1, 0, 0, 0), quarterHours: -20 },
		});
		// Local time; bit 3 of the zone 0x0A is its sign.
		expect(hex(tpdu)).toBe("040ED04F78591EA6BFE500005221139100000A0178");
		expect(decodeDeliver(tpdu!)).toMatchObject({ from: "Operator", time: { utcMs: Date.UTC(2026, 0, 1), quarterHours: -20 } });
	});
	test("a report", () => {
		const time = { utcMs: Date.UTC(2026, 10, 20, 3, 25, 6), quarterHours: 32 };
		const tpdu = encodeStatusReport({ reference: 5, to: "+4917000", time, discharged: { ...time, utcMs: time.utcMs + 4000 }, status: 0 });
		expect(hex(tpdu)).toBe("06050791947100F0621102115260236211021152012300");
		expect(decodeStatusReport(tpdu)).toMatchObject({ reference: 5, to: "+4917000", status: 0 });
	});
	test("cut off anywhere it is nothing, and never an exception", () => {
		const whole = bytes("11000B916407281553F80000AA0AE8329BFD4697D9EC37");
		for (let length = 0; length < whole.length; length++) expect(decodeSubmit(whole.subarray(0, length))).toBeUndefined();
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 180 }), random => {
				decodeSubmit(random);
				decodeDeliver(random);
				decodeStatusReport(random);
			}),
			{ seed: 27_005 },
		);
	});
	test("161 characters do not fit", () => {
		const message = { reference: 0, to: "1", protocol: 0, coding: 0, header: undefined, report: false };
		expect(encodeSubmit({ ...message, text: "x".repeat(161) })).toBeUndefined();
		expect(encodeSubmit({ ...message, text: "x".repeat(160) })!.length).toBe(148);
		expect(encodeSubmit({ ...message, coding: 8, text: "中".repeat(71) })).toBeUndefined();
	});
});

describe("concatenation", () => {
	test("153 and 67 characters of a part, with the header's fill bit", () => {
		expect(partsOf("x".repeat(160), 7).length).toBe(1);
		const parts = partsOf("x".repeat(161), 7);
		expect(parts.map(({ text }) => text.length)).toEqual([153, 8]);
		expect(parts.map(({ header }) => hex(header))).toEqual(["0003070201", "0003070202"]);
		const submit = { reference: 1, to: "10086", protocol: 0, report: false };
		expect(hex(encodeSubmit({ ...submit, ...parts[1]! }))).toBe("410105810180F600000F050003070202F0783C1E8FC7E301");
		expect(partsOf("中".repeat(71), 1).map(({ text }) => text.length)).toEqual([67, 4]);
	});
	test("whatever the text, its parts give it back", () => {
		const character = fc.constantFrom("a", "@", "€", "{", "中", "😀", "\n", "é");
		fc.assert(
			fc.property(fc.array(character, { maxLength: 400 }), characters => {
				const text = characters.join("");
				const time = { utcMs: 0, quarterHours: 0 };
				const parts = partsOf(text, 200).map(part => decodeDeliver(encodeDeliver({ ...part, from: "1", protocol: 0, time })!)!);
				expect(parts.map(part => part.text).join("")).toBe(text);
				if (parts.length === 1) return;
				parts.forEach((part, index) => {
					expect(concatenationOf(part.header)).toEqual({ reference: 200, total: parts.length, sequence: index + 1 });
				});
			}),
			{ seed: 23_040 },
		);
	});
	test("a 16-bit reference behind another element; none at all", () => {
		expect(concatenationOf(bytes("0501FF0804ABCD0302"))).toEqual({ reference: 0xabcd, total: 3, sequence: 2 });
		expect(concatenationOf(bytes("050400010002"))).toBeUndefined();
		expect(concatenationOf(undefined)).toBeUndefined();
	});
});
