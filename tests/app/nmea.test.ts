import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Fix, NmeaReader } from "../../sdk/app/nmea.js";

/** Adds `$`, checksum and line end, worked out here and not by the reader's code. */
function line(body: string): string {
	let sum = 0;
	for (const c of body) sum ^= c.charCodeAt(0);
	return `$${body}*${sum.toString(16).toUpperCase().padStart(2, "0")}\r\n`;
}
const bytes = (text: string): Uint8Array => Uint8Array.from(text, c => c.charCodeAt(0));

class Log {
	readonly fixes: Fix[] = [];
	readonly reader: NmeaReader;
	constructor() {
		const { fixes } = this;
		this.reader = new NmeaReader({ onFix: fix => fixes.push(fix) });
	}
	push(text: string): this {
		this.reader.push(bytes(text));
		return this;
	}
}

// Sentences as the standard's own examples have them; the checksums stand here as literals.
const GGA = "$GPGGA,092750.000,5321.6802,N,00630.3372,W,1,8,1.03,61.7,M,55.2,M,,*76\r\n";
const RMC = "$GPRMC,092750.000,A,5321.6802,N,00630.3372,W,0.02,31.66,280511,,,A*43\r\n";
const NEXT_GGA = "$GPGGA,092751.000,5321.6802,N,00630.3371,W,1,8,1.03,61.7,M,55.3,M,,*75\r\n";
const NEXT_RMC = "$GPRMC,092751.000,A,5321.6802,N,00630.3371,W,0.06,31.66,280511,,,A*45\r\n";
/** 28 May 2011 09:27:50 UTC. */
const AT = 1_306_574_870_000;

test("the sentences of a moment make one position, and the first of the next moment ends it", () => {
	const log = new Log().push(GGA + RMC);
	expect(log.fixes).toEqual([]);
	log.push(NEXT_GGA);
	expect(log.fixes).toEqual([
		{
			latitude: 53 + 21.6802 / 60,
			longitude: -(6 + 30.3372 / 60),
			altitudeMetres: 61.7,
			speedMetresPerSecond: (0.02 * 1852) / 3600,
			courseDegrees: 31.66,
			hdop: 1.03,
			satellites: 8,
			utcMs: AT,
			systems: ["gps"],
		},
	]);
	expect(log.reader.fix).toBe(log.fixes[0]);
});

test("when it is known which sentence comes last, the position comes with it", () => {
	const log = new Log().push(GGA + RMC + NEXT_GGA + NEXT_RMC);
	expect(log.fixes.map(fix => fix.utcMs)).toEqual([AT, AT + 1000]);
	expect(log.reader.sentences).toBe(4);
});

test("flush gives what there is, once", () => {
	const log = new Log().push(GGA);
	log.reader.flush();
	log.reader.flush();
	expect(log.fixes).toHaveLength(1);
	expect(log.fixes[0]).toMatchObject({ altitudeMetres: 61.7, speedMetresPerSecond: undefined, utcMs: undefined });
});

test("bytes may be cut at every place", () => {
	const text = GGA + RMC + NEXT_GGA + NEXT_RMC;
	const whole = new Log().push(text).fixes;
	expect(whole).toHaveLength(2);
	for (let at = 1; at < text.length; at++) expect(new Log().push(text.slice(0, at)).push(text.slice(at)).fixes).toEqual(whole);
	const single = new Log();
	for (const c of text) single.push(c);
	expect(single.fixes).toEqual(whole);
});

describe("several systems", () => {
	test("GSA with system ids (NMEA 4.10) says whose satellites took part; BeiDou is 4", () => {
		const log = new Log().push(
			line("GNGGA,010203.00,2240.50000,N,11400.25000,E,1,18,0.70,35.0,M,-3.1,M,,") +
				line("GNGSA,A,3,03,06,,,,,,,,,,,1.30,0.70,1.10,1") +
				line("GNGSA,A,3,,,,,,,,,,,,,1.30,0.70,1.10,2") +
				line("GNGSA,A,3,11,36,,,,,,,,,,,1.30,0.70,1.10,4") +
				line("GNRMC,010203.00,A,2240.50000,N,11400.25000,E,10.000,090.0,201126,,,A,V"),
		);
		log.reader.flush();
		expect(log.fixes).toHaveLength(1);
		expect(log.fixes[0]).toMatchObject({ systems: ["gps", "beidou"], satellites: 18, courseDegrees: 90 });
		expect(log.fixes[0]!.longitude).toBeCloseTo(114 + 0.25 / 60, 9);
		// 20 November 2026 01:02:03 UTC.
		expect(log.fixes[0]!.utcMs).toBe(1_795_136_523_000);
	});

	test.each([
		["BD", "beidou"],
		["GB", "beidou"],
		["GL", "glonass"],
		["GA", "galileo"],
		["GP", "gps"],
	])("the talker %s is %s", (talker, system) => {
		const log = new Log().push(line(`${talker}GGA,010203.00,2240.5,S,11400.25,W,1,5,2.0,35.0,M,,M,,`));
		log.reader.flush();
		expect(log.fixes[0]).toMatchObject({ systems: [system], latitude: -(22 + 40.5 / 60), longitude: -(114 + 0.25 / 60) });
	});

	test("without system ids the satellites' numbers tell GPS from GLONASS", () => {
		const log = new Log().push(
			line("GNGGA,010203.00,2240.5,N,11400.25,E,1,5,2.0,35.0,M,,M,,") +
				line("GNGSA,A,3,05,12,,,,,,,,,,,2,1,2") +
				line("GNGSA,A,3,70,,,,,,,,,,,,2,1,2"),
		);
		log.reader.flush();
		expect(log.fixes[0]!.systems).toEqual(["gps", "glonass"]);
	});

	test("GSV counts the satellites in view, each system's for itself", () => {
		const log = new Log().push(
			line("GPGSV,2,1,07,01,40,083,46,02,17,308,41,12,07,344,39,14,22,228,45") +
				line("GPGSV,2,2,07,15,22,228,45,16,,,,17,,,") +
				line("BDGSV,1,1,03,01,40,083,46,02,17,308,41,06,07,344,39"),
		);
		expect(log.reader.satellitesInView).toBe(10);
	});

	test("speed in km/h and course from VTG where RMC has none", () => {
		const log = new Log().push(line("GPGGA,010203.00,2240.5,N,11400.25,E,1,5,2.0,35.0,M,,M,,") + line("GPVTG,45.5,T,,M,19.4,N,36.0,K,A"));
		log.reader.flush();
		expect(log.fixes[0]).toMatchObject({ speedMetresPerSecond: 10, courseDegrees: 45.5 });
	});
});

