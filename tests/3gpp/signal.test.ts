import { describe, expect, test } from "vitest";
import {
	ecnoDb,
	readCesq,
	rscpDbm,
	rsrpDbm,
	rsrqDb,
	rssiDbm,
	rxlevDbm,
	type SignalReading,
	ssRsrpDbm,
	ssRsrqDb,
	ssSinrDb,
} from "../../sdk/3gpp/signal.js";
import { lineOf } from "./line.js";

describe("codes at their edges", () => {
	test.each([
		[rssiDbm, 0, -113],
		[rssiDbm, 1, -111],
		[rssiDbm, 10, -93],
		[rssiDbm, 31, -51],
		[rssiDbm, 32, undefined],
		[rssiDbm, 99, undefined],
		[rssiDbm, undefined, undefined],
		[rxlevDbm, 0, -111],
		[rxlevDbm, 63, -48],
		[rxlevDbm, 99, undefined],
		[rscpDbm, 96, -25],
		[rscpDbm, 255, undefined],
		[ecnoDb, 0, -24.5],
		[ecnoDb, 49, 0],
		[ecnoDb, 255, undefined],
		[rsrqDb, 0, -20],
		[rsrqDb, 34, -3],
		[rsrqDb, 255, undefined],
		[rsrpDbm, 0, -141],
		[rsrpDbm, 1, -140],
		[rsrpDbm, 97, -44],
		[rsrpDbm, 98, undefined],
		[rsrpDbm, 255, undefined],
		[ssRsrqDb, 126, 19.5],
		[ssRsrpDbm, 86, -71],
		[ssSinrDb, 127, 40],
		[ssSinrDb, 255, undefined],
	] as const)("%o of %o is %o", (convert, code, value) => expect(convert(code)).toBe(value));
});

describe("+CESQ", () => {
	function read(text: string): SignalReading {
		const into: SignalReading = { rssiDbm: undefined, rsrpDbm: undefined, rsrqDb: undefined, sinrDb: undefined };
		readCesq(lineOf(text), into);
		return into;
	}
	test("E-UTRAN fills the last two of six", () => {
		expect(read("+CESQ: 99,99,255,255,20,80")).toEqual({ rssiDbm: undefined, rsrpDbm: -61, rsrqDb: -10, sinrDb: undefined });
	});
	test("GERAN, without a blank after the colon", () => {
		expect(read("+CESQ:10,6,255,255,255,255")).toEqual({ rssiDbm: -101, rsrpDbm: undefined, rsrqDb: undefined, sinrDb: undefined });
	});
	test("NR fills three more", () => {
		expect(read("+CESQ: 99,99,255,255,255,255,70,86,76")).toEqual({ rssiDbm: undefined, rsrpDbm: -71, rsrqDb: -8.5, sinrDb: 14.5 });
	});
	test("nothing known leaves what was known", () => {
		const into: SignalReading = { rssiDbm: -93, rsrpDbm: -100, rsrqDb: -7, sinrDb: 11 };
		readCesq(lineOf("+CESQ: 99,99,255,255,255,255"), into);
		expect(into).toEqual({ rssiDbm: -93, rsrpDbm: -100, rsrqDb: -7, sinrDb: 11 });
		readCesq(lineOf("+CESQ:"), into);
		expect(into.rsrpDbm).toBe(-100);
	});
});
