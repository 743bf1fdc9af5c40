import { describe, expect, test } from "vitest";
import type { ModemError } from "../../sdk/index.js";
import { hex, ok } from "../modem/world.js";
import { bytes } from "./behaviours/bench.js";
import { streamBench } from "./stream-module.js";

const PEM = bytes("-----BEGIN CERTIFICATE-----\n");
type Told = (string | undefined)[];
function note(this: Told, error: ModemError | undefined): void {
	this.push(error?.code);
}
const stored = (commands: readonly string[]): string[] => commands.filter(line => line.startsWith("AT+UCERT"));

describe("store and erase", () => {
	test("one after the other, told at the end of a turn, with the target as `this`", () => {
		const { modem, run, board } = streamBench();
		const told: Told = [];
		modem.credentials.store({ kind: "ca", name: "root", data: PEM }, told, note);
		modem.credentials.store({ kind: "psk", name: "k_1", data: Uint8Array.of(1, 2).buffer, identity: "me" }, told, note);
		modem.credentials.erase({ kind: "ca", name: "root" }, told, note);
		expect(told).toEqual([]);
		run(5_000);
		expect(stored(board.commands)).toEqual([
			`AT+UCERT="ca","root","${hex(String.fromCharCode(...PEM))}"`,
			'AT+UCERT="psk","k_1","0102","me"',
			'AT+UCERT="ca","root",""',
		]);
		expect(told).toEqual([undefined, undefined, undefined]);
	});
	test("what the module refuses is told, and the next is stored all the same", () => {
		const { modem, run, module } = streamBench();
		const told: Told = [];
		module.script['AT+UCERT="ca","a","78"'] = "\r\n+CME ERROR: 50\r\n";
		modem.credentials.store({ kind: "ca", name: "a", data: bytes("x") }, told, note);
		modem.credentials.store({ kind: "ca", name: "b", data: bytes("x") }, told, note);
		run(5_000);
		expect(told).toEqual(["cme", undefined]);
	});
	test("a module that is off is switched on for it", () => {
		const { modem, run, board } = streamBench();
		modem.powerOff();
		run(30_000);
		board.commands.length = 0;
		const told: Told = [];
		modem.credentials.erase({ kind: "key", name: "mine" }, told, note);
		run(60_000);
		expect(told).toEqual([undefined]);
	});
	test("a restart in the middle: it is stored when the module is back", () => {
		const { modem, run, module, board } = streamBench();
		const told: Told = [];
		module.script['AT+UCERT="ca","a","78"'] = undefined;
		modem.credentials.store({ kind: "ca", name: "a", data: bytes("x") }, told, note);
		run(500);
		module.script['AT+UCERT="ca","a","78"'] = ok;
		module.restart();
		run(60_000);
		expect(told).toEqual([undefined]);
		expect(stored(board.commands)).toHaveLength(2);
	});
	test("silence is an error in bounded time", () => {
		const { modem, run, module } = streamBench();
		const told: Told = [];
		module.script['AT+UCERT="ca","a","78"'] = undefined;
		modem.credentials.store({ kind: "ca", name: "a", data: bytes("x") }, told, note);
		run(60_000);
		expect(told).toEqual(["timeout"]);
	});
	test("no trace shows what is stored", () => {
		const lines: string[] = [];
		const { modem, run } = streamBench({ onTrace: (direction, data) => direction === "tx" && lines.push(Buffer.from(data).toString()) });
		modem.credentials.store({ kind: "key", name: "mine", data: bytes("secret") }, undefined, () => {});
		run(5_000);
		const text = lines.join("");
		expect(text).toContain('AT+UCERT="key","mine"');
		expect(text).not.toContain(hex("secret"));
	});
	test("a handler that throws is reported, and the next is told", () => {
		const errors: string[] = [];
		const { modem, run, thrown } = streamBench({ onError: error => errors.push(error.code) });
		const told: Told = [];
		modem.credentials.store({ kind: "ca", name: "a", data: PEM }, told, () => {
			throw new Error("oops");
		});
		modem.credentials.store({ kind: "ca", name: "b", data: PEM }, told, note);
		run(5_000);
		expect([told, errors, thrown]).toEqual([[undefined], ["exception"], []]);
	});
});
test.each([
	[{ kind: "ca", name: "", data: PEM }, "name"],
	[{ kind: "ca", name: "no blanks", data: PEM }, "name"],
	[{ kind: "ca", name: "x".repeat(17), data: PEM }, "name"],
	[{ kind: "other", name: "a", data: PEM }, "kind"],
	[{ kind: "ca", name: "a", data: new Uint8Array(0) }, "data"],
	[{ kind: "ca", name: "a", data: "PEM" }, "data"],
	[{ kind: "psk", name: "a", data: PEM }, "identity"],
])("%j is refused", (credential, what) => {
	const { modem } = streamBench();
	expect(() => modem.credentials.store(credential as never, undefined, () => {})).toThrow(what);
});
test("four wait, the fifth is refused", () => {
	const { modem } = streamBench();
	for (let i = 0; i < 4; i++) modem.credentials.erase({ kind: "ca", name: `a${i}` }, undefined, () => {});
	expect(() => modem.credentials.erase({ kind: "ca", name: "a5" }, undefined, () => {})).toThrow("wait already");
});
