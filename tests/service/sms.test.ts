import { describe, expect, test } from "vitest";
import { CIMI } from "../../sdk/3gpp/device-commands.js";
import type { IncomingSms, SmsReport } from "../../sdk/service/sms/sms.js";
import { type Answer, info, ok, type World } from "../modem/world.js";
import { bench, withServices } from "./service-world.js";

const pdu = withServices({ sms: { mode: "pdu", storage: "ME" } });
const READY: Record<string, Answer> = {
	"AT+CMGF=0": ok,
	'AT+CPMS="ME","ME","ME"': info("+CPMS: 0,10,0,10,0,10"),
	"AT+CNMI=2,1,0,1,0": ok,
	"AT+CMGL=4": ok,
};

/**
 * DELIVER from +8613800138000, GSM 7 bit, "hello" (E8329BFD06: 68 65 6C 6C 6F packed by hand), 26-11-20 12:00:00 +32 quarters (TS 23.040
 * 9.2.3.11): 04:00 UTC.
 */
const HELLO = "0891683108200505F0040D91683108108300F000006211022100002305E8329BFD06";
const HELLO_AT = Date.UTC(2026, 10, 20, 4, 0, 0);

function heard(driver = pdu, script: Record<string, Answer> = {}, chunk = 0) {
	const { world, services } = bench(driver, { ...READY, ...script }, chunk);
	const messages: IncomingSms[] = [];
	const reports: SmsReport[] = [];
	const full: number[] = [];
	const { sms } = services;
	sms.onMessage = message => void messages.push(message);
	sms.onReport = report => void reports.push(report);
	sms.onStorageFull = () => void full.push(world.now);
	return { world, sms, messages, reports, full };
}
const smsCommands = (world: World): string[] => world.commands.filter(command => /^AT\+C(MG|NMI|PMS|SCS|SMP)|^00/.test(command));

describe("messages that come", () => {
	test("after start the storage is chosen, announcements are armed and what waits is read, told and erased", () => {
		const { world, messages } = heard(pdu, {
			"AT+CMGL=4": `\r\n+CMGL: 3,0,,24\r\n${HELLO}\r\n\r\nOK\r\n`,
			"AT+CMGR=3": `\r\n+CMGR: 0,,24\r\n${HELLO}\r\n\r\nOK\r\n`,
			"AT+CMGD=3": ok,
		});
		world.connected();
		world.run(10_000);
		expect(messages).toEqual([
			{ from: "+8613800138000", text: "hello", data: undefined, sentUtcMs: HELLO_AT, quarterHours: 32, parts: 1, missing: 0 },
		]);
		expect(smsCommands(world)).toEqual(["AT+CMGF=0", 'AT+CPMS="ME","ME","ME"', "AT+CNMI=2,1,0,1,0", "AT+CMGL=4", "AT+CMGR=3", "AT+CMGD=3"]);
		expect(world.errors).toEqual([]);
	});

	test.each([0, 1, 7])("+CMTI leads to reading, in pieces of %i bytes", chunk => {
		const { world, messages } = heard(pdu, { "AT+CMGR=5": `\r\n+CMGR: 0,,24\r\n${HELLO}\r\n\r\nOK\r\n`, "AT+CMGD=5": ok }, chunk);
		world.connected();
		world.run(5_000);
		world.forget();
		world.say('\r\n+CMTI: "ME",5\r\n', 1000);
		world.run(5_000);
		expect(messages.map(({ text }) => text)).toEqual(["hello"]);
		expect(smsCommands(world)).toEqual(["AT+CMGR=5", "AT+CMGD=5"]);
	});

	test("a message whose handler threw is left where it is, and told again after a restart", () => {
		const { world, sms, messages } = heard(pdu, {
			"AT+CMGR=5": `\r\n+CMGR: 0,,24\r\n${HELLO}\r\n\r\nOK\r\n`,
			"AT+CMGD=5": ok,
		});
		sms.onMessage = () => {
			throw new Error("no room");
		};
		world.connected();
		world.say('\r\n+CMTI: "ME",5\r\n', 1000);
		world.run(5_000);
		expect(world.commands).not.toContain("AT+CMGD=5");
		expect(world.errors.map(({ code }) => code)).toEqual(["exception"]);
		sms.onMessage = message => void messages.push(message);
		world.script["AT+CMGL=4"] = `\r\n+CMGL: 5,1,,24\r\n${HELLO}\r\n\r\nOK\r\n`;
		world.say("\r\nRDY\r\n");
		world.run(60_000);
		expect(messages).toHaveLength(1);
		expect(world.commands).toContain("AT+CMGD=5");
	});

	test("a restart between telling and erasing tells nothing twice", () => {
		const { world, messages } = heard(pdu, {
			"AT+CMGR=5": `\r\n+CMGR: 0,,24\r\n${HELLO}\r\n\r\nOK\r\n`,
			"AT+CMGD=5": [undefined, ok],
			"AT+CMGL=4": ({ commands }) =>
				commands.filter(command => command === "AT+CMGD=5").length === 1 ? `\r\n+CMGL: 5,1,,24\r\n${HELLO}\r\n\r\nOK\r\n` : ok,
		});
		world.connected();
		world.say('\r\n+CMTI: "ME",5\r\n', 1000);
		world.run(5_000, () => world.commands.includes("AT+CMGD=5"));
		world.say("\r\nRDY\r\n", 100);
		world.run(60_000);
		expect(messages).toHaveLength(1);
		expect(world.commands.filter(command => command === "AT+CMGD=5")).toHaveLength(2);
	});

	test("without onMessage nothing is read and nothing is sent", () => {
		const { world, services } = bench(pdu, READY);
		void services.sms;
		world.connected();
		world.say('\r\n+CMTI: "ME",5\r\n', 1000);
		world.run(5_000);
		expect(smsCommands(world)).toEqual([]);
	});

	test("messages that were written here, places that are empty and what cannot be read are passed over", () => {
		const { world, messages } = heard(pdu, {
			"AT+CMGL=4": `\r\n+CMGL: 1,2,,24\r\n${HELLO}\r\n+CMGL: 2,0,,24\r\n${HELLO}\r\n+CMGL: 3,0,,3\r\n00FF\r\n\r\nOK\r\n`,
			"AT+CMGR=2": ok,
			"AT+CMGR=3": "\r\n+CMGR: 0,,3\r\n00FF\r\n\r\nOK\r\n",
		});
		world.connected();
		world.run(10_000);
		expect(messages).toEqual([]);
		expect(world.commands).not.toContain("AT+CMGR=1");
		expect(world.event("smsUnreadable")).toEqual({ index: 3 });
	});

	test("a pushed message (+CMT, two lines) is told, also while a command waits for a bare line", () => {
		const { world, messages } = heard();
		world.connected();
		world.script["AT+CIMI"] = `\r\n+CMT: ,24\r\n${HELLO}\r\n${info("001010123456789")}`;
		let imsi: string | undefined;
		world.core.requests.add(CIMI.execute, undefined, undefined, (_, result) => {
			imsi = result?.imsi;
		});
		world.run(5_000);
		expect(imsi).toBe("001010123456789");
		expect(messages.map(({ text }) => text)).toEqual(["hello"]);
	});
});

