import { expect, test } from "vitest";
import { hex } from "../modem/world.js";
import { udp as behaviours } from "./behaviours/udp.js";
import { bytes, net } from "./board.js";
import { runBehaviours } from "./run-behaviours.js";

test("a buffer, and a view of a part of one; copied at once", () => {
	const { modem, board } = net();
	const udp = new modem.UDP({});
	const whole = new Uint8Array(bytes("abcdef"));
	udp.write(whole.subarray(2, 4), "10.0.0.1", 1);
	udp.write(new DataView(whole.buffer, 5), "10.0.0.1", 1);
	udp.write(whole.buffer, "10.0.0.1", 1, { release: "after-response" });
	whole.fill(0);
	board.run(5_000);
	expect(board.commands.filter(c => c.startsWith("AT+USEND="))).toEqual([
		`AT+USEND=0,2,"${hex("cd")}"`,
		`AT+USEND=0,1,"${hex("f")}"`,
		`AT+USEND=0,6,"${hex("abcdef")}",2`,
	]);
});
test.each([
	["text", "10.0.0.1", 1],
	[undefined, "10.0.0.1", 1],
	[new ArrayBuffer(1), "", 1],
	[new ArrayBuffer(1), undefined, 1],
	[new ArrayBuffer(1), "10.0.0.1", 0],
	[new ArrayBuffer(1), "10.0.0.1", 65_536],
	[new ArrayBuffer(1), "10.0.0.1", undefined],
	[new ArrayBuffer(65), "10.0.0.1", 1],
])("write(%s, %s, %s) throws, and nothing is sent", (buffer, address, port) => {
	const { modem, board } = net();
	const udp = new modem.UDP({});
	expect(() => udp.write(buffer as never, address as never, port as never)).toThrow();
	board.run(1_000);
	expect(board.commands).toEqual([]);
});
test("a datagram that fails reaches onError, once, with the socket as `this`", () => {
	const { modem, board } = net();
	board.script["AT+USEND"] = "";
	const told: unknown[] = [];
	const udp = new modem.UDP({
		onError(error) {
			told.push(this, error.code);
		},
	});
	udp.write(bytes("a"), '10.0.0.1"', 1);
	board.run(30_000);
	expect(told).toEqual([udp, "malformed"]);
	expect(board.commands.filter(c => c.startsWith("AT+UOPEN="))).toEqual([]);
});

runBehaviours(behaviours.write!);
