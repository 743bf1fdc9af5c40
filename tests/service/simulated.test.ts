import { afterEach, describe, expect, test } from "vitest";
import { drivers } from "../../drivers/index.js";
import { SimulatedBench } from "../../host-sim/apps/conform/simulated-bench.js";
import type { Constellation, GnssFix, GnssReceiver } from "../../host-sim/gnss/receiver.js";
import { personas } from "../../host-sim/persona/index.js";
import type { SimulationOptions } from "../../host-sim/simulation.js";
import type { Fix } from "../../sdk/service/gnss/gnss.js";
import type { IncomingSms, SmsReport } from "../../sdk/service/sms/sms.js";
import type { Call } from "../../sdk/service/voice/voice.js";

/** Each driver that has the service against the persona of the same module: nothing here knows a vendor. */
const LONG = "早上好，车辆已启动。".repeat(12);
let open: SimulatedBench | undefined;

async function connected(id: string, world: Pick<SimulationOptions, "gnss"> = {}): Promise<SimulatedBench> {
	const driver = drivers.find(one => one.id === id)!;
	const persona = personas.find(one => one.id === id)!;
	open = new SimulatedBench(driver, persona, 1, world as object);
	await open.connect();
	return open;
}
afterEach(async () => {
	await open?.close();
	open = undefined;
});
const withPdu = drivers.filter(({ sms }) => sms?.mode === "pdu").map(({ id }) => id);
const withText = drivers.filter(({ sms }) => sms?.mode === "text").map(({ id }) => id);
const withGnss = drivers.filter(({ gnss }) => gnss !== undefined).map(({ id }) => id);
/** Personas of models without voice, though the driver's other models may have it. */
const VOICELESS = ["simcom-a7670"];
const withVoice = drivers.filter(({ voice, id }) => voice !== undefined && !VOICELESS.includes(id)).map(({ id }) => id);

describe.each(withText)("single messages of %s", id => {
	test("both ways, Chinese too", async () => {
		const bench = await connected(id);
		const got: IncomingSms[] = [];
		bench.modem.sms.onMessage = message => void got.push(message);
		await bench.pass(10_000);
		bench.world.ue.deliverSms("+8613800138000", "hello 你好");
		await bench.until("the message", () => got.length === 1, 120_000);
		expect(got[0]).toMatchObject({ from: "+8613800138000", text: "hello 你好" });
		let ended = 0;
		for (const text of ["你好", "hello"])
			bench.modem.sms.send({ to: "+8613900139000", text }, undefined, error => {
				expect(error).toBeUndefined();
				ended++;
			});
		await bench.until("both to go out", () => ended === 2, 120_000);
		expect(bench.world.ue.messages.submitted.map(({ to, text }) => [to, text])).toEqual([
			["+8613900139000", "你好"],
			["+8613900139000", "hello"],
		]);
	});
});

describe.each(withPdu)("messages of %s", id => {
	test("to the module: short, long and Chinese, and those that came while it was off", async () => {
		const bench = await connected(id);
		const got: IncomingSms[] = [];
		bench.modem.sms.onMessage = message => void got.push(message);
		await bench.pass(10_000);
		for (const text of ["hello {€}", LONG]) {
			bench.world.ue.deliverSms("+8613800138000", text);
			await bench.until("the message", () => got.at(-1)?.text === text, 120_000);
		}
		expect(got.map(({ from, parts, missing }) => [from, parts, missing])).toEqual([
			["+8613800138000", 1, 0],
			["+8613800138000", 2, 0],
		]);
		bench.modem.sms.onMessage = undefined;
		bench.world.ue.deliverSms("10086", "kept");
		await bench.pass(60_000);
		bench.modem.sms.onMessage = message => void got.push(message);
		await bench.until("what was stored", () => got.at(-1)?.text === "kept", 120_000);
		await bench.pass(10_000);
		expect(bench.modem.sms.stored?.used ?? 0).toBe(0);
		expect(bench.errors).toEqual([]);
	});

	test("from the module: parts, references, reports", async () => {
		const bench = await connected(id);
		const reports: SmsReport[] = [];
		bench.modem.sms.onReport = report => void reports.push(report);
		let sent: readonly number[] | undefined;
		bench.modem.sms.send({ to: "+8613900139000", text: LONG, deliveryReport: true }, undefined, (error, { references }) => {
			expect(error).toBeUndefined();
			sent = references;
		});
		await bench.until("the message to go out", () => sent !== undefined, 120_000);
		const { submitted } = bench.world.ue.messages;
		expect(submitted.map(({ text }) => text).join("")).toBe(LONG);
		expect(submitted.map(({ reference }) => reference)).toEqual(sent);
		await bench.until("a report for each part", () => reports.length === sent!.length, 120_000);
		expect(reports.map(({ reference, to, delivered }) => [reference, to, delivered])).toEqual(
			sent!.map(reference => [reference, "+8613900139000", true]),
		);
	});
});

