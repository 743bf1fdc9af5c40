import { describe, expect, test } from "vitest";
import { hex, unhex, World } from "./server.js";

/** Answers each GET with the state and Observe number given; tells the relation's token. */
function observed(options: { maxAge?: string; answer?: string } = {}): { world: World; token: () => string; ticket: number } {
	const world = new World();
	let token = "";
	world.server = (bytes, reply) => {
		if (bytes[0] !== 0x44) return;
		token = hex(bytes.slice(4, 8));
		reply(unhex(`6445${hex(bytes.slice(2, 8))}${options.answer ?? `6105${options.maxAge ?? ""}ff30`}`));
	};
	world.open();
	const ticket = world.observe();
	world.run(200);
	return { world, token: () => token, ticket };
}
/** Observe number `number`, text `text`; a confirmable message unless `first` says otherwise. */
function notification(id: string, token: string, number: string, text: string, first = "44"): Uint8Array {
	return unhex(`${first}45${id}${token}61${number}ff${hex(new TextEncoder().encode(text))}`);
}

describe("observation, RFC 7641", () => {
	test("a registration carries Observe 0 and gets the first state", () => {
		const { world } = observed();
		expect(world.up[0]!.slice(16)).toBe("60557374617465");
		expect(world.outcomes).toMatchObject([{ code: "2.05", payload: "0", more: true }]);
		expect(world.client.idle).toBe(false);
	});
	test("notifications are acknowledged; older and repeated ones are not shown", () => {
		const { world, token } = observed();
		world.inject(notification("0001", token(), "06", "1"));
		world.inject(notification("0001", token(), "06", "1"));
		world.inject(notification("0002", token(), "08", "3"));
		world.inject(notification("0003", token(), "07", "2"));
		world.inject(notification("0004", token(), "09", "4", "54"));
		expect(world.outcomes.map(({ payload }) => payload)).toEqual(["0", "1", "3", "4"]);
		expect(world.up.slice(1)).toEqual(["60000001", "60000001", "60000002", "60000003"]);
	});
	test("numbers wrap at 24 bits; after 128 s any number is newer", () => {
		const { world, token } = observed({ maxAge: "82ffff" });
		world.inject(unhex(`44450001${token()}63fffffeff61`));
		// 5 to 0xfffffe is more than 2^23: older.
		expect(world.outcomes).toHaveLength(1);
		world.run(128_001);
		world.inject(unhex(`44450002${token()}63fffffeff62`));
		world.inject(unhex(`44450003${token()}6101ff63`));
		expect(world.outcomes.map(({ payload }) => payload)).toContain("b");
		expect(world.outcomes.at(-1)!.payload).toBe("c");
	});
	test("a notification without Observe, or with an error, is the last", () => {
		for (const last of ["4445", "4484"]) {
			const { world, token } = observed();
			world.inject(unhex(`${last}0001${token()}`));
			world.inject(notification("0002", token(), "07", "2"));
			expect(world.outcomes.map(({ more }) => more)).toEqual([true, false]);
			expect(world.up.slice(1)).toEqual(["60000001", "70000002"]);
			expect(world.client.idle).toBe(true);
		}
	});
	test("a server that does not observe answers once", () => {
		const { world } = observed({ answer: "ff30" });
		expect(world.outcomes).toMatchObject([{ payload: "0", more: false }]);
		expect(world.client.idle).toBe(true);
	});
	test("registers again when the age has run out, 5 to 15 s later, with the same token", () => {
		// Max-Age 60 s is the default.
		const { world } = observed();
		world.run(65_000 - 200);
		expect(world.up).toHaveLength(1);
		world.run(10_200);
		expect(world.up).toHaveLength(2);
		expect(world.up[1]!.slice(8)).toBe(world.up[0]!.slice(8));
		expect(world.upTimes[1]).toBeGreaterThanOrEqual(65_050);
		expect(world.upTimes[1]).toBeLessThanOrEqual(75_100);
		expect(world.outcomes).toHaveLength(2);
	});
	test("a longer age waits longer", () => {
		const { world } = observed({ maxAge: "81" + "ff" });
		world.run(255_000);
		expect(world.up).toHaveLength(1);
		world.run(20_000);
		expect(world.up).toHaveLength(2);
	});
	test("cancelled: the next notification gets a reset, confirmable or not, and again when repeated", () => {
		const { world, token, ticket } = observed();
		world.client.cancel(ticket);
		world.inject(notification("0001", token(), "06", "1"));
		world.inject(notification("0002", token(), "07", "2", "54"));
		world.inject(notification("0002", token(), "07", "2", "54"));
		expect(world.outcomes).toHaveLength(1);
		expect(world.up.slice(1)).toEqual(["70000001", "70000002", "70000002"]);
		world.run(1_000_000);
		expect(world.up).toHaveLength(4);
	});
	test("no answer to the registration: an error, and it is over", () => {
		const world = new World();
		world.open();
		world.observe();
		world.run(1_000_000);
		expect(world.outcomes).toEqual([{ code: "timeout" }]);
		expect(world.client.idle).toBe(true);
	});
	test("a state in blocks is fetched by a GET of its own, without Observe", () => {
		const { world, token } = observed();
		let gets = 0;
		world.server = (bytes, reply) => {
			if (bytes[0] !== 0x44) return;
			gets++;
			const more = gets === 1;
			reply(unhex(`6445${hex(bytes.slice(2, 8))}d10a${more ? "08" : "10"}ff${more ? "61".repeat(16) : "62"}`));
		};
		world.inject(unhex(`44450001${token()}6106d10408ff${"61".repeat(16)}`));
		world.run(1000);
		expect(world.up.slice(1).map(message => message.slice(0, 4))).toEqual(["6000", "4401", "4401"]);
		expect(world.up[2]!.slice(16)).toBe("b57374617465");
		expect(world.outcomes.at(-1)).toMatchObject({ payload: `${"a".repeat(16)}b`, more: true });
	});
	test("a first state in blocks: the blocks after the first have another token and no Observe", () => {
		const world = new World();
		world.server = (bytes, reply) => {
			if (bytes[0] !== 0x44) return;
			const first = hex(bytes.slice(8, 9)) === "60";
			reply(unhex(`6445${hex(bytes.slice(2, 8))}${first ? `6105d10408ff${"61".repeat(16)}` : "d10a10ff62"}`));
		};
		world.open();
		world.observe();
		world.run(1000);
		expect(world.up).toHaveLength(2);
		expect(world.up[1]!.slice(8, 16)).not.toBe(world.up[0]!.slice(8, 16));
		expect(world.outcomes).toMatchObject([{ payload: `${"a".repeat(16)}b`, more: true }]);
		world.inject(notification("0001", world.up[0]!.slice(8, 16), "06", "c"));
		expect(world.outcomes.at(-1)).toMatchObject({ payload: "c", more: true });
	});
	test("a notification while the blocks of the first state are still coming is not rejected", () => {
		const world = new World();
		world.server = (bytes, reply) => {
			if (bytes[0] !== 0x44 || bytes[8] !== 0x60) return;
			const token = hex(bytes.slice(4, 8));
			reply(unhex(`6445${hex(bytes.slice(2, 8))}6105d10408ff${"61".repeat(16)}`));
			world.clock.after(500, () => reply(notification("0001", token, "06", "c")));
		};
		world.open();
		world.observe();
		world.run(1000);
		expect(world.up.at(-1)).toBe("60000001");
		expect(world.outcomes.at(-1)).toMatchObject({ payload: "c", more: true });
	});
});
