import { describe, expect, test } from "vitest";
import { hex, unhex, World } from "./server.js";

function bytes(length: number): Uint8Array {
	return Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 255);
}
/** The options of a request by their number, and its payload length. */
function parts(message: string): { options: Record<number, string>; payload: number } {
	const data = unhex(message);
	const options: Record<number, string> = {};
	let at = 4 + (data[0]! & 15);
	let number = 0;
	while (at < data.length && data[at] !== 0xff) {
		const head = data[at++]!;
		let delta = head >> 4;
		let length = head & 15;
		if (delta === 13) delta = data[at++]! + 13;
		if (length === 13) length = data[at++]! + 13;
		number += delta;
		options[number] = hex(data.slice(at, at + length));
		at += length;
	}
	return { options, payload: Math.max(0, data.length - at - 1) };
}
/** A server by hand: what it answers to each request, code and options and payload, in turn; the last one for ever. */
function script(world: World, answers: readonly string[]): void {
	let turn = 0;
	world.server = (data, reply) => {
		const answer = answers[Math.min(turn++, answers.length - 1)]!;
		reply(unhex(`64${answer.slice(0, 2)}${hex(data.slice(2, 8))}${answer.slice(2)}`));
	};
}
const block1 = "d10e";
const block2 = "d10a";

describe("Block1, RFC 7959 2.3", () => {
	test("1,000 bytes in blocks of 256: numbers, more, Size1 and the body", () => {
		const world = new World();
		let body: Uint8Array | undefined;
		world.serve(({ payload }) => {
			body = payload;
			return { code: "2.04" };
		});
		world.open({ blockBytes: 256 });
		world.request({ payload: bytes(1000), contentFormat: 112 });
		world.run(1000);
		expect(body).toEqual(bytes(1000));
		expect(world.up.map(message => parts(message).options[27])).toEqual(["0c", "1c", "2c", "34"]);
		expect(world.up.map(message => parts(message).options[60])).toEqual(["03e8", undefined, undefined, undefined]);
		expect(world.up.map(message => parts(message).payload)).toEqual([256, 256, 256, 232]);
		expect(new Set(world.up.map(message => message.slice(8, 16))).size).toBe(1);
		expect(new Set(world.up.map(message => message.slice(4, 8))).size).toBe(4);
		expect(world.outcomes).toMatchObject([{ code: "2.04" }]);
	});
	test("a body of exactly one block goes whole", () => {
		const world = new World();
		world.serve(() => ({ code: "2.04" }));
		world.open({ blockBytes: 64 });
		world.request({ payload: bytes(64) });
		world.run(1000);
		expect(world.up.map(message => parts(message).options[27])).toEqual([undefined]);
		world.request({ payload: bytes(65) });
		world.run(1000);
		expect(world.up.slice(1).map(message => parts(message).options[27])).toEqual(["0a", "12"]);
	});
	test("the server asks for smaller blocks: figure 8", () => {
		const world = new World();
		let length = 0;
		world.serve(
			({ payload }) => {
				length = payload.length;
				return { code: "2.04" };
			},
			{ blockBytes: 32 },
		);
		world.open({ blockBytes: 128 });
		world.request({ payload: bytes(200) });
		world.run(1000);
		expect(world.up.map(message => parts(message).options[27])).toEqual(["0b", "49", "59", "61"]);
		expect(length).toBe(200);
	});
	test("4.13 with a size: begins again with it", () => {
		const world = new World();
		let length = 0;
		world.serve(
			({ payload }) => {
				length = payload.length;
				return { code: "2.04" };
			},
			{ blockBytes: 64 },
		);
		world.open({ blockBytes: 512 });
		world.request({ payload: bytes(300) });
		world.run(1000);
		expect(world.up.map(message => parts(message).options[27])).toEqual([undefined, "0a", "1a", "2a", "3a", "42"]);
		expect(length).toBe(300);
	});
	test("4.13 without a smaller size is the answer", () => {
		const world = new World();
		world.serve(() => ({ code: "2.04" }), { bodyBytes: 300 });
		world.open({ blockBytes: 256 });
		world.request({ payload: bytes(1000) });
		world.run(1000);
		expect(world.outcomes).toMatchObject([{ code: "4.13" }]);
		expect(world.up).toHaveLength(2);
	});
	test("4.08: from the beginning, once", () => {
		const world = new World();
		world.open({ blockBytes: 16 });
		script(world, [`5f${block1}08`, `88${block1}18`, `5f${block1}08`, `44${block1}10`]);
		world.request({ payload: bytes(30) });
		world.run(1000);
		expect(world.up.map(message => parts(message).options[27])).toEqual(["08", "10", "08", "10"]);
		expect(world.outcomes).toMatchObject([{ code: "2.04" }]);
		script(world, [`88${block1}08`]);
		world.request({ payload: bytes(30) });
		world.run(1000);
		expect(world.up).toHaveLength(6);
		expect(world.outcomes[1]).toMatchObject({ code: "4.08" });
	});
	test.each([
		["2.31 for another block", `5f${block1}18`, "blockMismatch"],
		["2.31 without Block1", "5f", "malformed"],
		["a success that took the first block for all of it", "44", "malformed"],
		["a reserved size", `5f${block1}0f`, "badOption"],
		["Block1 twice", `5f${block1}080108`, "badOption"],
	])("%s is an error: the body must not be taken for delivered", (_what, answer, errorCode) => {
		const world = new World();
		world.open({ blockBytes: 16 });
		script(world, [answer]);
		world.request({ payload: bytes(30) });
		world.run(1000);
		expect(world.outcomes).toEqual([{ code: errorCode }]);
	});
	test("2.31 in answer to the last block is an error", () => {
		const world = new World();
		world.open({ blockBytes: 16 });
		script(world, [`5f${block1}08`, `5f${block1}10`]);
		world.request({ payload: bytes(30) });
		world.run(1000);
		expect(world.outcomes).toEqual([{ code: "malformed" }]);
	});
	test("a server that acts on each block by itself gets all of them (RFC 7959 2.3)", () => {
		const world = new World();
		world.open({ blockBytes: 16 });
		script(world, [`44${block1}00`, `44${block1}10`]);
		world.request({ payload: bytes(30) });
		world.run(1000);
		expect(world.up).toHaveLength(2);
		expect(world.outcomes).toMatchObject([{ code: "2.04" }]);
	});
});

