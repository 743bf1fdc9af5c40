import type { Constellation, GnssFix } from "./receiver.js";
import type { Satellite } from "./sky.js";

/** Talkers of BeiDou: `GB` since NMEA 0183 4.11; Chinese receivers of before say `BD`. */
export type Dialect = "4.11" | "bd";

export interface Epoch {
	/** UTC of this second. */
	readonly utcMs: number;
	readonly fix: GnssFix | undefined;
	/** In view; those with a carrier-to-noise ratio are used. */
	readonly satellites: readonly Satellite[];
}

const KNOTS_PER_METRE_PER_SECOND = 3600 / 1852;
/** System id of GSA (NMEA 0183 4.11). */
const SYSTEM_ID: Readonly<Record<Constellation, number>> = { gps: 1, glonass: 2, galileo: 3, beidou: 4 };

function talkerOf(system: Constellation, dialect: Dialect): string {
	if (system === "beidou") return dialect === "bd" ? "BD" : "GB";
	return { gps: "GP", glonass: "GL", galileo: "GA" }[system];
}

/** `$`, the sentence, `*`, two hexadecimal digits of the exclusive or of all bytes between, CR LF. */
export function sentence(body: string): string {
	let sum = 0;
	for (let i = 0; i < body.length; i++) sum ^= body.charCodeAt(i);
	return `$${body}*${sum.toString(16).toUpperCase().padStart(2, "0")}\r\n`;
}

/** RMC, GGA, GSA, GSV and VTG of one second. */
export function nmeaSentences(epoch: Epoch, dialect: Dialect): string[] {
	const systems = [...new Set(epoch.satellites.map(({ system }) => system))];
	const talker = systems.length === 1 ? talkerOf(systems[0] as Constellation, dialect) : "GN";
	return [
		sentence(rmc(talker, epoch)),
		sentence(gga(talker, epoch)),
		...systems.map(system => sentence(gsa(systems.length === 1 ? talker : "GN", system, epoch))),
		...systems.flatMap(system => gsv(talkerOf(system, dialect), system, epoch.satellites).map(sentence)),
		sentence(vtg(talker, epoch)),
	];
}

function two(value: number): string {
	return String(value).padStart(2, "0");
}
function timeOf(utcMs: number): string {
	const date = new Date(utcMs);
	return `${two(date.getUTCHours())}${two(date.getUTCMinutes())}${two(date.getUTCSeconds())}.${two(Math.floor(date.getUTCMilliseconds() / 10))}`;
}
function dateOf(utcMs: number): string {
	const date = new Date(utcMs);
	return `${two(date.getUTCDate())}${two(date.getUTCMonth() + 1)}${two(date.getUTCFullYear() % 100)}`;
}
/** Degrees and minutes to five places: `3954.32100,N`. */
function angle(degrees: number, digits: number, positive: string, negative: string): string {
	// Rounded as a whole number of minutes' hundred-thousandths, so that 59.999999' does not become 60.
	const units = Math.round(Math.abs(degrees) * 6_000_000);
	const whole = String(Math.floor(units / 6_000_000)).padStart(digits, "0");
	const minutes = ((units % 6_000_000) / 100_000).toFixed(5).padStart(8, "0");
	return `${whole}${minutes},${degrees < 0 ? negative : positive}`;
}
function place(fix: GnssFix | undefined): string {
	return fix === undefined ? ",,," : `${angle(fix.latitude, 2, "N", "S")},${angle(fix.longitude, 3, "E", "W")}`;
}
function rmc(talker: string, { utcMs, fix }: Epoch): string {
	const movement =
		fix === undefined ? "," : `${(fix.speedMetresPerSecond * KNOTS_PER_METRE_PER_SECOND).toFixed(3)},${fix.courseDegrees.toFixed(2)}`;
	return `${talker}RMC,${timeOf(utcMs)},${fix ? "A" : "V"},${place(fix)},${movement},${dateOf(utcMs)},,,${fix ? "A" : "N"},V`;
}
function gga(talker: string, { utcMs, fix }: Epoch): string {
	const used = fix === undefined ? 0 : Object.values(fix.satellites).reduce((sum, count) => sum + count, 0);
	const height = fix === undefined ? ",M,," : `${fix.altitudeMetres.toFixed(1)},M,0.0,M`;
	return `${talker}GGA,${timeOf(utcMs)},${place(fix)},${fix ? 1 : 0},${two(used)},${fix?.hdop.toFixed(2) ?? "99.99"},${height},,`;
}
function gsa(talker: string, system: Constellation, { fix, satellites }: Epoch): string {
	const used = fix === undefined ? [] : satellites.filter(one => one.system === system && one.carrierToNoise > 0).slice(0, 12);
	const ids = Array.from({ length: 12 }, (_, i) => (used[i] === undefined ? "" : two(used[i].id))).join(",");
	const hdop = fix?.hdop ?? 99.99;
	const [pdop, vdop] = fix === undefined ? [99.99, 99.99] : [hdop * 1.8, hdop * 1.5];
	return `${talker}GSA,A,${fix ? 3 : 1},${ids},${pdop.toFixed(2)},${hdop.toFixed(2)},${vdop.toFixed(2)},${SYSTEM_ID[system]}`;
}
function gsv(talker: string, system: Constellation, all: readonly Satellite[]): string[] {
	const seen = all.filter(one => one.system === system);
	const count = Math.ceil(seen.length / 4);
	return Array.from({ length: count }, (_, index) => {
		const four = seen
			.slice(4 * index, 4 * index + 4)
			.map(one => `,${two(one.id)},${two(one.elevationDegrees)},${String(one.azimuthDegrees).padStart(3, "0")},${one.carrierToNoise || ""}`)
			.join("");
		return `${talker}GSV,${count},${index + 1},${two(seen.length)}${four},1`;
	});
}
function vtg(talker: string, { fix }: Epoch): string {
	if (fix === undefined) return `${talker}VTG,,T,,M,,N,,K,N`;
	const speed = fix.speedMetresPerSecond;
	const knots = (speed * KNOTS_PER_METRE_PER_SECOND).toFixed(3);
	return `${talker}VTG,${fix.courseDegrees.toFixed(2)},T,,M,${knots},N,${(speed * 3.6).toFixed(3)},K,A`;
}
