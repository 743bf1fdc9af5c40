import { expect, test } from "vitest";
import { started } from "./bc660k-bench.js";

test("+QICFG dataformat: sending first, receiving second", () => {
	const bench = started();
	bench.ask("AT+QSCLK=0\r");
	for (const format of ["1,0", "0,1", "1,1"]) {
		expect(bench.ask(`AT+QICFG="dataformat",${format}\r`)).toBe("\r\nOK\r\n");
		expect(bench.ask('AT+QICFG="dataformat"\r')).toBe(`\r\n+QICFG: "dataformat",${format}\r\n\r\nOK\r\n`);
	}
});