describe("Block2, RFC 7959 2.4", () => {
	test("2,000 bytes down, the server's size", () => {
		const world = new World();
		world.serve(() => ({ code: "2.05", contentFormat: 60, payload: bytes(2000) }), { blockBytes: 512 });
		world.open();
		world.request({ method: "GET", path: "/big" });
		world.run(1000);
		expect(world.up.map(message => parts(message).options[23])).toEqual([undefined, "15", "25", "35"]);
		expect(world.outcomes[0]!.bytes).toEqual(bytes(2000));
		expect(world.outcomes[0]!.contentFormat).toBe(60);
	});
	test("the client asks for small blocks from the start", () => {
		const world = new World();
		world.serve(() => ({ code: "2.05", payload: bytes(100) }));
		world.open();
		world.request({ method: "GET", path: "/big", responseBlockBytes: 64 });
		world.run(1000);
		expect(world.up.map(message => parts(message).options[23])).toEqual(["02", "12"]);
		expect(world.outcomes[0]!.bytes).toEqual(bytes(100));
	});
	test("body up and body down in one request", () => {
		const world = new World();
		world.serve(({ payload }) => ({ code: "2.04", payload }), { blockBytes: 64 });
		world.open({ blockBytes: 64 });
		world.request({ payload: bytes(150) });
		world.run(2000);
		expect(world.up.map(message => parts(message).options[27])).toEqual(["0a", "1a", "22", undefined, undefined]);
		expect(world.outcomes[0]!.code).toBe("2.04");
		expect(world.up.map(message => parts(message).options[23])).toEqual([undefined, undefined, undefined, "12", "22"]);
	});
	test("more than responseCapacity is refused", () => {
		const world = new World();
		world.serve(() => ({ code: "2.05", payload: bytes(2000) }), { blockBytes: 512 });
		world.open({ responseCapacity: 1000 });
		world.request({ method: "GET" });
		world.run(1000);
		expect(world.outcomes).toEqual([{ code: "tooLarge" }]);
	});
	const full = `ff${"31".repeat(16)}`;
	test.each([
		["the ETag changed", [`45${"4101"}d1060810`, `45${"4102"}d1060810`], "malformed"],
		["the first block is number 1", [`45${block2}18${full}`], "malformed"],
		["a block came twice", [`45${block2}08${full}`, `45${block2}08${full}`], "blockMismatch"],
		["a block in between is short", [`45${block2}08ff31`], "malformed"],
		["the later response has no block", [`45${block2}08${full}`, "45ff31"], "blockMismatch"],
		["another code", [`45${block2}08${full}`, `44${block2}10ff31`], "blockMismatch"],
		["another ETag", [`45${"4101"}d10608${full}`, `45${"4102"}d10610ff31`], "blockMismatch"],
	])("%s: an error", (_what, answers, errorCode) => {
		const world = new World();
		world.open();
		script(world, answers);
		world.request({ method: "GET" });
		world.run(1000);
		expect(world.outcomes).toEqual([{ code: errorCode }]);
	});
	test("an error of the server in the middle is the answer", () => {
		const world = new World();
		world.open();
		script(world, [`45${block2}08${full}`, "84"]);
		world.request({ method: "GET" });
		world.run(1000);
		expect(world.outcomes).toMatchObject([{ code: "4.04" }]);
	});
});
