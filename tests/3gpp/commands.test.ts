import { describe, expect, test } from "vitest";
import { baseUrcs } from "../../sdk/3gpp/base-urcs.js";
import * as commands from "../../sdk/3gpp/commands.js";
import { DecodedReports, type ThreeGppEvents } from "../../sdk/3gpp/events.js";
import { AtChannel } from "../../sdk/at/channel.js";
import type { Command } from "../../sdk/at/command.js";
import type { AtError } from "../../sdk/at/errors.js";
import type { AtLine } from "../../sdk/at/line.js";

interface Outcome {
	readonly sent: string;
	readonly error: AtError | undefined;
	readonly result: unknown;
	readonly lines: string[];
	readonly reports: unknown[][];
	readonly unknown: string[];
}

/** A module of 27.007 alone: submits, answers with these bytes, and says all that came of it. */
function exchange(command: Command<any, any>, params: unknown, reply: string): Outcome {
	const reports: unknown[][] = [];
	const unknown: string[] = [];
	const lines: string[] = [];
	const note =
		(name: string) =>
		(...values: unknown[]): void => {
			reports.push([name, ...values.map(value => (typeof value === "object" && value !== null ? { ...value } : value))]);
		};
	const context: ThreeGppEvents = {
		decoded: new DecodedReports(),
		registration: note("registration"),
		packetEvent: note("packetEvent"),
		signallingConnection: note("signallingConnection"),
		edrxGranted: note("edrxGranted"),
		simState: note("simState"),
		functionality: note("functionality"),
		networkTime: note("networkTime"),
	};
	const channel = new AtChannel<ThreeGppEvents>({
		context,
		urcs: baseUrcs,
		commandGapMs: 0,
		onUnknown: (_events, line) => unknown.push(line.toText()),
		onException: (_events, thrown) => {
			throw thrown;
		},
	});
	let error: AtError | undefined;
	let result: unknown;
	channel.submit(
		command,
		params,
		undefined,
		function (this: undefined, failure: AtError | undefined, value: unknown) {
			error = failure;
			result = value && { ...(value as object) };
		},
		undefined,
		function (this: undefined, line: AtLine) {
			lines.push(line.toText());
		},
	);
	let sent = "";
	for (let chunk = channel.transmit(512, 0); chunk !== undefined; chunk = channel.transmit(512, 0))
		sent += Buffer.from(chunk).toString("latin1");
	channel.receive(Buffer.from(reply, "latin1"), 0);
	return { sent: sent.replace(/\r$/, ""), error, result, lines, reports, unknown };
}
const ok = "\r\nOK\r\n";
const { ATE, ATZ, ATF, AT, CCLK, CEDRXS, CEREG, CFUN, CGACT, CGAUTH, CGDCONT, CGEREP, CGSN, CLCK, CMEE, COPS, CPIN, CPSMS, C5GREG } =
	commands;
const { CMGD, CMGF, CMGL, CMGL_TEXT, CMGR, CMGS, CMGS_TEXT, CNMI, CPMS, CSMP } = commands;

