import { decode, encode, Tag } from "cbor2";
import { generate, parse } from "coap-packet";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import { Collector, encodeConfiguration } from "../../host-sim/internet/collector.js";
import { createCollectorHost } from "../../host-sim/internet/collector-host.js";
import { internet } from "../../host-sim/internet/host.js";
import { readSenml } from "../../host-sim/internet/senml.js";

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
type Field = number | string | Tag | boolean;
function pack(...records: [number, Field][][]): Uint8Array {
	return encode(records.map(fields => new Map(fields)));
}
function report(sequence: number, mantissa: number, time = 1_700_000_000 + sequence): Uint8Array {
	return pack(
		[
			[-2, "urn:dev:os:32473-1:"],
			[-3, time],
			[0, "seq"],
			[2, sequence],
		],
		[
			[0, "volume"],
			[1, "m3"],
			[2, new Tag(4, [-3, mantissa])],
		],
	);
}
function collect(): {
	collector: Collector;
	post: (payload: Uint8Array, path?: string, contentFormat?: number, method?: string) => string;
} {
	const collector = new Collector({ now: () => 42 });
	return {
		collector,
		post: (payload, path = "/readings", contentFormat = 112, method = "POST") =>
			collector.handle({ method, path, contentFormat, payload }).code,
	};
}

describe("the collector", () => {
	test("takes a reading, exactly", () => {
		const { collector, post } = collect();
		expect(post(report(7, 12345))).toBe("2.04");
		expect(collector.readings).toEqual([
			{
				device: "urn:dev:os:32473-1:",
				sequence: 7,
				utcSeconds: 1_700_000_007,
				ageSeconds: undefined,
				clock: "network",
				values: { volume: { value: "12.345", unit: "m3" } },
				receivedMs: 42,
			},
		]);
		expect(collector.sequences("urn:dev:os:32473-1:")).toEqual([7]);
	});
	test("the same identifier again is a repeat; the same reading under another one is a duplicate; another reading under the same one a conflict", () => {
		const { collector, post } = collect();
		post(report(7, 12345));
		post(report(7, 12345));
		expect(collector.counters).toMatchObject({ reports: 2, accepted: 1, repeated: 1, duplicated: 0, conflicting: 0 });
		post(report(8, 12345, 1_700_000_007));
		expect(collector.counters).toMatchObject({ accepted: 2, duplicated: 1 });
		post(report(7, 999));
		expect(collector.counters).toMatchObject({ accepted: 2, conflicting: 1 });
	});
	test("a reading whose time has become known since is the same reading", () => {
		const { collector, post } = collect();
		post(report(7, 1, -60));
		post(report(7, 1, 1_700_000_000));
		expect(collector.counters).toMatchObject({ accepted: 1, repeated: 1, conflicting: 0 });
		expect(collector.readings[0]).toMatchObject({ utcSeconds: undefined, ageSeconds: 60 });
	});
	test("rejects with the right code", () => {
		const { collector, post } = collect();
		expect(post(report(1, 1), "/elsewhere")).toBe("4.04");
		expect(post(report(1, 1), "/readings", 112, "GET")).toBe("4.05");
		expect(post(report(1, 1), "/readings", 60)).toBe("4.15");
		expect(post(Uint8Array.of(0x9f))).toBe("4.00");
		expect(post(new Uint8Array(0))).toBe("4.00");
		expect(collector.counters).toMatchObject({ rejected: 5, accepted: 0, reports: 0 });
	});
	test("answers with a configuration: a CBOR map, 1 report, 2 read, seconds", () => {
		const { collector } = collect();
		collector.configuration = { reportEverySeconds: 3600, readEverySeconds: 60 };
		const answer = collector.handle({ method: "POST", path: "/readings", contentFormat: 112, payload: report(1, 1) });
		expect(answer).toMatchObject({ code: "2.04", contentFormat: 60 });
		expect(textOf(answer.payload!)).toBe("a201190e1002183c");
		expect(textOf(encodeConfiguration({ readEverySeconds: 60 }))).toBe("a102183c");
	});
});

