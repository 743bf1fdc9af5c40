import { describe, expect, test } from "vitest";
import { patient, visitTo } from "./clinic.js";

/** Everything that is said to a BC660K: nothing of it writes. */
const QUESTIONS = [
	"ATI",
	"AT+CGMI",
	"AT+CGMM",
	"AT+CGMR",
	"AT+CGSN=1",
	"AT+CFUN?",
	"AT+CPIN?",
	"AT+QCCID",
	"AT+C5GREG?",
	"AT+CEREG?",
	"AT+CGREG?",
	"AT+COPS?",
	"AT+CGATT?",
	"AT+CGDCONT?",
	"AT+CGACT?",
	"AT+CGPADDR",
	"AT+CGCONTRDP",
	"AT+CPSMS?",
	"AT+CEDRXS?",
	"AT+CEDRXRDP",
	"AT+CESQ",
	"AT+CSQ",
	"AT+QENG=0",
];

describe("a module that is well", () => {
	test("BC660K-GL: everything is read, nothing is changed, and the next step is a run", async () => {
		const module = (await patient("quectel-bc660k")).on();
		const writes = module.simulation.module.counters.nvramWrites;
		const { diagnosis, sent } = await module.visit();
		expect(diagnosis).toMatchObject({
			port: "/dev/ttyTEST",
			answers: true,
			usable: true,
			baud: 115_200,
			echo: true,
			module: { manufacturer: "Quectel_Ltd", model: "Quectel_BC660K-GL", revision: "BC660KGLAAR01A05", imei: "00101000*******" },
			driver: "quectel-bc660k",
			functionality: 1,
			sim: { state: "ready", said: "READY", iccid: "890000**********0001" },
			registration: [{ domain: "EPS", stat: 1, state: "registered, home network", isRegistered: true }],
			operator: { selection: "automatic", plmn: "00101", rat: "NB-IoT" },
			attached: true,
			problems: [],
			next: "the module is ready: xs-cellular run smart-meter --port /dev/ttyTEST --driver quectel-bc660k --apn NAME --server URL",
		});
		// QENG of the driver's own table: +CESQ of this module has no SINR.
		expect(diagnosis.signal).toMatchObject({ rsrpDbm: -100, sinrDb: 11, coverageLevel: 0, band: 20, verdict: "good" });
		expect(diagnosis.refused).toEqual(["+C5GREG?", "+CGREG?"]);
		expect(sent.filter(command => command !== "AT")).toEqual(QUESTIONS);
		expect(module.simulation.module.counters.nvramWrites).toBe(writes);
	});

	test("it slept: the command that woke it was lost, the next one was not", async () => {
		const { diagnosis, sent } = await (await patient("quectel-bc660k")).on(300).visit();
		expect(sent.slice(0, 3)).toEqual(["AT", "AT", "AT"]);
		expect(diagnosis).toMatchObject({ baud: 115_200, usable: true });
	});

	test("plain 27.007: both families, no driver, and that is no fault", async () => {
		const { diagnosis } = await (await patient("generic")).on().visit();
		expect(diagnosis.usable).toBe(true);
		expect(diagnosis.driver).toBeNull();
		expect(diagnosis.operator).toEqual({ selection: "automatic", name: "Test Network", plmn: null, rat: "LTE" });
		expect(diagnosis.contexts).toMatchObject([{ cid: 1, pdpType: "IPV4V6", apn: "iot.test", active: true }]);
		expect(diagnosis.addresses).toMatchObject({
			ipv6: expect.stringMatching(/^2001:db8:/),
			ipv4: expect.stringMatching(/^100\./),
			pending: false,
		});
		expect(diagnosis.notes).toEqual(['no driver of this package is for GENERIC-27007: the list is in "xs-cellular drivers"']);
		expect(diagnosis.next).toMatch(/^the module is fine; write a driver for it/);
	});

	test("echo off is seen and left off", async () => {
		const { diagnosis, sent } = await (await patient("generic")).on().tell("ATE0").visit();
		expect(diagnosis).toMatchObject({ echo: false, usable: true });
		expect(sent.some(command => command.startsWith("ATE"))).toBe(false);
	});

	test("PSM and eDRX as asked and as granted", async () => {
		const asked = ['AT+CPSMS=1,,,"01000001","00100011"', 'AT+CEDRXS=1,5,"0011"', "AT+CEREG=5", "AT+CFUN=0", "AT+CFUN=1"];
		const module = (await patient("generic")).on().tell(...asked);
		module.clock.run(module.clock.now() + 15_000);
		const { diagnosis } = await module.visit();
		const timers = { periodicTauSeconds: 36_000, activeSeconds: 180 };
		expect(diagnosis.psm).toEqual({ requested: timers, granted: timers });
		expect(diagnosis.edrx).toEqual({
			requested: { cycleSeconds: 40.96 },
			granted: { cycleSeconds: 40.96, pagingWindowSeconds: 2.56 },
		});
		expect(diagnosis.registration[0]).toMatchObject({ tac: "0002", ci: "00012A0B" });
	});

	test("PSM that was asked for and not granted is noted; so is a grant that nothing reports", async () => {
		const refusing = await patient("generic");
		refusing.simulation.network.setPsmPolicy({ grant: "refuse" });
		refusing.on().tell('AT+CPSMS=1,,,"01000001","00100011"', "AT+CEREG=5", "AT+CFUN=0", "AT+CFUN=1");
		refusing.clock.run(refusing.clock.now() + 15_000);
		const refused = (await refusing.visit()).diagnosis;
		// This network's line has no timers in mode 5 as long as it grants none.
		expect(refused.psm?.granted).toBe(false);
		expect(refused.notes).toContain("PSM was asked for and not granted: the APN or the operator's profile decides");
		const unreported = (await (await patient("generic")).on().tell('AT+CPSMS=1,,,"01000001","00100011"').visit()).diagnosis;
		expect(unreported.psm).toEqual({ requested: { periodicTauSeconds: 36_000, activeSeconds: 180 }, granted: null });
		expect(unreported.notes).toContain("whether PSM was granted is not reported: an application switches that on (+CEREG mode 4)");
	});
});

