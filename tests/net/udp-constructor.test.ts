import { expect, test } from "vitest";
import { udp as behaviours } from "./behaviours/udp.js";
import { net } from "./board.js";
import { runBehaviours } from "./run-behaviours.js";

test("needs options, and opens nothing in the module", () => {
	const { modem, board } = net();
	expect(() => new modem.UDP(undefined as never)).toThrow(TypeError);
	const udp = new modem.UDP({});
	board.run(10_000);
	expect(board.commands).toEqual([]);
	expect(udp).toBeInstanceOf(modem.UDP);
});
test("is another class for another modem, and instances take more properties", () => {
	const { modem } = net();
	expect(net().modem.UDP).not.toBe(modem.UDP);
	const udp = new modem.UDP({}) as any;
	udp.readable = 3;
	expect(udp.readable).toBe(3);
});
test("options that it does not know are let through", () => {
	const { modem } = net();
	expect(new modem.UDP({ io: 1, address: "::", anything: {} }).format).toBe("buffer");
});

runBehaviours(behaviours["constructor-options"]!);
