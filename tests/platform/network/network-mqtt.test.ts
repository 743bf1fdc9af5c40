import type { ControlMessage, MessageOptions, MQTTOptions } from "embedded:network/mqtt/client";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../../host-sim/clock/virtual-clock.js";
import { MqttClient } from "../../../host-sim/platform/network/mqtt-client.js";
import { timersOf } from "./timers.js";
import { bytesOf, createWire, scripted, type WireOptions } from "./wire.js";

type Steps = Parameters<typeof scripted>[0];

/** CONNECT of a clean session without an identifier, no keep alive. */
const plainConnect = [0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, 0];
const accepted = [0x20, 2, 0, 0];
const login: Steps[number] = { expect: plainConnect, send: accepted };

interface Bench extends ReturnType<typeof createWire> {
	readonly clock: VirtualClock;
	readonly server: ReturnType<typeof scripted>;
	/** What the application was told, in order, but for onWritable. */
	readonly told: unknown[];
	readonly rooms: number[];
	readonly client: MqttClient;
}

/** A client against a server's script. An application that is not given reads whatever comes. */
function open(steps: Steps, options: Partial<MQTTOptions> = {}, wireOptions: Partial<WireOptions> = {}): Bench {
	const clock = new VirtualClock();
	const server = scripted(steps);
	const wire = createWire({ clock, host: server, ...wireOptions });
	const told: unknown[] = [];
	const rooms: number[] = [];
	const { onControl, onReadable, onWritable, onError, ...rest } = options;
	const client = new MqttClient(
		{
			host: "broker.example",
			socket: { io: wire.TCP },
			dns: { io: wire.Resolver },
			...rest,
			onControl(message: ControlMessage) {
				told.push({ ...message });
				onControl?.call(this, message);
			},
			onReadable(count: number, message: MessageOptions) {
				if (onReadable !== undefined) return onReadable.call(this, count, message);
				told.push({ ...message, bytes: [...new Uint8Array(this.read(count) ?? [])] });
			},
			onWritable(count: number) {
				rooms.push(count);
				onWritable?.call(this, count);
			},
			onError(error?: Error) {
				told.push(`${(error as any).code}: ${error!.message}`);
				onError?.call(this, error);
			},
		},
		timersOf(clock),
	);
	return Object.assign(wire, { clock, server, told, rooms, client });
}

const runFor = (bench: Bench, ms: number): Bench => {
	bench.clock.run(bench.clock.now() + ms);
	return bench;
};
const connack = { operation: 2, returnCode: 0 };

describe("CONNECT", () => {
	test("plain", () => {
		const { server, asked, told, rooms } = runFor(open([login]), 1000);
		expect(server.got).toEqual([plainConnect]);
		expect(asked).toEqual([{ address: "2001:db8::1", host: "broker.example", port: 1883 }]);
		expect(told).toEqual([connack]);
		// 512 less what is kept for acknowledgements.
		expect(rooms).toEqual([504]);
	});

	test.each([512, 13, 1])("with everything, in a window of %d bytes", windowBytes => {
		const expected = [
			...[0x10, 42, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0b1110_1100, 0, 61],
			...[0, 3, ...bytesOf("m-1")],
			...[0, 4, ...bytesOf("gone")],
			...[0, 3, 0xe2, 0x82, 0xac],
			...[0, 8, ...bytesOf("tracker1")],
			...[0, 4, 0, 255, 1, 2],
		];
		const bench = open(
			[{ expect: expected, send: [0x20, 2, 1, 0] }],
			{
				id: "m-1",
				user: "tracker1",
				password: Uint8Array.of(0, 255, 1, 2).buffer,
				clean: false,
				keepAlive: 60_001,
				will: { topic: "gone", message: "€", QoS: 1, retain: true },
				port: 8883,
			},
			{ windowBytes },
		);
		runFor(bench, 5000);
		expect(bench.server.got).toEqual([expected]);
		expect(bench.asked[0]?.port).toBe(8883);
		expect(bench.told).toEqual([connack]);
	});

	test.each([
		[1, "its version of MQTT"],
		[4, "user or password"],
		[5, "not authorised"],
		[77, "the connection"],
	])("refused with %d", (code, what) => {
		const bench = runFor(open([{ expect: plainConnect, send: [0x20, 2, 0, code] }]), 1000);
		expect(bench.told).toEqual([`refused: the broker refused ${what} (return code ${code})`]);
		expect(bench.open).toBe(0);
	});

	test("options that cannot be", () => {
		const clock = new VirtualClock();
		const wire = createWire({ clock, host: scripted([]) });
		const good: MQTTOptions = { host: "h", socket: { io: wire.TCP }, dns: { io: wire.Resolver } };
		const make = (more: object) => () => new MqttClient({ ...good, ...more }, timersOf(clock));
		expect(make({ host: "" })).toThrow("host is required");
		expect(make({ dns: undefined })).toThrow("dns: { io: a class } is required");
		expect(make({ socket: {} })).toThrow("socket: { io: a class } is required");
		expect(make({ keepAlive: 65_536_000 })).toThrow("keepAlive: 0..65,535,000 ms");
		expect(make({ keepAlive: -1000 })).toThrow("keepAlive: 0..65,535,000 ms");
		expect(make({ password: "p" })).toThrow("password: goes with a user only");
		expect(make({ will: { topic: "a/+", message: "" } })).toThrow("will.topic: no wildcard");
		expect(make({ will: { topic: "a", message: "", QoS: 3 } })).toThrow("will.QoS: 0, 1 or 2");
		expect(make({ id: "x".repeat(65_536) })).toThrow("id: 65536 bytes, 65,535 are the most");
		expect(make({ onControl: 5 })).toThrow("onControl: a function is required");
		expect(wire.open).toBe(0);
	});
});

