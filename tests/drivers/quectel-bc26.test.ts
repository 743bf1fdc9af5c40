import { describe, expect, test } from "vitest";
import { quectelNbEx } from "../../drivers/dialect/quectel-nb.js";
import { quectelBc26 } from "../../drivers/nbiot/quectel-bc26.js";
import { quectelBc660k } from "../../drivers/nbiot/quectel-bc660k.js";
import * as base from "../../sdk/3gpp/commands.js";
import type { Driver, SettingStep } from "../../sdk/modem/driver.js";
import { acceptsModel } from "../../sdk/modem/lifecycle.js";
import { Bench, feeds, Task } from "./bench.js";
import { read, written } from "./steps.js";

const driver: Driver = quectelBc26;
const procedures = driver.procedures!;
const ascii = (text: string): Uint8Array => Buffer.from(text, "latin1");

describe("what differs from BC660K", () => {
	test("the context is 1, in every command of the stack", () => {
		expect(driver.defaultCid).toBe(1);
		const bench = new Bench(driver);
		quectelNbEx.open(bench.channel, new Task({ cid: 1 }));
		expect(bench.sent()).toBe('AT+QIOPEN=1,0,"UDP","2001:db8::1",5683,0,1\r');
		bench.says("\r\nOK\r\n\r\n+QIOPEN: 0,0\r\n");
		quectelNbEx.resolve?.(bench.channel, new Task({ cid: 1, address: "meter.example.org" }));
		expect(bench.sent()).toBe('AT+QIDNSGIP=1,"meter.example.org"\r');
		expect(bench.reports).toEqual([["opened", 0, 0]]);
	});
	test("+QISENDEX sends, without a parameter for release", () => {
		for (const release of ["none", "after-uplink", "after-response"] as const) {
			const bench = new Bench(driver);
			const sending = new Task({ socket: 2, data: ascii("Hello"), release });
			quectelNbEx.send(bench.channel, sending);
			expect(bench.sent()).toBe('AT+QISENDEX=2,5,"48656C6C6F"\r');
			bench.says("\r\nOK\r\n");
			expect(sending.ends).toEqual([]);
			bench.says("\r\nSEND OK\r\n");
			expect(sending.ends).toEqual([["finish", undefined, undefined]]);
		}
	});
	test("SEND FAIL is a full buffer", () => {
		const bench = new Bench(driver);
		const sending = new Task({ data: ascii("x") });
		quectelNbEx.send(bench.channel, sending);
		bench.sent();
		bench.says("\r\nOK\r\n\r\nSEND FAIL\r\n");
		expect(sending.ends).toEqual([["busy"]]);
	});
	test("names are reported by +QIURC, split at each place", () => {
		const urcs = '\r\n+QIURC: "dnsgip",0,2,600\r\n\r\n+QIURC: "dnsgip","2001:DB8::33"\r\n\r\n+QIURC: "dnsgip","192.0.2.33"\r\n';
		for (const feed of feeds(urcs)) {
			const bench = new Bench(driver);
			bench.says(urcs, feed);
			expect(bench.reports).toEqual([
				["resolving", 2, 0],
				["resolved", "2001:DB8::33"],
				["resolved", "192.0.2.33"],
			]);
		}
	});
	test("the definition has a command of its own; it is read, compared, and taken over by a restart", () => {
		const [define] = procedures.define!;
		expect(written(driver, define!)).toBe('AT*MCGDEFCONT="IPV4V6","iot.example"');
		expect(written(driver, define!, { pdpType: "IP", user: "u", password: "p" })).toBe('AT*MCGDEFCONT="IP","iot.example","u","p"');
		expect(read(driver, define!, '\r\n*MCGDEFCONT: "IPV4V6","iot.example"\r\n\r\nOK\r\n')).toEqual({ sent: "AT*MCGDEFCONT?", same: true });
		expect(read(driver, define!, '\r\n*MCGDEFCONT: "IP","iot.example"\r\n\r\nOK\r\n').same).toBe(false);
		expect(read(driver, define!, "\r\nERROR\r\n").same).toBeUndefined();
		expect((define as SettingStep).restart).toBe(true);
		expect((define as SettingStep).write.rule.redact).toEqual([2, 3]);
	});
	test("pins: a key instead of a reset, and a rest after the pulse that wakes", () => {
		expect(driver.pins).toEqual({ power: { asserted: 0 }, wake: { asserted: 0 } });
		expect(procedures.powerOn).toMatchObject([
			{ pin: "power", ms: 500 },
			{ kind: "pause", ms: 600 },
		]);
		expect(driver.sleep!.wakePins).toMatchObject([
			{ pin: "wake", ms: 100 },
			{ kind: "pause", ms: 200 },
		]);
	});
});

