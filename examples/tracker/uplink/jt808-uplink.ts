import Timer from "timer";
import type { Modem } from "xs-cellular";
import type { ResolvedTime } from "xs-cellular/clock";
import {
	Alarm,
	Backfill,
	BodyWriter,
	Jt808Client,
	type Jt808Error,
	type Jt808Position,
	MessageId,
	ParameterId,
	Status,
	writePosition,
} from "xs-cellular/jt808";
import type { KeyValueStore } from "xs-cellular/platform";
import config from "../config.js";
import { type Position, UNKNOWN } from "../position.js";
import type { Uplink, UplinkOwner } from "./uplink.js";

/** Two packets: about fifty positions. */
const BACKFILL_BYTES = 2_000;
const POSITION_BYTES = 64;
/** Platforms take a terminal for gone after some minutes (an assumption); one may ask for another interval. */
const HEARTBEAT_SECONDS = 180;
const CODE_KEY = "code";
const TERMINAL_DIGITS = 12;
const KILOMETRES_PER_HOUR_TENTHS = 0.36;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** JT/T 808-2019 over TCP: the newest position as 0x0200, those that were kept as 0x0704. */
export class Jt808Uplink implements Uplink {
	/** The platform is to hear heartbeats, and to reach the vehicle. */
	readonly staysOpen = true;
	readonly #modem: Modem;
	readonly #store: KeyValueStore;
	readonly #owner: UplinkOwner;
	readonly #imei: string;
	readonly #single = new BodyWriter(new Uint8Array(POSITION_BYTES));
	readonly #backfill = new Backfill(new Uint8Array(BACKFILL_BYTES));
	readonly #position: Writable<Jt808Position> = {
		sequence: 0,
		alarm: 0,
		status: 0,
		latitudeMicrodegrees: 0,
		longitudeMicrodegrees: 0,
		altitudeMetres: 0,
		speed: 0,
		courseDegrees: 0,
		utcSeconds: 0,
		satellites: undefined,
		area: undefined,
	};
	#isLive = false;
	#client: Jt808Client<Jt808Uplink> | undefined;
	/** Of connections that are over. */
	#earlier = 0;

	constructor(modem: Modem, store: KeyValueStore, owner: UplinkOwner, imei: string) {
		this.#modem = modem;
		this.#store = store;
		this.#owner = owner;
		this.#imei = imei;
	}
	get retransmitted(): number {
		return this.#earlier + (this.#client?.retransmitted ?? 0);
	}
	open(): void {
		const { terminal = this.#imei.slice(-TERMINAL_DIGITS), ...vehicle } = config.jt808 ?? {};
		const kept = this.#store.read(CODE_KEY);
		this.#client = new Jt808Client<Jt808Uplink>({
			socket: { io: this.#modem.TCP },
			host: config.server.host,
			port: config.server.port,
			timer: Timer,
			terminal,
			imei: this.#imei,
			version: "tracker",
			vehicle: { terminalId: this.#imei, ...vehicle },
			code: kept !== undefined && kept.byteLength > 0 ? new Uint8Array(kept) : undefined,
			heartbeatSeconds: HEARTBEAT_SECONDS,
			target: this,
			onCode: this.keepCode,
			onReady: this.ready,
			onParameter: this.parameter,
			onError: this.ended,
		});
	}
	close(): void {
		this.#earlier = this.retransmitted;
		this.#client?.close();
		this.#client = undefined;
	}
	begin(isLive: boolean): void {
		this.#isLive = isLive;
		this.#single.rewind();
		this.#backfill.begin();
	}
	add(sequence: number, position: Readonly<Position>, time: Readonly<ResolvedTime>): boolean {
		fill(this.#position, sequence, position, time);
		if (!this.#isLive) return this.#backfill.add(this.#position);
		writePosition(this.#single, this.#position);
		return !this.#single.overflowed;
	}
	send(): number {
		const body = this.#isLive ? this.#single.bytes : this.#backfill.bytes;
		this.#client!.send(this.#isLive ? MessageId.position : MessageId.positions, body, this, Jt808Uplink.prototype.sent);
		return body.length;
	}

	sent(error: Jt808Error | undefined): void {
		if (error === undefined) this.#owner.uplinkDelivered();
		else this.ended(error);
	}
	ready(): void {
		this.#owner.uplinkOpened();
	}
	ended(error: Jt808Error): void {
		this.close();
		this.#owner.uplinkEnded(error.code);
	}
	/** An empty one stands for none: the store erases nothing. */
	keepCode(code: Uint8Array | undefined): void {
		this.#store.write(CODE_KEY, code === undefined ? new ArrayBuffer(0) : (code.slice().buffer as ArrayBuffer));
	}
	parameter(id: number, value: number | undefined): boolean {
		if (value === undefined) return false;
		if (id === ParameterId.everySeconds) return this.#owner.uplinkAsked(value, undefined);
		return id === ParameterId.sleepingSeconds && this.#owner.uplinkAsked(undefined, value);
	}
}

function fill(into: Writable<Jt808Position>, sequence: number, position: Readonly<Position>, time: Readonly<ResolvedTime>): void {
	const { speedCentimetresPerSecond: speed, courseDegrees: course, fence, isFixed } = position;
	into.sequence = sequence;
	into.alarm = (position.isAlarm ? Alarm.emergency : 0) | (fence === UNKNOWN ? 0 : Alarm.area);
	into.status =
		(position.isMoving ? Status.ignition : 0) |
		(isFixed ? Status.positioned | Status.gps : 0) |
		(isFixed && position.isBeidou ? Status.beidou : 0);
	into.latitudeMicrodegrees = position.latitudeMicrodegrees;
	into.longitudeMicrodegrees = position.longitudeMicrodegrees;
	into.altitudeMetres = position.altitudeMetres;
	into.speed = speed === UNKNOWN ? 0 : Math.round(speed * KILOMETRES_PER_HOUR_TENTHS);
	into.courseDegrees = course === UNKNOWN ? 0 : course;
	into.utcSeconds = time.utcSeconds;
	into.satellites = position.satellites === UNKNOWN ? undefined : position.satellites;
	into.area = fence === UNKNOWN ? undefined : { id: fence + 1, isLeft: !position.entered };
}