describe("what does not come is waited for within bounds", () => {
	test("a name that has no address, and one that nobody answers for", () => {
		const none = runFor(open([], { host: "nobody.invalid" }), 1000);
		expect(none.told).toEqual(["resolve: the name nobody.invalid has no address"]);
		const silent = runFor(open([], { host: "silent.example" }), 29_999);
		expect(silent.told).toEqual([]);
		expect(runFor(silent, 1).told).toEqual(["resolve: no answer for the name silent.example within 30 s"]);
		expect(silent.clock.pending).toBe(0);
	});

	test("a connection that is refused, one that throws and one that never opens", () => {
		const refused = runFor(open([], {}, { host: { accept: () => undefined } }), 1000);
		expect(refused.told).toEqual(["connect: no connection to broker.example port 1883"]);
		const Throwing = class {
			constructor() {
				throw new Error("no context");
			}
		};
		const threw = runFor(open([], { socket: { io: Throwing } }), 1000);
		expect(threw.told).toEqual(["connect: no connection to broker.example port 1883: no context"]);
		const Silent = class {
			close() {}
		};
		const silent = runFor(open([], { socket: { io: Silent } }), 30_009);
		expect(silent.told).toEqual([]);
		expect(runFor(silent, 1).told).toEqual(["connect: no connection to broker.example port 1883 within 30 s"]);
	});

	test("CONNACK", () => {
		const bench = runFor(open([{ expect: plainConnect }]), 30_019);
		expect(bench.told).toEqual([]);
		expect(runFor(bench, 1).told).toEqual(["timeout: the broker did not answer CONNECT within 30 s"]);
		expect([bench.open, runFor(bench, 100).clock.pending]).toEqual([0, 0]);
	});

	test("PINGRESP: asked for before the interval is over, waited for one interval", () => {
		const connect = [...plainConnect];
		connect[11] = 60;
		const answered = runFor(
			open([{ expect: connect, send: accepted }, { expect: [0xc0, 0], send: [0xd0, 0] }, { expect: [0xc0, 0] }], { keepAlive: 60_000 }),
			44_000,
		);
		expect(answered.written.length).toBe(14);
		expect(runFor(answered, 2000).told).toEqual([connack, { operation: 13 }]);
		expect(runFor(answered, 44_900).server.got.slice(1)).toEqual([
			[0xc0, 0],
			[0xc0, 0],
		]);
		expect(runFor(answered, 59_000).told.length).toBe(2);
		expect(runFor(answered, 1100).told.at(-1)).toBe("timeout: the broker did not answer PINGREQ within 60 s");
	});
});

