import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { drivers } from "../../drivers/index.js";
import { quectelBc95 } from "../../drivers/nbiot/quectel-bc95.js";
import { replay } from "../../host-sim/apps/replay-transcript.js";
import * as base from "../../sdk/3gpp/commands.js";
import { decodeRegistration, RegistrationReport } from "../../sdk/3gpp/registration.js";
import type { Driver, SendStep, SettingStep, Settings, Signal, Step } from "../../sdk/modem/driver.js";
import { acceptsModel } from "../../sdk/modem/lifecycle.js";
import { lineOf } from "../3gpp/line.js";
import { Bench, feeds } from "./bench.js";

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
const procedures = (quectelBc95 as Driver).procedures!;

function paramsOf(params: unknown, wanted: Settings): unknown {
	return typeof params === "function" ? params(wanted) : params;
}
/** What a step writes, without its CR. */
function written(step: Step, wanted: Settings = settings): string {
	const send = step as SendStep | SettingStep;
	const bench = new Bench(quectelBc95);
	bench.submit(send.kind === "setting" ? send.write : send.command, paramsOf(send.params, wanted));
	return bench.sent().slice(0, -1);
}
/** What a setting reads, and whether an answer to it counts as "as wanted". */
function read(step: Step, reply: string, wanted: Settings = settings): { sent: string; same: boolean | undefined } {
	const setting = step as SettingStep;
	const bench = new Bench(quectelBc95);
	const { sent, outcome } = bench.exchange(setting.read, paramsOf(setting.readParams, wanted), reply);
	const same = () =>
		setting.sameLine ? outcome?.lines.some(line => setting.sameLine?.(lineOf(line), wanted)) : setting.same?.(outcome?.result, wanted);
	return { sent: sent.slice(0, -1), same: outcome?.error ? undefined : same() };
}
function transcript(name: string): string {
	return readFileSync(fileURLToPath(new URL(`../transcripts/${name}.at`, import.meta.url)), "utf8");
}

describe("captures", () => {
	test("boot by AT+NRB and queries: nothing but the garbage is unknown, and the boot is a boot", () => {
		const result = replay(transcript("quectel-bc95.nrb-boot-cdp"), { driver: quectelBc95 });
		expect(result).toEqual({
			driver: "quectel-bc95",
			exchanges: 20,
			urcs: ["Boot:", "Security", "Protocol", "Apps", "REBOOT_CAUSE_", "Neul"],
			unknownLines: ["H?", "+NSMI:SENT"],
			errors: [],
			ok: true,
		});
	});
	test("a UDP exchange of firmware that hints", () => {
		expect(replay(transcript("quectel-bc95.udp-socket"), { driver: quectelBc95 })).toMatchObject({
			urcs: ["+NSONMI"],
			unknownLines: [],
			ok: true,
		});
	});
	test("creating a socket on BC28", () => {
		expect(replay(transcript("quectel-bc28.cfun-nsocr"), { driver: quectelBc95 })).toMatchObject({
			unknownLines: [],
			errors: [],
			ok: true,
		});
	});
	test("the answer to AT+CGMR is no boot report, for all that it looks like one", () => {
		const lines = ["SSB,V150R100C10B200SP1", "SECURITY_A,V150R100C20B300SP2", "PROTOCOL_A,V150R100C20B300SP2", "RADIO,Hi2115_RF1"];
		const bench = new Bench(quectelBc95);
		const { outcome } = bench.exchange(base.CGMR.execute, undefined, `\r\n${lines.join("\r\n")}\r\n\r\nOK\r\n`);
		expect(outcome?.lines).toEqual(lines);
		expect(bench.unknown).toEqual([]);
	});
});

