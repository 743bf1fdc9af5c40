import { describe, expect, test } from "vitest";
import { drivers } from "../../drivers/index.js";
import { quectelBc660k } from "../../drivers/nbiot/quectel-bc660k.js";
import * as base from "../../sdk/3gpp/commands.js";
import { decodeEdrx, EdrxReport } from "../../sdk/3gpp/events.js";
import { decodeRegistration, RegistrationReport } from "../../sdk/3gpp/registration.js";
import type { Command } from "../../sdk/at/command.js";
import type { Driver, SendStep, SettingStep, Settings, Signal, Step } from "../../sdk/modem/driver.js";
import { lineOf } from "../3gpp/line.js";
import { Bench, feeds, type Outcome } from "./bench.js";

/** What the application asked for, as the core hands it to a procedure. */
const settings: Settings = {
	apn: "iot.example",
	pdpType: "IPV4V6",
	user: undefined,
	password: undefined,
	auth: "none",
	cid: 0,
	operator: undefined,
	psm: undefined,
	edrx: undefined,
	defaultCid: 0,
};
const procedures = (quectelBc660k as Driver).procedures!;
const sleep = (quectelBc660k as Driver).sleep!;

function paramsOf(params: unknown, wanted: Settings): unknown {
	return typeof params === "function" ? params(wanted) : params;
}
/** What a step writes, without its CR. */
function written(step: Step, wanted: Settings = settings): string {
	const send = step as SendStep | SettingStep;
	const bench = new Bench(quectelBc660k);
	bench.submit(send.kind === "setting" ? send.write : send.command, paramsOf(send.params, wanted));
	return bench.sent().slice(0, -1);
}
/** What a setting reads, and whether an answer to it counts as "as wanted". */
function read(step: Step, reply: string, wanted: Settings = settings): { sent: string; same: boolean | undefined } {
	const setting = step as SettingStep;
	const bench = new Bench(quectelBc660k);
	const { sent, outcome } = bench.exchange(setting.read, paramsOf(setting.readParams, wanted), reply);
	return { sent: sent.slice(0, -1), same: outcome?.error ? undefined : setting.same?.(outcome?.result, wanted) };
}