describe("the keep alive", () => {
	const connect = [...plainConnect.slice(0, 11), 60, ...plainConnect.slice(12)];
	const message = [0x30, 3, 0, 1, 0x61];

	test("what the application writes makes PINGREQ needless", () => {
		const bench = runFor(open([{ expect: connect, send: accepted }], { keepAlive: 60_000 }), 100);
		for (let count = 0; count < 10; count++) {
			runFor(bench, 29_000);
			bench.client.write(new ArrayBuffer(0), { topic: "a" });
		}
		expect(bench.written.slice(14)).toEqual(Array(10).fill(message).flat());
	});

	test("whatever comes shows that the broker lives", () => {
		const bench = open([{ expect: connect, send: accepted }, { expect: [0xc0, 0], send: message }, { expect: [0xc0, 0] }], {
			keepAlive: 60_000,
		});
		runFor(bench, 149_000);
		expect([bench.told.length, bench.server.done]).toEqual([2, true]);
		expect(runFor(bench, 2000).told.at(-1)).toBe("timeout: the broker did not answer PINGREQ within 60 s");
	});

	test("an application that does not read, or does not write on, is waited for", () => {
		const reading = open([{ expect: connect, send: [...accepted, 0x30, 4, 0, 1, 0x61, 5] }], { keepAlive: 60_000, onReadable() {} });
		expect(runFor(reading, 1_000_000).told).toEqual([connack]);
		const writing = runFor(open([{ expect: connect, send: accepted }], { keepAlive: 60_000 }), 100);
		writing.client.write(new ArrayBuffer(0), { topic: "a", byteLength: 5 });
		expect(runFor(writing, 1_000_000).told).toEqual([connack]);
	});

	test.each([506, 1000])("a window that never opens again ends it, a message of %d bytes in it", byteLength => {
		const bench = runFor(open([{ expect: connect, send: accepted }], { keepAlive: 60_000 }, { drainBytes: 14, delayMs: 10 }), 100);
		bench.cutRoom();
		bench.client.write(new ArrayBuffer(506), { topic: "a", byteLength });
		expect(runFor(bench, 200_000).told.at(-1)).toBe("timeout: the broker did not answer PINGREQ within 60 s");
	});
});

