import { CONSTELLATIONS, type Constellation, type Fix } from "./fix.js";
import type { Sentence } from "./sentence.js";

/** Types of sentence that are read (NMEA 0183). */
const Type = Object.freeze({ other: 0, gga: 1, rmc: 2, vtg: 3, gsa: 4, gsv: 5 });
/** Of `CONSTELLATIONS`, as bits; several systems together, or one that is not known, have none. */
const GPS = 1;
const GLONASS = 2;
const GALILEO = 4;
const BEIDOU = 8;

const LETTER_A = 0x41;
const LETTER_B = 0x42;
const LETTER_D = 0x44;
const LETTER_G = 0x47;
const LETTER_K = 0x4b;
const LETTER_L = 0x4c;
const LETTER_N = 0x4e;
const LETTER_P = 0x50;
const LETTER_S = 0x53;
const LETTER_W = 0x57;

const KNOTS = 1852 / 3600;
const KILOMETRES_PER_HOUR = 1 / 3.6;
const DAY_MS = 86_400_000;
/** Fields of a GSA: the satellites used, then PDOP, HDOP, VDOP, and with NMEA 4.10 the system id. */
const GSA_FIRST = 3;
const GSA_LAST = 14;
const GSA_HDOP = 16;
const GSA_SYSTEM = 18;
/** Satellite numbers of GPS and of GLONASS where no system id tells (NMEA 0183, GSA). */
const GPS_LAST = 32;
const GLONASS_FIRST = 65;
const GLONASS_LAST = 96;

/** A system's bit, 0 for `GN`, -1 for a talker that is no receiver of positions. */
function systemOf(sentence: Sentence): number {
	const first = sentence.at(0);
	const second = sentence.at(1);
	if (first === LETTER_G) {
		if (second === LETTER_P) return GPS;
		if (second === LETTER_N) return 0;
		if (second === LETTER_L) return GLONASS;
		if (second === LETTER_A) return GALILEO;
		return second === LETTER_B ? BEIDOU : -1;
	}
	return first === LETTER_B && second === LETTER_D ? BEIDOU : -1;
}

function typeOf(sentence: Sentence): number {
	const a = sentence.at(2);
	const b = sentence.at(3);
	const c = sentence.at(4);
	if (a === LETTER_G && b === LETTER_G && c === LETTER_A) return Type.gga;
	if (a === 0x52 && b === 0x4d && c === 0x43) return Type.rmc;
	if (a === 0x56 && b === 0x54 && c === LETTER_G) return Type.vtg;
	if (a === LETTER_G && b === LETTER_S) return c === LETTER_A ? Type.gsa : c === 0x56 ? Type.gsv : Type.other;
	return Type.other;
}

/**
 * The sentences of one moment make one position. Which of them comes last is learnt from the moment before; until then, and when it changes, the
 * first sentence of the next moment ends this one.
 */
export class Epoch {
	/** Satellites in view by system, in the order of `CONSTELLATIONS`. */
	readonly inView = new Uint8Array(4);
	#timeMs = -1;
	#isTold = false;
	#sentences = 0;
	/** Sentences, and the kind of the last, of the moment before. */
	#lastCount = -1;
	#lastKind = -1;
	#kind = -1;
	/** Of the last RMC: day, and its time of day. */
	#day = -1;
	#dayTimeMs = 0;

	#isValid = false;
	#isRefused = false;
	#latitude: number | undefined = undefined;
	#longitude: number | undefined = undefined;
	#altitude: number | undefined = undefined;
	#speed: number | undefined = undefined;
	#course: number | undefined = undefined;
	#hdop: number | undefined = undefined;
	#satellites: number | undefined = undefined;
	#systems = 0;

