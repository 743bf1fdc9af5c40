import { generate, type Packet, type ParsedPacket, parse } from "coap-packet";
import type { Clock, Scheduled } from "../clock/clock.js";
import { type ServerTimers, serverTimers } from "./coap-timers.js";
import type { ServerAnswer, ServerBehaviour, ServerRequest } from "./collector.js";
import type { UdpHost } from "./host.js";

type Origin = { readonly address: string; readonly port: number };
type Reply = (bytes: Uint8Array) => void;

export interface CoapHostOptions {
	readonly clock: Clock;
	readonly addresses: readonly string[];
	/** Default 5683. */
	readonly port?: number;
	readonly behaviour: ServerBehaviour;
	readonly handle: (request: ServerRequest) => ServerAnswer;
	/** 0 ≤ x < 1, for losses. */
	readonly random?: () => number;
	/** Of the clients: how long their message ids are known again follows from it. Default 10,000. */
	readonly ackTimeoutMs?: number;
	/** Largest block taken and given, a power of two; default 1024. */
	readonly blockBytes?: number;
	/** Largest body taken; default 8,192. */
	readonly bodyBytes?: number;
}

/** A request already seen: what was sent for it, to be sent again. */
interface Seen {
	readonly untilMs: number;
	replies: Uint8Array[];
}
interface Outstanding {
	readonly bytes: Uint8Array;
	readonly reply: Reply;
	timer: Scheduled | undefined;
	transmissions: number;
}
interface Block {
	readonly number: number;
	readonly more: boolean;
	readonly bytes: number;
}

function readBlock(value: Buffer | undefined): Block | undefined {
	if (value === undefined) return undefined;
	const number = value.length === 0 ? 0 : value.readUIntBE(0, value.length);
	return { number: Math.floor(number / 16), more: (number & 8) !== 0, bytes: 16 << (number & 7) };
}
function writeBlock(block: Block): Buffer {
	const value = block.number * 16 + (block.more ? 8 : 0) + (Math.log2(block.bytes) - 4);
	return value < 256
		? Buffer.from([value])
		: value < 65_536
			? Buffer.from([value >> 8, value & 255])
			: Buffer.from([value >> 16, (value >> 8) & 255, value & 255]);
}
const METHODS: Readonly<Record<string, string>> = { "0.01": "GET", "0.02": "POST", "0.03": "PUT", "0.04": "DELETE" };

/** A CoAP server in memory, for a clock of its own: what a socket would do is done by the network of the simulation. */
export class CoapHost implements UdpHost {
	readonly addresses: readonly string[];
	readonly #options: CoapHostOptions;
	readonly #timers: ServerTimers;
	readonly #seen = new Map<string, Seen>();
	/** Bodies that are being put together, by client and path. */
	readonly #bodies = new Map<string, Buffer>();
	/** Answers of more than one block, by client and path: a later block is not another request to the application. */
	readonly #answers = new Map<string, ServerAnswer>();
	readonly #outstanding = new Map<string, Outstanding>();
	#messageId = 1;

	constructor(options: CoapHostOptions) {
		this.addresses = options.addresses;
		this.#options = options;
		this.#timers = serverTimers(options.ackTimeoutMs ?? 10_000);
	}

	datagram(port: number, bytes: Uint8Array, from: Origin, reply: Reply): void {
		if (port !== (this.#options.port ?? 5683) || !this.#options.behaviour.available || this.#lost()) return;
		const send: Reply = datagram => {
			if (this.#options.behaviour.available && !this.#lost()) reply(datagram);
		};
		const packet = readPacket(bytes);
		if (packet === undefined) this.#reject(bytes, send);
		else if (packet.ack || packet.reset) this.#settle(`${from.address} ${from.port} ${packet.messageId}`);
		else if (!Object.hasOwn(METHODS, packet.code)) send(empty(packet.messageId, "reset"));
		else this.#request(packet, from, send);
	}

	#lost(): boolean {
		const { behaviour, random } = this.#options;
		return behaviour.lossRate > 0 && random !== undefined && random() < behaviour.lossRate;
	}
	/** RFC 7252 4.2: a malformed confirmable message gets a reset, anything else silence. */
	#reject(bytes: Uint8Array, send: Reply): void {
		if (bytes.length >= 4 && bytes[0] >> 4 === 4) send(empty((bytes[2] << 8) | bytes[3], "reset"));
	}
	#settle(key: string): void {
		const outstanding = this.#outstanding.get(key);
		if (outstanding === undefined) return;
		this.#options.clock.cancel(outstanding.timer);
		this.#outstanding.delete(key);
	}

	#request(packet: ParsedPacket, from: Origin, send: Reply): void {
		const now = this.#options.clock.now();
		const key = `${from.address} ${from.port} ${packet.messageId}`;
		const before = this.#seen.get(key);
		if (before !== undefined && before.untilMs > now) {
			for (const datagram of before.replies) send(datagram);
			return;
		}
		for (const [old, { untilMs }] of this.#seen) {
			if (untilMs > now) break;
			this.#seen.delete(old);
		}
		const seen: Seen = { untilMs: now + this.#timers.exchangeLifetimeMs, replies: [] };
		this.#seen.delete(key);
		this.#seen.set(key, seen);
		const transmit: Reply = datagram => {
			seen.replies.push(datagram);
			send(datagram);
		};
		this.#respond(packet, from, transmit);
	}

