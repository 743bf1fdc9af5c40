import { encodeUtf8 } from "./utf8.js";

/** Control packet types (MQTT 3.1.1, 2.2.1). */
export const CONNECT = 1;
export const CONNACK = 2;
export const PUBLISH = 3;
export const PUBACK = 4;
export const PUBREC = 5;
export const PUBREL = 6;
export const PUBCOMP = 7;
export const SUBSCRIBE = 8;
export const SUBACK = 9;
export const UNSUBSCRIBE = 10;
export const UNSUBACK = 11;
export const PINGREQ = 12;
export const PINGRESP = 13;
export const DISCONNECT = 14;

/** 2.2.3: four bytes of seven bits. */
export const LONGEST_PACKET_BYTES = 268_435_455;
/** 1.5.3 and 2.3.1: lengths and identifiers have 16 bits. */
const LARGEST_16_BIT = 65_535;

/** Flags of the fixed header that 2.2.2 demands of these types. */
const reserved = (operation: number): number => (operation === PUBREL || operation === SUBSCRIBE || operation === UNSUBSCRIBE ? 2 : 0);

/** Builds the start of a packet, or all of it. */
class PacketWriter {
	readonly bytes: Uint8Array;
	#at = 0;

	/** `length` as the header says, of which the first `present` bytes are written here. */
	constructor(operation: number, flags: number, length: number, present = length) {
		const lengthBytes = length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : 4;
		this.bytes = new Uint8Array(1 + lengthBytes + present);
		this.byte((operation << 4) | flags);
		for (let rest = length, count = lengthBytes; count > 0; count--, rest >>= 7) this.byte((rest & 0x7f) | (count > 1 ? 0x80 : 0));
	}

