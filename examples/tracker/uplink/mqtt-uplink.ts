import MQTTClient, { type ControlMessage, type MessageOptions } from "embedded:network/mqtt/client";
import type { Modem, ModemError, TLSOptions } from "xs-cellular";
import type { ResolvedTime } from "xs-cellular/clock";
import monitor from "xs-cellular/monitor";
import type { KeyValueStore } from "xs-cellular/platform";
import config from "../config.js";
import type { Position } from "../position.js";
import { readSettings } from "../settings.js";
import { AUTHORITY, Authority } from "./authority.js";
import { PositionsPack } from "./positions-pack.js";
import type { Uplink, UplinkOwner } from "./uplink.js";

/** Under way positions are more frequent than this. Mobile networks forget a silent TCP connection after some minutes (an assumption: not before five). */
const KEEP_ALIVE_MS = 240_000;
/** A configuration is a few bytes. */
const LARGEST_MESSAGE = 64;
/** For the header of a PUBLISH: type, length, topic and identifier. */
const HEADER_BYTES = 64;

interface Outgoing {
	readonly topic: string;
	readonly payload: Uint8Array;
	readonly id: number;
}

/**
 * MQTT 3.1.1 over the module's TLS. Positions are published with QoS 1 and have arrived when the broker says so; settings wait at the broker as a
 * retained message, so that the connection need not stay open.
 */
export class MqttUplink implements Uplink {
	readonly staysOpen = false;
	readonly retransmitted = 0;
	readonly #modem: Modem;
	readonly #owner: UplinkOwner;
	readonly #imei: string;
	readonly #pack: PositionsPack;
	readonly #authority: Authority | undefined;
	readonly #message = new Uint8Array(LARGEST_MESSAGE);
	#messageLength = 0;
	/** Counts openings: what an earlier one is told late is nobody's. */
	/** Code of the refusal that was said last. */
	#said: string | undefined;
	#opening = 0;
	#client: MQTTClient | undefined;
	#isSubscribed = false;
	#room = 0;
	#lastId = 0;
	readonly #queue: Outgoing[] = [];
	/** Of the first of the queue. */
	#written = 0;
	#isRepeated = false;
	#unacknowledged = 0;

	constructor(modem: Modem, store: KeyValueStore, owner: UplinkOwner, imei: string) {
		this.#modem = modem;
		this.#owner = owner;
		this.#imei = imei;
		this.#pack = new PositionsPack(imei, config.geofences ?? []);
		const { ca } = config.server;
		if (ca !== undefined) this.#authority = new Authority(modem, store, ca);
	}