describe("no position", () => {
	test.each([
		["GGA of quality 0", line("GPGGA,010203.00,,,,,0,00,99.9,,,,,,")],
		["RMC of status V", line("GPRMC,010203.00,V,,,,,,,201126,,,N")],
		["RMC A and GGA of quality 0", line("GPRMC,010203.00,A,2240.5,N,11400.25,E,1,2,201126,,,A") + line("GPGGA,010203.00,,,,,0,,,,,,,,")],
		["a latitude beyond the pole", line("GPGGA,010203.00,9140.5,N,11400.25,E,1,5,2.0,35.0,M,,M,,")],
		["minutes beyond 60", line("GPGGA,010203.00,2260.5,N,11400.25,E,1,5,2.0,35.0,M,,M,,")],
		["a wrong checksum", GGA.replace("*76", "*77")],
		["no checksum", "$GPGGA,092750.000,5321.6802,N,00630.3372,W,1,8,1.03,61.7,M,55.2,M,,\r\n"],
		["a talker that is no receiver", line("IIGGA,010203.00,2240.5,N,11400.25,E,1,5,2.0,35.0,M,,M,,")],
		["another sentence", line("GPZDA,010203.00,20,11,2026,,")],
	])("%s", (_, text) => {
		const log = new Log().push(text);
		log.reader.flush();
		expect(log.fixes).toEqual([]);
	});
});

test("noise, a cut sentence and one that never ends cost only themselves", () => {
	const log = new Log()
		.push(`\xff\x00garbage${GGA.slice(0, 20)}${GGA}`)
		.push(`$GP${"9".repeat(400)}\r\n`)
		.push("$GPG\xe9A,1\r\n")
		.push(RMC + NEXT_GGA);
	expect(log.fixes).toHaveLength(1);
	expect(log.reader.damaged).toBe(3);
});

test("a sentence longer than the standard's 82 characters is read", () => {
	const body = `GNGGA,010203.000,2240.500000000000,N,11400.250000000000,E,1,18,0.700,35.000000,M,-3.100000,M,0000000000,0000`;
	expect(line(body).length).toBeGreaterThan(84);
	const log = new Log().push(line(body));
	log.reader.flush();
	expect(log.fixes).toHaveLength(1);
});

test("a GGA after midnight before the RMC with the new date is of the new day", () => {
	const log = new Log().push(
		line("GPRMC,235959.00,A,2240.5,N,11400.25,E,1,2,311226,,,A") + line("GPGGA,000000.00,2240.5,N,11400.25,E,1,5,2.0,35.0,M,,M,,"),
	);
	log.reader.flush();
	// 31 December 2026 23:59:59 UTC, and a second later.
	expect(log.fixes.map(fix => fix.utcMs)).toEqual([1_798_761_599_000, 1_798_761_600_000]);
});

test("an ArrayBuffer is taken as well, `this` is the reader and `target` is kept", () => {
	let seen: unknown;
	const reader = new NmeaReader({
		target: "mine",
		onFix(this: NmeaReader) {
			seen = this.target;
		},
	});
	reader.push(bytes(GGA).buffer as ArrayBuffer);
	reader.flush();
	expect(seen).toBe("mine");
});

test("any place comes back as it was written, to a tenth of a metre, and nothing throws whatever bytes come", () => {
	const place = fc.tuple(
		fc.double({ min: -90, max: 90, noNaN: true }),
		fc.double({ min: -180, max: 180, noNaN: true }),
		fc.integer({ min: 0, max: 86_399 }),
	);
	const degrees = (value: number, digits: number): string => {
		const whole = Math.floor(Math.abs(value));
		const minutes = Math.min(59.999_999, (Math.abs(value) - whole) * 60);
		return `${String(whole).padStart(digits, "0")}${minutes.toFixed(6).padStart(9, "0")}`;
	};
	fc.assert(
		fc.property(place, fc.uint8Array({ maxLength: 60 }), ([latitude, longitude, second], noise) => {
			const time = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60].map(n => String(n).padStart(2, "0")).join("");
			const log = new Log();
			log.reader.push(noise);
			log.push(
				`\r\n${line(
					`GNRMC,${time}.00,A,${degrees(latitude, 2)},${latitude < 0 ? "S" : "N"},${degrees(longitude, 3)},${longitude < 0 ? "W" : "E"},0.0,0.0,010124,,,A`,
				)}`,
			);
			log.reader.flush();
			const fix = log.fixes.at(-1)!;
			expect(Math.abs(fix.latitude - latitude)).toBeLessThan(1e-6);
			expect(Math.abs(fix.longitude - longitude)).toBeLessThan(1e-6);
			expect(fix.utcMs).toBe(1_704_067_200_000 + second * 1000);
		}),
		{ verbose: 1 },
	);
});
