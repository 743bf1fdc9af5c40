import { createRandom } from "../clock/random.js";
import { Consumption } from "./consumption.js";
import { addressBytes, bcdLowFirst, checksum, type Measure } from "./frames.js";
import { Meter, type MeterOptions, type MeterProtocol } from "./meter.js";

const start = 0x68;
const end = 0x16;
const wildcard = 0xaa;
const addressLength = 6;
/** Start, address, start, control code, length. */
const headerBytes = 4 + addressLength;
/** DL/T 645-2007 clause 5: the sender adds it to each data byte, the receiver takes it off. */
const offset = 0x33;

/** DL/T 645-2007 clause 5: control codes; an answer has bit 7 set, an abnormal one bit 6 too. */
const readData = 0x11;
const readAddress = 0x13;
const answerBit = 0x80;
const abnormalBit = 0x40;

/** DL/T 645-2007, error word ERR: bit 1, the data asked for are not there. */
const noSuchData = 0x02;

/** Mean of a day in hundredths of a kWh: 8 kWh a household and day (assumption). */
const perDay = 800;

const measure: Measure = bytes => {
	if (bytes[0] !== start) return "none";
	if (bytes.length > addressLength + 1 && bytes[addressLength + 1] !== start) return "none";
	const dataLength = bytes[headerBytes - 1];
	if (dataLength === undefined) return "more";
	const length = headerBytes + dataLength + 2;
	if (bytes.length < length) return "more";
	return bytes[length - 1] === end ? length : "none";
};

interface Registers {
	readonly consumption: Consumption;
	readonly address: Uint8Array;
	readonly decivolts: number;
}

/** DL/T 645-2007 annex A, data identifiers: data identifier DI3 DI2 DI1 DI0 to what is read, low byte first. */
function read(identifier: number, { consumption, address, decivolts }: Registers): readonly number[] | undefined {
	const now = new Date(consumption.calendarMs);
	switch (identifier) {
		// Combined, forward and reverse active energy, all tariffs: XXXXXX.XX kWh.
		case 0x00000000:
		case 0x00010000:
			return bcdLowFirst(consumption.total, 4);
		case 0x00020000:
			return bcdLowFirst(0, 4);
		// Voltage of phase A: XXX.X V.
		case 0x02010100:
			return bcdLowFirst(decivolts, 2);
		// Date YYMMDDWW, the week beginning with Sunday as 0.
		case 0x04000101:
			return [now.getUTCDay(), now.getUTCDate(), now.getUTCMonth() + 1, now.getUTCFullYear() % 100].flatMap(field => bcdLowFirst(field, 1));
		// Time hhmmss.
		case 0x04000102:
			return [now.getUTCSeconds(), now.getUTCMinutes(), now.getUTCHours()].flatMap(field => bcdLowFirst(field, 1));
		case 0x04000401:
			return [...address];
		default:
			return undefined;
	}
}

class Dlt645Protocol implements MeterProtocol {
	readonly measure = measure;
	/** DL/T 645-2007 clause 5: up to four bytes FE. */
	readonly preambleBytes = 4;
	readonly #registers: Registers;

	constructor(registers: Registers) {
		this.#registers = registers;
	}

	answer(frame: Uint8Array, refuses: boolean): Uint8Array | undefined {
		if (checksum(frame.subarray(0, -2)) !== frame[frame.length - 2] || !this.#isForUs(frame)) return undefined;
		const control = frame[headerBytes - 2] ?? 0;
		// Frames of other slaves pass on the same line.
		if ((control & answerBit) !== 0) return undefined;
		const data = frame.slice(headerBytes, -2).map(byte => byte - offset);
		const known = refuses ? undefined : this.#read(control, data);
		if (known === undefined) return this.#frame(control | answerBit | abnormalBit, [noSuchData]);
		return this.#frame(control | answerBit, known);
	}

	#read(control: number, data: Uint8Array): readonly number[] | undefined {
		if (control === readAddress && data.length === 0) return [...this.#registers.address];
		if (control !== readData || data.length !== 4) return undefined;
		const value = read(new DataView(data.buffer, data.byteOffset, 4).getUint32(0, true), this.#registers);
		return value && [...data, ...value];
	}

	/** DL/T 645-2007 clause 5: AA in the high bytes leaves them open; the broadcast address 99… is never answered. */
	#isForUs(frame: Uint8Array): boolean {
		const asked = frame.subarray(1, 1 + addressLength);
		let given = addressLength;
		while (given > 0 && asked[given - 1] === wildcard) given--;
		return asked.subarray(0, given).every((byte, i) => byte === this.#registers.address[i]);
	}

	#frame(control: number, data: readonly number[]): Uint8Array {
		const coded = data.map(byte => (byte + offset) & 0xff);
		const body = [start, ...this.#registers.address, start, control, data.length, ...coded];
		return Uint8Array.of(...body, checksum(body), end);
	}
}

/** An electricity meter after DL/T 645-2007: reads its address (13H) and energy, voltage, date and time (11H). */
export function createDlt645Meter(options: MeterOptions): Meter {
	const random = createRandom(options.seed).fork("address");
	const address = options.address ?? String(random.integer(1, 99_999_999)).padStart(12, "0");
	const calendarMs = options.calendarMs ?? Date.UTC(2026, 0, 1);
	const consumption = new Consumption({ clock: options.clock, seed: options.seed, meanPerDay: perDay, calendarMs });
	const registers = { consumption, address: addressBytes(address, addressLength), decivolts: random.integer(2150, 2350) };
	return new Meter(options, address.padStart(2 * addressLength, "0"), consumption, new Dlt645Protocol(registers));
}