describe("the capture of firmware BC660KGLAAR01A05", () => {
	function replay(command: Command<any, any>, params: unknown, line: string, reply: string): Outcome {
		let last: Outcome | undefined;
		for (const feed of feeds(reply)) {
			const bench = new Bench(quectelBc660k);
			const { sent, outcome } = bench.exchange(command, params, reply, feed);
			expect(sent).toBe(`${line}\r`);
			expect(outcome?.error).toBeUndefined();
			expect(bench.reports).toEqual([]);
			expect(bench.unknown).toEqual([]);
			if (last !== undefined) expect(outcome).toEqual(last);
			last = outcome;
		}
		return last!;
	}
	const nothing = { error: undefined, result: undefined, lines: [] };
	test("echo off, identity", () => {
		expect(replay(base.ATE.set, { value: 0 }, "ATE0", "\r\nOK\r\n")).toEqual(nothing);
		expect(
			replay(base.ATI.execute, undefined, "ATI", "\r\nQuectel_Ltd\r\nQuectel_BC660K-GL\r\nRevision: BC660KGLAAR01A05\r\n\r\nOK\r\n").lines,
		).toEqual(["Quectel_Ltd", "Quectel_BC660K-GL", "Revision: BC660KGLAAR01A05"]);
		expect(replay(base.CGMR.execute, undefined, "AT+CGMR", "\r\nRevision: BC660KGLAAR01A05\r\n\r\nOK\r\n").lines).toEqual([
			"Revision: BC660KGLAAR01A05",
		]);
		expect(replay(base.CGSN.set, { snt: 1 }, "AT+CGSN=1", "\r\n+CGSN: 001010000000001\r\n\r\nOK\r\n").result).toEqual({
			serial: "001010000000001",
		});
	});
	test("SIM", () => {
		expect(replay(base.CPIN.read, undefined, "AT+CPIN?", "\r\n+CPIN: READY\r\n\r\nOK\r\n").result).toEqual({ code: "READY" });
		expect(replay(quectelBc660k.iccid, undefined, "AT+QCCID", "\r\n+QCCID: 89000000000000000001\r\n\r\nOK\r\n").lines).toEqual([
			"+QCCID: 89000000000000000001",
		]);
		expect(replay(base.CIMI.execute, undefined, "AT+CIMI", "\r\n001010000000001\r\n\r\nOK\r\n").result).toEqual({
			imsi: "001010000000001",
		});
	});
	test("supply, in millivolts alone", () => {
		expect(replay(base.CBC.execute, undefined, "AT+CBC", "\r\n+CBC: 3470\r\n\r\nOK\r\n").lines).toEqual(["+CBC: 3470"]);
	});
	test("power saving as asked for, eDRX as granted", () => {
		expect(replay(base.CPSMS.read, undefined, "AT+CPSMS?", '\r\n+CPSMS: 1,,,"01000001","00100011"\r\n\r\nOK\r\n').result).toEqual({
			mode: 1,
			periodicRau: undefined,
			gprsReadyTimer: undefined,
			periodicTau: "01000001",
			activeTime: "00100011",
		});
		const edrx = new EdrxReport();
		decodeEdrx(lineOf(replay(base.CEDRXRDP.execute, undefined, "AT+CEDRXRDP", "\r\n+CEDRXRDP: 0\r\n\r\nOK\r\n").lines[0]!), edrx);
		expect({ ...edrx }).toEqual({ ...new EdrxReport() });
		decodeEdrx(lineOf('+CEDRXRDP: 5,"0011","0011","0011"'), edrx);
		expect({ ...edrx }).toEqual({ actType: 5, requestedSeconds: 40.96, grantedSeconds: 40.96, pagingWindowSeconds: 10.24 });
		expect(replay(base.CEDRXS.read, undefined, "AT+CEDRXS?", '\r\n+CEDRXS: 5,"0011"\r\n\r\nOK\r\n').lines).toEqual(['+CEDRXS: 5,"0011"']);
	});
	test("context 0 and its address, none of context 1", () => {
		expect(replay(base.CGDCONT.read, undefined, "AT+CGDCONT?", '\r\n+CGDCONT: 0,"IP","test.apn","10.0.0.7"\r\n\r\nOK\r\n').lines).toEqual([
			'+CGDCONT: 0,"IP","test.apn","10.0.0.7"',
		]);
		expect(replay(base.CGPADDR.set, { cid: 1 }, "AT+CGPADDR=1", "\r\n+CGPADDR: 1\r\n\r\nOK\r\n").lines).toEqual(["+CGPADDR: 1"]);
		expect(replay(base.CGATT.read, undefined, "AT+CGATT?", "\r\n+CGATT: 1\r\n\r\nOK\r\n").result).toEqual({ state: 1 });
	});
	test("registration and operator", () => {
		const line = '+CEREG: 4,5,"0001","0000ABCD",9,,,"00100011","00101010"';
		const { lines } = replay(base.CEREG.read, undefined, "AT+CEREG?", `\r\n${line}\r\n\r\nOK\r\n`);
		const report = new RegistrationReport();
		expect(decodeRegistration(lineOf(lines[0]!), "EPS", "read", report)).toBe(true);
		expect(report).toMatchObject({ stat: 5, tac: 1, ci: "0000ABCD", act: 9, activeSeconds: 180, periodicTauSeconds: 36_000 });
		expect(replay(base.COPS.read, undefined, "AT+COPS?", '\r\n+COPS: 1,2,"23415",9\r\n\r\nOK\r\n').result).toEqual({
			mode: 1,
			format: 2,
			oper: "23415",
			act: 9,
		});
	});
	test("signal: serving cell with and without a transmit power, neighbours passed over", () => {
		const { command, decode } = quectelBc660k.signal;
		const signal = (lines: readonly string[]): Partial<Signal> => {
			const into = { transmitDbm: 99 } as Signal;
			for (const line of lines) decode(lineOf(line), into);
			return into;
		};
		const quiet = replay(
			command,
			undefined,
			"AT+QENG=0",
			'\r\n+QENG: 0,6254,12,299,"0000ABCD",-103,-9,-94,6,20,"0001",0,-128,2\r\n+QENG: 1,6254,298,-108,-17\r\n\r\nOK\r\n',
		);
		expect(signal(quiet.lines)).toEqual({
			earfcn: 6254,
			pci: 299,
			rsrpDbm: -103,
			rsrqDb: -9,
			rssiDbm: -94,
			sinrDb: 6,
			band: 20,
			coverageLevel: 0,
			transmitDbm: undefined,
		});
		const sent = replay(
			command,
			undefined,
			"AT+QENG=0",
			'\r\n+QENG: 0,6254,12,299,"0000ABCD",-102,-8,-94,5,20,"0001",0,21,2\r\n\r\nOK\r\n',
		);
		expect(signal(sent.lines)).toMatchObject({ rsrpDbm: -102, sinrDb: 5, transmitDbm: 21 });
		expect(replay(base.CSQ.execute, undefined, "AT+CSQ", "\r\n+CSQ: 10,0\r\n\r\nOK\r\n").result).toEqual({ rssi: 10, ber: 0 });
	});
	test("F4: the AT that wakes it brings CR LF alone and is no answer", () => {
		const bench = new Bench(quectelBc660k);
		const probe = bench.submit(base.AT.execute, undefined);
		expect(bench.sent()).toBe("AT\r");
		bench.now = 900;
		bench.says("\r\n");
		expect(probe.outcome).toBeUndefined();
		bench.now = 1000;
		bench.channel.expire(bench.now);
		expect(probe.outcome?.error?.code).toBe("timeout");
		const again = bench.submit(base.AT.execute, undefined);
		expect(bench.sent()).toBe("AT\r");
		bench.says("\r\nOK\r\n");
		expect(again.outcome?.error).toBeUndefined();
		expect(bench.unknown).toEqual([]);
	});
});

