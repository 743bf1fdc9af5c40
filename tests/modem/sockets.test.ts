import { describe, expect, test } from "vitest";
import { driver, pullSockets } from "./driver.js";
import { error, hex, ok, socketScript, World } from "./world.js";

function ready(options: ConstructorParameters<typeof World>[0] = {}): World {
	const world = new World(options);
	socketScript(world);
	world.connected();
	world.run(1_000);
	world.forget();
	return world;
}
const sends = (world: World): string[] => world.commands.filter(c => c.startsWith("AT+USEND="));

describe("sending", () => {
	test("a socket per peer, opened at the first write and used again", () => {
		const world = ready();
		const udp = world.udp(5683);
		udp.send("a");
		udp.send("b");
		udp.send("c", "10.0.0.1", 99);
		world.run(5_000);
		expect(world.commands).toEqual([
			'AT+UOPEN=0,"2001:db8::1",5683,5683',
			`AT+USEND=0,1,"${hex("a")}"`,
			`AT+USEND=0,1,"${hex("b")}"`,
			'AT+UOPEN=1,"10.0.0.1",99,0',
			`AT+USEND=1,1,"${hex("c")}"`,
		]);
	});
	test("the least recently used is closed where sockets run out", () => {
		const world = ready();
		const udp = world.udp();
		for (const host of ["10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.3"]) {
			udp.send("x", host);
			world.run(1_000);
		}
		expect(world.commands.filter(c => !c.startsWith("AT+USEND"))).toEqual([
			'AT+UOPEN=0,"10.0.0.1",5683,0',
			'AT+UOPEN=1,"10.0.0.2",5683,0',
			"AT+UCLOSE=1",
			'AT+UOPEN=1,"10.0.0.3",5683,0',
		]);
	});
	test("one send at a time: the next waits for SEND OK", () => {
		const world = ready();
		const udp = world.udp();
		world.script[`AT+USEND=0,1,"${hex("a")}"`] = ok;
		udp.send("a");
		udp.send("b", "10.0.0.1");
		world.run(2_000);
		expect(sends(world)).toHaveLength(1);
		world.say("\r\nSEND OK\r\n");
		world.run(2_000);
		expect(sends(world)).toHaveLength(2);
	});
	test.each([
		["none", ""],
		["after-uplink", ",1"],
		["after-response", ",2"],
	] as const)("release %s", (release, tail) => {
		const world = ready();
		world.udp().send("a", "10.0.0.1", 1, release);
		world.run(1_000);
		expect(sends(world)).toEqual([`AT+USEND=0,1,"${hex("a")}"${tail}`]);
	});
	test("what is too long or too much is refused at once", () => {
		const world = ready();
		const udp = world.udp();
		expect(() => udp.send("x".repeat(65))).toThrow("at most 64");
		for (let i = 0; i < 4; i++) udp.send(`${i}`);
		expect(() => udp.send("5")).toThrow("wait already");
		world.run(5_000);
		expect(sends(world)).toHaveLength(4);
	});
	test("before there is a connection datagrams wait, two minutes at most", () => {
		const world = new World({ script: { "AT+CEREG?": "\r\n+CEREG: 4,2\r\n\r\nOK\r\n" } });
		socketScript(world);
		const udp = world.udp();
		world.core.connect({});
		world.run(10);
		udp.send("early");
		world.run(60_000);
		udp.send("late");
		world.run(70_000);
		expect(udp.errors.map(e => e.code)).toEqual(["notConnected"]);
		world.say('\r\n+CEREG: 1,"0001","0000ABCD",9\r\n');
		world.run(5_000);
		expect(sends(world)).toEqual([`AT+USEND=0,4,"${hex("late")}"`]);
		expect(udp.errors).toHaveLength(1);
	});
	test("SEND FAIL is an error of the endpoint, after one more try on a new socket", () => {
		const world = ready();
		const udp = world.udp();
		world.script[`AT+USEND=0,1,"${hex("a")}"`] = `${ok}\r\nSEND FAIL\r\n`;
		udp.send("a");
		world.run(10_000);
		expect(sends(world)).toHaveLength(2);
		expect(udp.errors).toHaveLength(1);
		expect(world.errors).toEqual([]);
		udp.send("b");
		world.run(5_000);
		expect(sends(world)).toHaveLength(3);
		expect(udp.errors).toHaveLength(1);
	});
	test("an open that is refused: closed, tried again, then told with the module's cause", () => {
		const world = ready();
		world.onCommand = undefined;
		world.script['AT+UOPEN=0,"10.0.0.1",5683,0'] = `${ok}\r\n+UOPEN: 0,9\r\n`;
		world.script["AT+UCLOSE=0"] = `${ok}\r\nCLOSE OK\r\n`;
		const udp = world.udp();
		udp.send("a", "10.0.0.1");
		world.run(20_000);
		expect(world.commands).toEqual(['AT+UOPEN=0,"10.0.0.1",5683,0', "AT+UCLOSE=0", 'AT+UOPEN=0,"10.0.0.1",5683,0', "AT+UCLOSE=0"]);
		expect(udp.errors.map(e => [e.code, e.causeNumber, e.message])).toEqual([["socket", 9, "the module refused (cause 9, no room)"]]);
	});
	test("a datagram whose send and then whose open is refused once still goes out, and IPv6 stays preferred", () => {
		const world = ready();
		const udp = world.udp();
		const line = `AT+USEND=0,1,"${hex("a")}"`;
		const open = 'AT+UOPEN=0,"2001:db8::1",5683,0';
		world.onCommand = undefined;
		world.script[open] = [`${ok}\r\n+UOPEN: 0,0\r\n`, `${ok}\r\n+UOPEN: 0,9\r\n`, `${ok}\r\n+UOPEN: 0,0\r\n`];
		world.script[line] = [`${ok}\r\nSEND FAIL\r\n`, `${ok}\r\nSEND OK\r\n`];
		world.script["AT+UCLOSE=0"] = `${ok}\r\nCLOSE OK\r\n`;
		udp.send("a");
		world.run(10_000);
		expect(world.commands).toEqual([open, line, "AT+UCLOSE=0", open, "AT+UCLOSE=0", open, line]);
		expect(udp.errors).toEqual([]);
		expect(world.core.addresses.preferred).toBe("ipv6");
	});
	test("an open whose outcome never comes is given up in bounded time", () => {
		const world = ready();
		world.onCommand = undefined;
		world.script['AT+UOPEN=0,"10.0.0.1",5683,0'] = ok;
		world.script["AT+UCLOSE=0"] = `${ok}\r\nCLOSE OK\r\n`;
		const udp = world.udp();
		udp.send("a", "10.0.0.1");
		world.run(30_000);
		expect(udp.errors).toHaveLength(1);
		expect(world.core.deadline).toBe(undefined);
	});
	test("a module that takes no IPv6 socket: IPv4 is preferred from then on, and it is said why", () => {
		const world = ready();
		world.onCommand = undefined;
		world.script["AT+UCLOSE=0"] = `${ok}\r\nCLOSE OK\r\n`;
		world.script['AT+UOPEN=0,"2001:db8::1",5683,0'] = error;
		world.udp().send("a");
		world.run(20_000);
		expect(world.core.addresses.address).toBe("10.0.0.7");
		expect(world.changes).toContain("address");
		expect(world.event("family")).toMatchObject({ wanted: "ipv6", got: "ipv4" });
	});
	test("closing the endpoint closes its sockets and forgets what waits", () => {
		const world = ready();
		const udp = world.udp();
		udp.send("a");
		world.run(1_000);
		udp.send("b");
		udp.endpoint.close();
		world.run(1_000);
		expect(world.commands.at(-1)).toBe("AT+UCLOSE=0");
		expect(sends(world)).toHaveLength(1);
	});
	test("closed while it is being opened", () => {
		const world = ready();
		const udp = world.udp();
		udp.send("a");
		world.run(10);
		udp.endpoint.close();
		world.run(5_000);
		expect(world.commands).toEqual(['AT+UOPEN=0,"2001:db8::1",5683,0', "AT+UCLOSE=0"]);
	});
});

