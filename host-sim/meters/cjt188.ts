import { createRandom } from "../clock/random.js";
import { Consumption } from "./consumption.js";
import { addressBytes, bcdLowFirst, checksum, type Measure } from "./frames.js";
import { Meter, type MeterOptions, type MeterProtocol } from "./meter.js";

/** CJ/T 188-2004, meter types T. */
export const cjt188Types = Object.freeze({ coldWater: 0x10, hotWater: 0x11, drinkingWater: 0x12, reclaimedWater: 0x13, gas: 0x30 });

export interface Cjt188Options extends MeterOptions {
	/** Default: cold water. */
	readonly type?: number | undefined;
	/** ST, bits 0 and 1: the valve is open (0), closed (1) or out of order (3). Default open. */
	readonly valve?: 0 | 1 | 3;
	/** ST, bit 2: the battery is low. */
	readonly batteryLow?: boolean;
}

const start = 0x68;
const end = 0x16;
const wildcard = 0xaa;
/** CJ/T 188-2004, address field A0…A6, the meter's number and the maker's code. */
const addressLength = 7;
/** Start, type, address, control code, length. */
const headerBytes = 4 + addressLength;

/** CJ/T 188-2004, control codes; an answer has bit 7 set, an abnormal one bit 6 too. */
const readData = 0x01;
const readAddress = 0x03;
const answerBit = 0x80;
const abnormalBit = 0x40;

/** CJ/T 188-2004, data identifiers, low byte first on the wire. */
const meteringData = 0x901f;
const addressData = 0x810a;

/** CJ/T 188-2004, unit codes: cubic metres. */
const cubicMetres = 0x2c;

/** Mean of a day in litres times ten: 0.3 m³ of water or 1 m³ of gas a household and day (assumption). */
const waterPerDay = 30;
const gasPerDay = 100;

const measure: Measure = bytes => {
	if (bytes[0] !== start) return "none";
	const dataLength = bytes[headerBytes - 1];
	if (dataLength === undefined) return "more";
	const length = headerBytes + dataLength + 2;
	if (bytes.length < length) return "more";
	return bytes[length - 1] === end ? length : "none";
};

/** CJ/T 188-2004, real time: second, minute, hour, day, month, year with century, low byte first. */
function realTime(calendarMs: number): number[] {
	const date = new Date(calendarMs);
	const fields = [date.getUTCSeconds(), date.getUTCMinutes(), date.getUTCHours(), date.getUTCDate(), date.getUTCMonth() + 1];
	return [...fields.flatMap(field => bcdLowFirst(field, 1)), ...bcdLowFirst(date.getUTCFullYear(), 2)];
}

/** Assumption: the settlement day is the first of the month. */
function settlementMs(calendarMs: number): number {
	const date = new Date(calendarMs);
	return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

class Cjt188Protocol implements MeterProtocol {
	readonly measure = measure;
	/** CJ/T 188-2004: two to four bytes FE. */
	readonly preambleBytes = 3;
	readonly #type: number;
	readonly #address: Uint8Array;
	readonly #status: readonly [number, number];
	readonly #consumption: Consumption;

	constructor(options: Cjt188Options, type: number, address: Uint8Array, consumption: Consumption) {
		this.#type = type;
		this.#address = address;
		this.#consumption = consumption;
		this.#status = [(options.valve ?? 0) | (options.batteryLow ? 0x04 : 0), 0];
	}

	answer(frame: Uint8Array, refuses: boolean): Uint8Array | undefined {
		if (checksum(frame.subarray(0, -2)) !== frame[frame.length - 2] || !this.#isForUs(frame)) return undefined;
		const control = frame[headerBytes - 2] ?? 0;
		// Frames of other slaves pass on the same line.
		if ((control & answerBit) !== 0) return undefined;
		const data = frame.subarray(headerBytes, -2);
		// Identifier and serial number of the request, which the answer repeats.
		const identifier = (data[0] ?? 0) | ((data[1] ?? 0) << 8);
		const serial = data[2] ?? 0;
		const known = data.length === 3 && !refuses ? this.#read(control, identifier) : undefined;
		// CJ/T 188-2004: an abnormal answer holds the serial number and the status.
		if (known === undefined) return this.#frame(control | answerBit | abnormalBit, [serial, ...this.#status]);
		return this.#frame(control | answerBit, [...data, ...known]);
	}

	#read(control: number, identifier: number): number[] | undefined {
		if (control === readAddress && identifier === addressData) return [];
		if (control !== readData || identifier !== meteringData) return undefined;
		const nowMs = this.#consumption.calendarMs;
		const settled = this.#consumption.totalAt(settlementMs(nowMs));
		const flows = [...bcdLowFirst(this.#consumption.totalAt(nowMs), 4), cubicMetres, ...bcdLowFirst(settled, 4), cubicMetres];
		return [...flows, ...realTime(nowMs), ...this.#status];
	}

	#isForUs(frame: Uint8Array): boolean {
		const type = frame[1];
		if (type !== this.#type && type !== wildcard) return false;
		const asked = frame.subarray(2, 2 + addressLength);
		return asked.every(byte => byte === wildcard) || asked.every((byte, i) => byte === this.#address[i]);
	}

	#frame(control: number, data: readonly number[]): Uint8Array {
		const body = [start, this.#type, ...this.#address, control, data.length, ...data];
		return Uint8Array.of(...body, checksum(body), end);
	}
}

/** A water or gas meter after CJ/T 188-2004: reads its address (03H) and its metering data (01H, 901FH). */
export function createCjt188Meter(options: Cjt188Options): Meter {
	const type = options.type ?? cjt188Types.coldWater;
	const random = createRandom(options.seed).fork("address");
	const address = options.address ?? `${random.integer(1000, 9999)}00${String(random.integer(0, 99_999_999)).padStart(8, "0")}`;
	const calendarMs = options.calendarMs ?? Date.UTC(2026, 0, 1);
	const meanPerDay = type === cjt188Types.gas ? gasPerDay : waterPerDay;
	const consumption = new Consumption({ clock: options.clock, seed: options.seed, meanPerDay, calendarMs });
	const bytes = addressBytes(address, addressLength);
	return new Meter(options, address.padStart(2 * addressLength, "0"), consumption, new Cjt188Protocol(options, type, bytes, consumption));
}