describe("publishing", () => {
	const small = (QoS: 0 | 1 | 2, more: object = {}) =>
		open([login, { expect: [0] }], {
			onControl(message) {
				if (message.operation === 2) this.write(Uint8Array.of(1, 2, 3), { topic: "a/b", QoS, ...more });
			},
		});

	test.each([
		[0, {}, [0x30, 8, 0, 3, 0x61, 0x2f, 0x62, 1, 2, 3]],
		[1, {}, [0x32, 10, 0, 3, 0x61, 0x2f, 0x62, 0, 1, 1, 2, 3]],
		[1, { retain: true, duplicate: true, id: 0x1234 }, [0x3b, 10, 0, 3, 0x61, 0x2f, 0x62, 0x12, 0x34, 1, 2, 3]],
		[2, { id: 65_535 }, [0x34, 10, 0, 3, 0x61, 0x2f, 0x62, 255, 255, 1, 2, 3]],
		[0, { topic: "ü", retain: true }, [0x31, 7, 0, 2, 0xc3, 0xbc, 1, 2, 3]],
	] as const)("QoS %d %j", (QoS, more, bytes) => {
		expect(runFor(small(QoS, more), 1000).written.slice(14)).toEqual(bytes);
	});

	test("an empty message clears a retained one", () => {
		const bench = runFor(open([login]), 100);
		bench.client.write(new ArrayBuffer(0), { topic: "a", retain: true });
		expect(bench.written.slice(14)).toEqual([0x31, 3, 0, 1, 0x61]);
	});

	test("lengths of two, three and four bytes", () => {
		const bench = runFor(open([login], {}, { windowBytes: 40_000 }), 100);
		const lengthOf = (byteLength: number): number[] => {
			const before = bench.written.length;
			bench.client.write(new ArrayBuffer(0), { topic: "a", byteLength });
			const header = bench.written.slice(before);
			for (let left = byteLength; left > 0; left -= Math.min(left, 30_000)) {
				bench.client.write(new Uint8Array(Math.min(left, 30_000)));
				runFor(bench, 50);
			}
			return header.slice(1, -3);
		};
		expect(lengthOf(124)).toEqual([127]);
		expect(lengthOf(125)).toEqual([0x80, 1]);
		expect(lengthOf(16_380)).toEqual([0xff, 0x7f]);
		expect(lengthOf(16_381)).toEqual([0x80, 0x80, 1]);
	});

	test("QoS 1 and 2: what the broker answers is told, and answered", () => {
		const bench = open([
			login,
			{ expect: [0x32, 6, 0, 1, 0x61, 0, 1, 9], send: [0x40, 2, 0, 1] },
			{ expect: [0x34, 6, 0, 1, 0x61, 0, 2, 9], send: [0x50, 2, 0, 2] },
			{ expect: [0x62, 2, 0, 2], send: [0x70, 2, 0, 2] },
		]);
		runFor(bench, 100);
		bench.client.write(Uint8Array.of(9), { topic: "a", QoS: 1 });
		bench.client.write(Uint8Array.of(9), { topic: "a", QoS: 2 });
		runFor(bench, 200);
		expect(bench.told).toEqual([connack, { operation: 4, id: 1 }, { operation: 5, id: 2 }, { operation: 7, id: 2 }]);
		expect(bench.server.done).toBe(true);
	});

	test("in fragments, as the window has room, and nothing of another packet between them", () => {
		const payload = Array.from({ length: 3000 }, (_, at) => at & 255);
		let at = 0;
		const bench = open(
			[
				{ expect: plainConnect, send: [...accepted, 0x32, 5, 0, 1, 0x62, 0, 7] },
				{ expect: [0x32, 0xbd, 0x17, 0, 1, 0x61, 0, 1], send: [0x32, 5, 0, 1, 0x62, 0, 8] },
				{ expect: payload },
				{ expect: [0x40, 2, 0, 8] },
			],
			{
				onWritable(count) {
					if (at === payload.length) return;
					const part = Uint8Array.from(payload.slice(at, at + Math.min(count, at === 0 ? 5 : count)));
					this.write(part, at === 0 ? { topic: "a", QoS: 1, byteLength: payload.length } : undefined);
					at += part.length;
				},
			},
			{ windowBytes: 100, drainBytes: 37 },
		);
		const first = [0x40, 2, 0, 7];
		runFor(bench, 5000);
		expect(bench.written.slice(14, 18)).not.toEqual(first);
		expect(bench.server.got[2]).toEqual(payload);
		expect(bench.server.done).toBe(true);
		expect(at).toBe(3000);
	});

	test("an acknowledgement goes as soon as the message before it is complete", () => {
		const bench = runFor(open([login, { expect: [0x30, 4, 0, 1, 0x61], send: [0x32, 5, 0, 1, 0x62, 0, 7] }]), 100);
		bench.client.write(new ArrayBuffer(0), { topic: "a", byteLength: 1 });
		runFor(bench, 100);
		expect(bench.told.length).toBe(2);
		bench.client.write(Uint8Array.of(9));
		expect(bench.written.slice(14)).toEqual([0x30, 4, 0, 1, 0x61, 9, 0x40, 2, 0, 7]);
	});

	test("QoS 0 uses up no identifier", () => {
		const bench = runFor(open([login]), 100);
		bench.client.write(new ArrayBuffer(0), { topic: "a" });
		bench.client.write(new ArrayBuffer(0), { topic: "a", QoS: 1, id: 500 });
		bench.client.write(new ArrayBuffer(0), { topic: "a", QoS: 1 });
		expect(bench.written.slice(-2)).toEqual([0, 1]);
	});

	test("what may not be written, and that nothing was", () => {
		const bench = open([login]);
		expect(() => bench.client.write(new ArrayBuffer(1), { topic: "a" })).toThrow("not connected: write after CONNACK");
		runFor(bench, 100);
		const refuse = (data: any, options?: any) => expect(() => bench.client.write(data, options));
		refuse(new ArrayBuffer(1)).toThrow("options are required where no message has been begun");
		refuse(new ArrayBuffer(1), {}).toThrow("topic: a string that is not empty is required");
		refuse(new ArrayBuffer(1), { topic: "a/#" }).toThrow("topic: no wildcard");
		refuse(new ArrayBuffer(1), { topic: "a", QoS: 3 }).toThrow("QoS: 0, 1 or 2");
		refuse(new ArrayBuffer(1), { topic: "a", QoS: 1, id: 0 }).toThrow("id: 1..65,535");
		refuse(new ArrayBuffer(2), { topic: "a", byteLength: 1 }).toThrow("byteLength: of the whole message");
		refuse(null, { topic: "a" }).toThrow("data: an ArrayBuffer or a view of bytes is required");
		refuse(new Uint16Array(2), { topic: "a" }).toThrow("data: an ArrayBuffer or a view of bytes is required");
		refuse(new ArrayBuffer(508), { topic: "a" }).toThrow("no room for 514 bytes now: wait for onWritable");
		refuse(null, { operation: 8 }).toThrow("items: at least one { topic } is required");
		refuse(null, { operation: 8, items: [{ topic: "a", QoS: 4 }] }).toThrow("QoS: 0, 1 or 2");
		refuse(null, { operation: 2 }).toThrow("operation: 2 is not the application's to send");
		expect(bench.written.length).toBe(14);
		expect(bench.client.write(new ArrayBuffer(3), { topic: "a", byteLength: 5 })).toBe(512 - 8 - 8);
		refuse(new ArrayBuffer(3)).toThrow("data: 3 bytes, the message has 2 left");
		refuse(null, { operation: 12 }).toThrow("a message is being written: 2 bytes of it come first, without options");
	});

	test("identifiers count from 1 and skip 0 when they wrap", () => {
		const bench = runFor(open([login], {}, { windowBytes: 600_000, delayMs: 1 }), 100);
		for (let count = 1; count <= 65_536; count++) bench.client.write(new ArrayBuffer(0), { topic: "a", QoS: 1 });
		expect(bench.written.slice(-7)).toEqual([0x32, 5, 0, 1, 0x61, 0, 1]);
		expect(bench.written.slice(-14, -7)).toEqual([0x32, 5, 0, 1, 0x61, 255, 255]);
	});
});