describe("the SIM", () => {
	const pin = { module: { sim: { pin: "4321" } } };

	test("no SIM, with numbered errors", async () => {
		const { diagnosis } = await (await patient("quectel-bc660k", { module: { sim: { inserted: false } } })).on().tell("AT+CMEE=1").visit();
		expect(diagnosis).toMatchObject({ answers: true, usable: false, sim: { state: "absent", said: "SIM not inserted", iccid: null } });
		expect(diagnosis.problems).toEqual([{ code: "simAbsent", message: "no SIM in the module" }]);
		expect(diagnosis.next).toBe("insert a SIM, switch the module off and on, then run doctor again");
	});

	test("no SIM, and the module says only ERROR: it is not made to say more", async () => {
		const { diagnosis, sent } = await (await patient("generic", { module: { sim: { inserted: false } } })).on().visit();
		expect(diagnosis.problems).toEqual([
			{ code: "simUnknown", message: "no SIM, or it does not start: the module says ERROR without a number (+CMEE is 0)" },
		]);
		expect(sent.filter(command => command.startsWith("AT+CMEE"))).toEqual(["AT+CMEE?"]);
	});

	test.each(["AT+CMEE=1", "AT+CMEE=0"])("a SIM that is still busy gets its time: %s", async errors => {
		const module = (await patient("generic")).on().tell(errors);
		module.simulation.module.faults.set("sim-busy", { times: 3 });
		const { diagnosis, sent } = await module.visit();
		expect(diagnosis.sim?.state).toBe("ready");
		expect(sent.filter(command => command === "AT+CPIN?")).toHaveLength(4);
	});

	test.each([
		["10", "absent"],
		["11", "pin"],
		["12", "puk"],
		["13", "failure"],
		["15", "failure"],
		["SIM PIN required", "pin"],
	])("+CME ERROR: %s is the state %s", async (error, state) => {
		const { diagnosis } = await visitTo(command =>
			command === "AT" ? "\r\nOK\r\n" : command === "AT+CPIN?" ? `\r\n+CME ERROR: ${error}\r\n` : "\r\nERROR\r\n",
		);
		expect(diagnosis.sim?.state).toBe(state);
	});

	test("it asks for its PIN: that is said, and none is tried", async () => {
		const { diagnosis, sent } = await (await patient("quectel-bc660k", pin)).on().visit();
		expect(diagnosis.sim).toMatchObject({ state: "pin", said: "SIM PIN", pinTriesLeft: 3 });
		expect(diagnosis.problems).toEqual([{ code: "simPin", message: "the SIM asks for its PIN (3 tries left); none was tried" }]);
		expect(diagnosis.next).toMatch(/^run with the SIM's PIN: xs-cellular run smart-meter --port \/dev\/ttyTEST .* --pin PIN /);
		expect(sent.filter(command => command.includes("CPIN"))).toEqual(["AT+CPIN?", "AT+CPINR"]);
		expect(JSON.stringify(diagnosis)).not.toContain("4321");
	});

	test("one try left: by hand only", async () => {
		const { diagnosis } = await (await patient("generic", pin)).on().tell('AT+CPIN="1111"', 'AT+CPIN="1111"').visit();
		expect(diagnosis.problems[0].message).toBe("the SIM asks for its PIN (1 try left); none was tried");
		expect(diagnosis.next).toMatch(/^one try is left: enter the PIN by hand/);
	});

	test("blocked: the PUK is asked for, and its tries are told", async () => {
		const wrong = ['AT+CPIN="1111"', 'AT+CPIN="1111"', 'AT+CPIN="1111"'];
		const { diagnosis } = await (await patient("generic", pin))
			.on()
			.tell(...wrong)
			.visit();
		expect(diagnosis.sim).toMatchObject({ state: "puk", pinTriesLeft: 10 });
		expect(diagnosis.problems[0].code).toBe("simPuk");
		expect(diagnosis.next).toMatch(/^enter the PUK by hand/);
	});
});

describe("the network", () => {
	async function denied(cause: number, ...commands: string[]) {
		const module = await patient("quectel-bc660k");
		module.simulation.network.reject({ cause });
		return (
			await module
				.on(30)
				.tell(...commands)
				.visit()
		).diagnosis;
	}

	test("denied: the cause by name, and what it means for a person", async () => {
		const diagnosis = await denied(15, "AT+CEREG=5");
		expect(diagnosis.registration).toMatchObject([
			{ stat: 3, state: "registration denied", cause: { type: "network", number: 15, name: "no suitable cells in tracking area" } },
		]);
		expect(diagnosis.problems).toEqual([
			{ code: "registrationDenied", message: "EPS: registration denied: #15 no suitable cells in tracking area" },
		]);
		expect(diagnosis.next).toMatch(/^the SIM is not provisioned for this technology \(NB-IoT, LTE-M\)/);
	});

	test("denied, and the module does not report why", async () => {
		const diagnosis = await denied(7);
		expect(diagnosis.problems).toEqual([{ code: "registrationDenied", message: "EPS: registration denied" }]);
		expect(diagnosis.next).toMatch(/^the network does not say why because reports are off: send AT\+CEREG=3/);
	});

	test("no cell", async () => {
		const module = await patient("generic");
		module.simulation.network.setPower(false);
		const { diagnosis } = await module.on(20).visit();
		expect(diagnosis.problems[0].code).toBe("notRegistered");
		expect(diagnosis.signal?.verdict).toBe("none");
		expect(diagnosis.next).toMatch(/^no cell is heard: look at the antenna/);
	});

	test.each([
		["AT+CFUN=4", "radioOff", "the radio is off (+CFUN is 4)"],
		["AT+COPS=2", "deregistered", "the module was told to leave the network (+COPS is 2)"],
	])("%s: that comes first, not what follows from it", async (command, code, message) => {
		const { diagnosis } = await (await patient("generic")).on().tell(command).visit();
		expect(diagnosis.problems).toEqual([{ code, message }]);
	});

	test("no router advertisement: an address that is to come is none", async () => {
		const module = await patient("generic");
		module.simulation.network.setFamilies("ipv6");
		module.simulation.network.routerAdvertisements = false;
		const { diagnosis } = await module.on().visit();
		expect(diagnosis.addresses).toEqual({ ipv6: null, ipv4: null, pending: true });
		expect(diagnosis.problems[0].code).toBe("addressPending");
	});

	test("IPv4 only is noted, with what decided it", async () => {
		const module = await patient("generic");
		module.simulation.network.setFamilies("ipv4");
		expect((await module.on().visit()).diagnosis.notes).toContain("IPv4 only: the network or the APN gives no IPv6");
		const { notes } = (await (await patient("quectel-bc660k")).on().visit()).diagnosis;
		expect(notes).toEqual(["IPv4 only, because the context is defined so (IP): an application defines it as IPV4V6"]);
	});

	test("a signal at the edge is noted", async () => {
		const { diagnosis } = await (await patient("quectel-bc660k", { coverage: { rsrpDbm: -122 } })).on(120).visit();
		expect(diagnosis.signal?.verdict).toBe("weak");
		expect(diagnosis.notes.some(note => note.startsWith("the signal is weak"))).toBe(true);
	});
});

describe("what other modules print", () => {
	const OK = "\r\nOK\r\n";
	const ERROR = "\r\nERROR\r\n";

	function says(answers: Readonly<Record<string, string>>) {
		return (command: string) => (command === "AT" ? OK : (answers[command] ?? ERROR));
	}

	test("NR: 5GS registration with a slice, a 9-digit cell, four kinds of addresses", async () => {
		const { diagnosis } = await visitTo(
			says({
				"AT+CGMM": `\r\n"SIM8230G"\r\n${OK}`,
				"AT+CPIN?": `\r\n+CPIN: READY\r\n${OK}`,
				"AT+CICCID": `\r\n+ICCID: 89860123456789012345\r\n${OK}`,
				"AT+CFUN?": `\r\n+CFUN: 1\r\n${OK}`,
				"AT+C5GREG?": `\r\n+C5GREG: 2,1,"60AA00","939204254",11,1,"01"\r\n${OK}`,
				"AT+CEREG?": `\r\n+CEREG: 0,4\r\n${OK}`,
				"AT+COPS?": `\r\n+COPS: 0,0,"CHINA MOBILE",11\r\n${OK}`,
				"AT+CGDCONT?": `\r\n+CGDCONT: 1,"IPV4V6","","0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",0,0\r\n+CGDCONT: 2,"IP","ims"\r\n${OK}`,
				"AT+CGACT?": `\r\n+CGACT: 1,1\r\n+CGACT: 2,0\r\n${OK}`,
				"AT+CGPADDR": `\r\n+CGPADDR: 1,"10.5.116.238","240e:047e:0002:0000:0000:0000:0000:0001"\r\n+CGPADDR: 2,""\r\n${OK}`,
				"AT+CGCONTRDP": `\r\n+CGCONTRDP: 1,5,"cmnet","10.5.116.238.255.255.255.255","","36.14.0.0.0.0.0.0.0.0.0.0.0.0.0.83"\r\n${OK}`,
				"AT+CESQ": `\r\n+CESQ: 99,99,255,255,255,255,70,86,76\r\n${OK}`,
			}),
		);
		expect(diagnosis.usable).toBe(true);
		expect(diagnosis.module?.model).toBe("SIM8230G");
		expect(diagnosis.sim?.iccid).toBe("898601**********2345");
		expect(diagnosis.registration).toMatchObject([
			{ domain: "5GS", stat: 1, tac: "60AA00", ci: "939204254" },
			{ domain: "EPS", stat: 4, state: "unknown, for instance out of coverage" },
		]);
		expect(diagnosis.operator).toMatchObject({ name: "CHINA MOBILE", rat: "NR" });
		expect(diagnosis.contexts).toEqual([
			{ cid: 1, pdpType: "IPV4V6", apn: "cmnet", active: true, ipv6: ["240e:47e:2::1"], ipv4: ["10.5.116.238"], dns: ["240e::53"] },
			{ cid: 2, pdpType: "IP", apn: "ims", active: false, ipv6: [], ipv4: [], dns: [] },
		]);
		expect(diagnosis.signal).toMatchObject({ rsrpDbm: -71, rsrqDb: -8.5, sinrDb: 14.5, verdict: "good" });
	});

	test("addresses of a context that is not active do not count", async () => {
		const { diagnosis } = await visitTo(
			says({
				"AT+CPIN?": `\r\n+CPIN: READY\r\n${OK}`,
				"AT+CEREG?": `\r\n+CEREG: 0,5\r\n${OK}`,
				"AT+CGDCONT?": `\r\n+CGDCONT: 1,"IP","m2m"\r\n${OK}`,
				"AT+CGACT?": `\r\n+CGACT: 1,0\r\n${OK}`,
				"AT+CGPADDR=1": `\r\n+CGPADDR: 1,"10.0.0.7"\r\n${OK}`,
			}),
		);
		expect(diagnosis.addresses).toEqual({ ipv6: null, ipv4: null, pending: false });
		expect(diagnosis.problems).toEqual([{ code: "noAddress", message: "registered, but no context is active" }]);
		expect(diagnosis.notes).toContain("roaming: the SIM's operator has another network here");
	});

	test("verbose errors: a SIM failure in words; an IMEI in the identification text is masked", async () => {
		const { diagnosis } = await visitTo(
			says({
				ATI: `\r\nManufacturer: SIMCOM\r\nIMEI: 864000010203040\r\n${OK}`,
				"AT+CPIN?": "\r\n+CME ERROR: SIM failure\r\n",
			}),
		);
		expect(diagnosis.module?.identification).toEqual(["Manufacturer: SIMCOM", "IMEI: 86400001*******"]);
		expect(diagnosis.sim).toMatchObject({ state: "failure", said: "SIM failure" });
		expect(JSON.stringify(diagnosis)).not.toContain("864000010203040");
	});

	test("denied by the manufacturer's own cause, and why by +CEER", async () => {
		const base = { "AT+CPIN?": `\r\n+CPIN: READY\r\n${OK}` };
		const own = await visitTo(says({ ...base, "AT+CEREG?": `\r\n+CEREG: 3,3,,,,1,77\r\n${OK}` }));
		expect(own.diagnosis.problems[0].message).toBe("EPS: registration denied: the manufacturer's cause 77");
		const asked = says({
			...base,
			"AT+CEREG?": `\r\n+CEREG: 0,3\r\n${OK}`,
			"AT+CEER": `\r\n+CEER: EMM cause 8, IMSI 460001234567890\r\n${OK}`,
		});
		const told = await visitTo(asked);
		expect(told.diagnosis.problems[0].message).toBe("EPS: registration denied: EMM cause 8, IMSI ***");
		expect(told.diagnosis.next).toBe("ask the SIM's operator, and tell them this cause");
	});

	test("it restarts while it is asked", async () => {
		const answers = says({ "AT+CPIN?": `\r\nRDY\r\n\r\n+CPIN: READY\r\n${OK}`, "AT+CEREG?": `\r\n+CEREG: 0,1\r\n${OK}` });
		const { diagnosis } = await visitTo(answers);
		expect(diagnosis.problems.map(({ code }) => code)).toEqual(["noAddress", "rebooted"]);
	});

	test("one answer that gets lost is asked for again", async () => {
		const module = (await patient("generic")).on();
		module.simulation.module.faults.set("lost-command", { command: "+CEREG", times: 1 });
		const { diagnosis, sent } = await module.visit();
		expect(sent.filter(command => command === "AT+CEREG?")).toHaveLength(2);
		expect(diagnosis.usable).toBe(true);
	});

	test("it stops answering half-way: what was found stays, and where it stopped is said", async () => {
		const answers = says({ "AT+CGMM": `\r\nX100\r\n${OK}`, "AT+CPIN?": `\r\n+CPIN: READY\r\n${OK}` });
		let silent = false;
		const { diagnosis, seconds } = await visitTo(command => {
			silent ||= command === "AT+CEREG?";
			return silent ? undefined : answers(command);
		});
		expect(diagnosis).toMatchObject({ answers: true, usable: false, module: { model: "X100" }, sim: { state: "ready" } });
		expect(diagnosis.problems).toEqual([{ code: "wentSilent", message: "the module answered, and stopped at AT+CEREG?" }]);
		expect(seconds).toBeLessThan(30);
	});
});
