import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ModuleCore } from "../../host-sim/modem/core.js";
import type { Persona } from "../../host-sim/modem/persona.js";
import generic from "../../host-sim/persona/generic.js";
import { FlowSocket, type FlowSocketOptions } from "../../host-sim/persona/socket/flow-socket.js";
import { ReceiveBuffer } from "../../host-sim/persona/socket/receive-buffer.js";
import { Bench } from "../sim-modem/bench.js";
import { bytes } from "./cat1-bench.js";

const text = (data: Uint8Array) => Buffer.from(data).toString("latin1");

describe("ReceiveBuffer", () => {
	test("a stream comes out as it went in, whatever is asked for at a time", () => {
		fc.assert(
			fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 })), fc.array(fc.integer({ min: 1, max: 25 })), (pieces, reads) => {
				const buffer = new ReceiveBuffer(true);
				for (const piece of pieces) buffer.push({ bytes: piece, address: "::1", port: 1 });
				const whole = pieces.map(text).join("");
				expect(buffer.bytes).toBe(whole.length);
				let out = "";
				for (const length of reads) {
					const taken = text(buffer.take(length)?.bytes ?? new Uint8Array(0));
					expect(taken.length).toBe(Math.min(length, whole.length - out.length));
					out += taken;
				}
				expect(whole.startsWith(out)).toBe(true);
				expect(buffer.bytes).toBe(whole.length - out.length);
			}),
		);
	});
	test("datagrams never run together and keep who sent them", () => {
		const buffer = new ReceiveBuffer(false);
		buffer.push({ bytes: bytes("abc"), address: "::1", port: 1 });
		buffer.push({ bytes: bytes("de"), address: "::2", port: 2 });
		expect(buffer.count).toBe(2);
		const reads = [buffer.take(2), buffer.take(9), buffer.take(9), buffer.take(9)];
		expect(reads.map(read => read && [text(read.bytes), read.address, read.port])).toEqual([
			["ab", "::1", 1],
			["c", "::1", 1],
			["de", "::2", 2],
			undefined,
		]);
	});
	test("what was given may change afterwards", () => {
		const buffer = new ReceiveBuffer(true);
		const piece = bytes("abc");
		buffer.push({ bytes: piece, address: "::1", port: 1 });
		piece.fill(0);
		expect(text(buffer.take(3)!.bytes)).toBe("abc");
	});
});

/** A socket on a module that has nothing else. */
function socketOn(kind: "udp" | "tcp", changes: Partial<FlowSocketOptions> = {}) {
	let core: ModuleCore | undefined;
	const create: Persona["create"] = made => {
		core = made;
		return generic.create(made);
	};
	const persona: Persona = { ...generic, create };
	const bench = new Bench(persona).start();
	const log: string[] = [];
	const socket = new FlowSocket(core!, {
		kind,
		cid: 1,
		host: "h",
		port: 80,
		localPort: 0,
		openWithinMs: 5000,
		receiveBytes: 10,
		sendBytes: 10,
		opened: () => log.push("opened"),
		failed: why => log.push(`failed ${why}`),
		received: count => log.push(`received ${count}`),
		dropped: count => log.push(`dropped ${count}`),
		closed: () => log.push("closed"),
		...changes,
	});
	const flow = bench.ue.flows[0]!;
	return { bench, socket, flow, listener: flow.listener, log };
}