describe("what is written", () => {
	test.each([
		[AT.execute, undefined, "AT"],
		[ATE.set, { value: 0 }, "ATE0"],
		[ATZ.execute, undefined, "ATZ"],
		[ATF.execute, undefined, "AT&F"],
		[CMEE.set, { n: 1 }, "AT+CMEE=1"],
		[CFUN.set, { fun: 1, rst: 1 }, "AT+CFUN=1,1"],
		[CPIN.set, { pin: "12345678", newPin: "1234" }, 'AT+CPIN="12345678","1234"'],
		[CLCK.set, { facility: "SC", mode: 2 }, 'AT+CLCK="SC",2'],
		[CCLK.set, { time: "26/11/20,21:39:00+32" }, 'AT+CCLK="26/11/20,21:39:00+32"'],
		[COPS.set, { mode: 0 }, "AT+COPS=0"],
		[COPS.set, { mode: 1, format: 2, oper: "46000", act: 9 }, 'AT+COPS=1,2,"46000",9'],
		[COPS.set, { mode: 3, format: 2 }, "AT+COPS=3,2"],
		[CPSMS.set, { mode: 1, periodicTau: "01000001", activeTime: "00100011" }, 'AT+CPSMS=1,,,"01000001","00100011"'],
		[CPSMS.set, { mode: 0 }, "AT+CPSMS=0"],
		[CEDRXS.set, { mode: 2, actType: 5, requested: "0011" }, 'AT+CEDRXS=2,5,"0011"'],
		[CEREG.set, { n: 4 }, "AT+CEREG=4"],
		[C5GREG.set, { n: 3 }, "AT+C5GREG=3"],
		[CGDCONT.set, { cid: 1, pdpType: "IPV4V6", apn: "ctnb" }, 'AT+CGDCONT=1,"IPV4V6","ctnb"'],
		[CGDCONT.set, { cid: 0, pdpType: "IPV6" }, 'AT+CGDCONT=0,"IPV6"'],
		[CGDCONT.set, { cid: 2 }, "AT+CGDCONT=2"],
		[CGAUTH.set, { cid: 1, protocol: 2, user: "u", password: "p" }, 'AT+CGAUTH=1,2,"u","p"'],
		[CGACT.set, { state: 1, cid: 1 }, "AT+CGACT=1,1"],
		[CGEREP.set, { mode: 2, buffered: 1 }, "AT+CGEREP=2,1"],
		[CGSN.set, { snt: 1 }, "AT+CGSN=1"],
		[CMGF.set, { mode: 0 }, "AT+CMGF=0"],
		[CNMI.set, { mode: 2, mt: 1, bm: 0, ds: 1, bfr: 0 }, "AT+CNMI=2,1,0,1,0"],
		[CPMS.set, { memory1: "ME", memory2: "ME", memory3: "ME" }, 'AT+CPMS="ME","ME","ME"'],
		[CPMS.set, { memory1: "SR" }, 'AT+CPMS="SR"'],
		[CSMP.set, { firstOctet: 17, validity: 167, protocol: 0, coding: 8 }, "AT+CSMP=17,167,0,8"],
		[CMGS.set, { length: 19 }, "AT+CMGS=19"],
		[CMGS_TEXT.set, { to: "+8610086", type: 145 }, 'AT+CMGS="+8610086",145'],
		[CMGR.set, { index: 3 }, "AT+CMGR=3"],
		[CMGL.set, { status: 4 }, "AT+CMGL=4"],
		[CMGL_TEXT.set, { status: "ALL" }, 'AT+CMGL="ALL"'],
		[CMGD.set, { index: 3 }, "AT+CMGD=3"],
		[commands.dial("+8610086", 1000), undefined, "ATD+8610086;"],
		[commands.ATA.execute, undefined, "ATA"],
		[commands.ATH.execute, undefined, "ATH"],
		[commands.VTS.set, { tone: "#" }, "AT+VTS=#"],
		[commands.CEMODE.set, { mode: 2 }, "AT+CEMODE=2"],
		[commands.CRSM.set, { command: 176, fileId: 28539, p1: 0, p2: 0, p3: 12 }, "AT+CRSM=176,28539,0,0,12"],
		[
			commands.CRSM.set,
			{ command: 214, fileId: 28539, p1: 0, p2: 0, p3: 3, data: Uint8Array.of(0x64, 0xf0, 0x10) },
			'AT+CRSM=214,28539,0,0,3,"64F010"',
		],
	] as const)("%o with %o is %s", (command, params, line) => {
		expect(exchange(command as Command<any, any>, params, ok).sent).toBe(line);
	});
	test.each([
		["a PIN with a quote in it", CPIN.set, { pin: '12"34' }],
		["a context that there is not", CGDCONT.set, { cid: 16 }],
		["a mode that there is not", CEREG.set, { n: 6 }],
		["a timer of seven digits", CPSMS.set, { mode: 1, periodicTau: "0100000", activeTime: "00100011" }],
		["a PDP type that there is not", CGDCONT.set, { cid: 1, pdpType: "IPv6" }],
	] as const)("%s is refused before anything is sent", (_what, command, params) => {
		const { sent, error } = exchange(command as Command<any, any>, params, "");
		expect(sent).toBe("");
		expect(error?.code).toBe("malformed");
	});
	test("secrets are named for redaction, and CGAUTH cannot be read", () => {
		expect(CPIN.set.rule.redact).toEqual([0, 1]);
		expect(CLCK.set.rule.redact).toEqual([2]);
		expect(CGAUTH.set.rule.redact).toEqual([2, 3]);
		expect("read" in CGAUTH).toBe(false);
	});
	test("every declaration names its clause", () => {
		for (const forms of Object.values(commands))
			for (const form of Object.values(forms)) expect(form.spec).toMatch(/^(V\.250|TS 27\.00[57]) [A-Z]?[0-9.]+$|^vendors$/);
	});
});

