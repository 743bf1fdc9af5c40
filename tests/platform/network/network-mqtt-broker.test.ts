import type { MQTTOptions } from "embedded:network/mqtt/client";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../../host-sim/clock/virtual-clock.js";
import { MqttBroker } from "../../../host-sim/internet/mqtt-broker.js";
import { MqttClient } from "../../../host-sim/platform/network/mqtt-client.js";
import { timersOf } from "./timers.js";
import { createWire, type WireOptions } from "./wire.js";

const pattern = (length: number, seed = 0): Uint8Array => Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8) + seed) & 255);

function world(wireOptions: Partial<WireOptions> = {}) {
	const clock = new VirtualClock();
	const broker = new MqttBroker({ clock, addresses: ["2001:db8::1"] });
	const errors: string[] = [];
	const join = (options: Partial<MQTTOptions> = {}, more: Partial<WireOptions> = {}) => {
		const wire = createWire({ clock, host: broker, ...wireOptions, ...more });
		const client = new MqttClient(
			{
				host: "broker.example",
				socket: { io: wire.TCP },
				dns: { io: wire.Resolver },
				onError: error => void errors.push(error!.message),
				...options,
			},
			timersOf(clock),
		);
		return { wire, client };
	};
	return { clock, broker, errors, join };
}

/** Writes a message as there is room, reads what comes by `readBytes` at a time, and says when both are complete. */
function echo(payload: Uint8Array, QoS: 0 | 1 | 2, readBytes: number) {
	const state = { back: [] as number[], acknowledged: 0, left: payload.length, subscribed: false, begun: false };
	/** Of the header's 16 bytes at most and the payload, as much as fits. */
	function send(this: { write(data: Uint8Array, options?: object): number }, count: number): void {
		if (!state.subscribed || (state.begun && state.left === 0) || (!state.begun && count < 16)) return;
		const part = payload.slice(payload.length - state.left).slice(0, state.begun ? count : count - 16);
		this.write(part, state.begun ? undefined : { topic: "echo", QoS, byteLength: payload.length });
		state.begun = true;
		state.left -= part.length;
	}
	const options: Partial<MQTTOptions> = {
		onControl(message) {
			if (message.operation === MqttClient.CONNACK) this.write(null, { operation: MqttClient.SUBSCRIBE, items: [{ topic: "echo", QoS }] });
			else if (message.operation === MqttClient.SUBACK) state.subscribed = true;
			else if (message.operation === MqttClient.PUBACK || message.operation === MqttClient.PUBCOMP) state.acknowledged++;
			if (message.operation === MqttClient.SUBACK) send.call(this, 16);
		},
		onWritable: send as NonNullable<MQTTOptions["onWritable"]>,
		onReadable(count) {
			for (let left = count; left > 0; left -= readBytes) state.back.push(...new Uint8Array(this.read(Math.min(left, readBytes))!));
		},
	};
	return { state, options };
}

describe("client and broker, each written from the standard alone", () => {
	test.each([
		[0, 512, [1460], 64],
		[1, 512, [1460], 64],
		[1, 64, [1, 700, 3], 1],
		[2, 60, [13], 7],
	] as const)(
		"100 KB of every byte value at QoS %d and back, window %d, arriving by %j, read by %d",
		(QoS, windowBytes, arrive, readBytes) => {
			const payload = pattern(100_000);
			const { clock, broker, errors, join } = world({ windowBytes, arrive, delayMs: 1 });
			const { state, options } = echo(payload, QoS, readBytes);
			join(options);
			clock.run(10_000_000);
			expect(errors).toEqual([]);
			expect(broker.published.length).toBe(1);
			expect(Buffer.from(broker.published[0]!.payload).equals(payload)).toBe(true);
			expect(Buffer.from(state.back).equals(payload)).toBe(true);
			expect(state.acknowledged).toBe(QoS === 0 ? 0 : 1);
		},
	);

	test("any sizes of window, drain, arrival and reading", () => {
		fc.assert(
			fc.property(
				fc.record({
					length: fc.integer({ min: 0, max: 600 }),
					QoS: fc.constantFrom(0, 1, 2) as fc.Arbitrary<0 | 1 | 2>,
					windowBytes: fc.integer({ min: 40, max: 600 }),
					drainBytes: fc.integer({ min: 1, max: 600 }),
					arrive: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 }),
					readBytes: fc.integer({ min: 1, max: 300 }),
				}),
				({ length, QoS, readBytes, ...sizes }) => {
					const payload = pattern(length, length);
					const { clock, broker, errors, join } = world(sizes);
					const { state, options } = echo(payload, QoS, readBytes);
					join(options);
					clock.run(1_000_000);
					expect([errors, broker.published.length]).toEqual([[], 1]);
					expect([...broker.published[0]!.payload]).toEqual([...payload]);
					expect(state.back).toEqual([...payload]);
				},
			),
			{ numRuns: 150 },
		);
	});

	test("a configuration that is retained reaches who comes later; the will who stays", () => {
		const { clock, broker, join } = world();
		const heard: string[] = [];
		const listen = (name: string): Partial<MQTTOptions> => ({
			id: name,
			onControl(message) {
				if (message.operation === MqttClient.CONNACK)
					this.write(null, { operation: MqttClient.SUBSCRIBE, items: [{ topic: "fleet/#", QoS: 1 }] });
			},
			onReadable(count, { topic }) {
				heard.push(`${name} ${topic} ${new Uint8Array(this.read(count) ?? [])}`);
			},
		});
		broker.publish("fleet/config", Uint8Array.of(1), { qos: 1, retain: true });
		join(listen("one"));
		const two = join({ ...listen("two"), will: { topic: "fleet/gone", message: "!", QoS: 1 } });
		clock.run(1000);
		two.client.close();
		clock.run(2000);
		expect(heard).toEqual(["one fleet/config 1", "two fleet/config 1", "one fleet/gone 33"]);
		expect(broker.clients).toEqual(["one"]);
	});

	test("an application that repeats what was not acknowledged loses nothing over a cut connection", () => {
		const { clock, broker, errors, join } = world();
		const options: Partial<MQTTOptions> = { id: "m", clean: false };
		const first = join(options);
		clock.run(100);
		first.client.write(pattern(10), { topic: "t", QoS: 2, id: 77 });
		clock.run(115);
		first.wire.cut();
		clock.run(200);
		expect(errors.length).toBe(1);
		const told: number[] = [];
		const second = join({ ...options, onControl: message => void told.push(message.operation) });
		clock.run(300);
		second.client.write(pattern(10), { topic: "t", QoS: 2, id: 77, duplicate: true });
		clock.run(400);
		expect(told).toEqual([MqttClient.CONNACK, MqttClient.PUBREC, MqttClient.PUBCOMP]);
		expect(broker.published.map(({ payload, duplicate }) => [[...payload], duplicate])).toEqual([[[...pattern(10)], false]]);
	});

	test("an idle connection is kept by PINGREQ for a day", () => {
		const { clock, broker, errors, join } = world();
		const { wire } = join({ id: "m", keepAlive: 60_000 });
		clock.run(86_400_000);
		expect([errors, broker.clients]).toEqual([[], ["m"]]);
		expect(wire.written.length - 15).toBe(2 * Math.floor((86_400_000 - 40) / 45_000));
	});
});
