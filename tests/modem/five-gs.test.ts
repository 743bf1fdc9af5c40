import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { command } from "../../sdk/at/command.js";
import { uint } from "../../sdk/at/fields.js";
import { capability, type Driver, readCompareWrite } from "../../sdk/modem/driver.js";
import { NetworkScan } from "../../sdk/service/network-scan.js";
import { QosReading } from "../../sdk/service/qos-reading.js";
import { driver as testDriver } from "./driver.js";
import { type Answer, error, info, ok, World } from "./world.js";

const nr: Driver = {
	...testDriver,
	id: "test-nr",
	tier: "redcap",
	registration: { domain: "5GS", mode: 3 },
	capabilities: { ...testDriver.capabilities, rats: capability("NR,LTE", "inferred", "tests") },
	procedures: { ...testDriver.procedures, rats: [], networkInterface: [] },
};
const MODE = command("+UCFG", { spec: "tests", set: { params: { value: uint() } }, read: { response: { value: uint() } } });
const ON_NR = '3,1,"60AA00","939204254",11,1,"01"';
const ON_LTE = '3,1,"5141","0521870C",7';
const NR: Readonly<Record<string, Answer>> = {
	"AT+C5GREG=2": ok,
	"AT+C5GREG=3": ok,
	"AT+CEREG=2": ok,
	"AT+CEREG=3": ok,
	"AT+C5GREG?": info(`+C5GREG: ${ON_NR}`),
	"AT+CEREG?": info("+CEREG: 3,0"),
	"AT+CFUN=0": ok,
	"AT+CFUN=1": ok,
	"AT+COPS?": info('+COPS: 0,2,"00101",11'),
};
const start = (script: Readonly<Record<string, Answer>> = {}) => new World({ driver: nr, script: { ...NR, ...script } });

