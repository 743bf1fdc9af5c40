import { expect, test } from "vitest";
import { udp as behaviours } from "./behaviours/udp.js";
import { bytes, net, pushed } from "./board.js";
import { runBehaviours } from "./run-behaviours.js";

test("nothing is called afterwards, the module's socket is freed, again is no error", () => {
	const { modem, board } = net();
	let calls = 0;
	const udp = new modem.UDP({ onReadable: () => calls++, onError: () => calls++ });
	udp.write(bytes("a"), "10.0.0.1", 1);
	board.run(1_000);
	board.say(pushed("late"));
	udp.close();
	udp.close();
	board.run(1_000);
	expect(calls).toBe(0);
	expect(board.commands.at(-1)).toBe("AT+UCLOSE=0");
	expect(board.thrown).toEqual([]);
});
test("at once after the constructor, and from within onReadable", () => {
	const { modem, board } = net();
	new modem.UDP({}).close();
	const udp = new modem.UDP({
		onReadable() {
			this.close();
		},
	});
	udp.write(bytes("a"), "10.0.0.1", 1);
	board.run(1_000);
	board.say(pushed("x"));
	board.run(1_000);
	expect(board.commands.at(-1)).toBe("AT+UCLOSE=0");
	expect(board.thrown).toEqual([]);
});
test("read, write and format of a closed socket throw", () => {
	const { modem } = net();
	const udp = new modem.UDP({});
	udp.close();
	expect(() => udp.read()).toThrow("closed");
	expect(() => udp.write(bytes("a"), "10.0.0.1", 1)).toThrow("closed");
	expect(() => udp.format).toThrow("closed");
});

runBehaviours(behaviours.close!);