describe("starting", () => {
	const boot =
		"\r\nREBOOTING\r\nH\xe9\xaa?\x81\r\nBoot: Unsigned\r\nSecurity B.. Verified\r\nProtocol A.. Verified\r\nApps A...... Verified\r\n\r\nREBOOT_CAUSE_APPLICATION_AT\r\nNeul \r\nOK\r\n";
	test("AT+NRB ends with REBOOTING; the rest of the boot is nobody's answer, however the bytes arrive", () => {
		for (const feed of feeds(boot)) {
			const bench = new Bench(quectelBc95);
			const restart = bench.submit((procedures.restart![0] as SendStep).command, undefined);
			expect(bench.sent()).toBe("AT+NRB\r");
			bench.says(boot, feed);
			expect(restart.outcome).toEqual({ error: undefined, result: undefined, lines: [] });
			expect(bench.reports).toEqual([["booted"]]);
			expect(bench.unknown.length).toBe(1);
			expect(bench.channel.strayResults).toBe(1);
			const probe = bench.submit(base.AT.execute, undefined);
			expect(bench.sent()).toBe("AT\r");
			bench.says("\r\nOK\r\n");
			expect(probe.outcome?.error).toBeUndefined();
		}
	});
	test.each(["SECURITY_PMU_POWER_ON_RESET", "SECURITY_RESET_PIN", "APPLICATION_RTC", "SECURITY_WATCHDOG"])("REBOOT_CAUSE_%s", cause => {
		const bench = new Bench(quectelBc95);
		bench.says(`\r\nREBOOT_CAUSE_${cause}\r\nNeul \r\nOK\r\n`);
		expect(bench.reports).toEqual([["booted"]]);
		expect(bench.unknown).toEqual([]);
	});
	test("9,600 bit/s without flow control; RESET for 300 ms; nothing switches it on or off", () => {
		expect(quectelBc95.uart).toMatchObject({ baud: 9600, flowControl: "none" });
		expect(procedures.reset!.map(step => (step.kind === "pulse" ? [step.pin, step.ms] : step.kind))).toEqual([["reset", 300]]);
		expect([procedures.powerOn, procedures.powerOff]).toEqual([undefined, undefined]);
	});
	test("models: as they call themselves", () => {
		const accepted = ["Quectel BC95-G", "BC95GJB-02-STD", "BC28JA-02-STD", "bc28", "Quectel_BC28"];
		expect(accepted.filter(model => !acceptsModel(quectelBc95.models, model))).toEqual([]);
		expect(["BC95HB-02-STD_900", "BC26", "BC280", "BC660K-GL"].filter(model => acceptsModel(quectelBc95.models, model))).toEqual([]);
		expect(drivers.find(driver => driver.id === "quectel-bc95")).toBe(quectelBc95);
	});
});

describe("initialising", () => {
	const [autoConnect, cloud, psmReports, push] = procedures.initialize!;
	test("what is written, when it must be; the band is left alone", () => {
		expect(procedures.initialize!.map(step => written(step))).toEqual([
			"AT+NCONFIG=AUTOCONNECT,FALSE",
			"AT+QREGSWT=2",
			"AT+NPSMR=1",
			"AT+NSONMI=2",
		]);
	});
	test("each is read first, and may be missing", () => {
		const nconfig = (value: string) => `\r\n+NCONFIG:AUTOCONNECT,${value}\r\n+NCONFIG:CR_0354_0338_SCRAMBLING,FALSE\r\n\r\nOK\r\n`;
		expect(read(autoConnect!, nconfig("FALSE"))).toEqual({ sent: "AT+NCONFIG?", same: true });
		expect(read(autoConnect!, nconfig("TRUE")).same).toBe(false);
		expect(read(cloud!, "\r\n+QREGSWT:2\r\n\r\nOK\r\n")).toEqual({ sent: "AT+QREGSWT?", same: true });
		expect(read(cloud!, "\r\n+QREGSWT:1\r\n\r\nOK\r\n").same).toBe(false);
		expect(read(psmReports!, "\r\n+NPSMR:1,0\r\n\r\nOK\r\n")).toEqual({ sent: "AT+NPSMR?", same: true });
		expect(read(psmReports!, "\r\n+NPSMR:0,0\r\n\r\nOK\r\n").same).toBe(false);
		expect(read(psmReports!, "\r\n+NPSMR:0\r\n\r\nOK\r\n").same).toBe(false);
		expect(read(push!, "\r\n+NSONMI:2\r\n\r\nOK\r\n")).toEqual({ sent: "AT+NSONMI?", same: true });
		expect(read(push!, "\r\n+NSONMI:1\r\n\r\nOK\r\n").same).toBe(false);
		expect(read(push!, "\r\nERROR\r\n").same).toBeUndefined();
		expect(procedures.initialize!.map(step => (step as SettingStep).onError)).toEqual(["ignore", "ignore", "ignore", "ignore"]);
		expect(procedures.initialize!.map(step => (step as SettingStep).restart)).toEqual([false, false, false, false]);
	});
});

