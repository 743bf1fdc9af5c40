import { expect, test } from "vitest";
import { udp as behaviours } from "./behaviours/udp.js";
import { net } from "./board.js";
import { runBehaviours } from "./run-behaviours.js";

test('"buffer" is the only format', () => {
	const { modem } = net();
	const udp = new modem.UDP({ format: "buffer" });
	expect(udp.format).toBe("buffer");
	udp.format = "buffer";
	for (const format of ["number", "string", ""])
		expect(() => {
			udp.format = format as never;
		}).toThrow(RangeError);
	expect(udp.format).toBe("buffer");
	expect(() => new modem.UDP({ format: "number" as never })).toThrow(RangeError);
});

runBehaviours(behaviours.format!);
