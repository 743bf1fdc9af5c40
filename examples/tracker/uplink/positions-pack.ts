import type { ResolvedTime } from "xs-cellular/clock";
import { SenmlPack } from "xs-cellular/senml";
import type { FenceConfig } from "../config.js";
import { type Position, UNKNOWN } from "../position.js";

/** Below what every module takes at once, so that a report is one record of TLS. About eight positions. */
const PACK_BYTES = 1_200;
const EVENTS_BYTES = 400;

/** Positions as SenML, and beside it a pack of what happened at them: an alarm, a fence that was crossed. */
export class PositionsPack {
	readonly #positions: SenmlPack;
	readonly #events: SenmlPack;
	readonly #fences: readonly FenceConfig[];
	#isLive = false;

	/** `device` is the first part of each record's name. */
	constructor(device: string, fences: readonly FenceConfig[]) {
		this.#positions = new SenmlPack(new Uint8Array(PACK_BYTES), `${device}/`);
		this.#events = new SenmlPack(new Uint8Array(EVENTS_BYTES), `${device}/`);
		this.#fences = fences;
	}
	begin(isLive: boolean): void {
		this.#isLive = isLive;
		this.#positions.begin();
		this.#events.begin();
	}
	add(sequence: number, position: Readonly<Position>, time: Readonly<ResolvedTime>): boolean {
		const isEvent = position.isAlarm || position.fence !== UNKNOWN;
		if (isEvent && !this.addEvent(sequence, position, time)) return false;
		const pack = this.#positions;
		pack.beginReading(sequence, time);
		if (position.isFixed) addPlace(pack, position);
		if (position.speedCentimetresPerSecond !== UNKNOWN) pack.addDecimal("speed", "m/s", position.speedCentimetresPerSecond, -2);
		// Degrees, which are no unit of SenML's own (RFC 8798 has them as a secondary one).
		if (position.courseDegrees !== UNKNOWN) pack.addDecimal("course", "", position.courseDegrees, 0);
		if (position.hdopTenths !== UNKNOWN) pack.addDecimal("hdop", "", position.hdopTenths, -1);
		if (position.satellites !== UNKNOWN) pack.addDecimal("sats", "count", position.satellites, 0);
		pack.addBoolean("live", this.#isLive);
		if (position.isAlarm) pack.addBoolean("sos", true);
		return pack.endReading();
	}
	/** Valid until the next `begin`. */
	get positions(): Uint8Array {
		return this.#positions.bytes();
	}
	/** Undefined where nothing happened. */
	get events(): Uint8Array | undefined {
		return this.#events.readings > 0 ? this.#events.bytes() : undefined;
	}

	/** Without its position an event that went before it is told twice; the server knows it by its number. */
	private addEvent(sequence: number, position: Readonly<Position>, time: Readonly<ResolvedTime>): boolean {
		const pack = this.#events;
		pack.beginReading(sequence, time);
		if (position.isFixed) addPlace(pack, position);
		if (position.isAlarm) pack.addBoolean("sos", true);
		const fence = this.#fences[position.fence];
		if (fence !== undefined) {
			pack.addText("geofence", fence.name);
			pack.addBoolean("inside", position.entered);
		}
		return pack.endReading();
	}
}

function addPlace(pack: SenmlPack, position: Readonly<Position>): void {
	pack.addDecimal("lat", "lat", position.latitudeMicrodegrees, -6);
	pack.addDecimal("lon", "lon", position.longitudeMicrodegrees, -6);
	pack.addDecimal("alt", "m", position.altitudeMetres, 0);
}