describe("receiving", () => {
	test.each([0, 1, 5])("a pushed datagram in pieces of %i", chunk => {
		const world = ready({ chunk });
		const udp = world.udp();
		udp.send("a");
		world.run(1_000);
		world.say(`\r\n+UDATA: 0,4,"${hex("OK\r\n")}"\r\n`);
		world.run(100);
		expect(udp.readableCounts).toEqual([1]);
		expect(udp.read()).toBe("OK\r\n from 2001:db8::1 5683");
		expect(udp.read()).toBe(undefined);
	});
	test("in the middle of a send", () => {
		const world = ready();
		const udp = world.udp();
		udp.send("a");
		world.run(1_000);
		world.script[`AT+USEND=0,1,"${hex("b")}"`] = `${ok}\r\n+UDATA: 0,1,"${hex("r")}"\r\n\r\nSEND OK\r\n`;
		udp.send("b");
		world.run(1_000);
		expect(udp.read()).toBe("r from 2001:db8::1 5683");
		expect(udp.errors).toEqual([]);
	});
	test("eight wait, the ninth is dropped and counted", () => {
		const world = ready();
		const udp = world.udp();
		udp.send("a");
		world.run(1_000);
		for (let i = 0; i < 9; i++) world.say(`\r\n+UDATA: 0,1,"${hex(`${i}`)}"\r\n`);
		world.run(100);
		const read: string[] = [];
		for (let packet = udp.read(); packet; packet = udp.read()) read.push(packet[0]!);
		expect(read.join("")).toBe("01234567");
		expect(udp.endpoint.dropped).toBe(1);
		expect(world.core.sockets.dropped).toBe(1);
	});
	test.each(['0,2,"41"', '0,1,"4G"', '7,1,"41"', '0,1,"4"', "0"])("%s is dropped, nothing else happens", line => {
		const world = ready();
		const udp = world.udp();
		udp.send("a");
		world.run(1_000);
		world.say(`\r\n+UDATA: ${line}\r\n`);
		world.run(100);
		expect(udp.read()).toBe(undefined);
		expect(world.core.sockets.dropped).toBe(1);
	});
	test("data that the module keeps are fetched", () => {
		const world = ready({ driver: { ...driver, sockets: pullSockets } });
		const udp = world.udp();
		udp.send("a");
		world.run(1_000);
		world.script["AT+URECV=0"] = "\r\n+URECV: 0,5\r\nOK\r\n!\r\n\r\nOK\r\n";
		world.say("\r\n+UWAIT: 0\r\n");
		world.run(1_000);
		expect(udp.read()).toBe("OK\r\n! from 2001:db8::1 5683");
	});
	test("closed by the network: freed in the module, and opened again at the next write", () => {
		const world = ready();
		const udp = world.udp();
		udp.send("a");
		world.run(1_000);
		world.forget();
		world.say("\r\n+UCLOSED: 0\r\n");
		world.run(1_000);
		udp.send("b");
		world.run(1_000);
		expect(world.commands).toEqual(["AT+UCLOSE=0", 'AT+UOPEN=0,"2001:db8::1",5683,0', `AT+USEND=0,1,"${hex("b")}"`]);
	});
});

