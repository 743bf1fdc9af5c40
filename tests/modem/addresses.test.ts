import { describe, expect, test } from "vitest";
import { error, info, ok, World } from "./world.js";

const LINK_LOCAL = info('+CGPADDR: 1,"10.0.0.7","fe80::1234"');
const BOTH = info('+CGPADDR: 1,"10.0.0.7","2001:db8::7"');
const NONE = info("+CGPADDR: 1");
/** Whatever is written while a family is looked for is taken. */
const WRITABLE = {
	"AT+CFUN=0": ok,
	"AT+CFUN=1": ok,
	'AT+CGDCONT=1,"IPV6","iot.test"': ok,
	'AT+CGDCONT=1,"IP","iot.test"': ok,
	'AT+CGDCONT=1,"IPV4V6","iot.test"': ok,
};

describe("families", () => {
	test("both: IPv6 is preferred and nothing has to be said", () => {
		const world = new World().connected();
		expect(world.core.addresses.preferred).toBe("ipv6");
		expect(world.event("family")).toBe(undefined);
	});
	test.each([
		['+CGPADDR: 1,"32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.9"', "2001:db8::9"],
		['+CGPADDR: 1,"0.0.0.0","2001:0DB8:0000:0000:0000:0000:0000:0009"', "2001:db8::9"],
		['+CGPADDR: 1,"10.5.147.243",""', "10.5.147.243"],
	])("%s is %s", (line, address) => {
		const world = new World({ script: { "AT+CGPADDR=1": info(line) } }).connected();
		expect(world.core.addresses.address).toBe(address);
	});
	test.each([error, ok, info("+CGPADDR: 1")])("what +CGPADDR does not tell (%j), +CGCONTRDP does, mask and all", answer => {
		const lines =
			'\r\n+CGCONTRDP: 1,5,"iot","10.0.0.7.255.255.255.0","10.0.0.1"\r\n+CGCONTRDP: 1,5,"iot","32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.7","","",""\r\n\r\nOK\r\n';
		const world = new World({ script: { "AT+CGPADDR=1": answer, "AT+CGCONTRDP=1": lines } }).connected();
		expect(world.core.addresses.all).toEqual({ ipv6: "2001:db8::7", ipv4: "10.0.0.7", pending: false });
	});
	test("IPv6 alone", () => {
		const world = new World({ script: { "AT+CEREG?": info("+CEREG: 4,2"), "AT+CGPADDR=1": info('+CGPADDR: 1,"2001:db8::7"') } });
		world.core.connect({});
		world.say('\r\n+CEREG: 1,"0001","0000ABCD",9\r\n\r\n+CGEV: ME PDN ACT 1,1\r\n', 2_000);
		world.run(10_000);
		expect(world.core.addresses.address).toBe("2001:db8::7");
		expect(world.event("family")).toEqual({ wanted: "dual", got: "ipv6", why: "the network allows IPv6 only (ESM cause #51)" });
	});
	test.each([
		[0, "the network allows IPv4 only (ESM cause #50)"],
		[2, "the network allows one family per context (ESM cause #52)"],
		[3, "the network allows one family per context (ESM cause #52)"],
	])("IPv4 alone, reason %i of +CGEV: said once", (reason, why) => {
		const world = new World({ script: { "AT+CEREG?": info("+CEREG: 4,2"), "AT+CGPADDR=1": info('+CGPADDR: 1,"10.0.0.7"') } });
		world.core.connect({});
		world.say(`\r\n+CEREG: 1,"0001","0000ABCD",9\r\n\r\n+CGEV: ME PDN ACT 1,${reason}\r\n`, 2_000);
		world.run(60_000);
		expect(world.core.addresses.address).toBe("10.0.0.7");
		expect(world.events.filter(e => e.name === "family").map(e => e.data)).toEqual([{ wanted: "ipv6", got: "ipv4", why }]);
	});
	test("IPv4 alone without a reason is used at once", () => {
		const world = new World({ script: { "AT+CGPADDR=1": info('+CGPADDR: 1,"10.0.0.7"') } }).connected();
		expect(world.now).toBeLessThan(2_000);
		world.run(1);
		expect(world.event("family")).toEqual({ wanted: "ipv6", got: "ipv4", why: "the network assigned no IPv6 address" });
	});
	test("IPv4 was asked for: nothing to say", () => {
		const world = new World({ script: { "AT+CGPADDR=1": info('+CGPADDR: 1,"10.0.0.7"'), ...WRITABLE } }).connected({
			apn: "iot.test",
			pdpType: "IP",
		});
		expect(world.commands).toContain('AT+CGDCONT=1,"IP","iot.test"');
		expect(world.event("family")).toBe(undefined);
	});
});

