import { describe, expect, test } from "vitest";
import { quectelEc800m } from "../../drivers/cat1/quectel-ec800m.js";
import { QIACT, QICSGP } from "../../drivers/dialect/quectel-lte-device.js";
import * as base from "../../sdk/3gpp/commands.js";
import { decodeRegistration, RegistrationReport } from "../../sdk/3gpp/registration.js";
import type { Driver, GnssDialect, GnssReport, GnssStep, SendStep, SettingStep } from "../../sdk/modem/driver.js";
import { acceptsModel } from "../../sdk/modem/lifecycle.js";
import { lineOf } from "../3gpp/line.js";
import { Bench, feeds } from "./bench.js";
import { read, settings, written } from "./steps.js";

const driver: Driver = quectelEc800m;
const procedures = driver.procedures!;

describe("the capture of EC800M-CN, firmware EC800MCNGAR06A06M08", () => {
	test("identity, with echo, and the model is one of the driver's", () => {
		const bench = new Bench(driver);
		const reply = "ATI\r\r\nQuectel\r\nEC800M\r\nRevision: EC800MCNGAR06A06M08\r\n\r\nOK\r\n";
		const { outcome } = bench.exchange(base.ATI.execute, undefined, reply);
		expect(outcome?.lines).toEqual(["Quectel", "EC800M", "Revision: EC800MCNGAR06A06M08"]);
		expect(acceptsModel(driver.models, "EC800M")).toBe(true);
		expect(acceptsModel(driver.models, "EC800")).toBe(false);
		expect(acceptsModel(driver.models, "EC800MX")).toBe(false);
	});
	test("the stack's context, as the capture has it", () => {
		const bench = new Bench(driver);
		const context = { context: 1, type: 1, apn: "CTNET", user: "", password: "", auth: 1 };
		const { sent, outcome } = bench.exchange(QICSGP.set, context, "\r\nOK\r\n");
		expect(sent).toBe('AT+QICSGP=1,1,"CTNET","","",1\r');
		expect(outcome?.error).toBeUndefined();
		expect(QICSGP.set.rule.redact).toEqual([3, 4]);
	});
	test("activation, its state, and signal", () => {
		const reply = '\r\n+QIACT: 1,1,1,"10.238.250.166"\r\n\r\nOK\r\n';
		for (const feed of feeds(reply)) {
			const bench = new Bench(driver);
			expect(bench.exchange(QIACT.read, undefined, reply, feed).outcome?.lines).toEqual(['+QIACT: 1,1,1,"10.238.250.166"']);
		}
		expect(new Bench(driver).exchange(base.CSQ.execute, undefined, "\r\n+CSQ: 29,99\r\n\r\nOK\r\n").outcome?.result).toEqual({
			rssi: 29,
			ber: 99,
		});
	});
});

describe("starting", () => {
	test("the reports of a start, in either order, byte by byte; none is unknown", () => {
		for (const last of ["\r\n+QIND: SMS DONE\r\n\r\n+QIND: PB DONE\r\n", "\r\n+QIND: PB DONE\r\n\r\n+QIND: SMS DONE\r\n"]) {
			const boot = `\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\n+QUSIM: 1\r\n${last}`;
			for (const feed of feeds(boot)) {
				const bench = new Bench(driver);
				bench.says(boot, feed);
				expect(bench.reports).toEqual([["booted"], ["functionality", 1], ["simState", "READY"]]);
				expect(bench.unknown).toEqual([]);
			}
		}
	});
	test("F5: they may come in place of the answer to the first command", () => {
		const bench = new Bench(driver);
		const { outcome } = bench.exchange(
			base.AT.execute,
			undefined,
			"\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\n+QUSIM: 1\r\n\r\n+QIND: SMS DONE\r\n\r\n+QIND: PB DONE\r\n",
		);
		expect(outcome).toBeUndefined();
		expect(bench.unknown).toEqual([]);
	});
	test("pins: PWRKEY low for 500 ms, RESET low for 300 ms", () => {
		expect(driver.pins).toEqual({ power: { asserted: 0 }, reset: { asserted: 0 }, wake: { asserted: 0 } });
		expect(procedures.powerOn).toMatchObject([{ kind: "pulse", pin: "power", ms: 500 }]);
		expect(procedures.reset).toMatchObject([{ kind: "pulse", pin: "reset", ms: 300 }]);
		expect(driver.boot.banners).toEqual(["RDY"]);
	});
	test("off by command, and the module says so", () => {
		expect(procedures.powerOff!.commands.map(step => written(driver, step))).toEqual(["AT+QPOWD=0"]);
		const bench = new Bench(driver);
		bench.says("\r\nPOWERED DOWN\r\n\r\nNORMAL POWER DOWN\r\n");
		expect(bench.reports).toEqual([
			["sleeping", "off"],
			["sleeping", "off"],
		]);
	});
	test("what is set after each start", () => {
		expect(procedures.initialize!.map(step => written(driver, step))).toEqual([
			"AT+QSCLK=0",
			'AT+QURCCFG="urcport","uart1"',
			"AT+QISDE=0",
			'AT+QICFG="dataformat",0,0',
			'AT+QICFG="viewmode",0',
		]);
		const port = procedures.initialize![1]!;
		expect(read(driver, port, '\r\n+QURCCFG: "urcport","uart1"\r\n\r\nOK\r\n')).toEqual({ sent: 'AT+QURCCFG="urcport"', same: true });
		expect(read(driver, port, '\r\n+QURCCFG: "urcport","usbat"\r\n\r\nOK\r\n').same).toBe(false);
		expect(procedures.initialize!.map(step => (step as SettingStep).onError)).toEqual(Array(5).fill("ignore"));
		const [, , , format, view] = procedures.initialize!;
		expect(read(driver, format!, '\r\n+QICFG: "dataformat",0,0\r\n\r\nOK\r\n')).toEqual({ sent: 'AT+QICFG="dataformat"', same: true });
		expect(read(driver, format!, '\r\n+QICFG: "dataformat",0,1\r\n\r\nOK\r\n').same).toBe(false);
		expect(read(driver, view!, '\r\n+QICFG: "viewmode",0\r\n\r\nOK\r\n').same).toBe(true);
		expect(read(driver, view!, '\r\n+QICFG: "viewmode",1\r\n\r\nOK\r\n').same).toBe(false);
	});
});

