import { expect, test } from "vitest";
import { udp as behaviours } from "./behaviours/udp.js";
import { net } from "./board.js";
import { runBehaviours } from "./run-behaviours.js";

test("target is kept, and may be changed", () => {
	const { modem } = net();
	const udp = new modem.UDP({ target: modem });
	expect(udp.target).toBe(modem);
	udp.target = 5;
	expect(udp.target).toBe(5);
	expect(new modem.UDP({}).target).toBe(undefined);
});

runBehaviours(behaviours.target!);
