import { daysFromCivil } from "../../sdk/3gpp/utc-time.js";
import { command } from "../../sdk/at/command.js";
import { text, uint } from "../../sdk/at/fields.js";
import { deepFreeze } from "../../sdk/at/freeze.js";
import type { AtLine } from "../../sdk/at/line.js";
import type { GnssChoice, GnssDialect, GnssReport } from "../../sdk/modem/driver.js";

/** The receiver inside Quectel's LTE modules. */
const SESSION = "public session of EG800K";
const KIN = "open drivers of Quectel LTE modules";

const QGPSCFG = command("+QGPSCFG", { spec: KIN, set: { params: { name: text(), value: uint() } } });
const QGPS = command("+QGPS", { spec: SESSION, set: { params: { mode: uint(1, 4) } } });
const QGPSEND = command("+QGPSEND", { spec: KIN, execute: {} });
/** Mode 2: latitude and longitude in degrees with a sign. */
const QGPSLOC = command("+QGPSLOC", { spec: SESSION, set: { params: { mode: uint(0, 2) }, lines: true } });

const DAY_MS = 86_400_000;

/** Undefined where there is nothing, or no number. */
function numberAt(line: AtLine, index: number): number | undefined {
	const written = line.text(index);
	if (written === undefined || written === "") return undefined;
	const value = Number(written);
	return Number.isFinite(value) ? value : undefined;
}

function digits(written: string, at: number): number {
	return Number(written.slice(at, at + 2));
}

/** `hhmmss.sss` and `ddmmyy`; undefined unless both are whole. */
function utcOf(time: string, date: string): number | undefined {
	if (time.length < 6 || date.length !== 6) return undefined;
	const seconds = Number(time.slice(4));
	const day = daysFromCivil(2000 + digits(date, 4), digits(date, 2), digits(date, 0));
	const ms = day * DAY_MS + (digits(time, 0) * 3600 + digits(time, 2) * 60) * 1000 + Math.round(seconds * 1000);
	return Number.isFinite(ms) ? ms : undefined;
}

/** `<utc>,<latitude>,<longitude>,<hdop>,<altitude>,<fix>,<course>,<km/h>,<knots>,<date>,<satellites>` */
function decodeLocation(line: AtLine, into: GnssReport): boolean {
	const latitude = numberAt(line, 1);
	const longitude = numberAt(line, 2);
	if (latitude === undefined || longitude === undefined) return false;
	into.latitude = latitude;
	into.longitude = longitude;
	into.hdop = numberAt(line, 3);
	into.altitudeMetres = numberAt(line, 4);
	into.courseDegrees = numberAt(line, 6);
	const kilometresPerHour = numberAt(line, 7);
	into.speedMetresPerSecond = kilometresPerHour === undefined ? undefined : kilometresPerHour / 3.6;
	into.utcMs = utcOf(line.text(0) ?? "", line.text(9) ?? "");
	into.satellites = numberAt(line, 10);
	return true;
}

function systemsOf({ value }: GnssChoice) {
	return { name: "gnssconfig", value };
}

/** The numbers of `gnssconfig` are those of open drivers for EC200U and its kin, and differ on older modules. */
export const quectelGnss: GnssDialect = deepFreeze({
	choices: [
		{ systems: ["gps", "beidou"], value: 1 },
		{ systems: ["gps", "glonass"], value: 4 },
		{ systems: ["gps", "galileo"], value: 6 },
		{ systems: ["gps", "beidou", "galileo"], value: 5 },
		{ systems: ["gps", "glonass", "galileo"], value: 3 },
	],
	start: [
		{ command: QGPSCFG.set, params: systemsOf },
		{ command: QGPS.set, params: { mode: 1 } },
	],
	stop: [{ command: QGPSEND.execute }],
	read: { command: QGPSLOC.set, params: { mode: 2 }, decode: decodeLocation },
	causes: { noFix: [516], alreadyOn: [504], off: [505] },
} as const);
