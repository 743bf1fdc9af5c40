import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TEST_OPERATOR } from "../../host-sim/network/operator.js";
import { CLOSED_PORT, everyByte, segmentsLost, streamWorld } from "./stream-world.js";
import { SERVER } from "./world.js";

describe("a connection", () => {
	test("opens after one round trip, carries bytes both ways, tells when they are in the peer's hands", () => {
		const w = streamWorld();
		const client = w.open(7);
		w.serve.received = (served, bytes) => served.connection.send(Uint8Array.of(...bytes, 0xff));
		w.seconds(62);
		expect(client.log).toEqual(["opened"]);
		const bytes = Uint8Array.of(1, 2, 3);
		client.flow.send(bytes);
		bytes[0] = 9;
		w.seconds(70);
		expect(client.log).toEqual(["opened", "sent 3 true", "received 4"]);
		expect(client.bytes).toEqual([1, 2, 3, 255]);
		expect(w.connections).toHaveLength(1);
		expect(w.connections[0]!.bytes).toEqual([1, 2, 3]);
		expect(w.connections[0]!.connection.from).toEqual({ address: w.ue.contexts[0]!.ipv6, port: client.flow.localPort });
	});

	test("nobody listens: refused; nobody there: a timeout after 75 s", () => {
		const w = streamWorld();
		const refused = w.open(CLOSED_PORT);
		const silent = w.open(7, { host: "2001:db8::dead" });
		w.seconds(65);
		expect(refused.log).toEqual(["failed refused"]);
		w.seconds(134);
		expect(silent.log).toEqual([]);
		w.seconds(136);
		expect(silent.log).toEqual(["failed timeout"]);
	});

	test("the server closes: everything first, then closed; what is sent afterwards is refused", () => {
		const w = streamWorld();
		const client = w.open(7);
		w.serve.accepted = served => {
			served.connection.send(everyByte(3000));
			served.connection.close();
		};
		w.seconds(70);
		expect(client.bytes).toEqual([...everyByte(3000)]);
		expect(client.log[0]).toBe("opened");
		expect(client.log.at(-1)).toBe("closed");
		client.flow.send(Uint8Array.of(1));
		w.seconds(80);
		expect(client.log.filter(line => line === "closed")).toHaveLength(1);
		expect(w.connections[0]!.bytes).toEqual([]);
	});

	test("the module closes: what it took still arrives, then the server is told, and the module hears nothing more", () => {
		const w = streamWorld();
		const client = w.open(7);
		w.seconds(62);
		client.flow.send(everyByte(5000));
		client.flow.close();
		w.serve.received = served => served.connection.send(Uint8Array.of(1));
		w.seconds(90);
		expect(w.connections[0]!.bytes).toEqual([...everyByte(5000)]);
		expect(w.connections[0]!.closed).toBe(1);
		expect(client.log).toEqual(["opened"]);
	});

	test("100,000 bytes each way at once, both in order and whole", () => {
		const w = streamWorld();
		const client = w.open(7);
		w.serve.accepted = served => served.connection.send(everyByte(100_000));
		w.seconds(62);
		let sent = 0;
		const all = everyByte(100_000);
		for (let second = 62; second < 2000; second++) {
			if (sent < all.length && client.log.filter(line => line.startsWith("sent")).length * 5000 >= sent - 20_000) {
				client.flow.send(all.subarray(sent, sent + 5000));
				sent += 5000;
			}
			w.seconds(second);
		}
		expect(client.log.filter(line => line === "sent 5000 true")).toHaveLength(20);
		expect(w.connections[0]!.bytes).toEqual([...all]);
		expect(client.bytes).toEqual([...all]);
	});

	test("more than the module's buffer holds is refused, what it holds is not", () => {
		const w = streamWorld();
		const client = w.open(7);
		w.seconds(62);
		client.flow.send(new Uint8Array(60_000));
		client.flow.send(new Uint8Array(5_537));
		client.flow.send(new Uint8Array(5_536));
		w.seconds(600);
		expect(client.log).toEqual(["opened", "sent 5537 false", "sent 60000 true", "sent 5536 true"]);
		expect(w.connections[0]!.bytes).toHaveLength(65_536);
	});
});

