import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSameMask, maskOf } from "../../drivers/dialect/band-list.js";
import { drivers } from "../../drivers/index.js";
import type { Driver } from "../../sdk/modem/driver.js";
import { read, written } from "./steps.js";

const step = (id: string) => {
	const driver: Driver = drivers.find(one => one.id === id)!;
	return [driver, driver.procedures!.bands![0]!] as const;
};

describe.each(["quectel-bc660k", "quectel-bc26"])("%s: as many as there are, then each", id => {
	const [driver, bands] = step(id);
	test("written", () => {
		expect(written(driver, bands, { bands: [8] })).toBe("AT+QBAND=1,8");
		expect(written(driver, bands, { bands: [8, 5, 28] })).toBe("AT+QBAND=3,8,5,28");
		// Nineteen is the most that the command takes: nothing is sent.
		expect(written(driver, bands, { bands: Array.from({ length: 20 }, (_, i) => i + 1) })).toBe("");
	});
	test("compared as a set", () => {
		const reply = "\r\n+QBAND: 5,8,3\r\n\r\nOK\r\n";
		expect(read(driver, bands, reply, { bands: [3, 5, 8] })).toEqual({ sent: "AT+QBAND?", same: true });
		for (const other of [
			[3, 5],
			[3, 5, 8, 20],
			[3, 5, 28],
			[5, 5, 8],
		])
			expect(read(driver, bands, reply, { bands: other }).same).toBe(false);
		expect(read(driver, bands, "\r\nERROR\r\n", { bands: [5] }).same).toBeUndefined();
	});
});

describe("quectel-bc95: the list alone", () => {
	const [driver, bands] = step("quectel-bc95");
	test("written", () => expect(written(driver, bands, { bands: [8, 5] })).toBe("AT+NBAND=8,5"));
	test("compared as a set, with the line of the capture", () => {
		const reply = "\r\n+NBAND:5,8,3,28,20,1\r\n\r\nOK\r\n";
		expect(read(driver, bands, reply, { bands: [1, 3, 5, 8, 20, 28] })).toEqual({ sent: "AT+NBAND?", same: true });
		expect(read(driver, bands, reply, { bands: [5, 8] }).same).toBe(false);
	});
});

describe("quectel-ec800m: a mask", () => {
	const [driver, bands] = step("quectel-ec800m");
	test("written, also beyond band 64", () => {
		expect(written(driver, bands, { bands: [3, 5, 8, 37] })).toBe('AT+QCFG="band",0,0x1000000094');
		expect(written(driver, bands, { bands: [1] })).toBe('AT+QCFG="band",0,0x1');
		expect(written(driver, bands, { bands: [66, 2] })).toBe('AT+QCFG="band",0,0x20000000000000002');
	});
	test("compared with answers of two masks and of three, in either case, with and without 0x", () => {
		const wanted = { bands: [1, 3, 7, 8, 20, 28, 38, 40, 41] };
		for (const answer of ["0x93,0x1a0080800c5", "0xbff,0x1A0080800C5,0x0", "93,1a0080800c5", "0x93,0x00001a0080800c5"])
			expect(read(driver, bands, `\r\n+QCFG: "band",${answer}\r\n\r\nOK\r\n`, wanted)).toEqual({ sent: 'AT+QCFG="band"', same: true });
		expect(read(driver, bands, '\r\n+QCFG: "band",0x93,0x1a0080800c4\r\n\r\nOK\r\n', wanted).same).toBe(false);
	});
	test("property: bit n - 1 of the mask is band n, and nothing else is", () => {
		fc.assert(
			fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 261 }), { minLength: 1, maxLength: 20 }), wanted => {
				const mask = wanted.reduce((bits, band) => bits | (1n << BigInt(band - 1)), 0n);
				expect(BigInt(maskOf(wanted))).toBe(mask);
				expect(maskOf(wanted)).toBe(`0x${mask.toString(16)}`);
				expect(isSameMask(mask.toString(16).toUpperCase(), wanted)).toBe(true);
			}),
		);
	});
});

test("drivers whose documents show no such command have none", () => {
	expect(drivers.filter(({ procedures }) => procedures?.bands === undefined).map(({ id }) => id)).toEqual(
		expect.arrayContaining(["cmcc-ml307r", "openluat-air780e", "simcom-a7670"]),
	);
});
