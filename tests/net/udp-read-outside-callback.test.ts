import { expect, test } from "vitest";
import { udp as behaviours } from "./behaviours/udp.js";
import { bytes, net, pushed, text } from "./board.js";
import { runBehaviours } from "./run-behaviours.js";

test("read works at any time", () => {
	const { modem, board } = net();
	const udp = new modem.UDP({ onReadable() {} });
	expect(udp.read()).toBe(undefined);
	udp.write(bytes("a"), "10.0.0.1", 1);
	board.run(1_000);
	board.say(pushed("one") + pushed("two"));
	board.run(60_000);
	expect(text(udp.read())).toBe("one");
	board.run(60_000);
	expect(text(udp.read())).toBe("two");
	expect(udp.read()).toBe(undefined);
});
test("an empty datagram is one", () => {
	const { modem, board } = net();
	const udp = new modem.UDP({});
	udp.write(bytes("a"), "10.0.0.1", 1);
	board.run(1_000);
	board.say('\r\n+UDATA: 0,0,""\r\n');
	board.run(100);
	expect(udp.read()?.byteLength).toBe(0);
});

runBehaviours(behaviours["read-outside-callback"]!);
