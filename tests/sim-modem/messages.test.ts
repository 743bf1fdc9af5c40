import { expect, test } from "vitest";
import { world } from "../network/world.js";

/** SMS-SUBMIT with a report asked for, reference 5, to +4917000, "hello". */
const submit = Uint8Array.from(Buffer.from("21050791947100F0000005E8329BFD06", "hex"));

test("a delivery that the radio's end interrupts is made again", () => {
	for (const afterMs of [0, 50, 200, 500, 1000, 3000]) {
		const w = world();
		w.on();
		w.seconds(200);
		w.ue.deliverSms("10086", "hi");
		w.clock.run(w.clock.now() + afterMs);
		w.ue.setFunctionality(4);
		w.seconds(400);
		w.ue.setFunctionality(1);
		w.seconds(900);
		expect(w.log.filter(line => line.endsWith("sms 10086 hi"))).toHaveLength(1);
		expect(w.ue.messages.waiting).toBe(0);
	}
});

test("what a device does not take is offered again, at last given up after two days", () => {
	const w = world();
	w.on();
	w.seconds(100);
	let offers = 0;
	w.ue.listener = { ...w.ue.listener!, smsReceived: () => ++offers < 0 };
	w.ue.deliverSms("10086", "hi");
	w.seconds(200);
	expect(offers).toBe(1);
	// A full device makes itself heard: that is no reason to try again.
	w.ue.submitSms(submit, () => {});
	w.seconds(300);
	expect(offers).toBe(1);
	w.ue.smsMemoryAvailable();
	w.seconds(350);
	expect(offers).toBe(2);
	w.seconds(1000);
	expect(offers).toBeGreaterThan(2);
	w.seconds(3 * 86_400);
	expect(w.ue.messages.waiting).toBe(0);
	expect(w.events).toContain("sms-expired");
});

test("a report follows, with what became of the message", () => {
	const w = world();
	w.on();
	w.seconds(100);
	const reports: string[] = [];
	w.ue.listener = {
		...w.ue.listener!,
		smsReceived: tpdu => {
			reports.push(Buffer.from(tpdu.subarray(0, 8)).toString("hex"), `${tpdu.at(-1)}`);
			return true;
		},
	};
	w.ue.messages.outcome = () => 0x41;
	const done: string[] = [];
	w.ue.submitSms(submit, (ok, reference) => done.push(`${ok} ${reference}`));
	w.seconds(130);
	expect(done).toEqual(["true 5"]);
	expect(reports).toEqual(["06050791947100f0", "65"]);
});

test("no service, no TPDU", () => {
	const w = world();
	const done: string[] = [];
	w.ue.powerOn();
	w.ue.submitSms(submit, (ok, _reference, cause) => done.push(`${ok} ${cause}`));
	w.seconds(1);
	w.ue.setFunctionality(1);
	w.seconds(100);
	w.ue.submitSms(Uint8Array.of(1, 2, 3), (ok, _reference, cause) => done.push(`${ok} ${cause}`));
	w.seconds(130);
	expect(done).toEqual(["false 38", "false 95"]);
});

test("no calls on an NB-IoT cell", () => {
	const w = world();
	w.on();
	w.seconds(100);
	expect(w.ue.calls.imsRegistered).toBe(false);
	expect(w.ue.calls.dial("10086")).toBe(false);
	expect(w.ue.calls.ring("10086")).toBe(false);
	expect(w.ue.calls.hangUp()).toBe(false);
});