describe("two registrations, one modem", () => {
	test("on NR: EPS is not even asked", () => {
		const world = start().connected();
		expect(world.commands).toContain("AT+C5GREG?");
		expect(world.commands).not.toContain("AT+CEREG?");
		expect(world.core.network.report).toMatchObject({ act: 11, tac: 0x60aa00, ci: "939204254" });
		expect(world.event("rat")).toBeUndefined();
	});
	test("no NR here: LTE holds, and it is said why", () => {
		const world = start({ "AT+C5GREG?": info("+C5GREG: 3,2"), "AT+CEREG?": info(`+CEREG: ${ON_LTE}`) }).connected();
		expect(world.core.network.report).toMatchObject({ act: 7, ci: "0521870C" });
		expect(world.event("rat")).toEqual({
			rat: "LTE",
			from: undefined,
			why: "NR was not found, or its cells bar this device: no registration in 5GS was tried",
			causeNumber: undefined,
		});
	});
	test("NR refused and LTE took it: the cause is in both the error and the event", () => {
		const world = start({
			"AT+C5GREG?": info('+C5GREG: 3,3,"60AA00","939204254",11,,,0,27'),
			"AT+CEREG?": info(`+CEREG: ${ON_LTE}`),
		}).connected();
		expect(world.errors.map(failure => [failure.code, failure.causeNumber])).toEqual([["registrationDenied", 27]]);
		expect(world.errors[0]!.message).toContain("cause #27, N1 mode not allowed");
		expect(world.event("rat")).toEqual({
			rat: "LTE",
			from: undefined,
			why: "5GS refused registration, cause #27, N1 mode not allowed",
			causeNumber: 27,
		});
	});
	test("a refusal in EPS is named after EMM", () => {
		const world = start({ "AT+C5GREG?": info("+C5GREG: 3,2"), "AT+CEREG?": info("+CEREG: 3,3,,,,0,7") });
		world.core.connect({ apn: "iot.test" });
		world.run(60_000);
		expect(world.errors.map(failure => failure.message)).toEqual([
			"the network denied registration: cause #7, EPS services not allowed. The module tries again when the network's timers allow",
		]);
	});
	test("NR goes, LTE takes over, NR comes back: by reports alone", () => {
		const world = start().connected();
		world.run(5000);
		world.forget();
		world.say('\r\n+C5GREG: 0\r\n\r\n+CEREG: 1,"5141","0521870C",7\r\n');
		world.run(5000);
		expect([world.core.network.report.act, world.core.connection]).toEqual([7, 500]);
		world.say('\r\n+C5GREG: 1,"60AA00","939204254",11,1,"01"\r\n\r\n+CEREG: 0\r\n');
		world.run(5000);
		expect([world.core.network.report.act, world.core.connection]).toEqual([11, 500]);
		expect(world.events.filter(event => event.name === "rat").map(event => [event.data.rat, event.data.from])).toEqual([
			["LTE", "NR"],
			["NR", "LTE"],
		]);
		expect(world.errors).toEqual([]);
	});
	test("the other order: LTE before NR is gone", () => {
		const world = start().connected();
		world.say('\r\n+CEREG: 1,"5141","0521870C",7\r\n\r\n+C5GREG: 0\r\n');
		world.run(5000);
		expect([world.core.network.report.act, world.core.connection]).toEqual([7, 500]);
	});
	test("what +CEREG says while the module is on NR changes nothing", () => {
		const world = start().connected();
		world.run(5000);
		world.forget();
		world.say('\r\n+CEREG: 1,"60AA","0939204254",11\r\n\r\n+CEREG: 0\r\n\r\n+CREG: 1\r\n\r\n+CGREG: 0\r\n');
		world.run(5000);
		expect(world.core.network.report).toMatchObject({ act: 11, ci: "939204254" });
		expect(world.changes).toEqual([]);
	});
	test("an old +CEREG is not believed when NR goes: the module is asked", () => {
		const world = start({ "AT+C5GREG?": info("+C5GREG: 3,0"), "AT+CEREG?": [info(`+CEREG: ${ON_LTE}`), info("+CEREG: 3,2")] }).connected();
		world.run(5000);
		world.say('\r\n+C5GREG: 1,"60AA00","939204254",11,1,"01"\r\n');
		world.run(1000);
		world.forget();
		world.say("\r\n+C5GREG: 0\r\n");
		world.run(5000);
		expect(world.commands.slice(0, 2)).toEqual(["AT+C5GREG?", "AT+CEREG?"]);
		expect(world.core.connection).toBe(300);
	});
	test("no order of reports hangs it, and one that holds is always shown", () => {
		const reports = [
			"+C5GREG: 0",
			"+C5GREG: 2",
			'+C5GREG: 1,"60AA00","939204254",11,1,"01"',
			"+C5GREG: 3,,,,,,0,27",
			"+CEREG: 0",
			"+CEREG: 2",
			'+CEREG: 1,"5141","0521870C",7',
			"+CEREG: 3,,,,0,11",
		];
		fc.assert(
			fc.property(fc.array(fc.constantFrom(...reports), { minLength: 1, maxLength: 12 }), order => {
				const world = start().connected();
				const last = (prefix: string) => order.filter(report => report.startsWith(prefix)).at(-1);
				const fiveGs = last("+C5GREG")?.slice(9) ?? ON_NR.slice(2);
				const eps = last("+CEREG")?.slice(8) ?? "0";
				world.script["AT+C5GREG?"] = info(`+C5GREG: 3,${fiveGs}`);
				world.script["AT+CEREG?"] = info(`+CEREG: 3,${eps}`);
				for (const report of order) world.say(`\r\n${report}\r\n`);
				world.run(60_000);
				const holds = fiveGs.startsWith("1") || eps.startsWith("1");
				expect(world.core.network.registered).toBe(holds);
			}),
			{ numRuns: 100 },
		);
	});
	test("mode 0 in an answer is a restart that nobody saw", () => {
		const world = start({ "AT+C5GREG?": [info(`+C5GREG: ${ON_NR}`), info("+C5GREG: 0,1"), info(`+C5GREG: ${ON_NR}`)] }).connected();
		world.run(5000);
		world.forget();
		world.say("\r\n+CGEV: NW DETACH\r\n");
		world.run(60_000);
		expect(world.event("rebooted")).toEqual({});
		expect(world.commands).toContain("ATE0");
		expect(world.core.connection).toBe(500);
	});
	test("a module without a line of its start says at least that its SIM is ready, and is asked", () => {
		const world = new World({
			driver: { ...nr, boot: { ...nr.boot, banners: [] } },
			script: {
				...NR,
				"AT+C5GREG?": [info(`+C5GREG: ${ON_NR}`), info(`+C5GREG: ${ON_NR}`), info("+C5GREG: 0,1"), info(`+C5GREG: ${ON_NR}`)],
			},
		}).connected();
		world.run(5000);
		world.forget();
		world.say("\r\n+CPIN: READY\r\n");
		world.run(5000);
		expect([world.commands, world.event("rebooted")]).toEqual([["AT+C5GREG?"], undefined]);
		world.say("\r\n+CPIN: READY\r\n");
		world.run(60_000);
		expect([world.event("rebooted"), world.core.connection]).toEqual([{}, 500]);
	});
	test("a module that never takes the mode is not taken for one that restarts", () => {
		const world = start({ "AT+C5GREG=2": error, "AT+C5GREG=3": error, "AT+C5GREG?": info("+C5GREG: 0,1") }).connected();
		expect(world.event("rebooted")).toBeUndefined();
	});
});