test("subscribing and unsubscribing, PINGREQ and DISCONNECT", () => {
	const bench = open([
		login,
		{
			expect: [0x82, 12, 0, 1, 0, 1, 0x23, 2, 0, 3, 0x61, 0x2f, 0x2b, 0],
			send: [0x90, 4, 0, 1, 1, 0x80],
		},
		{ expect: [0xa2, 5, 0, 9, 0, 1, 0x23], send: [0xb0, 2, 0, 9] },
		{ expect: [0xc0, 0], send: [0xd0, 0] },
		{ expect: [0xe0, 0], close: true },
	]);
	runFor(bench, 100);
	const { client } = bench;
	client.write(null, { operation: MqttClient.SUBSCRIBE, items: [{ topic: "#", QoS: 2 }, { topic: "a/+" }] });
	client.write(null, { operation: MqttClient.UNSUBSCRIBE, id: 9, items: [{ topic: "#" }] });
	client.write(null, { operation: MqttClient.PINGREQ });
	client.write(null, { operation: MqttClient.DISCONNECT });
	runFor(bench, 100);
	expect(bench.told).toEqual([
		connack,
		{ operation: 9, id: 1, payload: [1, 0x80] },
		{ operation: 11, id: 9 },
		{ operation: 13 },
		"closed: the connection to broker.example was closed by the other side or the network",
	]);
});

