import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import type { HostStream, TlsIdentity } from "../../host-sim/internet/host.js";
import { isTopicFilter, matchesFilter } from "../../host-sim/internet/mqtt.js";
import { MqttBroker, type MqttBrokerOptions } from "../../host-sim/internet/mqtt-broker.js";

const bytesOf = (text: string): number[] => [...new TextEncoder().encode(text)];
const field = (text: string): number[] => [0, text.length, ...bytesOf(text)];

/** CONNECT with that identifier; `flags` as in 3.1.2.3, the fields behind the identifier ready. */
function connect(id: string, flags = 2, keepAliveSeconds = 0, ...fields: number[]): number[] {
	const body = [...field("MQTT"), 4, flags, keepAliveSeconds >> 8, keepAliveSeconds & 255, ...field(id), ...fields];
	return [0x10, body.length, ...body];
}
const packet = (first: number, ...body: number[]): number[] => [first, body.length, ...body];
const publish = (topic: string, ...payload: number[]): number[] => packet(0x30, ...field(topic), ...payload);

function world(options: Partial<MqttBrokerOptions> = {}) {
	const clock = new VirtualClock();
	const broker = new MqttBroker({ clock, addresses: ["2001:db8::1"], ...options });
	return { clock, broker };
}

/** A connection with its bytes. */
function peer(broker: MqttBroker, port = 1883) {
	const got: number[] = [];
	const state = { open: true };
	const stream = broker.accept(port, {
		from: { address: "2001:db8::77", port: 40_000 },
		send: bytes => void got.push(...bytes),
		close: () => void (state.open = false),
	}) as HostStream;
	return {
		state,
		stream,
		/** What the broker says to these bytes. */
		say(...bytes: number[]): number[] {
			stream.received(Uint8Array.from(bytes));
			return got.splice(0);
		},
		heard: () => got.splice(0),
	};
}

const welcome = [0x20, 2, 0, 0];
const welcomeBack = [0x20, 2, 1, 0];

test.each([
	["a/b", "a/b", true],
	["a/b", "a/b/c", false],
	["a/+", "a/b", true],
	["a/+", "a", false],
	["a/+", "a/", true],
	["+/+", "/b", true],
	["+", "/b", false],
	["a/#", "a", true],
	["a/#", "a/b/c", true],
	["#", "a/b", true],
	["#", "$SYS/x", false],
	["+/x", "$SYS/x", false],
	["$SYS/#", "$SYS/x", true],
	["A/b", "a/b", false],
])("filter %s, topic %s: %s", (filter, topic, matches) => expect(matchesFilter(filter, topic)).toBe(matches));

test.each([
	["#", true],
	["a/#", true],
	["+/a/+", true],
	["/", true],
	["", false],
	["a#", false],
	["#/a", false],
	["a+/b", false],
	["a\0", false],
])("%j is a filter: %s", (filter, is) => expect(isTopicFilter(filter)).toBe(is));