describe("slices", () => {
	const STORED = { "AT+C5GNSSAI?": info('+C5GNSSAI: 4,"01.000002"'), 'AT+C5GNSSAI=0,""': ok };
	test("a network that has no such slice, and a stored list: it is cleared, once, and registration is tried again", () => {
		const world = start({ ...STORED, "AT+C5GREG?": [info("+C5GREG: 3,3,,,,,,0,62"), info(`+C5GREG: ${ON_NR}`)] }).connected();
		expect(world.errors.map(failure => [failure.code, failure.causeNumber])).toEqual([["registrationDenied", 62]]);
		expect(world.errors[0]!.message).toContain("cause #62, no network slices available");
		expect(world.event("staleSlices")).toEqual({ stored: "01.000002", wanted: "" });
		expect(world.commands.filter(command => /C5GNSSAI|CFUN=/.test(command))).toEqual([
			"AT+C5GNSSAI?",
			"AT+CFUN=0",
			'AT+C5GNSSAI=0,""',
			"AT+CFUN=1",
		]);
	});
	test("nothing stored: the refusal stands and nothing is written", () => {
		const world = start({
			"AT+C5GNSSAI?": info('+C5GNSSAI: 0,""'),
			"AT+C5GREG?": info("+C5GREG: 3,3,,,,,,0,62"),
			"AT+CEREG?": info("+CEREG: 3,2"),
		});
		world.core.connect({ apn: "iot.test" });
		world.run(600_000);
		expect(world.errors.map(failure => failure.causeNumber)).toEqual([62]);
		expect(world.commands.filter(command => /C5GNSSAI|CFUN=/.test(command))).toEqual(["AT+C5GNSSAI?"]);
	});
	test("a slice of one's own that is refused is not cleared", () => {
		const world = start({
			"AT+CGDCONT?": info('+CGDCONT: 1,"IPV4V6","iot.test","",0,0,0,0,,,,,,,,,,"01.000002"'),
			...STORED,
			"AT+C5GREG?": info("+C5GREG: 3,3,,,,,,0,62"),
			"AT+CEREG?": info("+CEREG: 3,2"),
		});
		world.core.connect({ apn: "iot.test", slice: { sst: 1, sd: 2 } });
		world.run(600_000);
		expect(world.errors.map(failure => failure.causeNumber)).toEqual([62]);
		expect(world.commands.filter(command => command.startsWith("AT+C5GNSSAI="))).toEqual([]);
	});
	test("slice: false clears what is stored, in the context too", () => {
		const world = start({
			...STORED,
			"AT+CGDCONT?": info('+CGDCONT: 1,"IPV4V6","iot.test","",0,0,0,0,,,,,,,,,,"01.000002"'),
			'AT+CGDCONT=1,"IPV4V6","iot.test"': ok,
		}).connected({ apn: "iot.test", slice: false });
		expect(world.commands).toContain('AT+C5GNSSAI=0,""');
		expect(world.commands).toContain('AT+CGDCONT=1,"IPV4V6","iot.test"');
	});
	test("a list that cannot be read is not written", () => {
		const world = start({ 'AT+CGDCONT=1,"IPV4V6","iot.test",,,,,,,,,,,,,,,"02"': ok }).connected({ apn: "iot.test", slice: { sst: 2 } });
		expect(world.commands.filter(command => command.startsWith("AT+C5GNSSAI="))).toEqual([]);
		expect(world.errors).toEqual([]);
	});
	test("allowed and rejected ones, where the registration does not tell", () => {
		const world = start({
			"AT+C5GREG?": info('+C5GREG: 3,1,"60AA00","939204254",11'),
			"AT+C5GNSSAIRDP=3": '\r\n+C5GNSSAIRDP: 4,"01.000001",4,"02.000001"\r\n+C5GNSSAIRDP: "00101",1,"01",5,"01:03.0000FF"\r\n\r\nOK\r\n',
		}).connected();
		world.run(5000);
		expect(world.core.fiveGs?.slices).toEqual({
			requested: undefined,
			allowed: [{ sst: 1 }, { sst: 3, sd: 0xff }],
			rejected: "02.000001",
		});
	});
});