test("what passes the IP stack can be watched: datagrams, streams from open to close", () => {
	const seen: string[] = [];
	const w = streamWorld({
		onTraffic: packet => seen.push(`${packet.kind} ${packet.direction} ${packet.host.port} ${packet.bytes.length}`),
	});
	const udp = w.ue.openFlow("udp", 0, SERVER, 5683, 4000, { opened() {}, failed() {}, sent() {}, received() {}, closed() {} });
	const client = w.open(7);
	w.seconds(62);
	udp.send(new Uint8Array(5));
	client.flow.send(new Uint8Array(6));
	w.seconds(70);
	w.connections[0]!.connection.send(new Uint8Array(7));
	w.seconds(75);
	client.flow.close();
	expect(seen).toEqual(["open up 7 0", "data up 7 6", "datagram up 5683 5", "datagram down 5683 5", "data down 7 7", "close up 7 0"]);
});

describe("the receive window", () => {
	test("no more than its bytes arrive before the host took some, and none is lost", () => {
		const w = streamWorld();
		const client = w.open(7, { windowBytes: 1000 });
		w.serve.accepted = served => served.connection.send(everyByte(5000));
		w.seconds(300);
		expect(client.bytes).toHaveLength(1000);
		client.flow.consumed(400);
		w.seconds(400);
		expect(client.bytes.length).toBeLessThanOrEqual(1400);
		for (let second = 400; client.bytes.length < 5000 && second < 3000; second += 30) {
			const before = client.bytes.length;
			client.flow.consumed(1000);
			w.seconds(second);
			expect(client.bytes.length - before).toBeLessThanOrEqual(1000);
		}
		expect(client.bytes).toEqual([...everyByte(5000)]);
	});

	test("a window update that was lost is asked for", () => {
		const w = streamWorld();
		const client = w.open(7, { windowBytes: 500 });
		w.serve.accepted = served => served.connection.send(everyByte(1000));
		w.seconds(120);
		w.network.loss = [1, 1, 1];
		client.flow.consumed(500);
		w.seconds(130);
		w.network.loss = [0, 0, 0];
		w.seconds(300);
		expect(client.bytes).toEqual([...everyByte(1000)]);
	});
});

describe("trouble on the way", () => {
	test("lost segments come again, in order", () => {
		const w = streamWorld({ seed: 5 });
		const client = w.open(7);
		w.serve.accepted = served => served.connection.send(everyByte(20_000));
		w.seconds(62);
		w.network.loss = [0.2, 0.2, 0.2];
		client.flow.send(everyByte(20_000));
		w.seconds(900);
		expect(segmentsLost(w).length).toBeGreaterThan(5);
		expect(client.log.filter(line => line.startsWith("sent"))).toEqual(["sent 20000 true"]);
		expect(w.connections[0]!.bytes).toEqual([...everyByte(20_000)]);
		expect(client.bytes).toEqual([...everyByte(20_000)]);
	});

	test("half a minute without a cell is a delay, two minutes and more the end of the connection", () => {
		const short = streamWorld();
		const survivor = short.open(7);
		short.seconds(62);
		short.network.setPower(false);
		survivor.flow.send(everyByte(2000));
		short.seconds(92);
		short.network.setPower(true);
		short.seconds(300);
		expect(survivor.log).toEqual(["opened", "sent 2000 true"]);
		expect(short.connections[0]!.bytes).toEqual([...everyByte(2000)]);
		const long = streamWorld();
		const lost = long.open(7);
		long.seconds(62);
		long.network.setPower(false);
		lost.flow.send(everyByte(2000));
		long.seconds(181);
		expect(lost.log).toEqual(["opened"]);
		long.seconds(183);
		expect(lost.log).toEqual(["opened", "sent 2000 false", "closed"]);
	});

	test("the NAT forgets a connection after two hours and four minutes of silence, not before", () => {
		const client = (pauseSeconds: number): string[] => {
			const w = streamWorld();
			const { flow, log } = w.open(7);
			w.seconds(62);
			w.seconds(62 + pauseSeconds);
			flow.send(Uint8Array.of(1));
			w.seconds(62 + pauseSeconds + 200);
			return log;
		};
		expect(client(7_400)).toEqual(["opened", "sent 1 true"]);
		expect(client(7_500)).toEqual(["opened", "sent 1 false", "closed"]);
		expect(TEST_OPERATOR.streamLifetimeSeconds).toBe(7_440);
	});

	test("the context goes: closed at once; the power goes: silence", () => {
		const w = streamWorld();
		const client = w.open(7);
		w.seconds(62);
		const opening = w.open(7, { host: "2001:db8::dead" });
		client.flow.send(new Uint8Array(0));
		w.seconds(63);
		w.network.linked = false;
		client.flow.send(Uint8Array.of(1));
		w.ue.deactivateContext(0);
		w.seconds(70);
		expect(client.log).toEqual(["opened", "sent 0 true", "sent 1 false", "closed"]);
		expect(opening.log).toEqual(["failed no-context"]);
		const off = streamWorld();
		const other = off.open(7);
		off.seconds(62);
		off.ue.powerOff();
		off.seconds(5000);
		expect(other.log).toEqual(["opened"]);
	});

	test("what a closed connection still had to send dies with the power: nothing of it after the next start", () => {
		const w = streamWorld();
		const client = w.open(7);
		w.seconds(62);
		w.network.linked = false;
		client.flow.send(everyByte(1000));
		client.flow.close();
		w.seconds(70);
		const lostBefore = segmentsLost(w).length;
		expect(lostBefore).toBeGreaterThan(0);
		w.ue.powerOff();
		w.seconds(71);
		w.on();
		w.seconds(400);
		expect(segmentsLost(w)).toHaveLength(lostBefore);
	});

	test("each segment costs air time: the transmissions of a byte, its acknowledgements and their headers", () => {
		let uplink = 0;
		const w = streamWorld({ radio: { radio() {}, core() {}, air: txMs => void (uplink += txMs) } });
		const client = w.open(7);
		w.seconds(62);
		const opening = uplink;
		client.flow.send(new Uint8Array(1200));
		w.seconds(66);
		const one = uplink - opening;
		client.flow.send(new Uint8Array(1200));
		client.flow.send(new Uint8Array(1200));
		w.seconds(72);
		expect(uplink - opening - one).toBeGreaterThan(1.8 * one);
		expect(one).toBeGreaterThan(400);
	});
});

