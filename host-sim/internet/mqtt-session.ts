import type { IPublishPacket, Packet } from "mqtt-packet";

export interface Delivery {
	readonly topic: string;
	readonly payload: Uint8Array;
	readonly qos: 0 | 1 | 2;
	readonly retain: boolean;
}
interface InFlight {
	readonly message: Delivery;
	/** PUBREC came: PUBREL is what is sent again. */
	received: boolean;
}

/** An assumption: how many messages a broker keeps for a client that is away. The oldest go first. */
const MOST_KEPT = 1000;

function publishPacket({ topic, payload, qos, retain }: Delivery, messageId: number | undefined, dup: boolean): IPublishPacket {
	return { cmd: "publish", topic, payload: Buffer.from(payload), qos, retain, dup, ...(messageId !== undefined && { messageId }) };
}

/** What a broker knows of a client beyond its connection (MQTT 3.1.1, 4.1). */
export class MqttSession {
	readonly clientId: string;
	/** Filter → granted QoS. */
	readonly subscriptions = new Map<string, 0 | 1 | 2>();
	/** QoS 2 messages of the client whose PUBREL has not come, by identifier. */
	readonly incoming = new Set<number>();
	/** Sent and not acknowledged, in order. */
	readonly #inFlight = new Map<number, InFlight>();
	/** For when the client is back. */
	readonly #kept: Delivery[] = [];
	#lastId = 0;
	#send: ((packet: Packet) => void) | undefined;

	constructor(clientId: string) {
		this.clientId = clientId;
	}

	get connected(): boolean {
		return this.#send !== undefined;
	}

	/** 4.4: what was not acknowledged comes again, in its order, then what was kept. */
	attach(send: (packet: Packet) => void): void {
		this.#send = send;
		for (const [messageId, { message, received }] of this.#inFlight)
			send(received ? { cmd: "pubrel", messageId } : publishPacket(message, messageId, true));
		for (const message of this.#kept.splice(0)) this.deliver(message);
	}

	detach(): void {
		this.#send = undefined;
	}

	deliver(message: Delivery): void {
		if (this.#send === undefined) {
			if (message.qos > 0) this.#kept.push(message);
			if (this.#kept.length > MOST_KEPT) this.#kept.shift();
			return;
		}
		if (message.qos === 0) {
			this.#send(publishPacket(message, undefined, false));
			return;
		}
		const messageId = this.freeId();
		this.#inFlight.set(messageId, { message, received: false });
		this.#send(publishPacket(message, messageId, false));
	}

	/** PUBACK and PUBCOMP. */
	acknowledged(messageId: number): void {
		this.#inFlight.delete(messageId);
	}

	/** PUBREC, which is answered even where the message is not known any more. */
	received(messageId: number): void {
		const inFlight = this.#inFlight.get(messageId);
		if (inFlight !== undefined) inFlight.received = true;
		this.#send?.({ cmd: "pubrel", messageId });
	}

	private freeId(): number {
		do this.#lastId = (this.#lastId % 65_535) + 1;
		while (this.#inFlight.has(this.#lastId));
		return this.#lastId;
	}
}
