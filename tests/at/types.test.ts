import { expect, expectTypeOf, test } from "vitest";
import type { Command } from "../../sdk/at/command.js";
import { command } from "../../sdk/at/command.js";
import { choice, hex, optional, payloadHex, text, uint, word } from "../../sdk/at/fields.js";

const CFUN = command("+CFUN", {
	spec: "TS 27.007 8.2",
	set: { params: { fun: choice({ minimum: 0, full: 1 }), reset: optional(uint(0, 1)) } },
	read: { response: { fun: uint() } },
	test: { lines: true },
});
const SEND = command("+QISEND", {
	spec: "sample",
	set: { params: { id: uint(), type: word("UDP", "TCP"), data: payloadHex(), name: text(), ci: hex() } },
});

test("the types of parameters and results follow from the declaration", () => {
	expectTypeOf(CFUN.set).toEqualTypeOf<Command<{ fun: "minimum" | "full"; reset?: number | undefined }, void>>();
	expectTypeOf(CFUN.read).toEqualTypeOf<Command<void, { fun: number }>>();
	expectTypeOf(SEND.set).toEqualTypeOf<Command<{ id: number; type: "UDP" | "TCP"; data: Uint8Array; name: string; ci: number }, void>>();
	expect(Object.keys(CFUN)).toEqual(["read", "set", "test"]);
});

test("the head of each form is that of V.250 5.3 and 5.4", () => {
	const all = { spec: "V.250", execute: {}, read: {}, set: {}, test: {} } as const;
	const plus = command("+CREG", all);
	expect([plus.execute.head, plus.read.head, plus.set.head, plus.test.head]).toEqual(["+CREG", "+CREG?", "+CREG=", "+CREG=?"]);
	expect(command("E", all).set.head).toBe("E");
	expect(command("&F", all).set.head).toBe("&F");
	expect(command("S3", all).set.head).toBe("S3=");
	expect(command("^SMSO", all).set.head).toBe("^SMSO=");
	expect(command("", all).execute.head).toBe("");
});