describe("fe80:: alone is pending", () => {
	test("the global address is waited for", () => {
		const world = new World({ script: { "AT+CGPADDR=1": [LINK_LOCAL, LINK_LOCAL, BOTH] } });
		world.core.connect({});
		world.run(700);
		expect(world.core.connection).toBe(400);
		expect(world.core.addresses.all).toEqual({ ipv6: undefined, ipv4: undefined, pending: true });
		world.run(10_000);
		expect(world.core.connection).toBe(500);
		expect(world.core.addresses.all).toEqual({ ipv6: "2001:db8::7", ipv4: "10.0.0.7", pending: false });
		expect(world.event("family")).toBe(undefined);
	});
	test("for so long, then IPv4 is used and it is said why", () => {
		const world = new World({ script: { "AT+CGPADDR=1": LINK_LOCAL } });
		world.core.connect({});
		world.run(300_000, () => world.core.connection === 500);
		expect(world.now).toBeGreaterThanOrEqual(16_000);
		expect(world.now).toBeLessThan(22_000);
		world.run(1);
		expect(world.core.addresses.address).toBe("10.0.0.7");
		expect(world.event("family")?.why).toContain("link-local");
		// The advertisement comes after all, and a module that says so is asked.
		world.script["AT+CGPADDR=1"] = BOTH;
		world.say("\r\n+CGEV: IPV6 1\r\n");
		world.run(1_000);
		expect(world.core.addresses.address).toBe("2001:db8::7");
	});
	test("+CGEV: IPV6 FAIL ends the wait", () => {
		const world = new World({ script: { "AT+CGPADDR=1": LINK_LOCAL } });
		world.core.connect({});
		world.run(2_000);
		world.say("\r\n+CGEV: IPV6 FAIL 1\r\n");
		world.run(1_000);
		expect(world.core.addresses.address).toBe("10.0.0.7");
	});
});

describe("dual stack refused", () => {
	test("at attach, EMM cause #19: IPv6 alone is tried, then IPv4 alone", () => {
		let type = "IPV4V6";
		const world = new World({ script: { ...WRITABLE, "AT+CEREG?": info("+CEREG: 4,2") } });
		world.script["AT+CGDCONT?"] = () => info(`+CGDCONT: 1,"${type}","iot.test"`);
		world.onCommand = command => {
			const written = /^AT\+CGDCONT=1,"(\w+)"/.exec(command);
			if (written) type = written[1]!;
			if (command === "AT+CEREG?" && type !== "IP") world.say('\r\n+CEREG: 3,"0001","0000ABCD",9,0,19\r\n', 1_000);
			if (command === "AT+CEREG?" && type === "IP") world.say('\r\n+CEREG: 1,"0001","0000ABCD",9\r\n', 1_000);
		};
		world.script["AT+CGPADDR=1"] = info('+CGPADDR: 1,"10.0.0.7"');
		world.core.connect({ apn: "iot.test" });
		world.run(300_000);
		expect(world.commands.filter(c => c.startsWith("AT+CGDCONT="))).toEqual([
			'AT+CGDCONT=1,"IPV6","iot.test"',
			'AT+CGDCONT=1,"IP","iot.test"',
		]);
		expect(world.core.addresses.address).toBe("10.0.0.7");
		expect(world.errors).toEqual([]);
		expect(world.events.filter(e => e.name === "family" && e.data.trying).map(e => e.data.trying)).toEqual(["IPV6", "IP"]);
	});
	test("no address of any family: bounded, said, and tried again later", () => {
		let type = "IPV4V6";
		const world = new World({ script: { ...WRITABLE, "AT+CGPADDR=1": NONE } });
		world.script["AT+CGDCONT?"] = () => info(`+CGDCONT: 1,"${type}","iot.test"`);
		world.onCommand = command => {
			const written = /^AT\+CGDCONT=1,"(\w+)"/.exec(command);
			if (written) type = written[1]!;
		};
		world.core.connect({ apn: "iot.test" });
		world.run(100_000);
		expect(world.errors.map(e => e.code)).toEqual(["noAddress"]);
		expect(world.commands.filter(c => c.startsWith("AT+CGDCONT="))).toHaveLength(2);
		world.script["AT+CGPADDR=1"] = BOTH;
		world.run(120_000);
		expect(world.core.connection).toBe(500);
		expect(type).toBe("IPV4V6");
	});
	test("a setting that takes a restart restarts the module once", async () => {
		const { driver } = await import("./driver.js");
		const { readCompareWrite } = await import("../../sdk/modem/driver.js");
		const { CGDCONT } = await import("../../sdk/3gpp/packet-commands.js");
		const define = [
			readCompareWrite(CGDCONT.read, CGDCONT.set, {
				sameLine: (line, settings) => line.equals(1, settings.pdpType),
				params: settings => ({ cid: 1, pdpType: settings.pdpType, apn: settings.apn }),
				restart: true,
			}),
		];
		let type = "IP";
		const world = new World({ driver: { ...driver, procedures: { ...driver.procedures, define } }, script: { ...WRITABLE } });
		world.script["AT+CGDCONT?"] = () => info(`+CGDCONT: 1,"${type}","iot.test"`);
		world.script["AT+CFUN=1,1"] = `${ok}\r\nRDY\r\n`;
		world.onCommand = command => {
			if (command.startsWith("AT+CGDCONT=")) type = "IPV4V6";
		};
		world.connected();
		expect(world.commands.filter(c => c === "AT+CFUN=1,1")).toHaveLength(1);
		expect(world.commands).not.toContain("AT+CFUN=0");
		expect(world.event("rebooted")).toBe(undefined);
		// One that does not keep the setting is not restarted for ever.
		const stubborn = new World({ driver: { ...driver, procedures: { ...driver.procedures, define } }, script: { ...WRITABLE } });
		stubborn.script["AT+CGDCONT?"] = info('+CGDCONT: 1,"IP","iot.test"');
		stubborn.script["AT+CFUN=1,1"] = `${ok}\r\nRDY\r\n`;
		stubborn.connected();
		expect(stubborn.commands.filter(c => c === "AT+CFUN=1,1")).toHaveLength(2);
		stubborn.run(1);
		expect(stubborn.event("settingNotKept")).toEqual({ restarts: 2 });
	});
});
