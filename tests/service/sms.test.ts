import { describe, expect, test } from "vitest";
import { CIMI } from "../../sdk/3gpp/device-commands.js";
import type { IncomingSms, SmsMessage, SmsReport } from "../../sdk/service/sms/sms.js";
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

	test("a place that is being emptied gets a new message before the answer: that one is read as well", () => {
		const next = HELLO.replace("62110221000023", "62110221000123");
		const { world, messages } = heard(pdu, {
			"AT+CMGR=5": [HELLO, next].map(data => `\r\n+CMGR: 0,,24\r\n${data}\r\n\r\nOK\r\n`),
			"AT+CMGD=5": [`\r\n+CMTI: "ME",5\r\n${ok}`, ok],
		});
		world.connected();
		world.run(5_000);
		world.say('\r\n+CMTI: "ME",5\r\n');
		world.run(5_000);
		expect(messages.map(({ sentUtcMs }) => sentUtcMs)).toEqual([HELLO_AT, HELLO_AT + 10_000]);
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

	function sent(script: Record<string, Answer>, message: SmsMessage = { to: "10086", text: "a" }, driver = pdu) {
		const { world, services } = bench(driver, { ...READY, ...script });
		world.connected();
		const done: unknown[] = [];
		services.sms.send(message, undefined, (failure, { references }) => void done.push(failure?.code, failure?.causeNumber, references));
		return { world, sms: services.sms, done };
	}
	/** SUBMIT of "a" to 10086: 11 octets. */
	const A = "00010005810180F600000161\x1a";

	test("a module that is off is switched on for it", () => {
		const { world, services } = bench(pdu, { ...READY, "AT+CMGS=11": "\r\n> ", [A]: info("+CMGS: 7") });
		const done: unknown[] = [];
		services.sms.send({ to: "10086", text: "a" }, undefined, (failure, { references }) => void done.push(failure, references));
		world.run(30_000);
		expect(done).toEqual([undefined, [7]]);
		expect(world.commands.filter(command => command === "AT+CMGF=0")).toHaveLength(1);
	});

	test("a long text goes out part by part, each with its reference", () => {
		const { world, done } = sent({ "AT+CMGS=24": "\r\n>", "AT+CMGS=150": "\r\n>" }, { to: "10086", text: `${"a".repeat(153)}hello678` });
		let reference = 9;
		world.onCommand = command => {
			if (command.startsWith("00")) world.script[command] = info(`+CMGS: ${++reference}`);
		};
		world.run(10_000);
		const parts = world.commands.filter(command => command.startsWith("00"));
		expect(parts).toHaveLength(2);
		// 41: SUBMIT with a header; A0 and 0F: 160 and 15 septets.
		expect(parts[0]).toMatch(/^00410005810180F60000A0050003..0201/);
		expect(parts[1]).toMatch(/^00410005810180F600000F050003..0202/);
		expect(done).toEqual([undefined, undefined, [10, 11]]);
	});

	test("what the network refuses ends the message; what went out before is told", () => {
		const { world, done } = sent({ "AT+CMGS=24": "\r\n>", "AT+CMGS=150": "\r\n>" }, { to: "10086", text: `${"a".repeat(153)}hello678` });
		world.onCommand = command => {
			if (command.startsWith("00")) world.script[command] = command.includes("0201") ? info("+CMGS: 3") : "\r\n+CMS ERROR: 38\r\n";
		};
		world.run(10_000);
		expect(done).toEqual(["cms", 38, [3]]);
	});

	test("without a prompt it is refused", () => {
		const { world, done } = sent({ "AT+CMGS=11": "\r\n+CMS ERROR: 302\r\n" });
		world.run(10_000);
		expect(done).toEqual(["cms", 302, []]);
	});

	test("a SIM that is busy is asked again, and a module that restarts in between as well", () => {
		const { world, done } = sent({
			'AT+CPMS="ME","ME","ME"': ["\r\n+CMS ERROR: 314\r\n", "\r\n+CME ERROR: 14\r\n", info("+CPMS: 0,10,0,10,0,10")],
			"AT+CMGS=11": "\r\n>",
			[A]: info("+CMGS: 7"),
		});
		world.run(1_000);
		world.say("\r\nRDY\r\n");
		world.run(30_000);
		expect(done).toEqual([undefined, undefined, [7]]);
		expect(world.commands.filter(command => command === "AT+CMGF=0")).toHaveLength(2);
	});

	test("a module that restarts while it is set up: the message goes out after that", () => {
		const { world, done } = sent({ "AT+CNMI=2,1,0,1,0": ["\r\nRDY\r\n", ok], "AT+CMGS=11": "\r\n>", [A]: info("+CMGS: 7") });
		world.run(60_000);
		expect(done).toEqual([undefined, undefined, [7]]);
	});

	test("a storage that is never there ends it with what the module said, and the next message tries again", () => {
		const { world, sms, done } = sent({ 'AT+CPMS="ME","ME","ME"': "\r\n+CMS ERROR: 320\r\n" });
		world.run(300_000);
		expect(done).toEqual(["cms", 320, []]);
		expect(world.errors.map(({ code, causeNumber }) => [code, causeNumber])).toEqual([["cms", 320]]);
		world.script['AT+CPMS="ME","ME","ME"'] = info("+CPMS: 0,10");
		world.script["AT+CMGS=11"] = "\r\n>";
		world.script[A] = info("+CMGS: 8");
		sms.send({ to: "10086", text: "a" }, undefined, (failure, { references }) => void done.push(failure, references));
		world.run(10_000);
		expect(done.slice(3)).toEqual([undefined, [8]]);
	});

	test("a module that says nothing to the message: timeout, once, and it is not sent again", () => {
		const { world, done } = sent({ "AT+CMGS=11": "\r\n>", [A]: undefined });
		world.run(800_000);
		expect(done).toEqual(["timeout", undefined, []]);
		expect(world.commands.filter(command => command === A)).toHaveLength(1);
	});

	test("more than four that wait are refused", () => {
		const { world, services } = bench(pdu, READY);
		world.connected();
		const one = () => services.sms.send({ to: "1", text: "" }, undefined, () => {});
		for (let i = 0; i < 4; i++) one();
		expect(one).toThrow("4 messages wait");
	});

	test.each([
		["a number with letters", { to: "12a-4", text: "" }, "to:"],
		["no text", { to: "1", text: 5 as unknown as string }, "text:"],
		["a validity of a minute", { to: "1", text: "", validityMinutes: 1 }, "validityMinutes:"],
		["40,000 characters", { to: "1", text: "a".repeat(40_000) }, "too long"],
	])("%s is a usage error", (_, message, why) => {
		const { services } = bench(pdu, READY);
		expect(() => services.sms.send(message, undefined, () => {})).toThrow(why);
	});

	test("reports come by +CDS in two lines, and from storage by +CDSI", () => {
		const { world, reports } = heard(pdu, {
			'AT+CPMS="SR"': info("+CPMS: 1,10,0,10,0,10"),
			'AT+CPMS="ME"': info("+CPMS: 0,10,0,10,0,10"),
			"AT+CMGR=2": "\r\n+CMGR: 0,,23\r\n00062B05810180F6621102210000236211022150002330\r\n\r\nOK\r\n",
			"AT+CMGD=2": ok,
			"AT+CMGR=5": `\r\n+CMGR: 0,,24\r\n${HELLO}\r\n\r\nOK\r\n`,
			"AT+CMGD=5": ok,
		});
		world.connected();
		world.run(5_000);
		world.forget();
		world.say("\r\n+CDS: 23\r\n00062A05810180F6621102210000236211022150002300\r\n", 1000);
		world.say('\r\n+CDSI: "SR",2\r\n', 2000);
		world.say('\r\n+CMTI: "ME",5\r\n', 3000);
		world.run(10_000);
		expect(reports).toEqual([
			{ reference: 42, to: "10086", delivered: true, pending: false, status: 0 },
			{ reference: 43, to: "10086", delivered: false, pending: true, status: 0x30 },
		]);
		expect(smsCommands(world)).toEqual(['AT+CPMS="SR"', "AT+CMGR=2", "AT+CMGD=2", 'AT+CPMS="ME"', "AT+CMGR=5", "AT+CMGD=5"]);
	});
});