describe("SenML", () => {
	const wrong: [string, Uint8Array, RegExp][] = [
		["no CBOR", Uint8Array.of(0xff), /no CBOR/],
		["no array", encode(1), /no array/],
		["an empty array", encode([]), /no array/],
		["a record that is no map", encode([1]), /record 0 is no map/],
		[
			"a version it does not know",
			pack([
				[-1, 26],
				[0, "a"],
				[2, 1],
			]),
			/version 26/,
		],
		[
			"a name that begins with a sign",
			pack([
				[0, "-a"],
				[2, 1],
			]),
			/wrong name/,
		],
		["no name", pack([[2, 1]]), /wrong name/],
		[
			"a value that is no number",
			pack([
				[0, "a"],
				[2, "1"],
			]),
			/value of record 0/,
		],
		[
			"a fraction with too large an exponent",
			pack([
				[0, "a"],
				[2, new Tag(4, [10_000, 1])],
			]),
			/value of record 0/,
		],
		[
			"a unit that is no text",
			pack([
				[0, "a"],
				[1, 1],
				[2, 1],
			]),
			/unit of record 0/,
		],
		[
			"a field that must be understood",
			encode([
				new Map<unknown, unknown>([
					[0, "a"],
					["x_", 1],
				]),
			]),
			/must be understood/,
		],
	];
	test.each(wrong)("%s", (_what, payload, message) => {
		expect(() => readSenml(payload)).toThrow(message);
	});
	test("a unit's and a time's base hold for the records after them", () => {
		const records = readSenml(
			pack(
				[
					[-2, "d:"],
					[-3, 1_700_000_000],
					[-4, "W"],
					[0, "a"],
					[2, 1],
				],
				[
					[0, "b"],
					[2, 1.5],
					[6, -10],
				],
				[
					[0, "c"],
					[1, "V"],
					[2, -2],
				],
			),
		);
		expect(records).toMatchObject([
			{ name: "d:a", unit: "W", value: "1", time: 1_700_000_000 },
			{ name: "d:b", unit: "W", value: "1.5", time: 1_699_999_990 },
			{ name: "d:c", unit: "V", value: "-2", time: 1_700_000_000 },
		]);
	});
	test("decimal fractions are text, digit by digit", () => {
		const value = (exponent: number, mantissa: number | bigint) =>
			readSenml(
				pack([
					[0, "a"],
					[2, new Tag(4, [exponent, mantissa])],
				]),
			)[0]!.value;
		expect(value(-2, 5)).toBe("0.05");
		expect(value(-2, -5)).toBe("-0.05");
		expect(value(-2, 12345)).toBe("123.45");
		expect(value(-20, 2n ** 60n)).toBe("0.01152921504606846976");
		expect(value(3, 12)).toBe("12000");
		expect(value(3, 0)).toBe("0");
	});
});