describe("attaching", () => {
	const [radio, selection, attach] = procedures.attach!;
	test("radio, selection, attach, each only where it is not so already", () => {
		expect(procedures.attach!.map(step => written(step))).toEqual(["AT+CFUN=1", "AT+COPS=0", "AT+CGATT=1"]);
		expect(written(selection!, { ...settings, operator: "46000" })).toBe('AT+COPS=1,2,"46000"');
		expect(read(radio!, "\r\n+CFUN:1\r\n\r\nOK\r\n")).toEqual({ sent: "AT+CFUN?", same: true });
		expect(read(radio!, "\r\n+CFUN:0\r\n\r\nOK\r\n").same).toBe(false);
		expect(read(attach!, "\r\n+CGATT:1\r\n\r\nOK\r\n")).toEqual({ sent: "AT+CGATT?", same: true });
		expect(read(attach!, "\r\n+CGATT:0\r\n\r\nOK\r\n").same).toBe(false);
	});
	test("a selection that is as asked for is left alone", () => {
		const manual = { ...settings, operator: "46000" };
		expect(read(selection!, '\r\n+COPS:0,2,"46011"\r\n\r\nOK\r\n')).toEqual({ sent: "AT+COPS?", same: true });
		expect(read(selection!, '\r\n+COPS:1,2,"46000"\r\n\r\nOK\r\n').same).toBe(false);
		expect(read(selection!, '\r\n+COPS:1,2,"46000"\r\n\r\nOK\r\n', manual).same).toBe(true);
		expect(read(selection!, '\r\n+COPS:1,2,"46011"\r\n\r\nOK\r\n', manual).same).toBe(false);
		expect(read(selection!, "\r\n+COPS:0\r\n\r\nOK\r\n", manual).same).toBe(false);
		expect((selection as SettingStep).onError).toBe("ignore");
	});
});

describe("power saving", () => {
	const [timers] = procedures.psm!;
	const asked: Settings = {
		...settings,
		psm: { periodicTauSeconds: 36_000, activeSeconds: 180, periodicTauBits: "01000001", activeBits: "00100011" },
	};
	const off: Settings = { ...settings, psm: false };
	test("TAU first, without quotes; off", () => {
		expect(written(timers!, asked)).toBe("AT+CPSMS=1,,,01000001,00100011");
		expect(written(timers!, off)).toBe("AT+CPSMS=0");
	});
	test("read with or without quotes", () => {
		expect(read(timers!, "\r\n+CPSMS:1,,,01000001,00100011\r\n\r\nOK\r\n", asked)).toEqual({ sent: "AT+CPSMS?", same: true });
		expect(read(timers!, '\r\n+CPSMS: 1,,,"01000001","00100011"\r\n\r\nOK\r\n', asked).same).toBe(true);
		expect(read(timers!, "\r\n+CPSMS:1,,,01000001,00100010\r\n\r\nOK\r\n", asked).same).toBe(false);
		expect(read(timers!, "\r\n+CPSMS:1,,,01000010,00100011\r\n\r\nOK\r\n", asked).same).toBe(false);
		expect(read(timers!, "\r\n+CPSMS:0,,,01000001,00100011\r\n\r\nOK\r\n", asked).same).toBe(false);
		expect(read(timers!, "\r\n+CPSMS:0,,,01000001,00100011\r\n\r\nOK\r\n", off).same).toBe(true);
		expect(read(timers!, "\r\n+CPSMS:1,,,01000001,00100011\r\n\r\nOK\r\n", off).same).toBe(false);
	});
	test("entering and leaving is reported, also in the middle of a command", () => {
		const bench = new Bench(quectelBc95);
		const { outcome } = bench.exchange(base.CSQ.execute, undefined, "\r\n+NPSMR:0\r\n\r\n+CSQ:18,99\r\n\r\nOK\r\n");
		expect(outcome?.result).toEqual({ rssi: 18, ber: 99 });
		bench.says("\r\n+NPSMR:1\r\n");
		expect(bench.reports).toEqual([
			["sleeping", "awake"],
			["sleeping", "psm"],
		]);
	});
	test("entering it while the setting is read is a report", () => {
		const bench = new Bench(quectelBc95);
		const holder = bench.submit((procedures.initialize![2] as SettingStep).read, undefined);
		bench.sent();
		bench.says("\r\n+NPSMR:1\r\n\r\n+NPSMR:1,1\r\n\r\nOK\r\n");
		expect(holder.outcome?.result).toEqual({ n: 1, state: 1 });
		expect(bench.reports).toEqual([["sleeping", "psm"]]);
	});
	test("grants in +CEREG, nothing of it quoted", () => {
		const bench = new Bench(quectelBc95);
		bench.says("\r\n+CEREG:5,2C0F,077A7C82,9,,,00100011,00101010\r\n");
		expect(bench.reports).toMatchObject([
			["registration", "EPS", { stat: 5, tac: 0x2c0f, ci: "077A7C82", act: 9, activeSeconds: 180, periodicTauSeconds: 36_000 }],
		]);
		const { outcome } = bench.exchange(base.CEREG.read, undefined, "\r\n+CEREG:4,1,0001,077A7C82,9,,,00100011,00101010\r\n\r\nOK\r\n");
		const report = new RegistrationReport();
		expect(decodeRegistration(lineOf(outcome!.lines[0]!), "EPS", "read", report)).toBe(true);
		expect(report).toMatchObject({ n: 4, stat: 1, tac: 1, activeSeconds: 180 });
	});
});

