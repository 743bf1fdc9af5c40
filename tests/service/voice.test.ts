import { describe, expect, test } from "vitest";
import { ATH } from "../../sdk/3gpp/call-commands.js";
import { command } from "../../sdk/at/command.js";
import { uint } from "../../sdk/at/fields.js";
import type { Driver, VoiceDialect } from "../../sdk/modem/driver.js";
import type { Call } from "../../sdk/service/voice/voice.js";
import { type Answer, error, info, ok, type World } from "../modem/world.js";
import { bench, withServices } from "./service-world.js";

const plain = withServices({ voice: { ims: true } });
const READY: Record<string, Answer> = {
	"AT+CLIP=1": ok,
	"AT+CIREG=1": ok,
	"AT+CIREG?": info("+CIREG: 1,1,1"),
	"AT+CLCC": ok,
	"AT+CHUP": ok,
	ATA: ok,
};
const NUMBER = "+8613800138000";
const listed = (direction: 0 | 1, stat: number): string => info(`+CLCC: 1,${direction},${stat},0,0,"${NUMBER}",145`);

function phone(driver: Driver = plain, script: Record<string, Answer> = {}) {
	const { world, services } = bench(driver, { ...READY, ...script });
	const { voice } = services;
	const changes: Call[] = [];
	voice.onChanged = call => void changes.push(call);
	world.connected();
	world.run(5_000);
	world.forget();
	return { world, voice, changes, states: () => changes.map(({ state, cause }) => (cause === undefined ? state : `${state} ${cause}`)) };
}
const ring = (world: World, afterMs = 0): void => world.say(`\r\nRING\r\n\r\n+CLIP: "${NUMBER}",145\r\n`, afterMs);

describe("a call that is made", () => {
	test("dialing, alerting, active; the other side hangs up", () => {
		const { world, voice, states } = phone(plain, {
			[`ATD${NUMBER};`]: ok,
			"AT+CLCC": [listed(0, 2), listed(0, 3), listed(0, 3), listed(0, 0)],
		});
		voice.dial(NUMBER);
		expect(voice.call).toMatchObject({ state: "dialing", number: NUMBER, direction: "outgoing" });
		world.run(10_000);
		expect(states()).toEqual(["dialing", "alerting", "active"]);
		expect(world.commands[0]).toBe(`ATD${NUMBER};`);
		world.say("\r\nNO CARRIER\r\n");
		world.run(10_000);
		expect(states().slice(3)).toEqual(["ended remote"]);
		const asked = world.commands.length;
		world.run(60_000);
		expect(world.commands).toHaveLength(asked);
	});

	test.each([
		["BUSY", "busy"],
		["NO ANSWER", "noAnswer"],
		["NO CARRIER", "noCarrier"],
	])("%s after OK ends it", (report, cause) => {
		const { world, voice, states } = phone(plain, { "ATD10086;": ok, "AT+CLCC": info('+CLCC: 1,0,3,0,0,"10086",129') });
		voice.dial("10086");
		world.say(`\r\n${report}\r\n`, 3_000);
		world.run(10_000);
		expect(states()).toEqual(["dialing", "alerting", `ended ${cause}`]);
		expect(world.errors).toEqual([]);
	});

	test.each([
		["BUSY", "busy"],
		["NO ANSWER", "noAnswer"],
		["NO CARRIER", "noCarrier"],
		["NO DIALTONE", "failed"],
		["+CME ERROR: 30", "failed"],
		["ERROR", "failed"],
	])("%s as the result of dialling ends it", (result, cause) => {
		const { world, voice, states } = phone(plain, { "ATD10086;": `\r\n${result}\r\n` });
		voice.dial("10086");
		world.run(10_000);
		expect(states()).toEqual(["dialing", `ended ${cause}`]);
		if (cause === "failed") expect(voice.call.error?.message).toContain("ATD10086;");
	});

	test("a call that is no longer listed has ended, when its report was lost", () => {
		const { world, voice, states } = phone(plain, { "ATD10086;": ok, "AT+CLCC": [info('+CLCC: 2,0,0,0,0,"10086",129'), ok] });
		voice.dial("10086");
		world.run(10_000);
		expect(states()).toEqual(["dialing", "active", "ended remote"]);
	});

	test("hanging up: +CHUP, and the cause is ours; again it is nothing", () => {
		const { world, voice, states } = phone(plain, { "ATD10086;": ok, "AT+CLCC": info('+CLCC: 1,0,0,0,0,"10086",129') });
		voice.dial("10086");
		world.run(5_000);
		voice.hangUp();
		world.run(5_000);
		expect(states()).toEqual(["dialing", "active", "ended local"]);
		voice.hangUp();
		world.run(5_000);
		expect(world.commands.filter(line => line === "AT+CHUP")).toHaveLength(1);
	});

	test("NO CARRIER because we hung up is ours as well, and a module with ATH only gets that", () => {
		const { world, voice, states } = phone(withServices({ voice: { ims: false, hangUp: ATH.execute } }), {
			"ATD10086;": ok,
			"AT+CLCC": info('+CLCC: 1,0,0,0,0,"10086",129'),
			ATH: "\r\nNO CARRIER\r\n\r\nOK\r\n",
		});
		voice.dial("10086");
		world.run(5_000);
		voice.hangUp();
		world.run(5_000);
		expect(states()).toEqual(["dialing", "active", "ended local"]);
	});

	test("nobody answers and nothing tells: after three minutes it is hung up", () => {
		const { world, voice, states } = phone(plain, { "ATD10086;": ok, "AT+CLCC": error });
		voice.dial("10086");
		world.run(200_000);
		expect(states()).toEqual(["dialing", "ended noAnswer"]);
		expect(world.commands).toContain("AT+CHUP");
	});

	test("a dial command without an answer: it failed, and is hung up in case", () => {
		const { world, voice, states } = phone(plain, { "ATD10086;": undefined });
		voice.dial("10086");
		world.run(120_000);
		expect(states()).toEqual(["dialing", "ended failed"]);
		expect(world.commands).toContain("AT+CHUP");
	});

	test("a module that is off is switched on for it", () => {
		const { world, services } = bench(plain, { ...READY, "ATD112;": ok });
		const states: string[] = [];
		services.voice.onChanged = ({ state }) => void states.push(state);
		services.voice.dial("112");
		world.run(30_000);
		expect(world.commands).toContain("ATD112;");
		expect(states[0]).toBe("dialing");
	});

	test("hanging up before the module was given the number dials nothing", () => {
		const { world, services } = bench(plain, { ...READY, "ATD112;": ok });
		services.voice.dial("112");
		services.voice.hangUp();
		expect(services.voice.call).toMatchObject({ state: "ended", cause: "local" });
		world.run(30_000);
		expect(world.commands).not.toContain("ATD112;");
	});
});

