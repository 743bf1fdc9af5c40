import type { IncomingSms, SmsReport } from "../../../../sdk/service/sms/sms.js";
import type { SmsMessage } from "../../../../sdk/service/sms/types.js";
import type { Bench } from "../bench.js";
import { type Case, type CaseOptions, check, equal, on, type Subject, without } from "../case.js";

const messages = on("messages");
const MINUTES = 60_000;
/** From the service centre to the application, and back: a page, a transfer, reading and erasing. */
const DELIVERY_MS = 4 * MINUTES;
/** One of fiction (Ofcom's range for drama). */
const FAR_NUMBER = "+447700900123";
const CHINESE = "早上好，车辆已启动。";
const LONG = CHINESE.repeat(12);
/** More than any storage here has places. */
const MOST_MESSAGES = 300;

function noSms(subject: Subject): string | undefined {
	return without("sms")(subject);
}
function noPdu({ driver }: Subject): string | undefined {
	return driver.sms?.mode === "pdu" ? undefined : "the driver uses text mode: single messages, pushed without being stored";
}
function sms(name: string, run: (bench: Bench) => Promise<void>, options: CaseOptions = {}): Case {
	const { skip } = options;
	return messages(name, run, { ...options, skip: subject => noSms(subject) ?? skip?.(subject) });
}

/** Online, with an ear for messages. */
async function listening(bench: Bench): Promise<IncomingSms[]> {
	await bench.connect();
	const got: IncomingSms[] = [];
	bench.modem.sms.onMessage = message => void got.push(message);
	await bench.pass(20_000);
	return got;
}
async function delivered(bench: Bench, got: readonly IncomingSms[], text: string): Promise<IncomingSms> {
	const before = got.length;
	bench.world.ue.deliverSms(FAR_NUMBER, text);
	await bench.until(`the message of ${text.length} characters`, () => got.length > before, DELIVERY_MS);
	equal(got.at(-1)!.text, text, "its text");
	return got.at(-1)!;
}
async function sent(bench: Bench, message: SmsMessage): Promise<readonly number[]> {
	let references: readonly number[] | undefined;
	let why = "";
	bench.modem.sms.send(message, undefined, (error, outcome) => {
		why = error === undefined ? "" : `${error.code}: ${error.message}`;
		references = outcome.references;
	});
	await bench.until("the message to go out", () => references !== undefined, DELIVERY_MS);
	check(why === "", `it was not sent: ${why}`);
	return references ?? [];
}

