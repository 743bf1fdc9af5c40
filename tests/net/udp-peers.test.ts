import { expect, test } from "vitest";
import type { Packet, UDP } from "../../sdk/index.js";
import { bytes, pattern, text } from "./behaviours/bench.js";
import { type StreamBench, streamBench } from "./stream-module.js";

const of = (bench: StreamBench, name: string): string[] => bench.board.commands.filter(line => line.startsWith(`AT+${name}`));
function all(socket: UDP): string[] {
	const packets: string[] = [];
	for (let packet = socket.read(); packet !== undefined; packet = socket.read())
		packets.push(`${text(packet)} ${packet.address} ${packet.port}`);
	return packets;
}

test("one socket of the module for all peers of a family where it needs none; every datagram names its own", () => {
	const bench = streamBench({ udpHasNoPeer: true });
	const udp = new bench.modem.UDP({});
	udp.write(bytes("a"), "10.0.0.1", 1);
	udp.write(bytes("b"), "10.0.0.2", 2);
	udp.write(bytes("c"), "2001:db8::3", 3);
	bench.run(5_000);
	bench.board.say('\r\n+UTFROM: 0,"10.0.0.2",2,1,"42"\r\n');
	bench.board.say('\r\n+UTFROM: 0,"10.0.0.1",1,1,"41"\r\n');
	bench.run(1_000);
	expect(of(bench, "UOPEN")).toEqual(['AT+UOPEN=0,"10.0.0.1",1,0', 'AT+UOPEN=1,"2001:db8::3",3,0']);
	expect(of(bench, "USENDTO")).toEqual([
		'AT+USENDTO=0,"10.0.0.1",1,"61"',
		'AT+USENDTO=0,"10.0.0.2",2,"62"',
		'AT+USENDTO=1,"2001:db8::3",3,"63"',
	]);
	expect(all(udp)).toEqual(["B 10.0.0.2 2", "A 10.0.0.1 1"]);
});
test("two sockets of the application have one each of the module's", () => {
	const bench = streamBench({ udpHasNoPeer: true });
	new bench.modem.UDP({ port: 1000 }).write(bytes("a"), "10.0.0.1", 1);
	new bench.modem.UDP({ port: 2000 }).write(bytes("a"), "10.0.0.1", 1);
	bench.run(5_000);
	expect(of(bench, "UOPEN")).toEqual(['AT+UOPEN=0,"10.0.0.1",1,1000', 'AT+UOPEN=1,"10.0.0.1",1,2000']);
});

/** The module keeps so many datagrams; each tells how many bytes wait behind it, or nothing of it. */
function keeping(bench: StreamBench, count: number, tells: boolean): void {
	let next = 0;
	Object.defineProperty(bench.module.script, "AT+UTFREAD=0,64", {
		get() {
			if (next === count) return "\r\n+UTFREAD: 0,0\r\n\r\nOK\r\n";
			next++;
			return `\r\n+UTFREAD: 0,1,${tells ? count - next : ""},"10.0.0.7",${next}\r\n${String.fromCharCode(64 + next)}\r\n\r\nOK\r\n`;
		},
	});
	bench.board.say("\r\n+UWAIT: 0\r\n");
}
test.each([
	[true, 3],
	[false, 4],
])("datagrams that the module keeps are fetched until none is left (it says how many: %s)", (tells, reads) => {
	const bench = streamBench({ pullsDatagrams: true });
	const udp = new bench.modem.UDP({});
	udp.write(bytes("a"), "10.0.0.1", 1);
	bench.run(5_000);
	keeping(bench, 3, tells);
	bench.run(5_000);
	expect(of(bench, "UTFREAD")).toHaveLength(reads);
	expect(all(udp)).toEqual(["A 10.0.0.7 1", "B 10.0.0.7 2", "C 10.0.0.7 3"]);
});
test("and no more of them than there is room for, until they are read", () => {
	const bench = streamBench({ pullsDatagrams: true });
	const udp = new bench.modem.UDP({});
	udp.write(bytes("a"), "10.0.0.1", 1);
	bench.run(5_000);
	keeping(bench, 20, true);
	bench.run(20_000);
	expect(of(bench, "UTFREAD")).toHaveLength(8);
	const read: Packet[] = [];
	for (let i = 0; i < 30; i++) {
		const packet = udp.read();
		if (packet !== undefined) read.push(packet);
		bench.run(1_000);
	}
	expect(read.map(({ port }) => port)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
	expect(bench.modem.counters.droppedPackets).toBe(0);
});
test("DTLS: one handshake for each peer, with what it was given", () => {
	const bench = streamBench({ dtls: true });
	const dtls = new bench.modem.DTLS({ port: 5684, secure: { psk: "shared" } });
	dtls.write(pattern(3), "10.0.0.1", 5684);
	dtls.write(pattern(3), "10.0.0.2", 5684);
	bench.run(5_000);
	expect(of(bench, "UDTLS")).toEqual(['AT+UDTLS=0,"shared"', 'AT+UDTLS=1,"shared"']);
	expect(() => new bench.modem.DTLS({ secure: {} })).toThrow("secure.ca");
	expect(() => new bench.modem.DTLS({ secure: { ca: "root" } })).toThrow("secure.serverName");
	bench.board.say('\r\n+UDATA: 1,1,"7A"\r\n');
	bench.run(1_000);
	expect(all(dtls)).toEqual(["z 10.0.0.2 5684"]);
});

test("no room in the module: tried again after a while, the others wait behind it, and two minutes are the end", () => {
	const bench = streamBench({ udpHasNoPeer: true });
	const errors: string[] = [];
	const udp = new bench.modem.UDP({
		onError(error) {
			errors.push(error.code);
		},
	});
	const busy = "\r\n+CME ERROR: 30\r\n";
	bench.module.script['AT+USENDTO=0,"10.0.0.1",1,"61"'] = busy;
	udp.write(bytes("a"), "10.0.0.1", 1);
	bench.run(5_000);
	udp.write(bytes("b"), "10.0.0.1", 1);
	const tries = of(bench, "USENDTO").length;
	expect(tries).toBeGreaterThan(5);
	expect(tries).toBeLessThan(30);
	expect(of(bench, "USENDTO").every(line => line.endsWith('"61"'))).toBe(true);
	bench.run(120_000);
	expect(errors).toEqual(["timeout"]);
	expect(of(bench, "USENDTO").at(-1)).toMatch(/"62"$/);
});
