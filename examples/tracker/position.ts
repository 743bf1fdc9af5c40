import type { Stamp } from "xs-cellular/clock";

/** A position as it lies in the outbox: 25 bytes, numbers big-endian. */
export const POSITION_BYTES = 25;

/** What is not known has this value. */
export const UNKNOWN = -1;

/** In whole numbers, so that what is sent twice is the same twice. */
export interface Position {
	/** WGS 84, 10⁻⁶ degrees, north and east positive. */
	latitudeMicrodegrees: number;
	longitudeMicrodegrees: number;
	altitudeMetres: number;
	speedCentimetresPerSecond: number;
	/** 0 to 359 from true north. */
	courseDegrees: number;
	hdopTenths: number;
	satellites: number;
	/** False: this is the place that was known last, if any was. */
	isFixed: boolean;
	isAlarm: boolean;
	isMoving: boolean;
	/** BeiDou took part. */
	isBeidou: boolean;
	/** A fence that was crossed here: its place in the configuration; {@link UNKNOWN}: none. */
	fence: number;
	entered: boolean;
	readonly stamp: Stamp;
}

export function newPosition(): Position {
	return {
		latitudeMicrodegrees: 0,
		longitudeMicrodegrees: 0,
		altitudeMetres: 0,
		speedCentimetresPerSecond: UNKNOWN,
		courseDegrees: UNKNOWN,
		hdopTenths: UNKNOWN,
		satellites: UNKNOWN,
		isFixed: false,
		isAlarm: false,
		isMoving: false,
		isBeidou: false,
		fence: UNKNOWN,
		entered: false,
		stamp: { absolute: false, seconds: 0, session: 0 },
	};
}

const ABSOLUTE = 1;
const FIXED = 2;
const ALARM = 4;
const MOVING = 8;
const BEIDOU = 16;
const ENTERED = 32;

/** Latitude and longitude 4 bytes each; altitude, speed, course 2; HDOP, satellites, flags, fence 1; seconds 5; session 2. */
export function packPosition(position: Readonly<Position>, into: Uint8Array): Uint8Array {
	put(into, 0, 4, position.latitudeMicrodegrees);
	put(into, 4, 4, position.longitudeMicrodegrees);
	put(into, 8, 2, Math.min(Math.max(position.altitudeMetres, -32_768), 32_767));
	put(into, 10, 2, Math.min(position.speedCentimetresPerSecond, 32_767));
	put(into, 12, 2, position.courseDegrees);
	put(into, 14, 1, Math.min(position.hdopTenths, 127));
	put(into, 15, 1, Math.min(position.satellites, 127));
	const { stamp } = position;
	into[16] =
		(stamp.absolute ? ABSOLUTE : 0) |
		(position.isFixed ? FIXED : 0) |
		(position.isAlarm ? ALARM : 0) |
		(position.isMoving ? MOVING : 0) |
		(position.isBeidou ? BEIDOU : 0) |
		(position.entered ? ENTERED : 0);
	put(into, 17, 1, position.fence);
	put(into, 18, 5, stamp.seconds);
	put(into, 23, 2, stamp.session % 0x10000);
	return into;
}

/** `session` is the clock's: only the low 16 bits of a stamp's are stored, enough to tell this run from earlier ones. */
export function unpackPosition(bytes: Uint8Array, session: number, into: Position): Position {
	into.latitudeMicrodegrees = get(bytes, 0, 4);
	into.longitudeMicrodegrees = get(bytes, 4, 4);
	into.altitudeMetres = get(bytes, 8, 2);
	into.speedCentimetresPerSecond = get(bytes, 10, 2);
	into.courseDegrees = get(bytes, 12, 2);
	into.hdopTenths = get(bytes, 14, 1);
	into.satellites = get(bytes, 15, 1);
	const flags = bytes[16];
	into.isFixed = (flags & FIXED) !== 0;
	into.isAlarm = (flags & ALARM) !== 0;
	into.isMoving = (flags & MOVING) !== 0;
	into.isBeidou = (flags & BEIDOU) !== 0;
	into.entered = (flags & ENTERED) !== 0;
	into.fence = get(bytes, 17, 1);
	into.stamp.absolute = (flags & ABSOLUTE) !== 0;
	into.stamp.seconds = get(bytes, 18, 5);
	const low = get(bytes, 23, 2) & 0xffff;
	into.stamp.session = low === session % 0x10000 ? session : low;
	return into;
}

/** Two's complement; `width` bytes hold the number. */
function put(bytes: Uint8Array, at: number, width: number, value: number): void {
	let rest = value < 0 ? value + 256 ** width : value;
	for (let i = at + width - 1; i >= at; i--) {
		bytes[i] = rest % 256;
		rest = Math.floor(rest / 256);
	}
}
function get(bytes: Uint8Array, at: number, width: number): number {
	let value = 0;
	for (let i = at; i < at + width; i++) value = value * 256 + bytes[i];
	return bytes[at] < 128 ? value : value - 256 ** width;
}
