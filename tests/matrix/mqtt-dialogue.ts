import type { MessageOptions, MQTTOptions } from "embedded:network/mqtt/client";
import { drivers } from "../../drivers/index.js";
import { SimulatedBench } from "../../host-sim/apps/conform/simulated-bench.js";
import { createRandom, type Random } from "../../host-sim/clock/random.js";
import { MqttBroker } from "../../host-sim/internet/mqtt-broker.js";
import type { FaultParameters } from "../../host-sim/modem/fault-catalogue.js";
import { personas } from "../../host-sim/persona/index.js";
import { MqttClient } from "../../host-sim/platform/network/mqtt-client.js";
import type { TCPOptions } from "../../sdk/index.js";
import type { Driver } from "../../sdk/modem/driver.js";

/** Each way. */
export const PAYLOAD_BYTES = 100 * 1024;
const NAME = "broker.example.net";
const ADDRESSES = ["2001:db8:100::8", "192.0.2.8"] as const;
/** Fixed header, topic, identifier. */
const HEADER_BYTES = 16;
/** One message is longer than any buffer on its way; the others are from one byte up. */
const LONGEST_MESSAGE_BYTES = 24_000;
const USUAL_MESSAGE_BYTES = 3_000;
const MOST_IN_FLIGHT = 4;
/** The slowest link here moves about 100 bytes a second, with all that gets in its way. */
const DIALOGUE_MS = 6 * 3_600_000;
/** Within every command's bound. */
const LONGEST_DELAY_MS = 1_500;

export interface DialogueResult {
	readonly driver: string;
	readonly seed: number;
	/** What went wrong; undefined: both ways byte-exact, each message once, nothing reported. */
	readonly failure: string | undefined;
	readonly simulatedSeconds: number;
	readonly faults: number;
}

/** Drivers that have TCP and a module to be simulated. */
export const tcpDrivers: readonly Driver[] = (drivers as readonly Driver[]).filter(
	driver => Number(driver.capabilities.tcpSockets.value) > 0 && personas.some(({ id }) => id === driver.id),
);

/** All byte values, in no order that repeats within a message. */
function payload(random: Random): Uint8Array[] {
	const messages: Uint8Array[] = [];
	for (let left = PAYLOAD_BYTES; left > 0; ) {
		const most = messages.length === 1 ? LONGEST_MESSAGE_BYTES : USUAL_MESSAGE_BYTES;
		const length = messages.length === 1 ? LONGEST_MESSAGE_BYTES : Math.min(left, 1 + Math.floor(random.next() * most));
		let state = Math.floor(random.next() * 0x7fffffff);
		messages.push(
			Uint8Array.from({ length }, () => {
				state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
				return state >>> 16;
			}),
		);
		left -= length;
	}
	return messages;
}

const REPORTS = ["+CTZV: 32", '+CMTI: "ME",5', "+NOSUCH: 1,2", "RING", "+CRING: VOICE"] as const;

/** Everything that a module may do between the bytes of a stream without losing one. */
class Interference {
	count = 0;
	readonly #bench: SimulatedBench;
	readonly #random: Random;
	constructor(bench: SimulatedBench, random: Random) {
		this.#bench = bench;
		this.#random = random;
		this.#later();
	}
	#integer(most: number): number {
		return Math.floor(this.#random.next() * most);
	}
	#later(): void {
		this.#bench.timer.set(() => this.#strike(), 20 + this.#integer(2_000));
	}
	#strike(): void {
		const { faults } = this.#bench.world.module;
		const report = `\r\n${REPORTS[this.#integer(REPORTS.length)]}\r\n`;
		const delayMs = 1 + this.#integer(LONGEST_DELAY_MS);
		const times = 1 + this.#integer(5);
		const set = (name: string, parameters: FaultParameters): void => faults.set(name, parameters);
		const toggle = (name: string, parameters: FaultParameters): void => (faults.has(name) ? faults.clear(name) : set(name, parameters));
		switch (this.#integer(7)) {
			case 0:
			case 1:
				set("urc", { text: report });
				break;
			case 2:
				toggle("split-bytes", { delayMs: 1 + this.#integer(60) });
				break;
			case 3:
				set("slow-answer", { times, delayMs });
				break;
			case 4:
				toggle("late-send-ok", { delayMs });
				break;
			case 5:
				set("urc-before-final", { text: report, times });
				break;
			default:
				set("urc-at-prompt", { text: report, times });
		}
		this.count++;
		this.#later();
	}
}

/** The application: publishes its messages and takes what comes, each at QoS 1. */
class Application {
	readonly back: Buffer[] = [];
	acknowledged = 0;
	error: string | undefined;
	isSubscribed = false;
	readonly #messages: readonly Uint8Array[];
	readonly #client: MqttClient;
	#next = 0;
	#left: Uint8Array = new Uint8Array(0);
	#pieces: Uint8Array[] = [];