test("whatever is lost, cut off or slow: a prefix of what was sent arrives, once and in order, and every send has one answer", () => {
	const step = fc.record({
		do: fc.constantFrom(
			"send",
			"serve",
			"consume",
			"loss",
			"noLoss",
			"cellOff",
			"cellOn",
			"break",
			"coreOff",
			"coreOn",
			"close",
			"serverClose",
		),
		pause: fc.integer({ min: 0, max: 40 }),
		bytes: fc.integer({ min: 1, max: 4000 }),
	});
	fc.assert(
		fc.property(
			fc.array(step, { maxLength: 20 }),
			fc.integer({ min: 1, max: 1000 }),
			fc.integer({ min: 200, max: 3000 }),
			(steps, seed, window) => {
				const w = streamWorld({ seed });
				const client = w.open(7, { windowBytes: window });
				let now = 70;
				w.seconds(now);
				const up: number[] = [];
				const down: number[] = [];
				let sends = 0;
				let closed = false;
				const actions: Record<string, (bytes: number) => void> = {
					send(bytes) {
						if (client.log[0] !== "opened" || client.log.includes("closed") || closed) return;
						const part = everyByte(bytes);
						up.push(...part);
						sends++;
						client.flow.send(part);
					},
					serve(bytes) {
						const part = everyByte(bytes);
						if (w.connections[0] === undefined) return;
						down.push(...part);
						w.connections[0].connection.send(part);
					},
					consume: bytes => client.flow.consumed(bytes),
					loss: () => void (w.network.loss = [0.4, 0.4, 0.4]),
					noLoss: () => void (w.network.loss = [0, 0, 0]),
					cellOff: () => w.network.setPower(false),
					cellOn: () => w.network.setPower(true),
					break: () => w.network.breakLink(),
					coreOff: () => void (w.network.linked = false),
					coreOn: () => void (w.network.linked = true),
					close() {
						closed = true;
						client.flow.close();
					},
					serverClose: () => w.connections[0]?.connection.close(),
				};
				for (const { do: name, pause, bytes } of steps) {
					actions[name]!(bytes);
					now += pause;
					w.seconds(now);
				}
				w.network.loss = [0, 0, 0];
				w.network.linked = true;
				w.network.setPower(true);
				for (let i = 0; i < 400; i++) {
					client.flow.consumed(4000);
					now += 20;
					w.seconds(now);
				}
				const arrived = w.connections[0]?.bytes ?? [];
				expect(arrived).toEqual(up.slice(0, arrived.length));
				expect(client.bytes).toEqual(down.slice(0, client.bytes.length));
				if (closed) return;
				const answers = client.log.filter(line => line.startsWith("sent"));
				expect(answers).toHaveLength(sends);
				if (client.log.includes("closed") || client.log[0] !== "opened") return;
				expect(answers.every(line => line.endsWith("true"))).toBe(true);
				expect(arrived).toEqual(up);
				expect(client.bytes).toEqual(down);
			},
		),
		{ numRuns: 150 },
	);
});