const cases: Case[] = [
	sms("a message comes in with its sender and its text", async bench => {
		const got = await listening(bench);
		const message = await delivered(bench, got, "hello");
		equal(message.from, FAR_NUMBER, "its sender");
		equal(message.missing, 0, "the count of parts that are missing");
		bench.expectNoErrors();
	}),
	sms("letters that are two in the GSM alphabet, and text that looks like a result code, come in as they were", async bench => {
		const got = await listening(bench);
		for (const text of ["{[€]}~\\^|", "OK", "ERROR", "+CMTI: 1", "a\nb"]) await delivered(bench, got, text);
	}),
	sms("Chinese comes in", async bench => {
		await delivered(bench, await listening(bench), CHINESE);
	}),
	sms(
		"a long message comes in as one",
		async bench => {
			const got = await listening(bench);
			const message = await delivered(bench, got, LONG);
			check(message.parts > 1, `it had ${message.parts} part`);
			equal(got.length, 1, "the count of messages");
		},
		{ skip: noPdu },
	),
	sms(
		"what came while nobody listened is there for the first who does, and then no longer in the module",
		async bench => {
			await bench.connect();
			for (const text of ["one", "two"]) bench.world.ue.deliverSms(FAR_NUMBER, text);
			await bench.pass(MINUTES);
			const got: string[] = [];
			bench.modem.sms.onMessage = ({ text }) => void got.push(text);
			await bench.until("both messages", () => got.length >= 2, DELIVERY_MS);
			await bench.pass(MINUTES);
			equal(got.sort().join(), "one,two", "the messages");
			equal(bench.modem.sms.stored?.used ?? 0, 0, "the count of messages in the module");
		},
		{ skip: noPdu },
	),
	sms(
		"a full storage is said, the network keeps the rest, and nothing is lost or told twice",
		async bench => {
			const got = (await listening(bench)).map(({ text }) => text);
			let full = 0;
			bench.modem.sms.onStorageFull = () => void full++;
			bench.modem.sms.onMessage = undefined;
			const { messages: centre } = bench.world.ue;
			let count = 0;
			while (centre.waiting < 2 && count < MOST_MESSAGES) {
				bench.world.ue.deliverSms(FAR_NUMBER, `number ${count++}`);
				await bench.pass(10_000);
			}
			check(centre.waiting > 0, "the storage never became full");
			equal(full, 1, "how often it was said that the storage is full");
			bench.modem.sms.onMessage = ({ text }) => void got.push(text);
			await bench.until("all the messages", () => got.length >= count, 120 * MINUTES);
			await bench.pass(MINUTES);
			equal(new Set(got).size, count, "the count of different messages");
			equal(got.length, count, "the count of messages");
		},
		{ skip: noPdu },
	),
	sms(
		"a message that is on its way while the module restarts comes once it is back",
		async bench => {
			const got = await listening(bench);
			bench.world.ue.deliverSms(FAR_NUMBER, "in between");
			bench.world.module.faults.set("reboot");
			await bench.until("the message", () => got.length > 0, 60 * MINUTES);
			equal(got[0]!.text, "in between", "its text");
		},
		{ skip: noPdu },
	),
	sms("a message goes out", async bench => {
		await bench.connect();
		const references = await sent(bench, { to: FAR_NUMBER, text: "hello {€}" });
		const { submitted } = bench.world.ue.messages;
		equal(references.length, 1, "the count of references");
		equal(submitted.length, 1, "the count of messages at the service centre");
		equal(submitted[0]!.text, "hello {€}", "its text");
		equal(submitted[0]!.to, FAR_NUMBER, "its recipient");
		bench.expectNoErrors();
	}),
	sms("Chinese goes out", async bench => {
		await bench.connect();
		await sent(bench, { to: FAR_NUMBER, text: CHINESE });
		equal(bench.world.ue.messages.submitted[0]?.text, CHINESE, "the text at the service centre");
	}),
	sms(
		"a long message goes out in parts that belong together",
		async bench => {
			await bench.connect();
			const references = await sent(bench, { to: FAR_NUMBER, text: LONG });
			const { submitted } = bench.world.ue.messages;
			equal(submitted.map(({ text }) => text).join(""), LONG, "the text at the service centre");
			equal(references.length, submitted.length, "the count of references");
			for (const { header } of submitted) check(header !== undefined, "a part has no header of concatenation");
		},
		{ skip: noPdu },
	),
	sms(
		"a report says that a message was delivered, or that it was not",
		async bench => {
			await bench.connect();
			const reports: SmsReport[] = [];
			bench.modem.sms.onReport = report => void reports.push(report);
			const [first] = await sent(bench, { to: FAR_NUMBER, text: "are you there?", deliveryReport: true });
			await bench.until("the report", () => reports.length === 1, DELIVERY_MS);
			equal(reports[0]!.reference, first, "its reference");
			equal(reports[0]!.delivered, true, "whether it was delivered");
			// TS 23.040 9.2.3.15: 0x46, the validity period has expired.
			bench.world.ue.messages.outcome = () => 0x46;
			await sent(bench, { to: FAR_NUMBER, text: "and now?", deliveryReport: true });
			await bench.until("the report", () => reports.length === 2, DELIVERY_MS);
			equal(reports[1]!.delivered, false, "whether it was delivered");
		},
		{ skip: noPdu },
	),
	sms("a number that is none is refused at once", async bench => {
		await bench.connect();
		let code = "";
		try {
			bench.modem.sms.send({ to: "nobody", text: "x" }, undefined, () => {});
		} catch (error) {
			({ code } = error as { code: string });
		}
		equal(code, "usage", "the error");
	}),
	sms(
		"messages and data at once harm neither",
		async bench => {
			const got = await listening(bench);
			const answers: string[] = [];
			const socket = new bench.modem.UDP({
				onReadable() {
					answers.push(Buffer.from(this.read() ?? new ArrayBuffer(0)).toString("latin1"));
				},
			});
			for (let i = 0; i < 5; i++) {
				bench.world.ue.deliverSms(FAR_NUMBER, `message ${i}`);
				socket.write(
					Uint8Array.from(`datagram ${i}`, c => c.charCodeAt(0)),
					bench.reachable(["2001:db8:100::7", "192.0.2.7"]),
					7,
				);
				await bench.until(`pair ${i}`, () => got.length === i + 1 && answers.length === i + 1, DELIVERY_MS);
			}
			equal(answers.at(-1), "datagram 4", "the last answer");
		},
		{ skip: without("udpSockets") },
	),
];

export { cases as messages };