describe("a call that comes", () => {
	test("RING and +CLIP, answered", () => {
		const { world, voice, changes, states } = phone(plain, { "AT+CLCC": [listed(1, 4), listed(1, 4), listed(1, 0)] });
		ring(world, 1_000);
		world.run(1_500);
		expect(changes.at(-1)).toMatchObject({ state: "incoming", number: NUMBER, direction: "incoming" });
		voice.answer();
		world.run(3_000);
		expect(world.commands).toContain("ATA");
		expect(states()).toEqual(["incoming", "active"]);
	});

	test("+CRING, and the number by +CLCC", () => {
		const { world, changes } = phone(plain, { "AT+CLCC": listed(1, 4) });
		world.say("\r\n+CRING: VOICE\r\n");
		world.run(1_000);
		expect(changes.map(({ state, number }) => [state, number])).toEqual([
			["incoming", undefined],
			["incoming", NUMBER],
		]);
	});

	test("the caller gives up", () => {
		const { world, states } = phone(plain, { "AT+CLCC": [listed(1, 4), listed(1, 4), ok] });
		ring(world);
		world.run(10_000);
		expect(states()).toEqual(["incoming", "ended remote"]);
	});

	test("without +CLCC it is over when it stops ringing", () => {
		const { world, states } = phone(plain, { "AT+CLCC": error });
		ring(world);
		ring(world, 5_000);
		world.run(14_000);
		expect(states()).toEqual(["incoming"]);
		world.run(5_000);
		expect(states()).toEqual(["incoming", "ended remote"]);
	});

	test("refused", () => {
		const { world, voice, states } = phone(plain, { "AT+CLCC": listed(1, 4) });
		ring(world);
		world.run(1_500);
		voice.hangUp();
		world.run(3_000);
		expect(states()).toEqual(["incoming", "ended local"]);
	});

	test("answered too late: NO CARRIER", () => {
		const { world, voice, states } = phone(plain, { "AT+CLCC": listed(1, 4), ATA: "\r\nNO CARRIER\r\n" });
		ring(world);
		world.run(1_500);
		voice.answer();
		world.run(3_000);
		expect(states()).toEqual(["incoming", "ended remote"]);
	});

	test("RING while a call is there changes nothing", () => {
		const { world, voice, states } = phone(plain, { "ATD10086;": ok, "AT+CLCC": info('+CLCC: 1,0,0,0,0,"10086",129') });
		voice.dial("10086");
		ring(world, 4_000);
		world.run(10_000);
		expect(states()).toEqual(["dialing", "active"]);
	});
});