describe("what other modules answer", () => {
	test("ML307R: operator by name, a bare model, IMEI behind its prefix", () => {
		expect(exchange(COPS.read, undefined, `\r\n+COPS: 0,0,"CHINA MOBILE",7\r\n${ok}`).result).toEqual({
			mode: 0,
			format: 0,
			oper: "CHINA MOBILE",
			act: 7,
		});
		expect(exchange(commands.CGMM.execute, undefined, `\r\nML307R\r\n${ok}`).lines).toEqual(["ML307R"]);
		expect(exchange(CGSN.set, { snt: 1 }, `\r\n+CGSN: 864098089000000\r\n${ok}`).result).toEqual({ serial: "864098089000000" });
	});
	test("an operator named OK ends nothing; unregistered has no name", () => {
		const { result, error } = exchange(COPS.read, undefined, `\r\n+COPS: 0,0,"OK",7\r\n${ok}`);
		expect([error, result]).toEqual([undefined, { mode: 0, format: 0, oper: "OK", act: 7 }]);
		expect(exchange(COPS.read, undefined, `\r\n+COPS: 0\r\n${ok}`).result).toEqual({
			mode: 0,
			format: undefined,
			oper: undefined,
			act: undefined,
		});
	});
	test("Balong: +CSQ with nothing", () => {
		expect(exchange(commands.CSQ.execute, undefined, `\r\n+CSQ:\r\n${ok}`).result).toEqual({ rssi: undefined, ber: undefined });
	});
	test("RM500U: echo with two CR, two active contexts, both families", () => {
		expect(exchange(CGACT.read, undefined, `AT+CGACT?\r\r\n+CGACT: 1,1\r\n+CGACT: 11,1\r\n${ok}`).lines).toEqual([
			"+CGACT: 1,1",
			"+CGACT: 11,1",
		]);
		const line = '+CGPADDR: 1,"10.5.116.238","240e:047e:32f1:0eca:18ca:b5ae:d4e9:a2ca"';
		expect(exchange(commands.CGPADDR.set, { cid: 1 }, `AT+CGPADDR=1\r\r\n${line}\r\n${ok}`).lines).toEqual([line]);
	});
	test("A7670E: a verbose error, and the report behind it", () => {
		const { error, reports } = exchange(
			CGACT.set,
			{ state: 1, cid: 1 },
			"\r\n+CME ERROR: requested service option not subscribed (#33)\r\n\r\n+CGEV: ME PDN DEACT 1\r\n",
		);
		expect(error?.code).toBe("cme");
		expect(error?.text).toBe("requested service option not subscribed (#33)");
		expect(reports.map(([name, event]) => [name, (event as { kind: string; cid: number }).kind, (event as { cid: number }).cid])).toEqual([
			["packetEvent", "deactivated", 1],
		]);
	});
	test("a lock's state, and a lock that is set answers nothing", () => {
		expect(exchange(CLCK.set, { facility: "SC", mode: 2 }, `\r\n+CLCK: 0\r\n${ok}`).result).toEqual({ status: 0 });
		expect(exchange(CLCK.set, { facility: "SC", mode: 1, password: "1234" }, ok).error).toBeUndefined();
	});
	test("SIM busy", () => {
		const { error } = exchange(CPIN.read, undefined, "\r\n+CME ERROR: 14\r\n");
		expect([error?.code, error?.number]).toEqual(["cme", 14]);
	});
});

describe("reports", () => {
	test.each([
		["+CREG: 2", "CS"],
		["%+CREG: 8", "CS"],
		["+CGREG: 1", "PS"],
		["+CEREG: 11", "EPS"],
		['+C5GREG: 1,"60AA00","939204254",11,1,"01"', "5GS"],
	])("%s is of %s", (line, domain) => {
		const { reports, unknown } = exchange(AT.execute, undefined, `\r\n${line}\r\n${ok}`);
		expect(reports.map(report => report.slice(0, 2))).toEqual([["registration", domain]]);
		expect(unknown).toEqual([]);
	});
	test("setting the mode answers nothing: what comes meanwhile is a report", () => {
		const { reports, lines, error } = exchange(C5GREG.set, { n: 2 }, `\r\n+C5GREG: 1,"60AA00","939204254",11\r\n${ok}`);
		expect(error).toBeUndefined();
		expect(lines).toEqual([]);
		expect(reports.map(report => report.slice(0, 2))).toEqual([["registration", "5GS"]]);
	});
	test("the answer of one domain is no report of another", () => {
		const { reports, lines } = exchange(
			C5GREG.read,
			undefined,
			`\r\n+CEREG: 1\r\n\r\n+C5GREG: 2,1,"60AA00","939204254",11,4,"01.010101"\r\n${ok}`,
		);
		expect(reports.map(report => report.slice(0, 2))).toEqual([["registration", "EPS"]]);
		expect(lines).toEqual(['+C5GREG: 2,1,"60AA00","939204254",11,4,"01.010101"']);
	});
	test("universal time, a time that is none, a zone alone", () => {
		const { reports, unknown } = exchange(
			AT.execute,
			undefined,
			`\r\n+CTZEU: +32,0,"2026/11/20,13:39:00"\r\n\r\n+CTZE: +32,0,"1980/01/06,00:00:00"\r\n\r\n+CTZV: +32\r\n${ok}`,
		);
		expect(reports).toEqual([["networkTime", { utcMs: Date.UTC(2026, 10, 20, 13, 39, 0), quarterHours: 32 }]]);
		expect(unknown).toEqual([]);
	});
	test("+CFUN and +CPIN answer the read and report otherwise", () => {
		const { reports, result } = exchange(CFUN.read, undefined, `\r\n+CFUN: 4\r\n\r\n+CPIN: NOT READY\r\n${ok}`);
		expect(result).toEqual({ fun: 4 });
		expect(reports).toEqual([["simState", "NOT READY"]]);
		expect(exchange(CPIN.read, undefined, `\r\n+CPIN: SIM PIN\r\n${ok}`).result).toEqual({ code: "SIM PIN" });
		expect(exchange(AT.execute, undefined, `\r\n+CFUN: 1\r\n${ok}`).reports).toEqual([["functionality", 1]]);
	});
});