	#respond(packet: ParsedPacket, from: Origin, transmit: Reply): void {
		const { behaviour, clock } = this.#options;
		const answer = this.#answer(packet, from);
		const separate = packet.confirmable && behaviour.response === "separate" && answer.code !== "2.31";
		const message = (id: number, kind: Pick<Packet, "ack" | "confirmable">) =>
			new Uint8Array(
				generate({
					...kind,
					messageId: id,
					token: packet.token,
					code: answer.code,
					options: answer.options,
					payload: Buffer.from(answer.payload ?? []),
				}),
			);
		if (!separate) {
			const datagram = packet.confirmable ? message(packet.messageId, { ack: true }) : message(this.#nextId(), {});
			if (behaviour.delayMs > 0) clock.after(behaviour.delayMs, () => transmit(datagram));
			else transmit(datagram);
			return;
		}
		transmit(empty(packet.messageId, "ack"));
		clock.after(behaviour.delayMs, () => {
			const id = this.#nextId();
			this.#sendConfirmable(`${from.address} ${from.port} ${id}`, message(id, { confirmable: true }), transmit);
		});
	}
	#sendConfirmable(key: string, bytes: Uint8Array, reply: Reply): void {
		const outstanding: Outstanding = { bytes, reply, timer: undefined, transmissions: 0 };
		this.#outstanding.set(key, outstanding);
		const again = (): void => {
			if (outstanding.transmissions > this.#timers.maxRetransmit) {
				this.#outstanding.delete(key);
				return;
			}
			outstanding.timer = this.#options.clock.after(this.#timers.ackTimeoutMs * 2 ** outstanding.transmissions++, again);
			reply(bytes);
		};
		again();
	}
	#nextId(): number {
		this.#messageId = (this.#messageId + 1) & 0xffff;
		return this.#messageId;
	}

	/** Block1 in, Block2 out (RFC 7959), around the application. */
	#answer(packet: ParsedPacket, from: Origin): ServerAnswer & { options: { name: string; value: Buffer }[] } {
		const option = (name: string): Buffer | undefined => packet.options.find(candidate => candidate.name === name)?.value;
		const path = `/${packet.options
			.filter(({ name }) => name === "Uri-Path")
			.map(({ value }) => value.toString("utf8"))
			.join("/")}`;
		const block1 = readBlock(option("Block1"));
		const preferred = this.#options.blockBytes ?? 1024;
		const options: { name: string; value: Buffer }[] = [];
		let payload = packet.payload;
		const key = `${from.address} ${from.port} ${path}`;
		const asked = readBlock(option("Block2"));
		const kept = asked !== undefined && asked.number > 0 ? this.#answers.get(key) : undefined;
		if (kept !== undefined) return this.#block(kept, asked, key, options);
		if (block1 !== undefined) {
			options.push({ name: "Block1", value: writeBlock({ ...block1, bytes: Math.min(preferred, block1.bytes) }) });
			const held = block1.number === 0 ? Buffer.alloc(0) : (this.#bodies.get(key) ?? Buffer.alloc(0));
			this.#bodies.delete(key);
			if (held.length !== block1.number * block1.bytes) return { code: "4.08", options };
			const body = Buffer.concat([held, payload]);
			if (body.length > (this.#options.bodyBytes ?? 8192)) return { code: "4.13", options };
			if (block1.more) {
				this.#bodies.set(key, body);
				return { code: "2.31", options };
			}
			payload = body;
		} else if (payload.length > preferred) {
			return { code: "4.13", options: [{ name: "Block1", value: writeBlock({ number: 0, more: false, bytes: preferred }) }] };
		}
		const format = option("Content-Format");
		const contentFormat = format === undefined ? undefined : format.length === 0 ? 0 : format.readUIntBE(0, format.length);
		const answer = this.#options.handle({ method: METHODS[packet.code], path, contentFormat, payload: new Uint8Array(payload) });
		return this.#block(answer, asked, key, options);
	}
	#block(answer: ServerAnswer, asked: Block | undefined, key: string, options: { name: string; value: Buffer }[]) {
		if (answer.contentFormat !== undefined) options.push({ name: "Content-Format", value: uintOf(answer.contentFormat) });
		const preferred = this.#options.blockBytes ?? 1024;
		const whole = Buffer.from(answer.payload ?? []);
		const bytes = Math.min(preferred, asked?.bytes ?? preferred);
		this.#answers.delete(key);
		if (whole.length <= bytes && (asked?.number ?? 0) === 0) return { ...answer, options };
		const start = asked === undefined ? 0 : asked.number * asked.bytes;
		if (start >= whole.length) return { code: "4.02", options };
		const end = Math.min(whole.length, start + bytes);
		if (end < whole.length) this.#answers.set(key, answer);
		options.push({ name: "Block2", value: writeBlock({ number: start / bytes, more: end < whole.length, bytes }) });
		return { code: answer.code, options, payload: whole.subarray(start, end) };
	}
}

/** RFC 7252 3.2: no leading zeros. */
function uintOf(value: number): Buffer {
	return value === 0 ? Buffer.alloc(0) : value < 256 ? Buffer.from([value]) : Buffer.from([value >> 8, value & 255]);
}
function empty(messageId: number, kind: "ack" | "reset"): Uint8Array {
	return new Uint8Array(generate({ [kind]: true, messageId, code: "0.00" }));
}
function readPacket(bytes: Uint8Array): ParsedPacket | undefined {
	try {
		return parse(Buffer.from(bytes));
	} catch {
		return undefined;
	}
}