	byte(value: number): this {
		this.bytes[this.#at++] = value;
		return this;
	}

	word(value: number): this {
		return this.byte(value >> 8).byte(value);
	}

	raw(bytes: Uint8Array): this {
		this.bytes.set(bytes, this.#at);
		this.#at += bytes.length;
		return this;
	}

	/** Text or binary data behind its length (1.5.3, 3.1.3.3). */
	field(bytes: Uint8Array): this {
		return this.word(bytes.length).raw(bytes);
	}
}

/** Text as UTF-8, bytes as they are. */
function fieldBytes(value: string | ArrayBuffer | ArrayBufferView, name: string): Uint8Array {
	const bytes =
		typeof value === "string"
			? encodeUtf8(value)
			: ArrayBuffer.isView(value)
				? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
				: new Uint8Array(value);
	if (bytes.length > LARGEST_16_BIT) throw new RangeError(`${name}: ${bytes.length} bytes, 65,535 are the most`);
	return bytes;
}

export function checkQoS(value: unknown, name: string): 0 | 1 | 2 {
	if (value === undefined) return 0;
	if (value !== 0 && value !== 1 && value !== 2) throw new RangeError(`${name}: 0, 1 or 2`);
	return value;
}

export interface Login {
	readonly id: string;
	readonly user: string | undefined;
	readonly password: string | ArrayBuffer | undefined;
	readonly clean: boolean;
	readonly keepAliveSeconds: number;
	readonly will:
		| { readonly topic: string; readonly message: string | ArrayBuffer; readonly QoS?: number; readonly retain?: boolean }
		| undefined;
}

/** 3.1. @throws RangeError */
export function connectPacket(login: Login): Uint8Array {
	const { user, password, will } = login;
	if (!(login.keepAliveSeconds >= 0 && login.keepAliveSeconds <= LARGEST_16_BIT)) throw new RangeError("keepAlive: 0..65,535,000 ms");
	if (user === undefined && password !== undefined) throw new RangeError("password: goes with a user only (MQTT 3.1.2.9)");
	const fields = [fieldBytes(login.id, "id")];
	let flags = login.clean ? 2 : 0;
	if (will !== undefined) {
		flags |= 4 | (checkQoS(will.QoS, "will.QoS") << 3) | (will.retain ? 0x20 : 0);
		fields.push(topicBytes(will.topic, "will.topic"), fieldBytes(will.message, "will.message"));
	}
	if (user !== undefined) {
		flags |= 0x80;
		fields.push(fieldBytes(user, "user"));
	}
	if (password !== undefined) {
		flags |= 0x40;
		fields.push(fieldBytes(password, "password"));
	}
	const length = fields.reduce((sum, field) => sum + 2 + field.length, 10);
	const packet = new PacketWriter(CONNECT, 0, length).field(encodeUtf8("MQTT")).byte(4).byte(flags).word(login.keepAliveSeconds);
	for (const field of fields) packet.field(field);
	return packet.bytes;
}

function checkId(id: unknown): number {
	if (typeof id !== "number" || !(id >= 1 && id <= LARGEST_16_BIT) || id % 1 !== 0) throw new RangeError("id: 1..65,535");
	return id;
}

/** A topic's name: no wildcard (3.3.2.1), and not empty (4.7.3). */
function topicBytes(topic: unknown, name: string): Uint8Array {
	if (typeof topic !== "string" || topic === "") throw new TypeError(`${name}: a string that is not empty is required`);
	for (const character of topic)
		if (character === "+" || character === "#" || character === "\0")
			throw new RangeError(`${name}: no wildcard and no U+0000 in what is published`);
	return fieldBytes(topic, name);
}

export interface Publish {
	readonly topic?: string;
	readonly QoS?: number;
	readonly retain?: boolean;
	readonly duplicate?: boolean;
	readonly id: number;
	/** Of the payload. */
	readonly byteLength: number;
}

/** 3.3, without the payload. @throws TypeError, RangeError */
export function publishHeader(message: Publish): Uint8Array {
	const QoS = checkQoS(message.QoS, "QoS");
	const topic = topicBytes(message.topic, "topic");
	const present = 2 + topic.length + (QoS > 0 ? 2 : 0);
	const length = present + message.byteLength;
	if (length > LONGEST_PACKET_BYTES) throw new RangeError(`byteLength: ${message.byteLength}, more than a packet holds`);
	const flags = (message.duplicate ? 8 : 0) | (QoS << 1) | (message.retain ? 1 : 0);
	const packet = new PacketWriter(PUBLISH, flags, length, present).field(topic);
	if (QoS > 0) packet.word(checkId(message.id));
	return packet.bytes;
}

export interface Item {
	readonly topic: string;
	readonly QoS?: number;
}

/** 3.8 and 3.10. @throws TypeError, RangeError */
export function itemsPacket(operation: typeof SUBSCRIBE | typeof UNSUBSCRIBE, id: number, items: readonly Item[] | undefined): Uint8Array {
	if (!Array.isArray(items) || items.length === 0) throw new TypeError("items: at least one { topic } is required");
	const topics = items.map(({ topic }) => {
		if (typeof topic !== "string" || topic === "") throw new TypeError("items: a topic that is not empty is required in each");
		return fieldBytes(topic, "topic");
	});
	const asked = operation === SUBSCRIBE ? 1 : 0;
	const length = topics.reduce((sum, topic) => sum + 2 + topic.length + asked, 2);
	const packet = new PacketWriter(operation, reserved(operation), length).word(checkId(id));
	topics.forEach((topic, at) => {
		packet.field(topic);
		if (asked) packet.byte(checkQoS((items as readonly Item[])[at]?.QoS, "QoS"));
	});
	return packet.bytes;
}

/** PUBACK, PUBREC, PUBREL, PUBCOMP (3.4 to 3.7). */
export function idPacket(operation: number, id: number): Uint8Array {
	return new PacketWriter(operation, reserved(operation), 2).word(id).bytes;
}

/** PINGREQ, PINGRESP, DISCONNECT (3.12 to 3.14). */
export function emptyPacket(operation: number): Uint8Array {
	return new PacketWriter(operation, 0, 0).bytes;
}

/** What a packet that is no PUBLISH may have after its header, by operation; undefined: none that a broker sends. */
export function lengthRange(operation: number): readonly [number, number] | undefined {
	if (operation === SUBACK) return [3, LARGEST_16_BIT];
	if (operation === PINGREQ || operation === PINGRESP) return [0, 0];
	const two = operation === CONNACK || operation === UNSUBACK || (operation >= PUBACK && operation <= PUBCOMP);
	return two ? [2, 2] : undefined;
}

/** 2.2.2: anything else must end the connection. */
export const flagsAreRight = (operation: number, flags: number): boolean => flags === reserved(operation);