describe("names", () => {
	function resolve(world: World, host: string): string[] {
		const told: string[] = [];
		world.core.sockets.resolutions.resolve(host, {
			resolved: (name, address) => told.push(`${name} ${address}`),
			unresolved: (name, failure) => told.push(`${name} ${failure.code}`),
		});
		expect(told).toEqual([]);
		return told;
	}
	test.each([
		["::1", "::1"],
		["2001:DB8:0:0::1", "2001:db8::1"],
		["10.1.2.3", "10.1.2.3"],
	])("the literal %s is answered at once, on the next turn, without the module", (host, address) => {
		const world = new World();
		const told = resolve(world, host);
		world.run(0);
		expect(told).toEqual([`${host} ${address}`]);
		expect(world.commands).toEqual([]);
	});
	test("of several addresses IPv6 is taken where the modem has IPv6", () => {
		const world = ready();
		world.script['AT+UDNS="a.test"'] = `${ok}\r\n+UDNS: 2\r\n\r\n+UDNS: "10.0.0.1"\r\n\r\n+UDNS: "2001:DB8::1"\r\n`;
		const told = resolve(world, "a.test");
		world.run(1_000);
		expect(told).toEqual(["a.test 2001:db8::1"]);
	});
	test("IPv4 where it has none", () => {
		const world = ready({ script: { "AT+CGPADDR=1": '\r\n+CGPADDR: 1,"10.0.0.7"\r\n\r\nOK\r\n' } });
		world.script['AT+UDNS="a.test"'] = `${ok}\r\n+UDNS: 2\r\n\r\n+UDNS: "2001:DB8::1"\r\n\r\n+UDNS: "10.0.0.1"\r\n`;
		const told = resolve(world, "a.test");
		world.run(1_000);
		expect(told).toEqual(["a.test 10.0.0.1"]);
	});
	test.each([
		[`${ok}\r\n+UDNS: 0,9\r\n`, 1_000],
		[error, 1_000],
		[ok, 6_000],
	])("%j is an error in bounded time", (answer, within) => {
		const world = ready();
		world.script['AT+UDNS="a.test"'] = answer;
		const told = resolve(world, "a.test");
		world.run(within);
		expect(told).toHaveLength(1);
		expect(told[0]).toMatch(/^a\.test (resolve|error)$/);
	});
});