describe("the host in virtual time", () => {
	const from = { address: "2001:db8::2", port: 4000 };
	function start(options: { blockBytes?: number } = {}) {
		const clock = new VirtualClock();
		const collector = new Collector({ now: () => clock.now() });
		const host = createCollectorHost({ clock, collector, addresses: ["2001:db8::1"], ...options });
		const replies: string[] = [];
		const send = (bytes: Uint8Array, port = 5683): void => host.datagram(port, bytes, from, reply => replies.push(textOf(reply)));
		return { clock, collector, host, replies, send };
	}
	/** CON POST /readings, content format 112. */
	const post = (id: string, token: string, payload: Uint8Array, options = ""): Uint8Array =>
		bytesOf(`4${token.length / 2}02${id}${token}b872656164696e67731170${options}ff${textOf(payload)}`);

	test("a report, its bytes and the answer's; the same message again gets the same answer and is not handled again", () => {
		const { collector, replies, send } = start();
		send(post("1234", "aabb", report(1, 1)));
		send(post("1234", "aabb", report(1, 1)));
		expect(replies).toEqual(["62441234aabb", "62441234aabb"]);
		expect(collector.counters).toMatchObject({ reports: 1, accepted: 1, repeated: 0 });
	});
	test("the same message after EXCHANGE_LIFETIME is a new one", () => {
		const { clock, collector, send } = start();
		send(post("1234", "aabb", report(1, 1)));
		clock.run(434_999);
		send(post("1234", "aabb", report(1, 1)));
		expect(collector.counters.reports).toBe(1);
		clock.run(435_000);
		send(post("1234", "aabb", report(1, 1)));
		expect(collector.counters).toMatchObject({ reports: 2, repeated: 1 });
	});
	test("the configuration rides in the acknowledgement", () => {
		const { collector, replies, send } = start();
		collector.configuration = { reportEverySeconds: 60 };
		send(post("1234", "aa", report(1, 1)));
		expect(replies).toEqual(["61441234aac13cffa101183c"]);
		expect(decode(bytesOf("a101183c"))).toEqual(new Map([[1, 60]]));
	});
	test("separate: an empty acknowledgement, then a confirmable response until it is acknowledged", () => {
		const { clock, collector, replies, send } = start();
		Object.assign(collector.behaviour, { response: "separate", delayMs: 5000 });
		send(post("1234", "aa", report(1, 1)));
		clock.run(4999);
		expect(replies).toEqual(["60001234"]);
		clock.run(5000);
		expect(replies[1]).toBe("41440002aa");
		clock.run(15_000);
		expect(replies).toHaveLength(3);
		send(bytesOf("60000002"));
		clock.run(1_000_000);
		expect(replies).toHaveLength(3);
	});
	test("not acknowledged: five times, then it gives up", () => {
		const { clock, collector, replies, send } = start();
		collector.behaviour.response = "separate";
		send(post("1234", "aa", report(1, 1)));
		clock.run(1_000_000);
		expect(replies).toHaveLength(6);
	});
	test("off, another port, rubbish: silence; a malformed confirmable message and a ping: a reset", () => {
		const { collector, replies, send } = start();
		send(post("1234", "aa", report(1, 1)), 5684);
		send(bytesOf("ff"));
		send(bytesOf("6000ffff"));
		collector.behaviour.available = false;
		send(post("1235", "aa", report(1, 1)));
		expect(replies).toEqual([]);
		collector.behaviour.available = true;
		send(bytesOf("400112340f"));
		send(bytesOf("40001235"));
		expect(replies).toEqual(["70001234", "70001235"]);
		expect(collector.counters.reports).toBe(0);
	});
	test("blocks are put together; a gap is 4.08; a whole body that is too large is 4.13 with the size wanted", () => {
		const { collector, replies, send } = start({ blockBytes: 32 });
		const body = report(1, 1);
		expect(body.length).toBeGreaterThan(48);
		send(post("0001", "aa", body));
		expect(replies.at(-1)).toBe("618d0001aad10e01");
		send(post("0002", "aa", body.slice(0, 32), "d10209"));
		expect(replies.at(-1)).toBe("615f0002aad10e09");
		send(post("0003", "aa", body.slice(32), "d10211"));
		expect(replies.at(-1)).toBe("61440003aad10e11");
		expect(collector.counters.accepted).toBe(1);
		send(post("0004", "aa", body.slice(32), "d10211"));
		expect(replies.at(-1)).toBe("61880004aad10e11");
	});
	test("a non-confirmable report gets a non-confirmable answer", () => {
		const { replies, send } = start();
		send(
			new Uint8Array(
				generate({ code: "0.02", messageId: 9, token: Buffer.from([1]), options: [{ name: "Uri-Path", value: Buffer.from("nowhere") }] }),
			),
		);
		expect(parse(Buffer.from(replies[0]!, "hex"))).toMatchObject({ code: "4.04", confirmable: false, ack: false });
	});
	test("losses are the random sequence's", () => {
		const { collector, replies, clock } = start();
		const draws = [0.9, 0.1, 0.9, 0.9, 0.1];
		const host = createCollectorHost({ clock, collector, addresses: [], random: () => draws.shift()! });
		collector.behaviour.lossRate = 0.5;
		const send = (id: string): void => host.datagram(5683, post(id, "aa", report(1, 1)), from, reply => replies.push(textOf(reply)));
		for (const id of ["0001", "0002", "0003"]) send(id);
		// The first one's answer is lost, the second one arrives and is answered, the third is lost.
		expect(replies).toEqual(["61440002aa"]);
		expect(collector.counters.reports).toBe(2);
	});
	test("names and addresses are a table, and nothing else exists", () => {
		const { host } = start();
		const world = internet([host], { "meters.example.net": ["2001:db8::1", "192.0.2.1"] });
		expect(world.resolve("Meters.Example.NET")).toEqual(["2001:db8::1", "192.0.2.1"]);
		expect(world.resolve("constructor")).toBeUndefined();
		expect(world.host("2001:db8::1")).toBe(host);
		expect(world.host("192.0.2.1")).toBeUndefined();
	});
});
