import type { Clock } from "../clock/clock.js";
import type { HostConnection, HostStream, StreamHost, TlsIdentity } from "./host.js";
import { type Authorise, matchesFilter, type PublishedMessage } from "./mqtt.js";
import { type Broker, MqttConnection } from "./mqtt-connection.js";
import { type Delivery, MqttSession } from "./mqtt-session.js";

export interface MqttBrokerOptions {
	readonly clock: Clock;
	/** RFC 5952 text of IPv6, dotted decimal of IPv4. */
	readonly addresses: readonly string[];
	/** Without TLS; default 1883. */
	readonly port?: number;
	/** Default: no TLS. Its port is 8883 where none is given. */
	readonly tls?: { readonly port?: number; readonly identity: TlsIdentity };
	/** Default: everybody. */
	readonly authorise?: Authorise;
}

type Listener = (message: PublishedMessage) => void;

/** Sessions, subscriptions and retained messages. */
class BrokerState implements Broker {
	readonly published: PublishedMessage[] = [];
	readonly authorise: Authorise;
	readonly connections = new Map<string, MqttConnection>();
	readonly retained = new Map<string, Delivery>();
	readonly listeners: { readonly filter: string; readonly listener: Listener }[] = [];
	readonly #clock: Clock;
	readonly #sessions = new Map<string, MqttSession>();
	/** Sessions that end with their connection (3.1.2.4). */
	readonly #clean = new Set<MqttSession>();
	#unnamed = 0;

	constructor(clock: Clock, authorise: Authorise) {
		this.#clock = clock;
		this.authorise = authorise;
	}

	join(asked: string, clean: boolean, connection: MqttConnection): { session: MqttSession; isOld: boolean } {
		const clientId = asked === "" ? `unnamed-${++this.#unnamed}` : asked;
		this.connections.get(clientId)?.end();
		const old = clean ? undefined : this.#sessions.get(clientId);
		const session = old ?? new MqttSession(clientId);
		this.#sessions.set(clientId, session);
		if (clean) this.#clean.add(session);
		this.connections.set(clientId, connection);
		return { session, isOld: old !== undefined };
	}

	left(session: MqttSession, connection: MqttConnection): void {
		if (this.connections.get(session.clientId) === connection) this.connections.delete(session.clientId);
		if (this.#clean.delete(session)) this.#sessions.delete(session.clientId);
	}

	publish(message: Delivery, clientId: string, duplicate: boolean): void {
		const { topic, payload, qos, retain } = message;
		const record: PublishedMessage = { atMs: this.#clock.now(), clientId, topic, payload, qos, retain, duplicate };
		this.published.push(record);
		// 3.3.1.3: an empty one forgets what was retained.
		if (retain && payload.length === 0) this.retained.delete(topic);
		else if (retain) this.retained.set(topic, message);
		for (const session of [...this.#sessions.values()]) this.deliver(message, session);
		for (const { filter, listener } of [...this.listeners]) if (matchesFilter(filter, topic)) listener(record);
	}

	sendRetained(filter: string, session: MqttSession): void {
		const granted = session.subscriptions.get(filter);
		if (granted === undefined) return;
		for (const message of [...this.retained.values()])
			if (matchesFilter(filter, message.topic)) session.deliver({ ...message, qos: lower(message.qos, granted) });
	}

	/** Once, with the highest QoS of the subscriptions that match (3.3.5). */
	private deliver(message: Delivery, session: MqttSession): void {
		let granted: 0 | 1 | 2 | undefined;
		for (const [filter, qos] of session.subscriptions)
			if (matchesFilter(filter, message.topic) && (granted === undefined || qos > granted)) granted = qos;
		if (granted !== undefined) session.deliver({ ...message, qos: lower(message.qos, granted), retain: false });
	}
}

const lower = (one: 0 | 1 | 2, other: 0 | 1 | 2): 0 | 1 | 2 => (one < other ? one : other);

/**
 * An MQTT 3.1.1 broker as a host of the simulated internet, in virtual time: sessions, retained messages, wills, all QoS. Packets
 * are coded by npm `mqtt-packet`. Deterministic: the same packets at the same times give the same answers.
 */
export class MqttBroker implements StreamHost {
	readonly addresses: readonly string[];
	readonly #state: BrokerState;
	readonly #clock: Clock;
	readonly #port: number;
	readonly #tls: { readonly port: number; readonly identity: TlsIdentity } | undefined;

	constructor(options: MqttBrokerOptions) {
		this.addresses = options.addresses;
		this.#clock = options.clock;
		this.#port = options.port ?? 1883;
		this.#tls = options.tls && { port: options.tls.port ?? 8883, identity: options.tls.identity };
		this.#state = new BrokerState(options.clock, options.authorise ?? (() => 0));
	}

	/** Everything that was accepted, oldest first. */
	get published(): readonly PublishedMessage[] {
		return this.#state.published;
	}

	/** Identifiers of the clients that are connected. */
	get clients(): readonly string[] {
		return [...this.#state.connections.keys()];
	}

	/** What a new subscriber of exactly this topic would get. */
	retained(topic: string): Uint8Array | undefined {
		return this.#state.retained.get(topic)?.payload;
	}

	/** A message of the server itself. Call it from an action of the clock. */
	publish(topic: string, payload: Uint8Array, options: { readonly qos?: 0 | 1 | 2; readonly retain?: boolean } = {}): void {
		this.#state.publish({ topic, payload, qos: options.qos ?? 0, retain: options.retain ?? false }, "", false);
	}

	/** Tells the server of each message that matches, with the broker's record of it. */
	subscribe(filter: string, listener: (message: PublishedMessage) => void): void {
		this.#state.listeners.push({ filter, listener });
	}

	/** Cuts a client's connection, as a broker that restarts does. */
	disconnect(clientId: string): void {
		this.#state.connections.get(clientId)?.end();
	}

	accept(port: number, connection: HostConnection): HostStream | undefined {
		if (port !== this.#port && port !== this.#tls?.port) return undefined;
		return new MqttConnection(this.#state, connection, this.#clock);
	}

	tls(port: number): TlsIdentity | undefined {
		return port === this.#tls?.port ? this.#tls.identity : undefined;
	}
}