describe("tones, IMS, restarts", () => {
	test("tones wait until the call is answered and go one by one", () => {
		const { world, voice } = phone(plain, {
			"ATD10086;": ok,
			"AT+CLCC": [info('+CLCC: 1,0,3,0,0,"10086",129'), info('+CLCC: 1,0,0,0,0,"10086",129')],
			"AT+VTS=1": ok,
			"AT+VTS=#": ok,
			"AT+VTS=D": ok,
		});
		voice.dial("10086");
		voice.dtmf("1#D");
		world.run(500);
		expect(world.commands).not.toContain("AT+VTS=1");
		world.run(5_000);
		expect(world.commands.filter(line => line.startsWith("AT+VTS"))).toEqual(["AT+VTS=1", "AT+VTS=#", "AT+VTS=D"]);
	});

	test("voice over IMS: read at start, then by +CIREGU", () => {
		const { world, voice } = phone();
		expect(voice.ims).toBe(true);
		world.say("\r\n+CIREGU: 0\r\n");
		world.run(100);
		expect(voice.ims).toBe(false);
	});

	test("a restart ends the call and sets everything anew", () => {
		const { world, voice, states } = phone(plain, { "ATD10086;": ok, "AT+CLCC": info('+CLCC: 1,0,0,0,0,"10086",129') });
		voice.dial("10086");
		world.run(5_000);
		world.say("\r\nRDY\r\n");
		world.run(20_000);
		expect(states()).toEqual(["dialing", "active", "ended failed"]);
		expect(world.commands.filter(line => line === "AT+CLIP=1")).toHaveLength(1);
	});

	test("switched off in a call: it ended", () => {
		const { world, voice, states } = phone(plain, { "ATD10086;": ok, "AT+CLCC": info('+CLCC: 1,0,0,0,0,"10086",129') });
		voice.dial("10086");
		world.run(5_000);
		world.core.powerOff();
		world.run(20_000);
		expect(states()).toEqual(["dialing", "active", "ended failed"]);
	});

	test("what the module refuses at start it does without", () => {
		const { world, voice } = phone(plain, { "AT+CLIP=1": error, "AT+CIREG=1": error, "AT+CIREG?": error, "ATD10086;": ok });
		expect(voice.ims).toBeUndefined();
		voice.dial("10086");
		world.run(1_000);
		expect(world.commands).toContain("ATD10086;");
		expect(world.errors).toEqual([]);
	});
});

test("a vendor's own switch and its own reports", () => {
	const UVOLTE = command("+UVOLTE", { spec: "tests", set: { params: { on: uint(0, 1) } } });
	const dialect: VoiceDialect = {
		ims: false,
		start: [{ command: UVOLTE.set, params: { on: 1 }, onError: "ignore" }],
		decode(line, report) {
			report.state = line.uint(0) === 3 ? "ended" : line.uint(0) === 2 ? "active" : "alerting";
			if (report.state === "ended") report.cause = "rejected";
			return true;
		},
	};
	const urcs = [
		{ prefix: "+UCALL", spec: "tests", handle: (context: any, line: any) => context.service("call", line) },
	] satisfies Driver["urcs"];
	const { world, services } = bench(withServices({ voice: dialect, urcs }), { ...READY, "ATD10086;": ok, "AT+CLCC": error });
	const states: string[] = [];
	services.voice.onChanged = ({ state, cause }) => void states.push(`${state} ${cause ?? ""}`.trim());
	world.connected();
	world.run(2_000);
	expect(world.commands).toContain("AT+UVOLTE=1");
	services.voice.dial("10086");
	world.run(1_000);
	for (const [i, report] of ["1", "2", "3"].entries()) world.say(`\r\n+UCALL: ${report}\r\n`, 1_000 * (i + 1));
	world.run(10_000);
	expect(states).toEqual(["dialing", "alerting", "active", "ended rejected"]);
});

describe("usage", () => {
	test.each(["", "abc", "123;", "1,2", "+", "1 2", "1".repeat(41), "12T"])("%j is no number", number => {
		expect(() => phone().voice.dial(number)).toThrow("number:");
	});
	test("one call at a time, nothing to answer, no tones without a call", () => {
		const { voice } = phone();
		expect(() => voice.answer()).toThrow("no incoming call");
		expect(() => voice.dtmf("1")).toThrow("no call");
		voice.dial("1");
		expect(() => voice.dial("2")).toThrow("already");
		expect(() => voice.dtmf("x")).toThrow("tones:");
		expect(() => voice.dtmf("1".repeat(33))).toThrow("32 tones");
	});
	test("a module without voice says so", () => {
		const { services } = bench(withServices({}));
		expect(() => services.voice).toThrow("no voice calls");
	});
});