describe("identity and signal", () => {
	const statistics = (answer: readonly string[]): Signal => {
		const bench = new Bench(quectelBc95);
		const { sent, outcome } = bench.exchange(quectelBc95.signal.command, undefined, `\r\n${answer.join("\r\n")}\r\n\r\nOK\r\n`);
		expect(sent).toBe("AT+NUESTATS\r");
		expect(bench.unknown).toEqual([]);
		const into = {} as Signal;
		for (const line of outcome!.lines) quectelBc95.signal.decode(lineOf(line), into);
		return into;
	};
	const captured = [
		"Signal power:-819",
		"Total power:-761",
		"TX power:230",
		"TX time:1144",
		"RX time:76193",
		"Cell ID:125414482",
		"ECL:0",
		"SNR:234",
		"EARFCN:2509",
		"PCI:226",
		"RSRQ:-108",
		"OPERATOR MODE:4",
	];
	const known = {
		rsrpDbm: -81.9,
		rssiDbm: -76.1,
		transmitDbm: 23,
		coverageLevel: 0,
		sinrDb: 23.4,
		earfcn: 2509,
		pci: 226,
		rsrqDb: -10.8,
	};
	test("statistics of the capture are tenths, with and without the newer prefixes", () => {
		expect(statistics(captured)).toEqual(known);
		expect(statistics(captured.map(line => `NUESTATS:RADIO,${line}`))).toEqual(known);
		expect(statistics(captured.map(line => `+NUESTATS:${line}`))).toEqual(known);
	});
	test("what is not known stays so", () => {
		expect(statistics(["Signal power:-32768", "TX power:-32768", "SNR:", "ECL:255", "PCI:x", "RSRQ", ":-108", "EARFCN:66436"])).toEqual({
			rsrpDbm: undefined,
			transmitDbm: undefined,
			sinrDb: undefined,
			coverageLevel: undefined,
			pci: undefined,
			earfcn: 66_436,
		});
	});
	test("the SIM's number is read", () => {
		const bench = new Bench(quectelBc95);
		const { sent, outcome } = bench.exchange(quectelBc95.iccid, undefined, "\r\n+NCCID:89860000000000000001\r\n\r\nOK\r\n");
		expect(sent).toBe("AT+NCCID?\r");
		expect(outcome?.lines).toEqual(["+NCCID:89860000000000000001"]);
	});
});
