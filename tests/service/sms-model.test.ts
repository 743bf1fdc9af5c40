import fc from "fast-check";
import { expect, test } from "vitest";
import type { IncomingSms } from "../../sdk/service/sms/sms.js";
import { error, info, ok, World } from "../modem/world.js";
import { open, withServices } from "./service-world.js";

const CAPACITY = 5;
const digits = (value: number, width: number): string => value.toString(16).toUpperCase().padStart(width, "0");
/** DELIVER of 8 UCS-2 octets, or a part of three with a header of 6 octets: the text is the message's number. */
function deliver(number: number, part: number): string {
	const body = [...`${number}`.padStart(4, "0")].map(c => digits(c.charCodeAt(0), 4)).join("");
	const head = part === 0 ? "00040581" : "00440581";
	const data = part === 0 ? body : `050003${digits(number, 2)}03${digits(part, 2)}${body}`;
	return `${head}0180F6000862110221000023${digits(data.length / 2, 2)}${data}`;
}

/** A module's storage as a table; what the modem asks of it is answered from there. */
class Storage {
	readonly slots: (string | undefined)[] = new Array(CAPACITY).fill(undefined);
	readonly accepted: string[] = [];
	readonly world: World;
	constructor(driver: ConstructorParameters<typeof World>[0], chunk: number) {
		this.world = new World({ ...driver, chunk });
		const { script } = this.world;
		Object.assign(script, { "AT+CMGF=0": ok, "AT+CNMI=2,1,0,1,0": ok });
		const counted = (): string => info(`+CPMS: ${this.slots.filter(slot => slot !== undefined).length},${CAPACITY}`);
		script['AT+CPMS="ME","ME","ME"'] = counted;
		script["AT+CMGL=4"] = () =>
			`${this.slots.map((slot, i) => (slot === undefined ? "" : `\r\n+CMGL: ${i},0,,30\r\n${slot}`)).join("")}\r\n\r\nOK\r\n`;
		for (let i = 0; i < CAPACITY; i++) {
			script[`AT+CMGR=${i}`] = () => {
				const slot = this.slots[i];
				return slot === undefined ? "\r\n+CMS ERROR: 321\r\n" : `\r\n+CMGR: 0,,30\r\n${slot}\r\n\r\nOK\r\n`;
			};
			script[`AT+CMGD=${i}`] = () => {
				this.slots[i] = undefined;
				return ok;
			};
		}
	}
	/** False: no room, the network keeps it. */
	take(pdu: string): boolean {
		const free = this.slots.indexOf(undefined);
		if (free < 0) return false;
		this.slots[free] = pdu;
		this.world.say(`\r\n+CMTI: "ME",${free}\r\n`);
		return true;
	}
}

test("whatever comes when, restarts in between: each message is told, once, and nothing stays stored", () => {
	const event = fc.record({
		afterMs: fc.integer({ min: 0, max: 4_000 }),
		what: fc.oneof(
			{ weight: 3, arbitrary: fc.constant("single" as const) },
			fc.constant("parts" as const),
			fc.constant("restart" as const),
		),
		order: fc.shuffledSubarray([1, 2, 3], { minLength: 3, maxLength: 3 }),
		twice: fc.boolean(),
	});
	fc.assert(
		fc.property(fc.array(event, { maxLength: 12 }), fc.constantFrom(0, 1, 5), (events, chunk) => {
			const storage = new Storage({ driver: withServices({ sms: { mode: "pdu", storage: "ME" } }) }, chunk);
			const { world } = storage;
			const told: IncomingSms[] = [];
			open(world).sms.onMessage = message => void told.push(message);
			world.connected();
			const expected: string[] = [];
			/** As the network does it: one after the other, again when there is room. */
			const transfer = (pdu: string): void => {
				for (let tries = 0; !storage.take(pdu); tries++) {
					expect(tries, "no room was ever made").toBeLessThan(50);
					world.run(10_000);
				}
			};
			for (const [i, { afterMs, what, order, twice }] of events.entries()) {
				world.run(afterMs);
				const text = `${i}`.padStart(4, "0");
				if (what === "restart") world.say("\r\nRDY\r\n");
				else if (what === "single") {
					transfer(deliver(i, 0));
					expected.push(text);
				} else {
					for (const part of order) transfer(deliver(i, part));
					expected.push(text.repeat(3));
				}
				if (what === "parts" && twice) world.run(200);
			}
			world.run(120_000);
			expect(told.map(message => message.text).sort()).toEqual(expected.sort());
			expect(told.every(({ missing }) => missing === 0)).toBe(true);
			expect(storage.slots.every(slot => slot === undefined)).toBe(true);
			expect(world.errors).toEqual([]);
		}),
		{ numRuns: 60, verbose: 1 },
	);
});

test("whatever the module answers, nothing throws, every message ends once and the modem comes to rest", () => {
	const answer = fc.constantFrom(
		ok,
		error,
		"\r\n+CMS ERROR: 500\r\n",
		"\r\n>",
		info("+CMGS: 1"),
		info("+CPMS: 1,2"),
		"\r\nRDY\r\n",
		undefined,
		"\xff\r\n",
	);
	fc.assert(
		fc.property(fc.array(answer, { minLength: 1, maxLength: 40 }), answers => {
			const world = new World({ driver: withServices({ sms: { mode: "pdu" } }) });
			const { sms } = open(world);
			sms.onMessage = () => {};
			world.connected();
			let at = 0;
			world.onCommand = command => {
				if (/^AT\+C(MG|NMI|PMS)|^00/.test(command)) world.script[command] = answers[at++ % answers.length];
			};
			let ended = 0;
			for (let i = 0; i < 3; i++) sms.send({ to: "1", text: "a" }, undefined, () => void ended++);
			world.run(4_000_000, () => ended === 3);
			expect(ended).toBe(3);
			expect(world.errors.filter(({ code }) => code === "exception")).toEqual([]);
		}),
		{ numRuns: 60, verbose: 1 },
	);
});