describe("connecting", () => {
	test("byte by byte, and who is there", () => {
		const { broker } = world();
		const one = peer(broker);
		const got = connect("m").flatMap(byte => one.say(byte));
		expect([got, broker.clients]).toEqual([welcome, ["m"]]);
		expect(peer(broker).say(...connect(""))).toEqual(welcome);
		expect(broker.clients).toEqual(["m", "unnamed-1"]);
		expect(broker.accept(80, {} as never)).toBeUndefined();
	});

	test("a version that is not 3.1.1, and an empty identifier for a session that is to be kept", () => {
		const { broker } = world();
		const old = connect("m");
		old[8] = 3;
		old.splice(1, 7, old[1]! + 2, ...field("MQIsdp").slice(0, 8));
		expect(peer(broker).say(...old)).toEqual([0x20, 2, 0, 1]);
		const one = peer(broker);
		expect(one.say(...connect("", 0))).toEqual([0x20, 2, 0, 2]);
		expect(one.state.open).toBe(false);
	});

	test("user and password are for who knows them", () => {
		const asked: unknown[] = [];
		const { broker } = world({
			authorise: client => {
				asked.push(client);
				return client.password === "pw" ? 0 : 4;
			},
		});
		expect(peer(broker).say(...connect("m", 0xc2, 0, ...field("me"), ...field("pw")))).toEqual(welcome);
		expect(peer(broker).say(...connect("n"))).toEqual([0x20, 2, 0, 4]);
		expect(asked).toEqual([
			{ id: "m", user: "me", password: "pw" },
			{ id: "n", user: undefined, password: undefined },
		]);
		expect(broker.clients).toEqual(["m"]);
	});

	test.each([
		["not CONNECT first", [0xc0, 0]],
		["CONNECT twice", [...connect("m"), ...connect("m")]],
		["a packet of a server", [...connect("m"), 0xd0, 0]],
		["no MQTT", [...bytesOf("GET / HTTP/1.1\r\n\r\n")]],
		["QoS 3", [...connect("m"), 0x36, 5, 0, 1, 0x61, 0, 1]],
		["a wildcard in what is published", [...connect("m"), ...publish("a/#")]],
	])("%s ends the connection", (_, bytes) => {
		const { broker } = world();
		const one = peer(broker);
		one.say(...bytes);
		expect([one.state.open, broker.clients, broker.published]).toEqual([false, [], []]);
		expect(one.say(...connect("m"))).toEqual([]);
	});

	test("the same identifier again ends the first connection", () => {
		const { broker } = world();
		const first = peer(broker);
		first.say(...connect("m"));
		const second = peer(broker);
		second.say(...connect("m"));
		expect([first.state.open, second.state.open, broker.clients]).toEqual([false, true, ["m"]]);
		first.stream.closed();
		expect(broker.clients).toEqual(["m"]);
	});

	test("silence ends it: 30 s before CONNECT, one and a half keep alives after it", () => {
		const { clock, broker } = world();
		const mute = peer(broker);
		clock.run(29_999);
		expect(mute.state.open).toBe(true);
		clock.run(30_000);
		expect(mute.state.open).toBe(false);
		const one = peer(broker);
		one.say(...connect("m", 2, 60));
		clock.run(119_999);
		expect(one.say(0xc0, 0)).toEqual([0xd0, 0]);
		clock.run(209_998);
		expect(one.state.open).toBe(true);
		clock.run(209_999);
		expect(one.state.open).toBe(false);
		const patient = peer(broker);
		patient.say(...connect("p"));
		clock.run(10_000_000);
		expect([patient.state.open, clock.pending]).toEqual([true, 0]);
	});

	test("TLS is another port's", () => {
		const identity: TlsIdentity = { names: ["broker.example"], issuer: "CA", notAfterMs: 5, versions: ["1.2"] };
		const { broker } = world({ tls: { identity } });
		expect([broker.tls(8883), broker.tls(1883)]).toEqual([identity, undefined]);
		expect(peer(broker, 8883).say(...connect("m"))).toEqual(welcome);
	});
});

