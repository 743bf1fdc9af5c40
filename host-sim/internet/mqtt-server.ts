import { Aedes } from "aedes";
import { type Listener, type ListenOptions, listen } from "./listen.js";
import type { Authorise, PublishedMessage } from "./mqtt.js";

export interface MqttServerOptions extends ListenOptions {
	/** Default: everybody. */
	readonly authorise?: Authorise;
	/** Called for each message of a client, behind its record. */
	readonly onPublish?: (message: PublishedMessage) => void;
	/** Of the records; default milliseconds since the server began. */
	readonly now?: () => number;
}
export interface MqttServer extends Listener {
	/** Everything that clients published, oldest first. QoS 2 when the client has released it. */
	readonly published: readonly PublishedMessage[];
	/** Identifiers of the clients that are connected. */
	readonly clients: readonly string[];
	/** Fulfilled when it was passed on. */
	publish(topic: string, payload: Uint8Array, options?: { readonly qos?: 0 | 1 | 2; readonly retain?: boolean }): Promise<void>;
	/** Cuts a client's connection. */
	disconnect(clientId: string): void;
}

/** A real MQTT broker (npm `aedes`) on this machine, for the real clock. */
export async function listenMqtt(options: MqttServerOptions = {}): Promise<MqttServer> {
	const startMs = performance.now();
	const now = options.now ?? (() => performance.now() - startMs);
	const published: PublishedMessage[] = [];
	const clients = new Map<string, { close(): void }>();
	const broker = await Aedes.createBroker({
		authenticate: (client, user, password, done) => {
			const code = options.authorise?.({ id: client.id, user, password: password?.toString() }) ?? 0;
			if (code === 0) done(null, true);
			else done(Object.assign(new Error("refused"), { returnCode: code }) as never, false);
		},
	});
	broker.on("publish", (packet, client) => {
		// The broker's own reports on itself have no client.
		if (client === null) return;
		const { topic, qos, retain, dup } = packet;
		const payload = Uint8Array.from(Buffer.from(packet.payload));
		const message: PublishedMessage = { atMs: now(), clientId: client.id, topic, payload, qos, retain, duplicate: dup };
		published.push(message);
		options.onPublish?.(message);
	});
	broker.on("clientReady", client => void clients.set(client.id, client));
	broker.on("clientDisconnect", client => {
		if (clients.get(client.id) === client) clients.delete(client.id);
	});
	const listener = await listen(options, socket => void broker.handle(socket));
	return {
		address: listener.address,
		port: listener.port,
		published,
		get clients() {
			return [...clients.keys()];
		},
		publish: (topic, payload, { qos = 0, retain = false } = {}) =>
			new Promise((resolve, reject) => {
				const packet = { cmd: "publish", topic, payload: Buffer.from(payload), qos, retain, dup: false } as const;
				broker.publish(packet, error => (error ? reject(error) : resolve()));
			}),
		disconnect: clientId => clients.get(clientId)?.close(),
		close: async () => {
			await listener.close();
			await new Promise<void>(resolve => broker.close(() => resolve()));
		},
	};
}