test("what does not differ is one and the same", () => {
	const other: Driver = quectelBc660k;
	expect(procedures.initialize).toBe(other.procedures!.initialize);
	expect(procedures.restart).toBe(other.procedures!.restart);
	expect(driver.signal).toBe(other.signal);
	expect(driver.sleep!.allow).toBe(other.sleep!.allow);
	expect(quectelNbEx.urcs).toBe(other.sockets!.urcs);
});

describe("starting", () => {
	test("F11: what the boot ROM says before the banner is no answer and no report", () => {
		const rom =
			"\r\nF1: 0000 0000\r\nV0: 0000 0000 [0001]\r\n00: 0006 000C\r\n01: 0000 0000\r\nU0: 0000 0001 [0000]\r\nT0: 0000 00B4\r\nLeaving the BROM\r\n\xff\xfe\r\n";
		const boot = `${rom}\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\n+IP: 100.85.29.214\r\n`;
		for (const feed of feeds(boot)) {
			const bench = new Bench(driver);
			bench.says(boot, feed);
			expect(bench.reports).toEqual([["booted"], ["functionality", 1], ["simState", "READY"], ["addressed", 1, "100.85.29.214"]]);
		}
	});
	test("and it does not end a command", () => {
		const bench = new Bench(driver);
		const probe = bench.submit(base.AT.execute, undefined);
		bench.sent();
		bench.says("F1: 0000 0000\r\nV0: 0000 0000 [0001]\r\n00: 0006 000C\r\n");
		expect(probe.outcome).toBeUndefined();
		bench.says("\r\nOK\r\n");
		expect(probe.outcome?.error).toBeUndefined();
	});
	test("the models are BC26 and BC66, with the vendor's name or without", () => {
		for (const model of ["BC26", "Quectel_BC26", "BC66", "Quectel_BC66-NA"]) expect(acceptsModel(driver.models, model)).toBe(true);
		for (const model of ["BC260Y-CN", "BC660K-GL", "BC2"]) expect(acceptsModel(driver.models, model)).toBe(false);
	});
});

test("F3: an echo is no answer, until it is switched off", () => {
	const reply = "AT+CSQ\r\r\n+CSQ: 10,0\r\n\r\nOK\r\n";
	for (const feed of feeds(reply)) {
		const bench = new Bench(driver);
		const { outcome } = bench.exchange(base.CSQ.execute, undefined, reply, feed);
		expect(outcome?.result).toEqual({ rssi: 10, ber: 0 });
		expect(bench.unknown).toEqual([]);
	}
});

describe("a stream that is pushed", () => {
	test("TCP is opened like UDP; TLS is not", () => {
		const bench = new Bench(driver);
		quectelNbEx.open(bench.channel, new Task({ cid: 1, socket: 4, kind: "tcp", address: "meter.example.org", port: 80 }));
		expect(bench.sent()).toBe('AT+QIOPEN=1,4,"TCP","meter.example.org",80,0,1\r');
		bench.says("\r\nOK\r\n");
		const secure = new Task({ cid: 1, kind: "tls" });
		quectelNbEx.open(bench.channel, secure);
		expect(bench.sent()).toBe("");
		expect(secure.ends).toEqual([["fail", 555, undefined]]);
	});
	test("1,024 bytes at a time fit once there is room for them, and without it the loss is told", () => {
		const digits = Buffer.from(Uint8Array.from({ length: 1024 }, (_, i) => i & 0xff))
			.toString("hex")
			.toUpperCase();
		const urc = `\r\n+QIURC: "recv",4,1024,"${digits}"\r\n`;
		expect(driver.uart.streamLineBytes).toBeGreaterThan(urc.length);
		for (const feed of ["whole", "byByte", 1000] as const) {
			const bench = new Bench(driver);
			bench.says(urc, feed);
			expect(bench.reports).toEqual([["lost", 4]]);
			bench.channel.reserveLine(driver.uart.streamLineBytes!);
			bench.says(urc, feed);
			expect(bench.reports[1]).toEqual(["received", 4, 1024, Buffer.from(digits, "hex").toString("latin1")]);
			expect(bench.unknown).toEqual([]);
		}
	});
});