describe("publishing", () => {
	test("QoS 0, 1 and 2 are recorded once, with their time", () => {
		const { clock, broker } = world();
		const one = peer(broker);
		one.say(...connect("m"));
		clock.run(500);
		expect(one.say(...publish("a", 1, 2))).toEqual([]);
		expect(one.say(...packet(0x3a, ...field("b"), 0, 7, 255))).toEqual([0x40, 2, 0, 7]);
		expect(one.say(...packet(0x34, ...field("c"), 1, 0))).toEqual([0x50, 2, 1, 0]);
		expect(one.say(...packet(0x3c, ...field("c"), 1, 0))).toEqual([0x50, 2, 1, 0]);
		expect(one.say(...packet(0x62, 1, 0))).toEqual([0x70, 2, 1, 0]);
		const base = { atMs: 500, clientId: "m", retain: false };
		expect(broker.published.map(message => ({ ...message, payload: [...message.payload] }))).toEqual([
			{ ...base, topic: "a", payload: [1, 2], qos: 0, duplicate: false },
			{ ...base, topic: "b", payload: [255], qos: 1, duplicate: true },
			{ ...base, topic: "c", payload: [], qos: 2, duplicate: false },
		]);
		one.say(...packet(0x34, ...field("c"), 1, 0));
		expect(broker.published.length).toBe(4);
	});

	test("QoS 2 that was begun in one connection is ended in the next", () => {
		const { broker } = world();
		const one = peer(broker);
		one.say(...connect("m", 0));
		one.say(...packet(0x34, ...field("c"), 0, 9, 1));
		one.stream.closed();
		const two = peer(broker);
		expect(two.say(...connect("m", 0))).toEqual(welcomeBack);
		expect(two.say(...packet(0x3c, ...field("c"), 0, 9, 1))).toEqual([0x50, 2, 0, 9]);
		expect(two.say(...packet(0x62, 0, 9))).toEqual([0x70, 2, 0, 9]);
		expect(broker.published.length).toBe(1);
	});

	test("goes to who subscribed, with the lower QoS, once", () => {
		const { broker } = world();
		const one = peer(broker);
		one.say(...connect("m"));
		const subscribe = packet(0x82, 0, 1, ...field("a/#"), 0, ...field("a/+"), 1, ...field("x#"), 1);
		expect(one.say(...subscribe)).toEqual([0x90, 5, 0, 1, 0, 1, 0x80]);
		const two = peer(broker);
		two.say(...connect("n"));
		expect(two.say(...packet(0x34, ...field("a/b"), 0, 5, 42))).toEqual([0x50, 2, 0, 5]);
		expect(one.heard()).toEqual([0x32, 8, ...field("a/b"), 0, 1, 42]);
		two.say(...packet(0x31, ...field("a/b/c"), 43));
		expect(one.heard()).toEqual([0x30, 8, ...field("a/b/c"), 43]);
		expect(one.say(...packet(0xa2, 0, 2, ...field("a/#")))).toEqual([0xb0, 2, 0, 2]);
		two.say(...publish("a/b/c", 44));
		expect(one.heard()).toEqual([]);
	});

	test("the server's own, and what it is told", () => {
		const { broker } = world();
		const heard: string[] = [];
		broker.subscribe("up/+", message => void heard.push(`${message.clientId} ${message.topic} ${message.payload}`));
		const one = peer(broker);
		one.say(...connect("m"), ...packet(0x82, 0, 1, ...field("down"), 2));
		one.heard();
		broker.publish("down", Uint8Array.of(1), { qos: 2 });
		expect(one.heard()).toEqual([0x34, 9, ...field("down"), 0, 1, 1]);
		expect(one.say(0x50, 2, 0, 1)).toEqual([0x62, 2, 0, 1]);
		expect(one.say(0x70, 2, 0, 1)).toEqual([]);
		one.say(...publish("up/1", 9));
		one.say(...publish("other", 9));
		expect(heard).toEqual(["m up/1 9"]);
		expect(broker.published[0]).toMatchObject({ clientId: "", topic: "down", qos: 2 });
	});
});

