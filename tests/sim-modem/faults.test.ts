import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FaultParameters } from "../../host-sim/modem/fault-catalogue.js";
import { faultCatalogue } from "../../host-sim/modem/fault-catalogue.js";
import generic from "../../host-sim/persona/generic.js";
import quectelBc660k from "../../host-sim/persona/quectel-bc660k.js";
import { Bench } from "./bench.js";

function started(seed = 1): Bench {
	const bench = new Bench(generic, { seed }).start();
	bench.ue.register();
	bench.ask("ATE0\r");
	return bench;
}

/** What the module answers to `line` with a fault on. */
function with_(name: string, parameters: FaultParameters, line: string, ms = 500): string {
	const bench = started();
	bench.module.faults.set(name, parameters);
	return bench.ask(line, ms);
}

const pas = "\r\n+CPAS: 0\r\n";
const ok = "\r\nOK\r\n";

describe("answers", () => {
	test.each([
		["lost-command", {}, "AT+CPAS\r", ""],
		["error-answer", { command: "+CPAS" }, "AT+CPAS\r", "\r\nERROR\r\n"],
		["error-answer", { command: "+CPAS", cme: 14 }, "AT+CMEE=1;+CPAS\r", "\r\n+CME ERROR: 14\r\n"],
		["error-answer", { command: "+CPAS", cms: 500 }, "AT+CPAS\r", "\r\n+CMS ERROR: 500\r\n"],
		["error-answer", { command: "+CSQ" }, "AT+CPAS\r", pas + ok],
		[
			"cme-text",
			{ text: "requested service option not subscribed (#33)" },
			"AT+CPAS\r",
			"\r\n+CME ERROR: requested service option not subscribed (#33)\r\n",
		],
		["no-final", {}, "AT+CPAS\r", pas],
		["urc-before-final", {}, "AT+CPAS\r", "\r\n+CPAS: 0\r\n\r\n+CSCON: 0\r\n\r\nOK\r\n"],
		["urc-before-final", {}, "AT\r", "\r\n+CSCON: 0\r\n\r\nOK\r\n"],
		["glued-urc", {}, "AT+CPAS\r", "\r\n+CPAS: 0+CSCON: 0\r\n\r\nOK\r\n"],
		["missing-crlf", {}, "AT+CGPADDR;+CPAS\r", `\r\n+CGPADDR: 1\r\n${pas}${ok}`],
		["double-ok", {}, "AT+CPAS\r", pas + ok + ok],
		["ok-before-result", {}, "AT+CPAS\r", ok + pas],
		["result-before-error", {}, "AT+NONE\r", "\r\n+CIPOPEN: 1,3\r\n\r\nERROR\r\n"],
		["result-before-error", {}, "AT+CPAS\r", pas + ok],
		["urc-inside", { position: 5 }, "AT+CPAS\r", "\r\n+CP\r\n+CSCON: 1\r\nAS: 0\r\n\r\nOK\r\n"],
		["mute", {}, "AT+CPAS\r", ""],
		["deaf", {}, "AT+CPAS\r", ""],
	] as const)("%s %j: %j", (name, parameters, line, answer) => expect(with_(name, parameters, line)).toBe(answer));

	test("missing-crlf between two lines of one answer", () => {
		const bench = started();
		bench.ask('AT+CGDCONT=2,"IP"\r');
		bench.module.faults.set("missing-crlf");
		expect(bench.ask("AT+CGPADDR\r")).toBe("\r\n+CGPADDR: 1+CGPADDR: 2\r\n\r\nOK\r\n");
	});
	test("glued-answer with the echo on", () => {
		const bench = started();
		bench.ask("ATE1\r");
		bench.module.faults.set("glued-answer");
		expect(bench.ask("AT\r")).toBe("AT\rOK\r\n");
	});
	test("a fault lasts its number of commands; 0 until it is cleared", () => {
		const bench = started();
		bench.module.faults.set("error-answer", { times: 2 });
		expect([0, 1, 2].map(() => bench.ask("AT+CPAS\r"))).toEqual(["\r\nERROR\r\n", "\r\nERROR\r\n", pas + ok]);
		bench.module.faults.set("error-answer", { times: 0 });
		for (let i = 0; i < 9; i++) expect(bench.ask("AT+CPAS\r")).toBe("\r\nERROR\r\n");
		bench.module.faults.clear("error-answer");
		expect(bench.ask("AT+CPAS\r")).toBe(pas + ok);
	});
	test("slow-answer: the host's time-out, then the answer", () => {
		const bench = started();
		bench.module.faults.set("slow-answer", { command: "+CPAS", delayMs: 5000 });
		expect(bench.ask("AT+CPAS\r", 5000)).toBe("");
		expect(bench.run(20)).toBe(pas + ok);
	});
	test("a result code at every byte of an answer", () => {
		const whole = pas + ok;
		for (let position = 0; position <= whole.length; position++) {
			expect(with_("urc-inside", { position, text: "#" }, "AT+CPAS\r")).toBe(`${whole.slice(0, position)}#${whole.slice(position)}`);
		}
	});
	test("sim-busy", () => {
		const bench = started();
		bench.ask("AT+CMEE=1\r");
		bench.module.faults.set("sim-busy", { times: 2 });
		expect([0, 1, 2].map(() => bench.ask("AT+CPIN?\r"))).toEqual([
			"\r\n+CME ERROR: 14\r\n",
			"\r\n+CME ERROR: 14\r\n",
			"\r\n+CPIN: READY\r\n\r\nOK\r\n",
		]);
	});
});

