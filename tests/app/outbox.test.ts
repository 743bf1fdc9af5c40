import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Outbox, type OutboxOptions } from "../../sdk/app/outbox.js";
import { hex } from "./server.js";

class PowerCut extends Error {}

/** A store that can lose power at a write: before it, in the middle of it (the value is cut short), or just after it. */
class Flash {
	readonly values = new Map<string, Uint8Array>();
	writes = 0;
	cut: { readonly at: number; readonly how: "before" | "torn" | "after" } | undefined;
	broken = false;
	read(key: string): ArrayBuffer | undefined {
		return this.values.get(key)?.slice().buffer as ArrayBuffer | undefined;
	}
	write(key: string, value: ArrayBuffer): void {
		if (this.broken) throw new Error("flash");
		const bytes = new Uint8Array(value).slice();
		expect(key.length).toBeLessThanOrEqual(15);
		const cut = this.cut !== undefined && this.writes++ === this.cut.at ? this.cut.how : undefined;
		if (cut === "torn") this.values.set(key, bytes.slice(0, bytes.length >> 1));
		else if (cut !== "before") this.values.set(key, bytes);
		if (cut !== undefined) {
			this.broken = true;
			throw new PowerCut();
		}
	}
	power(): void {
		this.broken = false;
		this.cut = undefined;
	}
}

function open(flash: Flash, options: Partial<OutboxOptions> = {}): Outbox<any> {
	return new Outbox({ store: flash, ...options });
}
function reading(value: number): Uint8Array {
	return Uint8Array.of(value >> 8, value & 255);
}
function contents(outbox: Outbox<any>): [number, number][] {
	const found: [number, number][] = [];
	outbox.visit(found, function (sequence, bytes) {
		this.push([sequence, (bytes[0]! << 8) | bytes[1]!]);
		return true;
	});
	return found;
}

