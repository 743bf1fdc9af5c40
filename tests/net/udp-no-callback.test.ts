import { expect, test } from "vitest";
import { udp as behaviours } from "./behaviours/udp.js";
import { bytes, net, pushed, text } from "./board.js";
import { runBehaviours } from "./run-behaviours.js";

test("without callbacks it is read when its owner likes", () => {
	const { modem, board } = net();
	const udp = new modem.UDP({});
	udp.write(bytes("a"), "10.0.0.1", 1);
	board.run(1_000);
	board.say(pushed("x"));
	board.run(1_000);
	expect(text(udp.read())).toBe("x");
	expect(board.thrown).toEqual([]);
});
test("what is no function is refused", () => {
	const { modem } = net();
	expect(() => new modem.UDP({ onReadable: 1 as never })).toThrow(TypeError);
	expect(() => new modem.UDP({ onError: "x" as never })).toThrow(TypeError);
});

runBehaviours(behaviours["no-callback"]!);