	constructor(bench: SimulatedBench, messages: readonly Uint8Array[]) {
		this.#messages = messages;
		const { modem } = bench;
		let why = "the stream stands";
		class WatchedTCP extends modem.TCP {
			constructor(given: TCPOptions) {
				const { onError } = given;
				super({
					...given,
					onError() {
						why = this.error?.message ?? "";
						onError?.call(this);
					},
				});
			}
		}
		const options: MQTTOptions = {
			host: NAME,
			id: "matrix",
			keepAlive: 300_000,
			socket: { io: WatchedTCP },
			dns: { io: modem.Resolver },
			onControl: message => this.#control(message.operation),
			onReadable: (count, message) => this.#readable(count, message),
			onWritable: count => this.#write(count),
			onError: error => {
				this.error = `${error?.message ?? "closed"} (${why})`;
			},
		};
		this.#client = new MqttClient(options, bench.timer as never);
	}
	close(): void {
		this.#client.close();
	}

	#control(operation: number): void {
		if (operation === MqttClient.CONNACK) this.#client.write(null, { operation: MqttClient.SUBSCRIBE, items: [{ topic: "down", QoS: 1 }] });
		else if (operation === MqttClient.SUBACK) this.isSubscribed = true;
		else if (operation === MqttClient.PUBACK) this.acknowledged++;
		if (operation === MqttClient.SUBACK || operation === MqttClient.PUBACK) this.#write(0);
	}
	#readable(count: number, { more }: MessageOptions): void {
		this.#pieces.push(new Uint8Array(this.#client.read(count) as ArrayBuffer));
		if (more) return;
		this.back.push(Buffer.concat(this.#pieces));
		this.#pieces = [];
	}
	#room = 0;
	/** 0: as much as was told last. */
	#write(room: number): void {
		if (room > 0) this.#room = room;
		if (!this.isSubscribed) return;
		for (;;) {
			const isNew = this.#left.length === 0;
			if (isNew && (this.#next === this.#messages.length || this.#next - this.acknowledged >= MOST_IN_FLIGHT)) return;
			if (this.#room < (isNew ? HEADER_BYTES + 1 : 1)) return;
			const message = isNew ? this.#messages[this.#next++]! : this.#left;
			const part = message.subarray(0, this.#room - (isNew ? HEADER_BYTES : 0));
			try {
				this.#room = this.#client.write(part, isNew ? { topic: "up", QoS: 1, byteLength: message.length } : undefined);
			} catch {
				// The client's own acknowledgements have taken it; it is told again when they have gone.
				this.#room = 0;
				if (isNew) this.#next--;
				return;
			}
			this.#left = message.subarray(part.length);
		}
	}
}

function difference(what: string, got: readonly Uint8Array[], wanted: readonly Uint8Array[]): string | undefined {
	for (const [index, message] of wanted.entries()) {
		const other = got[index];
		if (other === undefined) return `${what}: ${got.length} of ${wanted.length} messages`;
		if (!Buffer.from(message).equals(other))
			return `${what}: message ${index} of ${message.length} bytes came otherwise, with ${other.length}`;
	}
	return got.length === wanted.length ? undefined : `${what}: ${got.length} messages, ${wanted.length} were sent`;
}

/** 100 KB of messages each way at once over one driver and its persona, with everything that may come between. */
export async function mqttDialogue(driver: Driver, seed: number): Promise<DialogueResult> {
	const random = createRandom(seed);
	const [up, down] = [payload(random.fork("up")), payload(random.fork("down"))];
	const persona = personas.find(({ id }) => id === driver.id)!;
	let broker: MqttBroker | undefined;
	const bench = new SimulatedBench(driver, persona, seed, {
		hosts: clock => {
			broker = new MqttBroker({ clock, addresses: ADDRESSES });
			return [broker];
		},
		names: { [NAME]: ADDRESSES },
	});
	const result = (failure: string | undefined, faults: number): DialogueResult => ({
		driver: driver.id,
		seed,
		failure,
		simulatedSeconds: Math.round(bench.nowMs / 1000),
		faults,
	});
	try {
		await bench.connect();
		const application = new Application(bench, up);
		await bench.until("the subscription", () => application.isSubscribed || application.error !== undefined, DIALOGUE_MS);
		const interference = new Interference(bench, random.fork("faults"));
		bench.timer.set(() => {
			for (const message of down) broker!.publish("down", message, { qos: 1 });
		}, 0);
		const isOver = (): boolean =>
			application.error !== undefined || (application.acknowledged === up.length && application.back.length >= down.length);
		let failure: string | undefined;
		try {
			await bench.until("the end of the dialogue", isOver, DIALOGUE_MS);
			await bench.pass(10_000);
		} catch (error) {
			failure = (error as Error).message;
		}
		const sent = broker!.published.filter(({ topic }) => topic === "up").map(({ payload: bytes }) => bytes);
		failure ??=
			application.error ??
			difference("up", sent, up) ??
			difference("down", application.back, down) ??
			(bench.errors[0] && `reported: ${bench.errors[0].message}`);
		application.close();
		return result(failure, interference.count);
	} catch (error) {
		return result((error as Error).message, 0);
	} finally {
		await bench.close();
	}
}
