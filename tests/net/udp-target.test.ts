import { expect, test } from "vitest";
import { net } from "./board.js";

test("target is kept, and may be changed", () => {
	const { modem } = net();
	const udp = new modem.UDP({ target: modem });
	expect(udp.target).toBe(modem);
	udp.target = 5;
	expect(udp.target).toBe(5);
	expect(new modem.UDP({}).target).toBe(undefined);
});