describe("the outbox", () => {
	test("numbers readings from one, shows them oldest first, forgets what is acknowledged", () => {
		const outbox = open(new Flash());
		expect([10, 11, 12].map(value => outbox.append(reading(value)))).toEqual([1, 2, 3]);
		expect(outbox.pending).toBe(3);
		expect(outbox.nextSequence).toBe(4);
		expect(contents(outbox)).toEqual([
			[1, 10],
			[2, 11],
			[3, 12],
		]);
		expect(outbox.acknowledge(2)).toBe(2);
		expect(outbox.acknowledge(2)).toBe(0);
		expect(outbox.acknowledge(99)).toBe(0);
		expect(contents(outbox)).toEqual([[3, 12]]);
		expect(outbox.counters).toMatchObject({ appended: 3, acknowledged: 2 });
	});
	test("a visitor stops where it wants to", () => {
		const outbox = open(new Flash());
		for (let value = 0; value < 5; value++) outbox.append(reading(value));
		const seen: number[] = [];
		outbox.visit(undefined, sequence => seen.push(sequence) < 2);
		expect(seen).toEqual([1, 2]);
	});
	test("survives a restart; numbers go on; sessions count", () => {
		const flash = new Flash();
		const first = open(flash);
		for (let value = 0; value < 3; value++) first.append(reading(value));
		first.acknowledge(1);
		const second = open(flash);
		expect(second.session).toBe(first.session + 1);
		expect(contents(second)).toEqual([
			[2, 1],
			[3, 2],
		]);
		expect(second.append(reading(7))).toBe(4);
		expect(second.acknowledge(4)).toBe(3);
		const third = open(flash);
		expect(third.pending).toBe(0);
		expect(third.append(reading(8))).toBe(5);
	});
	test("a slot's bytes", () => {
		const flash = new Flash();
		const outbox = open(flash);
		outbox.append(Uint8Array.of(0xab, 0xcd));
		// Mark, one reading, sequence 1, two bytes; CRC-16/X-25 of these eleven.
		expect(hex(flash.values.get("o0")!)).toBe(`a10100000000000102abcd${crcX25("a10100000000000102abcd")}`);
		expect([...flash.values.keys()]).toEqual(["ob", "o0"]);
	});
	test("writes: one a start, one a reading, one an acknowledgement; batches fewer", () => {
		const outbox = open(new Flash());
		for (let value = 0; value < 24; value++) outbox.append(reading(value));
		outbox.acknowledge(24);
		expect(outbox.counters.writes).toBe(26);
		const batched = open(new Flash(), { batch: 8 });
		for (let value = 0; value < 24; value++) batched.append(reading(value));
		batched.acknowledge(24);
		expect(batched.counters.writes).toBe(5);
	});
	test("wear is even: acknowledged slots come round, they are not the first ones again and again", () => {
		const flash = new Flash();
		const count = new Map<string, number>();
		const write = flash.write.bind(flash);
		flash.write = (key, value) => {
			count.set(key, (count.get(key) ?? 0) + 1);
			write(key, value);
		};
		const outbox = open(flash, { slots: 10 });
		for (let value = 0; value < 100; value++) outbox.acknowledge(outbox.append(reading(value))!);
		expect([...count].filter(([key]) => /\d/.test(key)).map(([, writes]) => writes)).toEqual(new Array(10).fill(10));
	});
	test("full: the oldest make room, and that is told", () => {
		const lost: [string, number][] = [];
		const outbox = open(new Flash(), { slots: 4, onLost: (why, count) => lost.push([why, count]) });
		for (let value = 0; value < 6; value++) outbox.append(reading(value));
		expect(contents(outbox).map(([sequence]) => sequence)).toEqual([3, 4, 5, 6]);
		expect(lost).toEqual([
			["dropped", 1],
			["dropped", 1],
		]);
		expect(outbox.counters.dropped).toBe(2);
	});
	test("full, the other policy: the newest is refused, its number is not used up", () => {
		const lost: string[] = [];
		const outbox = open(new Flash(), { slots: 3, whenFull: "refuseNewest", onLost: why => lost.push(why) });
		expect([0, 1, 2, 3].map(value => outbox.append(reading(value)))).toEqual([1, 2, 3, undefined]);
		expect(lost).toEqual(["refused"]);
		outbox.acknowledge(1);
		expect(outbox.append(reading(9))).toBe(4);
	});
	test("gathered readings are written before they are shown", () => {
		const flash = new Flash();
		const outbox = open(flash, { batch: 8 });
		outbox.append(reading(1));
		outbox.append(reading(2));
		expect(flash.values.has("o0")).toBe(false);
		expect(contents(outbox)).toEqual([
			[1, 1],
			[2, 2],
		]);
		expect(flash.values.has("o0")).toBe(true);
		// Not acknowledged: what is only gathered can not have been sent.
		outbox.append(reading(3));
		expect(outbox.acknowledge(3)).toBe(0);
		expect(outbox.acknowledge(2)).toBe(2);
		expect(outbox.pending).toBe(1);
	});
	test("numbers given to readings that were only gathered are not given again after a restart", () => {
		const flash = new Flash();
		const given = new Set<number>();
		for (let session = 0; session < 4; session++) {
			const outbox = open(flash, { batch: 4 });
			for (let count = 0; count < 3; count++) {
				const sequence = outbox.append(reading(count))!;
				expect(given.has(sequence)).toBe(false);
				given.add(sequence);
			}
		}
	});
	test("a damaged slot costs its readings, is counted, and nothing else suffers", () => {
		const flash = new Flash();
		const lost: [string, number][] = [];
		const outbox = open(flash, { slots: 4, onLost: (why, count) => lost.push([why, count]) });
		for (let value = 0; value < 4; value++) outbox.append(reading(value));
		flash.values.get("o1")![9]! ^= 1;
		expect(contents(outbox).map(([sequence]) => sequence)).toEqual([1, 3, 4]);
		expect(lost).toEqual([["damaged", 1]]);
		expect(outbox.append(reading(9))).toBe(5);
		expect(contents(outbox).map(([sequence]) => sequence)).toEqual([1, 3, 4, 5]);
		outbox.acknowledge(5);
		for (let value = 0; value < 4; value++) outbox.append(reading(value));
		expect(contents(outbox).map(([sequence]) => sequence)).toEqual([6, 7, 8, 9]);
	});
	test("fewer slots after an update: what the old ones hold is not lost", () => {
		const flash = new Flash();
		const before = open(flash, { slots: 8 });
		for (let value = 0; value < 8; value++) before.append(reading(value));
		const after = open(flash, { slots: 3 });
		expect(contents(after)).toHaveLength(8);
		after.acknowledge(6);
		expect(after.append(reading(9))).toBe(9);
		expect(contents(after).map(([sequence]) => sequence)).toEqual([7, 8, 9]);
		expect(contents(open(flash, { slots: 3 })).map(([sequence]) => sequence)).toEqual([7, 8, 9]);
	});
	test("a store that fails: refused, told, and taken when it works again", () => {
		const flash = new Flash();
		const errors: string[] = [];
		const outbox = open(flash, { onError: error => errors.push(error.code) });
		flash.broken = true;
		expect(outbox.append(reading(1))).toBeUndefined();
		expect(errors).toEqual(["storage"]);
		flash.broken = false;
		expect(outbox.append(reading(1))).toBe(1);
		flash.broken = true;
		expect(outbox.acknowledge(1)).toBe(0);
		expect(outbox.pending).toBe(1);
		flash.broken = false;
		expect(outbox.acknowledge(1)).toBe(1);
	});
	test("acknowledged in the middle of a slot", () => {
		const flash = new Flash();
		const outbox = open(flash, { batch: 4 });
		for (let value = 0; value < 4; value++) outbox.append(reading(value));
		expect(outbox.acknowledge(2)).toBe(2);
		for (const box of [outbox, open(flash, { batch: 4 })]) {
			expect(contents(box).map(([sequence]) => sequence)).toEqual([3, 4]);
			expect(box.pending).toBe(2);
		}
	});
	test("writes of the position that fail and spoil their place leave the other place alone", () => {
		const flash = new Flash();
		const outbox = open(flash);
		for (let value = 0; value < 3; value++) outbox.append(reading(value));
		outbox.acknowledge(1);
		for (let attempt = 0; attempt < 2; attempt++) {
			flash.writes = 0;
			flash.cut = { at: 0, how: "torn" };
			expect(outbox.acknowledge(2)).toBe(0);
			flash.power();
		}
		expect(open(flash).acknowledged).toBe(1);
	});
	test.each([{ slots: 1 }, { slots: 1000 }, { batch: 0 }, { batch: 256 }, { slotBytes: 8 }, { firstSequence: 0 }, { firstSequence: 1.5 }])(
		"%o is refused",
		options => {
			expect(() => open(new Flash(), options)).toThrow(expect.objectContaining({ code: "usage" }));
		},
	);
	test("begins where it is told to", () => {
		const flash = new Flash();
		expect(open(flash, { firstSequence: 1_700_000_000 }).append(reading(1))).toBe(1_700_000_000);
		expect(contents(open(flash, { firstSequence: 5 }))).toEqual([[1_700_000_000, 1]]);
		expect(open(flash, { firstSequence: 5 }).append(reading(2))).toBe(1_700_000_001);
	});
	test("a reading too large for a slot is refused", () => {
		expect(() => open(new Flash(), { slotBytes: 32 }).append(new Uint8Array(22))).toThrow(expect.objectContaining({ code: "usage" }));
		expect(open(new Flash(), { slotBytes: 32 }).append(new Uint8Array(21))).toBe(1);
	});
});