describe("text mode", () => {
	const text = withServices({ sms: { mode: "text", indications: [2, 2, 0, 0, 0] } });
	const ARMED: Record<string, Answer> = { "AT+CMGF=1": ok, 'AT+CSCS="UCS2"': ok, "AT+CNMI=2,2,0,0,0": ok, 'AT+CMGL="ALL"': ok };

	test.each([
		["the message in a line of its own", '\r\n+CMT: "+8613800138000",,"26/11/20,12:00:00+32"\r\n00680069\r\n'],
		["the message right behind the header", '\r\n+CMT: "+8613800138000",,"26/11/20,12:00:00+32"00680069\r\n'],
		["the number in hex digits as well", '\r\n+CMT: "002B0038003600310033",,"26/11/20,12:00:00+32"\r\n00680069\r\n'],
	])("pushed: %s", (_, report) => {
		const { world, messages } = heard(text, ARMED);
		world.connected();
		world.run(5_000);
		world.say(report);
		world.run(1_000);
		expect(messages).toMatchObject([{ text: "hi", sentUtcMs: HELLO_AT, quarterHours: 32, parts: 1 }]);
		expect(messages[0]!.from.startsWith("+8613")).toBe(true);
	});

	test("stored: read, told, erased", () => {
		const { world, messages } = heard(text, {
			...ARMED,
			'AT+CMGL="ALL"':
				'\r\n+CMGL: 1,"REC UNREAD","10086",,"26/11/20,12:00:00+32"\r\n4F60597D\r\n+CMGL: 2,"STO SENT","1"\r\n0041\r\n\r\nOK\r\n',
			"AT+CMGR=1": '\r\n+CMGR: "REC READ","10086",,"26/11/20,12:00:00+32"\r\n4F60597D\r\n\r\nOK\r\n',
			"AT+CMGD=1": ok,
		});
		world.connected();
		world.run(5_000);
		expect(messages).toMatchObject([{ from: "10086", text: "你好" }]);
		expect(world.commands).toContain("AT+CMGD=1");
		expect(world.commands).not.toContain("AT+CMGR=2");
	});

	test("sent: number and text in UCS-2, coding by +CSMP once", () => {
		const { world, services } = bench(text, {
			...ARMED,
			"AT+CSMP=17,167,0,8": ok,
			'AT+CMGS="00310030003000380036"': "\r\n> ",
			"4F60597D\x1a": info("+CMGS: 3"),
		});
		world.connected();
		const done: unknown[] = [];
		for (let i = 0; i < 2; i++)
			services.sms.send({ to: "10086", text: "你好" }, undefined, (failure, { references }) => void done.push(failure, references));
		world.run(10_000);
		expect(done).toEqual([undefined, [3], undefined, [3]]);
		expect(world.commands.filter(command => command.startsWith("AT+CSMP"))).toHaveLength(1);
	});

	test("a module without +CSCS and +CSMP sends plain text, and says what it cannot", () => {
		const { world, services } = bench(text, { "AT+CMGF=1": ok, 'AT+CMGS="10086"': "\r\n> ", "hello\x1a": info("+CMGS: 3") });
		world.connected();
		const done: unknown[] = [];
		const send = (message: string) =>
			services.sms.send({ to: "10086", text: message }, undefined, (failure, { references }) => void done.push(failure?.code, references));
		send("hello");
		send("你好");
		world.run(10_000);
		expect(done).toEqual([undefined, [3], "notSupported", []]);
	});

	test("long texts are a usage error, since there are no parts", () => {
		const { services } = bench(text, ARMED);
		expect(() => services.sms.send({ to: "1", text: "a".repeat(161) }, undefined, () => {})).toThrow("single messages");
	});
});