describe("FlowSocket", () => {
	test("a stream's bytes are confirmed in order however they are acknowledged", () => {
		fc.assert(
			fc.property(
				fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 8 }),
				fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 12 }),
				(sends, acks) => {
					const { socket, listener } = socketOn("tcp", { sendBytes: 1000 });
					listener.opened();
					const confirmed: number[] = [];
					for (const [index, length] of sends.entries()) socket.send(new Uint8Array(length), ok => confirmed.push(ok ? index : -1));
					const total = sends.reduce((sum, length) => sum + length, 0);
					let acknowledged = 0;
					for (const ack of acks) {
						const part = Math.min(ack, total - acknowledged);
						if (part === 0) break;
						acknowledged += part;
						listener.sent(part, true);
					}
					let end = 0;
					const expected = sends.flatMap((length, index) => ((end += length) <= acknowledged ? [index] : []));
					expect(confirmed).toEqual(expected);
					expect(socket.unacknowledgedBytes).toBe(total - acknowledged);
				},
			),
		);
	});
	test("room: those who wait are served in order, as far as it goes", () => {
		const { socket, listener } = socketOn("tcp");
		const served: string[] = [];
		const ask = (name: string, length: number) =>
			socket.whenRoom(length, room => {
				served.push(room ? name : `${name} not`);
				if (room) socket.send(new Uint8Array(length));
			});
		ask("a", 8);
		expect(served).toEqual([]);
		listener.opened();
		ask("b", 4);
		ask("c", 1);
		expect([served, socket.roomBytes]).toEqual([["a"], 2]);
		listener.sent(8, true);
		expect([served, socket.roomBytes]).toEqual([["a", "b", "c"], 5]);
		ask("d", 1000);
		listener.closed();
		expect(served).toEqual(["a", "b", "c", "d not"]);
		ask("e", 1);
		expect(served.at(-1)).toBe("e not");
	});
	test("more than fits at all is taken when nothing else is there", () => {
		const { socket, listener } = socketOn("tcp");
		listener.opened();
		const served: boolean[] = [];
		socket.whenRoom(100, room => served.push(room));
		expect(served).toEqual([true]);
	});
	test("the window opens as the host takes what is there", () => {
		const { socket, flow, listener, log } = socketOn("tcp");
		listener.opened();
		listener.received(bytes("abcdef"), "::1", 80);
		expect(flow.options).toEqual({ windowBytes: 10 });
		expect(text(socket.take(4)!.bytes)).toBe("abcd");
		listener.closed();
		expect(text(socket.take(4)!.bytes)).toBe("ef");
		expect(socket.take(4)).toBe(undefined);
		expect(flow.taken).toEqual([4, 2]);
		expect(log).toEqual(["opened", "received 6", "closed"]);
		expect(socket.state).toBe("ended");
	});
	test("datagrams without room are dropped, and no window is told of the others", () => {
		const { socket, flow, listener, log } = socketOn("udp");
		listener.opened();
		listener.received(bytes("12345678"), "::1", 80);
		listener.received(bytes("123"), "::1", 80);
		expect(log).toEqual(["opened", "received 8", "dropped 3"]);
		socket.take(8);
		expect(flow.taken).toEqual([]);
		expect(flow.options).toEqual({});
	});
	test("an attempt ends once: by its time, by the network, by the host", () => {
		const late = socketOn("tcp");
		late.bench.run(5000);
		late.listener.opened();
		late.listener.failed("refused");
		expect([late.log, late.flow.closed]).toEqual([["failed timeout"], true]);
		const gone = socketOn("tcp");
		gone.listener.closed();
		gone.bench.run(6000);
		expect(gone.log).toEqual(["failed unreachable"]);
		const closed = socketOn("tcp");
		closed.socket.close();
		closed.listener.opened();
		closed.listener.closed();
		closed.bench.run(6000);
		expect(closed.log).toEqual([]);
	});
	test("when the host closes, what was under way is of no interest; room that was awaited will not come", () => {
		const { socket, flow, listener } = socketOn("tcp");
		listener.opened();
		const results: (boolean | string)[] = [];
		socket.send(bytes("0123456789"), ok => results.push(ok));
		socket.whenRoom(1, room => results.push(`room ${room}`));
		socket.close();
		expect([results, flow.closed]).toEqual([["room false"], true]);
		const lost = socketOn("tcp");
		lost.listener.opened();
		lost.socket.send(bytes("a"), ok => results.push(ok));
		lost.socket.lose();
		expect([results, lost.flow.closed]).toEqual([["room false", false], true]);
	});
	test("what was under way fails with the connection", () => {
		const { socket, listener } = socketOn("tcp");
		listener.opened();
		const results: boolean[] = [];
		socket.send(bytes("a"), ok => results.push(ok));
		socket.send(bytes("b"), ok => results.push(ok));
		expect(socket.busy).toBe(true);
		listener.sent(1, false);
		listener.closed();
		expect(results).toEqual([false, false]);
		expect(socket.busy).toBe(false);
	});
});
