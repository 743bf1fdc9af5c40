import { readBcd } from "./frame.js";

/** Body of 0x0200 of JT/T 808-2019, and each item of 0x0704. */
export interface PositionReport {
	readonly alarms: number;
	readonly status: number;
	readonly isPositioned: boolean;
	readonly latitude: number;
	readonly longitude: number;
	readonly altitudeMetres: number;
	readonly speedMetresPerSecond: number;
	readonly courseDegrees: number;
	readonly utcMs: number;
	/** Additional information by its id. */
	readonly extras: ReadonlyMap<number, Uint8Array>;
}

export const ALARM_SOS = 1;
/** Extra items 0xE1 to 0xFF are the terminal maker's: here the sequence number of the position, a DWORD. */
export const EXTRA_SEQUENCE = 0xe1;
const POSITIONED = 1 << 1;
const SOUTH = 1 << 2;
const WEST = 1 << 3;
const BASIC_BYTES = 28;
/** Times are those of Beijing (GMT+8), without a zone. */
const ZONE_MS = 8 * 3_600_000;

/** undefined: no position report. */
export function readPosition(body: Uint8Array): PositionReport | undefined {
	if (body.length < BASIC_BYTES) return undefined;
	const view = new DataView(body.buffer, body.byteOffset, body.length);
	const status = view.getUint32(4);
	const utcMs = timeOf(readBcd(body.subarray(22, 28)));
	const extras = extrasOf(body.subarray(BASIC_BYTES));
	if (utcMs === undefined || extras === undefined) return undefined;
	const latitude = view.getUint32(8) / 1e6;
	const longitude = view.getUint32(12) / 1e6;
	if (latitude > 90 || longitude > 180) return undefined;
	return {
		alarms: view.getUint32(0),
		status,
		isPositioned: (status & POSITIONED) !== 0,
		latitude: (status & SOUTH) !== 0 ? -latitude : latitude,
		longitude: (status & WEST) !== 0 ? -longitude : longitude,
		// Two's complement below sea level.
		altitudeMetres: view.getInt16(16),
		speedMetresPerSecond: view.getUint16(18) / 36,
		courseDegrees: view.getUint16(20),
		utcMs,
		extras,
	};
}

function timeOf(digits: string): number | undefined {
	if (!/^\d{12}$/.test(digits)) return undefined;
	const [year, month, day, hour, minute, second] = (digits.match(/\d\d/g) as string[]).map(Number) as [
		number,
		number,
		number,
		number,
		number,
		number,
	];
	if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) return undefined;
	return Date.UTC(2000 + year, month - 1, day, hour, minute, second) - ZONE_MS;
}

function extrasOf(bytes: Uint8Array): Map<number, Uint8Array> | undefined {
	const extras = new Map<number, Uint8Array>();
	let at = 0;
	while (at < bytes.length) {
		const length = bytes[at + 1];
		if (length === undefined || at + 2 + length > bytes.length) return undefined;
		extras.set(bytes[at] as number, bytes.slice(at + 2, at + 2 + length));
		at += 2 + length;
	}
	return extras;
}

/** 0x0704: how many, 0 normal or 1 from a blind area, and each with its length before it. */
export function readBatch(body: Uint8Array): { readonly isBackfill: boolean; readonly reports: PositionReport[] } | undefined {
	if (body.length < 3) return undefined;
	const view = new DataView(body.buffer, body.byteOffset, body.length);
	const reports: PositionReport[] = [];
	let at = 3;
	for (let left = view.getUint16(0); left > 0; left--) {
		if (at + 2 > body.length) return undefined;
		const length = view.getUint16(at);
		if (at + 2 + length > body.length) return undefined;
		const report = readPosition(body.subarray(at + 2, at + 2 + length));
		if (report === undefined) return undefined;
		reports.push(report);
		at += 2 + length;
	}
	return at === body.length ? { isBackfill: view.getUint8(2) === 1, reports } : undefined;
}

export function sequenceOf({ extras, utcMs }: PositionReport): number {
	const item = extras.get(EXTRA_SEQUENCE);
	if (item?.length !== 4) return Math.floor(utcMs / 1000);
	return new DataView(item.buffer, item.byteOffset, 4).getUint32(0);
}
