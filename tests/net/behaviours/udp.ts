import { expect } from "vitest";
import type { Packet, UDP, UDPOptions } from "../../../sdk/index.js";
import { type Behaviours, type Bench, bytes, type FarDatagram, pattern, SOON_MS, text } from "./bench.js";

/** IPv6 carries packets of 1,280 bytes everywhere (RFC 8200 5); 40 of them are its header, 8 UDP's. */
const ANY_PATH_BYTES = 1_232;

async function sent(bench: Bench, socket: UDP, data: Uint8Array): Promise<FarDatagram> {
	const before = bench.far.datagrams.length;
	socket.write(data, bench.far.address, bench.far.datagramPort);
	await bench.run(SOON_MS, () => bench.far.datagrams.length > before);
	const datagram = bench.far.datagrams[before];
	expect(datagram?.bytes).toEqual(data);
	return datagram!;
}
async function settle(bench: Bench): Promise<void> {
	await bench.run(10_000);
}
function open(bench: Bench, options: UDPOptions = {}): UDP {
	return new bench.modem.UDP(options);
}

export const udp: Behaviours = {
	close: {
		"nothing is called afterwards; again is no error; everything else throws": async bench => {
			let calls = 0;
			const socket = open(bench, { onReadable: () => calls++, onError: () => calls++ });
			const datagram = await sent(bench, socket, bytes("a"));
			await settle(bench);
			datagram.reply(bytes("late"));
			socket.close();
			socket.close();
			await settle(bench);
			expect(calls).toBe(0);
			expect(() => socket.read()).toThrow("closed");
			expect(() => socket.write(bytes("a"), bench.far.address, 1)).toThrow("closed");
			expect(() => socket.format).toThrow("closed");
		},
	},
	"constructor-port": {
		"0 to 65,535": async bench => {
			for (const port of [-1, 65_536, 1.5, Number.NaN, "80"] as never[]) expect(() => open(bench, { port })).toThrow(RangeError);
			open(bench, { port: 40_000 }).close();
		},
	},
	"constructor-options": {
		"needs options, and takes those it does not know": async bench => {
			expect(() => new bench.modem.UDP(undefined as never)).toThrow(TypeError);
			const socket = open(bench, { io: 1, anything: {} });
			expect(socket).toBeInstanceOf(bench.modem.UDP);
			expect(bench.another().UDP).not.toBe(bench.modem.UDP);
		},
	},
	format: {
		'only "buffer"': async bench => {
			const socket = open(bench, { format: "buffer" });
			expect(socket.format).toBe("buffer");
			expect(() => {
				socket.format = "number";
			}).toThrow(RangeError);
			expect(() => open(bench, { format: "number" as never })).toThrow(RangeError);
		},
	},
	"invalid-receiver": {
		"methods refuse anything that is not a UDP": async bench => {
			const { prototype } = bench.modem.UDP as unknown as { prototype: UDP };
			for (const receiver of [{}, Object.create(prototype), undefined] as never[]) {
				expect(() => prototype.read.call(receiver)).toThrow(TypeError);
				expect(() => prototype.write.call(receiver, bytes("a"), bench.far.address, 1)).toThrow(TypeError);
			}
		},
	},
	"no-callback": {
		"is read when its owner likes": async bench => {
			const socket = open(bench);
			(await sent(bench, socket, bytes("a"))).reply(bytes("x"));
			await settle(bench);
			expect(text(socket.read())).toBe("x");
			expect(socket.read()).toBe(undefined);
		},
	},
	onReadable: {
		"says how many wait, with the socket as its `this`; each packet names its sender": async bench => {
			const counts: number[] = [];
			const socket = open(bench, {
				onReadable(count) {
					expect(this).toBe(socket);
					counts.push(count);
				},
			});
			const datagram = await sent(bench, socket, bytes("a"));
			await settle(bench);
			datagram.reply(bytes("one"));
			await settle(bench);
			datagram.reply(bytes("two"));
			await settle(bench);
			expect(counts).toEqual([1, 2]);
			const packets = [socket.read(), socket.read()] as Packet[];
			expect(packets.map(text)).toEqual(["one", "two"]);
			for (const packet of packets) expect([packet.address, packet.port]).toEqual([bench.far.address, bench.far.datagramPort]);
		},
		"a datagram of every byte value, as long as any path carries": async bench => {
			const socket = open(bench);
			const data = pattern(Math.min(bench.datagramBytes, ANY_PATH_BYTES));
			(await sent(bench, socket, data)).reply(data);
			await settle(bench);
			expect(new Uint8Array(socket.read()!)).toEqual(data);
		},
	},
	"read-outside-callback": {
		"at any time": async bench => {
			const socket = open(bench, { onReadable() {} });
			expect(socket.read()).toBe(undefined);
			(await sent(bench, socket, bytes("a"))).reply(bytes("later"));
			await settle(bench);
			await settle(bench);
			expect(text(socket.read())).toBe("later");
		},
	},
	target: {
		"is kept": async bench => {
			expect(open(bench, { target: bench }).target).toBe(bench);
			expect(open(bench).target).toBe(undefined);
		},
	},
	write: {
		"a buffer, and a view of a part; copied at once; in order": async bench => {
			const socket = open(bench);
			const whole = bytes("abcdef");
			const before = bench.far.datagrams.length;
			const { address, datagramPort } = bench.far;
			socket.write(whole.subarray(2, 4), address, datagramPort);
			socket.write(new DataView(whole.buffer, 5), address, datagramPort);
			socket.write(whole.buffer as ArrayBuffer, address, datagramPort);
			whole.fill(0);
			await bench.run(SOON_MS, () => bench.far.datagrams.length >= before + 3);
			expect(bench.far.datagrams.slice(before).map(({ bytes: data }) => text(data))).toEqual(["cd", "f", "abcdef"]);
		},
		"what cannot be sent throws": async bench => {
			const socket = open(bench);
			const { address, datagramPort } = bench.far;
			expect(() => socket.write("text" as never, address, datagramPort)).toThrow(TypeError);
			expect(() => socket.write(bytes("a"), "", datagramPort)).toThrow(TypeError);
			expect(() => socket.write(bytes("a"), address, 0)).toThrow(RangeError);
			expect(() => socket.write(new Uint8Array(bench.datagramBytes + 1), address, datagramPort)).toThrow(/at most/);
		},
	},
};