describe.each(withVoice)("calls of %s", id => {
	async function phone() {
		const bench = await connected(id);
		const states: string[] = [];
		bench.modem.voice.onChanged = ({ state, cause }: Call) => void states.push(cause === undefined ? state : `${state} ${cause}`);
		await bench.pass(5_000);
		return { bench, states, voice: bench.modem.voice };
	}
	test("made, answered, tones, hung up", async () => {
		const { bench, states, voice } = await phone();
		voice.dial("+8613900139000");
		voice.dtmf("12#");
		await bench.until("an answer", () => voice.call.state === "active", 60_000);
		await bench.until("the tones", () => bench.world.ue.calls.tones === "12#", 30_000);
		voice.hangUp();
		await bench.until("the end", () => voice.call.state === "ended", 30_000);
		expect(states).toEqual(["dialing", "alerting", "active", "ended local"]);
		expect(bench.errors).toEqual([]);
	});
	test.each([
		["busy", "ended busy"],
		["unreachable", "ended noCarrier"],
		["no-answer", "ended noAnswer"],
	] as const)("%s", async (party, expected) => {
		const { bench, states, voice } = await phone();
		bench.world.ue.calls.party = () => party;
		voice.dial("10086");
		await bench.until("the end", () => voice.call.state === "ended", 200_000);
		expect(states.at(-1)).toBe(expected);
	});
	test("that comes: its number, answered, ended by the other side", async () => {
		const { bench, states, voice } = await phone();
		bench.world.ue.calls.ring("+8613800138000");
		await bench.until("the call", () => voice.call.state === "incoming" && voice.call.number === "+8613800138000", 60_000);
		voice.answer();
		await bench.until("active", () => voice.call.state === "active", 30_000);
		bench.world.ue.calls.drop();
		await bench.until("the end", () => voice.call.state === "ended", 30_000);
		expect(states.at(-1)).toBe("ended remote");
	});
});

/** A receiver that has its first position after 8 s, and then moves. */
class Receiver implements GnssReceiver {
	running = false;
	constellations: readonly Constellation[] = [];
	now = (): number => 0;
	#startedMs = 0;
	start(constellations: readonly Constellation[]): void {
		this.running = true;
		this.constellations = constellations;
		this.#startedMs = this.now();
	}
	stop(): void {
		this.running = false;
	}
	get fix(): GnssFix | undefined {
		const seconds = Math.floor((this.now() - this.#startedMs) / 1000);
		if (!this.running || seconds < 8) return undefined;
		return {
			latitude: 22.5 + seconds / 10_000,
			longitude: -114.25,
			altitudeMetres: 12.5,
			speedMetresPerSecond: 10,
			courseDegrees: 45,
			hdop: 1.2,
			satellites: { gps: 6, beidou: 9 },
			utcMs: Date.UTC(2026, 10, 20, 12, 0, seconds),
		};
	}
	sentences(): readonly string[] {
		return [];
	}
}

describe.each(withGnss)("positions of %s", id => {
	test("with BeiDou, again after a restart, off", async () => {
		const receiver = new Receiver();
		const bench = await connected(id, { gnss: receiver });
		receiver.now = () => bench.nowMs;
		const fixes: Fix[] = [];
		bench.modem.gnss.onFix = fix => void fixes.push(fix);
		bench.modem.gnss.start({ constellations: ["beidou"] });
		await bench.until("a position", () => fixes.length > 2, 60_000);
		expect(receiver.constellations).toContain("beidou");
		expect(fixes[0]).toMatchObject({ longitude: -114.25, altitudeMetres: 12.5, hdop: 1.2, satellites: 15, courseDegrees: 45 });
		expect(fixes[0]!.speedMetresPerSecond).toBeCloseTo(10, 1);
		expect(fixes[0]!.latitude).toBeCloseTo(22.5 + (fixes[0]!.utcMs! - Date.UTC(2026, 10, 20, 12)) / 1e7, 5);
		bench.world.module.setPin("reset", 0);
		await bench.pass(400);
		bench.world.module.setPin("reset", 1);
		receiver.stop();
		const before = fixes.length;
		await bench.until("another after the restart", () => fixes.length > before && receiver.running, 240_000);
		let isOff = false;
		bench.modem.gnss.stop(undefined, () => {
			isOff = true;
		});
		await bench.until("it to be off", () => isOff, 30_000);
		expect(receiver.running).toBe(false);
	});
});

describe.each(drivers.map(({ id }) => id))("network particulars of %s", id => {
	test("a network that the SIM holds for forbidden is attached to once the list is cleared", async () => {
		open = new SimulatedBench(drivers.find(one => one.id === id)!, personas.find(one => one.id === id)!, 1, {});
		const bench = open;
		const { ue, network } = bench.world;
		ue.forbiddenPlmns!.add(network.operator.plmn);
		bench.modem.connect();
		await bench.pass(120_000);
		expect(bench.modem.connection).toBe(300);
		let cleared: unknown;
		bench.modem.clearForbiddenNetworks(undefined, (error, count) => {
			cleared = error?.message ?? count;
		});
		await bench.until("an answer", () => cleared !== undefined, 60_000);
		expect(cleared).toBe(1);
		await bench.until("a connection", () => bench.modem.connection === 500, 240_000);
	});
});