describe("restarts", () => {
	test("reboot-mid-command, after each number of bytes", () => {
		for (let afterBytes = 0; afterBytes < pas.length; afterBytes++) {
			const bench = started();
			bench.module.faults.set("reboot-mid-command", { command: "+CPAS", afterBytes });
			expect(bench.ask("AT+CPAS\r", 900)).toBe(pas.slice(0, afterBytes));
			expect(bench.run(1000)).toBe("");
			expect(bench.ask("AT\r")).toBe("AT\r\r\nOK\r\n");
			expect(bench.module.counters.boots).toBe(2);
		}
	});
	test("an unexpected banner, with noise before it", () => {
		const bench = new Bench(quectelBc660k).start();
		bench.run(1000);
		bench.module.faults.set("boot-noise", { text: "\xff\x00H?\r\n" });
		bench.module.faults.set("reboot");
		expect(bench.run(2000)).toBe("\xff\x00H?\r\n\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n");
	});
	test("brown-out: gone for a while", () => {
		const bench = started();
		bench.module.faults.set("brown-out", { offMs: 3000 });
		expect(bench.module.state).toBe("booting");
		expect(bench.ue.cores.at(-1)).toBe("off");
		expect(bench.ask("AT\r", 3000)).toBe("");
		bench.run(1100);
		expect(bench.ask("AT\r")).toBe("AT\r\r\nOK\r\n");
	});
	test("the port vanishes for 40 s", () => {
		const bench = started();
		bench.module.faults.set("port-silence");
		expect(bench.ask("AT\r", 39_000)).toBe("");
		bench.run(2000);
		expect(bench.ask("AT\r")).toBe(ok);
	});
	test("a module that is off does not restart", () => {
		const bench = new Bench(generic);
		bench.module.faults.set("reboot");
		bench.run(5000);
		expect(bench.module.counters.boots).toBe(0);
	});
});

describe("bytes", () => {
	test("split-bytes keeps every byte in order", () => {
		const bench = started();
		bench.module.faults.set("split-bytes", { delayMs: 100 });
		const first = bench.ask("AT+CPAS\r", 50);
		expect(first.length).toBeGreaterThan(0);
		expect(first.length).toBeLessThan((pas + ok).length);
		expect(first + bench.run(100)).toBe(pas + ok);
	});
	test("the same seed loses, doubles and changes the same bytes", () => {
		const run = (seed: number, name: string) => {
			const bench = started(seed);
			bench.module.faults.set(name, { probability: 0.2, direction: "toHost" });
			return Array.from({ length: 10 }, () => bench.ask("AT+CPAS\r")).join("|");
		};
		for (const name of ["drop-bytes", "double-bytes", "garble-bytes"]) {
			expect(run(5, name)).toBe(run(5, name));
			expect(run(5, name)).not.toBe(run(6, name));
		}
	});
	test("whatever arrives, the module neither throws nor falls silent", () => {
		fc.assert(
			fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 }), fc.integer({ min: 1, max: 1e6 }), (chunks, seed) => {
				for (const persona of [generic, quectelBc660k]) {
					const bench = new Bench(persona, { seed }).start();
					for (const name of ["drop-bytes", "double-bytes", "garble-bytes"]) bench.module.faults.set(name, { probability: 0.1 });
					for (const chunk of chunks) {
						bench.send(Buffer.from(chunk).toString("latin1"));
						bench.send(`AT${Buffer.from(chunk).toString("latin1")}\r`);
						bench.run(200);
					}
					bench.module.faults.clear();
					bench.run(200_000);
					bench.module.powerOff();
					bench.module.powerOn();
					bench.run(5000);
					expect(bench.ask("\rATE0\r", 1000)).toContain("OK\r\n");
				}
			}),
			{ numRuns: 60 },
		);
	});
});

describe("catalogue", () => {
	test("every fault can be switched on with its defaults and off, and the module lives on", () => {
		for (const { name } of faultCatalogue) {
			for (const persona of [generic, quectelBc660k]) {
				const bench = new Bench(persona).start();
				bench.module.faults.set(name);
				bench.ask("AT+CPIN?\r");
				bench.module.faults.clear();
				bench.run(60_000);
				bench.ask("AT\r");
				expect([name, bench.ask("ATE0\r", 3000).endsWith("OK\r\n")]).toEqual([name, true]);
			}
		}
	});
	test("a wrong name or parameter says what there is", () => {
		const { faults } = started().module;
		expect(() => faults.set("mut")).toThrow(/^unknown fault "mut"; known: drop-bytes, /);
		expect(() => faults.set("late-send-ok", { delay: 1 })).toThrow('fault "late-send-ok" has no parameter "delay"; known: delayMs');
		expect(() => faults.set("late-send-ok", { delayMs: "1" })).toThrow('fault "late-send-ok": "delayMs" must be a number');
	});
});

describe("events and trace", () => {
	test("in order, with their times", () => {
		const bench = new Bench(generic);
		const seen: string[] = [];
		const end = bench.module.on(event => seen.push(`${bench.clock.now()} ${event.type}`));
		bench.module.trace = (direction, bytes, timeMs) => seen.push(`${timeMs} ${direction} ${JSON.stringify(Buffer.from(bytes).toString())}`);
		bench.module.powerOn();
		bench.run(1000);
		bench.ask("AT\r");
		end();
		bench.module.close();
		expect(seen).toEqual([
			"0 boot",
			"1000 ready",
			'1000 toModule "AT\\r"',
			'1000 toHost "AT\\r"',
			"1000 command",
			'1010 toHost "\\r\\nOK\\r\\n"',
		]);
		expect(bench.ask("AT\r")).toBe("");
	});
});