describe("parts", () => {
	/** The same sender and stamp, header 05 00 03 2A 02 <n>, then "hel" and "lo" in UCS-2. */
	const head = "0891683108200505F0440D91683108108300F0000862110221000023";
	const one = `${head}0C0500032A020100680065006C`;
	const two = `${head}0A0500032A0202006C006F`;
	const at = (index: number, data: string): Record<string, Answer> => ({
		[`AT+CMGR=${index}`]: `\r\n+CMGR: 0,,30\r\n${data}\r\n\r\nOK\r\n`,
		[`AT+CMGD=${index}`]: ok,
	});

	test.each([
		["in order", [one, two]],
		["the other way about", [two, one]],
		["one of them twice", [two, two, one]],
	])("%s they make one message, erased when it is whole", (_, parts) => {
		const { world, messages } = heard(pdu, Object.assign({}, ...parts.map((data, i) => at(i, data))));
		world.connected();
		for (const [i] of parts.entries()) world.say(`\r\n+CMTI: "ME",${i}\r\n`, 1000 * (i + 1));
		world.run(10_000);
		expect(messages).toMatchObject([{ text: "hello", parts: 2, missing: 0 }]);
		for (const [i] of parts.entries()) expect(world.commands).toContain(`AT+CMGD=${i}`);
	});

	test("a part that never comes: after a day what there is is told", () => {
		const { world, messages } = heard(pdu, at(0, two));
		world.connected();
		world.say('\r\n+CMTI: "ME",0\r\n', 1000);
		world.run(86_000_000);
		expect(messages).toEqual([]);
		world.run(1_000_000);
		expect(messages).toMatchObject([{ text: "lo", parts: 2, missing: 1 }]);
		expect(world.commands).toContain("AT+CMGD=0");
	});

	test("a full storage is said, and an incomplete message gives way", () => {
		const { world, messages, full } = heard(pdu, { ...at(0, two), 'AT+CPMS="ME","ME","ME"': info("+CPMS: 0,1,0,1,0,1") });
		world.connected();
		world.say('\r\n+CMTI: "ME",0\r\n', 1000);
		world.run(5_000);
		expect(full).toHaveLength(1);
		expect(messages).toMatchObject([{ text: "lo", missing: 1 }]);
		expect(world.commands).toContain("AT+CMGD=0");
	});
});

describe("messages that go", () => {
	/** 11: SUBMIT with a relative validity; 00 by the module; 0C 91 to +447700900123; PID 00, DCS 00; AD: 7 days; 5 septets. */
	const TPDU = "11000C914477000910320000AD05E8329BFD06";
	const to = "+447700900123";

	test("GSM 7 bit: one SUBMIT behind the prompt", () => {
		const { world, services } = bench(pdu, {
			...READY,
			"AT+CMGS=19": "\r\n> ",
			[`00${TPDU}\x1a`]: info("+CMGS: 42"),
		});
		world.connected();
		const done: unknown[] = [];
		services.sms.send({ to, text: "hello", validityMinutes: 7 * 24 * 60 }, "me", function (failure, sent) {
			done.push(String(this), failure, sent);
		});
		world.run(5_000);
		expect(done).toEqual(["me", undefined, { references: [42] }]);
		expect(smsCommands(world)).toEqual(["AT+CMGF=0", 'AT+CPMS="ME","ME","ME"', "AT+CNMI=2,1,0,1,0", "AT+CMGS=19", `00${TPDU}\x1a`]);
	});
});
