import mqttPacket, {
	type IConnectPacket,
	type IPublishPacket,
	type ISubscribePacket,
	type IUnsubscribePacket,
	type Packet,
	type Parser,
} from "mqtt-packet";
import type { Clock, Scheduled } from "../clock/clock.js";
import type { HostConnection, HostStream } from "./host.js";
import { type Authorise, isTopicFilter } from "./mqtt.js";
import type { Delivery, MqttSession } from "./mqtt-session.js";

/** An assumption: common brokers wait so long for CONNECT. */
const CONNECT_WITHIN_MS = 30_000;
/** 3.1.2.10 */
const KEEP_ALIVE_FACTOR = 1.5;
/** Not granted (3.9.3). */
const FAILURE = 0x80;

/** What a connection needs of its broker. */
export interface Broker {
	readonly authorise: Authorise;
	/** Ends another connection of the same client. `isOld`: the session was there before. */
	join(clientId: string, clean: boolean, connection: MqttConnection): { readonly session: MqttSession; readonly isOld: boolean };
	left(session: MqttSession, connection: MqttConnection): void;
	/** A message of a client. */
	publish(message: Delivery, clientId: string, duplicate: boolean): void;
	sendRetained(filter: string, session: MqttSession): void;
}

/** One connection of one client: what MQTT 3.1.1 has a server do with each packet. */
export class MqttConnection implements HostStream {
	readonly #broker: Broker;
	readonly #connection: HostConnection;
	readonly #clock: Clock;
	readonly #parser: Parser = mqttPacket.parser({ protocolVersion: 4 });
	#session: MqttSession | undefined;
	#will: Delivery | undefined;
	#aliveWithinMs: number | undefined = CONNECT_WITHIN_MS;
	#silence: Scheduled | undefined;
	#open = true;

	constructor(broker: Broker, connection: HostConnection, clock: Clock) {
		this.#broker = broker;
		this.#connection = connection;
		this.#clock = clock;
		this.#parser.on("packet", packet => this.packet(packet));
		this.#parser.on("error", () => this.end());
		this.watch();
	}

	received(bytes: Uint8Array): void {
		if (this.#open) this.#parser.parse(Buffer.from(bytes));
	}

	closed(): void {
		this.leave();
	}

	/** Closes it. Without DISCONNECT before, the will is published. */
	end(): void {
		if (this.#open) this.#connection.close();
		this.leave();
	}

	private leave(): void {
		if (!this.#open) return;
		this.#open = false;
		this.#clock.cancel(this.#silence);
		this.#session?.detach();
		if (this.#session !== undefined) this.#broker.left(this.#session, this);
		if (this.#will !== undefined) this.#broker.publish(this.#will, this.#session?.clientId ?? "", false);
	}

	private send(packet: Packet): void {
		if (this.#open) this.#connection.send(mqttPacket.generate(packet));
	}

	private watch(): void {
		this.#clock.cancel(this.#silence);
		this.#silence = this.#aliveWithinMs === undefined ? undefined : this.#clock.after(this.#aliveWithinMs, () => this.end());
	}

	private packet(packet: Packet): void {
		if (!this.#open) return;
		const session = this.#session;
		if (packet.cmd === "connect") {
			// 3.1: a second one is a violation.
			if (session === undefined) this.connect(packet);
			else this.end();
		} else if (session === undefined) {
			this.end();
		} else {
			this.watch();
			this.ofClient(packet, session);
		}
	}

	private connect(packet: IConnectPacket): void {
		const refusal = this.refusal(packet);
		if (refusal !== 0) {
			this.send({ cmd: "connack", returnCode: refusal, sessionPresent: false });
			this.end();
			return;
		}
		const { will, keepalive = 0, clean = true } = packet;
		if (will !== undefined)
			this.#will = { topic: will.topic, payload: Buffer.from(will.payload), qos: will.qos ?? 0, retain: will.retain ?? false };
		this.#aliveWithinMs = keepalive === 0 ? undefined : keepalive * 1000 * KEEP_ALIVE_FACTOR;
		this.watch();
		const { session, isOld } = this.#broker.join(packet.clientId, clean, this);
		this.#session = session;
		this.send({ cmd: "connack", returnCode: 0, sessionPresent: isOld });
		session.attach(out => this.send(out));
	}

	private refusal(packet: IConnectPacket): number {
		if (packet.protocolId !== "MQTT" || packet.protocolVersion !== 4) return 1;
		if (packet.clientId === "" && packet.clean === false) return 2;
		return this.#broker.authorise({ id: packet.clientId, user: packet.username, password: packet.password?.toString() });
	}

	private ofClient(packet: Packet, session: MqttSession): void {
		switch (packet.cmd) {
			case "publish":
				this.publish(packet, session);
				break;
			case "puback":
			case "pubcomp":
				session.acknowledged(packet.messageId!);
				break;
			case "pubrec":
				session.received(packet.messageId!);
				break;
			case "pubrel":
				this.release(packet.messageId!, session);
				break;
			case "subscribe":
				this.subscribe(packet, session);
				break;
			case "unsubscribe":
				this.unsubscribe(packet, session);
				break;
			case "pingreq":
				this.send({ cmd: "pingresp" });
				break;
			default:
				// 3.14.4: what was to be published at a failure is forgotten. Anything else is not a client's to send.
				if (packet.cmd === "disconnect") this.#will = undefined;
				this.end();
		}
	}

	private release(messageId: number, session: MqttSession): void {
		session.incoming.delete(messageId);
		this.send({ cmd: "pubcomp", messageId });
	}

	private publish(packet: IPublishPacket, session: MqttSession): void {
		const { topic, qos, retain, dup, messageId } = packet;
		if (topic === "" || topic.includes("+") || topic.includes("#")) {
			this.end();
			return;
		}
		// 4.3.3, method B: an identifier that is known has been passed on.
		const isKnown = qos === 2 && session.incoming.has(messageId!);
		if (qos === 2) session.incoming.add(messageId!);
		if (!isKnown) this.#broker.publish({ topic, payload: Uint8Array.from(packet.payload as Buffer), qos, retain }, session.clientId, dup);
		if (qos === 1) this.send({ cmd: "puback", messageId: messageId! });
		else if (qos === 2) this.send({ cmd: "pubrec", messageId: messageId! });
	}

	private subscribe(packet: ISubscribePacket, session: MqttSession): void {
		const granted = packet.subscriptions.map(({ topic, qos }) => {
			if (!isTopicFilter(topic)) return FAILURE;
			session.subscriptions.set(topic, qos);
			return qos;
		});
		this.send({ cmd: "suback", messageId: packet.messageId!, granted });
		for (const { topic } of packet.subscriptions) this.#broker.sendRetained(topic, session);
	}

	private unsubscribe(packet: IUnsubscribePacket, session: MqttSession): void {
		for (const filter of packet.unsubscriptions) session.subscriptions.delete(filter);
		this.send({ cmd: "unsuback", messageId: packet.messageId! } as Packet);
	}
}