describe("starting", () => {
	test("the lines of a boot are a boot, and none of them is unknown", () => {
		const boot = "\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\n+IP: 100.85.29.214\r\n\r\n+IP: 2001:db8::17\r\n";
		for (const feed of feeds(boot)) {
			const bench = new Bench(quectelBc660k);
			bench.says(boot, feed);
			expect(bench.reports).toEqual([
				["booted"],
				["functionality", 1],
				["simState", "READY"],
				["addressed", 0, "100.85.29.214"],
				["addressed", 0, "2001:db8::17"],
			]);
			expect(bench.unknown).toEqual([]);
		}
	});
	test("an answer about the rate of the UART is no address", () => {
		const bench = new Bench(quectelBc660k);
		expect(bench.exchange(base.IPR.read, undefined, "\r\n+IPR: 115200\r\n\r\nOK\r\n").outcome?.result).toEqual({ rate: 115_200 });
		expect(bench.reports).toEqual([]);
	});
	test("pins: RESET_N low for 500 ms, then 600 ms of rest", () => {
		expect(quectelBc660k.pins).toEqual({ reset: { asserted: 0 }, wake: { asserted: 0 } });
		for (const procedure of [procedures.powerOn!, procedures.reset!]) {
			expect(procedure.map(step => (step.kind === "pulse" ? [step.pin, step.ms] : step.kind === "pause" ? step.ms : step.kind))).toEqual([
				["reset", 500],
				600,
			]);
		}
	});
	test("restart and power-off by command", () => {
		expect(procedures.restart!.map(step => written(step))).toEqual(["AT+QRST=1"]);
		expect(procedures.powerOff!.commands.map(step => written(step))).toEqual(["AT+QPOWD=0"]);
	});
});

describe("initialising", () => {
	const [noSleep, psmEvents, sleepEvents, dataFormat] = procedures.initialize!;
	test("what is written, when it must be", () => {
		expect(procedures.initialize!.map(step => written(step))).toEqual([
			"AT+QSCLK=0",
			"AT+QNBIOTEVENT=1,1",
			'AT+QCFG="dsevent",1',
			'AT+QICFG="dataformat",1,1',
		]);
		expect(noSleep?.kind).toBe("send");
	});
	test("what the module keeps is read first", () => {
		expect(read(psmEvents!, "\r\n+QNBIOTEVENT: 1,1\r\n\r\nOK\r\n")).toEqual({ sent: "AT+QNBIOTEVENT?", same: true });
		expect(read(psmEvents!, "\r\n+QNBIOTEVENT: 0,1\r\n\r\nOK\r\n").same).toBe(false);
		expect(read(sleepEvents!, '\r\n+QCFG: "dsevent",1\r\n\r\nOK\r\n')).toEqual({ sent: 'AT+QCFG="dsevent"', same: true });
		expect(read(sleepEvents!, '\r\n+QCFG: "dsevent",0\r\n\r\nOK\r\n').same).toBe(false);
		expect(read(dataFormat!, '\r\n+QICFG: "dataformat",1,1\r\n\r\nOK\r\n')).toEqual({ sent: 'AT+QICFG="dataformat"', same: true });
		expect(read(dataFormat!, '\r\n+QICFG: "dataformat",0,0\r\n\r\nOK\r\n').same).toBe(false);
		expect(read(dataFormat!, '\r\n+QICFG: "dataformat",1,0\r\n\r\nOK\r\n').same).toBe(false);
		expect(read(dataFormat!, '\r\n+QICFG: "dataformat",0,1\r\n\r\nOK\r\n').same).toBe(false);
		expect(read(dataFormat!, "\r\nERROR\r\n").same).toBeUndefined();
	});
	test("sleep events may be refused, the data format may not", () => {
		expect([psmEvents, sleepEvents, dataFormat].map(step => (step as SettingStep).onError)).toEqual(["ignore", "ignore", "fail"]);
	});
});

