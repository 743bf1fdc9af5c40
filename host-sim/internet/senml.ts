import { decode, Tag } from "cbor2";

/** SenML in CBOR (RFC 8428 6) read by a library of its own: the second opinion on what a device writes. */

export interface SenmlRecord {
	/** Base name and name. */
	readonly name: string;
	/** Without the base name. */
	readonly ownName: string;
	readonly unit: string | undefined;
	/** A decimal fraction stays exact: its text, "123.45". */
	readonly value: string | boolean | undefined;
	readonly text: string | undefined;
	/** Base time and time added, RFC 8428 4.5.3: below 2^28 relative to the time of reading. */
	readonly time: number;
}

export class SenmlError extends Error {
	override get name(): string {
		return "SenmlError";
	}
}

const LABELS: Readonly<Record<number, string>> = {
	[-1]: "bver",
	[-2]: "bn",
	[-3]: "bt",
	[-4]: "bu",
	0: "n",
	1: "u",
	2: "v",
	3: "vs",
	4: "vb",
	6: "t",
};
/** RFC 8428 4.5.1: first a letter or a digit, then letters, digits and some signs. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9\-:./_]*$/;
/** RFC 9100 3: 10 is the version of RFC 8428. */
const VERSION = 10;

function exponentText(mantissa: bigint, exponent: number): string {
	const digits = (mantissa < 0n ? -mantissa : mantissa).toString();
	const sign = mantissa < 0n ? "-" : "";
	if (exponent >= 0) return sign + digits + (mantissa === 0n ? "" : "0".repeat(exponent));
	const padded = digits.padStart(1 - exponent, "0");
	return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

function numberText(value: unknown, what: string): string {
	if (typeof value === "number" && Number.isFinite(value)) return String(value);
	if (typeof value === "bigint") return value.toString();
	if (value instanceof Tag && Number(value.tag) === 4 && Array.isArray(value.contents) && value.contents.length === 2) {
		const [exponent, mantissa] = value.contents as unknown[];
		const whole = typeof mantissa === "bigint" || (typeof mantissa === "number" && Number.isInteger(mantissa));
		if (whole && typeof exponent === "number" && Number.isInteger(exponent) && Math.abs(exponent) <= 30) {
			return exponentText(BigInt(mantissa as number | bigint), exponent);
		}
	}
	throw new SenmlError(`${what} is no number`);
}

function fieldsOf(item: unknown, index: number): Record<string, unknown> {
	const entries = item instanceof Map ? [...item.entries()] : typeof item === "object" && item !== null ? Object.entries(item) : undefined;
	if (entries === undefined) throw new SenmlError(`record ${index} is no map`);
	const fields: Record<string, unknown> = {};
	for (const [key, value] of entries) {
		const label = LABELS[Number(key)];
		// RFC 8428 4.4: a field whose name ends with an underscore must be understood; there is none in CBOR's numbers but by text.
		if (label !== undefined) fields[label] = value;
		else if (String(key).endsWith("_")) throw new SenmlError(`record ${index} has the field ${String(key)}, which must be understood`);
	}
	return fields;
}

function textOf(value: unknown, what: string): string | undefined {
	if (value === undefined || typeof value === "string") return value;
	throw new SenmlError(`${what} is no text`);
}

/** Resolves a pack's records, RFC 8428 4.6. @throws SenmlError saying which record is wrong. */
export function readSenml(payload: Uint8Array): SenmlRecord[] {
	let pack: unknown;
	try {
		pack = decode(payload);
	} catch {
		throw new SenmlError("the payload is no CBOR");
	}
	if (!Array.isArray(pack) || pack.length === 0) throw new SenmlError("the pack is no array of records");
	let baseName = "";
	let baseUnit: string | undefined;
	let baseTime = 0;
	return pack.map((item, index) => {
		const fields = fieldsOf(item, index);
		if (fields.bver !== undefined && fields.bver !== VERSION) throw new SenmlError(`record ${index} is of version ${String(fields.bver)}`);
		baseName = textOf(fields.bn, `base name of record ${index}`) ?? baseName;
		baseUnit = textOf(fields.bu, `base unit of record ${index}`) ?? baseUnit;
		if (fields.bt !== undefined) baseTime = Number(numberText(fields.bt, `base time of record ${index}`));
		const ownName = textOf(fields.n, `name of record ${index}`) ?? "";
		const name = baseName + ownName;
		if (!NAME.test(name)) throw new SenmlError(`record ${index} has a wrong name`);
		const value =
			typeof fields.vb === "boolean" ? fields.vb : fields.v === undefined ? undefined : numberText(fields.v, `value of record ${index}`);
		return {
			name,
			ownName,
			unit: textOf(fields.u, `unit of record ${index}`) ?? baseUnit,
			value,
			text: textOf(fields.vs, `text of record ${index}`),
			time: baseTime + (fields.t === undefined ? 0 : Number(numberText(fields.t, `time of record ${index}`))),
		};
	});
}