describe("messages that come", () => {
	const stream = [
		...accepted,
		...[0x31, 6, 0, 1, 0x61, 0xde, 0xad, 0x0a],
		...[0x32, 8, 0, 2, 0xc3, 0xbc, 0x12, 0x34, 0x20, 2],
		...[0x35, 5, 0, 1, 0x62, 0, 5],
		...[0x62, 2, 0, 5],
		...[0xd0, 0],
	];
	const expected = [
		{ operation: 2, returnCode: 0 },
		{ topic: "a", QoS: 0, byteLength: 3, bytes: [0xde, 0xad, 0x0a] },
		{ topic: "ü", QoS: 1, byteLength: 2, bytes: [0x20, 2] },
		{ topic: "b", QoS: 2, byteLength: 0, bytes: [] },
		{ operation: 6, id: 5 },
		{ operation: 13 },
	];
	const answers = [
		[0x40, 2, 0x12, 0x34],
		[0x50, 2, 0, 5],
		[0x70, 2, 0, 5],
	];

	/** Fragments of one message put together. */
	function joined(told: unknown[]): unknown[] {
		const messages: any[] = [];
		for (const { more, ...event } of told as any[]) {
			if ("bytes" in event && event.topic === undefined) messages.at(-1).bytes.push(...event.bytes);
			else messages.push(event);
		}
		return messages;
	}

	function arriving(arrive: readonly number[]) {
		const bench = open([{ expect: plainConnect, send: stream }, ...answers.map(expect => ({ expect }))], {}, { arrive });
		runFor(bench, 1000);
		expect(joined(bench.told)).toEqual(expected);
		expect(bench.server.got.slice(1)).toEqual(answers);
	}

	test("whole", () => arriving([1000]));
	test("byte by byte", () => arriving([1]));
	test.each(stream.map((_, at) => at + 1))("cut after %d bytes", at => arriving([at, 1000]));

	test("fragments say whether another follows, and only the first one what the message is", () => {
		const bench = runFor(
			open([{ expect: plainConnect, send: [...accepted, 0x30, 8, 0, 1, 0x61, 1, 2, 3, 4, 5] }], {}, { arrive: [11, 2] }),
			1000,
		);
		expect(bench.told.slice(1)).toEqual([
			{ topic: "a", QoS: 0, byteLength: 5, more: true, bytes: [1, 2] },
			{ more: true, bytes: [3, 4] },
			{ more: false, bytes: [5] },
		]);
	});

	test("are acknowledged when they were read, and what follows is told then", () => {
		const counts: number[] = [];
		const bench = open(
			[
				{ expect: plainConnect, send: [...accepted, 0x32, 8, 0, 1, 0x61, 0, 1, 1, 2, 3, 0x30, 4, 0, 1, 0x62, 7] },
				{ expect: [0x40, 2, 0, 1] },
			],
			{ onReadable: count => void counts.push(count) },
		);
		runFor(bench, 1000);
		const { client, server } = bench;
		expect([counts, server.got.length]).toEqual([[3], 1]);
		const into = new Uint8Array(4);
		expect(client.read(into.subarray(2))).toBe(2);
		expect([...into]).toEqual([0, 0, 1, 2]);
		runFor(bench, 1000);
		expect([counts, server.got.length]).toEqual([[3], 1]);
		expect([...new Uint8Array(client.read(100) as ArrayBuffer)]).toEqual([3]);
		expect(client.read()).toBeUndefined();
		expect(counts).toEqual([3]);
		runFor(bench, 1000);
		expect([counts, server.got.length]).toEqual([[3, 1], 2]);
		expect(() => client.read(-1)).toThrow("count: a whole number of bytes");
		expect(client.read(new DataView(new ArrayBuffer(9), 3, 2))).toBe(1);
	});

	test("without onReadable they are dropped, and acknowledged", () => {
		const clock = new VirtualClock();
		const server = scripted([{ expect: plainConnect, send: [...accepted, 0x32, 6, 0, 1, 0x61, 0, 1, 9] }, { expect: [0x40, 2, 0, 1] }]);
		const wire = createWire({ clock, host: server });
		new MqttClient({ host: "h", socket: { io: wire.TCP }, dns: { io: wire.Resolver } }, timersOf(clock));
		clock.run(1000);
		expect(server.done).toBe(true);
	});

	test.each([
		["type 0", [0x00, 0], "a packet that begins with the byte 0"],
		["flags that the type has not", [0x41, 2, 0, 1], "a packet that begins with the byte 65"],
		["PUBREL without its flag", [0x60, 2, 0, 1], "a packet that begins with the byte 96"],
		["QoS 3", [0x36, 4, 0, 1, 0x61, 1], "a packet that begins with the byte 54"],
		["a packet of a client", [0x82, 6, 0, 1, 0, 1, 0x61, 0], "a packet that begins with the byte 130"],
		["a length of five bytes", [0x30, 0x80, 0x80, 0x80, 0x80, 1], "a length of more than four bytes"],
		["PUBACK with three bytes", [0x40, 3, 0, 1, 2], "a packet of type 4 with 3 bytes"],
		["an empty topic", [0x30, 2, 0, 0], "a message whose topic is empty or longer than the message"],
		["a topic longer than the message", [0x32, 5, 0, 2, 0x61, 0x62, 0], "a message whose topic is empty or longer than the message"],
		["a topic that is no UTF-8", [0x30, 4, 0, 2, 0xc3, 0x28], "a topic that is no UTF-8"],
		["the identifier 0", [0x32, 5, 0, 1, 0x61, 0, 0], "a message with the identifier 0"],
	])("%s ends the connection", (_, bytes, what) => {
		const bench = runFor(open([{ expect: plainConnect, send: [...accepted, ...bytes, 0xd0, 0] }]), 1000);
		expect(bench.told).toEqual([connack, `protocol: the broker sent what is no MQTT: ${what}`]);
		expect([bench.open, bench.clock.pending]).toEqual([0, 0]);
	});

	test("before CONNACK, and CONNACK twice", () => {
		const early = runFor(open([{ expect: plainConnect, send: [0x30, 3, 0, 1, 0x61] }]), 1000);
		expect(early.told).toEqual(["protocol: the broker sent a message before CONNACK"]);
		const ping = runFor(open([{ expect: plainConnect, send: [0xd0, 0] }]), 1000);
		expect(ping.told).toEqual(["protocol: the broker sent a packet of type 13 where none is due"]);
		const twice = runFor(open([{ expect: plainConnect, send: [...accepted, ...accepted] }]), 1000);
		expect(twice.told).toEqual([connack, "protocol: the broker sent a packet of type 2 where none is due"]);
	});

	test("so many that their acknowledgements find no room are taken up later", () => {
		const messages = Array.from({ length: 200 }, (_, at) => [0x32, 6, 0, 1, 0x61, 0, at + 1, at]).flat();
		const bench = open(
			[
				{ expect: plainConnect, send: [...accepted, ...messages] },
				{ expect: Array.from({ length: 200 }, (_, at) => [0x40, 2, 0, at + 1]).flat() },
			],
			{},
			{ windowBytes: 20, drainBytes: 3 },
		);
		runFor(bench, 60_000);
		expect(bench.told.length).toBe(201);
		expect(bench.server.done).toBe(true);
	});

	test("behind a message that is being written, no more than 256 are taken", () => {
		const messages = Array.from({ length: 300 }, (_, at) => [0x32, 5, 0, 1, 0x61, (at + 1) >> 8, (at + 1) & 255]).flat();
		const bench = open([
			{ expect: plainConnect, send: accepted },
			{ expect: [0x30, 4, 0, 1, 0x62], send: messages },
		]);
		runFor(bench, 100);
		bench.client.write(new ArrayBuffer(0), { topic: "b", byteLength: 1 });
		runFor(bench, 1000);
		expect(bench.told.length).toBe(257);
		// However long the application takes.
		runFor(bench, 1_000_000);
		expect(bench.told.length).toBe(257);
		bench.client.write(new ArrayBuffer(1));
		runFor(bench, 1000);
		expect(bench.told.length).toBe(301);
		expect(bench.written.length).toBe(14 + 6 + 1_200);
	});

	test("that can never be acknowledged end the connection, not the application's patience", () => {
		const messages = Array.from({ length: 450 }, (_, at) => [0x32, 5, 0, 1, 0x61, (at + 1) >> 8, (at + 1) & 255]).flat();
		const onControl = (): void => bench.cutRoom();
		const bench = open([{ expect: plainConnect, send: [...accepted, ...messages] }], { keepAlive: 0, onControl });
		runFor(bench, 200_000);
		expect(bench.told.at(-1)).toBe("timeout: the connection took nothing within 150 s");
		expect([bench.open, bench.clock.pending]).toEqual([0, 0]);
	});
});