	/** Reads a sentence; a position when one is complete, of this moment or of the one before. */
	add(sentence: Sentence): Fix | undefined {
		const type = typeOf(sentence);
		const system = systemOf(sentence);
		if (type === Type.other || system < 0) return undefined;
		let fix: Fix | undefined;
		if (type === Type.gga || type === Type.rmc) {
			const timeMs = sentence.timeOfDayMs(1);
			if (timeMs !== undefined && timeMs !== this.#timeMs) {
				fix = this.close();
				this.#timeMs = timeMs;
			}
		}
		this.#sentences++;
		this.#kind = type * 16 + system;
		if (type === Type.gga) this.readGga(sentence, system);
		else if (type === Type.rmc) this.readRmc(sentence, system);
		else if (type === Type.vtg) this.readVtg(sentence);
		else if (type === Type.gsa) this.readGsa(sentence, system);
		else this.readGsv(sentence, system);
		if (this.#sentences === this.#lastCount && this.#kind === this.#lastKind) return this.tell() ?? fix;
		return fix;
	}
	/** The position of this moment, if it was not given yet: there is nothing more to come. */
	flush(): Fix | undefined {
		return this.tell();
	}
	private close(): Fix | undefined {
		const fix = this.tell();
		this.#lastCount = this.#sentences;
		this.#lastKind = this.#kind;
		this.#sentences = 0;
		this.#isTold = this.#isValid = this.#isRefused = false;
		this.#latitude = this.#longitude = this.#altitude = this.#speed = this.#course = this.#hdop = this.#satellites = undefined;
		this.#systems = 0;
		return fix;
	}
	private tell(): Fix | undefined {
		if (this.#isTold || !this.#isValid || this.#isRefused || this.#latitude === undefined || this.#longitude === undefined)
			return undefined;
		this.#isTold = true;
		return {
			latitude: this.#latitude,
			longitude: this.#longitude,
			altitudeMetres: this.#altitude,
			speedMetresPerSecond: this.#speed,
			courseDegrees: this.#course,
			hdop: this.#hdop,
			satellites: this.#satellites,
			utcMs: this.utcMs,
			systems: this.systems,
		};
	}
	private get utcMs(): number | undefined {
		if (this.#day < 0 || this.#timeMs < 0) return undefined;
		// A GGA after midnight may come before the RMC with the new date.
		const isNextDay = this.#timeMs < this.#dayTimeMs - DAY_MS / 2;
		return (this.#day + (isNextDay ? 1 : 0)) * DAY_MS + this.#timeMs;
	}
	private get systems(): readonly Constellation[] {
		return CONSTELLATIONS.filter((_, bit) => (this.#systems & (1 << bit)) !== 0);
	}
	/** `GGA,time,lat,N,lon,E,quality,satellites,hdop,altitude,M,…` */
	private readGga(sentence: Sentence, system: number): void {
		if ((sentence.number(6) ?? 0) === 0) {
			this.#isRefused = true;
			return;
		}
		this.place(sentence, 2, system);
		this.#satellites = sentence.number(7);
		this.#hdop = sentence.number(8);
		this.#altitude = sentence.number(9);
	}
	/** `RMC,time,A,lat,N,lon,E,knots,course,date,variation,E,mode` */
	private readRmc(sentence: Sentence, system: number): void {
		const day = sentence.day(9);
		if (day !== undefined) {
			this.#day = day;
			this.#dayTimeMs = this.#timeMs;
		}
		if (sentence.letter(2) !== LETTER_A || sentence.letter(12) === LETTER_N) {
			this.#isRefused = true;
			return;
		}
		this.place(sentence, 3, system);
		const knots = sentence.number(7);
		if (knots !== undefined) this.#speed = knots * KNOTS;
		this.#course = sentence.number(8) ?? this.#course;
	}
	private place(sentence: Sentence, field: number, system: number): void {
		const latitude = sentence.angle(field, LETTER_S);
		const longitude = sentence.angle(field + 2, LETTER_W);
		if (latitude === undefined || longitude === undefined || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return;
		this.#latitude = latitude;
		this.#longitude = longitude;
		this.#isValid = true;
		this.#systems |= system;
	}
	/** `VTG,course,T,course,M,knots,N,km/h,K,mode` */
	private readVtg(sentence: Sentence): void {
		if (sentence.letter(9) === LETTER_N) return;
		this.#course ??= sentence.number(1);
		const kilometres = sentence.letter(8) === LETTER_K ? sentence.number(7) : undefined;
		const knots = sentence.number(5);
		if (this.#speed !== undefined) return;
		if (kilometres !== undefined) this.#speed = kilometres * KILOMETRES_PER_HOUR;
		else if (knots !== undefined) this.#speed = knots * KNOTS;
	}
	/** `GSA,A,3,<12 satellites>,pdop,hdop,vdop[,system]`: one for each system. */
	private readGsa(sentence: Sentence, system: number): void {
		const id = sentence.count > GSA_SYSTEM ? (sentence.number(GSA_SYSTEM) ?? 0) : 0;
		for (let field = GSA_FIRST; field <= GSA_LAST; field++) {
			const satellite = sentence.number(field);
			if (satellite === undefined) continue;
			if (id >= 1 && id <= CONSTELLATIONS.length) this.#systems |= 1 << (id - 1);
			else if (system !== 0) this.#systems |= system;
			else if (satellite <= GPS_LAST) this.#systems |= GPS;
			else if (satellite >= GLONASS_FIRST && satellite <= GLONASS_LAST) this.#systems |= GLONASS;
		}
		this.#hdop ??= sentence.number(GSA_HDOP);
	}
	/** `GSV,messages,number,in view,…` */
	private readGsv(sentence: Sentence, system: number): void {
		const number = sentence.number(2);
		if (number !== sentence.number(1)) this.#kind = -1;
		const count = sentence.number(3);
		if (number !== 1 || count === undefined) return;
		for (let bit = 0; bit < CONSTELLATIONS.length; bit++) if (system === 1 << bit) this.inView[bit] = count;
	}
}