describe("contexts", () => {
	const [context, copy, secret] = procedures.define!;
	test("the default bearer's is read, compared and written when it differs", () => {
		expect(read(driver, context!, '\r\n+CGDCONT: 1,"IPV4V6","iot.example","0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",0,0\r\n\r\nOK\r\n')).toEqual({
			sent: "AT+CGDCONT?",
			same: true,
		});
		const others = '\r\n+CGDCONT: 1,"IP","iot.example"\r\n+CGDCONT: 2,"IPV4V6","iot.example"\r\n\r\nOK\r\n';
		expect(read(driver, context!, others).same).toBe(false);
		expect(read(driver, context!, "\r\nOK\r\n").same).toBe(false);
		expect(read(driver, context!, '\r\n+CGDCONT: 1,"IPV4V6","any"\r\n\r\nOK\r\n', { apn: undefined }).same).toBe(true);
		expect(written(driver, context!)).toBe('AT+CGDCONT=1,"IPV4V6","iot.example"');
	});
	test("the stack's copy is read, compared and written, where there are no credentials", () => {
		expect(read(driver, copy!, '\r\n+QICSGP: 3,"iot.example","","",0\r\n\r\nOK\r\n')).toEqual({ sent: "AT+QICSGP=1", same: true });
		expect(read(driver, copy!, '\r\n+QICSGP: 1,"iot.example","","",0\r\n\r\nOK\r\n').same).toBe(false);
		expect(read(driver, copy!, '\r\n+QICSGP: 3,"iot.example","old","old",1\r\n\r\nOK\r\n').same).toBe(false);
		expect(read(driver, copy!, '\r\n+QICSGP: 3,"","","",0\r\n\r\nOK\r\n', { apn: undefined }).same).toBe(true);
		expect(read(driver, copy!, "\r\nERROR\r\n").same).toBeUndefined();
		expect(written(driver, copy!)).toBe('AT+QICSGP=1,3,"iot.example","","",0');
		expect(written(driver, copy!, { pdpType: "IPV6", apn: undefined, auth: "chap" })).toBe('AT+QICSGP=1,2,"","","",0');
		expect((secret as SendStep).params({ ...settings })).toBeUndefined();
	});
	test("and with credentials written unread, as the answer would show them", () => {
		const wanted = { user: "u", password: "p" };
		expect((copy as SettingStep).readParams({ ...settings, ...wanted })).toBeUndefined();
		expect(written(driver, secret!, { ...wanted, pdpType: "IP", auth: "pap" })).toBe('AT+QICSGP=1,1,"iot.example","u","p",1');
		expect(written(driver, secret!, { ...wanted, auth: "chap" })).toBe('AT+QICSGP=1,3,"iot.example","u","p",2');
		expect((secret as SendStep).command.rule.redact).toEqual([3, 4]);
	});
	test("F18: an active context is not activated", () => {
		const [activate] = procedures.activate!;
		expect(read(driver, activate!, '\r\n+QIACT: 1,1,1,"10.238.250.166"\r\n\r\nOK\r\n')).toEqual({ sent: "AT+QIACT?", same: true });
		expect(read(driver, activate!, '\r\n+QIACT: 2,1,1,"10.0.0.1"\r\n\r\nOK\r\n').same).toBe(false);
		expect(read(driver, activate!, "\r\n+QIACT: 1,0,1\r\n\r\nOK\r\n").same).toBe(false);
		expect(read(driver, activate!, "\r\nOK\r\n").same).toBe(false);
		expect(written(driver, activate!)).toBe("AT+QIACT=1");
	});
	test("registration of LTE: the highest mode first, down to the one that every module of the family has", () => {
		const report = new RegistrationReport();
		expect(decodeRegistration(lineOf('+CEREG: 2,1,"5141","0521870C",7'), "EPS", "read", report)).toBe(true);
		expect(report).toMatchObject({ stat: 1, tac: 0x5141, act: 7 });
		expect(driver.registration).toEqual({ domain: "EPS", mode: 5, fallbacks: [4, 3, 2] });
		expect(driver.edrxActType).toBe(4);
	});
});