test("power cut at any write: nothing that was promised is lost, no number is given twice, nothing acknowledged for good comes back under another number", () => {
	const step = fc.oneof(
		{ weight: 4, arbitrary: fc.constant("append" as const) },
		{ weight: 2, arbitrary: fc.constant("acknowledge" as const) },
		{ weight: 1, arbitrary: fc.constant("flush" as const) },
		{ weight: 1, arbitrary: fc.constant("visit" as const) },
		{ weight: 1, arbitrary: fc.constant("restart" as const) },
	);
	const scenario = fc.record({
		sessions: fc.array(
			fc.record({
				steps: fc.array(step, { maxLength: 25 }),
				at: fc.integer({ min: 0, max: 20 }),
				how: fc.constantFrom("before" as const, "torn" as const, "after" as const),
			}),
			{ minLength: 1, maxLength: 5 },
		),
		batch: fc.constantFrom(1, 1, 3),
	});
	fc.assert(
		fc.property(scenario, ({ sessions, batch }) => {
			const flash = new Flash();
			/** Content by number, as the caller was told; contents are unique. */
			const told = new Map<number, number>();
			/** Numbers that the caller was promised to be in storage. */
			const durable = new Set<number>();
			let acknowledged = 0;
			let content = 0;
			const check = (outbox: Outbox<any>): void => {
				const found = new Map(contents(outbox));
				for (const sequence of durable) {
					if (sequence > acknowledged) expect(found.get(sequence)).toBe(told.get(sequence));
				}
				for (const [sequence, value] of found) if (told.has(sequence)) expect(value).toBe(told.get(sequence));
				expect([...found.keys()]).toEqual([...found.keys()].sort((a, b) => a - b));
				expect(new Set(found.values()).size).toBe(found.size);
				// What is shown has a number for good, whether or not its append returned.
				for (const [sequence, value] of found) told.set(sequence, value);
			};
			for (const { steps, at, how } of sessions) {
				const options = { slots: 12, batch, whenFull: "refuseNewest" } as const;
				let outbox = open(flash, options);
				let gathered: number[] = [];
				const written = (): void => {
					for (const sequence of gathered) durable.add(sequence);
					gathered = [];
				};
				flash.writes = 0;
				flash.cut = { at, how };
				for (const action of steps) {
					if (flash.broken) break;
					if (action === "append") {
						const value = ++content;
						const sequence = outbox.append(reading(value));
						if (sequence === undefined) continue;
						expect(told.has(sequence)).toBe(false);
						told.set(sequence, value);
						gathered.push(sequence);
						if (gathered.length === batch) written();
					} else if (action === "acknowledge") {
						const target = acknowledged + 2;
						if (outbox.acknowledge(target) > 0) acknowledged = target;
					} else if (action === "flush") {
						if (outbox.flush()) written();
					} else if (action === "visit") {
						const shown = contents(outbox).length;
						expect(shown).toBeGreaterThanOrEqual([...durable].filter(sequence => sequence > acknowledged).length);
						if (!flash.broken && outbox.flush()) written();
					} else {
						if (outbox.flush()) written();
						gathered = [];
						outbox = open(flash, options);
					}
				}
				flash.power();
				const reopened = open(flash, options);
				// An acknowledgement that was written just before the cut counts, though the caller was not told.
				acknowledged = Math.max(acknowledged, reopened.acknowledged);
				check(reopened);
				expect(reopened.counters.damaged).toBe(0);
			}
		}),
		{ numRuns: 400 },
	);
});

/** Bit by bit, as its definition has it: polynomial 0x1021 reflected, start and final XOR 0xffff. */
function crcX25(text: string): string {
	let crc = 0xffff;
	for (const byte of Buffer.from(text, "hex")) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1;
	}
	return (crc ^ 0xffff).toString(16).padStart(4, "0");
}