test("a module that refuses +CNMI sends, and says that nothing will be announced", () => {
	const { world, messages } = heard(pdu, {
		"AT+CNMI=2,1,0,1,0": "\r\n+CMS ERROR: 303\r\n",
		"AT+CMGL=4": `\r\n+CMGL: 3,0,,24\r\n${HELLO}\r\n\r\nOK\r\n`,
		"AT+CMGR=3": `\r\n+CMGR: 0,,24\r\n${HELLO}\r\n\r\nOK\r\n`,
		"AT+CMGD=3": ok,
	});
	world.connected();
	world.run(20_000);
	expect(messages).toHaveLength(1);
	expect(world.errors.map(({ code }) => code)).toEqual(["notSupported"]);
});

test("a storage that fills while nobody reads is said once", () => {
	const { world, sms, full } = heard(pdu, { 'AT+CPMS="ME","ME","ME"': info("+CPMS: 0,2,0,2,0,2") });
	world.connected();
	world.run(5_000);
	sms.onMessage = undefined;
	for (let index = 0; index < 2; index++) {
		expect(full).toEqual([]);
		world.say(`\r\n+CMTI: "ME",${index}\r\n`);
		world.run(5_000);
	}
	expect(full).toHaveLength(1);
});

test("a vendor's report of a full storage: said, and the storage is looked through", () => {
	const urcs = [{ prefix: "+USMSFULL", spec: "tests", handle: (context: any, line: any) => context.service("sms", line) }];
	const { world, full } = heard(withServices({ sms: { mode: "pdu", storage: "ME" }, urcs }));
	world.connected();
	world.run(5_000);
	world.forget();
	world.say("\r\n+USMSFULL\r\n");
	world.run(5_000);
	expect(full).toHaveLength(1);
	expect(smsCommands(world)).toEqual(["AT+CMGL=4"]);
});

test("a module without short messages says so", () => {
	const { services } = bench(withServices({}));
	expect(() => services.sms).toThrow("test-module has no short messages");
});

test("a driver whose lines are too short for a PDU is told", () => {
	const { services } = bench({ ...pdu, uart: { ...pdu.uart, lineBytes: 256 } });
	expect(() => services.sms).toThrow("360");
});