describe("what outlives a connection", () => {
	test("retained messages come with the subscription, and an empty one ends them", () => {
		const { broker } = world();
		broker.publish("config/m", Uint8Array.of(7), { qos: 1, retain: true });
		const one = peer(broker);
		one.say(...connect("m"));
		const subscribe = packet(0x82, 0, 1, ...field("config/+"), 1);
		expect(one.say(...subscribe)).toEqual([0x90, 3, 0, 1, 1, 0x33, 13, ...field("config/m"), 0, 1, 7]);
		expect([...(broker.retained("config/m") ?? [])]).toEqual([7]);
		broker.publish("config/m", new Uint8Array(0), { retain: true });
		expect(one.heard()).toEqual([0x30, 10, ...field("config/m")]);
		expect(broker.retained("config/m")).toBeUndefined();
		const two = peer(broker);
		two.say(...connect("n"));
		expect(two.say(...subscribe)).toEqual([0x90, 3, 0, 1, 1]);
	});

	test("a session keeps QoS 1 and 2 and sends again what was not acknowledged", () => {
		const { broker } = world();
		const one = peer(broker);
		one.say(...connect("m", 0));
		one.say(...packet(0x82, 0, 1, ...field("#"), 2));
		broker.publish("a", Uint8Array.of(1), { qos: 1 });
		broker.publish("b", Uint8Array.of(2), { qos: 2 });
		broker.publish("c", Uint8Array.of(3), { qos: 1 });
		one.say(0x40, 2, 0, 1, 0x50, 2, 0, 2);
		one.stream.closed();
		broker.publish("d", Uint8Array.of(4));
		broker.publish("e", Uint8Array.of(5), { qos: 1 });
		const two = peer(broker);
		expect(two.say(...connect("m", 0))).toEqual([
			...welcomeBack,
			...[0x62, 2, 0, 2],
			...packet(0x3a, ...field("c"), 0, 3, 3),
			...packet(0x32, ...field("e"), 0, 4, 5),
		]);
		two.say(0x70, 2, 0, 2, 0x40, 2, 0, 3, 0x40, 2, 0, 4, 0xe0, 0);
		expect(two.state.open).toBe(false);
		expect(peer(broker).say(...connect("m", 0))).toEqual(welcomeBack);
		expect(peer(broker).say(...connect("m", 2))).toEqual(welcome);
		expect(peer(broker).say(...connect("m", 0))).toEqual(welcome);
	});

	test("an identifier in use is not given again", () => {
		const { broker } = world();
		const one = peer(broker);
		one.say(...connect("m", 0), ...packet(0x82, 0, 1, ...field("#"), 1));
		broker.publish("a", new Uint8Array(0), { qos: 1 });
		for (let count = 2; count <= 65_535; count++) {
			broker.publish("a", new Uint8Array(0), { qos: 1 });
			one.say(0x40, 2, count >> 8, count & 255);
		}
		broker.publish("a", new Uint8Array(0), { qos: 1 });
		expect(one.heard()).toEqual([0x32, 5, ...field("a"), 0, 2]);
	});

	test("no more than a thousand messages wait, the newest", () => {
		const { broker } = world();
		const one = peer(broker);
		one.say(...connect("m", 0), ...packet(0x82, 0, 1, ...field("#"), 1));
		one.stream.closed();
		for (let count = 0; count < 1001; count++) broker.publish("a", Uint8Array.of(count >> 8, count & 255), { qos: 1 });
		const got = peer(broker).say(...connect("m", 0));
		expect(got.slice(4, 13)).toEqual([0x32, 7, ...field("a"), 0, 1, 0, 1]);
		expect(got.length).toBe(4 + 1000 * 9);
	});

	test("the will is published when a connection ends without DISCONNECT", () => {
		const { clock, broker } = world();
		const will = [...field("gone"), 0, 1, 9];
		const record = () => broker.published.map(({ topic, payload, qos, retain }) => [topic, ...payload, qos, retain]);
		const cut = peer(broker);
		cut.say(...connect("m", 0b0010_1110, 0, ...will));
		cut.stream.closed();
		expect(record()).toEqual([["gone", 9, 1, true]]);
		const silent = peer(broker);
		silent.say(...connect("m", 0b0000_0110, 10, ...will));
		clock.run(15_000);
		expect(record().at(-1)).toEqual(["gone", 9, 0, false]);
		const polite = peer(broker);
		polite.say(...connect("m", 0b0000_0110, 0, ...will), 0xe0, 0);
		const replaced = peer(broker);
		replaced.say(...connect("n"));
		broker.disconnect("n");
		expect([record().length, replaced.state.open]).toEqual([2, false]);
	});
});
