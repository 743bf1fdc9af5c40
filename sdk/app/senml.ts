import { CborWriter } from "./cbor.js";
import type { ResolvedTime } from "./clock.js";

/** Content format of SenML in CBOR, RFC 8428 12.3.4. */
export const SENML_CBOR = 112;
/** Name of the record that begins a reading; its value is the reading's sequence number. */
export const SEQUENCE_RECORD = "seq";
/** Name of the record that says where a reading's time comes from; absent when it is the network's. */
export const CLOCK_RECORD = "clock";

/** RFC 8428 6, table 4. */
const label = Object.freeze({ baseTime: -3, baseName: -2, name: 0, unit: 1, value: 2, text: 3, boolean: 4 });
/** RFC 8428 4.5.3: from here on a time is absolute, below it is relative to when the pack is read. */
const firstAbsoluteSecond = 2 ** 28;

/**
 * Units that meters show and SenML does not take in a pack of version 10 (RFC 8798 3, RFC 9100 4.1): the registered unit, and what to multiply by,
 * factor × 10^exponent. Whole numbers, so that nothing is rounded.
 */
const primaryUnits: Readonly<Record<string, { readonly unit: string; readonly factor: number; readonly exponent: number }>> = Object.freeze(
	{
		Wh: Object.freeze({ unit: "J", factor: 36, exponent: 2 }),
		kWh: Object.freeze({ unit: "J", factor: 36, exponent: 5 }),
		varh: Object.freeze({ unit: "vars", factor: 36, exponent: 2 }),
		kvarh: Object.freeze({ unit: "vars", factor: 36, exponent: 5 }),
		kW: Object.freeze({ unit: "W", factor: 1, exponent: 3 }),
		kvar: Object.freeze({ unit: "var", factor: 1, exponent: 3 }),
		kVA: Object.freeze({ unit: "VA", factor: 1, exponent: 3 }),
		h: Object.freeze({ unit: "s", factor: 36, exponent: 2 }),
	},
);

/** Room for the longest head of an array (RFC 8949 3: 65,535 records). */
const arrayHeadBytes = 3;

/**
 * A pack of readings in SenML/CBOR (RFC 8428), written into a buffer of the caller's. A reading is a `seq` record with the sequence number, at which
 * its time stands as base time, and the records after it up to the next `seq`. Device name (base name) and sequence number together identify it:
 * that is what a server drops repeats by.
 *
 * ```
 * pack.begin();
 * pack.beginReading(17, time); pack.addDecimal("volume", "m3", 12345, -3); if (!pack.endReading()) …send what is in it first
 * pack.bytes()
 * ```
 */
export class SenmlPack {
	#name: string;
	#buffer: Uint8Array;
	#writer: CborWriter;
	#records = 0;
	#readings = 0;
	/** Where the reading being written began. */
	#mark = 0;
	#markRecords = 0;
	/** `name`: the device, `urn:dev:…:` (RFC 9039); it is put before each record's name, so it ends with a colon. */
	constructor(buffer: Uint8Array, name: string) {
		this.#name = name;
		this.#buffer = buffer;
		this.#writer = new CborWriter(buffer, arrayHeadBytes);
	}
	/** Empties the pack. */
	begin(): void {
		this.#writer.rewind();
		this.#records = 0;
		this.#readings = 0;
	}
	/** Readings that are in it. */
	get readings(): number {
		return this.#readings;
	}
	/** Times not known to be UTC are written as the reading's negative age, RFC 8428 4.5.3. */
	beginReading(sequence: number, time: Readonly<ResolvedTime>): void {
		const writer = this.#writer;
		this.#mark = writer.length;
		this.#markRecords = this.#records;
		const absolute = (time.source === "network" || time.source === "corrected") && time.utcSeconds >= firstAbsoluteSecond;
		writer.map(this.#records === 0 ? 4 : 3);
		this.#records++;
		writer.int(label.name);
		writer.text(SEQUENCE_RECORD);
		writer.int(label.value);
		writer.int(sequence);
		if (this.#records === 1) {
			writer.int(label.baseName);
			writer.text(this.#name);
		}
		writer.int(label.baseTime);
		writer.int(absolute ? time.utcSeconds : -Math.min(time.ageSeconds, firstAbsoluteSecond - 1));
		if (time.source !== "network") this.addText(CLOCK_RECORD, time.source);
	}
	/** mantissa × 10^exponent, exactly; kWh and its like are written in the unit that SenML has for them. */
	addDecimal(name: string, unit: string, mantissa: number, exponent: number): void {
		const primary = primaryUnits[unit];
		this.#record(name, unit === "" ? 2 : 3);
		if (unit !== "") {
			this.#writer.int(label.unit);
			this.#writer.text(primary === undefined ? unit : primary.unit);
		}
		this.#writer.int(label.value);
		const value = primary === undefined ? mantissa : mantissa * primary.factor;
		const scale = primary === undefined ? exponent : exponent + primary.exponent;
		if (scale === 0) this.#writer.int(value);
		else this.#writer.decimal(value, scale);
	}
	addText(name: string, text: string): void {
		this.#record(name, 2);
		this.#writer.int(label.text);
		this.#writer.text(text);
	}
	addBoolean(name: string, value: boolean): void {
		this.#record(name, 2);
		this.#writer.int(label.boolean);
		this.#writer.boolean(value);
	}
	/** False: it did not fit, and the pack is as it was before {@link beginReading}. */
	endReading(): boolean {
		if (this.#writer.overflowed) {
			this.#writer.rewind(this.#mark);
			this.#records = this.#markRecords;
			return false;
		}
		this.#readings++;
		return true;
	}
	/** The pack; valid until the next {@link begin}. */
	bytes(): Uint8Array {
		const head = this.#records < 24 ? 1 : this.#records < 256 ? 2 : 3;
		const start = arrayHeadBytes - head;
		new CborWriter(this.#buffer.subarray(start)).array(this.#records);
		return this.#buffer.subarray(start, this.#writer.length);
	}
	#record(name: string, pairs: number): void {
		this.#records++;
		this.#writer.map(pairs);
		this.#writer.int(label.name);
		this.#writer.text(name);
	}
}