describe("the end", () => {
	test("is told once, after what came before it was read, and nothing after it", () => {
		const bench = runFor(open([{ expect: plainConnect, send: [...accepted, 0x30, 4, 0, 1, 0x61, 5], close: true }]), 1000);
		expect(bench.told.slice(1)).toEqual([
			{ topic: "a", QoS: 0, byteLength: 1, more: false, bytes: [5] },
			"closed: the connection to broker.example was closed by the other side or the network",
		]);
		expect(() => bench.client.write(null, { operation: MqttClient.PINGREQ })).toThrow("not connected");
		expect([bench.client.read(), bench.open, bench.clock.pending]).toEqual([undefined, 0, 0]);
	});

	test.each([0, 5, 15, 25, 35, 100])("closed by the application after %d ms: nothing is told any more", ms => {
		const bench = runFor(open([{ expect: plainConnect, send: [...accepted, 0x30, 4, 0, 1, 0x61, 5] }], { keepAlive: 0 }), ms);
		const before = bench.told.length;
		bench.client.close();
		bench.client.close();
		expect(runFor(bench, 100_000).told.length).toBe(before);
		expect([bench.open, bench.clock.pending]).toEqual([0, 0]);
	});

	test("closed in a callback", () => {
		const bench = open([{ expect: plainConnect, send: [...accepted, 0x30, 4, 0, 1, 0x61, 5, 0x30, 4, 0, 1, 0x61, 6] }], {
			onReadable() {
				this.close();
			},
		});
		runFor(bench, 1000);
		expect([bench.told, bench.open]).toEqual([[connack], 0]);
	});
});
