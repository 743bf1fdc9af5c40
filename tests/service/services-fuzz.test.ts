import fc from "fast-check";
import { expect, test } from "vitest";
import { command } from "../../sdk/at/command.js";
import { uint } from "../../sdk/at/fields.js";
import type { GnssDialect } from "../../sdk/modem/driver.js";
import { error, info, ok, World } from "../modem/world.js";
import { open, withServices } from "./service-world.js";

const LINES = [
	"RING",
	'+CLIP: "123",129',
	"NO CARRIER",
	"BUSY",
	"NO ANSWER",
	"+CIREGU: 1",
	"+CRING: VOICE",
	"+CLCC: 1,1,4,0,0",
	"RDY",
	"\xff+CLIP:",
];
const ANSWERS = [
	ok,
	error,
	"\r\nNO CARRIER\r\n",
	"\r\n+CME ERROR: 30\r\n",
	info('+CLCC: 1,0,0,0,0,"1",129'),
	info("+CLCC: 1,1,4,0,0"),
	undefined,
];

test("a call, whatever is reported and answered: nothing throws, and every call that begins ends within minutes of silence", () => {
	const step = fc.oneof(
		fc.record({ say: fc.constantFrom(...LINES) }),
		fc.record({ act: fc.constantFrom("dial", "answer", "hangUp", "dtmf") }),
		fc.record({ waitMs: fc.integer({ min: 1, max: 20_000 }) }),
	);
	fc.assert(
		fc.property(
			fc.array(step, { maxLength: 15 }),
			fc.array(fc.constantFrom(...ANSWERS), { minLength: 1, maxLength: 20 }),
			(steps, answers) => {
				const world = new World({ driver: withServices({ voice: { ims: true } }) });
				const { voice } = open(world);
				const states: string[] = [];
				voice.onChanged = ({ state }) => void states.push(state);
				world.connected();
				let at = 0;
				world.onCommand = line => {
					if (/^ATD|^ATA|^AT\+(CHUP|CLCC|CLIP|CIREG|VTS)/.test(line)) world.script[line] = answers[at++ % answers.length];
				};
				for (const one of steps) {
					if ("say" in one) world.say(`\r\n${one.say}\r\n`);
					else if ("waitMs" in one) world.run(one.waitMs);
					else
						try {
							if (one.act === "dial") voice.dial("10086");
							else if (one.act === "answer") voice.answer();
							else if (one.act === "hangUp") voice.hangUp();
							else voice.dtmf("1");
						} catch (thrown) {
							expect((thrown as { code: string }).code).toMatch(/usage|queueFull/);
						}
				}
				world.run(100);
				// Nothing is there any more: no call is listed, and nothing rings.
				world.onCommand = undefined;
				for (const line of Object.keys(world.script)) if (/^ATA|^AT\+(CHUP|CLCC|VTS)/.test(line)) world.script[line] = ok;
				world.script["AT+CLCC"] = world.script["AT+CHUP"] = world.script.ATA = ok;
				world.run(1_200_000);
				expect(["idle", "ended"], states.join()).toContain(voice.call.state);
				expect(world.errors.filter(({ code }) => code === "exception")).toEqual([]);
				const asked = world.commands.filter(line => line === "AT+CLCC").length;
				world.run(600_000);
				expect(world.commands.filter(line => line === "AT+CLCC")).toHaveLength(asked);
			},
		),
		{ numRuns: 100, verbose: 1 },
	);
});

const UGNSS = command("+UGNSS", { spec: "tests", set: { params: { on: uint(0, 1) } } });
const UPOS = command("+UPOS", { spec: "tests", execute: { lines: true } });
const gnss: GnssDialect = {
	choices: [{ systems: ["gps"], value: 0 }],
	start: [{ command: UGNSS.set, params: { on: 1 } }],
	stop: [{ command: UGNSS.set, params: { on: 0 } }],
	read: {
		command: UPOS.execute,
		decode(line, into) {
			into.latitude = into.longitude = line.uint(0);
			into.utcMs = line.uint(1);
			return true;
		},
	},
	causes: { noFix: [516], alreadyOn: [504], off: [505] },
};

test("a receiver, whatever is answered: every wish ends once, and after the last stop() nothing is asked", () => {
	const answer = fc.constantFrom(
		ok,
		error,
		undefined,
		"\r\nRDY\r\n",
		info("+UPOS: 1,5"),
		...[516, 504, 505, 3].map(n => `\r\n+CME ERROR: ${n}\r\n`),
	);
	const wish = fc.record({ on: fc.boolean(), waitMs: fc.integer({ min: 0, max: 30_000 }) });
	fc.assert(
		fc.property(fc.array(wish, { maxLength: 8 }), fc.array(answer, { minLength: 1, maxLength: 20 }), (wishes, answers) => {
			const world = new World({ driver: withServices({ gnss }) });
			const services = open(world);
			world.connected();
			let at = 0;
			world.onCommand = line => {
				if (/^AT\+U(GNSS|POS)/.test(line)) world.script[line] = answers[at++ % answers.length];
			};
			let told = 0;
			const done = (): void => void told++;
			for (const { on, waitMs } of wishes) {
				if (on) services.gnss.start({}, undefined, done);
				else services.gnss.stop(undefined, done);
				world.run(waitMs);
			}
			services.gnss.stop(undefined, done);
			world.run(2_000_000);
			expect(told).toBe(wishes.length + 1);
			expect(services.gnss.isOn).toBe(false);
			world.forget();
			world.run(600_000);
			expect(world.commands.filter(line => line === "AT+UPOS")).toEqual([]);
		}),
		{ numRuns: 100, verbose: 1 },
	);
});
