import { BodyWriter } from "./body.js";

/** A position as 0x0200 has it (JT/T 808-2019 8.18). */
export interface Jt808Position {
	/** Number of this position, the device's own, so that a platform knows a repeated one; sent as additional item 0xE1, which the standard leaves free. */
	readonly sequence: number;
	/** Table 24: bit 0 emergency, bit 20 in or out of an area, … */
	readonly alarm: number;
	/** Table 25: bit 0 ignition, bit 1 positioned, bit 18 GPS, bit 19 BeiDou, …; those of the hemispheres are added. */
	readonly status: number;
	/** 10⁻⁶ degrees, north and east positive. */
	readonly latitudeMicrodegrees: number;
	readonly longitudeMicrodegrees: number;
	readonly altitudeMetres: number;
	/** Tenths of a kilometre per hour. */
	readonly speed: number;
	readonly courseDegrees: number;
	/** Seconds since 1970 UTC; 0: nobody knows. */
	readonly utcSeconds: number;
	/** Satellites used (additional item 0x31); undefined: not told. */
	readonly satellites: number | undefined;
	/** A circle that was crossed (additional item 0x12); undefined: none. */
	readonly area: { readonly id: number; readonly isLeft: boolean } | undefined;
}

export const Alarm = Object.freeze({ emergency: 1 << 0, area: 1 << 20 });
export const Status = Object.freeze({ ignition: 1 << 0, positioned: 1 << 1, south: 1 << 2, west: 1 << 3, gps: 1 << 18, beidou: 1 << 19 });

const Item = Object.freeze({ area: 0x12, satellites: 0x31, sequence: 0xe1 });
/** Table 30: a circle. */
const CIRCLE = 1;
/** Times are those of Beijing, the whole year (8.18, table 23). */
const BEIJING_SECONDS = 8 * 3600;

export function writePosition(writer: BodyWriter, position: Jt808Position): void {
	const { latitudeMicrodegrees: latitude, longitudeMicrodegrees: longitude, area, satellites } = position;
	writer.doubleWord(position.alarm);
	writer.doubleWord(position.status | (latitude < 0 ? Status.south : 0) | (longitude < 0 ? Status.west : 0));
	writer.doubleWord(Math.abs(latitude));
	writer.doubleWord(Math.abs(longitude));
	writer.word(Math.min(Math.max(position.altitudeMetres, 0), 0xffff));
	writer.word(Math.min(position.speed, 0xffff));
	writer.word(position.courseDegrees);
	writeTime(writer, position.utcSeconds);
	if (area !== undefined) {
		writer.byte(Item.area);
		writer.byte(6);
		writer.byte(CIRCLE);
		writer.doubleWord(area.id);
		writer.byte(area.isLeft ? 1 : 0);
	}
	if (satellites !== undefined) {
		writer.byte(Item.satellites);
		writer.byte(1);
		writer.byte(Math.min(satellites, 255));
	}
	writer.byte(Item.sequence);
	writer.byte(4);
	writer.doubleWord(position.sequence);
}

/** YY-MM-DD-hh-mm-ss in BCD. */
function writeTime(writer: BodyWriter, utcSeconds: number): void {
	if (utcSeconds === 0) {
		writer.digits("", 6);
		return;
	}
	const seconds = utcSeconds + BEIJING_SECONDS;
	const days = Math.floor(seconds / 86_400);
	const ofDay = seconds - days * 86_400;
	writeDay(writer, days);
	writePair(writer, Math.floor(ofDay / 3600));
	writePair(writer, Math.floor(ofDay / 60) % 60);
	writePair(writer, ofDay % 60);
}
/** The Gregorian calendar counted in years that begin in March, from 1 March of the year 0, so that the leap day is the last of its year. */
function writeDay(writer: BodyWriter, daysSince1970: number): void {
	const days = daysSince1970 + 719_468;
	const era = Math.floor(days / 146_097);
	const ofEra = days - era * 146_097;
	const yearOfEra = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365);
	const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
	const march = Math.floor((5 * ofYear + 2) / 153);
	const month = march < 10 ? march + 3 : march - 9;
	writePair(writer, (era * 400 + yearOfEra + (month <= 2 ? 1 : 0)) % 100);
	writePair(writer, month);
	writePair(writer, ofYear - Math.floor((153 * march + 2) / 5) + 1);
}
function writePair(writer: BodyWriter, value: number): void {
	writer.byte((Math.floor(value / 10) << 4) | (value % 10));
}

/** 0: positions as usual, 1: those of a stretch without coverage (8.49). */
const FROM_BLIND_AREA = 1;
const COUNT_BYTES = 2;

/** 0x0704: positions that were kept while there was no coverage, oldest first. */
export class Backfill {
	readonly #writer: BodyWriter;
	#count = 0;

	/** `buffer` is the most that one message has; in packets where that is more than one holds. */
	constructor(buffer: Uint8Array) {
		this.#writer = new BodyWriter(buffer);
		this.begin();
	}
	begin(): void {
		const writer = this.#writer;
		this.#count = 0;
		writer.rewind();
		writer.word(0);
		writer.byte(FROM_BLIND_AREA);
	}
	get count(): number {
		return this.#count;
	}
	/** False: it did not fit, and all is as it was. */
	add(position: Jt808Position): boolean {
		const writer = this.#writer;
		const mark = writer.length;
		writer.word(0);
		writePosition(writer, position);
		if (writer.overflowed) {
			writer.rewind(mark);
			return false;
		}
		writer.patchWord(mark, writer.length - mark - COUNT_BYTES);
		this.#count++;
		return true;
	}
	/** Valid until the next `begin`. */
	get bytes(): Uint8Array {
		this.#writer.patchWord(0, this.#count);
		return this.#writer.bytes;
	}
}
