import { describe, expect, test } from "vitest";
import type { Urc } from "../../sdk/at/channel.js";
import { CIMI, COPS } from "./commands.js";
import { everyWay, Pair, URCS } from "./pair.js";

/** A report in two lines, as `+CMT` is (TS 27.005 3.4.1). */
const rows: readonly Urc<Pair>[] = [
	...URCS,
	{
		prefix: "+CMT",
		spec: "TS 27.005 3.4.1",
		handle: (pair, line) => pair.urcs.push(`${line.toText()} [${line.text(0)}]`),
		nextLine: line => line.count === 2,
	},
];
const options = { urcs: rows };
const BOTH = ["+CMT: ,23 []", "0011AA [0011AA]"];

describe("a report that goes on in the next line", () => {
	test("both lines are its own, however they arrive", () => {
		everyWay(
			() => {},
			"\r\n+CMT: ,23\r\n0011AA\r\n",
			pair => {
				expect(pair.urcs).toEqual(BOTH);
				expect(pair.unknown).toEqual([]);
			},
			options,
		);
	});

	test("the second line is no answer of a command that waits for a bare line", () => {
		everyWay(
			pair => void pair.submit(CIMI.execute, undefined),
			"\r\n+CMT: ,23\r\n0011AA\r\n\r\n460001234567890\r\n\r\nOK\r\n",
			pair => {
				expect(pair.urcs).toEqual(BOTH);
				expect(pair.outcomes).toEqual([{ command: "+CIMI", result: { imsi: "460001234567890" } }]);
			},
			options,
		);
	});

	test("a report or a result between its lines is taken for what it is", () => {
		everyWay(
			pair => void pair.submit(COPS.read, undefined),
			"\r\n+CMT: ,23\r\n\r\n+CPIN: READY\r\n\r\n+COPS: 0\r\n\r\nOK\r\n0011AA\r\n",
			pair => {
				expect(pair.urcs).toEqual([BOTH[0], "+CPIN: READY", BOTH[1]]);
				expect(pair.outcomes).toHaveLength(1);
				expect(pair.unknown).toEqual([]);
			},
			options,
		);
	});

	test("one that says that it is whole takes no line after it", () => {
		const pair = new Pair(options);
		pair.receive("\r\n+CMT: 1\r\n0011AA\r\n");
		expect(pair.urcs).toEqual(["+CMT: 1 [1]"]);
		expect(pair.unknown).toEqual(["0011AA"]);
	});

	test("a module that restarts in between owes nothing", () => {
		const pair = new Pair(options);
		pair.receive("\r\n+CMT: ,23\r\n");
		pair.channel.rebooted();
		pair.receive("0011AA\r\n");
		expect(pair.urcs).toEqual([BOTH[0]]);
		expect(pair.unknown).toEqual(["0011AA"]);
	});

	test("a second line that is too long for the buffer is an unknown line", () => {
		const pair = new Pair({ ...options, lineCapacity: 32 });
		pair.receive(`\r\n+CMT: ,23\r\n${"0".repeat(40)}\r\n\r\n+CPIN: READY\r\n`);
		expect(pair.urcs).toEqual([BOTH[0], "+CPIN: READY"]);
		expect(pair.unknown).toHaveLength(1);
	});
});
