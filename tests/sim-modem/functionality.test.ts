import { expect, test } from "vitest";
import generic from "../../host-sim/persona/generic.js";
import { Bench } from "./bench.js";

test("+CFUN tells the level it was set to (27.007 8.2)", () => {
	const bench = new Bench(generic).start();
	expect(bench.ask("ATE0\r")).toContain("OK");
	for (const level of [1, 4, 0, 1]) {
		expect(bench.ask(`AT+CFUN=${level}\r`, 8_000)).toContain("\r\nOK\r\n");
		expect(bench.ask("AT+CFUN?\r")).toContain(`\r\n+CFUN: ${level}\r\n\r\nOK\r\n`);
	}
	expect(bench.ask("AT+CFUN=2\r")).toMatch(/^\r\n(ERROR|\+CME ERROR: 50)\r\n$/);
});