describe("the definition of context 0", () => {
	const [define] = procedures.define!;
	const with_ = (some: Partial<Settings>): Settings => ({ ...settings, ...some });
	test("is read, compared, and written only when it differs; then the module restarts", () => {
		expect(read(define!, '\r\n+QCGDEFCONT: "IPV4V6","iot.example"\r\n\r\nOK\r\n')).toEqual({ sent: "AT+QCGDEFCONT?", same: true });
		expect(read(define!, '\r\n+QCGDEFCONT: "IPV4V6","iot.example","",""\r\n\r\nOK\r\n').same).toBe(true);
		expect(read(define!, '\r\n+QCGDEFCONT: "IP","iot.example"\r\n\r\nOK\r\n').same).toBe(false);
		expect(read(define!, '\r\n+QCGDEFCONT: "IPV4V6","other"\r\n\r\nOK\r\n').same).toBe(false);
		expect(read(define!, '\r\n+QCGDEFCONT: "IPV4V6"\r\n\r\nOK\r\n').same).toBe(false);
		expect(read(define!, '\r\n+QCGDEFCONT: "IPV4V6","any"\r\n\r\nOK\r\n', with_({ apn: undefined })).same).toBe(true);
		expect(read(define!, '\r\n+QCGDEFCONT: "IPV4V6","iot.example"\r\n\r\nOK\r\n', with_({ user: "u" })).same).toBe(false);
		expect(read(define!, '\r\n+QCGDEFCONT: "IPV4V6","iot.example","u"\r\n\r\nOK\r\n', with_({ user: "u" })).same).toBe(true);
		expect((define as SettingStep).restart).toBe(true);
	});
	test("is spelled as the module wants it", () => {
		expect(written(define!)).toBe('AT+QCGDEFCONT="IPV4V6","iot.example"');
		expect(written(define!, with_({ apn: undefined, pdpType: "IPV6" }))).toBe('AT+QCGDEFCONT="IPV6"');
		expect(written(define!, with_({ pdpType: "IP", user: "u", password: "p", auth: "chap" }))).toBe(
			'AT+QCGDEFCONT="IP","iot.example","u","p",2',
		);
	});
	test("no trace shows the credentials", () => {
		expect((define as SettingStep).write.rule.redact).toEqual([2, 3]);
	});
});

describe("sleep", () => {
	test("allowed and forbidden by +QSCLK, woken by PSM_EINT", () => {
		expect(sleep.allow.map(step => written(step))).toEqual(["AT+QSCLK=1"]);
		expect(sleep.forbid.map(step => written(step))).toEqual(["AT+QSCLK=0"]);
		expect(sleep.wakePins?.map(step => (step.kind === "pulse" ? [step.pin, step.ms] : step.kind))).toEqual([["wake", 100]]);
		// The capture needed 1.8 s; all tries together must outlast that.
		expect(sleep.probe.answerMs * sleep.probe.times).toBeGreaterThan(1817);
	});
	test("the module's reports, also in the middle of a command", () => {
		const bench = new Bench(quectelBc660k);
		const reply = '\r\n+QNBIOTEVENT: "ENTER PSM"\r\n\r\n+CSQ: 11,0\r\n\r\nOK\r\n';
		expect(bench.exchange(base.CSQ.execute, undefined, reply).outcome?.result).toEqual({ rssi: 11, ber: 0 });
		bench.says('\r\n+QNBIOTEVENT: "ENTER DEEPSLEEP"\r\n\r\n+QNBIOTEVENT: "EXIT DEEPSLEEP"\r\n\r\n+QNBIOTEVENT:"EXIT PSM"\r\n');
		bench.says('\r\n+QNBIOTEVENT: "SOMETHING NEW"\r\n');
		expect(bench.reports).toEqual([
			["sleeping", "psm"],
			["sleeping", "deep"],
			["sleeping", "awake"],
			["sleeping", "awake"],
		]);
		expect(bench.unknown).toEqual([]);
	});
	test("a report while its own setting is read is a report", () => {
		const bench = new Bench(quectelBc660k);
		const [, psmEvents] = procedures.initialize!;
		const holder = bench.submit((psmEvents as SettingStep).read, undefined);
		bench.sent();
		bench.says('\r\n+QNBIOTEVENT: "EXIT PSM"\r\n\r\n+QNBIOTEVENT: 1,1\r\n\r\nOK\r\n');
		expect(bench.reports).toEqual([["sleeping", "awake"]]);
		expect(holder.outcome?.result).toEqual({ enable: 1, event: 1 });
	});
});