describe("sleep", () => {
	test("allowed and forbidden by +QSCLK, woken by DTR; nothing tells of PSM", () => {
		const sleep = driver.sleep!;
		expect(sleep.allow.map(step => written(driver, step))).toEqual(["AT+QSCLK=1"]);
		expect(sleep.forbid.map(step => written(driver, step))).toEqual(["AT+QSCLK=0"]);
		expect(sleep.wakePins).toMatchObject([{ kind: "pulse", pin: "wake" }]);
		expect(sleep).toMatchObject({ reportsPsm: false, keepsSockets: false });
	});
});

describe("the receiver", () => {
	const gnss: GnssDialect = driver.gnss!;
	function sent(step: GnssStep, value: number): string {
		const bench = new Bench(driver);
		bench.submit(step.command, typeof step.params === "function" ? step.params({ systems: [], value }) : step.params);
		return bench.sent().slice(0, -1);
	}
	const position = (line: string): [boolean, Partial<GnssReport>] => {
		const into = {} as GnssReport;
		return [gnss.read!.decode!(lineOf(line), into), into];
	};
	test("is set to the systems that are asked for, BeiDou first, and switched on and off", () => {
		expect(gnss.choices[0]).toEqual({ systems: ["gps", "beidou"], value: 1 });
		expect(gnss.start.map(step => sent(step, 1))).toEqual(['AT+QGPSCFG="gnssconfig",1', "AT+QGPS=1"]);
		expect(gnss.stop.map(step => sent(step, 1))).toEqual(["AT+QGPSEND"]);
		expect(gnss.causes).toEqual({ noFix: [516], alreadyOn: [504], off: [505] });
	});
	test("a position, in degrees", () => {
		const bench = new Bench(driver);
		const reply = "\r\n+QGPSLOC: 061951.000,31.84531,-117.19862,0.7,62.2,2,90.5,36.0,19.4,110126,09\r\n\r\nOK\r\n";
		const { sent: asked, outcome } = bench.exchange(gnss.read!.command, gnss.read!.params, reply);
		expect(asked).toBe("AT+QGPSLOC=2\r");
		expect(position(outcome!.lines[0]!)).toEqual([
			true,
			{
				latitude: 31.84531,
				longitude: -117.19862,
				hdop: 0.7,
				altitudeMetres: 62.2,
				courseDegrees: 90.5,
				speedMetresPerSecond: 10,
				satellites: 9,
				utcMs: Date.UTC(2026, 0, 11, 6, 19, 51),
			},
		]);
	});
	test("what is empty is not known, and a line without a place is no position", () => {
		const [isPosition, report] = position("+QGPSLOC: ,31.8,117.1,,,,,,,,");
		expect(isPosition).toBe(true);
		expect(report).toEqual({
			latitude: 31.8,
			longitude: 117.1,
			hdop: undefined,
			altitudeMetres: undefined,
			courseDegrees: undefined,
			speedMetresPerSecond: undefined,
			satellites: undefined,
			utcMs: undefined,
		});
		expect(position("+QGPSLOC: 061951.000,,117.1,0.7,62.2,2,90.5,36.0,19.4,110126,09")[0]).toBe(false);
		expect(position("+QGPSLOC:")[0]).toBe(false);
		expect(position("+QGPSLOC: 1,3x,4y")[0]).toBe(false);
		expect(position("+QGPSLOC: 99:99,31.8,117.1,0.7,62.2,2,90.5,36.0,19.4,11-1-26,09")[1].utcMs).toBeUndefined();
	});
	test("no position yet is a number of its own", () => {
		const bench = new Bench(driver);
		expect(bench.exchange(gnss.read!.command, gnss.read!.params, "\r\n+CME ERROR: 516\r\n").outcome?.error).toMatchObject({
			code: "cme",
			number: 516,
		});
	});
});