describe("options that a driver does not know are refused before anything is sent", () => {
	const refusal = (driver: Driver, options: object): string => {
		const world = new World({ driver, script: NR });
		try {
			world.core.connect(options);
		} catch (thrown) {
			return `${(thrown as { code: string }).code}: ${(thrown as Error).message}`;
		}
		return "taken";
	};
	test("on a module without 5GS", () => {
		expect(refusal(testDriver, { slice: { sst: 1 } })).toBe(
			"notSupported: slice: driver test-module is for a module without 5GS; leave the option out",
		);
		expect(refusal(testDriver, { rats: ["LTE"] })).toMatch(/^notSupported: rats: /);
		expect(refusal(testDriver, { networkInterface: "ecm" })).toMatch(/^notSupported: networkInterface: /);
	});
	test.each([
		[{ rats: [] }, "usage: rats: a list of what the module has (NR, LTE), the preferred one first"],
		[{ rats: ["NB-IoT"] }, "usage: rats: a list of what the module has (NR, LTE), the preferred one first"],
		[{ slice: { sst: 256 } }, "usage: slice: { sst: 0 to 255, sd: 0 to 0xFFFFFE or absent }, or false"],
		[{ slice: { sst: 1, sd: 0xffffff } }, "usage: slice: { sst: 0 to 255, sd: 0 to 0xFFFFFE or absent }, or false"],
		[{ slice: { sd: 1 } }, "usage: slice: { sst: 0 to 255, sd: 0 to 0xFFFFFE or absent }, or false"],
		[{ networkInterface: "ecm" }, "usage: networkInterface: one of "],
		[{ rats: ["LTE", "NR"], slice: { sst: 255, sd: 0 } }, "taken"],
	])("%j", (options, words) => expect(refusal(nr, options)).toBe(words));
	test("other radio access than before is looked at anew", () => {
		const world = new World({
			driver: {
				...nr,
				procedures: {
					...nr.procedures,
					rats: [
						readCompareWrite(MODE.read, MODE.set, {
							same: (is, wanted) => is.value === wanted.rats?.length,
							params: wanted => ({ value: wanted.rats?.length ?? 0 }),
						}),
					],
				},
			},
			script: { ...NR, "AT+UCFG?": [info("+UCFG: 7"), info("+UCFG: 2"), info("+UCFG: 2")], "AT+UCFG=1": ok },
		}).connected({ apn: "iot.test", rats: ["NR", "LTE"] });
		expect(world.commands).not.toContain("AT+UCFG=1");
		world.connected({ apn: "iot.test", rats: ["NR"] });
		expect(world.commands).toContain("AT+UCFG=1");
	});
});

test("a scan tells the radio access of each network", () => {
	const world = start({
		"AT+COPS=?": info('+COPS: (2,"Test","T","00101",11),(1,"Test","T","00101",7),(3,"Old","","00102",0),,(0-4),(0-2)'),
	});
	world.connected();
	const told: unknown[] = [];
	new NetworkScan(world.core, told, function (this: unknown[], failure, networks) {
		this.push(failure, ...networks.map(({ stat, plmn, rat }) => [stat, plmn, rat]));
	}).ask();
	world.run(5000);
	expect(told).toEqual([undefined, [2, "00101", "NR"], [1, "00101", "LTE"], [3, "00102", undefined]]);
});

describe("quality of service", () => {
	function readQos(answer: string): unknown[] {
		const world = start({ "AT+C5GQOSRDP=1": answer }).connected();
		const told: unknown[] = [];
		new QosReading(world.core, told, function (this: unknown[], failure, qos) {
			this.push(failure?.code, qos);
		}).ask();
		world.run(5000);
		return told;
	}
	test("of the default flow, with its name", () => {
		expect(readQos("\r\n+C5GQOSRDP: 1,9,,,,,100000,50000\r\n+C5GQOSRDP: 1,85,64,64\r\n\r\nOK\r\n")).toEqual([
			undefined,
			{
				cid: 1,
				fiveQi: 9,
				guaranteedDownKbps: undefined,
				guaranteedUpKbps: undefined,
				highestDownKbps: undefined,
				highestUpKbps: undefined,
				sessionDownKbps: 100_000,
				sessionUpKbps: 50_000,
				averagingWindowMs: undefined,
				name: "buffered video and TCP, default",
			},
		]);
	});
	test("none, and refused", () => {
		expect(readQos(ok)).toEqual([undefined, undefined]);
		expect(readQos(error)).toEqual(["error", undefined]);
	});
});
