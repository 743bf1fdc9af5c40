import { expect, test } from "vitest";
import { udp as behaviours } from "./behaviours/udp.js";
import { bytes, net, pushed, text } from "./board.js";
import { runBehaviours } from "./run-behaviours.js";

test("says how many wait; what was said once is not said again; `this` is the socket", () => {
	const { modem, board } = net();
	const counts: number[] = [];
	const udp = new modem.UDP({
		onReadable(packets) {
			expect(this).toBe(udp);
			counts.push(packets);
		},
	});
	udp.write(bytes("a"), "2001:DB8::1", 5683);
	board.run(1_000);
	board.say(pushed("1") + pushed("2"));
	board.run(100);
	board.say(pushed("3"));
	board.run(100);
	expect(counts).toEqual([2, 3]);
	const packet = udp.read()!;
	expect(packet).toBeInstanceOf(ArrayBuffer);
	expect([text(packet), packet.address, packet.port]).toEqual(["1", "2001:DB8::1", 5683]);
	expect([text(udp.read()), text(udp.read()), udp.read()]).toEqual(["2", "3", undefined]);
});
test("is never called from within write, read or the constructor", () => {
	const { modem, board } = net();
	let inside = false;
	let calls = 0;
	const udp = new modem.UDP({
		onReadable() {
			expect(inside).toBe(false);
			calls++;
			inside = true;
			this.read();
			this.write(bytes("again"), "10.0.0.1", 1);
			inside = false;
		},
	});
	udp.write(bytes("a"), "10.0.0.1", 1);
	board.run(1_000);
	board.say(pushed("x"));
	board.run(1_000);
	expect(calls).toBe(1);
	expect(board.commands.filter(c => c.startsWith("AT+USEND="))).toHaveLength(2);
	expect(board.thrown).toEqual([]);
});

runBehaviours(behaviours.onReadable!);
