import { expect, test } from "vitest";
import { udp as behaviours } from "./behaviours/udp.js";
import { bytes, net } from "./board.js";
import { runBehaviours } from "./run-behaviours.js";

test.each([-1, 65_536, 1.5, Number.NaN, "80" as never])("port %s is refused", port => {
	const { modem } = net();
	expect(() => new modem.UDP({ port })).toThrow(RangeError);
});
test("the port is the module's local port", () => {
	const { modem, board } = net();
	new modem.UDP({ port: 5683 }).write(bytes("a"), "10.0.0.1", 1);
	board.run(1_000);
	expect(board.commands[0]).toBe('AT+UOPEN=0,"10.0.0.1",1,5683');
});

runBehaviours(behaviours["constructor-port"]!);
