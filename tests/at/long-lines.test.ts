import { describe, expect, test } from "vitest";
import type { Urc } from "../../sdk/at/channel.js";
import * as sample from "./commands.js";
import { cuts, Pair } from "./pair.js";

const lost: string[] = [];
const urcs: readonly Urc<Pair>[] = [
	{
		prefix: "+PUSH",
		spec: "tests",
		handle: (pair, line) => pair.urcs.push(line.toText()),
		onTruncated: (_pair, line) => lost.push(`${line.uint(0)},${line.uint(1)}`),
	},
	{
		prefix: "+DATA",
		spec: "tests",
		handle: (pair, line) => pair.urcs.push(line.toText()),
		binary: line => line.uint(1) ?? 0,
		onTruncated: (_pair, line) => lost.push(`data ${line.uint(0)},${line.uint(1)}`),
	},
	{ prefix: "+OTHER", spec: "tests", handle: (pair, line) => pair.urcs.push(line.toText()) },
];

describe("a line that is longer than the buffer", () => {
	const long = `\r\n+PUSH: 3,64,"${"41".repeat(64)}"\r\n`;
	test("is told to the row that wants to know, with its first parameters, and the next line is read", () => {
		for (const pieces of cuts(`${long}\r\n+OTHER: 1\r\n`)) {
			lost.length = 0;
			const pair = new Pair({ urcs, lineCapacity: 64 });
			for (const piece of pieces) pair.receive(piece);
			expect(lost).toEqual(["3,64"]);
			expect(pair.urcs).toEqual(["+OTHER: 1"]);
			expect(pair.unknown).toEqual([]);
		}
	});
	test("is unknown to every other row", () => {
		const pair = new Pair({ urcs, lineCapacity: 64 });
		pair.receive(`\r\n+OTHER: "${"x".repeat(100)}"\r\n`);
		expect(pair.urcs).toEqual([]);
		expect(pair.unknown.length).toBe(1);
	});
	test("data that do not fit, or that stop coming, are told as well", () => {
		lost.length = 0;
		const pair = new Pair({ urcs, lineCapacity: 64 });
		pair.receive(`\r\n+DATA: 1,200\r\n${"z".repeat(200)}\r\n+OTHER: 2\r\n\r\n+DATA: 2,10\r\nabc`);
		expect(lost).toEqual(["data 1,200"]);
		expect(pair.urcs).toEqual(["+OTHER: 2"]);
		pair.settle();
		expect(lost).toEqual(["data 1,200", "data 2,10"]);
	});
});

describe("room for longer lines", () => {
	test("is made while a line has begun, and keeps what was there", () => {
		const text = `+PUSH: 3,64,"${"41".repeat(64)}"`;
		for (let at = 0; at < 40; at++) {
			const pair = new Pair({ urcs, lineCapacity: 64 });
			pair.receive(`\r\n+OTHER: 0\r\n${text.slice(0, at)}`);
			pair.channel.reserveLine(256);
			expect(pair.channel.lineCapacity).toBe(256);
			pair.receive(`${text.slice(at)}\r\n`);
			expect(pair.urcs).toEqual(["+OTHER: 0", text]);
		}
	});
	test("leaves the reason of an error where it was, and never shrinks", () => {
		const pair = new Pair({ lineCapacity: 64 });
		pair.submit(sample.CGPADDR.set, { cid: 1 });
		pair.receive("\r\n+CGPADDR: 1,3\r\n");
		pair.channel.reserveLine(200);
		pair.channel.reserveLine(100);
		pair.receive("\r\nERROR\r\n");
		expect(pair.channel.lineCapacity).toBe(200);
		expect(pair.last?.error).toMatchObject({ code: "error", text: "+CGPADDR: 1,3" });
	});
});
