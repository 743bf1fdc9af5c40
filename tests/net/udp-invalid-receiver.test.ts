import { expect, test } from "vitest";
import { udp as behaviours } from "./behaviours/udp.js";
import { bytes, net } from "./board.js";
import { runBehaviours } from "./run-behaviours.js";

test("methods refuse anything that is not a UDP", () => {
	const { modem } = net();
	const { prototype } = modem.UDP;
	for (const receiver of [{}, Object.create(prototype), undefined, 1]) {
		expect(() => prototype.read.call(receiver as never)).toThrow(TypeError);
		expect(() => prototype.write.call(receiver as never, bytes("a"), "10.0.0.1", 1)).toThrow(TypeError);
		expect(() => prototype.close.call(receiver as never)).toThrow(TypeError);
	}
});

runBehaviours(behaviours["invalid-receiver"]!);
