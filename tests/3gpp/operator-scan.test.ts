import { expect, test } from "vitest";
import { decodeScan } from "../../sdk/3gpp/operator-scan.js";
import { lineOf } from "./line.js";

test("networks with and without a technology, then modes and formats", () => {
	expect(decodeScan(lineOf('+COPS: (2,"Test","TST","00101",11),(1,"Other","","310260"),(3,"","","46000",7),,(0-4),(0,1,2)'))).toEqual([
		{ stat: 2, name: "Test", plmn: "00101", act: 11 },
		{ stat: 1, name: "Other", plmn: "310260", act: undefined },
		{ stat: 3, name: "", plmn: "46000", act: 7 },
	]);
});
test("a comma in a name is no field's end", () => {
	expect(decodeScan(lineOf('+COPS: (1,"A, B","AB","00101",9)'))).toEqual([{ stat: 1, name: "A, B", plmn: "00101", act: 9 }]);
});
test.each(["+COPS:", "+COPS: ,,(0-4),(0-2)", '+COPS: (1,"Cut', '+COPS: (9,"A","A","00101",7)', '+COPS: (1,"A","A","12",7)'])(
	"%s has none",
	text => expect(decodeScan(lineOf(text))).toEqual([]),
);