describe("reports of 27.007 in this driver's channel", () => {
	test("registration while the read command runs: both are told apart", () => {
		const bench = new Bench(quectelBc660k);
		const reply =
			'\r\n+CEREG: 5,"0001","0000ABCD",9,,,"00100011","00101010"\r\n\r\n+CEREG: 5,2\r\n\r\n+CSCON: 1\r\n\r\nOK\r\n\r\n+CEREG: 5,"0001","0000ABCE",9\r\n';
		const { outcome } = bench.exchange(base.CEREG.read, undefined, reply);
		expect(outcome?.lines).toEqual(["+CEREG: 5,2"]);
		expect(bench.reports.map(report => [report[0], (report[2] as { ci?: string })?.ci])).toEqual([
			["registration", "0000ABCD"],
			["signallingConnection", undefined],
			["registration", "0000ABCE"],
		]);
		expect(bench.reports[0]?.[2]).toMatchObject({ n: undefined, stat: 5, tac: 1, activeSeconds: 180, periodicTauSeconds: 36_000 });
	});
	test("F6: connection reports around the answer to +CFUN=0", () => {
		const bench = new Bench(quectelBc660k);
		const { outcome } = bench.exchange(base.CFUN.set, { fun: 0 }, "\r\n+CSCON:1\r\n\r\n+CSCON:0\r\n\r\nOK\r\n\r\n+CEREG:0\r\n");
		expect(outcome?.error).toBeUndefined();
		expect(bench.reports.map(report => report.slice(0, 2))).toEqual([
			["signallingConnection", true],
			["signallingConnection", false],
			["registration", "EPS"],
		]);
	});
	test("+CSCON in both forms", () => {
		const bench = new Bench(quectelBc660k);
		const { outcome } = bench.exchange(base.CSCON.read, undefined, "\r\n+CSCON: 1\r\n\r\n+CSCON: 1,0\r\n\r\nOK\r\n");
		expect(outcome?.result).toMatchObject({ n: 1, mode: 0 });
		expect(bench.reports).toEqual([["signallingConnection", true]]);
	});
	test("the SIM becomes ready while its PIN is taken", () => {
		const bench = new Bench(quectelBc660k);
		const { sent, outcome } = bench.exchange(base.CPIN.set, { pin: "1234" }, "\r\n+CPIN: READY\r\n\r\nOK\r\n");
		expect(sent).toBe('AT+CPIN="1234"\r');
		expect(outcome?.error).toBeUndefined();
		expect(bench.reports).toEqual([["simState", "READY"]]);
		expect(base.CPIN.set.rule.redact).toEqual([0, 1]);
	});
	test("contexts, eDRX and time", () => {
		const bench = new Bench(quectelBc660k);
		bench.says(
			'\r\n+CGEV: ME PDN ACT 0,0\r\n\r\n+CEDRXP: 5,"0011","0101","0011"\r\n\r\n+CTZE: "+32",0,"2023/12/14,09:01:13"\r\n\r\n+CTZV: +32\r\n',
		);
		expect(bench.reports).toEqual([
			["packetEvent", { kind: "activated", by: "mobile", pdn: true, cid: 0, reason: 0, otherCid: undefined }],
			["edrxGranted", { actType: 5, requestedSeconds: 40.96, grantedSeconds: 81.92, pagingWindowSeconds: 10.24 }],
			["networkTime", { utcMs: Date.UTC(2023, 11, 14, 1, 1, 13), quarterHours: 32 }],
		]);
		expect(bench.unknown).toEqual([]);
	});
});

describe("every driver's record", () => {
	const evidence = ["hardware", "transcript", "manual", "specification", "inferred"];
	test.each(drivers.map(driver => [driver.id, driver] as const))("%s", (id, driver) => {
		expect(id.startsWith(`${driver.vendor.toLowerCase()}-`)).toBe(true);
		expect(driver.models.length).toBeGreaterThan(0);
		expect(driver.documents.length).toBeGreaterThan(0);
		expect(Object.isFrozen(driver)).toBe(true);
		for (const [name, capability] of Object.entries(driver.capabilities)) {
			expect(evidence, name).toContain(capability?.evidence);
			expect(capability?.source.length, name).toBeGreaterThan(0);
		}
	});
	test("ids are unique", () => {
		expect(new Set(drivers.map(driver => driver.id)).size).toBe(drivers.length);
	});
});