	open(): void {
		const opening = ++this.#opening;
		const isThere = this.#authority?.provide(error => {
			if (opening !== this.#opening) return;
			if (error === undefined) this.connect(opening);
			else this.refused(error);
		});
		if (isThere !== false) this.connect(opening);
	}
	close(): void {
		const client = this.#client;
		const isPolite = this.#isSubscribed && this.#queue.length === 0;
		this.reset();
		if (client === undefined) return;
		try {
			if (isPolite) client.write(null, { operation: MQTTClient.DISCONNECT });
		} catch {
			// There was no room for it: the broker sees the connection end.
		}
		client.close();
	}
	begin(isLive: boolean): void {
		this.#pack.begin(isLive);
	}
	add(sequence: number, position: Readonly<Position>, time: Readonly<ResolvedTime>): boolean {
		return this.#pack.add(sequence, position, time);
	}
	send(isRepeated: boolean): number {
		const { positions, events } = this.#pack;
		this.#isRepeated = isRepeated;
		this.enqueue("positions", positions);
		if (events !== undefined) this.enqueue("events", events);
		this.write();
		return positions.length + (events?.length ?? 0);
	}

	private enqueue(topic: string, payload: Uint8Array): void {
		this.#queue.push({ topic: `trackers/${this.#imei}/${topic}`, payload, id: this.nextId() });
		this.#unacknowledged++;
	}
	private nextId(): number {
		this.#lastId = (this.#lastId % 65_535) + 1;
		return this.#lastId;
	}

	private connect(opening: number): void {
		const uplink = this;
		const isCurrent = () => opening === uplink.#opening;
		const secure = this.#authority === undefined ? {} : { ca: AUTHORITY };
		this.#client = new MQTTClient({
			socket: { io: telling(this.#modem.TLS, error => this.socketFailed(error)), secure: { serverName: config.server.host, ...secure } },
			dns: { io: this.#modem.Resolver },
			host: config.server.host,
			port: config.server.port,
			id: this.#imei,
			clean: true,
			keepAlive: KEEP_ALIVE_MS,
			onControl(message) {
				if (isCurrent()) uplink.control(message);
			},
			onReadable(count, options) {
				if (isCurrent()) uplink.received(this, count, options);
			},
			onWritable(count) {
				if (isCurrent()) uplink.writable(count);
			},
			onError() {
				if (isCurrent()) uplink.lost();
			},
		});
	}
	/** The module took no certificate: it may have no TLS at all, and then every attempt ends like this one; it is said once. */
	private refused(error: ModemError): void {
		if (this.#said !== error.code) monitor("error", { code: error.code, message: error.message });
		this.#said = error.code;
		this.end("credential");
	}
	private socketFailed(error: ModemError | undefined): void {
		if (error?.code !== "tls") return;
		monitor("error", { code: error.code, message: error.message });
		// Another module may have been put in, or its memory erased: the certificate is stored again rather than missed for good.
		this.#authority?.forget();
	}
	private lost(): void {
		this.end(this.#isSubscribed ? "closed" : "connect");
	}
	private end(code: string): void {
		this.reset();
		this.#owner.uplinkEnded(code);
	}
	private reset(): void {
		this.#opening++;
		this.#client = undefined;
		this.#isSubscribed = false;
		this.#room = 0;
		this.#queue.length = 0;
		this.#written = 0;
		this.#unacknowledged = 0;
		this.#messageLength = 0;
	}

	private control(message: ControlMessage): void {
		if (message.operation !== MQTTClient.PUBACK || this.#unacknowledged === 0) return;
		if (--this.#unacknowledged === 0 && this.#queue.length === 0) this.#owner.uplinkDelivered();
	}
	private writable(count: number): void {
		this.#room = count;
		if (this.#isSubscribed) {
			this.write();
			return;
		}
		this.#isSubscribed = true;
		const items = [{ topic: `trackers/${this.#imei}/configuration`, QoS: 1 as const }];
		this.#room = this.#client!.write(null, { operation: MQTTClient.SUBSCRIBE, id: this.nextId(), items });
		this.#owner.uplinkOpened();
	}
	/** As far as there is room: a module's window may be smaller than a report. */
	private write(): void {
		const client = this.#client!;
		while (this.#queue.length > 0) {
			const { topic, payload, id } = this.#queue[0];
			const isFirst = this.#written === 0;
			const room = this.#room - (isFirst ? HEADER_BYTES + topic.length : 0);
			if (room <= 0) return;
			const end = Math.min(payload.length, this.#written + room);
			const part = payload.subarray(this.#written, end);
			const options = { topic, id, QoS: 1 as const, duplicate: this.#isRepeated, byteLength: payload.length };
			this.#room = isFirst ? client.write(part, options) : client.write(part);
			this.#written = end;
			if (end < payload.length) return;
			this.#queue.shift();
			this.#written = 0;
		}
	}
	private received(client: MQTTClient, count: number, { more, byteLength }: MessageOptions): void {
		if (byteLength !== undefined) this.#messageLength = 0;
		const fits = this.#messageLength + count <= LARGEST_MESSAGE;
		const bytes = count > 0 ? client.read(count) : undefined;
		if (fits && bytes !== undefined) this.#message.set(new Uint8Array(bytes), this.#messageLength);
		this.#messageLength = fits ? this.#messageLength + count : LARGEST_MESSAGE + 1;
		if (more || this.#messageLength > LARGEST_MESSAGE) return;
		const asked = readSettings(this.#message.subarray(0, this.#messageLength));
		if (asked) this.#owner.uplinkAsked(asked.movingEverySeconds, asked.parkedEverySeconds);
	}
}

/** The same class, which also says why a connection failed: the client keeps that to itself. */
function telling(TLS: Modem["TLS"], failed: (error: ModemError | undefined) => void): Modem["TLS"] {
	return class extends TLS {
		constructor(options: TLSOptions) {
			super({
				...options,
				onError() {
					failed(this.error);
					options.onError?.call(this);
				},
			});
		}
	};
}
