/** A moment with the zone it is shown in, quarter hours east of UTC. */
export interface ZonedTime {
	readonly utcMs: number;
	readonly quarterHours: number;
}

const quarterHourMs = 15 * 60_000;
const swapped = (value: number): number => ((value % 10) << 4) | Math.floor(value / 10);
const unswapped = (octet: number): number => (octet & 0xf) * 10 + (octet >> 4);

/** TP-SCTS, TS 23.040 9.2.3.11: local time in swapped digits, bit 3 of the zone is its sign. */
export function encodeTimestamp({ utcMs, quarterHours }: ZonedTime): Uint8Array {
	const date = new Date(utcMs + quarterHours * quarterHourMs);
	const parts = [
		date.getUTCFullYear() % 100,
		date.getUTCMonth() + 1,
		date.getUTCDate(),
		date.getUTCHours(),
		date.getUTCMinutes(),
		date.getUTCSeconds(),
	];
	return Uint8Array.from([...parts.map(swapped), swapped(Math.abs(quarterHours)) | (quarterHours < 0 ? 8 : 0)]);
}

export function decodeTimestamp(bytes: Uint8Array): ZonedTime {
	const [year, month, day, hour, minute, second] = Array.from(bytes.subarray(0, 6), unswapped) as [
		number,
		number,
		number,
		number,
		number,
		number,
	];
	const zone = bytes[6] ?? 0;
	const quarterHours = unswapped(zone & ~8) * ((zone & 8) === 0 ? 1 : -1);
	return { utcMs: Date.UTC(2000 + year, month - 1, day, hour, minute, second) - quarterHours * quarterHourMs, quarterHours };
}
